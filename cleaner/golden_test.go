package cleaner_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden articles in testdata; read the diff before it is committed")

// fixture is a page in testdata/SITE/LAYOUT.CAPTURED.html, written by us in
// the site's markup, or a text dump, text.CAPTURED.txt; its golden article
// stands beside it.
type fixture struct {
	path   string
	layout string
	site   *sites.Site
	page   cleaner.Page
}

// pageURL is the address of a page that does not name it itself.
var pageURL = regexp.MustCompile(`<!-- url: (\S+) -->`)

func fixtures(t testing.TB) []fixture {
	t.Helper()
	var paths []string
	for _, ext := range []string{"html", "txt"} {
		found, err := filepath.Glob(filepath.Join("testdata", "*", "*.*."+ext))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	var list []fixture
	for _, path := range paths {
		s, ok := sites.ByName(filepath.Base(filepath.Dir(path)))
		if !ok {
			continue // the generic extractor's
		}
		parts := strings.Split(filepath.Base(path), ".")
		at, err := time.ParseInLocation("20060102150405", parts[1], sites.Zone)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		f := fixture{path: path, layout: parts[0], site: s}
		f.page = cleaner.Page{Body: read(t, path), ContentType: "text/html; charset=utf-8", Captured: at}
		if parts[2] == "txt" {
			f.page.ContentType = "text/plain; charset=utf-8"
		}
		if m := pageURL.FindSubmatch(f.page.Body); m != nil {
			f.page.URL = string(m[1])
		} else if d, err := cleaner.Read(f.page); err == nil {
			f.page.URL = d.Canonical()
		}
		list = append(list, f)
	}
	if len(list) < 16 {
		t.Fatalf("%d fixtures: the files moved away", len(list))
	}
	return list
}

func TestGolden(t *testing.T) {
	for _, f := range fixtures(t) {
		t.Run(strings.TrimPrefix(filepath.ToSlash(f.path), "testdata/"), func(t *testing.T) {
			a, err := cleaner.Clean(f.page, f.site)
			if err != nil {
				t.Fatal(err)
			}
			if a.Layout != f.layout {
				t.Errorf("read by layout %q", a.Layout)
			}
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(a); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(f.path, filepath.Ext(f.path)) + ".json"
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(read(t, golden)), b.String()); diff != "" {
				t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
			}
			var back cleaner.Article
			if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Digest() != a.Digest() || !back.Published.Equal(a.Published.Time) {
				t.Errorf("does not come back from JSON: %v", err)
			}
		})
	}
}

// For every layout there are three fixtures at least, one of them captured near
// the day on which it began or ended: it is there that layouts are mixed up.
func TestEveryLayoutHasFixtures(t *testing.T) {
	const fewest, near = 3, 31 * 24 * time.Hour
	captured := map[string][]time.Time{}
	for _, f := range fixtures(t) {
		key := f.site.Name + " " + f.layout
		captured[key] = append(captured[key], f.page.Captured)
	}
	for _, s := range sites.All() {
		for i, l := range s.Layouts {
			days := captured[s.Name+" "+l.Name]
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
