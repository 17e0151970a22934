package search_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/archive/search"
	"baoluu/cleaner"
	"baoluu/sites"

	zap "github.com/blevesearch/zapx/v17"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// holds reports whether any file of the newspaper's index has a word, or a page's key, be it of the
// published state or not. In bleve's files words do not stand as they are written, so they are asked.
func holds(t testing.TB, a *archive.Archive, word string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(a.Dir(), search.Folder, site, "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		seg, err := new(zap.ZapPlugin).Open(f)
		if err != nil {
			t.Fatal(err)
		}
		defer seg.Close()
		for _, field := range seg.Fields() {
			d, err := seg.Dictionary(field)
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := d.Contains([]byte(word)); ok || err != nil {
				return ok
			}
		}
	}
	return false
}

// TestForgotten: a page that was forgotten is in no file of the index when Update returns, be it in a
// segment alone or with others, of the present state or of one before.
func TestForgotten(t *testing.T) {
	a, x := indexed(t, "Một\nxyzzyfrobnicate đầu tiên", "Hai\nNắng", "Ba\nGió")
	archivetest.Commit(t, a, archivetest.Page("200", "Bốn\nplughtwisty ở đây", 20))
	update(t, x)
	archivetest.Commit(t, a, archivetest.Page("200", "Bốn\nnăm mới", 21))
	update(t, x)
	for _, word := range []string{"xyzzyfrobnicate", "plughtwisty", "100", "200"} {
		if !holds(t, a, word) {
			t.Fatalf("%s is not in the index: the test looks for the wrong thing", word)
		}
	}
	if r := find(t, x, search.Query{Text: "plughtwisty", Ever: true}); r.Total != 1 || len(r.Hits) != 1 || r.Hits[0].Version != 1 {
		t.Errorf("edited away: %+v", r)
	}
	if !holds(t, a, "nam") {
		t.Error("a word of the present version is not there")
	}
	archivetest.ForgetPage(t, a, "200")
	if r := find(t, x, search.Query{Text: "plughtwisty", Ever: true}); len(r.Hits) > 0 {
		t.Errorf("a forgotten page is shown before the index knows: %+v", r)
	}
	update(t, x)
	archivetest.ForgetPage(t, a, "100")
	update(t, x)
	for _, word := range []string{"xyzzyfrobnicate", "plughtwisty", "100", "200"} {
		if holds(t, a, word) {
			t.Errorf("%s is still in the index", word)
		}
	}
	if r := find(t, x, search.Query{}); pages(r) == "" || r.Total != 2 {
		t.Errorf("%+v", r)
	}
}

// TestStates: what happens to pages is followed.
func TestStates(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn", "Hai\nLũ nhỏ")
	if _, err := a.Commit(ctx, site, capture.Batch{Aliases: []capture.Alias{{Page: "100", Of: "101"}}}); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, search.Query{Text: "lũ"}); r.Behind == 0 {
		t.Errorf("a join is not told: %+v", r)
	}
	update(t, x)
	if r := find(t, x, search.Query{Text: "lũ", Ever: true}); pages(r) != "101" {
		t.Errorf("joined: %+v", r)
	}
	archivetest.Commit(t, a, archivetest.Page("102", "list\nLũ", 30), archivetest.Status("103", capture.Gone, 404, 31))
	update(t, x)
	if r := find(t, x, search.Query{}); pages(r) != "101" {
		t.Errorf("what is no article: %+v", r)
	}
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		art, err := archivetest.PlainCleanAs("plain/2", p)
		art.Byline = "Thu Hà"
		return art, err
	})
	if _, err := reclean.Run(ctx, a, site, reclean.Options{Accept: true, Limits: reclean.Limits{MaxLoss: 100, MaxDrop: 100}}); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, search.Query{Text: "thu hà"}); r.Total != 0 || !r.Stale {
		t.Errorf("cleaned again, and not followed: %+v", r)
	}
	update(t, x)
	if r := find(t, x, search.Query{Text: "byline:thu-hà"}); r.Total != 1 || r.Stale {
		t.Errorf("cleaned again: %+v", r)
	}
}

// TestDamaged: an index that is torn, of another format or not there is made again, and never an error
// of the archive.
func TestDamaged(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn", "Hai\nLũ nhỏ")
	dir := filepath.Join(a.Dir(), search.Folder, site)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"empty": nil, "half": whole[:len(whole)/2], "other": bytes.Repeat([]byte("x"), len(whole))} {
			x.Close()
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := x.Search(ctx, search.Query{Text: "lũ"}); err != nil && !errors.Is(err, search.ErrNone) {
				t.Errorf("%s, %s: %v", filepath.Base(file), name, err)
			}
			update(t, x)
			if r := find(t, x, search.Query{Text: "lũ"}); r.Total != 2 {
				t.Errorf("%s, %s: made again: %+v", filepath.Base(file), name, r)
			}
			if files, _ = filepath.Glob(filepath.Join(dir, "*")); len(files) > 3 {
				t.Errorf("%s, %s: left over: %q", filepath.Base(file), name, files)
			}
			file = filepath.Join(dir, filepath.Base(file))
			if _, err := os.Stat(file); err != nil {
				break // it has another name now
			}
		}
	}
	if err := os.RemoveAll(filepath.Dir(dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(ctx, search.Query{Text: "lũ"}); !errors.Is(err, search.ErrNone) {
		t.Error(err)
	}
	update(t, x)
	if r := find(t, x, search.Query{Text: "lũ"}); r.Total != 2 {
		t.Errorf("%+v", r)
	}
}

// TestStopped: an update that is stopped at any moment leaves the state before, and the next one does it.
func TestStopped(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn")
	for n := 1; n < 20; n++ {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(200+n), fmt.Sprintf("Trang %d\nLũ số %d", n, n), n))
		stopped := &asked{Context: ctx, left: n}
		err := x.Update(stopped, site, nil)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		r := find(t, x, search.Query{Text: "lũ"})
		if err != nil && r.Behind == 0 || err == nil && r.Behind != 0 {
			t.Errorf("stopped at %d: %v, %+v", n, err, r)
		}
	}
	update(t, x)
	if r := find(t, x, search.Query{Text: "lũ"}); r.Total != 20 {
		t.Errorf("%d", r.Total)
	}
}

