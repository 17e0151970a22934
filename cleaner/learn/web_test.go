package learn

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// stranger is the newspaper of the sample web that package sites does not know, before its layouts
// are known.
var stranger = sites.Description{
	Name: "baobensong", Title: "Báo Bến Sông", Home: "https://baobensong.example/", Languages: []string{"vi"}, Hosts: []string{"baobensong.example", "www.baobensong.example"},
	Sources:     []sites.Source{{Kind: sites.FrontPage, URL: "https://baobensong.example/"}},
	Articles:    []sites.Form{{Path: `/[a-z-]+/(?P<id>\d{6})/[a-z0-9-]+\.html`}},
	Sections:    []string{`/muc/[a-z-]+(?:/trang/\d+)?`},
	JunkQueries: []string{"vitri"}, Suffixes: []string{" - Báo Bến Sông"}, Dateline: `^(\(Bến Sông\)) - `,
}

// webPages are the articles of a newspaper of the sample web with what was written into them, by
// the look that they wear.
func webPages(t testing.TB, w *sampleweb.Web, name string, captured time.Time) map[string][]sampled {
	t.Helper()
	looks := map[string][]sampled{}
	for _, address := range w.Articles(name) {
		truth, ok := w.TruthAt(address)
		if !ok {
			t.Fatal(address)
		}
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, httptest.NewRequest("GET", address, nil))
		a := cleaner.Article{
			Title: cleaner.Text(truth.Title), Kicker: cleaner.Text(truth.Kicker), Lead: cleaner.Text(truth.Lead), Dateline: cleaner.Text(truth.Dateline), Byline: cleaner.Text(truth.Byline),
			Source: cleaner.Text(truth.Source), Published: cleaner.Time{Time: truth.Published.In(sites.Zone)}, Section: truth.Section, Tags: truth.Tags, Captions: truth.Captions, Layout: truth.Layout,
		}
		for _, b := range truth.Body {
			a.Body = append(a.Body, article.Block{Kind: article.BlockKind(b.Kind), Text: b.Text})
		}
		p := cleaner.Page{Body: answer.Body.Bytes(), ContentType: answer.Header().Get("Content-Type"), URL: address, Captured: captured}
		looks[truth.Layout] = append(looks[truth.Layout], sampled{address, p, a, truth.Either})
	}
	return looks
}

// A draft made of half of a newspaper of the sample web reads the other half.
func TestWebHalves(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	captured := time.Date(2026, 12, 1, 0, 0, 0, 0, sites.Zone)
	w := sampleweb.New()
	looks := webPages(t, w, stranger.Name, captured)
	if err := w.Redesign(stranger.Name, true); err != nil {
		t.Fatal(err)
	}
	for look, list := range webPages(t, w, stranger.Name, captured) {
		looks[look] = list
	}
	for look, list := range looks {
		sum, drafted := map[string]*tally{}, 0
		for _, h := range splits(list, 2) {
			drafted += half(t, stranger, h[0], h[1], sum)
			drafted += half(t, stranger, h[1], h[0], sum)
		}
		report(t, fmt.Sprintf("%s, %d pages, %d layouts", look, len(list), drafted), sum)
		if check(t, look, sum); drafted != 4 {
			t.Errorf("%s: %d layouts", look, drafted)
		}
	}
	for _, name := range w.Sites() {
		if err := w.Grow(name, 12); err != nil {
			t.Fatal(err)
		}
		site := cleanertest.Site(t, name)
		var list []sampled
		for _, pages := range webPages(t, w, name, captured) {
			list = append(list, pages...)
		}
		slices.SortFunc(list, func(a, b sampled) int { return b.truth.Published.Compare(a.truth.Published.Time) })
		sum, drafted := map[string]*tally{}, 0
		for _, h := range splits(list, 1) {
			drafted += half(t, bareDescription(site), h[0], h[1], sum)
			drafted += half(t, bareDescription(site), h[1], h[0], sum)
		}
		report(t, fmt.Sprintf("%s, %d pages, %d layouts", name, len(list), drafted), sum)
		if check(t, name, sum); drafted < 2 {
			t.Errorf("%s: %d layouts", name, drafted)
		}
	}
}
