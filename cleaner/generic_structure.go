package cleaner

import (
	"bytes"
	"slices"
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/phrases"

	"golang.org/x/net/html/atom"
)

// What stands below an article is often longer than it, and would be taken for
// it. Where no name says what it is, its structure does: these are found before
// the article is, and count as if they were named.

// structured adds to the hints of the elements what their structure says.
func (o *survey) structured(hints []hint, isTitle func(*textBlock) bool) {
	answers, cards, texts, stamps := newTally(len(o.blocks)), newTally(len(o.blocks)), newTally(len(o.blocks)), newTally(len(o.blocks))
	imprints := map[int32]bool{}
	for i := range o.blocks {
		b := &o.blocks[i]
		n, c, t, s := int32(0), int32(0), int32(0), int32(0)
		if says, certain := phrases.IsImprintLine(o.bytes(b)); says && b.in&inHeading == 0 {
			imprints[int32(i)] = certain
		}
		if b.running() {
			t = 1
		}
		if texts.total() > 0 && b.in&(inHeading|inNav|inFooter) == 0 && phrases.IsAnswerLine(o.bytes(b)) { // below the first paragraph
			n = 1
		}
		if b.link >= 20 && b.local == 0 && b.away == 0 && (b.link*10 >= b.size()*9 || b.elem >= 0 && o.isPictured(b.elem)) {
			c = 1
		}
		if n == 0 && texts.total() > 0 && phrases.IsStamped(o.bytes(b)) {
			s = 1
		}
		answers.add(n)
		stamps.add(s)
		cards.add(c)
		texts.add(t)
	}
	o.threads(hints, answers, nil)
	o.threads(hints, stamps, o.hasForm)
	o.headed(hints, answers, cards, texts)
	o.nextArticles(hints, texts, isTitle)
	o.imprints(hints, imprints, isTitle)
	o.rows(hints, cards, texts, isTitle)
}

// isPictured tells an element of one block that has a picture besides.
func (o *survey) isPictured(i int32) bool {
	e := &o.elems[i]
	return e.pictured && e.last-e.first == 1 && e.in&(inParagraph|inCaption) == 0
}

// rows finds the teasers that follow an article, with a few lines of text each
// and no heading over them all: four sisters of one name or more that begin
// with a linked headline, or three with which the page's text ends.
func (o *survey) rows(hints []hint, cards, texts tally, isTitle func(*textBlock) bool) {
	const (
		fewest     = 4
		fewestLast = 3 // where no text follows
		head       = 4 // blocks among which the headline is
		blocks     = 12
		longest    = 1500 // bytes
		before     = 4    // paragraphs of the article above them
	)
	title := slices.IndexFunc(o.blocks, func(b textBlock) bool { return b.in&inTitle != 0 && isTitle(&b) })
	if title < 0 {
		return
	}
	type name struct {
		parent int32
		tag    atom.Atom
		class  string
	}
	of := func(i int32) (name, bool) {
		e := &o.elems[i]
		if n := e.last - e.first; e.parent < 0 || n < 2 || n > blocks || e.first <= int32(title) || cards.of(e) == 0 || texts.of(e) == 0 || texts.of(e) > 2 ||
			o.blocks[e.last-1].end-o.blocks[e.first].start > longest || texts[e.first]-texts[title] < before ||
			cards[min(e.last, e.first+head)] == cards[e.first] {
			return name{}, false
		}
		class := ""
		if e.node.DataAtom != atom.Li {
			class, _, _ = strings.Cut(dom.Attr(e.node, "class"), " ")
		}
		return name{e.parent, e.node.DataAtom, class}, true
	}
	count := map[name]int{}
	for i := range o.elems {
		if n, ok := of(int32(i)); ok {
			count[n]++
		}
	}
	for i := range o.elems {
		if n, ok := of(int32(i)); ok && (count[n] >= fewest || count[n] >= fewestLast && texts[o.elems[n.parent].last] == texts[len(texts)-1]) {
			hints[i] |= hintOther
		}
	}
}

// imprints finds who publishes the newspaper, as its foot says: at least two
// such lines in one element, no title and no other sentence beside them. Two
// paragraphs of news are shorter than that.
func (o *survey) imprints(hints []hint, lines map[int32]bool, isTitle func(*textBlock) bool) {
	const fewest = 2
	if len(lines) == 0 {
		return
	}
	said, sure, others := newTally(len(o.blocks)), newTally(len(o.blocks)), newTally(len(o.blocks))
	for i := range o.blocks {
		b := &o.blocks[i]
		n, s, t := int32(0), int32(0), int32(0)
		certain, says := lines[int32(i)]
		switch {
		case says && certain:
			n, s = 1, 1
		case says:
			n = 1
		case b.in&inTitle != 0, b.in&inHeading != 0 && isTitle(b):
			t = 1
		case b.plain() < sentenceSize:
		case phrases.ForbidsCopies(o.bytes(b)):
			n = 1
		case b.link*2 <= b.size() && b.full:
			t = 1
		}
		said.add(n)
		sure.add(s)
		others.add(t)
	}
	inBody := make([]bool, len(o.elems))
	for i := range o.elems {
		e := &o.elems[i]
		inBody[i] = hints[i]&hintBody != 0 || e.parent >= 0 && inBody[e.parent]
		if !inBody[i] && said.of(e) >= fewest && sure.of(e) > 0 && others.of(e) == 0 {
			hints[i] |= hintImprint
		}
	}
}

