package cleaner

import (
	"bytes"
	"strings"
)

// withoutCode empties scripts and style sheets, JSON-LD apart, before the tree
// is built: they are half of a newspaper's page, nothing of them is ever read,
// and the parser looks at each of their bytes more than once. From where the
// markup leaves a doubt on, the page stays as it is.
func withoutCode(text []byte) []byte {
	var lean []byte
	copied := 0 // up to where text is in lean
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '<')
		if i < 0 || at+i+1 == len(text) {
			break
		}
		at += i + 1
		tag := at
		switch {
		case bytes.HasPrefix(text[at:], []byte("!--")):
			begin := at
			at = after(text, at, "-->")
			if bytes.Contains(text[begin:at], []byte("--!>")) {
				at = len(text) // it may end there
			}
			continue
		case text[at] == '!', text[at] == '?', text[at] == '/' && !isLetterAt(text, at+1):
			at = after(text, at, ">")
			continue
		case text[at] != '/' && !isLetterAt(text, at):
			continue // text
		}
		if at = endOfTag(text, at); at < 0 {
			break
		}
		switch name := tagName(text[tag:]); name {
		case "script", "style":
			begin := at
			at = next(text, begin, "</", name)
			code := text[begin:at]
			switch {
			case bytes.Contains(text[tag:begin], []byte("json")):
			case !bytes.Contains(code, []byte("<!--")):
				lean = append(lean, text[copied:begin]...)
				copied = at
			case next(code, 0, "<", "script") < len(code):
				at = len(text) // the next closing tag may be this one's
			}
		case "title", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp", "plaintext":
			at = next(text, at, "</", name) // tags in them are text
		case "svg", "math":
			// Tags in them mean something else.
			end := next(text, at, "</", name)
			if !isDrawing(text[at:end]) {
				end = len(text)
			}
			at = end
		}
	}
	if copied == 0 {
		return text
	}
	return append(lean, text[copied:]...)
}

func isLetterAt(text []byte, at int) bool {
	return at < len(text) && text[at]|0x20 >= 'a' && text[at]|0x20 <= 'z'
}

// isDrawing tells the inside of an svg or math element that surely ends where
// it seems to: nothing in it can hold the tag that closes it.
func isDrawing(text []byte) bool {
	for _, name := range []string{"svg", "math", "script", "textarea", "noscript", "iframe", "noembed", "noframes", "xmp", "plaintext"} {
		if next(text, 0, "<", name) < len(text) {
			return false
		}
	}
	for _, name := range []string{"title", "style"} {
		if i := next(text, 0, "<", name); i < len(text) && next(text, i, "</", name) == len(text) {
			return false
		}
	}
	return !bytes.Contains(text, []byte("<!"))
}

// endOfTag is where what follows a tag begins, negative where that is not
// certain.
func endOfTag(text []byte, at int) int {
	const longest = 4096
	text = text[:min(len(text), at+longest)]
	i := bytes.IndexByte(text[at:], '>')
	if i < 0 {
		return -1
	}
	if tag := text[at : at+i]; bytes.Count(tag, []byte(`"`))%2 == 0 && bytes.IndexByte(tag, '\'') < 0 {
		return at + i + 1
	}
	// A quote opens a value only behind its equals sign.
	for before := byte(0); at < len(text); at++ {
		switch c := text[at]; c {
		case '>':
			return at + 1
		case '"', '\'':
			i := bytes.IndexByte(text[at+1:], c)
			if before != '=' || i < 0 {
				return -1
			}
			at += i + 1
			before = 0
		case ' ', '\t', '\r', '\n', '\f':
		default:
			before = c
		}
	}
	return -1
}

// tagName is the name, in lower case, of the tag that begins with it, "" where
// it is longer than those that matter.
func tagName(tag []byte) string {
	var name [len("plaintext")]byte
	n := 0
	for n < len(tag) && n < len(name) && (tag[n]|0x20 >= 'a' && tag[n]|0x20 <= 'z') {
		name[n] = tag[n] | 0x20
		n++
	}
	if n == len(tag) || strings.IndexByte(" \t\r\n\f/>", tag[n]) < 0 {
		return ""
	}
	return string(name[:n])
}

// next is where the next tag of a name begins, with what leads in a tag ("<" or
// "</"); the end of the text where there is none.
func next(text []byte, at int, lead, name string) int {
	for {
		i := bytes.Index(text[at:], []byte(lead))
		if i < 0 {
			return len(text)
		}
		at += i
		if tagName(text[at+len(lead):]) == name {
			return at
		}
		at += len(lead)
	}
}

// after is where what follows a mark begins.
func after(text []byte, at int, mark string) int {
	if i := bytes.Index(text[at:], []byte(mark)); i >= 0 {
		return at + i + len(mark)
	}
	return len(text)
}
