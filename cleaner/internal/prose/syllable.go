package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The parts of a syllable of Vietnamese, without tones.
var (
	onsets = FieldSet("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x")
	nuclei = FieldSet(`a ă â e ê i o ô ơ u ư y ia iê ya yê ua uô ưa ươ oa oă oe uâ uê uơ uy uya uyê oo
		ai ao au ay âu ây eo êu iu iêu yêu oai oay oao oeo oi ôi ơi ui uôi ưi ươi ưu ươu uây uyu uao uôi`)
	codas = FieldSet("c ch m n ng nh p t")
)

// IsSyllable recognizes a word, in NFC, that is spelled as syllables of Vietnamese
// are: an onset, a nucleus, a coda, and one tone at most.
func IsSyllable(word string) bool {
	const longest = 7 // "nghiêng"
	if len(word) > longest*2*utf8.UTFMax {
		return false // not even with each mark by itself
	}
	var (
		space   [longest * 2 * utf8.UTFMax]byte // decomposed it is hardly longer
		room    [longest + 1]rune
		letters = room[:0]
		tones   = 0
	)
	for _, r := range string(norm.NFD.AppendString(space[:0], word)) {
		switch r = unicode.ToLower(r); r {
		case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
			tones++
		case '\u0302', '\u0306', '\u031b':
			if len(letters) == 0 {
				return false
			}
			r = []rune(norm.NFC.String(string(letters[len(letters)-1]) + string(r)))[0]
			letters[len(letters)-1] = r
		default:
			letters = append(letters, r)
		}
		if len(letters) > longest || tones > 1 {
			return false
		}
	}
	first := 0
	for first < len(letters) && !IsVowel(letters[first]) {
		first++
	}
	last := first
	for last < len(letters) && IsVowel(letters[last]) {
		last++
	}
	onset, nucleus, coda := string(letters[:first]), string(letters[first:last]), string(letters[last:])
	if coda != "" && !codas[coda] {
		return false
	}
	switch { // the u of qu and the i of gi belong to the onset
	case onset == "q":
		rest, ok := strings.CutPrefix(nucleus, "u")
		return ok && nuclei[rest]
	case onset != "" && !onsets[onset]:
		return false
	case onset == "g" && nuclei[strings.TrimPrefix(nucleus, "i")]:
		return true
	}
	return nuclei[nucleus]
}

// IsVowel recognizes a vowel of Vietnamese, in lower case, without a tone.
func IsVowel(r rune) bool { return strings.ContainsRune("aăâeêioôơuưy", r) }

// IsCoda recognizes what a syllable of Vietnamese can end with behind its vowels.
func IsCoda(letters string) bool { return codas[letters] }
