package main

import (
	"io"
	"regexp"
	"slices"
	"strings"
)

const (
	maxPrinted      = 20 // lines of one kind that are printed
	maxPrintedNotes = 3  // the same of notes, which are about what went well
	maxKinds        = 40 // the last stands for all that come after
)

// excerpt prints the first lines of each kind on stderr, and in the end how many more there
// were: thousands of refusals would hide what they have in common.
type excerpt struct {
	w     io.Writer
	kinds []excerptKind
}

type excerptKind struct {
	name    string
	n, most int
}

const (
	kindRefused = "refused"
	kindProblem = "problems of web archives' files"
)

// first counts a line of a kind; true: it is one of the first, which are printed.
func (t *excerpt) first(kind string, most int) bool {
	i := slices.IndexFunc(t.kinds, func(k excerptKind) bool { return k.name == kind })
	if i < 0 && len(t.kinds) < maxKinds {
		i = len(t.kinds)
		t.kinds = append(t.kinds, excerptKind{kind, 0, most})
	} else if i < 0 { // with the last: what a page says makes no kinds without end
		i = maxKinds - 1
	}
	k := &t.kinds[i]
	k.n++
	return k.n <= k.most
}

var numbers = regexp.MustCompile(`[0-9]+`)

// note is [excerpt.first] for a note: notes that differ in numbers and times alone are of one kind.
func (t *excerpt) note(text string) bool {
	text, _, _ = strings.Cut(text, ":")
	return t.first("notes like \""+numbers.ReplaceAllString(text, "…")+"\"", maxPrintedNotes)
}

// rest prints how many there were that were not printed.
func (t *excerpt) rest() {
	for _, k := range t.kinds {
		if k.n > k.most {
			printf(t.w, "… and %s more %s (--json names each)\n", count(k.n-k.most), k.name)
		}
	}
	t.kinds = nil
}
