package archive

import (
	"context"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Where an article reads otherwise than before, the words of both pages are looked
// at. Reading two pages takes some milliseconds, and after a redesign every page of
// a batch is such a one: so a commit reads them before it takes the file.

// twoPages are the page of a new article and the one of that which it will be
// compared with.
type twoPages struct {
	of       uint64 // number of the latter
	old, now compare.Words
	page     cleaner.Page // the latter, until it is read
	chain    body.Chain   // its body
}

// toCompare finds the page that a new article of a page will be compared with, nil
// where there is none or it reads the same.
func (p *preparer) toCompare(h *historian, page string, art cleaner.Article) (*twoPages, error) {
	head, ok, err := schema.Heads(h.generation).Load(h.reader, page)
	if err != nil || !ok {
		return nil, err
	}
	last, ok, err := schema.Versions(h.generation, page).Load(h.reader, head.Versions)
	if err != nil || !ok {
		return nil, err
	}
	same, err := h.alike(last, art.Digest())
	if err != nil || same != 0 {
		return nil, err
	}
	of := last.Nearest(art.Layout)
	c, err := schema.LoadCapture(h.reader, of)
	if err != nil || c.Digest == "" {
		return nil, err
	}
	n, err := schema.BodyNumber(h.reader, c.Digest)
	if err != nil || n == 0 {
		return nil, err
	}
	body, err := p.archive.bodies(p.site).Chain(h.reader, n)
	return &twoPages{of: of, page: pageOf(c, nil), chain: body}, err
}

// words reads the pages of what is to be compared.
func (p *preparer) words(ctx context.Context, kept []capture.Kept, works []work) error {
	for i, k := range kept {
		pages := works[i].pages
		if pages == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if pages.page.Body, err = p.archive.bodies(p.site).Unpack(pages.chain); err != nil {
			return err
		}
		pages.old, pages.now = wordsIn(pages.page), wordsIn(pageOf(k.Capture, k.Body))
		pages.page, pages.chain = cleaner.Page{}, body.Chain{}
	}
	return nil
}

func pageOf(c capture.Capture, body []byte) cleaner.Page {
	return cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time, Answer: c.Status != 0}
}

// wordsIn reads a page; one that cannot be read has none.
func wordsIn(p cleaner.Page) compare.Words {
	d, err := cleaner.Read(p)
	if err != nil {
		return compare.Words{}
	}
	return compare.WordsOf(d)
}

// maxWords is how many pages' words a historian keeps of those that it read itself:
// a page is compared with the one before and the one behind.
const maxWords = 8

// wordsOf gives the words of the page of which article n was made; none where the
// page is not there, or cannot be read.
func (h *historian) wordsOf(n uint64) (compare.Words, error) {
	if w, ok := h.ready[n]; ok {
		return w, nil
	}
	if w, ok := h.words[n]; ok {
		return w, nil
	}
	c, body, err := h.page(n)
	if err != nil || body == nil {
		return compare.Words{}, err
	}
	if len(h.words) >= maxWords {
		clear(h.words)
	}
	h.words[n] = wordsIn(pageOf(c, body))
	return h.words[n], nil
}
