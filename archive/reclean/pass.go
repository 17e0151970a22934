package reclean

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
	"baoluu/cleaner/turn"
	"baoluu/sites"
)

// How captures are gone through: one goroutine reads them, in the order of their numbers; workers
// unpack, clean, compare and pack, on all processors; and what comes of it is counted and
// stored in that order again, whoever was ready first.

const (
	sliceCaptures = 256      // captures that are read at once, at most
	sliceBytes    = 8 << 20  // and bytes of their packed bodies
	flightBytes   = 64 << 20 // of bodies that are unpacked at once
	writeCaptures = 256      // results to a transaction
	writeBytes    = 4 << 20  // and bytes of them; their articles are bounded as bodies in flight
)

// candidate is a capture to be looked at, with all that it takes.
type candidate struct {
	capture capture.Capture
	page    string
	had     bool           // there is a record of an article
	article schema.Article // that record
	payload []byte         // the same as it is written
	staged  []byte         // what the new generation has of it already
	concern bool           // it may be an article: it counts, cleaned or left alone
	clean   bool           // it is to be cleaned, unless its layout is not the one
	chain   body.Chain
}

// candidate reads what is needed of a capture. No concern is what has no body of
// its own and no article, and what was never to be an article: robots.txt, feeds.
func (rc *recleaner) candidate(r schema.Reader, c capture.Capture) (ca candidate, err error) {
	ca.capture = c
	if sites.IsAsset(c.Page) {
		return ca, nil
	}
	if ca.page, err = schema.LoadAlias(r, c.Page); err != nil {
		return ca, err
	}
	articles := schema.Articles(rc.present)
	if ca.payload, err = articles.Payload(r, c.Number); err != nil {
		return ca, err
	}
	if rc.fresh != nil {
		if ca.staged, err = schema.Articles(rc.fresh.Generation).Payload(r, c.Number); err != nil {
			return ca, err
		}
	}
	if ca.had = ca.payload != nil; ca.had {
		if ca.article, err = articles.Decode(ca.payload); err != nil {
			return ca, err
		}
	} else {
		rec, _, err := schema.Pages.Load(r, ca.page)
		if err != nil || c.Kind == capture.Revisit || c.State != capture.Live || rec.ID == "" {
			return ca, err
		}
	}
	if ca.concern = ca.had; c.Digest == "" {
		return ca, nil // an article without a body: it stays as it is
	}
	n, err := schema.BodyNumber(r, c.Digest)
	if err != nil || n == 0 {
		return ca, err
	}
	ca.concern = true
	if ca.clean = rc.stale(ca.had, ca.article.ArticleHead) && rc.within(c.Time); ca.clean {
		ca.chain, err = rc.paper.Bodies.Chain(r, n)
	}
	return ca, err
}

// work is one capture on its way.
type work struct {
	candidate
	weight  int64
	ready   chan struct{} // closed when the rest is there
	outcome *outcome      // nil where it was left alone
	now     *cleaner.Article
	packed  *body.PackedArticle // of now, where it is to be written
	err     error
}

// pass goes through the captures up to a number that it has not been through yet.
func (rc *recleaner) pass(ctx context.Context, last uint64) error {
	group, ctx := errgroup.WithContext(ctx)
	flight := semaphore.NewWeighted(flightBytes)
	todo, all := make(chan *work), make(chan *work, 2*writeCaptures)
	group.Go(func() error {
		defer close(todo)
		defer close(all)
		return rc.read(ctx, last, flight, todo, all)
	})
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for w := range todo {
				w.err = rc.do(ctx, w)
				close(w.ready)
			}
			return nil
		})
	}
	group.Go(func() error { return rc.collect(ctx, last, flight, all) })
	if err := group.Wait(); err != nil {
		return err
	}
	rc.passed = last // which may be a number that was forgotten
	return nil
}

