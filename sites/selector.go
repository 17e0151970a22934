package sites

import (
	"fmt"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Selector is a compiled CSS selector that remembers its text. It is a
// goquery.Matcher.
type Selector struct {
	cascadia.Selector
	Text  string
	Parts []Part
}

// Selectors are tried in order; the first that finds something is used.
type Selectors []Selector

// Match reports whether any of the selectors matches the node.
func (l Selectors) Match(n *html.Node) bool {
	for _, s := range l {
		if s.Selector.Match(n) {
			return true
		}
	}
	return false
}

// Part is what stands between a selector's commas.
type Part struct {
	// Hooks are what an element and those around it must have to be matched, in the part's order: the
	// last is the element's own. A page that lacks one of them has no match. So a page is searched
	// once for the candidates of many selectors.
	Hooks []Hook

	// What matching looks at, beside the element itself.
	Asks   int   // names, classes and the like that are asked of one element
	Steps  int   // steps of any length outwards
	Around bool  // elements around it
	Inside int   // times all that is inside it
	Beside []int // all that stands beside it (0), beside the element that holds it (1), ...
}

// Hook is one thing that a selector asks of the element itself: ".sapo" a
// class, "#abody" an id, "[rel" an attribute, "h1" a name.
type Hook string

// maxSteps bounds the steps of any length: each tries all that stands around an element for each
// that the step before it came to.
const maxSteps = 2

// NewSelector compiles a selector. It has to name what its element must have, and is refused where it
// could cost more than to look at the page a few times for each candidate. The reader of its parts
// knows less than CSS; what it does not know is refused.
func NewSelector(text string) (Selector, error) {
	if len(text) > maxSelector {
		return Selector{}, fmt.Errorf("a selector of %d bytes: at most %d", len(text), maxSelector)
	}
	compiled, err := cascadia.Compile(text)
	if err != nil {
		return Selector{}, fmt.Errorf("%q is no selector of CSS: %w", clip(text), err)
	}
	r := selectorReader{text: text}
	parts := r.group()
	if r.err != nil {
		return Selector{}, fmt.Errorf("selector %q: %w", clip(text), r.err)
	}
	return Selector{compiled, text, parts}, nil
}

// selectorReader reads a selector that compiles.
type selectorReader struct {
	text   string
	pos    int
	within []string // the functions around the present place
	err    error
}

func (r *selectorReader) wrong(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	r.pos = len(r.text)
}

func (r *selectorReader) peek() byte {
	if r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return 0
}

func (r *selectorReader) blanks() bool {
	from := r.pos
	for strings.IndexByte(" \t\r\n\f", r.peek()) >= 0 && r.pos < len(r.text) {
		r.pos++
	}
	return r.pos > from
}

// name reads a name of letters, digits, hyphens and low lines.
func (r *selectorReader) name() string {
	from := r.pos
	for c := r.peek(); c >= 0x80 || c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'; c = r.peek() {
		r.pos++
	}
	if r.pos == from {
		r.unknown()
		return ""
	}
	return r.text[from:r.pos]
}

func (r *selectorReader) unknown() {
	r.wrong("%q is not understood here; a name with other marks is said by its attribute, as [class~='md:flex']", clip(r.text[r.pos:]))
}

// group reads parts to the end, or to the bracket that closes the function that they stand in.
func (r *selectorReader) group() []Part {
	var list []Part
	for {
		list = append(list, r.part())
		if r.peek() != ',' {
			break
		}
		r.pos++
	}
	if len(r.within) == 0 && r.pos < len(r.text) {
		r.unknown()
	}
	return list
}

// part reads elements and how they stand to each other.
func (r *selectorReader) part() Part {
	var p Part
	r.blanks()
	for r.err == nil {
		hook := r.element(&p)
		if hook == "" && len(r.within) == 0 {
			r.wrong("it may match any element: each needs a name, a class, an id or an attribute")
		}
		p.Hooks = append(p.Hooks, hook)
		blank := r.blanks()
		switch c := r.peek(); c {
		case 0, ',', ')':
			return p
		case '>', '+', '~':
			r.step(&p, c)
			r.pos++
			r.blanks()
		default:
			if !blank {
				r.unknown()
			}
			r.step(&p, ' ')
		}
	}
	return p
}

