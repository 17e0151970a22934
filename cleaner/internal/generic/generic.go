package generic

import (
	"bytes"
	"slices"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Read reads a page of no known layout, in five steps:
//
//  1. [outline.Of] lays the tree flat: text blocks, and the elements over them.
//  2. [survey.ruledOut] believes what elements are called (hints.go).
//  3. [survey.container] finds the element that holds the article.
//  4. [judge.run] drops what in it is not the article, block by block, by the
//     tables of rules in judge.go and of words in package phrases.
//  5. What is left becomes lead and body; titles, times, authors and tags come
//     from what the page says of itself.
//
// Every step is linear in the page's size. What has no running text, or is a
// list of other articles, is a [*article.NotArticleError]; but a list with a title of
// its own is read item by item (items.go) where lists are wanted.
// The reasons for its fields are given only if asked for.
func Read(d *pages.Document, lists, explain bool) (*draft.Draft, error) {
	g := &genericReader{d: d, lists: lists, explain: explain}
	if err := g.read(); err != nil {
		return nil, err
	}
	return &g.draft, nil
}

// genericReader makes one article of one page.
type genericReader struct {
	d       *pages.Document
	lists   bool // are read too
	explain bool
	draft   draft.Draft // for the fields that come from metadata
	kicker  string
	list    bool // it is a list, read item by item
	*judge
	ruledOut []hint         // of each block, the hint that rules it out
	tables   map[int32]bool // by element: whether it holds data
	at       []int32        // of each block of the body, its number in the outline: the first of a row
}

func (g *genericReader) read() error {
	o := &survey{outline.Of(g.d.Root, g.d.Address())}
	hints := o.hintsOf()
	o.structured(hints, (&judge{survey: o, titles: g.titles()}).isTitle)
	ruledOut := o.ruledOut(hints)
	found := g.printed(o, hints, ruledOut, false)
	if !found || g.size()*teaserShare < len(g.d.Head.Linked.Body) {
		found = g.linked() || found
	}
	if !found || g.beside() {
		before := *g
		if g.printed(o, hints, ruledOut, true) && g.isNotice() {
			found = true
		} else {
			*g = before
		}
	}
	if g.isSection(o) {
		return &article.NotArticleError{Reason: "a list"}
	}
	isList := found && g.judge != nil && g.isList()
	if (!found || isList) && g.lists && g.items(o, hints, ruledOut) {
		found, isList = true, false
	}
	if !found {
		return &article.NotArticleError{Reason: "no running text"}
	}
	if isList {
		return &article.NotArticleError{Reason: "a list"}
	}
	if len(g.draft.Body) == 0 {
		g.draft.Note("no body") // a photo story
	}
	g.metadata(hints)
	g.besideText(hints)
	return nil
}

// printed reads the article that the page shows, and tells whether it has one.
// short looks for one of short lines.
func (g *genericReader) printed(o *survey, hints, ruledOut []hint, short bool) bool {
	g.ruledOut = ruledOut
	weighs := weigh
	if short {
		weighs = weighShort
	}
	c, end := o.container(hints, ruledOut, weighs)
	if c < 0 {
		return false
	}
	first := o.Elems[c].First
	if parent, from, to := o.sisters(c, ruledOut); parent != c {
		c, first, end = parent, from, to
	}
	g.judge = newJudge(o, c, first, end, ruledOut, g.titles(), g.summary())
	g.short = short
	g.said = g.d.Head.Linked.Body
	g.run()
	g.fill("the element with the most running text and the least of anything else")
	if len(g.draft.Body) <= 1 {
		if wider := g.withCaptions(c); wider >= 0 {
			before := *g
			g.judge = newJudge(o, wider, o.Elems[wider].First, o.Elems[wider].Last, ruledOut, g.titles(), g.summary())
			g.short = short
			g.run()
			g.fill("the element that holds a lead, and pictures with their captions")
			if !g.isPhotoStory() {
				*g = before
			}
		}
	}
	return len(g.draft.Body) > 0 || g.isPhotoStory()
}

// fewestPictured are as many captions as make a photo story.
const fewestPictured = 2

// withCaptions is the element round c that holds the captions of a photo story
// besides, and little other text; -1 where there is none.
func (g *genericReader) withCaptions(c int32) int32 {
	const reach, most = 200, 2 // blocks, paragraphs
	for e := g.Elems[c].Parent; e >= 0 && g.Elems[e].Last-g.Elems[e].First <= reach; e = g.Elems[e].Parent {
		captions, paragraphs := 0, 0
		for i := g.Elems[e].First; i < g.Elems[e].Last; i++ {
			switch b := &g.Blocks[i]; {
			case b.In&outline.InCaption != 0 && b.Plain() >= outline.SentenceSize:
				captions++
			case b.Running() && g.ruledOut[i] == 0:
				paragraphs++
			}
		}
		if paragraphs > most {
			return -1
		}
		if captions >= fewestPictured {
			return e
		}
	}
	return -1
}

// isPhotoStory tells an article that is a lead and captions.
func (g *genericReader) isPhotoStory() bool {
	return len(g.draft.Body) == 0 && g.draft.Lead != "" && g.isPictured()
}

// isPictured reports whether there are captions enough for a photo story.
func (g *genericReader) isPictured() bool {
	n := 0
	for i := g.top; i < g.last && n < fewestPictured; i++ {
		if g.isCaption(i) && g.Blocks[i].Plain() >= outline.SentenceSize {
			n++
		}
	}
	return n == fewestPictured
}

// fill makes the article of the blocks that were kept; rule tells how their
// element was chosen.
func (g *genericReader) fill(bodyRule string) {
	title, rule := g.title()
	g.draft = *draft.New(g.d, nil, g.explain)
	g.draft.Article = article.Article{Layout: article.GenericLayout, Title: article.Text(title), Kicker: article.Text(g.kicker)}
	g.draft.Say("kicker", "what stands before the title, in an element of its own", g.kicker)
	g.draft.Body = g.body(title)
	if title != "" {
		g.draft.Say("title", rule, title)
	}
	g.draft.Say("lead", "the first paragraph: it stands above the body, or is what the page says of itself", string(g.draft.Lead))
	g.draft.SayAt("body", bodyRule, g.Elems[g.root].Node, draft.FirstBlock(g.draft.Body))
	g.draft.Captions = g.captionTexts()
}

// teaserShare is how many times more text JSON-LD must give than the page shows
// to be believed before it: then that is but a teaser, or stands beside.
const teaserShare = 3

// fewWords is less than what articles have, but for notices and news in brief.
const fewWords = 500

// size is how long the article's text is.
func (g *genericReader) size() int {
	n := len(g.draft.Lead)
	for i := range g.draft.Body {
		n += len(g.draft.Body[i].Text)
	}
	return n
}

// beside tells a few words that may stand beside the article, for they stand
// in an aside or have no title over them.
func (g *genericReader) beside() bool {
	return g.judge != nil && g.size() < fewWords && (g.around&outline.InAside != 0 || g.printedTitle() == "")
}

// isNotice tells an article of short lines from what stands about on any page:
// it stands under the page's title, or there is much of it.
func (g *genericReader) isNotice() bool {
	const least = 60
	return g.size() >= fewWords || g.size() >= least && g.printedTitle() != ""
}

// metadata fills the fields that the page says of itself.
func (g *genericReader) metadata(hints []hint) {
	g.draft.SetTimes(g.shownTimes())
	g.draft.SetSection(draft.NothingShown)
	g.draft.SetTags(draft.Shown{})
	g.signed(hints)
	if g.judge != nil && !g.list {
		g.signedInText()
		g.cutBios()
	}
}

// titles are the page's names for itself, for [judge.isTitle].
func (g *genericReader) titles() []naming.Title {
	var list []naming.Title
	for _, c := range g.d.Head.Called() {
		t := naming.NewTitle(c.Text)
		if t.Text != "" && !slices.ContainsFunc(list, func(o naming.Title) bool { return o.Text == t.Text }) {
			list = append(list, t)
		}
	}
	return list
}

// printedTitle is the first heading that is what the page calls itself.
func (g *genericReader) printedTitle() string {
	if i := g.calledTitle(); i >= 0 {
		return prose.Clean(string(g.Bytes(&g.Blocks[i])))
	}
	return ""
}

// calledTitle is the block of that heading, -1 where there is none. One that is
// hidden is for search engines: it counts where no other is.
func (g *genericReader) calledTitle() int32 {
	unseen := int32(-1)
	for i := range g.last {
		b := &g.Blocks[i]
		switch {
		case b.In&outline.InHeading == 0 || !g.isTitle(b):
		case b.In&outline.InHidden == 0:
			return i
		case unseen < 0:
			unseen = i
		}
	}
	return unseen
}

// title is the page's headline as printed, else what the page calls itself.
// Newsrooms write another title for search engines: then the only h1 over the
// text is the headline.
func (g *genericReader) title() (title, rule string) {
	at, rule := g.calledTitle(), "the first heading that is what the page calls itself"
	if at < 0 || g.Blocks[at].In&outline.InHidden != 0 {
		if only := g.onlyTitle(); only >= 0 {
			at, rule = only, "the only h1, over the text"
		}
	}
	if at >= 0 {
		b := &g.Blocks[at]
		title = dom.PrintedPlain(prose.Clean(string(g.Bytes(b))))
		if b.Elem >= 0 {
			var kicker string
			if kicker, title = g.d.KickerOff(title, g.Elems[b.Elem].Node); kicker != "" {
				g.kicker = kicker
			}
		}
		return g.d.WithoutPaper(g.d.Completed(title)), rule
	}
	if t, r := g.d.HeadTitle(g.d.WithoutPaper); t != "" {
		if whole := g.printedWhole(t); whole != "" {
			return whole, "what is printed over the text and begins like the title of the head"
		}
		return t, r
	}
	for i := range g.last {
		if b := &g.Blocks[i]; b.In&outline.InTitle != 0 {
			return dom.PrintedPlain(prose.Clean(string(g.Bytes(b)))), "the first h1"
		}
	}
	return "", ""
}

// onlyTitle is the only h1 over the text that is no name of a newspaper or a
// section, else the only heading there that calls itself the headline; -1 where
// there is none.
func (g *genericReader) onlyTitle() int32 {
	const most = 20 // headings over a text
	only, other, headings := int32(-1), int32(-1), 0
	for i, end := g.first, g.textBegins(); i < end && headings < most; i++ {
		b := &g.Blocks[i]
		if b.In&outline.InHeading == 0 {
			continue
		}
		headings++
		switch {
		case !g.mayBeTitle(b):
		case b.In&outline.InTitle == 0 && namesTitle(g.Elems[b.Elem].Node):
			if other >= 0 {
				other = int32(len(g.Blocks))
			} else {
				other = i
			}
		case b.In&outline.InTitle == 0:
		case only >= 0:
			return -1
		default:
			only = i
		}
	}
	if only < 0 && other < int32(len(g.Blocks)) {
		return other
	}
	return only
}

// mayBeTitle tells a heading that may be the article's, and not the
// newspaper's name or that of a section, which stand on its other pages.
func (g *genericReader) mayBeTitle(b *outline.Block) bool {
	const enough, longest = 3, 600 // words that are no mere name; bytes
	if b.In&outline.InHidden != 0 || b.Size() > longest || b.Elem < 0 || b.Link*2 > b.Size() && !g.linksHere(g.Elems[b.Elem].Node) {
		return false
	}
	t := prose.Clean(string(g.Bytes(b)))
	if naming.SaysPaper(t) || g.d.IsOwn(t) || g.d.IsSection(t) {
		return false
	}
	if strings.Count(t, " ")+1 >= enough {
		return true
	}
	slug := "/" + strings.ReplaceAll(prose.WithoutMarks(t), " ", "-")
	return !strings.Contains(g.d.Address(), slug+"/") && !strings.HasSuffix(g.d.Address(), slug) && !slices.ContainsFunc(g.Blocks, func(o outline.Block) bool {
		return o.Link*2 > o.Size() && prose.SameWords(string(g.Bytes(&o)), t)
	})
}

// linksHere tells an element whose link leads to the page itself.
func (g *genericReader) linksHere(n *html.Node) bool {
	a := dom.Find(n, func(c *html.Node) bool { return c.DataAtom == atom.A })
	return a != nil && g.d.Absolute(dom.Attr(a, "href")) == g.d.Address()
}

// namesTitle tells an element that calls itself a headline.
func namesTitle(n *html.Node) bool {
	if dom.Attr(n, "itemprop") == "headline" {
		return true
	}
	class := dom.Attr(n, "class")
	return strings.Contains(class, "headline") || strings.Contains(class, "title") || strings.Contains(class, "tieu-de") || strings.Contains(class, "tieude")
}

// printedWhole is the title of the head, which was cut or has a name behind it,
// as it is printed over the text in an element that is no heading; "" where it
// is not.
func (g *genericReader) printedWhole(title string) string {
	for i, end := max(0, g.first-leadReach), min(g.last, g.textBegins()+1); i < end; i++ {
		if b := &g.Blocks[i]; b.Size() <= phrases.MaxTitle && b.Link*2 <= b.Size() {
			if t := prose.Clean(string(g.Bytes(b))); naming.GoesOn(title, t) || naming.IsNamedBehind(title, t) {
				return t
			}
		}
	}
	return ""
}

// textBegins is the first paragraph that is kept.
func (g *genericReader) textBegins() int32 {
	i := g.first
	for i < g.last && !(g.keeps(i) && g.Blocks[i].Running()) {
		i++
	}
	return i
}

// summary is the page's description of itself, squashed.
func (g *genericReader) summary() string {
	return prose.Squash(strings.TrimRight(g.d.Head.First("og:description", "description"), ".… "))
}

// body turns the blocks that were kept into lead and body, but the title where
// it stands over them once more, in an element that is no heading.
func (g *genericReader) body(title string) []article.Block {
	var blocks []article.Block
	g.at = g.at[:0:0]
	summary := g.summary()
	for i := g.first; i < g.last; {
		if !g.keeps(i) {
			i++
			continue
		}
		if line, end := g.row(i); end > i {
			if line != "" {
				blocks = append(blocks, article.Block{Kind: article.Row, Text: line})
				g.at = append(g.at, i)
			}
			i = end
			continue
		}
		text := prose.Clean(string(g.Bytes(&g.Blocks[i])))
		if len(blocks) == 0 && g.draft.Lead == "" && prose.SameWords(text, title) {
			i++
			continue
		}
		kind := kindOfPlace(g.in(i))
		if kind == article.Subhead && g.Blocks[i].Full && g.Blocks[i].Size() >= outline.ParagraphSize {
			kind = article.Paragraph // a lead that is marked as a heading
		}
		if len(blocks) == 0 && g.draft.Lead == "" && kind != article.Item && (i < g.top || i == g.lead || kind == article.Paragraph && g.Blocks[i].In&outline.InHeading != 0 || summary != "" && prose.Squash(text) == summary || g.leads(i)) {
			g.setLead(i, text)
		} else if text != "" {
			if kind == article.Paragraph && g.isSubhead(i) {
				kind = article.Subhead
			}
			blocks = append(blocks, article.Block{Kind: kind, Text: text})
			g.at = append(g.at, i)
		}
		i++
	}
	if len(blocks) == 0 && g.draft.Lead != "" && !g.isPhotoStory() { // a flash of one paragraph
		blocks = []article.Block{{Kind: article.Paragraph, Text: string(g.draft.Lead)}}
		g.draft.Lead = ""
	}
	return blocks
}

// leads reports whether block i, the article's first, is its lead, by what its
// element calls itself, by bold type, or because it stands in an element of its
// own beside that of the text.
func (g *genericReader) leads(i int32) bool {
	const least = 40 // bytes of a sentence
	b := &g.Blocks[i]
	if b.Size() < least || b.In&(outline.InItem|outline.InQuote|outline.InCell|outline.InPre) != 0 {
		return false
	}
	next := i + 1
	for next < g.last && !g.keeps(next) {
		next++
	}
	if next == g.last {
		return b.Sentence() && g.isPictured()
	}
	if b.Bold >= b.Size() && b.Sentence() && g.Blocks[next].Bold < g.Blocks[next].Size() && g.titleLineAbove(i) {
		return true // of an e-magazine
	}
	if b.Strong == b.Size() && b.Plain() >= prose.ShortParagraph && (b.Full || b.Size() >= 2*prose.ShortParagraph) && g.Blocks[next].Strong < g.Blocks[next].Size() {
		return true
	}
	if b.Bold >= b.Size() && b.Strong == 0 && b.Size() >= prose.ShortParagraph && g.Blocks[next].Bold < g.Blocks[next].Size() &&
		prose.Language(string(g.Bytes(b))) == "vi" {
		return true // in italics
	}
	own := int32(-1) // the widest element of its own
	for e := b.Elem; e > g.root && g.Elems[e].Last <= next && g.Elems[e].First >= g.first; e = g.Elems[e].Parent {
		if own = e; saysLead(g.Elems[e].Node) && b.Sentence() {
			return true
		}
	}
	return own >= 0 && b.Sentence() && (g.Elems[own].Node.DataAtom != atom.P || dom.Attr(g.Elems[own].Node, "class") != "") && g.standsBeside(own, next)
}

// standsBeside reports whether the text that begins with block next stands in one
// element beside another: that of a lead.
func (g *genericReader) standsBeside(own, next int32) bool {
	e := g.Blocks[next].Elem
	for e >= 0 && g.Elems[e].Parent != g.Elems[own].Parent {
		e = g.Elems[e].Parent
	}
	if e < 0 || g.Elems[e].Node.DataAtom == atom.P {
		return false
	}
	inside, all := 0, 0
	for i := next; i < g.last; i++ {
		if g.keeps(i) {
			all++
			if i < g.Elems[e].Last {
				inside++
			}
		}
	}
	return inside > 1 && inside*4 >= all*3
}

// titleLineAbove reports whether the title stands right above block i as a line of
// the text, as e-magazines have it.
func (g *genericReader) titleLineAbove(i int32) bool {
	const reach = 3
	for k := i - 1; k >= max(g.first, i-reach); k-- {
		if b := &g.Blocks[k]; b.In&outline.InHeading == 0 && b.Size() <= phrases.MaxTitle && prose.SameWords(string(g.Bytes(b)), string(g.draft.Title)) {
			return true
		}
	}
	return false
}

// saysLead tells an element that calls itself the lead, in the words of
// newsrooms.
func saysLead(n *html.Node) bool {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "class", "id", "itemprop", "data-role":
			for _, w := range strings.FieldsFunc(strings.ToLower(a.Val), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }) {
				switch w {
				case "sapo", "summary", "standfirst", "lead", "lede", "dek", "intro", "desc", "description", "excerpt", "brief", "briefnews", "head", "headline", "initnewscontent", "chapeau", "chappeau", "tomtat", "abstract":
					return true
				}
			}
		}
	}
	return false
}

