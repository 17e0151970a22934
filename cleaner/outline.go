package cleaner

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// outline is a page laid flat: its visible text in one buffer, cut into text
// blocks, and the elements that hold them, both in document order. An element
// covers a run of blocks, so whatever is asked of a subtree is a difference of
// two prefix sums, and nothing is ever gathered twice.
type outline struct {
	text   []byte
	blocks []textBlock
	elems  []element

	pictures []placed // img elements
	tags     []placed // links that call themselves tags
	authors  []placed // inline elements that call themselves an author's name
	times    []placed // elements that say a time to machines
}

// element is one block-level element that holds text.
type element struct {
	node   *html.Node
	parent int32 // index in elems, -1 at the top
	end    int32 // index after the last element inside it
	first  int32 // its blocks are blocks[first:last]
	last   int32
	in     place

	pictured bool // a picture, a film or a recording stands in it
}

// textBlock is a stretch of text between two block boundaries.
type textBlock struct {
	start, end int32 // in outline.text, blanks collapsed, none at the ends
	elem       int32 // the innermost element that holds it
	link       int32 // bytes inside links
	local      int32 // bytes inside links to a place on the same page
	away       int32 // bytes inside links to other sites
	bold       int32 // bytes inside b, strong, i and em
	strong     int32 // bytes in bold type
	time       int32 // bytes inside time elements
	stops      int32 // marks that end sentences, and commas
	in         place
	full       bool // ends like a sentence
}

func (b *textBlock) size() int32  { return b.end - b.start }
func (b *textBlock) plain() int32 { return b.end - b.start - b.link }

func (o *outline) bytes(b *textBlock) []byte { return o.text[b.start:b.end] }

// place says inside what kinds of element a block lies.
type place uint32

const (
	inParagraph place = 1 << iota
	inHeading
	inTitle // h1
	inItem
	inCell
	inTerm // dt and dd
	inQuote
	inCaption
	inPre
	inNav
	inAside
	inFooter
	inForm
	inButton
	inMain
	inHidden // by the hidden attribute or an inline style
)

// inherited is what an element passes on to those inside it.
const inherited = ^inParagraph

// placeOf gives what each block-level element adds.
func placeOf(a atom.Atom) place {
	switch a {
	case atom.P:
		return inParagraph
	case atom.H1:
		return inHeading | inTitle
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return inHeading
	case atom.Li:
		return inItem
	case atom.Dt, atom.Dd:
		return inTerm
	case atom.Td, atom.Th:
		return inCell
	case atom.Blockquote:
		return inQuote
	case atom.Figcaption, atom.Caption:
		return inCaption
	case atom.Pre:
		return inPre
	case atom.Nav, atom.Menu:
		return inNav
	case atom.Aside:
		return inAside
	case atom.Footer:
		return inFooter
	case atom.Form, atom.Fieldset:
		return inForm
	case atom.Button:
		return inButton
	case atom.Main:
		return inMain
	}
	return 0
}

// outliner walks a tree and builds its outline.
type outliner struct {
	outline
	open  int32      // innermost open element, -1 for none
	begin int32      // where the block being gathered begins in text
	cur   textBlock  // the block being gathered
	blank bool       // a blank is owed before the next word
	broke bool       // nothing but blanks since a br
	link  *html.Node // the open link
	local bool       // the open link leads to a place on this page
	away  bool       // the open link leads to another site
	page  string     // this page's address, without fragment; "" is unknown
	host  string     // of this page, without www; "" is unknown
	bold  int32      // depth of emphasis
	heavy int32      // depth of bold type
	time  int32      // depth of time elements
}

// outlineOf walks the tree once. It does not recurse, so that no depth of
// nesting can exhaust the stack.
func outlineOf(root *html.Node, address string) *outline {
	page, _, _ := strings.Cut(address, "#")
	w := &outliner{open: -1, page: page, host: dom.HostOf(address)}
	for n := root; n != nil; {
		if w.enter(n) && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for n != nil {
			w.leave(n)
			if n == root {
				n = nil
			} else if n.NextSibling != nil {
				n = n.NextSibling
				break
			} else {
				n = n.Parent
			}
		}
	}
	w.flush()
	return &w.outline
}

// enter handles a node on the way down and tells whether to look inside.
func (w *outliner) enter(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		if !w.local || !isPermalink(n.Data) {
			w.write(n.Data)
		}
		return false
	case html.DocumentNode:
		return true
	case html.ElementNode:
	default:
		return false
	}
	if w.leaf(n) {
		return false
	}
	if !dom.IsInlineOnPage(n) {
		w.enterElement(n)
		return true
	}
	if text, ok := dom.Spelled(n); ok {
		w.write(text)
		return false
	}
	w.enterInline(n)
	return true
}

