package cleaner

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head is what a page says of itself outside its text. It is gathered in one
// walk over the whole tree: a stray first line pushes title and metas into the
// body.
type head struct {
	lang      string // of the html element
	title     string // the title element, as it stands
	canonical string
	metas     map[string][]string // by name or property, lower case
	linked    linked              // JSON-LD
}

// first is the first value of a meta element that is not blank.
func (h *head) first(names ...string) string {
	for _, name := range names {
		for _, v := range h.metas[name] {
			if v = clean(v); v != "" {
				return v
			}
		}
	}
	return ""
}

func readHead(root *html.Node) head {
	h := head{metas: map[string][]string{}}
	var scripts []string
	// A loop, for a tree given to FromTree may be of any depth.
	for n := root.FirstChild; n != nil; {
		if n.Type == html.ElementNode && h.element(n, &scripts) && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
		}
		if n == root {
			break
		}
		n = n.NextSibling
	}
	h.linked = readLinked(scripts)
	return h
}

// element reads one element, and tells whether to look inside it.
func (h *head) element(n *html.Node, scripts *[]string) bool {
	switch n.DataAtom {
	case atom.Html:
		h.lang = attr(n, "lang")
	case atom.Svg, atom.Style, atom.Noscript, atom.Iframe:
		return false
	case atom.Title:
		if h.title == "" && n.FirstChild != nil {
			h.title = n.FirstChild.Data
		}
		return false
	case atom.Meta:
		h.meta(n)
		return false
	case atom.Link:
		if h.canonical == "" && strings.EqualFold(strings.TrimSpace(attr(n, "rel")), "canonical") {
			h.canonical = strings.TrimSpace(attr(n, "href"))
		}
		return false
	case atom.Script:
		if n.FirstChild != nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr(n, "type"))), "application/ld+json") {
			*scripts = append(*scripts, n.FirstChild.Data)
		}
		return false
	}
	return true
}

// meta keeps one meta element under its name, property or itemprop, whichever
// it has.
func (h *head) meta(n *html.Node) {
	content := attr(n, "content")
	if content == "" {
		return
	}
	for _, key := range []string{"property", "name", "itemprop"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, key))); name != "" {
			h.metas[name] = append(h.metas[name], content)
		}
	}
}
