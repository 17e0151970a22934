package forget

import (
	"cmp"
	"context"
	"maps"
	"os"
	"slices"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
)

// What goes with a page, and what that means for what stays: nothing is written here.

// sharer is a capture of another page that has the same body.
type sharer struct {
	number  uint64
	page    string
	revisit bool
}

// packed is how a body is packed.
type packed struct {
	number, base uint64
	size         int64
	depth        int
}

// survey finds out what goes, and what that means for what stays.
func (f *forgetter) survey(ctx context.Context, ref string) error {
	v, err := f.archive.View(ctx, f.paper.Name)
	if err != nil {
		return err
	}
	if f.report.Page, err = v.Page(ctx, ref); err != nil {
		return err
	}
	info, err := os.Stat(f.paper.File.Path("db"))
	if err != nil {
		return err
	}
	f.page, f.report.Before = f.report.Page.Page, info.Size()
	err = f.read(ctx, func(r schema.Reader) (err error) {
		f.state, err = schema.MetaState.Must(r)
		return err
	})
	if err != nil {
		return err
	}
	for _, look := range []func(context.Context) error{f.names, f.captures, f.assets, f.others, f.bequeath, f.planBodies, f.readBases} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	if err := f.findBases(ctx); err != nil {
		return err
	}
	f.report.Captures, f.report.Bodies, f.report.Repacked = len(f.removed), len(f.lost), len(f.rebased)
	first := slices.Min(slices.Collect(maps.Keys(f.removed)))
	f.report.Backups, err = f.archive.StillIn(f.paper.Name, archive.Forgotten{Captures: []uint64{first}, Forgets: f.state.Forgets + 1})
	return err
}

// names finds the pages and addresses that are this page.
func (f *forgetter) names(ctx context.Context) error {
	f.gone[f.page] = true
	err := goThrough(ctx, f, schema.Aliases, func(_ schema.Reader, page string, rec schema.Alias) error {
		f.aliases[page] = rec.Of
		return nil
	})
	for alias := range f.aliases {
		if f.resolve(alias) == f.page {
			f.report.Aliases = append(f.report.Aliases, alias)
		}
	}
	if err != nil {
		return err
	}
	slices.Sort(f.report.Aliases)
	return goThrough(ctx, f, schema.Addresses, func(_ schema.Reader, url, page string) error {
		if f.goes(page) {
			f.report.Addresses = append(f.report.Addresses, url)
		}
		return nil
	})
}

// resolve is the page that a name leads to.
func (f *forgetter) resolve(page string) string {
	for range schema.MaxAliases {
		of, ok := f.aliases[page]
		if !ok {
			break
		}
		page = of
	}
	return page
}

// goes reports whether the page goes that a name leads to.
func (f *forgetter) goes(name string) bool { return f.gone[f.resolve(name)] }

// captures finds the page's captures.
func (f *forgetter) captures(ctx context.Context) error {
	return goThrough(ctx, f, schema.Times(f.page).Table, func(r schema.Reader, m schema.Position, _ struct{}) error {
		c, err := schema.LoadCapture(r, m.Number)
		if err == nil {
			f.urls[c.URL] = true
			f.remove(f.page, c)
		}
		return err
	})
}

// remove has a capture of a page go.
func (f *forgetter) remove(page string, c capture.Capture) {
	f.removed[c.Number] = page
	if c.Digest != "" {
		f.digests[c.Digest] = true
	}
}

// others looks through all captures that stay for what they share with those
// that go.
func (f *forgetter) others(ctx context.Context) error {
	return goThrough(ctx, f, schema.Captures, func(_ schema.Reader, _ uint64, c schema.Capture) error {
		if f.removed[c.Number] != "" {
			return nil
		}
		if c.Request != nil {
			f.forms[c.Request.Form] = true
		}
		if f.removed[c.RevisitOf] != "" {
			f.orphans[c.Number] = c.RevisitOf
		}
		if !f.digests[c.Digest] {
			return nil
		}
		h := sharer{c.Number, c.Page, c.Kind == capture.Revisit}
		if before, ok := f.sharers[c.Digest]; !ok || before.revisit && !h.revisit {
			f.sharers[c.Digest] = h
		}
		return nil
	})
}

