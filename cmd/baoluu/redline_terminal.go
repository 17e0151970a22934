package main

import (
	"fmt"
	"strings"

	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/redline"
	"baoluu/cmd/internal/screen"
)

const (
	besideWords = 14 // of what stays, so many are shown beside what changed
	movedWords  = 30 // of a paragraph that was moved as it is
)

// redline prints what changed between two articles: row by row, in it word by word. Each line
// begins with before.
func (t *tty) redline(r redline.Redline, before screen.Line) {
	for _, row := range r.Rows {
		if !row.Changed() {
			continue
		}
		_ = t.put(before)
		mark, style, what := rowHead(row)
		_ = t.put(append(screen.Line{}, before...).And(mark+" "+rowName(row), style.And(screen.Bold)).And(what, screen.Faint))
		text := append(screen.Line{}, before...).And("  ", screen.Plain)
		for _, line := range screen.Wrap(t.words(row), t.text(), text, text) {
			_ = t.put(line) // t.w remembers
		}
	}
	t.pictures(r.Pictures, before)
}

// pictures prints which pictures were exchanged, added and taken out.
func (t *tty) pictures(list []compare.PictureEdit, before screen.Line) {
	for _, p := range list {
		_ = t.put(before)
		_ = t.put(append(screen.Line{}, before...).And(pictureName(p), screen.Bold))
		text := append(screen.Line{}, before...).And("  ", screen.Plain)
		old, now := p.Captions()
		if p.Old != nil {
			_ = t.wrapped(screen.Text("- "+cell(joined(p.Old.URL, old)), screen.Red), text, text)
		}
		if p.New != nil {
			_ = t.wrapped(screen.Text("+ "+cell(joined(p.New.URL, now)), screen.Green), text, text)
		}
	}
}

// rowName is where a row stands: "title", "body 3", "body 3–4".
func rowName(row redline.Row) string {
	numbers := row.New
	if len(numbers) == 0 {
		numbers = row.Old
	}
	switch n := len(numbers); n {
	case 0:
		return row.Field
	case 1:
		return fmt.Sprintf("%s %d", row.Field, numbers[0])
	default:
		return fmt.Sprintf("%s %d–%d", row.Field, numbers[0], numbers[n-1])
	}
}

// rowHead is what became of a row, as a sign, in a style and in words.
func rowHead(row redline.Row) (mark string, style screen.Style, what string) {
	switch row.Kind {
	case redline.Added:
		if row.Beside {
			return "+", screen.Green, "  on the page, beside the article"
		}
		return "+", screen.Green, "  new"
	case redline.Removed:
		return "-", screen.Red, "  taken out"
	case redline.Moved:
		what = "  moved"
		if len(row.Old) > 0 {
			what = "  moved, was " + numbered(row.Old)
		}
		if row.Edited {
			what += ", and edited"
		}
		return "↕", screen.Cyan, what
	}
	switch {
	case len(row.Old) > len(row.New):
		return "~", screen.Plain, "  joined from " + numbered(row.Old)
	case len(row.New) > len(row.Old):
		return "~", screen.Plain, "  parted, was " + numbered(row.Old)
	}
	return "~", screen.Plain, ""
}

// words are a row's words in their styles; without colours, what went stands in [-…-] and what
// came in {+…+}. Long runs that stay are shortened.
func (t *tty) words(row redline.Row) (line screen.Line) {
	whole := row.Kind == redline.Added || row.Kind == redline.Removed
	brackets := !t.colours && !whole
	op := redline.Stays
	turn := func(to redline.Op) { // from one op to another
		if brackets && op != to {
			line = line.And(map[redline.Op]string{redline.Old: "-]", redline.New: "+}"}[op], screen.Plain)
		}
	}
	for i, s := range row.Spans {
		text := strings.ReplaceAll(s.Text, redline.Break, "¶")
		style := screen.Plain
		switch s.Op {
		case redline.Stays:
			text = shortened(text, i > 0, i < len(row.Spans)-1, row.Kind == redline.Moved && !row.Edited)
		case redline.Old:
			style = screen.Red
			if whole || s.Class == redline.Plain { // what is struck out is hard to read, and these are what one looks for
				style = style.And(screen.Struck)
			}
		case redline.New:
			style = screen.Green
		}
		if s.Class != redline.Plain && !whole {
			style = style.And(screen.Reverse)
		}
		turn(s.Op)
		if s.Gap != "" && op == s.Op && whole {
			line = line.And(" ", style)
		} else if s.Gap != "" {
			line = line.And(" ", screen.Plain)
		}
		if brackets && op != s.Op {
			line = line.And(map[redline.Op]string{redline.Old: "[-", redline.New: "{+"}[s.Op], screen.Plain)
		}
		line, op = line.And(text, style), s.Op
	}
	turn(redline.Stays)
	return line
}

// shortened is text that stays, without its middle where that is long: before it, behind it or on
// both sides something changed.
func shortened(text string, before, behind, moved bool) string {
	words := strings.Fields(text)
	from, to := 0, 0 // words that are shown
	if before {
		from = besideWords
	}
	if behind {
		to = besideWords
	}
	if moved {
		from = movedWords
	}
	if len(words) <= from+to+5 {
		return text
	}
	return strings.Join(words[:from], " ") + beforeMore(from) + "…" + beforeMore(to) + strings.Join(words[len(words)-to:], " ")
}

// beforeMore is a blank where there are words, at which no line is parted.
func beforeMore(words int) string {
	if words == 0 {
		return ""
	}
	return "\u00a0"
}
