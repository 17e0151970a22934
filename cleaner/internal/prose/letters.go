package prose

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Number reads digits that a pattern has matched; "" is 0.
func Number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// Submatch is the i-th group of a match of s, as FindStringSubmatchIndex gives
// it; "" where the group took no part.
func Submatch(s string, m []int, i int) string {
	if 2*i+1 >= len(m) || m[2*i] < 0 {
		return ""
	}
	return s[m[2*i]:m[2*i+1]]
}

// Distinct drops what is blank or repeats another, case aside.
func Distinct(list []string) []string {
	kept, seen := []string{}, map[string]bool{}
	for _, s := range list {
		if key := strings.ToLower(s); s != "" && !seen[key] {
			seen[key] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// IsASCIIDigits recognizes a string of nothing but digits; the empty one is one.
func IsASCIIDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// IsWord recognizes letters and digits of any script.
func IsWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// Squash keeps letters and digits, in lower case: what two spellings of one
// title have in common.
func Squash(s string) string {
	return strings.Map(func(r rune) rune {
		if IsWord(r) {
			return unicode.ToLower(digitOf(r))
		}
		return -1
	}, s)
}

// IsCapitals recognizes a line without small letters.
func IsCapitals(s string) bool {
	return strings.ContainsFunc(s, unicode.IsUpper) && !strings.ContainsFunc(s, unicode.IsLower)
}

// digitOf is the digit that a raised or lowered one is; any other letter is
// itself. Titles are compared so: what says them elsewhere has no such signs.
func digitOf(r rune) rune {
	switch {
	case r < 0xb2:
	case r == '¹':
		return '1'
	case r == '²', r == '³':
		return r - '²' + '2'
	case r == '⁰', r >= '⁴' && r <= '⁹':
		return r - '⁰' + '0'
	case r >= '₀' && r <= '₉':
		return r - '₀' + '0'
	}
	return r
}

// WordSet is a set of words.
func WordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// IsASCII recognizes a string without letters beyond ASCII.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// WithoutMarks is a text of Vietnamese in lower case, without marks.
func WithoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

// FieldSet is a set of the words of a text, which blanks part.
func FieldSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
