package main

import (
	"context"
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
		Long: `Stats counts pages (articles), captures and versions, and compares the bytes of
all bodies as captured (RAW) with what they take (STORED) and with the file.`,
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
	names, err := selectedSites(arch, args)
	if err != nil {
		return err
	}
	var lines []statsLine
	for _, name := range names {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		s, err := view.Stats(ctx)
		if err != nil {
			return fmt.Errorf("count %s: %w", name, err)
		}
		lines = append(lines, statsLine{"stats", name, s})
	}
	if asJSON {
		for _, l := range lines {
			if err := printJSON(a.out, l); err != nil {
				return err
			}
		}
		return nil
	}
	return table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tPAGES\tCAPTURES\tVERSIONS\tRAW\tSTORED\tFILE")
		for _, l := range lines {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%s\t%s\n", l.Site, l.Pages, l.Captures, l.Versions, size(l.RawBytes), size(l.StoredBytes), size(l.FileBytes))
		}
	})
}