// leaf handles an element that nothing is read in, and tells whether it is one.
func (w *outliner) leaf(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Br:
		// Two br are how old pages part paragraphs.
		if w.broke {
			w.flush()
		}
		w.broke = true
		w.blank = true
		return true
	case atom.Hr:
		w.flush()
		return true
	}
	if !dom.IsUnread(n.DataAtom) {
		return false
	}
	switch n.DataAtom {
	case atom.Img:
		w.pictures = append(w.pictures, placed{n, int32(len(w.blocks))})
		w.pictured()
	case atom.Iframe, atom.Video, atom.Audio, atom.Object:
		w.pictured()
	}
	return true
}

// enterInline begins an element that stands within a line.
func (w *outliner) enterInline(n *html.Node) {
	w.timed(n)
	switch n.DataAtom {
	case atom.A:
		w.enterLink(n)
	case atom.B, atom.Strong:
		w.bold++
		w.heavy++
	case atom.I, atom.Em:
		w.bold++
	case atom.Time:
		w.time++
	case atom.Span:
		if dom.HasBoldStyle(n) {
			w.heavy++
		}
		if namesAuthor(n) {
			w.authors = append(w.authors, placed{n, int32(len(w.blocks))})
		}
	}
}

// enterLink begins a link. One within another is none.
func (w *outliner) enterLink(n *html.Node) {
	if w.link != nil || !dom.HasAttr(n, "href") {
		return
	}
	href := dom.Attr(n, "href")
	w.link, w.local, w.away = n, w.leadsHere(href), leadsAway(href, w.host)
	switch rel := dom.Attr(n, "rel"); {
	case rel == "tag":
		w.tags = append(w.tags, placed{n, int32(len(w.blocks))})
	case rel == "author" || strings.Contains(href, "/tac-gia/") || strings.Contains(href, "/author/") || namesAuthor(n):
		w.authors = append(w.authors, placed{n, int32(len(w.blocks))})
	}
}

// enterElement begins an element that stands on lines of its own.
func (w *outliner) enterElement(n *html.Node) {
	w.flush()
	w.timed(n)
	e := element{node: n, parent: w.open, first: int32(len(w.blocks)), in: placeOf(n.DataAtom)}
	if w.open >= 0 {
		e.in |= w.elems[w.open].in & inherited
	}
	if dom.IsHidden(n) || unseen(n) && !w.unfolds() {
		e.in |= inHidden
	}
	w.open = int32(len(w.elems))
	w.elems = append(w.elems, e)
}

// timed keeps an element that says a time to machines.
func (w *outliner) timed(n *html.Node) {
	for i := range n.Attr {
		if a := &n.Attr[i]; len(a.Key) >= len("title") && a.Key != "class" && a.Key != "style" && dom.SaysTime(a.Key) && strings.ContainsAny(a.Val, "0123456789") {
			w.times = append(w.times, placed{n, int32(len(w.blocks))})
			return
		}
	}
}

// isPermalink tells the mark by which a heading links to itself.
func isPermalink(text string) bool {
	switch strings.TrimSpace(text) {
	case "¶", "#", "§":
		return true
	}
	return false
}

// leave handles a node on the way up.
func (w *outliner) leave(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	if w.open >= 0 && w.elems[w.open].node == n {
		w.flush()
		e := &w.elems[w.open]
		parent := e.parent
		e.last = int32(len(w.blocks))
		if e.first == e.last {
			w.elems = w.elems[:w.open] // holds no text, nor does anything inside it
		} else {
			e.end = int32(len(w.elems))
			w.captions(w.open)
		}
		w.open = parent
		return
	}
	if n == w.link {
		w.link, w.local, w.away = nil, false, false
	}
	switch n.DataAtom {
	case atom.B, atom.Strong:
		if _, ok := dom.Spelled(n); !ok {
			w.bold--
			w.heavy--
		}
	case atom.I, atom.Em:
		if _, ok := dom.Spelled(n); !ok {
			w.bold--
		}
	case atom.Span:
		if dom.HasBoldStyle(n) {
			if _, ok := dom.Spelled(n); !ok {
				w.heavy--
			}
		}
	case atom.Time:
		if _, ok := dom.Spelled(n); !ok {
			w.time--
		}
	}
}

// pictured marks the elements round a picture that may be its frame.
func (w *outliner) pictured() {
	const most = 8
	for e, i := w.open, 0; e >= 0 && i < most; e, i = w.elems[e].parent, i+1 {
		w.elems[e].pictured = true
	}
}

