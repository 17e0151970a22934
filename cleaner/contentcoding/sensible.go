package contentcoding

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// sensible reports whether bytes say something as they are: text in any charset, or a kind of
// file that is known by how it begins. Compressed bytes do not: an eighth of them are
// control characters, which no text has.
func sensible(b []byte) bool {
	const sample = 8 << 10
	b = bytes.TrimRight(b, "\x00")
	cut := len(b) > sample
	b = b[:min(len(b), sample)]
	if len(b) == 0 || isUTF16(b) {
		return true
	}
	var control, printable int
	for _, c := range b {
		switch {
		case c == '\t', c == '\n', c == '\v', c == '\f', c == '\r', c == 0x1b:
		case c < ' ', c == 0x7f:
			control++
		case c < 0x7f:
			printable++
		}
	}
	if cut {
		b = whole(b)
	}
	// VISCII and VN1 have a few letters in place of control characters.
	if control <= len(b)/50 && (utf8.Valid(b) || printable > len(b)*6/10) {
		return true
	}
	kind := http.DetectContentType(b)
	return !strings.HasPrefix(kind, "text/") && kind != "application/octet-stream" && kind != "application/x-gzip"
}

// whole is b without the character that it may end in the middle of.
func whole(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i < len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// isUTF16 tells UTF-16 by its byte order mark, or by the first character of markup.
func isUTF16(b []byte) bool {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff", "<\x00", "\x00<"} {
		if bytes.HasPrefix(b, []byte(mark)) {
			return true
		}
	}
	return false
}

var rootTag = regexp.MustCompile(`<([A-Za-z][\w:.-]*)`)

// EndsWhole reports whether a body ends as a whole one does: markup with the end of its root,
// JSON as JSON. Others have no end of their own: of them nothing is known.
func EndsWhole(body []byte) bool {
	const tail = 4 << 10 // for what servers append to a page
	text := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	switch {
	case len(text) == 0:
		return true
	case text[0] == '{', text[0] == '[':
		return json.Valid(text)
	case text[0] != '<':
		return true
	}
	end := bytes.ToLower(text[max(0, len(text)-tail):])
	root := rootTag.FindSubmatch(text)
	return bytes.Contains(end, []byte("</html>")) || root != nil && bytes.HasSuffix(end, fmt.Appendf(nil, "</%s>", bytes.ToLower(root[1])))
}
