package dom

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

// RowText is a row of a table of data, its cells parted by tabs, "" for an empty
// one.
func RowText(cells []string) string {
	line := strings.TrimRight(strings.Join(cells, "\t"), "\t")
	if strings.TrimSpace(line) == "" {
		return ""
	}
	return line
}

// Table is what a table's cells hold, those of tables inside it left out.
type Table struct {
	Title   string // its caption element
	Rows    []TableRow
	Side    int  // most texts side by side in a row
	Letters int  // of all
	long    int  // of those in cells that hold running text
	heads   bool // cells that are marked as heads
	looks   bool // it says itself that it is for looks, or holds other tables, or headings
}

// TableRow is what the cells of one row hold.
type TableRow struct {
	Nodes    []*html.Node
	Cells    []string
	pictures bool
	plain    int  // texts without a picture in their cell
	running  bool // one of these runs on for paragraphs
}

// IsDataTable recognizes a table of data: its cells belong to one another.
func IsDataTable(n *html.Node) bool {
	if holds(n, atom.Table) { // said here, for tables within tables would all be read again
		return false
	}
	t := ReadTable(n)
	return t.IsData()
}

// ReadTable reads what the cells of a table hold.
func ReadTable(n *html.Node) Table {
	var t Table
	switch Attr(n, "role") {
	case "presentation", "none":
		t.looks = true
	}
	Each(n, func(c *html.Node) bool {
		switch c.DataAtom {
		case atom.Caption:
			t.Title = prose.Clean(Text(c))
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

func readRow(tr *html.Node) TableRow {
	var row TableRow
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		text, picture := prose.Clean(Text(c)), holds(c, atom.Img)
		row.Nodes, row.Cells, row.pictures = append(row.Nodes, c), append(row.Cells, text), row.pictures || picture
		if text != "" && !picture {
			row.plain++
			row.running = row.running || utf8.RuneCountInString(text) >= prose.SureParagraph && hasParagraphs(c)
		}
	}
	return row
}

// hasParagraphs recognizes an element with two paragraphs or more among its children.
func hasParagraphs(n *html.Node) bool {
	count := 0
	for c := n.FirstChild; c != nil && count < 2; c = c.NextSibling {
		if c.DataAtom == atom.P {
			count++
		}
	}
	return count > 1
}

func (t *Table) add(row TableRow) {
	const longCell = 250 // of a cell that holds running text
	texts := 0
	for _, text := range row.Cells {
		if text == "" {
			continue
		}
		texts++
		n := utf8.RuneCountInString(text)
		if t.Letters += n; n > longCell {
			t.long += n
		}
	}
	t.Side = max(t.Side, texts)
	t.Rows = append(t.Rows, row)
}

// IsData recognizes a table whose rows say something of one another: two texts side
// by side at least, in more rows than one, or of the same kind in one; and most
// of it is no running text, unless it has heads.
func (t *Table) IsData() bool {
	if t.looks || t.Side < 2 || t.long*2 > t.Letters && !t.heads {
		return false
	}
	filled := slices.DeleteFunc(slices.Clone(t.Rows), func(row TableRow) bool { return RowText(row.Cells) == "" })
	if len(filled) > 1 {
		return true
	}
	return !slices.ContainsFunc(filled[0].Cells, func(text string) bool {
		return text == "" || prose.EndsSentence(text) && utf8.RuneCountInString(text) >= prose.ShortParagraph
	})
}

// Arranges recognizes a table that only puts pictures and their captions in their
// places: few rows, and none with a picture beside two texts, as a logo is in a
// table of results, or beside text that runs on.
func (t *Table) Arranges() bool {
	const most = 12
	pictures := false
	for _, row := range t.Rows {
		if row.pictures && (row.plain > 1 || row.running) {
			return false
		}
		pictures = pictures || row.pictures
	}
	return pictures && len(t.Rows) <= most
}
