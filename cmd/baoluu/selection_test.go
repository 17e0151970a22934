package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/sites"
)

func TestNamedSites(t *testing.T) {
	for _, tt := range []struct {
		args, flag []string
		want       string // the names, or the error and its hint
	}{
		{nil, nil, ""},
		{[]string{"vov"}, nil, "vov"},
		{nil, []string{"vov", "dantri"}, "dantri vov"},
		{nil, []string{"vov,dantri", "vov"}, "dantri vov"},
		{[]string{"vov", "baonghean"}, []string{"dantri, vov"}, "baonghean dantri vov"},
		{[]string{"vov,dantri"}, nil, "dantri vov"},
		{nil, []string{""}, "names no newspaper"},
		{[]string{""}, nil, "names no newspaper"},
		{nil, []string{"dantri,,vov"}, `"dantri,,vov" names no newspaper, or has a comma too many; there are`},
		{nil, []string{"dantri,"}, "a comma too many; there are"},
		{[]string{"dantry"}, nil, `unknown newspaper "dantry"; is it dantri? there are`},
		{nil, []string{"vov", "thanhnien"}, `unknown newspaper "thanhnien"; is it thanhniennews`},
		{nil, []string{"Dantri"}, `unknown newspaper "Dantri"; is it dantri? there are`},
		{nil, []string{"bao-nghe-an"}, `is it baonghean? there are`},
		{nil, []string{"zzz"}, `unknown newspaper "zzz"; there are ` + strings.Join(siteNames(), ", ")},
	} {
		names, err := namedSites(tt.args, tt.flag)
		got := strings.Join(names, " ")
		if err != nil {
			got = err.Error() + "; " + hint(err)
		}
		if got != tt.want && (err == nil || !strings.Contains(got, tt.want)) {
			t.Errorf("%q %q: %s, want %s", tt.args, tt.flag, got, tt.want)
		}
	}
}

func TestReadPeriod(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{"", "", "- to -"},
		{"2026", "", "2026-01-01 00:00:00 to -"},
		{"", "2026", "- to 2027-01-01 00:00:00"},
		{"2026", "2026", "2026-01-01 00:00:00 to 2027-01-01 00:00:00"},
		{"2026-11", "2026-12", "2026-11-01 00:00:00 to 2027-01-01 00:00:00"},
		{"2024-02", "2024-02", "2024-02-01 00:00:00 to 2024-03-01 00:00:00"},
		{"2024-02-29", "2024-02-29", "2024-02-29 00:00:00 to 2024-03-01 00:00:00"},
		{"2026-11", "2026-11-22", "2026-11-01 00:00:00 to 2026-11-23 00:00:00"},
		{"2026-11-22", "2026", "2026-11-22 00:00:00 to 2027-01-01 00:00:00"},
		{"2026-11-22 10:00", "2026-11-22T12:30:15", "2026-11-22 10:00:00 to 2026-11-22 12:30:16"},
		{"2026-11-22T00:00:00Z", "", "2026-11-22 07:00:00 to -"},

		{"2026-12", "2026-11", "--from 2026-12 is after --to 2026-11"},
		{"2026-11-23", "2026-11-22", "--from 2026-11-23 is after --to 2026-11-22"},
		{"2026-02-30", "", "--from 2026-02-30 is not in the calendar; write a year, a month or a day"},
		{"2025-02-29", "", "not in the calendar"},
		{"2026-13", "", "--from 2026-13 is not in the calendar; write a year"},
		{"", "2026-00-10", "--to 2026-00-10 is not in the calendar"},
		{"26-11-01", "", `--from "26-11-01" is no year, month or day; write a year, a month or a day: 2026, 2026-11 or 2026-11-22`},
		{"01/11/2026", "", `--from "01/11/2026" is no year`},
		{"2026/11/01", "", "is no year"},
		{"2026-1-5", "", "is no year"},
		{"20261122", "", "is no year"},
		{"", "today", `--to "today" is no year`},
		{"", " ", "is no year"},
		{"2026-11-22 25:00", "", "is no year"},
	} {
		p, err := readPeriod("--from", tt.from, "--to", tt.to, readMoments)
		show := func(t time.Time) string {
			if t.IsZero() {
				return "-"
			}
			return t.In(sites.Zone).Format(time.DateTime)
		}
		got := show(p.from) + " to " + show(p.after)
		if err != nil {
			got = err.Error() + "; " + hint(err)
		}
		if got != tt.want && (err == nil || !strings.Contains(got, tt.want)) {
			t.Errorf("%q %q: %s, want %s", tt.from, tt.to, got, tt.want)
		}
	}
	if _, err := readDays("--from", "2026-11-22 10:00"); err == nil {
		t.Error("a moment passes for days")
	}
	for _, more := range []string{"2026", "2026-11", "x"} {
		if _, err := readDay("--day", more); err == nil || hint(err) != "write it like 2026-11-22" {
			t.Errorf("--day %s: %v", more, err)
		}
	}
}

func TestPeriodHolds(t *testing.T) {
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, sites.Zone)
	got := map[string]bool{}
	for _, p := range []struct{ from, to string }{{"", ""}, {"2026-11-22", "2026-11-22"}, {"2026-11-23", ""}, {"", "2026-11-21"}} {
		within, err := readPeriod("--from", p.from, "--to", p.to, readDays)
		if err != nil {
			t.Fatal(err)
		}
		got[p.from+" "+p.to+" first"] = within.holds(day)
		got[p.from+" "+p.to+" last"] = within.holds(day.AddDate(0, 0, 1).Add(-1))
	}
	want := map[string]bool{
		"  first": true, "  last": true, "2026-11-22 2026-11-22 first": true, "2026-11-22 2026-11-22 last": true,
		"2026-11-23  first": false, "2026-11-23  last": false, " 2026-11-21 first": false, " 2026-11-21 last": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
