package schema

import (
	"fmt"
	"time"

	"baoluu/sites"
)

// What is left of a page that was forgotten.

// Forgotten is what is left of a page that was taken out.
type Forgotten struct {
	Page     string    `json:"page,omitempty"` // its key where that is an id, "" where it is an address
	At       time.Time `json:"at,omitzero"`    // UTC
	Reason   string    `json:"reason,omitempty"`
	Captures []uint64  `json:"captures,omitempty"` // their numbers, which are not given again
	Bodies   []string  `json:"bodies,omitempty"`   // digests of the bodies that went with it
	// Forgets is how often something had been forgotten of the newspaper then, this
	// time included. A backup that knows of fewer may hold the page.
	Forgets int `json:"forgets,omitempty"`
}

// Said is how a reader is told: "forgotten on 2024-03-01: …", with the day in +07:00.
func (f Forgotten) Said() string {
	return fmt.Sprintf("forgotten on %s: %s", f.At.In(sites.Zone).Format(time.DateOnly), f.Reason)
}

// Tombstone is what stands under the name of a page that was forgotten. Under its other names,
// its addresses, and the assets that went with it, stands only where that is.
type Tombstone struct {
	Of string `json:"of,omitempty"` // instead of all else: the key of the page's own name, as [Sum.String]
	// Unneeded: an asset went with the page, for nothing else needed it. As soon as something does
	// that is stored, it may be stored again.
	Unneeded bool `json:"unneeded,omitempty"`
	Forgotten
}

// LoadForgotten finds what was forgotten under any of the names: pages' keys or
// addresses. ok is false where nothing was.
func LoadForgotten(r Reader, names ...string) (f Forgotten, ok bool, err error) {
	for _, name := range names {
		rec, ok, err := Tombstones.Load(r, NameOf(name))
		if err == nil && ok && rec.Unneeded {
			var needed bool
			if needed, err = IsNeeded(r, name); needed && err == nil {
				continue
			}
		}
		if err == nil && ok && rec.Of != "" {
			var of Sum
			if of, err = ParseDigest(rec.Of); err == nil {
				rec, ok, err = Tombstones.Load(r, of)
			}
		}
		if err != nil || ok {
			return rec.Forgotten, ok, err
		}
	}
	return Forgotten{}, false, nil
}

// IsForgotten is [LoadForgotten], without reading where nothing ever was forgotten.
func (s State) IsForgotten(r Reader, names ...string) (Forgotten, bool, error) {
	if s.Forgets == 0 {
		return Forgotten{}, false, nil
	}
	return LoadForgotten(r, names...)
}

// Refuses reports whether nothing may be stored of a page: it was forgotten, or it
// is new and found to be one that was. of is what it is found to be, or "".
func (s State) Refuses(r Reader, page, url, of string) (bool, error) {
	_, forgotten, err := s.IsForgotten(r, page, url)
	if err != nil || forgotten || of == "" {
		return forgotten, err
	}
	if _, forgotten, err = s.IsForgotten(r, of); err != nil || !forgotten {
		return false, err
	}
	known, err := IsPage(r, page)
	return !known, err
}

// IsNeeded reports whether any capture needs an asset.
func IsNeeded(r Reader, asset string) (bool, error) {
	for _, err := range Needed(asset).Keys(r) {
		return err == nil, err
	}
	return false, nil
}

// OnlyUnneeded reports whether what was forgotten under the names went with something that needed
// it, and was not itself taken out: it may be stored again once something needs it.
func OnlyUnneeded(r Reader, names ...string) (bool, error) {
	for _, name := range names {
		rec, ok, err := Tombstones.Load(r, NameOf(name))
		if err != nil || ok && !rec.Unneeded {
			return false, err
		}
	}
	return true, nil
}

// bars reports whether nothing may name an asset any more, and not only nothing does: it is of an
// address of a page that was forgotten.
func (s State) bars(r Reader, asset string) (bool, error) {
	if s.Forgets == 0 {
		return false, nil
	}
	rec, ok, err := Tombstones.Load(r, NameOf(asset))
	return ok && !rec.Unneeded, err
}
