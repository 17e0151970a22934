package cleaner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
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
	"baoluu/sites"

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
	// whole: one that breaks off is refused. A saved file may be a part of a page.
	Answer bool
}

// Document is a page that has been read: its charset decided, its tree built.
// Its methods only read, so they may be called in any order, more than once,
// and from several goroutines.
type Document struct {
	page  Page
	base  *url.URL   // of its references; nil where it has no address
	root  *html.Node // nil for a text dump
	text  string     // of a text dump: the page text as it is
	notes []string   // from reading
	head  head
	own   atomic.Pointer[owner] // who publishes it, made when first asked for
}

// Clean reads a page and makes its article.
func Clean(p Page, site *sites.Site) (Article, error) {
	d, err := Read(p)
	if err != nil {
		return Article{}, err
	}
	return d.Article(site)
}

// Read decides a page's charset and builds its tree. A page that cannot be one
// article whatever is in it (a picture, a PDF, nothing at all) is a
// [*NotArticleError]; [ErrTooLarge] and [ErrMarkup] are the limits.
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
		d := &Document{page: p, text: strings.TrimPrefix(string(text), "\ufeff"), notes: notes}
		return d, nil
	}
	root, err := markup.Parse(text)
	if err != nil {
		return nil, err
	}
	return FromTree(root, p, notes...), nil
}

// Markup is a page's text, in UTF-8, as it is to be parsed: without code. It is an error,
// [ErrMarkup], where that would take a parser far more time or memory than any page does.
// [Read] asks it; whoever parses a page without Read, before [FromTree], asks it first.
func Markup(text []byte) (io.Reader, error) { return markup.Reader(text) }

// FromTree is [Read] for a page whose tree was already built from UTF-8: the
// body is not looked at. Notes are those of [charset.UTF8]. The tree is not changed, and
// must not be changed while the document is used.
func FromTree(root *html.Node, p Page, notes ...string) *Document {
	d := &Document{page: p, root: root, notes: notes, head: readHead(root)}
	if base, err := url.Parse(p.URL); err == nil && base.IsAbs() {
		d.base = base
	}
	if len(d.head.scripts) > 0 {
		d.head.linked, d.head.scripts = jsonld.Read(d.head.scripts, d.pageNames()), nil
	}
	return d
}

// PageText is what the page shows as plain text, by rules that are the same for
// every site (pagetext.go); a text dump is its own page text.
func (d *Document) PageText() string {
	if d.root == nil {
		return d.text
	}
	return dom.PageText(d.root)
}

// Tree is the page's tree, which must not be changed; nil for a text dump.
func (d *Document) Tree() *html.Node { return d.root }

// contentType is a header of nothing but a Content-Type: what is known of any page.
func (d *Document) contentType(name string) string {
	if name == "Content-Type" {
		return d.page.ContentType
	}
	return ""
}

// Canonical is the page's address as it names it: link rel=canonical, else
// og:url, made absolute; "" where there is none.
func (d *Document) Canonical() string {
	for _, ref := range []string{d.head.canonical, d.head.first("og:url")} {
		if u := d.absolute(ref); u != "" {
			return u
		}
	}
	return ""
}

// address is where the page is: as given, else as it names itself.
func (d *Document) address() string {
	if d.page.URL != "" {
		return d.page.URL
	}
	return d.Canonical()
}

// absolute resolves a reference of the page; "" where it is no http address.
func (d *Document) absolute(ref string) string {
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

// kindOf tells a text dump from an HTML page, and refuses what is neither. The
// bytes are believed before the content type: servers send pictures as
// text/html, and importers know nothing.
func kindOf(p Page) (plain bool, err error) {
	body := bytes.TrimLeft(p.Body, "\x00 \t\r\n\f")
	if len(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))) == 0 {
		return false, &NotArticleError{Reason: "empty page", Fault: Broken}
	}
	declared, _, _ := mime.ParseMediaType(p.ContentType)
	if what := dataIn(body, declared); what != "" {
		return false, &NotArticleError{Reason: what, Fault: Broken}
	}
	sniffed, _, _ := strings.Cut(http.DetectContentType(p.Body), ";")
	switch kind, _, _ := strings.Cut(sniffed, "/"); {
	case kind == "image":
		return false, &NotArticleError{Reason: "a picture (" + sniffed + ")"}
	case kind == "audio" || kind == "video":
		return false, &NotArticleError{Reason: "a recording (" + sniffed + ")"}
	case kind == "font" || sniffed == "application/pdf" || strings.HasPrefix(sniffed, "application/") && sniffed != "application/octet-stream":
		return false, &NotArticleError{Reason: "a file (" + sniffed + ")"}
	}
	if sniffed == "application/octet-stream" && looksBinary(p.Body) {
		return false, &NotArticleError{Reason: "a file (binary)"}
	}
	switch declared {
	case "text/plain":
		return true, nil
	case "text/html", "application/xhtml+xml":
		return false, nil
	case "application/json", "application/rss+xml", "application/atom+xml", "text/css", "text/javascript", "application/javascript":
		return false, &NotArticleError{Reason: "a file (" + declared + ")"}
	}
	if kind, _, _ := strings.Cut(declared, "/"); kind == "image" || kind == "audio" || kind == "video" {
		return false, &NotArticleError{Reason: "a file (" + declared + ")"}
	}
	return !markup.LooksLikeHTML(p.Body), nil
}

// dataIn names what is written for programs, "" for all else: a store's error, the answer
// of an interface. XHTML is a page.
func dataIn(body []byte, declared string) string {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	switch {
	case len(body) == 0:
	case body[0] == '{', body[0] == '[':
		if json.Valid(body) {
			return "a JSON document"
		}
	case bytes.HasPrefix(body, []byte("<?xml")), declared == "application/xml", declared == "text/xml":
		if root := rootName(body); root != "" && root != "html" {
			return "an XML document (" + root + ")"
		}
	}
	return ""
}

// rootName is the name of the first element, in lower case; "" where there is none.
func rootName(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body[:min(len(body), 64<<10)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			return string(name[:min(len(name), 40)])
		}
	}
}

// looksBinary tells a file from a text with a stray NUL: more than one byte in
// fifty of the first kilobyte is a control character.
func looksBinary(body []byte) bool {
	sample := body[:min(len(body), 1024)]
	controls := 0
	for _, c := range sample {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			controls++
		}
	}
	return controls*50 > len(sample)
}

// maxNamed is how many addresses of a page's JSON-LD are looked at. Of 676 sound pages
// the worst has 33.
const maxNamed = 1000

// Addresses are those that the page gives as its own: canonical, og:url, JSON-LD.
func (d *Document) Addresses() []string {
	var list []string
	linked := d.head.linked.Addresses
	for _, ref := range append([]string{d.head.canonical, d.head.first("og:url")}, linked[:min(len(linked), maxNamed)]...) {
		if u := d.absolute(ref); u != "" {
			list = append(list, u)
		}
	}
	return list
}

// pageNames gathers the page's addresses and titles.
func (d *Document) pageNames() naming.Names {
	var p naming.Names
	for _, ref := range []string{d.page.URL, d.head.canonical, d.head.first("og:url")} {
		if u, err := url.Parse(d.absolute(ref)); err == nil && u.Host != "" {
			p.Addresses = append(p.Addresses, u)
		}
	}
	site := prose.Squash(d.head.first("og:site_name"))
	named := d.head.all("og:title")
	titles := append(named[:min(len(named), mostTitles)], d.head.first("twitter:title"), dom.Plain(d.head.title))
	for _, n := range d.head.h1 {
		if d.head.first("og:title") == "" || len(p.Titles) < mostTitles {
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
