package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"baoluu/archive"
	"baoluu/cleaner/capture"
	"baoluu/crawler"
	"baoluu/sites"
)

// The crawler declares what it needs of a store; here the two meet.
var _ crawler.Store = (*archive.Archive)(nil)

type crawlOptions struct {
	sites   []string
	limit   int
	maxTime time.Duration
	since   string
	until   string
	urls    []string
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
		Long: `Crawl asks each newspaper (default: all that are enabled) for its lists, fetches
the articles that are new and the pages whose next visit is due, and keeps
every answer. It asks for robots.txt first, keeps the pace of the settings and
asks for no address twice in a run.

With --since it also goes back to that day, through the newspaper's sitemaps and
the pages of its lists, behind all that is new. A backfill that ends early goes
on with the next crawl; it need not be asked for again. Articles outside its days
are left alone as far as their addresses, dates and numbers tell; a few are fetched
to find out. --dry-run with it says what each source has in store, and what only
the source can tell.

A list or feed that brought nothing new is left alone for a while, from five
minutes to six hours; the summary says how many "lists not due yet" there were.
The front page and the news sitemap are asked again after five minutes at most,
and --url asks for any of them at once.

Ctrl-C ends it cleanly; what was finished is kept, and the next run goes on
from there. Exit 1: nothing could be read: the newspaper does not answer, or none
of its lists, or of the articles asked for, could be read. Exit 3: some pages
failed, or the metrics could not be written; the rest is kept. Exit 4: the pages
come out otherwise than they used to, as after a redesign; stderr and --json name
the fields and some addresses, and all is kept. Exit 5: the site refuses us: three
pages in a row, or all of its lists, or all articles asked for. Exit 11: another
crawl of this newspaper is at work.

"20 of 20 new articles fit no known layout" is the first sign of a redesign, long
before there are pages enough for exit 4. All is kept, and read as well as can be.

--if-due asks nothing of a newspaper unless its schedule in config.yaml has come
round since its last crawl began, and leaves it alone while that is at work: run
by cron every five minutes, that is all it takes. It says when the others are due.
With --quiet nothing is said while all is well, and a trouble that stays is said once in "notify: every" of
config.yaml (a day), or when it is another one; the exit code is that of each run.

A crawl ends before it writes when the disk has less room than "min_free" in
config.yaml; "notify" there says who is told when a crawl needs a person, and
"baoluu notify test" tries it.

` + selectHelp + "\n\n" + daysHelp,
		Example: `  baoluu crawl dantri --limit 20
  baoluu crawl --max-time 10m
  baoluu crawl vov --since 2019-06 --until 2019
  baoluu crawl vov --since 2019 --until 2019 --dry-run
  baoluu crawl --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov
  baoluu crawl dantri vov --dry-run
  baoluu crawl --if-due --quiet --log /var/log/baoluu.json   # by cron, every 5 minutes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := namedSites(args, o.sites)
			if err != nil {
				return err
			}
			return a.crawl(cmd.Context(), names, o)
		},
	}
	f := cmd.Flags()
	siteFlag(cmd, &o.sites)
	f.IntVar(&o.limit, "limit", 0, "fetch at most this `many` articles of each newspaper")
	f.DurationVar(&o.maxTime, "max-time", 0, "stop after this `time`: 10m")
	f.StringVar(&o.since, "since", "", "go back to the first of these `days`: 2019, 2019-06, 2019-06-30")
	f.StringVar(&o.until, "until", "", "with --since: to the last of these `days`, and no further")
	f.StringArrayVar(&o.urls, "url", nil, "fetch only this `address`; may be repeated")
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
	if c.Contact == "" && !o.quiet && a.terminal != nil {
		fmt.Fprintln(a.err, `note: no "contact" in config.yaml: a site's owner cannot reach you`)
	}
	log, closeLog, err := a.openLog(o.log, c.Log)
	if err != nil {
		return err
	}
	collectSeldom()
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

func (c *crew) writeMetrics(ctx context.Context, arch *archive.Archive) error {
	err := writeMetrics(context.WithoutCancel(ctx), arch, c.config, c.options.metrics, time.Now())
	if err != nil {
		c.log.Error("metrics not written", "err", err)
		err = fmt.Errorf("write metrics to %s: %w", c.options.metrics, err)
	}
	return err
}

// tellOfDisk tells of the disk that keeps a crawl from beginning.
func (a *app) tellOfDisk(ctx context.Context, c Config, quiet bool, failure error) error {
	if _, err := archive.Open(c.Archive); err != nil {
		return failure // there is nothing to remember beside
	}
	n, now := newNotifier(c), time.Now()
	said := failure
	if !n.speaks(quiet, "", map[string]string{eventDisk: ""}, failure, now) {
		said = nil
	}
	err := n.tellDisk(ctx, failure, now)
	return hush(errors.Join(failure, err), errors.Join(said, err))
}

