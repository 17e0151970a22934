package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"baoluu/archive"
	"baoluu/crawler"
	"baoluu/sites"
)

type planLine struct {
	Type string     `json:"type"`
	Site string     `json:"site"`
	URL  string     `json:"url"`
	Kind sites.Kind `json:"kind"`
}

type forecastLine struct {
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
	forecasts := make([][]crawler.Forecast, len(jobs))
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
		if forecasts[i], err = crawler.Forecasts(ctx, store, job.site, job.options); err != nil {
			return fmt.Errorf("plan %s: %w", job.site.Name, err)
		}
	}
	if !asJSON {
		return a.forecastTable(jobs, forecasts)
	}
	for i, job := range jobs {
		for _, l := range forecasts[i] {
			line := forecastLine{"outlook", job.site.Name, &l.URL, l.Kind, l.Requests, l.More, l.Waiting, l.Resting}
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

// forecastTable prints, source by source, what is known before anything is asked.
func (a *app) forecastTable(jobs []crawlJob, forecasts [][]crawler.Forecast) error {
	if !slices.ContainsFunc(forecasts, func(ls []crawler.Forecast) bool { return len(ls) > 0 }) {
		return nil
	}
	fmt.Fprintln(a.out)
	more := false
	err := table(a.out, func(w io.Writer) {
		fmt.Fprintln(w, "SITE\tREQUESTS\tWAITING\tSOURCE")
		for i, job := range jobs {
			var sum crawler.Forecast
			for _, l := range forecasts[i] {
				source := cmp.Or(l.URL, "former sources")
				if l.Resting {
					l.Requests, l.More = 0, false
					source += "  (not due yet)"
				}
				printf(w, "%s\t%s\t%d\t%s\n", job.site.Name, requests(l), l.Waiting, source)
				sum.Requests += l.Requests
				sum.Waiting += l.Waiting
				sum.More = sum.More || l.More
			}
			if len(forecasts[i]) > 0 {
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
func requests(l crawler.Forecast) string {
	if l.More {
		return fmt.Sprintf("%d+", l.Requests)
	}
	return strconv.Itoa(l.Requests)
}
