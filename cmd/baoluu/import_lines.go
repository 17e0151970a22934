package main

import (
	"cmp"
	"fmt"
	"strings"

	"baoluu/archive/warc"
)

// importedLine is the JSON line of one file that was imported.
type importedLine struct {
	Type      string   `json:"type"`
	File      string   `json:"file"`
	Site      string   `json:"site"`
	ID        string   `json:"id"`
	Page      string   `json:"page"`
	URL       string   `json:"url"`
	Captured  string   `json:"captured"`
	Number    uint64   `json:"capture"`
	Duplicate bool     `json:"duplicate"`
	Version   int      `json:"version"`
	Notes     []string `json:"notes"`
	TimeFrom  string   `json:"captured_from"` // where that time comes from: given, copy, page, address
	DryRun    bool     `json:"dry_run,omitempty"`
	tablePlace
}

// importLine is the JSON line of all that was imported.
type importLine struct {
	Type     string        `json:"type"`
	Files    int           `json:"files"` // pages and web archives' files
	Kept     int           `json:"kept"`  // pages: new
	Articles int           `json:"articles"`
	There    int           `json:"duplicates"` // there already
	Refused  int           `json:"refused"`    // files of both kinds
	Times    importedTimes `json:"times"`      // of pages, kept and there already
	WARC     warc.Imported `json:"warc"`
	DryRun   bool          `json:"dry_run,omitempty"`
}

// importedTimes counts where the times of pages come from.
type importedTimes struct {
	Given   int `json:"given"`
	Copy    int `json:"copy"`
	Page    int `json:"page"`
	Address int `json:"address"`
}

func (t *importedTimes) add(from string) {
	switch from {
	case timeGiven:
		t.Given++
	case timeOfCopy:
		t.Copy++
	case timeOfPage:
		t.Page++
	case timeOfAddress:
		t.Address++
	}
}

// ofArticles is how many of what was kept are articles, and nothing for none.
func ofArticles(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " (1 article)"
	}
	return " (" + count(n) + " articles)"
}

// unneeded is how many assets no page needs, and nothing for none.
func unneeded(n int) string {
	if n == 0 {
		return ""
	}
	return ", " + plural(n, "asset", "assets") + " of other hosts that no page needs"
}

// summary prints what came of all, and how much was not printed.
func (i *importer) summary() error {
	i.said.rest()
	s := i.sum
	s.Type, s.Files, s.DryRun = "import", i.imported+s.Refused, i.o.dryRun
	if s.Files < 2 { // its own line says it
		return nil
	}
	if i.o.asJSON {
		return printJSON(i.app.out, s)
	}
	pages := s.Kept + s.There
	if pages > 0 || i.archives == 0 {
		kept := "kept"
		if i.o.dryRun {
			kept = "would be kept"
		}
		printf(i.app.err, "%s of %s files %s%s%s%s\n", count(s.Kept), count(s.Files-i.archives), kept, ofArticles(s.Articles),
			counted(s.There, "there already"), counted(s.Refused, "refused"))
	}
	if i.archives > 1 {
		printf(i.app.err, "%s web archives' files: %s kept%s%s%s%s\n", count(i.archives), plural(s.WARC.Captures, "capture", "captures"), ofArticles(s.WARC.Articles),
			counted(s.WARC.Duplicates, "there already"), counted(s.WARC.Broken, "broken"), unneeded(s.WARC.Unneeded))
	}
	if pages > 0 {
		times := counted(s.Times.Given, "given") + counted(s.Times.Copy, "from the web archive") +
			counted(s.Times.Page, "from the page") + counted(s.Times.Address, "from the address's number")
		printf(i.app.err, "times: %s\n", strings.TrimPrefix(times, ", "))
	}
	return nil
}

func (i *importer) sayRefused(p readPage) error {
	i.sum.Refused++
	line := refusal(p.item.file, p.line.URL, p.why)
	if line.tablePlace = p.item.tablePlace; i.o.asJSON {
		return printJSON(i.app.out, line)
	}
	if !i.said.first(kindRefused, maxPrinted) {
		return nil
	}
	if p.item.Table != "" {
		printf(i.app.err, "%s line %d: ", p.item.Table, p.item.Line)
	}
	if p.item.file != "" {
		printf(i.app.err, "%s: ", p.item.file)
	}
	printf(i.app.err, "%s\n", line.Reason)
	return nil
}

func (i *importer) sayTaken(p readPage) error {
	line := p.line
	line.Number, line.Duplicate, line.Version = p.put.Number, p.put.Duplicate, p.put.Version
	i.imported++
	i.sum.Times.add(line.TimeFrom)
	article := p.kept[0].Article != nil
	switch {
	case line.Duplicate:
		i.sum.There++
	case article:
		i.sum.Kept++
		i.sum.Articles++
	default:
		i.sum.Kept++
	}
	if i.o.asJSON {
		return printJSON(i.app.out, line)
	}
	what := fmt.Sprintf("capture %d, version %d", line.Number, line.Version)
	switch {
	case line.Duplicate:
		what = fmt.Sprintf("kept already as capture %d", line.Number)
	case line.DryRun:
		what = cmp.Or(p.kept[0].Refused, "an article") + ", captured " + line.Captured + ", would be kept"
	case !article:
		what = fmt.Sprintf("capture %d, %s", line.Number, p.kept[0].Refused)
	}
	_, err := printf(i.app.out, "%s: %s, %s\n", line.File, line.Page, what)
	for _, n := range line.Notes {
		if i.said.note(n) {
			printf(i.app.err, "%s: note: %s\n", line.File, n)
		}
	}
	return err
}
