package prose

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsVietnameseLetter recognizes letters that no other language of these newspapers has.
func IsVietnameseLetter(r rune) bool {
	switch r {
	case 'ă', 'đ', 'ơ', 'ư', 'Ă', 'Đ', 'Ơ', 'Ư':
		return true
	}
	return r >= 0x1ea0 && r <= 0x1ef9 // vowels with a second mark, or a tone below
}

// IsVietnamese tells by the letters of one or several texts, which are read
// only as far as it takes, whether they are Vietnamese.
func IsVietnamese(texts iter.Seq[string]) bool {
	var c letterCount
	for text := range texts {
		if c.read(text); c.clear() {
			break
		}
	}
	return c.isVietnamese()
}

// letterCount counts a text's letters, and those that only Vietnamese has.
type letterCount struct{ letters, vietnamese int }

// clear recognizes when no more has to be read.
func (c *letterCount) clear() bool {
	const enough = 4000 // letters
	return c.letters > enough && c.vietnamese*10 >= c.letters
}

func (c *letterCount) read(text string) {
	for i := 0; i < len(text); {
		b := text[i]
		if b < utf8.RuneSelf {
			if b |= 0x20; 'a' <= b && b <= 'z' {
				c.letters++
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch {
		case IsVietnameseLetter(r):
			c.vietnamese++
			c.letters++
			if c.clear() {
				return
			}
		case unicode.IsLetter(r):
			c.letters++
		}
	}
}

// isVietnamese: real Vietnamese has one such letter in six or more.
func (c *letterCount) isVietnamese() bool { return c.enough() && c.vietnamese*20 >= c.letters }

func (c *letterCount) enough() bool { return c.letters >= 10 }

// Language tells Vietnamese, English and French by letters and small words;
// "" where the text is too short to tell.
func Language(text string) string {
	var c letterCount
	switch c.read(text); {
	case !c.enough():
		return ""
	case c.isVietnamese():
		return "vi"
	}
	english, french := 0, 0
	for word := range strings.FieldsSeq(text) {
		var small [4]byte
		if len(word) > len(small) {
			continue
		}
		for i := range len(word) {
			small[i] = word[i] | 0x20 // letters: nothing else becomes one of these words
		}
		switch string(small[:len(word)]) {
		case "the", "of", "and", "to", "in", "is", "for", "that", "with", "was":
			english++
		case "le", "la", "les", "des", "du", "et", "une", "dans", "pour", "est":
			french++
		}
	}
	switch {
	case english > french:
		return "en"
	case french > english:
		return "fr"
	}
	return ""
}
