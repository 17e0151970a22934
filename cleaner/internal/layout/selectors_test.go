package layout

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// What a selector may ask of a page is bounded, whatever both are: where elements nest or stand beside each other by
// thousands, those that look around, beside or inside each of them run out of what they may ask. On a page of a few they find what
// they mean.
func TestSelectorsRunOut(t *testing.T) {
	nested := strings.Repeat("<div class='b c'>", 400)
	for _, tt := range []struct{ selector, page string }{
		{".a .c .d", nested + strings.Repeat("<p class=d>x</p>", 200) + "<i class=a></i>"},
		{".a > .c .d", nested + strings.Repeat("<p class=d>x</p>", 4000) + "<i class=a></i>"},
		{".z ~ p", "<i><b class=z></b></i>" + strings.Repeat("<p>x</p>", 2000)},
		{"p:nth-last-child(2n+1)", strings.Repeat("<p>x</p>", 2000)},
		{"p:not(:first-of-type)", strings.Repeat("<p></p><!--x-->", 2000)},
		{"li:only-child > p", "<ul>" + strings.Repeat("<li><p>x</p></li>", 2000) + "</ul>"},
		{"div:has(.z)", nested + strings.Repeat("<p>x</p>", 8000) + "<i class=y></i>"},
		{"div:not(:has(b + .z))", nested + strings.Repeat("<p>x</p>", 8000) + "<i class=y></i>"},
		{"p" + strings.Repeat(":not(.a)", 60), strings.Repeat("<p class='"+strings.Repeat("b ", 1000)+"'>x</p>", 600)},
	} {
		s, err := sites.NewSelector(tt.selector)
		if err != nil {
			t.Error(err)
			continue
		}
		layout := &sites.Layout{Title: sites.Selectors{s}}
		f := newFinder(parsed(t, []byte(tt.page)), layout)
		const little = maxAsked / 256 // as for a page a few times as large
		f.mayAsk = little
		if f.nodes(s); f.mayAsk >= 0 {
			t.Errorf("%s: %d left", tt.selector, f.mayAsk)
		}
		few := newFinder(parsed(t, []byte(tt.page[:min(len(tt.page), 3000)])), layout)
		if few.nodes(s); few.mayAsk < maxAsked-little {
			t.Errorf("%s: on a small page %d left", tt.selector, few.mayAsk)
		}
	}
}
