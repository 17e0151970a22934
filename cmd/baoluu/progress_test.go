package main

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vbauerster/mpb/v8"

	"baoluu/archive/capture"
	"baoluu/crawler"
)

// shownBars are bars that are drawn when draw says so, which gives what is then there.
// They live in a synctest bubble.
func shownBars(t *testing.T) (p *progress, draw func() string) {
	t.Helper()
	var drawn bytes.Buffer
	refresh := make(chan any)
	p = &progress{lines: io.Discard, bars: mpb.New(mpb.WithOutput(&drawn), mpb.WithManualRefresh(refresh))}
	return p, func() string {
		refresh <- time.Now()
		synctest.Wait()
		defer drawn.Reset()
		return drawn.String()
	}
}

func event(site string, fetched, waiting int) crawler.Event {
	return crawler.Event{Site: site, Run: capture.Run{Fetched: fetched}, Waiting: waiting}
}

// A newspaper has its bar from before the first answer to the end of its run, whatever
// the others do, and what is printed above the bars is not lost with the last of them.
func TestBarsStayUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, draw := shownBars(t)
		dantri := p.follow("dantri", crawler.Options{})
		vov := p.follow("vov", crawler.Options{})
		wants := func(when string, wants ...string) {
			t.Helper()
			lines := strings.Split(strings.TrimSuffix(draw(), "\n"), "\n")
			if len(lines) != len(wants) {
				t.Errorf("%s: %q", when, lines)
				return
			}
			for i, want := range wants {
				if !regexp.MustCompile("^" + want + "$").MatchString(strings.TrimRight(lines[i], " ")) {
					t.Errorf("%s: %q, want %s", when, lines[i], want)
				}
			}
		}
		wants("before anything", `dantri  \[-+\] reads the newspaper's lists`, `vov     \[-+\] reads the newspaper's lists`)
		dantri.event(event("dantri", 0, 3))
		wants("when lists are read", `dantri  \[-+\] 0 done, 3 waiting`, `vov .*lists`)
		dantri.event(event("dantri", 1, 2))
		wants("after the first article", `dantri  \[=+>-+\] 1 done, 2 waiting`, `vov .*lists`)
		// All that was known is done, and more is found.
		dantri.event(event("dantri", 3, 0))
		wants("when all seems done", `dantri  \[=+>?\] 3 done, 0 waiting`, `vov .*lists`)
		dantri.event(event("dantri", 4, 1236))
		time.Sleep(10 * time.Second)
		dantri.event(event("dantri", 24, 1216))
		wants("when more was found", `dantri  \[-+\] 24 done, 1,216 waiting +2.3/s  8m 49s left`, `vov .*lists`)
		vov.waits("waits for another")
		wants("while one waits", `dantri .*`, `vov .*\] waits for another`)
		p.say("%s", "vov: one new")
		vov.end()
		wants("when one ends", `vov: one new`, `dantri .*`, `vov .*`)
		wants("when one has ended", `dantri .*`)
		p.warn("%s", "dantri: 24 new\x1b[2J")
		dantri.end()
		wants("when all end", `dantri: 24 new[^\x1b]*`, `dantri .*`)
		go p.wait()
	})
}

// A line now and then where no bars can be, and none where nothing is to be said.
func TestProgressInLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, quiet := range []bool{false, true} {
			var lines bytes.Buffer
			f := (&app{err: &lines}).newProgress(quiet, true).follow("dantri", crawler.Options{})
			for i := range 150 { // seconds
				f.event(event("dantri", i+1, 1300-i))
				time.Sleep(time.Second)
			}
			f.end()
			want := "dantri: 61 done, 1,240 waiting, 1.0/s, 20m 40s left; 0 kept, 0 B\ndantri: 121 done, 1,180 waiting, 1.0/s, 19m 40s left; 0 kept, 0 B\n"
			if quiet {
				want = ""
			}
			if lines.String() != want {
				t.Errorf("%q, want %q", lines.String(), want)
			}
		}
	})
}

