package learn

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// selector is one that may go into a layout: an element, and one around it where its own
// marks say too little.
type selector struct {
	outer part // none for an element that is looked for anywhere
	child bool // the outer one holds it directly
	own   part
}

// part is what an element has to be: one mark, and its name where that narrows the mark.
type part struct{ name, mark string }

func (p part) String() string { return p.name + p.mark }

func (s selector) String() string {
	switch {
	case s.outer == part{}:
		return s.own.String()
	case s.child:
		return s.outer.String() + " > " + s.own.String()
	}
	return s.outer.String() + " " + s.own.String()
}

// worth is how much a selector promises to hold: what its marks are called, and how little
// it depends on what stands around.
func (s selector) worth() float64 {
	w := s.own.worth()
	if s.outer != (part{}) {
		w = (w+s.outer.worth())/2 - 1
	}
	return w
}

func (p part) worth() float64 {
	switch {
	case p.mark == "":
		return 1
	case p.mark[0] == '#':
		return 3.5
	case tellingData.MatchString(p.mark):
		return 4
	case p.mark[0] == '[': // it may be there to count clicks
		return 2.8
	}
	w := 3.0
	if p.name == "" {
		w += 0.2
	}
	if slices.ContainsFunc(wordsOf(p.mark), func(w string) bool { return plainWords[w] }) {
		w += 0.5
	}
	return w
}

// plainWords say what an element is.
var plainWords = set("article story post news detail content body title headline sapo lead summary author byline source date time breadcrumb tag tags related relate caption image photo figure quote box widget")

// matches are the elements that the selector finds within one, in the page's order; those
// inside another are left out. -1 is the page.
func (s *sheet) matches(sel selector, within int32) (found []int32) {
	list := s.by[sel.own.key()]
	from := 0
	if within >= 0 {
		from, _ = slices.BinarySearch(list, within+1)
	}
	for _, i := range list[from:] {
		switch {
		case within >= 0 && i >= s.elements[within].end:
			return found
		case len(found) > 0 && i < s.elements[found[len(found)-1]].end:
			continue
		case len(found) >= maxMatches:
			return found
		}
		if s.is(i, sel) {
			found = append(found, i)
		}
	}
	return found
}

// maxMatches bounds the elements that are looked at of one selector on one page.
const maxMatches = 400

// first is the first element within one that the selector finds and that prints something;
// -1 for none.
func (s *sheet) first(sel selector, within int32) int32 {
	for _, i := range s.matches(sel, within) {
		if s.size(i) > 0 {
			return i
		}
	}
	return -1
}

// is reports whether a selector means an element.
func (s *sheet) is(i int32, sel selector) bool {
	if !sel.own.is(&s.elements[i]) {
		return false
	}
	if sel.outer == (part{}) {
		return true
	}
	for i = s.elements[i].parent; i >= 0; i = s.elements[i].parent {
		if sel.outer.is(&s.elements[i]) {
			return true
		}
		if sel.child {
			return false
		}
	}
	return false
}

// key is by what a sheet finds the elements that a part may mean.
func (p part) key() string {
	if p.mark != "" {
		return p.mark
	}
	return p.name
}

func (p part) is(e *element) bool {
	return (p.name == "" || e.node.Data == p.name) && (p.mark == "" || slices.Contains(e.marks, p.mark))
}

// mostMarks bounds the classes and attributes of one element that are looked at.
const mostMarks = 12

// marksOf are the marks of an element by which the next page's can be found: its id, data
// attributes and classes, as selectors say them, but for those that are made by a program.
func marksOf(n *html.Node, names namesSeen) (marks []string) {
	for i := range n.Attr[:min(len(n.Attr), 2*mostMarks)] {
		a := &n.Attr[i]
		switch {
		case a.Key == "id":
			if names.good(a.Val) {
				marks = append(marks, "#"+a.Val)
			}
		case a.Key == "class":
			for class := range strings.FieldsSeq(a.Val) {
				if len(marks) >= mostMarks {
					break
				}
				if names.good(class) && names.meant(class) {
					marks = append(marks, "."+class)
				}
			}
		case says(n, a.Key):
			if names.good(a.Val) && !strings.ContainsAny(a.Val, "0123456789") {
				marks = append(marks, "["+a.Key+"="+a.Val+"]")
			} else if strings.HasPrefix(a.Key, "data-") || a.Key == "datetime" {
				marks = append(marks, "["+a.Key+"]")
			}
		}
	}
	return marks
}

