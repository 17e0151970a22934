package redesign

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"baoluu/cleaner"
)

// Place is an element in which a field stands on pages that a layout lost: the field's text, as
// the reader that reads them now found it, is all that the element says. For a body it is what
// holds the first paragraph.
type Place struct {
	Field, Element string // as a selector has it: h1.title
	Pages, Of      int    // of the pages looked at that have the field
}

const (
	// placeOn is on how many of the pages an element has to hold a field.
	placeOn = 0.5
	// mostPlaces is how many elements are told of one field.
	mostPlaces = 2
	// mostText bounds the texts that are compared, in bytes; a longer one is no title.
	mostText = 4096
)

// placed counts, for each field, in which elements it stands.
type placed map[string]map[string]int

// placedFields are those that stand in an element of their own.
var placedFields = []struct {
	name string
	text func(*cleaner.Article) string
}{
	{"title", func(a *cleaner.Article) string { return string(a.Title) }},
	{"lead", func(a *cleaner.Article) string { return string(a.Lead) }},
	{"byline", func(a *cleaner.Article) string { return string(a.Byline) }},
	{"body", func(a *cleaner.Article) string {
		if len(a.Body) == 0 {
			return ""
		}
		return a.Body[0].Text
	}},
}

// add looks for an article's fields on its page.
func (p placed) add(root *html.Node, art *cleaner.Article) {
	wanted := map[string][]string{}
	for _, f := range placedFields {
		if text := squeezed(f.text(art)); text != "" && len(text) <= mostText {
			wanted[text] = append(wanted[text], f.name)
			p.of(f.name)[""]++
		}
	}
	found := map[string]map[string]bool{}
	elements(root, func(n *html.Node, text string) {
		for _, field := range wanted[text] {
			at := n
			if field == "body" {
				at = n.Parent
			}
			if name := selectorOf(at); name != "" {
				if found[field] == nil {
					found[field] = map[string]bool{}
				}
				found[field][name] = true
			}
		}
	})
	for field, names := range found {
		for name := range names {
			p.of(field)[name]++
		}
	}
}

func (p placed) of(field string) map[string]int {
	if p[field] == nil {
		p[field] = map[string]int{}
	}
	return p[field]
}

// list is where the fields stand on most pages.
func (p placed) list() (list []Place) {
	for _, f := range placedFields {
		names := p[f.name]
		pages := names[""]
		var places []Place
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if n := names[name]; name != "" && float64(n) >= placeOn*float64(pages) {
				places = append(places, Place{f.name, name, n, pages})
			}
		}
		slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(b.Pages, a.Pages) })
		list = append(list, places[:min(len(places), mostPlaces)]...)
	}
	return list
}

// elements has fn look at each element of the page's body with its text, those inside it first,
// but not at one inside another that says the same. It gives the element's text, "" where that
// is too long.
func elements(n *html.Node, fn func(n *html.Node, text string)) string {
	var text []string
	long, inside := false, false // inside: an element says all
	for c := range n.ChildNodes() {
		part := ""
		switch {
		case c.Type == html.TextNode:
			part = squeezed(c.Data)
		case c.Type == html.ElementNode && !silent(c):
			part = elements(c, fn)
			long = long || part == tooLong
			inside = inside || part != ""
		}
		if part != "" {
			text = append(text, part)
		}
	}
	all := strings.Join(text, " ")
	if long || len(all) > mostText {
		return tooLong
	}
	if n.Type == html.ElementNode && all != "" && (len(text) > 1 || !inside) {
		fn(n, all)
	}
	return all
}

// tooLong stands for a text that is too long to be compared; no page has it.
const tooLong = "\x00"

// silent reports whether a reader sees nothing of an element.
func silent(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Noscript, atom.Template:
		return true
	}
	return false
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// selectorOf names an element, by one around it where it has no name of its own; "" where
// neither that nor the next has.
func selectorOf(n *html.Node) string {
	const near = 3
	within := ""
	for range near {
		if n == nil || n.Type != html.ElementNode {
			break
		}
		if name := elementName(n); name != "" {
			return name + within
		}
		within = " > " + n.Data + within
		n = n.Parent
	}
	return ""
}

// elementName is an element as a selector has it, with its classes, or its id where it has none;
// "" of one with neither, but for headings.
func elementName(n *html.Node) string {
	name, id := n.Data, ""
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			for _, class := range strings.Fields(a.Val) {
				name += "." + class
			}
		case "id":
			id = a.Val
		}
	}
	switch {
	case name != n.Data || n.DataAtom == atom.H1:
		return name
	case id != "" && !strings.ContainsAny(id, "0123456789 "): // one with a number is the article's own
		return name + "#" + id
	}
	return ""
}
