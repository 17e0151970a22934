package cleaner

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// language is the article's: its letters decide, for a page in translation
// keeps the html lang of its origin; lang and the address's edition decide
// between languages whose letters do not.
func language(a *Article, lang, edition string) Text {
	switch letters := languageOf(a.Text); {
	case letters != "":
		return Text(letters)
	case edition != "":
		return Text(edition)
	}
	lang, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(lang)), "-")
	if len(lang) == 2 {
		return Text(lang)
	}
	return ""
}

// onlyVietnamese tells letters that no other language of these newspapers has.
func onlyVietnamese(r rune) bool {
	switch r {
	case 'ă', 'đ', 'ơ', 'ư', 'Ă', 'Đ', 'Ơ', 'Ư':
		return true
	}
	return r >= 0x1ea0 && r <= 0x1ef9 // vowels with a second mark, or a tone below
}

// languageOf tells Vietnamese, English and French by letters and small words;
// "" where the text is too short to tell.
func languageOf(text string) string {
	const enough = 4000 // letters, where they are clear
	letters, vietnamese := 0, 0
	for _, r := range text {
		if letters > enough && vietnamese*10 >= letters {
			break
		}
		switch {
		case r < utf8.RuneSelf:
			if r |= 0x20; 'a' <= r && r <= 'z' {
				letters++
			}
		case onlyVietnamese(r):
			vietnamese++
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	if letters < 10 {
		return ""
	}
	if vietnamese*20 >= letters { // real Vietnamese has one in six or more
		return "vi"
	}
	english, french := 0, 0
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		switch w {
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
