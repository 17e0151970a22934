package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean brings a piece of text to the form in which articles hold it: NFC,
// every run of blanks one space, none at the ends, nothing that does not
// print. Vietnamese letters stay whole: NFC joins a letter and its tone.
func Clean(s string) string {
	if s = strings.Trim(s, " \t\r\n"); tidy(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD") // first: what is left out between two broken bytes may make them one letter
	var b strings.Builder
	b.Grow(len(s))
	blank, composed := false, true
	start := 0 // of what is to be copied
	for i, r := range s {
		gap := IsBlank(r)
		if !gap && !IsInvisible(r) {
			if blank && start == i && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			composed = composed && isComposed(r)
			continue
		}
		b.WriteString(s[start:i])
		blank = blank || gap
		start = i + utf8.RuneLen(r)
	}
	b.WriteString(s[start:])
	if composed {
		return b.String()
	}
	return norm.NFC.String(b.String())
}

// tidy recognizes a text that is clean already, as most are.
func tidy(s string) bool {
	before := ' '
	for _, r := range s {
		switch {
		case r > ' ' && r < 0x7f, r > 0xad && r < 0x0300, r >= 0x1e00 && r < 0x1f00: // nearly all
		case r == ' ':
			if before == ' ' {
				return false
			}
		case !isComposed(r), IsInvisible(r), IsBlank(r):
			return false
		}
		before = r
	}
	return before != ' ' || s == ""
}

// isComposed recognizes the letters of which these newspapers are made, and which
// NFC leaves as they are when only such letters stand beside them: those of
// Latin, marks apart, and common punctuation.
func isComposed(r rune) bool {
	return r < 0x0300 || r >= 0x1e00 && r < 0x1f00 || r >= 0x2010 && r <= 0x2027 || r == 0x20ac
}

// IsBlank recognizes Unicode's blanks: white space and the separators. Spelled out,
// for every letter of every page is asked.
func IsBlank(r rune) bool {
	switch {
	case r <= ' ':
		return r == ' ' || r >= '\t' && r <= '\r'
	case r < 0x1680:
		return r == 0x85 || r == 0xa0
	}
	return r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000
}

// IsInvisible recognizes characters that part or join nothing in Vietnamese or
// English text: soft hyphens, zero-width marks, marks of direction, byte order
// marks, controls.
func IsInvisible(r rune) bool {
	switch {
	case r < 0x200b:
		return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xad
	case r <= 0x2069:
		return r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2064 || r >= 0x2066
	}
	return r == 0xfeff
}

// ShowsNothing recognizes a line that is blank, or holds but what does not print.
func ShowsNothing(line string) bool {
	return strings.IndexFunc(line, func(r rune) bool { return !IsBlank(r) && !IsInvisible(r) }) < 0
}

// SameWords reports whether two texts read the same: blanks, case and closing
// punctuation aside.
func SameWords(a, b string) bool {
	if a == "" {
		return false
	}
	for {
		x, restA := nextWordRune(a)
		y, restB := nextWordRune(b)
		if x != y {
			return false
		}
		if x < 0 {
			return true
		}
		a, b = restA, restB
	}
}

// nextWordRune is the first letter or digit of s, in lower case, and what
// follows it; negative where there is none.
func nextWordRune(s string) (rune, string) {
	for i, r := range s {
		if IsWord(r) {
			return unicode.ToLower(digitOf(r)), s[i+utf8.RuneLen(r):]
		}
	}
	return -1, ""
}
