package layout

import (
	"fmt"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/markup"
	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Tried asks each selector of a layout, in the order of its fields, whether it finds anything
// on a page, be it the first of its field that does or not. Those of fields that stand inside
// the article's element are asked there; of a page without that element, everywhere.
func Tried(root *html.Node, l *sites.Layout) ([]article.Tried, error) {
	f := newFinder(root, l)
	scope := articleElement(f, l)
	var list []article.Tried
	for _, field := range l.Fields() {
		for _, s := range field.Selectors {
			t := article.Tried{Field: field.Name, Selector: s.Text}
			if field.Inside {
				t.Found = finds(f, scope, s)
			} else {
				t.Found = len(f.nodes(s)) > 0
			}
			list = append(list, t)
		}
	}
	if f.mayAsk < 0 || f.depth > maxDepthOfPage {
		return nil, fmt.Errorf("%w: too much around and inside what layout %s looks for", markup.ErrHostile, l.Name)
	}
	return list, nil
}

// finds reports whether a selector finds an element with text or a picture in it.
func finds(f *finder, scope *goquery.Selection, s sites.Selector) bool {
	isPicture := func(n *html.Node) bool { return n.DataAtom == atom.Img }
	if scope != nil && s.Match(scope.Get(0)) {
		return true // a body that is the article itself
	}
	for n := range f.outermost(scope, s) {
		if hasText(f.page.FindNodes(n)) || dom.Find(n, isPicture) != nil {
			return true
		}
	}
	return false
}