// setLead takes over block i as the lead, its dateline apart.
func (g *genericReader) setLead(i int32, text string) {
	rest := text
	tag := ""
	if e := g.Blocks[i].Elem; e >= 0 {
		tag, rest = draft.PlaceTag(g.Elems[e].Node, text)
	}
	if tag == "" {
		tag, rest = g.draft.PartDateline(text)
	}
	if tag != "" && rest != "" {
		g.draft.Dateline, text = article.Text(tag), rest
	}
	if rest, ok := strings.CutPrefix(text, "- "); ok && tag == "" && !g.dashFollows(i) { // what is left of a dateline
		text = strings.TrimSpace(rest)
	}
	g.draft.Lead = article.Text(text)
}

// dashFollows reports whether the block behind i begins with a dash too: those of
// a dialogue, or of a list.
func (g *genericReader) dashFollows(i int32) bool {
	for i++; i < g.last && !g.keeps(i); i++ {
	}
	return i < g.last && bytes.IndexAny(g.Bytes(&g.Blocks[i]), "-–—") == 0
}

// isSubhead tells a bold line above a paragraph that is not.
func (g *genericReader) isSubhead(i int32) bool {
	const longest = 150
	b := &g.Blocks[i]
	if b.Strong < b.Size() || b.Size() > 3*longest || b.Link*2 > b.Size() || !phrases.LooksSubhead(string(g.Bytes(b))) {
		return false
	}
	next := i + 1
	for next < g.last && !g.keeps(next) {
		next++
	}
	return next < g.last && g.Blocks[next].Strong < g.Blocks[next].Size()
}

