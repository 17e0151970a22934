package assets

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is a kind of token of CSS Syntax, level 3.
type tokenKind uint8

const (
	endToken tokenKind = iota
	blankToken
	commentToken // there is none in the standard: it parts two tokens
	identToken
	functionToken // its text is the name
	atToken       // likewise
	hashToken     // likewise
	stringToken
	urlToken // url(address), without quotes
	numberToken
	dimensionToken // its text is the unit
	percentToken
	delimToken // one character, or "<!--" and "-->"
	openToken  // one of ( [ {
	closeToken // one of ) ] }
	semicolonToken
	badToken // a string or an address that no browser reads
)

// cssToken is a token with its escapes undone.
type cssToken struct {
	kind   tokenKind
	text   string
	number string // as it is written
}

// lexer reads a style sheet token by token. It never fails, and goes over each byte a
// bounded number of times.
type lexer struct {
	css string
	at  int
}

func (l *lexer) next() cssToken {
	if l.at >= len(l.css) {
		return cssToken{}
	}
	begin, c := l.at, l.css[l.at]
	switch {
	case isBlank(c):
		l.skipBlanks()
		return cssToken{kind: blankToken, text: " "}
	case strings.HasPrefix(l.css[begin:], "/*"):
		if end := strings.Index(l.css[begin+2:], "*/"); end >= 0 {
			l.at += end + 4
		} else {
			l.at = len(l.css)
		}
		return cssToken{kind: commentToken}
	case c == '"' || c == '\'':
		return l.quoted(c)
	case l.startsNumber(begin):
		return l.numeric()
	case strings.HasPrefix(l.css[begin:], "<!--"):
		l.at += 4
		return cssToken{kind: delimToken, text: "<!--"}
	case strings.HasPrefix(l.css[begin:], "-->"):
		l.at += 3
		return cssToken{kind: delimToken, text: "-->"}
	case l.startsIdent(begin):
		return l.identLike()
	}
	l.at++
	switch c {
	case '#':
		if l.isName(l.at) || l.isEscape(l.at) {
			return cssToken{kind: hashToken, text: l.name()}
		}
	case '@':
		if l.startsIdent(l.at) {
			return cssToken{kind: atToken, text: l.name()}
		}
	case '(', '[', '{':
		return cssToken{kind: openToken, text: string(c)}
	case ')', ']', '}':
		return cssToken{kind: closeToken, text: string(c)}
	case ';':
		return cssToken{kind: semicolonToken, text: ";"}
	case '\\':
		return cssToken{kind: badToken}
	}
	return cssToken{kind: delimToken, text: string(c)} // a byte of ASCII: all others begin names
}

// identLike reads a name, and what it begins: a function, an address.
func (l *lexer) identLike() cssToken {
	name := l.name()
	if l.at >= len(l.css) || l.css[l.at] != '(' {
		return cssToken{kind: identToken, text: name}
	}
	l.at++
	if !strings.EqualFold(name, "url") {
		return cssToken{kind: functionToken, text: name}
	}
	quote := l.at
	for quote < len(l.css) && isBlank(l.css[quote]) {
		quote++
	}
	if quote < len(l.css) && (l.css[quote] == '"' || l.css[quote] == '\'') {
		return cssToken{kind: functionToken, text: name}
	}
	l.at = quote
	return l.address()
}

// address reads what follows "url(" without quotes.
func (l *lexer) address() cssToken {
	var b strings.Builder
	for l.at < len(l.css) {
		c := l.css[l.at]
		switch {
		case c == ')':
			l.at++
			return cssToken{kind: urlToken, text: b.String()}
		case isBlank(c):
			l.skipBlanks()
			if l.at < len(l.css) && l.css[l.at] != ')' {
				return l.badAddress()
			}
		case l.isEscape(l.at):
			b.WriteRune(l.escape())
		case c == '"' || c == '\'' || c == '(' || c == '\\' || isControl(c):
			return l.badAddress()
		default:
			b.WriteRune(l.letter())
		}
	}
	return cssToken{kind: urlToken, text: b.String()}
}

