package charset

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// A program that takes UTF-8 for Windows-1252 (or Latin-1) and writes it as
// UTF-8 makes two or three letters of each one beyond ASCII: "Viá»‡t" for
// "Việt". It may have happened to a whole page or to one field of it, and more
// than once. One step back is always possible, but sound text holds such
// letters by chance (the end of “ĐÃ”), and articles on the matter quote them:
// what decides is whether the words read as Vietnamese or English afterwards,
// and whether anything sound stands beside them.

// decodeTwice decodes once more what is surely garbled; how says what was done, "" where
// it was nothing. A page without such letters is searched, and no more.
func decodeTwice(page []byte) (text []byte, how string) {
	if !hasGarbled(page) {
		return page, ""
	}
	var r twiceReader
	r.page(page)
	return r.decoded(page)
}

// garbledByte is the byte for which the letter at text[i] may stand: itself, as a
// character reference, or escaped as JSON has it. size is 0 where it stands for
// none.
func garbledByte(text []byte, i int) (b byte, size int) {
	const longest = len("&permil;")
	switch c := text[i]; c {
	case 0xc2, 0xc3: // U+0080 to U+00FF
		if i+1 < len(text) && text[i+1]&0xc0 == 0x80 {
			return text[i+1] | c&1<<6, 2
		}
	case 0xc5, 0xc6, 0xcb, 0xe2: // what only Windows-1252 has
		r, n := utf8.DecodeRune(text[i:])
		if b, ok := charmap.Windows1252.EncodeRune(r); ok && n > 1 {
			return b, n
		}
	case '&':
		n := bytes.IndexByte(text[i:min(len(text), i+longest)], ';') + 1
		if n <= len("&x;") {
			return 0, 0
		}
		r, size := utf8.DecodeRuneInString(html.UnescapeString(string(text[i : i+n])))
		if r < utf8.RuneSelf || size == n {
			return 0, 0
		}
		if r <= 0xff {
			return byte(r), n
		}
		if b, ok := charmap.Windows1252.EncodeRune(r); ok {
			return b, n
		}
	case '\\':
		if r, n := escapedAt(text, i); n > 0 && r >= utf8.RuneSelf {
			if r <= 0xff {
				return byte(r), n
			}
			if b, ok := charmap.Windows1252.EncodeRune(r); ok {
				return b, n
			}
		}
	}
	return 0, 0
}

// escapedAt reads \u00e1.
func escapedAt(text []byte, i int) (r rune, size int) {
	const n = len(`\u00e1`)
	if i+n > len(text) || text[i+1] != 'u' {
		return 0, 0
	}
	for _, c := range text[i+2 : i+n] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, 0
		}
	}
	return r, n
}

// garbledAt reads the letters at text[i] as the bytes of one character of
// UTF-8; size is 0 where they are none.
func garbledAt(text []byte, i int) (r rune, size int) {
	lead, n := garbledByte(text, i)
	var most int
	switch {
	case n == 0 || lead < 0xc2 || lead > 0xf4:
		return 0, 0
	case lead < 0xe0:
		most = 2
	case lead < 0xf0:
		most = 3
	default:
		most = 4
	}
	char := [utf8.UTFMax]byte{lead}
	at := i + n
	for k := 1; k < most; k++ {
		if at >= len(text) {
			return 0, 0
		}
		b, n := garbledByte(text, at)
		if n == 0 || b&0xc0 != 0x80 {
			return 0, 0
		}
		char[k] = b
		at += n
	}
	r, n = utf8.DecodeRune(char[:most])
	if n != most {
		return 0, 0
	}
	return r, at - i
}