// namesSeen remembers which names of a page are made by people: they come again and again.
type namesSeen map[string]nameKind

type nameKind uint8

const (
	asked nameKind = 1 << iota
	good           // a person gave it
	meant          // it says what something is, not how it looks
)

func (m namesSeen) kind(name string) nameKind {
	k, ok := m[name]
	if !ok {
		if k = asked; isName(name) {
			if k |= good; !isLook(name) {
				k |= meant
			}
		}
		m[name] = k
	}
	return k
}

func (m namesSeen) good(name string) bool  { return m.kind(name)&good != 0 }
func (m namesSeen) meant(name string) bool { return m.kind(name)&meant != 0 }

// says tells an attribute that names what an element is.
func says(n *html.Node, key string) bool {
	switch key {
	case "itemprop", "datetime":
		return true
	case "rel":
		return n.DataAtom == atom.A
	case "type":
		return n.DataAtom == atom.Div || n.DataAtom == atom.Span
	}
	name, ok := strings.CutPrefix(key, "data-")
	return ok && dataName.MatchString(name) && !madeData.MatchString(name) && isName(name)
}

// tellingData matches attributes that say what an element is for.
var tellingData = regexp.MustCompile(`^\[(?:itemprop|rel|datetime|type|data-(?:role|slot|field|type|component|module|name|content-name|element|block|part|section|testid|qa))\b`)

var (
	dataName = regexp.MustCompile(`^[a-z]+(?:-[a-z]+){0,3}$`)
	// Attributes that frameworks and scripts give to elements of all kinds.
	madeData = regexp.MustCompile(`^(?:v|s|ng|react|reactid|astro|svelte|styled|emotion|aos|lazy|src|srcset|original|toggle|target|dismiss|width|height|url|href|id|index|key|track|tracking|gtm|ga|event|click|cfasync|loaded|processed|bs)(?:-|$)|-(?:cid|id)$`)
)

// isName tells a name that a person gave: a class, an id, a value. One made by a program has
// digits amid letters, or letters in no order.
func isName(name string) bool {
	const longest, mostDigits = 40, 2
	if len(name) < 2 || len(name) > longest || !nameForm.MatchString(name) {
		return false
	}
	digits, turns := 0, 0
	for i := range len(name) {
		switch c := name[i]; {
		case '0' <= c && c <= '9':
			digits++
			if i+1 < len(name) && i > 0 && isLetter(name[i+1]) && isLetter(name[i-1]) {
				return false // a1b
			}
		case i > 0 && 'A' <= c && c <= 'Z' && 'a' <= name[i-1] && name[i-1] <= 'z':
			turns++
		}
	}
	if digits > mostDigits || turns > 1 && turns*4 > len(name) {
		return false
	}
	if _, made, ok := strings.Cut(name, "__"); ok && isMade(made) { // css modules: Header_title__x3Yq
		return false
	}
	if i := strings.IndexByte(name, '-'); i > 0 && i < 8 && madePrefix.MatchString(name[:i]) && isMade(name[i+1:]) {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return c > unicode.MaxASCII })
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isMade tells what stands behind the dash or the underscores of a generated name: one run of
// letters that nobody can say.
func isMade(s string) bool {
	if strings.ContainsAny(s, "-_") || len(s) < 4 {
		return false
	}
	vowels, capitals, digits := 0, 0, 0
	for _, c := range s {
		switch {
		case strings.ContainsRune("aeiouyAEIOUY", c):
			vowels++
		case unicode.IsDigit(c):
			digits++
		}
		if unicode.IsUpper(c) {
			capitals++
		}
	}
	return digits > 0 || capitals > 0 && capitals < len(s) || vowels*5 < len(s)
}

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	madePrefix = regexp.MustCompile(`^(?:sc|css|jsx|jss|svelte|emotion|_ngcontent|astro|tw|chakra|Mui[A-Za-z]*|e|c)$`)
)

// isLook tells a class that says how something looks or stands, not what it is: those of
// Bootstrap and Tailwind, and states.
func isLook(class string) bool { return look.MatchString(strings.ToLower(class)) }

