package redline

import (
	"strings"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Kind is what became of a row.
type Kind string

// The kinds of row.
const (
	Same    Kind = "same"
	Edited  Kind = "edited"
	Added   Kind = "added"
	Removed Kind = "removed"
	Moved   Kind = "moved" // a paragraph that stands elsewhere now
)

// Op is what became of words.
type Op string

// What becomes of words.
const (
	Stays Op = "same" // both articles have them
	Old   Op = "old"  // they are gone
	New   Op = "new"  // they came
)

// Class is a kind of words that readers look for first.
type Class string

// The classes.
const (
	Plain  Class = ""
	Number Class = "number" // a number, an amount, a date, a percentage
	Name   Class = "name"   // a run of words in capital letters, but for a sentence's first
)

// Break is the text of a span that ends a paragraph, in a row in which one became several, or
// several one.
const Break = "\n"

// Span is a run of words.
type Span struct {
	Gap   string // what parts it from the words before: "", a blank, or a tab between cells of a table
	Text  string // its words, with what parts them
	Op    Op
	Class Class // of words that went or came
}

// Row is one field of both articles, or one paragraph or caption.
type Row struct {
	Field  string            // the JSON name in [cleaner.Article]
	Block  cleaner.BlockKind // of a paragraph, as the later article has it where it does
	Kind   Kind
	Edited bool // of a Moved row: it was edited, too
	// Old and New are the numbers of its paragraphs or captions in the two articles, from 1, in order. Of
	// other fields, and on a side that lacks it, there is none.
	Old, New []int
	// Beside: the words came to the page, but the layout takes them for none of the article's.
	Beside bool
	Spans  []Span
}

// Changed reports whether anything became of the row.
func (r Row) Changed() bool { return r.Kind != Same }

// Text is the row's text in one of the articles: Old in the earlier one, New in the later one.
// Where one reads "curly" and the other "straight" quotes, or dashes of another length, that is
// no difference: then it is as the later one is set. Paragraphs are parted by [Break].
func (r Row) Text(side Op) string {
	var b strings.Builder
	for _, s := range r.Spans {
		if s.Op == Stays || s.Op == side {
			b.WriteString(s.Gap)
			b.WriteString(s.Text)
		}
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), Break+" ", Break)
}

// Size says how much changed, published time, sections and tags apart: they change without an
// editor's hand.
type Size struct {
	Gone    int // words; a moved paragraph's are not among them
	Came    int
	Moved   int // paragraphs
	Numbers int // that changed, went or came within an edited text
	Names   int
	// Pictures that were exchanged, added or taken out.
	Pictures int
}

// Zero reports whether nothing changed that counts.
func (s Size) Zero() bool { return s == Size{} }

// Redline is two articles set side by side.
type Redline struct {
	Rows []Row // in the order of the later article: single fields, body, captions
	Size Size
	// Pictures are those that were exchanged, added and taken out. They are in no row.
	Pictures []compare.PictureEdit
	// Relaid: another layout read one of them, and what differs by that alone is left out. A side's
	// rows are not all of its article then.
	Relaid bool
}

// Changed reports whether any row is another than before.
func (r Redline) Changed() bool {
	for _, row := range r.Rows {
		if row.Changed() {
			return true
		}
	}
	return len(r.Pictures) > 0
}

// Of sets two articles side by side, given what [compare.Readings] says of them. Where one of
// them is a stand-in there is nothing to compare, and every difference is shown.
func Of(d compare.Difference, old, now cleaner.Article) Redline {
	c := newComparison(d, old, now)
	c.single("title", string(old.Title), string(now.Title))
	c.single("kicker", string(old.Kicker), string(now.Kicker))
	oldBody, newBody := bodyOf(old), bodyOf(now)
	if was, is := string(old.Lead), string(now.Lead); (was == "") != (is == "") && c.real != nil {
		oldBody, newBody = leading(was, oldBody), leading(is, newBody)
	} else {
		c.single("lead", was, is)
	}
	c.single("dateline", string(old.Dateline), string(now.Dateline))
	c.single("byline", string(old.Byline), string(now.Byline))
	c.single("source", string(old.Source), string(now.Source))
	c.beside("published", moment(old.Published), moment(now.Published))
	c.beside("section", strings.Join(old.Section, " / "), strings.Join(now.Section, " / "))
	c.beside("tags", strings.Join(old.Tags, ", "), strings.Join(now.Tags, ", "))
	c.blocks("body", oldBody, newBody)
	c.blocks("captions", captionsOf(old), captionsOf(now))
	r := c.finish()
	r.Pictures, r.Size.Pictures = d.Pictures, len(d.Pictures)
	return r
}