// hasGarbled recognizes a text that holds such letters at all. Every page is asked.
func hasGarbled(text []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(text[at:], 0xc3)
		if i < 0 {
			break
		}
		at += i
		if at+2 >= len(text) || text[at+1] < 0x82 || text[at+1] > 0xb4 {
			continue
		}
		switch text[at+2] {
		case 0xc2, 0xc5, 0xc6, 0xcb, 0xe2, '&':
			if _, n := garbledAt(text, at); n > 0 {
				return true
			}
		}
	}
	for at := 0; ; at++ {
		i := bytes.IndexByte(text[at:], '&')
		if i < 0 || at+i+3 >= len(text) {
			break
		}
		at += i
		switch c, d := text[at+1], text[at+2]; {
		case c == '#', c == 'A', c == 'a' && (d == 'a' || d == 'c'), c == 'E': // &#195; &Atilde; &aacute; &acirc;
			if _, n := garbledAt(text, at); n > 0 {
				return true
			}
		}
	}
	for at := 0; ; at++ {
		i := bytes.Index(text[at:], []byte(`\u00`))
		if i < 0 {
			break
		}
		at += i
		if _, n := garbledAt(text, at); n > 0 {
			return true
		}
	}
	return false
}

// twiceReader judges a page stretch by stretch: a paragraph, a heading, the
// value of an attribute, a string of JSON. Garbling knows no smaller part.
type twiceReader struct {
	stretches []stretch // that hold such letters
	total     evidence  // of all
	text      []byte    // of the stretch that is read, as it is after the step back
	marks     []int     // where in it punctuation came back
}

type stretch struct {
	from, to int
	value    bool // of an attribute, a title, a string: nobody quotes there
	repaired []byte
	evidence
}

// evidence is what words and punctuation say for and against.
type evidence struct {
	words, syllables int // that came back; those that are Vietnamese
	accented         int // those that English borrows: café
	marks, placed    int // punctuation that came back; what stands where it may
	sound            int // words and punctuation beyond ASCII that were sound
}

func (e *evidence) add(o evidence) {
	e.words += o.words
	e.syllables += o.syllables
	e.accented += o.accented
	e.marks += o.marks
	e.placed += o.placed
	e.sound += o.sound
}

// How much it takes.
const (
	enoughForPage    = 12   // words and marks that read well: all the page is so
	enoughForStretch = 3    // a paragraph is
	enoughUnopposed  = 2    // some are, where nothing speaks against it
	enoughForValue   = 2    // a title or another value is; one where nothing speaks against it
	goodShare        = 0.85 // of what came back
)

func (e *evidence) good() int { return e.syllables + e.accented + e.placed }
func (e *evidence) all() int  { return e.words + e.marks }

// reads reports whether what came back reads well.
func (e *evidence) reads() bool { return float64(e.good()) >= goodShare*float64(e.all()) }

// isSure recognizes a stretch that needs no other: words of Vietnamese, or the
// punctuation of English, with half as many sound ones beside them at most.
func (e *evidence) isSure() bool {
	return e.reads() && max(e.syllables, e.placed) >= enoughForStretch && 2*e.sound <= e.good()
}

// isClean recognizes one that would do beside others.
func (e *evidence) isClean() bool { return e.good() == e.all() && e.sound == 0 }

// isSureOf recognizes a title or another value that needs no other. Accents alone are
// half a proof: who writes on the matter has words of two accents at hand.
func (s *stretch) isSureOf(enough int) bool {
	return s.value && s.isClean() && s.syllables+s.placed+s.accented/2 >= enough
}

// page gathers the stretches. Tags that are set within a line part nothing.
func (r *twiceReader) page(page []byte) {
	if !markup.LooksLikeHTML(page) {
		for at := 0; at < len(page); {
			end := at + bytes.IndexByte(page[at:], '\n') + 1
			if end == at {
				end = len(page)
			}
			r.stretch(page, at, end, false)
			at = end
		}
		return
	}
	value := false
	from := 0
	for at := 0; ; {
		i := bytes.IndexByte(page[at:], '<')
		if i < 0 || at+i+1 >= len(page) {
			break
		}
		at += i + 1
		tag := at
		if c := page[at]; c != '/' && c != '!' && c != '?' && !markup.IsLetterAt(page, at) {
			continue // text
		}
		end := markup.EndOfTag(page, at)
		if end < 0 {
			end = markup.After(page, at, ">")
		}
		at = end
		name := markup.TagName(bytes.TrimPrefix(page[tag:end], []byte("/")))
		switch name {
		case "b", "i", "em", "strong", "u", "code", "tt", "kbd", "samp", "q", "mark", "font", "small", "sup", "sub":
			continue
		}
		if value {
			r.value(page, from, tag-1)
		} else {
			r.stretch(page, from, tag-1, false)
		}
		r.values(page, tag, end)
		value = name == "title" && page[tag] != '/'
		if from = end; (name == "script" || name == "style") && page[tag] != '/' {
			at = markup.NextTag(page, end, "</", name)
			if bytes.Contains(page[tag:end], []byte("json")) { // other code is never read
				r.values(page, end, at)
			}
			from = at
		}
	}
	r.stretch(page, from, len(page), false)
}

