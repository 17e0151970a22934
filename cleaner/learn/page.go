package learn

import (
	"time"

	"baoluu/cleaner"
)

// page is one sample, read: what the generic cleaner makes of it, and what its layout is
// learned from.
type page struct {
	cleaner.Page
	doc *cleaner.Document // nil where the page cannot be read
	art cleaner.Article   // by the generic cleaner
	err error             // why it is no article
}

// readPage reads a sample.
func readPage(p cleaner.Page) *page {
	pg := &page{Page: p}
	if pg.doc, pg.err = cleaner.Read(p); pg.err == nil {
		pg.art, pg.err = pg.doc.Article(nil)
	}
	return pg
}

// day is the one that the page tells of its look: that of its capture, or where that is not
// known, of its publication; zero where neither is.
func (p *page) day() time.Time {
	if !p.Captured.IsZero() {
		return p.Captured
	}
	return p.art.Published.Time
}