// captions marks what stands in an element as captions, where it frames a
// picture and holds nothing else: a figure, a box that its class says to be one, a
// table that sets pictures in their places. As [bodyReader.figure] and others
// do for layouts.
func (w *outliner) captions(i int32) {
	const mostBlocks, mostElems, longest = 64, 128, dom.LongestCaption * 4 / 3 // in bytes
	e := &w.elems[i]
	if !e.pictured || e.last-e.first > mostBlocks || e.end-i > mostElems {
		return
	}
	box := dom.NoBox
	switch e.node.DataAtom {
	case atom.Figure, atom.Table:
	default:
		if box = dom.PictureBoxOf(e.node); box == dom.NoBox {
			return
		}
	}
	var all, link int32
	for k := e.first; k < e.last; k++ {
		b := &w.blocks[k]
		if b.size() > longest || b.in&(inHeading|inQuote|inPre) != 0 {
			return
		}
		all += b.size()
		link += b.link
	}
	tables := 0
	for k := i; k < e.end; k++ {
		if w.elems[k].node.DataAtom == atom.Table {
			tables++
		}
	}
	switch {
	case box == dom.FrameBox && (all > longest/2 || link*2 > all || e.last-e.first > 3), box == dom.CaptionBox && all > longest:
		return
	case e.node.DataAtom == atom.Table:
		if tables > 1 || all > longest || link*2 > all {
			return
		}
		if t := dom.ReadTable(e.node); !t.Arranges() {
			return
		}
	case tables > 1:
		return
	case tables > 0:
		for k := i; k < e.end; k++ {
			if n := w.elems[k].node; n.DataAtom == atom.Table && dom.IsDataTable(n) {
				return
			}
		}
	}
	for k := e.first; k < e.last; k++ {
		w.blocks[k].in |= inCaption
	}
}

// write adds text to the block being gathered, blanks collapsed.
func (w *outliner) write(s string) {
	from := len(w.text)
	for i := 0; i < len(s); {
		if k := blankAt(s[i:]); k > 0 {
			w.blank = true
			i += k
			continue
		}
		if r, k := utf8.DecodeRuneInString(s[i:]); r >= 0xad && prose.IsInvisible(r) {
			i += k
			continue
		}
		j := i + 1
		for j < len(s) && s[j] > ' ' && s[j] < utf8.RuneSelf {
			j++
		}
		for j < len(s) && blankAt(s[j:]) == 0 {
			j++
			for j < len(s) && !utf8.RuneStart(s[j]) {
				j++
			}
		}
		if w.broke && beginsLine(s[i:]) {
			w.flush()
		}
		if w.blank && len(w.text) > int(w.begin) {
			w.text = append(w.text, ' ')
		}
		w.blank, w.broke = false, false
		w.text = append(w.text, s[i:j]...)
		i = j
	}
	n := int32(len(w.text) - from)
	if w.link != nil {
		w.cur.link += n
		if w.local {
			w.cur.local += n
		}
		if w.away {
			w.cur.away += n
		}
	}
	if w.bold > 0 {
		w.cur.bold += n
	}
	if w.heavy > 0 {
		w.cur.strong += n
	}
	if w.time > 0 {
		w.cur.time += n
	}
}

// beginsLine tells what stands on a line of its own where old pages break
// lines only once: a mark before a link to another article, a source.
func beginsLine(s string) bool {
	return strings.HasPrefix(s, ">") || strings.HasPrefix(s, "»") || strings.HasPrefix(s, "Theo ") || strings.HasPrefix(s, "(Theo ")
}

// blankAt is the length of the blank that s begins with, 0 for none.
func blankAt(s string) int {
	switch c := s[0]; {
	case c <= ' ':
		return 1
	case c == 0xC2 && len(s) > 1 && s[1] == 0xA0: // no-break space
		return 2
	case c == 0xE2 && len(s) > 2 && s[1] == 0x80 && (s[2] <= 0x8A || s[2] == 0xA8 || s[2] == 0xA9 || s[2] == 0xAF):
		return 3 // U+2000 to U+200A, line and paragraph separator, narrow no-break space
	case c == 0xE3 && strings.HasPrefix(s, "\u3000"): // ideographic space
		return 3
	}
	return 0
}

// flush ends the block being gathered.
func (w *outliner) flush() {
	w.blank, w.broke = false, false
	end := int32(len(w.text))
	if end == w.begin {
		w.cur = textBlock{}
		return
	}
	b := w.cur
	b.start, b.end, b.elem = w.begin, end, w.open
	if w.open >= 0 {
		b.in = w.elems[w.open].in
	}
	b.stops, b.full = clauses(w.text[b.start:b.end])
	w.blocks = append(w.blocks, b)
	w.begin, w.cur = end, textBlock{}
}