// values are what stands between quotes, and between those.
func (r *twiceReader) values(page []byte, from, to int) {
	for from < to {
		end := to
		if i := bytes.IndexByte(page[from:to], '"'); i >= 0 {
			end = from + i
		}
		r.value(page, from, end)
		from = end + 1
	}
}

// value is one of them. The newspaper's name behind a title may be sound.
func (r *twiceReader) value(page []byte, from, to int) {
	for at := from; at+2 < to; at++ {
		if c := page[at+1]; page[at] == ' ' && (c == '-' || c == '|') && page[at+2] == ' ' {
			r.stretch(page, from, at, true)
			from = at
		}
	}
	r.stretch(page, from, to, true)
}

// stretch reads page[from:to], and keeps it where it holds such letters.
func (r *twiceReader) stretch(page []byte, from, to int, value bool) {
	s := stretch{from: from, to: to, value: value}
	r.text, r.marks = r.text[:0], r.marks[:0]
	found := false
	for at := from; at < to; {
		end, beyond := wordEnd(page[:to], at)
		if end == at {
			r.text = append(r.text, page[at])
			at++
			continue
		}
		word := page[at:end]
		at = end
		if !beyond {
			r.text = append(r.text, word...)
			continue
		}
		repaired, ok := stepsBack(word)
		if !ok {
			r.text = append(r.text, word...)
			s.sound += soundIn(word, at < to && page[at] == ' ')
			continue
		}
		found = true
		s.words += r.repaired(repaired, &s.evidence)
	}
	for _, at := range r.marks {
		if isPlaced(r.text, at) {
			s.placed++
		}
	}
	r.total.add(s.evidence)
	if found {
		s.repaired = withoutLostBlanks(r.text)
		r.stretches = append(r.stretches, s)
	}
}

// wordEnd is the end of the run of letters, and of what stands for letters and
// signs beyond ASCII, that begins at text[at].
func wordEnd(text []byte, at int) (end int, beyond bool) {
	for end = at; end < len(text); {
		switch c := text[end]; {
		case c >= utf8.RuneSelf:
			beyond = true
			end++
		case markup.IsLetterAt(text, end):
			end++
		case c == '&' || c == '\\':
			_, n := garbledByte(text, end)
			if n == 0 {
				return end, beyond
			}
			beyond = true
			end += n
		default:
			return end, beyond
		}
	}
	return end, beyond
}

// stepsBack goes back as many steps as there are; ok is false where there is
// none, or where it ends in what is no text.
func stepsBack(word []byte) (text []byte, ok bool) {
	const most = 4
	text = word
	for range most {
		var back []byte
		copied := 0
		for at := 0; at < len(text); {
			r, n := garbledAt(text, at)
			if n == 0 {
				at++
				continue
			}
			back = append(back, text[copied:at]...)
			back = utf8.AppendRune(back, r)
			at += n
			copied = at
		}
		if copied == 0 {
			break
		}
		text, ok = append(back, text[copied:]...), true
	}
	for _, r := range string(text) {
		if r >= 0x80 && r < 0xa0 || r == utf8.RuneError {
			return word, false
		}
	}
	return text, ok
}

// repaired takes in what came back, counts its punctuation, and returns how many
// words it holds.
func (r *twiceReader) repaired(text []byte, e *evidence) (words int) {
	start := len(r.text)
	r.text = append(r.text, text...)
	from := 0
	end := func(at int) {
		word := string(text[from:at])
		if prose.IsASCII(word) {
			return
		}
		words++
		switch {
		case at-from > longestWord:
		case prose.IsSyllable(norm.NFC.String(word)):
			e.syllables++
		case isAccented(word):
			e.accented++
		}
	}
	for at := 0; at < len(text); {
		c, n := utf8.DecodeRune(text[at:])
		if !unicode.IsLetter(c) && !unicode.IsMark(c) {
			end(at)
			from = at + n
			if isQuoteOrDash(c) {
				e.marks++
				r.marks = append(r.marks, start+at)
			}
		}
		at += n
	}
	end(len(text))
	return words
}

