package history

import (
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Where an article reads otherwise than before, the words of both pages are looked
// at. Reading two pages takes some milliseconds, and after a redesign every page of
// a batch is such a one: so a commit reads them before it takes the file.

// Compare compares two articles as one cleaner makes them, and gives them; one that the
// present cleaner refuses is nil, and nothing is compared then.
func (r *Reader) Compare(old, now uint64) (d compare.Difference, before, after *cleaner.Article, err error) {
	oldHead, nowHead, err := r.heads(old, now)
	if err != nil {
		return d, nil, nil, err
	}
	if before, after, err = r.both(old, now, oldHead, nowHead); err == nil && before != nil && after != nil {
		d, err = r.differ(old, now, *before, *after)
	}
	return d, before, after, err
}

// difference tells what became of an article. What was kept of it says what histories
// are made of, and not the texts.
func (r *Reader) difference(old, now uint64) (compare.Difference, error) {
	if old == now {
		return compare.Difference{}, nil
	}
	oldHead, nowHead, err := r.heads(old, now)
	if err != nil || oldHead.Digest == nowHead.Digest {
		return compare.Difference{}, err
	}
	of := pair{old, now, oldHead.Digest, nowHead.Digest}
	if d, ok := r.Cache.difference(of); ok {
		return d, nil
	}
	r.compared++
	r.bodiless = false
	before, after, err := r.both(old, now, oldHead, nowHead)
	var d compare.Difference
	switch {
	case err != nil:
	case after == nil: // an older cleaner took it for an article
		d.StandIn = compare.LaterStandsIn
	case before == nil:
		d.StandIn = compare.EarlierStandIn
	default:
		d, err = r.differ(old, now, *before, *after)
	}
	if err == nil && !r.bodiless { // it may come, and tell more
		r.Cache.putDifference(of, d)
	}
	return d, err
}

func (r *Reader) heads(old, now uint64) (oldHead, nowHead schema.Article, err error) {
	if oldHead, _, err = r.head(old); err == nil {
		nowHead, _, err = r.head(now)
	}
	return oldHead, nowHead, err
}

// both gives two articles as one cleaner made them; nil for one that the present
// cleaner refuses.
func (r *Reader) both(old, now uint64, oldHead, nowHead schema.Article) (before, after *cleaner.Article, err error) {
	if before, err = r.byPresent(old, oldHead, nowHead.Cleaner); err != nil {
		return nil, nil, err
	}
	after, err = r.byPresent(now, nowHead, oldHead.Cleaner)
	return before, after, err
}

// differ compares two articles, with their pages where they differ.
func (r *Reader) differ(old, now uint64, before, after cleaner.Article) (compare.Difference, error) {
	if len(compare.Changed(before, after)) == 0 {
		return compare.Difference{}, nil
	}
	was, err := r.wordsOf(old)
	if err != nil {
		return compare.Difference{}, err
	}
	is, err := r.wordsOf(now)
	if err != nil {
		return compare.Difference{}, err
	}
	return compare.Readings(compare.Reading{Article: before, Page: was}, compare.Reading{Article: after, Page: is}), nil
}

// Pages are the page of a new article and the one of that which it will be compared with.
type Pages struct {
	of       uint64 // number of the latter
	old, now compare.Words
	page     cleaner.Page // the latter, until it is read
	chain    body.Chain   // its body
}

// ToCompare finds the page that a new article of a page will be compared with, nil
// where there is none or it reads the same.
func (r *Reader) ToCompare(page string, art cleaner.Article) (*Pages, error) {
	head, ok, err := schema.Heads(r.generation).Load(r.file, page)
	if err != nil || !ok {
		return nil, err
	}
	last, ok, err := schema.Versions(r.generation, page).Load(r.file, head.Versions)
	if err != nil || !ok {
		return nil, err
	}
	same, err := r.alike(last, art.Digest())
	if err != nil || same != 0 {
		return nil, err
	}
	of := last.Nearest(art.Layout)
	c, err := schema.LoadCapture(r.file, of)
	if err != nil || c.Digest == "" {
		return nil, err
	}
	n, err := schema.BodyNumber(r.file, c.Digest)
	if err != nil || n == 0 {
		return nil, err
	}
	chain, err := r.bodies.Chain(r.file, n)
	return &Pages{of: of, page: pageOf(c, nil), chain: chain}, err
}

// Read reads both pages, the new one as it was captured. It needs no file.
func (p *Pages) Read(bodies body.Store, c capture.Capture, now []byte) (err error) {
	if p.page.Body, err = bodies.Unpack(p.chain); err != nil {
		return err
	}
	p.old, p.now = wordsIn(p.page), WordsIn(c, now)
	p.page, p.chain = cleaner.Page{}, body.Chain{}
	return nil
}

// Put notes the words of both pages, the new one being that of capture n.
func (k Known) Put(n uint64, p *Pages) { k.Words[p.of], k.Words[n] = p.old, p.now }

// WordsIn reads the words of a capture's page; one that cannot be read has none.
func WordsIn(c capture.Capture, body []byte) compare.Words { return wordsIn(pageOf(c, body)) }

func wordsIn(p cleaner.Page) compare.Words {
	d, err := cleaner.Read(p)
	if err != nil {
		return compare.Words{}
	}
	return compare.WordsOf(d)
}

// maxWords is how many pages' words a Reader keeps of those that it read itself:
// a page is compared with the one before and the one behind.
const maxWords = 8

// wordsOf gives the words of the page of which article n was made; none where the
// page is not there, or cannot be read.
func (r *Reader) wordsOf(n uint64) (compare.Words, error) {
	if w, ok := r.Known.Words[n]; ok {
		return w, nil
	}
	if w, ok := r.words[n]; ok {
		return w, nil
	}
	c, body, err := r.page(n)
	if err != nil || body == nil {
		return compare.Words{}, err
	}
	if len(r.words) >= maxWords {
		clear(r.words)
	}
	r.words[n] = WordsIn(c, body)
	return r.words[n], nil
}
