package forget_test

import (
	"bytes"

	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// rawFiles is all that lies in a folder and below, whatever it is called.
func rawFiles(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// holding are the files below a folder that hold some bytes.
func holding(t testing.TB, dir string, b []byte) (paths []string) {
	t.Helper()
	for path, file := range rawFiles(t, dir) {
		if bytes.Contains(file, b) {
			paths = append(paths, path)
		}
	}
	return paths
}

// assets are the names of those that an archive has captures of, of what it is asked for.
func assets(t testing.TB, a *archive.Archive, names ...string) (there []string) {
	t.Helper()
	for _, name := range names {
		n := 0
		err := archivetest.View(t, a).Captures(ctx, archivetest.AssetPage(name), func(capture.Capture) error { n++; return nil })
		if err != nil && !errors.Is(err, archive.ErrNoPage) && !errors.Is(err, archive.ErrForgotten) {
			t.Fatal(err)
		}
		if n > 0 {
			there = append(there, name)
		}
	}
	return there
}

// TestForgetTakesItsPicturesAlong: what a page alone needs goes with it, through style sheets that
// import one another, and not a byte of it is left in any file, nor in the next backup.
func TestForgetTakesItsPicturesAlong(t *testing.T) {
	a := archivetest.Fresh(t)
	pictures := map[string][]byte{}
	for i, name := range []string{"own.png", "shared.png", "font.png", "deep.png", "loop.png", "target.png"} {
		pictures[name] = archivetest.Picture(t, uint64(i))
	}
	sheet := func(name string, minute int, needs ...string) capture.Kept {
		return archivetest.Needing(archivetest.Asset(name, []byte("/* "+name+" */ @import url(x.css); "+archivetest.NewsPage(uint64(minute), 2)), minute), needs...)
	}
	picture := func(name string, minute int) capture.Kept { return archivetest.Asset(name, pictures[name], minute) }
	redirect := func(name, to string, minute int) capture.Kept {
		k := archivetest.Asset(name, nil, minute)
		k.State, k.Status, k.Location = capture.Moved, 302, archivetest.AssetURL(to)
		return k
	}
	entry := func(name string) capture.Entry {
		return capture.Entry{Page: archivetest.AssetPage(name), URL: archivetest.AssetURL(name), Due: archivetest.At(9)}
	}
	_, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{
		archivetest.Needing(archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), "own.png", "shared.png", "own.css", "shared.css", "never.png", "target.png"),
		archivetest.Needing(archivetest.Marked("200", archivetest.NewsPage(2, 6), 1), "shared.png", "shared.css"),
		picture("own.png", 2), picture("shared.png", 3),
		sheet("own.css", 4, "loop.css", "font.png"), sheet("loop.css", 5, "own.css", "loop.png"), // each imports the other
		sheet("shared.css", 6, "deep.css"), sheet("deep.css", 7, "shared.css", "deep.png"),
		archivetest.Needing(archivetest.Marked("300", archivetest.NewsPage(3, 6), 11), "moved.png"), redirect("moved.png", "target.png", 12), picture("target.png", 13),
		picture("font.png", 8), picture("loop.png", 9), picture("deep.png", 10),
	}, Entries: []capture.Entry{entry("own.png"), entry("never.png"), entry("shared.png")}})
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, a, archivetest.Asset("own.png", archivetest.Picture(t, 99), 20)) // its bytes changed
	pictures["own.png, changed"] = archivetest.Picture(t, 99)
	out := t.TempDir()
	archivetest.BackUp(t, a, out)
	goes := []string{"own.png", "own.png, changed", "font.png", "loop.png"}
	for _, name := range append(slices.Clone(goes), "shared.png", "deep.png", "target.png") {
		for _, dir := range []string{a.Dir(), out} {
			if len(holding(t, dir, pictures[name])) != 1 {
				t.Fatalf("%s is not in %s as it came: the test looks for the wrong thing", name, dir)
			}
		}
	}
	before := archivetest.ReadAll(t, a, "100")

	dry, err := forget.Run(ctx, a, archivetest.Site, "100", forget.Options{Reason: "x"})
	if err != nil || dry.Assets != 5 || dry.Remain != 5 || dry.Captures != 7 {
		t.Errorf("announced: %+v, %v", dry, err)
	}
	r := archivetest.ForgetPage(t, a, "100")
	if r.Assets != dry.Assets || r.Remain != dry.Remain || r.Captures != dry.Captures || r.Bodies != dry.Bodies {
		t.Errorf("announced %+v, done %+v", dry, r)
	}
	archivetest.BackUp(t, a, out)
	for _, dir := range []string{a.Dir(), out} {
		for _, name := range goes {
			if paths := holding(t, dir, pictures[name]); len(paths) > 0 {
				t.Errorf("%s is still in %v", name, paths)
			}
		}
		for _, name := range []string{"own.png", "own.css", "loop.css", "font.png", "loop.png", "never.png"} {
			if paths := holding(t, dir, []byte(name)); len(paths) > 0 {
				t.Errorf("the name %s is still in %v", name, paths)
			}
		}
		for _, name := range []string{"shared.png", "deep.png", "target.png"} {
			if len(holding(t, dir, pictures[name])) != 1 {
				t.Errorf("%s is gone from %s", name, dir)
			}
		}
	}
	if diff := archivetest.Different(before, archivetest.ReadAll(t, a)); diff != "" {
		t.Errorf("other pages: %s", diff)
	}
	there := assets(t, a, slices.Collect(maps.Keys(pictures))...)
	if slices.Sort(there); !slices.Equal(there, []string{"deep.png", "shared.png", "target.png"}) {
		t.Errorf("there are %v", there)
	}
	for name, want := range map[string]bool{"own.png": false, "never.png": false, "shared.png": true} {
		if _, ok, err := a.Entry(ctx, archivetest.Site, archivetest.AssetPage(name)); err != nil || ok != want {
			t.Errorf("to be fetched: %s: %v, %v", name, ok, err)
		}
	}
	archivetest.Sound(t, archivetest.OpenAt(t, out))
}

