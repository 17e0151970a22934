package archive_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/follow"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/sites"
)

// painting is a picture that is told apart by a number.
func painting(number, size int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			v := uint8((x*4/size*5+y*6/size*7+number)*(2*number+3)%9*25 + x*20/size)
			m.Set(x, y, color.RGBA{v, 255 - v, v / 2, 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

// illustrated is a capture of a page whose article shows pictures, and needs them.
func illustrated(t testing.TB, id, text string, minutes int, pictures ...string) capture.Kept {
	t.Helper()
	k := archivetest.Page(id, text, minutes)
	k.Article = &cleaner.Article{Site: "dantri", URL: k.URL, Layout: "web", Cleaner: "plain/1", Title: "Cầu mới " + cleaner.Text(id)}
	k.Article.Body = []cleaner.Block{{Kind: cleaner.Paragraph, Text: text}}
	for _, name := range pictures {
		k.Body = append(k.Body, name...)
		k.Article.Images = append(k.Article.Images, cleaner.Image{URL: archivetest.AssetURL(name)})
	}
	return archivetest.Needing(k, append(pictures, "logo.png")...)
}

// TestPicturesInHistories: a picture that is exchanged begins a version, whenever its bytes came;
// one that moved, or is kept of one of the two alone, does not.
func TestPicturesInHistories(t *testing.T) {
	one, other := painting(1, 48), painting(2, 48)
	for _, test := range []struct {
		name    string
		batches [][]capture.Kept
		want    string
	}{
		{"exchanged", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{archivetest.Asset("b.png", other, 11), illustrated(t, "100", "A", 10, "b.png")},
		}, "0, 10 edit images"},
		{"the picture comes last", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{illustrated(t, "100", "A", 10, "b.png")},
			{archivetest.Asset("b.png", other, 11)},
		}, "0, 10 edit images"},
		{"with a word", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{archivetest.Asset("b.png", other, 11), illustrated(t, "100", "B", 10, "b.png")},
		}, "0, 10 edit images body"},
		{"exchanged in place, and the page did not change", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{illustrated(t, "100", "A", 10, "a.png"), archivetest.Asset("a.png", other, 11)},
		}, "0, 10 edit images"},
		{"moved", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{illustrated(t, "100", "A", 10, "b.png"), archivetest.Asset("b.png", one, 11)},
		}, "0"},
		{"scaled", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{illustrated(t, "100", "A", 10, "b.png"), archivetest.Asset("b.png", painting(1, 96), 11)},
		}, "0"},
		{"the old one is not kept", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png")},
			{illustrated(t, "100", "A", 10, "b.png"), archivetest.Asset("b.png", other, 11)},
		}, "0"},
		{"no picture at all", [][]capture.Kept{
			{illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", one, 1)},
			{illustrated(t, "100", "A", 10, "b.png"), archivetest.Asset("b.png", []byte("<html>no such file"), 11)},
		}, "0"},
		{"the template's", [][]capture.Kept{
			{illustrated(t, "100", "A", 0), archivetest.Asset("logo.png", one, 1)},
			{illustrated(t, "100", "A", 10), archivetest.Asset("logo.png", other, 11)},
		}, "0"},
	} {
		a := archivetest.Fresh(t)
		for _, batch := range test.batches {
			archivetest.Commit(t, a, batch...)
		}
		if got := picturesTold(t, a); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		archivetest.Sound(t, a)
	}
}

// picturesTold writes the versions of page 100: the minute each began, and what it changed.
func picturesTold(t testing.TB, a *archive.Archive) string {
	t.Helper()
	var list []string
	for _, v := range archivetest.Versions(t, archivetest.View(t, a), "100") {
		text := fmt.Sprint(int(v.Captured.Sub(archivetest.At(0)).Minutes()))
		if v.Number > 1 {
			text += " " + strings.Join(append([]string{string(v.Cause)}, v.Changed...), " ")
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// TestPicturesAfterAStagedReclean: a picture that comes while a re-clean stands beside the articles has
// its part in the versions that are accepted.
func TestPicturesAfterAStagedReclean(t *testing.T) {
	names := regexp.MustCompile(`[a-z]\.png`)
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, illustrated(t, "100", "A", 0, "a.png"), archivetest.Asset("a.png", painting(1, 48), 1), illustrated(t, "100", "A", 10, "b.png"))
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		text := names.ReplaceAllString(string(p.Body), "")
		again := illustrated(t, "100", text, 0, names.FindAllString(string(p.Body), -1)...).Article
		again.Cleaner = "plain/2"
		return *again, nil
	})
	anything := reclean.Limits{MaxLoss: 100, MaxDrop: 100}
	if r, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Limits: anything}); err != nil || !r.Staged {
		t.Fatalf("%+v, %v", r, err)
	}
	archivetest.Commit(t, a, archivetest.Asset("b.png", painting(2, 48), 11), archivetest.Asset("b.png", painting(2, 48), 12))
	if r, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Limits: anything, Accept: true}); err != nil || !r.Accepted {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := picturesTold(t, a); got != "0, 10 edit images" {
		t.Errorf("%s", got)
	}
}

// TestPicturesInAnyOrder: captures of a page and of its pictures give the same history in whatever
// batches and order they come; followers are told of the page by its pictures.
func TestPicturesInAnyOrder(t *testing.T) {
	paintings := [][]byte{painting(1, 32), painting(2, 32), painting(1, 64), []byte("no picture")}
	name := rapid.SampledFrom([]string{"a.png", "b.png", "c.png"})
	plans := rapid.Custom(func(r *rapid.T) [2][]capture.Kept {
		var kept []capture.Kept
		for minute := range rapid.IntRange(3, 9).Draw(r, "captures") {
			if rapid.Bool().Draw(r, "page") {
				kept = append(kept, illustrated(t, "100", rapid.SampledFrom([]string{"A", "B"}).Draw(r, "text"), minute*5,
					rapid.SliceOfNDistinct(name, 0, 2, rapid.ID).Draw(r, "shows")...))
			} else {
				kept = append(kept, archivetest.Asset(name.Draw(r, "asset"), paintings[rapid.IntRange(0, 3).Draw(r, "bytes")], minute*5+rapid.IntRange(0, 4).Draw(r, "later")))
			}
		}
		return [2][]capture.Kept{kept, rapid.Permutation(kept).Draw(r, "order")}
	})
	for seed := range 20 {
		plan := plans.Example(seed)
		kept := plan[0]
		if !slices.ContainsFunc(kept, func(k capture.Kept) bool { return k.Page == "100" }) {
			continue
		}
		together := archivetest.Fresh(t)
		archivetest.Commit(t, together, kept...)
		a := archivetest.Fresh(t)
		marks, told := follow.Mark{}, ""
		for _, k := range plan[1] {
			archivetest.Commit(t, a, k)
			c, err := follow.Since(ctx, a, "dantri", marks)
			if err != nil {
				t.Fatal(err)
			}
			is := ""
			if k.Page == "100" || told != "" {
				is = picturesTold(t, a)
			}
			if is != told && !c.All && !slices.Contains(c.Touched, "100") {
				t.Errorf("%d: %q became %q, and nobody is told", seed, told, is)
			}
			marks, told = c.Mark, is
		}
		if want := picturesTold(t, together); told != want {
			t.Errorf("%d: one by one %s, together %s", seed, told, want)
		}
		archivetest.Sound(t, a)
	}
}
