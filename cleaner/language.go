package cleaner

import (
	"strings"
	"unicode"
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

// onlyVietnamese are letters that no other language of these newspapers has;
// the vowels with a tone below (U+1EA0 to U+1EF9) are told by range.
const onlyVietnamese = "ăđơưĂĐƠƯ"

// languageOf tells Vietnamese, English and French by letters and small words;
// "" where the text is too short to tell.
func languageOf(text string) string {
	letters, vietnamese := 0, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		if r >= 0x1ea0 && r <= 0x1ef9 || strings.ContainsRune(onlyVietnamese, r) {
			vietnamese++
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
