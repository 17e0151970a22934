package reclean

import (
	"context"
	"errors"
	"slices"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
)

// Options choose what a re-clean does.
type Options struct {
	// Accept keeps the result. Without it nothing is changed.
	Accept bool
	// Force cleans also what the present cleaner has cleaned already.
	Force bool
	// Limits are where the gate closes.
	Limits Limits
	// Progress is called now and then with the number of the capture that it has come to, and
	// the last one's. It may be nil.
	Progress func(capture, last uint64)
}

const recleanBatch = 32 // captures to a transaction

// Run cleans the stored captures of a newspaper again and reports, field by
// field, what comes out differently. Accepted, the result becomes a new
// generation: it is written beside the old one, which readers go on reading, and
// takes its place in one transaction. Crawls may go on meanwhile.
//
// Versions follow from the new articles by the usual rule, so that a better
// cleaner may take back a version that an ad had made; one capture never becomes two
// versions. Where another re-clean is being accepted, or a page forgotten, one that is to be
// accepted is an [archive.ErrInUse] at once.
func Run(ctx context.Context, a *archive.Archive, site string, o Options) (Report, error) {
	np := a.Newspaper(site)
	if o.Accept {
		unlock, err := np.File.LockReclean()
		if err != nil {
			return Report{}, err
		}
		defer unlock()
	}
	state, err := np.State(ctx)
	if err != nil {
		return Report{}, err
	}
	if o.Accept {
		if err := np.DropGenerations(ctx, state.Generation); err != nil {
			return Report{}, err
		}
	}
	v, err := a.View(ctx, site)
	if err != nil {
		return Report{}, err
	}
	stats, err := v.Stats(ctx) // it goes through all pages: a damaged one is found before the work
	if err != nil {
		return Report{}, err
	}
	rc := &recleaner{paper: np, options: o, present: state.Generation, fresh: np.NewGeneration(state.Generation + 1), tally: newTally()}
	rc.report.VersionsBefore, rc.report.VersionsAfter = stats.Versions, stats.Versions
	if err := rc.captures(ctx, state.Last); err != nil {
		return rc.finished(), err
	}
	if err := rc.recount(ctx, schema.UpTo(state.Last)); err != nil || !o.Accept {
		return rc.finished(), err
	}
	versions, err := rc.fresh.Accept(ctx, rc.captures)
	if err == nil {
		rc.report.Accepted, rc.report.VersionsAfter = true, versions
	}
	return rc.finished(), err
}

// recleaner is one re-clean under way.
type recleaner struct {
	paper   *newspaper.Newspaper
	options Options
	present uint32 // generation
	fresh   *newspaper.Generation
	report  Report // but for what is counted in tally
	tally   *tally
}

// candidate is a capture to be looked at, with all that it takes.
type candidate struct {
	capture capture.Capture
	page    string
	article schema.Article
	had     bool
	payload []byte // the record as it is
	chain   body.Chain
}

// captures cleans the captures up to a number.
func (rc *recleaner) captures(ctx context.Context, last uint64) error {
	var come uint64
	for batch, err := range store.Batches(ctx, rc.paper.File, schema.Captures.From(rc.fresh.Done+1), store.ScanBatch, func(r schema.Reader, n uint64, stored schema.Capture) (candidate, bool, error) {
		if n > last {
			return candidate{}, false, schema.ErrStop
		}
		come = n
		ca, wanted, err := rc.candidate(r, stored.Plain())
		if err == nil && rc.options.Accept {
			rc.fresh.Touched[ca.page] = true
		}
		return ca, wanted, schema.Captures.Name(n, err)
	}) {
		if err == nil {
			err = rc.clean(ctx, batch)
		}
		if err != nil {
			return err
		}
		if rc.options.Progress != nil {
			rc.options.Progress(come, last)
		}
	}
	rc.fresh.Done = last // which may be a number that was forgotten
	return nil
}

