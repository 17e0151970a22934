package cleaner_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden articles in testdata; read the diff before it is committed")

func TestGolden(t *testing.T) {
	for _, f := range cleanertest.Fixtures(t) {
		t.Run(strings.TrimPrefix(filepath.ToSlash(f.Path), "testdata/"), func(t *testing.T) {
			a, err := cleaner.Clean(f.Page, f.Site)
			if err != nil {
				t.Fatal(err)
			}
			if a.Layout != f.Layout {
				t.Errorf("read by layout %q", a.Layout)
			}
			made, err := cleaner.Golden(a)
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(f.Path, filepath.Ext(f.Path)) + ".json"
			if *update {
				if err := os.WriteFile(golden, made, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(cleanertest.Read(t, golden)), string(made)); diff != "" {
				t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
			}
			var back cleaner.Article
			if err := json.Unmarshal(made, &back); err != nil || back.Digest() != a.Digest() || !back.Published.Equal(a.Published.Time) {
				t.Errorf("does not come back from JSON: %v", err)
			}
		})
	}
}

// For every layout there are three fixtures at least, one of them captured near
// the day on which it began or ended: it is there that layouts are mixed up. Newspapers
// that are off have one: their other pages are saved ones.
func TestEveryLayoutHasFixtures(t *testing.T) {
	const fewest, near = 3, 31 * 24 * time.Hour
	captured := map[string][]time.Time{}
	for _, f := range cleanertest.Fixtures(t) {
		key := f.Site.Name + " " + f.Layout
		captured[key] = append(captured[key], f.Page.Captured)
	}
	for _, s := range sites.All() {
		for i, l := range s.Layouts {
			days := captured[s.Name+" "+l.Name]
			if s.Off && len(days) > 0 {
				continue
			}
			if len(days) < fewest {
				t.Errorf("%s %s: %d fixtures", s.Name, l.Name, len(days))
			}
			borders := []time.Time{l.Since}
			if i > 0 {
				borders = append(borders, s.Layouts[i-1].Since)
			}
			atBorder := slices.ContainsFunc(days, func(day time.Time) bool {
				return slices.ContainsFunc(borders, func(border time.Time) bool { return !border.IsZero() && day.Sub(border).Abs() <= near })
			})
			if !atBorder {
				t.Errorf("%s %s: no fixture near %v", s.Name, l.Name, borders)
			}
		}
	}
}
