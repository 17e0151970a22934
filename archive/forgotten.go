package archive

import (
	"cmp"
	"context"
	"errors"

	"baoluu/archive/capture"
)

// What is left of a page that was forgotten, and how it keeps the page from being
// stored again.

// refuseAlias tells whether an alias cannot be joined because one of the two was
// forgotten. A page that is found to be a forgotten one, and of which nothing was
// stored yet, is forgotten with it, and so are the aliases that lead to it: none
// leads to what was forgotten.
func (t *transaction) refuseAlias(al capture.Alias) (bool, error) {
	if _, forgotten, err := t.state.forgotten(t.store, al.Page); err != nil || forgotten {
		return forgotten, err
	}
	if _, forgotten, err := t.state.forgotten(t.store, al.Of); err != nil || !forgotten {
		return false, err
	}
	known, err := isPage(t.store, al.Page)
	if err != nil || known {
		return true, err
	}
	of, _, err := forgottenTable.load(t.store, nameOf(al.Of))
	if err != nil {
		return true, err
	}
	to := forgottenRecord{Of: cmp.Or(of.Of, nameOf(al.Of).String())}
	names, err := namesOf(t.store, al.Page)
	if err != nil {
		return true, err
	}
	for _, name := range names {
		err := errors.Join(
			t.dropEntry(name), aliasesTable.drop(t.store, name), forgottenTable.save(t.store, nameOf(name), to))
		if err != nil {
			return true, err
		}
	}
	t.state.Joins -= len(names) - 1
	return true, nil
}

// Forgotten lists what was taken out of a newspaper, in no order.
func (v *View) Forgotten(ctx context.Context) (list []Forgotten, err error) {
	err = v.archive.read(ctx, v.site, func(r reader) error {
		for rec, err := range forgottenTable.all(r) {
			if err != nil {
				return err
			}
			if rec.value.Of == "" {
				list = append(list, rec.value.said())
			}
		}
		return nil
	})
	return list, err
}
