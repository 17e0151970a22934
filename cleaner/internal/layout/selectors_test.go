package layout

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// A finder gives for every selector of every newspaper what a search of the
// whole page gives, on every fixture.
func TestFinderFindsWhatASearchFinds(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "testdata", "*", "*.html"))
	if err != nil || len(paths) < 16 {
		t.Fatalf("%d fixtures, %v", len(paths), err)
	}
	for _, path := range paths {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		root := parsed(t, page)
		for _, site := range sites.All() {
			for _, l := range site.Layouts {
				f := newFinder(root, &l)
				for _, field := range l.Fields() {
					for _, s := range field.Selectors {
						want := goquery.NewDocumentFromNode(root).FindMatcher(s).Nodes
						if got := f.nodes(s); !slices.Equal(got, want) {
							t.Errorf("%s: %s %s: %d elements for %q, want %d", path, site.Name, l.Name, len(got), s.Text, len(want))
						}
					}
				}
			}
		}
	}
}

func parsed(t interface{ Fatal(...any) }, page []byte) *html.Node {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}
