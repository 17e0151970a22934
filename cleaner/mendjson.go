package cleaner

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

// mendJSON makes JSON of what templates and editors break: raw line breaks and
// tabs in strings, quotes that were not escaped, commas too many, values left
// out, comments, single quotes, bare names. What it cannot mend stays broken.
// It looks at each byte a few times at most.
func mendJSON(s string) string {
	m := mender{s: s}
	m.out.Grow(len(s) + len(s)/8)
	for m.at < len(s) {
		m.token()
	}
	return m.out.String()
}

// mender writes JSON, token by token.
type mender struct {
	s     string
	at    int
	out   strings.Builder
	comma bool   // one is owed before the next value
	value bool   // a colon waits for its value
	open  []byte // the brackets that are open
}

// inside is the innermost open bracket, 0 for none.
func (m *mender) inside() byte {
	if len(m.open) == 0 {
		return 0
	}
	return m.open[len(m.open)-1]
}

// token reads one token between strings.
func (m *mender) token() {
	switch c := m.s[m.at]; c {
	case ' ', '\t', '\n', '\r':
		m.at++
	case ',': // written only before a value: none may stand before a bracket, nor two in a row
		m.fill()
		t := m.tail()
		m.comma = m.inside() != 0 && t != '{' && t != '['
		m.at++
	case ':':
		m.out.WriteByte(':')
		m.value = true
		m.at++
	case '}', ']':
		m.fill()
		m.comma = false
		m.open = m.open[:max(0, len(m.open)-1)]
		m.out.WriteByte(c)
		m.at++
	case '{', '[':
		m.begin()
		m.open = append(m.open, c)
		m.out.WriteByte(c)
		m.at++
	case '"', '\'':
		key := m.inside() == '{' && !m.value
		m.begin()
		m.text(c, key)
	case '/', '<', '-':
		if !m.comment() {
			m.word()
		}
	default:
		m.word()
	}
}

// tail is the last byte written, 0 where none is.
func (m *mender) tail() byte {
	t := m.out.String()
	return byteAt(t, max(0, len(t)-1))
}

// begin writes the comma that is owed.
func (m *mender) begin() {
	if m.comma {
		m.out.WriteByte(',')
	}
	m.comma, m.value = false, false
}

// fill writes null where a value was left out.
func (m *mender) fill() {
	if m.value {
		m.out.WriteString("null")
	}
	m.value = false
}

// comment skips one, of JavaScript or HTML.
func (m *mender) comment() bool {
	rest := m.s[m.at:]
	for _, c := range [][2]string{{"//", "\n"}, {"/*", "*/"}, {"<!--", "-->"}} {
		if strings.HasPrefix(rest, c[0]) {
			if end := strings.Index(rest[len(c[0]):], c[1]); end >= 0 {
				m.at += len(c[0]) + end + len(c[1])
			} else {
				m.at = len(m.s)
			}
			return true
		}
	}
	return false
}

// word copies a number or a literal; any other word is the bare name of a
// member, or a value that JSON does not know.
func (m *mender) word() {
	from := m.at
	for m.at < len(m.s) {
		r, size := utf8.DecodeRuneInString(m.s[m.at:])
		if !prose.IsWord(r) && !strings.ContainsRune("+-._$@", r) {
			break
		}
		m.at += size
	}
	word := m.s[from:m.at]
	if word == "" { // a stray mark
		_, size := utf8.DecodeRuneInString(m.s[m.at:])
		m.at += size
		return
	}
	m.begin()
	switch {
	case json.Valid([]byte(word)):
	case m.next() == ':':
		word = `"` + word + `"`
	default:
		word = "null"
	}
	m.out.WriteString(word)
}

// next is the next byte that is no blank, 0 at the end.
func (m *mender) next() byte { return byteAt(m.s, blanksEnd(m.s, m.at)) }

// text copies a string. It ends at a quote behind which JSON goes on; any other
// quote is of the text.
func (m *mender) text(quote byte, key bool) {
	m.out.WriteByte('"')
	for m.at++; m.at < len(m.s); m.at++ {
		switch c := m.s[m.at]; {
		case c == '\\':
			m.escape()
		case c == quote && m.ends(m.at+1, key):
			m.out.WriteByte('"')
			m.at++
			return
		case c == '"':
			m.out.WriteString(`\"`)
		case c < ' ':
			m.out.WriteByte(' ')
		default:
			m.out.WriteByte(c)
		}
	}
	// Never closed: stays broken.
}

// escape copies an escape sequence; a backslash that begins none is dropped.
func (m *mender) escape() {
	next := byteAt(m.s, m.at+1)
	switch {
	case next == 'u' && m.at+6 <= len(m.s) && isHex(m.s[m.at+2:m.at+6]):
		m.out.WriteString(m.s[m.at : m.at+6])
		m.at += 5
	case next != 0 && strings.IndexByte(`"\/bfnrt`, next) >= 0:
		m.out.WriteString(m.s[m.at : m.at+2])
		m.at++
	}
}

func isHex(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.Is(unicode.ASCII_Hex_Digit, r) }) < 0
}

// ends tells whether JSON goes on at a place behind a quote: with a colon
// behind a key; with a closing bracket or a comma behind a value, and behind
// the comma of an object another key.
func (m *mender) ends(at int, key bool) bool {
	at = blanksEnd(m.s, at)
	c := byteAt(m.s, at)
	switch {
	case c == 0, c == '/' && (byteAt(m.s, at+1) == '/' || byteAt(m.s, at+1) == '*'), strings.HasPrefix(m.s[at:], "<!--"):
		return true
	case key:
		return c == ':'
	case c == '}', c == ']':
		return true
	case c != ',':
		return false
	}
	at = blanksEnd(m.s, at+1)
	if c = byteAt(m.s, at); c == ',' || c == '}' || c == ']' || c == '/' || c == 0 {
		return true
	}
	return m.inside() != '{' || m.isKey(at)
}

// isKey tells the name of a member, bare or in quotes, by its colon.
func (m *mender) isKey(at int) bool {
	const longest = 80
	quote := byteAt(m.s, at)
	if quote == '"' || quote == '\'' {
		name, _, ok := strings.Cut(m.s[at+1:min(len(m.s), at+longest)], string(quote))
		return ok && byteAt(m.s, blanksEnd(m.s, at+1+len(name)+1)) == ':'
	}
	from := at
	for at < len(m.s) && at-from < longest && (m.s[at]|0x20 >= 'a' && m.s[at]|0x20 <= 'z' || m.s[at] == '@') {
		at++
	}
	return at > from && byteAt(m.s, blanksEnd(m.s, at)) == ':'
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