var look = regexp.MustCompile(`^(?:` +
	`-?[mp][trblxyse]?-.*|[wh]-.*|(?:min|max)-[wh]-.*|size-.*|gap-.*|space-[xy]-.*|inset-.*|(?:top|left|right|bottom|z|order|opacity|leading|tracking|basis|grow|shrink|delay|duration)-[\w-]*` +
	`|text-(?:xs|sm|base|lg|\d?xl|left|center|right|justify|start|end|white|black|muted|primary|secondary|danger|info|success|warning|dark|light|nowrap|wrap|uppercase|truncate|[a-z]+-\d+)` +
	`|font-(?:bold|medium|normal|semibold|light|sans|serif|mono|.*\d)|fw-\w+|fs-\w+|content-(?:center|start|end|between|around|evenly|none|normal|stretch)|self-\w+|items-\w+|justify-[\w-]+|place-[\w-]+|align-[\w-]+` +
	`|(?:border|bg|rounded|shadow|ring|flex|grid|row|col|cols|d|float|pull|overflow|object|transition|transform|animate|cursor|select|scale|rotate|translate|line-clamp|aspect|fill|stroke|visible|hidden|offset|clear|decoration|whitespace|break|sr|not-sr|from|to|via|divide|outline|list-(?:none|disc|decimal|inside|outside|unstyled|inline))(?:-.*)?` +
	`|(?:absolute|relative|fixed|static|sticky|block|inline|inline-block|inline-flex|table|italic|underline|uppercase|lowercase|capitalize|truncate|antialiased|container|container-fluid|mx-auto|prose|group|peer)` +
	`|(?:active|current|selected|open|opened|show|shown|hide|on|off|first|last|odd|even|left|right|center|middle|top|bottom|clearfix|clear|cf|fl|fr|lazy|lazyload|lazyloaded|loaded|loading|no-js|js|wow|animated|swiper.*|slick.*|owl.*|img-responsive|img-fluid|btn.*|fa|fas|far|icon|fa-.*|icon-.*)` +
	`)$`)

// namings are the selectors that could name an element, within what holds it up to an
// outermost one: by itself, and by the nearest around it that have marks.
func (s *sheet) namings(i, outermost int32) (list []selector) {
	own := s.parts(i)
	for _, p := range own {
		if p.mark != "" || bareNames[p.name] {
			list = append(list, selector{own: p})
		}
	}
	const near, most = 6, 3
	marked, steps := 0, 0
	for at := s.elements[i].parent; at >= 0 && steps < near && marked < most; at = s.elements[at].parent {
		around := s.parts(at)
		if at == outermost {
			for _, o := range around { // where it stands in it may tell it from others
				if steps == 0 && o.mark != "" && own[0].mark != "" {
					list = append(list, selector{outer: o, child: true, own: own[0]})
				}
			}
			break
		}
		for _, o := range around {
			if o.mark == "" {
				continue
			}
			for _, p := range own {
				if p.name != "" && p.mark != "" {
					continue // an outer one narrows it enough
				}
				if p.mark == "" && !bareNames[p.name] && s.size(at) > s.size(i)+nearOuter {
					continue // the first b of whatever there is
				}
				list = append(list, selector{outer: o, own: p})
				if steps == 0 {
					list = append(list, selector{outer: o, child: true, own: p})
				}
			}
		}
		if len(around) > 1 {
			marked++
		}
		steps++
	}
	return list
}

// nearOuter is how much more an element may hold than one in it that has no marks of its own, in
// bytes of letters: a line of names, breadcrumbs.
const nearOuter = 240

// bareNames are elements that a page has once, or for one thing.
var bareNames = map[string]bool{"h1": true, "article": true, "main": true, "time": true, "figcaption": true}

// parts are the ways in which an element can be named by itself; the last is its name alone.
func (s *sheet) parts(i int32) (list []part) {
	n := s.elements[i].node
	for _, mark := range s.elements[i].marks {
		if !strings.HasPrefix(mark, "[datetime") && !strings.HasPrefix(mark, "[rel") {
			list = append(list, part{mark: mark})
		}
		list = append(list, part{n.Data, mark})
	}
	return append(list, part{name: n.Data})
}

// wordsOf are the words of a selector's marks, in small letters.
func wordsOf(text string) []string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case 'A' <= c && c <= 'Z':
			if i > 0 && 'a' <= text[i-1] && text[i-1] <= 'z' {
				b.WriteByte(' ')
			}
			b.WriteByte(c | 0x20)
		case 'a' <= c && c <= 'z':
			b.WriteByte(c)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// named reports whether a word of a selector's own marks, or of those around it where it has none, is
// one of those given.
func (s selector) named(words map[string]bool) bool {
	return slices.ContainsFunc(wordsOf(cmp.Or(s.own.mark, s.outer.mark)), func(w string) bool { return words[w] })
}

// set makes a set of the words in a text.
func set(text string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		m[w] = true
	}
	return m
}
