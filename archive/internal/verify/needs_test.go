package verify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/verify"
	"baoluu/sites"
)

// TestNeedsAgainstTheirIndex: whatever of the two is missing, or too much, is named once.
func TestNeedsAgainstTheirIndex(t *testing.T) {
	asset := func(name string) string { return sites.AssetPage("https://cdn.dantri.com.vn/" + name) }
	for name, c := range map[string]struct {
		spoil func(w schema.Writer) error
		want  []string // where
	}{
		"nothing":              {func(schema.Writer) error { return nil }, nil},
		"an entry is missing":  {func(w schema.Writer) error { return schema.Needed(asset("1.png")).Drop(w, 64) }, []string{"needs 64"}},
		"an entry is too much": {func(w schema.Writer) error { return schema.Needed(asset("9.png")).Add(w, 64) }, []string{"needed"}},
		"a list is missing":    {func(w schema.Writer) error { return schema.Needs.Drop(w, 64) }, []string{"needs 64"}},
		"a list of nothing":    {func(w schema.Writer) error { return schema.SaveNeeds(w, 99, []string{asset("1.png")}) }, []string{"needs 99"}},
		"an article as an asset": {func(w schema.Writer) error {
			return schema.SaveNeeds(w, 64, []string{asset("1.png"), asset("2.png"), "1000"})
		}, []string{"needs 64"}},
	} {
		a, of := varied(t)
		k := page("2000", 1, 300)
		k.Needs = []string{asset("1.png"), asset("2.png")}
		commit(t, a, capture.Batch{Kept: []capture.Kept{k}})
		if err := a.Newspaper(site).Update(ctx, c.spoil); err != nil {
			t.Fatal(err)
		}
		var told []verify.Problem
		if _, err := verify.Run(ctx, of, func(p verify.Problem) { told = append(told, p) }, nil); err != nil {
			t.Fatal(errors.Join(errors.New(name), err))
		}
		agree := slices.EqualFunc(told, c.want, func(p verify.Problem, where string) bool {
			return strings.HasPrefix(p.Where, where) && p.Loss == verify.LossIndex && strings.Contains(p.Means, "forget")
		})
		if !agree {
			t.Errorf("%s: told %+v", name, told)
		}
	}
}
