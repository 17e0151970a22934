package charset

import (
	"bytes"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// Before Unicode, Vietnamese was typed in fonts that draw its letters in the
// places of Latin-1: TCVN3 ("ABC", the North and the state) has a place for each
// letter, VNI (the South) writes a plain letter and a place for its marks. No
// page says that it is so written; a reader without the font sees "TiÕng ViÖt"
// or "Tieáng Vieät". It is recognized by its words: read by the right table they are
// syllables of Vietnamese, and as they stand they are not.

// Windows-1258 is a charset and has a name, but pages in it often bear another:
// "Tiêìng Viêòt" is how it then looks, and it is recognized in the same way.

// legacyScript is one such way of writing.
type legacyScript struct {
	name    string
	letters *strings.Replacer // to Unicode
	charset bool              // has most letters of Latin-1 in their places, and marks of their own for tones
}

const windows1258 = "windows-1258"

var legacyScripts = [...]legacyScript{
	{name: "tcvn3", letters: tcvn3Letters()},
	{name: "vni", letters: vniLetters()},
	{name: windows1258, letters: strings.NewReplacer("Ã", "Ă", "ã", "ă", "Ð", "Đ", "ð", "đ", "Õ", "Ơ", "õ", "ơ", "Ý", "Ư", "ý", "ư", "þ", "₫",
		"Ì", "\u0300", "Ò", "\u0309", "Þ", "\u0303", "ì", "\u0301", "ò", "\u0323"), charset: true},
}

// moved are the letters of Latin-1 that Windows-1258 has other letters and marks for.
const moved = "ÃãÐðÕõÝýþ" + movedTones

// movedTones are those for which it has tones. Behind a vowel they are no letters
// of Vietnamese.
const movedTones = "ÌÒÞìò"

// read reads a word by the script's table; ok where that is a syllable.
func (s *legacyScript) read(word string) (repaired string, ok bool) {
	repaired = s.letters.Replace(word)
	if !s.charset {
		return repaired, prose.IsSyllable(repaired)
	}
	before := ' '
	for _, r := range repaired {
		if unicode.Is(unicode.Mn, r) && !prose.IsVowel(unicode.ToLower(before)) {
			return repaired, false
		}
		before = r
	}
	repaired = norm.NFC.String(repaired)
	return repaired, prose.IsSyllable(repaired)
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

// legacyCount is what the words of a text say of how it is written.
type legacyCount struct {
	words int // beyond ASCII
	by    [len(legacyScripts)]scriptCount
}

// scriptCount is that for one script.
type scriptCount struct {
	words, asIs, read int    // words that it concerns; those that are syllables as they stand, and read by the table
	moved             uint16 // of a charset: which of [moved] these have
}

// fits reports whether the words are written so. Some words of Italian (può, ciò) are
// syllables when read as Windows-1258, but they all have the same letter.
func (c scriptCount) fits(charset bool) bool {
	const leastMoved = 3
	return !(charset && bits.OnesCount16(c.moved) < leastMoved) && float64(c.read) >= legacyShare*float64(c.words) && float64(c.asIs) <= plainShare*float64(c.words)
}

// mostCounted bounds the words that are asked for one page: the longest articles have as many.
const mostCounted = 20_000

// longestWord is more than a syllable has in any script, in bytes.
const longestWord = 64

func countLegacy(text string, most int) legacyCount {
	var c legacyCount
	for word := range beyondASCII(text) {
		if c.words == most {
			break
		}
		// Letters of Unicode's own: one word in ten, and it is no such text. Nor is one long word.
		beyond := len(word) > longestWord || hasBeyondLatin1(word)
		if !beyond && isSymbol(word) {
			continue
		}
		c.words++
		asIs := beyond || prose.IsSyllable(norm.NFC.String(word))
		for i := range legacyScripts {
			read, ok := "", false
			if !beyond {
				read, ok = legacyScripts[i].read(word)
			}
			if legacyScripts[i].charset && read == word {
				continue // means the same either way
			}
			c.by[i].words++
			if asIs && !(ok && legacyScripts[i].charset && strings.ContainsAny(word, movedTones)) {
				c.by[i].asIs++ // "laònh" and "hoòp" are spelled right but for where the tone stands
			}
			if ok {
				c.by[i].read++
				if legacyScripts[i].charset {
					c.by[i].moved |= movedIn(word)
				}
			}
		}
	}
	return c
}

func movedIn(word string) (set uint16) {
	n := 0
	for _, r := range moved {
		if strings.ContainsRune(word, r) {
			set |= 1 << n
		}
		n++
	}
	return set
}

func (c *scriptCount) add(other scriptCount) {
	c.words += other.words
	c.asIs += other.asIs
	c.read += other.read
	c.moved |= other.moved
}

// script is the one in which at least so many words read as Vietnamese, -1
// where they read so in none, or as they stand. Half as many do for a charset:
// marks behind vowels stand in no other language.
func (c *legacyCount) script(least int) int {
	best := -1
	for i, s := range c.by {
		enough := least
		if legacyScripts[i].charset {
			enough = max(2, least/2)
		}
		if s.words >= enough && s.fits(legacyScripts[i].charset) && (best < 0 || s.read > c.by[best].read) {
			best = i
		}
	}
	return best
}

// fromLegacy turns a text in one of the scripts into Unicode; name is "" where
// it is in none.
func fromLegacy(text string) (unicodeText, name string) {
	c := countLegacy(text, mostCounted)
	script := c.script(leastLegacyWords)
	if script < 0 {
		return text, ""
	}
	return legacyScripts[script].unicode(text), legacyScripts[script].name
}

// readsBetterAs1258 reports whether a text of a few words is Windows-1258 under another name.
func readsBetterAs1258(text string) bool {
	c := countLegacy(text, mostCounted).by[len(legacyScripts)-1]
	return c.read > c.asIs
}

// unicode reads a text by the font's table. Words that are no syllables either
// way stay as they are: marks such as © and », addresses.
func (s *legacyScript) unicode(text string) string {
	if s.charset {
		return s.decoded(text)
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	rest := text
	for word := range legacyWords(text) {
		i := strings.Index(rest, word)
		b.WriteString(rest[:i])
		rest = rest[i+len(word):]
		if len(word) <= longestWord {
			if repaired, ok := s.read(word); ok && !isSymbol(word) {
				word = inCase(word, repaired)
			}
		}
		b.WriteString(word)
	}
	b.WriteString(rest)
	return b.String()
}

// decoded reads as the charset what stands between tags, quotes and line ends,
// but for what has letters of Vietnamese as it is: some parts of a page may be
// sound.
func (s *legacyScript) decoded(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/4)
	for len(text) > 0 {
		end := strings.IndexAny(text, "<>\"\n") + 1
		if end == 0 {
			end = len(text)
		}
		part := text[:end]
		if text = text[end:]; !strings.ContainsFunc(part, prose.IsVietnameseLetter) {
			part = norm.NFC.String(s.letters.Replace(part))
		}
		b.WriteString(part)
	}
	return b.String()
}

// fromLegacyEntities is [fromLegacy] for a page that writes the fonts' places
// by character references; what these say of markup stays.
func fromLegacyEntities(page []byte) (text []byte, name string) {
	if !hasFew(page, "\u1ea1"[:2], mostUnicode) || !hasFew(page, "\u1ed9"[:2], mostUnicode) {
		return page, ""
	}
	inWords := 0
	for begin, end := range latin1Entities(page) {
		if markup.IsLetterAt(page, begin-1) || markup.IsLetterAt(page, end) {
			inWords++
		}
		if inWords == leastLegacyWords {
			break
		}
	}
	if inWords < leastLegacyWords {
		return page, ""
	}
	var read []byte
	from := 0
	for begin, end := range latin1Entities(page) {
		read = append(read, page[from:begin]...)
		read = append(read, html.UnescapeString(string(page[begin:end]))...)
		from = end
	}
	unicode, name := fromLegacy(string(append(read, page[from:]...)))
	if name == "" {
		return page, ""
	}
	return []byte(unicode), name
}

// latin1Entities are the places of the character references to letters and
// signs of Latin-1.
func latin1Entities(page []byte) func(yield func(begin, end int) bool) {
	const longest = len("&frac12;")
	return func(yield func(begin, end int) bool) {
		for at := 0; ; {
			i := bytes.IndexByte(page[at:], '&')
			if i < 0 {
				return
			}
			begin := at + i
			at = begin + 1
			n := bytes.IndexByte(page[begin:min(len(page), begin+longest)], ';') + 1
			if n <= len("&x;") {
				continue
			}
			r, size := utf8.DecodeRuneInString(html.UnescapeString(string(page[begin : begin+n])))
			if r <= 0xa0 || r > 0xff || size == n {
				continue
			}
			if at = begin + n; !yield(begin, at) {
				return
			}
		}
	}
}

// mostUnicode is below how many times a page has letters that Vietnamese alone
// has: one in Vietnamese has hundreds, one in a font none.
const mostUnicode = 50

// hasFew reports whether a text has something fewer than so many times.
func hasFew(text []byte, what string, limit int) bool {
	for range limit {
		i := bytes.Index(text, []byte(what))
		if i < 0 {
			return true
		}
		text = text[i+len(what):]
	}
	return false
}

// mayHoldFont spares nearly all texts the look at their words: those in ASCII,
// and those with letters that Vietnamese has in Unicode alone.
func mayHoldFont(text string) bool {
	return (strings.Contains(text, "\u00a9"[:1]) || strings.Contains(text, "\u00e9"[:1])) &&
		!strings.Contains(text, "\u1ea1"[:2]) && !strings.Contains(text, "\u1ed9"[:2])
}

// mayBeLegacy spares nearly all pages the look at their words: those in UTF-8
// with letters that only Unicode has, or with next to no words that have
// letters or signs of Latin-1.
func mayBeLegacy(text []byte) bool {
	return hasFew(text, "\u1ea1"[:2], mostUnicode) && hasFew(text, "\u1ed9"[:2], mostUnicode) &&
		latin1InWords(text, "\u00a9"[0])+latin1InWords(text, "\u00e9"[0]) >= leastLegacyWords
}

// latin1InWords counts the characters that begin with a byte of UTF-8 and stand
// next to a plain letter, up to the number that matters.
func latin1InWords(text []byte, lead byte) int {
	n := 0
	for at := 0; n < leastLegacyWords; at++ {
		i := bytes.IndexByte(text[at:], lead)
		if i < 0 {
			break
		}
		at += i
		if nbsp := at+1 < len(text) && lead == 0xc2 && text[at+1] == 0xa0; !nbsp && (markup.IsLetterAt(text, at-1) || markup.IsLetterAt(text, at+2)) {
			n++
		}
	}
	return n
}

// inCase gives a word its capitals: TCVN3 has those with a tone in a font of its
// own only, in the places of the small letters. One capital is the word's first.
func inCase(word, repaired string) string {
	capitals := 0
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z':
			return repaired
		case c >= 'A' && c <= 'Z':
			capitals++
		}
	}
	if capitals < 2 {
		return repaired
	}
	return strings.ToUpper(repaired)
}