// asked is a context that is done once it was asked so often.
type asked struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *asked) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestTogether: two keep an index current while others search; nobody fails, and a page that was in is
// always found.
func TestTogether(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn")
	other := search.Open(a, "")
	defer other.Close()
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for _, x := range []*search.Index{x, other} {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if r, err := x.Search(ctx, search.Query{Text: `"lu lon"`, Facets: true}); err != nil || r.Total != 1 {
					t.Errorf("%+v, %v", r, err)
					return
				}
			}
		})
		writers.Go(func() {
			for range 15 {
				update(t, x)
			}
		})
	}
	for n := range 15 {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(200+n), fmt.Sprintf("Trang %d\nLũ nhỏ", n), n+1))
	}
	writers.Wait()
	close(done)
	readers.Wait()
	update(t, x)
	if r := find(t, other, search.Query{Text: "lũ"}); r.Total != 16 {
		t.Errorf("%d", r.Total)
	}
}

// few has rapid try some cases: archives end in fsync. More:
//
//	go test ./archive/search -rapid.checks 1000
func few(t *testing.T) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "3"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestIncremental: whatever is done to an archive, an index that followed it answers as a new one.
func TestIncremental(t *testing.T) {
	few(t)
	text := []string{"lũ lớn ở Nghệ An", "nghề đan ở An Giang", "Nghe và nhìn", "lu nhỏ", "nắng lên"}
	queries := []search.Query{
		{Text: "nghe an"}, {Text: "nghệ an"}, {Text: `"lu lon"`, Ever: true}, {Text: "lu"}, {Text: "title:lu"}, {Text: "-nghe"}, {Text: "an", Sort: search.Newest},
		{Text: "nghe", States: []string{"gone"}}, {Facets: true},
	}
	rapid.Check(t, func(rt *rapid.T) {
		a := archivetest.Another(t)
		archivetest.Commit(t, a, archivetest.Page("100", "Đầu\n"+text[0], 0))
		x := search.Open(a, "")
		defer x.Close()
		page, minute := rapid.SampledFrom([]string{"100", "200", "300", "400", "500"}), 0
		rt.Repeat(map[string]func(*rapid.T){
			"capture": func(rt *rapid.T) {
				minute += rapid.IntRange(-20, 20).Draw(rt, "minutes")
				body := rapid.SampledFrom(text).Draw(rt, "title") + "\n" + rapid.SampledFrom(text).Draw(rt, "text")
				archivetest.Commit(t, a, archivetest.Page(page.Draw(rt, "page"), body, 500+minute))
			},
			"gone": func(rt *rapid.T) {
				minute++
				archivetest.Commit(t, a, archivetest.Status(page.Draw(rt, "page"), capture.Gone, 404, 500+minute))
			},
			"join": func(rt *rapid.T) {
				_, err := a.Commit(ctx, site, capture.Batch{Aliases: []capture.Alias{{Page: page.Draw(rt, "page"), Of: page.Draw(rt, "of")}}})
				if err != nil {
					rt.Fatal(err)
				}
			},
			"forget": func(rt *rapid.T) {
				if _, err := archivetest.View(t, a).Page(ctx, "500"); err == nil && archivetest.StateOf(t, a).Pages > 1 {
					archivetest.ForgetPage(t, a, "500")
				}
			},
			"update": func(rt *rapid.T) { update(t, x) },
			"": func(rt *rapid.T) {
				if rapid.IntRange(0, 4).Draw(rt, "look") > 0 {
					return
				}
				update(t, x)
				fresh := search.Open(a, t.TempDir())
				defer fresh.Close()
				update(t, fresh)
				for _, q := range queries {
					was, is := find(t, fresh, q), find(t, x, q)
					was.Took, is.Took = 0, 0
					if diff := cmp.Diff(was, is); diff != "" {
						rt.Fatalf("%+v: a new index says otherwise (-):\n%s", q, diff)
					}
				}
			},
		})
	})
}

// TestFindsItself: an article is found by any run of its words, with marks and without, in quotation
// marks and without.
func TestFindsItself(t *testing.T) {
	var texts []string
	for n := range 12 {
		var lines []string
		for l := range strings.SplitSeq(archivetest.NewsPage(uint64(n), 3), "\n") {
			if !strings.HasPrefix(l, "#") {
				lines = append(lines, l)
			}
		}
		texts = append(texts, strings.Join(lines, "\n"))
	}
	a, x := indexed(t, texts...)
	r := rand.New(rand.NewPCG(1, 1))
	eachArticle(t, a, func(_ string, p archive.PageInfo, art cleaner.Article) error {
		for range 8 {
			phrase := run(r, art, 2+r.IntN(10))
			for _, q := range []string{phrase, `"` + phrase + `"`, fold(phrase), `"` + fold(phrase) + `"`} {
				res := find(t, x, search.Query{Text: q, Limit: 50})
				if !strings.Contains(" "+pages(res)+" ", " "+p.Page+" ") || res.Forgiving {
					t.Errorf("%q does not find %s: %q", q, p.Page, pages(res))
				}
			}
		}
		return nil
	})
}