// crawlJob is one newspaper to crawl.
type crawlJob struct {
	site    *sites.Site
	options crawler.Options
}

// crawlJobs says which newspapers to crawl and how: those of --url, those
// named, else those enabled.
func crawlJobs(c Config, names []string, o crawlOptions) ([]crawlJob, error) {
	seeds := map[string][]string{}
	for _, raw := range o.urls {
		u, err := url.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("--url: %w", err)
		}
		s, ok := sites.ByURL(u)
		if !ok {
			return nil, withHint(`"baoluu sites" lists the newspapers and their hosts`, "--url %s is an address of no known newspaper", raw)
		}
		seeds[s.Name] = append(seeds[s.Name], raw)
	}
	switch {
	case len(seeds) > 0 && len(names) > 0:
		for name := range seeds {
			if !slices.Contains(names, name) {
				return nil, fmt.Errorf("--url %s is of %s, not of %s", seeds[name][0], name, strings.Join(names, ", "))
			}
		}
		names = slices.Sorted(maps.Keys(seeds))
	case len(seeds) > 0:
		names = slices.Sorted(maps.Keys(seeds))
	}
	papers, err := enabledSites(c, names)
	if err != nil {
		return nil, err
	}
	since, until, err := backfillDays(o)
	if err != nil {
		return nil, err
	}
	var jobs []crawlJob
	for _, s := range papers {
		own := c.Sites[s.Name]
		options := crawler.Options{
			Version: version(), Contact: c.Contact, Timeout: time.Duration(c.HTTP.Timeout), MaxBody: int64(c.HTTP.MaxBody),
			Pace: own.pace(), Proxy: c.HTTP.Proxy, Limit: o.limit, MaxTime: o.maxTime, Seeds: seeds[s.Name],
			Revisits: *own.Revisits, Since: since, Until: until,
		}
		if err := crawler.CheckPace(s, options); err != nil {
			return nil, at(c.Source, "$.sites."+s.Name+".pace", "%w", err)
		}
		jobs = append(jobs, crawlJob{s, options})
	}
	return jobs, nil
}

// backfillDays reads --since and --until.
func backfillDays(o crawlOptions) (since, until time.Time, err error) {
	days, err := readPeriod("--since", o.since, "--until", o.until, readDays)
	if err != nil {
		return since, until, err
	}
	if since = days.from; o.until != "" {
		until = days.after.AddDate(0, 0, -1) // the last day
	}
	switch {
	case since.IsZero() && !until.IsZero():
		err = errors.New("--until needs --since")
	case !since.IsZero() && len(o.urls) > 0:
		err = errors.New("--since goes through a newspaper, --url names single pages: give one of them")
	case since.After(time.Now()):
		err = fmt.Errorf("--since %s is in the future", o.since)
	}
	return since, until, err
}

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

// checkSeeds refuses to ask for a page that was forgotten: it would not be kept.
func checkSeeds(ctx context.Context, arch *archive.Archive, job crawlJob) error {
	if len(job.options.Seeds) == 0 {
		return nil
	}
	view, err := arch.View(ctx, job.site.Name)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, seed := range job.options.Seeds {
		if _, err := view.Page(ctx, seed); errors.Is(err, archive.ErrForgotten) {
			return fmt.Errorf("--url %s: %w", seed, err)
		}
	}
	return nil
}

// crawlAll is [crew.crawlEach] for who hears of everything.
func (c *crew) crawlAll(ctx context.Context, jobs []crawlJob) error {
	all, said := c.crawlEach(ctx, jobs)
	return hush(all, said)
}

