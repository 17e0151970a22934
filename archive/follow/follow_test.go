package follow_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/follow"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/reclean"
	"baoluu/archive/rescue"
	"baoluu/cleaner"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var ctx = context.Background()

// since looks, with the mark as it would be read back from where it was kept.
func since(t rapid.TB, a *archive.Archive, m follow.Mark) follow.Changes {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var kept follow.Mark
	if err := json.Unmarshal(b, &kept); err != nil {
		t.Fatal(err)
	}
	c, err := follow.Since(ctx, a, archivetest.Site, kept)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// three is an archive of the pages 100, 200 and 300, and its mark.
func three(t *testing.T) (*archive.Archive, follow.Mark) {
	a := archivetest.Fresh(t)
	for i := range 3 {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(100*(i+1)), archivetest.NewsPage(uint64(i), 3), i+10))
	}
	c := since(t, a, follow.Mark{})
	if !c.All || len(c.Touched) > 0 {
		t.Fatalf("first look: %+v", c)
	}
	return a, c.Mark
}

func join(t *testing.T, a *archive.Archive, aliases ...capture.Alias) {
	t.Helper()
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: aliases}); err != nil {
		t.Fatal(err)
	}
}

func TestSince(t *testing.T) {
	for _, test := range []struct {
		name string
		then func(t *testing.T, a *archive.Archive)
		want follow.Changes
	}{
		{"nothing", func(*testing.T, *archive.Archive) {}, follow.Changes{}},
		{"a new page and another version", func(t *testing.T, a *archive.Archive) {
			archivetest.Commit(t, a, archivetest.Page("400", archivetest.NewsPage(9, 3), 20), archivetest.Page("200", archivetest.NewsPage(1, 4), 21))
		}, follow.Changes{Touched: []string{"200", "400"}}},
		{"a list, a page that is gone, one that is unchanged", func(t *testing.T, a *archive.Archive) {
			archivetest.Commit(t, a, archivetest.Page("muc", "list", 20), archivetest.Status("300", capture.Gone, 404, 21), archivetest.NotModified("100", 22))
		}, follow.Changes{Touched: []string{"100", "300", "muc"}}},
		{"a capture that is older than what there is", func(t *testing.T, a *archive.Archive) {
			archivetest.Commit(t, a, archivetest.Page("200", archivetest.NewsPage(1, 2), 1))
		}, follow.Changes{Touched: []string{"200"}}},
		{"pictures alone", func(t *testing.T, a *archive.Archive) {
			archivetest.Commit(t, a, archivetest.Asset("a.png", archivetest.Picture(t, 1), 20), archivetest.Asset("b.png", archivetest.Picture(t, 2), 21))
		}, follow.Changes{}},
		{"a page with its picture", func(t *testing.T, a *archive.Archive) {
			archivetest.Commit(t, a, archivetest.Needing(archivetest.Page("400", archivetest.NewsPage(9, 3), 20), "a.png"), archivetest.Asset("a.png", archivetest.Picture(t, 1), 21))
		}, follow.Changes{Touched: []string{"400"}}},
		{"the same again", func(t *testing.T, a *archive.Archive) {
			archivetest.Commit(t, a, archivetest.Page("200", archivetest.NewsPage(1, 3), 11))
		}, follow.Changes{}},
		{"two pages that are one", func(t *testing.T, a *archive.Archive) {
			join(t, a, capture.Alias{Page: "100", Of: "300"})
		}, follow.Changes{Touched: []string{"300"}, Joined: []string{"100"}}},
		{"joined, and joined on", func(t *testing.T, a *archive.Archive) {
			join(t, a, capture.Alias{Page: "100", Of: "300"})
			join(t, a, capture.Alias{Page: "300", Of: "200"})
		}, follow.Changes{Touched: []string{"200"}, Joined: []string{"100", "300"}}},
		{"a name that nothing was stored of", func(t *testing.T, a *archive.Archive) {
			join(t, a, capture.Alias{Page: "999", Of: "300"})
		}, follow.Changes{Touched: []string{"300"}, Joined: []string{"999"}}},
		{"a page that takes another's name", func(t *testing.T, a *archive.Archive) {
			join(t, a, capture.Alias{Page: "100", Of: "999"})
		}, follow.Changes{Touched: []string{"999"}, Joined: []string{"100"}}},
		{"captured under the other name", func(t *testing.T, a *archive.Archive) {
			_, err := a.Commit(ctx, archivetest.Site, capture.Batch{
				Aliases: []capture.Alias{{Page: "100", Of: "300"}}, Kept: []capture.Kept{archivetest.Page("100", archivetest.NewsPage(0, 4), 30)},
			})
			if err != nil {
				t.Fatal(err)
			}
		}, follow.Changes{Touched: []string{"300"}, Joined: []string{"100"}}},
		{"a page is forgotten", func(t *testing.T, a *archive.Archive) {
			archivetest.ForgetPage(t, a, "200")
		}, follow.Changes{All: true}},
		{"the newest is forgotten, and more comes", func(t *testing.T, a *archive.Archive) {
			archivetest.ForgetPage(t, a, "300")
			archivetest.Commit(t, a, archivetest.Page("400", archivetest.NewsPage(9, 3), 20))
		}, follow.Changes{All: true}},
		{"a re-clean that is not accepted", func(t *testing.T, a *archive.Archive) { recleaned(t, a, false) }, follow.Changes{}},
		{"a re-clean that is accepted", func(t *testing.T, a *archive.Archive) { recleaned(t, a, true) }, follow.Changes{All: true}},
		{"another file", func(t *testing.T, a *archive.Archive) {
			other := archivetest.Another(t)
			for i := range 5 {
				archivetest.Commit(t, other, archivetest.Page(fmt.Sprint(500+i), archivetest.NewsPage(uint64(i), 3), i))
			}
			putFile(t, a, archivetest.ReadFile(t, other))
		}, follow.Changes{All: true}},
		{"captures lose their bodies", func(t *testing.T, a *archive.Archive) {
			b := archivetest.Losing(t, archivetest.ReadFile(t, a), schema.BucketBodies, schema.NumberKey(2))
			putFile(t, a, archivetest.Losing(t, b, schema.BucketArticles, schema.BucketArticles.Key(schema.Key{Number: 2, Generation: archivetest.StateOf(t, a).Generation})))
			dir := t.TempDir()
			if _, err := rescue.Run(ctx, a, archivetest.Site, dir, rescue.Options{}); err != nil {
				t.Fatal(err)
			}
			putFile(t, a, archivetest.ReadFile(t, archivetest.OpenAt(t, dir)))
		}, follow.Changes{All: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, mark := three(t)
			test.then(t, a)
			c := since(t, a, mark)
			last := archivetest.StateOf(t, a).Last
			if c.Mark.Last != last {
				t.Errorf("the mark is of %d, not %d", c.Mark.Last, last)
			}
			if again := since(t, a, c.Mark); !again.None() {
				t.Errorf("looked at again: %+v", again)
			}
			c.Mark = follow.Mark{}
			if diff := cmp.Diff(test.want, c); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func recleaned(t *testing.T, a *archive.Archive, accept bool) {
	t.Helper()
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		return archivetest.PlainCleanAs("plain/2", p)
	})
	if _, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: accept, Limits: reclean.DefaultLimits()}); err != nil {
		t.Fatal(err)
	}
}