// clauses counts the marks that part clauses, and tells whether the text
// ends like a sentence.
func clauses(t []byte) (stops int32, full bool) {
	for i, c := range t {
		switch c {
		case '.', ',', '!', '?', ';':
			if i+1 == len(t) || t[i+1] <= ' ' || t[i+1] == '"' {
				stops++
			}
		case 0xE3, 0xEF:
			if r, _ := utf8.DecodeRune(t[i:]); r == '。' || r == '、' || r == '，' {
				stops++
			}
		}
	}
	t = bytes.TrimRight(t, `"'”’»)]*`)
	switch r, _ := utf8.DecodeLastRune(t); r {
	case '.', '!', '?', '…', ':', ';', '。', '！', '？', '।', '؟', '۔':
		return stops, true
	}
	return stops, false
}

// unseen tells whether a class is one of those by which the common style sheets
// keep an element off the screen: for good, until something is clicked, or for
// print alone. A class that shows it on wide screens ("md:block") speaks
// against it.
func unseen(n *html.Node) bool {
	if isSetAside(n) {
		return true
	}
	class := dom.Attr(n, "class")
	if !strings.Contains(class, "hid") && !strings.Contains(class, "print") && !strings.Contains(class, "none") && !strings.Contains(class, "sr-only") {
		return false
	}
	off, on := false, false
	for name := range strings.FieldsSeq(class) {
		switch name {
		case "hidden", "hide", "is-hidden", "d-none", "display-none", "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text",
			"print-only", "only-print", "visible-print", "visible-print-block", "show-for-print", "d-print-block":
			off = true
		default:
			on = on || shows(name)
		}
	}
	return off && !on
}

// isSetAside tells an element that its style puts far beside the screen, as is done
// with a text for machines.
func isSetAside(n *html.Node) bool {
	style := dom.Attr(n, "style")
	at := strings.Index(style, "-999")
	if at < 0 || !strings.Contains(style, "absolute") && !strings.Contains(style, "fixed") {
		return false
	}
	name := strings.TrimRight(style[:at], ": ")
	return strings.HasSuffix(name, "left") || strings.HasSuffix(name, "top")
}

// unfolds tells whether what comes next stands right under a heading, a button
// or a question: answers that unfold are text.
func (w *outliner) unfolds() bool {
	if len(w.blocks) == 0 {
		return false
	}
	b := &w.blocks[len(w.blocks)-1]
	return b.in&inHidden == 0 && (b.in&(inHeading|inButton) != 0 || w.text[b.end-1] == '?')
}

// shows tells a class by which an element is seen on some screens.
func shows(name string) bool {
	if strings.HasPrefix(name, "print") {
		return false
	}
	for _, sign := range []string{":block", ":flex", ":inline", ":grid", ":contents", ":table", "-block", "-flex", "-inline", "-grid", "-table"} {
		if strings.HasSuffix(name, sign) {
			return true
		}
	}
	return false
}

// leadsHere tells a link to a place on this page.
func (w *outliner) leadsHere(href string) bool {
	if w.page != "" {
		href = strings.TrimPrefix(href, w.page)
	}
	return strings.HasPrefix(href, "#")
}

// leadsAway tells a link to another site than host; where host is not known,
// to any absolute address.
func leadsAway(href, host string) bool {
	to := dom.HostOf(href)
	return to != "" && to != host
}

// placed is a picture or a link, and the number of the text block that stands
// next behind it.
type placed struct {
	node *html.Node
	at   int32
}

// namesAuthor tells an element by what its attributes say to hold an author's
// name.
func namesAuthor(n *html.Node) bool {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "rel", "itemprop", "data-role", "data-field":
			if a.Val == "author" {
				return true
			}
		case "class":
			if strings.Contains(a.Val, "author") || strings.Contains(a.Val, "byline") || strings.Contains(a.Val, "tac-gia") || strings.Contains(a.Val, "tacgia") {
				return true
			}
		}
	}
	return false
}

// key is FNV-1a of a block's text. Two texts of one key could only make the
// rules for short blocks drop a label too many.
func (o *outline) key(b *textBlock) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range o.bytes(b) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// sentence tells a block that may be a lead.
func (b *textBlock) sentence() bool { return b.running() || b.plain() >= 60 && b.full }

// running tells whether a block reads like a paragraph of an article.
func (b *textBlock) running() bool {
	return b.in&inHeading == 0 && b.link*2 < b.size() &&
		(b.plain() >= paragraphSize && (b.full || b.stops > 1) || b.plain() >= proseSize)
}

// What a block has to have to look like an article's text, in bytes outside
// links. First guesses, then checked: from half to twice each, the F1 on either
// half of the tuning pages moves by 0.002 at most, downwards; on news twice the
// first costs 0.006, half of it nothing.
const (
	paragraphSize = 80  // with a sentence's end, or two marks that part clauses
	sentenceSize  = 40  // with a sentence's end: counts for half
	proseSize     = 140 // without any mark
)

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
