package naming

import (
	"slices"
	"strings"

	"baoluu/cleaner/internal/prose"
)

// Title is a title of the page, as it is held against others.
type Title struct {
	Text  string // prose.Squash of it
	words []string
	Cut   bool // ends with an ellipsis
}

// NewTitle reads a title as it stands on a page.
func NewTitle(t string) Title {
	const longest = 400
	if len(t) > longest {
		t = strings.ToValidUTF8(t[:longest], "")
	}
	_, cut := CutEllipsis(t)
	return Title{prose.Squash(t), strings.Fields(strings.ToLower(t)), cut}
}

// fits recognizes two titles of one article: they are the same, one goes on where
// the other was cut, or has the newspaper's name or a kicker besides.
func (t *Title) fits(o *Title) bool {
	const least = 20 // bytes that are no mere word
	if t.Text == o.Text {
		return true
	}
	if len(t.Text) > len(o.Text) {
		t, o = o, t
	}
	switch {
	case len(t.Text) == 0:
		return false
	case t.Cut && strings.HasPrefix(o.Text, t.Text):
		return true
	case len(t.Text) < least && 2*len(t.Text) < len(o.Text):
		return strings.HasPrefix(o.Text, t.Text) && startsTitle(t.words, o.words)
	}
	return strings.Contains(o.Text, t.Text)
}

// startsTitle recognizes words behind which a title goes on with a mark: the
// newspaper's name stands there.
func startsTitle(short, long []string) bool {
	if len(short) >= len(long) || !slices.Equal(short, long[:len(short)]) {
		return false
	}
	return prose.Squash(long[len(short)]) == ""
}

// rewords recognizes two titles that have most of their words in common, numbers
// included.
func (t *Title) rewords(o *Title) bool {
	const fewest, most = 4, 60
	if len(t.words) > most || len(o.words) > most {
		return false
	}
	common := 0
	for _, w := range t.words {
		switch has := slices.Contains(o.words, w); {
		case has && prose.Squash(w) != "":
			common++
		case !has && strings.ContainsAny(w, "0123456789"):
			return false
		}
	}
	return common >= fewest && 5*common >= 3*max(len(t.words), len(o.words))
}

// GoesOn reports whether a title that was cut is the beginning of another.
func GoesOn(title, whole string) bool {
	const least = 20 // bytes that are no mere word
	begin, cut := CutEllipsis(title)
	if !cut || len(begin) < least || len(whole) <= len(begin) {
		return false
	}
	if rest, ok := strings.CutPrefix(whole, begin); ok {
		if rest = strings.TrimLeft(rest, " "); strings.HasPrefix(rest, "…") || strings.HasPrefix(rest, "...") {
			return false // it is the title's own
		}
	}
	begin, whole = prose.Squash(begin), prose.Squash(whole)
	return len(whole) > len(begin) && strings.HasPrefix(whole, begin)
}

// IsNamedBehind reports whether a title is another and a name behind a mark.
func IsNamedBehind(title, bare string) bool {
	const least = 20
	rest, ok := strings.CutPrefix(title, bare)
	if !ok || len(bare) < least {
		return false
	}
	_, behind, ok := CutLast(" " + strings.TrimLeft(rest, " "))
	return ok && behind != ""
}

// CutEllipsis cuts the ellipsis off a text that ends with one.
func CutEllipsis(t string) (rest string, ok bool) {
	t = strings.TrimRight(t, " ")
	for _, mark := range []string{"…", "..."} {
		if rest, ok = strings.CutSuffix(t, mark); ok {
			return strings.TrimRight(rest, " ."), rest != ""
		}
	}
	return t, false
}

// CutLast parts a title at its last mark between names: "Title - Báo X".
func CutLast(title string) (rest, name string, ok bool) {
	at, size := -1, 0
	for _, mark := range []string{" - ", " | ", " – ", " — ", " :: ", " » ", " « ", " • ", " · ", "|"} {
		if i := strings.LastIndex(title, mark); i > at {
			at, size = i, len(mark)
		}
	}
	if at < 0 {
		return title, "", false
	}
	return strings.TrimRight(title[:at], " "), strings.TrimSpace(title[at+size:]), true
}
