package assets

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"baoluu/cleaner/charset"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Kind is what an asset is.
type Kind string

// The kinds of asset.
const (
	Image Kind = "image"
	Style Kind = "style"
	Font  Kind = "font"
)

// Need is an asset that a page or style sheet names.
type Need struct {
	Kind   Kind
	URL    string   // the best of its addresses, absolute, http or https, without fragment
	Others []string // other addresses of the same, the best first: other sizes and forms
}

const (
	// MaxNeeds bounds the needs of one page or sheet. The newspapers' largest front pages
	// have some 400.
	MaxNeeds = 1000
	// maxOthers bounds those of one need.
	maxOthers = 16
	// maxAddress bounds an address in bytes, as those of pages.
	maxAddress = 2048
	// maxTried bounds the addresses of a page that are looked at.
	maxTried = 10_000
)

// OfPage finds what a page needs to look as it does: pictures, the style sheets that it names
// or has, and what these need, icons, posters of videos. Body is as it came, contentType what
// the header says. At most [MaxNeeds], each once, in the order of the page. Scripts are not
// looked at, nor frames, nor what is in comments and templates.
func OfPage(body []byte, contentType, address string) []Need {
	text, _, _ := charset.UTF8(body, contentType)
	p := pageReader{base: parseBase(address)}
	p.read(text, true)
	return p.needs
}

// collection is what was found.
type collection struct {
	needs []Need
	known map[string]bool // by kind and address
	tried int             // addresses that were looked at
}

// add takes in the addresses of one asset, the best first.
func (c *collection) add(k Kind, addresses []string) {
	if len(addresses) == 0 || len(c.needs) >= MaxNeeds || c.known[string(k)+addresses[0]] {
		return
	}
	if c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[string(k)+addresses[0]] = true
	n := Need{Kind: k, URL: addresses[0]}
	for _, other := range addresses[1:] {
		if other != n.URL && len(n.Others) < maxOthers && !slices.Contains(n.Others, other) {
			n.Others = append(n.Others, other)
		}
	}
	c.needs = append(c.needs, n)
}

// pageReader goes through a page by its tokens: there is no tree whose size a page could blow
// up, and nothing that the cleaner leaves out of its own.
type pageReader struct {
	collection
	base    *url.URL
	based   bool       // by the page's own word
	picture *html.Node // that is open
	hidden  int        // templates that are open
	raw     atom.Atom  // style or noscript, of which the text comes next
}

func (p *pageReader) read(text []byte, scripts bool) {
	z := html.NewTokenizer(bytes.NewReader(text))
	for len(p.needs) < MaxNeeds && p.tried < maxTried {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			p.raw = 0
			p.start(&html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr})
		case html.EndTagToken:
			p.raw = 0
			switch name, _ := z.TagName(); atom.Lookup(name) {
			case atom.Picture:
				p.picture = nil
			case atom.Template:
				p.hidden = max(0, p.hidden-1)
			}
		case html.TextToken:
			switch {
			case p.hidden > 0:
			case p.raw == atom.Style:
				p.sheet(string(z.Text()), p.base, (*rewriting).rules)
			case p.raw == atom.Noscript && scripts:
				p.noscript(bytes.Clone(z.Text()))
			}
		}
	}
}

// noscript reads what is for browsers without scripts: a picture that is there again, in
// another size, is no other.
func (p *pageReader) noscript(text []byte) {
	inner := pageReader{base: p.base, based: true}
	inner.tried = p.tried
	inner.read(text, false)
	p.tried = inner.tried
	for _, n := range inner.needs {
		if !slices.ContainsFunc(p.needs, func(known Need) bool { return known.Kind == n.Kind && slices.Contains(known.Others, n.URL) }) {
			p.add(n.Kind, append([]string{n.URL}, n.Others...))
		}
	}
}

func (p *pageReader) start(n *html.Node) {
	switch n.DataAtom {
	case atom.Template:
		p.hidden++
	case atom.Style, atom.Noscript:
		p.raw = n.DataAtom
	case atom.Base:
		if href := attr(n, "href"); href != "" && !p.based {
			p.base, p.based = rebase(p.base, href), true
		}
	}
	if p.hidden > 0 {
		return
	}
	switch n.DataAtom {
	case atom.Link:
		p.link(n)
		return
	case atom.Picture:
		p.picture = n
	case atom.Source:
		if p.picture != nil {
			p.picture.AppendChild(n)
		}
		return
	case atom.Img:
		if p.picture != nil {
			p.picture.AppendChild(n)
		}
	}
	pictures := Pictures(n, p.base)
	p.tried += len(pictures)
	p.add(Image, pictures)
	if style := attr(n, "style"); strings.Contains(style, "(") || strings.Contains(style, `\`) {
		p.sheet(style, p.base, (*rewriting).declarations)
	}
}

// link takes a sheet or an icon. Sheets for print are taken, too: pages load all of them so,
// and say later what they are for.
func (p *pageReader) link(n *html.Node) {
	rel := strings.Fields(strings.ToLower(attr(n, "rel")))
	k := Style
	switch {
	case slices.Contains(rel, "alternate"):
		return
	case slices.Contains(rel, "stylesheet"), slices.Contains(rel, "preload") && strings.EqualFold(attr(n, "as"), "style"):
	case slices.Contains(rel, "icon"):
		k = Image
	default:
		return
	}
	p.tried++
	if address := resolve(p.base, attr(n, "href")); address != "" {
		p.add(k, []string{address})
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
