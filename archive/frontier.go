package archive

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// discoverBatch is how many new entries one transaction takes.
const discoverBatch = 2000

// Discover adds the entries whose page the frontier does not know yet, directly
// or as an alias, and leaves the others as they are: looking up and adding is one
// transaction, so that two who find the same page do not both add it. It tells how
// many were added.
func (a *Archive) Discover(ctx context.Context, site string, es []capture.Entry) (added int, err error) {
	return a.newspaper(site).discover(ctx, es)
}

func (np *newspaper) discover(ctx context.Context, es []capture.Entry) (added int, err error) {
	if err := store.CheckSite(np.name); err != nil {
		return 0, err
	}
	es = slices.Clone(es)
	for i := range es {
		if err := checkNames(&es[i].Page, &es[i].URL); err != nil {
			return 0, err
		}
	}
	// Most of what a list shows is known: that is found out without writing.
	for len(es) > 0 {
		part := es[:min(len(es), discoverBatch)]
		es = es[len(part):]
		fresh := part
		err := np.file.Read(ctx, func(r schema.Reader) (err error) {
			fresh, err = unknown(r, part)
			return err
		})
		if err != nil && !errors.Is(err, ErrNoNewspaper) {
			return added, err
		}
		if len(fresh) == 0 {
			continue
		}
		err = np.update(ctx, func(s schema.Writer) error {
			now, err := unknown(s, fresh)
			if err != nil {
				return err
			}
			for _, e := range now {
				if err := putEntry(s, e); err != nil {
					return err
				}
			}
			added += len(now)
			return nil
		})
		if err != nil {
			return added, err
		}
	}
	return added, nil
}

// unknown gives those entries whose page the frontier does not hold, each page
// once, under the page that it is. One that was forgotten counts as known.
func unknown(r schema.Reader, es []capture.Entry) ([]capture.Entry, error) {
	var fresh []capture.Entry
	state, err := schema.MetaState.Must(r)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, e := range es {
		page, err := schema.LoadAlias(r, e.Page)
		if err != nil {
			return nil, err
		}
		if seen[page] {
			continue
		}
		seen[page] = true
		if _, forgotten, err := state.IsForgotten(r, page, e.URL); err != nil || forgotten {
			if err != nil {
				return nil, err
			}
			continue
		}
		known, err := schema.Frontier.Has(r, page)
		if err != nil {
			return nil, err
		}
		if !known {
			e.Page = page
			fresh = append(fresh, e)
		}
	}
	return fresh, nil
}

// putEntry stores an entry and its place in the order of what is due.
func putEntry(s schema.Writer, e capture.Entry) error {
	old, known, err := schema.Frontier.Load(s, e.Page)
	if err != nil {
		return err
	}
	if known {
		if err := dropDue(s, old); err != nil {
			return err
		}
	}
	if !e.Due.IsZero() {
		if err := schema.Due(e.Class).Add(s, schema.DueOf(e)); err != nil {
			return err
		}
	}
	return schema.Frontier.Save(s, e.Page, e)
}

func dropDue(s schema.Writer, e capture.Entry) error {
	if e.Due.IsZero() {
		return nil
	}
	return schema.Due(e.Class).Drop(s, schema.DueOf(e))
}

// entry stores one entry of a commit.
func (t *transaction) entry(e capture.Entry, captured bool) error {
	page, err := schema.LoadAlias(t.store, e.Page)
	if err != nil {
		return err
	}
	if _, forgotten, err := t.state.IsForgotten(t.store, page, e.URL); err != nil || forgotten {
		return err
	}
	if page != e.Page {
		// The address leads to another page, which has an entry of its own.
		if known, err := schema.Frontier.Has(t.store, page); err != nil || known {
			return err
		}
		e.Page = page
	}
	if captured {
		rec, _, err := schema.Pages.Load(t.store, page)
		if err != nil {
			return err
		}
		if rec.Live != 0 {
			e.Capture = rec.Live
		}
		// What stands in the article's place is no answer to ask the newspaper by.
		_, last, err := t.newest(page)
		if err != nil {
			return err
		}
		if last != nil && last.Newest != 0 {
			e.Capture = last.Newest
		}
	}
	return putEntry(t.store, e)
}

// moveEntry gives a page's entry to the page that it is found to be, unless that
// has one.
func (t *transaction) moveEntry(page, of string) error {
	e, known, err := schema.Frontier.Load(t.store, page)
	if err != nil || !known {
		return err
	}
	if err := t.dropEntry(page); err != nil {
		return err
	}
	if has, err := schema.Frontier.Has(t.store, of); err != nil || has {
		return err
	}
	e.Page = of
	return putEntry(t.store, e)
}

// dropEntry takes a page's entry out, where it has one.
func (t *transaction) dropEntry(page string) error {
	e, known, err := schema.Frontier.Load(t.store, page)
	if err != nil || !known {
		return err
	}
	return errors.Join(dropDue(t.store, e), schema.Frontier.Drop(t.store, page))
}

// Entry finds what the frontier holds of a page.
func (a *Archive) Entry(ctx context.Context, site, page string) (e capture.Entry, ok bool, err error) {
	return a.newspaper(site).entry(ctx, page)
}

