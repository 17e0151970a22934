package reclean_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"weak"

	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

var ctx = context.Background()

// better is a later cleaner: it knows the kicker, and drops the title's last sign.
func better(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
	if bytes.HasPrefix(p.Body, []byte("list but really")) {
		p.Body = p.Body[5:]
	}
	a, err := archivetest.PlainCleanAs("plain/2", p)
	a.Kicker = "Thời sự"
	if len(a.Body) > 1 {
		a.Title += "?"
	}
	return a, err
}

func fieldOf(r reclean.Report, name string) reclean.Field {
	for _, f := range r.Fields {
		if f.Name == name {
			return f
		}
	}
	return reclean.Field{}
}

func TestReclean(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a,
		archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\nx\n#", 1), archivetest.Page("100", "A\ny", 2), archivetest.Page("100", "A\ny", 3),
		archivetest.Page("200", "B\nx\ny", 0), archivetest.Page("300", "list but really\nx", 0), archivetest.Page("400", "list", 0), archivetest.Status("500", capture.Gone, 404, 0))
	// An asset is never cleaned, not even one that reads like an article, at an article's address.
	claimed := archivetest.Asset("a.css", []byte("A\nx"), 0)
	claimed.URL = archivetest.Page("600", "", 0).URL
	claimed.Page = sites.AssetPage(claimed.URL)
	archivetest.Commit(t, a, claimed, archivetest.Asset("b.css", []byte("A\ny"), 0), archivetest.Asset("b.css", []byte("A\nz"), 1))
	archivetest.CleanWith(a, "plain/2", better)

	report, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Captures != 6 || report.Articles != 5 || report.Gained != 1 || report.Lost != 0 || report.Accepted || report.VersionsAfter != 3 {
		t.Errorf("%+v", report)
	}
	if f := fieldOf(report, "kicker"); f.Filled != 5 || f.Same+f.Lost+f.Changed != 0 {
		t.Errorf("%+v", f)
	}
	if f := fieldOf(report, "title"); f.Same != 3 || f.Longer != 1 || f.Filled != 1 || len(f.Examples) != 2 || f.Examples[0] != (reclean.Example{5, "200", "https://dantri.com.vn/the-gioi/bai-200.htm", "2024-03-01", "plain", "plain", "B", "B?"}) {
		t.Errorf("%+v", f)
	}
	v := archivetest.View(t, a)
	if p, err := v.Page(ctx, "200"); err != nil || p.Title != "B" {
		t.Errorf("something changed: %+v, %v", p, err)
	}

	report, err = reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: true})
	if err != nil || !report.Accepted || report.VersionsBefore != 3 || report.VersionsAfter != 4 {
		t.Fatalf("%+v, %v", report, err)
	}
	archivetest.Sound(t, a)
	// Who read before reads on as before.
	if p, err := v.Page(ctx, "200"); err != nil || p.Title != "B" || p.Versions != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	now := archivetest.View(t, a)
	for id, want := range map[string]string{"100": "A 2", "200": "B? 1", "300": "but really 1"} {
		p, err := now.Page(ctx, id)
		if got := fmt.Sprint(p.Title, " ", p.Versions); err != nil || got != want {
			t.Errorf("%s: %q, want %q, %v", id, got, want, err)
		}
	}
	if list, err := v.Cleanings(ctx); err != nil || len(list) != 0 {
		t.Errorf("before it was accepted: %+v, %v", list, err)
	}
	if list, err := now.Cleanings(ctx); err != nil || len(list) != 1 || list[0].Cleaner != "plain/2" || list[0].Before != 3 || list[0].After != 4 {
		t.Errorf("%+v, %v", list, err)
	}
	vs := archivetest.Versions(t, now, "100")
	if len(vs) != 2 || vs[0].Last != 2 || vs[1].First != 3 || vs[1].Last != 4 || vs[1].Cleaner != "plain/2" || len(vs[1].Changed) != 1 {
		t.Errorf("%+v", vs)
	}
	art, err := now.Article(ctx, 4)
	if err != nil || art.Kicker != "Thời sự" {
		t.Errorf("%+v, %v", art, err)
	}
	var not *cleaner.NotArticleError
	if _, err := now.Article(ctx, 7); !errors.As(err, &not) || not.Reason != "a list" {
		t.Error(err)
	}

	// All is current now; forced, it is all the same.
	report, err = reclean.Run(ctx, a, archivetest.Site, reclean.Options{})
	if err != nil || report.Captures != 0 || report.Current != 6 || report.Staged {
		t.Errorf("%+v, %v", report, err)
	}
	report, err = reclean.Run(ctx, a, archivetest.Site, reclean.Options{Force: true, Accept: true})
	if err != nil || report.Captures != 6 || fieldOf(report, "title").Same != 5 || report.VersionsAfter != 4 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestRecleanBesideACrawl: what is stored while a re-clean runs is in the new
