package dump

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// textLine is one line with text.
type textLine struct {
	text  string // cleaned
	glued bool   // no empty line between it and the one before
	item  bool   // had the mark of a list item
	row   bool   // of a table: its cells are parted by tabs
	inset bool   // began with blanks
}

// bare is the line's text without the mark of a list item.
func (l textLine) bare() string {
	if !l.item {
		return l.text
	}
	return strings.TrimSpace(strings.TrimLeft(l.text, "0123456789."))
}

// reader reads one text dump.
type reader struct {
	*draft.Draft
	rules    sites.TextRules
	lines    []textLine
	language string // of the page's text, "" if unclear
	lead     int    // the line of it, -1 as long as it is not known
	captions []string
	seen     map[string]int // captions, squashed: behind how many blocks of the body they stood last
}

// Read makes the article of a text dump.
func Read(d *draft.Draft) error {
	d.Begin(article.DumpLayout)
	r := &reader{Draft: d, lead: -1, seen: map[string]int{}}
	if d.Paper != nil {
		r.rules = d.Paper.Text
	}
	if phrases.TooManyLines(d.Doc.Text) {
		return fmt.Errorf("%w: more than %d lines", markup.ErrHostile, phrases.MaxLines)
	}
	r.split(d.Doc.Text)
	if len(r.lines) == 0 {
		return &article.NotArticleError{Reason: "empty page"}
	}
	r.language = r.Addr.Language
	if r.language == "" {
		r.language = prose.Language(d.Doc.Text)
	}

	lead := r.findLead()
	if lead < 0 {
		return &article.NotArticleError{Reason: "a text without paragraphs"}
	}
	r.lead = lead
	r.head(lead)
	if tag := r.bareTag(r.lines[lead].text); tag != "" {
		r.Dateline, r.Lead = article.Text(tag), article.Text(strings.TrimSpace(r.lines[lead].text[len(tag):]))
	} else {
		r.SetLead(r.lines[lead].text, "first paragraph", nil)
	}
	r.body(lead + 1)
	r.Captions = r.captions
	if len(r.Body) == 0 && r.Title == "" {
		return &article.NotArticleError{Reason: "a text without title and body"}
	}
	r.Finish()
	return nil
}

var (
	listMark      = regexp.MustCompile(`^\s{2,}(?:[` + bullets + `]|\d{1,3}\.)\s|^(?:[` + bullets + `]|\d{1,2}\.)\s+\S.{0,80}$`)
	markdownImage = regexp.MustCompile(`^!?\[[^\]]*\]\([^)]*\)\s*\|?\s*|(?i:^[^\s.]+[-_\d][^\s.]*\.(?:jpe?g|png|gif|webp)\s*\|?\s+)`)
	datePrefix    = regexp.MustCompile(`^date:?\s+(\d{4}-\d{2}-\d{2})\b\s*`)
)

// bullets are signs that stand before the items of a list.
const bullets = "•●○▪▫■□◆◇►▶▸➢➤‣⁃"

// split cuts the dump into lines. A line that shows nothing, a no-break space
// alone for instance, is an empty one.
func (r *reader) split(text string) {
	glued := false
	for raw := range strings.Lines(text) {
		line := prose.Clean(raw)
		if line == "" {
			glued = false
			continue
		}
		item := listMark.MatchString(strings.TrimRight(raw, "\n"))
		inset := !item && (strings.HasPrefix(raw, "  ") || strings.HasPrefix(raw, "\t"))
		if bare := strings.Trim(line, bullets+" "); bare != line { // the sign is no text
			if bare == "" {
				continue
			}
			line = bare
		}
		if line != "|" { // the border of a cell
			line = strings.TrimSpace(strings.TrimSuffix(line, "|"))
		}
		one := textLine{text: line, glued: glued, item: item, inset: inset}
		if cells := strings.Split(strings.TrimSpace(raw), "\t"); len(cells) > 1 {
			for i := range cells {
				cells[i] = prose.Clean(cells[i])
			}
			one.row, one.text = true, strings.Join(cells, "\t")
		}
		r.lines = append(r.lines, one)
		glued = true
	}
}

// findLead finds the article's first paragraph: the first line with a
// dateline of the newspaper's, else the first that is a sentence and no
// caption.
func (r *reader) findLead() int {
	tagged := -1
	sentence := false // a paragraph stands above
	for i, l := range r.lines {
		if sentence && r.isEnd(l.text) {
			break
		}
		sentence = sentence || utf8.RuneCountInString(l.text) >= prose.SureParagraph
		if !l.item && r.isTagged(l.text) && utf8.RuneCountInString(l.text) > 30 {
			tagged = i
			break
		}
	}
	plain := -1
	for i, l := range r.lines {
		if l.item || r.isCaption(i) || r.isFurniture(l.text) || r.isDate(l.text) {
			continue
		}
		n := utf8.RuneCountInString(l.text)
		if n >= prose.ShortParagraph && prose.EndsSentence(l.text) || n >= prose.SureParagraph || n >= shortLead && r.isLeadBelowDate(i) {
			plain = i
			break
		}
	}
	switch {
	case tagged < 0:
		return plain
	case plain >= 0 && plain < tagged && r.isBodyAbove(plain, tagged):
		// Body text above the first dateline: that one belongs to a related item.
		return plain
	}
	return tagged
}

// isLeadBelowDate tells a sentence between the date and a paragraph.
func (r *reader) isLeadBelowDate(i int) bool {
	return i > 0 && i+1 < len(r.lines) && prose.EndsSentence(r.lines[i].text) && r.isDate(r.lines[i-1].text) &&
		utf8.RuneCountInString(r.lines[i+1].text) >= prose.ShortParagraph && prose.EndsSentence(r.lines[i+1].text)
}

// isBodyAbove reports whether at least two paragraphs stand from line i on,
// before line end.
func (r *reader) isBodyAbove(i, end int) bool {
	n := 0
	for j := i; j < end; j++ {
		if l := r.lines[j]; !l.item && utf8.RuneCountInString(l.text) >= prose.ShortParagraph && prose.EndsSentence(l.text) && !r.isCaption(j) {
			n++
		}
	}
	return n >= 2
}

// bareTag is the newspaper's tag before a lead where only the lost markup
// parted it from the text.
func (r *reader) bareTag(line string) string {
	if r.rules.Tag == nil {
		return ""
	}
	return prose.Submatch(line, r.rules.Tag.Regexp().FindStringSubmatchIndex(line), 1)
}

// isTagged tells a line that begins with the newspaper's dateline.
func (r *reader) isTagged(line string) bool {
	tag := r.OwnTag()
	if tag == nil {
		tag = draft.CommonTag
	}
	return tag.MatchString(line)
}

// shortLead is how long a sentence right below the date, above a paragraph, is at least to
// be a lead, in characters.
const shortLead = 30
