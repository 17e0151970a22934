package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/crawler"
)

// The crawler declares what it needs of a store; here the two meet.
var _ crawler.Store = (*archive.Archive)(nil)

type crawlOptions struct {
	limit   int
	maxTime time.Duration
	since   string
	until   string
	urls    []string
	assets  string
	dryRun  bool
	ifDue   bool
	wait    time.Duration
	log     string
	metrics string
	quiet   bool
	asJSON  bool
}

func (a *app) crawlCommand() *cobra.Command {
	var o crawlOptions
	cmd := &cobra.Command{
		Use:   "crawl [SITE…]",
		Short: "Fetch what is new or due, and keep it",
		Long: `Crawl asks each newspaper (default: all that are enabled) for its lists. It fetches
the articles that are new and the known pages that are due again, and keeps every
answer. It asks for robots.txt first, keeps the pace of the settings and asks for no
address twice in a run.

With --since it also goes back to that day, through the newspaper's sitemaps and
the pages of its lists, after all that is new. A backfill that ends early goes on
with the next crawl, without being asked for again. Articles outside its days are
left alone as far as their addresses, dates and numbers tell; a few are fetched to
find out. --dry-run with it prints what each source has in store, and what only the
source can tell.

A list or feed that brought nothing new is left alone for a while, from five
minutes to six hours; the summary says how many "lists not due yet" there were.
The front page and the news sitemap are asked again after five minutes at most,
and --url asks for any of them at once.

With "assets: images" in config.yaml, or --assets images, the pictures of articles
are kept, too, and with "all" style sheets and fonts as well, also of lists. They are
fetched after the news, and a missing one is no failure: the summary counts them, and
"baoluu ledger" says why. docs/assets.md has the rest.

Ctrl-C ends a crawl cleanly; what was finished is kept, and the next run goes on
from there. Exit 1: nothing could be read: the newspaper does not answer, or none
of its lists, or of the articles asked for, could be read. Exit 3: some pages
failed, or the metrics could not be written; the rest is kept. Exit 4: the pages
come out differently than they used to, as after a redesign; stderr and --json name
the fields and some addresses, and all is kept. Exit 5: the site refuses us: three
pages in a row, or all of its lists, or all articles asked for. Exit 11: another
crawl of this newspaper is running.

"20 of 20 new articles fit no known layout" is the first sign of a redesign, long
before there are enough pages for exit 4. All is kept, and read as well as can be.

--if-due leaves a newspaper alone until its schedule in config.yaml has come round
since its last crawl began, and while that crawl is running. Called by cron every
five minutes, it is all that is needed. It prints when the others are due. With
--quiet nothing is printed while all is well; a problem that lasts is printed once in
"notify: every" of config.yaml (a day), or when it turns into another one. The exit
code is that of each run.

A crawl ends before it writes when the disk has less room than "min_free" in
config.yaml; "notify" there names who is notified when a crawl needs a person, and
"baoluu notify test" tries it.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu crawl dantri --limit 20
  baoluu crawl --max-time 10m
  baoluu crawl vov --since 2019-06 --until 2019
  baoluu crawl vov --since 2019 --until 2019 --dry-run
  baoluu crawl --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov
  baoluu crawl dantri vov --dry-run
  baoluu crawl --if-due --quiet --log /var/log/baoluu.json   # by cron, every 5 minutes`,
	}
	a.onSites(cmd, func(ctx context.Context, names []string) error { return a.crawl(ctx, names, o) })
	f := cmd.Flags()
	f.IntVar(&o.limit, "limit", 0, "fetch at most this `many` articles of each newspaper")
	f.DurationVar(&o.maxTime, "max-time", 0, "stop after this `time`: 10m")
	f.StringVar(&o.since, "since", "", "go back to the first of these `days`: 2019, 2019-06, 2019-06-30")
	f.StringVar(&o.until, "until", "", "with --since: to the last of these `days`, and no further")
	f.StringArrayVar(&o.urls, "url", nil, "fetch only this `address`; may be repeated")
	f.StringVar(&o.assets, "assets", "", "`which` of the files that pages need are kept, whatever the settings say: none, images, all")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be asked for first, and what is known of each source; nothing is fetched or written")
	f.BoolVar(&o.ifDue, "if-due", false, "crawl only newspapers whose schedule has come round since their last crawl")
	f.DurationVar(&o.wait, "wait", 0, "wait up to this `time` for another crawl of the newspaper to end")
	f.StringVar(&o.log, "log", "", "write a log, JSON lines, to this `file`, rotated as the settings say; - is stderr")
	f.StringVar(&o.metrics, "metrics-file", "", "write metrics to this `file` at the end, for node_exporter's textfile collector")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing when all is well")
	f.BoolVar(&o.asJSON, "json", false, "end with a JSON line for each newspaper")
	return cmd
}

func (a *app) crawl(ctx context.Context, names []string, o crawlOptions) error {
	if o.limit < 0 || o.maxTime < 0 || o.wait < 0 {
		return errors.New("--limit, --max-time and --wait cannot be negative")
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	jobs, err := crawlJobs(c, names, o)
	if err != nil {
		return err
	}
	if o.ifDue {
		if jobs, err = dueJobs(ctx, c, jobs, time.Now(), a.sayDue(o)); err != nil {
			return err
		}
	}
	if o.dryRun {
		return a.dryRun(ctx, c, jobs, o.asJSON)
	}
	if len(jobs) == 0 {
		return keepMetrics(ctx, c, o.metrics)
	}
	if err := newSpaceGuard(c).check(); err != nil {
		return errors.Join(a.tellOfDisk(ctx, c, o.quiet, err), keepMetrics(ctx, c, o.metrics))
	}
	arch, err := archive.Create(c.Archive)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if err := checkSeeds(ctx, arch, job); err != nil {
			return err
		}
	}
	if !o.quiet && a.terminal != nil {
		a.noteSettings(c)
	}
	log, closeLog, err := a.openLog(o.log, c.Log)
	if err != nil {
		return err
	}
	collectLessOften()
	boundMemory()
	crew := a.newCrew(c, arch, o, log)
	all, said := crew.crawlEach(ctx, jobs)
	if o.metrics != "" {
		err := crew.writeMetrics(ctx, arch)
		isNew := crew.notifier.speaks(o.quiet, "", map[string]string{troubleMetrics: ""}, err, time.Now())
		if err != nil && all == nil {
			err = &partlyError{err} // all that was to be crawled is
		}
		all = errors.Join(all, err)
		if isNew {
			said = errors.Join(said, err)
		}
	}
	err = closeLog()
	return hush(errors.Join(all, err), errors.Join(said, err))
}

// noteSettings prints what a person who begins a crawl may want to change.
func (a *app) noteSettings(c Config) {
	if c.Contact == "" {
		fmt.Fprintln(a.err, `note: no "contact" in config.yaml: a site's owner cannot reach you`)
	}
	for _, line := range c.Renamed {
		printf(a.err, "note: %s\n", line)
	}
}

// tellOfDisk notifies of the disk that keeps a crawl from beginning.
func (a *app) tellOfDisk(ctx context.Context, c Config, quiet bool, failure error) error {
	if _, err := archive.Open(c.Archive); err != nil {
		return failure // without an archive there is no place to remember notices
	}
	n, now := newNotifier(c), time.Now()
	said := failure
	if !n.speaks(quiet, "", map[string]string{eventDisk: ""}, failure, now) {
		said = nil
	}
	err := n.tellDisk(ctx, failure, now)
	return hush(errors.Join(failure, err), errors.Join(said, err))
}
