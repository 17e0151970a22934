package cleaner

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"
)

// judge decides block by block what of the container is the article.
type judge struct {
	*outline
	first, last int32    // the blocks judged: the container's, and those between title and container
	top         int32    // the container's first block
	root        int32    // the container
	lead        int32    // the lead, where bylines or dates part it from the body; else -1
	around      place    // what the container itself lies in: it tells its blocks apart no more
	titles      []string // what the page calls itself, squashed
	folded      bool     // most of the article is hidden until the reader unfolds it
	short       map[uint64]seen
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
	// maxTitle bounds what is compared with the page's title.
	maxTitle = 300
)

// newJudge sets out what is known before any rule: what lies outside the
// container, and what its own words rule out.
func newJudge(o *outline, c, end int32, ruledOut []hint, titles []string) *judge {
	e := &o.elems[c]
	j := &judge{outline: o, first: e.first, last: end, top: e.first, root: c, lead: -1, around: e.in, titles: titles,
		short: map[uint64]seen{}, verdicts: make([]verdict, len(o.blocks))}
	for i := j.first - 1; i >= max(0, j.top-leadReach); i-- {
		if b := &o.blocks[i]; b.in&inHeading != 0 && (b.in&inTitle != 0 || j.isTitle(b)) {
			j.first = i
			break
		}
	}
	var hidden, shown int64
	for i := range o.blocks {
		b := &o.blocks[i]
		switch {
		case int32(i) < j.first || int32(i) >= j.last:
			j.verdicts[i] = outside
			continue
		case ruledOut[i] != 0:
			j.verdicts[i] = hinted
		case !b.running():
		case j.in(int32(i))&inHidden != 0:
			hidden += int64(b.plain())
		default:
			shown += int64(b.plain())
		}
		if b.size() < shortBlock {
			key := j.key(b)
			s := j.short[key]
			s.times++
			s.heading = s.heading || b.in&inHeading != 0
			j.short[key] = s
		}
	}
	j.folded = hidden > 2*shown
	return j
}

// run applies the rules, in order.
func (j *judge) run() {
	for i := j.first; i < j.last; i++ {
		if !j.keeps(i) {
			continue
		}
		b, in := &j.blocks[i], j.in(i)
		for k := range blockRules {
			if blockRules[k].drops(j, b, in) {
				j.verdicts[i] = blockRules[k].name
				break
			}
		}
		if j.keeps(i) && i < j.top && !b.running() && !(b.plain() >= 60 && b.full) {
			j.verdicts[i] = "not a lead"
		}
	}
	for _, r := range passRules {
		r.apply(j, r.name)
	}
}

// blockRules look at one block. in is where it lies, seen from the container.
// The gains are of the score on the two halves of the tuning pages, the rule
// taken away alone.
var blockRules = []struct {
	name  verdict
	drops func(j *judge, b *textBlock, in place) bool
}{
	// +0.000 +0.001: what the page's own elements set apart.
	{"furniture", func(_ *judge, _ *textBlock, in place) bool { return in&(inNav|inFooter|inForm|inAside) != 0 }},
	// +0.001 +0.001: hidden parts, but not an article made of parts to unfold.
	{"hidden", func(j *judge, b *textBlock, in place) bool { return in&inHidden != 0 && (!j.folded || !b.running()) }},
	// +0.000 +0.000: but a question is the head of its answer.
	{"button", func(j *judge, b *textBlock, in place) bool {
		return in&inButton != 0 && in&inHeading == 0 && j.text[b.end-1] != '?'
	}},
	// +0.000 +0.000, more on news pages.
	{captioned, func(_ *judge, _ *textBlock, in place) bool { return in&inCaption != 0 }},
	// Tables of contents: links down the page, or the words of a heading.
	{"contents", func(j *judge, b *textBlock, in place) bool {
		if in&inHeading != 0 {
			return false
		}
		return b.local*2 > b.size() || in&inItem != 0 && b.size() < shortBlock && j.short[j.key(b)].heading
	}},
	// -0.001 +0.001, and +0.004 on news pages, where such lines lead to other
	// articles: hardly anything but links.
	{"links", func(_ *judge, b *textBlock, in place) bool {
		return in&inHeading == 0 && b.link*2 > b.size() && (b.link*10 > b.size()*9 || b.size() < 80)
	}},
	// Labels that come with every picture, product or card.
	{"repeated", func(j *judge, b *textBlock, in place) bool {
		return b.size() < 60 && in&(inCell|inHeading|inItem) == 0 && j.short[j.key(b)].times > 2
	}},
	{"no words", func(j *judge, b *textBlock, _ place) bool { return bytes.IndexFunc(j.bytes(b), isWord) < 0 }},
	// +0.001 +0.000, +0.001 on news pages.
	{"lead-in", func(j *judge, b *textBlock, _ place) bool { return b.size() < 200 && isLeadIn(j.bytes(b)) }},
	// +0.000 +0.000.
	{"commission", func(j *judge, b *textBlock, _ place) bool { return b.size() < 300 && isCommission(j.bytes(b)) }},
}

