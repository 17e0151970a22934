package layout

import (
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// figure reads pictures and their captions; false for a figure that only wraps
// something else: a table of data, a quote, running text.
func (r *bodyReader) figure(n *html.Node) bool {
	in := r.inside(n)
	switch {
	case in.data || in.quote, in.longest > dom.LongestCaption:
		return false
	case in.media == 0:
		return in.captions > 0 && in.longest == 0
	case in.media != atom.Img && in.captions == 0 && in.paragraphs:
		return false // a film, and text that it stands beside
	}
	r.frame(n, in)
	return true
}

// box reads what a class names a caption, or a frame round a picture and its
// caption; false where it holds more.
func (r *bodyReader) box(n *html.Node, at setting, box dom.PictureBox) bool {
	in := r.inside(n)
	switch {
	case in.data || in.quote || in.heading || in.all > dom.LongestCaption:
		return false
	case in.media == 0 && box == dom.CaptionBox:
		r.flush(at)
		r.caption(prose.Clean(dom.Text(n)))
		return true
	case in.media != atom.Img || in.above || in.captions == 0 && in.all > dom.LongestCaption/2:
		return false
	}
	r.flush(at)
	r.frame(n, in)
	return true
}

// contents are what a figure holds.
type contents struct {
	media      atom.Atom // the first picture, film or recording; 0 is none
	captions   int       // elements that are marked as captions
	longest    int       // characters of the longest text outside of them
	all        int       // and of all
	above      bool      // text stands above the first picture
	paragraphs bool
	heading    bool
	quote      bool
	data       bool // a table of data

	frames map[*html.Node]bool // elements that are called captions, and hold a picture
}

func (r *bodyReader) inside(n *html.Node) contents {
	in := contents{frames: map[*html.Node]bool{}}
	var open []*html.Node // what is called a caption, round the present place
	length := 0
	end := func() {
		in.longest = max(in.longest, length)
		in.all += length
		length = 0
	}
	dom.Walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			if text := strings.TrimSpace(c.Data); text != "" && (len(open) == 0 || in.frames[open[len(open)-1]]) {
				length += utf8.RuneCountInString(text)
				in.above = in.above || in.media == 0
			}
			return false
		}
		if c.Type != html.ElementNode {
			return false
		}
		if !dom.IsInline(c) {
			end()
		}
		switch name := dom.Atom(c); name {
		case atom.Img, atom.Video, atom.Iframe, atom.Picture, atom.Object, atom.Audio:
			if in.media == 0 || name == atom.Img {
				in.media = name
			}
			for i := len(open) - 1; i >= 0 && !in.frames[open[i]] && open[i].DataAtom != atom.Figcaption; i-- {
				in.frames[open[i]] = true
				in.captions--
			}
			return c.DataAtom == atom.Picture
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Button:
			return false
		case atom.Blockquote:
			in.quote = true
		case atom.H1, atom.H2, atom.H3, atom.H4:
			in.heading = true
		case atom.Table:
			in.data = in.data || dom.IsDataTable(c)
		case atom.P:
			in.paragraphs = true
		}
		if r.isCaptionElement(c) {
			in.captions++
			open = append(open, c)
		}
		return !in.data
	}, func(c *html.Node) {
		if len(open) > 0 && open[len(open)-1] == c {
			open = open[:len(open)-1]
		}
		if c.Type == html.ElementNode && !dom.IsInline(c) {
			end()
		}
	})
	end()
	return in
}

// isCaptionElement tells what is marked as a caption: by its name, by the
// layout, by its class.
func (r *bodyReader) isCaptionElement(n *html.Node) bool {
	return n.DataAtom == atom.Figcaption || r.marks[n]&captioning != 0 || dom.PictureBoxOf(n) == dom.CaptionBox
}

