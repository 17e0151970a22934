package cleaner

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

// attachments gathers what goes with an article's text, each address once: pictures with
// their captions, links to related articles.
type attachments struct {
	doc     *pages.Document
	images  []article.Image
	related []article.Related
	known   map[string]bool // addresses of both
	current string          // the picture met last, by its file's name
	bare    int             // pictures at the end of images that have no caption yet
}

func newAttachments(doc *pages.Document) attachments {
	return attachments{doc: doc, known: map[string]bool{}}
}

// captionImages gives a caption to the pictures that have none yet.
func (t *attachments) captionImages(text string) {
	captionAll(t.images[len(t.images)-t.bare:], text)
}

// picture takes the picture of an img.
func (t *attachments) picture(n *html.Node) {
	u := t.doc.Absolute(dom.LargestPicture(n))
	if u == "" || dom.Attr(n, "width") == "1" && dom.Attr(n, "height") == "1" {
		return
	}
	t.current = dom.PictureKey(u)
	if !t.isNew(u) {
		return
	}
	t.images = append(t.images, article.Image{URL: u})
	t.bare++
	if c := prose.Clean(dom.Attr(n, "cms-photo-caption")); c != "" {
		t.captionImages(c)
	}
}

// pictures takes those of all img within an element.
func (t *attachments) pictures(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.DataAtom {
		case atom.Img:
			t.picture(c)
		case atom.Noscript, atom.Script:
		default:
			t.pictures(c)
		}
	}
}

// relatedBox takes the links of a box of related articles, each address once.
func (t *attachments) relatedBox(n *html.Node) {
	dom.Each(n, func(c *html.Node) bool {
		if c.DataAtom == atom.A {
			t.relatedLink(c)
			return false
		}
		return true
	})
}

// relatedLink takes a link to a related article.
func (t *attachments) relatedLink(a *html.Node) {
	title := prose.Clean(dom.Text(a))
	if title == "" {
		title = prose.Clean(dom.Attr(a, "title"))
	}
	t.relate(dom.Attr(a, "href"), title)
}

// relate is relatedLink for an address and the title that it is given.
func (t *attachments) relate(href, title string) {
	u := t.doc.Absolute(href)
	title = strings.TrimLeft(title, "> »")
	if u == "" || title == "" {
		return
	}
	if !t.isNew(u) {
		return
	}
	t.related = append(t.related, article.Related{URL: u, Title: title})
}

// isNew tells an address that the article has not yet, and now has.
func (t *attachments) isNew(u string) bool {
	if t.known[u] || len(t.known) == maxAddresses {
		return false
	}
	t.known[u] = true
	return true
}

// captionAll gives one caption to several pictures.
func captionAll(images []article.Image, text string) {
	if len(images) == 0 {
		return
	}
	by := article.Text(credits.Credit(text))
	for i := range images {
		images[i].Caption, images[i].Credit = article.Text(text), by
	}
}

// maxAddresses bounds the pictures and related links of one article. Each is as long as the
// page's own address where it is written as a "?1", and a caption may be that of all before.
const maxAddresses = 10_000
