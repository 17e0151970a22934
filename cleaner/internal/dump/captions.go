package dump

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
)

// furniture is what stands on any newspaper's pages: marks of advertisements,
// names of pictures' files.
var furniture = regexp.MustCompile(`^(?:Quảng cáo|QUẢNG CÁO|QC|Advertisement|\|)$|^[a-z0-9]+(?:[-_][a-z0-9]+){3,}(?:\.[a-z]{3,4})?$|^\d+-\d{9,}$`)

// pictureFile is the name of a picture's file, alone on a line.
var pictureFile = regexp.MustCompile(`(?i)^[(\[]?(?:[^\s.!?()][^.!?]{0,80}|\S{1,200})\.(?:jpe?g|png|gif|webp|bmp|tiff?)[)\]]?$`)

// isPicture tells a line that stands for a picture: the name of its file, its
// alternative text, what an editor's tool left.
func (r *reader) isPicture(i int) bool {
	text := r.lines[i].text
	return phrases.IsFurnitureCaption(text) || r.isAlt(text) || pictureFile.MatchString(text)
}

// isAlt tells the alternative text that the newspaper's CMS gives a picture.
func (r *reader) isAlt(line string) bool { return phrases.MatchesAny(r.rules.Alts, line) }

func (r *reader) isFurniture(line string) bool {
	return phrases.MatchesAny(r.rules.Furniture, line) && !prose.IsSentence(line) || furniture.MatchString(line) || pictureFile.MatchString(line) || r.isAlt(line) || markdownImage.ReplaceAllString(line, "") == ""
}

// shortSaying is how many blanks a sentence has, at least, that may be a caption
// because it comes twice.
const shortSaying = 5

// isCaption tells line i from a paragraph: it ends with a credit, comes twice,
// says its text twice, or follows the mark that editors leave.
func (r *reader) isCaption(i int) bool {
	line := r.lines[i].text
	if markdownImage.MatchString(line) && markdownImage.ReplaceAllString(line, "") != "" {
		return true
	}
	if credits.LooksCaption(line) || doubled(line) != "" {
		return true
	}
	if i > 0 && r.isPicture(i-1) {
		switch letters := utf8.RuneCountInString(line); {
		case pictureFile.MatchString(r.lines[i-1].text): // where all lines are glued, a paragraph may be
			if letters < prose.SureParagraph && (r.lines[i].glued || r.lines[i].inset || !prose.EndsSentence(line)) {
				return true
			}
		case r.lines[i].glued:
			return true
		}
	}
	if r.isInset(i) {
		return true
	}
	if utf8.RuneCountInString(line) < 12 || strings.HasSuffix(line, "!") || strings.HasSuffix(line, "?") || strings.HasPrefix(line, "-") || prose.IsStatement(line) && strings.Count(line, " ") < shortSaying {
		return false // a cry or an answer comes again because it was said again
	}
	return i > 0 && prose.SameWords(line, r.lines[i-1].text) || i+1 < len(r.lines) && prose.SameWords(line, r.lines[i+1].text)
}

// isInset tells a line right below the lead that is set in, as no paragraph is:
// it belongs to the picture there.
func (r *reader) isInset(i int) bool {
	return r.lead >= 0 && i > 0 && i == r.lead+1 && r.lines[i].inset && utf8.RuneCountInString(r.lines[i].text) < 2*prose.SureParagraph &&
		!r.lines[r.lead].inset && i+1 < len(r.lines) && !r.lines[i+1].inset
}

// doubled is the half of a line that says the same twice ("A A"), else "".
func doubled(line string) string {
	half := len(line) / 2
	if len(line)%2 == 0 || len(line) < 24 || line[half] != ' ' || line[:half] != line[half+1:] {
		return ""
	}
	return line[:half]
}

// isTwice tells a line that stands twice in a row: above the lead that may be
// the title and the alt of its picture.
func (r *reader) isTwice(i int) bool {
	return !credits.LooksCaption(r.lines[i].text) && doubled(r.lines[i].text) == "" && !markdownImage.MatchString(r.lines[i].text)
}

// caption keeps the caption of line i, once: what stands again with text between
// is that of another picture. Of a pair in two languages, one
// right below the other, the page's own is kept.
func (r *reader) caption(i int) {
	text := markdownImage.ReplaceAllString(r.lines[i].text, "")
	if half := doubled(text); half != "" {
		text = half
	}
	if r.isForeign(i, text) {
		return
	}
	key, above := prose.Squash(text), 1+len(r.Body)
	if last := r.seen[key]; key != "" && last != above {
		r.seen[key] = above
		r.captions = append(r.captions, text)
		r.Say("captions", "a line with a credit, or twice", text)
	}
}

// isForeign tells the caption of the other language: the line above or below
// it, without an empty line between, is in the page's.
func (r *reader) isForeign(i int, text string) bool {
	own := prose.Language(text)
	if own == "" || r.language == "" || own == r.language {
		return false
	}
	below := i+1 < len(r.lines) && r.lines[i+1].glued && prose.Language(r.lines[i+1].text) == r.language
	above := i > 0 && r.lines[i].glued && prose.Language(r.lines[i-1].text) == r.language
	return below || above
}
