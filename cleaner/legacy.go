package cleaner

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Before Unicode, Vietnamese was typed in fonts that draw its letters in the
// places of Latin-1: TCVN3 ("ABC", the North and the state) has a place for each
// letter, VNI (the South) writes a plain letter and a place for its marks. No
// page says that it is so written; a reader without the font sees "TiÕng ViÖt"
// or "Tieáng Vieät". It is told by its words: read by the right table they are
// syllables of Vietnamese, and as they stand they are not.

// legacyScript is one such way of writing.
type legacyScript struct {
	name    string
	letters *strings.Replacer // to Unicode, NFC
}

var legacyScripts = []legacyScript{
	{"tcvn3", tcvn3Letters()},
	{"vni", vniLetters()},
}

// tcvn3Letters has lower case only for letters with a tone: capitals with one
// are the same places in another font.
func tcvn3Letters() *strings.Replacer {
	const (
		from = "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
		to   = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
	)
	var pairs []string
	letters := []rune(to)
	for i, r := range []rune(from) {
		pairs = append(pairs, string(r), string(letters[i]))
	}
	return strings.NewReplacer(pairs...)
}

// vniLetters pairs each vowel with the places of its marks; five letters have a
// place of their own.
func vniLetters() *strings.Replacer {
	const tones = "\u0301\u0300\u0309\u0303\u0323"
	var pairs []string
	add := func(from, to string) {
		to = norm.NFC.String(to)
		upper := strings.ToUpper(to)
		_, first := utf8.DecodeRuneInString(from)
		pairs = append(pairs, from, to, strings.ToUpper(from), upper)
		if first < len(from) { // the font's lower-case mark on a capital
			pairs = append(pairs, strings.ToUpper(from[:first])+from[first:], upper)
		}
	}
	// marks are the places of the five tones behind a letter.
	toned := func(letter, vowel, marks string) {
		each := []rune(tones)
		for i, mark := range []rune(marks) {
			add(letter+string(mark), vowel+string(each[i]))
		}
	}
	for _, vowel := range []string{"a", "e", "o", "u", "y"} {
		toned(vowel, vowel, "ùøûõï")
	}
	for _, vowel := range []string{"a", "e", "o"} {
		toned(vowel, vowel+"\u0302", "áàåãä")
		add(vowel+"â", vowel+"\u0302")
	}
	toned("a", "ă", "éèúüë")
	add("aê", "ă")
	toned("ô", "ơ", "ùøûõï")
	add("ô", "ơ")
	toned("ö", "ư", "ùøûõï")
	add("ö", "ư")
	add("ñ", "đ")
	add("æ", "ỉ")
	add("ó", "ĩ")
	add("ò", "ị")
	add("î", "ỵ")
	return strings.NewReplacer(pairs...)
}

// How sure the words must make us. Fixtures of a few sentences have fifteen
// such words; a page in French has hundreds, of which a tenth reads as
// Vietnamese by chance.
const (
	leastLegacyWords = 12
	legacyShare      = 0.85 // of the words, read by the table
	plainShare       = 0.6  // of them, as they stand, at most
)

// fromLegacy turns a text in TCVN3 or VNI into Unicode; name is "" where it is
// neither. Words that are no syllables either way stay as they are: marks such
// as © and », addresses.
func fromLegacy(text string) (unicodeText, name string) {
	words, asIs := 0, 0
	read := make([]int, len(legacyScripts))
	for word := range legacyWords(text) {
		if hasBeyondLatin1(word) {
			// Letters of Unicode's own: one word in ten, and it is no such text.
			asIs++
			words++
			continue
		}
		if isASCIIString(word) {
			continue
		}
		words++
		if isSyllable(norm.NFC.String(word)) {
			asIs++
		}
		for i, script := range legacyScripts {
			if isSyllable(script.letters.Replace(word)) {
				read[i]++
			}
		}
	}
	best := slices.Index(read, slices.Max(read))
	if words < leastLegacyWords || float64(read[best]) < legacyShare*float64(words) || float64(asIs) > plainShare*float64(words) {
		return text, ""
	}
	script := legacyScripts[best]
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	rest := text
	for word := range legacyWords(text) {
		i := strings.Index(rest, word)
		b.WriteString(rest[:i])
		rest = rest[i+len(word):]
		if mended := script.letters.Replace(word); !isSymbol(word) && isSyllable(mended) {
			word = inCase(word, mended)
		}
		b.WriteString(word)
	}
	b.WriteString(rest)
	return b.String(), script.name
}

// mayBeLegacy spares nearly all pages the look at their words: those in UTF-8
// with letters that only Unicode has, or next to none beyond ASCII.
func mayBeLegacy(text []byte) bool {
	const most = 50
	few := func(lead string, limit int) bool {
		rest := text
		for range limit {
			i := bytes.Index(rest, []byte(lead))
			if i < 0 {
				return true
			}
			rest = rest[i+len(lead):]
		}
		return false
	}
	return few("\u1ea1"[:2], most) && few("\u1ed9"[:2], most) && !(few("\u00a9"[:1], leastLegacyWords) && few("\u00e9"[:1], leastLegacyWords))
}

// inCase gives a word its capitals: TCVN3 has those with a tone in a font of its
// own only, in the places of the small letters. One capital is the word's first.
func inCase(word, mended string) string {
	capitals := 0
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z':
			return mended
		case c >= 'A' && c <= 'Z':
			capitals++
		}
	}
	if capitals < 2 {
		return mended
	}
	return strings.ToUpper(mended)
}

// isSymbol tells a sign that stands alone: © is no "â".
func isSymbol(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && !unicode.IsLetter(r)
}

func isASCIIString(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func hasBeyondLatin1(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r > 0xff })
}

// legacyWords are the runs of letters and of Latin-1's signs, some of which
// are letters in the fonts.
func legacyWords(text string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(text, func(r rune) bool {
		return r < utf8.RuneSelf && (r|0x20 < 'a' || r|0x20 > 'z') || r == 0xa0 || r > 0xff && !unicode.IsLetter(r) && !unicode.IsMark(r)
	})
}
