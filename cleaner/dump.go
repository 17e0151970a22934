package cleaner

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
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
}

// dumpReader reads one text dump.
type dumpReader struct {
	m        *maker
	rules    sites.TextRules
	lines    []dumpLine
	language string // of the page's text, "" if unclear
	captions []string
	seen     map[string]bool
}

// dump makes the article of a text dump.
func (m *maker) dump() error {
	m.a = Article{Layout: "text"}
	if m.site != nil {
		m.identify()
	}
	r := &dumpReader{m: m, seen: map[string]bool{}}
	if m.site != nil {
		r.rules = m.site.Text
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
	m.setLead(r.lines[lead].text, "first paragraph", nil)
	r.bareTag()
	r.body(lead + 1)
	m.a.Captions = r.captions
	if len(m.a.Body) == 0 && m.a.Title == "" {
		return &NotArticleError{Reason: "a text without title and body"}
	}
	m.finish()
	return nil
}

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
		r.lines = append(r.lines, dumpLine{text: line, glued: glued, item: item})
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
	for i, l := range r.lines {
		if r.isEnd(l.text) && i > 0 && tagged < 0 && r.sentenceBefore(i) {
			break
		}
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

// sentenceBefore tells whether a paragraph stands above line i.
func (r *dumpReader) sentenceBefore(i int) bool {
	for _, l := range r.lines[:i] {
		if utf8.RuneCountInString(l.text) >= sureParagraph {
			return true
		}
	}
	return false
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

func (r *dumpReader) isFurniture(line string) bool {
	switch line {
	case "Quảng cáo", "QUẢNG CÁO", "QC":
		return true
	}
	return matchesAny(r.rules.Furniture, line) || markdownImage.ReplaceAllString(line, "") == "" || line == "|"
}

// isDate tells a line that is a date and nothing more than a word beside it.
func (r *dumpReader) isDate(line string) bool {
	if utf8.RuneCountInString(line) > 80 {
		return false
	}
	_, rest, ok := parseDate(line)
	return ok && utf8.RuneCountInString(rest) <= 12
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
	if i > 0 && isFurnitureCaption(r.lines[i-1].text) && r.lines[i].glued {
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

// bareTag parts a dateline from the lead that has lost the brackets and the
// hyphen with its markup: the newspaper's name, and a sentence behind it.
func (r *dumpReader) bareTag() {
	a := &r.m.a
	if r.m.site == nil || a.Dateline != "" {
		return
	}
	rest, ok := strings.CutPrefix(string(a.Lead), r.m.site.Title+" ")
	if first, _ := utf8.DecodeRuneInString(rest); ok && unicode.IsUpper(first) {
		a.Dateline, a.Lead = Text(r.m.site.Title), Text(rest)
		r.m.say("dateline", "what the newspaper prints before a lead", r.m.site.Title)
	}
}

// head finds title, time and byline above the lead.
func (r *dumpReader) head(lead int) {
	m := r.m
	title, name, short := -1, -1, -1
	for i := lead - 1; i >= 0 && lead-i <= 12; i-- {
		l := r.lines[i]
		text := datePrefix.ReplaceAllString(l.text, "")
		switch {
		case l.item || text == "" || r.isFurniture(text) || isHome(text):
		case r.isDate(text):
		case r.isCaption(i) && !r.isTwice(i):
			r.caption(i)
		case len(m.a.Byline) == 0 && title < 0 && byPrefix.MatchString(text):
			m.sign(text, "line above the lead", nil)
		case utf8.RuneCountInString(text) < 6 || utf8.RuneCountInString(text) > 220:
		case name < 0 && isName(text):
			name = i // who wrote it, unless nothing else stands above
		case strings.Count(text, " ") < 3:
			if short < 0 && strings.ToUpper(text) != text {
				short = i // a section or a button, unless nothing else stands above
			}
		default:
			title = i
		}
		if title >= 0 {
			break
		}
	}
	if title < 0 {
		title = max(name, short)
	}
	if title >= 0 {
		m.a.Title = Text(r.title(datePrefix.ReplaceAllString(r.lines[title].text, "")))
		m.say("title", "nearest line above the lead", string(m.a.Title))
	}
	slices.Reverse(r.captions) // they were met from below

	if name > title && m.a.Byline == "" && m.a.Source == "" {
		m.sign(r.lines[name].text, "line above the lead", nil)
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

// isName tells a line that says who wrote the article: one name, or several
// with hyphens. Names of sections are written in capitals alone.
func isName(line string) bool {
	return looksSigned(line) && (strings.Count(line, " ") <= 3 || strings.Contains(line, " - ")) && strings.ToUpper(line) != line
}

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
	if at, _, ok := parseDate(text); ok {
		r.m.published(at, "text", text)
	}
}

// caption keeps the caption of line i, once. Of a pair in two languages, one
// right below the other, the page's own is kept.
func (r *dumpReader) caption(i int) {
	text := markdownImage.ReplaceAllString(r.lines[i].text, "")
	if half := doubled(text); half != "" {
		text = half
	}
	if r.isForeign(i, text) {
		return
	}
	if key := squash(text); key != "" && !r.seen[key] {
		r.seen[key] = true
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
	for i := start; i < signed; i++ {
		l := r.lines[i]
		switch {
		case r.isFurniture(l.text), isRelatedHeading(l.text), isFurnitureCaption(l.text), r.isDate(l.text), strings.HasPrefix(l.text, ">>"):
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
			text := strings.TrimSpace(strings.TrimLeft(l.text, "•0123456789."))
			m.a.Body = append(m.a.Body, Block{Kind: Item, Text: text})
		case r.isSubhead(i, signed):
			m.a.Body = append(m.a.Body, Block{Kind: Subhead, Text: l.text})
		default:
			m.a.Body = append(m.a.Body, Block{Kind: Paragraph, Text: l.text})
		}
	}
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
		text := r.lines[i].text
		switch {
		case i == start && isRelatedHeading(text): // a box between lead and body
		case r.isEnd(text):
			return i
		case isSource(text) && i > start, isAgencies(text) && i > start:
			if i+1 < len(r.lines) && isAgencies(r.lines[i+1].text) {
				i++ // "Theo" and a name, the paper on the next line
			}
			return i + 1
		case endMark.MatchString(text):
			// Signature and agency may follow the mark.
			for i+1 < len(r.lines) && r.isSignature(i+1) {
				i++
			}
			return i + 1
		}
		if byline, source := signature(text); byline != "" && source != "" && i > start && isSigned(byline) {
			return i + 1
		}
	}
	return r.tail(start)
}

// isSigned tells a name, or a line that says who wrote: "Tin, ảnh: Hà Linh".
func isSigned(byline string) bool {
	_, text := roleOf(byline)
	return text || looksSigned(byline)
}

// tail is where an article ends that nothing marks: behind the signature below
// its last sentence. What follows are names of tags, sections and buttons.
func (r *dumpReader) tail(start int) int {
	last := len(r.lines) - 1
	for last > start && !endsSentence(r.lines[last].text) {
		last--
	}
	for i := last + 1; i < len(r.lines); i++ {
		l := r.lines[i]
		switch {
		case l.item, r.isCaption(i), r.isFurniture(l.text):
		case r.isSignature(i) && isSigned(l.text):
			for i+1 < len(r.lines) && r.lines[i+1].glued && r.isSignature(i+1) {
				i++
			}
			return i + 1
		default:
			return len(r.lines)
		}
	}
	return len(r.lines)
}

func (r *dumpReader) isSignature(i int) bool {
	text := r.lines[i].text
	if r.isEnd(text) || utf8.RuneCountInString(text) > maxSignature {
		return false
	}
	if role, wrote := roleOf(text); role {
		return wrote
	}
	return isSource(text) || isAgencies(text) || looksSigned(text) && !r.isCaption(i)
}

// signatures takes the signing lines off the end of the article, at most
// three, and returns where the first stands. The last line of what is left
// must be a paragraph: a name on a line of its own amid short lines is a menu.
func (r *dumpReader) signatures(start, end int) int {
	first := end
	for first > start && end-first < 3 && r.isSignature(first-1) {
		first--
	}
	if first > start && !endsSentence(withoutEndMark(r.lines[first-1].text)) && !r.isCaption(first-1) {
		return end
	}
	var lines []string
	for _, l := range r.lines[first:end] {
		lines = append(lines, l.text)
	}
	r.m.signLines(lines, "last lines of the article")
	return first
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
