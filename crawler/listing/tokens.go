package listing

import (
	"bytes"
	"html"
	"iter"
	"strings"
)

// tokens reads markup, XML or HTML, well-formed or not, as its tags and the text between
// them: feeds and sitemaps are written by hand and cut by servers, and one bad byte must
// not cost what stands beside it. Comments, declarations and processing instructions are
// left out. It ends where a token breaks off, and takes time that grows with the markup's
// length and no faster: each byte is looked at once.
//
// Neither encoding/xml, which gives up at the first fault, nor the tokenizer of
// golang.org/x/net/html would do: that one clears a table for every tag, as large as the
// tag with the most attributes has made it.
func tokens(markup []byte) iter.Seq[token] {
	return func(yield func(token) bool) {
		for len(markup) > 0 {
			var t token
			if t, markup = nextToken(markup); t.kind != skipped && !yield(t) {
				return
			}
		}
	}
}

// token is a tag, or the text between two of them.
type token struct {
	kind  tokenKind
	name  string // of a tag, in lower case, without its prefix: names are told apart by hand
	attrs []attribute
	text  []byte // as it is written
	cdata bool   // the text is meant as it is written
}

type tokenKind byte

const (
	skipped tokenKind = iota
	startTag
	emptyTag // <a/>
	endTag
	textBetween
)

type attribute struct{ name, value string }

// maxAttributes and maxAttribute bound what is kept of one tag.
const (
	maxAttributes = 16
	maxAttribute  = 8 << 10
)

// attr is the value of an attribute, "" where there is none.
func (t *token) attr(name string) string {
	for _, a := range t.attrs {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

func nextToken(b []byte) (t token, rest []byte) {
	end := 0
	for end < len(b) && !opensMarkup(b[end:]) {
		// A bare < is text.
		if i := bytes.IndexByte(b[end+1:], '<'); i >= 0 {
			end += 1 + i
		} else {
			end = len(b)
		}
	}
	if end > 0 {
		return token{kind: textBetween, text: b[:end]}, b[end:]
	}
	for _, span := range []struct{ open, close string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<!", ">"}, {"<?", ">"}} {
		inner, ok := bytes.CutPrefix(b, []byte(span.open))
		if !ok {
			continue
		}
		inner, rest, ok = bytes.Cut(inner, []byte(span.close))
		if ok && span.open == "<![CDATA[" {
			return token{kind: textBetween, text: inner, cdata: true}, rest
		}
		return token{}, rest // nil where it breaks off
	}
	return readTag(b[1:])
}

// opensMarkup reports whether b begins a tag, a comment, a declaration or an instruction.
func opensMarkup(b []byte) bool {
	if len(b) < 2 || b[0] != '<' {
		return false
	}
	c := b[1]
	return c == '!' || c == '?' || c == '/' || isLetter(c)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// readTag reads a tag behind its <. One that the next < ends was never closed.
func readTag(b []byte) (t token, rest []byte) {
	t.kind = startTag
	if b[0] == '/' {
		t.kind, b = endTag, b[1:]
	}
	n := bytes.IndexAny(b, " \t\r\n/><")
	if n < 0 {
		return token{}, nil
	}
	name := b[:n]
	b = b[n:]
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	t.name = strings.ToLower(string(name[:min(len(name), maxAttribute)]))
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		switch {
		case len(b) == 0:
			return token{}, nil
		case b[0] == '>':
			return t, b[1:]
		case b[0] == '<':
			return t, b
		case b[0] == '/':
			if b = b[1:]; len(b) > 0 && b[0] == '>' && t.kind == startTag {
				t.kind = emptyTag
			}
			continue
		}
		n := bytes.IndexAny(b[1:], " \t\r\n/><=") + 1
		if n == 0 {
			return token{}, nil
		}
		key, value := b[:n], []byte(nil)
		b = bytes.TrimLeft(b[n:], " \t\r\n")
		if len(b) > 0 && b[0] == '=' {
			var ok bool
			if value, b, ok = readValue(bytes.TrimLeft(b[1:], " \t\r\n")); !ok {
				return token{}, nil
			}
		}
		if len(t.attrs) < maxAttributes && len(key)+len(value) <= maxAttribute {
			t.attrs = append(t.attrs, attribute{strings.ToLower(string(key)), unescape(value)})
		}
	}
}

// readValue reads the value of an attribute; ok is false where it breaks off.
func readValue(b []byte) (value, rest []byte, ok bool) {
	if len(b) > 0 && (b[0] == '"' || b[0] == '\'') {
		return bytes.Cut(b[1:], b[:1])
	}
	n := bytes.IndexAny(b, " \t\r\n><")
	if n < 0 {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

// maxEntity is longer than any name of a character.
const maxEntity = 40

// unescape undoes the references to characters, XML's and HTML's. Those without a
// semicolon stay: in &section=2 there is no sign for a section.
func unescape(raw []byte) string {
	var b strings.Builder
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			break
		}
		b.Write(raw[:i])
		raw = raw[i:]
		n := 1 + bytes.IndexAny(raw[1:min(len(raw), maxEntity)], "; &<\n") + 1
		if n < 2 || raw[n-1] != ';' {
			n = 1
		}
		b.WriteString(html.UnescapeString(string(raw[:n])))
		raw = raw[n:]
	}
	if b.Len() == 0 {
		return string(raw)
	}
	b.Write(raw)
	return b.String()
}

// HasLongBase reports whether a page has a base of its links that no address can have. Colly
// resolves it before anybody asks for links, and in time that grows with the square of its
// length. Whatever a parser may take for such a tag counts, in quotes and comments too.
func HasLongBase(page []byte) bool {
	const name = "<base"
	for {
		i := bytes.IndexByte(page, '<')
		if i < 0 {
			return false
		}
		page = page[i:]
		if len(page) > len(name) && bytes.EqualFold(page[:len(name)], []byte(name)) && !isLetter(page[len(name)]) {
			// Where the tag ends further on, none is read.
			if t, _ := readTag(page[1:min(len(page), MaxAddress)]); t.kind == skipped {
				return true
			}
		}
		page = page[1:]
	}
}
