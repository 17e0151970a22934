package archive

import (
	"context"
	"maps"
	"slices"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Month is what came to a newspaper's file in one month of capture, +07:00.
type Month struct {
	Month       string `json:"month"` // 2024-03
	Captures    int    `json:"captures"`
	Pages       int    `json:"pages"`        // first captured in it
	RawBytes    int64  `json:"raw_bytes"`    // of the bodies that came in it
	StoredBytes int64  `json:"stored_bytes"` // of the same, compressed
	AssetStats         // which are not in the other numbers
}

// Growth counts month by month, the oldest first; months without a capture are
// left out. It goes through all captures.
func (v *View) Growth(ctx context.Context) ([]Month, error) {
	months := map[string]*Month{}
	of := func(m schema.Position) *Month {
		name := m.Time().In(sites.Zone).Format("2006-01")
		if months[name] == nil {
			months[name] = &Month{Month: name}
		}
		return months[name]
	}
	err := store.Each(ctx, v.paper.File, schema.Captures, func(r schema.Reader, _ uint64, c schema.Capture) error {
		at := schema.PositionOf(c.Capture)
		if !v.within.Hold(at) {
			return nil
		}
		m := of(at)
		captures, raw, stored := &m.Captures, &m.RawBytes, &m.StoredBytes
		if sites.IsAsset(c.Page) {
			captures, raw, stored = &m.AssetCaptures, &m.AssetRawBytes, &m.AssetStoredBytes
		}
		*captures++
		brought, err := schema.HasBody(r, c.Number)
		if err != nil || !brought {
			return err
		}
		body, err := schema.LoadBody(r, c.Number)
		*raw += body.Size
		*stored += int64(len(body.Frame))
		return err
	})
	if err == nil {
		err = store.Each(ctx, v.paper.File, schema.Pages, func(_ schema.Reader, page string, rec schema.Page) error {
			switch {
			case !v.within.Hold(rec.First):
			case sites.IsAsset(page):
				of(rec.First).Assets++
			default:
				of(rec.First).Pages++
			}
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	var list []Month
	for _, name := range slices.Sorted(maps.Keys(months)) {
		list = append(list, *months[name])
	}
	return list, nil
}
