package dump

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
)

// body reads from the line after the lead to the article's end.
func (r *reader) body(start int) {
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
func (r *reader) isPaired(i int) bool {
	return credits.LooksCaption(r.lines[i].text) || i+1 < len(r.lines) && r.lines[i+1].glued && credits.LooksCaption(r.lines[i+1].text)
}

// cardBelow tells a related card glued to line i: its title twice, the first
// time in place of its picture.
func (r *reader) cardBelow(i int) bool {
	return i+2 < len(r.lines) && r.lines[i+1].glued && prose.SameWords(r.lines[i+1].text, r.lines[i+2].text)
}

// dropCard drops the heading of a related card from the end of the body: its
// lead, with the newspaper's dateline, gave it away.
func (r *reader) dropCard() {
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
func (r *reader) headlines(i, end int) int {
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
func (r *reader) isHeadline(i int) bool {
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
func (r *reader) isSubhead(i, end int) bool {
	text := r.lines[i].text
	if i+1 >= end || utf8.RuneCountInString(text) > 100 || strings.HasSuffix(text, ".") || strings.ContainsRune(",;", rune(text[len(text)-1])) {
		return false
	}
	if strings.HasPrefix(text, "“") || strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "-") {
		return false
	}
	return utf8.RuneCountInString(r.lines[i+1].text) >= prose.ShortParagraph
}