// isSymbol recognizes a sign that stands alone: © is no "â".
func isSymbol(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && !unicode.IsLetter(r)
}

func hasBeyondLatin1(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r > 0xff })
}

// legacyWords are the runs of letters and of Latin-1's signs, some of which
// are letters in the fonts.
func legacyWords(text string) iter.Seq[string] { return strings.FieldsFuncSeq(text, partsLegacy) }

func partsLegacy(r rune) bool {
	return r < utf8.RuneSelf && (r|0x20 < 'a' || r|0x20 > 'z') || r == 0xa0 || r > 0xff && !unicode.IsLetter(r) && !unicode.IsMark(r)
}

// beyondASCII are those of the legacyWords that are not all ASCII. Most of a
// page is, its markup too: that is passed over quickly.
func beyondASCII(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := 0; ; {
			i := at
			for i < len(text) && text[i] < utf8.RuneSelf {
				i++
			}
			if i == len(text) {
				return
			}
			from := i
			for from > at && !partsLegacy(rune(text[from-1])) {
				from--
			}
			at = i
			for at < len(text) {
				r, n := utf8.DecodeRuneInString(text[at:])
				if partsLegacy(r) {
					break
				}
				at += n
			}
			if at > i && !yield(text[from:at]) {
				return
			}
			if at < len(text) { // what parts it from the next
				_, n := utf8.DecodeRuneInString(text[at:])
				at += n
			}
		}
	}
}