func kindOfPlace(in outline.Place) article.BlockKind {
	switch {
	case in&outline.InHeading != 0:
		return article.Subhead
	case in&outline.InItem != 0:
		return article.Item
	case in&outline.InQuote != 0:
		return article.Quote
	}
	return article.Paragraph
}

// row is the row of a table of data that block i stands in, and where it ends; i
// where it stands in none. A cell may hold several blocks, or none.
func (g *genericReader) row(i int32) (line string, end int32) {
	if g.Blocks[i].In&outline.InCell == 0 {
		return "", i
	}
	tr := g.Blocks[i].Elem
	for tr > g.root && g.Elems[tr].Node.DataAtom != atom.Tr {
		tr = g.Elems[tr].Parent
	}
	if tr <= g.root || !g.isDataRow(tr) {
		return "", i
	}
	end = min(g.Elems[tr].Last, g.last)
	texts := map[*html.Node][]string{} // of cells
	for k := max(g.Elems[tr].First, g.first); k < end; k++ {
		switch g.verdicts[k] {
		case kept, "no words", "links", "repeated":
		default:
			continue
		}
		cell := g.Blocks[k].Elem
		for g.Elems[cell].Parent > tr {
			cell = g.Elems[cell].Parent
		}
		n := g.Elems[cell].Node
		texts[n] = append(texts[n], prose.Clean(string(g.Bytes(&g.Blocks[k]))))
	}
	var cells []string
	for c := g.Elems[tr].Node.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			cells = append(cells, strings.Join(texts[c], " "))
		}
	}
	return dom.RowText(cells), end
}

