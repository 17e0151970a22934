package reclean

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
)

// field is one field of an article, as texts for a comparison.
type field struct {
	name    string
	measure measure
	texts   func(*cleaner.Article) []string // its text or entries; none where it is empty
}

// measure is how the length of a field is counted.
type measure int

const (
	letters measure = iota
	entries
	exact // it is the same or it is not
)

// fields are those that are compared, in the order of the article's JSON.
var fields = []field{
	{"language", exact, func(a *cleaner.Article) []string { return one(a.Language) }},
	{"title", letters, func(a *cleaner.Article) []string { return one(a.Title) }},
	{"kicker", letters, func(a *cleaner.Article) []string { return one(a.Kicker) }},
	{"lead", letters, func(a *cleaner.Article) []string { return one(a.Lead) }},
	{"dateline", letters, func(a *cleaner.Article) []string { return one(a.Dateline) }},
	{"byline", letters, func(a *cleaner.Article) []string { return one(a.Byline) }},
	{"source", letters, func(a *cleaner.Article) []string { return one(a.Source) }},
	{"published", exact, func(a *cleaner.Article) []string { return moment(a.Published) }},
	{"modified", exact, func(a *cleaner.Article) []string { return moment(a.Modified) }},
	{"section", entries, func(a *cleaner.Article) []string { return a.Section }},
	{"tags", entries, func(a *cleaner.Article) []string { return a.Tags }},
	{"captions", entries, func(a *cleaner.Article) []string { return a.Captions }},
	{"images", entries, func(a *cleaner.Article) []string {
		return each(a.Images, func(i cleaner.Image) string { return words(i.URL, string(i.Caption), string(i.Credit)) })
	}},
	{bodyField, letters, func(a *cleaner.Article) []string { return each(a.Body, blockText) }},
	{"related", entries, func(a *cleaner.Article) []string {
		return each(a.Related, func(r cleaner.Related) string { return words(r.URL, r.Title) })
	}},
	{textField, letters, func(a *cleaner.Article) []string { return one(cleaner.Text(a.Text)) }},
	{"layout", exact, func(a *cleaner.Article) []string { return one(ownLayout(a)) }},
}

// ownLayout is the newspaper's layout that read an article, "" where none fitted: that the generic cleaner
// had to read what a layout used to is a loss, even where it finds all fields.
func ownLayout(a *cleaner.Article) cleaner.Text {
	if a.Layout == cleaner.GenericLayout {
		return ""
	}
	return cleaner.Text(a.Layout)
}

const (
	bodyField = "body"
	textField = "text" // title, lead and body once more
)

func one(t cleaner.Text) []string {
	if t == "" {
		return nil
	}
	return []string{string(t)}
}

func moment(t cleaner.Time) []string {
	if t.IsZero() {
		return nil
	}
	return []string{schema.InZone(t.Time).Format(time.RFC3339)}
}

func each[T any](list []T, text func(T) string) []string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = text(x)
	}
	return texts
}

// words joins texts by blanks, those that are empty left out.
func words(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " ")
}

// blockText is a block of a body; one that is no paragraph says what it is.
func blockText(b cleaner.Block) string {
	if b.Kind == cleaner.Paragraph && b.Time == "" && b.Speaker == "" {
		return b.Text
	}
	return words("["+string(b.Kind)+"]", b.Time, b.Speaker, b.Text)
}

// length is that of a field's texts.
func (m measure) length(texts []string) int {
	switch m {
	case letters:
		n := 0
		for _, t := range texts {
			n += utf8.RuneCountInString(t)
		}
		return n
	case entries:
		return len(texts)
	}
	return 0
}

// result is what became of a field.
type result uint8

const (
	same result = iota
	filled
	lost
	longer
	shorter
	changed
)

// compare tells what became of a field's texts, given their lengths.
func (m measure) compare(old, now []string, was, is int) result {
	switch {
	case slices.Equal(old, now):
		return same
	case len(old) == 0:
		return filled
	case len(now) == 0:
		return lost
	case m == exact:
		return changed
	case has(now, old) || 5*is >= 6*was:
		return longer
	case has(old, now) || 5*was >= 6*is:
		return shorter
	}
	return changed
}

// has reports whether all that texts say stands in others, in the same order.
func has(texts, part []string) bool {
	if len(texts) == 1 && len(part) == 1 {
		return strings.Contains(texts[0], part[0])
	}
	for _, t := range texts {
		if len(part) > 0 && part[0] == t {
			part = part[1:]
		}
	}
	return len(part) == 0
}

// exchanged counts the letters of words that are gone from texts, and of those that came.
func exchanged(old, now []string) (gone, came int) {
	count := map[string]int{}
	for _, t := range now {
		for w := range strings.FieldsSeq(t) {
			count[w]++
		}
	}
	for _, t := range old {
		for w := range strings.FieldsSeq(t) {
			if count[w]--; count[w] < 0 {
				gone += utf8.RuneCountInString(w)
			}
		}
	}
	for w, n := range count {
		came += max(0, n) * utf8.RuneCountInString(w)
	}
	return gone, came
}
