package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"baoluu/cleaner/plain"
	"baoluu/crawler"
)

const (
	// lineEvery is how often a log, a pipe or a simple terminal hears of a crawl.
	lineEvery = time.Minute
	// talkEvery is how often a person hears of a work of one file.
	talkEvery = 2 * time.Second
)

// progress shows how a crawl goes on: a bar for each newspaper on a terminal, a
// line now and then elsewhere. Its zero value shows nothing.
type progress struct {
	bars  *mpb.Progress // nil: lines
	lines io.Writer     // nil: nothing at all
	mu    sync.Mutex    // guards lines
}

// newProgress is what fits where people read.
func (a *app) newProgress(quiet bool) *progress {
	switch {
	case quiet:
		return &progress{}
	case a.terminal != nil && os.Getenv("TERM") != "dumb":
		return &progress{bars: mpb.New(mpb.WithOutput(a.terminal), mpb.WithWidth(24)), lines: a.err}
	}
	return &progress{lines: a.err}
}

// say prints a line, above the bars where there are any.
func (p *progress) say(line string) {
	if p.lines == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bars != nil {
		// The bars' own writer is the terminal itself: nothing may act on it.
		_, _ = printf(plain.Writer(p.bars), "%s\n", line)
		return
	}
	printf(p.lines, "%s\n", line)
}

// follow shows one newspaper: event is to be called with what happens, end once.
func (p *progress) follow(site string) (event func(crawler.Event), end func()) {
	switch {
	case p.lines == nil:
		return nil, func() {}
	case p.bars == nil:
		last := time.Now()
		return func(e crawler.Event) {
			if time.Since(last) >= lineEvery {
				last = time.Now()
				p.say(fmt.Sprintf("%s: %d listed, %d fetched, %d waiting, %d kept, %s", e.Site, e.Run.Listed, e.Run.Fetched, e.Waiting, e.Run.Kept, size(e.Run.Bytes)))
			}
		}, func() {}
	}
	var listed atomic.Int64
	bar := p.bars.AddBar(1,
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(
			decor.Name(site, decor.WCSyncSpaceR),
			decor.CountersNoUnit("%d/%d", decor.WCSyncSpace),
		),
		mpb.AppendDecorators(
			decor.Any(func(decor.Statistics) string { return fmt.Sprintf("%d listed", listed.Load()) }, decor.WCSyncSpace),
			decor.AverageSpeed(0, "%.1f/s", decor.WCSyncSpace),
			decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace), ""),
		),
	)
	return func(e crawler.Event) {
			listed.Store(int64(e.Run.Listed))
			// One more than there are: a full bar would be done, and more may be listed.
			bar.SetTotal(int64(e.Run.Fetched+e.Waiting)+1, false)
			bar.SetCurrent(int64(e.Run.Fetched))
		}, func() {
			bar.Abort(true)
		}
}

// wait takes the bars off the terminal.
func (p *progress) wait() {
	if p.bars != nil {
		p.bars.Wait()
	}
}

// talker tells a person at a terminal now and then how far it is.
func (a *app) talker(asJSON bool) func(format string, args ...any) {
	if asJSON || a.terminal == nil {
		return func(string, ...any) {}
	}
	last := time.Now()
	return func(format string, args ...any) {
		if time.Since(last) >= talkEvery {
			last = time.Now()
			printf(a.err, format+"\n", args...)
		}
	}
}
