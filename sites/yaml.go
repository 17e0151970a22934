package sites

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A newspaper's file is YAML, of which it needs little: keys and values, lists, and texts in one
// line each. What else YAML has is refused: anchors, tags, texts over several lines, several documents
// are where two readers of YAML differ, and what files are made of that unfold to gigabytes. What
// is read here means the same to every reader of YAML.

// node is a value of a file.
type node struct {
	kind   nodeKind
	quoted bool   // it is a text, whatever it looks like
	at     int32  // where it begins, in bytes
	text   string // of a scalar
	inner  []node // of a list; of a mapping each key, and behind it its value
}

// keys are how many keys a mapping has.
func (n *node) keys() int { return len(n.inner) / 2 }

func (n *node) key(i int) *node   { return &n.inner[2*i] }
func (n *node) value(i int) *node { return &n.inner[2*i+1] }

type nodeKind uint8

const (
	scalar nodeKind = iota
	mapping
	sequence
)

// maxDepth bounds how deep values nest; a newspaper's file needs four.
const maxDepth = 16

// syntaxError is what is wrong with a file, and at which byte.
type syntaxError struct {
	at  int32
	err error
}

// yamlReader reads a file. It stops at the first fault.
type yamlReader struct {
	source string
	pos    int
	line   int // where the line of pos begins
	depth  int
	err    *syntaxError
}

// readYAML reads a file of plainText into its root.
func readYAML(source string) (node, *syntaxError) {
	r := yamlReader{source: source}
	if r.skip(); r.err == nil && r.separates("---") {
		r.pos += len("---")
		r.endOfLine()
		r.skip()
	}
	var root node
	if r.err == nil {
		root = r.block()
	}
	switch {
	case r.err != nil:
	case r.separates("---") || r.separates("..."):
		r.wrong(r.here(), "a second document: a newspaper's file is one")
	case r.pos < len(r.source):
		r.misplaced()
	}
	return root, r.err
}

func (r *yamlReader) wrong(at int32, format string, args ...any) {
	if r.err == nil {
		r.err = &syntaxError{at, fmt.Errorf(format, args...)}
		r.pos = len(r.source)
	}
}

// misplaced is for a line that belongs to nothing above it.
func (r *yamlReader) misplaced() {
	r.wrong(r.here(), "this line stands further in or out than those that it belongs to; a text stands in one line, in quotes")
}

// peek is the byte at an offset from here, 0 behind the end.
func (r *yamlReader) peek(offset int) byte {
	if r.pos+offset < len(r.source) {
		return r.source[r.pos+offset]
	}
	return 0
}

// ends tells a byte behind which a word of the file's own has ended.
func ends(c byte) bool { return c == ' ' || c == '\n' || c == 0 }

func (r *yamlReader) here() int32 { return int32(r.pos) } // of maxFile at most

func (r *yamlReader) column() int { return r.pos - r.line }

// separates tells that a line of a mark alone begins here.
func (r *yamlReader) separates(mark string) bool {
	return r.column() == 0 && strings.HasPrefix(r.source[r.pos:], mark) && ends(r.peek(len(mark)))
}

// skip goes on to what comes next, over blanks, comments and lines.
func (r *yamlReader) skip() {
	for r.pos < len(r.source) {
		switch c := r.source[r.pos]; {
		case c == '\n':
			r.pos++
			r.line = r.pos
		case c == ' ':
			r.pos++
		case c == '#' && (r.pos == r.line || ends(r.source[r.pos-1])):
			r.pos += len(r.rest())
		default:
			return
		}
	}
}

// rest is what is left of the line.
func (r *yamlReader) rest() string {
	line, _, _ := strings.Cut(r.source[r.pos:], "\n")
	return line
}

// blanks goes over those in this line.
func (r *yamlReader) blanks() {
	for r.peek(0) == ' ' {
		r.pos++
	}
}

// endOfLine goes to the end of a line that has nothing more to say.
func (r *yamlReader) endOfLine() {
	from := r.pos
	r.blanks()
	switch c := r.peek(0); {
	case c == 0 || c == '\n':
	case c == '#' && r.pos > from:
		r.pos += len(r.rest())
	default:
		r.wrong(r.here(), "%q stands behind the value: put a text that has it in quotes", clip(r.rest()))
	}
}

