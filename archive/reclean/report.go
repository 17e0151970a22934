package reclean

import (
	"baoluu/archive"
	"baoluu/cleaner/compare"
)

// Report is what a re-clean found: of the captures that it cleaned, the stored article of each
// against the new one. It follows from the two alone, whether the work was done in one run or in
// several.
type Report struct {
	Captures int // whose body was cleaned
	Current  int // left alone: the present cleaner's work already, or not asked for
	Articles int // that are articles now, of those cleaned
	Gained   int // that were none before
	Lost     int // that were and are none now: all that they had is lost
	Fields   []Field
	Layouts  []Layout // by how many captures, the most first
	Months   []Month  // the earliest first
	// Losses and Changes are the largest of the newspaper, the largest first; at most one for
	// each page and field.
	Losses, Changes []Difference
	Notes           []Count // of the articles, the most frequent first
	Refusals        []Count // why there is no article, likewise
	// TakenBack counts the versions that are none by the present cleaner and rules, such
	// as a notice that stood in an article's place; Found those that come new. Pages are
	// those whose versions change, some of them.
	TakenBack, Found int
	Pages            []PageVersions
	// Versions of the whole newspaper; the same unless the result was accepted.
	VersionsBefore, VersionsAfter int
	Gate                          Gate
	Staged                        bool // it stands beside, and is not accepted
	Accepted                      bool
}

// Differs reports whether anything came out differently.
func (r Report) Differs() bool {
	n := r.Gained + r.Lost + r.TakenBack + r.Found
	for _, f := range r.Fields {
		n += f.Differ()
	}
	return n > 0
}

// Field counts how one field of the articles came out. Longer are texts of which all that was there
// still is and more, or with a fifth more letters; shorter the other way round; changed is the rest.
// Of lists (section, tags, captions, images, related) entries are counted, not letters.
// Moments and the language are never longer or shorter.
type Field struct {
	Name                                         string // as in the article's JSON
	Same, Filled, Lost, Longer, Shorter, Changed int    // Filled: was empty before; Lost: is empty now; Same: both empty, too
	Before, After                                int    // articles that have it
	Examples                                     []Example
	FirstLost                                    *Example // nil where none was lost
}

// Differ is how many are not the same.
func (f Field) Differ() int { return f.Filled + f.Lost + f.Longer + f.Shorter + f.Changed }

// Refused is the layout of captures that are no article.
const Refused = "refused"

// Layout counts the captures that one layout reads now.
type Layout struct {
	Name     string // of the new article; [Refused] where there is none
	Captures int
	Was      []LayoutCount // what read them before, the most first
	Fields   []Field       // without Examples
}

// LayoutCount is how many captures a layout had read.
type LayoutCount struct {
	Name     string // "" where there was no record at all
	Captures int
}

// Example is one difference that a re-clean made.
type Example struct {
	Capture  uint64
	Page     string
	URL      string
	Day      string // of the capture: 2024-03-01, +07:00
	Was, Now string // layouts, before and after
	Old, New string // shortened
}

// Month is the articles that were published in a month (+07:00), or, where that is not known,
// captured.
type Month struct {
	Month         string // 2024-03
	Before, After int    // articles, as they were and as they are
	Fields        []Fill
}

// Fill is how many of a month's articles have a field, and how long it is in those: in letters, of
// lists in entries, 0 of moments and the language.
type Fill struct {
	Name                      string
	Before, After             int
	LengthBefore, LengthAfter float64 // mean
}

// Difference is one field of one capture that came out differently.
type Difference struct {
	Capture  uint64
	Page     string
	URL      string
	Day      string // of the capture: 2024-03-01, +07:00
	Was, Now string // layouts, before and after
	Field    string
	Gone     int // letters of words that are gone
	Came     int // letters of words that came
	Diff     []compare.Passage
}

// Count is how many captures say something, before and after.
type Count struct {
	Text          string
	Before, After int
}

// PageVersions is a page whose versions are others by the present cleaner and rules.
type PageVersions struct {
	Page          string
	Title         string
	Before, After int // how many versions
	TakenBack     []archive.Version
}
