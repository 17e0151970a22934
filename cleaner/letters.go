package cleaner

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// number reads digits that a pattern has matched; "" is 0.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

func group(s string, m []int, i int) string {
	if 2*i+1 >= len(m) || m[2*i] < 0 {
		return ""
	}
	return s[m[2*i]:m[2*i+1]]
}

// distinct drops what is blank or repeats another, case aside.
func distinct(list []string) []string {
	kept, seen := []string{}, map[string]bool{}
	for _, s := range list {
		if key := strings.ToLower(s); s != "" && !seen[key] {
			seen[key] = true
			kept = append(kept, s)
		}
	}
	return kept
}

func isASCIIDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// squash keeps letters and digits, in lower case: what two spellings of one
// title have in common.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if isWord(r) {
			return unicode.ToLower(digitOf(r))
		}
		return -1
	}, s)
}

// isCapitals tells a line without small letters.
func isCapitals(s string) bool {
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

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

func isASCIIString(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// withoutMarks is a text of Vietnamese in lower case, without marks.
func withoutMarks(s string) string {
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

func fieldSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
