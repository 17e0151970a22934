package reclean

import (
	"context"
	"slices"

	"baoluu/archive"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// How a re-clean finds out, before anything is accepted, which versions it would take back: a
// notice that an older program took for an edit, say.

// maxPages is how many pages a report names whose versions change.
const maxPages = 20

// pageHistory is one page's captures, with what it takes to clean them.
type pageHistory struct {
	page, title string
	stored      []schema.Version
	captures    []candidate
}

// recount derives the versions of all pages that have more than one as they would be.
func (rc *recleaner) recount(ctx context.Context, within schema.Bounds) error {
	for h, err := range store.Scan(ctx, rc.paper.File, schema.Heads(rc.present), func(r schema.Reader, page string, head schema.Head) (pageHistory, bool, error) {
		if head.Versions < 2 {
			return pageHistory{}, false, nil
		}
		h, err := rc.history(r, page, within)
		h.title = head.Title
		return h, true, err
	}) {
		if err == nil {
			err = rc.recountPage(ctx, h, within)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// history reads what is needed of a page.
func (rc *recleaner) history(r schema.Reader, page string, within schema.Bounds) (h pageHistory, err error) {
	h.page = page
	if h.stored, err = schema.StoredVersions(r, rc.present, page); err != nil {
		return h, err
	}
	// What a crawl stores meanwhile is no version that is taken back.
	h.stored = slices.DeleteFunc(h.stored, func(v schema.Version) bool { return v.First > within.Last })
	positions, err := schema.Positions(r, page, within)
	if err != nil {
		return h, err
	}
	for _, p := range positions {
		c, err := schema.LoadCapture(r, p.Number)
		if err != nil {
			return h, err
		}
		ca, wanted, err := rc.candidate(r, c)
		if err != nil {
			return h, err
		}
		if wanted && len(ca.chain.Parts) > 0 {
			h.captures = append(h.captures, ca)
		}
	}
	return h, nil
}

// recountPage cleans a page's captures and derives its versions from what comes out.
func (rc *recleaner) recountPage(ctx context.Context, page pageHistory, within schema.Bounds) error {
	np := rc.paper
	known := history.Known{Heads: map[uint64]schema.ArticleHead{}, Articles: map[uint64]cleaner.Article{}, Words: map[uint64]compare.Words{}}
	before := ""
	for _, ca := range page.captures {
		n := ca.capture.Number
		body, err := np.Bodies.Unpack(ca.chain)
		if err != nil {
			return err
		}
		art, refused := np.Cleaner.Read(np.Name, ca.capture, body)
		if art == nil {
			known.Heads[n] = schema.ArticleHead{Cleaner: np.CleanerName(), Refused: refused}
			continue
		}
		known.Heads[n] = schema.ArticleHead{Cleaner: np.CleanerName(), Digest: art.Digest()}
		known.Articles[n] = *art
		// Only what reads otherwise than before is compared, and with its page.
		if known.Heads[n].Digest != before {
			known.Words[n] = history.WordsIn(ca.capture, body)
		}
		before = known.Heads[n].Digest
	}
	var list []schema.Version
	err := np.File.Read(ctx, func(r schema.Reader) (err error) {
		h := np.History(r, rc.present)
		h.Within, h.Known = within, known
		list, err = h.Versions(page.page)
		return err
	})
	if err != nil {
		return err
	}
	rc.noteVersions(page, list)
	return nil
}

// noteVersions reports how a page's versions change.
func (rc *recleaner) noteVersions(page pageHistory, now []schema.Version) {
	changed := PageVersions{Page: page.page, Title: page.title, Before: len(page.stored), After: len(now)}
	begins := func(list []schema.Version, first uint64) bool {
		return slices.ContainsFunc(list, func(v schema.Version) bool { return v.First == first })
	}
	for _, v := range archive.VersionsOf(page.stored) {
		if !begins(now, v.First) {
			changed.TakenBack = append(changed.TakenBack, v)
		}
	}
	found := 0
	for _, v := range now {
		if !begins(page.stored, v.First) {
			found++
		}
	}
	rc.report.TakenBack += len(changed.TakenBack)
	rc.report.Found += found
	if len(changed.TakenBack)+found > 0 && len(rc.report.Pages) < maxPages {
		rc.report.Pages = append(rc.report.Pages, changed)
	}
}
