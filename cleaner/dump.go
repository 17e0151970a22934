package cleaner

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

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
}

// bare is the line's text without the mark of a list item.
func (l dumpLine) bare() string {
	if !l.item {
		return l.text
	}
	return strings.TrimSpace(strings.TrimLeft(l.text, "•0123456789."))
}

// dumpReader reads one text dump.
type dumpReader struct {
	m        *maker
	rules    sites.TextRules
	lines    []dumpLine
	language string // of the page's text, "" if unclear
	captions []string
	seen     map[string]int // captions, squashed: behind how many blocks of the body they stood last
}

// dump makes the article of a text dump.
func (m *maker) dump() error {
	m.a = Article{Layout: dumpLayout}
	if m.site != nil {
		m.identify()
	}
	r := &dumpReader{m: m, seen: map[string]int{}}
	if m.site != nil {
		r.rules = m.site.Text
	}
	if tooManyLines(m.d.text) {
		return fmt.Errorf("%w: more than %d lines", ErrMarkup, maxLines)
	}
	r.split(m.d.text)
	if len(r.lines) == 0 {
		return &NotArticleError{Reason: "empty page"}
	}
	r.language = m.addr.Language
	if r.language == "" {
		r.language = languageOf(m.d.text)
	}

	lead := r.findLead()
	if lead < 0 {
		return &NotArticleError{Reason: "a text without paragraphs"}
	}
	r.head(lead)
	if tag := r.bareTag(r.lines[lead].text); tag != "" {
		m.a.Dateline, m.a.Lead = Text(tag), Text(strings.TrimSpace(r.lines[lead].text[len(tag):]))
	} else {
		m.setLead(r.lines[lead].text, "first paragraph", nil)
	}
	r.body(lead + 1)
	m.a.Captions = r.captions
	if len(m.a.Body) == 0 && m.a.Title == "" {
		return &NotArticleError{Reason: "a text without title and body"}
	}
	m.finish()
	return nil
}

// maxLines bounds the lines of a text, for each may become a block of the article. The
// parser's budget bounds those of a page. Long articles have some hundred.
const maxLines = 200_000

func tooManyLines(text string) bool { return strings.Count(text, "\n") > maxLines }

var (
	listMark      = regexp.MustCompile(`^\s{2,}(?:•|\d{1,3}\.)\s|^(?:•|\d{1,2}\.)\s+\S.{0,80}$`)
	markdownImage = regexp.MustCompile(`^!?\[[^\]]*\]\([^)]*\)\s*\|?\s*`)
	datePrefix    = regexp.MustCompile(`^date:?\s+(\d{4}-\d{2}-\d{2})\b\s*`)
)

// split cuts the dump into lines. A line that shows nothing, a no-break space
// alone for instance, is an empty one.
func (r *dumpReader) split(text string) {
	glued := false
	for raw := range strings.Lines(text) {
		line := clean(raw)
		if line == "" {
			glued = false
			continue
		}
		item := listMark.MatchString(strings.TrimRight(raw, "\n"))
		one := dumpLine{text: line, glued: glued, item: item}
		if cells := strings.Split(strings.TrimSpace(raw), "\t"); len(cells) > 1 {
			for i := range cells {
				cells[i] = clean(cells[i])
			}
			one.row, one.text = true, strings.Join(cells, "\t")
		}
		r.lines = append(r.lines, one)
		glued = true
	}
}

func matchesAny(list []*regexp.Regexp, line string) bool {
	return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(line) })
}