// planBodies decides which bodies go, and which get another number.
func (f *forgetter) planBodies(ctx context.Context) error {
	return goThrough(ctx, f, schema.Digests, func(_ schema.Reader, s schema.Sum, n uint64) error {
		digest := s.String()
		if !f.digests[digest] {
			return nil
		}
		h, shared := f.sharers[digest]
		switch {
		case !shared:
			f.lost[n] = true
			return nil
		case f.removed[n] != "":
			f.moved[n] = h.number
		}
		f.report.Shared++
		return nil
	})
}

// readBases reads what each body is packed against.
func (f *forgetter) readBases(ctx context.Context) error {
	return goThrough(ctx, f, schema.Bodies, func(_ schema.Reader, n uint64, body schema.Body) error {
		f.bodies = append(f.bodies, packed{n, body.Base, body.Size, body.Depth})
		return nil
	})
}

func (f *forgetter) packed(n uint64) packed {
	i, ok := slices.BinarySearchFunc(f.bodies, n, func(l packed, n uint64) int { return cmp.Compare(l.number, n) })
	if !ok {
		return packed{}
	}
	return f.bodies[i]
}

// findBases finds a new base for each body that was packed against a lost one. One of those
// packed against the same takes its place for the others, and is itself packed against what
// the lost one was: so no body gets further away from one that stands alone, and a
// reference that goes leaves one behind.
func (f *forgetter) findBases(ctx context.Context) error {
	deltas := map[uint64][]packed{} // that stay, by the lost body that they were packed against
	var lost []packed
	for _, b := range f.bodies {
		switch {
		case f.lost[b.number]:
			lost = append(lost, b)
		case f.lost[b.base]:
			deltas[b.base] = append(deltas[b.base], b)
		}
	}
	slices.SortStableFunc(lost, func(a, b packed) int { return cmp.Compare(a.depth, b.depth) })
	instead := map[uint64]uint64{}
	for _, b := range lost {
		base := b.base
		if f.lost[base] {
			base = instead[base]
		}
		if left := deltas[b.number]; len(left) > 0 {
			successor, err := f.typical(ctx, left)
			if err != nil {
				return err
			}
			f.rebase(successor, base)
			for _, o := range left {
				if o != successor {
					f.rebase(o, successor.number)
				}
			}
			base = successor.number
		}
		instead[b.number] = base
	}
	f.approach()
	return nil
}

// rebase has a body packed again, against base where both fit into a window.
func (f *forgetter) rebase(b packed, base uint64) {
	if base != 0 && f.packed(base).size+b.size > body.Window {
		base = 0
	}
	f.rebased[b.number] = base
}

// typical is the body that resembles the others most, of a sample.
func (f *forgetter) typical(ctx context.Context, bodies []packed) (packed, error) {
	const sample = 16
	if len(bodies) < 3 {
		return bodies[0], nil
	}
	var tried []packed
	var sketches []body.Sketch
	for i := 0; i < len(bodies); i += (len(bodies) + sample - 1) / sample {
		one, err := f.load(ctx, bodies[i].number)
		if err != nil {
			return packed{}, err
		}
		tried, sketches = append(tried, bodies[i]), append(sketches, body.SketchOf(one.Body))
	}
	best, most := tried[0], -1
	for i, s := range sketches {
		common := 0
		for _, o := range sketches {
			common += s.Common(o)
		}
		if common > most {
			best, most = tried[i], common
		}
	}
	return best, nil
}

// approach counts again how many steps each body is from one that stands alone:
// never more than it was.
func (f *forgetter) approach() {
	for changed := true; changed; {
		changed = false
		for _, b := range f.bodies {
			depth := 0
			if base := f.base(b); base != 0 {
				depth = f.depth(f.packed(base)) + 1
			}
			if !f.lost[b.number] && depth != f.depth(b) {
				f.depths[b.number], changed = depth, true
			}
		}
	}
}

// base is what a body is packed against in the new file, by its number in the old one.
func (f *forgetter) base(b packed) uint64 {
	if base, ok := f.rebased[b.number]; ok {
		return base
	}
	return b.base
}

// depth is how many steps a body is from one that stands alone, as far as known.
func (f *forgetter) depth(b packed) int {
	if d, ok := f.depths[b.number]; ok {
		return d
	}
	return b.depth
}

// number is a body's number in the new file.
func (f *forgetter) number(n uint64) uint64 {
	if m, ok := f.moved[n]; ok {
		return m
	}
	return n
}
