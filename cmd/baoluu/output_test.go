package main

import (
	"testing"
	"time"
)

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 126_400: "126.4 kB", 10_000_000: "10.0 MB", 3_200_000_000: "3.2 GB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2016-04-12":                "2016-04-12T00:00:00+07:00",
		"2016-04-12 21:36":          "2016-04-12T21:36:00+07:00",
		"2016-04-12T21:36:05":       "2016-04-12T21:36:05+07:00",
		"2016-04-12T14:36:00Z":      "2016-04-12T21:36:00+07:00",
		"2016-04-12T21:36:00+07:00": "2016-04-12T21:36:00+07:00",
		"2016-04-12T21:36+07:00":    "2016-04-12T21:36:00+07:00",
	} {
		got, err := parseTime(text)
		if err != nil || local(got) != want {
			t.Errorf("%s: %s %v, want %s", text, local(got), err, want)
		}
	}
	for _, text := range []string{"", "today", "2016-13-01", "2016-02-30", "12/04/2016", "2016"} {
		if got, err := parseTime(text); err == nil {
			t.Errorf("%q: %s", text, got.Format(time.RFC3339))
		}
	}
}

func TestShellLine(t *testing.T) {
	for want, words := range map[string][]string{
		"/usr/bin/baoluu crawl":  {"/usr/bin/baoluu", "crawl"},
		`'my news' 'it'\''s' ''`: {"my news", "it's", ""},
		`'$(rm -rf /)'`:          {"$(rm -rf /)"},
	} {
		if got := shellLine(words); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A day alone is meant to its end, so is a second, and all that has no zone is in the newspapers'.
func TestParseAt(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "0001-01-01T00:00:00Z",
		"2026-07-16":                "2026-07-16T23:59:59.999+07:00",
		"2026-07-16 08:46":          "2026-07-16T08:46:00.999+07:00",
		"2026-07-16T08:46:10":       "2026-07-16T08:46:10.999+07:00",
		"2026-07-16T08:46:10Z":      "2026-07-16T08:46:10.999Z",
		"2026-07-16T08:46:10+02:00": "2026-07-16T08:46:10.999+02:00",
		"2026-07-16T08:46:10.5Z":    "2026-07-16T08:46:10.5Z",
		"16/07/2026":                "error",
		"2026-07-32":                "error",
	} {
		at, err := parseAt(text)
		got := at.Format(time.RFC3339Nano)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}
