package generic

import (
	"bytes"
	"slices"
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/phrases"

	"golang.org/x/net/html/atom"
)

// What stands below an article is often longer than it, and would be taken for
// it. Where no name says what it is, its structure does: these are found before
// the article is, and count as if they were named.

// structured adds to the hints of the elements what their structure says.
func (o *survey) structured(hints []hint, isTitle func(*outline.Block) bool) {
	answers, cards, texts, stamps := newTally(len(o.Blocks)), newTally(len(o.Blocks)), newTally(len(o.Blocks)), newTally(len(o.Blocks))
	imprints := map[int32]bool{}
	for i := range o.Blocks {
		b := &o.Blocks[i]
		n, c, t, s := int32(0), int32(0), int32(0), int32(0)
		if says, certain := phrases.IsImprintLine(o.Bytes(b)); says && b.In&outline.InHeading == 0 {
			imprints[int32(i)] = certain
		}
		if b.Running() {
			t = 1
		}
		if texts.total() > 0 && b.In&(outline.InHeading|outline.InNav|outline.InFooter) == 0 && phrases.IsAnswerLine(o.Bytes(b)) { // below the first paragraph
			n = 1
		}
		if b.Link >= 20 && b.Local == 0 && b.Away == 0 && (b.Link*10 >= b.Size()*9 || b.Elem >= 0 && o.isPictured(b.Elem)) {
			c = 1
		}
		if n == 0 && texts.total() > 0 && phrases.IsStamped(o.Bytes(b)) {
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
	e := &o.Elems[i]
	return e.Pictured && e.Last-e.First == 1 && e.In&(outline.InParagraph|outline.InCaption) == 0
}

// rows finds the teasers that follow an article, with a few lines of text each
// and no heading over them all: four sisters of one name or more that begin
// with a linked headline, or three with which the page's text ends.
func (o *survey) rows(hints []hint, cards, texts tally, isTitle func(*outline.Block) bool) {
	const (
		fewest     = 4
		fewestLast = 3 // where no text follows
		head       = 4 // blocks among which the headline is
		blocks     = 12
		longest    = 1500 // bytes
		before     = 4    // paragraphs of the article above them
	)
	title := slices.IndexFunc(o.Blocks, func(b outline.Block) bool { return b.In&outline.InTitle != 0 && isTitle(&b) })
	if title < 0 {
		return
	}
	type name struct {
		parent int32
		tag    atom.Atom
		class  string
	}
	of := func(i int32) (name, bool) {
		e := &o.Elems[i]
		if n := e.Last - e.First; e.Parent < 0 || n < 2 || n > blocks || e.First <= int32(title) || cards.of(e) == 0 || texts.of(e) == 0 || texts.of(e) > 2 ||
			o.Blocks[e.Last-1].End-o.Blocks[e.First].Start > longest || texts[e.First]-texts[title] < before ||
			cards[min(e.Last, e.First+head)] == cards[e.First] {
			return name{}, false
		}
		class := ""
		if e.Node.DataAtom != atom.Li {
			class, _, _ = strings.Cut(dom.Attr(e.Node, "class"), " ")
		}
		return name{e.Parent, e.Node.DataAtom, class}, true
	}
	count := map[name]int{}
	for i := range o.Elems {
		if n, ok := of(int32(i)); ok {
			count[n]++
		}
	}
	for i := range o.Elems {
		if n, ok := of(int32(i)); ok && (count[n] >= fewest || count[n] >= fewestLast && texts[o.Elems[n.parent].Last] == texts[len(texts)-1]) {
			hints[i] |= hintOther
		}
	}
}

// imprints finds who publishes the newspaper, as its foot says: at least two
// such lines in one element, no title and no other sentence beside them. Two
// paragraphs of news are shorter than that.
func (o *survey) imprints(hints []hint, lines map[int32]bool, isTitle func(*outline.Block) bool) {
	const fewest = 2
	if len(lines) == 0 {
		return
	}
	said, sure, others := newTally(len(o.Blocks)), newTally(len(o.Blocks)), newTally(len(o.Blocks))
	for i := range o.Blocks {
		b := &o.Blocks[i]
		n, s, t := int32(0), int32(0), int32(0)
		certain, says := lines[int32(i)]
		switch {
		case says && certain:
			n, s = 1, 1
		case says:
			n = 1
		case b.In&outline.InTitle != 0, b.In&outline.InHeading != 0 && isTitle(b):
			t = 1
		case b.Plain() < outline.SentenceSize:
		case phrases.ForbidsCopies(o.Bytes(b)):
			n = 1
		case b.Link*2 <= b.Size() && b.Full:
			t = 1
		}
		said.add(n)
		sure.add(s)
		others.add(t)
	}
	inBody := make([]bool, len(o.Elems))
	for i := range o.Elems {
		e := &o.Elems[i]
		inBody[i] = hints[i]&hintBody != 0 || e.Parent >= 0 && inBody[e.Parent]
		if !inBody[i] && said.of(e) >= fewest && sure.of(e) > 0 && others.of(e) == 0 {
			hints[i] |= hintImprint
		}
	}
}

// hasForm tells an element at whose beginning or end readers are asked to write.
func (o *survey) hasForm(i int32) bool {
	const reach = 3
	e := &o.Elems[i]
	for k := e.First; k < e.Last; k++ {
		if k == e.First+reach {
			k = max(k, e.Last-reach)
		}
		if o.Blocks[k].In&outline.InForm != 0 {
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
	for i := range o.Elems {
		e := &o.Elems[i]
		if n := answers.of(e); n == 0 || n > most || e.Parent < 0 || e.Last-e.First < 2 || !o.holdsText(e) || only != nil && !only(e.Parent) {
			continue
		}
		before, ok := last[e.Parent]
		last[e.Parent] = int32(i)
		if ok && o.alike(&o.Elems[before], e) {
			hints[before] |= hintComment
			hints[i] |= hintComment
		}
	}
}

// holdsText reports whether a sentence stands among an element's first blocks,
// and no title.
func (o *survey) holdsText(e *outline.Element) bool {
	const reach = 8
	text := false
	for i := e.First; i < min(e.Last, e.First+reach); i++ {
		b := &o.Blocks[i]
		if b.In&outline.InTitle != 0 {
			return false
		}
		text = text || b.Link == 0 && b.Plain() >= outline.SentenceSize
	}
	return text
}

// alike tells two elements that one template made.
func (o *survey) alike(a, b *outline.Element) bool {
	return a.Node.DataAtom == b.Node.DataAtom && a.Node.Data == b.Node.Data && dom.Attr(a.Node, "class") == dom.Attr(b.Node, "class")
}

// headed finds boxes by the heading that is their first line: readers' opinions,
// where one looks like one; other articles, where two are linked.
func (o *survey) headed(hints []hint, answers, cards, texts tally) {
	const longest = 80
	for i := range o.Elems {
		e := &o.Elems[i]
		b := &o.Blocks[e.First]
		if e.Last < e.First+2 || b.Size() > longest || b.Elem != int32(i) && (i+1 >= len(o.Elems) || o.Elems[i+1].Last != e.First+1) {
			continue
		}
		switch t := o.Bytes(b); {
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
func (o *survey) nextArticles(hints []hint, texts tally, isTitle func(*outline.Block) bool) {
	title := int32(-1)
	for i := range o.Elems {
		e := &o.Elems[i]
		if e.Node.DataAtom != atom.Article {
			continue
		}
		switch h1 := o.titleOf(e); {
		case h1 < 0:
		case title < 0 && isTitle(&o.Blocks[h1]):
			title = h1
		case title >= 0 && e.First > title && !isTitle(&o.Blocks[h1]):
			hints[i] |= hintOther
		}
	}
	own := slices.IndexFunc(o.Blocks, func(b outline.Block) bool {
		return b.In&outline.InTitle != 0 && b.In&outline.InHidden == 0 && isTitle(&b)
	})
	if own < 0 {
		return
	}
	const most = 3
	var more []int
	for i := range o.Elems {
		if e := &o.Elems[i]; e.Node.DataAtom == atom.Article && e.First > int32(own) && texts[e.First]-texts[own] > 1 && texts.of(e) > 1 && o.isDated(e) {
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
func (o *survey) isDated(e *outline.Element) bool {
	const reach = 4
	if o.Blocks[e.First].In&outline.InHeading == 0 {
		return false
	}
	for i := e.First + 1; i < min(e.Last, e.First+reach) && !o.Blocks[i].Running(); i++ {
		if b := &o.Blocks[i]; int(b.Size()) <= draft.LongestLine && bytes.ContainsAny(o.Bytes(b), "0123456789") && phrases.IsDay(string(o.Bytes(b))) {
			return true
		}
	}
	return false
}

// titleOf is the h1 among an element's first blocks, -1 where there is none.
func (o *survey) titleOf(e *outline.Element) int32 {
	const reach = 12
	for i := e.First; i < min(e.Last, e.First+reach); i++ {
		if o.Blocks[i].In&outline.InTitle != 0 {
			return i
		}
	}
	return -1
}
