package dom

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// PageText writes the plain text of a page: what it shows, by rules that are
// the same for every site.
func PageText(root *html.Node) string {
	var w pageWriter
	w.walk(root)
	return strings.Trim(w.out.String(), " \t\n\f")
}

// maxIndent is for how many lists an item is set in at most: the parser opens 512 elements
// inside one another, and a page can have as many items in the innermost as it has bytes.
const maxIndent = 32

// around is what the elements around a node say about it.
type around struct {
	article bool // inside an article or a main: header and footer belong to it
	lists   int  // how many lists it is in
	item    bool // inside a list item
}

// pageWriter holds what was passed since the last piece of text.
type pageWriter struct {
	out    strings.Builder
	weight int      // the greatest weight of a tag passed
	breaks int      // br passed
	blank  bool     // a blank passed
	cell   bool     // the border of two cells passed
	marks  []string // of list items that have shown no text yet
}

// open is an element whose inside is being walked.
type open struct {
	node   *html.Node
	at     around // what is inside it
	weight int
	marks  int // for a list item, how many marks it found waiting; else -1
	number int // for a list, that of its next item
}

// walk writes what is inside root. It does not recurse, so that no depth of
// nesting can exhaust the stack.
func (w *pageWriter) walk(root *html.Node) {
	stack := []open{{node: root, marks: -1}}
	for n := root.FirstChild; ; {
		for n == nil {
			e := stack[len(stack)-1]
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				return
			}
			if e.marks >= 0 && len(w.marks) > e.marks { // the item showed no text
				w.marks = w.marks[:e.marks]
			}
			w.weight = max(w.weight, e.weight)
			n = e.node.NextSibling
		}
		switch n.Type {
		case html.TextNode:
			w.text(n.Data)
		case html.ElementNode:
			if e, inside := w.enter(n, &stack[len(stack)-1]); inside {
				stack = append(stack, e)
				n = n.FirstChild
				continue
			}
		}
		n = n.NextSibling
	}
}

// enter writes an element's opening, and tells whether to look inside.
func (w *pageWriter) enter(n *html.Node, parent *open) (open, bool) {
	e := open{node: n, at: parent.at, marks: -1}
	if leftOut(n, e.at) {
		return e, false
	}
	switch n.DataAtom {
	case atom.Br:
		w.breaks++
		return e, false
	case atom.Img:
		w.text(Attr(n, "alt"))
		return e, false
	case atom.Article, atom.Main:
		e.at.article = true
	case atom.Td, atom.Th:
		if previousCell(n) {
			w.cell = true
		}
	}
	e.weight = tagWeight(n, e.at)
	w.weight = max(w.weight, e.weight)
	switch n.DataAtom {
	case atom.Ul, atom.Ol:
		e.at = around{article: e.at.article, lists: e.at.lists + 1}
		e.number = 1
		if s, err := strconv.Atoi(strings.TrimSpace(Attr(n, "start"))); err == nil {
			e.number = s
		}
	case atom.Li:
		mark := "• "
		if parent.node.DataAtom == atom.Ol {
			mark = strconv.Itoa(parent.number) + ". "
		}
		parent.number++
		e.marks = len(w.marks)
		w.marks = append(w.marks, strings.Repeat("  ", min(e.at.lists, maxIndent))+mark) // its first text gets it
		e.at.item = true
	}
	return e, true
}

// text writes one text node: runs of blanks are one blank, and blanks at the
// ends of a line are none.
func (w *pageWriter) text(s string) {
	for {
		i := strings.IndexAny(s, " \t\n\f")
		if i != 0 && s != "" {
			word := s
			if i > 0 {
				word = s[:i]
			}
			w.word(word)
		}
		if i < 0 {
			return
		}
		w.blank = true
		s = strings.TrimLeft(s[i:], " \t\n\f")
	}
}

func (w *pageWriter) word(s string) {
	lines := w.weight + w.breaks
	switch {
	case w.out.Len() == 0: // the top: nothing to be parted from
	case lines > 0:
		for range lines {
			w.out.WriteByte('\n')
		}
	case w.cell:
		w.out.WriteByte('\t')
	case w.blank:
		w.out.WriteByte(' ')
	}
	w.weight, w.breaks, w.blank, w.cell = 0, 0, false, false
	for _, mark := range w.marks {
		w.out.WriteString(mark)
	}
	w.marks = w.marks[:0]
	w.out.WriteString(s)
}

// leftOut recognizes what shows nothing, with all that it holds.
func leftOut(n *html.Node, at around) bool {
	switch n.DataAtom {
	case atom.Head, atom.Title, atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Nav, atom.Aside,
		atom.Button, atom.Select, atom.Option, atom.Datalist, atom.Textarea, atom.Iframe, atom.Object, atom.Svg,
		atom.Math, atom.Canvas, atom.Audio, atom.Video, atom.Map, atom.Dialog:
		return true
	case atom.Header, atom.Footer:
		if !at.article {
			return true
		}
	case atom.Form:
		if !holds(n, atom.H1) {
			return true
		}
	}
	return IsHidden(n)
}

// tagWeight is how many newlines an element's tags ask for.
func tagWeight(n *html.Node, at around) int {
	switch n.DataAtom {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dl, atom.Blockquote, atom.Figure, atom.Table, atom.Pre, atom.Hr:
		return 2
	case atom.Ul, atom.Ol:
		if at.item || at.lists > 0 {
			return 1
		}
		return 2
	case atom.Html, atom.Body, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Hgroup, atom.Address,
		atom.Figcaption, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Thead, atom.Tbody, atom.Tfoot, atom.Caption, atom.Form, atom.Fieldset,
		atom.Legend, atom.Details, atom.Summary, atom.Center, atom.Menu:
		return 1
	}
	if n.Data == "search" {
		return 1
	}
	return 0
}

// previousCell reports whether another cell of the row stands before this one.
func previousCell(n *html.Node) bool {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.DataAtom == atom.Td || p.DataAtom == atom.Th {
			return true
		}
	}
	return false
}

// BreaksLine recognizes an element that begins and ends lines of its own.
func BreaksLine(n *html.Node) bool { return tagWeight(n, around{}) > 0 }
