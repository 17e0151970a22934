package generic

import (
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/outline"

	"golang.org/x/net/html/atom"
)

// offMain is how many times less a text counts outside main where a page has
// one: notices above it are often longer than the article is. 2 loses 0.007 on
// one half, 20 loses 0.006 on the other.
const offMain = 5

// tally is a running sum over the blocks of a page, whose text is 32 MB at most.
type tally []int32

func newTally(n int) tally { return make(tally, 1, n+1) }

func (t *tally) add(v int32) { *t = append(*t, (*t)[len(*t)-1]+v) }

// of is the sum over an element's blocks.
func (t tally) of(e *outline.Element) int64 { return int64(t[e.Last] - t[e.First]) }

func (t tally) total() int64 { return int64(t[len(t)-1]) }

// survey is the page laid flat, and what its elements are by their names and their
// structure.
type survey struct{ *outline.Outline }

// weigh says how much of a block looks like an article's text, and how much
// like something else.
func weigh(b *outline.Block) (text, other int32) {
	size, plain := b.Size(), b.Plain()
	switch {
	case b.In&(outline.InNav|outline.InFooter) != 0, b.Link*2 > size:
		return 0, size
	case plain >= outline.ParagraphSize && (b.Full || b.Stops > 1):
		return plain, 0
	case plain >= outline.SentenceSize && b.Full:
		return plain / 2, 0
	case b.In&outline.InParagraph != 0 && plain >= outline.SentenceSize: // of a list, each with a link: a paragraph in markup
		return plain / 2, 0
	case b.In&(outline.InHeading|outline.InItem|outline.InCell|outline.InPre) != 0:
		return 0, b.Link // short as a rule: says nothing
	}
	return 0, size / 2
}

// weighShort is [weigh] for pages of short lines alone: notices,
// verses, scripts that part words instead of sentences. Only links and what
// stands between an article's lines are against it.
func weighShort(b *outline.Block) (text, other int32) {
	const least = 20 // of a line that is no label
	size, plain := b.Size(), b.Plain()
	switch {
	case b.In&(outline.InNav|outline.InFooter|outline.InAside|outline.InButton|outline.InHidden|outline.InCaption) != 0, b.Link*2 > size:
		return 0, size
	case b.In&outline.InHeading == 0 && (plain >= least || b.Full):
		return plain, 0
	}
	return 0, b.Link
}

// ruledOut gives for each block the hint that rules it out, 0 for none. A kind
// of hint that would cost most of the page's text is not believed: a template
// may call all its sections "cards".
func (o *survey) ruledOut(hints []hint) []hint {
	text, titles := newTally(len(o.Blocks)), newTally(len(o.Blocks))
	for i := range o.Blocks {
		t, _ := weighShort(&o.Blocks[i])
		text.add(t)
		titles.add(int32(o.Blocks[i].In & outline.InTitle))
	}
	const shortNews = 600 // bytes of an article that a discussion leaves
	against := hintsAgainst
	for kind := hint(1); kind <= hintsAgainst; kind <<= 1 {
		var cost int64
		titled := false
		o.outermost(kind&hintsAgainst, hints, func(e *outline.Element, _ hint) {
			cost += text.of(e)
			titled = titled || titles.of(e) > 0
		})
		limit := text.total() / 3
		switch kind {
		case hintImprint: // may be all that a page has
			limit = text.total()
		case hintPopup: // what a page says of cookies is often longer than a short article
			limit = text.total() / 3 * 2
			if !titled {
				limit = max(limit, text.total()-shortNews/3)
			}
		case hintOther: // one page without end may show ten articles
			limit = text.total() - shortNews/3
		case hintComment: // a discussion is often far longer than what it discusses
			limit = max(text.total()/5*4, text.total()-shortNews)
		}
		if cost > limit {
			against &^= kind
		}
	}
	out := make([]hint, len(o.Blocks))
	o.outermost(against, hints, func(e *outline.Element, h hint) {
		for i := e.First; i < e.Last; i++ {
			out[i] = h
		}
	})
	return out
}

// outermost calls f for each element that bears one of the hints wanted and
// lies in no other such.
func (o *survey) outermost(wanted hint, hints []hint, f func(*outline.Element, hint)) {
	for i := int32(0); int(i) < len(o.Elems); {
		e := &o.Elems[i]
		if h := hints[i] & wanted; h != 0 {
			f(e, h)
			i = e.End
			continue
		}
		i++
	}
}

