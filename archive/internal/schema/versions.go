package schema

import (
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

// A page's versions, and what a list shows of them, as they are written.

// Version is a version of a page as it is written.
type Version struct {
	First    uint64        `json:"first"`
	Last     uint64        `json:"last"`
	Captured time.Time     `json:"captured"`
	Seen     time.Time     `json:"seen"`
	State    capture.State `json:"state,omitempty"` // [capture.Gone], or empty for live
	Digest   string        `json:"digest,omitempty"`
	Changed  []string      `json:"changed,omitempty"`
	Cause    compare.Cause `json:"cause,omitempty"` // why it is not the version before; older records have none
	Cleaner  string        `json:"cleaner,omitempty"`
	Article  uint64        `json:"article,omitempty"`  // number of the article that stands for the version
	Newest   uint64        `json:"newest"`             // number of the article that was compared last, before the page was gone or after
	Richness int           `json:"richness,omitempty"` // of the article that stands for the version; older records have none
	// Readings are there where more than one layout read the version, in the order
	// in which they first did.
	Readings []Reading `json:"readings,omitempty"`
}

// Reading is a reading as it is written.
type Reading struct {
	Layout   string    `json:"layout"`
	First    uint64    `json:"first"` // number of the first capture that was read so
	Captured time.Time `json:"captured"`
	Article  uint64    `json:"article"` // number of the newest article that was read so
	Digest   string    `json:"digest"`  // of that article
}

// MaxReadings bounds how many layouts' articles a version remembers: a newspaper
// that shows a page in two ways by turns has two.
const MaxReadings = 8

// Gone reports whether the page was gone in this version.
func (v Version) Gone() bool { return v.State == capture.Gone }

// Why is why the version is not the one before, also where the record is too old
// to say so; "" of a page's first.
func (v Version) Why() compare.Cause {
	switch {
	case v.Cause != "" || len(v.Changed) == 0:
		return v.Cause
	case len(v.Changed) == 1 && v.Changed[0] == FieldState:
		return ChangedState
	}
	return compare.Edited
}

// Nearest is the article of the version that one of this layout is compared with:
// the newest that the same layout read, else the newest. A newspaper that shows a
// page in two ways by turns is compared with itself so.
func (v Version) Nearest(layout string) uint64 {
	for _, r := range slices.Backward(v.Readings) {
		if r.Layout == layout {
			return r.Article
		}
	}
	return v.Newest
}

// Start is the position of a version's first capture.
func Start(v Version) Position { return Position{v.Captured.UnixMilli(), v.First} }

// End is the position of its last.
func End(v Version) Position { return Position{v.Seen.UnixMilli(), v.Last} }

// ChangedState is the cause of a version that says that a page is gone, or that it
// is back and reads as before.
const ChangedState compare.Cause = "state"

// FieldState is what a version changes that says that a page is gone, or back.
const FieldState = "state"

// Head is what a list shows of a page: of its newest version that could be
// read, and how many there are.
type Head struct {
	Title     string        `json:"title,omitempty"`
	Language  string        `json:"language,omitempty"`
	Published time.Time     `json:"published,omitzero"`
	Versions  int           `json:"versions"`
	Unsure    int           `json:"unsure,omitempty"` // versions that may be of the layout only
	States    int           `json:"states,omitempty"` // versions that say no more than that the page is gone, or back
	State     capture.State `json:"state,omitempty"`  // of the newest version; format 1 has none
	// Recleaned is what re-cleans did to the page's versions, the oldest first.
	Recleaned []Recleaned `json:"recleaned,omitempty"`
}

// Recleaned is what an accepted re-clean did to a page's versions. It is no doing of the newspaper's.
type Recleaned struct {
	Generation uint32    `json:"generation"` // as in [Cleaning]
	Changes    []Regroup `json:"changes"`
}

// Regroup is versions that became others, by their numbers. None of New: they are no versions any
// more, but stand-ins, or not readable. None of Old: they were none before.
type Regroup struct {
	Old []int `json:"old,omitempty"`
	New []int `json:"new,omitempty"`
}

// MaxRecleaned bounds how many re-cleans a page remembers: the newest.
const MaxRecleaned = 16

// Edits is how many versions the newsroom's edits made, for sure.
func (h Head) Edits() int { return max(0, h.Versions-1-h.Unsure-h.States) }

// Count adds a version to the head's counters.
func (h *Head) Count(v Version) {
	h.Versions++
	switch v.Why() {
	case compare.Doubtful:
		h.Unsure++
	case ChangedState:
		h.States++
	}
}

// Day is the day on which the page was published, as [Days] has it; "" for none.
func (h Head) Day() string {
	if h.Published.IsZero() {
		return ""
	}
	return h.Published.In(sites.Zone).Format("20060102")
}

// StoredVersions reads a page's versions as they were written.
func StoredVersions(r Reader, generation uint32, page string) ([]Version, error) {
	var list []Version
	for v, err := range Versions(generation, page).All(r) {
		if err != nil {
			return nil, err
		}
		list = append(list, v.Value)
	}
	return list, nil
}
