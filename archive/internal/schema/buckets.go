package schema

import (
	"time"

	"baoluu/sites"
)

// Current is the format that this program writes. docs/format.md ends
// with what each version changed.
//
//	1  the first
//	2  versions say that a page is gone; pages can be forgotten
//	3  base bodies of many others are stored twice
//	4  captures say what was asked
//	5  captures say which pictures, style sheets and fonts they need
//	6  the file says how its newspaper was described when it was filled
//
// A change adds a line here, a step in internal/newspaper and a paragraph there.
const Current = 6

// Bucket names one bucket of a newspaper's file. The name is part of the
// checksum of every record in it (record.go).
type Bucket string

// The buckets. A new one has a row in kinds. What goes of it with a forgotten page is for
// archive/forget/write.go to say, whether it comes along for archive/backup/copy.go and
// archive/rescue/salvage.go, what it must agree with for archive/internal/verify.
const (
	BucketMeta Bucket = "meta" // [MetaFormat], [MetaState], [MetaCleanings] and [MetaStaged]

	// Facts.
	BucketCaptures   Bucket = "captures"   // [Captures]
	BucketRequests   Bucket = "requests"   // [Requests]
	BucketBodies     Bucket = "bodies"     // [Bodies], each under the number of the capture that brought it
	BucketCopies     Bucket = "copies"     // [Copies] of bodies that many others are packed against
	BucketDigests    Bucket = "digests"    // [Digests]
	BucketReferences Bucket = "references" // [References]
	BucketPages      Bucket = "pages"      // [Pages]
	BucketTimes      Bucket = "times"      // [Times]
	BucketAddresses  Bucket = "addresses"  // [Addresses]
	BucketAliases    Bucket = "aliases"    // [Aliases]
	BucketNeeds      Bucket = "needs"      // [Needs]
	BucketNeeded     Bucket = "needed"     // [Needed]
	BucketRuns       Bucket = "runs"       // [Runs]
	BucketForgotten  Bucket = "forgotten"  // [Tombstones]

	BucketDescriptions Bucket = "descriptions" // [Descriptions]

	// Derived, by generation.
	BucketArticles Bucket = "articles" // [Articles]
	BucketVersions Bucket = "versions" // [Versions]
	BucketHeads    Bucket = "heads"    // [Heads]
	BucketDays     Bucket = "days"     // [Days]

	// The crawler's.
	BucketFrontier Bucket = "frontier" // [Frontier]
	BucketDue      Bucket = "due"      // [Due]
	BucketHosts    Bucket = "hosts"    // [Hosts]
)

// kind is what is the same of all records of a bucket.
type kind struct {
	bucket Bucket
	since  int    // the format that brought it
	key    form   // what a key is made of
	all    string // what people call the records
	one    string // what they call one of them: [RecordWords] puts in what stands in braces
}

// kinds has every bucket. The order matters for the copies alone: they come far behind the
// bodies, where a file is written from its beginning to its end.
var kinds = []kind{
	{BucketMeta, 1, form{aText}, "counters", "{meta}"},
	{BucketCaptures, 1, form{aNumber}, "captures", "capture {number}"},
	{BucketRequests, 4, form{aNumber}, "what was asked for some captures", "{record}"},
	{BucketBodies, 1, form{aNumber}, "bodies", "the body of capture {number}"},
	{BucketDigests, 1, form{aDigest}, "index of bodies", "the index of bodies, {digest}"},
	{BucketReferences, 1, form{aNumber}, "list of bodies to pack against", "the list of bodies to pack against, {number}"},
	{BucketPages, 1, form{aPage}, "pages", "{page}"},
	{BucketTimes, 1, form{aPage, aZero, aTime, aNumber}, "index of captures by time", "the index of captures by time, {page}, capture {number}"},
	{BucketAddresses, 1, form{aText}, "index of addresses", "the index of addresses, {key}"},
	{BucketAliases, 1, form{aPage}, "joins of pages", "the other name {page}"},
	{BucketNeeds, 5, form{aNumber}, "lists of what captures need", "the list of what capture {number} needs"},
	{BucketNeeded, 5, form{aPage, aZero, aNumber}, "index of what needs an asset", "the index of what needs {page}, capture {number}"},
	{BucketRuns, 1, form{aTime}, "records of crawls", "the note of the run of {time}"},
	{BucketDescriptions, 6, form{aTime}, "descriptions of the newspaper", "the description of {time}"},
	{BucketForgotten, 2, form{aDigest}, "records of pages that were taken out", "the note of what was forgotten, {key}"},
	{BucketArticles, 1, form{aGeneration, aNumber}, "articles", "the article of capture {number}"},
	{BucketVersions, 1, form{aGeneration, aPage, aZero, aVersion}, "versions", "version {version} of {page}"},
	{BucketHeads, 1, form{aGeneration, aPage}, "summaries of pages", "the summary of {page}"},
	{BucketDays, 1, form{aGeneration, aDay, aPage}, "index of days", "the index of days, {day}, {page}"},
	{BucketFrontier, 1, form{aPage}, "addresses to be fetched", "the plan to fetch {page}"},
	{BucketDue, 1, form{aClass, aTime, aPage}, "index of what is to be fetched", "the index of what is to be fetched, {time}, {page}"},
	{BucketHosts, 1, form{aText}, "what the crawler knew of hosts", "what the crawler noted of {key}"},
	{BucketCopies, 3, form{aNumber}, "second copies of bodies", "the second copy of the body of capture {number}"},
}