// isDataRow reports whether a table row's table holds data.
func (g *genericReader) isDataRow(tr int32) bool {
	e := g.Elems[tr].Parent
	for e > g.root && g.Elems[e].Node.DataAtom != atom.Table {
		e = g.Elems[e].Parent
	}
	if e <= g.root {
		return false
	}
	data, known := g.tables[e]
	if !known {
		if g.tables == nil {
			g.tables = map[int32]bool{}
		}
		data = dom.IsDataTable(g.Elems[e].Node)
		g.tables[e] = data
	}
	return data
}

// captionTexts are the captions inside the article: what stands in one figcaption
// is one, and what stands twice under one picture.
func (g *genericReader) captionTexts() []string {
	var list []string
	seen := map[string]bool{}
	next, picture := 0, "" // the picture above
	for i := g.first; i < g.last; {
		for ; next < len(g.Outline.Pictures) && g.Outline.Pictures[next].At <= i; next++ {
			picture = dom.PictureKey(dom.LargestPicture(g.Outline.Pictures[next].Node))
		}
		if !g.isCaption(i) {
			i++
			continue
		}
		var parts []string
		for end := g.captionEnd(i); i < end; i++ {
			if t := prose.Clean(string(g.Bytes(&g.Blocks[i]))); t != "" && g.isCaption(i) {
				parts = append(parts, t)
			}
		}
		text := strings.Join(parts, " ")
		if key := prose.Squash(text); key != "" && !seen[key+" "+picture] && !phrases.IsFurnitureCaption(text) {
			seen[key+" "+picture] = true
			list = append(list, text)
		}
	}
	return list
}

