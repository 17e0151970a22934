package rescue

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
)

// TestRescueOfNeeds: what captures need comes back with them, with the assets; where the list of one is
// lost, from the index, and where that is lost, from the list.
func TestRescueOfNeeds(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Commit(t, a,
		archivetest.Needing(archivetest.Page("100", archivetest.NewsPage(1, 6), 0), "b.png", "a.css"),
		archivetest.Needing(archivetest.Asset("a.css", []byte("a{}"), 1), "c.png"),
		archivetest.Asset("b.png", archivetest.Picture(t, 1), 2),
	)
	whole := archivetest.ReadFile(t, a)
	index := schema.BucketNeeded.Key(schema.Key{Page: archivetest.AssetPage("b.png"), Number: 1})
	inOrder := []string{archivetest.AssetPage("b.png"), archivetest.AssetPage("a.css")}
	for name, c := range map[string]struct {
		file []byte
		want []string
	}{
		"intact":            {whole, inOrder},
		"the index is lost": {archivetest.Losing(t, whole, schema.BucketNeeded, index), inOrder},
		"the list is lost":  {archivetest.Losing(t, whole, schema.BucketNeeds, schema.NumberKey(1)), []string{archivetest.AssetPage("a.css"), archivetest.AssetPage("b.png")}},
	} {
		hurt := archivetest.Another(t)
		if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		out := t.TempDir()
		r, err := Run(ctx, hurt, archivetest.Site, out, Options{})
		if err != nil || r.Captures != 3 || r.Lost+r.Bodiless != 0 {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		to := archivetest.OpenAt(t, out)
		archivetest.Sound(t, to)
		v := archivetest.View(t, to)
		for page, want := range map[string][]string{"100": c.want, archivetest.AssetPage("a.css"): {archivetest.AssetPage("c.png")}, archivetest.AssetPage("b.png"): nil} {
			err := v.Captures(ctx, page, func(c capture.Capture) error {
				needs, err := v.Needs(ctx, c.Number)
				if err == nil && !slices.Equal(needs, want) {
					err = errors.New(fmt.Sprint(needs))
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %s needs %v", name, page, err)
			}
		}
	}
}
