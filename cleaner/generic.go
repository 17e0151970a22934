package cleaner

import (
	"bytes"
	"slices"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// genericArticle reads a page of no known layout, in five steps:
//
//  1. [outlineOf] lays the tree flat: text blocks, and the elements over them.
//  2. [outline.ruledOut] believes what elements are called (generic_hints.go).
//  3. [outline.container] finds the element that holds the article.
//  4. [judge.run] drops what in it is not the article, block by block, by the
//     tables of rules in generic_judge.go and of words in generic_phrases.go.
//  5. What is left becomes lead and body; titles, times, authors and tags come
//     from what the page says of itself.
//
// Every step is linear in the page's size. What has no running text, or is a
// list of other articles, is a [*NotArticleError]; but a list with a title of
// its own is read item by item (generic_items.go) where lists are wanted.
// The reasons for its fields are given only if asked for.
func genericArticle(d *Document, lists, explain bool) (article.Article, []article.Reason, error) {
	g := &genericReader{d: d, lists: lists, explain: explain}
	if err := g.read(); err != nil {
		return article.Article{}, nil, err
	}
	return g.draft.Article, g.draft.reasons, nil
}

// genericReader makes one article of one page.
type genericReader struct {
	d       *Document
	lists   bool // are read too
	explain bool
	draft   draft // for the fields that come from metadata
	kicker  string
	list    bool // it is a list, read item by item
	*judge
	ruledOut []hint         // of each block, the hint that rules it out
	tables   map[int32]bool // by element: whether it holds data
	at       []int32        // of each block of the body, its number in the outline: the first of a row
}

func (g *genericReader) read() error {
	o := &survey{outlineOf(g.d.root, g.d.address())}
	hints := o.hintsOf()
	o.structured(hints, (&judge{survey: o, titles: g.titles()}).isTitle)
	ruledOut := o.ruledOut(hints)
	found := g.printed(o, hints, ruledOut, false)
	if !found || g.size()*teaserShare < len(g.d.head.linked.Body) {
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
		g.draft.note("no body") // a photo story
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
	first := o.elems[c].first
	if parent, from, to := o.sisters(c, ruledOut); parent != c {
		c, first, end = parent, from, to
	}
	g.judge = newJudge(o, c, first, end, ruledOut, g.titles(), g.summary())
	g.short = short
	g.said = g.d.head.linked.Body
	g.run()
	g.fill("the element with the most running text and the least of anything else")
	if len(g.draft.Body) <= 1 {
		if wider := g.withCaptions(c); wider >= 0 {
			before := *g
			g.judge = newJudge(o, wider, o.elems[wider].first, o.elems[wider].last, ruledOut, g.titles(), g.summary())
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
	for e := g.elems[c].parent; e >= 0 && g.elems[e].last-g.elems[e].first <= reach; e = g.elems[e].parent {
		captions, paragraphs := 0, 0
		for i := g.elems[e].first; i < g.elems[e].last; i++ {
			switch b := &g.blocks[i]; {
			case b.in&inCaption != 0 && b.plain() >= sentenceSize:
				captions++
			case b.running() && g.ruledOut[i] == 0:
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

// isPictured tells whether there are captions enough for a photo story.
func (g *genericReader) isPictured() bool {
	n := 0
	for i := g.top; i < g.last && n < fewestPictured; i++ {
		if g.isCaption(i) && g.blocks[i].plain() >= sentenceSize {
			n++
		}
	}
	return n == fewestPictured
}

// fill makes the article of the blocks that were kept; rule tells how their
// element was chosen.
func (g *genericReader) fill(bodyRule string) {
	title, rule := g.title()
	g.draft = draft{doc: g.d, explain: g.explain, Article: article.Article{Layout: article.GenericLayout, Title: article.Text(title), Kicker: article.Text(g.kicker)}}
	g.draft.say("kicker", "what stands before the title, in an element of its own", g.kicker)
	g.draft.Body = g.body(title)
	if title != "" {
		g.draft.say("title", rule, title)
	}
	g.draft.say("lead", "the first paragraph: it stands above the body, or is what the page says of itself", string(g.draft.Lead))
	g.draft.sayAt("body", bodyRule, g.elems[g.root].node, firstBlock(g.draft.Body))
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
	return g.judge != nil && g.size() < fewWords && (g.around&inAside != 0 || g.printedTitle() == "")
}

// isNotice tells an article of short lines from what stands about on any page:
// it stands under the page's title, or there is much of it.
func (g *genericReader) isNotice() bool {
	const least = 60
	return g.size() >= fewWords || g.size() >= least && g.printedTitle() != ""
}

// metadata fills the fields that the page says of itself.
func (g *genericReader) metadata(hints []hint) {
	g.draft.setTimes(g.shownTimes())
	g.draft.setSection(nothingShown)
	g.draft.setTags(shownNames{})
	g.signed(hints)
	if g.judge != nil && !g.list {
		g.signedInText()
		g.cutBios()
	}
}

// titles are the page's names for itself, for [judge.isTitle].
func (g *genericReader) titles() []naming.Title {
	var list []naming.Title
	for _, c := range g.d.head.called() {
		t := naming.NewTitle(c.text)
		if t.Text != "" && !slices.ContainsFunc(list, func(o naming.Title) bool { return o.Text == t.Text }) {
			list = append(list, t)
		}
	}
	return list
}

// printedTitle is the first heading that is what the page calls itself.
func (g *genericReader) printedTitle() string {
	if i := g.calledTitle(); i >= 0 {
		return prose.Clean(string(g.bytes(&g.blocks[i])))
	}
	return ""
}

// calledTitle is the block of that heading, -1 where there is none. One that is
// hidden is for search engines: it counts where no other is.
func (g *genericReader) calledTitle() int32 {
	unseen := int32(-1)
	for i := range g.last {
		b := &g.blocks[i]
		switch {
		case b.in&inHeading == 0 || !g.isTitle(b):
		case b.in&inHidden == 0:
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
	if at < 0 || g.blocks[at].in&inHidden != 0 {
		if only := g.onlyTitle(); only >= 0 {
			at, rule = only, "the only h1, over the text"
		}
	}
	if at >= 0 {
		b := &g.blocks[at]
		title = dom.PrintedPlain(prose.Clean(string(g.bytes(b))))
		if b.elem >= 0 {
			var kicker string
			if kicker, title = g.d.kickerOff(title, g.elems[b.elem].node); kicker != "" {
				g.kicker = kicker
			}
		}
		return g.d.withoutPaper(g.d.completed(title)), rule
	}
	if t, r := g.d.headTitle(g.d.withoutPaper); t != "" {
		if whole := g.printedWhole(t); whole != "" {
			return whole, "what is printed over the text and begins like the title of the head"
		}
		return t, r
	}
	for i := range g.last {
		if b := &g.blocks[i]; b.in&inTitle != 0 {
			return dom.PrintedPlain(prose.Clean(string(g.bytes(b)))), "the first h1"
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
		b := &g.blocks[i]
		if b.in&inHeading == 0 {
			continue
		}
		headings++
		switch {
		case !g.mayBeTitle(b):
		case b.in&inTitle == 0 && namesTitle(g.elems[b.elem].node):
			if other >= 0 {
				other = int32(len(g.blocks))
			} else {
				other = i
			}
		case b.in&inTitle == 0:
		case only >= 0:
			return -1
		default:
			only = i
		}
	}
	if only < 0 && other < int32(len(g.blocks)) {
		return other
	}
	return only
}

// mayBeTitle tells a heading that may be the article's, and not the
// newspaper's name or that of a section, which stand on its other pages.
func (g *genericReader) mayBeTitle(b *textBlock) bool {
	const enough, longest = 3, 600 // words that are no mere name; bytes
	if b.in&inHidden != 0 || b.size() > longest || b.elem < 0 || b.link*2 > b.size() && !g.linksHere(g.elems[b.elem].node) {
		return false
	}
	t := prose.Clean(string(g.bytes(b)))
	if naming.SaysPaper(t) || g.d.isOwn(t) || g.d.isSection(t) {
		return false
	}
	if strings.Count(t, " ")+1 >= enough {
		return true
	}
	slug := "/" + strings.ReplaceAll(prose.WithoutMarks(t), " ", "-")
	return !strings.Contains(g.d.address(), slug+"/") && !strings.HasSuffix(g.d.address(), slug) && !slices.ContainsFunc(g.blocks, func(o textBlock) bool {
		return o.link*2 > o.size() && prose.SameWords(string(g.bytes(&o)), t)
	})
}

// linksHere tells an element whose link leads to the page itself.
func (g *genericReader) linksHere(n *html.Node) bool {
	a := dom.Find(n, func(c *html.Node) bool { return c.DataAtom == atom.A })
	return a != nil && g.d.absolute(dom.Attr(a, "href")) == g.d.address()
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
		if b := &g.blocks[i]; b.size() <= maxTitle && b.link*2 <= b.size() {
			if t := prose.Clean(string(g.bytes(b))); naming.GoesOn(title, t) || naming.IsNamedBehind(title, t) {
				return t
			}
		}
	}
	return ""
}

// textBegins is the first paragraph that is kept.
func (g *genericReader) textBegins() int32 {
	i := g.first
	for i < g.last && !(g.keeps(i) && g.blocks[i].running()) {
		i++
	}
	return i
}

// summary is the page's description of itself, squashed.
func (g *genericReader) summary() string {
	return prose.Squash(strings.TrimRight(g.d.head.first("og:description", "description"), ".… "))
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
		text := prose.Clean(string(g.bytes(&g.blocks[i])))
		if len(blocks) == 0 && g.draft.Lead == "" && prose.SameWords(text, title) {
			i++
			continue
		}
		kind := kindOfPlace(g.in(i))
		if kind == article.Subhead && g.blocks[i].full && g.blocks[i].size() >= paragraphSize {
			kind = article.Paragraph // a lead that is marked as a heading
		}
		if len(blocks) == 0 && g.draft.Lead == "" && kind != article.Item && (i < g.top || i == g.lead || kind == article.Paragraph && g.blocks[i].in&inHeading != 0 || summary != "" && prose.Squash(text) == summary || g.leads(i)) {
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

// leads tells whether block i, the article's first, is its lead, by what its
// element calls itself, by bold type, or because it stands in an element of its
// own beside that of the text.
func (g *genericReader) leads(i int32) bool {
	const least = 40 // bytes of a sentence
	b := &g.blocks[i]
	if b.size() < least || b.in&(inItem|inQuote|inCell|inPre) != 0 {
		return false
	}
	next := i + 1
	for next < g.last && !g.keeps(next) {
		next++
	}
	if next == g.last {
		return b.sentence() && g.isPictured()
	}
	if b.bold >= b.size() && b.sentence() && g.blocks[next].bold < g.blocks[next].size() && g.titleLineAbove(i) {
		return true // of an e-magazine
	}
	if b.strong == b.size() && b.plain() >= prose.ShortParagraph && (b.full || b.size() >= 2*prose.ShortParagraph) && g.blocks[next].strong < g.blocks[next].size() {
		return true
	}
	if b.bold >= b.size() && b.strong == 0 && b.size() >= prose.ShortParagraph && g.blocks[next].bold < g.blocks[next].size() &&
		prose.Language(string(g.bytes(b))) == "vi" {
		return true // in italics
	}
	own := int32(-1) // the widest element of its own
	for e := b.elem; e > g.root && g.elems[e].last <= next && g.elems[e].first >= g.first; e = g.elems[e].parent {
		if own = e; saysLead(g.elems[e].node) && b.sentence() {
			return true
		}
	}
	return own >= 0 && b.sentence() && (g.elems[own].node.DataAtom != atom.P || dom.Attr(g.elems[own].node, "class") != "") && g.standsBeside(own, next)
}

// standsBeside tells whether the text that begins with block next stands in one
// element beside another: that of a lead.
func (g *genericReader) standsBeside(own, next int32) bool {
	e := g.blocks[next].elem
	for e >= 0 && g.elems[e].parent != g.elems[own].parent {
		e = g.elems[e].parent
	}
	if e < 0 || g.elems[e].node.DataAtom == atom.P {
		return false
	}
	inside, all := 0, 0
	for i := next; i < g.last; i++ {
		if g.keeps(i) {
			all++
			if i < g.elems[e].last {
				inside++
			}
		}
	}
	return inside > 1 && inside*4 >= all*3
}

// titleLineAbove tells whether the title stands right above block i as a line of
// the text, as e-magazines have it.
func (g *genericReader) titleLineAbove(i int32) bool {
	const reach = 3
	for k := i - 1; k >= max(g.first, i-reach); k-- {
		if b := &g.blocks[k]; b.in&inHeading == 0 && b.size() <= maxTitle && prose.SameWords(string(g.bytes(b)), string(g.draft.Title)) {
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
	if e := g.blocks[i].elem; e >= 0 {
		tag, rest = placeTag(g.elems[e].node, text)
	}
	if tag == "" {
		tag, rest = g.draft.partDateline(text)
	}
	if tag != "" && rest != "" {
		g.draft.Dateline, text = article.Text(tag), rest
	}
	if rest, ok := strings.CutPrefix(text, "- "); ok && tag == "" && !g.dashFollows(i) { // what is left of a dateline
		text = strings.TrimSpace(rest)
	}
	g.draft.Lead = article.Text(text)
}

// dashFollows tells whether the block behind i begins with a dash too: those of
// a dialogue, or of a list.
func (g *genericReader) dashFollows(i int32) bool {
	for i++; i < g.last && !g.keeps(i); i++ {
	}
	return i < g.last && bytes.IndexAny(g.bytes(&g.blocks[i]), "-–—") == 0
}

// isSubhead tells a bold line above a paragraph that is not.
func (g *genericReader) isSubhead(i int32) bool {
	const longest = 150
	b := &g.blocks[i]
	if b.strong < b.size() || b.size() > 3*longest || b.link*2 > b.size() || !looksSubhead(string(g.bytes(b))) {
		return false
	}
	next := i + 1
	for next < g.last && !g.keeps(next) {
		next++
	}
	return next < g.last && g.blocks[next].strong < g.blocks[next].size()
}

func kindOfPlace(in place) article.BlockKind {
	switch {
	case in&inHeading != 0:
		return article.Subhead
	case in&inItem != 0:
		return article.Item
	case in&inQuote != 0:
		return article.Quote
	}
	return article.Paragraph
}

// row is the row of a table of data that block i stands in, and where it ends; i
// where it stands in none. A cell may hold several blocks, or none.
func (g *genericReader) row(i int32) (line string, end int32) {
	if g.blocks[i].in&inCell == 0 {
		return "", i
	}
	tr := g.blocks[i].elem
	for tr > g.root && g.elems[tr].node.DataAtom != atom.Tr {
		tr = g.elems[tr].parent
	}
	if tr <= g.root || !g.isDataRow(tr) {
		return "", i
	}
	end = min(g.elems[tr].last, g.last)
	texts := map[*html.Node][]string{} // of cells
	for k := max(g.elems[tr].first, g.first); k < end; k++ {
		switch g.verdicts[k] {
		case kept, "no words", "links", "repeated":
		default:
			continue
		}
		cell := g.blocks[k].elem
		for g.elems[cell].parent > tr {
			cell = g.elems[cell].parent
		}
		n := g.elems[cell].node
		texts[n] = append(texts[n], prose.Clean(string(g.bytes(&g.blocks[k]))))
	}
	var cells []string
	for c := g.elems[tr].node.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			cells = append(cells, strings.Join(texts[c], " "))
		}
	}
	return dom.RowText(cells), end
}

// isDataRow tells whether a table row's table holds data.
func (g *genericReader) isDataRow(tr int32) bool {
	e := g.elems[tr].parent
	for e > g.root && g.elems[e].node.DataAtom != atom.Table {
		e = g.elems[e].parent
	}
	if e <= g.root {
		return false
	}
	data, known := g.tables[e]
	if !known {
		if g.tables == nil {
			g.tables = map[int32]bool{}
		}
		data = dom.IsDataTable(g.elems[e].node)
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
		for ; next < len(g.outline.pictures) && g.outline.pictures[next].at <= i; next++ {
			picture = dom.PictureKey(dom.LargestPicture(g.outline.pictures[next].node))
		}
		if !g.isCaption(i) {
			i++
			continue
		}
		var parts []string
		for end := g.captionEnd(i); i < end; i++ {
			if t := prose.Clean(string(g.bytes(&g.blocks[i]))); t != "" && g.isCaption(i) {
				parts = append(parts, t)
			}
		}
		text := strings.Join(parts, " ")
		if key := prose.Squash(text); key != "" && !seen[key+" "+picture] && !isFurnitureCaption(text) {
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
	for e, up := g.blocks[i].elem, 0; e >= 0 && up < 4 && g.elems[e].first == i && !g.elems[e].pictured; e, up = g.elems[e].parent, up+1 {
		if n := g.elems[e].node; n.DataAtom == atom.Figcaption || dom.PictureBoxOf(n) == dom.CaptionBox {
			end = g.elems[e].last
		}
	}
	return min(end, g.last)
}

func (g *genericReader) isCaption(i int32) bool {
	return g.verdicts[i] == captioned || g.verdicts[i] == hinted && g.ruledOut[i]&hintCaption != 0 && g.blocks[i].in&inHidden == 0
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
		b := &g.blocks[i]
		switch {
		case g.verdicts[i] == hinted || b.in&(inNav|inFooter) != 0:
		case b.link*2 > b.size() && b.local == 0 && b.away == 0 && (b.in&inHeading != 0 && b.link >= name || !titled && b.link >= headline):
			cards++
			most, run = max(most, run), 0
		case g.keeps(i) && b.running():
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
	linked := &g.d.head.linked
	body := bodyText(linked.Body)
	if len(body) < least || tooManyLines(body) {
		return false
	}
	g.judge = nil // what was printed is no article
	title, rule := g.d.headTitle(g.d.withoutPaper)
	g.draft = draft{doc: g.d, explain: g.explain, Article: article.Article{Layout: article.GenericLayout, Title: article.Text(title), Notes: []string{"body taken from JSON-LD"}}}
	for line := range strings.SplitSeq(body, "\n") {
		if line = prose.Clean(line); line != "" {
			g.draft.Body = append(g.draft.Body, article.Block{Kind: article.Paragraph, Text: line})
		}
	}
	g.draft.say("title", rule, title)
	g.draft.say("body", "articleBody in the page's JSON-LD: the page itself shows none", firstBlock(g.draft.Body))
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
