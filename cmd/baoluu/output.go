package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"baoluu/sites"
)

// printJSON writes one object on one line, HTML characters as they are.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// table writes rows in columns; the cells of a row are parted by tabs.
func table(w io.Writer, fill func(w io.Writer)) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fill(t)
	return t.Flush()
}

// cell makes any text fit for a table: one line, no tabs.
func cell(s string) string { return strings.Join(strings.Fields(s), " ") }

// local is how a moment is shown: in the newspapers' zone, with its offset.
func local(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(sites.Zone).Format("2006-01-02T15:04:05-07:00")
}

// size is a count of bytes for people: "4.2 MB".
func size(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, prefix := float64(n), 0
	for f >= unit && prefix < 5 {
		f /= unit
		prefix++
	}
	return fmt.Sprintf("%.1f %cB", f, " kMGTP"[prefix])
}

// plural is "1 page", "2 pages".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// isTerminal tells whether w is a terminal: a person reads along.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// forPeople is w itself, but a terminal gets no control characters: a page
// that holds escape sequences could otherwise rewrite what a person sees. A
// pipe or file gets the very bytes.
func forPeople(w io.Writer) io.Writer {
	if isTerminal(w) {
		return plain(w)
	}
	return w
}

// faithful remembers the first error of a writer, so that output that went
// nowhere (a full disk) never passes for done.
type faithful struct {
	w   io.Writer
	err error
}

func (f *faithful) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	if f.err == nil {
		f.err = err
	}
	return n, err
}

// plain is w without control characters, for talk that quotes pages.
func plain(w io.Writer) io.Writer { return &plainWriter{w: w} }

type plainWriter struct {
	w    io.Writer
	held []byte // the start of a letter that a write cut in two
}

func (p *plainWriter) Write(b []byte) (int, error) {
	text := append(p.held, b...)
	var clean strings.Builder
	for len(text) > 0 && utf8.FullRune(text) {
		r, n := utf8.DecodeRune(text)
		clean.WriteRune(visible(r))
		text = text[n:]
	}
	p.held = append([]byte(nil), text...)
	if _, err := io.WriteString(p.w, clean.String()); err != nil {
		return 0, err
	}
	return len(b), nil
}

// visible is r, or the replacement character for what would act on a terminal
// instead of showing: controls (C0 but tab and newline, DEL, C1), bidirectional
// overrides and isolates (Unicode TR36, "Bidirectional Text Spoofing").
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return utf8.RuneError
	}
	return r
}