// crawlEach crawls the newspapers side by side; none waits for another. all joins what went
// wrong with each, said what of it is to be said: with --quiet, what was not said lately.
func (c *crew) crawlEach(ctx context.Context, jobs []crawlJob) (all, said error) {
	progress := c.app.newProgress(c.options.quiet || c.options.asJSON, c.options.log != "-")
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex // guards errs and what is printed
		errs []error
		loud []error
		full bool // the disk
	)
	for _, job := range jobs {
		name := job.site.Name
		shown := progress.follow(name, job.options) // the bars in the order of the newspapers
		wg.Go(func() {
			defer shown.end()
			run, err := c.crawl(ctx, job, shown)
			if err == nil && run.Failed > 0 {
				err = &partlyError{fmt.Errorf("%s: %s failed, the rest is kept", name, plural(run.Failed, "address", "addresses"))}
			}
			mu.Lock()
			defer mu.Unlock()
			now := time.Now()
			errs = append(errs, err)
			var isNew bool
			if isDiskFull(err) { // one disk is one trouble, whichever newspapers meet it
				isNew = !full && c.notifier.speaks(c.options.quiet, "", map[string]string{eventDisk: ""}, err, now)
				full = true
			} else {
				isNew = c.notifier.speaks(c.options.quiet, name, troubles(c.config.Notify, name, run, err), err, now)
			}
			if isNew {
				loud = append(loud, err)
			}
			switch {
			case run.Started.IsZero(): // it never began; the error says why
			case c.options.asJSON:
				_ = printJSON(c.app.out, newRunLine(name, run)) // a.out remembers
			case !c.options.quiet || isNew:
				progress.warn("%s", summary(name, run))
			}
			if isNew || !c.options.quiet {
				for _, line := range lookAt(name, run) {
					progress.warn("%s", line)
				}
			}
			if err := c.notifier.tell(ctx, name, run, err, now); err != nil {
				progress.warn("baoluu: nobody could be told of %s: %v", name, err)
				c.log.Error("notice not sent", "site", name, "err", err)
			}
		})
	}
	wg.Wait()
	progress.wait()
	if !full {
		if err := c.notifier.over(eventDisk); err != nil {
			c.log.Error("notices not stored", "err", err)
		}
	}
	all, said = errors.Join(errs...), errors.Join(loud...)
	if all != nil && slices.Contains(errs, nil) {
		all = &partlyError{all}
	}
	return all, said
}

// waitEvery is how often a crawl that waits for another looks whether it ended.
const waitEvery = time.Second

