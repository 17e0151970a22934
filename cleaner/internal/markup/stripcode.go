package markup

import (
	"bytes"
	"io"
	"strings"
)

// stripCode is a page's text, in UTF-8, without what no rule ever reads:
// scripts (JSON-LD apart), style sheets, drawings, comments and what is for
// browsers without scripts. That is half of a newspaper's page, and the parser
// looks at each of its bytes more than once. From where the markup leaves a
// doubt on, the page stays as it is. The tree to build of it is that of the text,
// but for what is inside those.
func stripCode(text []byte) pieces {
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
			at = After(text, tag, "-->")
			if inner := at - len("-->"); bytes.Contains(text[tag:at], []byte("--!>")) {
				at = len(text) // it may end there
			} else if inner > begin && bytes.HasSuffix(text[:at], []byte("-->")) {
				empty(begin, inner)
			}
			continue
		case text[at] == '!', text[at] == '?', text[at] == '/' && !IsLetterAt(text, at+1):
			at = After(text, at, ">")
			continue
		case text[at] != '/' && !IsLetterAt(text, at):
			continue // text
		}
		if at = EndOfTag(text, at); at < 0 {
			break
		}
		begin := at
		switch name := TagName(text[tag:]); name {
		case "script", "style":
			at = NextTag(text, begin, "</", name)
			code := text[begin:at]
			switch {
			case saysJSON(text[tag:begin]):
			case !bytes.Contains(code, []byte("<!--")):
				empty(begin, at)
			case NextTag(code, 0, "<", "script") < len(code):
				at = len(text) // the next closing tag may be this one's
			}
		case "noscript", "iframe":
			at = NextTag(text, begin, "</", name) // tags in them are text
			empty(begin, at)
		case "title", "textarea", "noembed", "noframes", "xmp", "plaintext":
			at = NextTag(text, begin, "</", name) // in them, too
		case "math":
			at = len(text) // formulas are read
		case "svg":
			at = NextTag(text, begin, "</", name)
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

// isDrawing recognizes the inside of an svg element that is nothing but shapes.
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
		switch name := TagName(text[name:]); name {
		case "path", "g", "circle", "rect", "line", "polyline", "polygon", "ellipse", "defs", "use", "symbol", "stop", "clippath", "mask", "text", "tspan",
			"lineargradient", "radialgradient":
		case "title", "desc", "style":
			if NextTag(text, at, "</", name) == len(text) && text[at] != '/' {
				return false
			}
		default:
			return false
		}
		if at = EndOfTag(text, at); at < 0 {
			return false
		}
	}
}

// saysJSON recognizes a script's tag that has "json" in it, in any case.
func saysJSON(tag []byte) bool {
	const json = "json"
	for i := 0; i+len(json) <= len(tag); i++ {
		if tag[i]|0x20 == 'j' && strings.EqualFold(string(tag[i:i+len(json)]), json) {
			return true
		}
	}
	return false
}
