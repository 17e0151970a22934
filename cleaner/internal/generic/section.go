package generic

import (
	"net/url"
	"strings"
	"unicode"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/phrases"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isSection tells a newspaper's page that lists its articles, by what it says of
// itself: nothing in its head speaks of an article, its address is the title
// that it prints ("/kinh-doanh.htm" over "Kinh doanh"), or the address of a tag
// or a topic; and links to articles follow that title, not paragraphs.
// An article may have a short address too: it has paragraphs below its title,
// or a head that calls it one.
func (g *genericReader) isSection(o *survey) bool {
	const fewest, most = 5, 1 // links to articles, paragraphs above the first of them
	const few = 3             // blocks of the element that a link is looked for in
	if g.d.SaysArticle() {
		return false
	}
	title := g.sectionTitle(o)
	if title < 0 {
		return false
	}
	paragraphs, cards := 0, 0
	for i := title + 1; i < int32(len(o.Blocks)); i++ {
		b := &o.Blocks[i]
		switch {
		case b.Link*2 > b.Size() && b.Local == 0 && b.Away == 0 && o.Elems[b.Elem].Last-o.Elems[b.Elem].First <= few:
			if n := linkIn(o.Elems[b.Elem].Node); n != nil && phrases.IsArticleAddress(dom.Attr(n, "href")) {
				cards++
			}
		case cards == 0 && b.Running() && b.In&(outline.InHidden|outline.InNav|outline.InFooter) == 0:
			if paragraphs++; paragraphs > most {
				return false
			}
		}
		if cards >= fewest {
			return true
		}
	}
	return false
}

// sectionTitle is the first h1 where the page's address is that of a section of
// this name or of a list, -1 where it is not.
func (g *genericReader) sectionTitle(o *survey) int32 {
	u, err := url.Parse(g.d.Address())
	if err != nil {
		return -1
	}
	segments := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	if n := len(segments); n == 0 || n > 3 {
		return -1
	}
	last := segments[len(segments)-1]
	if at := strings.LastIndexByte(last, '.'); at > 0 {
		last = last[:at]
	}
	listed := len(segments) > 1 && phrases.IsListSegment(segments[0])
	for i := range o.Blocks {
		b := &o.Blocks[i]
		if b.In&outline.InTitle == 0 {
			continue
		}
		if b.Size() > phrases.MaxTitle {
			return -1
		}
		if key := draft.PlainKey(string(o.Bytes(b))); key != "" && (listed || key == draft.PlainKey(last) && !strings.ContainsFunc(last, unicode.IsDigit)) {
			return int32(i)
		}
	}
	return -1
}

// linkIn is the first link in an element, or round it.
func linkIn(n *html.Node) *html.Node {
	for p, up := n, 0; p != nil && up < 3; p, up = p.Parent, up+1 {
		if p.DataAtom == atom.A {
			return p
		}
	}
	return dom.Find(n, func(c *html.Node) bool { return c.DataAtom == atom.A })
}
