package prose

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// crossedD are letters that look like the Vietnamese đ and were typed for it: the
// African d, and a plain d with a stroke laid over it. Neither is a letter of
// Vietnamese.
var crossedD = strings.NewReplacer("Ð", "Đ", "Ɖ", "Đ", "ɖ", "đ", "D\u0335", "Đ", "d\u0335", "đ", "D\u0336", "Đ", "d\u0336", "đ")

// WithoutHomoglyphs puts đ in the place of what only looks like it. The
// Icelandic ð is one in words that are then Vietnamese; in a name it stays.
func WithoutHomoglyphs(text string) string {
	if !hasHomoglyphs(text) {
		return text
	}
	text = norm.NFC.String(crossedD.Replace(text))
	var b strings.Builder
	for len(text) > 0 {
		end := strings.IndexFunc(text, func(r rune) bool { return !IsWord(r) })
		if end == 0 {
			_, end = utf8.DecodeRuneInString(text)
		} else if end < 0 {
			end = len(text)
		}
		word := text[:end]
		if repaired := strings.ReplaceAll(word, "ð", "đ"); repaired != word && IsSyllable(repaired) {
			word = repaired
		}
		b.WriteString(word)
		text = text[end:]
	}
	return b.String()
}

// hasHomoglyphs finds the letters that WithoutHomoglyphs replaces: every text of
// every article is asked.
func hasHomoglyphs(text string) bool {
	for _, letter := range []string{"Ð", "ð", "Ɖ", "ɖ", "\u0335", "\u0336"} {
		if strings.Contains(text, letter) {
			return true
		}
	}
	return false
}
