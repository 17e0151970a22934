package generic

import (
	"bytes"
	"slices"
	"strings"

	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html/atom"
)

// judge decides block by block what of the container is the article.
type judge struct {
	*survey
	first, last int32           // the blocks judged: the container's, and those between title and container
	top         int32           // the container's first block
	root        int32           // the container
	summary     int32           // the lead, where it stands above the container and the page's description repeats it; else -1
	named       int32           // a name right above a date, over the text; else -1
	lead        int32           // the lead, where bylines or dates part it from the body; else -1
	around      outline.Place   // what the container itself lies in: it tells its blocks apart no more
	titles      []naming.Title  // what the page calls itself
	said        string          // the text that JSON-LD gives as the article's, "" for none
	short       bool            // an article of short lines: they say nothing against themselves
	folded      bool            // most of the article is hidden until the reader unfolds it
	labels      map[uint64]seen // short texts
	verdicts    []verdict
}

// verdict is the name of the rule that dropped a block, "" for one kept.
type verdict string

// The verdicts that are no rule of the tables below.
const (
	kept    verdict = ""
	outside verdict = "outside the container"
	hinted  verdict = "named otherwise"
)

// seen counts how often a short text stands in the article.
type seen struct {
	times   int32
	heading bool // once at least as a heading
}

const (
	// shortBlock bounds labels, headings and lines of a table of contents.
	shortBlock = 120
	// leadReach is how many blocks above the container a title is looked for.
	// Tried 5, 10, 20, 40: past 20 a page that has no title there loses as much
	// as others win.
	leadReach = 20
	// shortTitle is less than what tells a title that is no heading from a word.
	shortTitle = 20
)

// newJudge sets out what is known before any rule: what lies outside the
// container, and what its own words rule out.
func newJudge(o *survey, c, first, end int32, ruledOut []hint, titles []naming.Title, summary string) *judge {
	e := &o.Elems[c]
	j := &judge{survey: o, first: first, last: end, top: first, root: c, lead: -1, named: -1, around: e.In, titles: titles,
		labels: map[uint64]seen{}, verdicts: make([]verdict, len(o.Blocks))}
	for i := j.first - 1; i >= max(0, j.top-leadReach); i-- {
		b := &o.Blocks[i]
		if b.In&outline.InHeading != 0 && (b.In&outline.InTitle != 0 || j.isTitle(b)) || b.Size() >= shortTitle && j.isTitleWhole(b) {
			j.first = i
			break
		}
	}
	j.summary = j.findSummary(summary)
	if j.summary >= 0 {
		j.first = min(j.first, j.summary)
	}
	var hidden, shown int64
	for i := range o.Blocks {
		b := &o.Blocks[i]
		switch {
		case int32(i) < j.first || int32(i) >= j.last:
			j.verdicts[i] = outside
			continue
		case int32(i) == j.summary:
		case ruledOut[i] != 0:
			j.verdicts[i] = hinted
		case !b.Running():
		case j.in(int32(i))&outline.InHidden != 0:
			hidden += int64(b.Plain())
		default:
			shown += int64(b.Plain())
		}
		if b.Size() < shortBlock {
			key := j.Key(b)
			s := j.labels[key]
			s.times++
			s.heading = s.heading || b.In&outline.InHeading != 0
			j.labels[key] = s
		}
	}
	j.folded = hidden > 2*shown && !j.shownToo()
	return j
}

// shownToo reports whether most of what is hidden begins as something seen does: then
// it is the article once more, however often. What unfolds may begin with the
// paragraph that stands there folded.
func (j *judge) shownToo() bool {
	const enough = 60 // bytes that no two paragraphs begin with
	seen := map[string]bool{}
	var again, all int64
	for _, hidden := range []bool{false, true} {
		for i := j.first; i < j.last; i++ {
			b := &j.Blocks[i]
			if !b.Running() || j.verdicts[i] != kept || j.in(i)&outline.InHidden != 0 != hidden {
				continue
			}
			start := string(j.Text[b.Start:min(b.Start+enough, b.End)])
			switch {
			case !hidden:
				seen[start] = true
			case seen[start]:
				again += int64(b.Plain())
				fallthrough
			default:
				all += int64(b.Plain())
			}
		}
	}
	return again*2 > all
}