// TestArticleNamedAsAPicture: an article whose address a forgotten page gave as a picture's stays, and
// what came of the address as an asset goes; and the other way round nothing of a forgotten article
// stays as a picture of another page.
func TestArticleNamedAsAPicture(t *testing.T) {
	a := archivetest.Fresh(t)
	article := archivetest.Marked("200", archivetest.NewsPage(2, 6), 1)
	asAsset := func(minute int) capture.Kept {
		k := archivetest.Asset("x", article.Body, minute)
		k.URL, k.Page, k.State = article.URL, sites.AssetPage(article.URL), capture.Broken
		return k
	}
	first, other := archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("300", archivetest.NewsPage(3, 6), 5)
	first.Needs, other.Needs = []string{sites.AssetPage(article.URL)}, []string{sites.AssetPage(article.URL), archivetest.AssetPage("b.png")}
	archivetest.Commit(t, a, first, asAsset(1), article, asAsset(2))
	before := archivetest.ReadAll(t, a, "100")
	if r := archivetest.ForgetPage(t, a, "100"); r.Assets != 1 || r.Captures != 3 {
		t.Errorf("%+v", r)
	}
	if diff := archivetest.Different(before, archivetest.ReadAll(t, a)); diff != "" {
		t.Errorf("the article: %s", diff)
	}
	if p, err := archivetest.View(t, a).Page(ctx, article.URL); err != nil || p.Page != "200" {
		t.Errorf("by its address: %+v, %v", p, err)
	}
	archivetest.Sound(t, a)

	archivetest.Commit(t, a, other, asAsset(6), archivetest.Asset("b.png", archivetest.Picture(t, 1), 7))
	must := bytesOf(t, a, "200")
	archivetest.ForgetPage(t, a, "200")
	for _, b := range must {
		if bytes.Contains(archivetest.ReadFile(t, a), b) {
			t.Errorf("as a picture of another page the file still holds %.40q", b)
		}
	}
	archivetest.Sound(t, a)
	if puts := archivetest.Commit(t, a, asAsset(8)); puts[0].Forgotten == "" {
		t.Errorf("it came back as a picture: %+v", puts[0])
	}
	if there := assets(t, a, "b.png"); len(there) != 1 {
		t.Error("the other page's picture is gone")
	}
}