// read reads the captures, and hands them on.
func (rc *recleaner) read(ctx context.Context, last uint64, flight *semaphore.Weighted, todo, all chan<- *work) error {
	send := func(to chan<- *work, w *work) error {
		select {
		case to <- w:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for rest, more := schema.Captures.From(rc.passed+1), true; more; {
		var batch []*work
		var err error
		size := 0
		rest, more, err = store.ReadSlice(ctx, rc.paper.File, rest, func(r schema.Reader, n uint64, stored schema.Capture) error {
			if n > last {
				return schema.ErrStop
			}
			if len(batch) == sliceCaptures || size > sliceBytes {
				return store.ErrLater
			}
			ca, err := rc.candidate(r, stored.Plain())
			if err != nil {
				return schema.Captures.Name(n, err)
			}
			for _, p := range ca.chain.Parts {
				size += len(p.Frame)
			}
			batch = append(batch, &work{candidate: ca, ready: make(chan struct{})})
			return nil
		})
		if err != nil {
			return err
		}
		for i, w := range batch {
			batch[i] = nil // what comes of it goes when it is written
			if !w.clean {
				close(w.ready)
			} else {
				w.weight = min(flightBytes, w.chain.Parts[0].Size)
				if err := flight.Acquire(ctx, w.weight); err != nil {
					return err
				}
				if err := send(todo, w); err != nil {
					return err
				}
			}
			if err := send(all, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// do cleans a capture, or takes what the new generation has of it, and compares that with what was.
func (rc *recleaner) do(ctx context.Context, w *work) error {
	np, n := rc.paper, w.capture.Number
	page, err := np.Bodies.Unpack(w.chain)
	if err != nil {
		return err
	}
	var text []byte // of the stored article, in JSON
	if w.had && w.article.Refused == "" {
		if text, err = np.Pool.ArticleText(n, w.article, page); err != nil {
			return err
		}
	}
	var old *cleaner.Article
	if layout := rc.selection.Layout; layout != "" {
		if old, err = decoded(n, text); err != nil || layoutOf(w.had, old) != layout {
			return err
		}
	}
	m, err := rc.made(ctx, w, page)
	if err != nil {
		return err
	}
	// Most articles are as they were but for the cleaner's name: that is seen without reading the old one.
	alike := text != nil && m.article != nil && sameBut(text, m.text)
	if alike {
		as := *m.article
		as.Cleaner, old = w.article.Cleaner, &as
	} else if old == nil {
		if old, err = decoded(n, text); err != nil {
			return err
		}
	}
	w.now = m.article
	if rc.fresh != nil && !m.there {
		if alike {
			packed := np.Pool.Renamed(w.article, *m.article)
			w.packed = &packed
		} else if w.packed, err = rc.pack(m, page); err != nil {
			return err
		}
	}
	o := compareArticles(w.capture, w.page, old, w.now, alike)
	o.was, o.is = layoutOf(w.had, old), layoutOf(true, w.now)
	o.reasons = [2]string{w.article.Refused, m.refused}
	w.outcome = &o
	return nil
}

// making is what the present cleaner makes of a capture.
type making struct {
	article *cleaner.Article // nil where there is none
	text    []byte           // it, in JSON
	refused string           // why there is none
	there   bool             // the new generation has it
}

// made gives what the present cleaner makes of a capture, from the new generation where that has it.
func (rc *recleaner) made(ctx context.Context, w *work, page []byte) (m making, err error) {
	np, n := rc.paper, w.capture.Number
	if w.staged != nil {
		staged := schema.Articles(rc.fresh.Generation)
		there, err := staged.Decode(w.staged)
		if err != nil {
			return m, staged.Name(n, err)
		}
		if m.there = there.Cleaner == rc.name; m.there {
			if m.refused = there.Refused; m.refused != "" {
				return m, nil
			}
			if m.text, err = np.Pool.ArticleText(n, there, page); err != nil {
				return m, err
			}
			if m.article, err = decoded(n, m.text); err == nil {
				m.article.Cleaner = rc.name
			}
			return m, err
		}
	}
	var large turn.Turn
	if err := large.Take(ctx, turn.Weight(page)); err != nil {
		return m, err
	}
	defer large.Leave()
	if m.article, m.refused = np.Cleaner.Read(np.Name, w.capture, page); m.article != nil {
		m.text, err = schema.Encode(*m.article)
	}
	return m, err
}

// pack packs what was made.
func (rc *recleaner) pack(m making, page []byte) (*body.PackedArticle, error) {
	var packed body.PackedArticle
	var err error
	if m.article == nil {
		packed, err = rc.paper.PackArticle(nil, m.refused, page)
	} else {
		packed, err = rc.paper.Pool.PackEncoded(*m.article, m.text, page)
	}
	return &packed, err
}

// sameBut reports whether two articles in JSON are the same but for the cleaner's name.
func sameBut(a, b []byte) bool {
	cut := func(text []byte) (before, behind []byte) {
		before, behind, _ = bytes.Cut(text, []byte(`,"cleaner":"`)) // in a text it would be escaped
		_, behind, _ = bytes.Cut(behind, []byte(`","notes":`))
		return before, behind
	}
	aBefore, aBehind := cut(a)
	bBefore, bBehind := cut(b)
	return len(aBehind) > 0 && bytes.Equal(aBefore, bBefore) && bytes.Equal(aBehind, bBehind)
}

// decoded is an article of its JSON, nil of none.
func decoded(n uint64, text []byte) (*cleaner.Article, error) {
	if text == nil {
		return nil, nil
	}
	var art cleaner.Article
	if json.Unmarshal(text, &art) != nil {
		return nil, schema.Articles(0).Damaged(n, schema.Unreadable)
	}
	return &art, nil
}

// layoutOf is the layout of an article; "" where there is no record of one.
func layoutOf(had bool, a *cleaner.Article) string {
	switch {
	case a != nil:
		return a.Layout
	case had:
		return Refused
	}
	return ""
}

// collect counts what comes of the captures, in their order, and writes it.
func (rc *recleaner) collect(ctx context.Context, last uint64, flight *semaphore.Weighted, all <-chan *work) error {
	var batch []newspaper.Result
	size, held := 0, int64(0)
	write := func(done uint64) error {
		if rc.fresh == nil {
			return nil
		}
		err := rc.fresh.Write(ctx, done, batch)
		clear(batch)
		batch, size, held = batch[:0], 0, 0
		return err
	}
	for w := range all {
		select {
		case <-w.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		if w.err != nil {
			return w.err
		}
		n := w.capture.Number
		switch {
		case w.outcome != nil:
			rc.tally.add(*w.outcome)
		case w.concern:
			rc.rest.Current++
		}
		if r, needed := rc.result(w); needed {
			batch = append(batch, r)
			held += w.weight
			size += len(r.Payload)
			if r.Packed != nil {
				size += len(r.Packed.Frame)
			}
		}
		flight.Release(w.weight)
		if len(batch) >= writeCaptures || size >= writeBytes || held >= flightBytes {
			if err := write(n); err != nil {
				return err
			}
		}
		if rc.options.Progress != nil {
			rc.options.Progress(n, last)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return write(last)
}

// result is what the new generation shall have of a capture; not needed is what it has already.
func (rc *recleaner) result(w *work) (r newspaper.Result, needed bool) {
	r = newspaper.Result{Capture: w.capture, Page: w.page, Packed: w.packed}
	switch {
	case rc.fresh == nil:
		return r, false
	case w.packed != nil:
		r.Article = w.now
		return r, true
	case w.outcome == nil:
		r.Payload = w.payload
	}
	return r, w.capture.Number > rc.fresh.Done || w.outcome == nil && !bytes.Equal(w.staged, w.payload)
}
