package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

func (a *app) statsCommand() *cobra.Command {
	var asJSON bool
	var by string
	var only []string
	cmd := &cobra.Command{
		Use:   "stats [SITE…]",
		Short: "Count what is kept, and what room it takes",
		Long: `Stats counts pages (articles, lists, feeds, robots.txt: all that was captured),
the articles among them, captures and versions. It compares the bytes of all bodies
as captured (RAW) with what they take (STORED) and with the file; SAVED is what
compression saves of the bodies. Base bodies of many others are stored twice: these
second copies are not in STORED, copy_bytes of --json counts them. With --by month
it shows what came in each month of capture.

` + selectHelp,
		Example: "  baoluu stats\n  baoluu stats --json dantri vov\n  baoluu stats --by month vov",
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := namedSites(args, only)
			if err != nil {
				return err
			}
			switch by {
			case "":
				return a.stats(cmd.Context(), names, asJSON)
			case "month":
				return a.growth(cmd.Context(), names, asJSON)
			}
			return fmt.Errorf("--by %s: only month is known", by)
		},
	}
	siteFlag(cmd, &only)
	cmd.Flags().StringVar(&by, "by", "", "show the growth by `month`")
	completeFlag(cmd, "by", []string{"month"})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON line for each newspaper, or each of its months")
	return cmd
}

type statsLine struct {
	Type string `json:"type"`
	Site string `json:"site"`
	archive.Stats
	Saving float64 `json:"saving"` // 1 - stored_bytes / raw_bytes
}

type growthLine struct {
	Type string `json:"type"`
	Site string `json:"site"`
	archive.Month
	Saving float64 `json:"saving"`
}

// saving is the part of raw that is not stored.
func saving(raw, stored int64) float64 {
	if raw == 0 {
		return 0
	}
	return math.Round(1000*(1-float64(stored)/float64(raw))) / 1000
}

func percent(part float64) string { return fmt.Sprintf("%.1f %%", 100*part) }

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
		lines = append(lines, statsLine{"stats", name, s, saving(s.RawBytes, s.StoredBytes)})
		return nil
	})
	if asJSON {
		for _, l := range lines {
			_ = printJSON(a.out, l) // a.out remembers
		}
		return err
	}
	if len(lines) == 0 {
		return a.noneKept(err)
	}
	return errors.Join(err, table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tPAGES\tARTICLES\tCAPTURES\tVERSIONS\tRAW\tSTORED\tSAVED\tFILE")
		for _, l := range lines {
			printf(w, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", l.Site, l.Pages, l.Articles, l.Captures, l.Versions, size(l.RawBytes), size(l.StoredBytes), percent(l.Saving), size(l.FileBytes))
		}
	}))
}

// noneKept ends a command that found nothing, with an error or without one. No table is
// printed then, nor its head.
func (a *app) noneKept(err error) error {
	if err == nil {
		fmt.Fprintln(a.err, "nothing is kept yet")
	}
	return err
}

// growth prints what came in each month.
func (a *app) growth(ctx context.Context, args []string, asJSON bool) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	var lines []growthLine
	err = eachSite(ctx, arch, args, func(name string) error {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		months, err := view.Growth(ctx)
		for _, m := range months {
			lines = append(lines, growthLine{"growth", name, m, saving(m.RawBytes, m.StoredBytes)})
		}
		return err
	})
	if asJSON {
		for _, l := range lines {
			_ = printJSON(a.out, l) // a.out remembers
		}
		return err
	}
	if len(lines) == 0 {
		return a.noneKept(err)
	}
	return errors.Join(err, table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tMONTH\tCAPTURES\tPAGES\tRAW\tSTORED\tSAVED")
		for _, l := range lines {
			printf(w, "%s\t%s\t%d\t%d\t%s\t%s\t%s\n", l.Site, l.Month.Month, l.Captures, l.Pages, size(l.RawBytes), size(l.StoredBytes), percent(l.Saving))
		}
	}))
}
