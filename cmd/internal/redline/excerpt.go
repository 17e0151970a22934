package redline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Excerpt is the first place of a row in which something changed: so many words before and
// behind, and at most so many of each run that changed, what is left out shown as "…".
func (r Row) Excerpt(beside, most int) []Span {
	first := 0
	for first < len(r.Spans) && r.Spans[first].Op == Stays {
		first++
	}
	if first == len(r.Spans) {
		if first == 0 {
			return nil
		}
		s := r.Spans[0] // a paragraph that was moved as it is
		s.Text = begin(s.Text, most)
		return []Span{s}
	}
	var list []Span
	if first > 0 {
		s := r.Spans[first-1]
		s.Gap, s.Text = "", end(s.Text, beside)
		list = append(list, s)
	}
	left := 2 * most
	for i, s := range r.Spans[first:] {
		if s.Op == Stays && (i+first == len(r.Spans)-1 || len(strings.Fields(s.Text)) > 2*beside || left <= 0) {
			s.Text = begin(s.Text, beside)
			return append(list, s)
		}
		if left <= 0 {
			return append(list, Span{Gap: " ", Text: "…", Op: Stays})
		}
		if i == 0 && first == 0 {
			s.Gap = ""
		}
		left -= len(strings.Fields(s.Text))
		s.Text = begin(s.Text, most)
		list = append(list, s)
	}
	return list
}

// begin is the beginning of a text, of so many words at most.
func begin(s string, most int) string {
	words, cut := fields(s)
	switch {
	case len(words) > most:
		return strings.Join(words[:most], " ") + " …"
	case cut:
		return strings.Join(words, " ")
	}
	return s
}

// end is the end of a text, likewise.
func end(s string, most int) string {
	words, cut := fields(s)
	switch {
	case len(words) <= most && cut:
		return strings.Join(words, " ")
	case len(words) <= most:
		return s
	}
	return "… " + strings.Join(words[len(words)-most:], " ")
}

// longWord is how many bytes of a word an excerpt has: no word of a language has more.
const longWord = 100

// fields are the words of a text, none of them longer than longWord and a sign; cut says
// that one was.
func fields(s string) (words []string, cut bool) {
	words = strings.Fields(s)
	for i, word := range words {
		if len(word) <= longWord {
			continue
		}
		at := longWord
		for at > 0 && !beginsLetter(word[at:]) {
			at--
		}
		words[i], cut = word[:at]+"…", true
	}
	return words, cut
}

// beginsLetter reports whether a text does not begin within a letter, or with its tone.
func beginsLetter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return utf8.RuneStart(text[0]) && !unicode.IsMark(r)
}
