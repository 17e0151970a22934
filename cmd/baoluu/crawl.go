package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
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
	limit   int
	maxTime time.Duration
	urls    []string
	dryRun  bool
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

Ctrl-C ends it cleanly; what was finished is kept, and the next run goes on
from there. Exit 3: some pages failed, the rest is kept. Exit 5: the site
blocks us. Exit 11: another crawl of this newspaper is at work.`,
		Example: `  baoluu crawl dantri --limit 20
  baoluu crawl --max-time 10m
  baoluu crawl --url https://vov.vn/xa-hoi/mua-lon-o-mien-trung-post1290001.vov
  baoluu crawl dantri vov --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.crawl(cmd.Context(), args, o) },
	}
	f := cmd.Flags()
	f.IntVar(&o.limit, "limit", 0, "fetch at most this `many` articles of each newspaper")
	f.DurationVar(&o.maxTime, "max-time", 0, "stop after this `time`: 10m")
	f.StringArrayVar(&o.urls, "url", nil, "fetch only this `address`; may be repeated")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be asked for first; nothing is fetched or written")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing when all is well")
	f.BoolVar(&o.asJSON, "json", false, "end with a JSON line for each newspaper")
	return cmd
}

func (a *app) crawl(ctx context.Context, args []string, o crawlOptions) error {
	if o.limit < 0 || o.maxTime < 0 {
		return errors.New("--limit and --max-time cannot be negative")
	}
	c, err := a.config()
	if err != nil {
		return err
	}
	jobs, err := crawlJobs(c, args, o)
	if err != nil {
		return err
	}
	if o.dryRun {
		return a.dryRun(ctx, c, jobs, o.asJSON)
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
	if c.Contact == "" && !o.quiet && isTerminal(a.err) {
		fmt.Fprintln(a.err, `note: no "contact" in config.yaml: a site's owner cannot reach you`)
	}
	// Most of what lives through a crawl is the compressors' tables, which hold
	// no pointers: collecting often costs little, and keeps the peak near what is
	// in use (docs/performance.md). GOGC in the environment wins.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(30)
	}
	return a.crawlAll(ctx, arch, jobs, o)
}

// crawlJob is one newspaper to crawl.
type crawlJob struct {
	site    *sites.Site
	options crawler.Options
}

// crawlJobs says which newspapers to crawl and how: those of --url, those
// named, else those enabled.
func crawlJobs(c Config, args []string, o crawlOptions) ([]crawlJob, error) {
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
	names := args
	switch {
	case len(seeds) > 0 && len(args) > 0:
		for name := range seeds {
			if !slices.Contains(args, name) {
				return nil, fmt.Errorf("--url %s is of %s, not of %s", seeds[name][0], name, strings.Join(args, ", "))
			}
		}
		names = slices.Sorted(maps.Keys(seeds))
	case len(seeds) > 0:
		names = slices.Sorted(maps.Keys(seeds))
	case len(args) == 0:
		for _, s := range sites.All() {
			if *c.Sites[s.Name].Enabled {
				names = append(names, s.Name)
			}
		}
	}
	if len(names) == 0 {
		return nil, withHint(`set "enabled: true" for one under sites: in config.yaml`, "no newspaper is enabled")
	}
	var jobs []crawlJob
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		s, err := siteNamed(name)
		if err != nil {
			return nil, err
		}
		own := c.Sites[name]
		if !*own.Enabled {
			return nil, withHint(fmt.Sprintf(`to crawl it all the same, set "enabled: true" under sites: %s: in config.yaml`, name), "%s (%s) is not enabled", name, s.Title)
		}
		jobs = append(jobs, crawlJob{s, crawler.Options{
			Version: version(), Contact: c.Contact, Timeout: time.Duration(c.HTTP.Timeout), MaxBody: int64(c.HTTP.MaxBody),
			Pace: own.pace(), Proxy: c.HTTP.Proxy, Limit: o.limit, MaxTime: o.maxTime, Seeds: seeds[name],
		}})
	}
	return jobs, nil
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

