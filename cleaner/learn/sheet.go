package learn

import (
	"slices"
	"sort"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sheet is a sample laid out for being searched: all letters of the page in one text, and
// for each element which part of it is its own. Made in one walk.
type sheet struct {
	*page
	art      cleaner.Article // the page's, but for what of it is another article
	text     string          // letters and digits alone, in lower case: prose.Squash of the page
	elements []element
	by       map[string][]int32 // elements by what parts of selectors ask: ".class", "#id", "[attr", "[attr=value", "name"
	number   map[*html.Node]int32

	told []span // what the generic cleaner gives as body, in the page's order
	head int32  // the element that prints the title; -1 for none
	// boxes are the innermost element that holds nearly all of the body, those around it that
	// hold little more, and before it so many inner ones that hold most of it.
	boxes []int32
	inner int
}

// element is one element of a sheet.
type element struct {
	node     *html.Node
	parent   int32 // -1 for none
	end      int32 // the number of the first element behind it
	from, to int   // its letters in the sheet's text
	marks    []string
}

// span is a part of a sheet's text.
type span struct{ from, to int }

// maxElements bounds the elements of one page that are looked at. Of 676 sound pages the
// largest has a tenth.
const maxElements = 100_000

// newSheet lays out a page.
func newSheet(p *page) *sheet {
	s := &sheet{page: p, art: p.art, by: map[string][]int32{}, number: map[*html.Node]int32{}, head: -1}
	var text []byte
	open, names := int32(-1), namesSeen{}
	dom.Walk(p.doc.Tree(), func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			text = append(text, prose.Squash(prose.Clean(n.Data))...)
			return false
		case n.Type != html.ElementNode || isUnread(n) || len(s.elements) >= maxElements:
			return false
		}
		i := int32(len(s.elements))
		marks := marksOf(n, names)
		s.elements = append(s.elements, element{node: n, parent: open, end: i + 1, from: len(text), to: len(text), marks: marks})
		s.number[n] = i
		s.by[n.Data] = append(s.by[n.Data], i)
		for k, mark := range marks {
			if !slices.Contains(marks[:k], mark) {
				s.by[mark] = append(s.by[mark], i)
			}
		}
		open = i
		return true
	}, func(n *html.Node) {
		i, ok := s.number[n]
		if !ok {
			return
		}
		e := &s.elements[i]
		e.end, e.to = int32(len(s.elements)), len(text)
		open = e.parent
	})
	s.text = string(text)
	return s
}

// isUnread tells what no layout reads.
func isUnread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Textarea, atom.Select, atom.Option, atom.Meta, atom.Link, atom.Button:
		return true
	}
	return false
}

// of are the letters of an element.
func (s *sheet) of(i int32) string { return s.text[s.elements[i].from:s.elements[i].to] }

// size is how many bytes of letters an element has.
func (s *sheet) size(i int32) int { return s.elements[i].to - s.elements[i].from }

// isWithin reports whether an element is another or lies in it.
func (s *sheet) isWithin(i, outer int32) bool {
	return outer < 0 || i >= outer && i < s.elements[outer].end
}

// around is the innermost element that holds two; -1 is the page.
func (s *sheet) around(i, j int32) int32 {
	for i >= 0 && !s.isWithin(j, i) {
		i = s.elements[i].parent
	}
	return i
}

// covered is how many bytes of some spans, which stand in order and apart, lie in an element.
func (s *sheet) covered(spans []span, i int32) int {
	e := s.elements[i]
	n := 0
	for k := sort.Search(len(spans), func(k int) bool { return spans[k].to > e.from }); k < len(spans) && spans[k].from < e.to; k++ {
		n += min(spans[k].to, e.to) - max(spans[k].from, e.from)
	}
	return n
}

// plain is an element's text as a reader sees it.
func (s *sheet) plain(i int32) string { return prose.Clean(dom.Text(s.elements[i].node)) }