// UnmixFonts reads by the fonts' tables what of an article's texts is written for them:
// a title, or paragraphs that were pasted in, amid Unicode; names are those of the fonts'
// encodings. Each text is judged by itself; together they must be as sure as a page, but for a few words in an
// article that is otherwise Vietnamese, of which all must read by the table and
// none as they stand.
func UnmixFonts(texts []*string) (names []string) {
	const least, leastFew = 2, 3 // words of a text, and of all where they are few
	var total [len(legacyScripts)]scriptCount
	found := map[*string]int{}
	left := mostCounted
	for _, t := range texts {
		if !mayHoldFont(*t) {
			continue
		}
		c := countLegacy(*t, left)
		left -= c.words
		if script := c.script(least); script >= 0 {
			found[t] = script
			total[script].add(c.by[script])
		}
	}
	if len(found) == 0 {
		return nil
	}
	var rest []string
	for _, t := range texts {
		if _, ok := found[t]; !ok {
			rest = append(rest, *t)
		}
	}
	vietnamese := prose.IsVietnamese(slices.Values(rest))
	for i, c := range total {
		few := vietnamese && c.words >= leastFew && c.read == c.words && (c.asIs == 0 || legacyScripts[i].charset && 2*c.asIs <= c.words)
		if c.words < leastLegacyWords && !few {
			continue
		}
		for t, script := range found {
			if script == i {
				*t = legacyScripts[i].unicode(*t)
			}
		}
		names = append(names, legacyScripts[i].name)
	}
	return names
}
