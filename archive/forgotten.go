package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"baoluu/cleaner/capture"
	"baoluu/sites"
)

// What is left of a page that was forgotten, and how it keeps the page from being
// stored again.

// Forgotten is what is left of a page that was taken out.
type Forgotten struct {
	Page     string    // its key where that is an id, "" where it is an address
	At       time.Time // UTC
	Reason   string
	Captures []uint64 // their numbers, which are not given again
	Bodies   []string // digests of the bodies that went with it
	// Forgets is how often something had been forgotten of the newspaper then, this
	// time included. A backup that knows of fewer may hold the page.
	Forgets int
}

// Said is how a reader is told.
func (f Forgotten) Said() string {
	return fmt.Sprintf("forgotten on %s: %s", f.At.In(sites.Zone).Format(time.DateOnly), f.Reason)
}

// forgottenRecord is [Forgotten] as it is written under the page's own name; under
// its other names stands only where that is.
type forgottenRecord struct {
	Of       string    `json:"of,omitempty"` // instead of all else: the key, as "sha256:…"
	Page     string    `json:"page,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Reason   string    `json:"reason,omitempty"`
	Captures []uint64  `json:"captures,omitempty"`
	Bodies   []string  `json:"bodies,omitempty"`
	Forgets  int       `json:"forgets,omitempty"`
}

func (r forgottenRecord) said() Forgotten {
	return Forgotten{r.Page, r.At, r.Reason, r.Captures, r.Bodies, r.Forgets}
}

// loadForgotten finds what was forgotten under any of the names: pages' keys or
// addresses.
func loadForgotten(r reader, names ...string) (Forgotten, bool, error) {
	for _, name := range names {
		var rec forgottenRecord
		ok, err := load(r, bucketForgotten, nameKey(name), &rec)
		if err == nil && ok && rec.Of != "" {
			var key []byte
			if key, err = digestKey(rec.Of); err == nil {
				rec = forgottenRecord{}
				ok, err = load(r, bucketForgotten, key, &rec)
			}
		}
		if err != nil || ok {
			return rec.said(), ok, err
		}
	}
	return Forgotten{}, false, nil
}

// forgotten is [loadForgotten], without a look where nothing ever was.
func (s stateRecord) forgotten(r reader, names ...string) (Forgotten, bool, error) {
	if s.Forgets == 0 {
		return Forgotten{}, false, nil
	}
	return loadForgotten(r, names...)
}

// refuses tells whether nothing may be stored of a page: it was forgotten, or it
// is new and found to be one that was. of is what it is found to be, or "".
func (s stateRecord) refuses(r reader, page, url, of string) (bool, error) {
	_, forgotten, err := s.forgotten(r, page, url)
	if err != nil || forgotten || of == "" {
		return forgotten, err
	}
	if _, forgotten, err = s.forgotten(r, of); err != nil || !forgotten {
		return false, err
	}
	known, err := isPage(r, page)
	return !known, err
}

// isPage tells whether something was stored of a page, or of one that it was joined
// to.
func isPage(r reader, page string) (bool, error) {
	joined, err := has(r, bucketAliases, pageKey(page))
	if err != nil || joined {
		return joined, err
	}
	return has(r, bucketPages, pageKey(page))
}

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

// namesOf are a page and the aliases that lead to it.
func namesOf(r reader, page string) ([]string, error) {
	names := []string{page}
	err := each(r, bucketAliases, nil, func(key, _ []byte) error {
		name, err := parsePageKey(key)
		if err != nil {
			return err
		}
		of, err := loadAlias(r, name)
		if err == nil && of == page {
			names = append(names, name)
		}
		return err
	})
	return names, err
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