// kind is that of a bucket; of a name that is none of a bucket, a kind of any keys.
func (b Bucket) kind() *kind {
	for i := range kinds {
		if kinds[i].bucket == b {
			return &kinds[i]
		}
	}
	return &kind{b, 1, form{aText}, string(b), "{record}"}
}

// Buckets is every bucket of a file.
func Buckets() []Bucket {
	list := make([]Bucket, len(kinds))
	for i, k := range kinds {
		list[i] = k.bucket
	}
	return list
}

// Since is the format that brought the bucket.
func (b Bucket) Since() int { return b.kind().since }

// Format is meta's "schema": the first thing that is read of a file.
type Format struct {
	Version int    `json:"version"`
	Site    string `json:"site"`
	// Step is set while a file is brought up to date: how far that is.
	Step *Step `json:"step,omitempty"`
}

// Check refuses a format that cannot be read, and the file of another newspaper, with an
// [ErrSchema]. Older formats can be read: see internal/newspaper.
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

// Cleaning is a re-clean that was accepted, as meta's "cleanings" lists it.
type Cleaning struct {
	Generation uint32    `json:"generation"` // that it wrote
	At         time.Time `json:"at"`         // UTC
	Cleaner    string    `json:"cleaner"`    // its name
	Before     int       `json:"before"`     // versions of the whole newspaper
	After      int       `json:"after"`      // likewise: that they differ is the cleaner's doing, not the newspaper's
}

// Staged is a re-clean that is not accepted: the generation that it writes stands beside the
// present one, as meta's "staged" says.
type Staged struct {
	Generation uint32    `json:"generation"` // that it writes
	From       uint32    `json:"from"`       // the generation that it is made from
	Cleaner    string    `json:"cleaner"`    // its name
	Selection  Selection `json:"selection"`
	Done       uint64    `json:"done"`              // the captures up to this number have their articles in it
	Versions   int       `json:"versions"`          // that it has so far
	Derived    bool      `json:"derived,omitempty"` // all pages have their versions
	Joins      int       `json:"joins"`             // as in [State], when they were derived
	Forgets    int       `json:"forgets,omitempty"` // as in [State], when it was begun
	Repairs    int       `json:"mends,omitempty"`   // likewise
}

// Era is that of the articles in it.
func (s Staged) Era() Era { return Era{s.Forgets, s.Repairs} }

// Selection is what a re-clean cleans; the zero value is what is stale. It is comparable.
type Selection struct {
	Force  bool   `json:"force,omitempty"`  // the present cleaner's own work, too
	Since  int64  `json:"since,omitempty"`  // captures from then on, in seconds since 1970 UTC; 0: all
	Until  int64  `json:"until,omitempty"`  // and before then; 0: all
	Layout string `json:"layout,omitempty"` // of the stored articles; "": any
}

// State is meta's "state": the counters, changed by every commit.
type State struct {
	Last       uint64 `json:"last"`       // number of the newest capture
	Generation uint32 `json:"generation"` // of articles, versions, heads and days

	Pages       int   `json:"pages"`                // assets included
	Versions    int   `json:"versions"`             // of this generation
	RawBytes    int64 `json:"raw_bytes"`            // of all bodies
	StoredBytes int64 `json:"stored_bytes"`         // of all bodies, compressed
	CopyBytes   int64 `json:"copy_bytes,omitempty"` // of second copies, compressed; not in StoredBytes
	Joins       int   `json:"joins"`                // aliases

	// Of these: pages that are assets, their captures, and the bodies that those brought.
	Assets        int   `json:"assets,omitempty"`
	AssetCaptures int   `json:"asset_captures,omitempty"`
	AssetRaw      int64 `json:"asset_raw,omitempty"`
	AssetStored   int64 `json:"asset_stored,omitempty"` // compressed

	Forgotten int `json:"forgotten,omitempty"` // captures that were taken out: their numbers are not given again
	Forgets   int `json:"forgets,omitempty"`   // how often that was done: bodies may have moved meanwhile
	Repairs   int `json:"mends,omitempty"`     // captures that were repaired: they differ from what was copied of them before
}

// Era counts what has changed captures that were there: what was read of them holds as long as
// both stay.
type Era struct{ Forgets, Repairs int }

// Era is that of the state.
func (s State) Era() Era { return Era{s.Forgets, s.Repairs} }

// Captures is how many captures the file holds.
func (s State) Captures() int { return int(s.Last) - s.Forgotten }

// CountPage counts a page that came, or with -1 one that went.
func (s *State) CountPage(page string, n int) {
	s.Pages += n
	if sites.IsAsset(page) {
		s.Assets += n
	}
}

// CountBody counts a body that a capture of the page brought, and the frame that it is stored as,
// in bytes; of one that goes they are negative.
func (s *State) CountBody(page string, raw, stored int64) {
	s.RawBytes += raw
	s.StoredBytes += stored
	if sites.IsAsset(page) {
		s.AssetRaw += raw
		s.AssetStored += stored
	}
}

// Step is how far a file is on its way to the present format.
type Step struct {
	From  int    `json:"from"`  // the format whose step is being taken
	After string `json:"after"` // the page, or body, that was done last
}

// Old reports whether there is anything to bring up to date.
func (s Format) Old() bool { return s.Version < Current || s.Step != nil }

// MayLack reports whether a file is too old to have a bucket, which then reads as an empty one.
func MayLack(r Reader, b Bucket) bool {
	if b.Since() == 1 {
		return false
	}
	s, ok, err := MetaFormat.Load(r)
	return ok && err == nil && s.Version < b.Since()
}

// CheckSchema reads a file's format, and refuses what [Format.Check] does or one that says none.
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
