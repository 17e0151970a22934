package reclean

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"baoluu/archive/internal/history"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// How a dry run finds out which versions a re-clean would take back, a notice that an older
// program took for an edit, say: where nothing is written, the articles of pages that have, or may get,
// more than one version are made once more.

// recount derives the versions of all such pages as they would be.
func (rc *recleaner) recount(ctx context.Context, within schema.Bounds) error {
	for batch, err := range store.Batches(ctx, rc.paper.File, schema.Pages, store.ScanBatch, func(r schema.Reader, page string, rec schema.Page) (string, bool, error) {
		several, err := rc.several(r, page, rec)
		return page, several, err
	}) {
		if err != nil {
			return err
		}
		changes := make([]newspaper.PageChange, len(batch))
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(runtime.GOMAXPROCS(0))
		for i, page := range batch {
			group.Go(func() (err error) {
				changes[i], err = rc.recountPage(ctx, page, within)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for _, c := range changes {
			if len(c.Before) > 1 || len(c.After) > 1 {
				rc.noteVersions(c)
			}
		}
	}
	return nil
}

// several reports whether a page has more than one version, or captures that may make more.
func (rc *recleaner) several(r schema.Reader, page string, rec schema.Page) (bool, error) {
	head, _, err := schema.Heads(rc.present).Load(r, page)
	if err != nil || head.Versions > 1 || rec.ID == "" || rec.Captures < 2 {
		return head.Versions > 1, err
	}
	first := ""
	for p, err := range schema.Times(page).Keys(r) {
		if err != nil {
			return false, err
		}
		c, err := schema.LoadCapture(r, p.Number)
		if err != nil {
			return false, err
		}
		if c.Digest != "" && first != "" && c.Digest != first {
			return true, nil
		}
		if c.Digest != "" {
			first = c.Digest
		}
	}
	return false, nil
}

// recountPage cleans a page's captures and derives its versions from what comes out.
func (rc *recleaner) recountPage(ctx context.Context, page string, within schema.Bounds) (newspaper.PageChange, error) {
	np := rc.paper
	c := newspaper.PageChange{Page: page}
	var list []*work
	err := np.File.Read(ctx, func(r schema.Reader) (err error) {
		head, _, err := schema.Heads(rc.present).Load(r, page)
		if err != nil {
			return err
		}
		c.Title = head.Title
		if c.Before, err = schema.StoredVersions(r, rc.present, page); err != nil {
			return err
		}
		// What a crawl stores meanwhile is no version that is taken back.
		c.Before = newspaper.UpTo(c.Before, within.Last)
		positions, err := schema.Positions(r, page, within)
		if err != nil {
			return err
		}
		for _, p := range positions {
			stored, err := schema.LoadCapture(r, p.Number)
			if err != nil {
				return err
			}
			ca, err := rc.candidate(r, stored)
			if err != nil {
				return err
			}
			if ca.clean {
				list = append(list, &work{candidate: ca})
			}
		}
		return nil
	})
	if err != nil {
		return c, err
	}
	known := history.Known{Heads: map[uint64]schema.ArticleHead{}, Articles: map[uint64]cleaner.Article{}, Words: map[uint64]compare.Words{}}
	for _, w := range list {
		if err := rc.do(ctx, w); err != nil {
			return c, err
		}
		n := w.capture.Number
		switch {
		case w.outcome == nil: // left alone
		case w.now == nil:
			known.Heads[n] = schema.ArticleHead{Cleaner: rc.name, Refused: w.outcome.reasons[1]}
		default:
			known.Heads[n] = schema.ArticleHead{Cleaner: rc.name, Digest: w.now.Digest()}
			known.Articles[n] = *w.now
		}
		w.outcome = nil
	}
	err = np.File.Read(ctx, func(r schema.Reader) (err error) {
		h := np.History(r, rc.present)
		h.Within, h.Known = within, known
		c.After, err = h.Versions(page)
		return err
	})
	return c, err
}
