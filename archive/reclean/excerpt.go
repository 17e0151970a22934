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

// begin is the beginning of a text, of so many letters at most, in whole words where they are not too long.
func begin(s string, most int) string {
	i := letter(s, most)
	if i == len(s) {
		return s
	}
	if blank := strings.LastIndexByte(s[:i], ' '); blank > i/2 {
		return s[:blank] + " …"
	}
	for i > 0 { // no letter is cut from its tone
		if r, _ := utf8.DecodeRuneInString(s[i:]); !unicode.IsMark(r) {
			break
		}
		_, n := utf8.DecodeLastRuneInString(s[:i])
		i -= n
	}
	return s[:i] + "…"
}

// end is the end of a text, likewise.
func end(s string, most int) string {
	i := letter(s, max(0, utf8.RuneCountInString(s)-most))
	if i == 0 {
		return s
	}
	if blank := strings.IndexByte(s[i:], ' '); blank >= 0 && blank < (len(s)-i)/2 {
		return "… " + s[i+blank+1:]
	}
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsMark(r) {
			break
		}
		i += n
	}
	return "…" + s[i:]
}

// letter is where a letter of a text begins, counted from 0; its end where it has fewer.
func letter(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
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