// container finds the element that holds the article, -1 for none, and the
// block at which the article ends at the latest.
//
// Every element is judged as if it were the answer: text that it holds is
// right, text outside it is missed, other matter inside it is wrong. The one
// with the best F1 is taken, the innermost of equals. So the parent of a body
// split by an advertisement wins over both halves, and the body element wins
// over the page. weighs tells text from other matter.
func (o *survey) container(hints, ruledOut []hint, weighs func(*outline.Block) (text, other int32)) (c, end int32) {
	hasMain := false
	for i := range o.Blocks {
		if b := &o.Blocks[i]; b.In&outline.InMain != 0 && b.Running() {
			hasMain = true
			break
		}
	}
	copies := o.copies()
	text, other := newTally(len(o.Blocks)), newTally(len(o.Blocks))
	for i := range o.Blocks {
		b := &o.Blocks[i]
		t, x := weighs(b)
		switch {
		case ruledOut[i] != 0, copies != nil && b.In&outline.InHidden != 0 && t > 0 && copies[o.Key(b)]:
			t, x = 0, b.Size()
		case hasMain && b.In&outline.InMain == 0:
			t /= offMain
		}
		text.add(t)
		other.add(x)
	}
	best, bestF1 := int32(-1), 0.0
	for i := range o.Elems {
		e := &o.Elems[i]
		t := text.of(e)
		if t == 0 {
			continue
		}
		if f1 := 2 * float64(t) / float64(text.total()+t+other.of(e)); f1 >= bestF1 {
			best, bestF1 = int32(i), f1
		}
	}
	if best < 0 {
		return -1, 0
	}
	return best, o.bodyEnd(best, text, hints)
}

// copies are the sentences that the page shows, where it has hidden ones too: a
// version for printing has the article's text once more.
func (o *survey) copies() map[uint64]bool {
	hidden := false
	for i := range o.Blocks {
		if b := &o.Blocks[i]; b.In&outline.InHidden != 0 && b.Running() {
			hidden = true
			break
		}
	}
	if !hidden {
		return nil
	}
	shown := map[uint64]bool{}
	for i := range o.Blocks {
		if b := &o.Blocks[i]; b.In&outline.InHidden == 0 && b.Sentence() {
			shown[o.Key(b)] = true
		}
	}
	return shown
}

// sisters is the run of blocks from the first to the last of the elements that
// stand beside element c and hold the same article, in two parts or more: of
// one name, with paragraphs and no heading. Their parent is the container then.
func (o *survey) sisters(c int32, ruledOut []hint) (parent, first, last int32) {
	const most = 64 // children of the parent that are looked at
	e := &o.Elems[c]
	parent, first, last = c, e.First, e.Last
	if e.Parent < 0 || dom.Attr(e.Node, "class") == "" || e.In&outline.InHeading != 0 {
		return parent, first, last
	}
	for i, n := e.Parent+1, 0; i < o.Elems[e.Parent].End && n < most; i, n = o.Elems[i].End, n+1 {
		s := &o.Elems[i]
		if i == c || s.Last-s.First > most || !o.alike(e, s) {
			continue
		}
		running := false
		for k := s.First; k < s.Last; k++ {
			if o.Blocks[k].In&outline.InHeading != 0 {
				return c, e.First, e.Last // other articles
			}
			running = running || ruledOut[k] == 0 && o.Blocks[k].Running()
		}
		if running {
			parent, first, last = e.Parent, min(first, s.First), max(last, s.Last)
		}
	}
	return parent, first, last
}

// bodyEnd is where the article ends at the latest: the end of the element
// inside the container that calls itself the article's body, or is an article
// element, if it holds most of the text. Only its end counts; a lead stands
// above the body.
func (o *survey) bodyEnd(c int32, text tally, hints []hint) int32 {
	outer := &o.Elems[c]
	end, most, named := outer.Last, int64(0), false
	for i := c + 1; i < outer.End; i++ {
		e := &o.Elems[i]
		t := text.of(e)
		isBody := hints[i]&hintBody != 0 && t*10 >= text.of(outer)*7
		isArticle := e.Node.DataAtom == atom.Article && t*10 >= text.of(outer)*8
		if isBody && (!named || t > most) || isArticle && !named && t > most {
			end, most, named = e.Last, t, isBody
		}
	}
	return end
}
