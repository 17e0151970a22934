package archive

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Assets: pictures, style sheets and fonts. Each is a page of its own (sites.AssetPage) whose
// captures are read like all others; what is said here is which page needs which.

// Needs lists the assets that a capture needs to be shown as it was, by their pages, in the order
// in which it names them: of a revisit, those of what it repeats. None where nobody noted any.
func (v *View) Needs(ctx context.Context, number uint64) (assets []string, err error) {
	if number > v.within.Last {
		return nil, schema.NoCapture(number)
	}
	err = v.paper.File.Read(ctx, func(r schema.Reader) error {
		c, err := schema.LoadCapture(r, number)
		if err == nil {
			assets, err = schema.LoadNeeds(r, c)
		}
		return err
	})
	return assets, err
}

// Needed goes through the captures that need an asset, by their numbers: those that brought
// their bodies, and not what repeats them.
func (v *View) Needed(ctx context.Context, asset string, fn func(number uint64) error) error {
	return handing(store.Scan(ctx, v.paper.File, schema.Needed(asset).Table, func(r schema.Reader, n uint64, _ struct{}) (uint64, bool, error) {
		if n > v.within.Last || v.within.Until == schema.MaxMilli {
			return n, n <= v.within.Last, nil
		}
		c, err := schema.LoadCapture(r, n)
		return n, err == nil && v.within.Hold(schema.PositionOf(c)), err
	}), fn)
}

// Nearest finds the capture of a page, asset or not, that is nearest to a moment, before or after
// it, and shows something: it is live, and there is a body. Of two as near it is the earlier.
// Where there is none the error is [ErrNoPage].
func (v *View) Nearest(ctx context.Context, page string, at time.Time) (c capture.Capture, err error) {
	found, err := v.NearestOf(ctx, []string{page}, at)
	if err != nil {
		return c, err
	}
	if c, ok := found[page]; ok {
		return c, nil
	}
	if _, err := v.keyOf(ctx, page); err != nil {
		return c, err
	}
	return c, schema.Say(ErrNoPage, "%w: nothing of %s can be shown", ErrNoPage, v.named(page))
}

// fewMoments is how many captures of a page are looked at without releasing the file.
const fewMoments = 1000

// NearestOf is [View.Nearest] of many pages at once, by the names that they were asked by. Those
// of which nothing can be shown are not among them.
func (v *View) NearestOf(ctx context.Context, pages []string, at time.Time) (map[string]capture.Capture, error) {
	found := make(map[string]capture.Capture, len(pages))
	var many []string // pages of many captures
	for len(pages) > 0 {
		began, looked := time.Now(), 0
		err := v.paper.File.Read(ctx, func(r schema.Reader) error {
			for _, page := range pages {
				moments, all, err := v.momentsOf(r, page)
				switch {
				case err != nil:
					return err
				case !all:
					many = append(many, page)
				default:
					c, ok, err := nearest(moments, at, func(n uint64) (capture.Capture, error) { return schema.LoadCapture(r, n) })
					if err != nil {
						return err
					} else if ok {
						found[page] = c
					}
				}
				if looked++; time.Since(began) > store.TimeSlice/2 {
					break
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		pages = pages[looked:]
	}
	for _, page := range many {
		moments, err := v.Moments(ctx, page)
		if err != nil {
			return nil, err
		}
		c, ok, err := nearest(moments, at, func(n uint64) (capture.Capture, error) { return v.Capture(ctx, n) })
		if err != nil {
			return nil, err
		} else if ok {
			found[page] = c
		}
	}
	return found, nil
}

// momentsOf are those of a page's captures; not all where there are more than [fewMoments].
func (v *View) momentsOf(r schema.Reader, page string) (list []Moment, all bool, err error) {
	key, err := schema.LoadAlias(r, page)
	if err != nil {
		return nil, false, err
	}
	for m, err := range schema.Times(key).Keys(r) {
		if err != nil || len(list) == fewMoments {
			return nil, false, err
		}
		if v.within.Hold(m) {
			list = append(list, Moment{m.Time(), m.Number})
		}
	}
	return list, true, nil
}

// nearest is the capture nearest to a moment that shows something, of those that came at these.
func nearest(moments []Moment, at time.Time, load func(number uint64) (capture.Capture, error)) (c capture.Capture, ok bool, err error) {
	after, _ := slices.BinarySearchFunc(moments, at, func(m Moment, at time.Time) int { return m.Time.Compare(at) })
	for before := after - 1; before >= 0 || after < len(moments); {
		n := 0
		if after == len(moments) || before >= 0 && at.Sub(moments[before].Time) <= moments[after].Time.Sub(at) {
			n, before = before, before-1
		} else {
			n, after = after, after+1
		}
		c, err := load(moments[n].Number)
		if err != nil && !errors.Is(err, ErrCorrupt) { // a damaged one is passed over
			return c, false, err
		}
		if err == nil && c.State == capture.Live && schema.Source(c) != 0 {
			return c, true, nil
		}
	}
	return capture.Capture{}, false, nil
}

// Assets goes through the assets in the order of their keys. They have no title and no versions.
func (v *View) Assets(ctx context.Context, fn func(PageInfo) error) error {
	return handing(store.Scan(ctx, v.paper.File, schema.Pages.StartingWith(sites.AssetPrefix), v.pageInfo), fn)
}

// eachPage goes through the pages whose keys begin like that, but for the assets: of these there
// may be many more, and no list shows them.
func eachPage[T any](ctx context.Context, f *store.File, begin string, read func(r schema.Reader, page string, rec schema.Page) (T, bool, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		table, passed := schema.Pages.StartingWith(begin), false
		for x, err := range store.Scan(ctx, f, table, func(r schema.Reader, page string, rec schema.Page) (x T, ok bool, err error) {
			if passed = sites.IsAsset(page); passed {
				return x, false, schema.ErrStop
			}
			return read(r, page, rec)
		}) {
			if !yield(x, err) {
				return
			}
		}
		if !passed {
			return
		}
		for x, err := range store.Scan(ctx, f, table.FromKey(schema.Behind([]byte(sites.AssetPrefix))), read) {
			if !yield(x, err) {
				return
			}
		}
	}
}

// AssetStats counts what a newspaper's file holds of assets.
type AssetStats struct {
	Assets           int   `json:"assets,omitempty"`             // addresses
	AssetCaptures    int   `json:"asset_captures,omitempty"`     // of them
	AssetRawBytes    int64 `json:"asset_raw_bytes,omitempty"`    // of the bodies that these brought, each once
	AssetStoredBytes int64 `json:"asset_stored_bytes,omitempty"` // of the same, as they are stored
}

// AssetStats reads counters that each commit keeps, as of now.
func (v *View) AssetStats(ctx context.Context) (AssetStats, error) {
	s, err := v.paper.State(ctx)
	return assetStats(s), err
}

func assetStats(s schema.State) AssetStats {
	return AssetStats{s.Assets, s.AssetCaptures, s.AssetRaw, s.AssetStored}
}
