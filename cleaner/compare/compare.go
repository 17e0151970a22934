package compare

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/prose"
)

// A newspaper that is redesigned overnight gives the same article in other markup,
// which another layout reads, or the generic reader for want of one: with a box of
// links, without its kicker, the lead among the paragraphs. None of that is an
// edit. So where another layout read a page, or the same one read other markup,
// its article is not held against the one before, but the words of both against
// both pages:
//
//   - a sentence of the old article that the new page does not have was edited, or
//     taken out;
//   - a sentence of the new article that the old page does not have came new: into
//     the text, or with the new layout;
//   - what both pages have, and only one reading took for the article's, is layout.
//
// A page is believed to lack a sentence only where it was found on the page that it
// came from. What cannot be decided is said to be unsure: never hidden, never called
// an edit.

// Cause is why an article reads otherwise than before.
type Cause string

// The causes.
const (
	Same     Cause = ""       // it does not
	Relaid   Cause = "layout" // another layout read it, and both pages have its words
	Edited   Cause = "edit"   // the newsroom changed its words
	Doubtful Cause = "unsure" // another layout read it, and it may have been edited, too
)

// Reading is an article with the words of the page that it was made of; without
// any where the page is not there.
type Reading struct {
	Article cleaner.Article
	Page    Words
	// Pictures are the article's, as far as it is known what they were: in the order of its Images,
	// or none. Named are the keys of all that the page shows, the article's and others.
	Pictures []Picture
	Named    []string
}

// Difference is what became of an article from one reading to a later one.
type Difference struct {
	Cause Cause
	// Changed names the fields that the newsroom changed or may have changed, as
	// [Changed] does.
	Changed []string
	// StandIn says which of the two is not the page's article; there is nothing to
	// compare then, and Cause is [Same].
	StandIn StandIn
	// Pictures are those that were exchanged, added and taken out.
	Pictures []PictureEdit

	layout     bool            // told by the words of both pages
	gone, came map[string]bool // sentences, [prose.Normalize]
	beside     []string        // lines that came to the page, and not into the article
}

// Readings tells what became of an article. Fields are held against fields where
// one layout read both from the same markup.
func Readings(old, now Reading) Difference { return readings(old, now).withPictures(old, now) }

func readings(old, now Reading) Difference {
	changed := Changed(old.Article, now.Article)
	if len(changed) == 0 {
		return Difference{}
	}
	standIn, doubt := standIn(old, now)
	switch {
	case standIn != NoStandIn:
		return Difference{StandIn: standIn}
	case doubt:
		return Difference{Cause: Doubtful, Changed: changed}
	case old.Article.Layout == now.Article.Layout && old.Page.sameMarkup(now.Page):
		return Difference{Cause: Edited, Changed: changed}
	}
	return newComparison(old, now).judge()
}

// Edits are the edits from one reading to the later one, sentence by sentence: without what only
// their layouts make differ, and empty where both read the same.
func (d Difference) Edits(old, now cleaner.Article) []Edit {
	if d.Cause == Same || d.Cause == Relaid {
		return nil
	}
	return append(d.textEdits(old, now), d.pictureEdits()...)
}

// textEdits are those of the texts.
func (d Difference) textEdits(old, now cleaner.Article) []Edit {
	if len(d.Changed) == 1 && d.Changed[0] == FieldImages {
		return nil
	}
	list := editsOf(old, now)
	if !d.layout {
		return list
	}
	var edits []Edit
	for _, e := range list {
		e.Old, e.New = slices.Clone(e.Old), slices.Clone(e.New)
		e.Old = slices.DeleteFunc(e.Old, func(s string) bool { return !holdsAny(prose.Normalize(s), d.gone) })
		e.New = slices.DeleteFunc(e.New, func(s string) bool { return !holdsAny(prose.Normalize(s), d.came) })
		if len(e.Old)+len(e.New) > 0 {
			edits = append(edits, e)
		}
	}
	for _, line := range d.beside {
		edits = append(edits, Edit{Field: "body", New: []string{line}})
	}
	if len(edits) == 0 {
		return list
	}
	return edits
}

