package schema

import (
	"fmt"
	"time"

	"baoluu/sites"
)

// What is left of a page that was forgotten.

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

// Tombstone is [Forgotten] as it is written under the page's own name; under
// its other names stands only where that is.
type Tombstone struct {
	Of       string    `json:"of,omitempty"` // instead of all else: the key, as "sha256:…"
	Page     string    `json:"page,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Reason   string    `json:"reason,omitempty"`
	Captures []uint64  `json:"captures,omitempty"`
	Bodies   []string  `json:"bodies,omitempty"`
	Forgets  int       `json:"forgets,omitempty"`
}

func (r Tombstone) Said() Forgotten {
	return Forgotten{r.Page, r.At, r.Reason, r.Captures, r.Bodies, r.Forgets}
}

// LoadForgotten finds what was forgotten under any of the names: pages' keys or
// addresses.
func LoadForgotten(r Reader, names ...string) (Forgotten, bool, error) {
	for _, name := range names {
		rec, ok, err := Tombstones.Load(r, NameOf(name))
		if err == nil && ok && rec.Of != "" {
			var of Sum
			if of, err = ParseDigest(rec.Of); err == nil {
				rec, ok, err = Tombstones.Load(r, of)
			}
		}
		if err != nil || ok {
			return rec.Said(), ok, err
		}
	}
	return Forgotten{}, false, nil
}

// IsForgotten is [LoadForgotten], without a look where nothing ever was.
func (s State) IsForgotten(r Reader, names ...string) (Forgotten, bool, error) {
	if s.Forgets == 0 {
		return Forgotten{}, false, nil
	}
	return LoadForgotten(r, names...)
}

// Refuses tells whether nothing may be stored of a page: it was forgotten, or it
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
