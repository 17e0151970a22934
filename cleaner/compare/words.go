package compare

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Words is all that a page says to its reader, menus and boxes included, for
// finding texts in it again whatever the markup around them is; the names that
// the markup uses, to tell one from another; and which article the page says it is.
type Words struct {
	text  string          // its lines in their order, [prose.Normalize], a blank between
	lines map[string]bool // each line, as text has it
	spans []span          // of the lines, in order
	names map[string]bool // classes and ids, but for those with a number in them

	addresses []string // that the page gives as its own
	number    string   // of the article, on its element; "" where it has none
}

// span is a part of a text; linked: a line that is nothing but links.
type span struct {
	from, to int
	linked   bool
}

// WordsOf gives the words of a page. Links to nowhere else count like any.
func WordsOf(d *cleaner.Document) Words {
	w := wordWriter{words: Words{lines: map[string]bool{}, names: map[string]bool{}, addresses: d.Addresses()}}
	if root := d.Tree(); root != nil {
		w.walk(root)
	} else {
		for line := range strings.Lines(d.PageText()) {
			w.line.WriteString(line)
			w.flush()
		}
	}
	w.words.text = w.out.String()
	return w.words
}

// wordsOf makes words of texts that stand in this order.
func wordsOf(texts []string) Words {
	w := wordWriter{words: Words{lines: map[string]bool{}}}
	for _, t := range texts {
		w.line.WriteString(t)
		w.flush()
	}
	w.words.text = w.out.String()
	return w.words
}

// wordWriter gathers lines: what stands between two borders of blocks.
type wordWriter struct {
	words Words
	out   strings.Builder
	line  strings.Builder
	plain bool // the line has text that is no link
	link  bool // the line has a link

	article bool // an article's element was seen: others are within it, or beside
}

func (w *wordWriter) flush() {
	text := prose.Normalize(prose.WithoutHomoglyphs(w.line.String()))
	if text != "" {
		if w.out.Len() > 0 {
			w.out.WriteByte(' ')
		}
		w.words.spans = append(w.words.spans, span{w.out.Len(), w.out.Len() + len(text), w.link && !w.plain})
		w.words.lines[text] = true
		w.out.WriteString(text)
	}
	w.line.Reset()
	w.plain, w.link = false, false
}

// walk goes through a tree without recursion, so that no depth of nesting can
// exhaust the stack.
func (w *wordWriter) walk(root *html.Node) {
	inLink := 0
	border := func(n *html.Node) {
		if n.DataAtom == atom.Br || n.DataAtom == atom.Td || n.DataAtom == atom.Th || dom.BreaksLine(n) {
			w.flush()
		}
	}
	for n := root; n != nil; {
		inside := n.FirstChild
		switch n.Type {
		case html.TextNode:
			w.line.WriteString(n.Data)
			if text := prose.Clean(n.Data) != ""; inLink > 0 {
				w.link = w.link || text
			} else {
				w.plain = w.plain || text
			}
		case html.ElementNode:
			border(n)
			w.name(n)
			if n.DataAtom == atom.Article && !w.article {
				w.article, w.words.number = true, dom.NumberOf(n)
			}
			if n.DataAtom == atom.A {
				inLink++
			}
			if dom.IsSilent(n) {
				inside = nil
			} else if text, ok := dom.Spelled(n); ok {
				w.line.WriteString(text)
				inside = nil
			}
		case html.CommentNode, html.DoctypeNode:
			inside = nil
		}
		if inside != nil {
			n = inside
			continue
		}
		for n != nil {
			if n.Type == html.ElementNode {
				border(n)
				if n.DataAtom == atom.A {
					inLink--
				}
			}
			if n == root {
				n = nil
			} else if n.NextSibling != nil {
				n = n.NextSibling
				break
			} else {
				n = n.Parent
			}
		}
	}
	w.flush()
}

// name notes what an element is called.
func (w *wordWriter) name(n *html.Node) {
	for _, key := range []string{"class", "id"} {
		for name := range strings.FieldsSeq(dom.Attr(n, key)) {
			if !strings.ContainsAny(name, "0123456789") {
				w.words.names[name] = true
			}
		}
	}
}

// sameMarkup reports whether two pages are made alike: of one template, two pages
// differ in a box or two. Where little is named, or nothing known, they are.
func (w Words) sameMarkup(o Words) bool {
	const fewNames = 8
	if len(w.names) < fewNames || len(o.names) < fewNames {
		return len(w.names) < 2*fewNames && len(o.names) < 2*fewNames || len(w.text) == 0 || len(o.text) == 0
	}
	both := 0
	for name := range w.names {
		if o.names[name] {
			both++
		}
	}
	return 2*both >= len(w.names)+len(o.names)-both
}

// find gives the place of a text, which is [prose.Normalize], at or behind from; negative
// where it does not stand there. It is not found within longer words.
func (w Words) find(text string, from int) int {
	for text != "" && from <= len(w.text) {
		i := strings.Index(w.text[from:], text)
		if i < 0 {
			return -1
		}
		if i += from; w.bounded(i, i+len(text)) {
			return i
		}
		_, n := utf8.DecodeRuneInString(w.text[i:])
		from = i + n
	}
	return -1
}

// bounded reports whether no word goes on across the borders of a part of the text. A
// letter and a figure are two words: templates set name and date side by side.
func (w Words) bounded(from, to int) bool {
	parted := func(at int) bool {
		before, _ := utf8.DecodeLastRuneInString(w.text[:at])
		after, _ := utf8.DecodeRuneInString(w.text[at:])
		return !unicode.IsMark(after) && (!prose.IsWord(before) || !prose.IsWord(after) || unicode.IsLetter(before) != unicode.IsLetter(after))
	}
	return parted(from) && parted(to)
}

// line is the number of the line in which a place is.
func (w Words) line(at int) int {
	i, _ := slices.BinarySearchFunc(w.spans, at, func(s span, at int) int { return s.to - at - 1 })
	return i
}

// linked reports whether a place is on a line that is nothing but links.
func (w Words) linked(at int) bool {
	i := w.line(at)
	return i < len(w.spans) && w.spans[i].linked
}

// says reports whether a text is a line or a sentence of the words.
func (w Words) says(text string) bool {
	if w.lines[text] {
		return true
	}
	for line := range w.lines {
		if strings.Contains(line, text) && slices.Contains(prose.Sentences(line), text) {
			return true
		}
	}
	return false
}