// paragraph lengths, in characters: a lead is a sentence or more; the shortest
// of the newspapers' leads have near 60, their longest titles 130.
const (
	shortParagraph = 60
	sureParagraph  = 140
)

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
		sentence = sentence || utf8.RuneCountInString(l.text) >= sureParagraph
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
		if n >= shortParagraph && endsSentence(l.text) || n >= sureParagraph {
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

// isBodyAbove tells whether at least two paragraphs stand from line i on,
// before line end.
func (r *dumpReader) isBodyAbove(i, end int) bool {
	n := 0
	for j := i; j < end; j++ {
		if l := r.lines[j]; !l.item && utf8.RuneCountInString(l.text) >= shortParagraph && endsSentence(l.text) && !r.isCaption(j) {
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
	return group(line, r.rules.Tag.FindStringSubmatchIndex(line), 1)
}

// isTagged tells a line that begins with the newspaper's dateline.
func (r *dumpReader) isTagged(line string) bool {
	tag := r.m.ownTag()
	if tag == nil {
		tag = commonTag
	}
	return tag.MatchString(line)
}

func (r *dumpReader) isEnd(line string) bool {
	return matchesAny(r.rules.End, line) || isRelatedHeading(line)
}

// furniture is what stands on any newspaper's pages: marks of advertisements,
// names of pictures' files.
var furniture = regexp.MustCompile(`^(?:Quảng cáo|QUẢNG CÁO|QC|Advertisement|\|)$|^[a-z0-9]+(?:[-_][a-z0-9]+){3,}(?:\.[a-z]{3,4})?$|^\d+-\d{9,}$`)

// isAlt tells the alternative text that the newspaper's CMS gives a picture.
func (r *dumpReader) isAlt(line string) bool { return matchesAny(r.rules.Alts, line) }

func (r *dumpReader) isFurniture(line string) bool {
	return matchesAny(r.rules.Furniture, line) || furniture.MatchString(line) || r.isAlt(line) || markdownImage.ReplaceAllString(line, "") == ""
}

// isDate tells a line that is a date and nothing more than a word beside it.
func (r *dumpReader) isDate(line string) bool {
	if utf8.RuneCountInString(line) > 80 {
		return false
	}
	_, rest, ok := parseDate(withoutName(line))
	return ok && utf8.RuneCountInString(rest) <= 12
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

// isCaption tells line i from a paragraph: it ends with a credit, comes twice,
// says its text twice, or follows the mark that editors leave.
func (r *dumpReader) isCaption(i int) bool {
	line := r.lines[i].text
	if markdownImage.MatchString(line) && markdownImage.ReplaceAllString(line, "") != "" {
		return true
	}
	if looksCaption(line) || doubled(line) != "" {
		return true
	}
	if i > 0 && r.lines[i].glued && (isFurnitureCaption(r.lines[i-1].text) || r.isAlt(r.lines[i-1].text)) {
		return true
	}
	if utf8.RuneCountInString(line) < 12 {
		return false
	}
	return i > 0 && same(line, r.lines[i-1].text) || i+1 < len(r.lines) && same(line, r.lines[i+1].text)
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
}

// farthest is how many lines above the lead its title may stand.
const farthest = 12

// head finds title, time and byline above the lead.
func (r *dumpReader) head(lead int) {
	m := r.m
	h := heading{-1, -1, -1, -1}
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
	case r.language != "vi": // English titles may be written with capitals
		title = h.name
	}
	if title >= 0 {
		m.a.Title = Text(r.title(datePrefix.ReplaceAllString(r.lines[title].text, "")))
		m.say("title", "nearest line above the lead", string(m.a.Title))
	}
	slices.Reverse(r.captions) // they were met from below

	if h.name > title && m.a.Byline == "" && m.a.Source == "" {
		m.sign(r.lines[h.name].text, "line above the lead", nil)
	}

	// The time stands between title and lead, else right above the title.
	from, to := max(title, 0), lead
	for i := from; i < to && m.a.Published.IsZero(); i++ {
		r.date(i)
	}
	for i := title - 1; i >= max(title-3, 0) && m.a.Published.IsZero(); i-- {
		r.date(i)
	}
}

// above judges line i, above the lead and below all that comes later.
func (r *dumpReader) above(i int, h *heading) {
	l := r.lines[i]
	text := datePrefix.ReplaceAllString(l.text, "")
	letters, blanks := utf8.RuneCountInString(text), strings.Count(text, " ")
	switch {
	case l.item || text == "" || r.isFurniture(text) || isHome(text):
	case r.isDate(text):
		if g := datedName.FindStringSubmatch(text); g != nil && r.m.a.Byline == "" && looksSigned(g[1]) {
			r.m.sign(g[1], "before the time above the lead", nil)
		}
	case r.isCaption(i) && !r.isTwice(i):
		r.caption(i)
	case r.m.a.Byline == "" && byPrefix.MatchString(text):
		who := dayBehind.ReplaceAllString(text, "")
		if at, _, ok := parseDate(text[len(who):]); ok {
			r.m.published(at, "text", text[len(who):])
		}
		r.m.sign(who, "line above the lead", nil)
	case looksSigned(text) && text != strings.ToUpper(text) && blanks >= 1 && (blanks <= 3 || strings.Contains(text, " - ") || strings.Contains(text, ", ")):
		if h.name < 0 {
			h.name = i
		}
	case letters < 8 || letters > 220:
	case h.caption >= 0 && same(text, r.lines[h.caption].text):
	case r.isCaption(i) || strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ".."):
		if h.caption < 0 {
			h.caption = i
		}
	case letters >= 20 && blanks >= 4 && !r.isEnd(text) || i == 0 && blanks >= 2:
		h.title = i
	case h.short < 0 && blanks >= 2:
		h.short = i
	}
}

// datedName is a name whose blank before the date was lost with the markup
// between them.
var datedName = regexp.MustCompile(`^(\p{Lu}.*\p{L})\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b`)

// isTwice tells a line that stands twice in a row: above the lead that may be
// the title and the alt of its picture.
func (r *dumpReader) isTwice(i int) bool {
	return !looksCaption(r.lines[i].text) && doubled(r.lines[i].text) == "" && !markdownImage.MatchString(r.lines[i].text)
}

func (r *dumpReader) title(text string) string {
	if r.m.site == nil {
		return text
	}
	return r.m.withoutSuffix(text)
}

func (r *dumpReader) date(i int) {
	text := r.lines[i].text
	if m := datePrefix.FindStringSubmatch(text); m != nil {
		text = m[1]
	} else if !r.isDate(text) {
		return
	}
	if at, _, ok := parseDate(withoutName(text)); ok {
		r.m.published(at, "text", text)
	}
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
	key, above := squash(text), 1+len(r.m.a.Body)
	if last := r.seen[key]; key != "" && last != above {
		r.seen[key] = above
		r.captions = append(r.captions, text)
		r.m.say("captions", "a line with a credit, or twice", text)
	}
}

// isForeign tells the caption of the other language: the line above or below
// it, without an empty line between, is in the page's.
func (r *dumpReader) isForeign(i int, text string) bool {
	own := languageOf(text)
	if own == "" || r.language == "" || own == r.language {
		return false
	}
	below := i+1 < len(r.lines) && r.lines[i+1].glued && languageOf(r.lines[i+1].text) == r.language
	above := i > 0 && r.lines[i].glued && languageOf(r.lines[i-1].text) == r.language
	return below || above
}

// body reads from the line after the lead to the article's end.
func (r *dumpReader) body(start int) {
	m := r.m
	end := r.end(start)
	signed := r.signatures(start, end)
	boxed := false // within a related box amid the text
	for i := start; i < signed; i++ {
		l := r.lines[i]
		boxed = r.isEnd(l.bare()) || boxed && !r.isSentence(i)
		switch {
		case boxed:
		case r.isFurniture(l.text), isFurnitureCaption(l.text), r.isDate(l.text), strings.HasPrefix(l.text, ">>"):
		case r.isTagged(l.text):
			r.dropCard()
		case r.isForeign(i, l.text) && r.isPaired(i):
			// the original of a translated caption
		case r.isCaption(i), i > start && r.lines[i].glued && r.isForeign(i-1, r.lines[i-1].text) && r.isPaired(i-1):
			r.caption(i)
		case same(l.text, string(m.a.Title)):
		case l.item && len(m.a.Body) == 0:
			// links to related articles, between lead and body
		case l.item:
			m.a.Body = append(m.a.Body, Block{Kind: Item, Text: l.bare()})
		case l.row:
			m.a.Body = append(m.a.Body, Block{Kind: Row, Text: l.text})
		case r.isSubhead(i, signed):
			m.a.Body = append(m.a.Body, Block{Kind: Subhead, Text: l.text})
		default:
			m.a.Body = append(m.a.Body, Block{Kind: Paragraph, Text: l.text})
		}
	}
	if n := len(m.a.Body); n > 0 && m.a.Body[n-1].Kind == Paragraph {
		m.sourceOff(&m.a.Body[n-1])
	}
	m.a.Body = markSpoken(m.a.Body)
	if len(m.a.Body) > 0 {
		m.say("body", "lines between lead and end", m.a.Body[0].Text)
	}
}

// isPaired tells a foreign line that may be the original of a caption: it has
// a credit, or the line glued to it has.
func (r *dumpReader) isPaired(i int) bool {
	return looksCaption(r.lines[i].text) || i+1 < len(r.lines) && r.lines[i+1].glued && looksCaption(r.lines[i+1].text)
}

// end is the first line behind the article: an agency line's successor, a
// heading of what follows, the end mark's successor.
func (r *dumpReader) end(start int) int {
	for i := start; i < len(r.lines); i++ {
		switch text := r.lines[i].bare(); {
		case r.isEnd(text):
			if i > start && !isRelatedHeading(text) || !r.goesOn(i, i == start) {
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
		case endMark.MatchString(text):
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
	if isSource(text) || isAgencies(text) {
		return true
	}
	byline, source := signature(text)
	return byline != "" && source != "" && signs(byline)
}

// signs tells a name, or who did what.
func signs(text string) bool {
	role, _ := roleOf(text)
	return role || looksSigned(text)
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
		case utf8.RuneCountInString(l.text) >= shortParagraph && r.isSentence(i):
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
	return i+2 < len(r.lines) && r.lines[i+1].glued && same(r.lines[i+1].text, r.lines[i+2].text)
}

func (r *dumpReader) isSignature(i int) bool {
	l := r.lines[i]
	if l.item || l.row || utf8.RuneCountInString(l.text) > maxSignature || r.isEnd(l.text) {
		return false
	}
	if role, _ := roleOf(l.text); role {
		return true
	}
	return namesSource(l.text) || looksSigned(l.text) && !r.isCaption(i)
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
		role, _ := roleOf(text)
		if !role && len(lines) >= most || len(lines) > 0 && !role && !namesSource(text) && !r.lines[i].glued {
			break // a tag or a menu that reads like a name
		}
		lines = append(lines, text)
	}
	r.m.signLines(lines, "last lines of the article")
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
	return endsSentence(withoutEndMark(text)) && !r.isCaption(i)
}

// dropCard drops the heading of a related card from the end of the body: its
// lead, with the newspaper's dateline, gave it away.
func (r *dumpReader) dropCard() {
	body := r.m.a.Body
	for range 3 {
		if n := len(body); n > 0 && !endsSentence(body[n-1].Text) && utf8.RuneCountInString(body[n-1].Text) < sureParagraph {
			body = body[:n-1]
		}
	}
	r.m.a.Body = body
	// A title that stood twice was taken for a caption.
	if n := len(r.captions); n > 0 && !looksCaption(r.captions[n-1]) {
		r.captions = r.captions[:n-1]
	}
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
	return utf8.RuneCountInString(r.lines[i+1].text) >= shortParagraph
}
