package main

import (
	"strings"

	"baoluu/cleaner"
	"baoluu/cmd/internal/screen"
)

// article prints an article as a reader on a terminal likes it: its head, its text in lines
// that are not too long, and what is known of it.
func (t *tty) article(a cleaner.Article) error {
	head := func(text string, style screen.Style) {
		if text != "" {
			_ = t.wrapped(screen.Text(text, style), nil, nil) // t.w remembers
		}
	}
	head(string(a.Kicker), screen.Faint)
	head(string(a.Title), screen.Bold)
	var about []string
	for _, s := range []string{string(a.Byline), string(a.Source)} {
		if s != "" {
			about = append(about, s)
		}
	}
	if !a.Published.IsZero() {
		about = append(about, shortTime(a.Published.Time))
	}
	head(strings.Join(append(about, a.Section...), " · "), screen.Faint)
	if a.Lead != "" {
		_ = t.put(nil)
		head(strings.TrimSpace(string(a.Dateline)+" "+string(a.Lead)), screen.Bold)
	}
	before := cleaner.Paragraph
	for _, b := range a.Body {
		if b.Kind != before || b.Kind != cleaner.Item && b.Kind != cleaner.Row {
			_ = t.put(nil)
		}
		before = b.Kind
		t.block(b)
	}
	for i, c := range a.Captions {
		if i == 0 {
			_ = t.put(nil)
		}
		_ = t.wrapped(screen.Text(c, screen.Faint), screen.Text("[caption] ", screen.Faint), screen.Text("          ", screen.Plain))
	}
	_ = t.put(nil)
	field := func(name, value string) {
		if value != "" {
			_ = t.wrapped(screen.Text(value, screen.Plain), screen.Text(screen.Pad(name, 11), screen.Faint), screen.Text(strings.Repeat(" ", 11), screen.Plain))
		}
	}
	if !a.Published.IsZero() {
		field("published", local(a.Published.Time)+" ("+string(a.PublishedFrom)+")")
	}
	if !a.Modified.IsZero() {
		field("modified", local(a.Modified.Time))
	}
	field("tags", strings.Join(a.Tags, ", "))
	for _, n := range a.Notes {
		field("note", n)
	}
	field("read by", a.Cleaner+", layout "+a.Layout)
	return t.address(a.URL)
}

// address prints an address in one piece, so that it can be copied or clicked: behind its name
// where there is room.
func (t *tty) address(url string) error {
	line := screen.Text(screen.Pad("address", 11), screen.Faint).And(url, screen.Under)
	if line.Width() > t.columns {
		line = line[1:]
	}
	return t.put(line)
}

// block prints one block of an article's body.
func (t *tty) block(b cleaner.Block) {
	text, first, rest := screen.Line(nil), screen.Line(nil), screen.Line(nil)
	style := screen.Plain
	switch b.Kind {
	case cleaner.Subhead:
		style = screen.Bold
	case cleaner.Item:
		first, rest = screen.Text("• ", screen.Plain), screen.Text("  ", screen.Plain)
	case cleaner.Quote:
		first = screen.Text("│ ", screen.Faint)
		rest = first
	case cleaner.Row:
		_ = t.wrapped(screen.Text(strings.ReplaceAll(b.Text, "\t", "  │  "), style), nil, screen.Text("  ", screen.Plain))
		return
	}
	for _, label := range []string{b.Time, b.Speaker} {
		if label != "" {
			text = text.And(label+" ", screen.Bold)
		}
	}
	_ = t.wrapped(text.And(b.Text, style), first, rest)
}

// pageText prints all that a reader of a page saw, a line of it in as many as it takes.
func (t *tty) pageText(text string) error {
	for line := range strings.Lines(text) {
		if err := t.wrapped(screen.Text(line, screen.Plain), nil, nil); err != nil {
			return err
		}
	}
	return nil
}