// findSummary is the block above the container that the page's description
// repeats: its lead, however far up. -1 is none.
func (j *judge) findSummary(summary string) int32 {
	const least, reach = 60, 100
	if len(summary) < least {
		return -1
	}
	for i := j.top - 1; i >= max(0, j.top-reach); i-- {
		if j.summarizes(&j.Blocks[i], summary) {
			return i
		}
	}
	for i := j.top; i < min(j.last, j.top+leadReach); i++ {
		switch b := &j.Blocks[i]; {
		case b.In&outline.InHidden == 0 && j.summarizes(b, summary):
			return i
		case b.Running():
			return -1
		}
	}
	return -1
}

// summarizes tells a block that the page's description repeats.
func (j *judge) summarizes(b *outline.Block, summary string) bool {
	const least = 60
	if int(b.Size()) < least || int(b.Size()) > 2*len(summary) || b.Link*2 > b.Size() || b.In&(outline.InNav|outline.InFooter|outline.InCaption) != 0 {
		return false
	}
	t := prose.Squash(string(j.Bytes(b)))
	return len(t) >= least && (strings.HasPrefix(t, summary) || strings.HasPrefix(summary, t))
}

// run applies the rules, in order.
func (j *judge) run() {
	for i := j.first; i < j.last; i++ {
		if !j.keeps(i) || i == j.summary {
			continue
		}
		b, in := &j.Blocks[i], j.in(i)
		for k := range blockRules {
			if blockRules[k].drops(j, b, in) {
				j.verdicts[i] = blockRules[k].name
				break
			}
		}
		if j.verdicts[i] == leadIn && j.headsText(i) {
			j.verdicts[i] = kept
		}
		if j.keeps(i) && i < j.top && !b.Running() && !(b.Plain() >= 60 && b.Full) {
			j.verdicts[i] = "not a lead"
		}
	}
	for _, r := range passRules {
		r.apply(j, r.name)
	}
}

// blockRules look at one block. in is where it lies, seen from the container.
//
// The figures are what the F1 loses without the rule: on the two halves of the
// tuning pages, and on 983 pages of mostly German news with wanted and
// unwanted snippets (docs/cleaning.md says how they are measured).
var blockRules = []struct {
	name  verdict
	drops func(j *judge, b *outline.Block, in outline.Place) bool
}{
	// 0.000 0.001, news 0.002: what the page's own elements set apart.
	{"furniture", func(_ *judge, _ *outline.Block, in outline.Place) bool {
		return in&(outline.InNav|outline.InFooter|outline.InForm|outline.InAside) != 0
	}},
	// 0.000 0.001, news 0.000: hidden parts, but not an article made of parts to unfold.
	{"hidden", func(j *judge, b *outline.Block, in outline.Place) bool {
		return in&outline.InHidden != 0 && (!j.folded || !b.Running())
	}},
	// 0.000 0.000, news 0.000: but a question is the head of its answer.
	{"button", func(j *judge, b *outline.Block, in outline.Place) bool {
		return in&outline.InButton != 0 && in&outline.InHeading == 0 && j.Text[b.End-1] != '?'
	}},
	// 0.001 0.000, news 0.001.
	{captioned, func(_ *judge, _ *outline.Block, in outline.Place) bool { return in&outline.InCaption != 0 }},
	// 0.000 0.000, news 0.000: captions that no element marks.
	{captioned, func(j *judge, b *outline.Block, in outline.Place) bool {
		const longest = 300
		return b.Size() < longest && in&(outline.InHeading|outline.InItem|outline.InQuote) == 0 && phrases.IsCredited(j.Bytes(b)) && !phrases.TellsWriter(j.Bytes(b))
	}},
	// 0.0000, news 0.0000, papers 0.0006: what a film shows, with its length.
	{captioned, func(j *judge, b *outline.Block, in outline.Place) bool {
		return b.Size() < 400 && in&outline.InHeading == 0 && phrases.EndsWithLength(j.Bytes(b))
	}},
	// 0.000 0.000, news 0.000: tables of contents repeat the article's own
	// headings, which the score hardly sees and a reader does. Links down the
	// page, or the words of a heading.
	{"contents", func(j *judge, b *outline.Block, in outline.Place) bool {
		if in&outline.InHeading != 0 {
			return false
		}
		return b.Local*2 > b.Size() || in&outline.InItem != 0 && b.Size() < shortBlock && j.labels[j.Key(b)].heading
	}},
	// -0.001 0.002, news 0.004: lines of links lead to other articles; on
	// business sites some are the article's.
	{"links", func(_ *judge, b *outline.Block, in outline.Place) bool {
		return in&outline.InHeading == 0 && !(in&outline.InItem != 0 && b.Away*10 > b.Size()*9) && b.Link*2 > b.Size() && (b.Link*10 > b.Size()*9 || b.Size() < 80)
	}},
	// 0.000 0.000, news 0.000: labels that come with every picture or product.
	// A sentence that comes again was meant to: a cry, an answer, a refrain; and so
	// was a line of verse, which goes on behind its comma.
	{recurring, func(j *judge, b *outline.Block, in outline.Place) bool {
		return b.Size() < 60 && in&(outline.InCell|outline.InHeading|outline.InItem|outline.InQuote|outline.InPre) == 0 && j.labels[j.Key(b)].times > 2 && j.Text[b.End-1] != ',' && (!b.Full || !prose.IsStatement(string(j.Bytes(b))))
	}},
	// Rows of stars between parts: nothing to read.
	{"no words", func(j *judge, b *outline.Block, _ outline.Place) bool {
		return bytes.IndexFunc(j.Bytes(b), prose.IsWord) < 0
	}},
	// 0.0000 0.0000, news 0.0000, papers 0.0003: when the page was published, or
	// how long ago that is. A heading or a bold line may be a day, in a chronicle,
	// and so may a cell or an item, in a calendar.
	{"time", func(j *judge, b *outline.Block, in outline.Place) bool {
		days := in&(outline.InCell|outline.InItem|outline.InTerm) == 0 && b.Strong*2 < b.Size()
		return b.Size() <= draft.LongestLine && in&outline.InHeading == 0 && (days && b.Time*10 >= b.Size()*9 || dates.IsPrintedTime(string(j.Bytes(b)), days))
	}},
	// 0.000 0.000, news 0.001.
	{leadIn, func(j *judge, b *outline.Block, _ outline.Place) bool {
		return b.Size() < 200 && phrases.IsLeadIn(j.Bytes(b), b.Link)
	}},
}

