package cleaner

import (
	"bytes"
	"io"
	"strings"
)

// withoutCode is a page's text, in UTF-8, without what no rule ever reads:
// scripts (JSON-LD apart), style sheets, drawings, comments and what is for
// browsers without scripts. That is half of a newspaper's page, and the parser
// looks at each of its bytes more than once. From where the markup leaves a
// doubt on, the page stays as it is. The tree to build of it is that of the text,
// but for what is inside those.
func withoutCode(text []byte) pieces {
	var kept pieces
	from := 0 // of what is not yet in kept
	empty := func(begin, end int) {
		kept = append(kept, text[from:begin])
		from = end
	}
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '<')
		if i < 0 || at+i+1 == len(text) {
			break
		}
		at += i + 1
		tag := at
		switch {
		case bytes.HasPrefix(text[at:], []byte("!--")):
			begin := at + len("!--")
			at = after(text, tag, "-->")
			if inner := at - len("-->"); bytes.Contains(text[tag:at], []byte("--!>")) {
				at = len(text) // it may end there
			} else if inner > begin && bytes.HasSuffix(text[:at], []byte("-->")) {
				empty(begin, inner)
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
		begin := at
		switch name := tagName(text[tag:]); name {
		case "script", "style":
			at = next(text, begin, "</", name)
			code := text[begin:at]
			switch {
			case saysJSON(text[tag:begin]):
			case !bytes.Contains(code, []byte("<!--")):
				empty(begin, at)
			case next(code, 0, "<", "script") < len(code):
				at = len(text) // the next closing tag may be this one's
			}
		case "noscript", "iframe":
			at = next(text, begin, "</", name) // tags in them are text
			empty(begin, at)
		case "title", "textarea", "noembed", "noframes", "xmp", "plaintext":
			at = next(text, begin, "</", name) // in them, too
		case "math":
			at = len(text) // formulas are read
		case "svg":
			at = next(text, begin, "</", name)
			if at < len(text) && isDrawing(text[begin:at]) {
				empty(begin, at)
			} else {
				at = len(text)
			}
		}
	}
	return append(kept, text[from:])
}

// pieces are a text that is read one after the other.
type pieces [][]byte

func (p *pieces) Read(b []byte) (n int, err error) {
	for n < len(b) && len(*p) > 0 {
		piece := (*p)[0]
		read := copy(b[n:], piece)
		n += read
		if (*p)[0] = piece[read:]; read == len(piece) {
			*p = (*p)[1:]
		}
	}
	if n == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func isLetterAt(text []byte, at int) bool {
	return at >= 0 && at < len(text) && text[at]|0x20 >= 'a' && text[at]|0x20 <= 'z'
}

// isDrawing tells the inside of an svg element that is nothing but shapes.
// Other elements may end it early: a p within is the page's again.
func isDrawing(text []byte) bool {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '<')
		if i < 0 {
			return true
		}
		at += i + 1
		name := at
		if at < len(text) && text[at] == '/' {
			name++
		}
		switch name := tagName(text[name:]); name {
		case "path", "g", "circle", "rect", "line", "polyline", "polygon", "ellipse", "defs", "use", "symbol", "stop", "clippath", "mask", "text", "tspan",
			"lineargradient", "radialgradient":
		case "title", "desc", "style":
			if next(text, at, "</", name) == len(text) && text[at] != '/' {
				return false
			}
		default:
			return false
		}
		if at = endOfTag(text, at); at < 0 {
			return false
		}
	}
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
	var name [len("lineargradient")]byte
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

// saysJSON tells a script's tag that has "json" in it, in any case.
func saysJSON(tag []byte) bool {
	const json = "json"
	for i := 0; i+len(json) <= len(tag); i++ {
		if tag[i]|0x20 == 'j' && strings.EqualFold(string(tag[i:i+len(json)]), json) {
			return true
		}
	}
	return false
}
