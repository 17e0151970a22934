package outline

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Outline is a page laid flat: its visible text in one buffer, cut into text
// blocks, and the elements that hold them, both in document order. An element
// covers a run of blocks, so whatever is asked of a subtree is a difference of
// two prefix sums, and nothing is ever gathered twice.
type Outline struct {
	Text   []byte
	Blocks []Block
	Elems  []Element

	Pictures []Placed // img elements
	Tags     []Placed // links that call themselves tags
	Authors  []Placed // inline elements that call themselves an author's name
	Times    []Placed // elements that say a time to machines
}

// Element is one block-level element that holds text.
type Element struct {
	Node   *html.Node
	Parent int32 // index in Elems, -1 at the top
	End    int32 // index after the last element inside it
	First  int32 // its blocks are Blocks[First:Last]
	Last   int32
	In     Place

	Pictured bool // a picture, a film or a recording stands in it
}

// Block is a stretch of text between two block boundaries.
type Block struct {
	Start, End int32 // in Outline.Text, blanks collapsed, none at the ends
	Elem       int32 // the innermost element that holds it
	Link       int32 // bytes inside links
	Local      int32 // bytes inside links to a place on the same page
	Away       int32 // bytes inside links to other sites
	Bold       int32 // bytes inside b, strong, i and em
	Strong     int32 // bytes in bold type
	Time       int32 // bytes inside time elements
	Stops      int32 // marks that end sentences, and commas
	In         Place
	Full       bool // ends like a sentence
}

// Size is the length of the text in bytes.
func (b *Block) Size() int32 { return b.End - b.Start }

// Plain is the length of the text in bytes, without what is inside links.
func (b *Block) Plain() int32 { return b.End - b.Start - b.Link }

// Bytes are the text of a block; they must not be changed.
func (o *Outline) Bytes(b *Block) []byte { return o.Text[b.Start:b.End] }

// Place says inside what kinds of element a block lies, a bit for each.
type Place uint32

// The kinds of element, by what HTML calls them.
const (
	InParagraph Place = 1 << iota
	InHeading
	InTitle // h1
	InItem
	InCell
	InTerm // dt and dd
	InQuote
	InCaption
	InPre
	InNav
	InAside
	InFooter
	InForm
	InButton
	InMain
	InHidden // by the hidden attribute or an inline style
)

// inherited is what an element passes on to those inside it.
const inherited = ^InParagraph

// placeOf gives what each block-level element adds.
func placeOf(a atom.Atom) Place {
	switch a {
	case atom.P:
		return InParagraph
	case atom.H1:
		return InHeading | InTitle
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return InHeading
	case atom.Li:
		return InItem
	case atom.Dt, atom.Dd:
		return InTerm
	case atom.Td, atom.Th:
		return InCell
	case atom.Blockquote:
		return InQuote
	case atom.Figcaption, atom.Caption:
		return InCaption
	case atom.Pre:
		return InPre
	case atom.Nav, atom.Menu:
		return InNav
	case atom.Aside:
		return InAside
	case atom.Footer:
		return InFooter
	case atom.Form, atom.Fieldset:
		return InForm
	case atom.Button:
		return InButton
	case atom.Main:
		return InMain
	}
	return 0
}

// outliner walks a tree and builds its outline.
type outliner struct {
	Outline
	open  int32      // innermost open element, -1 for none
	begin int32      // where the block being gathered begins in text
	cur   Block      // the block being gathered
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

// Of walks the tree once. It does not recurse, so that no depth of
// nesting can exhaust the stack.
func Of(root *html.Node, address string) *Outline {
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
	return &w.Outline
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
		w.Pictures = append(w.Pictures, Placed{n, int32(len(w.Blocks))})
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
		if NamesAuthor(n) {
			w.Authors = append(w.Authors, Placed{n, int32(len(w.Blocks))})
		}
	}
}