const (
	captioned verdict = "caption" // what the article's captions are made of
	leadIn    verdict = "lead-in"
	recurring verdict = "repeated"
)

// byMachine marks a summary that a machine made.
const byMachine verdict = "summary by a machine"

// passRules look at a block among its neighbours, each after those above it.
var passRules = []struct {
	name  verdict
	apply func(j *judge, name verdict)
}{
	{"behind the end", (*judge).linkedEnd}, // 0.000, news 0.002, papers 0.002: JSON-LD knows it
	{captioned, (*judge).underPictures},    // 0.000 0.000, news 0.000: captions that only their place tells
	{byMachine, (*judge).machineSummaries}, // 0.0000, news 0.0000, papers 0.0013
	{"offer", (*judge).offers},             // 0.0000, news 0.0000, papers 0.0000: boxes that sell something
	{"teaser", (*judge).teasers},           // 0.001 0.001, news 0.001
	{"teaser", (*judge).loneCards},
	{"box", (*judge).boxes},                // 0.001 0.001, news 0.001
	{"above the title", (*judge).above},    // 0.000 0.000, news 0.001
	{"below the title", (*judge).below},    // 0.000 0.000, news 0.000: dates are not text
	{"end section", (*judge).endSections},  // 0.004 -0.001, news 0.000
	{"on the author", (*judge).bios},       // 0.001 0.000, news 0.000
	{"notice", (*judge).notices},           // 0.0004, news 0.0004, papers 0.0002: the newspaper to its readers
	{"tail", (*judge).tail},                // 0.000 0.000, news 0.003
	{"empty heading", (*judge).emptyHeads}, // 0.000 0.000, news 0.001
}

func (j *judge) keeps(i int32) bool { return j.verdicts[i] == kept }

// in is where block i lies, seen from the container.
func (j *judge) in(i int32) outline.Place {
	if i < j.top {
		return j.Blocks[i].In
	}
	return j.Blocks[i].In &^ j.around
}

