package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive/redesign"
	"baoluu/crawler"
)

type driftOptions struct {
	field, since, until string
	asJSON              bool
}

func (a *app) driftCommand() *cobra.Command {
	var o driftOptions
	cmd := &cobra.Command{
		Use:   "drift [SITE…]",
		Short: "Find the day from which a newspaper's pages came out otherwise",
		Long: `Drift reads the stored captures again with the cleaner of this program, in the
order in which they were captured, and finds the day (+07:00) from which a layout
stopped fitting, a field was not found any more, or became much shorter or longer.
For each day it shows:

  BEFORE, AFTER   on how many pages the layout fitted, or the field was found; of a
                  length, how many letters it has typically
  who reads the pages that the layout lost: an older layout, the generic reader
  the selectors that died: they found something before that day, and nothing after
  the elements in which title, lead, byline and body stand now, as far as they are found
  addresses of pages before and after, and the day from which a new layout in the
  newspaper's file has to read them ("baoluu sites learn" drafts one)

Of each article's page and day the newest capture that brought a body is read. Articles
are compared with others of their section, and old ones, captured again later, with
those of the month in which they were published. A layout that the cleaner learnt in
the meantime is no drift. Nothing is changed.

--since and --until are the days of captures; others are not compared.

Exit code 4: something was found that is so at the newest captures, too.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu drift dantri
  baoluu drift vov --field byline --since 2026
  baoluu drift --json`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error {
		if o.field != "" {
			if err := oneOf("field", o.field, redesign.Fields()...); err != nil {
				return err
			}
		}
		days, err := readPeriod("--since", o.since, "--until", o.until, readDays)
		if err != nil {
			return err
		}
		return a.drift(ctx, names, o, days)
	})
	f := cmd.Flags()
	f.StringVar(&o.field, "field", "", "only this `field`: "+strings.Join(redesign.Fields(), ", "))
	f.StringVar(&o.since, "since", "", "only captures made from this `day` on")
	f.StringVar(&o.until, "until", "", "only captures made up to this `day`")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON line for each day, and one for each newspaper")
	completeFlag(cmd, "field", redesign.Fields())
	return cmd
}

func (a *app) drift(ctx context.Context, names []string, o driftOptions, days period) error {
	arch, err := a.openArchive()
	if err != nil {
		return err
	}
	boundMemory()
	talk := a.talker(o.asJSON)
	var drifted []string
	err = eachSite(ctx, arch, names, func(name string) error {
		report, err := redesign.Run(ctx, arch, name, redesign.Options{Field: o.field, Since: days.from, Until: days.after, Progress: func(read, most int) {
			talk("%s: %d captures read, of %d at most", name, read, most)
		}})
		if err != nil {
			return err
		}
		if report.Holds() {
			drifted = append(drifted, name)
		}
		if o.asJSON {
			return a.driftJSON(report)
		}
		return a.printDrift(report)
	})
	if len(drifted) > 0 && !errors.Is(err, context.Canceled) {
		err = errors.Join(fmt.Errorf("%s: %w", strings.Join(drifted, ", "), crawler.ErrDrift), err)
	}
	return err
}

// driftLine is what was read of a newspaper.
type driftLine struct {
	Type     string  `json:"type"`
	Site     string  `json:"site"`
	Captures int     `json:"captures"` // that were read
	From     *string `json:"from"`     // days of the first and the last of them; null where there are none
	To       *string `json:"to"`
	Days     int     `json:"days"`  // drift_day lines
	Holds    bool    `json:"holds"` // one of them at the newest captures, too
}

// driftDayLine is one day from which pages came out otherwise. Days are those of Vietnam.
type driftDayLine struct {
	Type       string         `json:"type"`
	Site       string         `json:"site"`
	Day        string         `json:"day"`
	LastBefore string         `json:"last_before"` // the last day before with a page
	Whole      string         `json:"whole"`       // from this day on all pages show it
	Ended      *string        `json:"ended"`       // from this day on it is over; null where it holds
	Layout     string         `json:"layout"`
	Field      string         `json:"field"`    // "layout": it stopped fitting
	What       string         `json:"what"`     // lost, shorter, longer
	Sections   []driftSection `json:"sections"` // where not all, or not on one day
	Before     driftShare     `json:"before"`
	After      driftShare     `json:"after"`
	Readers    []driftReader  `json:"readers"`
	KeptOld    int            `json:"kept_old"` // of old_pages: older articles captured later that the layout fits
	OldPages   int            `json:"old_pages"`
	Dead       []driftDead    `json:"dead_selectors"`
	Places     []driftPlace   `json:"places"` // of pages that the layout lost: the elements in which the fields stand now
	Since      *string        `json:"since"`  // the line of a new layout; null where it is over
}

