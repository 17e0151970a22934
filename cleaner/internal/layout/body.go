package layout

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// bodyBlock is a block as it was found, with what its markup says beyond its
// kind.
type bodyBlock struct {
	article.Block
	bold     bool // all of it is bold
	italic   bool
	aside    bool   // set to the right or, in Word's pages, to the centre
	centred  bool   // set to the centre, within the last element that says where
	linked   bool   // some of it is a link
	to       string // where its last link goes
	href     string // the same, where all of it is links
	inserted bool   // all of it is links that the editor put in to other articles
	pictured bool   // a picture stands in the same paragraph
	// bare pictures, without a caption of their own, stand right before it, and
	// shown ones in all.
	bare, shown int
}

// isCaption tells a block right under a picture that is its caption by its
// look: a credit at its end; set to the centre; in italics, set aside or under a
// picture in its own paragraph.
func (b *bodyBlock) isCaption() bool {
	if b.bare == 0 || b.Kind != article.Paragraph {
		return false
	}
	return credits.LooksCaption(b.Text) || b.centred || b.italic && (b.aside || b.pictured)
}

// bodyReader walks the containers of a body, once, and gathers its blocks,
// captions, pictures and related links in the page's order.
type bodyReader struct {
	draft.Attachments
	layout *sites.Layout
	marks  map[*html.Node]mark
	boxes  []*html.Node // of related articles, on the whole page
	story  bool         // a photo story

	blocks   []bodyBlock
	captions []captionAt
	seen     map[string]bool // captions, squashed, and with the picture that they stand at
	depth    int             // of tables and figures round the present place

	line     []byte  // the block being read, br as \n
	looks            // of its last line
	above    []looks // of the lines before it
	pictured bool    // a picture stands in it
	time     string
}

// captionAt is a caption and how many blocks stand above it.
type captionAt struct {
	text  string
	above int
}

// looks counts the letters of a line by how they look.
type looks struct {
	letters  int // all
	bolds    int
	italics  int
	links    int
	inserted int
	href     string // of the last link
}

// add counts in another line.
func (t *looks) add(other looks) {
	t.letters += other.letters
	t.bolds += other.bolds
	t.italics += other.italics
	t.links += other.links
	t.inserted += other.inserted
	if other.href != "" {
		t.href = other.href
	}
}

// all reports whether the letters of one look are all that there are.
func (t *looks) all(some int) bool { return t.letters > 0 && some == t.letters }

// mark is what an element is by the layout's selectors.
type mark uint8

const (
	skipped mark = 1 << iota // dropped, or another field: title, lead, byline
	related
	captioning
	quoted
	live
	liveTime
	inserted
)

func newBodyReader(d *pages.Document, f *finder, l *sites.Layout, scope *goquery.Selection) *bodyReader {
	r := &bodyReader{Attachments: draft.NewAttachments(d), layout: l, marks: map[*html.Node]mark{}, seen: map[string]bool{}}
	r.story = l.PhotoStory.Match(scope.Get(0))
	r.boxes = f.nodes(l.Related...)
	for _, marked := range []struct {
		mark  mark
		nodes []*html.Node
	}{{skipped, f.nodes(l.Drop...)}, {related, r.boxes}, {captioning, f.nodes(l.Captions...)}, {quoted, f.nodes(l.Quotes...)}, {live, f.nodes(l.Live...)}, {liveTime, f.nodes(l.LiveTime...)}, {inserted, f.nodes(l.Inserted...)}} {
		for _, n := range marked.nodes {
			r.marks[n] |= marked.mark
		}
	}
	return r
}

// maxBoxes bounds how many tables, figures and live entries inside one another are looked
// at as such: each is searched whole, and layout tables of the web's first decade
// nest five deep.
const maxBoxes = 12

// setting is what the elements around a text say about it.
type setting struct {
	kind    article.BlockKind
	bold    bool
	italic  bool
	link    bool
	insert  bool // in a link that the editor put in to another article
	aside   bool
	centred bool
}

func (r *bodyReader) container(n *html.Node) {
	r.children(n, setting{kind: article.Paragraph})
	r.flush(setting{kind: article.Paragraph})
}

func (r *bodyReader) children(n *html.Node, at setting) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			r.text(c.Data, at)
		case html.ElementNode:
			r.element(c, at)
		}
	}
}

func (r *bodyReader) text(s string, at setting) {
	start := len(r.line)
	r.line = append(r.line, s...)
	for part := r.line[start:]; ; { // the line's own \n are br
		i := bytes.IndexByte(part, '\n')
		if i < 0 {
			break
		}
		part[i] = ' '
		part = part[i+1:]
	}
	n := 0
	for _, c := range s {
		switch {
		case c < utf8.RuneSelf:
			if '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' {
				n++
			}
		case prose.IsVietnameseLetter(c), prose.IsWord(c):
			n++
		}
	}
	r.letters += n
	if at.bold {
		r.bolds += n
	}
	if at.italic {
		r.italics += n
	}
	if at.link {
		r.links += n
	}
	if at.insert {
		r.inserted += n
	}
}