// drop marks what is still kept of the blocks first to last.
func (j *judge) drop(first, last int32, name verdict) {
	for i := first; i < last; i++ {
		if j.keeps(i) && i != j.summary {
			j.verdicts[i] = name
		}
	}
}

// boxes drops what is left of a small element much of which was dropped: a
// box is known by the company it keeps; but sentences beside nothing worse than
// the label of an advertisement stay. Dropping a box at a fifth gone, if it
// holds less than a twentieth of the article, did best of 16 pairs tried.
func (j *judge) boxes(name verdict) {
	left, gone, bad := newTally(len(j.Blocks)), newTally(len(j.Blocks)), newTally(len(j.Blocks))
	for i := range j.Blocks {
		size := j.Blocks[i].Size()
		switch v := j.verdicts[i]; v {
		case kept:
			left.add(size)
			gone.add(0)
			bad.add(0)
		case byMachine: // says nothing of what stands beside it
			left.add(0)
			gone.add(0)
			bad.add(0)
		case leadIn, recurring:
			left.add(0)
			gone.add(size)
			bad.add(0)
		default:
			left.add(0)
			gone.add(size)
			bad.add(size)
		}
	}
	titles := newTally(len(j.Blocks))
	for i := range j.Blocks {
		b := &j.Blocks[i]
		n := int32(0)
		if b.In&outline.InTitle != 0 || b.In&outline.InHeading != 0 && j.isTitle(b) {
			n = 1
		}
		titles.add(n)
	}
	titled := func(e *outline.Element) bool { return titles.of(e) > 0 }
	for i := 0; i < len(j.Elems); {
		e := &j.Elems[i]
		i++
		if e.Last <= j.first || e.First >= j.last || e.First < j.first || e.Last > j.last || e.Last-e.First == j.last-j.first {
			continue
		}
		switch e.Node.DataAtom {
		case atom.P, atom.Li, atom.Ul, atom.Ol, atom.Td, atom.Tr, atom.Table, atom.Tbody:
			continue // a list or table loses lines, not its whole
		}
		if l := left.of(e); l > 0 && gone.of(e)*5 >= l && l*20 <= left.total() {
			head, labels := titled(e), bad.of(e)*5 < l
			for k := e.First; k < e.Last; k++ {
				b := &j.Blocks[k]
				if j.keeps(k) && k != j.summary && !(head && b.Sentence()) && !(labels && b.Full && b.Link == 0 && prose.IsStatement(string(j.Bytes(b))) && !prose.AsksReader(string(j.Bytes(b)))) {
					j.verdicts[k] = name
				}
			}
			i = int(e.End)
		}
	}
}

// machineSummaries drops a list above the text that says of itself that a
// machine made it.
func (j *judge) machineSummaries(name verdict) {
	const most, reach = 16, 8
	for i, running := j.first, 0; i < j.last && running < 3; i++ {
		b := &j.Blocks[i]
		if j.keeps(i) && b.Running() && b.In&outline.InItem == 0 {
			running++
		}
		if b.Size() > 200 || b.In&(outline.InItem|outline.InHeading) != 0 || !phrases.SaysMachine(j.Bytes(b)) {
			continue
		}
		for e, up := b.Elem, 0; e > j.root && up < reach; e, up = j.Elems[e].Parent, up+1 {
			box := &j.Elems[e]
			items, other := 0, false
			if box.Last-box.First > most {
				break
			}
			for k := box.First; k < box.Last; k++ {
				c := &j.Blocks[k]
				if c.In&outline.InItem != 0 {
					items++
				}
				other = other || k != i && c.In&(outline.InItem|outline.InHeading|outline.InButton) == 0 && j.keeps(k) && c.Running()
			}
			if other {
				break
			}
			if items > 1 {
				j.drop(box.First, box.Last, name)
				break
			}
		}
	}
}

// isCard tells the headline of another article of this site: nothing but a link.
func (j *judge) isCard(i int32) bool {
	b := &j.Blocks[i]
	return b.In&outline.InHeading != 0 && b.Link*10 >= b.Size()*9 && b.Local == 0 && b.Away == 0
}

