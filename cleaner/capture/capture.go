// Package capture holds the words that crawler and archive share, so that
// neither has to import the other: [Capture], the frontier's [Entry], and the
// [Batch] that one commit stores. Types, and what these say by themselves.
//
// Why it lies here is docs/decisions/0002-shared-words.md.
package capture

import (
	"strings"
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
	Broken  State = "broken"  // 5xx, 429, cut, or in a coding that cannot be undone
)

// StateOf is the state of an answer in an article's place that has this fault.
func StateOf(f cleaner.Fault) State {
	switch f {
	case cleaner.Broken:
		return Broken
	case cleaner.Blocked:
		return Blocked
	}
	return Live
}

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
	Proto       string  `json:"proto,omitempty"`  // "HTTP/1.1"; "" where it is not known
	Reason      string  `json:"reason,omitempty"` // "OK": the rest of the status line
	Header      []Field `json:"header,omitempty"` // as received: order, case and repeats are the server's
	ContentType string  `json:"content_type,omitempty"`
	Location    string  `json:"location,omitempty"` // absolute target of a redirect

	Digest string `json:"digest,omitempty"` // "sha256:" and 64 hex digits of the body; a revisit carries that of the earlier one
	Size   int64  `json:"size"`             // bytes of the body, codings undone

	RevisitOf uint64 `json:"revisit_of,omitempty"` // number of the capture whose body this repeats
	Profile   string `json:"profile,omitempty"`    // [NotModified] or [SamePayload]

	// Request is what was asked, as it was sent: first line, header and, if there was one, body;
	// "" where it is not known. It is made by [Sent].
	Request string `json:"request,omitempty"`

	File  string   `json:"file,omitempty"`  // base name of the imported file
	Notes []string `json:"notes,omitempty"` // "content-encoding gzip undone", "time taken from the page"
}

