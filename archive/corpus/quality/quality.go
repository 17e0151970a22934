package quality

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner"
)

// Label is one thing that is doubtful about an article, or that it lacks.
type Label string

// The labels.
const (
	Generic       Label = "generic"        // no layout of the newspaper fitted the page
	Dump          Label = "dump"           // it exists as a text dump only
	Short         Label = "short"          // fewer than 50 words
	Boilerplate   Label = "boilerplate"    // lines that are no part of an article
	Repeated      Label = "repeated"       // a tenth or more of its lines stood there before
	Mixed         Label = "mixed"          // in two languages
	OtherLanguage Label = "other-language" // not in the language that the newspaper says
	Noted         Label = "noted"          // the cleaner had doubts: see its notes

	// What the page lacks.
	MissingTitle     Label = "missing-title"
	MissingLead      Label = "missing-lead"
	MissingBody      Label = "missing-body"
	MissingByline    Label = "missing-byline"
	MissingSource    Label = "missing-source"
	MissingPublished Label = "missing-published"
	MissingSection   Label = "missing-section"
	MissingTags      Label = "missing-tags"
)

// AllLabels are all of them, in the order in which they stand in an article's list.
var AllLabels = []Label{
	Generic, Dump, Short, Boilerplate, Repeated, Mixed, OtherLanguage, Noted,
	MissingTitle, MissingLead, MissingBody, MissingByline, MissingSource, MissingPublished, MissingSection, MissingTags,
}

const (
	fewWords      = 50
	oneInRepeated = 10  // lines
	secondOfMixed = 0.2 // of the letters
)

// Quality is what is said of an article. Its JSON names are public (docs/corpus.md).
type Quality struct {
	TextLanguage cleaner.Text `json:"text_language"` // vi, en, fr, mixed; null where the text is too short to tell
	Chars        int          `json:"chars"`         // characters of the text
	Words        int          `json:"words"`         // what blanks part: in Vietnamese, syllables
	Boilerplate  int          `json:"boilerplate"`   // lines of the text that are no part of an article
	Repeated     int          `json:"repeated"`      // lines of the text that stood there before
	Labels       []Label      `json:"labels"`        // never nil
}

// Has reports whether a label is set.
func (q Quality) Has(l Label) bool { return slices.Contains(q.Labels, l) }

// Of is the quality of an article.
func Of(a *cleaner.Article) Quality {
	q := Quality{TextLanguage: cleaner.Text(language(a)), Labels: []Label{}}
	q.Chars, q.Words = measure(a.Text)
	lines, seen := 0, map[string]bool{}
	for line := range strings.Lines(a.Text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		lines++
		if seen[line] {
			q.Repeated++
		}
		seen[line] = true
		if isBoilerplate(a.Site, line) {
			q.Boilerplate++
		}
	}
	for _, l := range AllLabels {
		if holds(l, a, &q, lines) {
			q.Labels = append(q.Labels, l)
		}
	}
	return q
}

// holds reports whether a label fits an article of so many lines, once the figures are known.
func holds(l Label, a *cleaner.Article, q *Quality, lines int) bool {
	switch l {
	case Generic:
		return a.Layout == cleaner.GenericLayout
	case Dump:
		return a.Layout == cleaner.DumpLayout
	case Short:
		return q.Words < fewWords
	case Boilerplate:
		return q.Boilerplate > 0
	case Repeated:
		return q.Repeated > 0 && q.Repeated*oneInRepeated >= lines
	case Mixed:
		return q.TextLanguage == mixed
	case OtherLanguage:
		return q.TextLanguage != "" && q.TextLanguage != mixed && a.Language != "" && q.TextLanguage != a.Language
	case Noted:
		return len(a.Notes) > 0
	case MissingTitle:
		return a.Title == ""
	case MissingLead:
		return a.Lead == ""
	case MissingBody:
		return len(a.Body) == 0
	case MissingByline:
		return a.Byline == ""
	case MissingSource:
		return a.Source == ""
	case MissingPublished:
		return a.Published.IsZero()
	case MissingSection:
		return len(a.Section) == 0
	case MissingTags:
		return len(a.Tags) == 0
	}
	return false
}

// languages are those that a text's own language is told of; mixed is of two of them.
var languages = []string{"vi", "en", "fr"}

const mixed = "mixed"

// language is that of the text itself, told block by block and weighed by their letters.
func language(a *cleaner.Article) string {
	letters, all := map[string]int{}, 0
	add := func(text string) {
		if l := cleaner.Language(text); l != "" {
			n := utf8.RuneCountInString(text)
			letters[l] += n
			all += n
		}
	}
	add(string(a.Title))
	add(string(a.Lead))
	for _, b := range a.Body {
		add(b.Text)
	}
	first, second := "", 0
	for _, l := range languages {
		switch n := letters[l]; {
		case n > letters[first]:
			first, second = l, letters[first]
		case n > second:
			second = n
		}
	}
	if float64(second) >= secondOfMixed*float64(all) && second > 0 {
		return mixed
	}
	return first
}

// measure counts a text's characters, and its words: what blanks part and has a letter or a
// digit in it.
func measure(text string) (chars, words int) {
	counted := false // is the word that stands here
	for i := range len(text) {
		b := text[i]
		if b&0xc0 == 0x80 { // inside a character
			continue
		}
		chars++
		switch {
		case b <= ' ':
			counted = false
		case !counted && isWord(text[i:]):
			counted = true
			words++
		}
	}
	return chars, words
}

// isWord reports whether a text begins with a letter or a digit.
func isWord(text string) bool {
	if b := text[0]; b < utf8.RuneSelf {
		return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
	}
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
