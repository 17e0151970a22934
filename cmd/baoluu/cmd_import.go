package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"baoluu/archive/warc"
)

type importOptions struct {
	fileFlags
	tables []string
	assets string
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

The address of a page is --url, else its canonical link; a text dump has none of
its own. The time is --time, else when the page says it was published, else when
its address says that it was begun, with a note: never now. The same bytes, address
and time imported twice are one capture.

--table names many pages in a CSV or TSV file, a row for each. Its header names the
columns, in any order: file (or path), url (or address), time (or captured, date),
site (or newspaper). Without a header they are file, address and time. Other columns
are not used. An empty cell means what the page itself says. A file may be in more than
one row: each row with an address and a time is a capture. Files are looked for in
the table's own folder and below, nowhere else. The table is UTF-8; cells are separated
by commas, semicolons or tabs. A row that cannot be taken is refused with its line,
the others are taken (exit 3). Only what the table names is imported, and what is
named beside it: "baoluu import --table pages/index.csv pages/" takes all pages.

A page saved from a web archive (…/web/20160410011223/http://…) is recognized:
address and time come from there, its toolbar and rewritten links are removed, and
what was saved is kept as it is beside it.

Of a WARC only the known newspapers' captures are taken, unless --site says whose
they all are, and the pictures, style sheets and fonts that pages in the archive need,
whatever host they are from: name all files of a crawl at once, or import them again
until nothing more is kept. Answers to anything but a GET are not taken. A body that was cut off is kept
and makes no article. ARC files, the form before WARC, are not read. Damaged records
are passed over, reported and counted (exit 3). Of a file that unpacks to far more
than files of its size do, reading ends there. An interrupted import is called again:
what is there already is passed over quickly.

Of many refusals, problems and notes the first are printed; --json prints each. A
folder or a table that names nothing to read is exit 3.`,
		Example: `  baoluu import saved-pages/
  baoluu import --table saved-pages/index.csv
  baoluu import crawl-2016.warc.gz collection.wacz
  baoluu import --site vov --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov --time 2016-06-30 page.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFiles(cmd.Context(), args, o)
		},
	}
	f := cmd.Flags()
	a.pageSiteFlag(cmd, &o.site, "`newspaper`, where the address does not say")
	f.StringVar(&o.url, "url", "", "`address` of the page")
	f.StringVar(&o.time, "time", "", "`moment` at which the page was so: 2016-04-12, \"2016-04-12 21:36\"")
	f.StringArrayVar(&o.tables, "table", nil, "CSV or TSV `file` of saved pages: file, address, time")
	f.StringVar(&o.assets, "assets", string(warc.AllAssets), "`which` of the files that pages need are taken from WARC and WACZ files: none, images, all")
	f.BoolVar(&o.dryRun, "dry-run", false, "read the pages and say what would be kept; nothing is")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each file")
	return cmd
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
	if err := oneOf("assets", o.assets, string(warc.NoAssets), string(warc.Images), string(warc.AllAssets)); err != nil {
		return err
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
	for _, name := range o.tables { // all of them, before anything is stored
		t, err := openTable(name)
		if err != nil {
			return err
		}
		tables = append(tables, t)
	}
	boundMemory()
	i := &importer{app: a, o: o, folder: c.Archive, said: excerpt{w: a.err}}
	defer i.settle(ctx)
	err = i.all(ctx, tables, files)
	if err := errors.Join(err, i.summary()); err != nil {
		return err
	}
	if i.sum.WARC.Problems > 0 {
		nothing = errors.Join(nothing, &partlyError{errors.New("not all of it could be read; what could is kept")})
	}
	return outcome(i.imported, i.sum.Refused, append(i.empty, nothing)...)
}

// all imports the tables, and the files that none of them names.
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
	return errors.Join(i.flush(ctx), i.again(ctx))
}

// isImportable reports by its name whether a file of a folder is meant.
func isImportable(name string) bool { return contentType(name) != "" || isWebArchive(name) }
