package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// versionLine is the JSON line of one version.
type versionLine struct {
	Type     string   `json:"type"`
	Page     string   `json:"page"`
	Version  int      `json:"version"`
	Captured string   `json:"captured"`
	LastSeen string   `json:"last_seen"`
	Digest   string   `json:"digest"`
	Changed  []string `json:"changed"`
	Cleaner  string   `json:"cleaner"`
}

func (a *app) logCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "log PAGE",
		Short: "Show how often a page changed, when, and in what",
		Long: `Log lists the versions of a page, oldest first: from when to when the article
read so, and which fields differ from the version before.

` + pageHelp,
		Example: `  baoluu log dantri/20221224083224103
  baoluu log --json https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.log(cmd.Context(), args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each version")
	return cmd
}

func (a *app) log(ctx context.Context, ref string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	view, site, page, err := findPage(ctx, arch, ref)
	if err != nil {
		return err
	}
	versions, err := view.Versions(ctx, page.Page)
	if err != nil {
		return err
	}
	if asJSON {
		for _, v := range versions {
			line := versionLine{
				"version", site + "/" + page.Page, v.Number, local(v.Captured), local(v.LastSeen), v.Digest,
				append([]string{}, v.Changed...), v.Cleaner,
			}
			if err := printJSON(a.out, line); err != nil {
				return err
			}
		}
		return nil
	}
	fmt.Fprintf(a.out, "%s/%s  %s\n%s\n%s, %s; now %s\n\n", site, page.Page, cell(page.Title), page.URL,
		plural(page.Captures, "capture", "captures"), plural(len(versions), "version", "versions"), page.State)
	return table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "VERSION\tFROM\tLAST SEEN\tCHANGED\tCLEANER")
		for _, v := range versions {
			changed := strings.Join(v.Changed, ", ")
			if v.Number == 1 {
				changed = "(first)"
			}
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", v.Number, local(v.Captured), local(v.LastSeen), changed, v.Cleaner)
		}
	})
}
