package inert

import (
	"net/url"
	"strconv"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/plain"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNodes bounds the tree that is written. Of 712 sound pages the largest has some 60,000
// tags.
const maxNodes = 200_000

// maxWritten bounds what is written for the values of attributes and in style sheets, in bytes: a page can
// say in two letters what becomes a long address.
const maxWritten = 8 << 20

// cleaning builds the new tree of one page.
type cleaning struct {
	options Options
	code    code
	kind    string // the page's Content-Type
	links   links
	styles  styles
	sheets  []sheet
	styled  bool // it is set by style sheets of its own
	front   frontMatter
	counts  map[LossKind]int
	ids     map[string]bool   // that stand in the page, without prefix
	classed map[string]string // style attributes → classes
	nodes   int
	written int
	imports int
	free    []html.Node // for the new tree
}

func newCleaning(p cleaner.Page, root *html.Node, o Options, found code) *cleaning {
	c := &cleaning{options: o, code: found, kind: p.ContentType, counts: map[LossKind]int{}, ids: map[string]bool{}, classed: map[string]string{}}
	c.links.page = absolute(p.URL)
	c.links.base = c.links.page
	c.front.doctype = doctype
	var sheets []*html.Node
	hasDoctype := false
	each(root, func(n *html.Node) {
		hasDoctype = hasDoctype || n.Type == html.DoctypeNode
		if n.Type != html.ElementNode || n.Namespace != "" {
			return
		}
		if id := idOf(n); id != "" {
			c.ids[id] = true
		}
		switch n.DataAtom {
		case atom.Link, atom.Style:
			sheets = append(sheets, n)
		case atom.Base, atom.Title, atom.Meta, atom.Script:
			c.head(n)
		}
	})
	c.gatherSheets(sheets, hasDoctype)
	return c
}

// each goes through all that is in a node.
func each(n *html.Node, fn func(*html.Node)) {
	for d := n.FirstChild; d != nil; d = d.NextSibling {
		fn(d)
		each(d, fn)
	}
}

// head takes what an element says of the whole page.
func (c *cleaning) head(n *html.Node) {
	switch n.DataAtom {
	case atom.Base:
		if href := attr(n, "href"); href != "" && c.links.base != nil && !c.links.rebased {
			if u, err := c.links.base.Parse(strings.TrimSpace(href)); err == nil && absolute(u.String()) != nil {
				c.links.base, c.links.rebased = u, true
			}
		}
	case atom.Title:
		if c.front.title == "" && n.FirstChild != nil {
			c.front.title = short(strings.TrimSpace(n.FirstChild.Data), maxTitle)
		}
	case atom.Meta:
		if strings.EqualFold(strings.TrimSpace(attr(n, "http-equiv")), "refresh") {
			c.counts[Refresh]++
		}
		if content := strings.TrimSpace(attr(n, "content")); strings.EqualFold(strings.TrimSpace(attr(n, "name")), "viewport") && viewportValue(content) {
			c.front.viewport = content
		}
	case atom.Script: // in the head, which is not gone through again
		if n.Parent != nil && n.Parent.DataAtom == atom.Head {
			c.counts[Script]++
		}
	}
}

// page makes the new body of a page's tree.
func (c *cleaning) page(root *html.Node) *html.Node {
	body := c.new(atom.Body)
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.DataAtom != atom.Html {
			continue
		}
		c.front.lang, c.front.dir = sure("lang", attr(n, "lang")), sure("dir", attr(n, "dir"))
		if c.styled {
			c.front.id, c.front.class = idOf(n), c.classes(n)
		}
		for b := n.FirstChild; b != nil; b = b.NextSibling {
			switch b.DataAtom {
			case atom.Body:
				c.attributes(body, b)
				c.children(body, b)
			case atom.Frameset:
				c.frameset(body, b)
			}
		}
	}
	joinTexts(body)
	return body
}

// new is a new element.
func (c *cleaning) new(a atom.Atom) *html.Node {
	n := c.blank()
	n.Type, n.DataAtom, n.Data = html.ElementNode, a, a.String()
	return n
}

// blank is a new node. They are made many at a time.
func (c *cleaning) blank() *html.Node {
	if len(c.free) == 0 {
		c.free = make([]html.Node, 128)
	}
	n := &c.free[0]
	c.free = c.free[1:]
	return n
}

// sure is an attribute's value, "" where it is not allowed.
func sure(name, value string) string {
	if value = strings.ToLower(strings.TrimSpace(value)); value != "" && attributes[name](value) {
		return value
	}
	return ""
}