// crawl crawls one newspaper, when the crawl that is at work there has ended. A
// run that did not begin is zero.
func (c *crew) crawl(ctx context.Context, job crawlJob, shown *follower) (capture.Run, error) {
	name := job.site.Name
	job.options.Progress, job.options.Log = shown.event, c.log
	until := time.Now().Add(c.options.wait)
	for {
		if err := ctx.Err(); err != nil { // told to end while it waited: it does not begin
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
		shown.waits("waits for the crawl that is at work")
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

// maxAtWork is how long a crawl may be at work before one that finds it so says so.
const maxAtWork = 24 * time.Hour

// stuck tells whether who holds a newspaper does so for longer than a crawl may take.
func stuck(err error, now time.Time) bool {
	var held *archive.InUseError
	return !errors.As(err, &held) || held.What != "crawl" || !held.Since.IsZero() && now.Sub(held.Since) > maxAtWork
}

// lookAt are the addresses that a person needs to look at a drift, or at a first sign of one.
func lookAt(site string, r capture.Run) []string {
	var lines []string
	for _, d := range r.Drift {
		lines = append(lines, fmt.Sprintf("%s: %s: %s", site, d.Field, strings.Join(d.Examples, " ")))
	}
	if s := r.Redesign; s != nil && len(lines) == 0 {
		lines = append(lines, fmt.Sprintf("%s: no known layout: %s", site, strings.Join(s.Examples, " ")),
			fmt.Sprintf(`  all is kept: look at one with "baoluu show ADDRESS"; "baoluu reclean %s" reads them again once the layout is known`, site))
	}
	return lines
}

type runLine struct {
	Type     string            `json:"type"`
	Site     string            `json:"site"`
	Started  string            `json:"started"`
	Ended    string            `json:"ended"`
	Listed   int               `json:"listed"`
	Fetched  int               `json:"fetched"`
	Kept     int               `json:"kept"`
	New      int               `json:"new"`
	Changed  int               `json:"changed"`
	Revisits int               `json:"revisits"`
	Cleaned  int               `json:"cleaned"`
	Failed   int               `json:"failed"`
	Requests int               `json:"requests"`
	Bytes    int64             `json:"bytes"`
	Resting  int               `json:"resting"`
	Gaps     []gapLine         `json:"gaps"`
	Drift    []capture.Drift   `json:"drift"`
	End      string            `json:"end"`
	Sources  int               `json:"sources"`   // lists, feeds and sitemaps that were asked, those that are not due yet included
	Read     int               `json:"read"`      // of these: read
	Vanished int               `json:"vanished"`  // sources that are gone, and were not when they were last asked
	Came     int               `json:"came"`      // articles asked for of which the newspaper gave what there is
	Recent   int               `json:"recent"`    // articles of the last weeks that came for the first time
	NoLayout int               `json:"no_layout"` // of these: fit no known layout
	Redesign *capture.Redesign `json:"redesign"`  // null where nothing looks like one
	Unsure   int               `json:"unsure"`    // perhaps changed: another layout, or nothing tells what is the page's own
	Relaid   int               `json:"relaid"`    // of another layout, and not changed
}

type gapLine struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

func newRunLine(site string, r capture.Run) runLine {
	line := runLine{
		Type: "run", Site: site, Started: local(r.Started), Ended: local(r.Ended), Listed: r.Listed, Fetched: r.Fetched, Kept: r.Kept,
		New: r.New, Changed: r.Changed, Unsure: r.Unsure, Relaid: r.Relaid, Revisits: r.Revisits, Cleaned: r.Cleaned, Failed: r.Failed, Requests: r.Requests, Bytes: r.Bytes, Resting: r.Resting,
		Gaps: countLines(r.Gaps), Drift: append([]capture.Drift{}, r.Drift...), End: r.End,
		Sources: r.Sources, Read: r.Read, Vanished: r.Vanished, Came: r.Came, Recent: r.Recent, NoLayout: r.NoLayout, Redesign: r.Redesign,
	}
	return line
}

// countLines are counts by reason, sorted; never null in JSON.
func countLines(counts map[string]int) []gapLine {
	lines := []gapLine{}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, gapLine{reason, counts[reason]})
	}
	return lines
}

type planLine struct {
	Type string     `json:"type"`
	Site string     `json:"site"`
	URL  string     `json:"url"`
	Kind sites.Kind `json:"kind"`
}

type outlookLine struct {
	Type     string           `json:"type"`
	Site     string           `json:"site"`
	URL      *string          `json:"url"`    // null: of no source that there is now
	Source   sites.SourceKind `json:"source"` // "front", "news-sitemap", "feed", "section", "sitemap"
	Requests int              `json:"requests"`
	More     bool             `json:"more"`    // requests is a lower bound: only the source tells
	Waiting  int              `json:"waiting"` // articles that it named, still to be fetched
	Resting  bool             `json:"resting"`
}

// dryRun prints what a crawl would ask for first, and what each source has in store.
// An archive that is not there yet is an empty one, and is not made.
func (a *app) dryRun(ctx context.Context, c Config, jobs []crawlJob, asJSON bool) error {
	arch, err := archive.Open(c.Archive)
	if errors.Is(err, archive.ErrNoArchive) {
		arch, err = nil, nil
	}
	if err != nil {
		return err
	}
	var store crawler.Store
	if arch != nil {
		store = arch
	}
	outlooks := make([][]crawler.Outlook, len(jobs))
	for i, job := range jobs {
		entries, err := crawler.Plan(ctx, store, job.site, job.options)
		if err != nil {
			return fmt.Errorf("plan %s: %w", job.site.Name, err)
		}
		for _, e := range entries {
			if asJSON {
				err = printJSON(a.out, planLine{"plan", job.site.Name, e.URL, e.Kind})
			} else {
				_, err = printf(a.out, "%s  %-8s %s\n", job.site.Name, e.Kind, e.URL)
			}
			if err != nil {
				return err
			}
		}
		if len(job.options.Seeds) > 0 {
			continue // no source is asked
		}
		if outlooks[i], err = crawler.Outlooks(ctx, store, job.site, job.options); err != nil {
			return fmt.Errorf("plan %s: %w", job.site.Name, err)
		}
	}
	if !asJSON {
		return a.outlookTable(jobs, outlooks)
	}
	for i, job := range jobs {
		for _, l := range outlooks[i] {
			line := outlookLine{"outlook", job.site.Name, &l.URL, l.Kind, l.Requests, l.More, l.Waiting, l.Resting}
			if l.URL == "" {
				line.URL = nil
			}
			if err := printJSON(a.out, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// outlookTable prints, source by source, what is known before anything is asked.
func (a *app) outlookTable(jobs []crawlJob, outlooks [][]crawler.Outlook) error {
	if !slices.ContainsFunc(outlooks, func(ls []crawler.Outlook) bool { return len(ls) > 0 }) {
		return nil
	}
	fmt.Fprintln(a.out)
	more := false
	err := table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tREQUESTS\tWAITING\tSOURCE")
		for i, job := range jobs {
			var sum crawler.Outlook
			for _, l := range outlooks[i] {
				source := cmp.Or(l.URL, "sources that are none any more")
				if l.Resting {
					l.Requests, l.More = 0, false
					source += "  (not due yet)"
				}
				printf(w, "%s\t%s\t%d\t%s\n", job.site.Name, requests(l), l.Waiting, source)
				sum.Requests += l.Requests
				sum.Waiting += l.Waiting
				sum.More = sum.More || l.More
			}
			if len(outlooks[i]) > 0 {
				printf(w, "%s\t%s\t%d\tall\n", job.site.Name, requests(sum), sum.Waiting)
			}
			more = more || sum.More
		}
	})
	if err == nil && more {
		_, err = fmt.Fprintln(a.out, "\nREQUESTS are for the sources themselves; +: only the source tells how many pages or\nsitemaps it leads to. How many articles are new is known when it is asked. WAITING:\narticles named earlier and not fetched yet.")
	}
	return err
}

// requests is a count, with a plus where it may be more.
func requests(l crawler.Outlook) string {
	if l.More {
		return fmt.Sprintf("%d+", l.Requests)
	}
	return strconv.Itoa(l.Requests)
}
