package prose

import (
	"strings"
)

// Newspapers put labels round their texts: "Quảng cáo" over an advertisement,
// "Đọc thêm" before a link, "Ảnh: …" under a picture, names and dates. Articles
// begin and end sentences with the same words. What is a label and what is a
// sentence is decided here, once, for layouts, generic cleaner and text dumps: a
// rule that drops a line for a word in it asks first.

// IsStatement recognizes a line that ends as sentences do: whatever words it begins
// with, someone wrote it to be read.
func IsStatement(text string) bool {
	return EndsSentence(text) && strings.ContainsFunc(text, IsWord)
}

// fewestSaid is how many words a sentence says beyond the word that labels
// begin with, at least: "Đọc thêm tại đây." has two.
const fewestSaid = 3

// IsLabel recognizes a line that begins with a word of labels and is one; rest is
// what stands behind that word, and linked how many of the line's bytes are
// links. A full sentence is none, unless it is a link, comes behind a mark that
// ends the label, breaks off, or is the newspaper's own word to its readers.
func IsLabel(line, rest string, linked int) bool {
	switch {
	case linked*2 > len(line), strings.IndexAny(strings.TrimLeft(rest, " \u00a0"), ":.|-–—") == 0:
		return true
	case !IsStatement(line), strings.HasSuffix(line, "…"), strings.HasSuffix(line, "..."):
		return true
	}
	return len(strings.Fields(rest)) < fewestSaid || AsksReader(line)
}

// IsSentence tells a sentence of an article from a line that rules know by how it
// begins or ends, a newspaper's own for instance: it has a sentence's end and some
// words, announces nothing by a colon, and does not speak to the reader.
func IsSentence(line string) bool {
	const label = 30 // bytes of what a colon ends
	if !IsStatement(line) || len(strings.Fields(line)) <= fewestSaid {
		return false
	}
	return strings.IndexByte(line[:min(len(line), label)], ':') < 0 && !AsksReader(line)
}

// AsksReader recognizes a sentence by which a newspaper speaks to its readers: where
// to click, what to follow or to subscribe to, who owns the text.
func AsksReader(line string) bool {
	if strings.Contains(line, "©") {
		return true
	}
	before := ""
	for word := range strings.FieldsFuncSeq(strings.ToLower(line), func(r rune) bool { return !IsWord(r) && r != '\'' && r != '’' }) {
		if askingWords[word] || askingWords[before+" "+word] {
			return true
		}
		before = word
	}
	return false
}

var askingWords = WordSet("here", "us", "our", "me", "your", "you", "below", "continue reading", "all rights", "newsletter", "newsletters", "facebook", "twitter", "instagram", "youtube", "telegram",
	"whatsapp", "tiktok", "zalo", "fanpage", "snapchat", "email",
	"tại đây", "ở đây", "dưới đây", "bên dưới", "chúng tôi", "bản tin", "ứng dụng", "đọc xem", "giả xem", "đọc gửi", "giả gửi", "đọc theo", "giả theo", "đọc đón", "giả đón", "đọc tham", "giả tham", "bản quyền")
