package draft

import (
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Attachments gathers what goes with an article's text, each address once: pictures with
// their captions, links to related articles.
type Attachments struct {
	doc     *pages.Document
	Images  []article.Image
	Related []article.Related
	known   map[string]bool // addresses of both
	Current string          // the picture met last, by its file's name
	Bare    int             // pictures at the end of images that have no caption yet
}

// NewAttachments are those of a page, none yet.
func NewAttachments(doc *pages.Document) Attachments {
	return Attachments{doc: doc, known: map[string]bool{}}
}

// CaptionImages gives a caption to the pictures that have none yet.
func (t *Attachments) CaptionImages(text string) {
	CaptionAll(t.Images[len(t.Images)-t.Bare:], text)
}

// Picture takes the picture of an img.
func (t *Attachments) Picture(n *html.Node) {
	u := t.doc.Absolute(dom.LargestPicture(n))
	if u == "" || dom.Attr(n, "width") == "1" && dom.Attr(n, "height") == "1" {
		return
	}
	t.Current = dom.PictureKey(u)
	if !t.isNew(u) {
		return
	}
	t.Images = append(t.Images, article.Image{URL: u})
	t.Bare++
	if c := prose.Clean(dom.Attr(n, "cms-photo-caption")); c != "" {
		t.CaptionImages(c)
	}
}

// Pictures takes those of all img within an element.
func (t *Attachments) Pictures(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch dom.Atom(c) {
		case atom.Img:
			t.Picture(c)
		case atom.Noscript, atom.Script:
		default:
			t.Pictures(c)
		}
	}
}

// RelatedBox takes the links of a box of related articles, each address once.
func (t *Attachments) RelatedBox(n *html.Node) {
	dom.Each(n, func(c *html.Node) bool {
		if c.DataAtom == atom.A {
			t.RelatedLink(c)
			return false
		}
		return true
	})
}

// RelatedLink takes a link to a related article.
func (t *Attachments) RelatedLink(a *html.Node) {
	title := prose.Clean(dom.Text(a))
	if title == "" {
		title = prose.Clean(dom.Attr(a, "title"))
	}
	t.Relate(dom.Attr(a, "href"), title)
}

// Relate is RelatedLink for an address and the title that it is given.
func (t *Attachments) Relate(href, title string) {
	u := t.doc.Absolute(href)
	title = strings.TrimLeft(title, "> »")
	if u == "" || title == "" {
		return
	}
	if !t.isNew(u) {
		return
	}
	t.Related = append(t.Related, article.Related{URL: u, Title: title})
}

// isNew tells an address that the article has not yet, and now has.
func (t *Attachments) isNew(u string) bool {
	if t.known[u] || len(t.known) == MaxAddresses {
		return false
	}
	t.known[u] = true
	return true
}

// CaptionAll gives one caption to several pictures.
func CaptionAll(images []article.Image, text string) {
	if len(images) == 0 {
		return
	}
	by := article.Text(credits.Credit(text))
	for i := range images {
		images[i].Caption, images[i].Credit = article.Text(text), by
	}
}

// MaxAddresses bounds the pictures and related links of one article. Each is as long as the
// page's own address where it is written as a "?1", and a caption may be that of all before.
const MaxAddresses = 10_000
