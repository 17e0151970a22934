package follow

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"baoluu/archive"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Changes is what was touched in a newspaper since a mark.
type Changes struct {
	Mark Mark // of now, for the next time
	// All says that anything may have changed: the mark is of another file or none, or captures
	// that were there were cleaned again, repaired or forgotten. No page is named then.
	All bool
	// Touched are the keys of pages of which something came, sorted; lists and feeds are among them,
	// assets are not.
	Touched []string
	// Joined are the keys of pages that were found to be others, sorted, of which there may have been
	// something: they are pages no more. What they are now is among Touched.
	Joined []string
}

// None reports whether nothing has changed.
func (c Changes) None() bool { return !c.All && len(c.Touched)+len(c.Joined) == 0 }

// MostCaptures is how many captures are looked at: where more have come, all may have changed.
const MostCaptures = 200_000

// Since tells what was touched in a newspaper since a mark, as of a moment during the call. Errors
// are those of [archive.Archive.View].
func Since(ctx context.Context, a *archive.Archive, site string, mark Mark) (Changes, error) {
	file := a.Newspaper(site).File
	now, newest, err := look(ctx, file, mark)
	if err != nil {
		return Changes{}, err
	}
	c := Changes{Mark: now}
	c.Mark.Names = mark.Names
	c.All = !mark.sameFile(c.Mark, newest) || mark.since(c.Mark) > MostCaptures
	if c.All {
		c.Mark.Names, _, err = joined(ctx, file, nil)
		return c, err
	}
	touched := map[string]bool{}
	if c.Mark.Joins != mark.Joins {
		var came map[string]string
		if c.Mark.Names, came, err = joined(ctx, file, mark.Names); err != nil {
			return Changes{}, err
		}
		c.Joined = slices.Sorted(maps.Keys(came))
		for page := range maps.Values(came) {
			touched[page] = true
		}
	}
	if err := captured(ctx, file, mark.Last, c.Mark.Last, touched); err != nil {
		return Changes{}, err
	}
	c.Touched = slices.Sorted(maps.Keys(touched))
	return c, nil
}

// captured adds the pages whose captures have a number above after, up to last.
func captured(ctx context.Context, file *store.File, after, last uint64, pages map[string]bool) error {
	if after == last {
		return nil
	}
	return store.Each(ctx, file, schema.Captures.Payloads().After(after), func(r schema.Reader, n uint64, payload []byte) error {
		if n > last {
			return schema.ErrStop
		}
		var c struct {
			Page string `json:"page"`
		}
		if json.Unmarshal(payload, &c) != nil {
			return schema.Captures.Damaged(n, schema.Unreadable)
		}
		if sites.IsAsset(c.Page) {
			return exchanged(r, n, c.Page, pages)
		}
		page, err := schema.LoadAlias(r, c.Page)
		pages[page] = true
		return err
	})
}

// exchanged adds the pages whose histories capture n of an asset may have changed: it came after theirs.
func exchanged(r schema.Reader, n uint64, asset string, pages map[string]bool) error {
	c, err := schema.LoadCapture(r, n)
	if err != nil {
		return err
	}
	if schema.Source(c) != n { // it repeats another
		if may, err := schema.Exchanges(r, asset, c); err != nil || !may {
			return err
		}
	}
	state, err := schema.MetaState.Must(r)
	if err != nil {
		return err
	}
	list, err := schema.Needing(r, state.Generation, asset)
	for _, page := range list {
		pages[page] = true
	}
	return err
}

// Behind tells at the cost of three records how far a mark is behind: how many captures came since and
// pages were joined, or that all may have changed.
func Behind(ctx context.Context, a *archive.Archive, site string, mark Mark) (captures int, all bool, err error) {
	now, newest, err := look(ctx, a.Newspaper(site).File, mark)
	if err != nil {
		return 0, false, err
	}
	if !mark.sameFile(now, newest) {
		return 0, true, nil
	}
	return mark.since(now) + max(now.Joins-mark.Joins, mark.Joins-now.Joins), false, nil
}

// look reads the mark of now, without its Names, and what tells the capture that was newest at mark.
func look(ctx context.Context, file *store.File, mark Mark) (now Mark, newest string, err error) {
	err = file.Read(ctx, func(r schema.Reader) (err error) {
		if now, err = read(r); err == nil {
			newest, err = captureTold(r, mark.Last)
		}
		return err
	})
	return now, newest, err
}