// element reads an element by what it is.
func (r *bodyReader) element(n *html.Node, at setting) {
	if r.leaf(n, at) || r.marks[n]&skipped != 0 {
		return
	}
	if text, ok := dom.Spelled(n); ok {
		r.text(text, at)
		return
	}
	if r.marked(n, at) {
		return
	}
	if aside, centred := dom.SetAside(n); aside {
		at.aside, at.centred = true, centred
	}
	switch n.DataAtom {
	case atom.B, atom.Strong:
		at.bold = true
		r.children(n, at)
	case atom.I, atom.Em, atom.Small:
		at.italic = true
		r.children(n, at)
	case atom.A:
		at.link, r.href = true, dom.Attr(n, "href")
		at.insert = r.marks[n]&inserted != 0
		r.children(n, at)
	case atom.Figure, atom.Table:
		r.flush(at)
		r.framed(n, at)
	case atom.Figcaption:
		if q := previousElement(n); q != nil && q.DataAtom == atom.Blockquote { // who said it
			r.other(n, at)
			return
		}
		r.flush(at)
		r.caption(prose.Clean(dom.Text(n)))
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.block(n, at, article.Subhead)
	case atom.Li:
		r.block(n, at, article.Item)
	case atom.Blockquote:
		r.block(n, at, article.Quote)
	default:
		r.other(n, at)
	}
}

// leaf reads an element that is a sign of its own, or that no reader sees, and tells
// whether it is one.
func (r *bodyReader) leaf(n *html.Node, at setting) bool {
	switch dom.Atom(n) {
	case atom.Button:
		if dom.IsWordButton(n) {
			r.children(n, at)
		}
	case atom.Br:
		r.line = append(r.line, '\n')
		r.above = append(r.above, r.looks)
		r.looks = looks{}
	case atom.Img:
		r.Picture(n)
		r.pictured = true
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Select, atom.Textarea, atom.Input,
		atom.Svg, atom.Object, atom.Canvas, atom.Audio, atom.Video, atom.Form, atom.Nav, atom.Map, atom.Dialog, atom.Head, atom.Title, atom.Meta, atom.Link:
	default:
		return false
	}
	return true
}

// marked reads an element that the layout's selectors mean, and tells whether it is one.
func (r *bodyReader) marked(n *html.Node, at setting) bool {
	switch is := r.marks[n]; {
	case is&related != 0:
		r.flush(at)
		r.RelatedBox(n)
	case is&captioning != 0:
		r.flush(at)
		r.caption(prose.Clean(dom.Text(n)))
	case is&quoted != 0:
		r.block(n, at, article.Quote)
	case is&live != 0 && r.depth < maxBoxes:
		r.depth++
		r.flush(at)
		r.liveEntry(n, at)
		r.depth--
	default:
		return false
	}
	return true
}

// framed reads a figure or a table; what is in one that is neither, by its content, is
// read as the text that it is.
func (r *bodyReader) framed(n *html.Node, at setting) {
	if r.depth >= maxBoxes {
		r.other(n, at)
		return
	}
	r.depth++
	if read := n.DataAtom == atom.Figure && r.figure(n) || n.DataAtom == atom.Table && r.table(n); !read {
		r.other(n, at)
	}
	r.depth--
}

// other reads an element that has no meaning by its name: the box of a picture, a part of
// a line, or lines of their own.
func (r *bodyReader) other(n *html.Node, at setting) {
	if box := dom.PictureBoxOf(n); box != dom.NoBox && r.depth < maxBoxes {
		r.depth++
		defer func() { r.depth-- }()
		if r.box(n, at, box) {
			return
		}
	}
	if !dom.IsInline(n) || dom.FloatsRight(n) {
		r.block(n, at, at.kind)
		return
	}
	if dom.HasBoldStyle(n) {
		at.bold = true
	}
	r.children(n, at)
}

// previousElement is the element before n among its siblings, nil where there is
// none.
func previousElement(n *html.Node) *html.Node {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.ElementNode {
			return p
		}
	}
	return nil
}

// block reads an element that stands on lines of its own.
func (r *bodyReader) block(n *html.Node, at setting, kind article.BlockKind) {
	r.flush(at)
	at.kind = kind
	r.children(n, at)
	r.flush(at)
}

// flush ends the block being read.
func (r *bodyReader) flush(at setting) {
	r.above = append(r.above, r.looks)
	raw, lines, pictured := string(r.line), r.above, r.pictured
	r.line, r.above, r.looks, r.pictured = r.line[:0], r.above[:0], looks{}, false
	if strings.TrimSpace(raw) == "" {
		return
	}
	for _, p := range paragraphs(raw, lines, at.aside) {
		text := prose.Clean(p.text)
		if text == "" {
			continue
		}
		b := bodyBlock{
			Block: article.Block{Kind: at.kind, Time: r.time, Text: text},
			bold:  p.all(p.bolds), linked: p.links > 0, italic: p.all(p.italics), inserted: p.all(p.inserted), aside: at.aside, centred: at.centred, pictured: pictured,
			bare: r.Bare, shown: len(r.Images),
		}
		b.to = p.href
		if p.links == p.letters {
			b.href = p.href
		}
		if r.time != "" {
			b.Kind = article.Live
			r.time = ""
		}
		r.blocks = append(r.blocks, b)
		if r.Bare > 0 && r.story {
			r.CaptionImages(text)
		}
		r.Bare = 0
	}
}

