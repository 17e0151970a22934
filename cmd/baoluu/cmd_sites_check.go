package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/cleaner"
	"baoluu/sites"
)

type sitesTestOptions struct {
	limit               int
	diff, asJSON, watch bool
}

const sampleHelp = `Pages are files and folders of such (.html, .txt, also packed with gzip), WARC and
WACZ files, folders that are archives, and tables (.csv, .tsv) of files and addresses as
import takes them. A page's newspaper is told by its canonical link; of a page that names
none it is taken for granted.`

func (a *app) sitesTestCommand() *cobra.Command {
	var o sitesTestOptions
	cmd := &cobra.Command{
		Use:   "test SITE|FILE [PAGES…]",
		Short: "Say how well a newspaper's description reads its pages",
		Long: `Test reads pages by a newspaper's description, and by the generic cleaner that knows no
newspaper, and holds the two against each other. The newspaper is one that the program
knows, or a file of yours (NAME.yaml), wherever it is. For each layout and field it
counts the pages on which

  FOUND      the newspaper's reading has the field
  SAME       both readings have it, and it is the same
  OTHER      both have it, and it is not
  WON, LOST  only the newspaper's reading has it, or only the generic one

A field LOST, or a page refused that reads like an article, is a line of its own; --diff
shows all that differs, side by side. What is the same on all pages proves little where
the generic reading is wrong, too: look at some in a browser.

` + sampleHelp + ` Without any,
pages of the archive are read: --limit of them, the newest, evenly from all sections and
years.

With --watch it begins again at each save of the file, until Ctrl-C.

Exit 0: all could be read. Exit 3: some files could not, or the newspaper refuses a page
of its own that reads like an article. Exit 1: there was no article.`,
		Example: `  baoluu sites test baomau
  baoluu sites test newspapers/baomau.yaml saved-pages/ --diff
  baoluu sites test --watch baomau crawl.warc.gz`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.limit < 1 {
				return errors.New("--limit is a number of pages: 1 or more")
			}
			if o.watch && o.asJSON {
				return errors.New("--watch is for people: leave out --json")
			}
			return a.sitesTest(cmd.Context(), args[0], args[1:], o)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			offers, _ := a.offerSites(nil, typed)
			return offers, cobra.ShellCompDirectiveDefault
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.limit, "limit", 200, "read so `many` pages of an archive at most")
	f.BoolVar(&o.diff, "diff", false, "show all that differs from the generic reading, side by side")
	f.BoolVar(&o.watch, "watch", false, "test again at each save of the file, until Ctrl-C")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each page that differs and each layout's field, and one of all")
	return cmd
}

// testedSite is the newspaper that a person names, or the file, "" where it is built in.
func (a *app) testedSite(ref string) (site *sites.Site, file string, err error) {
	if strings.HasSuffix(ref, newspaperEnding) {
		if site, err = readNewspaper(ref); err != nil {
			return nil, ref, err
		}
		// What else lies beside it may be unfinished; where it can be read, it is known.
		if _, err := a.config(); err != nil {
			return site, ref, addNewspapers(sites.BuiltIn(), site)
		}
		return site, ref, addNewspapers(sites.All(), site)
	}
	c, err := a.config()
	if err != nil {
		return nil, "", err
	}
	if site, err = siteNamed(ref); err != nil {
		return nil, "", err
	}
	return site, c.Own.Files[site.Name], nil
}

func (a *app) sitesTest(ctx context.Context, ref string, paths []string, o sitesTestOptions) error {
	boundMemory()
	site, file, err := a.testedSite(ref)
	if !o.watch {
		if err != nil {
			return err
		}
		return a.sitesTestOnce(ctx, site, paths, o)
	}
	if file == "" && err == nil {
		return withHint(fmt.Sprintf(`"baoluu sites show %s > newspapers/%[1]s.yaml" makes one`, site.Name), "%s is built in: there is no file to watch", site.Name)
	}
	if file == "" {
		return err
	}
	for {
		saved := fileMarkOf(file)
		if site, err = readNewspaper(file); err == nil {
			err = a.sitesTestOnce(ctx, site, paths, o)
		}
		if ctx.Err() != nil {
			return nil // as a person ends it
		}
		a.report(err)
		printf(a.err, "watching %s; Ctrl-C ends\n", file)
		if !saved.changed(ctx, file) {
			return nil
		}
	}
}

