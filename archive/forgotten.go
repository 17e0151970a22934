package archive

import (
	"cmp"
	"context"
	"errors"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
)

// What is left of a page that was forgotten, and how it keeps the page from being
// stored again.

// Forgotten is what is left of a page that was taken out.
type Forgotten = schema.Forgotten

// refuseAlias tells whether an alias cannot be joined because one of the two was
// forgotten. A page that is found to be a forgotten one, and of which nothing was
// stored yet, is forgotten with it, and so are the aliases that lead to it: none
// leads to what was forgotten.
func (t *transaction) refuseAlias(al capture.Alias) (bool, error) {
	if _, forgotten, err := t.state.IsForgotten(t.store, al.Page); err != nil || forgotten {
		return forgotten, err
	}
	if _, forgotten, err := t.state.IsForgotten(t.store, al.Of); err != nil || !forgotten {
		return false, err
	}
	known, err := schema.IsPage(t.store, al.Page)
	if err != nil || known {
		return true, err
	}
	of, _, err := schema.Tombstones.Load(t.store, schema.NameOf(al.Of))
	if err != nil {
		return true, err
	}
	to := schema.Tombstone{Of: cmp.Or(of.Of, schema.NameOf(al.Of).String())}
	names, err := schema.NamesOf(t.store, al.Page)
	if err != nil {
		return true, err
	}
	for _, name := range names {
		err := errors.Join(
			t.dropEntry(name), schema.Aliases.Drop(t.store, name), schema.Tombstones.Save(t.store, schema.NameOf(name), to))
		if err != nil {
			return true, err
		}
	}
	t.state.Joins -= len(names) - 1
	return true, nil
}

// Forgotten lists what was taken out of a newspaper, in no order.
func (v *View) Forgotten(ctx context.Context) (list []Forgotten, err error) {
	err = v.paper.file.Read(ctx, func(r schema.Reader) error {
		for rec, err := range schema.Tombstones.All(r) {
			if err != nil {
				return err
			}
			if rec.Value.Of == "" {
				list = append(list, rec.Value.Said())
			}
		}
		return nil
	})
	return list, err
}
