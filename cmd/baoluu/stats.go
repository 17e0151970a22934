package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

func (a *app) statsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats [SITE…]",
		Short: "Count what is kept, and what room it takes",
		Long: `Stats counts pages (articles, lists, feeds, robots.txt: all that was captured),
the articles among them, captures and versions, and compares the bytes of all
bodies as captured (RAW) with what they take (STORED) and with the file.`,
		Example: "  baoluu stats\n  baoluu stats --json dantri",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.stats(cmd.Context(), args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper")
	return cmd
}

type statsLine struct {
	Type string `json:"type"`
	Site string `json:"site"`
	archive.Stats
}

func (a *app) stats(ctx context.Context, args []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	var lines []statsLine
	err = eachSite(ctx, arch, args, func(name string) error {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		s, err := view.Stats(ctx)
		if err != nil {
			return err
		}
		lines = append(lines, statsLine{"stats", name, s})
		return nil
	})
	if asJSON {
		for _, l := range lines {
			_ = printJSON(a.out, l) // a.out remembers
		}
		return err
	}
	return errors.Join(err, table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tPAGES\tARTICLES\tCAPTURES\tVERSIONS\tRAW\tSTORED\tFILE")
		for _, l := range lines {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", l.Site, l.Pages, l.Articles, l.Captures, l.Versions, size(l.RawBytes), size(l.StoredBytes), size(l.FileBytes))
		}
	}))
}
