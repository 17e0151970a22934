package cleaner

import (
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A table holds data, or sets other things in their places: pictures with their
// captions, a menu beside an article, a box at the side. Data stays rows, all
// else is text.

// table reads a data table as rows, and a table round pictures as the pictures
// and their captions; false for a table for looks.
func (r *bodyReader) table(n *html.Node) bool {
	t := readTable(n)
	if t.arranges() && r.pictureTable(n, t) {
		return true
	}
	if !t.isData() {
		return false
	}
	if t.title != "" {
		r.blocks = append(r.blocks, bodyBlock{Block: Block{Kind: Paragraph, Text: t.title}})
	}
	for _, row := range t.rows {
		if line := rowText(row.cells); line != "" {
			r.blocks = append(r.blocks, bodyBlock{Block: Block{Kind: Row, Text: line}})
			r.bare = 0
		}
	}
	return true
}

// rowText is a row of a table of data, its cells parted by tabs, "" for an empty
// one.
func rowText(cells []string) string {
	line := strings.TrimRight(strings.Join(cells, "\t"), "\t")
	if strings.TrimSpace(line) == "" {
		return ""
	}
	return line
}

// pictureTable reads a table that arranges pictures; false where it holds a
// text besides.
func (r *bodyReader) pictureTable(n *html.Node, t table) bool {
	var marked []string
	each(n, func(c *html.Node) bool {
		if r.isCaptionElement(c) {
			marked = append(marked, prose.Clean(nodeText(c)))
			return false
		}
		return true
	})
	if len(marked) == 0 && t.letters > longestCaption {
		r.pictures(n)
		return false
	}
	switch {
	case len(marked) > 1 && t.side <= 1:
		r.frame(n, r.inside(n))
	case len(marked) > 0:
		r.pictures(n)
		r.captionEach(marked)
	case t.side > 1:
		r.pictures(n)
		for _, row := range t.rows {
			r.captionEach(row.cells)
		}
	default:
		for _, row := range t.rows {
			for i, c := range row.nodes {
				r.pictures(c)
				r.caption(row.cells[i])
			}
		}
	}
	return true
}

// captionEach keeps captions that stand beside one another; where there are as
// many pictures without one, each has its own.
func (r *bodyReader) captionEach(texts []string) {
	texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	bare := r.images[len(r.images)-r.bare:]
	if len(bare) != len(texts) {
		for _, text := range texts {
			r.caption(text)
		}
		return
	}
	for i := range bare {
		if !isFurnitureCaption(texts[i]) {
			captionAll(bare[i:i+1], texts[i])
			r.captionAt(texts[i], pictureKey(bare[i].URL), len(r.blocks))
		}
	}
	r.bare = 0
}

// table is what a table's cells hold, those of tables inside it left out.
type table struct {
	title   string // its caption element
	rows    []tableRow
	side    int  // most texts side by side in a row
	letters int  // of all
	long    int  // of those in cells that hold running text
	heads   bool // cells that are marked as heads
	looks   bool // it says itself that it is for looks, or holds other tables, or headings
}

type tableRow struct {
	nodes    []*html.Node
	cells    []string
	pictures bool
	plain    int  // texts without a picture in their cell
	running  bool // one of these runs on for paragraphs
}

func isDataTable(n *html.Node) bool {
	if holds(n, atom.Table) { // said here, for tables within tables would all be read again
		return false
	}
	t := readTable(n)
	return t.isData()
}

func readTable(n *html.Node) table {
	var t table
	switch attr(n, "role") {
	case "presentation", "none":
		t.looks = true
	}
	each(n, func(c *html.Node) bool {
		switch c.DataAtom {
		case atom.Caption:
			t.title = prose.Clean(nodeText(c))
		case atom.Th, atom.Thead:
			t.heads = true
		case atom.Tr:
			t.add(readRow(c))
		case atom.H1, atom.H2, atom.H3, atom.Blockquote, atom.Article:
			t.looks = true
		case atom.Table:
			t.looks = true
			return false
		}
		return true
	})
	return t
}

func readRow(tr *html.Node) tableRow {
	var row tableRow
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		text, picture := prose.Clean(nodeText(c)), holds(c, atom.Img)
		row.nodes, row.cells, row.pictures = append(row.nodes, c), append(row.cells, text), row.pictures || picture
		if text != "" && !picture {
			row.plain++
			row.running = row.running || utf8.RuneCountInString(text) >= sureParagraph && hasParagraphs(c)
		}
	}
	return row
}

// hasParagraphs tells an element with two paragraphs or more among its children.
func hasParagraphs(n *html.Node) bool {
	count := 0
	for c := n.FirstChild; c != nil && count < 2; c = c.NextSibling {
		if c.DataAtom == atom.P {
			count++
		}
	}
	return count > 1
}

func (t *table) add(row tableRow) {
	const longCell = 250 // of a cell that holds running text
	texts := 0
	for _, text := range row.cells {
		if text == "" {
			continue
		}
		texts++
		n := utf8.RuneCountInString(text)
		if t.letters += n; n > longCell {
			t.long += n
		}
	}
	t.side = max(t.side, texts)
	t.rows = append(t.rows, row)
}

// isData tells a table whose rows say something of one another: two texts side
// by side at least, in more rows than one, or of the same kind in one; and most
// of it is no running text, unless it has heads.
func (t *table) isData() bool {
	if t.looks || t.side < 2 || t.long*2 > t.letters && !t.heads {
		return false
	}
	filled := slices.DeleteFunc(slices.Clone(t.rows), func(row tableRow) bool { return rowText(row.cells) == "" })
	if len(filled) > 1 {
		return true
	}
	return !slices.ContainsFunc(filled[0].cells, func(text string) bool {
		return text == "" || prose.EndsSentence(text) && utf8.RuneCountInString(text) >= shortParagraph
	})
}

// arranges tells a table that only puts pictures and their captions in their
// places: few rows, and none with a picture beside two texts, as a logo is in a
// table of results, or beside text that runs on.
func (t *table) arranges() bool {
	const most = 12
	pictures := false
	for _, row := range t.rows {
		if row.pictures && (row.plain > 1 || row.running) {
			return false
		}
		pictures = pictures || row.pictures
	}
	return pictures && len(t.rows) <= most
}
