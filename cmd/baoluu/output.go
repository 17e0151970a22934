package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"baoluu/cleaner/plain"
	"baoluu/cmd/internal/lines"
	"baoluu/sites"
)

// printf writes a line for people. Each text among the values stays on its line,
// whatever it holds: nothing that a page, an archive or an error says can begin a
// line, or a column, of its own.
func printf(w io.Writer, format string, args ...any) (int, error) {
	for i, arg := range args {
		if err, ok := arg.(error); ok {
			args[i] = plain.Line(words(err))
		} else if v := reflect.ValueOf(arg); v.Kind() == reflect.String {
			args[i] = plain.Line(v.String())
		}
	}
	return fmt.Fprintf(w, format, args...) //nolint:forbidigo // the one place
}

// printJSON writes one object on one line, HTML characters as they are.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(plain.JSONWriter(w))
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// table writes rows in columns; the cells of a row are separated by tabs.
func table(w io.Writer, fill func(w io.Writer)) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fill(t)
	return t.Flush()
}

// cell makes any text fit for a table: one line, no tabs.
func cell(s string) string { return strings.Join(strings.Fields(s), " ") }

// local is how a moment is shown: in the newspapers' zone, with its offset.
func local(t time.Time) string {
	return lines.Local(t)
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

// count is a number for people: "1,240".
func count(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// plural is "1 page", "2 pages".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// isTerminal reports whether w is a terminal: a person reads along.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
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

// shortTime is a moment for people: hours of Vietnam, to the minute.
func shortTime(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(sites.Zone).Format("2006-01-02 15:04")
}

// shellLine quotes words for sh.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if strings.IndexFunc(w, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@,=", r))
		}) < 0 && w != "" {
			quoted[i] = w
			continue
		}
		quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// optionalTime is null in JSON for a moment that is not known.
func optionalTime(t time.Time) *string {
	return lines.OptionalTime(t)
}

// optional is null in JSON for a field that is not there.
func optional(s string) *string {
	return lines.Optional(s)
}