// Answered is the first value of a field of the answer's header.
func (c Capture) Answered(name string) string {
	for _, f := range c.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Sent is a request as it is kept: all that was sent, but for what opens the owner's proxy.
func Sent(request []byte) string {
	var b strings.Builder
	inHead, left := true, false
	for line := range strings.Lines(string(request)) {
		text := strings.TrimRight(line, "\r\n")
		inHead = inHead && text != ""
		name, _, _ := strings.Cut(text, ":")
		folded := text != "" && (text[0] == ' ' || text[0] == '\t')
		if left = inHead && (left && folded || strings.EqualFold(strings.TrimSpace(name), "Proxy-Authorization")); !left {
			b.WriteString(line)
		}
	}
	return b.String()
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
	Mended    bool // it was there already, but without its body, what it repeats or its request (then Duplicate, too), and has that now
	Revisit   bool // stored as a revisit of an earlier capture
	NewPage   bool // the first capture of its page
	// Version is the page's newest version after this capture, 0 where it has
	// none. NewVersion: this capture began it. Changed names the fields that
	// differ from the version before, Cause says why they do: [cleaner.Edited],
	// [cleaner.Doubtful] or "state". [cleaner.Relaid] begins no version.
	Version    int
	NewVersion bool
	Changed    []string
	Cause      cleaner.Cause
	// StandsIn: the page is known as an article, and what came is not that article. The
	// capture is kept, and says nothing of the page.
	StandsIn bool
	// Anew is how many captures were looked at and versions written, each of these for four,
	// and Compared how many articles were compared, to make the page's history anew, for the
	// capture is not the page's newest. It is told once for all those of a batch.
	Anew, Compared int
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
	Backlog              // what is years old, articles and their lists: behind all else
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
	// Gap is why the last visit brought no article: "timeout", "robots"; "" where
	// it brought one, or there was none.
	Gap string `json:"gap,omitempty"`
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
	Edits        int       `json:"edits,omitempty"`  // new versions that revisits brought
	// Touched is when the newspaper last said that it changed the page, by a
	// sitemap's lastmod.
	Touched time.Time `json:"touched,omitzero"`

	// Of a list, feed or sitemap: how long it is left alone, by how often it
	// brought news; and the days for which a backfill goes through it, Until
	// included, both zero but while one is under way.
	Rhythm time.Duration `json:"rhythm,omitzero"`
	Since  time.Time     `json:"since,omitzero"`
	Until  time.Time     `json:"until,omitzero"`
}

// Run is what one run over one newspaper did.
type Run struct {
	Started  time.Time      `json:"started"`
	Ended    time.Time      `json:"ended"`
	Seeds    int            `json:"seeds,omitempty"`  // addresses that a person named: the run was over them alone
	Listed   int            `json:"listed"`           // article addresses seen on sources
	Fetched  int            `json:"fetched"`          // article addresses asked for
	Kept     int            `json:"kept"`             // captures stored, revisits and sources included
	New      int            `json:"new"`              // pages that became known as articles
	Changed  int            `json:"changed"`          // pages with a new version
	Unsure   int            `json:"unsure,omitempty"` // pages with a new version that may be of their layout only
	Relaid   int            `json:"relaid,omitempty"` // pages that another layout read, and that say the same
	Revisits int            `json:"revisits"`         // captures that brought no new body
	Cleaned  int            `json:"cleaned"`          // articles that came out
	Failed   int            `json:"failed"`
	Requests int            `json:"requests"`            // all, robots.txt and retries included
	Bytes    int64          `json:"bytes"`               // received bodies, codings undone
	Gaps     map[string]int `json:"gaps"`                // why something listed has no article: reason → how many
	Resting  int            `json:"resting,omitempty"`   // sources left alone, for they were asked shortly before
	Sources  int            `json:"sources,omitempty"`   // lists, feeds and sitemaps that it asked, or that were asked a short while before; 0 in older archives
	Read     int            `json:"read,omitempty"`      // of the sources: read, now or a short while before
	Vanished int            `json:"vanished,omitempty"`  // sources that are gone, and were not when they were last asked
	Came     int            `json:"came,omitempty"`      // articles asked for of which the newspaper gave what there is
	Recent   int            `json:"recent,omitempty"`    // articles of the last weeks that came for the first time
	NoLayout int            `json:"no_layout,omitempty"` // of these: fit no known layout
	Redesign *Redesign      `json:"redesign,omitempty"`  // so many of them that the newspaper may look otherwise now
	Quality  *Quality       `json:"quality,omitempty"`
	Drift    []Drift        `json:"drift,omitempty"` // how the newspaper's pages come out otherwise than before
	End      string         `json:"end"`             // "done", "limit", "time", "interrupted", "blocked", "unreachable", "no source", "no article", "failed"
}

// Good tells whether a run went over the newspaper and did what it was to do: it read of its
// sources what can be read, was not refused, and came to its end or to the limit or time that
// it was given. Whoever asks when a newspaper was last crawled well asks this.
func (r Run) Good() bool {
	switch r.End {
	case "done", "limit", "time":
		return r.Seeds == 0 && (r.Read > 0 || r.Sources == 0)
	}
	return false
}

// Blind tells whether a run went over the newspaper and could not see what is new there: what
// was published meanwhile may be missing, and nobody knows how much.
func (r Run) Blind() bool {
	switch r.End {
	case "": // at work, or killed: the next one sees what it did not
		return false
	case "interrupted":
		return r.Seeds == 0 && r.Read == 0 && r.Sources > 0
	}
	return r.Seeds == 0 && !r.Good()
}

// Redesign is a first sign that a newspaper looks otherwise than it did, long before there are
// pages enough for a [Drift].
type Redesign struct {
	NoLayout int      `json:"no_layout"` // of the newest articles that came for the first time
	Recent   int      `json:"recent"`    // that were looked at: of this run, and of those before where it has few
	Examples []string `json:"examples"`  // addresses of this run
}

// Quality is how the pages of one run came out, in sums that can be added up
// from run to run.
type Quality struct {
	Cleaner  string           `json:"cleaner"`            // that read them: only sums of one cleaner are compared
	Sections map[string]Tally `json:"sections,omitempty"` // recent articles by the section that their address names
	Sources  Tally            `json:"sources,omitzero"`   // lists, feeds and sitemaps; "articles": those that name any
}

// Tally counts pages, and in how many of them something was found.
type Tally struct {
	Pages int `json:"pages"`
	// Hits are by field ("byline") or by rule ("layout singular-2021": read by it
	// or a newer one).
	Hits map[string]int `json:"hits,omitempty"`
	// Lengths are of the fields that were found.
	Lengths map[string]Length `json:"lengths,omitempty"`
}

// Length sums up the binary logarithms of a field's lengths in letters.
type Length struct {
	Sum     float64 `json:"sum"`
	Squares float64 `json:"squares"`
}

// Drift is one way in which a newspaper's pages come out otherwise than they
// used to.
type Drift struct {
	Field string `json:"field"` // or rule, as in [Tally]
	// Length: Was and Is are typical lengths in letters. Otherwise they are the
	// shares of pages in which the field is found, 0 to 1.
	Length   bool     `json:"length"`
	Was      float64  `json:"was"`
	Is       float64  `json:"is"`
	Pages    int      `json:"pages"`              // that Is was taken from
	Examples []string `json:"examples,omitempty"` // addresses of this run
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