// paragraph is a part of a block, its lines joined.
type paragraph struct {
	text string
	looks
}

// paragraphs parts a block. A line break inside it is a blank, two are a new
// paragraph; where the block is set aside, or bold, each break is one, for
// signatures stand so; below a bold line that heads what follows, and
// above a last line that says where the story comes from.
func paragraphs(raw string, lines []looks, aside bool) []paragraph {
	if len(lines) == 1 {
		return []paragraph{{raw, lines[0]}}
	}
	var whole looks
	for _, line := range lines {
		whole.add(line)
	}
	apart := aside || whole.all(whole.bolds)
	var list []paragraph
	open, from := false, 0 // the last of the list may go on; where it began
	for at, next := 0, 0; len(lines) > 0; at, lines = next, lines[1:] {
		end := len(raw)
		if i := strings.IndexByte(raw[at:], '\n'); i >= 0 {
			end = at + i
		}
		next = min(end+1, len(raw))
		switch line := lines[0]; {
		case prose.ShowsNothing(raw[at:end]):
			open = false
		case open && !apart && !heads(&list[len(list)-1], line) && !(len(lines) == 1 && signs(raw[from:at], raw[at:end])):
			p := &list[len(list)-1]
			p.text = raw[from:end]
			p.add(line)
		default:
			list = append(list, paragraph{raw[at:end], line})
			open, from = true, at
		}
	}
	return list
}

// signs tells the last line of a block that says where the story comes from, below a sentence.
func signs(above, line string) bool {
	return strings.Contains(line, "Theo ") && len(line) <= 4*credits.MaxSignature && credits.IsSource(prose.Clean(line)) && prose.EndsSentence(prose.Clean(above))
}

// heads tells a bold line above a line that is not.
func heads(p *paragraph, next looks) bool {
	return p.all(p.bolds) && !next.all(next.bolds) && phrases.LooksSubhead(prose.Clean(p.text))
}

// caption keeps a caption, once, and gives it to the pictures before it that
// have none.
func (r *bodyReader) caption(text string) {
	if text == "" || phrases.IsFurnitureCaption(text) {
		return
	}
	r.CaptionImages(text)
	r.captionAt(text, r.Current, len(r.blocks))
	r.Bare = 0
}

// captionAt keeps a caption of a picture, below so many blocks. The same words
// under two pictures are two captions; twice under one they are one.
func (r *bodyReader) captionAt(text, picture string, above int) {
	key := prose.Squash(text)
	if key == "" || r.seen[key+" "+picture] {
		return
	}
	r.seen[key], r.seen[key+" "+picture] = true, true
	r.captions = append(r.captions, captionAt{text, above})
}

// inOrder are the captions as they stand on the page: those that were read as
// blocks came later.
func (r *bodyReader) inOrder() []string {
	slices.SortStableFunc(r.captions, func(a, b captionAt) int { return a.above - b.above })
	list := make([]string, len(r.captions))
	for i, c := range r.captions {
		list[i] = c.text
	}
	return list
}

// captionBlock makes block i, that was read as text, the caption that it is.
func (r *bodyReader) captionBlock(b bodyBlock, i int) {
	if phrases.IsFurnitureCaption(b.Text) {
		return
	}
	draft.CaptionAll(r.Images[b.shown-b.bare:b.shown], b.Text)
	r.captionAt(b.Text, dom.PictureKey(r.Images[b.shown-1].URL), i)
}

// captionRule is how captions are recognized.
func (r *bodyReader) captionRule() string {
	rule := "figcaption"
	for _, s := range r.layout.Captions {
		rule += ", " + s.Text
	}
	return rule + ", or a credit at the end of a line under a picture"
}

// liveEntry reads one entry of a live blog: its first block carries the time.
func (r *bodyReader) liveEntry(n *html.Node, at setting) {
	at.kind = article.Live
	if t := dom.Find(n, func(c *html.Node) bool { return r.marks[c]&liveTime != 0 }); t != nil {
		r.time = prose.Clean(dom.Text(t))
		skip := t
		r.childrenBut(n, at, skip)
	} else {
		r.children(n, at)
	}
	r.flush(at)
	r.time = ""
}

// childrenBut reads what is in n but one element, wherever that stands.
func (r *bodyReader) childrenBut(n *html.Node, at setting, skip *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c == skip:
		case c.Type == html.TextNode:
			r.text(c.Data, at)
		case c.Type == html.ElementNode && dom.IsWithin(skip, c):
			r.flush(at)
			r.childrenBut(c, at, skip)
			r.flush(at)
		case c.Type == html.ElementNode:
			r.element(c, at)
		}
	}
}
