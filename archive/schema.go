package archive

import "time"

// schemaVersion is the format that this program writes. docs/format.md ends
// with what each version changed.
//
//	1  the first
//	2  versions say that a page is gone; pages can be forgotten
//	3  bodies that others lean on are stored twice
//	4  captures say what was asked
//
// A change adds a line here, a step in migrate.go and a paragraph there.
const schemaVersion = 4

// bucket names one bucket of a newspaper's file. The name is part of the
// checksum of every record in it (record.go).
type bucket string

// The buckets. What a key is made of stands in keys.go.
const (
	bucketMeta bucket = "meta" // "schema", "state" and "cleanings"

	// Facts.
	bucketCaptures   bucket = "captures"   // number → capture
	bucketRequests   bucket = "requests"   // digest of a form → the form that requests have; since format 4
	bucketBodies     bucket = "bodies"     // number of the capture that brought it → body
	bucketCopies     bucket = "copies"     // number in bodies → the same body, where others lean on it; since format 3
	bucketDigests    bucket = "digests"    // SHA-256 → number in bodies
	bucketReferences bucket = "references" // number in bodies → what it resembles
	bucketPages      bucket = "pages"      // page → pageRecord
	bucketTimes      bucket = "times"      // page, time, number → nothing
	bucketAddresses  bucket = "addresses"  // address → page
	bucketAliases    bucket = "aliases"    // page → the page that it is
	bucketRuns       bucket = "runs"       // start → run
	bucketForgotten  bucket = "forgotten"  // digest of a name → what was forgotten under it; since format 2

	// Derived, by generation.
	bucketArticles bucket = "articles" // generation, number → article
	bucketVersions bucket = "versions" // generation, page, version → version
	bucketHeads    bucket = "heads"    // generation, page → what a list shows
	bucketDays     bucket = "days"     // generation, published day, page → nothing

	// The crawler's.
	bucketFrontier bucket = "frontier" // page → entry
	bucketDue      bucket = "due"      // class, time, page → nothing
	bucketHosts    bucket = "hosts"    // host → the crawler's own JSON
)

// buckets is every bucket of a file, in no order that matters.
func buckets() []bucket {
	return []bucket{
		bucketMeta, bucketCaptures, bucketRequests, bucketBodies, bucketDigests, bucketReferences, bucketPages, bucketTimes,
		bucketAddresses, bucketAliases, bucketRuns, bucketForgotten, bucketArticles, bucketVersions, bucketHeads, bucketDays,
		bucketFrontier, bucketDue, bucketHosts,
		bucketCopies, // far from the bodies where all are written one after the other
	}
}

// schemaRecord is meta's "schema": the first thing that is read of a file.
type schemaRecord struct {
	Version int    `json:"version"`
	Site    string `json:"site"`
	// Step is set while a file is brought up to date: how far that is.
	Step *stepRecord `json:"step,omitempty"`
}

// check refuses what cannot be read. An older format can: see migrate.go.
func (s schemaRecord) check(site string) error {
	switch {
	case s.Version > schemaVersion:
		return newerFormat(site+".db", s.Version)
	case s.Version < 1:
		return say(ErrSchema, "%s.db says that its format is %d, and there is none such", site, s.Version)
	case s.Site != site:
		return say(ErrSchema, "%s.db holds %s: give the file its own name again", site, s.Site)
	}
	return nil
}

// cleaningRecord is a [Cleaning] as meta's "cleanings" lists it.
type cleaningRecord struct {
	Generation uint32    `json:"generation"`
	At         time.Time `json:"at"`
	Cleaner    string    `json:"cleaner"`
	Before     int       `json:"before"`
	After      int       `json:"after"`
}

// stateRecord is meta's "state": the counters, changed by every commit.
type stateRecord struct {
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

// era counts what has changed captures that were there.
type era struct{ forgets, mends int }

func (s stateRecord) era() era { return era{s.Forgets, s.Mends} }

// captures is how many captures the file holds.
func (s stateRecord) captures() int { return int(s.Last) - s.Forgotten }

// stepRecord is how far a file is on its way to the present format.
type stepRecord struct {
	From  int    `json:"from"`  // the format whose step is being taken
	After string `json:"after"` // the page, or body, that was done last
}

// old tells whether there is anything to bring up to date.
func (s schemaRecord) old() bool { return s.Version < schemaVersion || s.Step != nil }

// since is the format that brought a bucket.
func (b bucket) since() int {
	switch b {
	case bucketForgotten:
		return 2
	case bucketCopies:
		return 3
	case bucketRequests:
		return 4
	}
	return 1
}

// mayLack tells whether a file is too old to have a bucket, which then reads as
// an empty one.
func mayLack(r reader, b bucket) bool {
	if b.since() == 1 {
		return false
	}
	s, ok, err := metaSchema.load(r)
	return ok && err == nil && s.Version < b.since()
}

func checkSchema(r reader, site string) (schemaRecord, error) {
	s, ok, err := metaSchema.load(r)
	switch {
	case err != nil:
		return s, err
	case !ok:
		return s, say(ErrSchema, "%s.db does not say its format", site)
	}
	return s, s.check(site)
}
