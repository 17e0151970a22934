package naming

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// paperWords are those that newspapers' names have in common, without marks.
var paperWords = prose.WordSet(strings.Fields(`bao dien tu online tap chi trang tin tuc nhanh thong cua news newspaper www http https amp com vn net org gov edu info
	copyright by the inc ltd jsc corp cong ty co phan cp tnhh c`)...)

// PaperKey is a name without marks and without the words that newspapers' names
// have in common; marked tells whether it had such words.
func PaperKey(name string) (key string, marked bool) {
	const longest = 120
	if len(name) > longest {
		return "", false
	}
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(prose.WithoutMarks(name), func(r rune) bool { return !prose.IsWord(r) }) {
		if paperWords[word] || word[0] >= '0' && word[0] <= '9' && len(word) == 4 { // a year
			marked = true
			continue
		}
		b.WriteString(word)
	}
	return b.String(), marked
}

// SaysPaper recognizes a name by its first words to be a newspaper's: "Báo Bến
// Lội", "Báo điện tử Bến Lội". Its words have capitals: "Báo động lũ" warns.
func SaysPaper(name string) bool {
	const longest = 60
	if len(name) > 2*longest || utf8.RuneCountInString(name) > longest {
		return false
	}
	for _, kind := range []string{"Báo ", "Tạp chí ", "Trang tin ", "Trang thông tin ", "Cổng thông tin ", "Đài Phát thanh", "Đài phát thanh", "Đài Truyền hình", "Đài truyền hình"} {
		words, ok := strings.CutPrefix(name, kind)
		if !ok {
			continue
		}
		capitals := 0
		for word := range strings.FieldsSeq(words) {
			switch r, _ := utf8.DecodeRuneInString(word); {
			case unicode.IsUpper(r):
				capitals++
			case !IsPaperWord(prose.WithoutMarks(word)) && word != "và" && word != "hình" && prose.IsWord(r):
				return false
			}
		}
		return capitals > 0
	}
	return false
}

// IsPaperWord recognizes a word, without marks, that newspapers' names have in common.
func IsPaperWord(word string) bool { return paperWords[word] }