// leadsToArticle tells a linked heading whose address is that of an article of
// a newspaper.
func (j *judge) leadsToArticle(i int32) bool {
	const few = 3 // blocks of the heading
	e := &j.Elems[j.Blocks[i].Elem]
	if e.Last-e.First > few {
		return false
	}
	n := linkIn(e.Node)
	return n != nil && phrases.IsArticleAddress(dom.Attr(n, "href"))
}

// teasers drops rows of other articles of the site: sister elements, each a
// linked headline with no more than a few lines. Where they are much of the
// text they are its subject: tables of contents of guides, lists of chapters.
// (Half everywhere costs 0.002 on one half of the tuning pages; three cards as
// the least instead of two 0.0003 on news.)
func (j *judge) teasers(name verdict) {
	const (
		fewest  = 2
		longest = 500
		inside  = 3 // amid paragraphs they hold less than a third of the text,
		after   = 2 // after the last one less than half
	)
	var cards []int32
	var total int64
	for i := j.first; i < j.last; i++ {
		if !j.keeps(i) {
			continue
		}
		total += int64(j.Blocks[i].Size())
		switch {
		case !j.isCard(i):
		case j.leadsToArticle(i):
			j.verdicts[i] = name // one alone, too
		default:
			cards = append(cards, i)
		}
	}
	j.setIn(name, total)
	for len(cards) > 0 {
		// Sisters are the cards of one parent: that of the widest element that
		// holds the first card and not the second.
		var row []int32
		var size int64
		parent := int32(-1)
		n := 0
		for ; n < len(cards); n++ {
			before, next := j.first-1, j.last
			if n > 0 {
				before = cards[n-1]
			}
			if n+1 < len(cards) {
				next = cards[n+1]
			}
			e := j.widest(cards[n], before, next)
			if e < 0 || n > 0 && j.Elems[e].Parent != parent {
				break
			}
			parent = j.Elems[e].Parent
			row = append(row, e)
			for k := j.Elems[e].First; k < j.Elems[e].Last; k++ {
				if j.keeps(k) {
					size += int64(j.Blocks[k].Size())
				}
			}
		}
		cards = cards[max(n, 1):]
		if len(row) < fewest || size > int64(len(row))*longest || size*after > total ||
			size*inside > total && j.runsOn(j.Elems[row[len(row)-1]].Last) {
			continue
		}
		for _, e := range row {
			j.drop(j.Elems[e].First, j.Elems[e].Last, name)
		}
	}
}

// loneCards drops single teasers amid the text: article elements within it, a
// few lines under the linked headline of another article. Where there are many
// they are the text.
func (j *judge) loneCards(name verdict) {
	const mostBlocks, longest, most = 6, 600, 2
	var found []int32
	for i := j.root + 1; i < j.Elems[j.root].End; i++ {
		e := &j.Elems[i]
		if e.Node.DataAtom != atom.Article || e.First < j.first || e.Last > j.last || e.Last-e.First > mostBlocks ||
			j.Blocks[e.Last-1].End-j.Blocks[e.First].Start > longest {
			continue
		}
		for k := e.First; k < e.Last; k++ {
			if j.isCard(k) && !j.isTitle(&j.Blocks[k]) {
				found = append(found, i)
				break
			}
		}
	}
	if len(found) > most {
		return
	}
	for _, i := range found {
		j.drop(j.Elems[i].First, j.Elems[i].Last, name)
	}
}

// setIn drops the cards of other articles that are set amid the text: an article
// element inside the article, a few lines, that begins with the link to it.
// Where they are much of the text they are its subject.
func (j *judge) setIn(name verdict, total int64) {
	const most, longest, linked, share = 6, 900, 20, 3
	var found []*outline.Element
	var size int64
	for i := int(j.root) + 1; i < int(j.Elems[j.root].End); i++ {
		e := &j.Elems[i]
		if e.Node.DataAtom != atom.Article || e.Last-e.First > most || e.First <= j.first || e.Last > j.last || j.Blocks[e.Last-1].End-j.Blocks[e.First].Start > longest {
			continue
		}
		if b := &j.Blocks[e.First]; b.Link < linked || b.Local > 0 || b.Away > 0 {
			continue
		}
		if n := linkIn(e.Node); n == nil || !phrases.IsArticleAddress(dom.Attr(n, "href")) {
			continue
		}
		found = append(found, e)
		size += int64(j.Blocks[e.Last-1].End - j.Blocks[e.First].Start)
	}
	if size*share > total {
		return
	}
	for _, e := range found {
		j.drop(e.First, e.Last, name)
	}
}

