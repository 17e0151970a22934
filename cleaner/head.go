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
	h.walk(root, &scripts)
	h.linked = readLinked(scripts)
	return h
}

func (h *head) walk(n *html.Node, scripts *[]string) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.DataAtom {
		case atom.Html:
			h.lang = attr(c, "lang")
		case atom.Svg, atom.Style, atom.Noscript, atom.Iframe:
			continue
		case atom.Title:
			if h.title == "" && c.FirstChild != nil {
				h.title = c.FirstChild.Data
			}
			continue
		case atom.Meta:
			h.meta(c)
			continue
		case atom.Link:
			if h.canonical == "" && strings.EqualFold(strings.TrimSpace(attr(c, "rel")), "canonical") {
				h.canonical = strings.TrimSpace(attr(c, "href"))
			}
			continue
		case atom.Script:
			if c.FirstChild != nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr(c, "type"))), "application/ld+json") {
				*scripts = append(*scripts, c.FirstChild.Data)
			}
			continue
		}
		h.walk(c, scripts)
	}
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
