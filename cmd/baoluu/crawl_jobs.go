package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/crawler"
	"baoluu/sites"
)

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
	if o.assets != "" {
		if _, err := readAssets(o.assets); err != nil {
			return nil, fmt.Errorf("--assets: %w", err)
		}
	}
	var jobs []crawlJob
	for _, s := range papers {
		own := c.Sites[s.Name]
		options := crawler.Options{
			Version: version(), Contact: c.Contact, Timeout: time.Duration(c.HTTP.Timeout), MaxBody: int64(c.HTTP.MaxBody),
			Pace: own.pace(), Proxy: c.HTTP.Proxy, Limit: o.limit, MaxTime: o.maxTime, Seeds: seeds[s.Name],
			Recrawls: *own.Recrawls, Since: since, Until: until,
			Assets: crawler.Assets(cmp.Or(o.assets, *own.Assets)), AssetSize: int64(c.HTTP.MaxAsset), AssetBudget: int64(*own.AssetBudget),
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
