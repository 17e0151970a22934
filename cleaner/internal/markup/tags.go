package markup

import (
	"bytes"

	"baoluu/cleaner/internal/prose"
)

// longestName is as long as the names that matter are: lineargradient.
const longestName = 14

// nameOf is the name that a tag begins with, as it is written, and whether it ends there. Of a
// name that is longer than those that matter it is no more than that it is longer.
func nameOf(tag []byte) (name []byte, ended bool) {
	tag = tag[:min(len(tag), longestName+1)]
	for i, c := range tag {
		if tagBytes[c]&nameEnds != 0 {
			return tag[:i], true
		}
	}
	return tag, false
}

// TagName is the name of a tag in lower case; "" where it does not end, or is longer than any
// that rules ask for.
func TagName(tag []byte) string {
	name, ended := nameOf(tag)
	if !ended || len(name) > longestName {
		return ""
	}
	var lower [longestName]byte
	for i, c := range name {
		lower[i] = lowerCase(c)
	}
	return string(lower[:len(name)])
}

func lowerCase(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// tagID is a name of at most seven bytes, in lower case, or the number of a longer one that
// matters; 0 is any other. A map of names would be too slow: every tag of every page is asked for.
type tagID uint64

func tagIDOf(tag []byte) tagID {
	name, _ := nameOf(tag)
	if len(name) > 7 {
		return longTags[TagName(tag)]
	}
	var id tagID
	for _, c := range name {
		id = id<<8 | tagID(lowerCase(c))
	}
	return id
}

// tagKind is what the parser does at a tag.
type tagKind byte

// tagKinds is a hash table that a map would be too slow for: every tag of every page is asked for.
var tagKinds [1 << 9]struct {
	id   tagID
	kind tagKind
}

// slotOf is the place of a tag in the table, or that of where it would be.
func slotOf(id tagID) int {
	at := int(uint64(id) * 0x9e3779b97f4a7c15 >> 55)
	for tagKinds[at].id != id && tagKinds[at].id != 0 {
		at = (at + 1) % len(tagKinds)
	}
	return at
}

func kindOfTag(id tagID) tagKind { return tagKinds[slotOf(id)].kind }

// attributesIn counts a tag's attributes as the tokenizer finds them, and its bytes up to its
// end. The tag begins with its name.
func attributesIn(tag []byte) (attributes, length int) {
	at := 0
	for at < len(tag) && tagBytes[tag[at]]&nameEnds == 0 {
		at++
	}
	for {
		for at < len(tag) && tagBytes[tag[at]]&blankOrSlash != 0 {
			at++
		}
		if at == len(tag) || tag[at] == '>' {
			return attributes, at
		}
		attributes++
		at++ // = may be the first of a name
		for at < len(tag) && tagBytes[tag[at]]&keyEnds == 0 {
			at++
		}
		for at < len(tag) && tagBytes[tag[at]]&blank != 0 {
			at++
		}
		if at == len(tag) || tag[at] != '=' {
			continue
		}
		at++
		for at < len(tag) && tagBytes[tag[at]]&blank != 0 {
			at++
		}
		if at == len(tag) {
			return attributes, at
		}
		if quote := tag[at]; quote == '"' || quote == '\'' {
			n := bytes.IndexByte(tag[at+1:], quote)
			if n < 0 {
				return attributes, len(tag)
			}
			at += 1 + n + 1
			continue
		}
		for at < len(tag) && tagBytes[tag[at]]&blank == 0 && tag[at] != '>' {
			at++
		}
	}
}

// What a byte is in a tag.
const (
	blank        = 1 << iota
	blankOrSlash // between attributes
	nameEnds     // that of the tag
	keyEnds      // that of an attribute
)

var tagBytes = func() (kinds [256]byte) {
	for _, c := range " \n\r\t\f" {
		kinds[c] = blank | blankOrSlash | nameEnds | keyEnds
	}
	kinds['/'] = blankOrSlash | nameEnds | keyEnds
	kinds['>'] = nameEnds | keyEnds
	kinds['='] = keyEnds
	return kinds
}()

// IsLetterAt reports whether a letter of ASCII stands at a place, which may lie outside of the text.
func IsLetterAt(text []byte, at int) bool {
	return at >= 0 && at < len(text) && text[at]|0x20 >= 'a' && text[at]|0x20 <= 'z'
}

// EndOfTag is where what follows a tag begins, negative where that is not
// certain.
func EndOfTag(text []byte, at int) int {
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

// NextTag is where the next tag of a name begins, with what leads in a tag ("<" or
// "</"); the end of the text where there is none.
func NextTag(text []byte, at int, lead, name string) int {
	for {
		i := bytes.Index(text[at:], []byte(lead))
		if i < 0 {
			return len(text)
		}
		at += i
		if TagName(text[at+len(lead):]) == name {
			return at
		}
		at += len(lead)
	}
}

// After is where what follows a mark begins.
func After(text []byte, at int, mark string) int {
	if i := bytes.Index(text[at:], []byte(mark)); i >= 0 {
		return at + i + len(mark)
	}
	return len(text)
}

const (
	otherTag tagKind = iota
	formattingTag
	voidTag  // an element without an inside
	rawTag   // within which nothing is markup, or no more than shapes
	hedgeTag // which holds an end tag within it from what stands around
	rootTag
)

var (
	// longTags are numbers for the names that are longer and matter.
	longTags = map[string]tagID{}
	tagA     = tagIDOf([]byte("a>"))
	tagNobr  = tagIDOf([]byte("nobr>"))
	tagSVG   = tagIDOf([]byte("svg>"))
)

func init() {
	for kind, names := range map[tagKind]string{
		formattingTag: "a b big code em font i nobr s small strike strong tt u",
		voidTag:       "area base br col embed hr img input link meta param source track wbr",
		rawTag:        "iframe noembed noframes noscript script style svg textarea title xmp",
		hedgeTag:      "applet caption colgroup frameset marquee math object plaintext select table tbody td template tfoot th thead tr",
		rootTag:       "html body",
	} {
		for name := range prose.FieldSet(names) {
			if len(name) > 7 {
				longTags[name] = tagID(len(longTags) + 1)
			}
			id := tagIDOf([]byte(name + ">"))
			tagKinds[slotOf(id)].id = id
			tagKinds[slotOf(id)].kind = kind
		}
	}
}
