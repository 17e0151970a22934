package assets

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// Sniff tells by an asset's first bytes what it is, whatever its header says; ok is false for what
// no page needs: another page, a script, JSON, a video. A style sheet has no bytes to be known by:
// it is a text that begins as one and as nothing else.
func Sniff(body []byte) (mime string, k Kind, ok bool) {
	for _, m := range magics {
		if len(body) >= m.at+len(m.bytes) && string(body[m.at:m.at+len(m.bytes)]) == m.bytes {
			return m.mime, m.kind, true
		}
	}
	switch mime = http.DetectContentType(body); mime {
	case "image/jpeg", "image/png", "image/gif", "image/webp", "image/x-icon":
		return mime, Image, true
	}
	switch text := withoutPreamble(body); {
	case startsElement(text, "svg"):
		return "image/svg+xml", Image, true
	case isSheet(text):
		return "text/css", Style, true
	}
	return "", "", false
}

// magics are those that [http.DetectContentType] does not know, or tells otherwise.
var magics = []struct {
	at    int
	bytes string
	mime  string
	kind  Kind
}{
	{4, "ftypavif", "image/avif", Image},
	{4, "ftypavis", "image/avif", Image},
	{4, "ftypheic", "image/heic", Image},
	{4, "ftypheix", "image/heic", Image},
	{4, "ftypmif1", "image/heif", Image},
	{0, "wOF2", "font/woff2", Font},
	{0, "wOFF", "font/woff", Font},
	{0, "\x00\x01\x00\x00", "font/ttf", Font},
	{0, "true\x00", "font/ttf", Font},
	{0, "OTTO", "font/otf", Font},
	{0, "ttcf", "font/collection", Font},
	{6, "\x00\x00\x00\x00\x36\x00\x00\x00", "image/bmp", Image}, // behind "BM" and a length
}

// looked is how much of a text is looked at.
const looked = 8 << 10

// withoutPreamble is a text from its first element or rule on: XML's declaration, the doctype and
// comments of XML and CSS left out. It is empty where bytes are no text.
func withoutPreamble(body []byte) string {
	text := body[:min(len(body), looked)]
	if bytes.IndexByte(text, 0) >= 0 {
		return ""
	}
	s := strings.TrimPrefix(string(text), "\ufeff")
	for {
		s = strings.TrimLeft(s, " \t\r\n\f")
		end := ""
		switch {
		case strings.HasPrefix(s, "<!--"):
			end = "-->"
		case strings.HasPrefix(s, "<?"):
			end = "?>"
		case strings.HasPrefix(s, "/*"):
			end = "*/"
		case len(s) > 13 && strings.EqualFold(s[:13], "<!doctype svg"):
			end = ">"
			if open := strings.IndexAny(s, "[>"); open >= 0 && s[open] == '[' {
				end = "]>"
			}
		default:
			return s
		}
		at := strings.Index(s[2:], end)
		if at < 0 {
			return ""
		}
		s = s[2+at+len(end):]
	}
}

func startsElement(text, name string) bool {
	rest, ok := strings.CutPrefix(text, "<"+name)
	return ok && rest != "" && strings.ContainsRune(" \t\r\n\f/>", rune(rest[0]))
}

// isSheet reports whether a text begins as a style sheet does: with an at-rule, or a selector and
// a block.
func isSheet(text string) bool {
	r := rewriting{lexer: lexer{css: text}}
	s := r.segment()
	if s.bad || len(s.tokens) == 0 {
		return false
	}
	return s.tokens[0].kind == atToken || s.end == '{' && !isCode(s.tokens)
}

// isCode reports whether what stands before a brace is of another language.
func isCode(tokens []cssToken) bool {
	inside := 0 // brackets, of selectors by attribute
	for _, t := range tokens {
		switch t.kind {
		case openToken:
			inside++
		case closeToken:
			inside--
		case delimToken:
			if inside == 0 && strings.ContainsAny(t.text, "=!?<%$") {
				return true
			}
		case identToken, functionToken:
			if slices.Contains([]string{"function", "var", "const", "let", "if", "class", "import", "export"}, t.text) {
				return true
			}
		}
	}
	return false
}
