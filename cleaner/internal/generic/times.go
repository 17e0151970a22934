package generic

import (
	"regexp"
	"slices"
	"sort"
	"unicode/utf8"

	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/outline"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shownTimes is what the page shows of times near its title: between it and the
// second paragraph, else right above it, else behind the article. Boxes of
// other articles have times too, and so has the top of every newspaper's page:
// today's.
func (g *genericReader) shownTimes() []draft.Said {
	if g.judge == nil || g.list {
		return nil
	}
	t := g.titleBlock()
	below := g.belowTitle(t)
	if list := g.timesOf(below); len(list) > 0 {
		return list
	}
	if t >= 0 {
		if list := g.timesOf(g.aboveTitle(t)); len(list) > 0 {
			return list
		}
	}
	return g.timesOf(g.behind())
}

// titleBlock is the heading that is the page's title, else the block above the
// text that reads like it; -1 where none is printed.
func (g *genericReader) titleBlock() int32 {
	const reach = 10
	first := int32(-1)
	for i := max(0, g.first); i < g.last; i++ {
		b := &g.Blocks[i]
		if b.In&outline.InHeading != 0 && g.isTitle(b) {
			return i
		}
		if first < 0 && b.In&outline.InTitle != 0 {
			first = i
		}
		if g.keeps(i) && b.Running() {
			break
		}
	}
	for i := g.first - 1; i >= max(0, g.first-reach) && first < 0; i-- {
		if g.isTitle(&g.Blocks[i]) {
			first = i
		}
	}
	return first
}

// notTimes are parts whose times are not the article's.
const notTimes = hintRelated | hintComment | hintPopup | hintSignup

// belowTitle are the blocks that may show a time between the title and the
// text; behind the first paragraph, which may be the lead, only lines that are
// nothing but a time.
func (g *genericReader) belowTitle(t int32) (list []int32) {
	const most, leads = 40, 1
	paragraphs := 0
	from := g.first
	if t >= 0 {
		from = t + 1
	}
	for i := from; i < g.last && len(list) < most; i++ {
		b := &g.Blocks[i]
		if g.keeps(i) && b.Running() {
			if paragraphs++; paragraphs > leads {
				break
			}
			continue
		}
		if b.In&outline.InTerm != 0 && !g.saysWhose(i) || g.ruledOut[i]&notTimes != 0 {
			continue
		}
		if paragraphs == 0 || b.Time*10 >= b.Size()*9 || dates.IsTimeLine(string(g.Bytes(b))) {
			list = append(list, i)
		}
	}
	return list
}

// saysWhose tells a line of a list of terms that says of its time that it is when
// the article was published or changed. Others are a member's first day, say.
func (g *genericReader) saysWhose(i int32) bool {
	b := &g.Blocks[i]
	if int(b.Size()) > draft.LongestLine {
		return false
	}
	return dates.HasLabel(string(g.Bytes(b)))
}

// aboveTitle are the blocks right above the title, in the part of the page that
// it stands in, from below: what shows a time of day there, or is in an element
// that says what it is.
func (g *genericReader) aboveTitle(t int32) (list []int32) {
	const reach, near = 20, 3
	distance := 0
	for i := t - 1; i >= max(0, t-reach); i-- {
		b := &g.Blocks[i]
		if b.In&outline.InHidden != 0 {
			continue
		}
		distance++
		if g.ruledOut[i]&notTimes != 0 || b.In&(outline.InFooter|outline.InAside) != 0 || int(b.Size()) > draft.LongestLine || g.isLinkedCard(b) {
			continue
		}
		within := g.holds(i, t)
		if within == nil {
			continue
		}
		at, _, ok := dates.Parse(string(g.Bytes(b)))
		if ok && at.Clock || distance <= near && isPart(within) {
			list = append(list, i)
		}
	}
	return list
}

// isPart tells an element that is a part of a page, and not most of it.
func isPart(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.Article, atom.Main, atom.Section, atom.Header:
			return true
		}
	}
	return false
}

