package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warc"
	"baoluu/sites"
)

// importItem is one file to be imported, and what is known of it beside.
type importItem struct {
	tablePlace
	file  string // as it is named to people
	given fileFlags
	open  func() (*os.File, error)
	// Of a row: the file by its name within the table's folder, what all of the row says,
	// and whether an earlier one said the same.
	local string
	said  uint64
	again bool
}

// tablePlace is where a table names a file.
type tablePlace struct {
	Table string `json:"table,omitempty"`
	Line  int    `json:"line,omitempty"`
}

// importer imports one file after the other. Pages are stored some at a time: each commit
// waits for the disk.
type importer struct {
	app      *app
	o        importOptions
	folder   string
	archive  *archive.Archive // made when the first file is good: a wrong call leaves no folder behind
	pending  []readPage
	size     int // of their bodies
	said     excerpt
	sum      importLine
	imported int // files
	archives int // of them, those of web archives
	book     *warc.Book
	read     []importItem // the files of web archives that the book knows, in its order
	empty    []error      // tables without a row
}

// readPage is a page that was read and is to be kept, or why it is refused.
type readPage struct {
	item importItem
	line importedLine
	kept []capture.Kept
	put  capture.Put // of the first of kept
	why  error
}

const (
	maxPending     = 256
	maxPendingSize = 8 << 20
)

func (i *importer) create() (_ *archive.Archive, err error) {
	if i.archive == nil {
		i.archive, err = archive.Create(i.folder)
	}
	return i.archive, err
}

// settle finishes what the commits left for later; else the next writer does it.
func (i *importer) settle(ctx context.Context) {
	if i.archive == nil {
		return
	}
	for _, s := range sites.All() {
		_ = i.archive.Settle(context.WithoutCancel(ctx), s.Name)
		i.app.indexed(ctx, i.archive, s.Name)
	}
}

// table imports what a table names. alone: nothing else is.
func (i *importer) table(ctx context.Context, t *pageTable, alone bool) error {
	if len(t.unused) > 0 {
		printf(i.app.err, "%s: note: columns that are not used: %s\n", t.name, strings.Join(t.unused, ", "))
	}
	rows := 0
	for ; ; rows++ {
		row, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		item, err := t.item(row)
		if err != nil {
			if err := i.refuse(ctx, item, "", err); err != nil {
				return err
			}
			continue
		}
		if item.again {
			continue
		}
		item.given.site = cmp.Or(item.given.site, i.o.site)
		good, err := i.one(ctx, item)
		if err != nil {
			return err
		}
		if good {
			t.imported(item)
		}
	}
	if rows == 0 {
		i.empty = append(i.empty, &partlyError{fmt.Errorf("%s names no file", t.name)})
	}
	if err := i.flush(ctx); err != nil || !alone {
		return err
	}
	n, err := t.others()
	if n > 0 {
		printf(i.app.err, "%s: note: %s beside those that it names, left out: name the folder too to take them\n", t.name, plural(n, "more file lies", "more files lie"))
	}
	return err
}

// one imports a file; good: it was not refused, as far as can be said before it is stored.
func (i *importer) one(ctx context.Context, item importItem) (good bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if isWebArchive(item.file) {
		return i.webArchive(ctx, item)
	}
	line, kept, err := importFile(ctx, item)
	if err != nil {
		return false, i.refuse(ctx, item, line.URL, err)
	}
	line.DryRun, line.tablePlace = i.o.dryRun, item.tablePlace
	return true, i.add(ctx, readPage{item: item, line: line, kept: kept})
}

// refuse says why a file is not imported, behind what was imported before it. One bad file
// never ends the work on the others.
func (i *importer) refuse(ctx context.Context, item importItem, address string, why error) error {
	return i.add(ctx, readPage{item: item, line: importedLine{URL: address}, why: why})
}

func (i *importer) add(ctx context.Context, p readPage) error {
	i.pending = append(i.pending, p)
	for _, k := range p.kept {
		i.size += len(k.Body)
	}
	if len(i.pending) < maxPending && i.size < maxPendingSize {
		return nil
	}
	return i.flush(ctx)
}

