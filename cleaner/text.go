package cleaner

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// clean brings a piece of text to the form in which articles hold it: NFC,
// every run of blanks one space, none at the ends, nothing that does not
// print. Vietnamese letters stay whole: NFC joins a letter and its tone.
func clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case isBlank(r):
			blank = b.Len() > 0
			continue
		case invisible(r):
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// plain tells a text that is clean already, as most are: single spaces, and
// letters that NFC leaves alone.
func plain(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c >= 0x80 || c < ' ' || c == 0x7f || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

// isBlank tells Unicode's blanks: white space and the separators. Spelled out,
// for every letter of every page is asked.
func isBlank(r rune) bool {
	switch {
	case r <= ' ':
		return r == ' ' || r >= '\t' && r <= '\r'
	case r < 0x1680:
		return r == 0x85 || r == 0xa0
	}
	return r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000
}

// invisible tells characters that part or join nothing in Vietnamese or
// English text: soft hyphens, zero-width marks, marks of direction, byte order
// marks, controls.
func invisible(r rune) bool {
	switch {
	case r < 0x200b:
		return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xad
	case r <= 0x2069:
		return r <= 0x200f || r >= 0x202a && r <= 0x202e || r == 0x2060 || r >= 0x2066
	}
	return r == 0xfeff
}

// same tells whether two texts read the same: blanks, case and closing
// punctuation aside.
func same(a, b string) bool { return a != "" && squash(a) == squash(b) }
