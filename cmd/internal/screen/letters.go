package screen

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/mattn/go-runewidth"

	"baoluu/cleaner/plain"
)

const (
	// mostMarks is how many characters a letter has at most. A family of emoji has eleven, a
	// letter of a living script four.
	mostMarks = 16
	// mostUnseen is how many letters without width may follow each other.
	mostUnseen = 8
)

// widths are those of terminals that are not set up for Chinese, Japanese or Korean, whatever
// the environment says: one text takes one width everywhere.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// letters goes through a text letter by letter, each with its columns: 0, 1, 2, of some
// emoji more, where terminals differ in whether they join them.
func letters(text string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		unseen := 0
		for all := graphemes.FromString(plain.Line(text)); all.Next(); {
			letter, width := measured(all.Value())
			if unseen++; width > 0 {
				unseen = 0
			}
			if unseen <= mostUnseen && !yield(letter, width) {
				return
			}
		}
	}
}

// measured is a letter as it is shown, and its columns.
func measured(letter string) (string, int) {
	if len(letter) == 1 {
		return letter, 1
	}
	width, n := 0, 0
	for at, r := range letter {
		if n++; n > mostMarks {
			return letter[:at] + string(utf8.RuneError), width + 1
		}
		switch {
		case r >= 0xe0020 && r <= 0xe007f: // tags, of which some flags are made
		case r == 0xfe0f: // as a picture
			width = max(width, 2)
		default:
			width += widths.RuneWidth(r)
		}
	}
	return letter, width
}

// Width is how many columns a text takes, on one line.
func Width(text string) (width int) {
	for _, w := range letters(text) {
		width += w
	}
	return width
}

// Cut is a text in at most so many columns: where it does not fit, its beginning with "…".
func Cut(text string, columns int) string {
	var b strings.Builder
	width, whole := 0, 0 // whole: bytes of b before which "…" fits
	for letter, w := range letters(text) {
		if width+w > columns {
			if columns < 1 {
				return ""
			}
			return strings.TrimRight(b.String()[:whole], " ") + "…"
		}
		b.WriteString(letter)
		if width += w; width < columns {
			whole = b.Len()
		}
	}
	return b.String()
}

// Pad is [Cut] with blanks behind it up to that many columns.
func Pad(text string, columns int) string {
	text = Cut(text, columns)
	return text + strings.Repeat(" ", max(0, columns-Width(text)))
}
