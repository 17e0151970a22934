package schema

import "time"

// Current is the format that this program writes. docs/format.md ends
// with what each version changed.
//
//	1  the first
//	2  versions say that a page is gone; pages can be forgotten
//	3  bodies that others lean on are stored twice
//	4  captures say what was asked
//
// A change adds a line here, a step in internal/newspaper and a paragraph there.
const Current = 4

// Bucket names one bucket of a newspaper's file. The name is part of the
// checksum of every record in it (record.go).
type Bucket string

// The buckets. What a key is made of stands in keys.go.
const (
	BucketMeta Bucket = "meta" // "schema", "state" and "cleanings"

	// Facts.
	BucketCaptures   Bucket = "captures"   // number → capture
	BucketRequests   Bucket = "requests"   // digest of a form → the form that requests have; since format 4
	BucketBodies     Bucket = "bodies"     // number of the capture that brought it → body
	BucketCopies     Bucket = "copies"     // number in bodies → the same body, where others lean on it; since format 3
	BucketDigests    Bucket = "digests"    // SHA-256 → number in bodies
	BucketReferences Bucket = "references" // number in bodies → what it resembles
	BucketPages      Bucket = "pages"      // page → Page
	BucketTimes      Bucket = "times"      // page, time, number → nothing
	BucketAddresses  Bucket = "addresses"  // address → page
	BucketAliases    Bucket = "aliases"    // page → the page that it is
	BucketRuns       Bucket = "runs"       // start → run
	BucketForgotten  Bucket = "forgotten"  // digest of a name → what was forgotten under it; since format 2

	// Derived, by generation.
	BucketArticles Bucket = "articles" // generation, number → article
	BucketVersions Bucket = "versions" // generation, page, version → version
	BucketHeads    Bucket = "heads"    // generation, page → what a list shows
	BucketDays     Bucket = "days"     // generation, published day, page → nothing

	// The crawler's.
	BucketFrontier Bucket = "frontier" // page → entry
	BucketDue      Bucket = "due"      // class, time, page → nothing
	BucketHosts    Bucket = "hosts"    // host → the crawler's own JSON
)

// Buckets is every bucket of a file, in no order that matters.
func Buckets() []Bucket {
	return []Bucket{
		BucketMeta, BucketCaptures, BucketRequests, BucketBodies, BucketDigests, BucketReferences, BucketPages, BucketTimes,
		BucketAddresses, BucketAliases, BucketRuns, BucketForgotten, BucketArticles, BucketVersions, BucketHeads, BucketDays,
		BucketFrontier, BucketDue, BucketHosts,
		BucketCopies, // far from the bodies where all are written one after the other
	}
}

// Format is meta's "schema": the first thing that is read of a file.
type Format struct {
	Version int    `json:"version"`
	Site    string `json:"site"`
	// Step is set while a file is brought up to date: how far that is.
	Step *Step `json:"step,omitempty"`
}

// Check refuses what cannot be read. An older format can: see internal/newspaper.
func (s Format) Check(site string) error {
	switch {
	case s.Version > Current:
		return NewerFormat(site+".db", s.Version)
	case s.Version < 1:
		return Say(ErrSchema, "%s.db says that its format is %d, and there is none such", site, s.Version)
	case s.Site != site:
		return Say(ErrSchema, "%s.db holds %s: give the file its own name again", site, s.Site)
	}
	return nil
}

// Cleaning is a [Cleaning] as meta's "cleanings" lists it.
type Cleaning struct {
	Generation uint32    `json:"generation"`
	At         time.Time `json:"at"`
	Cleaner    string    `json:"cleaner"`
	Before     int       `json:"before"`
	After      int       `json:"after"`
}

// State is meta's "state": the counters, changed by every commit.
type State struct {
	Last       uint64 `json:"last"`       // number of the newest capture
	Generation uint32 `json:"generation"` // of articles, versions, heads and days

	Pages       int   `json:"pages"`
	Versions    int   `json:"versions"`             // of this generation
	RawBytes    int64 `json:"raw_bytes"`            // of all bodies
	StoredBytes int64 `json:"stored_bytes"`         // of all bodies, compressed
	CopyBytes   int64 `json:"copy_bytes,omitempty"` // of second copies, compressed; not in StoredBytes
	Joins       int   `json:"joins"`                // aliases

	Forgotten int `json:"forgotten,omitempty"` // captures that were taken out: their numbers are not given again
	Forgets   int `json:"forgets,omitempty"`   // how often that was done: bodies may have moved meanwhile
	Mends     int `json:"mends,omitempty"`     // captures that were made whole: they differ from what was copied of them before
}

// Era counts what has changed captures that were there.
type Era struct{ Forgets, Mends int }

func (s State) Era() Era { return Era{s.Forgets, s.Mends} }

// Captures is how many captures the file holds.
func (s State) Captures() int { return int(s.Last) - s.Forgotten }

// Step is how far a file is on its way to the present format.
type Step struct {
	From  int    `json:"from"`  // the format whose step is being taken
	After string `json:"after"` // the page, or body, that was done last
}

// Old tells whether there is anything to bring up to date.
func (s Format) Old() bool { return s.Version < Current || s.Step != nil }

// Since is the format that brought a bucket.
func (b Bucket) Since() int {
	switch b {
	case BucketForgotten:
		return 2
	case BucketCopies:
		return 3
	case BucketRequests:
		return 4
	}
	return 1
}

// MayLack tells whether a file is too old to have a bucket, which then reads as
// an empty one.
func MayLack(r Reader, b Bucket) bool {
	if b.Since() == 1 {
		return false
	}
	s, ok, err := MetaFormat.Load(r)
	return ok && err == nil && s.Version < b.Since()
}

func CheckSchema(r Reader, site string) (Format, error) {
	s, ok, err := MetaFormat.Load(r)
	switch {
	case err != nil:
		return s, err
	case !ok:
		return s, Say(ErrSchema, "%s.db does not say its format", site)
	}
	return s, s.Check(site)
}