// flush stores the pages that are pending, those of a newspaper at once, and says what came
// of each, in their order.
func (i *importer) flush(ctx context.Context) (failed error) {
	pages := i.pending
	i.pending, i.size = nil, 0
	bySite := map[string][]*readPage{}
	var names []string
	for n := range pages {
		p := &pages[n]
		if name := p.line.Site; p.why == nil && !i.o.dryRun {
			if bySite[name] == nil {
				names = append(names, name)
			}
			bySite[name] = append(bySite[name], p)
		}
	}
	for _, name := range names {
		if failed == nil {
			failed = i.commit(ctx, bySite[name])
		}
		if failed == nil {
			delete(bySite, name)
		}
	}
	for _, p := range pages {
		if bySite[p.line.Site] != nil && p.why == nil { // the archive failed before it was stored
			continue
		}
		if p.why == nil && p.put.Forgotten != "" {
			p.why = errors.New(p.put.Forgotten)
		}
		say := i.sayTaken
		if p.why != nil {
			say = i.sayRefused
		}
		if err := say(p); err != nil {
			return errors.Join(failed, err)
		}
	}
	return failed
}

// commit stores pages of one newspaper. One that cannot be stored is refused, and keeps no
// other out.
func (i *importer) commit(ctx context.Context, pages []*readPage) error {
	arch, err := i.create()
	if err != nil {
		return err
	}
	var kept []capture.Kept
	for _, p := range pages {
		kept = append(kept, p.kept...)
	}
	puts, err := arch.Commit(ctx, pages[0].line.Site, capture.Batch{Kept: kept})
	switch {
	case errors.Is(err, archive.ErrInvalid) && len(pages) == 1:
		pages[0].why = err
		return nil
	case errors.Is(err, archive.ErrInvalid):
		for n := range pages {
			if err := i.commit(ctx, pages[n:n+1]); err != nil {
				return err
			}
		}
		return nil
	case err != nil:
		return fmt.Errorf("keep %s: %w", pages[0].item.file, err)
	}
	for _, p := range pages {
		p.put, puts = puts[0], puts[len(p.kept):]
	}
	return nil
}

func (i *importer) webArchive(ctx context.Context, item importItem) (good bool, err error) {
	if err := i.flush(ctx); err != nil {
		return false, err
	}
	switch {
	case i.o.dryRun:
		return false, i.refuse(ctx, item, "", errors.New("--dry-run reads saved pages, no web archives' files"))
	case item.given.url != "" || item.given.time != "": // of a row: flags were looked at before
		return false, i.refuse(ctx, item, "", errors.New("says itself what it holds: leave out address and time"))
	}
	if i.book == nil {
		if err := i.open(); err != nil {
			return false, err
		}
	}
	err = i.fromWebArchive(ctx, item, 0)
	if err != nil && !importable(err) {
		return false, err
	}
	if err != nil {
		return false, i.refuse(ctx, item, "", err)
	}
	i.imported++
	i.archives++
	return true, nil
}

// open looks for what the archive's pages need, where there is one already.
func (i *importer) open() error {
	arch, err := archive.Open(i.folder)
	if errors.Is(err, archive.ErrNoArchive) {
		arch, err = nil, nil
	}
	if err == nil {
		i.book, err = warc.NewBook(arch)
	}
	return err
}

// fromWebArchive imports a file of a web archive, or again what the book says of it.
func (i *importer) fromWebArchive(ctx context.Context, item importItem, again int) error {
	n, err := i.app.importWebArchive(ctx, i.create, item, i.o, warc.ImportOptions{Book: i.book, Again: again}, &i.said)
	i.sum.WARC.Add(n) // also what was stored before it failed
	if len(i.read) < i.book.Files() {
		i.read = append(i.read, item)
	}
	return err
}

// again imports the pictures, style sheets and fonts of files whose pages came with a later one.
func (i *importer) again(ctx context.Context) error {
	for round := 0; i.book != nil && round < warc.Rounds; round++ {
		for _, n := range i.book.Again() {
			if err := i.fromWebArchive(ctx, i.read[n-1], n); err != nil && !importable(err) { // that was told
				return err
			}
		}
	}
	return nil
}