// frameset is a page of nothing but frames.
func (c *cleaning) frameset(to, n *html.Node) {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Frame {
			c.counts[Frame]++
			c.missing(to, c.options.Words.Frame, attr(d, "title"), attr(d, "src"))
		}
	}
}

func (c *cleaning) children(to, n *html.Node) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.node(to, child)
	}
}

func (c *cleaning) node(to, n *html.Node) {
	if c.nodes++; c.nodes > maxNodes {
		c.counts[Rest] = 1
		return
	}
	switch n.Type {
	case html.TextNode:
		c.text(to, n.Data)
	case html.ElementNode:
		c.element(to, n)
	}
}

// text appends a text, as it will be read again.
func (c *cleaning) text(to *html.Node, s string) {
	s = strings.ReplaceAll(s, "\r", "\n") // of a character reference: written, it would be one again
	if s == "" {
		return
	}
	n := c.blank()
	n.Type, n.Data = html.TextNode, plain.Text(s)
	to.AppendChild(n)
}

// joinTexts makes one text of several in a row: parsed again, they are one.
func joinTexts(n *html.Node) {
	for t := n.FirstChild; t != nil; t = t.NextSibling {
		if t.Type != html.TextNode || t.NextSibling == nil || t.NextSibling.Type != html.TextNode {
			continue
		}
		var b strings.Builder
		b.WriteString(t.Data)
		for next := t.NextSibling; next != nil && next.Type == html.TextNode; next = t.NextSibling {
			b.WriteString(next.Data)
			n.RemoveChild(next)
		}
		t.Data = b.String()
	}
}

func (c *cleaning) element(to, n *html.Node) {
	f := fates[n.DataAtom]
	switch {
	case n.Namespace == "math" || n.DataAtom == atom.Math:
		f = fate{} // its text stays
	case n.Namespace != "":
		f = fate{drop: none}
	}
	c.handlers(n)
	switch {
	case n.DataAtom == atom.Style && n.Namespace == "": // gatherSheets counted it
	case n.DataAtom == atom.Img || n.DataAtom == atom.Input && strings.EqualFold(attr(n, "type"), "image"):
		c.picture(to, n)
	case n.Namespace == "svg" && n.Data == "svg":
		c.drawing(to, n)
	case f.drop != "":
		c.drop(to, n, f.drop)
	case f.as == 0:
		c.children(to, n)
	default:
		new := c.new(f.as)
		to.AppendChild(new)
		c.attributes(new, n)
		c.children(new, n)
		joinTexts(new)
	}
}

// drop leaves an element out, with a word where a reader would miss it.
func (c *cleaning) drop(to, n *html.Node, kind LossKind) {
	if kind == none || kind == Picture && isTiny(n) {
		return
	}
	if kind == Field && strings.EqualFold(attr(n, "type"), "hidden") {
		return
	}
	c.counts[kind]++
	words := c.options.Words
	switch kind {
	case Recording:
		c.shown(to, n, c.pictures(n))
		c.missing(to, words.Recording, attr(n, "title"), attr(n, "src"))
	case Frame:
		address := attr(n, "src")
		if address == "" {
			address = attr(n, "data")
		}
		c.missing(to, words.Frame, attr(n, "title"), address)
	case Field:
		if value := attr(n, "value"); value != "" {
			c.text(c.box(to, "bl-field"), short(value, maxTitle))
		}
	}
}

// isTiny recognizes pictures that nobody was meant to see: they count readers.
func isTiny(n *html.Node) bool {
	const seen = 4 // pixels
	for _, side := range []string{"width", "height"} {
		if v, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(attr(n, side)), "px")); err == nil && v < seen {
			return true
		}
	}
	return false
}

func (c *cleaning) box(to *html.Node, class string) *html.Node {
	n := c.new(atom.Span)
	n.Attr = []html.Attribute{{Key: "class", Val: class}}
	to.AppendChild(n)
	return n
}

// missing says that something is not kept, what it was called, and where it was.
func (c *cleaning) missing(to *html.Node, what, name, address string) *html.Node {
	n := c.box(to, "bl-missing")
	if u := c.links.resolve(address); u != nil {
		c.put(n, "title", short(u.String(), maxTitle))
	}
	word := c.box(n, "bl-word")
	word.Attr = append(word.Attr, html.Attribute{Key: "lang", Val: c.options.Words.Language})
	c.text(word, what)
	if name = strings.TrimSpace(name); name != "" {
		c.text(n, " "+short(name, maxTitle))
	}
	return n
}

