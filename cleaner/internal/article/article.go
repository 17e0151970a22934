package article

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"baoluu/sites"
)

// The layouts of what no layout of a newspaper reads: pages, and text dumps.
const (
	GenericLayout = "generic"
	DumpLayout    = "text"
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
	Cleaner string   `json:"cleaner"` // the name of the cleaner that made it
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

// Error is "not an article: " and the reason.
func (e *NotArticleError) Error() string { return "not an article: " + e.Reason }

// Reason says where one field of an article came from.
type Reason struct {
	Field   string `json:"field"`   // JSON name of the field
	Layout  string `json:"layout"`  // layout that was used
	Rule    string `json:"rule"`    // the selector, or the rule in words
	Element string `json:"element"` // the tag that a selector found, as the page has it; "" where the rule is none
	Snippet string `json:"snippet"` // the beginning of what was found
}

// Tried says of one selector of a layout whether it finds anything on a page.
type Tried struct {
	Field    string // of the layout: [sites.LayoutField]
	Selector string
	Found    bool
}

// Texts are all of an article's that its newspaper wrote.
func (a *Article) Texts() []*string {
	var list []*string
	for _, t := range []*Text{&a.Title, &a.Kicker, &a.Lead, &a.Dateline, &a.Byline, &a.Source} {
		list = append(list, (*string)(t))
	}
	for _, l := range [][]string{a.Section, a.Tags, a.Captions} {
		for i := range l {
			list = append(list, &l[i])
		}
	}
	for i := range a.Body {
		list = append(list, &a.Body[i].Text, &a.Body[i].Speaker)
	}
	for i := range a.Images {
		list = append(list, (*string)(&a.Images[i].Caption), (*string)(&a.Images[i].Credit))
	}
	for i := range a.Related {
		list = append(list, &a.Related[i].Title)
	}
	return list
}

// Digest is the SHA-256, in hex, of all that a reader would call the article:
// title, kicker, lead, dateline, byline, source, body and captions. Address,
// layout, cleaner, notes, tags, related links, times and the addresses of
// images are left out: they change without an editor's hand. Two articles of
// equal digest read the same.
func (a Article) Digest() string {
	// JSON parts the fields unmistakably: no text can look like two.
	read, err := json.Marshal(struct {
		Title, Kicker, Lead, Dateline, Byline, Source Text
		Body                                          []Block
		Captions                                      []string
	}{a.Title, a.Kicker, a.Lead, a.Dateline, a.Byline, a.Source, append([]Block{}, a.Body...), append([]string{}, a.Captions...)})
	if err != nil {
		panic(fmt.Sprintf("article: strings do not marshal: %v", err)) // cannot happen
	}
	sum := sha256.Sum256(read)
	return hex.EncodeToString(sum[:])
}

// Richness orders readings of one article by how much they tell: of two that read the
// same, the one of a layout before that of the generic reader before that of a text dump,
// then by the fields that were found.
func (a Article) Richness() int {
	n := 0
	for _, found := range []bool{
		a.Title != "", a.Kicker != "", a.Lead != "", a.Dateline != "", a.Byline != "", a.Source != "", !a.Published.IsZero(), !a.Modified.IsZero(),
		len(a.Section) > 0, len(a.Tags) > 0, len(a.Captions) > 0, len(a.Images) > 0, len(a.Related) > 0, a.Language != "",
	} {
		if found {
			n++
		}
	}
	const fields = 100 // more than there are
	switch a.Layout {
	case DumpLayout:
		return n
	case GenericLayout:
		return fields + n
	}
	return 2*fields + n
}
