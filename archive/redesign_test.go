package archive_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// newsroom is a newspaper of the sample web whose pages are captured day by day,
// with what was done to them.
type newsroom struct {
	web   *sampleweb.Web
	site  string
	urls  []string
	edits map[string]int // by address: how often it was edited
	day   int
}

func newNewsroom(t testing.TB, web *sampleweb.Web, site string, articles int) *newsroom {
	t.Helper()
	if err := web.Grow(site, articles); err != nil {
		t.Fatal(err)
	}
	return &newsroom{web: web, site: site, urls: web.Articles(site), edits: map[string]int{}}
}

// capture is every page of the day, cleaned as the archive cleans.
func (n *newsroom) capture(t testing.TB, a *archive.Archive) []capture.Put {
	t.Helper()
	s, ok := sites.ByName(n.site)
	if !ok {
		t.Fatal(n.site)
	}
	n.day++
	var puts []capture.Put
	for batch := range slices.Chunk(n.urls, 32) {
		var kept []capture.Kept
		for i, url := range batch {
			w := httptest.NewRecorder()
			n.web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d", url, w.Code)
			}
			addr, err := s.Address(url)
			if err != nil {
				t.Fatal(err)
			}
			k := capture.Kept{Body: w.Body.Bytes(), Capture: capture.Capture{
				Page: addr.Page, URL: url, Time: archivetest.At(n.day*1440 + i), Kind: capture.Response, State: capture.Live, Status: http.StatusOK, ContentType: w.Header().Get("Content-Type"),
			}}
			k.Article, k.Refused = a.Newspaper(archivetest.Site).Cleaner.Read(n.site, k.Capture, k.Body)
			kept = append(kept, k)
		}
		got, err := a.Commit(ctx, n.site, capture.Batch{Kept: kept})
		if err != nil {
			t.Fatal(err)
		}
		puts = append(puts, got...)
	}
	return puts
}

// edit changes a word in every step-th article, beginning with the first-th.
func (n *newsroom) edit(t testing.TB, first, step int) {
	t.Helper()
	for i := first; i < len(n.urls); i += step {
		truth, ok := n.web.TruthAt(n.urls[i])
		if !ok {
			t.Fatal(n.urls[i])
		}
		for _, b := range truth.Body {
			words := strings.Fields(b.Text)
			if len(words) < 8 {
				continue
			}
			words[len(words)/2] = "Bắc Kạn"
			if err := n.web.Edit(n.site, truth.Key, b.Text, strings.Join(words, " ")); err != nil {
				continue
			}
			n.edits[n.urls[i]]++
			break
		}
	}
}

// tally is what a history says of edits.
type tally struct{ pages, edits, unsure, layouts, missed, false, unread int }

// tell holds the history of every page against what was done to it. A page that is
// no article in its new look is unread, and nothing can be told of it.
func (n *newsroom) tell(t testing.TB, a *archive.Archive) tally {
	t.Helper()
	v, err := a.View(ctx, n.site)
	if err != nil {
		t.Fatal(err)
	}
	var sum tally
	for _, url := range n.urls {
		page, err := v.Page(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		list, err := v.Versions(ctx, page.Page)
		if err != nil {
			t.Fatal(err)
		}
		edits, unsure := 0, 0
		for _, w := range list {
			switch w.Cause {
			case compare.Edited:
				edits++
			case compare.Doubtful:
				unsure++
			}
			sum.layouts += max(0, len(w.Readings)-1)
		}
		if page.Edits != edits || page.Unsure != unsure || page.Versions != len(list) {
			t.Errorf("%s: %+v, and its versions %+v", url, page, list)
		}
		sum.pages++
		sum.edits += edits
		sum.unsure += unsure
		if last := list[len(list)-1]; last.LastSeen.Before(archivetest.At(n.day * 1440)) {
			sum.unread++
			continue
		}
		sum.missed += max(0, n.edits[url]-edits-unsure)
		sum.false += max(0, edits-n.edits[url])
	}
	return sum
}

var newNames = regexp.MustCompile(`(class|id)="moi-`)

// healed is the cleaner of the day on which a layout is there that fits the new
// look: what it reads in it is what the old layout read in the old one.
func healed(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
	old := p
	old.Body = newNames.ReplaceAll(p.Body, []byte(`$1="`))
	art, err := cleaner.Clean(old, s)
	if len(old.Body) != len(p.Body) {
		art.Layout += "-moi"
	}
	art.Cleaner = "healed/1"
	return art, err
}

// TestRedesignMakesNoEdits: five newspapers are redesigned in one night. Articles
// were edited before, are edited in the same night, and after; the history tells
// these edits and no others. When the cleaner has learnt the new look and read all
// again, nothing is left of the night but the edits.
func TestRedesignMakesNoEdits(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	web := sampleweb.New()
	for _, name := range web.Sites() {
		t.Run(name, func(t *testing.T) {
			a, err := archive.Create(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { archivetest.Sound(t, a) })
			n := newNewsroom(t, web, name, 8)
			n.capture(t, a)
			n.edit(t, 0, 4)
			n.capture(t, a)
			if err := web.Redesign(name, true); err != nil {
				t.Fatal(err)
			}
			n.edit(t, 1, 4)
			began := time.Now()
			puts := n.capture(t, a)
			t.Logf("the night's capture: %s for %d pages", time.Since(began), len(puts))
			n.edit(t, 2, 4)
			n.edit(t, 0, 8)
			n.capture(t, a)

			got := n.tell(t, a)
			t.Logf("before it is healed: %+v", got)
			if got.missed > 0 || got.false > 0 || got.layouts == 0 {
				t.Errorf("%+v", got)
			}
			archivetest.CleanWith(a, "healed/1", healed)
			if _, err := reclean.Run(ctx, a, name, reclean.Options{Accept: true, Limits: reclean.Limits{MaxLoss: 100, MaxDrop: 100}}); err != nil {
				t.Fatal(err)
			}
			got = n.tell(t, a)
			t.Logf("healed: %+v", got)
			if got.missed > 0 || got.false > 0 || got.unsure > 0 || got.unread > 0 {
				t.Errorf("healed: %+v", got)
			}
		})
	}
}