// handlers counts what would run.
func (c *cleaning) handlers(n *html.Node) {
	for _, a := range n.Attr {
		if len(a.Key) > 2 && strings.EqualFold(a.Key[:2], "on") {
			c.counts[Script]++
		}
	}
}

// attributes gives the new element those of the old one that are allowed.
func (c *cleaning) attributes(new, n *html.Node) {
	put := func(name, value string) { c.put(new, name, plain.Line(value)) }
	for _, a := range n.Attr { // a parser gives each once
		if a.Namespace != "" {
			continue
		}
		switch a.Key {
		case "class", "id", "href", "target", "rel", "src", "alt": // ours, or below
		case "style":
			put("class", c.styleClass(a.Val))
		case "background", "data-bg", "data-background", "data-background-image", "data-bg-src":
			put("class", c.class(c.background(n)))
		case "title":
			if new.DataAtom != atom.A {
				put("title", short(a.Val, maxTitle))
			}
		case "hidden", "open", "reversed", "nowrap", "noshade":
			put(a.Key, "")
		case "lang", "dir", "align", "valign":
			put(a.Key, strings.ToLower(strings.TrimSpace(a.Val)))
		default:
			put(a.Key, strings.TrimSpace(a.Val))
		}
	}
	if c.styled {
		put("class", c.classes(n))
	}
	if id := idOf(n); id != "" {
		put("id", id)
	}
	if n.DataAtom == atom.A {
		c.link(put, attr(n, "href"), attr(n, "title"))
	}
}

// styleClass is the class for a style attribute, "" for none.
func (c *cleaning) styleClass(style string) string {
	class, ok := c.classed[style]
	if !ok {
		class = c.class(c.declarations(style))
		c.classed[style] = class
	}
	return class
}

// class is the class for some declarations.
func (c *cleaning) class(declarations string) string {
	if c.spend(len(declarations)); c.written > maxWritten {
		return ""
	}
	return c.styles.class(declarations)
}

// spend counts what is written. Where it is too much, that is the page's end.
func (c *cleaning) spend(bytes int) {
	if c.written += bytes; c.written > maxWritten {
		c.nodes = max(c.nodes, maxNodes)
	}
}

// put sets an attribute where that is allowed.
func (c *cleaning) put(n *html.Node, name, value string) {
	if name == "class" && value == "" {
		return
	}
	for i := range n.Attr {
		if a := &n.Attr[i]; a.Key == name {
			if name == "class" && len(a.Val)+len(value) < maxClass {
				a.Val += " " + value
			}
			return
		}
	}
	if (value != "" || name != "title") && allows(n.DataAtom, name, value) {
		n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
		c.spend(len(value))
	}
}

// link says where a link leads.
func (c *cleaning) link(put func(name, value string), href, title string) {
	href = strings.TrimSpace(href)
	if href == "" {
		put("title", short(title, maxTitle))
		return
	}
	u := c.links.resolve(href)
	if u == nil {
		if !isHarmless(href) {
			c.counts[Script]++
		}
		put("title", short(title, maxTitle))
		return
	}
	if u.Fragment != "" && c.links.isOwn(u) {
		if fragment := u.Fragment; c.ids[fragment] {
			put("href", "#"+(&url.URL{Path: fragment}).EscapedPath())
		}
		put("title", short(title, maxTitle))
		return
	}
	u.Fragment, u.RawFragment = "", ""
	if path := c.links.path(u.String(), c.options.Link); path != "" {
		put("href", path)
		put("rel", "noopener noreferrer nofollow")
		put("target", "_top")
		put("title", short(title, maxTitle))
		return
	}
	c.counts[Link]++
	put("class", "bl-lost")
	put("title", c.options.Words.Link+" "+short(u.String(), maxTitle))
}

func (c *cleaning) lost() (list []Loss) {
	for _, kind := range Losses() {
		if n := c.counts[kind]; n > 0 {
			list = append(list, Loss{kind, n})
		}
	}
	return list
}

// idOf is the name of an element that links may lead to.
func idOf(n *html.Node) string {
	id := attr(n, "id")
	if id == "" && n.DataAtom == atom.A {
		id = attr(n, "name")
	}
	if len(id) > maxID || strings.ContainsAny(id, " \t\n\f\r") {
		return ""
	}
	return id
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val
		}
	}
	return ""
}

// short is a text cut to so many bytes, between letters.
func short(s string, most int) string {
	if len(s) <= most {
		return s
	}
	const more = "…"
	cut := most - len(more)
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + more
}
