package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"baoluu/archive/reclean"
)

func (a *app) recleanCommand() *cobra.Command {
	var accept, asJSON bool
	cmd := &cobra.Command{
		Use:   "reclean [SITE…]",
		Short: "Clean the stored captures again, and report what comes out different",
		Long: `Reclean cleans every stored capture with the cleaner of this program and
compares the result with the stored articles, field by field: how many are the
same, were empty and are filled, were filled and are lost, or read differently.

Nothing changes without --accept. With it the new articles take the place of
the old ones in one step. The history stays the newspaper's own: what a cleaner
reads better is never a version. After a redesign, once the program knows the new
layout, this rebuilds the history: "layout" is gone from it, and of what was
"unsure" the edits are left. A version that was none, such as a notice that came in
an article's place, is taken back; its captures stay.

` + selectHelp,
		Example: `  baoluu reclean
  baoluu reclean dantri --accept
  baoluu reclean --json vov`,
	}
	onSites(cmd, func(ctx context.Context, names []string) error { return a.reclean(ctx, names, accept, asJSON) })
	cmd.Flags().BoolVar(&accept, "accept", false, "keep the new articles")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

type recleanLine struct {
	Type     string         `json:"type"`
	Site     string         `json:"site"`
	Captures int            `json:"captures"`
	Articles int            `json:"articles"`
	Gained   int            `json:"gained"`
	Gone     int            `json:"gone"`
	Accepted bool           `json:"accepted"`
	Fields   []recleanField `json:"fields"`
	Before   int            `json:"versions_before"` // of the whole newspaper
	After    int            `json:"versions_after"`
	// TakenBack are versions that are none any more, Found those that come new; Pages name some.
	TakenBack int             `json:"versions_taken_back"`
	Found     int             `json:"versions_found"`
	Pages     []recleanedPage `json:"pages"`
}

type recleanedPage struct {
	Page      string   `json:"page"`
	Title     string   `json:"title"`
	Before    int      `json:"versions_before"`
	After     int      `json:"versions_after"`
	TakenBack []string `json:"taken_back"` // when their first captures were made
}

type recleanField struct {
	Field    string           `json:"field"`
	Same     int              `json:"same"`
	Filled   int              `json:"filled"`
	Lost     int              `json:"lost"`
	Changed  int              `json:"changed"`
	Examples []recleanExample `json:"examples"`
}

type recleanExample struct {
	Page    string `json:"page"`
	Capture uint64 `json:"capture"`
	Old     string `json:"old"`
	New     string `json:"new"`
}

func (a *app) reclean(ctx context.Context, args []string, accept, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	boundMemory()
	talk := a.talker(asJSON)
	return eachSite(ctx, arch, args, func(name string) error {
		report, err := reclean.Run(ctx, arch, name, reclean.Options{Accept: accept, Force: true, Progress: func(capture, last uint64) {
			talk("%s: capture %d of %d", name, capture, last)
		}})
		if err != nil {
			return err
		}
		line := newRecleanLine(name, report)
		if asJSON {
			return printJSON(a.out, line)
		}
		return printReclean(a.out, line)
	})
}

func newRecleanLine(site string, r reclean.Report) recleanLine {
	line := recleanLine{
		Type: "reclean", Site: site, Captures: r.Captures, Articles: r.Articles, Gained: r.Gained, Gone: r.Lost,
		Accepted: r.Accepted, Fields: []recleanField{}, Before: r.VersionsBefore, After: r.VersionsAfter,
		TakenBack: r.TakenBack, Found: r.Found, Pages: []recleanedPage{},
	}
	for _, p := range r.Pages {
		page := recleanedPage{Page: site + "/" + p.Page, Title: p.Title, Before: p.Before, After: p.After, TakenBack: []string{}}
		for _, v := range p.TakenBack {
			page.TakenBack = append(page.TakenBack, local(v.Captured))
		}
		line.Pages = append(line.Pages, page)
	}
	for _, f := range r.Fields {
		field := recleanField{f.Name, f.Same, f.Filled, f.Lost, f.Changed, []recleanExample{}}
		for _, e := range f.Examples {
			field.Examples = append(field.Examples, recleanExample{site + "/" + e.Page, e.Capture, e.Old, e.New})
		}
		line.Fields = append(line.Fields, field)
	}
	return line
}

func printReclean(w io.Writer, r recleanLine) error {
	printf(w, "%s: %s cleaned, %s", r.Site, plural(r.Captures, "capture", "captures"), plural(r.Articles, "article", "articles"))
	if r.Gained+r.Gone > 0 {
		printf(w, " (%d new, %d no longer)", r.Gained, r.Gone)
	}
	fmt.Fprintln(w)
	err := table(w, func(w io.Writer) {
		fmt.Fprintln(w, "FIELD\tSAME\tFILLED\tLOST\tCHANGED")
		for _, f := range r.Fields {
			printf(w, "%s\t%d\t%d\t%d\t%d\n", f.Field, f.Same, f.Filled, f.Lost, f.Changed)
		}
	})
	if err != nil {
		return err
	}
	differs := r.Gained+r.Gone+r.TakenBack+r.Found > 0
	if r.TakenBack+r.Found > 0 {
		tense := "would be"
		if r.Accepted {
			tense = "were"
		}
		printf(w, "history: %s %s taken back, %d found\n", plural(r.TakenBack, "version", "versions"), tense, r.Found)
	}
	for _, p := range r.Pages {
		printf(w, "%s  %s: %s, now %d", p.Page, cell(p.Title), plural(p.Before, "version", "versions"), p.After)
		if len(p.TakenBack) > 0 {
			printf(w, "; taken back: %s", strings.Join(p.TakenBack, ", "))
		}
		fmt.Fprintln(w)
	}
	for _, f := range r.Fields {
		differs = differs || f.Filled+f.Lost+f.Changed > 0
		for _, e := range f.Examples {
			printf(w, "%s, %s:\n  -%s\n  +%s\n", e.Page, f.Field, cell(e.Old), cell(e.New))
		}
	}
	switch {
	case r.Accepted:
		printf(w, "accepted: these articles are in force now (%s before, %d after)\n", plural(r.Before, "version", "versions"), r.After)
	case differs:
		fmt.Fprintln(w, "nothing was changed: --accept keeps the new articles")
	}
	return nil
}