// hasForm tells an element at whose beginning or end readers are asked to write.
func (o *survey) hasForm(i int32) bool {
	const reach = 3
	e := &o.elems[i]
	for k := e.first; k < e.last; k++ {
		if k == e.first+reach {
			k = max(k, e.last-reach)
		}
		if o.blocks[k].in&inForm != 0 {
			return true
		}
	}
	return false
}

// threads finds what readers wrote: sisters of one name, each with a text and a
// line that tells its age or offers to answer it; or, where only says so of what
// holds them, a line of another kind.
func (o *survey) threads(hints []hint, answers tally, only func(int32) bool) {
	if answers.total() < 2 {
		return
	}
	const most = 4 // such lines of one opinion
	last := map[int32]int32{}
	for i := range o.elems {
		e := &o.elems[i]
		if n := answers.of(e); n == 0 || n > most || e.parent < 0 || e.last-e.first < 2 || !o.holdsText(e) || only != nil && !only(e.parent) {
			continue
		}
		before, ok := last[e.parent]
		last[e.parent] = int32(i)
		if ok && o.alike(&o.elems[before], e) {
			hints[before] |= hintComment
			hints[i] |= hintComment
		}
	}
}

// holdsText tells whether a sentence stands among an element's first blocks,
// and no title.
func (o *survey) holdsText(e *element) bool {
	const reach = 8
	text := false
	for i := e.first; i < min(e.last, e.first+reach); i++ {
		b := &o.blocks[i]
		if b.in&inTitle != 0 {
			return false
		}
		text = text || b.link == 0 && b.plain() >= sentenceSize
	}
	return text
}

// alike tells two elements that one template made.
func (o *survey) alike(a, b *element) bool {
	return a.node.DataAtom == b.node.DataAtom && a.node.Data == b.node.Data && dom.Attr(a.node, "class") == dom.Attr(b.node, "class")
}

// headed finds boxes by the heading that is their first line: readers' opinions,
// where one looks like one; other articles, where two are linked.
func (o *survey) headed(hints []hint, answers, cards, texts tally) {
	const longest = 80
	for i := range o.elems {
		e := &o.elems[i]
		b := &o.blocks[e.first]
		if e.last < e.first+2 || b.size() > longest || b.elem != int32(i) && (i+1 >= len(o.elems) || o.elems[i+1].last != e.first+1) {
			continue
		}
		switch t := o.bytes(b); {
		case answers.of(e) > 0 && hints[i]&hintBody == 0 && phrases.IsCommentHead(t):
			hints[i] |= hintComment
		case cards.of(e) > 1 && texts.of(e) <= cards.of(e)*2 && hints[i]&hintBody == 0 && phrases.IsRelatedHead(t):
			hints[i] |= hintOther
		}
	}
}

// nextArticles finds the articles that a page without end shows behind its own,
// or at the end of it: article elements with a title of their own each, where
// one before has the title of the page. A lesser heading is a title where the day
// stands below it, and the page's own title and text above; but many such are
// the parts of a page that follows what happens.
func (o *survey) nextArticles(hints []hint, texts tally, isTitle func(*textBlock) bool) {
	title := int32(-1)
	for i := range o.elems {
		e := &o.elems[i]
		if e.node.DataAtom != atom.Article {
			continue
		}
		switch h1 := o.titleOf(e); {
		case h1 < 0:
		case title < 0 && isTitle(&o.blocks[h1]):
			title = h1
		case title >= 0 && e.first > title && !isTitle(&o.blocks[h1]):
			hints[i] |= hintOther
		}
	}
	own := slices.IndexFunc(o.blocks, func(b textBlock) bool { return b.in&inTitle != 0 && b.in&inHidden == 0 && isTitle(&b) })
	if own < 0 {
		return
	}
	const most = 3
	var more []int
	for i := range o.elems {
		if e := &o.elems[i]; e.node.DataAtom == atom.Article && e.first > int32(own) && texts[e.first]-texts[own] > 1 && texts.of(e) > 1 && o.isDated(e) {
			if more = append(more, i); len(more) > most {
				return
			}
		}
	}
	for _, i := range more {
		hints[i] |= hintOther
	}
}

// isDated tells an element that begins with a heading and below it the day that it
// was published.
func (o *survey) isDated(e *element) bool {
	const reach = 4
	if o.blocks[e.first].in&inHeading == 0 {
		return false
	}
	for i := e.first + 1; i < min(e.last, e.first+reach) && !o.blocks[i].running(); i++ {
		if b := &o.blocks[i]; int(b.size()) <= longestLine && bytes.ContainsAny(o.bytes(b), "0123456789") && isDay(string(o.bytes(b))) {
			return true
		}
	}
	return false
}

// titleOf is the h1 among an element's first blocks, -1 where there is none.
func (o *survey) titleOf(e *element) int32 {
	const reach = 12
	for i := e.first; i < min(e.last, e.first+reach); i++ {
		if o.blocks[i].in&inTitle != 0 {
			return i
		}
	}
	return -1
}
