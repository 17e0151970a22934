package cleaner

import (
	"slices"
	"strings"

	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// finder answers the selectors of one layout from the elements that they can
// match at all, gathered in one walk over the page: a page has thousands of
// elements, a layout means twenty.
type finder struct {
	page                       *goquery.Selection
	names, classes, ids, attrs candidates
	found                      []candidate // in the page's order
	depth                      int         // of the page
}

// candidate is an element that a selector may mean.
type candidate struct {
	node *html.Node
	end  int32 // the number in found of the first that stands behind it, not inside
}

// candidates are elements, by their numbers in found, by what selectors ask of
// them.
type candidates struct {
	by map[string][]int32
	// shapes are the lengths and first letters of the keys: most that a page
	// has is told by them to be unwanted.
	shapes [32]uint32
}

func (c *candidates) want(key string) {
	if c.by == nil {
		c.by = map[string][]int32{}
	}
	c.by[key] = nil
	c.shapes[len(key)&31] |= 1 << (key[0] & 31)
}

// gather takes an element if it is wanted, and tells whether it is.
func (c *candidates) gather(key string, number int32) bool {
	if key == "" || c.shapes[len(key)&31]>>(key[0]&31)&1 == 0 {
		return false
	}
	list, wanted := c.by[key]
	if wanted && (len(list) == 0 || list[len(list)-1] != number) { // class="a a"
		c.by[key] = append(list, number)
	}
	return wanted
}

func newFinder(root *html.Node, layout *sites.Layout) *finder {
	f := &finder{page: goquery.NewDocumentFromNode(root).Selection}
	for _, list := range layout.Selectors() {
		for _, s := range list {
			for _, part := range s.Parts {
				for _, h := range part {
					of, key := f.hook(h)
					of.want(key)
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
	var open []int32 // the elements around the present place; -1 is none that is wanted
	for n := root.FirstChild; n != nil; {
		if n.Type == html.ElementNode {
			number := f.element(n)
			if n.FirstChild != nil {
				open = append(open, number)
				f.depth = max(f.depth, len(open))
				n = n.FirstChild
				continue
			}
		}
		for n != root && n.NextSibling == nil {
			if n = n.Parent; n == root {
				return
			}
			if number := open[len(open)-1]; number >= 0 {
				f.found[number].end = int32(len(f.found))
			}
			open = open[:len(open)-1]
		}
		n = n.NextSibling
	}
}

// element takes an element if it is wanted: its number, -1 where it is not.
func (f *finder) element(n *html.Node) int32 {
	number := int32(len(f.found))
	wanted := f.names.gather(n.Data, number)
	for i := range n.Attr {
		a := &n.Attr[i]
		wanted = f.attrs.gather(a.Key, number) || wanted
		switch a.Key {
		case "class":
			for class := range strings.FieldsSeq(a.Val) {
				wanted = f.classes.gather(class, number) || wanted
			}
		case "id":
			wanted = f.ids.gather(a.Val, number) || wanted
		}
	}
	if !wanted {
		return -1
	}
	f.found = append(f.found, candidate{n, number + 1})
	return number
}

// matches are the elements inside scope that a selector matches, in the page's
// order. A nil scope is the page.
func (f *finder) matches(scope *goquery.Selection, s sites.Selector) *goquery.Selection {
	if scope == nil {
		scope = f.page
	}
	return scope.FindNodes(f.nodes(s)...)
}

// candidates are the elements that a part of a selector may match, by number:
// what must stand around them is on the page, and they stand inside the last of
// it.
func (f *finder) candidates(s *sites.Selector, part sites.Part) []int32 {
	var own, around []int32
	for _, h := range part {
		of, key := f.hook(h)
		if around, own = own, of.by[key]; own == nil {
			return nil
		}
	}
	const few = 8                                                              // to be asked one by one
	if around == nil || len(own) <= few || strings.ContainsAny(s.Text, "+~") { // those stand beside
		return own
	}
	return f.inside(own, around)
}

// inside are the elements that stand in any of those around.
func (f *finder) inside(own, around []int32) []int32 {
	var found []int32
	end := int32(0) // of what was looked through
	for _, a := range around {
		if f.found[a].end <= end {
			continue
		}
		end = f.found[a].end
		from, _ := slices.BinarySearch(own, a+1)
		to, _ := slices.BinarySearch(own, end)
		found = append(found, own[from:to]...)
	}
	return found
}

// nodes are all elements of the page that one of the selectors matches, in the
// page's order.
func (f *finder) nodes(list ...sites.Selector) []*html.Node {
	var found []int32
	sources := 0
	for i := range list {
		s := &list[i]
		for _, part := range s.Parts {
			for _, number := range f.candidates(s, part) {
				if s.Match(f.found[number].node) {
					found = append(found, number)
				}
			}
			sources++
		}
	}
	if len(found) == 0 {
		return nil
	}
	if sources > 1 {
		slices.Sort(found)
		found = slices.Compact(found)
	}
	nodes := make([]*html.Node, len(found))
	for i, number := range found {
		nodes[i] = f.found[number].node
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
