package archive

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// Discover adds the entries whose page the frontier does not know yet, directly
// or as an alias, and leaves the others as they are: looking up and adding is one
// transaction, so that two who find the same page do not both add it. added is how
// many were new.
func (a *Archive) Discover(ctx context.Context, site string, es []capture.Entry) (added int, err error) {
	return a.Newspaper(site).Discover(ctx, es)
}

// Entry finds what the frontier holds of a page.
func (a *Archive) Entry(ctx context.Context, site, page string) (e capture.Entry, ok bool, err error) {
	err = a.Newspaper(site).File.Read(ctx, func(r schema.Reader) error {
		page, err := schema.LoadAlias(r, page)
		if err != nil {
			return err
		}
		e, ok, err = schema.Frontier.Load(r, page)
		return err
	})
	return e, ok, orEmpty(err)
}

// orEmpty takes a newspaper without a file for an empty one, as the crawler wants it.
func orEmpty(err error) error {
	if errors.Is(err, ErrNoNewspaper) {
		return nil
	}
	return err
}

// Due gives the entries of a class that are due at now, those that are due
// longest first, and at most limit of them.
func (a *Archive) Due(ctx context.Context, site string, now time.Time, class capture.Class, limit int) (es []capture.Entry, err error) {
	return dueOf(ctx, a.Newspaper(site), class, schema.Due(class).Keys, now, limit)
}

// Waiting is how many entries of a class are due at now: what Due would give without a
// limit. It reads keys alone.
func (a *Archive) Waiting(ctx context.Context, site string, now time.Time, class capture.Class) (n int, err error) {
	err = a.Newspaper(site).File.ReadTree(ctx, func(t *store.Tree) error {
		for due, err := range schema.Due(class).Keys(t) {
			if err != nil || due.At.After(now) {
				return err
			}
			n++
		}
		return nil
	})
	return n, orEmpty(err)
}

// After gives at most limit entries of e's class that come behind e in the order of
// due times and pages; e itself need not be there.
func (a *Archive) After(ctx context.Context, site string, e capture.Entry, limit int) ([]capture.Entry, error) {
	behind := func(r schema.Reader) iter.Seq2[schema.DuePage, error] {
		return schema.Due(e.Class).After(schema.DueOf(e)).Keys(r)
	}
	return dueOf(ctx, a.Newspaper(site), e.Class, behind, time.Time{}, limit)
}

// dueOf gives the entries of a class that a walk leads to until a time; a zero one has no end.
func dueOf(ctx context.Context, np *newspaper.Newspaper, class capture.Class, walk func(schema.Reader) iter.Seq2[schema.DuePage, error], until time.Time, limit int) (es []capture.Entry, err error) {
	err = np.File.ReadTree(ctx, func(t *store.Tree) error {
		type place struct {
			schema.DuePage
			at int // in the order of due times
		}
		var places []place
		for due, err := range walk(t) {
			if err != nil {
				return err
			}
			if !until.IsZero() && due.At.After(until) || len(places) >= limit {
				break
			}
			places = append(places, place{due, len(places)})
		}
		slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.Page, b.Page) })
		pages := make([]string, len(places))
		for i, p := range places {
			pages[i] = p.Page
		}
		es = make([]capture.Entry, len(places))
		return schema.Frontier.Lookup(t.Lookup, pages, func(i int, e capture.Entry, ok bool) error {
			if !ok {
				return schema.Due(class).Damaged(places[i].DuePage, "its entry is missing")
			}
			es[places[i].at] = e
			return nil
		})
	})
	return es, orEmpty(err)
}

// NextDue is when the next entry of any class is due; zero where none is.
func (a *Archive) NextDue(ctx context.Context, site string) (next time.Time, err error) {
	err = a.Newspaper(site).File.Read(ctx, func(r schema.Reader) error {
		for class := capture.Seed; class <= capture.Asset; class++ {
			for due, err := range schema.Due(class).Keys(r) {
				if err != nil {
					return err
				}
				if next.IsZero() || due.At.Before(next) {
					next = due.At
				}
				break
			}
		}
		return nil
	})
	return next, orEmpty(err)
}

// Hosts gives the crawler's own state of each host.
func (a *Archive) Hosts(ctx context.Context, site string) (map[string][]byte, error) {
	hosts := map[string][]byte{}
	err := a.Newspaper(site).File.Read(ctx, func(r schema.Reader) error {
		for host, err := range schema.Hosts.All(r) {
			if err != nil {
				return err
			}
			hosts[host.Key] = host.Value
		}
		return nil
	})
	return hosts, orEmpty(err)
}

// Runs lists the runs over a newspaper that began at since or later, the oldest
// first.
func (a *Archive) Runs(ctx context.Context, site string, since time.Time) (runs []capture.Run, err error) {
	err = store.Each(ctx, a.Newspaper(site).File, schema.Runs.From(since), func(_ schema.Reader, _ time.Time, run capture.Run) error {
		runs = append(runs, run)
		return nil
	})
	return runs, orEmpty(err)
}

// LastRun is the newest run over a newspaper that began before now, a run that goes
// on included; ok is false where there is none.
func (a *Archive) LastRun(ctx context.Context, site string, now time.Time) (run capture.Run, ok bool, err error) {
	return a.lastRun(ctx, site, now, func(capture.Run) bool { return true })
}

// LastGoodRun is the newest run until now that is [capture.Run.Good].
func (a *Archive) LastGoodRun(ctx context.Context, site string, now time.Time) (run capture.Run, ok bool, err error) {
	return a.lastRun(ctx, site, now, capture.Run.Good)
}

func (a *Archive) lastRun(ctx context.Context, site string, now time.Time, is func(capture.Run) bool) (run capture.Run, ok bool, err error) {
	// Keys are read forward only: look at ever more of them.
	for _, back := range []time.Duration{time.Hour, 24 * time.Hour, 30 * 24 * time.Hour, 1 << 62} {
		runs, err := a.Runs(ctx, site, now.Add(-back))
		if err != nil {
			return capture.Run{}, false, err
		}
		for _, run := range slices.Backward(runs) {
			if !run.Started.After(now) && is(run) {
				return run, true, nil
			}
		}
	}
	return capture.Run{}, false, nil
}