func (l *lexer) badAddress() cssToken {
	for l.at < len(l.css) {
		switch {
		case l.css[l.at] == ')':
			l.at++
			return cssToken{kind: badToken}
		case l.isEscape(l.at):
			l.escape()
		default:
			l.at++
		}
	}
	return cssToken{kind: badToken}
}

func (l *lexer) quoted(quote byte) cssToken {
	var b strings.Builder
	for l.at++; l.at < len(l.css); {
		c := l.css[l.at]
		switch {
		case c == quote:
			l.at++
			return cssToken{kind: stringToken, text: b.String()}
		case isNewline(c):
			return cssToken{kind: badToken}
		case c == '\\' && l.at+1 == len(l.css):
			l.at++
		case c == '\\' && isNewline(l.css[l.at+1]):
			l.at++
			l.newline()
		case c == '\\':
			b.WriteRune(l.escape())
		default:
			b.WriteRune(l.letter())
		}
	}
	return cssToken{kind: stringToken, text: b.String()}
}

func (l *lexer) numeric() cssToken {
	begin := l.at
	if c := l.css[l.at]; c == '+' || c == '-' {
		l.at++
	}
	l.digits()
	if l.at+1 < len(l.css) && l.css[l.at] == '.' && isDigit(l.css[l.at+1]) {
		l.at++
		l.digits()
	}
	if l.at < len(l.css) && l.css[l.at]|0x20 == 'e' {
		exponent := l.at + 1
		if exponent < len(l.css) && (l.css[exponent] == '+' || l.css[exponent] == '-') {
			exponent++
		}
		if exponent < len(l.css) && isDigit(l.css[exponent]) {
			l.at = exponent
			l.digits()
		}
	}
	number := l.css[begin:l.at]
	switch {
	case l.startsIdent(l.at):
		return cssToken{kind: dimensionToken, number: number, text: l.name()}
	case l.at < len(l.css) && l.css[l.at] == '%':
		l.at++
		return cssToken{kind: percentToken, number: number}
	}
	return cssToken{kind: numberToken, number: number}
}

func (l *lexer) digits() {
	for l.at < len(l.css) && isDigit(l.css[l.at]) {
		l.at++
	}
}

// name reads a name with its escapes.
func (l *lexer) name() string {
	begin := l.at
	for l.at < len(l.css) && isPlain(l.css[l.at]) {
		l.at++
	}
	if !l.isName(l.at) && !l.isEscape(l.at) {
		return l.css[begin:l.at] // as nearly all are
	}
	var b strings.Builder
	b.WriteString(l.css[begin:l.at])
	for {
		switch {
		case l.isName(l.at):
			b.WriteRune(l.letter())
		case l.isEscape(l.at):
			b.WriteRune(l.escape())
		default:
			return b.String()
		}
	}
}

// escape reads one, of which [lexer.isEscape] knows.
func (l *lexer) escape() rune {
	l.at++
	if l.at >= len(l.css) {
		return utf8.RuneError
	}
	var r rune
	digits := 0
	for ; digits < 6 && l.at < len(l.css) && hexValue(l.css[l.at]) >= 0; digits++ {
		r = r<<4 | rune(hexValue(l.css[l.at]))
		l.at++
	}
	if digits == 0 {
		return l.letter()
	}
	if l.at < len(l.css) && isBlank(l.css[l.at]) {
		l.newline()
	}
	if r == 0 || !utf8.ValidRune(r) {
		return utf8.RuneError
	}
	return r
}

// letter reads one character; what is none in UTF-8, and NUL, is U+FFFD.
func (l *lexer) letter() rune {
	r, size := utf8.DecodeRuneInString(l.css[l.at:])
	l.at += size
	if r == 0 {
		return utf8.RuneError
	}
	return r
}

// newline goes over one blank, "\r\n" being one.
func (l *lexer) newline() {
	if strings.HasPrefix(l.css[l.at:], "\r\n") {
		l.at++
	}
	l.at++
}

func (l *lexer) skipBlanks() {
	for l.at < len(l.css) && isBlank(l.css[l.at]) {
		l.at++
	}
}

// isEscape reports whether a valid escape begins at a place.
func (l *lexer) isEscape(at int) bool {
	return at < len(l.css) && l.css[at] == '\\' && (at+1 == len(l.css) || !isNewline(l.css[at+1]))
}

