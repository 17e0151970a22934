// Package capture holds the words that crawler and archive share, so that
// neither has to import the other: [Capture], the frontier's [Entry], and the
// [Batch] that one commit stores. Types only.
//
// Why it lies here is docs/decisions/0002-shared-words.md.
package capture

import (
	"time"

	"baoluu/cleaner"
	"baoluu/sites"
)

// Kind is what a capture is, in the words of WARC.
type Kind string

// The kinds of capture.
const (
	Response   Kind = "response"   // an HTTP response with its body
	Revisit    Kind = "revisit"    // an HTTP response that brought no new body
	Resource   Kind = "resource"   // an imported file: no status, no headers
	Conversion Kind = "conversion" // an imported text dump of a page
)

// State is the judgement of one capture: what kind of answer it was.
type State string

// The judgements.
const (
	Live    State = "live"    // a page as expected: article, list, feed, sitemap
	Gone    State = "gone"    // 404, 410, a redirect to the front page
	Moved   State = "moved"   // a redirect to another page; Location says where
	Blocked State = "blocked" // a challenge page, 401, 403, 451
	Broken  State = "broken"  // 5xx, 429, cut or unreadable
)

// The profiles of a revisit, WARC's own two.
const (
	NotModified = "server-not-modified"
	SamePayload = "identical-payload-digest"
)

// Field is one header line.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Capture is one response to one address at one moment: a fact, never changed.
type Capture struct {
	Number uint64    `json:"number"` // given by the archive, per newspaper, from 1, only growing
	Page   string    `json:"page"`   // [sites.Address].Page
	URL    string    `json:"url"`
	Time   time.Time `json:"time"` // when the response came, to the millisecond, UTC
	Kind   Kind      `json:"kind"`
	State  State     `json:"state"`

	Status      int     `json:"status,omitempty"` // 0 where no HTTP response is known
	Header      []Field `json:"header,omitempty"` // as received
	ContentType string  `json:"content_type,omitempty"`
	Location    string  `json:"location,omitempty"` // absolute target of a redirect

	Digest string `json:"digest,omitempty"` // "sha256:" and 64 hex digits of the body; a revisit carries that of the earlier one
	Size   int64  `json:"size"`             // bytes of the body, codings undone

	RevisitOf uint64 `json:"revisit_of,omitempty"` // number of the capture whose body this repeats
	Profile   string `json:"profile,omitempty"`    // [NotModified] or [SamePayload]

	File  string   `json:"file,omitempty"`  // base name of the imported file
	Notes []string `json:"notes,omitempty"` // "content-encoding gzip undone", "time taken from the page"
}

// Kept is a capture about to be stored, with what belongs to it.
type Kept struct {
	Capture
	Body []byte // nil for a 304
	// Article is what the cleaner made of the body; nil where it is no article.
	Article *cleaner.Article
	Refused string // why there is no article: "a list"
}

// Put is what became of one [Kept].
type Put struct {
	Number    uint64
	Duplicate bool // the same bytes, address and time were there already: nothing stored
	Revisit   bool // stored as a revisit of an earlier capture
	NewPage   bool // the first capture of its page
	// Version is the page's newest version after this capture, 0 where it has
	// none. NewVersion: this capture began it. Changed names the fields that
	// differ from the version before.
	Version    int
	NewVersion bool
	Changed    []string
	// Forgotten says when and why the page was taken out by law, "" for one that
	// was not. Nothing was stored then.
	Forgotten string
}

// Class orders the frontier: a lower class is fetched first among what is due.
type Class uint8

// The classes.
const (
	Seed    Class = iota // given by a person
	Fresh                // an article never fetched
	Listing              // a source: sitemap, feed, list
	Again                // a revisit that is due
)

// Entry is one known address in the frontier, one for each page.
type Entry struct {
	Page  string     `json:"page"`
	URL   string     `json:"url"`
	Kind  sites.Kind `json:"kind"`
	Class Class      `json:"class"`
	Due   time.Time  `json:"due"` // zero: never again

	Listed   time.Time `json:"listed"`              // when first found
	ListedBy string    `json:"listed_by,omitempty"` // address of the source that named it first
	Fetched  time.Time `json:"fetched"`             // last asked for; zero: never
	Tries    int       `json:"tries,omitempty"`     // failures in a row
	// Hops is how many redirects, sitemaps within sitemaps or list pages led
	// here: it bounds chains that have no end.
	Hops int `json:"hops,omitempty"`

	// Of the newest capture with a body, for conditional requests and the plan.
	Capture      uint64    `json:"capture,omitempty"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Published    time.Time `json:"published"`
	Changed      time.Time `json:"changed"`          // when a capture last brought a new version
	Checks       int       `json:"checks,omitempty"` // fetches since then
}

// Run is what one run over one newspaper did.
type Run struct {
	Started  time.Time      `json:"started"`
	Ended    time.Time      `json:"ended"`
	Listed   int            `json:"listed"`   // article addresses seen on sources
	Fetched  int            `json:"fetched"`  // article addresses asked for
	Kept     int            `json:"kept"`     // captures stored, revisits and sources included
	New      int            `json:"new"`      // pages that became known as articles
	Changed  int            `json:"changed"`  // pages with a new version
	Revisits int            `json:"revisits"` // captures that brought no new body
	Cleaned  int            `json:"cleaned"`  // articles that came out
	Failed   int            `json:"failed"`
	Requests int            `json:"requests"` // all, robots.txt and retries included
	Bytes    int64          `json:"bytes"`    // received bodies, codings undone
	Gaps     map[string]int `json:"gaps"`     // why something listed has no article: reason → how many
	End      string         `json:"end"`      // "done", "limit", "time", "interrupted", "blocked", "unreachable", "failed"
}

// Alias says that two page keys are one page, found by a permanent redirect or
// a canonical link: from then on everything of Page is kept and found under Of.
type Alias struct {
	Page string `json:"page"`
	Of   string `json:"of"`
	Why  string `json:"why,omitempty"` // "moved permanently", "canonical"
}

// Batch is what one commit stores, all or nothing.
type Batch struct {
	// Aliases are joined first: the captures of this batch are kept under the
	// page that their own is an alias of.
	Aliases []Alias
	Kept    []Kept
	// Entries replace what the frontier holds of their pages. Where an entry's
	// page was captured in this batch, the archive fills in Capture.
	Entries []Entry
	// Hosts is the crawler's own state of each host, JSON; the archive does not
	// look inside.
	Hosts map[string][]byte
	Run   *Run // the run so far; the same Started replaces it
}
