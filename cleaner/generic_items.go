package cleaner

import (
	"bytes"

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
	g.judge = newJudge(o, c, o.elems[c].first, o.elems[c].last, ruledOut, g.titles(), g.summary())
	linked := 0
	for i := g.first; i < g.last; i++ {
		if !g.keeps(i) {
			continue
		}
		b, in := &g.blocks[i], g.in(i)
		for k := range itemRules {
			if itemRules[k].drops(g.judge, b, in) {
				g.verdicts[i] = itemRules[k].name
				break
			}
		}
		if g.keeps(i) && b.link*2 > b.size() {
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
	g.draft.note("a list of other pages, read item by item")
	return len(g.draft.Body) > 0
}

// weighItem is [weigh] for lists: a link is what they are made of.
func weighItem(b *textBlock) (text, other int32) {
	if b.in&(inNav|inFooter|inAside|inForm|inButton|inHidden) != 0 {
		return 0, b.size()
	}
	return b.size(), 0
}

// itemRules are the blockRules of lists.
var itemRules = []struct {
	name  verdict
	drops func(j *judge, b *textBlock, in place) bool
}{
	{"furniture", func(_ *judge, b *textBlock, _ place) bool {
		return b.in&(inNav|inFooter|inAside|inForm|inButton|inHidden) != 0
	}},
	{captioned, func(_ *judge, _ *textBlock, in place) bool { return in&inCaption != 0 }},
	{recurring, func(j *judge, b *textBlock, _ place) bool {
		return b.size() < 60 && j.labels[j.key(b)].times > 2
	}},
	{"no words", func(j *judge, b *textBlock, _ place) bool { return bytes.IndexFunc(j.bytes(b), prose.IsWord) < 0 }},
	{leadIn, func(j *judge, b *textBlock, _ place) bool {
		return b.size() < shortBlock && phrases.IsLeadIn(j.bytes(b), b.link)
	}},
}