// captionEnd is where the element ends that is marked as the caption that block i
// begins, i+1 where none is.
func (g *genericReader) captionEnd(i int32) int32 {
	end := i + 1
	for e, up := g.Blocks[i].Elem, 0; e >= 0 && up < 4 && g.Elems[e].First == i && !g.Elems[e].Pictured; e, up = g.Elems[e].Parent, up+1 {
		if n := g.Elems[e].Node; n.DataAtom == atom.Figcaption || dom.PictureBoxOf(n) == dom.CaptionBox {
			end = g.Elems[e].Last
		}
	}
	return min(end, g.last)
}

func (g *genericReader) isCaption(i int32) bool {
	return g.verdicts[i] == captioned || g.verdicts[i] == hinted && g.ruledOut[i]&hintCaption != 0 && g.Blocks[i].In&outline.InHidden == 0
}

// isList tells a page that lists other articles: in what looks most like an
// article, whole blocks lead elsewhere on the site, and never do three
// paragraphs follow each other without such a block between. Where the page
// prints its own title only linked headings count: an article may be a list of
// sources. A few are enough where each paragraph stands alone under one. Links
// beside the article say nothing: every newspaper has them. Nor do the names of
// people over what they wrote in a thread.
func (g *genericReader) isList() bool {
	const longest, imprint, name, headline, fewestAlone = 2, 4, 20, 25, 3
	titled, fewest := g.printedTitle() != "", 5
	if !titled {
		fewest = 12
	}
	cards, run, most := 0, 0, 0
	for i := g.top; i < g.last; i++ {
		b := &g.Blocks[i]
		switch {
		case g.verdicts[i] == hinted || b.In&(outline.InNav|outline.InFooter) != 0:
		case b.Link*2 > b.Size() && b.Local == 0 && b.Away == 0 && (b.In&outline.InHeading != 0 && b.Link >= name || !titled && b.Link >= headline):
			cards++
			most, run = max(most, run), 0
		case g.keeps(i) && b.Running():
			if run++; cards == 0 {
				run++ // above the first card a paragraph is no teaser
			}
		}
	}
	if !titled && run <= imprint { // at the foot of a home page
		run = min(run, longest)
	}
	most = max(most, run)
	return cards >= fewest && most <= longest || cards >= fewestAlone && most == 1
}

