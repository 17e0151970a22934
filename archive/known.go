package archive

import (
	"context"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// Known gives for each capture the number under which it is there already, by page, address,
// time and digest; else 0. It is what Commit would find, without the
// work of preparing: for whoever imports the same again. One that is there without
// the body, the request or the needs that it would bring is not there.
func (a *Archive) Known(ctx context.Context, site string, list []capture.Kept) ([]uint64, error) {
	numbers := make([]uint64, len(list))
	err := a.Newspaper(site).File.Read(ctx, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		if err != nil {
			return err
		}
		for i, c := range list {
			here, known, err := schema.TwinHere(r, c.Capture)
			if err != nil {
				return err
			}
			if !known || c.Kind != capture.Revisit && schema.RepeatsNothing(here) {
				continue
			}
			asked, err := schema.LacksRequest(r, here.Number, c.Capture)
			if err != nil {
				return err
			}
			_, unnoted, err := state.Unnoted(r, here, c.Needs)
			if err != nil {
				return err
			}
			if !asked && len(unnoted) == 0 {
				numbers[i] = here.Number
			}
		}
		return nil
	})
	return numbers, orEmpty(err)
}

// NeededOf gives those of some assets, by their pages, that any capture of a newspaper needs, as of
// now.
func (a *Archive) NeededOf(ctx context.Context, site string, assets []string) (needed []string, err error) {
	err = a.Newspaper(site).File.Read(ctx, func(r schema.Reader) error {
		for _, asset := range assets {
			yes, err := schema.IsNeeded(r, asset)
			if err != nil {
				return err
			}
			if yes {
				needed = append(needed, asset)
			}
		}
		return nil
	})
	return needed, orEmpty(err)
}

// At lists a page's captures from one moment to another, both included to the
// millisecond, in order of time. Of a page that is not there it lists none.
func (a *Archive) At(ctx context.Context, site, page string, from, to time.Time) (list []capture.Capture, err error) {
	err = a.Newspaper(site).File.Read(ctx, func(r schema.Reader) error {
		page, err := schema.LoadAlias(r, page)
		if err != nil {
			return err
		}
		for m, err := range schema.Times(page).From(schema.Position{At: max(from.UnixMilli(), 0)}).Keys(r) {
			if err != nil || m.At > to.UnixMilli() {
				return err
			}
			c, err := schema.LoadCapture(r, m.Number)
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list, orEmpty(err)
}

// Aliases goes through the pages that were found to be others, as of now, in the
// order of their keys.
func (v *View) Aliases(ctx context.Context, fn func(capture.Alias) error) error {
	return handing(store.Scan(ctx, v.paper.File, schema.Aliases, func(_ schema.Reader, page string, rec schema.Alias) (capture.Alias, bool, error) {
		return capture.Alias{Page: page, Of: rec.Of, Why: rec.Why}, true, nil
	}), fn)
}