// enterLink begins a link. One within another is none.
func (w *outliner) enterLink(n *html.Node) {
	if w.link != nil || !dom.HasAttr(n, "href") {
		return
	}
	href := dom.Attr(n, "href")
	w.link, w.local, w.away = n, w.leadsHere(href), LeadsAway(href, w.host)
	switch rel := dom.Attr(n, "rel"); {
	case rel == "tag":
		w.Tags = append(w.Tags, Placed{n, int32(len(w.Blocks))})
	case rel == "author" || strings.Contains(href, "/tac-gia/") || strings.Contains(href, "/author/") || NamesAuthor(n):
		w.Authors = append(w.Authors, Placed{n, int32(len(w.Blocks))})
	}
}

// enterElement begins an element that stands on lines of its own.
func (w *outliner) enterElement(n *html.Node) {
	w.flush()
	w.timed(n)
	e := Element{Node: n, Parent: w.open, First: int32(len(w.Blocks)), In: placeOf(n.DataAtom)}
	if w.open >= 0 {
		e.In |= w.Elems[w.open].In & inherited
	}
	if dom.IsHidden(n) || unseen(n) && !w.unfolds() {
		e.In |= InHidden
	}
	w.open = int32(len(w.Elems))
	w.Elems = append(w.Elems, e)
}