// fileMark is what tells a file that was saved again.
type fileMark struct {
	time time.Time
	size int64
}

func fileMarkOf(file string) fileMark {
	info, err := os.Stat(file)
	if err != nil {
		return fileMark{}
	}
	return fileMark{info.ModTime(), info.Size()}
}

// watchEvery is how often a file is looked at that is watched.
const watchEvery = 300 * time.Millisecond

// changed waits until a file is there and is another than it was; false: the context ended first.
func (m fileMark) changed(ctx context.Context, file string) bool {
	ticks := time.NewTicker(watchEvery)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticks.C:
			if now := fileMarkOf(file); now != m && now != (fileMark{}) {
				return true
			}
		}
	}
}

func (a *app) sitesTestOnce(ctx context.Context, site *sites.Site, paths []string, o sitesTestOptions) error {
	source := &sampleSource{paths: paths, site: site.Name, limit: o.limit}
	if len(paths) == 0 {
		c, err := a.config()
		if err != nil {
			return err
		}
		source.archive = c.Archive
	}
	r, err := readSamples(ctx, site, source)
	if err != nil {
		return err
	}
	if o.asJSON {
		err = a.sitesTestJSON(site, r, source.unread)
	} else {
		err = a.printSitesTest(site, r, source.unread, o)
	}
	switch {
	case err != nil:
		return err
	case r.articles == 0:
		return fmt.Errorf("no article of %s (%s, %s)", site.Name, plural(r.refused, "page refused", "pages refused"), plural(r.foreign, "of another newspaper", "of other newspapers"))
	case r.lost > 0:
		return &partlyError{fmt.Errorf("%s of %s that reads like an article is refused", plural(r.lost, "page", "pages"), site.Name)}
	case len(source.unread) > 0:
		return &partlyError{fmt.Errorf("%s could not be read", plural(len(source.unread), "file", "files"))}
	}
	return nil
}

// sitesTestPage is the JSON line of a page that the two readings differ on, or that is refused.
type sitesTestPage struct {
	Type        string            `json:"type"`
	Site        string            `json:"site"`
	Page        string            `json:"page"`
	URL         string            `json:"url"`
	Layout      *string           `json:"layout"`  // null where it is refused
	Refused     *string           `json:"refused"` // why; null else
	Lost        bool              `json:"lost"`    // refused, though it reads like an article
	Differences []fieldDifference `json:"differences"`
}

// sitesTestField is the JSON line of a layout's field: numbers of pages.
type sitesTestField struct {
	Type   string `json:"type"`
	Site   string `json:"site"`
	Layout string `json:"layout"`
	Field  string `json:"field"`
	Pages  int    `json:"pages"` // that the layout read
	Found  int    `json:"found"`
	Same   int    `json:"same"`
	Other  int    `json:"other"`
	Won    int    `json:"won"`
	Lost   int    `json:"lost"`
}

// sitesTestLine is the JSON line of a test: numbers of pages.
type sitesTestLine struct {
	Type     string   `json:"type"`
	Site     string   `json:"site"`
	Articles int      `json:"articles"`
	Generic  int      `json:"generic"` // of the articles: no layout fits
	Refused  int      `json:"refused"`
	Lost     int      `json:"lost"`    // of the refused: they read like articles
	Foreign  int      `json:"foreign"` // of other newspapers: left out
	Unread   []string `json:"unread"`  // files
}

