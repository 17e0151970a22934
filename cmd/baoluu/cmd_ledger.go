package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/sites"
)

type ledgerOptions struct {
	sites         []string
	day, from, to string
	asJSON        bool
}

// ledgerDays is how many days are shown where nobody says which.
const ledgerDays = 14

func (a *app) ledgerCommand() *cobra.Command {
	var o ledgerOptions
	cmd := &cobra.Command{
		Use:   "ledger [SITE…]",
		Short: "Show, day by day, what was listed and what became of it",
		Long: `Ledger takes the articles that a newspaper first listed on a day (+07:00) and
says what is there of them now:

  LISTED    articles first listed, or named by --url, on that day
  FETCHED   asked for at least once
  KEPT      at least one capture is kept
  CLEANED   at least one clean article
  CHANGED   of the clean ones: edited since
  GONE      taken down by now
  MISSED    of the gone ones: gone before the first look, nothing clean
  GAPS      the rest, by reason: no clean article yet

Every listed article is in one line, and there in exactly one of CLEANED, MISSED
and GAPS. COMPLETE is CLEANED as a share of LISTED without MISSED: of the articles
listed on that day that were there to be had, how many have a clean article. On a
day on which a crawl was blocked or could not read its lists it is the most that
there can be, "≤ 99.99 %", for what was new meanwhile may be missing; "-" where none
of the day's crawls could. --json has "complete": below 1, and null.

Crawls that ended early stand at the end of their day's line; one that is "unfinished"
was killed, or is still at work. There, too, stands how many of the new articles fit
no known layout. A day on which nothing was listed has a line of zeros.

Without a range the last 14 days are shown. --day adds example addresses.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu ledger
  baoluu ledger dantri --day 2026-11-22
  baoluu ledger --from 2026-11 --to 2026-11 --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := namedSites(args, o.sites)
			if err != nil {
				return err
			}
			return a.ledger(cmd.Context(), names, o)
		},
	}
	f := cmd.Flags()
	siteFlag(cmd, &o.sites)
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

// lastDays is the last ledgerDays, today included: from one midnight to another.
func lastDays(now time.Time) (from, to time.Time) {
	year, month, day := now.In(sites.Zone).Date()
	to = time.Date(year, month, day+1, 0, 0, 0, 0, sites.Zone)
	return to.AddDate(0, 0, -ledgerDays), to
}

// recent sums up a newspaper's last [ledgerDays].
func recent(ctx context.Context, arch *archive.Archive, site string, now time.Time) (sum archive.LedgerDay, err error) {
	view, err := arch.View(ctx, site)
	if err != nil {
		return sum, err
	}
	from, to := lastDays(now)
	days, err := view.Ledger(ctx, from, to)
	for _, day := range days {
		sum.Add(day)
	}
	return sum, err
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

type ledgerRow struct {
	site string
	archive.LedgerDay
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

func (r ledgerRow) print(w io.Writer, site, day string) {
	var notes []string
	if r.Unsure > 0 {
		notes = append(notes, fmt.Sprintf("%d may have changed with the layout", r.Unsure))
	}
	for _, g := range r.Gaps {
		notes = append(notes, fmt.Sprintf("%s %d", cell(g.Reason), g.Count))
	}
	if r.NoLayout > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d new fit no known layout", r.NoLayout, r.Recent))
	}
	for _, reason := range slices.Sorted(maps.Keys(r.Ended)) {
		n := plural(r.Ended[reason], "crawl", "crawls")
		switch reason {
		case "no source":
			n += " could read no list"
		case "no article":
			n += " could read no article"
		default:
			n += " " + reason
		}
		notes = append(notes, n)
	}
	printf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", site, day,
		r.Listed, r.Fetched, r.Kept, r.Cleaned, r.Changed, r.Gone, r.Missed, r.complete(), strings.Join(notes, ", "))
}

// complete is a day's completeness in percent. What is not whole never shows as
// 100 %.
func (r ledgerRow) complete() string {
	share, ok := r.Complete()
	switch {
	case !ok:
		return "-"
	case r.Unsighted():
		return fmt.Sprintf("≤ %.2f %%", 100*share)
	case share < 1:
		return fmt.Sprintf("%.2f %%", min(100*share, 99.99))
	}
	return "100 %"
}

type ledgerLine struct {
	Type    string `json:"type"`
	Site    string `json:"site"`
	Day     string `json:"day"`
	Listed  int    `json:"listed"`
	Fetched int    `json:"fetched"`
	Kept    int    `json:"kept"`
	Cleaned int    `json:"cleaned"`
	Changed int    `json:"changed"`
	Gone    int    `json:"gone"`
	Missed  int    `json:"missed"`
	// Cleaned ÷ (listed − missed), null where nothing was listed, and where no run could read its
	// sources. Where some could not it is the most that there can be, and below 1.
	Complete *float64        `json:"complete"`
	Gaps     []ledgerGapLine `json:"gaps"`
	Runs     int             `json:"runs"`
	Ended    []gapLine       `json:"ended"`     // runs that ended early
	Unsure   int             `json:"unsure"`    // not changed for sure, but perhaps
	Blind    int             `json:"blind"`     // runs that could not read their sources, or were refused
	Recent   int             `json:"recent"`    // new articles of the last weeks that the runs brought
	NoLayout int             `json:"no_layout"` // of these: fit no known layout
}

type ledgerGapLine struct {
	gapLine
	Examples []string `json:"examples"`
}

func (r ledgerRow) line() ledgerLine {
	line := ledgerLine{
		Type: "ledger", Site: r.site, Day: r.Day.Format(time.DateOnly), Listed: r.Listed, Fetched: r.Fetched, Kept: r.Kept,
		Cleaned: r.Cleaned, Changed: r.Changed, Unsure: r.Unsure, Gone: r.Gone, Missed: r.Missed, Runs: r.Runs,
		Gaps: []ledgerGapLine{}, Ended: countLines(r.Ended), Blind: r.Blind, Recent: r.Recent, NoLayout: r.NoLayout,
	}
	if share, ok := r.Complete(); ok {
		line.Complete = &share
	}
	for _, g := range r.Gaps {
		line.Gaps = append(line.Gaps, ledgerGapLine{gapLine{g.Reason, g.Count}, g.Examples})
	}
	return line
}
