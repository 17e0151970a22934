package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

func (a *app) statsCommand() *cobra.Command {
	var asJSON bool
	var by string
	cmd := &cobra.Command{
		Use:   "stats [SITE…]",
		Short: "Count what is kept, and what room it takes",
		Long: `Stats counts pages (articles, lists, feeds, robots.txt: all that was captured),
the articles among them, captures and versions. It compares the bytes of all bodies
as captured (RAW) with what they take (STORED) and with the file; SAVED is what
compression saves of the bodies. Base bodies of many others are stored twice: these
second copies are not in STORED, copy_bytes of --json counts them. With --by month
it shows what came in each month of capture.

Pictures, style sheets and fonts are in none of these but FILE. Where there are any
they have columns of their own: how many addresses, and the bytes of their bodies.

` + selectHelp,
		Example: "  baoluu stats\n  baoluu stats --json dantri vov\n  baoluu stats --by month vov",
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error {
		switch by {
		case "":
			return a.stats(ctx, names, asJSON)
		case "month":
			return a.growth(ctx, names, asJSON)
		}
		return fmt.Errorf("--by %s: only month is known", by)
	})
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

func (a *app) stats(ctx context.Context, names []string, asJSON bool) error {
	return countKept(ctx, a, names, asJSON, func(name string, view *archive.View) ([]statsLine, error) {
		s, err := view.Stats(ctx)
		if err != nil {
			return nil, err
		}
		return []statsLine{{"stats", name, s, saving(s.RawBytes, s.StoredBytes)}}, nil
	}, "SITE\tPAGES\tARTICLES\tCAPTURES\tVERSIONS\tRAW\tSTORED\tSAVED\tFILE", func(w io.Writer, l statsLine) {
		printf(w, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s", l.Site, l.Pages, l.Articles, l.Captures, l.Versions, size(l.RawBytes), size(l.StoredBytes), percent(l.Saving), size(l.FileBytes))
	}, func(l statsLine) archive.AssetStats { return l.AssetStats })
}

// growth prints what came in each month.
func (a *app) growth(ctx context.Context, names []string, asJSON bool) error {
	return countKept(ctx, a, names, asJSON, func(name string, view *archive.View) (lines []growthLine, err error) {
		months, err := view.Growth(ctx)
		for _, m := range months {
			lines = append(lines, growthLine{"growth", name, m, saving(m.RawBytes, m.StoredBytes)})
		}
		return lines, err
	}, "SITE\tMONTH\tCAPTURES\tPAGES\tRAW\tSTORED\tSAVED", func(w io.Writer, l growthLine) {
		printf(w, "%s\t%s\t%d\t%d\t%s\t%s\t%s", l.Site, l.Month.Month, l.Captures, l.Pages, size(l.RawBytes), size(l.StoredBytes), percent(l.Saving))
	}, func(l growthLine) archive.AssetStats { return l.AssetStats })
}

// countKept prints what is counted of each newspaper: as JSON lines, or as rows of a table below
// a head, with columns for the assets where there are any. Where there is nothing, the table is not
// printed, nor its head.
func countKept[L any](ctx context.Context, a *app, names []string, asJSON bool, count func(name string, view *archive.View) ([]L, error), head string, row func(w io.Writer, l L), assets func(L) archive.AssetStats) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	var lines []L
	err = eachSite(ctx, arch, names, func(name string) error {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		counted, err := count(name, view)
		lines = append(lines, counted...)
		return err
	})
	switch {
	case asJSON:
		for _, l := range lines {
			_ = printJSON(a.out, l) // a.out remembers
		}
		return err
	case len(lines) > 0:
		return errors.Join(err, table(a.out, func(w io.Writer) {
			kept := slices.ContainsFunc(lines, func(l L) bool { return assets(l).AssetCaptures > 0 })
			if kept {
				head += "\tASSETS\tASSETS RAW\tASSETS STORED"
			}
			fmt.Fprintln(w, head)
			for _, l := range lines {
				row(w, l)
				if of := assets(l); kept {
					printf(w, "\t%d\t%s\t%s", of.Assets, size(of.AssetRawBytes), size(of.AssetStoredBytes))
				}
				fmt.Fprintln(w)
			}
		}))
	case err == nil:
		fmt.Fprintln(a.err, "nothing is kept yet")
	}
	return err
}
