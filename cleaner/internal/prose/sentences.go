package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsInitials recognizes a line of initials alone: "P.V.", "H.T.".
func IsInitials(line string) bool {
	return utf8.RuneCountInString(line) <= 6 && strings.Count(line, ".") >= 2
}

// Tail is the end of a caption, with room for the longest credit: there is no
// need to search the rest.
func Tail(caption string) string {
	const room = 160
	if len(caption) <= room {
		return caption
	}
	i := len(caption) - room
	for i < len(caption) && !utf8.RuneStart(caption[i]) {
		i++
	}
	return caption[i:]
}

// Sentences cuts text after a full stop, question or exclamation mark (closing
// quotes and brackets included) that a blank and then anything but a small
// letter follows. A cut too few or too many only makes a diff coarser or
// finer, never wrong.
func Sentences(text string) []string {
	var list []string
	start := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if r != '.' && r != '?' && r != '!' && r != '…' {
			continue
		}
		end := i + len(text[i:]) - len(strings.TrimLeft(text[i:], `.?!…"'”’)]»`))
		i = end
		if end >= len(text) || text[end] != ' ' {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(text[end+1:]); unicode.IsLower(next) {
			continue
		}
		list = append(list, text[start:end])
		start, i = end+1, end+1
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}

// EndsSentence recognizes a text that ends as sentences do, closing quotes aside;
// initials (IsInitials) are none.
func EndsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’»)] `)
	return strings.HasSuffix(s, ".") && !IsInitials(s) || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…")
}

// typography is how one sign is set in many ways, by a word processor or a
// template: none of it is a word.
var typography = strings.NewReplacer(
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "″", `"`,
	"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "`", "'", "´", "'",
	"–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-", "―", "-",
	"…", "...",
)

// Normalize gives a text as two settings of the same words have it in common: NFC,
// single blanks, straight quotes, one dash. Letters keep their case.
func Normalize(s string) string { return typography.Replace(Clean(s)) }

// ReadsSame reports whether two texts have the same words and signs, however they
// are set.
func ReadsSame(a, b string) bool { return a == b || Normalize(a) == Normalize(b) }

// Words are the words of a text, in small letters, as ReadsSame takes them.
func Words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(Normalize(text)), func(r rune) bool { return !IsWord(r) && !unicode.IsMark(r) })
}

// Lengths of paragraphs, in characters: a lead is a sentence or more; the shortest
// of the newspapers' leads have near 60, their longest titles 130.
const (
	ShortParagraph = 60
	SureParagraph  = 140
)
