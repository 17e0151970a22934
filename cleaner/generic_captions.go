package cleaner

import (
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// longestBelow is how long a text may be, in characters, that only its place
// under a picture makes a caption.
const longestBelow = 350

// underPictures marks the captions that no element and no credit tells: what
// stands right under a picture, set to the middle while the text behind it is
// not, or on the line below where the whole text is lines and breaks. Italics
// tell captions of Vietnamese newspapers, in the picture's own paragraph; elsewhere
// they are an editor's remark, or a word that is stressed.
func (j *judge) underPictures(name verdict) {
	for k, p := range j.pictures {
		i := p.at
		if k+1 < len(j.pictures) && j.pictures[k+1].at == i {
			continue // the last of several in a row
		}
		if i < j.top || i >= j.last || !j.keeps(i) || dom.IsIcon(p.node) {
			continue
		}
		b := &j.blocks[i]
		if j.in(i)&(inHeading|inItem|inQuote|inPre) != 0 || b.link*2 > b.size() || int(b.size()) > longestBelow*utf8.UTFMax ||
			utf8.RuneCount(j.bytes(b)) > longestBelow || beginsLine(string(j.bytes(b))) {
			continue
		}
		switch look := j.looksApart(i) && (j.isMiddled(i) || dom.IsWithin(p.node, j.elems[b.elem].node)); {
		case look && !j.looksApart(j.runningAfter(i)):
		case j.lineBelow(p.node, i):
		case dom.IsWithin(p.node, j.elems[b.elem].node) && j.leadFollows(i): // the picture over the lead
		default:
			continue
		}
		j.verdicts[i] = name
	}
}

// leadFollows tells whether the block behind i calls itself the lead: then what
// stands above it with a picture is the picture's.
func (j *judge) leadFollows(i int32) bool {
	if i+1 >= j.last || !j.keeps(i+1) || !j.blocks[i+1].sentence() || j.blocks[i].running() {
		return false
	}
	for e := j.blocks[i+1].elem; e >= 0 && j.elems[e].last-j.elems[e].first == 1; e = j.elems[e].parent {
		if saysLead(j.elems[e].node) {
			return true
		}
	}
	return false
}

// looksApart tells a block that is set to the middle, or all of it in italics.
func (j *judge) looksApart(i int32) bool {
	if i < 0 {
		return true // nothing to tell it from
	}
	b := &j.blocks[i]
	if b.strong > 0 {
		return false
	}
	if b.bold >= b.size() && prose.Language(string(j.bytes(b))) == "vi" {
		return true
	}
	return j.isMiddled(i)
}

// isMiddled tells a block that is set to the middle by an element of its own.
func (j *judge) isMiddled(i int32) bool {
	for e := j.blocks[i].elem; e >= 0 && j.elems[e].last-j.elems[e].first == 1; e = j.elems[e].parent {
		if _, centred := dom.SetAside(j.elems[e].node); centred || j.elems[e].node.DataAtom == atom.Center {
			return true
		}
	}
	return false
}

// runningAfter is the next paragraph behind block i, -1 where there is none;
// where nothing follows, the one before it.
func (j *judge) runningAfter(i int32) int32 {
	const reach = 10
	for k := i + 1; k < min(j.last, i+reach); k++ {
		if j.keeps(k) && j.blocks[k].running() && !j.looksApart(k) {
			return k
		}
	}
	for k := i - 1; k >= max(j.first, i-reach); k-- {
		if j.keeps(k) && j.blocks[k].running() {
			return k
		}
	}
	return -1
}

// lineBelow tells whether block i is the line below a picture, parted from it
// by one line break in the same paragraph and from the text by more.
func (j *judge) lineBelow(picture *html.Node, i int32) bool {
	const longest, fewest = 600, 3 // bytes; paragraphs of the element
	b := &j.blocks[i]
	if e := &j.elems[b.elem]; b.size() > longest || b.strong > 0 || e.last-e.first < fewest || e.end > b.elem+1 {
		return false
	}
	n := picture
	for n.NextSibling == nil && n.Parent != nil && dom.IsInline(n.Parent) {
		n = n.Parent
	}
	breaks := 0
	for n = n.NextSibling; n != nil; n = n.NextSibling {
		switch {
		case n.DataAtom == atom.Br:
			breaks++
		case n.Type == html.TextNode && prose.Clean(n.Data) == "", n.DataAtom == atom.Img:
		case n.Type == html.TextNode, n.Type == html.ElementNode && dom.IsInline(n):
			return breaks == 1
		default:
			return false
		}
	}
	return false
}
