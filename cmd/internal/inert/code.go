package inert

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// mark is the attribute by which what marked found is found again in the tree.
const mark = "data-bl"

const (
	maxCodes = 1000    // style sheets and drawings that stand in a page
	maxCode  = 1 << 20 // bytes of one
)

// code is what stands in a page's style and svg elements. [cleaner.Read] leaves it out of the tree.
type code [][]byte

// marked finds the style sheets and drawings that stand in a page, and gives each element its
// number. Where this reads a page otherwise than a parser does, an element gets no code,
// or another's: each is made inert by itself, wherever it stands.
func marked(body []byte) ([]byte, code) {
	var out bytes.Buffer
	var found code
	copied := 0                       // of the body
	drawing, depth, number := 0, 0, 0 // where the svg that is open begins, how many are open, and which it is
	enter := func(at int, name string) (number int) {
		end := at + 1 + len(name)
		out.Write(body[copied:end])
		out.WriteString(" " + mark + `="` + strconv.Itoa(len(found)) + `"`)
		copied, found = end, append(found, nil)
		return len(found) - 1
	}
	take := func(number, from, to int) {
		if to-from <= maxCode {
			found[number] = body[from:to]
		}
	}
	for at := 0; len(found) < maxCodes; {
		t, ok := nextTag(body, at)
		if !ok {
			break
		}
		at = t.end
		switch {
		case t.name == "svg" && t.closes && depth > 0:
			if depth--; depth == 0 {
				take(number, drawing, t.end)
			}
		case t.closes || t.closed && t.name == "svg":
		case t.name == "svg":
			if depth++; depth == 1 {
				drawing, number = t.begin, enter(t.begin, t.name)
			}
		case isText[t.name]:
			at = endOf(body, at, t.name)
			if t.name == "style" && depth == 0 {
				take(enter(t.begin, t.name), t.end, at)
			}
		}
	}
	if copied == 0 {
		return body, nil
	}
	out.Write(body[copied:])
	return out.Bytes(), found
}

// isText are the elements that hold nothing but text, whatever that looks like.
var isText = map[string]bool{"iframe": true, "noembed": true, "noframes": true, "noscript": true, "script": true, "style": true, "textarea": true, "title": true, "xmp": true}

// tag is one of a page: of its bytes those from begin to end.
type tag struct {
	begin, end int
	name       string // in lower case; "" where it is longer than those that matter
	closes     bool   // </name>
	closed     bool   // <name/>
}

// nextTag finds the next tag, behind comments and the like.
func nextTag(body []byte, at int) (t tag, ok bool) {
	for {
		i := bytes.IndexByte(body[at:], '<')
		if at += i; i < 0 || at+2 >= len(body) {
			return t, false
		}
		t = tag{begin: at, closes: body[at+1] == '/'}
		switch name := body[at+1:]; {
		case bytes.HasPrefix(name, []byte("!--")):
			at = behind(body, at+len("<!-"), "->") // <!--> is one, too
		case name[0] == '!', name[0] == '?', t.closes && !isLetter(name[1]):
			at = behind(body, at, ">")
		case t.closes:
			t.name, t.end = tagName(name[1:]), at+tagEnd(body[at:])
			return t, true
		case isLetter(name[0]):
			t.name, t.end = tagName(name), at+tagEnd(body[at:])
			t.closed = body[t.end-1] == '>' && body[t.end-2] == '/'
			return t, true
		default:
			at++
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' && c != '\v' }

// tagName is the name that a tag begins with, where it may be one that matters here.
func tagName(text []byte) string {
	const longest = len("textarea")
	for i, c := range text[:min(len(text), longest+1)] {
		if isBlank(c) || c == '/' || c == '>' {
			return strings.ToLower(string(text[:i]))
		}
	}
	return ""
}

// tagEnd is where what follows a tag begins: a '>' may stand in a value, in quotes.
func tagEnd(text []byte) int {
	value := false // one may begin here
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '>':
			return i + 1
		case value && (c == '"' || c == '\''):
			n := bytes.IndexByte(text[i+1:], c)
			if n < 0 {
				return len(text)
			}
			i, value = i+n+1, false
		case value && !isBlank(c):
			for i+1 < len(text) && text[i+1] != '>' && !isBlank(text[i+1]) {
				i++
			}
			value = false
		case c == '=':
			value = true
		}
	}
	return len(text)
}

// endOf is where the end tag of an element of text begins.
func endOf(body []byte, at int, name string) int {
	for {
		i := bytes.Index(body[at:], []byte("</"))
		if i < 0 {
			return len(body)
		}
		if at += i; tagName(body[at+2:]) == name {
			return at
		}
		at += 2
	}
}

func behind(body []byte, at int, mark string) int {
	if i := bytes.Index(body[at:], []byte(mark)); i >= 0 {
		return at + i + len(mark)
	}
	return len(body)
}

// of is the code of an element. It is given once: a page may have written marks of its own,
// as many as it likes.
func (c code) of(n *html.Node) []byte {
	i, err := strconv.Atoi(attr(n, mark))
	if err != nil || i < 0 || i >= len(c) {
		return nil
	}
	found := c[i]
	c[i] = nil
	return found
}
