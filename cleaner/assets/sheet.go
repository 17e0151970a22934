package assets

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// dead is an address that holds nothing: what cannot be loaded is declared still, so that of
// several fonts a browser takes the next one.
const dead = "data:,"

const (
	maxDepth   = 200     // of brackets, one in the other
	maxSegment = 1 << 16 // tokens of one declaration or selector
	// maxAddresses bounds the addresses in a sheet that are made absolute: each may be long, and two letters
	// there. Those beyond are dead.
	maxAddresses = 4000
)

// OfSheet finds what a style sheet needs: sheets that it imports, pictures, and of each font
// the form that browsers of today like best, but for those that have letters of other scripts alone. At most [MaxNeeds], each once, in the order of the sheet.
func OfSheet(css []byte, address string) []Need {
	var c collection
	c.sheet(string(css), parseBase(address), (*rewriting).rules)
	return c.needs
}

// sheet collects what a sheet needs.
func (c *collection) sheet(css string, base *url.URL, read func(*rewriting, string)) {
	var group []reference
	flush := func() {
		if len(group) == 0 {
			return
		}
		slices.SortStableFunc(group, func(a, b reference) int { return cmp.Compare(b.worth, a.worth) })
		var all []string
		for _, r := range group {
			all = append(all, r.address)
		}
		c.add(group[0].kind, all)
		group = group[:0]
	}
	r := rewriting{base: base, unused: func(since int) {
		if len(group) > 0 && group[0].kind == Font && group[0].group > since {
			group = group[:0]
		}
	}, to: func(ref reference) string {
		if ref.kind == Font && ref.worth == 0 || isDataAddress(ref.address) {
			return ""
		}
		if len(group) > 0 && (ref.group == 0 || ref.group != group[0].group) {
			flush()
		}
		group = append(group, ref)
		return ""
	}}
	read(&r, css)
	flush()
	c.tried += r.asked
}

// RewriteSheet writes a style sheet anew, token by token, with every address replaced by what
// to says of it, "" being one that does not exist. Addresses are asked for as [OfSheet] gives them, absolute
// and without their fragment, which is put back. What is not of http or https is dead, but for
// places in the document itself ("#id") and fonts that are in the sheet (data:). Of a picture that is
// in the sheet to is asked with its address, too: a drawing has to be made inert.
//
// What runs or loads otherwise is left out, with its declaration: expression(), behavior,
// -moz-binding, filters that load, element(), addresses that are put together of variables, at-rules that
// are not on a list. So is what no browser reads. The result is UTF-8, closes all
// that it opens, holds no "<" before a letter or a slash, and can stand in a style element.
func RewriteSheet(css []byte, address string, to func(address string, k Kind) string) []byte {
	r := rewriting{base: parseBase(address), to: func(ref reference) string { return to(ref.address, ref.kind) }}
	r.rules(string(css))
	return []byte(r.out.String())
}

// RewriteStyle is [RewriteSheet] for the declarations of a style attribute: the result can stand
// between braces.
func RewriteStyle(declarations, address string, to func(address string, k Kind) string) string {
	r := rewriting{base: parseBase(address), to: func(ref reference) string { return to(ref.address, ref.kind) }}
	r.declarations(declarations)
	return r.out.String()
}

// reference is one address in a sheet.
type reference struct {
	address string
	kind    Kind
	group   int     // of several addresses for one thing; 0 is none
	worth   float64 // the best of a group has most
}

// rewriting goes through one sheet.
type rewriting struct {
	base *url.URL
	to   func(reference) string
	// unused is called at the end of a font that has no letters of these newspapers; its groups
	// come after since.
	unused func(since int)
	out    strings.Builder

	lexer   lexer
	tokens  []cssToken // of the segment
	inline  bool       // it is a style attribute
	blocks  []string   // that are open: names of at-rules, "" of others
	groups  int
	asked   int  // addresses
	foreign bool // the font that is open has no letters of these newspapers
	font    int  // groups before it
}

// segment is what stands up to a semicolon, a brace that opens a block, or one that closes it.
type segment struct {
	tokens []cssToken
	end    byte // ';', '{', '}', or 0 at the sheet's end
	bad    bool // no browser reads it

	variable bool // it declares one, as was found out
}

