package textform

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The two ways differ in open syllables that end with oa, oe or uy alone: the mark of
// the tone stands on the first of the two letters (hòa), or on the second (hoà). With a
// letter behind them both ways agree (hoàng, khuỷu), and behind q the u is none of the
// vowels (quý).
const (
	first  = 0
	second = 1
)

// onsets are what a syllable can begin with; "q" cannot stand before these vowels.
var onsets = func() map[string]bool {
	set := map[string]bool{"": true}
	for _, o := range strings.Fields("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x") {
		set[o] = true
	}
	return set
}()

// vowel is a letter of the case that it has, and the number of its tone; 0 is none.
type vowel struct {
	letter rune
	tone   int
}

var (
	vowels = map[rune]vowel{}
	toned  = map[vowel]rune{}
)

func init() {
	for _, row := range []string{"aàáảãạ", "eèéẻẽẹ", "oòóỏõọ", "uùúủũụ", "yỳýỷỹỵ", "AÀÁẢÃẠ", "EÈÉẺẼẸ", "OÒÓỎÕỌ", "UÙÚỦŨỤ", "YỲÝỶỸỴ"} {
		letters := []rune(row)
		for tone, r := range letters {
			v := vowel{letters[0], tone}
			vowels[r], toned[v] = v, r
		}
	}
}

// place moves the marks of tones in a text in NFC to the first or second letter, in the
// words where the two ways differ.
func place(text string, at int) string {
	var b strings.Builder
	written, begin := 0, -1
	word := func(end int) {
		if moved, ok := placeInWord(text[begin:end], at); ok {
			b.WriteString(text[written:begin])
			b.WriteString(moved)
			written = end
		}
		begin = -1
	}
	for i, r := range text {
		switch inside := unicode.IsLetter(r) || unicode.Is(unicode.M, r); {
		case inside && begin < 0:
			begin = i
		case !inside && begin >= 0:
			word(i)
		}
	}
	if begin >= 0 {
		word(len(text))
	}
	if written == 0 {
		return text
	}
	b.WriteString(text[written:])
	return b.String()
}

// placeInWord is place in one word; not ok where nothing moves.
func placeInWord(word string, at int) (moved string, ok bool) {
	b, sizeB := utf8.DecodeLastRuneInString(word)
	a, sizeA := utf8.DecodeLastRuneInString(word[:len(word)-sizeB])
	if a < utf8.RuneSelf && b < utf8.RuneSelf {
		return "", false
	}
	pair := [2]vowel{vowels[a], vowels[b]}
	if pair[1-at].tone == 0 || pair[at].tone != 0 {
		return "", false
	}
	switch string([]rune{unicode.ToLower(pair[0].letter), unicode.ToLower(pair[1].letter)}) {
	case "oa", "oe", "uy":
	default:
		return "", false
	}
	onset := word[:len(word)-sizeA-sizeB]
	if !onsets[strings.ToLower(onset)] {
		return "", false
	}
	pair[at].tone, pair[1-at].tone = pair[1-at].tone, 0
	return onset + string(toned[pair[0]]) + string(toned[pair[1]]), true
}