// holdsAny reports whether a text has any of the passages in it; of very many, whether it is one.
func holdsAny(text string, passages map[string]bool) bool {
	const many = 1000
	if passages[text] {
		return true
	}
	if len(passages) > many {
		return false
	}
	for p := range passages {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// passage is one sentence of an article's lead or body.
type passage struct{ field, text string }

// passages are the sentences of lead and body, in order, [prose.Normalize].
func passages(a cleaner.Article) []passage {
	var list []passage
	add := func(field string, texts ...string) {
		for _, t := range texts {
			for _, s := range prose.Sentences(t) {
				if s = prose.Normalize(s); s != "" {
					list = append(list, passage{field, s})
				}
			}
		}
	}
	add("lead", string(a.Lead))
	for _, b := range a.Body {
		add("body", strings.Split(b.Text, "\t")...)
	}
	return list
}

// labels are what stands before blocks of a body: when, and who speaks. They are
// short and come again and again, so that their places tell nothing.
func labels(a cleaner.Article) map[string]bool {
	set := map[string]bool{}
	for _, b := range a.Body {
		for _, t := range []string{b.Time, b.Speaker, strings.TrimSpace(b.Time + " " + b.Speaker)} {
			if t = barely(prose.Normalize(t)); t != "" {
				set[t] = true
			}
		}
	}
	return set
}

// allTexts are all texts of an article, as [wordsOf] takes them.
func allTexts(a cleaner.Article) []string {
	texts := []string{string(a.Title), string(a.Kicker), string(a.Dateline), string(a.Byline), string(a.Source)}
	texts = append(texts, a.Captions...)
	for _, b := range a.Body {
		texts = append(texts, b.Time, b.Speaker)
	}
	for _, p := range passages(a) {
		texts = append(texts, p.text)
	}
	return texts
}

const (
	// maxSearched bounds the bytes that one comparison looks through, against pages
	// made for that: a real one takes a hundredth. Beyond, all is in doubt.
	maxSearched = 16 << 20
	// fewWordsAlike is when a text found somewhere on another page may be another
	// one that reads the same: then it has to be a whole line or sentence of it.
	fewWordsAlike = 5
)

// comparison is one comparison under way.
type comparison struct {
	old, now   Reading
	left       int // of maxSearched
	edited     map[string]bool
	doubtful   map[string]bool // fields
	gone, came map[string]bool
	places     []span // of the old passages on the new page
	beside     []string
	labels     map[string]bool // of the old article
	apart      []string        // what it has apart from its text, barely
	oldWords   Words           // of the old article's text and captions
}

func newComparison(old, now Reading) *comparison {
	return &comparison{
		old: old, now: now, left: maxSearched,
		edited: map[string]bool{}, doubtful: map[string]bool{}, gone: map[string]bool{}, came: map[string]bool{},
	}
}

func (c *comparison) judge() Difference {
	texts := slices.Clone(c.old.Article.Captions)
	for _, p := range passages(c.old.Article) {
		texts = append(texts, p.text)
	}
	c.oldWords = wordsOf(texts)
	c.labels = labels(c.old.Article)
	for _, t := range []cleaner.Text{c.old.Article.Dateline, c.old.Article.Kicker, c.old.Article.Byline, c.old.Article.Source} {
		c.apart = append(c.apart, barely(prose.Normalize(string(t))))
	}
	c.title()
	c.texts()
	c.signature("byline", string(c.old.Article.Byline), string(c.now.Article.Byline), true)
	c.signature("source", string(c.old.Article.Source), string(c.now.Article.Source), false)
	c.signature("kicker", string(c.old.Article.Kicker), string(c.now.Article.Kicker), false)
	c.signature("dateline", string(c.old.Article.Dateline), string(c.now.Article.Dateline), false)
	c.captions()
	if c.left < 0 {
		return Difference{Cause: Doubtful, Changed: Changed(c.old.Article, c.now.Article)}
	}
	d := Difference{Cause: Relaid, layout: true, gone: c.gone, came: c.came, beside: c.beside}
	switch {
	case len(c.edited) > 0:
		d.Cause = Edited
	case len(c.doubtful) > 0:
		d.Cause = Doubtful
	}
	for _, field := range []string{"title", "kicker", "lead", "dateline", "byline", "source", "captions", "body"} {
		if c.edited[field] || c.doubtful[field] {
			d.Changed = append(d.Changed, field)
		}
	}
	return d
}

// edit and doubt note what was found of a field.
func (c *comparison) edit(field, gone, came string)  { c.note(c.edited, field, gone, came) }
func (c *comparison) doubt(field, gone, came string) { c.note(c.doubtful, field, gone, came) }

func (c *comparison) note(as map[string]bool, field, gone, came string) {
	as[field] = true
	for _, s := range prose.Sentences(gone) {
		c.gone[prose.Normalize(s)] = true
	}
	for _, s := range prose.Sentences(came) {
		c.came[prose.Normalize(s)] = true
	}
}

// find looks for a text in words, from a place on.
func (c *comparison) find(w Words, text string, from int) int {
	if c.left < 0 {
		return -1
	}
	at := w.find(text, from)
	if at < 0 {
		c.left -= len(w.text) - from
	} else {
		c.left -= at - from
	}
	return at
}

func (c *comparison) has(w Words, text string) bool { return text != "" && c.find(w, text, 0) >= 0 }

// follow looks for passages in words, one behind the other: negative for one that
// is not behind those before it.
func (c *comparison) follow(w Words, list []passage) []int {
	places := make([]int, len(list))
	from := 0
	for i, p := range list {
		// The first place behind the one before: that is never behind the right one,
		// so that on a page that has all of them in order none is missed.
		if places[i] = c.find(w, p.text, from); places[i] >= 0 {
			from = places[i] + len(p.text)
		}
	}
	return places
}

// only gives the passages that are in a set, or that are not.
func only(list []passage, in bool, set map[string]bool) (part []passage) {
	for _, p := range list {
		if set[p.text] == in {
			part = append(part, p)
		}
	}
	return part
}

func textsIn(list []passage) map[string]bool {
	set := map[string]bool{}
	for _, p := range list {
		set[p.text] = true
	}
	return set
}

// texts compares lead and body.
func (c *comparison) texts() {
	old, now := passages(c.old.Article), passages(c.now.Article)
	inOld, inNow := textsIn(old), textsIn(now)
	c.oldText(old, inNow)
	c.order(only(old, true, inNow), only(now, true, inOld))
	article := wordsOf(allTexts(c.old.Article))
	for _, p := range only(now, false, inOld) {
		c.newPassage(article, p)
	}
	for label := range c.labels {
		if c.has(c.old.Page, label) && !c.has(c.now.Page, label) {
			c.edit("body", label, "")
		}
	}
	c.between()
}

// oldText looks for what the old article said: what the new one says, too, holds
// the places between which the rest is looked for first.
func (c *comparison) oldText(list []passage, inNow map[string]bool) {
	both := only(list, true, inNow)
	held := c.follow(c.now.Page, both)
	article := wordsOf(allTexts(c.now.Article))
	var gone []passage
	ends := make([]int, len(held)+1) // where the text before each of them ends
	ends[len(held)] = len(c.now.Page.text)
	for i, at := range slices.Backward(held) {
		if ends[i] = at; at < 0 {
			ends[i] = ends[i+1]
		}
	}
	was := c.follow(c.old.Page, list)
	from, sure, next := 0, 0, 0 // of held: the next
	first, last := extent(held, len(c.now.Page.text))
	for i, p := range list {
		sound := was[i] >= 0 || c.has(c.old.Page, p.text)
		if sound {
			sure++
		}
		if inNow[p.text] {
			if at := held[next]; at >= 0 {
				from = at + len(p.text)
				c.places = append(c.places, span{from: at, to: from})
			}
			next++
			continue
		}
		at := c.find(c.now.Page, p.text, from)
		if at < 0 {
			at = c.find(c.now.Page, p.text, 0)
		}
		switch {
		case at >= from && at+len(p.text) <= ends[next]:
			from = at + len(p.text)
			c.places = append(c.places, span{from: at, to: from})
		case at >= first && at < last, len(c.places) > 0 && at >= c.places[0].from && at < from && !c.now.Page.linked(at):
			c.doubt(p.field, p.text, p.text) // elsewhere in the text
		case at >= 0:
			// It was a box beside the text, unless it went from the text and only its
			// likeness is left.
			if c.count(c.now.Page, p.text) < c.count(c.old.Page, p.text) {
				c.doubt(p.field, p.text, "")
			}
		case c.has(article, p.text): // what the page does not show, but says of itself
		case sound:
			gone = append(gone, p)
		default:
			c.doubt(p.field, p.text, "")
		}
	}
	note := c.edit
	if len(gone)*2 > sure {
		note = c.doubt // the page shows but a part, or another article
	}
	for _, p := range gone {
		note(p.field, p.text, "")
	}
}

// extent is where on a page of some length the text is, by what was found of it.
func extent(places []int, length int) (first, last int) {
	first, last = length, 0
	for _, at := range places {
		if at >= 0 {
			first, last = min(first, at), max(last, at)
		}
	}
	if first > last {
		return 0, length
	}
	return first, last
}

// order compares what both articles say: it stands in one order, and as often. A
// reader may give a passage twice, or in another order than the page: then the
// pages tell.
func (c *comparison) order(old, now []passage) {
	if slices.EqualFunc(old, now, func(a, b passage) bool { return a.text == b.text }) {
		return
	}
	times := map[string][2]int{}
	for _, p := range old {
		n := times[p.text]
		times[p.text] = [2]int{n[0] + 1, n[1]}
	}
	for _, p := range now {
		n := times[p.text]
		times[p.text] = [2]int{n[0], n[1] + 1}
	}
	before, is, was := passage{}, -1, -1
	for _, p := range now {
		n := times[p.text]
		if n[0] != n[1] {
			if more := c.count(c.now.Page, p.text) - c.count(c.old.Page, p.text); n[1] > n[0] && more > 0 {
				c.doubt(p.field, "", p.text)
			} else if n[1] < n[0] && more < 0 {
				c.doubt(p.field, p.text, "")
			}
			continue
		}
		if n[0] > 1 {
			continue
		}
		at, on := c.find(c.now.Page, p.text, 0), c.find(c.old.Page, p.text, 0)
		if at < 0 || on < 0 {
			continue
		}
		if before.text != "" && (at > is) != (on > was) {
			c.doubt(before.field, before.text, before.text)
			c.doubt(p.field, p.text, p.text)
		}
		before, is, was = p, at, on
	}
	// What comes more than once has no place of its own, but a turn.
	even := slices.DeleteFunc(slices.Clone(old), func(p passage) bool { n := times[p.text]; return n[0] != n[1] })
	turns, turned := c.follow(c.old.Page, even), c.follow(c.now.Page, even)
	for i, p := range even {
		if turns[i] >= 0 && turned[i] < 0 {
			c.doubt(p.field, p.text, p.text)
		}
	}
}

// between doubts what stands on the new page among the old article's lines and was
// not on the old page, where the new article does not have it either: a reader
// that knows no layout leaves a short line out.
func (c *comparison) between() {
	const line = 3 // words at least
	if len(c.places) == 0 {
		return
	}
	article := wordsOf(allTexts(c.now.Article))
	first, last := c.now.Page.line(c.places[0].from), c.now.Page.line(c.places[len(c.places)-1].from)
	for _, s := range c.now.Page.spans[first : last+1] {
		text := c.now.Page.text[s.from:s.to]
		if s.linked || strings.Count(text, " ")+1 < line || ago.MatchString(text) {
			continue
		}
		if !c.led(s.from, text) && !c.said(article, text) && !c.said(c.old.Page, text) {
			c.doubt("body", "", "")
			c.beside = append(c.beside, text)
		}
	}
}

// ago is how long ago an article came out, as templates say it.
var ago = regexp.MustCompile(`(?i)^(\d+|một|an?) (giây|phút|giờ|ngày|tuần|tháng|năm|seconds?|minutes?|hours?|days?|weeks?|months?|years?) (trước|ago)$`)

// newPassage judges a passage that the old article lacks.
func (c *comparison) newPassage(article Words, p passage) {
	at := c.find(c.now.Page, p.text, 0)
	switch {
	case c.said(c.old.Page, p.text), c.said(article, p.text):
		return // the old page had it, beside the article
	case at >= 0 && (c.now.Page.linked(at) || c.led(at, p.text)), ago.MatchString(p.text):
		return // a box of links, a sentence with the dateline before it, a template's clock
	case at >= 0 && c.added(at, p.text):
		c.edit(p.field, "", p.text)
	default:
		c.doubt(p.field, "", p.text)
	}
}

// said reports whether words have a text: anywhere in them, or a short one as a line
// or sentence of its own.
func (c *comparison) said(w Words, text string) bool {
	if strings.Count(text, " ")+1 >= fewWordsAlike {
		return c.has(w, text)
	}
	c.left -= len(w.text)
	return c.left >= 0 && w.says(text)
}

// added reports whether a passage of the new page carries an old one on, or stands
// between old ones as a sentence does. A box among the paragraphs is links, or a
// few words; what stands above and below the text may be the template's, and so
// may what leads a paragraph in ("Dân trí -").
func (c *comparison) added(at int, text string) bool {
	const sentence = 6 // words at least
	end := at + len(text)
	i := c.behind(at)
	switch {
	case i == len(c.places):
		return false
	case c.places[i].from < end:
		return c.places[i].to < end
	case i == 0:
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, `"')]`))
	return strings.ContainsRune(".?!", last) && strings.Count(text, " ")+1 >= sentence
}

// led reports whether a passage is old ones with nothing between, or behind what the
// old article had apart from its text: templates put dateline and signature into
// the first line, and an hour before what was said.
func (c *comparison) led(at int, text string) bool {
	from, end := at, at+len(text)
	for i := c.behind(at); i < len(c.places) && c.places[i].from < end; i++ {
		s := c.places[i]
		if s.from < from || s.to > end {
			return false
		}
		between := barely(c.now.Page.text[from:s.from])
		if between != "" && !c.labels[between] && !slices.Contains(c.apart, between) {
			return false
		}
		from = s.to
	}
	return from > at && barely(c.now.Page.text[from:end]) == ""
}

// barely is a text without the signs around it.
func barely(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !prose.IsWord(r) })
}

