package cleaner

import (
	"io"

	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/pages"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// MaxBody bounds the body of a page in bytes. The newspapers' largest pages are
// near 0.5 MB; the crawler keeps at most 10 MB by default.
const MaxBody = pages.MaxBody

// Page is one page as captured.
type Page = pages.Page

// Document is a page that has been read: its charset decided, its tree built.
// Its methods only read, so they may be called in any order, more than once,
// and from several goroutines.
type Document struct{ doc *pages.Document }

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
	d, err := pages.Read(p)
	if err != nil {
		return nil, err
	}
	return &Document{d}, nil
}

// FromTree is [Read] for a page whose tree was already built from UTF-8: the
// body is not looked at. Notes are those of charset.UTF8. The tree is not changed, and
// must not be changed while the document is used.
func FromTree(root *html.Node, p Page, notes ...string) *Document {
	return &Document{pages.FromTree(root, p, notes...)}
}

// Markup is a page's text, in UTF-8, as it is to be parsed: without code. It is an error,
// [ErrMarkup], where that would take a parser far more time or memory than any page does.
// [Read] asks it; whoever parses a page without Read, before [FromTree], asks it first.
func Markup(text []byte) (io.Reader, error) { return markup.Reader(text) }

// PageText is what the page shows as plain text, by rules that are the same for
// every site; a text dump is its own page text.
func (d *Document) PageText() string { return d.doc.PageText() }

// Canonical is the page's address as it names it: link rel=canonical, else
// og:url, made absolute; "" where there is none.
func (d *Document) Canonical() string { return d.doc.Canonical() }

// Tree is the page's tree, which must not be changed; nil for a text dump.
func (d *Document) Tree() *html.Node { return d.doc.Root }

// Addresses are those that the page gives as its own: canonical, og:url, JSON-LD.
func (d *Document) Addresses() []string { return d.doc.Addresses() }
