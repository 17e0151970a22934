package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/crawler"
)

// lineEvery is how often a log, a pipe or a simple terminal hears of a crawl.
const lineEvery = time.Minute

// progress shows how a crawl goes on: a bar for each newspaper on a terminal, a
// line now and then elsewhere. A quiet one shows nothing.
type progress struct {
	bars  *mpb.Progress // nil: lines
	lines io.Writer
	quiet bool
	mu    sync.Mutex // guards lines
}

// newProgress shows bars on a terminal. Where others write to it as well, as a log on
// stderr does, bars would be broken up, and it prints lines.
func (a *app) newProgress(quiet, alone bool) *progress {
	p := &progress{lines: a.err, quiet: quiet}
	if !quiet && alone && a.terminal != nil && os.Getenv("TERM") != "dumb" {
		p.bars = mpb.New(mpb.WithOutput(a.terminal))
	}
	return p
}

// say prints a line unless it is quiet.
func (p *progress) say(format string, args ...any) {
	if !p.quiet {
		p.warn(format, args...)
	}
}

// warn prints a line, above the bars where there are any.
func (p *progress) warn(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars != nil {
		// The bars' own writer is the terminal itself: nothing may act on it.
		if _, err := printf(plain.Writer(p.bars), format+"\n", args...); err == nil {
			return
		}
	}
	printf(p.lines, format+"\n", args...)
}

// follow begins to show one newspaper's crawl. Its bar stays until end is called: what
// is printed before then is sure to be seen.
func (p *progress) follow(site string, o crawler.Options) *follower {
	f := &follower{progress: p, site: site, now: time.Now, said: time.Now(), pace: pace{limit: o.Limit, maxTime: o.MaxTime}}
	if p.bars != nil {
		f.bar = f.addBar()
	}
	return f
}

// wait takes the bars off the terminal.
func (p *progress) wait() {
	if p.bars != nil {
		p.bars.Wait()
	}
}

// follower shows one newspaper's crawl.
type follower struct {
	progress *progress
	site     string
	bar      *mpb.Bar
	said     time.Time // when a line was printed last
	now      func() time.Time

	mu   sync.Mutex // guards the rest
	pace pace
	note string // what it does instead of fetching
}

// event is called with what happens, from one goroutine.
func (f *follower) event(e crawler.Event) {
	now := f.now()
	f.mu.Lock()
	f.note = ""
	f.pace.see(now, e.Run, e.Waiting)
	left, done := f.pace.waiting, f.pace.done
	f.mu.Unlock()
	switch {
	case f.bar != nil:
		f.bar.SetTotal(int64(done+left), false)
		f.bar.SetCurrent(int64(done))
	case now.Sub(f.said) >= lineEvery:
		f.said = now
		f.progress.say("%s: %s; %s kept, %s", f.site, strings.Join(f.columns(), ", "), count(e.Run.Kept), size(e.Run.Bytes))
	}
}

// waits says what it waits for before it begins.
func (f *follower) waits(note string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.note = note
}

// end takes its bar away, with the lines that were printed before it.
func (f *follower) end() {
	if f.bar != nil {
		f.bar.Abort(true)
	}
}

// columns are what is known of the crawl: counts, rate, time left.
func (f *follower) columns() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.note != "" {
		return []string{f.note}
	}
	return f.pace.columns(f.now())
}

const (
	barWidth = 24
	// A bar shorter than that shows nothing: the numbers have the room.
	leastBar = 8
)

// addBar shows the crawl as a bar and its numbers; on a narrow terminal the numbers.
func (f *follower) addBar() *mpb.Bar {
	columns := make([]decor.Decorator, 3)
	for i := range columns {
		columns[i] = decor.Any(func(decor.Statistics) string {
			all := f.columns()
			if i >= len(all) {
				return ""
			}
			return strings.Repeat(" ", min(i, 1)) + all[i] // two blanks between columns
		}, decor.WC{C: decor.DSyncWidthR | decor.DextraSpace})
	}
	return f.progress.bars.New(0, // a total makes it complete, and go, once that many are done
		mpb.BarStyle().Lbound("[").Filler("=").Tip(">").Padding("-").Rbound("]"),
		mpb.BarWidth(barWidth),
		mpb.PrependDecorators(decor.Name(f.site, decor.WCSyncSpaceR)),
		mpb.BarFillerMiddleware(func(bar mpb.BarFiller) mpb.BarFiller {
			return mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
				if s.AvailableWidth < leastBar {
					return nil
				}
				return bar.Fill(w, s)
			})
		}),
		mpb.AppendDecorators(columns...),
	)
}

