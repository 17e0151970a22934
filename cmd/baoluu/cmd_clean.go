package main

import (
	"context"
	"errors"
	"io"
	"runtime"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"baoluu/archive/corpus/quality"
	"baoluu/cleaner"
	"baoluu/sites"
)

type cleanOptions struct {
	fileFlags
	view    string
	asJSON  bool
	explain bool
}

func (a *app) cleanCommand() *cobra.Command {
	var o cleanOptions
	cmd := &cobra.Command{
		Use:   "clean FILE|FOLDER…",
		Short: "Show what the cleaner makes of files, without an archive",
		Long: `Clean reads saved pages (.html) and text dumps (.txt), also packed with gzip
(.html.gz), and prints what the cleaner makes of each. No archive is read or written.

The newspaper is the one that owns the page's address: --url, else the page's
canonical link. Where neither is known, --site names it; --site generic uses the
cleaner that knows no newspaper.

A page that is no article is refused with a reason: exit 3 where others were
cleaned, else 1. Of many refusals the first are printed, with --json all of them. A
folder without anything to read is exit 3.`,
		Example: `  baoluu clean page.html
  baoluu clean --json --site generic saved-pages/
  baoluu clean --explain page.html
  baoluu clean --view page --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov page.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.asJSON {
				o.view = "json"
			}
			if err := oneOf("view", o.view, cleanViews...); err != nil {
				return err
			}
			if o.explain && o.view == "page" {
				return errors.New("--explain is about the article's fields: a page text has none")
			}
			return a.clean(cmd.Context(), args, o)
		},
	}
	f := cmd.Flags()
	a.pageSiteFlag(cmd, &o.site, "`newspaper`, or generic", genericSite)
	f.StringVar(&o.url, "url", "", "`address` of the page")
	f.StringVar(&o.view, "view", "article", "`what` to print: article, page (all a reader sees), json")
	f.BoolVar(&o.asJSON, "json", false, "the same as --view json")
	f.BoolVar(&o.explain, "explain", false, "say where each field came from: layout, selector or rule, and what stood there")
	completeFlag(cmd, "view", cleanViews)
	return cmd
}

var cleanViews = []string{"article", "page", "json"}

// articleLine is the JSON line of one article.
type articleLine struct {
	Type string `json:"type"`
	File string `json:"file,omitempty"`
	cleaner.Article
	Topic cleaner.Text `json:"topic"`
	quality.Quality
}

// clean reads the files with all cores and prints the results in their order.
func (a *app) clean(ctx context.Context, args []string, o cleanOptions) error {
	files, empty, err := pageFiles(args)
	if err != nil {
		return err
	}
	nothing := nothingIn(empty, ".html, .htm, .xhtml or .txt (or .html.gz)")
	if _, err := o.newspaper(o.url); err != nil {
		return err
	}
	boundMemory()
	said := &excerpt{w: a.err}
	workers, ctx := errgroup.WithContext(ctx)
	// One slot a file; a bounded number is under way, so that a folder of any
	// size costs the memory of a few pages.
	slots := make(chan chan func() (bool, error), 2*runtime.GOMAXPROCS(0))
	workers.Go(func() error {
		defer close(slots)
		for _, file := range files {
			slot := make(chan func() (bool, error), 1)
			select {
			case slots <- slot:
			case <-ctx.Done():
				return ctx.Err()
			}
			go func() { slot <- a.cleanOne(ctx, file, o, len(files) > 1, said) }()
		}
		return nil
	})
	var taken, refused int
	workers.Go(func() error {
		for slot := range slots {
			var printIt func() (bool, error)
			select {
			case printIt = <-slot:
			case <-ctx.Done(): // whatever is being read: a pipe may never end
				return ctx.Err()
			}
			took, err := printIt()
			if err != nil {
				return err
			}
			if took {
				taken++
			} else {
				refused++
			}
		}
		return nil
	})
	err = workers.Wait()
	said.rest()
	if err != nil {
		return err
	}
	if len(files) > 1 && o.view != "json" {
		printf(a.err, "%s of %s files read%s\n", count(taken), count(len(files)), counted(refused, "refused"))
	}
	return outcome(taken, refused, nothing)
}

// cleanOne cleans a file and returns what prints the result.
func (a *app) cleanOne(ctx context.Context, file string, o cleanOptions, many bool, said *excerpt) func() (taken bool, err error) {
	p, err := o.read(ctx, file)
	if err != nil {
		return a.refuse(file, o.url, err, o.view == "json", said)
	}
	defer p.turn.Leave()
	if o.view == "page" {
		text := p.doc.PageText()
		return func() (bool, error) {
			if many {
				printf(a.out, "==> %s <==\n", file)
				text += "\n"
			}
			_, err := io.WriteString(a.out, text)
			return true, err
		}
	}
	if p.site == nil && o.site != genericSite {
		err := errors.New("no known newspaper: give --site NAME, --url ADDRESS or --site generic")
		return a.refuse(file, p.page.URL, err, o.view == "json", said)
	}
	article, err := p.doc.Article(p.site)
	if err != nil {
		return a.refuse(file, p.page.URL, err, o.view == "json", said)
	}
	if o.explain {
		return a.explain(file, p, article, o.view == "json", many)
	}
	return func() (bool, error) {
		if o.view == "json" {
			return true, printJSON(a.out, articleLine{"article", file, article, cleaner.Text(sites.TopicOf(article.Site, article.Section, article.URL)), quality.Of(&article)})
		}
		if many {
			printf(a.out, "==> %s <==\n", file)
		}
		_, err := io.WriteString(a.out, readable(article))
		return true, err
	}
}

// reasonLine is the JSON line of one field's origin.
type reasonLine struct {
	Type string `json:"type"`
	File string `json:"file"`
	cleaner.Reason
}

// explain returns what prints where each field of the article came from.
func (a *app) explain(file string, p *pageFile, article cleaner.Article, asJSON, many bool) func() (bool, error) {
	reasons := p.doc.Explain(p.site)
	return func() (bool, error) {
		if asJSON {
			for _, r := range reasons {
				if err := printJSON(a.out, reasonLine{"reason", file, r}); err != nil {
					return true, err
				}
			}
			return true, nil
		}
		if many {
			printf(a.out, "==> %s <==\n", file)
		}
		printf(a.out, "%s, read by layout %s\n\n", article.URL, article.Layout)
		for _, r := range reasons {
			why := "from " + r.Rule
			switch {
			case r.Element == "":
			case r.Layout == genericSite: // its rules are words
				why = "in " + cell(r.Element) + ", " + r.Rule
			default:
				why = "in " + cell(r.Element) + ", which " + r.Rule + " selects"
			}
			printf(a.out, "%-10s %s\n%-10s %s\n", r.Field, cell(r.Snippet), "", why)
		}
		for _, n := range article.Notes {
			printf(a.out, "%-10s %s\n", "note", n)
		}
		return true, nil
	}
}

// refuse returns what says that a file gave no article.
func (a *app) refuse(file, address string, err error, asJSON bool, said *excerpt) func() (bool, error) {
	return func() (bool, error) {
		line := refusal(file, address, err)
		if asJSON {
			return false, printJSON(a.out, line)
		}
		if said.first(kindRefused, maxPrinted) {
			printf(a.err, "%s: %s\n", file, line.Reason)
		}
		return false, nil
	}
}
