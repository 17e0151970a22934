package capture

import (
	"time"
)

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
	Bytes    int64          `json:"bytes"`               // received bodies, decoded
	Gaps     map[string]int `json:"gaps"`                // why something listed has no article: reason → how many
	Resting  int            `json:"resting,omitempty"`   // sources left alone, for they were asked a short while before
	Sources  int            `json:"sources,omitempty"`   // lists, feeds and sitemaps that it asked, or that were asked a short while before; 0 in older archives
	Read     int            `json:"read,omitempty"`      // of the sources: read, now or a short while before
	Vanished int            `json:"vanished,omitempty"`  // sources that are gone, and were not when they were last asked
	Came     int            `json:"came,omitempty"`      // articles asked for of which the newspaper gave what there is
	Recent   int            `json:"recent,omitempty"`    // articles of the last weeks that came for the first time
	NoLayout int            `json:"no_layout,omitempty"` // of these: fit no known layout
	Redesign *Redesign      `json:"redesign,omitempty"`  // so many of them that the newspaper may look otherwise now
	Quality  *Quality       `json:"quality,omitempty"`
	Drift    []Drift        `json:"drift,omitempty"`  // how the newspaper's pages come out otherwise than before
	Assets   *Assets        `json:"assets,omitempty"` // nil: none were wanted
	End      string         `json:"end"`              // "done", "limit", "time", "interrupted", "blocked", "unreachable", "no source", "no article", "failed"
}

// Assets is what a run did for the files that pages need: pictures, style sheets, fonts. The
// other counts of [Run] leave them out, but for Requests and Bytes.
type Assets struct {
	Asked     int            `json:"asked"`               // addresses asked for
	Kept      int            `json:"kept"`                // that brought a body which was not there
	Same      int            `json:"same,omitempty"`      // that brought what was there
	Exchanged int            `json:"exchanged,omitempty"` // versions of articles that began with pictures which came after them: no [Run.Changed]
	Bytes     int64          `json:"bytes"`               // of bodies, as they were sent
	Missing   map[string]int `json:"missing,omitempty"`   // why one that was looked at did not come: reason → how many
	Waiting   int            `json:"waiting,omitempty"`   // left to a later run; counted at the run's end
	Spent     bool           `json:"spent,omitempty"`     // the day's budget was used up
}

// Nothing reports whether nothing came of all assets that were asked for: one or two are
// wrong for reasons of their own.
func (a *Assets) Nothing() bool { return a != nil && a.Asked >= 3 && a.Kept+a.Same == 0 }

// Good reports whether a run went over the newspaper and did what it was to do: it read of its
// sources what can be read, was not refused, and came to its end or to the limit or time that
// it was given. Whoever asks when a newspaper was last crawled well asks this.
func (r Run) Good() bool {
	switch r.End {
	case "done", "limit", "time":
		return r.Seeds == 0 && (r.Read > 0 || r.Sources == 0)
	}
	return false
}

// Blind reports whether a run went over the newspaper and could not see what is new there: what
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
