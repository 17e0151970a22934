package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/cmd/internal/lines"
	"baoluu/sites"
)

// ledgerDays is how many days are shown where nobody says which.
const ledgerDays = 14

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

type ledgerRow struct {
	site string
	archive.LedgerDay
}

func (r ledgerRow) print(w io.Writer, site, day string) {
	var notes []string
	if r.Unsure > 0 {
		notes = append(notes, fmt.Sprintf("%d may have changed with the layout", r.Unsure))
	}
	for _, g := range r.Gaps {
		notes = append(notes, fmt.Sprintf("%s %d", cell(g.Reason), g.Count))
	}
	if r.Assets.Listed > 0 {
		notes = append(notes, r.assets())
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

// assets says how many of a day's assets are kept, and why the others are not.
func (r ledgerRow) assets() string {
	line := fmt.Sprintf("assets kept %d of %d", r.Assets.Kept, r.Assets.Listed)
	var whys []string
	for _, g := range r.Assets.Gaps {
		whys = append(whys, fmt.Sprintf("%s %d", cell(g.Reason), g.Count))
	}
	if len(whys) > 0 {
		line += " (" + strings.Join(whys, ", ") + ")"
	}
	return line
}

// complete is a day's completeness in percent. Less than all never shows as 100 %.
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
	// sources. Where some could not it is an upper bound, and below 1.
	Complete *float64        `json:"complete"`
	Gaps     []ledgerGapLine `json:"gaps"`
	Runs     int             `json:"runs"`
	Ended    []lines.Count   `json:"ended"`            // runs that ended early
	Unsure   int             `json:"unsure"`           // not changed for sure, but perhaps
	Blind    int             `json:"blind"`            // runs that could not read their sources, or were refused
	Recent   int             `json:"recent"`           // new articles of the last weeks that the runs brought
	NoLayout int             `json:"no_layout"`        // of these: fit no known layout
	Assets   *ledgerAssets   `json:"assets,omitempty"` // where any were named
}

// ledgerAssets are the pictures, style sheets and fonts that were first named on the day.
type ledgerAssets struct {
	Listed int             `json:"listed"`
	Kept   int             `json:"kept"`
	Gaps   []ledgerGapLine `json:"gaps"`
}

type ledgerGapLine struct {
	lines.Count
	Examples []string `json:"examples"`
}

func (r ledgerRow) line() ledgerLine {
	line := ledgerLine{
		Type: "ledger", Site: r.site, Day: r.Day.Format(time.DateOnly), Listed: r.Listed, Fetched: r.Fetched, Kept: r.Kept,
		Cleaned: r.Cleaned, Changed: r.Changed, Unsure: r.Unsure, Gone: r.Gone, Missed: r.Missed, Runs: r.Runs,
		Ended: lines.Counts(r.Ended), Blind: r.Blind, Recent: r.Recent, NoLayout: r.NoLayout,
	}
	if share, ok := r.Complete(); ok {
		line.Complete = &share
	}
	line.Gaps = gapLines(r.Gaps)
	if r.Assets.Listed > 0 {
		line.Assets = &ledgerAssets{r.Assets.Listed, r.Assets.Kept, gapLines(r.Assets.Gaps)}
	}
	return line
}

// gapLines are never null in JSON.
func gapLines(gaps []archive.LedgerGap) []ledgerGapLine {
	list := []ledgerGapLine{}
	for _, g := range gaps {
		list = append(list, ledgerGapLine{lines.Count{Reason: g.Reason, Count: g.Count}, g.Examples})
	}
	return list
}
