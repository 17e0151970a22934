package crawler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner/challenge"
	"baoluu/crawler/drift"
	"baoluu/sites"
)

// How a run ended. Where nothing could be read it never ends well, whatever the reason: what
// counts as nothing, and what as a refusal, is docs/decisions/0036-nothing-silent.md.

// harvest counts what became of the addresses of one sort that a run asked for.
type harvest struct {
	asked   int // or looked up in what an earlier run learnt a short while ago
	came    int
	refused int // of those that did not
	again   int // of the refused: an earlier run was refused them, too
}

func (h *harvest) count(came bool, gap, before string) {
	h.asked++
	switch {
	case came:
		h.came++
	case refuses(gap):
		h.refused++
		if refuses(before) {
			h.again++
		}
	}
}

// empty reports whether nothing came of what was asked for, shut whether that is because we are
// refused: mostly, for some addresses are always wrong.
func (h *harvest) empty() bool { return h.asked > 0 && h.came == 0 }
func (h *harvest) shut() bool  { return h.empty() && 2*h.refused >= h.asked }

const (
	// enough addresses of which nothing came say that nothing comes, where we are not refused:
	// fewer are wrong for reasons of their own.
	enough = 3
)

// reckoning is what became of all that a run asked for.
type reckoning struct {
	lists             harvest         // the sources; those came that named articles, or had nothing new
	pages             harvest         // articles, and all that a person named
	planned           int             // sources that were to be asked
	onward            map[string]bool // page keys that sources redirect to
	answers, silences int             // to requests of this run, robots.txt apart; without an answer
}

// refuses reports whether a gap says that we are kept out. What nobody can have is no refusal.
func refuses(gap string) bool {
	switch gap {
	case status(203), status(401), status(402), status(403), status(407), status(429), status(451):
		return true
	}
	return challenge.Kind(gap).Refuses()
}

// harvested puts into a report what came until now.
func (r *run) harvested(report *capture.Run) {
	report.Sources, report.Read, report.Came = r.lists.asked, r.lists.came, r.pages.came
}

// reckon counts what became of an address; last is its entry as it was before.
func (r *run) reckon(res result, last capture.Entry) {
	e := res.entry
	for _, ev := range res.events {
		switch {
		case ev.Status == 0:
			r.silences++
		case ev.Kind != sites.Robots:
			r.answers++
		}
	}
	if res.unanswered {
		r.silences++
	}
	if res.aborted {
		return
	}
	moved := res.gap == "" && !res.live // what it leads to counts
	switch {
	case isListing(e.Kind) && !r.queue.seedsOnly:
		if e.Hops > 0 && !r.onward[e.Page] {
			return // what a source leads to: it was read
		}
		if moved {
			for _, next := range res.follow {
				r.onward[next.Page] = true
			}
			return
		}
		r.source(res.live, e, last.Gap)
	case e.Kind == sites.Article || r.queue.seedsOnly:
		if moved {
			return
		}
		seen := last.Capture != 0 || last.Checks > 0
		// That a page is gone is news of one that was there.
		r.pages.count(res.live || res.gap == "gone" && seen, res.gap, last.Gap)
	}
}

// source counts one source; e is its entry now.
func (r *run) source(live bool, e capture.Entry, before string) {
	if e.Gap == "gone" && (r.guesses[e.Page] || namedByRobots(e)) {
		return // it may never have been there
	}
	r.lists.count(live && e.Gap == "", e.Gap, before)
}

type ending struct {
	name string
	err  error
}

// end says how a run ended.
func (r *run) end(failure error) ending {
	cause := context.Cause(r.stop)
	of := func(name string, err error) ending { return ending{name, fmt.Errorf("%s: %w", r.site.Name, err)} }
	switch {
	case failure != nil:
		return ending{"failed", failure}
	case errors.Is(cause, ErrBlocked):
		return of("blocked", cause)
	case errors.Is(cause, ErrUnreachable):
		return of("unreachable", cause)
	case cause != nil && !errors.Is(cause, errLimit) && !errors.Is(cause, errTime):
		return ending{"interrupted", cause}
	}
	switch empty, err := r.nothing(cause != nil); {
	case err != nil:
		return ending{"failed", err}
	case errors.Is(empty, ErrBlocked):
		return of("blocked", empty)
	case errors.Is(empty, ErrUnreachable):
		return of("unreachable", empty)
	case errors.Is(empty, ErrNoSource):
		return of("no source", empty)
	case empty != nil:
		return of("no article", empty)
	case errors.Is(cause, errLimit):
		return ending{"limit", nil}
	case cause != nil:
		return ending{"time", nil}
	}
	return ending{"done", nil}
}

// nothing says what of a run's work brought nothing at all, nil where some of it did. A run
// that ended early may not have asked for all that it was to read.
func (r *run) nothing(early bool) (why, err error) {
	if early && r.answers == 0 && r.silences > 0 {
		return fmt.Errorf("%w: no answer in the time that it had", ErrUnreachable), nil
	}
	if r.lists.empty() && (!early || r.lists.asked >= min(enough, r.planned)) {
		if !r.lists.shut() {
			return fmt.Errorf("%w (%d)", ErrNoSource, r.lists.asked), nil
		}
		if r.pages.came == 0 {
			h, err := r.host(r.home)
			if err != nil {
				return nil, err
			}
			h.Withdraw(time.Now())
		}
		return ErrBlocked, nil
	}
	if r.pages.shut() {
		blocked := r.queue.seedsOnly || r.pages.refused > r.pages.again
		if !blocked {
			if blocked, err = r.wasBlocked(); err != nil {
				return nil, err
			}
		}
		if blocked {
			return ErrBlocked, nil
		}
	}
	if r.pages.empty() && (r.queue.seedsOnly || r.pages.asked >= enough) {
		return fmt.Errorf("%w (%d)", ErrNoArticle, r.pages.asked), nil
	}
	return nil, nil
}

// wasBlocked reports whether the last run that asked for articles was refused them. An address
// that is refused again says no more than that one, and may be the only one that is.
func (r *run) wasBlocked() (bool, error) {
	runs, err := r.earlier()
	if err != nil {
		return false, err
	}
	for i := len(runs) - 1; i >= 0; i-- {
		if runs[i].Seeds == 0 && runs[i].Fetched > 0 {
			return runs[i].End == "blocked", nil
		}
	}
	return false, nil
}

// earlier is the runs before this one, the oldest first, as far back as anything is compared.
func (r *run) earlier() ([]capture.Run, error) {
	runs, err := r.store.Runs(r.ctx, r.site.Name, r.started.Add(-drift.PastTime))
	if err != nil {
		return nil, fmt.Errorf("earlier runs over %s: %w", r.site.Name, err)
	}
	before := runs[:0]
	for _, run := range runs {
		if run.Started.Before(r.started) && run.Started.UnixMilli() != r.started.UnixMilli() {
			before = append(before, run)
		}
	}
	return before, nil
}

// checkDrift looks for drift. What a person named is no sample of what the
// newspaper publishes.
func (r *run) checkDrift() error {
	if r.queue.seedsOnly || r.quality.Sums() == nil {
		return nil
	}
	before, err := r.earlier()
	if err != nil {
		return err
	}
	r.report.Redesign = r.layouts.Redesign(before, r.started)
	r.report.Drift = r.quality.Compare(before, r.started)
	for _, d := range r.report.Drift {
		r.log.Error("layout drift", "site", r.site.Name, "field", d.Field, "was", d.Was, "is", d.Is, "url", d.Examples)
	}
	return nil
}
