package archive

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
)

// What of a commit is done before the file is opened: looking up what is there, and
// packing what is not.

// work is what was prepared for one capture.
type work struct {
	body    *packed // nil where the bytes are there already
	article *packedArticle
	pages   *twoPages // where the article will be compared with another
}

type packedArticle struct {
	head  schema.ArticleHead // but for Dict, known in the transaction
	dict  bool               // packed against the capture's own body
	frame []byte
}

// prepare packs what the batch brings. It reads the file, but holds it only to
// read, never to pack.
func (a *Archive) prepare(ctx context.Context, site string, w *writer, b capture.Batch, kept []capture.Kept) ([]work, error) {
	p := preparer{
		archive: a, site: site,
		known: map[string]bool{}, pages: map[string]string{}, bases: map[string]*baseBody{}, chains: map[string]chain{},
		chooser: chooser{store: a.bodies(site), references: &w.references, retired: map[uint64]bool{}},
	}
	p.chooser.chain = func(ctx context.Context, n uint64) (c chain, err error) {
		err = a.read(ctx, site, func(r schema.Reader) error {
			c, err = a.bodies(site).chain(r, n)
			return err
		})
		return c, err
	}
	works := make([]work, len(kept))
	err := a.read(ctx, site, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		if err == nil {
			err = w.renew(r, state, &a.packer)
		}
		if err == nil {
			err = p.survey(r, state, b, kept, works)
		}
		return err
	})
	if err != nil && !errors.Is(err, ErrNoNewspaper) {
		return nil, err
	}
	if err := p.bodies(ctx, kept, works); err != nil {
		return nil, err
	}
	if err := p.words(ctx, kept, works); err != nil {
		return nil, err
	}
	return works, p.articles(ctx, kept, works)
}

// preparer knows what the file holds of what a batch brings.
type preparer struct {
	archive *Archive
	site    string
	known   map[string]bool      // digests of bodies that need not be packed
	pages   map[string]string    // page → the page that it is
	bases   map[string]*baseBody // by page
	chains  map[string]chain     // of bases that are not unpacked yet
	chooser chooser
	refused map[string]bool // pages that were forgotten: nothing is packed for them
}

// renew has what is remembered of the newspaper's bodies be as the file is now.
func (w *writer) renew(r schema.Reader, state schema.State, p *packer) error {
	if w.forgets != state.Forgets { // bodies may be gone, or have moved
		w.forgets, w.references = state.Forgets, references{}
		p.forget()
	}
	return w.references.refresh(r)
}

// survey looks up what the file holds of what the batch brings.
func (p *preparer) survey(r schema.Reader, state schema.State, b capture.Batch, kept []capture.Kept, works []work) error {
	h := p.archive.historian(r, p.site, state.Generation)
	p.refused = map[string]bool{}
	joined := map[string]string{}
	for _, al := range b.Aliases {
		joined[al.Page] = al.Of
	}
	for i, k := range kept {
		refused, err := state.Refuses(r, k.Page, k.URL, joined[k.Page])
		if err != nil {
			return err
		}
		if refused {
			p.refused[k.Page] = true
			continue
		}
		page := k.Page
		if of, ok := joined[page]; ok {
			page = of
		}
		if page, err = schema.LoadAlias(r, page); err != nil {
			return err
		}
		p.pages[k.Page] = page
		if k.Article != nil {
			if works[i].pages, err = p.toCompare(h, page, *k.Article); err != nil {
				return err
			}
		}
		if k.Digest == "" || len(k.Body) == 0 {
			continue
		}
		n, err := schema.BodyNumber(r, k.Digest)
		if err != nil {
			return err
		}
		if n != 0 {
			p.known[k.Digest] = true
			continue
		}
		rec, _, err := schema.Pages.Load(r, page)
		if err != nil {
			return err
		}
		if _, ok := p.chains[page]; rec.Base != 0 && !ok {
			if p.chains[page], err = p.archive.bodies(p.site).chain(r, rec.Base); err != nil {
				return err
			}
		}
	}
	return nil
}

