package main

import (
	"strconv"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cmd/internal/screen"
)

// pageList is a list of pages on a terminal. Its columns are chosen by the first rows and the
// width; the title takes what is left.
type pageList struct {
	tty     *tty
	waiting []string // rows, until the columns are chosen
	columns []pageColumn
}

// tableWaits is by how many rows columns are chosen.
const tableWaits = 200

// The fields of a row, as [listRow] puts them together.
const (
	rowPage = iota
	rowPublished
	rowVersions
	rowState
	rowTitle
	rowFields
)

// listRow is a row of the table as it waits to be printed, the fields parted by tabs.
func listRow(site string, p archive.PageInfo) string {
	published := ""
	if !p.Published.IsZero() {
		published = shortTime(p.Published)
	}
	return strings.Join([]string{cell(site + "/" + p.Page), published, strconv.Itoa(p.Versions), string(p.State), cell(p.Title)}, "\t")
}

// pageColumn is one column.
type pageColumn struct {
	field, width int
	head         string
}

// tablePlans are which columns there are before the title, from the most to the fewest, and how
// wide the title has to be for that.
var tablePlans = []struct {
	columns []pageColumn
	title   int
}{
	{[]pageColumn{{rowPublished, 16, "PUBLISHED"}, {rowVersions, 3, "VER"}, {rowState, 7, "STATE"}}, 40},
	{[]pageColumn{{rowPublished, 10, "PUBLISHED"}, {rowVersions, 3, "VER"}, {rowState, 7, "STATE"}}, 24},
	{[]pageColumn{{rowPublished, 10, "PUBLISHED"}, {rowVersions, 3, "VER"}}, 24},
	{[]pageColumn{{rowPublished, 10, "PUBLISHED"}}, 18},
	{nil, 0},
}

func (t *pageList) add(row string) error {
	if t.columns != nil {
		return t.put(row)
	}
	if t.waiting = append(t.waiting, row); len(t.waiting) < tableWaits {
		return nil
	}
	return t.flush()
}

// flush chooses the columns and prints what waits.
func (t *pageList) flush() error {
	if len(t.waiting) == 0 {
		return nil
	}
	page := len("PAGE")
	for _, row := range t.waiting {
		page = max(page, screen.Width(strings.Split(row, "\t")[rowPage]))
	}
	page = min(page, max(36, t.tty.columns/2)) // one that is longer pushes its row
	for _, plan := range tablePlans {
		t.columns = append([]pageColumn{{rowPage, page, "PAGE"}}, plan.columns...)
		if t.left() >= plan.title {
			break
		}
	}
	var head screen.Line
	for _, c := range t.columns {
		head = head.And(screen.Pad(c.head, c.width)+"  ", screen.Faint)
	}
	waiting := t.waiting
	t.waiting = nil
	err := t.tty.put(head.And("TITLE", screen.Faint))
	for _, row := range waiting {
		if err == nil {
			err = t.put(row)
		}
	}
	return err
}

// left is how many columns are left for the title.
func (t *pageList) left() int {
	left := t.tty.columns
	for _, c := range t.columns {
		left -= c.width + 2
	}
	return left
}

// stateStyle is how a page's state looks that is not live.
func stateStyle(s string) screen.Style {
	switch capture.State(s) {
	case capture.Live:
		return screen.Plain
	case capture.Gone:
		return screen.Red
	}
	return screen.Yellow
}

// put prints a row.
func (t *pageList) put(row string) error {
	fields := strings.SplitN(row, "\t", rowFields)
	state, stated := fields[rowState], false
	var line screen.Line
	width := 0
	for _, c := range t.columns {
		text, style := fields[c.field], screen.Plain
		switch c.field {
		case rowPage:
			text = screen.Pad(text, max(c.width, min(screen.Width(text), t.tty.columns-2)))
		case rowPublished:
			text, style = text[:min(len(text), c.width)], screen.Faint
		case rowVersions:
			text = strings.Repeat(" ", max(0, c.width-len(text))) + text
			if fields[c.field] != "1" {
				style = screen.Bold
			}
		case rowState:
			stated, style = true, stateStyle(state)
		}
		if c.field != rowPage {
			text = screen.Pad(text, c.width)
		}
		line = line.And(text, style).And("  ", screen.Plain)
		width += screen.Width(text) + 2
	}
	if !stated && state != string(capture.Live) {
		mark := state + ": "
		line = line.And(mark, stateStyle(state))
		width += len(mark)
	}
	return t.tty.put(line.And(screen.Cut(fields[rowTitle], t.tty.columns-width), screen.Plain))
}
