package pages

import (
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/jsonld"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Head is what a page says of itself outside its text. It is gathered in one
// walk over the whole tree: a stray first line pushes title and metas into the
// body.
type Head struct {
	Lang      string // of the html element
	title     string // the title element, as it stands
	canonical string
	Metas     map[string][]string // by name or property, lower case
	h1        []*html.Node        // the first few
	home      []*html.Node        // links to the front page, the first few
	scripts   []string            // JSON-LD
	items     []itemMeta          // metas of microdata
	Linked    jsonld.Article      // what that says of the page's article
}

// mostTitles is how many h1 elements of a page are looked at.
const mostTitles = 5

// itemMeta is a meta element of microdata: it speaks of the item that it lies in.
type itemMeta struct {
	name, content string
	item          *html.Node // nil for none
}

// First is the first value of a meta element that is not blank.
func (h *Head) First(names ...string) string {
	for _, name := range names {
		for _, v := range h.Metas[name] {
			if v = dom.Plain(v); v != "" {
				return v
			}
		}
	}
	return ""
}

// all are the values of the first meta element that has one, each as a reader
// would see it.
func (h *Head) all(names ...string) []string {
	for _, name := range names {
		if list := dom.PlainAll(h.Metas[name]); len(list) > 0 {
			return list
		}
	}
	return nil
}

func readHead(root *html.Node) Head {
	h := Head{Metas: map[string][]string{}}
	// A loop, for a tree given to FromTree may be of any depth.
	for n := root.FirstChild; n != nil; {
		if n.Type == html.ElementNode && h.element(n) && n.FirstChild != nil {
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
	h.takeItems()
	return h
}

// takeItems keeps the metas of microdata that speak of the page: those of the
// items round a headline, and of none. A teaser is an item of its own. Where no
// headline lies in an item all are kept.
func (h *Head) takeItems() {
	own := map[*html.Node]bool{nil: true}
	for _, n := range h.h1 {
		for item := itemOf(n); item != nil; item = itemOf(item) {
			own[item] = true
		}
	}
	for _, m := range h.items {
		if len(own) == 1 || own[m.item] {
			h.Metas[m.name] = append(h.Metas[m.name], m.content)
		}
	}
	h.items = nil
}

// itemOf is the item of microdata that an element lies in, nil for none.
func itemOf(n *html.Node) *html.Node {
	for n = n.Parent; n != nil; n = n.Parent {
		if dom.HasAttr(n, "itemscope") {
			return n
		}
	}
	return nil
}

// mostMetas bounds the metas of one name that are kept: other texts of the page are compared
// with each of them.
const mostMetas = 200

// mostItems bounds the metas of microdata for which that is asked.
const mostItems = 500

// element reads one element, and tells whether to look inside it.
func (h *Head) element(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Html:
		h.Lang = dom.Attr(n, "lang")
	case atom.Svg, atom.Style, atom.Noscript, atom.Iframe:
		return false
	case atom.H1:
		if len(h.h1) < mostTitles {
			h.h1 = append(h.h1, n)
		}
	case atom.A:
		if len(h.home) < mostTitles && dom.Attr(n, "href") == "/" {
			h.home = append(h.home, n)
		}
	case atom.Title:
		if h.title == "" && n.FirstChild != nil {
			h.title = n.FirstChild.Data
		}
		return false
	case atom.Meta:
		h.meta(n)
		return false
	case atom.Link:
		if h.canonical == "" && strings.EqualFold(strings.TrimSpace(dom.Attr(n, "rel")), "canonical") {
			h.canonical = strings.TrimSpace(dom.Attr(n, "href"))
		}
		return false
	case atom.Script:
		if n.FirstChild != nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(dom.Attr(n, "type"))), "application/ld+json") {
			h.scripts = append(h.scripts, n.FirstChild.Data)
		}
		return false
	}
	return true
}

// meta keeps one meta element under its name, property or itemprop, whichever
// it has.
func (h *Head) meta(n *html.Node) {
	content := dom.Attr(n, "content")
	if content == "" {
		return
	}
	for _, key := range []string{"property", "name"} {
		if name := strings.ToLower(strings.TrimSpace(dom.Attr(n, key))); name != "" && len(h.Metas[name]) < mostMetas {
			h.Metas[name] = append(h.Metas[name], content)
		}
	}
	if name := strings.ToLower(strings.TrimSpace(dom.Attr(n, "itemprop"))); name != "" && len(h.items) < mostItems {
		h.items = append(h.items, itemMeta{name, content, itemOf(n)})
	}
}

// SaysArticle reports whether the head calls the page an article, or knows when
// it was published.
func (d *Document) SaysArticle() bool {
	h := &d.Head
	return h.Linked.Headline != "" || h.Linked.Published != "" || len(h.Linked.Authors) > 0 || h.First("og:type") == "article" ||
		h.First("article:published_time", "datepublished", "pubdate", "og:article:published_time") != ""
}
