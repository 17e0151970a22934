package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/cleaner/capture"
	"baoluu/sites"
)

func (a *app) importCommand() *cobra.Command {
	var o fileFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import FILE|FOLDER…",
		Short: "Keep saved pages and text dumps in the archive",
		Long: `Import keeps saved pages (.html) and text dumps of pages (.txt) as captures.

The address is --url, else the page's canonical link; a text dump has none of
its own. The time is --time, else when the page says it was published, with a
note: never now. The same bytes, address and time imported twice are one
capture.`,
		Example: `  baoluu import saved-pages/
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
	files, err := pageFiles(args)
	if err != nil {
		return err
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
	var arch *archive.Archive // made when the first file is good: a wrong call leaves no folder behind
	var taken, refused int
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, kept, err := importFile(file, o)
		if err != nil {
			if _, err := a.refuse(file, line.URL, err, asJSON)(); err != nil {
				return err
			}
			refused++
			continue
		}
		if arch == nil {
			if arch, err = archive.Create(c.Archive); err != nil {
				return err
			}
		}
		puts, err := arch.Commit(ctx, line.Site, capture.Batch{Kept: []capture.Kept{kept}})
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
		if err := a.printImported(line, kept, asJSON); err != nil {
			return err
		}
	}
	return outcome(taken, refused)
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
	_, err := fmt.Fprintf(a.out, "%s: %s, %s\n", line.File, line.Page, what)
	for _, n := range line.Notes {
		fmt.Fprintf(a.err, "%s: note: %s\n", line.File, n)
	}
	return err
}

// importFile makes a capture of a file. The error says why it is none, and then
// the line holds no more than the address, where that is known.
func importFile(file string, o fileFlags) (importedLine, capture.Kept, error) {
	var none capture.Kept
	if contentType(file) == "" {
		return importedLine{}, none, fmt.Errorf("%q is no page: .html, .htm and .txt are taken", filepath.Base(file))
	}
	p, err := o.read(file)
	if err != nil {
		return importedLine{}, none, err
	}
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