func TestPace(t *testing.T) {
	begin := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	see := func(p *pace, second, done, waiting int) {
		p.see(at(second), capture.Run{Started: begin, Fetched: done}, waiting)
	}
	steady := func(p *pace, from, to, rate, all int) {
		for s := from; s <= to; s++ {
			see(p, s, s*rate, all-s*rate)
		}
	}
	for _, tt := range []struct {
		name    string
		options crawler.Options
		do      func(p *pace)
		now     int
		want    string
	}{
		{"nothing is known", crawler.Options{}, func(*pace) {}, 100, "reads the newspaper's lists"},
		{"nothing but lists", crawler.Options{}, func(p *pace) { see(p, 1, 0, 0) }, 100, "reads the newspaper's lists"},
		{"found, none asked for", crawler.Options{}, func(p *pace) { see(p, 1, 0, 50) }, 100, "0 done, 50 waiting"},
		{"the first seconds", crawler.Options{}, func(p *pace) { steady(p, 0, 4, 1, 100) }, 4, "4 done, 96 waiting"},
		{"after some", crawler.Options{}, func(p *pace) { steady(p, 0, 10, 1, 100) }, 10, "10 done, 90 waiting|1.0/s|1m 30s left"},
		{"slower of late", crawler.Options{}, func(p *pace) {
			steady(p, 0, 100, 10, 9000)
			for s := 101; s <= 200; s++ {
				see(p, s, 1000+s-100, 8000-s+100)
			}
		}, 200, "1,100 done, 7,900 waiting|1.0/s|2h 12m left"},
		{"it rests", crawler.Options{}, func(p *pace) { steady(p, 0, 100, 1, 9000) }, 900, "100 done, 8,900 waiting|0.1/s|1d 11h left"},
		{"nothing for long", crawler.Options{}, func(p *pace) { steady(p, 0, 100, 1, 9000); see(p, 500, 100, 8900) }, 900, "100 done, 8,900 waiting|0.0/s"},
		{"the last one", crawler.Options{}, func(p *pace) { steady(p, 0, 100, 1, 100) }, 100, "100 done, 0 waiting|1.0/s"},
		{"a limit", crawler.Options{Limit: 20}, func(p *pace) { steady(p, 0, 10, 1, 100) }, 10, "10 done, 10 waiting|1.0/s|10s left"},
		{"a limit that is reached", crawler.Options{Limit: 10}, func(p *pace) { steady(p, 0, 10, 1, 100) }, 10, "10 done, 0 waiting|1.0/s"},
		{"a time", crawler.Options{MaxTime: time.Minute}, func(p *pace) { steady(p, 0, 10, 1, 100) }, 10, "10 done, 90 waiting|1.0/s|50s left"},
		{"a time that is up", crawler.Options{MaxTime: time.Minute}, func(p *pace) { steady(p, 0, 70, 1, 100) }, 70, "70 done, 30 waiting|1.0/s|0s left"},
	} {
		p := pace{limit: tt.options.Limit, maxTime: tt.options.MaxTime}
		tt.do(&p)
		if got := strings.Join(p.columns(at(tt.now)), "|"); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 400 * time.Millisecond: "0s", 49 * time.Second: "49s", 59*time.Second + 700*time.Millisecond: "1m", 200 * time.Second: "3m 20s",
		time.Hour: "1h", 2*time.Hour + 5*time.Minute + 40*time.Second: "2h 6m", 59*time.Minute + 29*time.Second: "59m 29s", 59*time.Minute + 59*time.Second: "1h", 23*time.Hour + 59*time.Minute: "1d", 50 * time.Hour: "2d 2h",
	} {
		if got := span(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1240: "1,240", 1234567: "1,234,567", -1: "-1", -100: "-100", -1000: "-1,000"} {
		if got := count(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// What takes minutes with a large archive says how far it is, to a person at a terminal
// and nobody else.
func TestLongWorkTalks(t *testing.T) {
	t.Chdir(t.TempDir())
	must(t, "demo", "--dir", ".")
	for line, want := range map[string]string{
		"verify":                        `(?m)^dantri: read so far: \d+ pages?, [1-9]\d* captures?, \d+ bod(y|ies)$`,
		"reclean --force dantri":        `(?m)^dantri: capture [1-9]\d* of \d+$`,
		"export --format jsonl --out j": `(?m)^dantri: [1-9].* written$`,
		"export --format warc --out w":  `(?m)^dantri: [1-9].* written$`,
	} {
		for _, terminal := range []bool{true, false} {
			for _, asJSON := range []bool{false, true} {
				var said bytes.Buffer
				a := &app{out: io.Discard, err: &said}
				if terminal {
					a.terminal = &said
				}
				root := a.root()
				root.SetArgs(append(strings.Fields(line), fmt.Sprintf("--json=%t", asJSON)))
				if err := root.Execute(); err != nil {
					t.Errorf("%s: %v", line, err)
				}
				if talks := regexp.MustCompile(want).MatchString(said.String()); talks != (terminal && !asJSON) {
					t.Errorf("%s, terminal %v, JSON %v: %s", line, terminal, asJSON, said.String())
				}
			}
		}
	}
}