// step goes on to the next element, towards the one that is meant. What was looked at inside or beside
// the elements so far would be looked at for each that the step comes to.
func (r *selectorReader) step(p *Part, how byte) {
	switch {
	case p.Inside > 0:
		r.wrong(":has() and :containsown() stand at the last element")
	case len(r.within) > 0 && (how == ' ' || how == '~'):
		r.wrong("in functions elements are joined by > and +")
	case how == ' ' && p.Steps == maxSteps:
		r.wrong("more than %d steps of any length: join some of its elements by >", maxSteps)
	case (how == ' ' || how == '~') && len(p.Beside) > 0:
		r.wrong("elements that are told by those beside them, as by :first-child or ~, are joined to the last by > and +")
	case how == '~':
		p.Beside = append(p.Beside, 0)
	case how == ' ':
		p.Steps++
		p.Around = true
	case how == '>':
		p.Around = true
		for i := range p.Beside {
			p.Beside[i]++
		}
	}
}

// element reads what is asked of one element, and chooses its hook: the rarest things on a page come first.
func (r *selectorReader) element(p *Part) Hook {
	var hooks [5]Hook // id, class, an attribute that says something, name, any other attribute
	keep := func(i int, hook Hook) {
		p.Asks++
		if hooks[i] == "" {
			hooks[i] = hook
		}
	}
	switch c := r.peek(); {
	case c == '*':
		r.pos++
	case strings.IndexByte("#.[:", c) < 0:
		keep(3, Hook(strings.ToLower(r.name())))
	}
	for r.err == nil {
		switch c := r.peek(); c {
		case '#', '.':
			r.pos++
			keep(strings.IndexByte("#.", c), Hook(string(c)+r.name()))
		case '[':
			i, attribute := 4, r.attribute()
			if attribute == "rel" || strings.HasPrefix(attribute, "rel-") || strings.HasPrefix(attribute, "data-") {
				i = 2
			}
			keep(i, Hook("["+attribute))
		case ':':
			p.Asks++
			r.function(p)
		default:
			for _, hook := range hooks {
				if hook != "" {
					return hook
				}
			}
			return ""
		}
	}
	return ""
}

// attribute reads what is asked of an attribute, and gives its name.
func (r *selectorReader) attribute() string {
	r.pos++
	r.blanks()
	name := strings.ToLower(r.name())
	r.blanks()
	if c := r.peek(); c == '#' || c == '!' {
		r.wrong("[%s%c=…] is not for files: they have = ~= ^= $= *= |=, and :not()", name, c)
	}
	r.argument(']')
	return name
}

// argument goes behind what closes a bracket, over texts in quotes.
func (r *selectorReader) argument(end byte) {
	for quote := byte(0); r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; {
		case c == '\\':
			r.pos++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == end:
			r.pos++
			return
		}
	}
	r.wrong("a bracket is not closed")
}

// Functions that selectors may use: those that look at an element alone, and those that look beside it.
var (
	aloneFunctions  = []string{"empty", "link", "root"}
	besideFunctions = []string{
		"first-child", "last-child", "first-of-type", "last-of-type", "only-child", "only-of-type",
		"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type",
	}
)

// function reads a function of an element. Those that take selectors stand in one another once.
func (r *selectorReader) function(p *Part) {
	r.pos++
	name := strings.ToLower(r.name())
	inHas := slices.Contains(r.within, "has")
	switch {
	case r.err != nil:
	case name == "not" || name == "has" || name == "haschild":
		kind := strings.TrimSuffix(name, "child")
		if slices.Contains(r.within, kind) {
			r.wrong(":%s() within :%s()", name, kind)
			return
		}
		r.pos++ // the bracket
		r.within = append(r.within, kind)
		for _, inner := range r.group() {
			p.Asks += inner.Asks
			p.Inside += inner.Inside
			p.Beside = append(p.Beside, inner.Beside...)
			p.Around = p.Around || inner.Around
		}
		r.within = r.within[:len(r.within)-1]
		if kind == "has" {
			p.Inside++
		}
		if r.peek() != ')' {
			r.wrong("a bracket is not closed")
		}
		r.pos++
	case inHas && (name == "containsown" || slices.Contains(besideFunctions, name)):
		r.wrong(":%s within :has()", name)
	case name == "containsown":
		p.Inside++
		r.argument(')')
	case slices.Contains(besideFunctions, name):
		p.Beside = append(p.Beside, 0)
		if r.peek() == '(' {
			r.argument(')')
		}
	case !slices.Contains(aloneFunctions, name):
		r.wrong(":%s is not for files; they have :not :has :haschild :containsown :%s", name, strings.Join(slices.Concat(besideFunctions, aloneFunctions), " :"))
	}
}