// timed keeps an element that says a time to machines.
func (w *outliner) timed(n *html.Node) {
	for i := range n.Attr {
		if a := &n.Attr[i]; len(a.Key) >= len("title") && a.Key != "class" && a.Key != "style" && dom.SaysTime(a.Key) && strings.ContainsAny(a.Val, "0123456789") {
			w.Times = append(w.Times, Placed{n, int32(len(w.Blocks))})
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
	if w.open >= 0 && w.Elems[w.open].Node == n {
		w.flush()
		e := &w.Elems[w.open]
		parent := e.Parent
		e.Last = int32(len(w.Blocks))
		if e.First == e.Last {
			w.Elems = w.Elems[:w.open] // holds no text, nor does anything inside it
		} else {
			e.End = int32(len(w.Elems))
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
	for e, i := w.open, 0; e >= 0 && i < most; e, i = w.Elems[e].Parent, i+1 {
		w.Elems[e].Pictured = true
	}
}

// captions marks what stands in an element as captions, where it frames a
// picture and holds nothing else: a figure, a box that its class says to be one, a
// table that sets pictures in their places. As the reader of
// layouts does.
func (w *outliner) captions(i int32) {
	const mostBlocks, mostElems, longest = 64, 128, dom.LongestCaption * 4 / 3 // in bytes
	e := &w.Elems[i]
	if !e.Pictured || e.Last-e.First > mostBlocks || e.End-i > mostElems {
		return
	}
	box := dom.NoBox
	switch e.Node.DataAtom {
	case atom.Figure, atom.Table:
	default:
		if box = dom.PictureBoxOf(e.Node); box == dom.NoBox {
			return
		}
	}
	var all, link int32
	for k := e.First; k < e.Last; k++ {
		b := &w.Blocks[k]
		if b.Size() > longest || b.In&(InHeading|InQuote|InPre) != 0 {
			return
		}
		all += b.Size()
		link += b.Link
	}
	tables := 0
	for k := i; k < e.End; k++ {
		if w.Elems[k].Node.DataAtom == atom.Table {
			tables++
		}
	}
	switch {
	case box == dom.FrameBox && (all > longest/2 || link*2 > all || e.Last-e.First > 3), box == dom.CaptionBox && all > longest:
		return
	case e.Node.DataAtom == atom.Table:
		if tables > 1 || all > longest || link*2 > all {
			return
		}
		if t := dom.ReadTable(e.Node); !t.Arranges() {
			return
		}
	case tables > 1:
		return
	case tables > 0:
		for k := i; k < e.End; k++ {
			if n := w.Elems[k].Node; n.DataAtom == atom.Table && dom.IsDataTable(n) {
				return
			}
		}
	}
	for k := e.First; k < e.Last; k++ {
		w.Blocks[k].In |= InCaption
	}
}

// write adds text to the block being gathered, blanks collapsed.
func (w *outliner) write(s string) {
	from := len(w.Text)
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
		if w.broke && BeginsLine(s[i:]) {
			w.flush()
		}
		if w.blank && len(w.Text) > int(w.begin) {
			w.Text = append(w.Text, ' ')
		}
		w.blank, w.broke = false, false
		w.Text = append(w.Text, s[i:j]...)
		i = j
	}
	n := int32(len(w.Text) - from)
	if w.link != nil {
		w.cur.Link += n
		if w.local {
			w.cur.Local += n
		}
		if w.away {
			w.cur.Away += n
		}
	}
	if w.bold > 0 {
		w.cur.Bold += n
	}
	if w.heavy > 0 {
		w.cur.Strong += n
	}
	if w.time > 0 {
		w.cur.Time += n
	}
}

// BeginsLine tells what stands on a line of its own where old pages break
// lines only once: a mark before a link to another article, a source.
func BeginsLine(s string) bool {
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
	end := int32(len(w.Text))
	if end == w.begin {
		w.cur = Block{}
		return
	}
	b := w.cur
	b.Start, b.End, b.Elem = w.begin, end, w.open
	if w.open >= 0 {
		b.In = w.Elems[w.open].In
	}
	b.Stops, b.Full = clauses(w.Text[b.Start:b.End])
	w.Blocks = append(w.Blocks, b)
	w.begin, w.cur = end, Block{}
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

// unseen reports whether a class is one of those by which the common style sheets
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

// unfolds reports whether what comes next stands right under a heading, a button
// or a question: answers that unfold are text.
func (w *outliner) unfolds() bool {
	if len(w.Blocks) == 0 {
		return false
	}
	b := &w.Blocks[len(w.Blocks)-1]
	return b.In&InHidden == 0 && (b.In&(InHeading|InButton) != 0 || w.Text[b.End-1] == '?')
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

// LeadsAway tells a link to another site than host; where host is not known,
// to any absolute address.
func LeadsAway(href, host string) bool {
	to := dom.HostOf(href)
	return to != "" && to != host
}

// Placed is a picture or a link, and the number of the text block that stands
// next behind it.
type Placed struct {
	Node *html.Node
	At   int32
}

// NamesAuthor tells an element by what its attributes say to hold an author's
// name.
func NamesAuthor(n *html.Node) bool {
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

// Key is FNV-1a of a block's text. Two texts of one key could only make the
// rules for short blocks drop a label too many.
func (o *Outline) Key(b *Block) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range o.Bytes(b) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// Sentence tells a block that may be a lead.
func (b *Block) Sentence() bool { return b.Running() || b.Plain() >= 60 && b.Full }

// Running reports whether a block reads like a paragraph of an article.
func (b *Block) Running() bool {
	return b.In&InHeading == 0 && b.Link*2 < b.Size() &&
		(b.Plain() >= ParagraphSize && (b.Full || b.Stops > 1) || b.Plain() >= proseSize)
}

// What a block has to have to look like an article's text, in bytes outside
// links. First guesses, then checked: from half to twice each, the F1 on either
// half of the tuning pages moves by 0.002 at most, downwards; on news twice the
// first costs 0.006, half of it nothing.
const (
	ParagraphSize = 80  // with a sentence's end, or two marks that part clauses
	SentenceSize  = 40  // with a sentence's end: counts for half
	proseSize     = 140 // without any mark
)

// Level is 1 to 6 for what stands in h1 to h6, else 7.
func (o *Outline) Level(i int32) int {
	for e := o.Blocks[i].Elem; e >= 0; e = o.Elems[e].Parent {
		switch o.Elems[e].Node.DataAtom {
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
		if o.Elems[e].In&InHeading == 0 {
			break
		}
	}
	return 7
}
