package screen

import (
	"slices"
	"strings"

	"baoluu/cleaner/plain"
)

// Style is how words look: parameters of SGR, "1;31".
type Style string

// The styles.
const (
	Plain   Style = ""
	Bold    Style = "1"
	Faint   Style = "2"
	Under   Style = "4"
	Reverse Style = "7"
	Struck  Style = "9"
	Red     Style = "31"
	Green   Style = "32"
	Yellow  Style = "33"
	Magenta Style = "35"
	Cyan    Style = "36"
)

// And is both styles.
func (s Style) And(o Style) Style {
	if s == "" || o == "" {
		return s + o
	}
	return s + ";" + o
}

// Span is text in one style.
type Span struct {
	Text  string
	Style Style
}

// Line is a line of text.
type Line []Span

// Text is a line in one style.
func Text(text string, style Style) Line { return Line{{text, style}} }

// And is a line with more text behind it.
func (l Line) And(text string, style Style) Line {
	return append(slices.Clip(l), Span{text, style})
}

// Width is how many columns the line takes.
func (l Line) Width() (width int) {
	for _, s := range l {
		width += Width(s.Text)
	}
	return width
}

// Paint is the line as a terminal gets it, in colours or without any style.
func (l Line) Paint(colours bool) string {
	var b strings.Builder
	for _, s := range l {
		text := plain.Line(s.Text)
		if colours && s.Style != Plain && text != "" {
			text = "\x1b[" + string(s.Style) + "m" + text + "\x1b[0m"
		}
		b.WriteString(text)
	}
	return b.String()
}

// add puts a letter at the end.
func (l Line) add(letter string, style Style) Line {
	if n := len(l); n > 0 && l[n-1].Style == style {
		l[n-1].Text += letter
		return l
	}
	return append(l, Span{letter, style})
}

// wrapper sets lines.
type wrapper struct {
	columns     int
	rest        Line // what the next lines begin with
	lines       []Line
	line        Line
	width, from int  // of the line; and where its text begins
	begun       bool // the line has text
	blank       Line
	word        Line
	wide        int // of the word
}

// Wrap sets text in lines of at most so many columns, parted at blanks; a word that is longer
// is cut between letters. The first line begins with first, the others with rest.
func Wrap(text Line, columns int, first, rest Line) []Line {
	w := &wrapper{columns: columns, rest: rest}
	w.begin(first)
	for _, s := range text {
		for letter, width := range letters(s.Text) {
			if letter == " " {
				w.endWord()
				w.blank = Line{{" ", s.Style}}
				continue
			}
			w.put(letter, width, s.Style)
		}
	}
	w.endWord()
	if w.begun || len(w.lines) == 0 {
		w.lines = append(w.lines, w.line)
	}
	return w.lines
}

func (w *wrapper) begin(with Line) {
	w.line = slices.Clone(with)
	w.width = with.Width()
	w.from, w.begun = w.width, false
}

func (w *wrapper) next() {
	w.lines = append(w.lines, w.line)
	w.begin(w.rest)
	w.blank = nil
}

// put adds a letter to the word.
func (w *wrapper) put(letter string, width int, style Style) {
	if w.wide > 0 && w.rest.Width()+w.wide+width > w.columns { // longer than a line
		w.endWord()
		w.blank = nil
		if w.width+width > w.columns {
			w.next()
		}
	}
	w.word = w.word.add(letter, style)
	w.wide += width
}

// endWord puts the word on the line, or on the next one.
func (w *wrapper) endWord() {
	if len(w.word) == 0 {
		return
	}
	if !w.begun {
		w.blank = nil
	}
	if w.width+w.blank.Width()+w.wide > w.columns && w.begun {
		w.next()
	}
	w.begun = true
	for _, s := range slices.Concat(w.blank, w.word) {
		w.line = w.line.add(s.Text, s.Style)
	}
	w.width += w.blank.Width() + w.wide
	w.word, w.wide, w.blank = nil, 0, nil
}