// linked takes the article's text from JSON-LD where the page itself shows
// none: pages drawn by scripts. It tells whether there is one.
func (g *genericReader) linked() bool {
	const least = 500
	linked := &g.d.Head.Linked
	body := bodyText(linked.Body)
	if len(body) < least || phrases.TooManyLines(body) {
		return false
	}
	g.judge = nil // what was printed is no article
	title, rule := g.d.HeadTitle(g.d.WithoutPaper)
	g.draft = *draft.New(g.d, nil, g.explain)
	g.draft.Article = article.Article{Layout: article.GenericLayout, Title: article.Text(title), Notes: []string{"body taken from JSON-LD"}}
	for line := range strings.SplitSeq(body, "\n") {
		if line = prose.Clean(line); line != "" {
			g.draft.Body = append(g.draft.Body, article.Block{Kind: article.Paragraph, Text: line})
		}
	}
	g.draft.Say("title", rule, title)
	g.draft.Say("body", "articleBody in the page's JSON-LD: the page itself shows none", draft.FirstBlock(g.draft.Body))
	return true
}

// bodyText is the text of an articleBody: as text, or as markup, either of them
// escaped once more.
func bodyText(body string) string {
	for range 2 {
		before := body
		if strings.ContainsRune(body, '<') && dom.WithoutTags(body) != body {
			root, err := markup.Parse([]byte(body))
			if err != nil {
				return body
			}
			body = dom.PageText(root)
		} else {
			body = dom.Unescape(body)
		}
		if body == before {
			break
		}
	}
	return body
}