// isName reports whether the character at a place can be in a name.
func (l *lexer) isName(at int) bool {
	return at < len(l.css) && (isPlain(l.css[at]) || l.css[at] >= utf8.RuneSelf || l.css[at] == 0)
}

func (l *lexer) startsIdent(at int) bool {
	if at < len(l.css) && l.css[at] == '-' {
		at++
		return at < len(l.css) && l.css[at] == '-' || l.startsName(at)
	}
	return l.startsName(at)
}

func (l *lexer) startsName(at int) bool {
	return l.isName(at) && !isDigit(l.css[at]) && l.css[at] != '-' || l.isEscape(at)
}

func (l *lexer) startsNumber(at int) bool {
	if c := l.css[at]; c == '+' || c == '-' {
		at++
	}
	if at < len(l.css) && l.css[at] == '.' {
		at++
	}
	return at < len(l.css) && isDigit(l.css[at])
}

func isBlank(c byte) bool   { return c == ' ' || c == '\t' || isNewline(c) }
func isNewline(c byte) bool { return c == '\n' || c == '\r' || c == '\f' }
func isDigit(c byte) bool   { return '0' <= c && c <= '9' }
func isControl(c byte) bool { return 0 < c && c < ' ' || c == 0x7f }

// isPlain is what a name can have of ASCII.
func isPlain(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '-' || c == '_'
}

func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// writeToken writes a token so that every reader of CSS reads this one: names with an escape
// for whatever is no letter or digit, strings in double quotes, never a "<" that could end a
// style element.
func writeToken(b *strings.Builder, t cssToken) {
	switch t.kind {
	case commentToken:
		b.WriteString("/**/")
	case identToken:
		writeIdent(b, t.text)
	case functionToken:
		writeIdent(b, t.text)
		b.WriteByte('(')
	case atToken:
		b.WriteByte('@')
		writeIdent(b, t.text)
	case hashToken:
		b.WriteByte('#')
		writeName(b, t.text)
	case stringToken:
		writeString(b, t.text)
	case numberToken:
		b.WriteString(t.number)
	case percentToken:
		b.WriteString(t.number + "%")
	case dimensionToken:
		b.WriteString(t.number)
		if rest := t.text[1:]; t.text[0]|0x20 == 'e' && strings.TrimPrefix(rest, "-") != "" && isDigit(strings.TrimPrefix(rest, "-")[0]) { // it would be an exponent
			writeEscape(b, rune(t.text[0]))
			writeName(b, rest)
		} else {
			writeIdent(b, t.text)
		}
	case blankToken, delimToken, openToken, closeToken, semicolonToken:
		b.WriteString(t.text)
	case endToken, urlToken, badToken:
	}
}

func writeIdent(b *strings.Builder, name string) {
	rest := strings.TrimPrefix(name, "-")
	switch {
	case name == "-":
		writeEscape(b, '-')
	case rest != "" && isDigit(rest[0]):
		b.WriteString(name[:len(name)-len(rest)])
		writeEscape(b, rune(rest[0]))
		writeName(b, rest[1:])
	default:
		writeName(b, name)
	}
}

func writeName(b *strings.Builder, name string) {
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf || !isPlain(byte(r)) }) {
		b.WriteString(name) // as nearly all are
		return
	}
	for _, r := range name {
		if r < utf8.RuneSelf && isPlain(byte(r)) || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r)) {
			b.WriteRune(r)
		} else {
			writeEscape(b, r)
		}
	}
}

func writeString(b *strings.Builder, text string) {
	b.WriteByte('"')
	for _, r := range text {
		if r == '"' || r == '\\' || r == '<' || r < ' ' || r == 0x7f || r >= utf8.RuneSelf && !unicode.IsGraphic(r) && r != '\u200d' {
			writeEscape(b, r)
		} else {
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

func writeEscape(b *strings.Builder, r rune) {
	const hex = "0123456789abcdef"
	b.WriteByte('\\')
	for shift := 20; shift >= 0; shift -= 4 {
		if r>>shift != 0 || shift == 0 {
			b.WriteByte(hex[r>>shift&15])
		}
	}
	b.WriteByte(' ')
}
