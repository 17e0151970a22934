package merge_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/merge"

	"github.com/google/go-cmp/cmp"
)

// needsOf is what is noted of all captures of some pages, without numbers: when they came, and what
// they need.
func needsOf(t testing.TB, a *archive.Archive, pages ...string) string {
	t.Helper()
	var w strings.Builder
	v := archivetest.View(t, a)
	for _, page := range pages {
		err := v.Captures(ctx, page, func(c capture.Capture) error {
			needs, err := v.Needs(ctx, c.Number)
			body, e := v.Body(ctx, c.Number)
			fmt.Fprintf(&w, "%s %s %s %v\n", c.Page, c.Time, schema.DigestOf(body), needs)
			return errors.Join(err, e)
		})
		if err != nil && !errors.Is(err, archive.ErrNoPage) && !errors.Is(err, archive.ErrForgotten) {
			t.Fatal(err)
		}
	}
	return w.String()
}

// TestMergeOfAssets: what is needed comes along with what needs it, whichever archive is merged into
// which; and a second merge changes nothing.
func TestMergeOfAssets(t *testing.T) {
	one, two := archivetest.Fresh(t), archivetest.Fresh(t)
	picture := archivetest.Picture(t, 1)
	bare := archivetest.Page("100", archivetest.NewsPage(1, 6), 0)
	archivetest.Commit(t, one, bare, archivetest.Asset("b.png", archivetest.Picture(t, 2), 3))
	archivetest.Commit(t, two, // the same page, and what it needs; the same picture twice
		archivetest.Needing(bare, "a.png", "s.css", "never.png"), archivetest.Asset("a.png", picture, 1), archivetest.Asset("a.png", picture, 9),
		archivetest.Needing(archivetest.Asset("s.css", []byte("a{}"), 2), "b.png"), archivetest.Asset("b.png", archivetest.Picture(t, 3), 4),
		archivetest.Needing(archivetest.Page("200", archivetest.NewsPage(2, 6), 5), "a.png"),
	)
	pages := []string{"100", "200", archivetest.AssetPage("a.png"), archivetest.AssetPage("b.png"), archivetest.AssetPage("s.css")}
	if r := archivetest.MergeInto(t, one, two); r.Added != 5 || r.Revisits != 1 || r.Repaired != 1 {
		t.Errorf("%+v", r)
	}
	before := archivetest.ReadFile(t, one)
	if r := archivetest.MergeInto(t, one, two); r.Added+r.Repaired != 0 || r.Known != 6 {
		t.Errorf("once more: %+v", r)
	}
	if string(before) != string(archivetest.ReadFile(t, one)) {
		t.Error("a second merge changed the file")
	}
	if r := archivetest.MergeInto(t, two, one); r.Added != 1 || r.Repaired != 0 {
		t.Errorf("the other way: %+v", r)
	}
	if diff := cmp.Diff(needsOf(t, one, pages...), needsOf(t, two, pages...)); diff != "" {
		t.Error(diff)
	}
	if got := needsOf(t, one, "100"); strings.Count(got, "asset:") != 3 {
		t.Errorf("needs: %s", got)
	}
}

// TestMergeOfWhatWentWithAPage: an asset that went with a forgotten page comes only if something that
// comes needs it, though that came after it there.
func TestMergeOfWhatWentWithAPage(t *testing.T) {
	here, from := archivetest.Fresh(t), archivetest.Fresh(t)
	picture := archivetest.Picture(t, 1)
	first := []capture.Kept{
		archivetest.Needing(archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), "a.png", "s.css", "own.png"), archivetest.Asset("a.png", picture, 1),
		archivetest.Asset("f.png", archivetest.Picture(t, 2), 2), archivetest.Needing(archivetest.Asset("s.css", []byte("a{}"), 3), "f.png"), archivetest.Asset("own.png", archivetest.Picture(t, 3), 4),
	}
	archivetest.Commit(t, here, first...)
	archivetest.ForgetPage(t, here, "100")
	archivetest.Commit(t, from, first...)
	archivetest.Commit(t, from, archivetest.Needing(archivetest.Page("200", archivetest.NewsPage(2, 6), 5), "a.png", "s.css"), archivetest.Asset("a.png", picture, 6))
	if r := archivetest.MergeInto(t, here, from); r.Added != 5 || r.Forgotten != 2 || r.Revisits != 1 {
		t.Errorf("%+v", r)
	}
	pages := []string{"200", archivetest.AssetPage("a.png"), archivetest.AssetPage("s.css"), archivetest.AssetPage("f.png")}
	if diff := cmp.Diff(needsOf(t, from, pages...), needsOf(t, here, pages...)); diff != "" {
		t.Error(diff)
	}
	if got := needsOf(t, here, "100", archivetest.AssetPage("own.png")); got != "" {
		t.Errorf("what is forgotten came: %s", got)
	}
	if r := archivetest.MergeInto(t, here, from); r.Added+r.Repaired != 0 || r.Forgotten != 2 {
		t.Errorf("once more: %+v", r)
	}
}

// TestMergeOfDamagedNeeds: a capture comes though it cannot be read what it needs.
func TestMergeOfDamagedNeeds(t *testing.T) {
	here, from := archivetest.Fresh(t), archivetest.Another(t)
	archivetest.Commit(t, from, archivetest.Needing(archivetest.Page("100", archivetest.NewsPage(1, 6), 0), "a.png"))
	archivetest.Spoil(t, from, schema.BucketNeeds, schema.NumberKey(1))
	hurt := 0
	r, err := merge.Run(ctx, here, archivetest.Site, from, merge.Options{Damaged: func(uint64, error) { hurt++ }})
	if err != nil || hurt != 1 || r.Added != 1 {
		t.Errorf("%+v, %d hurt, %v", r, hurt, err)
	}
	if !slices.Equal(strings.Fields(needsOf(t, here, "100"))[:1], []string{"100"}) {
		t.Error("the page did not come")
	}
}
