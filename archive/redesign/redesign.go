package redesign

import (
	"context"
	"fmt"
	"time"

	"baoluu/archive"
	"baoluu/sites"
)

// Options choose what is looked at.
type Options struct {
	Field        string    // one of [Fields]; "" is all
	Since, Until time.Time // captured from, and before, these moments; zero is open
	// Progress is called now and then, from one goroutine, with the captures read and the most
	// that there can be. It may be nil.
	Progress func(read, most int)
}

// Report is what was found in a newspaper's captures.
type Report struct {
	Site        string
	Read        int       // captures: of each article's page and day one
	First, Last time.Time // days of the first and the last of them; zero where there are none
	Findings    []Finding // by day
}

// Holds reports whether something found is so at the newest captures, too.
func (r *Report) Holds() bool {
	for i := range r.Findings {
		if r.Findings[i].Holds() {
			return true
		}
	}
	return false
}

// Run reads the captures of a newspaper by the present cleaner and finds the days on which its
// pages began to come out otherwise. Nothing is written; crawls may go on meanwhile.
func Run(ctx context.Context, a *archive.Archive, site string, o Options) (Report, error) {
	s, ok := sites.ByName(site)
	if !ok {
		return Report{}, fmt.Errorf("%w: %s", archive.ErrNoNewspaper, site)
	}
	view, err := a.View(ctx, site)
	if err != nil {
		return Report{}, err
	}
	counters, err := a.Counters(ctx, site)
	if err != nil {
		return Report{}, err
	}
	r := &replayer{view, s, o}
	all, err := r.observe(ctx, counters.Captures)
	if err != nil {
		return Report{}, err
	}
	report := Report{Site: site, Read: len(all.list)}
	if len(all.list) == 0 {
		return report, nil
	}
	report.First, report.Last = midnight(int(all.list[0].day)), midnight(int(all.list[len(all.list)-1].day))
	report.Findings = all.findings(o.Field)
	for i := range report.Findings {
		if err := r.explain(ctx, all, &report.Findings[i]); err != nil {
			return Report{}, err
		}
	}
	return report, nil
}

// Since is the line that says when a new layout for a finding begins, in its newspaper's file.
func (f *Finding) Since() string { return "since: " + f.Day.Format(time.DateOnly) }
