package crawler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// poll makes sources due in this run, or this round of it.
func (r *run) poll(entries []capture.Entry) error {
	if !r.queue.seedsOnly {
		r.planned += len(entries)
	}
	for i, e := range entries {
		known, resting, err := restful(r.ctx, r.store, r.site.Name, r.round, e)
		if err != nil {
			return err
		}
		if resting {
			r.report.Resting++
			r.source(true, known, known.Gap)
			continue
		}
		// Due times in order, just before the run's start.
		e.Due = r.round.Add(time.Duration(i-len(entries)) * time.Millisecond)
		if e.Class == capture.Backlog {
			e.Due = r.backlogDue(0, false)
		}
		if err := r.enqueue(e); err != nil {
			return err
		}
	}
	return nil
}

// restful reports whether a source has its rest in a round, by its own rhythm. What a person
// named, and what a backfill goes through, has none.
func restful(ctx context.Context, store Frontier, site string, round time.Time, e capture.Entry) (known capture.Entry, resting bool, err error) {
	if e.Class != capture.Listing || !e.Since.IsZero() {
		return known, false, nil
	}
	known, ok, err := store.Entry(ctx, site, e.Page)
	if err != nil {
		return known, false, fmt.Errorf("look up %s: %w", e.URL, err)
	}
	return known, ok && known.Since.IsZero() && known.Rhythm > 0 && round.Before(known.Fetched.Add(known.Rhythm)) && !round.Before(known.Fetched), nil
}

// nextRound begins the run again, as it were, once it has gone on for a while and
// only the backlog is left: a backfill of days must not keep the news waiting.
func (r *run) nextRound() error {
	r.round, r.followed = time.Now(), 0
	r.queue.begin(r.round)
	return r.poll(slices.Concat(sourceEntries(r.site, r.round, Options{}), storedSitemaps(r.site, r.stored, r.round, Options{})))
}

// sources are the newspaper's sources as frontier entries, in the order in
// which they are asked for.
func (r *run) sources() []capture.Entry {
	for _, s := range r.site.Sources {
		page := pageOf(r.site, s.At(r.started))
		r.guesses[page] = s.Guess
		r.sections[page] = s.Kind == sites.SectionList
		r.prompt[page] = s.Kind == sites.FrontPage || s.Kind == sites.NewsSitemap
	}
	return slices.Concat(sourceEntries(r.site, r.started, r.o), storedSitemaps(r.site, r.stored, r.started, r.o))
}

// replan plans again what was planned under a clock that ran ahead: it would wait
// until the right one comes there. It stores that before all else, so that a run
// that is killed here leaves the next one the same to do.
func (r *run) replan() error {
	r.log.Warn("the clock was set back: what was fetched later than now is planned again", "site", r.site.Name)
	for class := capture.Seed; class <= capture.Asset; class++ {
		at := capture.Entry{Class: class, Due: r.started}
		for more := true; more; {
			es, err := r.store.After(r.ctx, r.site.Name, at, discoverBatch)
			if err != nil {
				return fmt.Errorf("what is due later at %s: %w", r.site.Name, err)
			}
			if more = len(es) > 0; more {
				at = es[len(es)-1]
			}
			var b capture.Batch
			for _, e := range es {
				if !e.Fetched.After(r.started) {
					continue
				}
				e.Fetched = r.started // when it was is not known
				e.Listed = earlier(e.Listed, r.started)
				e.Changed = earlier(e.Changed, r.started)
				e.Due = r.started
				if e.Tries == 0 && e.Class == capture.Again {
					e.Due = r.plan.Next(e, r.started)
				}
				b.Entries = append(b.Entries, e)
			}
			if len(b.Entries) == 0 {
				continue
			}
			if _, err := r.store.Commit(r.ctx, r.site.Name, b); err != nil {
				return fmt.Errorf("plan %s again: %w", r.site.Name, err)
			}
		}
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