// TestAssetThatWentStaysAway: it does not come back with the page's old captures, nor from what was
// still to be fetched; but it does when another page needs it.
func TestAssetThatWentStaysAway(t *testing.T) {
	a := archivetest.Fresh(t)
	page := archivetest.Needing(archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), "a.css", "a.png")
	sheet := archivetest.Needing(archivetest.Asset("a.css", []byte("@font-face{}"), 1), "b.png")
	pictures := []capture.Kept{archivetest.Asset("a.png", archivetest.Picture(t, 1), 2), archivetest.Asset("b.png", archivetest.Picture(t, 2), 3)}
	all := append([]capture.Kept{page, sheet}, pictures...)
	archivetest.Commit(t, a, all...)
	archivetest.ForgetPage(t, a, "100")
	entry := capture.Entry{Page: archivetest.AssetPage("a.png"), URL: archivetest.AssetURL("a.png"), Due: archivetest.At(9)}
	for i, p := range archivetest.Commit(t, a, all...) {
		if p.Forgotten == "" {
			t.Errorf("capture %d came back: %+v", i, p)
		}
	}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Entries: []capture.Entry{entry}}); err != nil {
		t.Fatal(err)
	}
	if n, err := a.Discover(ctx, archivetest.Site, []capture.Entry{entry}); err != nil || n != 0 {
		t.Errorf("%d to be fetched, %v", n, err)
	}
	// Another page needs the style sheet, and with it the picture in that.
	puts := archivetest.Commit(t, a, append([]capture.Kept{archivetest.Needing(archivetest.Marked("200", archivetest.NewsPage(2, 6), 4), "a.css")}, all...)...)
	for i, want := range []bool{false, true, false, true, false} {
		if (puts[i].Forgotten != "") != want {
			t.Errorf("capture %d: %+v", i, puts[i])
		}
	}
	if there := assets(t, a, "a.css", "a.png", "b.png"); !slices.Equal(there, []string{"a.css", "b.png"}) {
		t.Errorf("there are %v", there)
	}
	archivetest.Sound(t, a)
	// And goes with that page again.
	if r := archivetest.ForgetPage(t, a, "200"); r.Assets != 2 {
		t.Errorf("%+v", r)
	}
	if there := assets(t, a, "a.css", "a.png", "b.png"); len(there) != 0 {
		t.Errorf("there are %v", there)
	}
}

// TestForgetOfAnAsset: a picture can be taken out by itself, whoever needs it, and comes back for
// nobody; a style sheet takes along what nothing else needs.
func TestForgetOfAnAsset(t *testing.T) {
	a := archivetest.Fresh(t)
	page := archivetest.Needing(archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), "a.css", "a.png", "b.png")
	sheet := archivetest.Needing(archivetest.Asset("a.css", []byte("@font-face{}"), 1), "c.png", "b.png")
	var pictures []capture.Kept
	for i, name := range []string{"a.png", "b.png", "c.png"} {
		pictures = append(pictures, archivetest.Asset(name, archivetest.Picture(t, uint64(i)), 2+i))
	}
	archivetest.Commit(t, a, append([]capture.Kept{page, sheet}, pictures...)...)
	for _, name := range []string{"a.png", "a.css"} {
		if r := archivetest.ForgetPage(t, a, archivetest.AssetPage(name)); r.Captures == 0 || r.Page.Page != archivetest.AssetPage(name) {
			t.Errorf("%+v", r)
		}
	}
	if there := assets(t, a, "a.css", "a.png", "b.png", "c.png"); !slices.Equal(there, []string{"b.png"}) {
		t.Errorf("there are %v", there)
	}
	if bytes.Contains(archivetest.ReadFile(t, a), pictures[0].Body) {
		t.Error("its bytes are in the file")
	}
	needs, err := archivetest.View(t, a).Needs(ctx, 1)
	if err != nil || !slices.Equal(needs, []string{archivetest.AssetPage("b.png")}) {
		t.Errorf("the page needs %v, %v", needs, err)
	}
	again := archivetest.Needing(archivetest.Marked("200", archivetest.NewsPage(2, 6), 9), "a.png", "c.png")
	for i, p := range archivetest.Commit(t, a, append([]capture.Kept{again}, pictures...)...) {
		if want := i == 1; (p.Forgotten != "") != want {
			t.Errorf("capture %d: %+v", i, p)
		}
	}
}

