package reclean

import (
	"context"
	"errors"
	"time"

	"baoluu/archive"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// Options choose what a re-clean does.
type Options struct {
	// DryRun writes nothing: the report is all that comes of it.
	DryRun bool
	// Accept gives the new articles the place of the present ones, where the gate lets them through.
	Accept bool
	// Force cleans also what the present cleaner has cleaned already.
	Force bool
	// Since and Until bound when captures were made: from Since on, before Until. Zero is open.
	Since, Until time.Time
	// Layout is the one that has read the stored article, [Refused] for what is none; "" for any.
	Layout string
	// Limits are where the gate closes.
	Limits Limits
	// Progress is called now and then with the number of the capture that it has come to, and
	// the last one's. It may be nil.
	Progress func(capture, last uint64)
}

// selection is what is to be cleaned, as it is noted in the file.
func (o Options) selection() schema.Selection {
	s := schema.Selection{Force: o.Force, Layout: o.Layout}
	if !o.Since.IsZero() {
		s.Since = o.Since.Unix()
	}
	if !o.Until.IsZero() {
		s.Until = o.Until.Unix()
	}
	return s
}

// ErrStopped is returned where the gate does not let a re-clean through that was to be accepted. What
// it wrote stands beside, and the report says why.
var ErrStopped = errors.New("too much is lost: nothing was accepted")

// Run cleans the stored captures of a newspaper again and reports what comes out differently: those
// that another cleaner had cleaned. The new articles become a generation that stands beside the
// present one, which readers go on reading; accepted, it takes its place in one transaction. What
// stands beside already, of the same cleaner and selection, is not cleaned again, so that a run that
// was stopped goes on where it was, and one that was looked at is accepted soon. Another cleaner, or
// selection, begins anew. Crawls may go on meanwhile.
//
// Versions follow from the new articles by the usual rule, so that a better
// cleaner may take back a version that an ad had made; one capture never becomes two
// versions. Where another re-clean is under way, or a page forgotten, the error is an
// [archive.ErrInUse] at once, unless nothing is to be written. Where nothing is to be cleaned, nothing is written, and
// no captures are reported.
func Run(ctx context.Context, a *archive.Archive, site string, o Options) (Report, error) {
	np := a.Newspaper(site)
	if !o.DryRun {
		unlock, err := np.File.LockReclean()
		if err != nil {
			return Report{}, err
		}
		defer unlock()
	}
	for {
		report, err := run(ctx, a, np, o)
		if !errors.Is(err, store.ErrChanged) {
			return report, err
		}
	}
}

// run is Run that ends with a [store.ErrChanged] where captures were repaired meanwhile.
func run(ctx context.Context, a *archive.Archive, np *newspaper.Newspaper, o Options) (Report, error) {
	state, err := np.State(ctx)
	if err != nil {
		return Report{}, err
	}
	rc := &recleaner{paper: np, options: o, name: np.CleanerName(), selection: o.selection(), present: state.Generation, tally: newTally()}
	rc.rest.VersionsBefore, rc.rest.VersionsAfter = state.Versions, state.Versions
	current, stale, err := rc.anyStale(ctx)
	if err != nil || !stale {
		rc.rest.Current = current
		return rc.report(), err
	}
	v, err := a.View(ctx, np.Name)
	if err != nil {
		return Report{}, err
	}
	if _, err := v.Stats(ctx); err != nil { // it goes through all pages: a damaged one is found before the work
		return Report{}, err
	}
	if o.DryRun {
		if err = rc.pass(ctx, state.Last); err == nil {
			err = rc.recount(ctx, schema.UpTo(state.Last))
		}
		return rc.report(), err
	}
	return rc.stage(ctx, state)
}

// stage has the new articles stand beside the present ones, and accepts them if that is asked for.
func (rc *recleaner) stage(ctx context.Context, state schema.State) (Report, error) {
	var err error
	if rc.fresh, err = rc.paper.Stage(ctx, rc.selection); err != nil {
		return Report{}, err
	}
	if err := rc.pass(ctx, state.Last); err != nil {
		return rc.report(), err
	}
	if rc.tally.report.Captures == 0 { // of that layout nothing is there
		return rc.report(), rc.fresh.Drop(ctx)
	}
	if err := rc.fresh.Derive(ctx); err != nil {
		return rc.report(), err
	}
	if err := rc.fresh.Compare(ctx, rc.noteVersions); err != nil {
		return rc.report(), err
	}
	rc.rest.Staged = true
	if !rc.options.Accept {
		return rc.report(), nil
	}
	if !rc.report().Gate.Passed {
		return rc.report(), ErrStopped
	}
	versions, err := rc.fresh.Accept(ctx, rc.pass)
	if err == nil {
		rc.rest.Staged, rc.rest.Accepted, rc.rest.VersionsAfter = false, true, versions
	}
	return rc.report(), err
}

// recleaner is one re-clean under way.
type recleaner struct {
	paper     *newspaper.Newspaper
	options   Options
	name      string // of the present cleaner
	selection schema.Selection
	present   uint32                // generation
	fresh     *newspaper.Generation // nil where nothing is written
	passed    uint64                // the captures up to this number are counted
	tally     *tally
	rest      Report // what is not counted in tally
}

func (rc *recleaner) report() Report {
	r := rc.tally.finish()
	r.Current, r.TakenBack, r.Found, r.Pages = rc.rest.Current, rc.rest.TakenBack, rc.rest.Found, rc.rest.Pages
	r.VersionsBefore, r.VersionsAfter, r.Staged, r.Accepted = rc.rest.VersionsBefore, rc.rest.VersionsAfter, rc.rest.Staged, rc.rest.Accepted
	r.Gate = rc.tally.gate(r, rc.options.Limits)
	return r
}

// stale reports whether a capture with this record of an article, or none, is to be cleaned, as
// far as its cleaner tells.
func (rc *recleaner) stale(had bool, head schema.ArticleHead) bool {
	return rc.selection.Force || !had || head.Cleaner != rc.name
}

// within reports whether a capture was made when those were that are to be cleaned.
func (rc *recleaner) within(at time.Time) bool {
	s := rc.selection
	return (s.Since == 0 || at.Unix() >= s.Since) && (s.Until == 0 || at.Unix() < s.Until)
}

// anyStale reports whether anything may have to be cleaned; current is how many records of articles it
// saw that need not be.
func (rc *recleaner) anyStale(ctx context.Context) (current int, found bool, err error) {
	err = store.Each(ctx, rc.paper.File, schema.Captures.Payloads(), func(r schema.Reader, n uint64, payload []byte) error {
		article, had, err := schema.Articles(rc.present).Load(r, n)
		if err != nil {
			return err
		}
		if !rc.stale(had, article.ArticleHead) {
			current++
			return nil
		}
		stored, err := schema.Captures.Decode(payload)
		if err != nil {
			return schema.Captures.Name(n, err)
		}
		ca, err := rc.candidate(r, stored.Plain())
		if err != nil {
			return schema.Captures.Name(n, err)
		}
		switch found = ca.clean; {
		case found:
			return schema.ErrStop
		case ca.concern:
			current++
		}
		return nil
	})
	return current, found, err
}

// noteVersions reports how a page's versions change.
func (rc *recleaner) noteVersions(c newspaper.PageChange) {
	changed := PageVersions{Page: c.Page, Title: c.Title, Before: len(c.Before), After: len(c.After)}
	begins := func(list []schema.Version) map[uint64]bool {
		firsts := map[uint64]bool{}
		for _, v := range list {
			firsts[v.First] = true
		}
		return firsts
	}
	before, after := begins(c.Before), begins(c.After)
	for _, v := range archive.VersionsOf(c.Before) {
		if !after[v.First] {
			changed.TakenBack = append(changed.TakenBack, v)
		}
	}
	found := 0
	for _, v := range c.After {
		if !before[v.First] {
			found++
		}
	}
	rc.rest.TakenBack += len(changed.TakenBack)
	rc.rest.Found += found
	if len(changed.TakenBack)+found > 0 && len(rc.rest.Pages) < maxPages {
		rc.rest.Pages = append(rc.rest.Pages, changed)
	}
}

// maxPages is how many pages a report names whose versions change.
const maxPages = 20
