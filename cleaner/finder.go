package cleaner

import (
	"slices"
	"strings"

	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// finder answers the selectors of a newspaper's layouts from the elements that
// they can match at all, gathered in one walk over the page: a page has
// thousands of elements, the layouts mean fifty.
type finder struct {
	page                       *goquery.Selection
	names, classes, ids, attrs candidates
	seen                       int // elements so far
	depth                      int // of the page
}

// candidates are elements by what selectors ask of them.
type candidates struct {
	by map[string][]candidate
	// shapes are the lengths and first letters of the keys: most that a page
	// has is told by them to be unwanted.
	shapes [32]uint32
}

func (c *candidates) want(key string) {
	if c.by == nil {
		c.by = make(map[string][]candidate, 64)
	}
	c.by[key] = nil
	c.shapes[len(key)&31] |= 1 << (key[0] & 31)
}

func (c *candidates) gather(key string, one candidate) {
	if key == "" || c.shapes[len(key)&31]>>(key[0]&31)&1 == 0 {
		return
	}
	if list, wanted := c.by[key]; wanted {
		c.by[key] = append(list, one)
	}
}

// candidate is an element and its place in the page's order.
type candidate struct {
	at   int
	node *html.Node
}

func newFinder(root *html.Node, layouts []sites.Layout) *finder {
	f := &finder{page: goquery.NewDocumentFromNode(root).Selection}
	for i := range layouts {
		for _, list := range layouts[i].Selectors() {
			for _, s := range list {
				for _, part := range s.Parts {
					for _, h := range part {
						of, key := f.hook(h)
						of.want(key)
					}
				}
			}
		}
	}
	f.gather(root)
	return f
}

// hook is where the elements with a hook are gathered, and under which key.
func (f *finder) hook(h sites.Hook) (*candidates, string) {
	switch h[0] {
	case '.':
		return &f.classes, string(h[1:])
	case '#':
		return &f.ids, string(h[1:])
	case '[':
		return &f.attrs, string(h[1:])
	}
	return &f.names, string(h)
}

// gather walks the page, without recursing: it is what tells how deep it is.
func (f *finder) gather(root *html.Node) {
	depth := 0
	for n := root.FirstChild; n != nil; {
		if n.Type == html.ElementNode {
			f.element(n)
			if n.FirstChild != nil {
				depth++
				f.depth = max(f.depth, depth)
				n = n.FirstChild
				continue
			}
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
			depth--
		}
		if n == root {
			return
		}
		n = n.NextSibling
	}
}

func (f *finder) element(n *html.Node) {
	one := candidate{f.seen, n}
	f.seen++
	f.names.gather(n.Data, one)
	for i := range n.Attr {
		a := &n.Attr[i]
		f.attrs.gather(a.Key, one)
		switch a.Key {
		case "class":
			for class := range strings.FieldsSeq(a.Val) {
				f.classes.gather(class, one)
			}
		case "id":
			f.ids.gather(a.Val, one)
		}
	}
}

// matches are the elements inside scope that a selector matches, in the page's
// order. A nil scope is the page.
func (f *finder) matches(scope *goquery.Selection, s sites.Selector) *goquery.Selection {
	if scope == nil {
		scope = f.page
	}
	return scope.FindNodes(f.nodes(s)...)
}

// candidates are the elements that a selector may match; none where what must
// stand around them is nowhere on the page.
func (f *finder) candidates(part sites.Part) []candidate {
	var own []candidate
	for _, h := range part {
		of, key := f.hook(h)
		if own = of.by[key]; own == nil {
			return nil
		}
	}
	return own
}

// nodes are all elements of the page that one of the selectors matches, in the
// page's order.
func (f *finder) nodes(list ...sites.Selector) []*html.Node {
	var found []candidate
	sources := 0
	for _, s := range list {
		for _, part := range s.Parts {
			for _, c := range f.candidates(part) {
				if s.Match(c.node) {
					found = append(found, c)
				}
			}
			sources++
		}
	}
	if sources > 1 {
		slices.SortFunc(found, func(a, b candidate) int { return a.at - b.at })
		found = slices.Compact(found)
	}
	nodes := make([]*html.Node, len(found))
	for i := range found {
		nodes[i] = found[i].node
	}
	return nodes
}

// first is the first match of the first selector that finds one accepted by
// ok, and that selector.
func (f *finder) first(scope *goquery.Selection, list sites.Selectors, ok func(*goquery.Selection) bool) (*goquery.Selection, string) {
	for _, s := range list {
		found := f.matches(scope, s)
		for i := range found.Nodes {
			if one := found.Eq(i); ok(one) {
				return one, s.Text
			}
		}
	}
	return nil, ""
}