// behind is the first of the places that ends behind at.
func (c *comparison) behind(at int) int {
	i, _ := slices.BinarySearchFunc(c.places, at, func(s span, at int) int { return s.to - at - 1 })
	return i
}

// title compares the titles. A page names its title in many places, old ones in
// its lists of the newest included, and a reader without layout may take another
// heading for it, or the page's title with the newspaper's name.
func (c *comparison) title() {
	old, now := prose.Normalize(string(c.old.Article.Title)), prose.Normalize(string(c.now.Article.Title))
	if old == now || old == "" {
		return
	}
	was, is := c.has(c.old.Page, old), c.has(c.now.Page, old)
	came := c.has(c.now.Page, now) && !c.has(c.old.Page, now)
	within := wordsOf([]string{now}).find(old, 0) >= 0
	note := c.doubt
	switch {
	case was && !is && !within, came && !c.now.Page.lines[old]:
		note = c.edit
	case came, c.now.Page.lines[now] && !c.old.Page.lines[now], !was && !within:
	default:
		return
	}
	note("title", old, now)
}

// signature compares a line that stands apart from the text. telling is one that
// no template leaves out or puts in by itself.
func (c *comparison) signature(field, old, now string, telling bool) {
	old, now = prose.Normalize(old), prose.Normalize(now)
	if old == now {
		return
	}
	gone := c.signed(c.old.Page, old) && !c.signed(c.now.Page, old)
	came := c.signed(c.now.Page, now) && !c.signed(c.old.Page, now)
	switch {
	case gone && came:
		c.edit(field, old, now)
	case telling && (gone || came):
		c.doubt(field, old, now)
	}
}

// signed reports whether a page has a text oftener than the old article's own text
// and captions do: who signs an article may be named in it, too.
func (c *comparison) signed(page Words, text string) bool {
	return text != "" && c.count(page, text) > c.count(c.oldWords, text)
}

func (c *comparison) count(w Words, text string) (n int) {
	for at := c.find(w, text, 0); at >= 0; at = c.find(w, text, at+len(text)) {
		n++
	}
	return n
}

// captions compares what stands under pictures.
func (c *comparison) captions() {
	apart := func(list []string, on, missing Words) (texts []string) {
		for _, t := range list {
			if t = prose.Normalize(t); c.has(on, t) && !c.has(missing, t) {
				texts = append(texts, t)
			}
		}
		return texts
	}
	gone := apart(c.old.Article.Captions, c.old.Page, c.now.Page)
	came := apart(c.now.Article.Captions, c.now.Page, c.old.Page)
	note := c.doubt
	if len(gone) > 0 && len(came) > 0 {
		note = c.edit
	}
	for _, t := range gone {
		note("captions", t, "")
	}
	for _, t := range came {
		note("captions", "", t)
	}
}
