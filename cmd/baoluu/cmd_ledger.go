package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
)

type ledgerOptions struct {
	day, from, to string
	asJSON        bool
}

func (a *app) ledgerCommand() *cobra.Command {
	var o ledgerOptions
	cmd := &cobra.Command{
		Use:   "ledger [SITE…]",
		Short: "Show, day by day, what was listed and what became of it",
		Long: `Ledger takes the articles that a newspaper first listed on a day (+07:00) and
shows what is there of them now:

  LISTED    articles first listed, or named by --url, on that day
  FETCHED   asked for at least once
  KEPT      at least one capture is kept
  CLEANED   at least one clean article
  CHANGED   of the clean ones: edited since
  GONE      taken down by now
  MISSED    of the gone ones: gone before the first request, nothing clean
  GAPS      the rest, by reason: no clean article yet

Every listed article is in one line, and there in exactly one of CLEANED, MISSED
and GAPS. COMPLETE is CLEANED as a share of LISTED without MISSED: of the articles
listed on that day that could be had, how many have a clean article. On a day on
which a crawl was blocked or could not read its lists, new articles may have been
overlooked: COMPLETE is then an upper bound, "≤ 99.99 %", or "-" where none of the
day's crawls could read them. --json has "complete": below 1, and null.

Crawls that ended early are named at the end of their day's line; one that is
"unfinished" was killed, or is still running. There, too, is how many of the new
articles fit no known layout. A day on which nothing was listed has a line of zeros.

Without a range the last 14 days are shown. --day adds example addresses.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu ledger
  baoluu ledger dantri --day 2026-11-22
  baoluu ledger --from 2026-11 --to 2026-11 --json`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error { return a.ledger(ctx, names, o) })
	f := cmd.Flags()
	f.StringVar(&o.day, "day", "", "only this `day`, with addresses for each gap")
	f.StringVar(&o.from, "from", "", "from these `days` on: 2026, 2026-11, 2026-11-22 (default: 14 days back, or all where --to is given)")
	f.StringVar(&o.to, "to", "", "to these `days`, and no further")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each newspaper and day")
	return cmd
}

// span is the days that the flags name, from one midnight to another.
func (o ledgerOptions) span(now time.Time) (from, to time.Time, err error) {
	from, to = lastDays(now)
	tomorrow := to
	if o.day != "" {
		if o.from != "" || o.to != "" {
			return from, to, errors.New("--day names one day: leave out --from and --to")
		}
		day, err := readDay("--day", o.day)
		return day.from, day.after, err
	}
	days, err := readPeriod("--from", o.from, "--to", o.to, readDays)
	if err != nil {
		return from, to, err
	}
	if o.to != "" {
		from, to = time.Time{}, days.after
	}
	if o.from != "" {
		from = days.from
	}
	if to.After(tomorrow) { // days that have not come yet have no lines
		to = tomorrow
	}
	if !from.Before(to) {
		return from, to, fmt.Errorf("--from %s has not come yet", o.from)
	}
	return from, to, nil
}

func (a *app) ledger(ctx context.Context, names []string, o ledgerOptions) error {
	from, to, err := o.span(time.Now())
	if err != nil {
		return err
	}
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	var rows []ledgerRow
	err = eachSite(ctx, arch, names, func(name string) error {
		view, err := arch.View(ctx, name)
		if err != nil {
			return err
		}
		days, err := view.Ledger(ctx, from, to)
		for _, day := range days {
			rows = append(rows, ledgerRow{name, day})
		}
		return err
	})
	if o.asJSON {
		for _, r := range rows {
			_ = printJSON(a.out, r.line()) // a.out remembers
		}
		return err
	}
	if err != nil && len(rows) == 0 {
		return err
	}
	return errors.Join(err, a.ledgerTable(rows, o.day != ""))
}

func (a *app) ledgerTable(rows []ledgerRow, examples bool) error {
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.out, "nothing was listed on these days")
		return err
	}
	err := table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tDAY\tLISTED\tFETCHED\tKEPT\tCLEANED\tCHANGED\tGONE\tMISSED\tCOMPLETE\tGAPS")
		var sum archive.LedgerDay
		for _, r := range rows {
			r.print(w, r.site, r.Day.Format(time.DateOnly))
			sum.Add(r.LedgerDay)
		}
		if len(rows) > 1 {
			sum.Ended = nil // how runs ended is a day's matter
			ledgerRow{"", sum}.print(w, "all", "")
		}
	})
	if err != nil || !examples {
		return err
	}
	for _, r := range rows {
		for _, g := range r.Gaps {
			for _, address := range g.Examples {
				printf(a.out, "%s  %s: %s\n", r.site, cell(g.Reason), cell(address))
			}
		}
	}
	return nil
}