// crawlAll crawls the newspapers side by side; none waits for another. The
// error joins what went wrong with each.
func (a *app) crawlAll(ctx context.Context, arch *archive.Archive, jobs []crawlJob, o crawlOptions) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex // guards errs and what is printed
		errs []error
	)
	for _, job := range jobs {
		if !o.quiet && !o.asJSON && isTerminal(a.err) {
			job.options.Progress = a.progress()
		}
		wg.Go(func() {
			run, err := crawler.Crawl(ctx, arch, job.site, job.options)
			if err == nil && run.Failed > 0 {
				err = &partlyError{fmt.Errorf("%s: %s failed, the rest is kept", job.site.Name, plural(run.Failed, "address", "addresses"))}
			}
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
			switch {
			case run.Started.IsZero(): // it never began; the error says why
			case o.asJSON:
				_ = printJSON(a.out, newRunLine(job.site.Name, run)) // a.out remembers
			case !o.quiet || err != nil:
				fmt.Fprintln(a.err, summary(job.site.Name, run))
			}
		})
	}
	wg.Wait()
	err := errors.Join(errs...)
	if err != nil && slices.Contains(errs, nil) {
		err = &partlyError{err}
	}
	return err
}

// progressEvery is how often a person at a terminal hears of a crawl.
const progressEvery = 5 * time.Second

func (a *app) progress() func(crawler.Event) {
	last := time.Now()
	return func(e crawler.Event) {
		if time.Since(last) >= progressEvery {
			last = time.Now()
			fmt.Fprintf(a.err, "%s: %d listed, %d fetched, %d kept, %s\n", e.Site, e.Run.Listed, e.Run.Fetched, e.Run.Kept, size(e.Run.Bytes))
		}
	}
}

// summary is a run in one line.
func summary(site string, r capture.Run) string {
	line := fmt.Sprintf("%s: %d new, %d changed, %s; %s, %s in %s", site, r.New, r.Changed, plural(r.Revisits, "revisit", "revisits"),
		plural(r.Requests, "request", "requests"), size(r.Bytes), r.Ended.Sub(r.Started).Round(time.Second/10))
	if r.End != "done" {
		line += "; ended: " + r.End
	}
	if g := gaps(r); g != "" {
		line += "; gaps: " + g
	}
	return line
}

// gaps lists the reasons why addresses gave nothing to keep, by name.
func gaps(r capture.Run) string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(r.Gaps)) {
		parts = append(parts, fmt.Sprintf("%s %d", reason, r.Gaps[reason]))
	}
	return strings.Join(parts, ", ")
}

type runLine struct {
	Type     string    `json:"type"`
	Site     string    `json:"site"`
	Started  string    `json:"started"`
	Ended    string    `json:"ended"`
	Listed   int       `json:"listed"`
	Fetched  int       `json:"fetched"`
	Kept     int       `json:"kept"`
	New      int       `json:"new"`
	Changed  int       `json:"changed"`
	Revisits int       `json:"revisits"`
	Cleaned  int       `json:"cleaned"`
	Failed   int       `json:"failed"`
	Requests int       `json:"requests"`
	Bytes    int64     `json:"bytes"`
	Gaps     []gapLine `json:"gaps"`
	End      string    `json:"end"`
}

type gapLine struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

func newRunLine(site string, r capture.Run) runLine {
	line := runLine{
		Type: "run", Site: site, Started: local(r.Started), Ended: local(r.Ended), Listed: r.Listed, Fetched: r.Fetched, Kept: r.Kept,
		New: r.New, Changed: r.Changed, Revisits: r.Revisits, Cleaned: r.Cleaned, Failed: r.Failed, Requests: r.Requests, Bytes: r.Bytes,
		Gaps: []gapLine{}, End: r.End,
	}
	for _, reason := range slices.Sorted(maps.Keys(r.Gaps)) {
		line.Gaps = append(line.Gaps, gapLine{reason, r.Gaps[reason]})
	}
	return line
}

type planLine struct {
	Type string     `json:"type"`
	Site string     `json:"site"`
	URL  string     `json:"url"`
	Kind sites.Kind `json:"kind"`
}

// dryRun prints what a crawl would ask for first. An archive that is not there
// yet is an empty one, and is not made.
func (a *app) dryRun(ctx context.Context, c Config, jobs []crawlJob, asJSON bool) error {
	arch, err := archive.Open(c.Archive)
	if errors.Is(err, archive.ErrNoArchive) {
		arch, err = nil, nil
	}
	if err != nil {
		return err
	}
	for _, job := range jobs {
		var store crawler.Store
		if arch != nil {
			store = arch
		}
		entries, err := crawler.Plan(ctx, store, job.site, job.options)
		if err != nil {
			return fmt.Errorf("plan %s: %w", job.site.Name, err)
		}
		for _, e := range entries {
			if asJSON {
				err = printJSON(a.out, planLine{"plan", job.site.Name, e.URL, e.Kind})
			} else {
				_, err = fmt.Fprintf(a.out, "%s  %-8s %s\n", job.site.Name, e.Kind, e.URL)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