// runsOn reports whether a paragraph is kept at or after block i.
func (j *judge) runsOn(i int32) bool {
	for ; i < j.last; i++ {
		if j.keeps(i) && j.Blocks[i].Running() {
			return true
		}
	}
	return false
}

// widest is the widest element inside the container that holds block i and
// neither of two others, -1 where there is none but a heading.
func (j *judge) widest(i, before, next int32) int32 {
	e := j.Blocks[i].Elem
	if e < 0 || j.Elems[e].First <= before || j.Elems[e].Last > next {
		return -1
	}
	for p := j.Elems[e].Parent; p > j.root && j.Elems[p].First > before && j.Elems[p].Last <= next; p = j.Elems[p].Parent {
		e = p
	}
	if j.Elems[e].In&outline.InHeading != 0 {
		return -1
	}
	return e
}

// above drops the title and what stands over it: the page's own name for
// itself, else the first h1, which may be but the site's. A heading after two
// paragraphs is the title of something else.
func (j *judge) above(name verdict) {
	title, paragraphs := int32(-1), 0
	for i := j.first; i < j.last && paragraphs < 2 && (title < 0 || paragraphs == 0); i++ {
		b := &j.Blocks[i]
		if b.In&outline.InHeading != 0 && j.isTitle(b) || title < 0 && paragraphs == 0 && b.Size() >= shortTitle && j.isTitleWhole(b) {
			title = i
			break
		}
		if b.In&outline.InTitle != 0 && (title < 0 || j.Blocks[title].Link*2 > j.Blocks[title].Size()) { // a logo's is but a link
			title = i
		}
		if j.keeps(i) && b.Running() {
			paragraphs++
		}
	}
	j.drop(j.first, title+1, name)
	for i := title + 1; title >= 0 && i < j.last && !j.Blocks[i].Sentence(); i++ {
		if b := &j.Blocks[i]; b.In&outline.InHeading != 0 && j.isTitleWhole(b) { // once more, in a bar that stays in sight
			j.drop(i, i+1, name)
		}
	}
}

// isTitleWhole tells what the page calls itself, word by word.
func (j *judge) isTitleWhole(b *outline.Block) bool {
	if b.Size() > phrases.MaxTitle {
		return false
	}
	t := prose.Squash(string(j.Bytes(b)))
	return slices.ContainsFunc(j.titles, func(title naming.Title) bool { return title.Text == t })
}

// below drops bylines and dates above the first paragraph, and those between
// it and the second one: then the first is the lead. (Labels without a date,
// dropped too, cost 0.001 on one half: they are often the article's.)
func (j *judge) below(name verdict) {
	lead := int32(-1)
	for i := j.first; i < j.last; i++ {
		b := &j.Blocks[i]
		switch {
		case !j.keeps(i):
		case lead < 0 && b.In&outline.InHeading != 0 && b.Full && b.Size() >= outline.ParagraphSize:
			lead = i // marked as a heading
		case b.In&(outline.InHeading|outline.InQuote|outline.InItem|outline.InPre) != 0 || lead >= 0 && b.Running():
			return
		case b.Running() || b.Plain() >= outline.SentenceSize && b.Full:
			lead = i
		case lead < 0 && j.isNameAndDate(i):
			j.verdicts[i] = name
			j.named = i
		case b.Away == 0 && phrases.IsDateOrBy(j.Bytes(b)), j.namesAuthor(i):
			if prose.IsStatement(string(j.Bytes(b))) {
				return
			}
			j.verdicts[i] = name
			j.lead = lead
		default:
			return
		}
	}
}

// isTitle tells what the page calls itself, or the beginning of it: title
// elements go on with the site's name.
func (j *judge) isTitle(b *outline.Block) bool {
	if b.Size() > phrases.MaxTitle {
		return false
	}
	least := 20 // of a beginning that is no mere word
	if b.In&outline.InTitle != 0 {
		least = 8
	}
	t := prose.Squash(string(j.Bytes(b)))
	return slices.ContainsFunc(j.titles, func(title naming.Title) bool {
		return t == title.Text || len(t) > least && strings.HasPrefix(title.Text, t) ||
			title.Cut && len(title.Text) > least && strings.HasPrefix(t, title.Text)
	})
}

