package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cmd/internal/lines"
	"baoluu/crawler"
)

// crew is what the newspapers of one command share.
type crew struct {
	app      *app
	config   Config
	options  crawlOptions
	log      *slog.Logger
	archive  guardedStore
	notifier *notifier
}

func (a *app) newCrew(c Config, arch *archive.Archive, o crawlOptions, log *slog.Logger) *crew {
	return &crew{
		app: a, config: c, options: o, log: log, archive: guardedStore{arch, newSpaceGuard(c)},
		notifier: newNotifier(c),
	}
}

// crawlAll is [crew.crawlEach] with one error, that says everything.
func (c *crew) crawlAll(ctx context.Context, jobs []crawlJob) error {
	all, said := c.crawlEach(ctx, jobs)
	return hush(all, said)
}

// crawlEach crawls the newspapers side by side; none waits for another. all joins what went
// wrong with each, said the part of it that is to be printed: with --quiet, what was not printed before.
func (c *crew) crawlEach(ctx context.Context, jobs []crawlJob) (all, said error) {
	progress := c.app.newProgress(c.options.quiet || c.options.asJSON, c.options.log != "-")
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex // guards ends and what is printed
		ends crawlEnds
	)
	for _, job := range jobs {
		name := job.site.Name
		shown := progress.follow(name, job.options) // the bars in the order of the newspapers
		wg.Go(func() {
			defer shown.end()
			index := indexing(ctx, c.archive.Archive, name, func(err error) { c.log.Warn("search index not up to date", "site", name, "err", err) })
			run, err := c.crawl(ctx, job, shown)
			index()
			if err == nil && run.Failed > 0 {
				err = &partlyError{fmt.Errorf("%s: %s failed, the rest is kept", name, plural(run.Failed, "address", "addresses"))}
			}
			mu.Lock()
			defer mu.Unlock()
			c.ended(ctx, &ends, name, run, err, progress)
		})
	}
	wg.Wait()
	progress.wait()
	if !ends.diskFull {
		if err := c.notifier.over(eventDisk); err != nil {
			c.log.Error("notices not stored", "err", err)
		}
	}
	all, said = errors.Join(ends.all...), errors.Join(ends.said...)
	if all != nil && slices.Contains(ends.all, nil) {
		all = &partlyError{all}
	}
	return all, said
}

// crawlEnds is how the crawls of a command ended: an error each, nil where all is well, and
// those that are to be said.
type crawlEnds struct {
	all, said []error
	diskFull  bool
}

// ended prints and notifies how one newspaper's crawl ended.
func (c *crew) ended(ctx context.Context, ends *crawlEnds, name string, run capture.Run, err error, progress *progress) {
	now := time.Now()
	ends.all = append(ends.all, err)
	var isNew bool
	if isDiskFull(err) { // one disk is one problem, whichever newspapers meet it
		isNew = !ends.diskFull && c.notifier.speaks(c.options.quiet, "", map[string]string{eventDisk: ""}, err, now)
		ends.diskFull = true
	} else {
		isNew = c.notifier.speaks(c.options.quiet, name, troubles(c.config.Notify, name, run, err), err, now)
	}
	if isNew {
		ends.said = append(ends.said, err)
	}
	switch {
	case run.Started.IsZero(): // it never began; the error says why
	case c.options.asJSON:
		_ = printJSON(c.app.out, lines.NewRun(name, run)) // a.out remembers
	case !c.options.quiet || isNew:
		progress.warn("%s", summary(name, run))
	}
	if isNew || !c.options.quiet {
		for _, line := range lookAt(name, run) {
			progress.warn("%s", line)
		}
	}
	if err := c.notifier.tell(ctx, name, run, err, now); err != nil {
		progress.warn("baoluu: no notice of %s could be sent: %v", name, err)
		c.log.Error("notice not sent", "site", name, "err", err)
	}
}

// waitEvery is how often a crawl that waits for another looks whether it ended.
const waitEvery = time.Second

// crawl crawls one newspaper, once the crawl that is running there has ended. A
// run that did not begin is zero.
func (c *crew) crawl(ctx context.Context, job crawlJob, shown *follower) (capture.Run, error) {
	name := job.site.Name
	job.options.Progress, job.options.Log = shown.event, c.log
	until := time.Now().Add(c.options.wait)
	for {
		if err := ctx.Err(); err != nil { // asked to end while it waited: it does not begin
			return capture.Run{}, err
		}
		run, err := crawler.Crawl(ctx, c.archive, job.site, job.options)
		if !errors.Is(err, archive.ErrInUse) || !run.Started.IsZero() {
			return run, err
		}
		left := time.Until(until)
		if left <= 0 {
			if c.options.ifDue && !stuck(err, time.Now()) {
				return run, nil // it is being crawled: all is well
			}
			return run, err
		}
		shown.waits("waits for the crawl that is running")
		select {
		case <-time.After(min(left, waitEvery)):
		case <-ctx.Done():
			return run, ctx.Err()
		}
		if c.options.ifDue {
			due, err := isDue(ctx, c.archive, name, *c.config.Sites[name].Schedule, time.Now())
			if err != nil || !due {
				return run, err
			}
		}
	}
}

// maxAtWork is how long a crawl may run before another one that finds it running says so.
const maxAtWork = 24 * time.Hour

// stuck reports whether a newspaper has been in use for longer than a crawl may take.
func stuck(err error, now time.Time) bool {
	var held *archive.InUseError
	return !errors.As(err, &held) || held.What != "crawl" || !held.Since.IsZero() && now.Sub(held.Since) > maxAtWork
}

func (c *crew) writeMetrics(ctx context.Context, arch *archive.Archive) error {
	err := writeMetrics(context.WithoutCancel(ctx), arch, c.config, c.options.metrics, time.Now())
	if err != nil {
		c.log.Error("metrics not written", "err", err)
		err = fmt.Errorf("write metrics to %s: %w", c.options.metrics, err)
	}
	return err
}
