package newspaper

import (
	"cmp"
	"context"
	"errors"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
)

// What of a commit is done before the file is opened: looking up what is there, and
// packing what is not.

// work is what was prepared for one capture.
type work struct {
	body    *body.Packed // nil where the bytes are there already
	article *body.PackedArticle
	pages   *history.Pages // where the article will be compared with another
}

// prepare packs what the batch brings. It reads the file, but holds it only to
// read, never to pack.
func (np *Newspaper) prepare(ctx context.Context, b capture.Batch, kept []capture.Kept) ([]work, error) {
	p := preparer{
		paper: np,
		known: map[string]bool{}, pages: map[string]string{}, bases: map[string]*body.Base{}, chains: map[string]body.Chain{},
	}
	p.chooser = body.NewChooser(np.Bodies, &np.references, func(ctx context.Context, n uint64) (c body.Chain, err error) {
		err = np.File.Read(ctx, func(r schema.Reader) error {
			c, err = np.Bodies.Chain(r, n)
			return err
		})
		return c, err
	})
	works := make([]work, len(kept))
	err := np.File.Read(ctx, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		if err == nil {
			err = np.renew(r, state)
		}
		if err == nil {
			err = p.survey(r, state, b, kept, works)
		}
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNoNewspaper) {
		return nil, err
	}
	for i, k := range kept {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if works[i], err = p.work(ctx, k, works[i]); err != nil {
			return nil, err
		}
	}
	return works, nil
}

// preparer knows what the file holds of what a batch brings.
type preparer struct {
	paper   *Newspaper
	known   map[string]bool       // digests of bodies that need not be packed
	pages   map[string]string     // page → the page that it will be kept under
	bases   map[string]*body.Base // by page
	chains  map[string]body.Chain // of bases that are not unpacked yet
	chooser *body.Chooser
	refused map[string]bool // pages that were forgotten: nothing is packed for them
}

// renew reads the references that came since, and drops what is remembered of bodies where some
// were forgotten.
func (np *Newspaper) renew(r schema.Reader, state schema.State) error {
	if np.forgets != state.Forgets { // bodies may be gone, or have moved
		np.forgets, np.references = state.Forgets, body.References{}
		np.Pool.Forget()
	}
	return np.references.Refresh(r)
}

// survey looks up what the file holds of what the batch brings.
func (p *preparer) survey(r schema.Reader, state schema.State, b capture.Batch, kept []capture.Kept, works []work) error {
	h := p.paper.History(r, state.Generation)
	p.refused = map[string]bool{}
	joined := map[string]string{}
	for _, al := range b.Aliases {
		joined[al.Page] = al.Of
	}
	named := map[string]bool{} // assets that may have gone with a page, and may be needed again once this is stored
	for _, k := range kept {
		for _, asset := range k.Needs {
			named[asset] = true
		}
	}
	for i, k := range kept {
		refused, err := state.Refuses(r, k.Page, k.URL, joined[k.Page])
		if err != nil {
			return err
		}
		if refused && !named[k.Page] {
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
			if works[i].pages, err = h.ToCompare(page, *k.Article); err != nil {
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
			if p.chains[page], err = p.paper.Bodies.Chain(r, rec.Base); err != nil {
				return err
			}
		}
	}
	return nil
}

// work packs a capture's body and article, and reads the pages that are to be compared.
func (p *preparer) work(ctx context.Context, k capture.Kept, w work) (work, error) {
	if w.pages != nil {
		if err := w.pages.Read(p.paper.Bodies, k.Capture, k.Body); err != nil {
			return w, err
		}
	}
	if p.refused[k.Page] {
		return w, nil
	}
	if len(k.Body) > 0 && !p.known[k.Digest] {
		packed, err := p.body(ctx, k)
		if err != nil {
			return w, err
		}
		w.body = &packed
	}
	if k.Article == nil && k.Refused == "" {
		return w, nil
	}
	article, err := p.paper.PackArticle(k.Article, k.Refused, k.Body)
	w.article = &article
	return w, err
}

// body packs a capture's body.
func (p *preparer) body(ctx context.Context, k capture.Kept) (body.Packed, error) {
	p.known[k.Digest] = true
	page := cmp.Or(p.pages[k.Page], k.Page)
	base, err := p.base(page)
	if err != nil {
		return body.Packed{}, err
	}
	packed, err := p.chooser.Pack(ctx, k.Body, k.Digest, base)
	if err == nil && (base == nil || packed.Base != base.Digest) && body.Serves(packed.Head, len(packed.Frame)) {
		p.bases[page] = packed.AsBase(k.Body)
	}
	return packed, err
}

// base is what a page's next body is packed against, nil for nothing.
func (p *preparer) base(page string) (*body.Base, error) {
	if b, ok := p.bases[page]; ok {
		return b, nil
	}
	c, ok := p.chains[page]
	if !ok {
		return nil, nil
	}
	delete(p.chains, page)
	b, err := p.paper.Bodies.Base(c)
	if err != nil {
		return nil, err
	}
	p.bases[page] = b
	return b, nil
}

// PackArticle packs what a cleaner made of a capture against the capture's body: an article or,
// where that is nil, why there is none.
func (np *Newspaper) PackArticle(art *cleaner.Article, refused string, page []byte) (body.PackedArticle, error) {
	if art == nil {
		return body.PackedArticle{Head: schema.ArticleHead{Cleaner: np.CleanerName(), Refused: refused}}, nil
	}
	return np.Pool.PackArticle(*art, page)
}
