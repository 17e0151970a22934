package plain

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// acts reports whether a character would act on whatever shows it.
func acts(r rune) bool {
	switch {
	case r < 0x7f:
		return r < ' ' && r != '\n' && r != '\t'
	case r < 0x200e:
		return r < 0xa0 || r == 0x061c
	}
	return r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x206f || r == 0xfeff || r == 0xe0001
}

// replace appends s with something else for each character that acts and each byte
// that is no UTF-8.
func replace(to []byte, s []byte, instead func(to []byte, r rune) []byte) []byte {
	for len(s) > 0 {
		at, r, n := first(s)
		to = append(to, s[:at]...)
		if n > 0 {
			to = instead(to, r)
		}
		s = s[at+n:]
	}
	return to
}

// first finds the first character of s that acts, or byte that is no UTF-8: where it stands,
// and its length; 0 where there is none.
func first[T string | []byte](s T) (at int, r rune, n int) {
	for at < len(s) {
		switch c := s[at]; { // most letters, without decoding them
		case c >= ' ' && c < 0x7f:
			at++
			continue
		case c >= 0xc3 && c <= 0xdf && c != 0xd8 && continues(s, at, 1):
			at += 2
			continue
		case c == 0xe1 && continues(s, at, 2):
			at += 3
			continue
		}
		r, n = rune(s[at]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(string(s[at:min(at+utf8.UTFMax, len(s))]))
		}
		if acts(r) || r == utf8.RuneError && n == 1 {
			return at, r, n
		}
		at += n
	}
	return at, 0, 0
}

// continues reports whether the byte at a place has so many that belong to it.
func continues[T string | []byte](s T, at, n int) bool {
	return at+n < len(s) && s[at+1]&0xc0 == 0x80 && s[at+n]&0xc0 == 0x80
}

func replacement(to []byte, _ rune) []byte { return utf8.AppendRune(to, utf8.RuneError) }

// Text is s with U+FFFD for each character that acts.
func Text(s string) string {
	if _, _, n := first(s); n == 0 {
		return s
	}
	return string(replace(make([]byte, 0, len(s)), []byte(s), replacement))
}

// Line is Text on one line, with a blank for each tab and newline: for a value in a
// line of ours, so that nothing in it can begin a line of its own.
func Line(s string) string { return Text(blanks.Replace(s)) }

var blanks = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// JSON is encoded JSON with an escape for each character that acts: whoever decodes it
// gets the same. Where there is none it is b itself.
func JSON(b []byte) []byte {
	if _, _, n := first(b); n == 0 {
		return b
	}
	return replace(make([]byte, 0, len(b)), b, func(to []byte, r rune) []byte {
		for _, unit := range utf16.Encode([]rune{r}) {
			to = fmt.Appendf(to, `\u%04x`, unit)
		}
		return to
	})
}

// Writer writes to w what Text makes of all that is written to it, however letters are
// cut into writes.
func Writer(w io.Writer) io.Writer { return &writer{w: w} }

type writer struct {
	w    io.Writer
	held []byte // the start of a letter that a write cut in two
	text []byte // of one write, to be used again
}

func (p *writer) Write(b []byte) (int, error) {
	text := b
	if len(p.held) > 0 {
		text = append(p.held, b...)
	}
	whole := len(text)
	for i := max(0, whole-utf8.UTFMax+1); i < len(text); i++ {
		if utf8.RuneStart(text[i]) && !utf8.FullRune(text[i:]) {
			whole = i
			break
		}
	}
	p.text = replace(p.text[:0], text[:whole], replacement)
	p.held = append(p.held[:0], text[whole:]...)
	if _, err := p.w.Write(p.text); err != nil {
		return 0, err
	}
	return len(b), nil
}

// JSONWriter writes to w what JSON makes of encoded JSON, of which each write is one
// complete value or more.
func JSONWriter(w io.Writer) io.Writer { return jsonWriter{w} }

type jsonWriter struct{ w io.Writer }

func (j jsonWriter) Write(b []byte) (int, error) {
	if _, err := j.w.Write(JSON(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}
