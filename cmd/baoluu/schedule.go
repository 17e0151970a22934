package main

import (
	"context"
	"fmt"
	"time"

	"github.com/adhocore/gronx"

	"baoluu/cleaner/capture"
	"baoluu/sites"
)

// runsReader tells of earlier runs.
type runsReader interface {
	Runs(ctx context.Context, site string, since time.Time) ([]capture.Run, error)
}

// isDue tells whether a newspaper's schedule, read in [sites.Zone], has come round
// since its last run began. A run that seems to come from the future was made under
// a wrong clock, and one over addresses that a person named was no run by schedule.
func isDue(ctx context.Context, archive runsReader, site, schedule string, now time.Time) (bool, error) {
	last, err := gronx.PrevTickBefore(schedule, now.In(sites.Zone), true)
	if err != nil {
		return false, fmt.Errorf("schedule %q of %s: %w", schedule, site, err)
	}
	runs, err := archive.Runs(ctx, site, last)
	if err != nil {
		return false, fmt.Errorf("earlier runs over %s: %w", site, err)
	}
	for _, run := range runs {
		if !run.Started.After(now) && run.Seeds == 0 {
			return false, nil
		}
	}
	return true, nil
}
