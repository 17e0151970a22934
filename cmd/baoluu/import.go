package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/archive/warc"
	"baoluu/cleaner"
	"baoluu/cleaner/capture"
	"baoluu/sites"
)

func (a *app) importCommand() *cobra.Command {
	var o fileFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import FILE|FOLDER…",
		Short: "Keep saved pages, text dumps and web archives' files (WARC, WACZ) in the archive",
		Long: `Import keeps saved pages (.html) and text dumps of pages (.txt) as captures, and
takes the captures of WARC files (.warc, .warc.gz, .warc.zst, .wet.gz) and WACZ
files (.wacz).

Of a page the address is --url, else its canonical link; a text dump has none of
its own. The time is --time, else when the page says it was published, with a
note: never now. The same bytes, address and time imported twice are one
capture.

A page saved from a web archive (…/web/20160410011223/http://…) is known as such:
address and time come from there, toolbar and rewritten links are undone, and what
was saved is kept as it is beside it.

Of a WARC only the known newspapers' captures are taken, unless --site says whose
they all are; answers to anything but a GET are not. A body that was cut is kept and
makes no article. ARC files, the form before WARC, are not read. What is broken in it is passed over, told and counted (exit 3).
Of a file that unpacks to far more than files of its size do, reading ends there. An
import that was interrupted is begun anew: what is there is passed over quickly.`,
		Example: `  baoluu import saved-pages/
  baoluu import crawl-2016.warc.gz collection.wacz
  baoluu import --site vov --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov --time 2016-06-30 page.txt`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.importFiles(cmd.Context(), args, o, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.site, "site", "", "`newspaper`, where the address does not say")
	f.StringVar(&o.url, "url", "", "`address` of the page")
	f.StringVar(&o.time, "time", "", "`moment` at which the page stood so: 2016-04-12, \"2016-04-12 21:36\"")
	f.BoolVar(&asJSON, "json", false, "print a JSON line for each file")
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
}

func (a *app) importFiles(ctx context.Context, args []string, o fileFlags, asJSON bool) error {
	files, err := namedFiles(args, func(name string) bool { return contentType(name) != "" || isWebArchive(name) })
	if err != nil {
		return err
	}
	a.noteNone(files, args, ".html, .htm, .xhtml, .txt, .warc, .warc.gz, .warc.zst, .wet.gz or .wacz")
	if i := slices.IndexFunc(files, isWebArchive); i >= 0 && (o.url != "" || o.time != "") {
		return fmt.Errorf("--url and --time are for single pages: %s says itself what it holds", files[i])
	}
	if o.url != "" && len(files) > 1 {
		return errors.New("--url names one page: import its file alone")
	}
	if o.site == genericSite {
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
	c, err := a.config()
	if err != nil {
		return err
	}
	boundMemory()
	var arch *archive.Archive // made when the first file is good: a wrong call leaves no folder behind
	open := func() (_ *archive.Archive, err error) {
		if arch == nil {
			arch, err = archive.Create(c.Archive)
		}
		return arch, err
	}
	defer func() {
		for _, s := range sites.All() {
			if arch != nil {
				_ = arch.Settle(context.WithoutCancel(ctx), s.Name) // else the next who writes goes on
			}
		}
	}()
	var taken, refused int
	var partly bool
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if isWebArchive(file) {
			n, err := a.importWebArchive(ctx, open, file, o, asJSON)
			if err != nil && !importable(err) {
				return err
			}
			if err != nil {
				if _, err := a.refuse(file, "", err, asJSON)(); err != nil {
					return err
				}
				refused++
				continue
			}
			taken++
			partly = partly || n.Problems > 0
			continue
		}
		line, kept, err := importFile(ctx, file, o)
		if err != nil {
			if _, err := a.refuse(file, line.URL, err, asJSON)(); err != nil {
				return err
			}
			refused++
			continue
		}
		if _, err := open(); err != nil {
			return err
		}
		puts, err := arch.Commit(ctx, line.Site, capture.Batch{Kept: kept})
		if errors.Is(err, archive.ErrInvalid) { // this file's, not the archive's
			if _, err := a.refuse(file, line.URL, err, asJSON)(); err != nil {
				return err
			}
			refused++
			continue
		}
		if err != nil {
			return fmt.Errorf("keep %s: %w", file, err)
		}
		if said := puts[0].Forgotten; said != "" {
			if _, err := a.refuse(file, line.URL, errors.New(said), asJSON)(); err != nil {
				return err
			}
			refused++
			continue
		}
		taken++
		line.Number, line.Duplicate, line.Version = puts[0].Number, puts[0].Duplicate, puts[0].Version
		if err := a.printImported(line, kept[0], asJSON); err != nil {
			return err
		}
	}
	if err := outcome(taken, refused); err != nil || !partly {
		return err
	}
	return &partlyError{errors.New("not all of it could be read; what could is kept")}
}

func (a *app) printImported(line importedLine, kept capture.Kept, asJSON bool) error {
	if asJSON {
		return printJSON(a.out, line)
	}
	what := fmt.Sprintf("capture %d, version %d", line.Number, line.Version)
	switch {
	case line.Duplicate:
		what = fmt.Sprintf("kept already as capture %d", line.Number)
	case kept.Article == nil:
		what = fmt.Sprintf("capture %d, %s", line.Number, kept.Refused)
	}
	_, err := printf(a.out, "%s: %s, %s\n", line.File, line.Page, what)
	for _, n := range line.Notes {
		printf(a.err, "%s: note: %s\n", line.File, n)
	}
	return err
}

// importFile makes a capture of a file; of a web archive's copy a second one, that
// keeps it as it was saved. The error says why it is none, and then the line holds
// no more than the address, where that is known.
func importFile(ctx context.Context, file string, o fileFlags) (importedLine, []capture.Kept, error) {
	if contentType(file) == "" {
		return importedLine{}, nil, fmt.Errorf("%q is no page: .html, .htm and .txt are taken, and .warc, .warc.gz, .warc.zst, .wet.gz, .wacz", filepath.Base(file))
	}
	p, err := o.read(ctx, file)
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
	line, kept, err := p.capture(file)
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
func (p *pageFile) capture(file string) (importedLine, capture.Kept, error) {
	var none capture.Kept
	failed := importedLine{URL: p.page.URL}
	switch {
	case p.page.URL == "":
		return failed, none, errors.New("the page does not say its address: give --url")
	case p.site == nil:
		return failed, none, fmt.Errorf("%s is an address of no known newspaper: give --site", p.page.URL)
	case p.page.Captured.After(time.Now().Add(24 * time.Hour)):
		return failed, none, fmt.Errorf("%s has not come yet: no page can have been captured then", local(p.page.Captured))
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
	if kept.Time.IsZero() {
		if article.Published.IsZero() {
			return failed, none, errors.New(cmp.Or(kept.Refused, "the page does not say when it was published") + ": give --time")
		}
		kept.Time = article.Published.Time
		kept.Notes = append(kept.Notes, "time taken from the page: published "+local(kept.Time))
	}
	return importedLine{
		Type: "imported", File: file, Site: p.site.Name, ID: address.ID, Page: p.site.Name + "/" + address.Page, URL: address.URL,
		Captured: local(kept.Time), Notes: append([]string{}, kept.Notes...),
	}, kept, nil
}