// isAccented recognizes a word as English borrows them: small letters, most of them
// plain.
func isAccented(word string) bool {
	plain, accents := 0, 0
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf:
			plain++
		case r >= 0xe0 && r <= 0xff:
			accents++
		default:
			return false
		}
	}
	return plain >= 2 && plain >= 2*accents
}

func isQuoteOrDash(r rune) bool { return r >= 0x2013 && r <= 0x201e || r == 0x2026 }

// isPlaced reports whether punctuation stands as it does in a text: quotes before
// and behind words, an apostrophe within one or behind it.
func isPlaced(text []byte, at int) bool {
	before, _ := utf8.DecodeLastRune(text[:at])
	mark, n := utf8.DecodeRune(text[at:])
	behind, _ := utf8.DecodeRune(text[at+n:])
	inner := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	outer := func(r rune) bool { return r == utf8.RuneError || prose.IsBlank(r) || r == '<' || r == '>' }
	switch mark {
	case '“', '‘', '„', '‚':
		return !inner(before) && before != '"' && before != '\'' && (inner(behind) || isQuoteOrDash(behind) || behind == '<')
	case '’':
		return inner(before) || inner(behind) || !outer(before) && outer(behind)
	case '”':
		return !outer(before) && before != '"' && before != '(' && !inner(behind)
	}
	return before != '"' && before != '\'' && before != '('
}

// soundIn counts the words and the punctuation that were never garbled. A blank
// may be the last byte of "à", where a program took the no-break one for it.
func soundIn(word []byte, blankBehind bool) (n int) {
	letters := false
	for _, r := range string(word) {
		switch {
		case isQuoteOrDash(r):
			n++
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r)):
			letters = true
		}
	}
	if letters && !(blankBehind && bytes.HasSuffix(word, []byte("Ã"))) {
		n++
	}
	return n
}

// withoutLostBlanks puts "à" for what is left of one whose second byte became a
// blank, and takes that blank away where a syllable stood there.
func withoutLostBlanks(text []byte) []byte {
	const left = "Ã "
	var repaired []byte
	for {
		at := bytes.Index(text, []byte(left))
		if at < 0 {
			return append(repaired, text...)
		}
		behind := at + len(left)
		begin, end := at, behind
		for markup.IsLetterAt(text, begin-1) {
			begin--
		}
		for markup.IsLetterAt(text, end) && end < behind+len("nh") {
			end++
		}
		repaired = append(append(repaired, text[:at]...), "à"...)
		if end == behind || markup.IsLetterAt(text, end) || !prose.IsSyllable(string(text[begin:at])+"à"+string(text[behind:end])) {
			repaired = append(repaired, ' ')
		}
		text = text[behind:]
	}
}

// decoded is the page with what is surely garbled decoded once more.
func (r *twiceReader) decoded(page []byte) (text []byte, how string) {
	value := 1 // a value that says so
	for i := range r.stretches {
		if s := &r.stretches[i]; !s.isSure() && !s.isClean() {
			value = enoughForValue
		}
	}
	sure, clean := false, 0
	for i := range r.stretches {
		s := &r.stretches[i]
		sure = sure || s.isSure() || s.isSureOf(value)
		clean += s.good()
	}
	whole := r.total.reads() && r.total.good() >= enoughForPage && 10*r.total.sound <= r.total.good()
	beside := sure || value == 1 && clean >= enoughUnopposed // the clean ones, too
	from := 0
	for i := range r.stretches {
		s := &r.stretches[i]
		if whole || s.isSure() || s.isSureOf(value) || beside && s.isClean() {
			if text == nil {
				text = make([]byte, 0, len(page))
			}
			text = append(text, page[from:s.from]...)
			text = append(text, s.repaired...)
			from = s.to
		}
	}
	switch {
	case from == 0:
		return page, ""
	case whole:
		how = "utf-8 encoded twice, undone"
	default:
		how = "partly utf-8 encoded twice, undone"
	}
	return append(text, page[from:]...), how
}