// rules rewrites a sheet.
func (r *rewriting) rules(css string) {
	r.lexer.css = strings.TrimPrefix(css, "\ufeff")
	for {
		s := r.segment()
		switch s.end {
		case '{':
			r.block(s)
		case '}':
			r.declaration(s)
			if len(r.blocks) > 0 { // else it makes the next rule invalid, in browsers and here
				r.endFont()
				r.blocks = r.blocks[:len(r.blocks)-1]
			}
			r.out.WriteString("}\n")
		case ';', 0:
			r.declaration(s)
		}
		if s.end == 0 {
			break
		}
	}
	r.out.WriteString(strings.Repeat("}", len(r.blocks)))
}

// endFont is called before a block ends.
func (r *rewriting) endFont() {
	if r.foreign && r.unused != nil && r.blocks[len(r.blocks)-1] == "font-face" {
		r.unused(r.font)
	}
	r.foreign = false
}

// declarations rewrites a style attribute.
func (r *rewriting) declarations(css string) {
	r.lexer.css, r.inline = css, true
	for {
		s := r.segment()
		r.declaration(s)
		if s.end == 0 {
			return
		}
	}
}

// segment reads the next one.
func (r *rewriting) segment() segment {
	s := segment{tokens: r.tokens[:0]} // those of the one before have been written
	defer func() { r.tokens = s.tokens }()
	var open []byte
	for {
		t := r.lexer.next()
		if len(open) == 0 {
			switch {
			case t.kind == semicolonToken:
				s.end = ';'
				return s
			case r.inline:
			case t.kind == openToken && t.text == "{" && !s.isVariable():
				s.end = '{'
				return s
			case t.kind == closeToken && t.text == "}":
				s.end = '}'
				return s
			case t.kind == delimToken && len(s.tokens) == 0 && len(r.blocks) == 0 && (t.text == "<!--" || t.text == "-->"):
				continue // around the sheet, for browsers without any
			}
		}
		switch t.kind {
		case endToken:
			for i := len(open) - 1; i >= 0 && !s.bad; i-- {
				s.tokens = append(s.tokens, cssToken{kind: closeToken, text: string(open[i])})
			}
			return s
		case badToken:
			s.bad = true
		case functionToken:
			open = append(open, ')')
		case openToken:
			// A brace in brackets is read in a variable alone.
			s.bad = s.bad || t.text == "{" && (r.inline || len(open) > 0 && !s.isVariable())
			open = append(open, closing(t.text))
		case closeToken:
			if len(open) > 0 && open[len(open)-1] == t.text[0] {
				open = open[:len(open)-1]
			} else {
				s.bad = true
			}
		case blankToken:
			if len(s.tokens) == 0 {
				continue
			}
		}
		if s.bad = s.bad || len(open) > maxDepth || len(s.tokens) > maxSegment; !s.bad {
			s.tokens = append(s.tokens, t)
		}
	}
}

func closing(open string) byte {
	switch open {
	case "(":
		return ')'
	case "[":
		return ']'
	}
	return '}'
}

// isVariable reports whether a segment declares a variable, whose value may have braces: it is asked
// for each of them.
func (s *segment) isVariable() bool {
	if !s.variable {
		name, rest := s.property()
		s.variable = strings.HasPrefix(name, "--") && rest != nil
	}
	return s.variable
}

// property is the name of the property that a segment declares, in lower case, and its tokens
// from the colon on; nil where it declares none.
func (s *segment) property() (name string, rest []cssToken) {
	for i, t := range s.tokens {
		switch {
		case t.kind == identToken && name == "":
			name = strings.ToLower(t.text)
		case t.kind == delimToken && t.text == "*" && name == "": // a hack for old browsers, which others do not read
		case t.kind == blankToken, t.kind == commentToken:
		case t.kind == delimToken && t.text == ":" && name != "":
			return name, s.tokens[i:]
		default:
			return "", nil
		}
	}
	return "", nil
}

// block writes what opens a block, or goes over it all.
func (r *rewriting) block(s segment) {
	name := ""
	if len(s.tokens) > 0 && s.tokens[0].kind == atToken {
		name = strings.ToLower(s.tokens[0].text)
		s.bad = s.bad || !atRules[strings.TrimPrefix(name, vendor(name))]
	}
	if property, _ := s.property(); forbidden[strings.TrimPrefix(property, vendor(property))] {
		s.bad = true
	}
	if !s.bad && len(r.blocks) < maxDepth {
		if text, ok := r.segmentText(s.tokens); ok {
			r.blocks, r.foreign, r.font = append(r.blocks, name), false, r.groups
			r.out.WriteString(text + "{")
			return
		}
	}
	r.skipBlock()
}

