package newspaper

import (
	"context"
	"errors"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// What is to be fetched: how a commit and a crawl write it.

// discoverBatch is how many new entries one transaction takes.
const discoverBatch = 2000

// Discover adds the entries whose page the frontier does not know yet, directly or as an
// alias, and leaves the others as they are. It tells how many were added.
func (np *Newspaper) Discover(ctx context.Context, es []capture.Entry) (added int, err error) {
	if err := store.CheckSite(np.Name); err != nil {
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
		err := np.File.Read(ctx, func(r schema.Reader) (err error) {
			fresh, err = unknown(r, part)
			return err
		})
		if err != nil && !errors.Is(err, store.ErrNoNewspaper) {
			return added, err
		}
		if len(fresh) == 0 {
			continue
		}
		err = np.Update(ctx, func(s schema.Writer) error {
			now, err := unknown(s, fresh)
			if err != nil {
				return err
			}
			for _, e := range now {
				if err := PutEntry(s, e); err != nil {
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

// PutEntry stores an entry and its place in the order of what is due.
func PutEntry(s schema.Writer, e capture.Entry) error {
	if _, _, err := dropDue(s, e.Page); err != nil {
		return err
	}
	if !e.Due.IsZero() {
		if err := schema.Due(e.Class).Add(s, schema.DueOf(e)); err != nil {
			return err
		}
	}
	return schema.Frontier.Save(s, e.Page, e)
}

// dropDue takes a page's entry out of the order of what is due, and gives it, where there is one.
func dropDue(s schema.Writer, page string) (e capture.Entry, known bool, err error) {
	e, known, err = schema.Frontier.Load(s, page)
	if err == nil && known && !e.Due.IsZero() {
		err = schema.Due(e.Class).Drop(s, schema.DueOf(e))
	}
	return e, known, err
}

// entry stores one entry of a commit.
func (t *Tx) entry(e capture.Entry, captured bool) error {
	page, err := schema.LoadAlias(t.Store, e.Page)
	if err != nil {
		return err
	}
	if _, forgotten, err := t.State.IsForgotten(t.Store, page, e.URL); err != nil || forgotten {
		return err
	}
	if page != e.Page {
		// The address leads to another page, which has an entry of its own.
		if known, err := schema.Frontier.Has(t.Store, page); err != nil || known {
			return err
		}
		e.Page = page
	}
	if captured {
		rec, _, err := schema.Pages.Load(t.Store, page)
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
	return PutEntry(t.Store, e)
}

// moveEntry gives a page's entry to the page that it is found to be, unless that
// has one.
func (t *Tx) moveEntry(page, of string) error {
	e, known, err := t.takeEntry(page)
	if err != nil || !known {
		return err
	}
	if has, err := schema.Frontier.Has(t.Store, of); err != nil || has {
		return err
	}
	e.Page = of
	return PutEntry(t.Store, e)
}

// DropEntry takes a page's entry out, where it has one.
func (t *Tx) DropEntry(page string) error {
	_, _, err := t.takeEntry(page)
	return err
}

// takeEntry is DropEntry that gives the entry.
func (t *Tx) takeEntry(page string) (e capture.Entry, known bool, err error) {
	if e, known, err = dropDue(t.Store, page); err == nil && known {
		err = schema.Frontier.Drop(t.Store, page)
	}
	return e, known, err
}