// frame reads a box round pictures: what is in it beside them are captions, in
// the page's order. Where some are marked, a word or two beside are not.
func (r *bodyReader) frame(n *html.Node, in contents) {
	var text []byte
	above := "" // a caption with no picture over it
	take := func(caption string) {
		if r.Bare == 0 {
			above = caption
		}
		r.caption(caption)
	}
	end := func() {
		caption := prose.Clean(string(text))
		if text = text[:0]; caption != "" && (in.captions == 0 || credits.LooksCaption(caption) || prose.EndsSentence(caption)) {
			take(caption)
		}
	}
	first := len(r.Images)
	dom.Walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode {
			text = append(text, c.Data...)
			return false
		}
		if c.Type != html.ElementNode || r.marks[c]&(skipped|related) != 0 {
			return false
		}
		if s, ok := dom.Spelled(c); ok {
			text = append(text, s...)
			return false
		}
		switch dom.Atom(c) {
		case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Button, atom.Iframe, atom.Video, atom.Audio, atom.Object, atom.Select:
			return false
		case atom.Img:
			end()
			r.Picture(c)
			return false
		}
		if r.isCaptionElement(c) && !in.frames[c] {
			end()
			take(prose.Clean(dom.Text(c)))
			return false
		}
		if !dom.IsInline(c) {
			end()
		}
		return true
	}, func(c *html.Node) {
		if c.Type == html.ElementNode && !dom.IsInline(c) {
			end()
		}
	})
	end()
	if bare := r.Images[first:]; above != "" && len(bare) == 1 && bare[0].Caption == "" {
		draft.CaptionAll(bare, above)
		r.Bare = 0
	}
}

// goesOnCaption tells the second line of a caption: its picture stands over the
// first one.
func (b *bodyBlock) goesOnCaption(above bodyBlock) bool {
	return b.Kind == article.Paragraph && b.bare == 0 && b.shown == above.shown && b.centred && (b.italic || credits.LooksCaption(b.Text))
}

// table reads a data table as rows, and a table round pictures as the pictures
// and their captions; false for a table for looks.
func (r *bodyReader) table(n *html.Node) bool {
	t := dom.ReadTable(n)
	if t.Arranges() && r.pictureTable(n, t) {
		return true
	}
	if !t.IsData() {
		return false
	}
	if t.Title != "" {
		r.blocks = append(r.blocks, bodyBlock{Block: article.Block{Kind: article.Paragraph, Text: t.Title}})
	}
	for _, row := range t.Rows {
		if line := dom.RowText(row.Cells); line != "" {
			r.blocks = append(r.blocks, bodyBlock{Block: article.Block{Kind: article.Row, Text: line}})
			r.Bare = 0
		}
	}
	return true
}

// pictureTable reads a table that arranges pictures; false where it holds a
// text besides.
func (r *bodyReader) pictureTable(n *html.Node, t dom.Table) bool {
	var marked []string
	dom.Each(n, func(c *html.Node) bool {
		if r.isCaptionElement(c) {
			marked = append(marked, prose.Clean(dom.Text(c)))
			return false
		}
		return true
	})
	if len(marked) == 0 && t.Letters > dom.LongestCaption {
		r.Pictures(n)
		return false
	}
	switch {
	case len(marked) > 1 && t.Side <= 1:
		r.frame(n, r.inside(n))
	case len(marked) > 0:
		r.Pictures(n)
		r.captionEach(marked)
	case t.Side > 1:
		r.Pictures(n)
		for _, row := range t.Rows {
			r.captionEach(row.Cells)
		}
	default:
		for _, row := range t.Rows {
			for i, c := range row.Nodes {
				r.Pictures(c)
				r.caption(row.Cells[i])
			}
		}
	}
	return true
}

// captionEach keeps captions that stand beside one another; where there are as
// many pictures without one, each has its own.
func (r *bodyReader) captionEach(texts []string) {
	texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	bare := r.Images[len(r.Images)-r.Bare:]
	if len(bare) != len(texts) {
		for _, text := range texts {
			r.caption(text)
		}
		return
	}
	for i := range bare {
		if !phrases.IsFurnitureCaption(texts[i]) {
			draft.CaptionAll(bare[i:i+1], texts[i])
			r.captionAt(texts[i], dom.PictureKey(bare[i].URL), len(r.blocks))
		}
	}
	r.Bare = 0
}
