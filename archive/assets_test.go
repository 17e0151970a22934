package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

func needsOf(t testing.TB, v *archive.View, n uint64) []string {
	t.Helper()
	list, err := v.Needs(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func neededBy(t testing.TB, v *archive.View, name string) (list []uint64) {
	t.Helper()
	err := v.Needed(ctx, archivetest.AssetPage(name), func(n uint64) error {
		list = append(list, n)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestAssetsAreNoPages: an asset is captured like a page, and is none.
func TestAssetsAreNoPages(t *testing.T) {
	a := archivetest.Fresh(t)
	article := archivetest.Needing(archivetest.Page("100", archivetest.NewsPage(1, 3), 0), "a.jpg", "b.css", "a.jpg")
	// The same address as a picture, and captured as one first.
	claimed := archivetest.Page("100", "no article", -1)
	claimed.Page, claimed.URL = sites.AssetPage(article.URL), article.URL
	// A picture whose bytes read like an article.
	a1, a2 := archivetest.Asset("a.jpg", []byte("A\nx"), 1), archivetest.Asset("a.jpg", []byte("A\ny"), 3)
	archivetest.Commit(t, a, claimed, article, a1)
	puts := archivetest.Commit(t, a, archivetest.Asset("a.jpg", []byte("A\nx"), 2), a2, archivetest.Asset("a.jpg", []byte("A\nz"), 0))
	if p := puts[0]; !p.Revisit || p.NewPage || p.Version != 0 {
		t.Errorf("the same bytes again: %+v", p)
	}
	if p := puts[2]; p.Version != 0 || p.Rebuilt != 0 {
		t.Errorf("one that came late: %+v", p)
	}
	v := archivetest.View(t, a)
	for name, list := range map[string]func(func(archive.PageInfo) error) error{
		"pages": func(fn func(archive.PageInfo) error) error { return v.Pages(ctx, fn) },
		"all":   func(fn func(archive.PageInfo) error) error { return v.AllPages(ctx, fn) },
		"then":  func(fn func(archive.PageInfo) error) error { return v.At(archivetest.At(1)).AllPages(ctx, fn) },
		"histories": func(fn func(archive.PageInfo) error) error {
			return v.Histories(ctx, func(p archive.PageInfo, _ []archive.Version) error { return fn(p) })
		},
	} {
		var got []string
		if err := list(func(p archive.PageInfo) error { got = append(got, p.Page); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, []string{"100"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if p, err := v.Page(ctx, article.URL); err != nil || p.Page != "100" {
		t.Errorf("by its address the article is %q, %v", p.Page, err)
	}
	var listed []string
	if err := v.Assets(ctx, func(p archive.PageInfo) error {
		listed = append(listed, fmt.Sprint(p.Page, " ", p.Captures, p.Article(), p.ID))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{claimed.Page + " 1 false", archivetest.AssetPage("a.jpg") + " 4 false"}; !slices.Equal(listed, want) {
		t.Errorf("assets: %q, not %q", listed, want)
	}
	stats, err := v.Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(len("no article") + 3*len("A\nx"))
	if stats.Pages != 1 || stats.Captures != 1 || stats.Articles != 1 || stats.Versions != 1 || stats.RawBytes != article.Size+int64(len(article.Body)) ||
		stats.Assets != 2 || stats.AssetCaptures != 5 || stats.AssetRawBytes != size || stats.AssetStoredBytes == 0 {
		t.Errorf("%+v", stats)
	}
	if counted, err := v.AssetStats(ctx); err != nil || counted != stats.AssetStats {
		t.Errorf("%+v, %v", counted, err)
	}
	aliases := []capture.Alias{{Page: archivetest.AssetPage("a.jpg"), Of: "100"}, {Page: "100", Of: archivetest.AssetPage("a.jpg")}}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: aliases}); err != nil {
		t.Error(err)
	}
	if s := archivetest.StateOf(t, a); s.Joins != 0 || s.Pages != 3 {
		t.Errorf("an asset is joined: %+v", s)
	}
}

// TestPagesAroundAssets: assets lie between the keys of other pages.
func TestPagesAroundAssets(t *testing.T) {
	a := archivetest.Fresh(t)
	var want []string
	for i, name := range []string{"1", "a", "as", "assess", "asset", "asset.", "asset;", "b", "vn)/x"} {
		archivetest.Commit(t, a, archivetest.Page(name, archivetest.NewsPage(uint64(i), 3), i), archivetest.Asset(fmt.Sprint(i), []byte("picture"), i))
		want = append(want, name)
	}
	v := archivetest.View(t, a)
	for _, begin := range []string{"", "a", "as", "asse", "asset", "asset:", "asset:e", "b", "c"} {
		var got []string
		if err := v.PagesWith(ctx, begin, func(p archive.PageInfo) error { got = append(got, p.Page); return nil }); err != nil {
			t.Fatal(err)
		}
		left := slices.DeleteFunc(slices.Clone(want), func(name string) bool { return len(name) < len(begin) || name[:len(begin)] != begin })
		if !slices.Equal(got, left) {
			t.Errorf("%q: %q, not %q", begin, got, left)
		}
	}
}

// TestNeeds: which capture needs what, also of one that repeats another.
func TestNeeds(t *testing.T) {
	a := archivetest.Fresh(t)
	one, two := archivetest.NewsPage(1, 3), archivetest.NewsPage(2, 3)
	archivetest.Commit(t, a, archivetest.Needing(archivetest.Page("100", one, 0), "b", "a"), archivetest.Page("200", one+"\nx", 1))
	archivetest.Commit(t, a,
		archivetest.Needing(archivetest.Page("100", one, 2), "c"), // repeats the first, which has its own
		archivetest.Needing(archivetest.Page("100", two, 3), "a"),
		archivetest.Needing(archivetest.Page("200", one+"\nx", 4), "d"), // repeats one that has none
		archivetest.NotModified("200", 5),
		archivetest.Needing(archivetest.Status("300", capture.Gone, 404, 6), "a"))
	check := func(v *archive.View) {
		t.Helper()
		for n, want := range map[uint64][]string{1: {archivetest.AssetPage("b"), archivetest.AssetPage("a")}, 2: {archivetest.AssetPage("d")}, 3: {archivetest.AssetPage("b"), archivetest.AssetPage("a")}, 4: {archivetest.AssetPage("a")}, 5: {archivetest.AssetPage("d")}, 6: {archivetest.AssetPage("d")}, 7: nil} {
			if diff := cmp.Diff(want, needsOf(t, v, n)); diff != "" {
				t.Errorf("capture %d: %s", n, diff)
			}
		}
		for name, want := range map[string][]uint64{"a": {1, 4}, "b": {1}, "c": nil, "d": {2}} {
			if got := neededBy(t, v, name); !slices.Equal(got, want) {
				t.Errorf("%s: needed by %d, not %d", name, got, want)
			}
		}
	}
	v := archivetest.View(t, a)
	check(v)
	if got := neededBy(t, v.At(archivetest.At(2)), "a"); !slices.Equal(got, []uint64{1}) {
		t.Errorf("then it was needed by %d", got)
	}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "200", Of: "100"}}}); err != nil {
		t.Fatal(err)
	}
	check(archivetest.View(t, a))
	if puts := archivetest.Commit(t, a, archivetest.Needing(archivetest.Page("300", two+"\ny", 7), "a")); puts[0].Number != 8 {
		t.Errorf("%+v", puts)
	}
	if got := neededBy(t, v, "a"); !slices.Equal(got, []uint64{1, 4}) {
		t.Errorf("an earlier View sees what came later: %d", got)
	}
	if _, err := v.Needs(ctx, 8); !errors.Is(err, archive.ErrNoPage) {
		t.Errorf("of what came later: %v", err)
	}
}

func TestNeedsAreAssets(t *testing.T) {
	a := archivetest.Fresh(t)
	for _, bad := range []string{"", "100", "vn,com)/x"} {
		k := archivetest.Page("100", "A\nx", 0)
		k.Needs = []string{bad}
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{k}}); !errors.Is(err, schema.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	k := archivetest.Page("100", "A\nx", 0)
	k.Needs = []string{"asset:\x1b[31m", "asset:\xff", "asset:" + strings.Repeat("a", schema.MaxPage), "asset:%1B[31m"}
	archivetest.Commit(t, a, k)
	if got := needsOf(t, archivetest.View(t, a), 1); !slices.Equal(got, []string{"asset:%1B[31m"}) {
		t.Errorf("%q", got)
	}
}

func TestNearest(t *testing.T) {
	a := archivetest.Fresh(t)
	gone := archivetest.Asset("a.jpg", []byte(""), 30)
	gone.State, gone.Status, gone.Body = capture.Gone, 404, nil
	again := archivetest.Asset("a.jpg", []byte(""), 50)
	again.Kind, again.Profile, again.Status, again.Body = capture.Revisit, capture.NotModified, 304, nil
	lost := archivetest.Asset("a.jpg", []byte(""), 90)
	lost.Kind, lost.Profile, lost.Body, lost.Digest = capture.Revisit, capture.SamePayload, nil, schema.DigestOf([]byte("of another archive"))
	archivetest.Commit(t, a, archivetest.Asset("a.jpg", []byte("1"), 10), archivetest.Asset("a.jpg", []byte("2"), 20), gone, archivetest.Asset("a.jpg", []byte("3"), 40), again, lost, archivetest.Asset("b.jpg", []byte(""), 10))
	v := archivetest.View(t, a)
	for minute, want := range map[int]uint64{0: 1, 10: 1, 14: 1, 15: 1, 16: 2, 20: 2, 28: 2, 30: 2, 31: 4, 44: 4, 45: 4, 46: 5, 100: 5} {
		c, err := v.Nearest(ctx, archivetest.AssetPage("a.jpg"), archivetest.At(minute))
		if err != nil || c.Number != want {
			t.Errorf("minute %d: capture %d, not %d, %v", minute, c.Number, want, err)
		}
	}
	if c, err := v.At(archivetest.At(15)).Nearest(ctx, archivetest.AssetPage("a.jpg"), archivetest.At(50)); err != nil || c.Number != 1 {
		t.Errorf("as it stood: %d, %v", c.Number, err)
	}
	for _, name := range []string{"b.jpg", "c.jpg"} {
		if c, err := v.Nearest(ctx, archivetest.AssetPage(name), archivetest.At(1)); !errors.Is(err, archive.ErrNoPage) {
			t.Errorf("%s: %d, %v", name, c.Number, err)
		}
	}
}

// TestPicturesAreStoredAsTheyCame: their bytes stand in the file, once, and nothing is packed
// against them; style sheets pack.
func TestPicturesAreStoredAsTheyCame(t *testing.T) {
	a := archivetest.Fresh(t)
	noise := func(seed string, size int) string {
		return "\xff\xd8\xff\xe0" + string(archivetest.Noise(seed, size).Body)
	}
	small, large := noise("small", 5000), noise("large", 300<<10)
	page, sheet := archivetest.NewsPage(1, 3), strings.Repeat(".tin-bai { color: #333; }\n", 200)
	archivetest.Commit(t, a, archivetest.Asset("a.jpg", []byte(small), 0), archivetest.Asset("b.jpg", []byte(large), 0), archivetest.Asset("c.jpg", []byte(small), 0), archivetest.Asset("x.css", []byte(sheet), 0))
	// One address that gives a page, a picture and the page again; its next body is packed against the page.
	archivetest.Commit(t, a, archivetest.Page("100", page, 1), archivetest.Page("100", large+"x", 2))
	archivetest.Commit(t, a, archivetest.Page("100", page+"\nnew", 3), archivetest.Page("200", small, 4))
	archivetest.Commit(t, a, archivetest.Page("200", page+"\nnewer", 5))
	v := archivetest.View(t, a)
	for n, want := range map[uint64]string{1: small, 2: large, 3: small, 4: sheet, 5: page, 6: large + "x", 7: page + "\nnew", 8: small, 9: page + "\nnewer"} {
		if got, err := v.Body(ctx, n); err != nil || string(got) != want {
			t.Errorf("capture %d: %d bytes of %d, %v", n, len(got), len(want), err)
		}
	}
	file, err := os.ReadFile(a.Newspaper(archivetest.Site).File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"small": small, "the beginning of large": large[:128<<10], "the end of large": large[256<<10:]} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("%s is not in the file", name)
		}
	}
	err = a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		for body, err := range schema.Bodies.All(r) {
			if err != nil {
				return err
			}
			n, b := body.Key, body.Value
			if raw := int64(len(b.Frame)) > b.Size; raw != (n == 1 || n == 2 || n == 6) || raw && b.Base != 0 {
				t.Errorf("body %d: %+v in %d bytes", n, b.BodyHead, len(b.Frame))
			}
			if b.Base != 0 && b.Base != 5 {
				t.Errorf("body %d is packed against %d", n, b.Base)
			}
			if ref, err := schema.References.Has(r, n); err != nil || ref != (n == 5) {
				t.Errorf("body %d is a reference: %t, %v", n, ref, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := v.AssetStats(ctx); err != nil || s.AssetCaptures != 4 || s.AssetRawBytes != int64(len(small)+len(large)+len(sheet)) || s.AssetStoredBytes > s.AssetRawBytes {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestCountersOfAssets: verify counts assets again, also where it was stopped and goes on.
func TestCountersOfAssets(t *testing.T) {
	for _, wrong := range []func(*schema.State){
		func(*schema.State) {}, func(s *schema.State) { s.Assets++ }, func(s *schema.State) { s.AssetCaptures-- },
	} {
		a := archivetest.Another(t)
		archivetest.Commit(t, a, archivetest.Page("100", archivetest.NewsPage(1, 3), 0), archivetest.Asset("a.png", archivetest.Picture(t, 1), 0), archivetest.Asset("a.png", archivetest.Picture(t, 2), 1))
		var before, after schema.State
		err := a.Newspaper(archivetest.Site).Update(ctx, func(w schema.Writer) error {
			s, err := schema.MetaState.Must(w)
			before, after = s, s
			wrong(&after)
			return errors.Join(err, schema.MetaState.Save(w, after))
		})
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		if before != after {
			want = 1
		}
		stopped, stop := context.WithCancel(ctx)
		looked := 0
		_, _ = a.Verify(stopped, archivetest.Site, func(archive.Problem) {}, func(archive.VerifyReport) {
			if looked++; looked == 15 {
				stop()
			}
		})
		stop()
		report, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) {
			if p.Where != "meta state" {
				t.Errorf("%+v", p)
			}
		}, nil)
		if err != nil || report.Problems != want {
			t.Errorf("%+v, want %d problems, %v", report, want, err)
		}
		if !report.Resumed {
			t.Errorf("it did not go on: %+v", report)
		}
	}
}

// TestTheSameWithAssets: what is said of pages is the same whether assets came in between or not.
func TestTheSameWithAssets(t *testing.T) {
	without, with := archivetest.Fresh(t), archivetest.Fresh(t)
	archivetest.VariedPages(t, without)
	n := 0
	for k := range varied(t, without) {
		names := []string{fmt.Sprint(n%7, ".png"), "x.css"}
		archivetest.Commit(t, with, archivetest.Asset(names[0], archivetest.Picture(t, uint64(n)), n), archivetest.Needing(k, names...), archivetest.Asset("x.css", []byte(strings.Repeat("p{margin:0}", n/20+1)), n))
		n++
	}
	if _, err := with.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "1003", Of: "1004", Why: "canonical"}}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(archivetest.HistoryOfPages(t, without), archivetest.HistoryOfPages(t, with)); diff != "" {
		t.Error(diff)
	}
	said := func(a *archive.Archive) (archive.Stats, []archive.Month) {
		v := archivetest.View(t, a)
		s, err := v.Stats(ctx)
		if err != nil {
			t.Fatal(err)
		}
		months, err := v.Growth(ctx)
		if err != nil {
			t.Fatal(err)
		}
		s.AssetStats, s.StoredBytes, s.CopyBytes, s.FileBytes = archive.AssetStats{}, 0, 0, 0
		for i := range months {
			months[i].AssetStats, months[i].StoredBytes = archive.AssetStats{}, 0
		}
		return s, months
	}
	s1, m1 := said(without)
	s2, m2 := said(with)
	if diff := cmp.Diff(s1, s2) + cmp.Diff(m1, m2); diff != "" {
		t.Error(diff)
	}
}

// varied is the captures of an archive as they came.
func varied(t *testing.T, a *archive.Archive) iter.Seq[capture.Kept] {
	v := archivetest.View(t, a)
	return func(yield func(capture.Kept) bool) {
		err := v.Exchanges(ctx, func(c capture.Capture) error {
			k := capture.Kept{Capture: c}
			var err error
			if c.Kind != capture.Revisit {
				if k.Body, err = v.Body(ctx, c.Number); err != nil {
					return err
				}
			}
			if k.Body != nil {
				k.Article, k.Refused = a.Newspaper(archivetest.Site).Cleaner.Read(archivetest.Site, c, k.Body)
			}
			k.RevisitOf = 0
			if !yield(k) {
				return schema.ErrStop
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