// TestNeedsOfWhatIsRepeated: a page that repeats the bytes of a forgotten one keeps the pictures, and
// keeps saying that it needs them.
func TestNeedsOfWhatIsRepeated(t *testing.T) {
	a := archivetest.Fresh(t)
	text := archivetest.NewsPage(1, 6)
	archivetest.Commit(t, a, archivetest.Needing(archivetest.Page("100", text, 0), "a.png", "b.png"), archivetest.Asset("a.png", archivetest.Picture(t, 1), 1))
	k := archivetest.Page("200", "", 2)
	k.Kind, k.Digest, k.Body, k.Article, k.Refused = capture.Revisit, schema.DigestOf([]byte(text)), nil, nil, ""
	archivetest.Commit(t, a, k)
	before := archivetest.ReadAll(t, a, "100")
	if r := archivetest.ForgetPage(t, a, "100"); r.Assets != 0 || r.Remain != 1 {
		t.Errorf("%+v", r)
	}
	if there := assets(t, a, "a.png"); len(there) != 1 {
		t.Error("the picture is gone")
	}
	needs, err := archivetest.View(t, a).Needs(ctx, 3)
	if err != nil || !slices.Equal(needs, []string{archivetest.AssetPage("a.png"), archivetest.AssetPage("b.png")}) {
		t.Errorf("it needs %v, %v", needs, err)
	}
	if after := archivetest.ReadAll(t, a); fmt.Sprint(after.Bodies) != fmt.Sprint(before.Bodies) {
		t.Error("another body")
	}
}

// TestForgetAssetsAgainstAModel: of any pages, sheets and pictures that need one another, those stay
// that can be reached from what stays.
func TestForgetAssetsAgainstAModel(t *testing.T) {
	names := []string{"1.css", "2.css", "3.css", "4.css", "5.png", "6.png"}
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 3))
		a := archivetest.Fresh(t)
		model := map[string][]string{}
		needing := func(of string) []string {
			for _, name := range names {
				if r.IntN(5) == 0 {
					model[of] = append(model[of], name)
				}
			}
			return model[of]
		}
		var kept []capture.Kept
		for i, id := range []string{"100", "200", "300"} {
			kept = append(kept, archivetest.Needing(archivetest.Page(id, archivetest.NewsPage(uint64(i), 1), i), needing(id)...))
		}
		for i, name := range names {
			k := archivetest.Asset(name, []byte(name), 10+i)
			if i < 4 {
				k = archivetest.Needing(k, needing(name)...)
			}
			kept = append(kept, k)
		}
		archivetest.Commit(t, a, kept...)
		archivetest.ForgetPage(t, a, "100")
		stays := reach(model, "200", "300")
		for _, name := range names { // what no page needed stays, and what that needs
			if !slices.Contains(reach(model, "100"), name) {
				stays = append(stays, reach(model, name)...)
			}
		}
		for _, name := range names {
			there := len(assets(t, a, name)) == 1
			if want := slices.Contains(stays, name); there != want {
				t.Errorf("%d: %s: there %v, want %v of %v", seed, name, there, want, model)
			}
		}
	}
}

// reach is what can be reached, with where it began.
func reach(model map[string][]string, from ...string) []string {
	list := slices.Clone(from)
	for i := 0; i < len(list); i++ {
		for _, to := range model[list[i]] {
			if !slices.Contains(list, to) {
				list = append(list, to)
			}
		}
	}
	return list
}
