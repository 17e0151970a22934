package phrases

import (
	"strings"
	"unicode"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/text/unicode/norm"
)

// IsNoteID tells the id of a note, to which a mark in the text leads: "fn1",
// "_ftn2", "fn:3", "endnote-4". Marks themselves are "fnref1".
func IsNoteID(id string) bool {
	name := strings.TrimRight(id, "0123456789")
	if len(name) == len(id) {
		return false
	}
	switch strings.Trim(name, "_-:.") {
	case "fn", "ftn", "edn", "footnote", "endnote", "cite_note", "cite-note":
		return true
	}
	return false
}

// Slug is a text as addresses spell it: small letters without marks, a blank
// for whatever is no letter or digit.
func Slug(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ' || r == 'Đ':
			return 'd'
		case prose.IsWord(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(s))
}

// IsListSegment tells the words that addresses have for what lists articles.
func IsListSegment(s string) bool {
	switch s {
	case "tag", "tags", "tu-khoa", "chu-de", "topic", "topics", "chuyen-muc", "chuyen-de", "su-kien", "dong-su-kien", "category", "tac-gia", "author", "tim-kiem", "search":
		return true
	}
	return false
}

// IsArticleAddress tells an address that ends in a number, as newspapers'
// articles have it: "/khanh-thanh-ben-do-661201.htm".
func IsArticleAddress(href string) bool {
	const digits, words = 5, 2
	if len(href) > dom.MaxReference {
		return false
	}
	href, _, _ = strings.Cut(href, "?")
	href = href[strings.LastIndexByte(href, '/')+1:]
	href, _, _ = strings.Cut(href, ".")
	number := len(href) - len(strings.TrimRight(href, "0123456789"))
	return number >= digits && strings.Count(href, "-") >= words
}
