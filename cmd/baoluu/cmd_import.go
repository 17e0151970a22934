package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/warc"
	"baoluu/cleaner"
	"baoluu/cleaner/capture"
	"baoluu/sites"
)

type importOptions struct {
	fileFlags
	tables []string
	dryRun bool
	asJSON bool
}

func (a *app) importCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import [FILE|FOLDER…]",
		Short: "Keep saved pages, text dumps and web archives' files (WARC, WACZ) in the archive",
		Long: `Import keeps saved pages (.html) and text dumps of pages (.txt), also packed with
gzip (.html.gz), as captures, and takes the captures of WARC files (.warc, .warc.gz,
.warc.zst, .wet.gz) and WACZ files (.wacz).

Of a page the address is --url, else its canonical link; a text dump has none of
its own. The time is --time, else when the page says it was published, else when
its address says that it was begun, with a note: never now. The same bytes, address
and time imported twice are one capture.

--table names many pages in a CSV or TSV file, a row for each. Its header names the
columns, in any order: file (or path), url (or address), time (or captured, date),
site (or newspaper). Without a header they are file, address and time. Other columns
are not used. An empty cell is what the page itself says. A file may stand in more than
one row: each that says its address and time is a capture. Files are looked for in
the table's own folder and below, nowhere else. The table is UTF-8; cells are parted
by commas, semicolons or tabs. A row that cannot be taken is refused with its line,
the others are taken (exit 3). Only what the table names is imported, and what is
named beside it: "baoluu import --table pages/index.csv pages/" takes all pages.

A page saved from a web archive (…/web/20160410011223/http://…) is known as such:
address and time come from there, toolbar and rewritten links are undone, and what
was saved is kept as it is beside it.

Of a WARC only the known newspapers' captures are taken, unless --site says whose
they all are; answers to anything but a GET are not. A body that was cut is kept and
makes no article. ARC files, the form before WARC, are not read. What is broken in it is passed over, told and counted (exit 3).
Of a file that unpacks to far more than files of its size do, reading ends there. An
import that was interrupted is begun anew: what is there is passed over quickly.

Of many refusals, problems and notes the first are told; --json names each. A folder
or a table that names nothing to read is exit 3.`,
		Example: `  baoluu import saved-pages/
  baoluu import --table saved-pages/index.csv
  baoluu import crawl-2016.warc.gz collection.wacz
  baoluu import --site vov --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov --time 2016-06-30 page.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFiles(cmd.Context(), args, o)
		},
	}
	f := cmd.Flags()
	pageSiteFlag(cmd, &o.site, "`newspaper`, where the address does not say")
	f.StringVar(&o.url, "url", "", "`address` of the page")
	f.StringVar(&o.time, "time", "", "`moment` at which the page stood so: 2016-04-12, \"2016-04-12 21:36\"")
	f.StringArrayVar(&o.tables, "table", nil, "CSV or TSV `file` of saved pages: file, address, time")
	f.BoolVar(&o.dryRun, "dry-run", false, "read the pages and say what would be kept; nothing is")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each file")
	return cmd
}

// importedLine is the JSON line of one file that was taken.
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

// Where the time of a page may come from.
const (
	timeGiven     = "given" // by --time or a table
	timeOfCopy    = "copy"  // by the web archive that it was saved from
	timeOfPage    = "page"
	timeOfAddress = "address"
)

// tablePlace is where a table names a file.
type tablePlace struct {
	Table string `json:"table,omitempty"`
	Line  int    `json:"line,omitempty"`
}

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

// check refuses a wrong call before anything is read.
func (o importOptions) check(args []string) error {
	switch {
	case len(args) == 0 && len(o.tables) == 0:
		return errors.New("import what? Name files or folders, or a table of them with --table")
	case len(o.tables) > 0 && (o.url != "" || o.time != ""):
		return errors.New("--url and --time are for single pages: a table has columns for them")
	case o.site == genericSite:
		return errors.New("--site generic: an archive keeps pages of known newspapers only")
	}
	if _, err := o.newspaper(o.url); err != nil {
		return err
	}
	if o.time != "" {
		if _, err := parseTime(o.time); err != nil {
			return err
		}
	}
	return nil
}

// checkFiles refuses flags that do not fit the files.
func (o importOptions) checkFiles(files []string) error {
	if i := slices.IndexFunc(files, isWebArchive); i >= 0 && (o.url != "" || o.time != "") {
		return fmt.Errorf("--url and --time are for single pages: %s says itself what it holds", files[i])
	} else if i >= 0 && o.dryRun {
		return fmt.Errorf("--dry-run reads saved pages, no web archives' files: %s", files[i])
	}
	if o.url != "" && len(files) > 1 {
		return errors.New("--url names one page: import its file alone")
	}
	return nil
}

func (a *app) importFiles(ctx context.Context, args []string, o importOptions) error {
	if err := o.check(args); err != nil {
		return err
	}
	files, empty, err := namedFiles(args, isImportable)
	if err != nil {
		return err
	}
	nothing := nothingIn(empty, ".html, .htm, .xhtml, .txt (or .html.gz), .warc, .warc.gz, .warc.zst, .wet.gz or .wacz")
	if err := o.checkFiles(files); err != nil {
		return err
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	var tables []*pageTable
	defer func() {
		for _, t := range tables {
			t.close()
		}
	}()
	for _, name := range o.tables { // all of them, before anything is kept
		t, err := openTable(name)
		if err != nil {
			return err
		}
		tables = append(tables, t)
	}
	boundMemory()
	i := &importer{app: a, o: o, folder: c.Archive, said: told{w: a.err}}
	defer i.settle(ctx)
	err = i.all(ctx, tables, files)
	if err := errors.Join(err, i.summary()); err != nil {
		return err
	}
	if i.sum.WARC.Problems > 0 {
		nothing = errors.Join(nothing, &partlyError{errors.New("not all of it could be read; what could is kept")})
	}
	return outcome(i.taken, i.sum.Refused, append(i.empty, nothing)...)
}

// all takes in the tables, and the files that none of them names.
func (i *importer) all(ctx context.Context, tables []*pageTable, files []string) error {
	for _, t := range tables {
		if err := i.table(ctx, t, len(files) == 0); err != nil {
			return err
		}
	}
	for _, file := range files {
		if slices.ContainsFunc(tables, func(t *pageTable) bool { return t.namesPath(file) }) {
			continue
		}
		if _, err := i.one(ctx, importItem{file: file, given: i.o.fileFlags, open: func() (*os.File, error) { return os.Open(file) }}); err != nil {
			return err
		}
	}
	return i.flush(ctx)
}

// summary says what came of all, and how much was not told.
func (i *importer) summary() error {
	i.said.rest()
	s := i.sum
	s.Type, s.Files, s.DryRun = "import", i.taken+s.Refused, i.o.dryRun
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
		printf(i.app.err, "%s web archives' files: %s kept%s%s%s\n", count(i.archives), plural(s.WARC.Captures, "capture", "captures"), ofArticles(s.WARC.Articles),
			counted(s.WARC.Duplicates, "there already"), counted(s.WARC.Broken, "broken"))
	}
	if pages > 0 {
		times := counted(s.Times.Given, "given") + counted(s.Times.Copy, "from the web archive") +
			counted(s.Times.Page, "from the page") + counted(s.Times.Address, "from the address's number")
		printf(i.app.err, "times: %s\n", strings.TrimPrefix(times, ", "))
	}
	return nil
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

// isImportable tells by its name whether a file of a folder is meant.
func isImportable(name string) bool { return contentType(name) != "" || isWebArchive(name) }

// importer takes in one file after the other. Pages are kept some at a time: each commit
// waits for the disk.
type importer struct {
	app      *app
	o        importOptions
	folder   string
	archive  *archive.Archive // made when the first file is good: a wrong call leaves no folder behind
	pending  []readPage
	size     int // of their bodies
	said     told
	sum      importLine
	taken    int     // files
	archives int     // of them, those of web archives
	empty    []error // tables without a row
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

// settle brings the newspapers' files to rest; else the next who writes goes on.
func (i *importer) settle(ctx context.Context) {
	if i.archive == nil {
		return
	}
	for _, s := range sites.All() {
		_ = i.archive.Settle(context.WithoutCancel(ctx), s.Name)
	}
}

// table takes in what a table names. alone: nothing else is.
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
			t.took(item)
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
		printf(i.app.err, "%s: note: %s beside those that it names, left alone: name the folder too and they are taken\n", t.name, plural(n, "more file lies", "more files lie"))
	}
	return err
}

// one takes in a file; good: it was not refused, as far as can be said before it is kept.
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

// refuse says why a file is not taken, behind what was taken before it. One bad file
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

// flush keeps the pages that are pending, those of a newspaper at once, and says what came
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
		if bySite[p.line.Site] != nil && p.why == nil { // the archive failed before it was kept
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

// commit keeps pages of one newspaper. One that cannot be stored is refused, and keeps no
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

func (i *importer) sayRefused(p readPage) error {
	i.sum.Refused++
	line := refusal(p.item.file, p.line.URL, p.why)
	if line.tablePlace = p.item.tablePlace; i.o.asJSON {
		return printJSON(i.app.out, line)
	}
	if !i.said.first(kindRefused, maxTold) {
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

func (i *importer) webArchive(ctx context.Context, item importItem) (good bool, err error) {
	if err := i.flush(ctx); err != nil {
		return false, err
	}
	switch {
	case i.o.dryRun:
		return false, i.refuse(ctx, item, "", errors.New("--dry-run reads saved pages, no web archives' files"))
	case item.given.url != "" || item.given.time != "": // of a row: flags were looked at before
		return false, i.refuse(ctx, item, "", errors.New("says itself what it holds: no address and no time are to stand beside it"))
	}
	n, err := i.app.importWebArchive(ctx, i.create, item, i.o.asJSON, &i.said)
	i.sum.WARC.Add(n) // also what was kept before it failed
	if err != nil && !importable(err) {
		return false, err
	}
	if err != nil {
		return false, i.refuse(ctx, item, "", err)
	}
	i.taken++
	i.archives++
	return true, nil
}

func (i *importer) sayTaken(p readPage) error {
	line := p.line
	line.Number, line.Duplicate, line.Version = p.put.Number, p.put.Duplicate, p.put.Version
	i.taken++
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

// importFile makes a capture of a file; of a web archive's copy a second one, that
// keeps it as it was saved. The error says why it is none, and then the line holds
// no more than the address, where that is known.
func importFile(ctx context.Context, item importItem) (importedLine, []capture.Kept, error) {
	file, o := item.file, item.given
	if contentType(file) == "" {
		return importedLine{}, nil, fmt.Errorf("%q is no page: .html, .htm and .txt are taken, and .warc, .warc.gz, .warc.zst, .wet.gz, .wacz", filepath.Base(file))
	}
	p, err := o.readFrom(ctx, file, item.open)
	if err != nil {
		return importedLine{}, nil, err
	}
	defer p.turn.Leave()
	saved := p.page.Body
	wrapped, isCopy := warc.FindCopy(saved, o.url, p.doc.Canonical())
	var notes []string
	if isCopy {
		if notes, err = p.unwrap(wrapped, o); err != nil {
			return importedLine{URL: wrapped.Original}, nil, err
		}
	}
	line, kept, err := p.capture(file, o)
	if isCopy && o.time == "" {
		line.TimeFrom = timeOfCopy
	}
	if err != nil || !isCopy {
		return line, []capture.Kept{kept}, err
	}
	kept.Notes = append(notes, kept.Notes...)
	line.Notes = append([]string{}, kept.Notes...)
	return line, []capture.Kept{kept, wrapped.AsSaved(kept, saved)}, nil
}

// unwrap makes of a web archive's copy the page that it is of.
func (p *pageFile) unwrap(c warc.Copy, o fileFlags) (notes []string, err error) {
	p.page.Body, notes = c.Page(p.page.Body)
	p.page.URL = c.Original
	if p.page.Captured.IsZero() {
		p.page.Captured = c.Time
	}
	if p.doc, err = cleaner.Read(p.page); err != nil {
		return nil, err
	}
	o.url = ""
	p.site, err = o.newspaper(c.Original)
	return notes, err
}

// capture makes the capture of a file that was read.
func (p *pageFile) capture(file string, o fileFlags) (importedLine, capture.Kept, error) {
	var none capture.Kept
	failed := importedLine{URL: p.page.URL}
	switch {
	case p.page.URL == "":
		return failed, none, o.missing("its address", "--url")
	case p.site == nil && o.row:
		return failed, none, fmt.Errorf("%s is an address of no known newspaper", p.page.URL)
	case p.site == nil:
		return failed, none, fmt.Errorf("%s is an address of no known newspaper: give --site", p.page.URL)
	}
	address, err := p.site.Address(p.page.URL)
	if err != nil {
		return failed, none, err
	}
	if address.Kind == sites.Foreign {
		return failed, none, fmt.Errorf("%s is no address of %s", p.page.URL, p.site.Title)
	}
	kept := capture.Kept{Body: p.page.Body, Capture: capture.Capture{
		Page: address.Page, URL: address.URL, Time: p.page.Captured, Kind: capture.Resource, State: capture.Live,
		ContentType: p.page.ContentType, File: filepath.Base(file),
	}}
	if p.page.ContentType != "text/html" {
		kept.Kind = capture.Conversion
	}
	article, err := p.doc.Article(p.site)
	var not *cleaner.NotArticleError
	switch {
	case err == nil:
		kept.Article = &article
	case errors.As(err, &not):
		kept.Refused = not.Reason
	default:
		return failed, none, err
	}
	from := timeGiven
	begun, dated := p.site.Begun(address.ID)
	switch {
	case !kept.Time.IsZero():
	case !article.Published.IsZero():
		kept.Time, from = article.Published.Time, timeOfPage
		kept.Notes = append(kept.Notes, "time taken from the page: published "+local(kept.Time))
	case dated:
		kept.Time, from = begun, timeOfAddress
		kept.Notes = append(kept.Notes, "time taken from the address: its number says that the article was begun "+local(kept.Time))
	default:
		err := o.missing("when it was published", "--time")
		if kept.Refused != "" {
			err = fmt.Errorf("%s: %w", kept.Refused, err)
		}
		return failed, none, err
	}
	if kept.Time.After(time.Now().Add(24 * time.Hour)) {
		return failed, none, fmt.Errorf("%s has not come yet: no page can have been captured then", local(kept.Time))
	}
	return importedLine{
		Type: "imported", File: file, Site: p.site.Name, ID: address.ID, Page: p.site.Name + "/" + address.Page, URL: address.URL,
		Captured: local(kept.Time), TimeFrom: from, Notes: append([]string{}, kept.Notes...),
	}, kept, nil
}
