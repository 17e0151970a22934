package pages

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"baoluu/cleaner/charset"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/jsonld"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// MaxBody bounds the body of a page in bytes. The newspapers' largest pages are
// near 0.5 MB; the crawler keeps at most 10 MB by default.
const MaxBody = 32 << 20

// Page is one page as captured.
type Page struct {
	Body        []byte
	ContentType string    // as the server or the importer said; "" is unknown
	URL         string    // absolute; "" is unknown
	Captured    time.Time // zero is unknown
	// Answer says that the page came as an answer to a request, so that it has to be
	// complete: one that breaks off is refused. A saved file may be a part of a page.
	Answer bool
}

// Document is a page that has been read: its charset decided, its tree built.
// Its methods only read, so they may be called in any order, more than once,
// and from several goroutines.
type Document struct {
	Page  Page
	Root  *html.Node // nil for a text dump
	Text  string     // of a text dump: the page text as it is
	Notes []string   // from reading
	Head  Head

	base *url.URL              // of its references; nil where it has no address
	own  atomic.Pointer[owner] // who publishes it, made when first asked for
}

// ErrTooLarge is returned by [Read] for a body over [MaxBody].
var ErrTooLarge = errors.New("page too large")

// Read decides a page's charset and builds its tree. A page that cannot be one
// article whatever is in it (a picture, a PDF, nothing at all) is a
// [*article.NotArticleError]; [ErrTooLarge] and [markup.ErrHostile] are the limits.
func Read(p Page) (*Document, error) {
	if len(p.Body) > MaxBody {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(p.Body), MaxBody)
	}
	var notes []string
	if charset.IsUTF16(p.Body) { // whatever looks at the bytes reads ASCII
		p.Body, _, notes = charset.UTF8(p.Body, p.ContentType)
	}
	plain, err := kindOf(p)
	if err != nil {
		return nil, err
	}
	text, _, more := charset.UTF8(p.Body, p.ContentType)
	notes = append(notes, more...)
	if plain {
		d := &Document{Page: p, Text: strings.TrimPrefix(string(text), "\ufeff"), Notes: notes}
		return d, nil
	}
	root, err := markup.Parse(text)
	if err != nil {
		return nil, err
	}
	return FromTree(root, p, notes...), nil
}

// FromTree is [Read] for a page whose tree was already built from UTF-8: the
// body is not looked at. Notes are those of charset.UTF8. The tree is not changed, and
// must not be changed while the document is used.
func FromTree(root *html.Node, p Page, notes ...string) *Document {
	d := &Document{Page: p, Root: root, Notes: notes, Head: readHead(root)}
	if base, err := url.Parse(p.URL); err == nil && base.IsAbs() {
		d.base = base
	}
	if len(d.Head.scripts) > 0 {
		d.Head.Linked, d.Head.scripts = jsonld.Read(d.Head.scripts, d.pageNames()), nil
	}
	return d
}

// PageText is what the page shows as plain text, by rules that are the same for
// every site; a text dump is its own page text.
func (d *Document) PageText() string {
	if d.Root == nil {
		return d.Text
	}
	return dom.PageText(d.Root)
}

// Header is a header of nothing but a Content-Type: what is known of any page.
func (d *Document) Header(name string) string {
	if name == "Content-Type" {
		return d.Page.ContentType
	}
	return ""
}

// Canonical is the page's address as it names it: link rel=canonical, else
// og:url, made absolute; "" where there is none.
func (d *Document) Canonical() string {
	for _, ref := range []string{d.Head.canonical, d.Head.First("og:url")} {
		if u := d.Absolute(ref); u != "" {
			return u
		}
	}
	return ""
}

// Address is where the page is: as given, else as it names itself.
func (d *Document) Address() string {
	if d.Page.URL != "" {
		return d.Page.URL
	}
	return d.Canonical()
}

// Absolute resolves a reference of the page; "" where it is no http address.
func (d *Document) Absolute(ref string) string {
	if len(ref) > dom.MaxReference {
		return ""
	}
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	if !u.IsAbs() {
		if d.base == nil {
			return ""
		}
		u = d.base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// maxNamed is how many addresses of a page's JSON-LD are looked at. Of 676 sound pages
// the worst has 33.
const maxNamed = 1000

// Addresses are those that the page gives as its own: canonical, og:url, JSON-LD.
func (d *Document) Addresses() []string {
	var list []string
	linked := d.Head.Linked.Addresses
	for _, ref := range append([]string{d.Head.canonical, d.Head.First("og:url")}, linked[:min(len(linked), maxNamed)]...) {
		if u := d.Absolute(ref); u != "" {
			list = append(list, u)
		}
	}
	return list
}

// pageNames gathers the page's addresses and titles.
func (d *Document) pageNames() naming.Names {
	var p naming.Names
	for _, ref := range []string{d.Page.URL, d.Head.canonical, d.Head.First("og:url")} {
		if u, err := url.Parse(d.Absolute(ref)); err == nil && u.Host != "" {
			p.Addresses = append(p.Addresses, u)
		}
	}
	site := prose.Squash(d.Head.First("og:site_name"))
	named := d.Head.all("og:title")
	titles := append(named[:min(len(named), mostTitles)], d.Head.First("twitter:title"), dom.Plain(d.Head.title))
	for _, n := range d.Head.h1 {
		if d.Head.First("og:title") == "" || len(p.Titles) < mostTitles {
			titles = append(titles, dom.PrintedPlain(prose.Clean(dom.Text(n))))
		}
	}
	for _, t := range titles {
		if title := naming.NewTitle(t); title.Text != "" && title.Text != site {
			p.Titles = append(p.Titles, title)
		}
	}
	return p
}
