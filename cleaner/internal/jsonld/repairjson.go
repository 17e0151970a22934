package jsonld

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// wrappings are what templates put round a script's JSON so that old browsers, or
// XML parsers, do not trip over it.
var wrappings = []string{"<!--", "-->", "<![CDATA[", "]]>", "<!", ">", "//", "/*", "*/", ";", "\ufeff"}

// withoutWrapping cuts that off both ends.
func withoutWrapping(script string) string {
	for {
		before := len(script)
		script = strings.TrimSpace(script)
		for _, mark := range wrappings {
			script = strings.TrimSuffix(strings.TrimPrefix(script, mark), mark)
		}
		if len(script) == before {
			return script
		}
	}
}

// repairJSON makes JSON of what templates and editors break: raw line breaks and
// tabs in strings, quotes that were not escaped, commas too many, values left
// out, comments, single quotes, bare names. What it cannot repair stays broken.
// It looks at each byte a few times at most.
func repairJSON(s string) string {
	r := repairer{s: s}
	r.out.Grow(len(s) + len(s)/8)
	for r.at < len(s) {
		r.token()
	}
	return r.out.String()
}

// repairer writes JSON, token by token.
type repairer struct {
	s     string
	at    int
	out   strings.Builder
	comma bool   // one is owed before the next value
	value bool   // a colon waits for its value
	open  []byte // the brackets that are open
}

// inside is the innermost open bracket, 0 for none.
func (r *repairer) inside() byte {
	if len(r.open) == 0 {
		return 0
	}
	return r.open[len(r.open)-1]
}

// token reads one token between strings.
func (r *repairer) token() {
	switch c := r.s[r.at]; c {
	case ' ', '\t', '\n', '\r':
		r.at++
	case ',': // written only before a value: none may stand before a bracket, nor two in a row
		r.fill()
		t := r.tail()
		r.comma = r.inside() != 0 && t != '{' && t != '['
		r.at++
	case ':':
		r.out.WriteByte(':')
		r.value = true
		r.at++
	case '}', ']':
		r.fill()
		r.comma = false
		r.open = r.open[:max(0, len(r.open)-1)]
		r.out.WriteByte(c)
		r.at++
	case '{', '[':
		r.begin()
		r.open = append(r.open, c)
		r.out.WriteByte(c)
		r.at++
	case '"', '\'':
		key := r.inside() == '{' && !r.value
		r.begin()
		r.text(c, key)
	case '/', '<', '-':
		if !r.comment() {
			r.word()
		}
	default:
		r.word()
	}
}

// tail is the last byte written, 0 where none is.
func (r *repairer) tail() byte {
	t := r.out.String()
	return byteAt(t, max(0, len(t)-1))
}

// begin writes the comma that is owed.
func (r *repairer) begin() {
	if r.comma {
		r.out.WriteByte(',')
	}
	r.comma, r.value = false, false
}

// fill writes null where a value was left out.
func (r *repairer) fill() {
	if r.value {
		r.out.WriteString("null")
	}
	r.value = false
}

// comment skips one, of JavaScript or HTML.
func (r *repairer) comment() bool {
	rest := r.s[r.at:]
	for _, c := range [][2]string{{"//", "\n"}, {"/*", "*/"}, {"<!--", "-->"}} {
		if strings.HasPrefix(rest, c[0]) {
			if end := strings.Index(rest[len(c[0]):], c[1]); end >= 0 {
				r.at += len(c[0]) + end + len(c[1])
			} else {
				r.at = len(r.s)
			}
			return true
		}
	}
	return false
}

// word copies a number or a literal; any other word is the bare name of a
// member, or a value that JSON does not know.
func (r *repairer) word() {
	from := r.at
	for r.at < len(r.s) {
		c, size := utf8.DecodeRuneInString(r.s[r.at:])
		if !prose.IsWord(c) && !strings.ContainsRune("+-._$@", c) {
			break
		}
		r.at += size
	}
	word := r.s[from:r.at]
	if word == "" { // a stray mark
		_, size := utf8.DecodeRuneInString(r.s[r.at:])
		r.at += size
		return
	}
	r.begin()
	switch {
	case json.Valid([]byte(word)):
	case r.next() == ':':
		word = `"` + word + `"`
	default:
		word = "null"
	}
	r.out.WriteString(word)
}

// next is the next byte that is no blank, 0 at the end.
func (r *repairer) next() byte { return byteAt(r.s, blanksEnd(r.s, r.at)) }

// text copies a string. It ends at a quote behind which JSON goes on; any other
// quote is of the text.
func (r *repairer) text(quote byte, key bool) {
	r.out.WriteByte('"')
	for r.at++; r.at < len(r.s); r.at++ {
		switch c := r.s[r.at]; {
		case c == '\\':
			r.escape()
		case c == quote && r.ends(r.at+1, key):
			r.out.WriteByte('"')
			r.at++
			return
		case c == '"':
			r.out.WriteString(`\"`)
		case c < ' ':
			r.out.WriteByte(' ')
		default:
			r.out.WriteByte(c)
		}
	}
	// Never closed: stays broken.
}

// escape copies an escape sequence; a backslash that begins none is dropped.
func (r *repairer) escape() {
	next := byteAt(r.s, r.at+1)
	switch {
	case next == 'u' && r.at+6 <= len(r.s) && isHex(r.s[r.at+2:r.at+6]):
		r.out.WriteString(r.s[r.at : r.at+6])
		r.at += 5
	case next != 0 && strings.IndexByte(`"\/bfnrt`, next) >= 0:
		r.out.WriteString(r.s[r.at : r.at+2])
		r.at++
	}
}

func isHex(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.Is(unicode.ASCII_Hex_Digit, r) }) < 0
}

// ends reports whether JSON goes on at a place behind a quote: with a colon
// behind a key; with a closing bracket or a comma behind a value, and behind
// the comma of an object another key.
func (r *repairer) ends(at int, key bool) bool {
	at = blanksEnd(r.s, at)
	c := byteAt(r.s, at)
	switch {
	case c == 0, c == '/' && (byteAt(r.s, at+1) == '/' || byteAt(r.s, at+1) == '*'), strings.HasPrefix(r.s[at:], "<!--"):
		return true
	case key:
		return c == ':'
	case c == '}', c == ']':
		return true
	case c != ',':
		return false
	}
	at = blanksEnd(r.s, at+1)
	if c = byteAt(r.s, at); c == ',' || c == '}' || c == ']' || c == '/' || c == 0 {
		return true
	}
	return r.inside() != '{' || r.isKey(at)
}

// isKey recognizes the name of a member, bare or in quotes, by its colon.
func (r *repairer) isKey(at int) bool {
	const longest = 80
	quote := byteAt(r.s, at)
	if quote == '"' || quote == '\'' {
		name, _, ok := strings.Cut(r.s[at+1:min(len(r.s), at+longest)], string(quote))
		return ok && byteAt(r.s, blanksEnd(r.s, at+1+len(name)+1)) == ':'
	}
	from := at
	for at < len(r.s) && at-from < longest && (r.s[at]|0x20 >= 'a' && r.s[at]|0x20 <= 'z' || r.s[at] == '@') {
		at++
	}
	return at > from && byteAt(r.s, blanksEnd(r.s, at)) == ':'
}

func byteAt(s string, at int) byte {
	if at >= len(s) {
		return 0
	}
	return s[at]
}

// blanksEnd is where the blanks at a place end.
func blanksEnd(s string, at int) int {
	for at < len(s) && strings.IndexByte(" \t\r\n", s[at]) >= 0 {
		at++
	}
	return at
}
