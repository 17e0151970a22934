package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// GluedWords finds up to so many: sentences without a blank between ("họp.Ông"),
// and words longer than a syllable can be that are two, both with marks
// ("đượckhông"). Shorter ones look like loanwords ("ôtô", "xăngđan").
func GluedWords(text string, most int) []string {
	const (
		longest = 7      // letters of a syllable: "nghiêng"
		least   = 10     // bytes of glued words
		asked   = 10_000 // words, at most: of 712 articles the longest has 1,395 as long
	)
	var found []string
	left := asked
	start := 0
	for end := 0; end <= len(text) && len(found) < most && left > 0; end++ {
		if end < len(text) && text[end] > ' ' {
			continue
		}
		word := text[start:end]
		start = end + 1
		if len(word) < least {
			continue
		}
		left--
		bare := strings.TrimFunc(word, func(r rune) bool { return !IsWord(r) })
		if isGluedSentence(bare) || isGluedPair(bare, longest) {
			found = append(found, bare)
		}
	}
	return Distinct(found)
}

// isGluedSentence recognizes two words of Vietnamese with a full stop between, the
// second with a capital. Addresses of the web are no Vietnamese.
func isGluedSentence(word string) bool {
	before, after, ok := strings.Cut(word, ".")
	if !ok || before == "" || after == "" || IsASCII(word) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(after)
	last, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsLower(last) && unicode.IsUpper(first) && IsSyllable(before) && IsSyllable(after)
}

func isGluedPair(word string, longest int) bool {
	letters := 0
	marked := 0
	for _, r := range word {
		if !unicode.IsLetter(r) {
			return false
		}
		letters++
		if r >= utf8.RuneSelf {
			marked++
		}
	}
	if letters <= longest || letters > 2*longest || marked < 2 {
		return false
	}
	for i := range word {
		if i > 0 && !IsASCII(word[:i]) && !IsASCII(word[i:]) && IsSyllable(word[:i]) && IsSyllable(word[i:]) {
			return true
		}
	}
	return false
}