// pace is how fast a crawl goes on, and what follows from it.
type pace struct {
	limit   int           // articles at most; 0 is no limit
	maxTime time.Duration // of the run; 0 is no limit
	started time.Time     // when the run began, which may have waited for another
	done    int
	waiting int
	samples []sample // of the last while, the oldest first
}

type sample struct {
	at   time.Time
	done int
}

const (
	// The rate is that of the last while: a newspaper may slow down, or rest.
	rateOver = time.Minute
	// A rate of less than that says nothing yet.
	rateAfter = 5 * time.Second
)

// see notes how many were asked for, and how many are known to wait.
func (p *pace) see(now time.Time, run capture.Run, waiting int) {
	done := run.Fetched
	if p.limit > 0 {
		waiting = min(waiting, p.limit-done)
	}
	if len(p.samples) == 0 && done > 0 || len(p.samples) > 0 && now.Sub(p.samples[len(p.samples)-1].at) >= time.Second {
		p.samples = append(p.samples, sample{now, done})
	}
	for len(p.samples) > 1 && now.Sub(p.samples[0].at) > rateOver {
		p.samples = p.samples[1:]
	}
	p.started, p.done, p.waiting = run.Started, done, waiting
}

// rate is how many are done a second; ok is false where that is not known yet.
func (p *pace) rate(now time.Time) (rate float64, ok bool) {
	if len(p.samples) == 0 {
		return 0, false
	}
	first := p.samples[0]
	took := now.Sub(first.at)
	if took < rateAfter {
		return 0, false
	}
	return float64(p.done-first.done) / took.Seconds(), true
}

// left is how long the rest takes at this rate, by the end of the run's time at most.
func (p *pace) left(now time.Time) (left time.Duration, ok bool) {
	rate, ok := p.rate(now)
	if !ok || rate <= 0 || p.waiting == 0 {
		return 0, false
	}
	seconds := float64(p.waiting) / rate
	if p.maxTime > 0 {
		seconds = min(seconds, max(0, p.started.Add(p.maxTime).Sub(now).Seconds()))
	}
	return time.Duration(min(seconds, 1e8) * float64(time.Second)), true
}

// columns are counts, rate and time left, each as far as it is known.
func (p *pace) columns(now time.Time) []string {
	if p.done == 0 && p.waiting == 0 {
		return []string{"reads the newspaper's lists"}
	}
	columns := []string{fmt.Sprintf("%s done, %s waiting", count(p.done), count(p.waiting))}
	rate, ok := p.rate(now)
	if !ok {
		return columns
	}
	columns = append(columns, fmt.Sprintf("%.1f/s", rate))
	if left, ok := p.left(now); ok {
		columns = append(columns, span(left)+" left")
	}
	return columns
}

// span is a length of time for people, in two units at most: "49s", "3m 20s", "2h 5m".
func span(d time.Duration) string {
	units := []struct {
		name string
		unit time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	for i, u := range units[:3] {
		next := units[i+1]
		whole := d.Round(next.unit)
		if whole < u.unit {
			continue
		}
		if rest := whole % u.unit / next.unit; rest > 0 {
			return fmt.Sprintf("%d%s %d%s", whole/u.unit, u.name, rest, next.name)
		}
		return fmt.Sprintf("%d%s", whole/u.unit, u.name)
	}
	return fmt.Sprintf("%ds", d.Round(time.Second)/time.Second)
}

// talker prints for a person at a terminal now and then how far it is.
func (a *app) talker(asJSON bool) func(format string, args ...any) {
	if asJSON || a.terminal == nil {
		return func(string, ...any) {}
	}
	last := time.Now()
	return func(format string, args ...any) {
		if time.Since(last) >= a.talkEvery {
			last = time.Now()
			printf(a.err, format+"\n", args...)
		}
	}
}
