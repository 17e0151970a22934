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
	moments, err := v.Moments(ctx, page)
	if err != nil {
		return c, err
	}
	after, _ := slices.BinarySearchFunc(moments, at, func(m Moment, at time.Time) int { return m.Time.Compare(at) })
	for before := after - 1; before >= 0 || after < len(moments); {
		n := 0
		if after == len(moments) || before >= 0 && at.Sub(moments[before].Time) <= moments[after].Time.Sub(at) {
			n, before = before, before-1
		} else {
			n, after = after, after+1
		}
		c, err := v.Capture(ctx, moments[n].Number)
		if err != nil && !errors.Is(err, ErrCorrupt) { // a damaged one is passed over
			return c, err
		}
		if err == nil && c.State == capture.Live && schema.Source(c) != 0 {
			return c, nil
		}
	}
	return capture.Capture{}, schema.Say(ErrNoPage, "%w: nothing of %s can be shown", ErrNoPage, v.named(page))
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