func (np *newspaper) entry(ctx context.Context, page string) (e capture.Entry, ok bool, err error) {
	err = np.look(ctx, func(r schema.Reader) error {
		page, err := schema.LoadAlias(r, page)
		if err != nil {
			return err
		}
		e, ok, err = schema.Frontier.Load(r, page)
		return err
	})
	return e, ok, err
}

// look reads for the crawler, to whom a newspaper without a file is an empty one.
func (np *newspaper) look(ctx context.Context, fn func(schema.Reader) error) error {
	err := np.file.Read(ctx, fn)
	if errors.Is(err, ErrNoNewspaper) {
		return nil
	}
	return err
}

// Due gives the entries of a class that are due at now, those that are due
// longest first, and at most limit of them.
func (a *Archive) Due(ctx context.Context, site string, now time.Time, class capture.Class, limit int) (es []capture.Entry, err error) {
	return a.newspaper(site).due(ctx, class, schema.Due(class).Keys, now, limit)
}

// Waiting is how many entries of a class are due at now: what Due would give without a
// limit. It reads keys alone.
func (a *Archive) Waiting(ctx context.Context, site string, now time.Time, class capture.Class) (n int, err error) {
	return a.newspaper(site).waiting(ctx, now, class)
}

func (np *newspaper) waiting(ctx context.Context, now time.Time, class capture.Class) (n int, err error) {
	err = np.file.ReadTree(ctx, func(t *store.Tree) error {
		for due, err := range schema.Due(class).Keys(t) {
			if err != nil || due.At.After(now) {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil && !errors.Is(err, ErrNoNewspaper) {
		return 0, err
	}
	return n, nil
}

// After gives at most limit entries of e's class that come behind e in the order of
// due times and pages; e itself need not be there.
func (a *Archive) After(ctx context.Context, site string, e capture.Entry, limit int) ([]capture.Entry, error) {
	behind := func(r schema.Reader) iter.Seq2[schema.DuePage, error] {
		return schema.Due(e.Class).After(schema.DueOf(e)).Keys(r)
	}
	return a.newspaper(site).due(ctx, e.Class, behind, time.Time{}, limit)
}

// due gives the entries of a class that a walk leads to until a time; a zero one has no end.
func (np *newspaper) due(ctx context.Context, class capture.Class, walk func(schema.Reader) iter.Seq2[schema.DuePage, error], until time.Time, limit int) (es []capture.Entry, err error) {
	err = np.file.ReadTree(ctx, func(t *store.Tree) error {
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
	if err != nil && !errors.Is(err, ErrNoNewspaper) {
		return nil, err
	}
	return es, nil
}

// NextDue is when the next entry of any class is due; zero where none is.
func (a *Archive) NextDue(ctx context.Context, site string) (next time.Time, err error) {
	return a.newspaper(site).nextDue(ctx)
}

func (np *newspaper) nextDue(ctx context.Context) (next time.Time, err error) {
	err = np.look(ctx, func(r schema.Reader) error {
		for class := capture.Seed; class <= capture.Backlog; class++ {
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
	return next, err
}

// Hosts gives the crawler's own state of each host.
func (a *Archive) Hosts(ctx context.Context, site string) (map[string][]byte, error) {
	return a.newspaper(site).hosts(ctx)
}

func (np *newspaper) hosts(ctx context.Context) (map[string][]byte, error) {
	hosts := map[string][]byte{}
	err := np.look(ctx, func(r schema.Reader) error {
		for host, err := range schema.Hosts.All(r) {
			if err != nil {
				return err
			}
			hosts[host.Key] = host.Value
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return hosts, nil
}

// Runs lists the runs over a newspaper that began at since or later, the oldest
// first.
func (a *Archive) Runs(ctx context.Context, site string, since time.Time) (runs []capture.Run, err error) {
	return a.newspaper(site).runs(ctx, since)
}

func (np *newspaper) runs(ctx context.Context, since time.Time) (runs []capture.Run, err error) {
	err = store.Each(ctx, np.file, schema.Runs.From(since), func(_ schema.Reader, _ time.Time, run capture.Run) error {
		runs = append(runs, run)
		return nil
	})
	if err != nil && !errors.Is(err, ErrNoNewspaper) {
		return nil, err
	}
	return runs, nil
}

// LastRun is the newest run over a newspaper that began before now, a run that goes
// on included; ok is false where there is none.
func (a *Archive) LastRun(ctx context.Context, site string, now time.Time) (run capture.Run, ok bool, err error) {
	return a.newspaper(site).lastRun(ctx, now, func(capture.Run) bool { return true })
}

// LastGoodRun is the newest run until now that is [capture.Run.Good].
func (a *Archive) LastGoodRun(ctx context.Context, site string, now time.Time) (run capture.Run, ok bool, err error) {
	return a.newspaper(site).lastRun(ctx, now, capture.Run.Good)
}

func (np *newspaper) lastRun(ctx context.Context, now time.Time, is func(capture.Run) bool) (run capture.Run, ok bool, err error) {
	// Keys are read forward only: look at ever more of them.
	for _, back := range []time.Duration{time.Hour, 24 * time.Hour, 30 * 24 * time.Hour, 1 << 62} {
		runs, err := np.runs(ctx, now.Add(-back))
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