type driftSection struct {
	Section string `json:"section"`
	Day     string `json:"day"`
}

type driftShare struct {
	Pages    int      `json:"pages"`
	With     *int     `json:"with"`    // with the field; null of a length
	Share    *float64 `json:"share"`   // of pages alike on both sides; null of a length
	Letters  *int     `json:"letters"` // typical length; null else
	Examples []string `json:"examples"`
}

type driftReader struct {
	Layout string `json:"layout"`
	Pages  int    `json:"pages"`
}

type driftDead struct {
	Field    string `json:"field"`
	Selector string `json:"selector"`
	Before   int    `json:"before"` // pages on which it found something
	Of       int    `json:"of"`
	After    int    `json:"after"`
	OfAfter  int    `json:"of_after"`
}

type driftPlace struct {
	Field   string `json:"field"`
	Element string `json:"element"` // as a selector has it
	Pages   int    `json:"pages"`
	Of      int    `json:"of"`
}

func (a *app) driftJSON(r redesign.Report) error {
	for i := range r.Findings {
		if err := printJSON(a.out, newDriftDayLine(r.Site, &r.Findings[i])); err != nil {
			return err
		}
	}
	return printJSON(a.out, driftLine{"drift", r.Site, r.Read, optionalDay(r.First), optionalDay(r.Last), len(r.Findings), r.Holds()})
}

func optionalDay(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return optional(t.Format(time.DateOnly))
}

func newDriftDayLine(site string, f *redesign.Finding) driftDayLine {
	line := driftDayLine{
		Type: "drift_day", Site: site, Day: f.Day.Format(time.DateOnly), LastBefore: f.LastBefore.Format(time.DateOnly),
		Whole: f.Whole.Format(time.DateOnly), Ended: optionalDay(f.Ended), Layout: f.Layout, Field: f.Field, What: f.What,
		Sections: []driftSection{}, Readers: []driftReader{}, Dead: []driftDead{}, Places: []driftPlace{}, KeptOld: f.KeptOld, OldPages: f.OldPages,
	}
	line.Before = newDriftShare(f, f.PagesBefore, f.HitsBefore, f.Was, f.ExamplesBefore)
	line.After = newDriftShare(f, f.PagesAfter, f.HitsAfter, f.Is, f.ExamplesAfter)
	for _, s := range f.Sections {
		line.Sections = append(line.Sections, driftSection{s.Name, s.Day.Format(time.DateOnly)})
	}
	for _, r := range f.Readers {
		line.Readers = append(line.Readers, driftReader{r.Name, r.Pages})
	}
	for _, d := range f.Dead {
		line.Dead = append(line.Dead, driftDead{d.Field, d.Selector, d.Before, d.PagesBefore, d.After, d.PagesAfter})
	}
	for _, p := range f.Places {
		line.Places = append(line.Places, driftPlace(p))
	}
	if f.Holds() {
		line.Since = optional(f.Since())
	}
	return line
}

func newDriftShare(f *redesign.Finding, pages, hits int, measure float64, examples []string) driftShare {
	s := driftShare{Pages: pages, Examples: append([]string{}, examples...)}
	if f.What == redesign.Lost {
		s.With, s.Share = &hits, &measure
		return s
	}
	letters := int(measure)
	s.Letters = &letters
	return s
}

