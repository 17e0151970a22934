package main

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"baoluu/cmd/internal/screen"
)

// tty is the terminal that data is shown on.
type tty struct {
	w             io.Writer // as it is
	colours       bool
	columns, rows int
}

const (
	fewestColumns = 20 // what is narrower is set as if it had so many
	textColumns   = 80 // lines of text are no longer, for they are hard to follow
)

// terminalOf is the terminal that out is; nil where it is none. w leads to it.
func terminalOf(out, w io.Writer) *tty {
	if !isTerminal(out) {
		return nil
	}
	t := &tty{w: w, colours: wantsColour(out), columns: textColumns, rows: 24}
	if columns, rows, err := term.GetSize(int(out.(*os.File).Fd())); err == nil && columns > 0 && rows > 0 {
		t.columns, t.rows = max(columns, fewestColumns), rows
	}
	return t
}

// put prints lines. Of what they hold, only our own styles act.
func (t *tty) put(lines ...screen.Line) error {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Paint(t.colours) + "\n")
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

// text is how wide lines of text are.
func (t *tty) text() int { return min(t.columns, textColumns) }

// wrapped prints text in lines that begin alike.
func (t *tty) wrapped(text screen.Line, first, rest screen.Line) error {
	return t.put(screen.Wrap(text, t.text(), first, rest)...)
}

// together puts texts in lines, each whole where it fits, as many in one as fit.
func (t *tty) together(texts []string, columns int) (lines []string) {
	for _, text := range texts {
		n := len(lines) - 1
		switch {
		case text == "":
		case n >= 0 && screen.Width(lines[n])+3+screen.Width(text) <= columns:
			lines[n] += " · " + text
		default:
			lines = append(lines, text)
		}
	}
	return lines
}

// sameFile reports whether two writers are one file.
func sameFile(a, b io.Writer) bool {
	one, ok := a.(*os.File)
	other, too := b.(*os.File)
	if !ok || !too {
		return false
	}
	x, err := one.Stat()
	y, erry := other.Stat()
	return err == nil && erry == nil && os.SameFile(x, y)
}

// wantsColour reports whether what is written to w may be coloured: a person sees it, and has
// not said that there be no colours (no-color.org).
func wantsColour(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
