package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/adhocore/gronx"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// runsReader tells of earlier runs.
type runsReader interface {
	Runs(ctx context.Context, site string, since time.Time) ([]capture.Run, error)
}

// dueAt tells when a newspaper is to be crawled by its schedule, read in [sites.Zone]: a
// moment that has come where it is due now, for the schedule has come round since its
// last run began, else the next one. A run that seems to come from the future was made
// under a wrong clock, and one over addresses that a person named was no run by schedule.
func dueAt(ctx context.Context, archive runsReader, site, schedule string, now time.Time) (at time.Time, due bool, err error) {
	now = now.In(sites.Zone)
	last, err := gronx.PrevTickBefore(schedule, now, true)
	if err != nil {
		return at, false, fmt.Errorf("schedule %q of %s: %w", schedule, site, err)
	}
	runs, err := archive.Runs(ctx, site, last)
	if err != nil {
		return at, false, fmt.Errorf("earlier runs over %s: %w", site, err)
	}
	for _, run := range runs {
		if run.Started.After(now) || run.Seeds > 0 {
			continue
		}
		next, err := gronx.NextTickAfter(schedule, now, false)
		if err != nil {
			return at, false, fmt.Errorf("schedule %q of %s: %w", schedule, site, err)
		}
		return next, false, nil
	}
	return last, true, nil
}

// isDue reports whether a newspaper's schedule has come round since its last run began.
func isDue(ctx context.Context, archive runsReader, site, schedule string, now time.Time) (bool, error) {
	_, due, err := dueAt(ctx, archive, site, schedule, now)
	return due, err
}

// dueLine says when a newspaper is due that is not yet.
type dueLine struct {
	Type     string `json:"type"`
	Site     string `json:"site"`
	Due      string `json:"due"`
	Schedule string `json:"schedule"`
}

// dueJobs are those whose schedule has come round; wait is called with the others.
func dueJobs(ctx context.Context, c Config, jobs []crawlJob, now time.Time, wait func(dueLine, time.Time) error) ([]crawlJob, error) {
	arch, err := archive.Open(c.Archive)
	if errors.Is(err, archive.ErrNoArchive) {
		return jobs, nil // nothing was ever crawled
	}
	if err != nil {
		return nil, err
	}
	var due []crawlJob
	for _, job := range jobs {
		name, schedule := job.site.Name, *c.Sites[job.site.Name].Schedule
		at, is, err := dueAt(ctx, arch, name, schedule, now)
		if err != nil {
			return nil, err
		}
		if is {
			due = append(due, job)
		} else if err := wait(dueLine{"due", name, local(at), schedule}, at); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// sayDue tells a person or a script of what is not due yet; under --quiet nobody.
func (a *app) sayDue(o crawlOptions) func(dueLine, time.Time) error {
	return func(l dueLine, at time.Time) (err error) {
		switch {
		case o.asJSON:
			err = printJSON(a.out, l)
		case !o.quiet:
			printf(a.err, "%s: not due before %s (schedule %s, hours of Vietnam)\n", l.Site, shortTime(at), l.Schedule)
		}
		return err
	}
}