// holds is the innermost element that holds two blocks; nil where that is the
// whole page.
func (g *genericReader) holds(i, k int32) *html.Node {
	e := g.Blocks[i].Elem
	for e >= 0 && (k < g.Elems[e].First || k >= g.Elems[e].Last) {
		e = g.Elems[e].Parent
	}
	if e < 0 {
		return nil
	}
	switch n := g.Elems[e].Node; n.DataAtom {
	case atom.Html, atom.Body, atom.Form:
		return nil
	default:
		return n
	}
}

// isLinkedCard tells a block that is mostly a link to an article: its address
// has a number.
func (g *genericReader) isLinkedCard(b *outline.Block) bool {
	if b.Link == 0 || b.Elem < 0 {
		return false
	}
	e := &g.Elems[b.Elem]
	if e.Last-e.First > 1 {
		return b.Link*2 > b.Size()
	}
	return dom.Find(e.Node, func(n *html.Node) bool { return n.DataAtom == atom.A && articleNumber.MatchString(dom.Attr(n, "href")) }) != nil
}

// articleNumber is what addresses of articles have and those of sections have
// not.
var articleNumber = regexp.MustCompile(`\d{4}`)

// behind are the blocks at the article's end and behind it that are nothing but
// a time.
func (g *genericReader) behind() (list []int32) {
	const reach = 8
	last := int32(-1)
	for i := g.last - 1; i >= g.first; i-- {
		if g.keeps(i) {
			last = i
			break
		}
	}
	if last < 0 {
		return nil
	}
	for i := last + 1; i < min(last+reach, int32(len(g.Blocks))); i++ {
		b := &g.Blocks[i]
		if b.In&outline.InHeading != 0 || b.Link > 0 || b.In&outline.InFooter != 0 || g.ruledOut[i]&notTimes != 0 {
			break // something else begins
		}
		if dates.IsTimeLine(string(g.Bytes(b))) {
			list = append(list, i)
		}
	}
	return list
}

// timesOf reads blocks that may show a time: what is nothing but one before
// what has other words beside it, and times of day before days.
func (g *genericReader) timesOf(blocks []int32) []draft.Said {
	const pure, beside, day, words = 0, 1, 2, 3
	type ranked struct {
		draft.Said
		rank int
	}
	var list []ranked
	for _, i := range blocks {
		b := &g.Blocks[i]
		from := sort.Search(len(g.Times), func(k int) bool { return g.Times[k].At >= i })
		updated := from < len(g.Times) && g.Times[from].At == i // all that is said there is of a change
		for k := from; k < len(g.Times) && g.Times[k].At == i; k++ {
			n := g.Times[k].Node
			updated = updated && draft.SaysUpdated(n)
			for _, s := range draft.AttributesOf(n) {
				rank := pure
				if !s.At.Clock {
					rank = day
				}
				list = append(list, ranked{s, rank})
			}
		}
		if int(b.Size()) > draft.LongestLine {
			continue
		}
		l := dates.ReadLine(string(g.Bytes(b)))
		rank, longest := pure, 40
		switch clock := slices.ContainsFunc(l.Dates, func(at dates.Date) bool { return at.Clock }); {
		case l.Rest == "" && clock:
		case l.Rest == "":
			rank = day
		case clock:
			rank, longest = beside, 60
		default:
			rank = words
		}
		if utf8.RuneCountInString(l.Rest) > longest || rank == words && b.Full {
			continue
		}
		for _, s := range draft.PrintedIn(string(g.Bytes(b)), updated || g.isUpdateLabel(i-1)) {
			list = append(list, ranked{s, rank})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return a.rank - b.rank })
	kept := make([]draft.Said, len(list))
	for i := range list {
		kept[i] = list[i].Said
	}
	return draft.FirstShown(kept)
}

// isUpdateLabel tells a block that says of the next that it is when the page was
// changed.
func (g *genericReader) isUpdateLabel(i int32) bool {
	const longest = 30
	if i < 0 || int(g.Blocks[i].Size()) > longest {
		return false
	}
	return dates.IsUpdateLabel(string(g.Bytes(&g.Blocks[i])))
}
