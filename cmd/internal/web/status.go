package web

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

const (
	// statusAge is how long a status is shown before it is read again: its ledgers go through
	// every address of the last weeks.
	statusAge = 30 * time.Second
	// statusDays is how many days the ledgers of a status go back, today included.
	statusDays = 14
	// goodAge is how long a newspaper may go without a good crawl.
	goodAge = 24 * time.Hour
	// sinceAge is how far back the beginning of a problem is looked for.
	sinceAge = 30 * 24 * time.Hour
)

// Status is how the archive does.
type Status struct {
	Disk       Disk
	Newspapers []SiteStatus
	Troubles   []Trouble // what needs a person, of all
}

// SiteStatus is how one newspaper does.
type SiteStatus struct {
	Newspaper
	Title    string
	Next     time.Time           // when it is to be crawled; zero where it is not
	Due      bool                // that moment has come
	Ran      bool                // there was a run
	Run      capture.Run         // the last one
	Good     capture.Run         // the last good one; it began at the zero time where there was none
	Since    time.Time           // when runs began to end as the last one did
	Held     archive.Stats       // what the archive has of it, its articles not counted; zero where it has nothing
	Days     []archive.LedgerDay // of the last statusDays
	Recent   archive.LedgerDay   // their sum
	Troubles []Trouble           // what needs a person
}

// Unreadable reports whether the newspaper's file could not be read: nothing else is known then.
func (s SiteStatus) Unreadable() bool {
	return slices.ContainsFunc(s.Troubles, func(t Trouble) bool { return t.Kind == "unreadable" })
}

// Trouble is one thing that a person should know. Its Kind is a key of the words below
// "trouble.", and, for what to do about it, below "remedy.".
type Trouble struct {
	Site      string // "" where it is the whole archive's
	Kind      string
	Since     time.Time
	Count, Of int    // addresses or articles
	Field     string // of a drift
	Free      int64  // bytes
}

// readStatus reads how all newspapers do. One that cannot be read hides no other one.
func (s *Server) readStatus(ctx context.Context) (Status, error) {
	var status Status
	now := s.Now()
	list, err := s.Newspapers()
	if err != nil {
		return status, err
	}
	if disk, err := s.Disk(); err == nil {
		status.Disk = disk
		if disk.Free < disk.Want {
			status.Troubles = append(status.Troubles, Trouble{Kind: "disk", Free: disk.Free})
		}
	}
	for _, n := range list {
		one, err := s.readSite(ctx, n, now)
		if err != nil {
			if ctx.Err() != nil {
				return status, ctx.Err()
			}
			s.Log.Printf("status of %s: %s", n.Site, plain.Line(err.Error()))
			one.Troubles = []Trouble{{Site: n.Site, Kind: "unreadable"}}
		}
		status.Newspapers = append(status.Newspapers, one)
		status.Troubles = append(status.Troubles, one.Troubles...)
	}
	return status, nil
}

func (s *Server) readSite(ctx context.Context, n Newspaper, now time.Time) (one SiteStatus, err error) {
	one = SiteStatus{Newspaper: n, Title: siteTitle(n.Site)}
	if n.Enabled {
		if one.Next, one.Due, err = s.Due(ctx, n.Site, now); err != nil {
			return one, err
		}
	}
	if one.Run, one.Ran, err = s.Archive.LastRun(ctx, n.Site, now); err != nil {
		return one, err
	}
	if one.Good, _, err = s.Archive.LastGoodRun(ctx, n.Site, now); err != nil {
		return one, err
	}
	if one.Since, err = s.since(ctx, n.Site, one.Run, one.Good, now); err != nil {
		return one, err
	}
	if n.Enabled {
		one.Troubles = troubles(one, now)
	}
	one.Held, err = s.Archive.Counters(ctx, n.Site)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return one, nil
	}
	if err != nil {
		return one, err
	}
	view, err := s.Archive.View(ctx, n.Site)
	if err != nil {
		return one, err
	}
	from, to := lastDays(now, statusDays)
	one.Days, err = view.Ledger(ctx, from, to)
	for _, day := range one.Days {
		one.Recent.Add(day)
	}
	return one, err
}

// lastDays are the last n days in Vietnam, today included: from one midnight to another.
func lastDays(now time.Time, n int) (from, to time.Time) {
	year, month, day := now.In(sites.Zone).Date()
	to = time.Date(year, month, day+1, 0, 0, 0, 0, sites.Zone)
	return to.AddDate(0, 0, -n), to
}

// since is when the runs began to end as the last one did, after the last good one.
func (s *Server) since(ctx context.Context, site string, run, good capture.Run, now time.Time) (time.Time, error) {
	since := run.Started
	if run.Started.IsZero() || run.Good() {
		return since, nil
	}
	from := now.Add(-sinceAge)
	if good.Started.After(from) {
		from = good.Started
	}
	runs, err := s.Archive.Runs(ctx, site, from)
	if err != nil {
		return since, err
	}
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		if r.Started.After(now) || r.Seeds > 0 {
			continue
		}
		if r.End != run.End {
			break
		}
		since = r.Started
	}
	return since, nil
}

// troubles is what a person should know of a newspaper that is crawled by schedule.
func troubles(one SiteStatus, now time.Time) []Trouble {
	var found []Trouble
	say := func(t Trouble) {
		t.Site = one.Site
		found = append(found, t)
	}
	switch one.Run.End {
	case "blocked", "unreachable", "no source", "no article", "failed":
		say(Trouble{Kind: strings.ReplaceAll(one.Run.End, " ", "-"), Since: one.Since})
	}
	if one.Run.Failed > 0 {
		say(Trouble{Kind: "addresses", Count: one.Run.Failed})
	}
	for _, d := range one.Run.Drift {
		say(Trouble{Kind: "drift", Field: d.Field})
	}
	if r := one.Run.Redesign; r != nil {
		say(Trouble{Kind: "redesign", Count: r.NoLayout, Of: r.Recent})
	}
	switch {
	case one.Good.Started.IsZero():
		say(Trouble{Kind: "never"})
	case one.Run.Started.Equal(one.Good.Started) && !one.Due: // a schedule may be of once a week
	case now.Sub(one.Good.Started) > goodAge:
		say(Trouble{Kind: "late", Since: one.Good.Started})
	}
	return found
}

// trouble puts one into words.
func (t *texts) trouble(one Trouble) (string, error) {
	key := "trouble." + one.Kind
	switch one.Kind {
	case "addresses":
		return t.n(key, one.Count)
	case "drift":
		return t.t(key, one.Field)
	case "redesign":
		return t.t(key, one.Count, one.Of)
	case "disk":
		return t.t(key, t.size(one.Free))
	case "never", "unreadable":
		return t.t(key)
	}
	return t.t(key, t.moment(one.Since))
}

// runWord is how a run ended, as a key of the words.
func runWord(run capture.Run) string {
	switch run.End {
	case "":
		return "run.running" // or killed
	case "done", "limit", "time", "interrupted", "blocked", "unreachable", "no source", "no article", "failed":
		return "run." + strings.ReplaceAll(run.End, " ", "-")
	}
	return "run.other"
}

// complete is a sum of ledger days as a share: "99,5 %", "≤ 80 %", "–" where nobody knows.
func (t *texts) complete(d archive.LedgerDay) string {
	share, ok := d.Complete()
	switch {
	case !ok:
		return "–"
	case d.Unsighted():
		return "≤ " + t.percent(share)
	}
	return t.percent(share)
}