// captioned marks what the article's captions are made of.
const captioned verdict = "caption"

// passRules look at a block among its neighbours, each after those above it.
var passRules = []struct {
	name  verdict
	apply func(j *judge, name verdict)
}{
	{"box", (*judge).boxes},                // +0.001 +0.002
	{"above the title", (*judge).above},    // +0.000 +0.000
	{belowTitle, (*judge).below},           // +0.000 +0.000
	{"title again", (*judge).titleAgain},   // +0.000 +0.000
	{"end section", (*judge).endSections},  // +0.005 +0.001
	{"on the author", (*judge).bios},       // +0.001 +0.000
	{"tail", (*judge).tail},                // +0.000 +0.000, +0.003 on news pages
	{"empty heading", (*judge).emptyHeads}, // +0.000 +0.000, +0.001 on news pages
}

// belowTitle marks dates and bylines under the title.
const belowTitle verdict = "below the title"

func (j *judge) keeps(i int32) bool { return j.verdicts[i] == kept }

// in is where block i lies, seen from the container.
func (j *judge) in(i int32) place {
	if i < j.top {
		return j.blocks[i].in
	}
	return j.blocks[i].in &^ j.around
}

// key is FNV-1a of a block's text. Two texts of one key could only make the
// rules for short blocks drop a label too many.
func (j *judge) key(b *textBlock) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range j.bytes(b) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// drop marks what is still kept of the blocks first to last.
func (j *judge) drop(first, last int32, name verdict) {
	for i := first; i < last; i++ {
		if j.keeps(i) {
			j.verdicts[i] = name
		}
	}
}

// boxes drops what is left of a small element much of which was dropped: a
// box is known by the company it keeps. Dropping a box at a fifth gone, if it
// holds less than a twentieth of the article, did best of 16 pairs tried.
func (j *judge) boxes(name verdict) {
	left, gone := newTally(len(j.blocks)), newTally(len(j.blocks))
	for i := range j.blocks {
		size := j.blocks[i].size()
		if j.keeps(int32(i)) {
			left.add(size)
			gone.add(0)
		} else {
			left.add(0)
			gone.add(size)
		}
	}
	for i := 0; i < len(j.elems); {
		e := &j.elems[i]
		i++
		if e.last <= j.first || e.first >= j.last || e.first < j.first || e.last > j.last || e.last-e.first == j.last-j.first {
			continue
		}
		switch e.node.DataAtom {
		case atom.P, atom.Li, atom.Ul, atom.Ol, atom.Td, atom.Tr, atom.Table, atom.Tbody:
			continue // a list or table loses lines, not its whole
		}
		if l := left.of(e); l > 0 && gone.of(e)*5 >= l && l*20 <= left.total() {
			j.drop(e.first, e.last, name)
			i = int(e.end)
		}
	}
}

// above drops the title and what stands over it. A heading after two
// paragraphs is the title of something else.
func (j *judge) above(name verdict) {
	paragraphs := 0
	for i := j.first; i < j.last && paragraphs < 2; i++ {
		b := &j.blocks[i]
		if b.in&inTitle != 0 || b.in&inHeading != 0 && j.isTitle(b) {
			j.drop(j.first, i+1, name)
			return
		}
		if j.keeps(i) && b.running() {
			paragraphs++
		}
	}
}

// below drops bylines, dates and labels above the first paragraph, as far as
// such lines go, and those between it and the second one: then the first is
// the lead.
func (j *judge) below(name verdict) {
	const most = 300
	var dropped int32
	lead := int32(-1)
	for i := j.first; i < j.last && dropped <= most; i++ {
		b := &j.blocks[i]
		switch {
		case !j.keeps(i):
			continue
		case b.in&(inHeading|inQuote|inItem|inPre) != 0 || lead >= 0 && b.running():
			return
		case b.running() || b.plain() >= sentenceSize && b.full:
			if lead >= 0 {
				return
			}
			lead = i
			continue
		case lead >= 0 && !isDateOrBy(j.bytes(b)):
			return
		}
		if dropped += b.size(); dropped <= most {
			j.verdicts[i] = name
			j.lead = lead
		}
	}
}

