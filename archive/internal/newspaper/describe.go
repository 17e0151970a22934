package newspaper

import (
	"cmp"
	"context"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// program is this program's version.
var program = sync.OnceValue(func() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return "(devel)"
	}
	return cmp.Or(info.Main.Version, "(devel)")
})

// describe keeps the description of the newspaper, where the newest one that the file keeps is
// another. site is nil where none is known.
func (np *Newspaper) describe(w schema.Writer, site *sites.Site) error {
	if site == nil || np.described.Load() == site {
		return nil
	}
	text, err := site.Describe().YAML(nil)
	if err != nil {
		return err
	}
	kept, err := schema.AllDescriptions(w, nil)
	if err != nil {
		return err
	}
	at := time.Now().UTC().Truncate(time.Millisecond)
	if n := len(kept); n > 0 {
		newest := kept[n-1]
		if newest.Value.Text == string(text) {
			return nil
		}
		if !at.After(newest.Key) { // a clock that was set back
			at = newest.Key.Add(time.Millisecond)
		}
	}
	return schema.Descriptions.Save(w, at, schema.Description{Program: program(), Text: string(text)})
}

// Adopt keeps descriptions that another file of the same newspaper has, under their times. One
// whose time is taken, or that says what the one before it here does, is not kept again; where
// none is left nothing is written.
func (np *Newspaper) Adopt(ctx context.Context, list []schema.Described) error {
	var fresh []schema.Described
	err := np.File.Read(ctx, func(r schema.Reader) error {
		kept, err := schema.AllDescriptions(r, nil)
		for _, d := range list {
			at, taken := slices.BinarySearchFunc(kept, d, func(k, d schema.Described) int { return k.Key.Compare(d.Key) })
			if taken || at > 0 && kept[at-1].Value.Text == d.Value.Text {
				continue
			}
			kept, fresh = slices.Insert(kept, at, d), append(fresh, d)
		}
		return err
	})
	if err != nil || len(fresh) == 0 {
		return err
	}
	return np.Update(ctx, func(w schema.Writer) error {
		for _, d := range fresh {
			if err := schema.Descriptions.Save(w, d.Key, d.Value); err != nil {
				return err
			}
		}
		return nil
	})
}

// Descriptions lists the descriptions that the file keeps and that can be read, the oldest first; what
// cannot be read is given to wrong, which may be nil.
func (np *Newspaper) Descriptions(ctx context.Context, wrong func(error)) (list []schema.Described, err error) {
	err = np.File.Read(ctx, func(r schema.Reader) error {
		list, err = schema.AllDescriptions(r, wrong)
		return err
	})
	return list, err
}