// endSections drops what stands under a heading that begins something else:
// the rest of the box it stands in, up to the next heading of its rank. In the
// first three fifths of an article only a tenth is dropped so.
func (j *judge) endSections(name verdict) {
	const patience = 50 // sections not believed, after which no more are looked at: keeps this linear
	var total, before int64
	for i := j.first; i < j.last; i++ {
		if j.keeps(i) {
			total += int64(j.Blocks[i].Size())
		}
	}
	doubts := 0
	for i := j.first; i < j.last && doubts < patience; i++ {
		b := &j.Blocks[i]
		if j.keeps(i) {
			before += int64(b.Size())
		}
		isHeading := b.In&outline.InHeading != 0
		if b.Size() > 80 || b.Full && !isHeading && b.Bold*2 < b.Size() || !phrases.IsEnding(j.Bytes(b)) || j.headsText(i) {
			continue
		}
		end := j.sectionEnd(i)
		var size int64
		for k := i + 1; k < end; k++ {
			if j.keeps(k) {
				size += int64(j.Blocks[k].Size())
			}
		}
		if before*5 < total*3 && size*10 > total {
			if doubts++; isHeading {
				continue // of a section of the article: it stays with its text
			}
			end = i + 1
		}
		j.drop(i, end, name)
		i = max(i, end-1) // what it covers is settled, so this stays one walk
	}
}

// headsText tells a heading that may be the article's own, and stands among its
// paragraphs: one of them above it, in the same element or, where each part of the
// article has an element of its own, in a sister or round them; and one right below.
func (j *judge) headsText(i int32) bool {
	const reach = 30 // blocks, to the paragraphs above and below
	if b := &j.Blocks[i]; b.In&outline.InHeading == 0 && b.Bold*2 < b.Size() || b.Link > 0 || !phrases.IsSubject(j.Bytes(b)) || prose.AsksReader(string(j.Bytes(b))) {
		return false
	}
	below := i + 1
	for below < min(j.last, i+reach) && !j.keeps(below) {
		below++
	}
	home := j.home(i)
	if below >= j.last || !j.keeps(below) || !j.Blocks[below].Running() || j.home(below) != home {
		return false
	}
	for k := i - 1; k >= max(j.first, i-reach); k-- {
		if j.keeps(k) && j.Blocks[k].Running() && (j.home(k) == home || j.isPartOf(home, j.home(k))) {
			return true
		}
	}
	return false
}

// isPartOf tells a section from the element round it, or from a sister.
func (j *judge) isPartOf(section, other int32) bool {
	if section < 0 || other < 0 || j.Elems[section].Node.DataAtom != atom.Section || section == j.root {
		return false
	}
	e := &j.Elems[other]
	return j.Elems[section].Parent == other || e.Parent == j.Elems[section].Parent && e.Node.DataAtom == atom.Section
}

// home is the element among whose paragraphs a block stands.
func (j *judge) home(i int32) int32 {
	e := j.Blocks[i].Elem
	if e >= 0 && j.Elems[e].In&outline.InParagraph != 0 || e >= 0 && j.Elems[e].Last-j.Elems[e].First == 1 {
		return j.Elems[e].Parent
	}
	return e
}

// sectionEnd is where what begins with block i ends.
func (j *judge) sectionEnd(i int32) int32 {
	box := j.Blocks[i].Elem
	for box >= 0 && j.Elems[box].Last == i+1 {
		box = j.Elems[box].Parent
	}
	if box < 0 {
		return i + 1
	}
	end := min(j.Elems[box].Last, j.last)
	if j.Blocks[i].In&outline.InHeading == 0 {
		if j.Elems[box].First < i-1 {
			return i + 1 // a line amid others, with no box of its own
		}
		return end
	}
	level := j.Level(i)
	for k := i + 1; k < end; k++ {
		if j.keeps(k) && j.Blocks[k].In&outline.InHeading != 0 && j.Level(k) <= level && !phrases.IsEnding(j.Bytes(&j.Blocks[k])) {
			return k
		}
		if j.keeps(k) && j.Blocks[k].Running() && j.resumes(i, k) {
			return k
		}
	}
	return end
}