// skipBlock goes over a block that was opened.
func (r *rewriting) skipBlock() {
	for depth := 1; depth > 0; {
		switch s := r.segment(); s.end {
		case '{':
			depth++
		case '}':
			depth--
		case 0:
			return
		}
	}
}

// declaration writes a declaration, or an at-rule without a block.
func (r *rewriting) declaration(s segment) {
	top := len(r.blocks) == 0 && !r.inline
	switch {
	case len(s.tokens) > 0 && s.tokens[0].kind == atToken:
		if name := strings.ToLower(s.tokens[0].text); s.bad || r.inline {
			return
		} else if name == "import" && top {
			r.imported(s.tokens[1:])
		} else if name == "layer" {
			r.write(s.tokens)
		}
		return
	case top && s.end == ';':
		r.out.WriteByte(';') // makes the next rule invalid, in browsers and here
		return
	case s.bad, len(s.tokens) == 0, top:
		return
	}
	name, rest := s.property()
	if name == "" || runs(s.tokens) {
		return
	}
	if name == "unicode-range" {
		r.foreign = !hasLetters(rest)
	}
	r.write(s.tokens)
}

func (r *rewriting) write(tokens []cssToken) {
	if text, ok := r.segmentText(tokens); ok {
		r.out.WriteString(text + ";")
	}
}

// segmentText is a segment rewritten: an at-rule's name can stand at its beginning alone.
func (r *rewriting) segmentText(tokens []cssToken) (string, bool) {
	if len(tokens) == 0 || tokens[0].kind != atToken {
		return r.value(tokens)
	}
	var name strings.Builder
	writeToken(&name, tokens[0])
	rest, ok := r.value(tokens[1:])
	return name.String() + rest, ok
}

// imported writes an import.
func (r *rewriting) imported(tokens []cssToken) {
	for i, t := range tokens {
		if t.kind == blankToken || t.kind == commentToken {
			continue
		}
		address, n, ok := addressOf(tokens[i:])
		if t.kind == stringToken {
			address, n, ok = t.text, 1, true
		}
		if !ok || slices.ContainsFunc(tokens[i+n:], func(t cssToken) bool { return t.kind == stringToken }) {
			return // a string more is for no screen
		}
		rest, ok := r.value(tokens[i+n:])
		if to := r.resolved(address, reference{kind: Style}); ok && to != dead {
			r.out.WriteString("@import ")
			writeAddress(&r.out, to)
			if rest = strings.TrimLeft(rest, " "); rest != "" {
				rest = " " + rest // browsers that look ahead read up to a blank
			}
			r.out.WriteString(rest + ";\n")
		}
		return
	}
}

// atRules are those that may have a block, without a vendor's prefix.
var atRules = set("media supports layer container font-face keyframes page scope starting-style property counter-style viewport " +
	"font-feature-values font-palette-values stylistic styleset swash ornaments annotation character-variant historical-forms position-try view-transition " +
	"top-left-corner top-left top-center top-right top-right-corner bottom-left-corner bottom-left bottom-center bottom-right bottom-right-corner " +
	"left-top left-middle left-bottom right-top right-middle right-bottom")

// forbidden are properties that run something, without a vendor's prefix.
var forbidden = set("behavior binding link link-source")

// runs reports whether a declaration is of such a property, or a variable that holds one.
func runs(tokens []cssToken) bool {
	begins, name := true, "" // a declaration, of a property
	for _, t := range tokens {
		switch {
		case t.kind == blankToken, t.kind == commentToken, begins && t.kind == delimToken && t.text == "*":
		case begins && t.kind == identToken:
			begins, name = false, strings.ToLower(t.text)
		case t.kind == delimToken && t.text == ":" && forbidden[strings.TrimPrefix(name, vendor(name))]:
			return true
		default:
			begins, name = t.kind == semicolonToken || t.text == "{" || t.text == "}", ""
		}
	}
	return false
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// vendor is the prefix of a name ("-webkit-"), "" of most.
func vendor(name string) string {
	if rest, ok := strings.CutPrefix(name, "-"); ok {
		if i := strings.IndexByte(rest, '-'); i > 0 {
			return name[:i+2]
		}
	}
	return ""
}
