package main

import (
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
)

func TestSummary(t *testing.T) {
	const began = "vov: 0 new, 0 changed, 0 unchanged; 0 requests, 0 B in 0s"
	for _, tt := range []struct {
		name string
		run  capture.Run
		want string
	}{
		{"all is well", capture.Run{New: 3, Revisits: 9, Requests: 14, Bytes: 2500, Ended: noon.Add(1500 * time.Millisecond), End: "done", Resting: 1, Sources: 2, Read: 2},
			"vov: 3 new, 0 changed, 9 unchanged; 14 requests, 2.5 kB in 1.5s; 1 list not due yet"},
		{"what is not there, and never was, is no news", capture.Run{End: "done", Sources: 2, Read: 2, Gaps: map[string]int{"source gone": 4, "source gone (guessed)": 3, "source status 500 (guessed)": 1}}, began},
		{"what is gone now", capture.Run{End: "done", Sources: 2, Read: 2, Vanished: 1, Gaps: map[string]int{"source gone": 4}}, began + "; 1 list could not be read: not there"},
		{"all gone", capture.Run{End: "no source", Sources: 4, Gaps: map[string]int{"source gone": 4}}, began + "; none of its lists could be read; 4 lists could not be read: not there"},
		{"pages", capture.Run{End: "limit", Gaps: map[string]int{"timeout": 2, "status 500": 1, "gone": 3, "robots": 1, "not an article: a list": 2}},
			began + "; stopped at --limit; 3 pages could not be read: 2 timed out, 1 the server failed (500); 3 pages are gone; robots.txt forbids 1 page; 2 pages hold no article: a list"},
		{"a new reason", capture.Run{End: "done", Gaps: map[string]int{"something new": 1}}, began + "; 1 page could not be read: something new"},
		{"layouts", capture.Run{End: "done", Recent: 20, NoLayout: 1}, began + "; 1 of 20 new articles fits no known layout"},
		{"a few in a hundred", capture.Run{End: "done", Recent: 20, NoLayout: 2}, began + "; 2 of 20 new articles fit no known layout"},
		{"pictures", capture.Run{End: "done", Assets: &capture.Assets{Asked: 9, Kept: 7, Bytes: 3_000_000, Same: 1, Exchanged: 2, Missing: map[string]int{"gone": 1}}},
			began + "; assets: 7 new, 3.0 MB, 1 unchanged, pictures exchanged in 2 articles, 1 missing (gone)"},
		{"a redesign", capture.Run{End: "done", Recent: 2, NoLayout: 2, Redesign: &capture.Redesign{NoLayout: 6, Recent: 6}},
			began + "; 6 of 6 new articles fit no known layout: has the newspaper been redesigned?"},
	} {
		tt.run.Started = noon
		if tt.run.Ended.IsZero() {
			tt.run.Ended = noon
		}
		if got := summary("vov", tt.run); got != tt.want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, tt.want)
		}
	}
}

// Every reason that a crawl gives has words of its own, none those of the program.
func TestReasonsInWords(t *testing.T) {
	for reason, want := range map[string]string{
		"status 403": "refused (403)", "status 429": "asked to come less often (429)", "status 503": "the server failed (503)", "status 418": "answered with status 418",
		"status 2": "answered with status 2", "dns": "the host's name was not found", "challenge page": "a challenge page came instead",
	} {
		if got := because(reason); got != want {
			t.Errorf("%s: %q, want %q", reason, got, want)
		}
	}
	for reason, words := range reasonWords {
		if words == "" || strings.Contains(words, ";") {
			t.Errorf("%s: %q", reason, words)
		}
	}
}
