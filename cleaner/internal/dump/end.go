package dump

import (
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
)

func (r *reader) isEnd(line string) bool {
	return phrases.MatchesAny(r.rules.End, line) && !prose.IsSentence(line) || phrases.IsRelatedHeading(line)
}

// end is the first line behind the article: an agency line's successor, a
// heading of what follows, the end mark's successor.
func (r *reader) end(start int) int {
	for i := start; i < len(r.lines); i++ {
		switch text := r.lines[i].bare(); {
		case r.isEnd(text):
			if i > start && !phrases.IsRelatedHeading(text) || !r.goesOn(i, i == start) {
				return i
			}
		case i > start && namesSource(text):
			for range 2 { // who took it over from there, or the agency's partner
				if i+1 < len(r.lines) && namesSource(r.lines[i+1].text) {
					i++
				}
			}
			return i + 1
		case i > start && r.isSignature(i) && r.isSentence(i-1) && r.cardBelow(i):
			return i + 1
		case draft.EndMark.MatchString(text):
			// Signature and agency may follow the mark.
			for i+1 < len(r.lines) && r.isSignature(i+1) {
				i++
			}
			return i + 1
		}
	}
	return len(r.lines)
}

// namesSource tells a line that names an agency, with or without who wrote for
// it: nothing of the article stands below.
func namesSource(text string) bool {
	if credits.IsSource(text) || credits.IsAgencies(text) {
		return true
	}
	byline, source := credits.Signature(text)
	return byline != "" && source != "" && signs(byline)
}

// signs tells a name, or who did what.
func signs(text string) bool {
	role, _ := credits.RoleOf(text)
	return role || credits.LooksSigned(text)
}

// goesOn reports whether the article's text goes on below line i, which heads
// related articles: a paragraph comes before the next such heading, and no
// dateline of a related article. Amid the text, a signature must come, too:
// related articles have leads, but do not say whose they are.
func (r *reader) goesOn(i int, atStart bool) bool {
	sentence := false
	for i++; i < len(r.lines); i++ {
		l := r.lines[i]
		switch {
		case r.isEnd(l.bare()), r.isTagged(l.text):
			return false
		case sentence && namesSource(l.text):
			return true
		case utf8.RuneCountInString(l.text) >= prose.ShortParagraph && r.isSentence(i):
			if sentence = true; atStart {
				return true
			}
		}
	}
	return false
}

func (r *reader) isSignature(i int) bool {
	l := r.lines[i]
	if l.item || l.row || utf8.RuneCountInString(l.text) > credits.MaxSignature || r.isEnd(l.text) {
		return false
	}
	if role, _ := credits.RoleOf(l.text); role {
		return true
	}
	return namesSource(l.text) || credits.LooksSigned(l.text) && !r.isCaption(i) || i > 0 && credits.LooksSigned(r.lines[i-1].text) && credits.IsTaken(l.text)
}

// signatures takes the signing lines off the end of the article, and returns
// where the first stands. They stand right below its last sentence: a name on
// a line of its own amid short lines is a menu. What stands below them is none
// of the article.
func (r *reader) signatures(start, end int) int {
	const most, mostRoles = 3, 6
	first := end
	for first > start && !r.isSentence(first-1) && !r.lines[first-1].row {
		first--
	}
	for first < end && r.isCaption(first) && !r.isSignature(first) {
		first++
	}
	if first == end || !r.isSignature(first) || first == start && !r.allSign(first, end) {
		return end
	}
	var lines []string
	for i := first; i < end && r.isSignature(i) && len(lines) < mostRoles; i++ {
		text := r.lines[i].text
		role, _ := credits.RoleOf(text)
		apart := !r.lines[i].glued && (i+1 < end && r.lines[i+1].glued || !strings.Contains(text, " "))
		if !role && !namesSource(text) && len(lines) >= most || len(lines) > 0 && !role && !namesSource(text) && apart {
			break // a tag or a menu that reads like a name
		}
		lines = append(lines, text)
	}
	r.SignLines(lines, "last lines of the article")
	return first
}

// allSign reports whether lines sign and do nothing else: below a lead, on the
// page of a film.
func (r *reader) allSign(start, end int) bool {
	for i := start; i < end; i++ {
		if !r.isSignature(i) {
			return false
		}
	}
	return true
}

// isSentence tells a line that ends as sentences do, the end mark aside, and is
// no caption.
func (r *reader) isSentence(i int) bool {
	text := r.lines[i].text
	return prose.EndsSentence(draft.WithoutEndMark(text)) && !r.isCaption(i)
}