// moment is a time as RFC 3339; "" where it is not known.
func moment(t cleaner.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// block is a paragraph or a caption.
type block struct {
	number int // from 1; 0: the lead, which one of the layouts takes for a paragraph
	kind   cleaner.BlockKind
	text   string
}

func bodyOf(a cleaner.Article) []block {
	list := make([]block, len(a.Body))
	for i, b := range a.Body {
		list[i] = block{i + 1, b.Kind, TextOf(b)}
	}
	return list
}

// TextOf is all that a block says: when, who, what.
func TextOf(b cleaner.Block) string {
	parts := make([]string, 0, 3)
	for _, p := range []string{b.Time, b.Speaker, b.Text} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " ")
}

func leading(lead string, body []block) []block {
	if lead == "" {
		return body
	}
	return append([]block{{text: lead, kind: cleaner.Paragraph}}, body...)
}

func captionsOf(a cleaner.Article) []block {
	list := make([]block, len(a.Captions))
	for i, text := range a.Captions {
		list[i] = block{number: i + 1, text: text}
	}
	return list
}

// comparison is two articles being set side by side.
type comparison struct {
	rows  []Row
	size  Size
	words *interner
	left  int   // steps that may still be spent on words
	real  *real // nil: every difference is one
}

// mostSteps bounds what is spent on finding the words that changed: some 50 ms.
const mostSteps = 10_000_000

func newComparison(d compare.Difference, old, now cleaner.Article) *comparison {
	return &comparison{words: newInterner(), left: mostSteps, real: realOf(d, old, now)}
}

// single compares a field that there is once.
func (c *comparison) single(field, old, now string) {
	if old != "" || now != "" {
		c.add(Row{Field: field}, old, now)
	}
}

// beside compares a field that no editor's hand changes: it has no part in the size, and
// another layout may have it otherwise.
func (c *comparison) beside(field, old, now string) {
	if old == "" && now == "" || c.real != nil && old != now {
		return
	}
	size := c.size
	c.single(field, old, now)
	c.size = size
}

// add makes a row of two texts, and counts it. Of a Moved one the kind is given.
func (c *comparison) add(row Row, old, now string) {
	tokens := c.compare(old, now)
	if c.real != nil {
		tokens = c.real.only(tokens)
	}
	if len(tokens) == 0 {
		return
	}
	gone, came := has(tokens, Old), has(tokens, New)
	switch {
	case row.Kind == Moved && c.real != nil && !gone && !came:
		row.Kind = Same
	case row.Kind == Moved:
		row.Edited = gone || came
	case gone && old != "" && now == "":
		row.Kind = Removed
	case came && old == "" && now != "":
		row.Kind = Added
	case gone || came:
		row.Kind = Edited
	default:
		row.Kind = Same
	}
	row.Spans = spansOf(tokens)
	c.rows = append(c.rows, row)
	c.size.count(row, tokens)
}

func has(tokens []token, op Op) bool {
	for _, t := range tokens {
		if t.op == op {
			return true
		}
	}
	return false
}

// count adds what changed in a row.
func (s *Size) count(row Row, tokens []token) {
	if row.Kind == Moved {
		s.Moved += max(len(row.Old), 1)
	}
	for _, t := range tokens {
		switch {
		case !t.word:
		case t.op == Old:
			s.Gone++
		case t.op == New:
			s.Came++
		}
	}
	if row.Kind == Added || row.Kind == Removed {
		return
	}
	// A number in another's place is one that changed.
	count := map[Op]map[Class]int{}
	flush := func() {
		s.Numbers += max(count[Old][Number], count[New][Number])
		s.Names += max(count[Old][Name], count[New][Name])
		count = map[Op]map[Class]int{Old: {}, New: {}}
	}
	flush()
	for _, span := range row.Spans {
		if span.Op == Stays {
			flush()
			continue
		}
		count[span.Op][span.Class]++
	}
	flush()
}

// finish puts the rows together.
func (c *comparison) finish() Redline {
	if c.real != nil {
		for _, line := range c.real.beside {
			row := Row{Field: "body", Kind: Added, Beside: true, Spans: []Span{{Text: line, Op: New}}}
			c.rows = append(c.rows, row)
			c.size.Came += len(strings.Fields(line))
		}
	}
	return Redline{Rows: c.rows, Size: c.size, Relaid: c.real != nil}
}