func putFile(t *testing.T, a *archive.Archive, b []byte) {
	t.Helper()
	path := a.Newspaper(archivetest.Site).File.Path("db")
	if err := errors.Join(os.Remove(path), os.WriteFile(path, b, 0o666)); err != nil {
		t.Fatal(err)
	}
}

// TestRestored: a copy of the file comes back, and goes on by itself.
func TestRestored(t *testing.T) {
	a, _ := three(t)
	copied := archivetest.ReadFile(t, a)
	archivetest.Commit(t, a, archivetest.Page("400", archivetest.NewsPage(9, 3), 20))
	mark := since(t, a, follow.Mark{}).Mark
	putFile(t, a, copied)
	if c := since(t, a, mark); !c.All || c.Mark.Last != 3 {
		t.Errorf("an older file: %+v", c)
	}
	archivetest.Commit(t, a, archivetest.Page("500", archivetest.NewsPage(8, 3), 20), archivetest.Page("600", archivetest.NewsPage(7, 3), 21))
	if c := since(t, a, mark); !c.All {
		t.Errorf("an older file that went on: %+v", c)
	}
}

// TestManyNames: one more join has few of the others told again.
func TestManyNames(t *testing.T) {
	a, _ := three(t)
	var aliases []capture.Alias
	for i := range 1000 {
		aliases = append(aliases, capture.Alias{Page: fmt.Sprint(2000 + i), Of: "300"})
	}
	join(t, a, aliases...)
	mark := since(t, a, follow.Mark{}).Mark
	join(t, a, capture.Alias{Page: "100", Of: "200"})
	c := since(t, a, mark)
	if !slices.Contains(c.Joined, "100") || !slices.Contains(c.Touched, "200") || len(c.Joined) > 40 {
		t.Errorf("%d joined, %v touched", len(c.Joined), c.Touched)
	}
	if b, err := json.Marshal(c.Mark); err != nil || len(b) > 1000 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// TestEarlierFormat: a file of an earlier program is followed, and told anew once it is of the
// present format.
func TestEarlierFormat(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "testdata", "format1", "vov.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var db bytes.Buffer
	if _, err := io.Copy(&db, z); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "vov.db"), db.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	look := func(m follow.Mark) follow.Changes {
		t.Helper()
		c, err := follow.Since(ctx, a, "vov", m)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := look(follow.Mark{})
	if c := look(first.Mark); !c.None() {
		t.Errorf("nothing was written: %+v", c)
	}
	if more, err := a.Newspaper("vov").UpgradePart(ctx, 1); err != nil || !more {
		t.Fatal(more, err)
	}
	half := look(first.Mark)
	if c := look(half.Mark); !half.All || !c.All {
		t.Errorf("on its way: %+v, %+v", half, c)
	}
	for more := true; more; {
		if more, err = a.Newspaper("vov").UpgradePart(ctx, 100); err != nil {
			t.Fatal(err)
		}
	}
	now := look(half.Mark)
	if c := look(now.Mark); !now.All || !c.None() {
		t.Errorf("brought up to date: %+v, %+v", now, c)
	}
}

func TestNoNewspaper(t *testing.T) {
	if _, err := follow.Since(ctx, archivetest.Fresh(t), archivetest.Site, follow.Mark{}); !errors.Is(err, archive.ErrNoNewspaper) {
		t.Error(err)
	}
}

// few has rapid try some cases: archives end in fsync. More:
//
//	go test ./archive/follow -rapid.checks 1000
func few(t *testing.T) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "10"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFollows: whatever is done, a follower has what a new reader would find.
func TestFollows(t *testing.T) {
	few(t)
	rapid.Check(t, func(rt *rapid.T) {
		a := archivetest.Another(t)
		archivetest.Commit(t, a, archivetest.Page("100", archivetest.NewsPage(0, 3), 10))
		mark, have := follow.Mark{}, map[string]string{}
		minute := 0
		pages := rapid.SampledFrom([]string{"100", "200", "300", "400"})
		rt.Repeat(map[string]func(*rapid.T){
			"capture": func(rt *rapid.T) {
				minute += rapid.IntRange(-20, 20).Draw(rt, "minutes")
				archivetest.Commit(t, a, archivetest.Page(pages.Draw(rt, "page"), archivetest.NewsPage(rapid.Uint64Range(0, 5).Draw(rt, "text"), 2), 500+minute))
			},
			"gone": func(rt *rapid.T) {
				minute++
				archivetest.Commit(t, a, archivetest.Status(pages.Draw(rt, "page"), capture.Gone, 404, 500+minute))
			},
			"join": func(rt *rapid.T) {
				join(t, a, capture.Alias{Page: pages.Draw(rt, "page"), Of: pages.Draw(rt, "of")})
			},
			"forget": func(rt *rapid.T) {
				if rapid.IntRange(0, 3).Draw(rt, "seldom") == 0 && archivetest.StateOf(t, a).Pages > 1 {
					if _, err := archivetest.View(t, a).Page(ctx, "400"); err == nil {
						archivetest.ForgetPage(t, a, "400")
					}
				}
			},
			"": func(rt *rapid.T) {
				c := since(rt, a, mark)
				mark = c.Mark
				now := told(t, a)
				if c.All {
					have = now
					return
				}
				for _, page := range append(c.Touched, c.Joined...) {
					delete(have, page)
					if s, ok := now[page]; ok {
						have[page] = s
					}
				}
				if diff := cmp.Diff(now, have); diff != "" {
					rt.Fatalf("a follower has otherwise (+):\n%s", diff)
				}
			},
		})
	})
}

// told is all that a reader finds of each page.
func told(t *testing.T, a *archive.Archive) map[string]string {
	all := map[string]string{}
	v := archivetest.View(t, a)
	err := v.AllPages(ctx, func(p archive.PageInfo) error {
		list, err := v.Versions(ctx, p.Page)
		all[p.Page] = fmt.Sprintf("%+v %+v", p, list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