func (a *app) sitesTestJSON(site *sites.Site, r *siteReading, unread []string) error {
	for _, p := range r.pages {
		line := sitesTestPage{"site_test_page", site.Name, p.name, p.url, optional(p.layout), optional(p.refused), p.lost, append([]fieldDifference{}, p.differences...)}
		if err := printJSON(a.out, line); err != nil {
			return err
		}
	}
	for _, t := range r.layouts {
		for i, f := range t.fields {
			if t.pages == 0 {
				continue
			}
			if err := printJSON(a.out, sitesTestField{"site_test_field", site.Name, t.layout, readFields[i].name, t.pages, f.found, f.same, f.other, f.won, f.lost}); err != nil {
				return err
			}
		}
	}
	return printJSON(a.out, sitesTestLine{"site_test", site.Name, r.articles, r.readBy(cleaner.GenericLayout), r.refused, r.lost, r.foreign, append([]string{}, unread...)})
}

// readBy is how many articles a layout read.
func (r *siteReading) readBy(layout string) int {
	i := slices.IndexFunc(r.layouts, func(t layoutTally) bool { return t.layout == layout })
	if i < 0 {
		return 0
	}
	return r.layouts[i].pages
}

func (a *app) printSitesTest(site *sites.Site, r *siteReading, unread []string, o sitesTestOptions) error {
	for _, line := range unread {
		printf(a.err, "%s\n", line)
	}
	printf(a.out, "%s: %s", site.Name, plural(r.articles, "article", "articles"))
	for _, n := range []struct {
		pages int
		what  string
	}{{r.readBy(cleaner.GenericLayout), "that no layout fits"}, {r.refused, "refused"}, {r.foreign, "of other newspapers left out"}} {
		if n.pages > 0 {
			printf(a.out, ", %s %s", count(n.pages), n.what)
		}
	}
	fmt.Fprintln(a.out)
	for _, t := range r.layouts {
		if err := a.printLayout(t); err != nil {
			return err
		}
	}
	fmt.Fprintln(a.out)
	said := &excerpt{w: a.err}
	for _, p := range r.pages {
		if p.layout == "" {
			if (p.lost || o.diff) && said.first(kindRefused, maxPrinted) {
				printf(a.out, "refused   %s  %s\n", p.name, p.refused)
			}
			continue
		}
		if o.diff {
			a.printReadings(p)
			continue
		}
		for _, d := range p.differences {
			if d.What == fieldLost && said.first("fields lost", maxPrinted) {
				printf(a.out, "lost      %-9s %s  %s\n", d.Field, p.name, inOneLine(d.Generic))
			}
		}
	}
	said.rest()
	return nil
}

func (a *app) printLayout(t layoutTally) error {
	if t.pages == 0 {
		return nil
	}
	name := "layout " + t.layout
	if t.layout == cleaner.GenericLayout {
		name = "no layout fits"
	}
	printf(a.out, "\n%s: %s\n", name, plural(t.pages, "page", "pages"))
	return table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "FIELD\tFOUND\tSAME\tOTHER\tWON\tLOST")
		for i, f := range t.fields {
			if f.found+f.lost > 0 {
				printf(w, "%s\t%s (%d %%)\t%s\t%s\t%s\t%s\n", readFields[i].name, count(f.found), 100*f.found/t.pages, count(f.same), count(f.other), count(f.won), count(f.lost))
			}
		}
	})
}

// printReadings shows what two readings of a page have that the other does not.
func (a *app) printReadings(p pageReading) {
	printf(a.out, "==> %s (%s) <==\n", p.name, p.layout)
	for _, d := range p.differences {
		own, generic := strings.Split(d.Layout, "\n"), strings.Split(d.Generic, "\n")
		for _, side := range []struct {
			name         string
			lines, other []string
		}{{"layout", own, generic}, {"generic", generic, own}} {
			for _, line := range side.lines {
				if line != "" && !slices.Contains(side.other, line) {
					printf(a.out, "  %-9s  %-7s  %s\n", d.Field, side.name, cell(line))
				}
			}
		}
	}
}

// inOneLine is a value for one line.
func inOneLine(text string) string {
	const most = 100
	if runes := []rune(cell(text)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return cell(text)
}
