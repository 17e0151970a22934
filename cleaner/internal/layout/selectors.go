package layout

import (
	"iter"
	"slices"
	"strings"

	"baoluu/cleaner/internal/dom"
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
	weight                     int         // of the elements that gather has come to
	mayAsk                     int         // what matching selectors may still cost, in weights of elements
}

// maxAsked is what matching all selectors to one page may cost, in weights of nodes. A selector looks
// at what stands around an element, beside it and inside it: where many nest in large ones that is
// the square of the page's size. The worst of 637 sound pages has 1.2 million, a hundredth.
const maxAsked = 1 << 27

// candidate is an element that a selector may mean.
type candidate struct {
	node  *html.Node
	end   int32 // the number in found of the first that stands behind it, not inside
	depth int   // elements around it
	// What a selector may look at, in weights of nodes: around it and inside it.
	around, inside int
}

// candidates are elements, by their numbers in found, by what selectors ask of
// them.
type candidates struct {
	by map[string][]int32
	// shapes are the lengths and first letters of the keys: by them
	// most that a page has is known to be unwanted.
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
	f := &finder{page: goquery.NewDocumentFromNode(root).Selection, mayAsk: maxAsked, found: make([]candidate, 0, 256)}
	for _, field := range layout.Fields() {
		for _, s := range field.Selectors {
			for _, part := range s.Parts {
				for _, h := range part.Hooks {
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
	type element struct {
		number int32 // -1 is none that is wanted
		weight int   // of all up to its beginning
		around int   // of those around its children
	}
	open := []element{{number: -1}} // around the present place
	for n := root.FirstChild; n != nil; {
		weight := weightOf(n)
		f.weight += weight
		if n.Type == html.ElementNode {
			outer := open[len(open)-1]
			number := f.element(n)
			if number >= 0 {
				c := &f.found[number]
				c.around, c.depth = outer.around, len(open)-1
			}
			if n.FirstChild != nil {
				open = append(open, element{number, f.weight, outer.around + weight})
				f.depth = max(f.depth, len(open)-1)
				n = n.FirstChild
				continue
			}
		}
		for n != root && n.NextSibling == nil {
			if n = n.Parent; n == root {
				return
			}
			if e := open[len(open)-1]; e.number >= 0 {
				c := &f.found[e.number]
				c.end, c.inside = int32(len(f.found)), f.weight-e.weight
			}
			open = open[:len(open)-1]
		}
		n = n.NextSibling
	}
}

// weightOf is what asking a node takes: an element's attributes and the bytes of its classes; a text's
// bytes are copied.
func weightOf(n *html.Node) int {
	weight := 1 + len(n.Attr)
	if n.Type == html.TextNode {
		weight += len(n.Data) / 64
	}
	for i := range n.Attr {
		if n.Attr[i].Key == "class" {
			weight += len(n.Attr[i].Val)
		}
	}
	return weight
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
			for rest := a.Val; rest != ""; {
				end := 0
				for end < len(rest) && !isHTMLSpace(rest[end]) {
					end++
				}
				wanted = f.classes.gather(rest[:end], number) || wanted
				rest = rest[min(end+1, len(rest)):]
			}
		case "id":
			wanted = f.ids.gather(a.Val, number) || wanted
		}
	}
	if !wanted {
		return -1
	}
	f.found = append(f.found, candidate{node: n, end: number + 1})
	return number
}

// isHTMLSpace tells what parts the words of an attribute.
func isHTMLSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// cost bounds what it takes to match a part of a selector against an element, in weights of nodes. What it
// looks at beside an element, or around it, it may ask all that the part asks of one.
func cost(part *sites.Part, c *candidate) int {
	const most = 1 << 28 // more than there is to spend
	outwards, beside := weightOf(c.node), 1
	if part.Around {
		outwards += c.around
	}
	for range part.Steps - 1 {
		outwards *= 1 + c.depth
	}
	for _, distance := range part.Beside {
		beside += weightBeside(c.node, distance)
	}
	return (1 + part.Asks/4) * (min(outwards, most)*min(beside, most) + part.Inside*c.inside)
}

// weightBeside is that of the nodes beside the one so far out from n, and its own.
func weightBeside(n *html.Node, distance int) int {
	for ; distance >= 0 && n != nil; distance-- {
		n = n.Parent
	}
	weight := 0
	if n != nil {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			weight += weightOf(c)
		}
	}
	return weight
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
func (f *finder) candidates(s *sites.Selector, part *sites.Part) []int32 {
	var own, around []int32
	for _, h := range part.Hooks {
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
	found := f.numbers(list...)
	if found == nil {
		return nil
	}
	nodes := make([]*html.Node, len(found))
	for i, number := range found {
		nodes[i] = f.found[number].node
	}
	return nodes
}

// outermost are the elements inside scope that a selector matches, in the page's order, but
// those inside one that came before: each part of the page is in one of them at most. A nil
// scope is the page.
func (f *finder) outermost(scope *goquery.Selection, s sites.Selector) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		end := int32(0)
		for _, number := range f.numbers(s) {
			c := &f.found[number]
			if number < end || scope != nil && !dom.IsWithin(c.node.Parent, scope.Get(0)) {
				continue
			}
			if !yield(c.node) {
				return
			}
			end = c.end
		}
	}
}

func (f *finder) numbers(list ...sites.Selector) []int32 {
	var found []int32
	sources := 0
	for i := range list {
		s := &list[i]
		for j := range s.Parts {
			for _, number := range f.candidates(s, &s.Parts[j]) {
				c := &f.found[number]
				if f.mayAsk < 0 {
					return nil
				}
				for k := range s.Parts { // any may match
					f.mayAsk -= cost(&s.Parts[k], c)
				}
				if f.mayAsk >= 0 && s.Match(c.node) {
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
	return found
}

// first is the first match of the first selector that finds one accepted by
// ok, and that selector. What an element does not have nothing inside it has.
func (f *finder) first(scope *goquery.Selection, list sites.Selectors, ok func(*goquery.Selection) bool) (*goquery.Selection, string) {
	for _, s := range list {
		for n := range f.outermost(scope, s) {
			if one := f.page.FindNodes(n); ok(one) {
				return one, s.Text
			}
		}
	}
	return nil, ""
}