// titleAgain drops the title where it comes again.
func (j *judge) titleAgain(name verdict) {
	for i := j.first; i < j.last; i++ {
		if b := &j.blocks[i]; j.keeps(i) && b.in&inTitle != 0 && j.isTitle(b) {
			j.verdicts[i] = name
		}
	}
}

// isTitle tells what the page calls itself, or the beginning of it: title
// elements go on with the site's name.
func (j *judge) isTitle(b *textBlock) bool {
	if b.size() > maxTitle {
		return false
	}
	t := squash(string(j.bytes(b)))
	return slices.ContainsFunc(j.titles, func(title string) bool {
		return t == title || len(t) > 20 && strings.HasPrefix(title, t)
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
			total += int64(j.blocks[i].size())
		}
	}
	doubts := 0
	for i := j.first; i < j.last && doubts < patience; i++ {
		b := &j.blocks[i]
		if j.keeps(i) {
			before += int64(b.size())
		}
		isHeading := b.in&inHeading != 0
		if b.size() > 80 || b.full && !isHeading && b.bold*2 < b.size() || !isEnding(j.bytes(b)) {
			continue
		}
		end := j.sectionEnd(i)
		var size int64
		for k := i + 1; k < end; k++ {
			if j.keeps(k) {
				size += int64(j.blocks[k].size())
			}
		}
		if before*5 < total*3 && size*10 > total {
			end = i + 1
			doubts++
		}
		j.drop(i, end, name)
		i = max(i, end-1) // what it covers is settled, so this stays one walk
	}
}

// sectionEnd is where what begins with block i ends.
func (j *judge) sectionEnd(i int32) int32 {
	box := j.blocks[i].elem
	for box >= 0 && j.elems[box].last == i+1 {
		box = j.elems[box].parent
	}
	if box < 0 {
		return i + 1
	}
	end := min(j.elems[box].last, j.last)
	if j.blocks[i].in&inHeading == 0 {
		if j.elems[box].first < i-1 {
			return i + 1 // a line amid others, with no box of its own
		}
		return end
	}
	level := j.level(i)
	for k := i + 1; k < end; k++ {
		if j.keeps(k) && j.blocks[k].in&inHeading != 0 && j.level(k) <= level && !isEnding(j.bytes(&j.blocks[k])) {
			return k
		}
	}
	return end
}

// level is 1 to 6 for what stands in h1 to h6, else 7.
func (o *outline) level(i int32) int {
	for e := o.blocks[i].elem; e >= 0; e = o.elems[e].parent {
		switch o.elems[e].node.DataAtom {
		case atom.H1:
			return 1
		case atom.H2:
			return 2
		case atom.H3:
			return 3
		case atom.H4:
			return 4
		case atom.H5:
			return 5
		case atom.H6:
			return 6
		}
		if o.elems[e].in&inHeading == 0 {
			break
		}
	}
	return 7
}

// bios drops lines on who wrote the article among its last four blocks.
func (j *judge) bios(name verdict) {
	for i, n := j.last-1, 0; i >= j.first && n < 4; i-- {
		if !j.keeps(i) {
			continue
		}
		n++
		if isBio(j.bytes(&j.blocks[i])) {
			j.verdicts[i] = name
		}
	}
}

// tail drops short ends after the last paragraph.
func (j *judge) tail(name verdict) {
	for i := j.last - 1; i >= j.first; i-- {
		if !j.keeps(i) {
			continue
		}
		b := &j.blocks[i]
		if b.plain() > paragraphSize || b.plain() > 20 && b.full || b.plain() > 10 && b.in&(inItem|inCell|inPre|inQuote|inTerm) != 0 {
			return
		}
		j.verdicts[i] = name
	}
}

// emptyHeads drops a heading with nothing under it.
func (j *judge) emptyHeads(name verdict) {
	filled, under := false, 0 // something that is no heading follows; the level of the heading that follows
	for i := j.last - 1; i >= j.first; i-- {
		if !j.keeps(i) {
			continue
		}
		b := &j.blocks[i]
		if b.in&inHeading == 0 || b.size() > shortBlock {
			filled = true
			continue
		}
		level := j.level(i)
		if !filled && level >= under {
			j.verdicts[i] = name
			continue
		}
		filled, under = false, level
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// squash keeps letters and digits, in lower case: what two spellings of one
// title have in common.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if isWord(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
