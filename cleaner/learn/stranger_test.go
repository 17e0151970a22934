package learn_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baoluu/cleaner"
	"baoluu/cleaner/learn"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// pageOf asks the sample web for a page.
func pageOf(t *testing.T, w *sampleweb.Web, address string) cleaner.Page {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.RoundTripper().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, answer.StatusCode, err)
	}
	return cleaner.Page{URL: address, Body: body, ContentType: answer.Header.Get("Content-Type"), Captured: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)}
}

// right says of each field whether an article has it as it was written.
func right(truth sampleweb.Truth, got cleaner.Article) map[string]bool {
	var body, written []string
	for _, b := range got.Body {
		body = append(body, b.Text)
	}
	for _, b := range truth.Body {
		written = append(written, b.Text)
	}
	var images, related []string
	for _, i := range got.Images {
		images = append(images, i.URL)
	}
	for _, r := range got.Related {
		related = append(related, r.URL)
	}
	var links []string
	for _, r := range truth.Related {
		links = append(links, r.URL)
	}
	slices.Sort(related)
	slices.Sort(links)
	same := func(a, b []string) bool { return cmp.Equal(a, b, cmpopts.EquateEmpty()) }
	return map[string]bool{
		"title": string(got.Title) == truth.Title, "kicker": string(got.Kicker) == truth.Kicker, "lead": string(got.Lead) == truth.Lead,
		"dateline": string(got.Dateline) == truth.Dateline, "byline": string(got.Byline) == truth.Byline, "source": string(got.Source) == truth.Source,
		"published": got.Published.Equal(truth.Published), "section": same(got.Section, truth.Section), "tags": same(got.Tags, truth.Tags),
		"captions": same(got.Captions, truth.Captions), "images": same(images, truth.Images), "related": same(related, links), "body": same(body, written),
	}
}

// A few pages of a newspaper that nobody wrote rules for, in either of the looks that it wears and in the
// one that comes: what is learnt of them reads the others, and no field is worse than by the
// generic cleaner.
func TestStranger(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	for name, c := range map[string]struct {
		anew  bool
		of, n int // the n-th of so many is learnt from
	}{"half": {false, 2, 1}, "a third": {false, 3, 1}, "redesigned": {true, 3, 0}} {
		t.Run(name, func(t *testing.T) {
			w := sampleweb.New()
			if err := w.Redesign(w.Strangers()[0], c.anew); err != nil {
				t.Fatal(err)
			}
			var known, others []string
			for i, address := range w.Articles(w.Strangers()[0]) {
				if i%c.of == c.n {
					known = append(known, address)
				} else {
					others = append(others, address)
				}
			}
			learnStranger(t, w, known, others)
		})
	}
}

func learnStranger(t *testing.T, w *sampleweb.Web, known, others []string) {
	name := w.Strangers()[0]
	home := w.Home(name)
	m := learn.Material{Name: name, Home: home, Listed: w.Articles(name), Sources: []sites.Source{{Kind: sites.FeedSource, URL: home + "rss/trang-nhat.xml"}, {Kind: sites.Sitemap, URL: home + "ban-do/chi-muc.xml"}}}
	for _, address := range append(known, home, home+"muc/thoi-su", home+"muc/van-hoa", home+"muc/van-hoa/trang/2") {
		m.Pages = append(m.Pages, pageOf(t, w, address))
	}
	drafted, err := learn.Draft(m)
	if err != nil {
		t.Fatal(err)
	}
	site, err := drafted.Description.Site()
	if err != nil {
		t.Fatal(err)
	}
	learnt, generic := map[string]int{}, map[string]int{}
	count := func(by map[string]int, truth sampleweb.Truth, p cleaner.Page, site *sites.Site) {
		got, err := cleaner.Clean(p, site)
		if err != nil {
			t.Fatalf("%s: %v", p.URL, err)
		}
		if site != nil && (string(got.ID) != truth.ID || got.URL != truth.URL) {
			t.Errorf("%s: id %s, address %s", p.URL, got.ID, got.URL)
		}
		for field, ok := range right(truth, got) {
			if ok {
				by[field]++
			}
		}
	}
	for _, address := range others {
		truth, _ := w.TruthAt(address)
		p := pageOf(t, w, address)
		count(learnt, truth, p, site)
		count(generic, truth, p, nil)
	}
	all := map[string]int{}
	for _, address := range w.Articles(name) {
		truth, _ := w.TruthAt(address)
		count(all, truth, pageOf(t, w, address), site)
	}
	if n := len(w.Articles(name)); all["byline"] != n { // the generic cleaner misses one
		t.Errorf("byline right on %d of all %d", all["byline"], n)
	}
	for _, field := range slices.Sorted(maps.Keys(right(sampleweb.Truth{}, cleaner.Article{}))) {
		if t.Logf("%-9s right on %d of %d, by the generic cleaner on %d", field, learnt[field], len(others), generic[field]); learnt[field] < generic[field] {
			t.Errorf("%s is worse than by the generic cleaner", field)
		}
	}
	for _, field := range []string{"title", "published", "body", "byline", "lead", "dateline", "source", "section", "tags"} {
		if learnt[field]*100 < len(others)*95 {
			t.Errorf("%s right on %d of %d", field, learnt[field], len(others))
		}
	}
}