// resumes reports whether the paragraph k is a sister of the one above heading i,
// and other articles stand between them: the text goes on behind a box.
func (j *judge) resumes(i, k int32) bool {
	const reach = 6
	linked := false
	for n := max(i+1, k-reach); n < k; n++ {
		linked = linked || j.verdicts[n] == "links"
	}
	if !linked {
		return false
	}
	for n := i - 1; n >= max(j.first, i-reach); n-- {
		if j.keeps(n) && j.Blocks[n].Running() {
			a, b := &j.Elems[j.Blocks[n].Elem], &j.Elems[j.Blocks[k].Elem]
			return a.Parent == b.Parent && a.Node.DataAtom == b.Node.DataAtom && dom.Attr(a.Node, "class") == dom.Attr(b.Node, "class")
		}
	}
	return false
}

// bios drops lines on who wrote the article among its last four blocks. A story
// may be about a reporter: then it has named them before, or says "he" and "Mr".
func (j *judge) bios(name verdict) {
	for i, n := j.last-1, 0; i >= j.first && n < 4; i-- {
		if !j.keeps(i) {
			continue
		}
		n++
		if who, ok := phrases.IsBio(j.Bytes(&j.Blocks[i])); ok && !j.tellsOf(who, i) {
			j.verdicts[i] = name
		}
	}
}

// tellsOf reports whether the article, above block i, tells of the one that a
// line names, who is in lower case.
func (j *judge) tellsOf(who string, i int32) bool {
	words := strings.FieldsFunc(who, func(r rune) bool { return !prose.IsWord(r) })
	if len(words) == 0 || slices.Contains(phrases.Persons, words[0]) {
		return true
	}
	if slices.Contains(phrases.Signers, who) {
		return false
	}
	last := words[len(words)-1]
	for k := j.first; k < i; k++ {
		if j.keeps(k) && j.Blocks[k].Running() && phrases.ContainsWord(j.Bytes(&j.Blocks[k]), last) {
			return true
		}
	}
	return false
}

// tail drops short ends after the last paragraph, but lines of verse, which go on
// behind a comma.
func (j *judge) tail(name verdict) {
	if j.short {
		return
	}
	for i := j.last - 1; i >= j.first; i-- {
		if !j.keeps(i) {
			continue
		}
		b := &j.Blocks[i]
		if b.Plain() > outline.ParagraphSize || b.Plain() > 20 && b.Full || b.Plain() >= outline.SentenceSize && b.Away > 0 || b.Full && b.Link == 0 && prose.IsStatement(string(j.Bytes(b))) || b.Plain() > 10 && b.In&(outline.InItem|outline.InCell|outline.InPre|outline.InQuote|outline.InTerm) != 0 {
			return
		}
		if j.isVerse(i) {
			return
		}
		j.verdicts[i] = name
	}
}

// isVerse tells a line of several words that ends with a comma, or follows one that
// does.
func (j *judge) isVerse(i int32) bool {
	const fewest, longest = 4, 100 // words, bytes
	b := &j.Blocks[i]
	if b.Link > 0 || b.Size() > longest || b.In&outline.InHeading != 0 || bytes.Count(j.Bytes(b), []byte(" ")) < fewest-1 {
		return false
	}
	if j.Text[b.End-1] == ',' {
		return true
	}
	above := i - 1
	for above >= j.first && !j.keeps(above) {
		above--
	}
	return above >= j.first && j.Blocks[above].Size() <= longest && j.Text[j.Blocks[above].End-1] == ','
}

// emptyHeads drops a heading with nothing under it, unless it is a sentence.
func (j *judge) emptyHeads(name verdict) {
	filled, under := false, 0 // something that is no heading follows; the level of the heading that follows
	for i := j.last - 1; i >= j.first; i-- {
		if !j.keeps(i) {
			continue
		}
		b := &j.Blocks[i]
		if b.In&outline.InHeading == 0 || b.Size() > shortBlock {
			filled = true
			continue
		}
		level := j.Level(i)
		if !filled && level >= under && !(b.Link == 0 && phrases.EndsPlainly(j.Bytes(b)) && !prose.AsksReader(string(j.Bytes(b)))) {
			j.verdicts[i] = name
			continue
		}
		filled, under = false, level
	}
}