// generation too.
func TestRecleanBesideACrawl(t *testing.T) {
	a := archivetest.Fresh(t)
	for i := range 40 {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(100+i%20), archivetest.NewsPage(uint64(i), 2), i))
	}
	crawl := archivetest.OpenAt(t, a.Dir())
	archivetest.Plain(crawl)
	var once sync.Mutex
	added := 0
	a.Newspaper(archivetest.Site).Cleaner.Name = func(string) string { return "plain/2" }
	a.Newspaper(archivetest.Site).Cleaner.Clean = func(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
		once.Lock()
		defer once.Unlock()
		if added < 10 {
			added++
			b := capture.Batch{Kept: []capture.Kept{archivetest.Page(fmt.Sprint(110+added), archivetest.NewsPage(uint64(1000+added), 2), 500+added)}}
			if added == 5 {
				b.Aliases = []capture.Alias{{Page: "101", Of: "102"}}
			}
			if _, err := crawl.Commit(ctx, archivetest.Site, b); err != nil {
				t.Error(err)
			}
		}
		return better(p, s)
	}
	report, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: true})
	if err != nil || !report.Accepted || report.Captures < 50 {
		t.Fatalf("%+v, %v", report, err)
	}
	v := archivetest.View(t, a)
	err = v.All(ctx, func(c capture.Capture) error {
		art, err := v.Article(ctx, c.Number)
		if err == nil && art.Cleaner != "plain/2" {
			t.Errorf("capture %d is by %s", c.Number, art.Cleaner)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	stats, err := v.Stats(ctx)
	if err != nil || stats.Versions != report.VersionsAfter || stats.Pages != 20 {
		t.Errorf("%+v, %+v, %v", stats, report, err)
	}
}

// TestRecleanCountsWhatThereWas: a version that comes while a re-clean looks is none that it
// takes back, and a page that is taken out meanwhile does not stop it.
func TestRecleanCountsWhatThereWas(t *testing.T) {
	a := archivetest.Fresh(t)
	for _, id := range []string{"100", "200", "300"} {
		archivetest.Commit(t, a, archivetest.Page(id, "A\nx", 0), archivetest.Page(id, "A\ny", 1))
	}
	others := archivetest.OpenAt(t, a.Dir())
	var once sync.Mutex
	calls := 0
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
		once.Lock()
		defer once.Unlock()
		switch calls++; calls {
		case 1:
			archivetest.Commit(t, others, archivetest.Page("100", "A\nz", 2))
		case 9: // six captures were cleaned, two of them once more: all that is looked at is read
			if _, err := forget.Run(ctx, others, archivetest.Site, "300", forget.Options{Reason: "x", At: archivetest.At(3), Accept: true}); err != nil {
				t.Error(err)
			}
		}
		return better(p, s)
	})
	report, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{DryRun: true})
	if err != nil || report.Captures != 6 {
		t.Errorf("%+v, %v", report, err)
	}
	for _, p := range report.Pages {
		if p.Page == "100" {
			t.Errorf("nothing is taken back of %+v", p)
		}
	}
}

// TestRecleanRebuilds: what verify says that a re-clean rebuilds does not stop it.
func TestRecleanRebuilds(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\ny", 1), archivetest.Page("200", "B\nx", 2))
	err := a.Newspaper(archivetest.Site).Update(ctx, func(s schema.Writer) error { return s.Drop(schema.BucketPages, []byte("100")) })
	if err != nil {
		t.Fatal(err)
	}
	report, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Force: true, Accept: true})
	if err != nil || !report.Accepted {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestRenamed: an article that comes out as it was names the cleaner that made it last, and is found to
// be the same by the next one, too.
func TestRenamed(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", archivetest.NewsPage(1, 8), 0), archivetest.Page("200", "B\nx\ny", 1))
	before, err := archivetest.View(t, a).Article(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plain/2", "plain/3"} {
		archivetest.CleanWith(a, name, func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) { return archivetest.PlainCleanAs(name, p) })
		report := must(t, a, reclean.Options{Accept: true})
		if report.Captures != 2 || !report.Accepted || fieldOf(report, "text").Same != 2 {
			t.Errorf("%s: %+v", name, report)
		}
		after, err := archivetest.View(t, a).Article(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		want := before
		want.Cleaner = name
		if diff := cmp.Diff(want, after); diff != "" {
			t.Error(diff)
		}
	}
}

// TestLargeArticles: however many large pages there are, and however small they are when packed, some
// of their articles are held at once.
func TestLargeArticles(t *testing.T) {
	const pages, most = 60, 40
	a := archivetest.Fresh(t)
	for i := range pages {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(100+i), fmt.Sprintf("list %d\n%s", i, bytes.Repeat([]byte("x"), 4<<20)), i))
	}
	var mu sync.Mutex
	var made []weak.Pointer[cleaner.Block]
	highest := 0
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		mu.Lock()
		defer mu.Unlock()
		body := []cleaner.Block{{Kind: cleaner.Paragraph, Text: "x"}}
		if made = append(made, weak.Make(&body[0])); len(made)%10 == 0 {
			runtime.GC()
			held := 0
			for _, m := range made {
				if m.Value() != nil {
					held++
				}
			}
			highest = max(highest, held)
		}
		p.Body = []byte("A")
		art, err := archivetest.PlainCleanAs("plain/2", p)
		art.Body = body
		return art, err
	})
	if report := must(t, a, reclean.Options{}); report.Gained != pages {
		t.Errorf("%+v", report)
	}
	if highest > most {
		t.Errorf("%d of %d articles were held at once", highest, pages)
	}
}
