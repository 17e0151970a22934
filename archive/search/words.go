package search

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/archive/corpus/textform"

	"golang.org/x/text/unicode/norm"
)

// analyzer is the version of what this file makes of a text: an index by another is made again.
const analyzer = 1

// word is a word in the forms under which it is found.
type word struct {
	exact string // lower case, NFC, the marks of tones placed the old way: hoà is hòa
	fold  string // the same without marks, đ as d: hoa
	code  code
}

// marked reports whether the word has marks.
func (w word) marked() bool { return w.exact != w.fold }

// maxWord bounds a word in bytes: what is longer is nothing that anyone types.
const maxWord = 96

// maxRaw bounds it as it stands in a text, with as many marks as it may have: what is longer is cut.
const maxRaw = 8 * maxWord

// eachWord gives the words of a text in their order, each with its place in bytes. A word is a run of
// letters or a run of digits; 1.500 is the number 1500; each sign of a script without blanks is a
// word. So COVID-19, U.23 and 12/3 are two words each, one behind the other.
func eachWord(text string, fn func(start, end int)) {
	for i := 0; i < len(text); {
		kind, n := kindAt(text, i)
		if kind == between || kind == within {
			i += n
			continue
		}
		end := i + n
		for kind != alone && end < len(text) && end-i < maxRaw {
			k, n := kindAt(text, end)
			if k != kind && k != within {
				break
			}
			end += n
		}
		if kind == digit {
			end = grouped(text, i, end)
		}
		fn(i, end)
		i = end
	}
}

// grouped is where a number ends that has its thousands parted: 1.500.000, 1,500.
func grouped(text string, start, end int) int {
	if end-start > 3 || text[start] >= utf8.RuneSelf {
		return end
	}
	for end+3 < len(text) && (text[end] == '.' || text[end] == ',') && digits(text[end+1:end+4]) {
		if k, _ := kindAt(text, end+4); k == digit {
			break
		}
		end += 4
	}
	return end
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// runeKind is what a character is to a word.
type runeKind uint8

const (
	between runeKind = iota
	letter
	digit
	alone  // a word by itself
	within // belongs to the word before it
)

func kindAt(text string, i int) (runeKind, int) {
	if i >= len(text) {
		return between, 0
	}
	if c := text[i]; c < utf8.RuneSelf {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			return letter, 1
		case '0' <= c && c <= '9':
			return digit, 1
		}
		return between, 1
	}
	r, n := utf8.DecodeRuneInString(text[i:])
	switch {
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer):
		return alone, n
	case unicode.IsLetter(r):
		return letter, n
	case unicode.IsDigit(r):
		return digit, n
	case unicode.IsMark(r), r == '\u00ad', r == '\u200b', r == '\u200c', r == '\u200d', r == '\u2060', r == '\ufeff':
		return within, n
	}
	return between, n
}

// words knows the forms of the words that it has met.
type words map[string]word

// maxKnown bounds how many it knows at a time.
const maxKnown = 1 << 17

// of gives a word's forms; raw is how it stands in a text.
func (m words) of(raw string) word {
	w, ok := m[raw]
	if !ok {
		if len(m) >= maxKnown {
			clear(m)
		}
		raw = strings.Clone(raw)
		w = wordOf(raw)
		m[raw] = w
	}
	return w
}

func wordOf(raw string) word {
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || r == '.' || r == ',' {
			return -1 // a soft hyphen and the like; between thousands
		}
		if r = unicode.ToLower(r); r == 'ð' || r == 'ɖ' {
			return 'đ' // their capitals look alike, and are typed for it
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(raw, "")))
	s = textform.Old.Apply(s)
	if len(s) > maxWord {
		s = strings.ToValidUTF8(s[:maxWord], "")
	}
	w := word{exact: s, fold: textform.Fold.Apply(s)}
	w.code = codeOf(w)
	return w
}

// code is a word in three bytes, none of which is 255: two of its folded form, one of its marks. Two
// syllables of Vietnamese never have the same one; other words may, as hashes may.
type code uint32

const foldedPart code = 0xffff

// folds reports whether two words have the same folded form.
func (c code) folds(o code) bool { return (c^o)&foldedPart == 0 }

const (
	begins   = 254 // the first byte of what is no word: see forward.go
	allFolds = begins * 255
)

func codeOf(w word) code {
	n, ok := syllable(w.fold)
	if !ok {
		n = syllables + int(hashOf(w.fold)%uint64(allFolds-syllables))
	}
	return code(n/255) | code(n%255)<<8 | code(marksOf(w))<<16
}

// What a syllable is made of, folded: one of each.
var (
	onsets = strings.Fields("ngh ch gh gi kh ng nh ph th tr b c d g h k l m n p q r s t v x") // the longer ones first; or none
	nuclei = strings.Fields("a ai ao au ay e eo eu i ia ie ieu iu o oa oai oao oay oe oeo oi oo u ua uai uau uay ue ueu ui uo uoi uou uu uy uya uye uyu y ye yeu")
	codas  = strings.Fields("c ch m n ng nh p t") // or none
)

// syllables is how many there can be.
var syllables = (len(onsets) + 1) * len(nuclei) * (len(codas) + 1)

// syllable numbers the folded syllables of Vietnamese.
func syllable(s string) (n int, ok bool) {
	try := func(onset int, rest string) bool {
		coda := strings.TrimLeft(rest, "aeiouy")
		nucleus := slices.Index(nuclei, rest[:len(rest)-len(coda)])
		end := slices.Index(codas, coda) + 1
		n = (onset*len(nuclei)+nucleus)*(len(codas)+1) + end
		return nucleus >= 0 && (end > 0 || coda == "")
	}
	for i, onset := range onsets {
		if rest, ok := strings.CutPrefix(s, onset); ok && try(i+1, rest) {
			return n, true
		}
	}
	return n, try(0, s)
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

const (
	tones    = "\u0300\u0301\u0309\u0303\u0323"
	kindsOf  = 3 // of a vowel: a, ă, â; o, ơ, ô
	vietnams = 2 * (len(tones)/2 + 1) * kindsOf * kindsOf
)

// marksOf tells words apart that differ in their marks alone: a syllable by its tone, by what the first
// two of its vowels are that take marks of their own, and by whether it begins with đ; any other word
// by a hash.
func marksOf(w word) uint8 {
	if !w.marked() {
		return 0
	}
	tone, vowels, kinds, bar, strange := 0, 0, [2]int{}, 0, false
	at := -1 // of the vowel before, among the first two
	for i, r := range []rune(norm.NFD.String(w.exact)) {
		switch {
		case strings.ContainsRune(tones, r):
			strange = strange || tone > 0
			tone = strings.IndexRune(tones, r)/2 + 1
		case r == '\u0306' || r == '\u031b' || r == '\u0302':
			if at < 0 || kinds[at] > 0 {
				strange = true
			} else if kinds[at] = 1; r == '\u0302' {
				kinds[at] = 2
			}
		case unicode.Is(unicode.Mn, r):
			strange = true
		case r == 'đ':
			strange = strange || i > 0
			bar = 1
		default:
			at = -1
			if strings.ContainsRune("aeou", r) {
				if vowels < len(kinds) {
					at = vowels
				}
				vowels++
			}
		}
	}
	if n := ((tone*kindsOf+kinds[0])*kindsOf+kinds[1])*2 + bar; n > 0 && !strange {
		return uint8(n)
	}
	return uint8(vietnams + int(hashOf(w.exact)%uint64(255-vietnams)))
}
