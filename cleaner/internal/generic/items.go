package generic

import (
	"bytes"

	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
)

// A list of other pages (a section, a shop's shelf, a blog's front page) is no
// article. Where it is read all the same it is read as a reader reads it: its
// own words and what it says of each item, without what is the same at each.

// fewestItems are as many as make a list.
const fewestItems = 5

// items reads a list that prints a title of its own, and tells whether the page
// is one.
func (g *genericReader) items(o *survey, hints, ruledOut []hint) bool {
	before := *g
	c, _ := o.container(hints, ruledOut, weighItem)
	if c < 0 {
		return false
	}
	g.ruledOut = ruledOut
	g.judge = newJudge(o, c, o.Elems[c].First, o.Elems[c].Last, ruledOut, g.titles(), g.summary())
	linked := 0
	for i := g.first; i < g.last; i++ {
		if !g.keeps(i) {
			continue
		}
		b, in := &g.Blocks[i], g.in(i)
		for k := range itemRules {
			if itemRules[k].drops(g.judge, b, in) {
				g.verdicts[i] = itemRules[k].name
				break
			}
		}
		if g.keeps(i) && b.Link*2 > b.Size() {
			linked++
		}
	}
	g.above("above the title")
	if linked < fewestItems || g.printedTitle() == "" {
		*g = before
		return false
	}
	g.fill("the element with the most items of a list")
	g.list = true
	g.draft.Note("a list of other pages, read item by item")
	return len(g.draft.Body) > 0
}

// weighItem is [weigh] for lists: a link is what they are made of.
func weighItem(b *outline.Block) (text, other int32) {
	if b.In&(outline.InNav|outline.InFooter|outline.InAside|outline.InForm|outline.InButton|outline.InHidden) != 0 {
		return 0, b.Size()
	}
	return b.Size(), 0
}

// itemRules are the blockRules of lists.
var itemRules = []struct {
	name  verdict
	drops func(j *judge, b *outline.Block, in outline.Place) bool
}{
	{"furniture", func(_ *judge, b *outline.Block, _ outline.Place) bool {
		return b.In&(outline.InNav|outline.InFooter|outline.InAside|outline.InForm|outline.InButton|outline.InHidden) != 0
	}},
	{captioned, func(_ *judge, _ *outline.Block, in outline.Place) bool { return in&outline.InCaption != 0 }},
	{recurring, func(j *judge, b *outline.Block, _ outline.Place) bool {
		return b.Size() < 60 && j.labels[j.Key(b)].times > 2
	}},
	{"no words", func(j *judge, b *outline.Block, _ outline.Place) bool {
		return bytes.IndexFunc(j.Bytes(b), prose.IsWord) < 0
	}},
	{leadIn, func(j *judge, b *outline.Block, _ outline.Place) bool {
		return b.Size() < shortBlock && phrases.IsLeadIn(j.Bytes(b), b.Link)
	}},
}
