package markup

import (
	"baoluu/cleaner/internal/prose"
	"bytes"
	"strings"
)

// tagID is a tag's name of at most seven letters and digits, in lower case; 0 is any other.
type tagID uint64

func tagIDOf(tag []byte) tagID {
	var id tagID
	for _, c := range tag[:min(len(tag), 8)] {
		switch {
		case tagBytes[c]&nameEnds != 0:
			return id
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		}
		id = id<<8 | tagID(c)
	}
	if len(tag) < 8 {
		return id
	}
	return longTags[TagName(tag)]
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

// IsLetterAt tells whether a letter of ASCII stands at a place, which may lie outside of the text.
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

// TagName is the name, in lower case, of the tag that begins with it, "" where
// it is longer than those that matter.
func TagName(tag []byte) string {
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
