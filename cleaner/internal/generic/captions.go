package generic

import (
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/outline"
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
	for k, p := range j.Pictures {
		i := p.At
		if k+1 < len(j.Pictures) && j.Pictures[k+1].At == i {
			continue // the last of several in a row
		}
		if i < j.top || i >= j.last || !j.keeps(i) || dom.IsIcon(p.Node) {
			continue
		}
		b := &j.Blocks[i]
		if j.in(i)&(outline.InHeading|outline.InItem|outline.InQuote|outline.InPre) != 0 || b.Link*2 > b.Size() || int(b.Size()) > longestBelow*utf8.UTFMax ||
			utf8.RuneCount(j.Bytes(b)) > longestBelow || outline.BeginsLine(string(j.Bytes(b))) {
			continue
		}
		switch look := j.looksApart(i) && (j.isMiddled(i) || dom.IsWithin(p.Node, j.Elems[b.Elem].Node)); {
		case look && !j.looksApart(j.runningAfter(i)):
		case j.lineBelow(p.Node, i):
		case dom.IsWithin(p.Node, j.Elems[b.Elem].Node) && j.leadFollows(i): // the picture over the lead
		default:
			continue
		}
		j.verdicts[i] = name
	}
}

// leadFollows reports whether the block behind i calls itself the lead: then what
// stands above it with a picture is the picture's.
func (j *judge) leadFollows(i int32) bool {
	if i+1 >= j.last || !j.keeps(i+1) || !j.Blocks[i+1].Sentence() || j.Blocks[i].Running() {
		return false
	}
	for e := j.Blocks[i+1].Elem; e >= 0 && j.Elems[e].Last-j.Elems[e].First == 1; e = j.Elems[e].Parent {
		if saysLead(j.Elems[e].Node) {
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
	b := &j.Blocks[i]
	if b.Strong > 0 {
		return false
	}
	if b.Bold >= b.Size() && prose.Language(string(j.Bytes(b))) == "vi" {
		return true
	}
	return j.isMiddled(i)
}

// isMiddled tells a block that is set to the middle by an element of its own.
func (j *judge) isMiddled(i int32) bool {
	for e := j.Blocks[i].Elem; e >= 0 && j.Elems[e].Last-j.Elems[e].First == 1; e = j.Elems[e].Parent {
		if _, centred := dom.SetAside(j.Elems[e].Node); centred || j.Elems[e].Node.DataAtom == atom.Center {
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
		if j.keeps(k) && j.Blocks[k].Running() && !j.looksApart(k) {
			return k
		}
	}
	for k := i - 1; k >= max(j.first, i-reach); k-- {
		if j.keeps(k) && j.Blocks[k].Running() {
			return k
		}
	}
	return -1
}

// lineBelow reports whether block i is the line below a picture, parted from it
// by one line break in the same paragraph and from the text by more.
func (j *judge) lineBelow(picture *html.Node, i int32) bool {
	const longest, fewest = 600, 3 // bytes; paragraphs of the element
	b := &j.Blocks[i]
	if e := &j.Elems[b.Elem]; b.Size() > longest || b.Strong > 0 || e.Last-e.First < fewest || e.End > b.Elem+1 {
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
