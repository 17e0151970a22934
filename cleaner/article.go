package cleaner

import (
	"encoding/json"
	"fmt"
	"time"

	"baoluu/sites"
)

// Name names this cleaner in every article that it makes. It changes whenever
// an article may come out different.
const Name = "baoluu/3"

// The layouts of what no layout of a newspaper reads: pages, and text dumps.
const (
	genericLayout = "generic"
	dumpLayout    = "text"
)

// Text is a field that a page may lack: "" is null in JSON.
type Text string

// MarshalJSON writes null for a field that the page lacks.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// Article is what a cleaner made of one page. The JSON names and their order
// are the program's public form (docs/format.md). Texts are NFC, blanks
// collapsed to single spaces. The lists of an Article that a cleaner made are
// never nil.
type Article struct {
	Site     string `json:"site"` // "generic" where no newspaper is known
	URL      string `json:"url"`
	ID       Text   `json:"id"` // the newspaper's own id, as its address prints it
	Language Text   `json:"language"`

	Title    Text `json:"title"`
	Kicker   Text `json:"kicker"`
	Lead     Text `json:"lead"`     // without dateline
	Dateline Text `json:"dateline"` // as printed: "(Dân trí)", "VOV.VN"
	Byline   Text `json:"byline"`
	Source   Text `json:"source"` // agency line, as printed ("Theo Reuters"); without "Theo" from the generic cleaner

	Published     Time `json:"published"`
	PublishedFrom Text `json:"published_from"` // json-ld, meta, time, text or id
	Modified      Time `json:"modified"`

	Section  []string  `json:"section"` // from the widest to the narrowest
	Tags     []string  `json:"tags"`
	Captions []string  `json:"captions"`
	Images   []Image   `json:"images"`
	Body     []Block   `json:"body"`
	Related  []Related `json:"related"`

	// Text is the article text: title, lead and body, a blank line between,
	// no end mark ("./."), captions, byline or source.
	Text string `json:"text"`

	Layout  string   `json:"layout"`  // which layout read it: "singular-2021", "text", "generic"
	Cleaner string   `json:"cleaner"` // [Name] of the cleaner that made it
	Notes   []string `json:"notes"`   // what is doubtful
}

// Time is a moment that a page may lack: zero is null in JSON, else RFC 3339
// with the newspaper's offset, +07:00.
type Time struct{ time.Time }

// MarshalJSON writes null for a moment that the page lacks.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(t.Format(time.RFC3339))
}

// UnmarshalJSON reads what MarshalJSON writes; the moment is in [sites.Zone].
func (t *Time) UnmarshalJSON(data []byte) error {
	var at *time.Time
	if err := json.Unmarshal(data, &at); err != nil {
		return fmt.Errorf("time of an article: %w", err)
	}
	*t = Time{}
	if at != nil {
		t.Time = at.In(sites.Zone)
	}
	return nil
}

// BlockKind is what a body block is.
type BlockKind string

// The kinds of body block.
const (
	Paragraph BlockKind = "paragraph"
	Subhead   BlockKind = "subhead"
	Item      BlockKind = "item"
	Quote     BlockKind = "quote"
	Row       BlockKind = "row" // a table row, its cells parted by tabs
	Live      BlockKind = "live"
	Speech    BlockKind = "speech"
)

// Block is one block of a body.
type Block struct {
	Kind    BlockKind `json:"kind"`
	Time    string    `json:"time,omitempty"`    // of a live entry, as printed
	Speaker string    `json:"speaker,omitempty"` // of a speech in an interview
	Text    string    `json:"text"`
}

// Image is one picture of the article.
type Image struct {
	URL     string `json:"url"` // absolute, the largest that the page names
	Caption Text   `json:"caption"`
	Credit  Text   `json:"credit"`
}

// Related is a link that the page gives as a related article.
type Related struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// NotArticleError refuses a page that is not one article.
type NotArticleError struct {
	Reason string // "a list", "empty page", "a picture (image/jpeg)"
	Fault  Fault
}

// Fault says that an answer tells nothing of the page that was asked for: it is to be
// asked for again.
type Fault string

// The faults.
const (
	NoFault Fault = ""        // the page is no article, and is meant to be none
	Broken  Fault = "broken"  // the server could not show the page, or not all of it
	Blocked Fault = "blocked" // it is kept from us
)

func (e *NotArticleError) Error() string { return "not an article: " + e.Reason }
