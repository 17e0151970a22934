package forget

import (
	"context"
	"maps"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/sites"
)

// Which pictures, style sheets and fonts go with a page: those that it needs and nothing else
// does. Counting who needs one would not do: two sheets that import each other would keep each
// other for ever. So it is found from what stays: of all that can be reached from the captures
// that go, that stays which a capture beyond it needs, and what can be reached from there.
//
// A capture leads to what it, or the one that it repeats, needs; a redirect to where it sends
// whoever asks.

// asset is one that can be reached from the page.
type asset struct {
	captures []capture.Capture
	leads    map[string]bool // to these assets
	own      bool            // it is of an address of the page itself: it goes, whoever needs it
	stays    bool
}

// assets finds those that go, and has them go like the page.
func (f *forgetter) assets(ctx context.Context) error {
	if err := f.reach(ctx); err != nil || len(f.within) == 0 {
		return err
	}
	if err := f.needed(ctx); err != nil {
		return err
	}
	if err := f.repeated(ctx); err != nil {
		return err
	}
	for page, a := range f.within {
		switch {
		case !a.stays:
			f.gone[page] = true
			for _, c := range a.captures {
				f.remove(page, c)
			}
			if len(a.captures) > 0 {
				f.report.Assets++
			}
		case len(a.captures) > 0:
			f.report.Remain++
		}
	}
	return nil
}

// reach finds all assets that the page's captures lead to.
func (f *forgetter) reach(ctx context.Context) error {
	var waiting []string
	enter := func(page string) *asset {
		a := f.within[page]
		if a == nil {
			a = &asset{leads: map[string]bool{}}
			f.within[page] = a
			waiting = append(waiting, page)
		}
		return a
	}
	for url := range f.urls {
		if page := sites.AssetPage(url); page != f.page {
			enter(page).own = true
		}
	}
	look := func(page string, each func(c capture.Capture, leads []string)) error {
		return goThrough(ctx, f, schema.Times(page).Table, func(r schema.Reader, m schema.Position, _ struct{}) error {
			c, err := schema.LoadCapture(r, m.Number)
			if err != nil {
				return err
			}
			leads, err := f.leads(r, c)
			each(c, leads)
			return err
		})
	}
	err := look(f.page, func(_ capture.Capture, leads []string) {
		for _, page := range leads {
			enter(page)
		}
	})
	for err == nil && len(waiting) > 0 {
		page := waiting[0]
		waiting = waiting[1:]
		a := f.within[page]
		err = look(page, func(c capture.Capture, leads []string) {
			a.captures = append(a.captures, c)
			for _, to := range leads {
				enter(to)
				a.leads[to] = true
			}
		})
		for _, c := range a.captures {
			f.numbers[c.Number] = true
		}
	}
	return err
}

// leads are the assets that a capture leads to.
func (f *forgetter) leads(r schema.Reader, c capture.Capture) ([]string, error) {
	leads, err := schema.LoadNeeds(r, c)
	if redirects(c) {
		leads = append(leads, sites.AssetPage(c.Location))
	}
	return slices.DeleteFunc(leads, func(page string) bool { return page == f.page || !sites.IsAsset(page) }), err
}

func redirects(c capture.Capture) bool { return c.Location != "" && sites.IsAsset(c.Page) }

// beyond reports whether a capture is neither the page's nor of an asset that it leads to.
func (f *forgetter) beyond(n uint64) bool { return f.removed[n] == "" && !f.numbers[n] }

// needed finds what captures beyond need, by the index.
func (f *forgetter) needed(ctx context.Context) error {
	for page := range f.within {
		err := goThrough(ctx, f, schema.Needed(page).Table, func(_ schema.Reader, n uint64, _ struct{}) error {
			if !f.beyond(n) {
				return nil
			}
			f.stay(page)
			return schema.ErrStop
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// repeated finds what captures beyond need of which the index does not tell: it has revisits
// under the number of what they repeat, and no redirects.
func (f *forgetter) repeated(ctx context.Context) error {
	return goThrough(ctx, f, schema.Captures, func(r schema.Reader, n uint64, s schema.Capture) error {
		if !f.beyond(n) || !redirects(s.Capture) && (s.RevisitOf == 0 || f.beyond(s.RevisitOf)) {
			return nil
		}
		leads, err := f.leads(r, s.Plain())
		for _, page := range leads {
			f.stay(page)
		}
		return err
	})
}

// stay keeps an asset, and what it leads to.
func (f *forgetter) stay(page string) {
	a := f.within[page]
	if a == nil || a.own || a.stays {
		return
	}
	a.stays = true
	for to := range a.leads {
		f.stay(to)
	}
}

// bequeath has what removed captures needed stand with those that repeated them.
func (f *forgetter) bequeath(ctx context.Context) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(f.orphans)), store.ScanBatch) {
		err := f.read(ctx, func(r schema.Reader) error {
			for _, n := range part {
				needs, ok, err := schema.Needs.Load(r, f.orphans[n])
				if err != nil {
					return err
				}
				c, err := schema.LoadCapture(r, n)
				if err != nil {
					return err
				}
				if of := f.instead(c); of != 0 {
					n = of
				}
				has, err := schema.Needs.Has(r, n)
				if err != nil {
					return err
				}
				if ok && !has {
					f.left[n] = f.without(needs)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// without is what stays of what a capture needs.
func (f *forgetter) without(needs schema.NeedsList) schema.NeedsList {
	needs.Assets = slices.DeleteFunc(slices.Clone(needs.Assets), f.goes)
	return needs
}

// needs takes out of what a capture needs what is of the page's own address.
func (f *forgetter) needs(key, payload []byte) ([]byte, []byte, error) {
	n, needs, err := schema.Needs.Read(key, payload)
	if err != nil || f.removed[n] != "" {
		return nil, nil, err
	}
	if !slices.ContainsFunc(needs.Assets, f.goes) {
		return key, payload, nil
	}
	if needs = f.without(needs); len(needs.Assets) == 0 {
		return nil, nil, nil
	}
	payload, err = schema.Encode(needs)
	return key, payload, err
}
