package history

import (
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Where two articles of a page differ, the words of both pages tell whether the newsroom edited
// the article or only another layout read it. Reading two pages takes some milliseconds, and
// after a redesign every page of a batch is compared so: a commit therefore reads them before it
// opens the file ([Reader.ToCompare], [Pages.Read]).

// Compare compares two articles as one cleaner makes them, and gives both. One
// that the present cleaner refuses is nil; then nothing is compared.
func (r *Reader) Compare(old, now At) (d compare.Difference, before, after *cleaner.Article, err error) {
	oldHead, nowHead, err := r.heads(old.Number, now.Number)
	if err != nil {
		return d, nil, nil, err
	}
	return r.compare(old, now, oldHead, nowHead)
}

// compare is Compare for a caller that has read the heads of both.
func (r *Reader) compare(old, now At, oldHead, nowHead schema.Article) (d compare.Difference, before, after *cleaner.Article, err error) {
	if before, err = r.byPresent(old.Number, oldHead, nowHead.Cleaner); err != nil {
		return d, nil, nil, err
	}
	if after, err = r.byPresent(now.Number, nowHead, oldHead.Cleaner); err != nil || before == nil || after == nil {
		return d, before, after, err
	}
	d, err = r.differ(old, now, *before, *after)
	return d, before, after, err
}

// difference is Compare for what histories ask: whether an article was edited, and whether one of
// the two is a stand-in. A difference that comes from the Cache has no texts.
func (r *Reader) difference(old, now At) (compare.Difference, error) {
	if old == now {
		return compare.Difference{}, nil
	}
	oldHead, nowHead, err := r.heads(old.Number, now.Number)
	if err != nil {
		return compare.Difference{}, err
	}
	of := pair{old.Number, now.Number, oldHead.Digest, nowHead.Digest}
	d, known := r.Cache.difference(of)
	if known = known || oldHead.Digest == nowHead.Digest; known {
		if same, err := r.sameAt(old, now, oldHead.Digest, nowHead.Digest); err != nil || same {
			return d, err
		}
	}
	r.compared++
	r.bodiless = false
	var before, after *cleaner.Article
	d, before, after, err = r.compare(old, now, oldHead, nowHead)
	switch {
	case err != nil:
		return d, err
	case after == nil: // an older cleaner took it for an article
		d.StandIn = compare.LaterStandsIn
	case before == nil:
		d.StandIn = compare.EarlierStandIn
	}
	if !r.bodiless { // a body that is missing may come, and then there is more to compare
		r.Cache.putDifference(of, d)
	}
	return d, nil
}

// heads reads the heads of two articles.
func (r *Reader) heads(old, now uint64) (oldHead, nowHead schema.Article, err error) {
	if oldHead, _, err = r.head(old); err == nil {
		nowHead, _, err = r.head(now)
	}
	return oldHead, nowHead, err
}

// differ compares two articles; where they differ, by the words of their pages, too.
func (r *Reader) differ(old, now At, before, after cleaner.Article) (d compare.Difference, err error) {
	was, is := compare.Reading{Article: before}, compare.Reading{Article: after}
	if err := r.look(old, now, &was, &is); err != nil {
		return d, err
	}
	if len(compare.Changed(before, after)) == 0 && sameBytes(was.Pictures, is.Pictures) {
		return d, nil
	}
	if was.Page, err = r.wordsOf(old.Number); err != nil {
		return d, err
	}
	if is.Page, err = r.wordsOf(now.Number); err != nil {
		return d, err
	}
	return compare.Readings(was, is), nil
}

// Pages are two pages that will be compared: that of a new article, and that of the article
// before it.
type Pages struct {
	of       uint64 // number of the capture before
	old, now compare.Words
	page     cleaner.Page // of the capture before, until it is read
	chain    body.Chain   // its body
}

// ToCompare finds the capture that a new article of a page will be compared with; nil where
// there is none, or its article reads the same.
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

// Put notes the words of both pages; the new one has been stored as capture n.
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

// maxWords is how many pages' words a Reader keeps of those that it read itself: a page is
// compared with the capture before and with the one after.
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