// candidate reads what is needed of a capture. Not wanted is what has no body of
// its own and no article, and what was never to be an article: robots.txt, feeds.
func (rc *recleaner) candidate(r schema.Reader, c capture.Capture) (ca candidate, wanted bool, err error) {
	ca.capture = c
	if ca.page, err = schema.LoadAlias(r, c.Page); err != nil {
		return ca, false, err
	}
	if ca.payload, err = schema.Articles(rc.present).Payload(r, c.Number); err != nil {
		return ca, false, err
	}
	if ca.payload != nil {
		ca.had = true
		if ca.article, err = schema.Articles(rc.present).Decode(ca.payload); err != nil {
			return ca, false, err
		}
	} else {
		rec, _, err := schema.Pages.Load(r, ca.page)
		if err != nil {
			return ca, false, err
		}
		if c.Kind == capture.Revisit || c.State != capture.Live || rec.ID == "" {
			return ca, false, nil
		}
	}
	if c.Digest == "" {
		return ca, ca.had, nil // an article without a body: it stays as it is
	}
	n, err := schema.BodyNumber(r, c.Digest)
	if err != nil || n == 0 {
		return ca, ca.had, err
	}
	ca.chain, err = rc.paper.Bodies.Chain(r, n)
	return ca, true, err
}

// clean cleans captures and, where the result is to be kept, stores it.
func (rc *recleaner) clean(ctx context.Context, list []candidate) error {
	for batch := range slices.Chunk(list, recleanBatch) {
		if err := errors.Join(ctx.Err(), rc.cleanBatch(ctx, batch)); err != nil {
			return err
		}
	}
	return nil
}

func (rc *recleaner) cleanBatch(ctx context.Context, batch []candidate) error {
	np := rc.paper
	type result struct {
		capture capture.Capture
		payload []byte // as it was
		article body.PackedArticle
	}
	var results []result
	for _, ca := range batch {
		if len(ca.chain.Parts) == 0 || ca.had && ca.article.Cleaner == np.CleanerName() && !rc.options.Force {
			rc.report.Current++
			results = append(results, result{capture: ca.capture, payload: ca.payload})
			continue
		}
		body, err := np.Bodies.Unpack(ca.chain)
		if err != nil {
			return err
		}
		art, refused := np.Cleaner.Read(np.Name, ca.capture, body)
		var old *cleaner.Article
		if ca.had && ca.article.Refused == "" {
			was, err := np.Pool.Article(ca.capture.Number, ca.article, body)
			if err != nil {
				return err
			}
			old = &was
		}
		rc.tally.add(ca.outcome(old, art, refused))
		if !rc.options.Accept {
			continue
		}
		packed, err := np.PackArticle(art, refused, body)
		if err != nil {
			return err
		}
		results = append(results, result{capture: ca.capture, article: packed})
	}
	if !rc.options.Accept {
		return nil
	}
	return np.Update(ctx, func(s schema.Writer) error {
		t := rc.fresh.Begin(s)
		for _, r := range results {
			if r.payload == nil {
				if err := t.SaveArticle(r.capture, r.article); err != nil {
					return err
				}
				continue
			}
			if err := schema.Articles(rc.fresh.Number).SavePayload(s, r.capture.Number, r.payload); err != nil {
				return err
			}
		}
		return nil
	})
}

// outcome tells how a capture came out; old is the stored article, nil where there is none.
func (ca candidate) outcome(old, now *cleaner.Article, refused string) outcome {
	o := compareArticles(ca.capture, ca.page, old, now, false)
	o.was, o.is = layoutOf(ca.had, old), layoutOf(true, now)
	o.reasons = [2]string{ca.article.Refused, refused}
	return o
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

func (rc *recleaner) finished() Report {
	r := rc.tally.finish()
	r.Current, r.TakenBack, r.Found, r.Pages = rc.report.Current, rc.report.TakenBack, rc.report.Found, rc.report.Pages
	r.VersionsBefore, r.VersionsAfter, r.Accepted = rc.report.VersionsBefore, rc.report.VersionsAfter, rc.report.Accepted
	r.Gate = rc.tally.gate(r, rc.options.Limits)
	return r
}
