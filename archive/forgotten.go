package archive

import (
	"context"
	"encoding/json"
	"errors"

	"baoluu/cleaner/capture"
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
	var of forgottenRecord
	if _, err := load(t.store, bucketForgotten, nameKey(al.Of), &of); err != nil {
		return true, err
	}
	if of.Of == "" {
		if of.Of, err = parseDigestKey(nameKey(al.Of)); err != nil {
			return true, err
		}
	}
	names, err := namesOf(t.store, al.Page)
	if err != nil {
		return true, err
	}
	for _, name := range names {
		err := errors.Join(
			t.dropEntry(name), t.store.drop(bucketAliases, pageKey(name)),
			save(t.store, bucketForgotten, nameKey(name), forgottenRecord{Of: of.Of}))
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
		return each(r, bucketForgotten, nil, func(key, payload []byte) error {
			var rec forgottenRecord
			if err := json.Unmarshal(payload, &rec); err != nil {
				return recordError(bucketForgotten, key, unreadable)
			}
			if rec.Of == "" {
				list = append(list, rec.said())
			}
			return nil
		})
	})
	return list, err
}
