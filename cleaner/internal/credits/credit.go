package credits

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// creditAtEnd finds who made a picture, at the end of its caption:
// "(Ảnh: Reuters)", "Ảnh tư liệu: AFP/TTXVN", "Ảnh AP", "Photo: Reuters".
var creditAtEnd = regexp.MustCompile(`(?:^|[\s.(\[“"-])(?:` +
	`(?:Ảnh|Hình|Clip|Video|Đồ họa|Infographics?|Nguồn(?: ảnh)?|Tranh|Ảnh, video|Nguồn video)(?: (?:minh họa|minh hoạ|tư liệu|chụp màn hình|cắt từ clip|internet|Internet|facebook))*\s*(?::\s*|\s+(?:của\s+)?)(\p{Lu}[^.()\[\]]*?|[a-z]+)` +
	`|(?:Photos?|PHOTOS?|Photograph|Image|Illustration|File photo|Source|Courtesy)(?:\s+(?:credit|by|courtesy of|from))?\s*(?::\s*|\s+by\s+|\s*courtesy of\s+)([^.()\[\]]{2,}?)` +
	`|(?:Ảnh|Hình)\s+(minh họa|minh hoạ|tư liệu)` +
	`)\s*[)\]]?\s*\.?$`)

// creditWords are those of which creditAtEnd needs one: looking for them is far
// cheaper, and most lines have none.
var creditWords = []string{"Ảnh", "Hình", "Clip", "Video", "Đồ họa", "Infographic", "Nguồn", "Tranh", "Photo", "PHOTO", "Image", "Illustration", "File photo", "Source", "Courtesy"}

func findCredit(line string) []string {
	line = prose.Tail(line)
	first := -1
	for _, word := range creditWords {
		if i := strings.Index(line, word); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	if first < 0 {
		return nil
	}
	_, before := utf8.DecodeLastRuneInString(line[:first])
	for line = line[first-before:]; ; {
		at := creditAtEnd.FindStringSubmatchIndex(line)
		if at == nil {
			return nil
		}
		m := []string{prose.Submatch(line, at, 0), prose.Submatch(line, at, 1), prose.Submatch(line, at, 2), prose.Submatch(line, at, 3)}
		if utf8.RuneCountInString(m[1]) < maxCredit && utf8.RuneCountInString(m[2]) <= maxCredit && isCredit(line[:at[0]], m) {
			return m
		}
		// A sentence that ends the caption: the credit may come later.
		_, n := utf8.DecodeRuneInString(line[at[0]:])
		line = line[at[0]+n:]
	}
}

// isCredit tells a credit from the end of a sentence that speaks of pictures:
// "Tranh Đông Hồ vẫn bán chạy." With a colon, or in brackets, it is a credit. Else
// it names someone, and what ends with a full stop does nothing but that.
func isCredit(before string, m []string) bool {
	who := m[1] + m[2]
	word, _, _ := strings.Cut(m[0], who)
	if who == "" || strings.Contains(word, ":") || strings.ContainsAny(m[0], "()[]") || !prose.EndsSentence(m[0]) {
		return true
	}
	return LooksSigned(strings.TrimSpace(who)) && (before == "" || prose.EndsSentence(before))
}

// maxCredit is how long a credit may be, in characters. The pattern does not
// say so: it would be ten times as large, and too large to be fast.
const maxCredit = 60

// Credit is who made the picture of a caption, "" where it does not say.
func Credit(caption string) string {
	m := findCredit(caption)
	if m == nil {
		return ""
	}
	for _, who := range m[1:] {
		if who = strings.TrimSpace(who); who != "" {
			return who
		}
	}
	return ""
}

// LooksCaption recognizes a line that is a caption by its credit. Sentences may
// talk of pictures; captions end with who made them, and are short.
func LooksCaption(line string) bool {
	return utf8.RuneCountInString(line) <= 400 && findCredit(line) != nil
}

// MayCredit recognizes a line with one of the words that name a picture. It is far cheaper than
// looking for the credit.
func MayCredit(line []byte) bool {
	return slices.ContainsFunc(creditWords, func(word string) bool { return bytes.Contains(line, []byte(word)) })
}
