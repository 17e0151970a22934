package main

import (
	"context"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

type someRuns []capture.Run

func (s someRuns) Runs(_ context.Context, _ string, since time.Time) ([]capture.Run, error) {
	var runs []capture.Run
	for _, r := range s {
		if !r.Started.Before(since) {
			runs = append(runs, r)
		}
	}
	return runs, nil
}

func TestIsDue(t *testing.T) {
	at := func(clock string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-11-"+clock, sites.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	run := func(clock string) capture.Run { return capture.Run{Started: at(clock)} }
	named := run("22 09:01:00")
	named.Seeds = 1
	for _, tt := range []struct {
		name, schedule, now string
		runs                someRuns
		want                bool
	}{
		{"never crawled", "*/15 * * * *", "22 09:07:00", nil, true},
		{"since the last quarter", "*/15 * * * *", "22 09:07:00", someRuns{run("22 09:00:01")}, false},
		{"before it", "*/15 * * * *", "22 09:15:00", someRuns{run("22 09:00:01")}, true},
		{"in the minute itself", "*/15 * * * *", "22 09:15:30", someRuns{run("22 09:15:01")}, false},
		{"hours of Vietnam: 6:30 there is 23:30 UTC", "30 6 * * *", "22 06:31:00", someRuns{run("21 20:00:00")}, true},
		{"not yet in Vietnam", "30 6 * * *", "22 06:29:00", someRuns{run("21 07:00:00")}, false},
		{"a run from the future: the clock was wrong", "*/15 * * * *", "22 09:07:00", someRuns{run("29 09:00:00")}, true},
		{"a run over what a person named", "*/15 * * * *", "22 09:07:00", someRuns{named}, true},
		{"missed for days", "0 2 * * *", "22 09:00:00", someRuns{run("19 02:00:00")}, true},
		{"caught up", "0 2 * * *", "22 09:05:00", someRuns{run("22 09:00:00")}, false},
	} {
		for _, zone := range []*time.Location{sites.Zone, time.UTC, time.FixedZone("UTC-8", -8*60*60)} {
			got, err := isDue(t.Context(), tt.runs, "vov", tt.schedule, at(tt.now).In(zone))
			if err != nil || got != tt.want {
				t.Errorf("%s (%s): %v, %v", tt.name, zone, got, err)
			}
		}
	}
	for _, tt := range []struct {
		schedule, now, at string
		runs              someRuns
	}{
		{"*/15 * * * *", "22 09:07:00", "22 09:00:00", nil},
		{"*/15 * * * *", "22 09:07:00", "22 09:15:00", someRuns{run("22 09:00:01")}},
		{"*/15 * * * *", "22 09:15:30", "22 09:30:00", someRuns{run("22 09:15:01")}},
		{"15 3 * * *", "22 09:15:00", "23 03:15:00", someRuns{run("22 03:15:01")}},
		{"15 3 * * *", "22 02:15:00", "22 03:15:00", someRuns{run("21 23:00:01")}},
	} {
		got, _, err := dueAt(t.Context(), tt.runs, "vov", tt.schedule, at(tt.now).UTC())
		if err != nil || !got.Equal(at(tt.at)) {
			t.Errorf("%s at %s: due at %s, %v", tt.schedule, tt.now, got, err)
		}
	}
	// A day that never comes is no reason to crawl all the time, nor to hang.
	if due, err := isDue(t.Context(), someRuns{}, "vov", "0 0 31 2 *", at("22 09:00:00")); err == nil && due {
		t.Error("the 31st of February was")
	}
}