// bodies packs the captures' bodies.
func (p *preparer) bodies(ctx context.Context, kept []capture.Kept, works []work) error {
	for i, k := range kept {
		if len(k.Body) == 0 || p.known[k.Digest] || p.refused[k.Page] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		p.known[k.Digest] = true
		base, err := p.base(p.page(k))
		if err != nil {
			return err
		}
		body, err := p.chooser.pack(ctx, k.Body, k.Digest, base)
		if err != nil {
			return err
		}
		works[i].body = &body
		if base == nil || body.base != base.digest {
			p.bases[p.page(k)] = &baseBody{k.Body, k.Digest, body.head.Depth, len(body.frame)}
		}
	}
	return nil
}

// page is the page that a capture will be kept under.
func (p *preparer) page(k capture.Kept) string { return cmp.Or(p.pages[k.Page], k.Page) }

// articles packs the captures' articles.
func (p *preparer) articles(ctx context.Context, kept []capture.Kept, works []work) error {
	for i, k := range kept {
		if k.Article == nil && k.Refused == "" || p.refused[k.Page] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		article, err := p.archive.packArticle(cleaned{k.Article, k.Refused}, k.Body)
		if err != nil {
			return err
		}
		works[i].article = &article
	}
	return nil
}

// base is what a page's next body is packed against, nil for nothing.
func (p *preparer) base(page string) (*baseBody, error) {
	if b, ok := p.bases[page]; ok {
		return b, nil
	}
	c, ok := p.chains[page]
	if !ok {
		return nil, nil
	}
	delete(p.chains, page)
	b, err := p.chooser.store.base(c)
	if err != nil {
		return nil, err
	}
	p.bases[page] = b
	return b, nil
}

// packArticle packs an article against the body that it was made of: all of its
// text stands there, so hardly more than the JSON is left.
func (a *Archive) packArticle(art cleaned, body []byte) (packedArticle, error) {
	if art.article == nil {
		return packedArticle{head: schema.ArticleHead{Cleaner: a.cleanerName, Refused: art.refused}}, nil
	}
	b, err := schema.Encode(art.article)
	if err != nil {
		return packedArticle{}, err
	}
	p := packedArticle{head: schema.ArticleHead{Cleaner: art.article.Cleaner, Digest: art.article.Digest(), Size: int64(len(b))}}
	if p.dict = len(body) > 0 && len(b)+len(body) <= window; !p.dict {
		p.frame, err = a.packer.packAlone(b)
		return p, err
	}
	p.head.Part = storyPart(*art.article, body)
	dictionary, err := p.head.PartOf(body)
	if err != nil {
		return packedArticle{}, err
	}
	p.frame, err = a.packer.packArticle(dictionary, b)
	return p, err
}

// storyPart is where on its page an article stands, or zero where that is not to
// be seen or is most of the page. A dictionary costs by its length, and the rest
// of a page (styles, scripts, menus) says nothing of the article.
func storyPart(art cleaner.Article, body []byte) [2]int {
	const (
		begin  = 32      // bytes of a paragraph that are looked for: markup breaks longer ones
		before = 4 << 10 // title, lead, byline
		behind = 6 << 10 // the last paragraph, tags, related articles
	)
	find := func(blocks iter.Seq2[int, cleaner.Block], from int) int {
		for _, b := range blocks {
			if len(b.Text) < begin {
				continue
			}
			if at := bytes.Index(body[from:], []byte(b.Text[:begin])); at >= 0 {
				return from + at
			}
		}
		return -1
	}
	first := find(slices.All(art.Body), 0)
	if first < 0 {
		return [2]int{}
	}
	last := find(slices.Backward(art.Body), first)
	part := [2]int{max(0, first-before), min(len(body), max(first, last)+behind)}
	if part[1]-part[0] > len(body)/2 {
		return [2]int{}
	}
	return part
}

// cleaned is what a cleaner made of a capture: an article, or why there is none.
type cleaned struct {
	article *cleaner.Article
	refused string
}