func (a *app) printDrift(r redesign.Report) error {
	if r.Read == 0 {
		_, err := printf(a.out, "%s: no captures of articles to read\n", r.Site)
		return err
	}
	printf(a.out, "%s: %s read, of %s to %s", r.Site, plural(r.Read, "capture", "captures"), r.First.Format(time.DateOnly), r.Last.Format(time.DateOnly))
	if len(r.Findings) == 0 {
		_, err := fmt.Fprintln(a.out, ": no day from which they come out otherwise")
		return err
	}
	fmt.Fprintln(a.out)
	err := table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "DAY\tLAYOUT\tFIELD\tBEFORE\tAFTER\tUNTIL")
		for i := range r.Findings {
			f := &r.Findings[i]
			until := "now"
			if !f.Holds() {
				until = f.Ended.AddDate(0, 0, -1).Format(time.DateOnly)
			}
			printf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Day.Format(time.DateOnly), f.Layout, f.Field,
				measured(f, f.Was, f.HitsBefore, f.PagesBefore), measured(f, f.Is, f.HitsAfter, f.PagesAfter), until)
		}
	})
	for i := range r.Findings {
		printFinding(a.out, r.Site, &r.Findings[i])
	}
	return err
}

// measured is one side of a finding: "98 % (392 of 400)", or "1,240 letters (400)".
func measured(f *redesign.Finding, measure float64, hits, pages int) string {
	if f.What != redesign.Lost {
		return fmt.Sprintf("%s letters (%s)", count(int(measure)), plural(pages, "page", "pages"))
	}
	return fmt.Sprintf("%.0f %% (%s of %s)", 100*float64(hits)/float64(max(1, pages)), count(hits), count(pages))
}

// printFinding tells what else is known of a finding.
func printFinding(w io.Writer, site string, f *redesign.Finding) {
	what := map[string]string{redesign.Lost: "not found any more", redesign.Shorter: "much shorter", redesign.Longer: "much longer"}[f.What]
	if f.Field == redesign.FieldLayout {
		what = "stopped fitting"
	}
	printf(w, "\n%s %s: layout %s: %s %s\n", site, f.Day.Format(time.DateOnly), f.Layout, f.Field, what)
	if f.LastBefore.Before(f.Day.AddDate(0, 0, -1)) {
		printf(w, "  no page is there of the days behind %s: it may have come on any of them\n", f.LastBefore.Format(time.DateOnly))
	}
	if f.Whole.After(f.Day) {
		printf(w, "  pages in the old look came until %s\n", f.Whole.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	if len(f.Sections) > 0 {
		fmt.Fprintln(w, "  in these sections:")
		for _, s := range f.Sections {
			printf(w, "    %s  %s\n", s.Day.Format(time.DateOnly), cell(s.Name))
		}
	}
	if len(f.Readers) > 0 {
		var list []string
		for _, r := range f.Readers {
			list = append(list, r.Name+" ("+count(r.Pages)+")")
		}
		printf(w, "  what it does not fit is read by: %s\n", strings.Join(list, ", "))
	}
	if 2*f.KeptOld > f.OldPages {
		printf(w, "  older articles keep the old look: %s of %s that were captured since\n", count(f.KeptOld), count(f.OldPages))
	}
	if len(f.Dead) > 0 {
		fmt.Fprintln(w, "  selectors that died:")
		_ = table(w, func(w io.Writer) { // w remembers
			for _, d := range f.Dead {
				printf(w, "    %s\t%s\t%d of %d pages before\t%d of %d after\n", d.Field, cell(d.Selector), d.Before, d.PagesBefore, d.After, d.PagesAfter)
			}
		})
	}
	if len(f.Places) > 0 {
		fmt.Fprintln(w, "  where the fields stand now:")
		_ = table(w, func(w io.Writer) {
			for _, p := range f.Places {
				printf(w, "    %s\t%s\t%d of %d pages\n", p.Field, cell(p.Element), p.Pages, p.Of)
			}
		})
	}
	for _, address := range f.ExamplesBefore {
		printf(w, "  before  %s\n", cell(address))
	}
	for _, address := range f.ExamplesAfter {
		printf(w, "  after   %s\n", cell(address))
	}
	if f.Holds() {
		printf(w, "  a new layout above %s in newspapers/%s.yaml has\n    %s\n", f.Layout, site, f.Since())
		if f.Field == redesign.FieldLayout {
			printf(w, "  \"baoluu sites learn %s --layout\" drafts one\n", site)
		}
	}
}
