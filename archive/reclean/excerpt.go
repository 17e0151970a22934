package reclean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/compare"
)

// What a report shows of texts is bounded, whatever a page holds.

const (
	maxExamples = 3
	maxExample  = 200 // letters of a text in an example
	maxPassages = 24  // of a difference
	maxBeside   = 60  // letters of what is the same, before and behind what differs
	maxDiffer   = 240 // letters of what differs, in one place
)

// differing shows where two fields differ, with some of what stands around.
func differing(old, now []string) []compare.Passage {
	all := compare.Passages(strings.Join(old, "\n"), strings.Join(now, "\n"))
	var list []compare.Passage
	for i, p := range all {
		if len(list) == maxPassages {
			return append(list, compare.Passage{Same: "…"})
		}
		if p.Same == "" {
			list = append(list, compare.Passage{Old: begin(p.Old, maxDiffer), New: begin(p.New, maxDiffer)})
			continue
		}
		switch begins, ends := begin(p.Same, maxBeside), end(p.Same, maxBeside); {
		case i == 0:
			p.Same = ends
		case i == len(all)-1:
			p.Same = begins
		case utf8.RuneCountInString(p.Same) > 2*maxBeside:
			p.Same = begins + " " + ends
		}
		list = append(list, p)
	}
	return list
}

// begin is the beginning of a text: so many letters at most.
func begin(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:border(s, i)] + "…"
		}
		most--
	}
	return s
}

// end is the end of a text: so many letters at most.
func end(s string, most int) string {
	skip := utf8.RuneCountInString(s) - most
	if skip <= 0 {
		return s
	}
	for i := range s {
		if skip == 0 {
			return "…" + s[border(s, i):]
		}
		skip--
	}
	return s
}

// border is the place at or before i where no letter is cut from its tone.
func border(s string, i int) int {
	for i > 0 {
		if r, _ := utf8.DecodeRuneInString(s[i:]); !unicode.IsMark(r) {
			break
		}
		_, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
	}
	return i
}

// shorten shows the part of s that differs from other.
func shorten(s, other string) string {
	i := 0
	for i < len(s) && i < len(other) && s[i] == other[i] {
		i++
	}
	if utf8.RuneCountInString(s) <= maxExample {
		return s
	}
	for i < len(s) && i > 0 && !utf8.RuneStart(s[i]) {
		i--
	}
	before, behind := end(s[:i], maxExample/4), s[i:]
	if missing := maxExample*3/4 - utf8.RuneCountInString(behind); missing > 0 {
		before = end(s[:i], maxExample/4+missing)
	}
	return before + begin(behind, maxExample-maxExample/4)
}