// clip shortens what is quoted from a file.
func clip(text string) string {
	const most = 30
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

// enter counts how deep values nest.
func (r *yamlReader) enter() bool {
	if r.depth++; r.depth > maxDepth {
		r.wrong(r.here(), "more than %d values inside one another", maxDepth)
	}
	return r.err == nil
}

// block reads the value that begins here, on a line of its own or behind a hyphen, and goes on to
// what comes next.
func (r *yamlReader) block() node {
	defer func() { r.depth-- }()
	if !r.enter() {
		return node{}
	}
	column := r.column()
	switch c := r.peek(0); {
	case c == '-' && ends(r.peek(1)):
		return r.list(column)
	case c == '[' || c == '{':
		n := r.bracket()
		r.endOfLine()
		r.skip()
		return n
	}
	first := r.scalar(false)
	if r.err == nil && r.isKey() {
		return r.mapping(column, first)
	}
	r.endOfLine()
	r.skip()
	return first
}

// isKey tells whether a scalar just read is a key: a colon and a blank stand behind it.
func (r *yamlReader) isKey() bool {
	i := r.pos
	for i < len(r.source) && r.source[i] == ' ' {
		i++
	}
	return i < len(r.source) && r.source[i] == ':' && (i+1 == len(r.source) || ends(r.source[i+1]))
}

// list reads the entries whose hyphens stand in a column.
func (r *yamlReader) list(column int) node {
	n := node{kind: sequence, at: r.here(), inner: make([]node, 0, 4)}
	for r.err == nil && r.pos < len(r.source) && r.column() == column && r.peek(0) == '-' && ends(r.peek(1)) {
		line := r.line
		r.pos++
		r.skip()
		switch {
		case r.err != nil:
		case r.line == line || r.column() > column && r.pos < len(r.source):
			n.inner = append(n.inner, r.block())
		default:
			n.inner = append(n.inner, node{at: int32(max(r.line-1, 0))})
		}
	}
	r.under(column)
	return n
}

// under tells that the line which is reached, if it is set in further than a column, is misplaced.
func (r *yamlReader) under(column int) {
	if r.err == nil && r.pos < len(r.source) && r.column() > column {
		r.misplaced()
	}
}

// mapping reads the keys that stand in a column, and their values; the first key has been read.
func (r *yamlReader) mapping(column int, key node) node {
	n := node{kind: mapping, at: key.at, inner: make([]node, 0, 8)}
	for {
		r.blanks()
		r.pos++ // the colon
		n.inner = append(n.inner, key, r.behind(column))
		if r.under(column); r.err != nil || r.pos >= len(r.source) || r.column() != column || r.separates("---") || r.separates("...") {
			return n
		}
		if c := r.peek(0); c == '-' && ends(r.peek(1)) {
			r.misplaced()
			return n
		}
		if key = r.scalar(false); r.err == nil && !r.isKey() {
			r.wrong(key.at, "%q: here stands a key, and a colon and a blank behind it; a text stands in one line, in quotes", clip(key.text))
		}
		if r.err != nil {
			return n
		}
	}
}

// behind reads what stands behind a key in a column, in its line or set in below it.
func (r *yamlReader) behind(column int) node {
	line, colon := r.line, r.here()-1
	r.skip()
	var n node
	switch {
	case r.err != nil:
	case r.line == line && r.pos < len(r.source):
		switch c := r.peek(0); {
		case c == '[' || c == '{':
			if n = r.bracketAt(); r.err != nil {
				return n
			}
		case c == '-' && ends(r.peek(1)):
			r.wrong(r.here(), "a list begins on a line of its own, below its key")
		default:
			if n = r.scalar(false); r.err == nil && r.isKey() {
				r.wrong(n.at, "a colon and a blank in a text: put the text in quotes")
			}
		}
		r.endOfLine()
		r.skip()
	case r.pos < len(r.source) && (r.column() > column || r.column() == column && r.peek(0) == '-' && ends(r.peek(1)) && !r.separates("---")):
		return r.block()
	default:
		return node{at: colon}
	}
	return n
}

// bracketAt reads a value in brackets, counting how deep it stands.
func (r *yamlReader) bracketAt() node {
	defer func() { r.depth-- }()
	if !r.enter() {
		return node{}
	}
	return r.bracket()
}

// bracket reads a list or a mapping in brackets, over as many lines as it has.
func (r *yamlReader) bracket() node {
	n := node{kind: sequence, at: r.here(), inner: make([]node, 0, 4)}
	end := byte(']')
	if r.peek(0) == '{' {
		n.kind, end = mapping, '}'
	}
	for r.pos++; ; {
		if r.skip(); r.err != nil {
			return n
		}
		switch r.peek(0) {
		case 0:
			r.wrong(n.at, "the bracket is not closed")
			return n
		case end:
			r.pos++
			return n
		}
		if n.kind == mapping {
			n.inner = append(n.inner, r.key())
		}
		n.inner = append(n.inner, r.entry())
		if r.skip(); r.err != nil {
			return n
		}
		switch c := r.peek(0); c {
		case ',':
			r.pos++
		case end, 0:
		default:
			r.wrong(r.here(), "%q in the brackets that begin in line %d: here stands a comma or %q; put a text that has brackets, commas or colons in quotes",
				clip(r.rest()), 1+strings.Count(r.source[:n.at], "\n"), end)
			return n
		}
	}
}

// key reads a key in brackets, and the colon behind it.
func (r *yamlReader) key() node {
	n := r.scalar(true)
	r.blanks()
	if r.err == nil && (r.peek(0) != ':' || !ends(r.peek(1))) {
		r.wrong(n.at, "%q: here stands a key, and a colon and a blank behind it", clip(n.text))
	}
	r.pos++
	return n
}

// entry reads a value in brackets.
func (r *yamlReader) entry() node {
	if r.skip(); r.err != nil {
		return node{}
	}
	switch c := r.peek(0); c {
	case '[', '{':
		return r.bracketAt()
	case ',', ']', '}':
		r.wrong(r.here(), "no value before %q", c)
		return node{}
	}
	n := r.scalar(true)
	if r.err == nil && r.isKey() {
		r.wrong(n.at, "a colon and a blank in a text: put the text in quotes")
	}
	return n
}

// scalar reads a text in one line, in quotes or not. Within brackets they end it, and commas.
func (r *yamlReader) scalar(inBrackets bool) node {
	n := node{at: r.here()}
	if r.err != nil {
		return n
	}
	switch c := r.peek(0); c {
	case '\'', '"':
		n.text, n.quoted = r.quotation(c), true
		return n
	case '&', '*', '!':
		r.wrong(n.at, "anchors, aliases and tags have no place here: put a text that begins with %q in quotes", c)
	case '|', '>':
		r.wrong(n.at, "a text stands in one line, in quotes")
	case ',', ']', '}', '[', '{', '#', '%', '@', '`':
		r.wrong(n.at, "%q begins no text: put the text in quotes", c)
	case '-', '?', ':':
		if next := r.peek(1); ends(next) || inBrackets && strings.IndexByte(",[]{}", next) >= 0 {
			r.wrong(n.at, "%q begins no text: put the text in quotes", c)
		}
	}
	if r.err != nil {
		return n
	}
	line := r.rest()
	end := len(line)
	for i := range len(line) {
		c := line[i]
		if c == ':' && (i+1 == len(line) || ends(line[i+1])) || c == '#' && i > 0 && ends(line[i-1]) ||
			inBrackets && (strings.IndexByte(",[]{}", c) >= 0 || c == ':' && strings.IndexByte(",[]{}", line[i+1]) >= 0) {
			end = i
			break
		}
	}
	n.text = strings.TrimRight(line[:end], " ")
	r.pos += len(n.text)
	return n
}

// quotation reads a text in quotes.
func (r *yamlReader) quotation(mark byte) string {
	at := r.here()
	line := r.rest()
	for i := 1; i < len(line); i++ {
		switch {
		case mark == '"' && line[i] == '\\':
			i++
		case mark == '\'' && line[i] == mark && i+1 < len(line) && line[i+1] == mark:
			i++
		case line[i] == mark:
			r.pos += i + 1
			if mark == '\'' {
				return strings.ReplaceAll(line[1:i], "''", "'")
			}
			text, err := unescaped(line[1:i])
			if err != nil {
				r.wrong(at, "%w", err)
			}
			return text
		}
	}
	r.wrong(at, "the quote is not closed in its line")
	return ""
}

// escapes are what stands for one character behind a backslash, in double quotes.
var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// unescaped is what a text in double quotes says.
func unescaped(text string) (string, error) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, nil
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		i++ // never behind the end: a backslash there keeps the quote from closing
		digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[text[i]]
		if one, ok := escapes[text[i]]; ok {
			b.WriteString(one)
			continue
		}
		if digits == 0 || i+digits >= len(text) {
			return "", fmt.Errorf(`no character is written \%c in double quotes: single quotes take a text as it is`, text[i])
		}
		code, err := strconv.ParseUint(text[i+1:i+1+digits], 16, 32)
		if err != nil || !utf8.ValidRune(rune(code)) {
			return "", errors.New(`\` + text[i:i+1+digits] + ` is no character`)
		}
		b.WriteRune(rune(code))
		i += digits
	}
	return b.String(), nil
}
