package cleaner

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// A page that exists only as text has lost its markup; what is left are lines,
// the empty lines between them, and what newspapers always do: a dateline
// opens the lead, a caption ends with its credit or comes twice (the alt of
// its picture, then the caption itself), an agency line ends the article. The
// article is found from its lead: upwards the title, downwards the body.

// dumpLine is one line with text.
type dumpLine struct {
	text  string // cleaned
	glued bool   // no empty line between it and the one before
	item  bool   // had the mark of a list item
	row   bool   // of a table: its cells are parted by tabs
	inset bool   // began with blanks
}

// bare is the line's text without the mark of a list item.
func (l dumpLine) bare() string {
	if !l.item {
		return l.text
	}
	return strings.TrimSpace(strings.TrimLeft(l.text, "0123456789."))
}

// dumpReader reads one text dump.
type dumpReader struct {
	*draft.Draft
	rules    sites.TextRules
	lines    []dumpLine
	language string // of the page's text, "" if unclear
	lead     int    // the line of it, -1 as long as it is not known
	captions []string
	seen     map[string]int // captions, squashed: behind how many blocks of the body they stood last
}

// readDump makes the article of a text dump.
func readDump(d *draft.Draft) error {
	d.Begin(article.DumpLayout)
	r := &dumpReader{Draft: d, lead: -1, seen: map[string]int{}}
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
func (r *dumpReader) split(text string) {
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
		one := dumpLine{text: line, glued: glued, item: item, inset: inset}
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
func (r *dumpReader) findLead() int {
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
func (r *dumpReader) isLeadBelowDate(i int) bool {
	return i > 0 && i+1 < len(r.lines) && prose.EndsSentence(r.lines[i].text) && r.isDate(r.lines[i-1].text) &&
		utf8.RuneCountInString(r.lines[i+1].text) >= prose.ShortParagraph && prose.EndsSentence(r.lines[i+1].text)
}

// isBodyAbove tells whether at least two paragraphs stand from line i on,
// before line end.
func (r *dumpReader) isBodyAbove(i, end int) bool {
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
func (r *dumpReader) bareTag(line string) string {
	if r.rules.Tag == nil {
		return ""
	}
	return prose.Submatch(line, r.rules.Tag.FindStringSubmatchIndex(line), 1)
}

// isTagged tells a line that begins with the newspaper's dateline.
func (r *dumpReader) isTagged(line string) bool {
	tag := r.OwnTag()
	if tag == nil {
		tag = draft.CommonTag
	}
	return tag.MatchString(line)
}

func (r *dumpReader) isEnd(line string) bool {
	return phrases.MatchesAny(r.rules.End, line) && !prose.IsSentence(line) || phrases.IsRelatedHeading(line)
}

// furniture is what stands on any newspaper's pages: marks of advertisements,
// names of pictures' files.
var furniture = regexp.MustCompile(`^(?:Quảng cáo|QUẢNG CÁO|QC|Advertisement|\|)$|^[a-z0-9]+(?:[-_][a-z0-9]+){3,}(?:\.[a-z]{3,4})?$|^\d+-\d{9,}$`)

// pictureFile is the name of a picture's file, alone on a line.
var pictureFile = regexp.MustCompile(`(?i)^[(\[]?(?:[^\s.!?()][^.!?]{0,80}|\S{1,200})\.(?:jpe?g|png|gif|webp|bmp|tiff?)[)\]]?$`)

// isPicture tells a line that stands for a picture: the name of its file, its
// alternative text, what an editor's tool left.
func (r *dumpReader) isPicture(i int) bool {
	text := r.lines[i].text
	return phrases.IsFurnitureCaption(text) || r.isAlt(text) || pictureFile.MatchString(text)
}

// isAlt tells the alternative text that the newspaper's CMS gives a picture.
func (r *dumpReader) isAlt(line string) bool { return phrases.MatchesAny(r.rules.Alts, line) }

func (r *dumpReader) isFurniture(line string) bool {
	return phrases.MatchesAny(r.rules.Furniture, line) && !prose.IsSentence(line) || furniture.MatchString(line) || pictureFile.MatchString(line) || r.isAlt(line) || markdownImage.ReplaceAllString(line, "") == ""
}

// isDate tells a line that is a date and nothing more than a word beside it, or
// with a time of day a name.
func (r *dumpReader) isDate(line string) bool {
	if utf8.RuneCountInString(line) > 80 || prose.EndsSentence(line) {
		return false
	}
	at, rest, ok := dates.Parse(withoutName(line))
	if ok && at.Clock && credits.LooksSigned(rest) && !credits.SaysBy(line) {
		return true
	}
	return ok && utf8.RuneCountInString(rest) <= 12 && (rest == "" || !prose.IsStatement(line)) || dates.IsAgo(line)
}

// dayBehind is the day, and what stands behind it, on the line of a byline.
var dayBehind = regexp.MustCompile(`\s*[-–|,]?\s*\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b.*$`)

// withoutName cuts off the name that is glued to a date.
func withoutName(line string) string {
	if g := datedName.FindStringSubmatchIndex(line); g != nil {
		return line[g[3]:]
	}
	return line
}

// shortSaying is how many blanks a sentence has, at least, that may be a caption
// because it comes twice.
const shortSaying = 5

// isCaption tells line i from a paragraph: it ends with a credit, comes twice,
// says its text twice, or follows the mark that editors leave.
func (r *dumpReader) isCaption(i int) bool {
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
func (r *dumpReader) isInset(i int) bool {
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

// heading is what may be the title above a lead, by line; -1 is none.
type heading struct {
	title   int // a line like a title
	caption int // one that may be a caption without a credit, too
	short   int // one of a few words, as sections and kickers are
	name    int // one that may be who wrote it
	dated   int // one that says who wrote it, and when
	day     int // one with a day and a few words
}

// farthest is how many lines above the lead its title may stand.
const farthest = 12

// head finds title, time and byline above the lead.
func (r *dumpReader) head(lead int) {
	h := heading{-1, -1, -1, -1, -1, -1}
	for i := lead - 1; i >= max(lead-farthest, 0) && h.title < 0; i-- {
		r.above(i, &h)
	}
	title := h.title
	switch {
	case title >= 0 && h.caption >= 0:
		r.caption(h.caption)
	case title >= 0:
	case h.caption >= 0:
		title = h.caption
	case h.short >= 0:
		title = h.short
	case r.language != "vi" && h.name >= 0: // English titles may be written with capitals
		title = h.name
	case h.dated >= 0: // a day long ago, in the headline
		if _, at, _ := r.nameAndDate(r.lines[h.dated].text); !at.Clock {
			title, h.dated = h.dated, -1
		}
	default:
		title = h.day
	}
	if title >= 0 {
		r.Title = article.Text(r.title(datePrefix.ReplaceAllString(r.lines[title].text, "")))
		r.Say("title", "nearest line above the lead", string(r.Title))
	}
	slices.Reverse(r.captions) // they were met from below

	for i := title - 1; i >= max(title-2, 0) && h.dated < 0; i-- { // above the title, too
		if _, at, ok := r.nameAndDate(r.lines[i].text); ok && at.Clock {
			h.dated = i
		}
	}
	if h.dated >= 0 && r.Byline == "" {
		who, _, _ := r.nameAndDate(datePrefix.ReplaceAllString(r.lines[h.dated].text, ""))
		r.Sign(who, "before the time above the lead", nil)
		r.SetTimes(draft.FirstShown(draft.PrintedIn(r.lines[h.dated].text, false)))
	}
	if h.name > title && r.Byline == "" && r.Source == "" {
		lines := []string{r.lines[h.name].text}
		if i := h.name - 1; i > title && credits.IsTaken(lines[0]) && credits.LooksSigned(r.lines[i].text) {
			lines = []string{r.lines[i].text, lines[0]}
		}
		r.SignLines(lines, "line above the lead")
	}

	// The time stands between title and lead, else right above the title.
	if !r.Published.IsZero() {
		return
	}
	var shown []draft.Said
	for i := max(title, 0); i < lead; i++ {
		if i != title || datePrefix.MatchString(r.lines[i].text) {
			shown = append(shown, r.date(i)...)
		}
	}
	for i := title - 1; i >= max(title-3, 0) && !slices.ContainsFunc(shown, func(s draft.Said) bool { return !s.At.Updated }); i-- {
		shown = append(shown, r.date(i)...)
	}
	r.SetTimes(draft.FirstShown(shown))
}

// aboveLine is a line above the lead, and below all that comes later.
type aboveLine struct {
	i               int
	text            string
	letters, blanks int
}

// aboveRules say what such a line is; the first that fits decides. what is for
// those who read.
var aboveRules = []struct {
	what string
	fits func(r *dumpReader, l aboveLine, h *heading) bool
	take func(r *dumpReader, l aboveLine, h *heading)
}{
	{"nothing", func(r *dumpReader, l aboveLine, _ *heading) bool {
		return r.lines[l.i].item || l.text == "" || r.isFurniture(l.text) || naming.IsHome(l.text)
	}, nil},
	{"names and a date", func(r *dumpReader, l aboveLine, _ *heading) bool {
		who, at, ok := r.nameAndDate(l.text)
		return ok && (at.Clock || looksPerson(who))
	}, func(r *dumpReader, l aboveLine, h *heading) {
		if h.dated < 0 {
			h.dated = l.i
		}
	}},
	{"a date", func(r *dumpReader, l aboveLine, _ *heading) bool { return r.isDate(l.text) },
		func(r *dumpReader, l aboveLine, h *heading) {
			if at, rest, _ := dates.Parse(l.text); !at.Clock && strings.Contains(rest, " ") {
				h.day = l.i
			}
			if g := datedName.FindStringSubmatch(l.text); g != nil && r.Byline == "" && credits.LooksSigned(g[1]) {
				r.Sign(g[1], "before the time above the lead", nil)
			}
		}},
	{"a caption", func(r *dumpReader, l aboveLine, _ *heading) bool { return r.isCaption(l.i) && !r.isTwice(l.i) },
		func(r *dumpReader, l aboveLine, _ *heading) { r.caption(l.i) }},
	{"a line that signs", func(r *dumpReader, l aboveLine, _ *heading) bool {
		return r.Byline == "" && credits.SaysBy(l.text)
	}, func(r *dumpReader, l aboveLine, _ *heading) {
		who := dayBehind.ReplaceAllString(l.text, "")
		r.SetTimes(draft.FirstShown(draft.PrintedIn(l.text[len(who):], false)))
		r.Sign(who, "line above the lead", nil)
	}},
	{"where it was taken from", func(r *dumpReader, l aboveLine, _ *heading) bool {
		return l.i > 0 && credits.IsTaken(l.text) && credits.LooksSigned(r.lines[l.i-1].text)
	}, func(_ *dumpReader, l aboveLine, h *heading) { h.name = l.i }},
	{"a name", func(r *dumpReader, l aboveLine, _ *heading) bool {
		return credits.LooksSigned(l.text) && l.text != strings.ToUpper(l.text) && l.blanks >= 1 && (l.blanks <= 3 || strings.Contains(l.text, " - ") || strings.Contains(l.text, ", "))
	}, func(_ *dumpReader, l aboveLine, h *heading) {
		if h.name < 0 {
			h.name = l.i
		}
	}},
	{"too short or too long", func(_ *dumpReader, l aboveLine, _ *heading) bool { return l.letters < 8 || l.letters > 220 }, nil},
	{"the same again", func(r *dumpReader, l aboveLine, h *heading) bool {
		return h.caption >= 0 && prose.SameWords(l.text, r.lines[h.caption].text)
	}, nil},
	{"a caption without a credit", func(r *dumpReader, l aboveLine, _ *heading) bool {
		return r.isCaption(l.i) || strings.HasSuffix(l.text, ".") && !strings.HasSuffix(l.text, "..")
	}, func(_ *dumpReader, l aboveLine, h *heading) {
		if h.caption < 0 {
			h.caption = l.i
		}
	}},
	{"the title", func(r *dumpReader, l aboveLine, _ *heading) bool {
		return l.letters >= 20 && l.blanks >= 4 && !r.isEnd(l.text) || l.i == 0 && l.blanks >= 2
	}, func(_ *dumpReader, l aboveLine, h *heading) { h.title = l.i }},
	{"a section", func(_ *dumpReader, l aboveLine, h *heading) bool { return h.short < 0 && l.blanks >= 2 },
		func(_ *dumpReader, l aboveLine, h *heading) { h.short = l.i }},
}

// above judges line i.
func (r *dumpReader) above(i int, h *heading) {
	text := datePrefix.ReplaceAllString(r.lines[i].text, "")
	l := aboveLine{i, text, utf8.RuneCountInString(text), strings.Count(text, " ")}
	for _, rule := range aboveRules {
		if rule.fits(r, l, h) {
			if rule.take != nil {
				rule.take(r, l, h)
			}
			return
		}
	}
}

// nameAndDate parts a line that says who wrote it, and then when: "Lê Mai
// 12/04/2018 21:36". The newspaper's own name is none, nor is a section's in
// front of a date alone.
func (r *dumpReader) nameAndDate(line string) (who string, at dates.Date, ok bool) {
	if utf8.RuneCountInString(line) > credits.MaxSignature {
		return "", dates.Date{}, false
	}
	line = credits.WithoutBy(line)
	end := len(line)
	if digit := strings.IndexAny(line, "0123456789"); digit >= 0 {
		end = digit
	}
	// The names are as many words as leave a date.
	for k := strings.LastIndexByte(line[:end], ' '); k > 0 && !ok; k = strings.LastIndexByte(line[:k], ' ') {
		var rest string
		if at, rest, ok = dates.Parse(line[k:]); ok && rest != "" {
			return "", dates.Date{}, false
		}
		who = strings.Trim(weekdayAtEnd.ReplaceAllString(line[:k], ""), " -–|,")
	}
	if !ok || !credits.LooksSigned(who) || r.IsPaper(who) || credits.IsAgencies(who) {
		return "", dates.Date{}, false
	}
	if strings.Contains(line, "DNUM_") || isUnnamed(who) { // a translation has no section there
		return who, at, true
	}
	return who, at, who != strings.ToUpper(who) && strings.Contains(who, " ")
}

// isUnnamed tells what newspapers print for reporters without a name.
func isUnnamed(who string) bool {
	switch who {
	case "PV", "P.V", "P.V.", "CTV", "BTV", "Nhóm PV", "Nhóm P.V":
		return true
	}
	return false
}

// weekdayAtEnd is what of a date may be left behind a name. Without a comma Thu
// is a name.
var weekdayAtEnd = regexp.MustCompile(`(?i)(?:^|[\s,–|-]+)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|(?:mon|tue|wed|thu|fri|sat|sun),|thứ \p{L}+,?|chủ nhật,?|ngày|lúc)$`)

// looksPerson tells the name of a person, or of several, from a headline in
// capitals: few words for each.
func looksPerson(who string) bool {
	const most = 5
	for name := range strings.FieldsFuncSeq(who, func(r rune) bool { return r == '-' || r == '–' || r == ',' || r == '&' || r == '/' }) {
		if len(strings.Fields(name)) > most {
			return false
		}
	}
	return true
}

// datedName is a name whose blank before the date was lost with the markup
// between them.
var datedName = regexp.MustCompile(`^(\p{Lu}.*\p{L})\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b`)

// isTwice tells a line that stands twice in a row: above the lead that may be
// the title and the alt of its picture.
func (r *dumpReader) isTwice(i int) bool {
	return !credits.LooksCaption(r.lines[i].text) && doubled(r.lines[i].text) == "" && !markdownImage.MatchString(r.lines[i].text)
}

func (r *dumpReader) title(text string) string {
	if r.Paper == nil {
		return text
	}
	return r.WithoutSuffix(text)
}

// date is what line i says of times, if it is one that does.
func (r *dumpReader) date(i int) []draft.Said {
	text := r.lines[i].text
	if m := datePrefix.FindStringSubmatch(text); m != nil {
		text = m[1]
	} else if !r.isDate(text) {
		return nil
	}
	return draft.PrintedIn(withoutName(text), false)
}

// caption keeps the caption of line i, once: what stands again with text between
// is that of another picture. Of a pair in two languages, one
// right below the other, the page's own is kept.
func (r *dumpReader) caption(i int) {
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
func (r *dumpReader) isForeign(i int, text string) bool {
	own := prose.Language(text)
	if own == "" || r.language == "" || own == r.language {
		return false
	}
	below := i+1 < len(r.lines) && r.lines[i+1].glued && prose.Language(r.lines[i+1].text) == r.language
	above := i > 0 && r.lines[i].glued && prose.Language(r.lines[i-1].text) == r.language
	return below || above
}

// body reads from the line after the lead to the article's end.
func (r *dumpReader) body(start int) {
	end := r.end(start)
	signed := r.signatures(start, end)
	boxed := false // within a related box amid the text
	links := start // up to here are headlines of others
	for i := start; i < signed; i++ {
		l := r.lines[i]
		boxed = r.isEnd(l.bare()) || boxed && !r.isSentence(i)
		switch {
		case boxed:
		case r.isFurniture(l.text), phrases.IsFurnitureCaption(l.text), dates.IsTimeLine(l.text), strings.HasPrefix(l.text, ">>"):
		case r.isTagged(l.text):
			r.dropCard()
		case r.isForeign(i, l.text) && r.isPaired(i):
			// the original of a translated caption
		case r.isCaption(i), i > start && r.lines[i].glued && r.isForeign(i-1, r.lines[i-1].text) && r.isPaired(i-1):
			r.caption(i)
		case prose.SameWords(l.text, string(r.Title)):
		case l.item && len(r.Body) == 0 && !saysAll(l.bare()):
			// links to related articles, between lead and body
		case l.item:
			r.Body = append(r.Body, article.Block{Kind: article.Item, Text: l.bare()})
		case l.row:
			r.Body = append(r.Body, article.Block{Kind: article.Row, Text: l.text})
		case i >= links && r.headlines(i, signed) > 0:
			links = i + r.headlines(i, signed)
			for _, link := range r.lines[i:links] {
				r.Related = append(r.Related, article.Related{Title: link.text})
			}
			r.Say("related", "headlines amid the text", l.text)
		case i < links:
		case r.isSubhead(i, signed):
			r.Body = append(r.Body, article.Block{Kind: article.Subhead, Text: l.text})
		default:
			r.Body = append(r.Body, article.Block{Kind: article.Paragraph, Text: l.text})
		}
	}
	if n := len(r.Body); n > 0 && r.Body[n-1].Kind == article.Paragraph {
		r.SourceOff(&r.Body[n-1])
	}
	r.Body = credits.MarkSpoken(r.Body)
	if len(r.Body) > 0 {
		r.Say("body", "lines between lead and end", r.Body[0].Text)
	}
}

// saysAll tells an item that ends with a full stop, as no headline does.
func saysAll(text string) bool {
	return strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "..") && prose.IsStatement(text)
}

// isPaired tells a foreign line that may be the original of a caption: it has
// a credit, or the line glued to it has.
func (r *dumpReader) isPaired(i int) bool {
	return credits.LooksCaption(r.lines[i].text) || i+1 < len(r.lines) && r.lines[i+1].glued && credits.LooksCaption(r.lines[i+1].text)
}

// end is the first line behind the article: an agency line's successor, a
// heading of what follows, the end mark's successor.
func (r *dumpReader) end(start int) int {
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

// goesOn tells whether the article's text goes on below line i, which heads
// related articles: a paragraph comes before the next such heading, and no
// dateline of a related article. Amid the text, a signature must come, too:
// related articles have leads, but do not say whose they are.
func (r *dumpReader) goesOn(i int, atStart bool) bool {
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

// cardBelow tells a related card glued to line i: its title twice, the first
// time in place of its picture.
func (r *dumpReader) cardBelow(i int) bool {
	return i+2 < len(r.lines) && r.lines[i+1].glued && prose.SameWords(r.lines[i+1].text, r.lines[i+2].text)
}

func (r *dumpReader) isSignature(i int) bool {
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
func (r *dumpReader) signatures(start, end int) int {
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

// allSign tells whether lines sign and do nothing else: below a lead, on the
// page of a film.
func (r *dumpReader) allSign(start, end int) bool {
	for i := start; i < end; i++ {
		if !r.isSignature(i) {
			return false
		}
	}
	return true
}

// isSentence tells a line that ends as sentences do, the end mark aside, and is
// no caption.
func (r *dumpReader) isSentence(i int) bool {
	text := r.lines[i].text
	return prose.EndsSentence(draft.WithoutEndMark(text)) && !r.isCaption(i)
}

// dropCard drops the heading of a related card from the end of the body: its
// lead, with the newspaper's dateline, gave it away.
func (r *dumpReader) dropCard() {
	body := r.Body
	for range 3 {
		if n := len(body); n > 0 && !prose.EndsSentence(body[n-1].Text) && utf8.RuneCountInString(body[n-1].Text) < prose.SureParagraph {
			body = body[:n-1]
		}
	}
	r.Body = body
	// A title that stood twice was taken for a caption.
	if n := len(r.captions); n > 0 && !credits.LooksCaption(r.captions[n-1]) {
		r.captions = r.captions[:n-1]
	}
}

// headlines is how many lines from i on are the headlines of other articles:
// two to four between two paragraphs, each as long as a headline and without a
// stop. A line alone is a subhead, many are a list; verses have a colon before
// them, or as many words as each other, or six and eight, and do not stand right
// below the lead.
func (r *dumpReader) headlines(i, end int) int {
	const most = 4
	if i > 0 && i-1 != r.lead && (!r.isSentence(i-1) && !r.isCaption(i-1)) || i > 0 && strings.HasSuffix(r.lines[i-1].text, ":") {
		return 0
	}
	n := 0
	for i+n < end && r.isHeadline(i+n) {
		if n++; n > most {
			return 0
		}
	}
	if n < 2 || i+n >= end || utf8.RuneCountInString(r.lines[i+n].text) < prose.ShortParagraph || !r.isSentence(i+n) {
		return 0
	}
	first, second := len(strings.Fields(r.lines[i].text)), len(strings.Fields(r.lines[i+1].text))
	if r.language == "vi" && i-1 != r.lead && first <= 8 && second <= 8 && (first == second || first == 6 && second == 8) {
		return 0
	}
	return n
}

// isHeadline tells a line that reads like one.
func (r *dumpReader) isHeadline(i int) bool {
	const least, most, leastWords = 20, 120, 5
	l := r.lines[i]
	letters := utf8.RuneCountInString(l.text)
	if l.item || l.row || letters < least || letters > most || len(strings.Fields(l.text)) < leastWords || credits.LooksSigned(l.text) && len(strings.Fields(l.text)) <= 6 || r.isCaption(i) || credits.IsSource(l.text) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(l.text)
	last, _ := utf8.DecodeLastRuneInString(l.text)
	return unicode.IsUpper(first) && (unicode.IsLetter(last) || unicode.IsDigit(last)) && !strings.Contains(l.text, ": ")
}

// isSubhead tells a short line without the end of a sentence (but a question
// or an exclamation), with a paragraph below.
func (r *dumpReader) isSubhead(i, end int) bool {
	text := r.lines[i].text
	if i+1 >= end || utf8.RuneCountInString(text) > 100 || strings.HasSuffix(text, ".") || strings.ContainsRune(",;", rune(text[len(text)-1])) {
		return false
	}
	if strings.HasPrefix(text, "“") || strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "-") {
		return false
	}
	return utf8.RuneCountInString(r.lines[i+1].text) >= prose.ShortParagraph
}

// shortLead is how long a sentence right below the date, above a paragraph, is at least to
// be a lead, in characters.
const shortLead = 30
