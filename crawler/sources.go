package crawler

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/politeness"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

// A newspaper's sources: those that it is known by, those that a robots.txt names, the months of
// a backfill, and the addresses that a person named instead of them.

// storedSitemaps are the sitemaps that the robots.txt files stored of a newspaper's
// hosts name.
func storedSitemaps(site *sites.Site, stored map[string][]byte, now time.Time, o Options) []capture.Entry {
	var entries []capture.Entry
	for _, name := range site.Hosts {
		if h, err := politeness.New(name, 0, stored, now); err == nil {
			for _, scheme := range politeness.Schemes {
				entries = append(entries, robotsSitemaps(h, site, scheme, now, o)...)
			}
		}
	}
	return entries
}

// sourceEntries are a newspaper's sources; in a backfill its sitemaps and lists
// say so, and further ones follow.
func sourceEntries(site *sites.Site, now time.Time, o Options) []capture.Entry {
	var entries, months []capture.Entry
	sources := slices.Clone(site.Sources)
	slices.SortStableFunc(sources, func(a, b sites.Source) int {
		return cmp.Compare(sourceRank(a.Kind), sourceRank(b.Kind))
	})
	for _, s := range sources {
		a, err := site.Address(s.At(now))
		if err != nil || a.Kind == sites.Foreign {
			continue
		}
		switch s.Kind {
		case sites.NewsSitemap, sites.Sitemap:
			a.Kind = sites.SitemapPage
		case sites.FeedSource:
			a.Kind = sites.FeedPage
		default:
			a.Kind = sites.List
		}
		e := capture.Entry{Page: a.Page, URL: a.URL, Kind: a.Kind, Class: capture.Listing, Due: now, Listed: now}
		switch {
		case o.Since.IsZero():
		case s.Kind == sites.Sitemap && s.At(now) != s.URL:
			months = append(months, monthEntries(site, s, now, o)...)
		case s.Kind == sites.Sitemap, s.Kind == sites.SectionList:
			e.Since, e.Until = o.Since, o.Until
		}
		entries = append(entries, e)
	}
	known := make(map[string]bool)
	for _, e := range entries {
		known[e.Page] = true
	}
	months = slices.DeleteFunc(months, func(e capture.Entry) bool { return known[e.Page] })
	return append(entries, months...)
}

// monthEntries are the monthly sitemaps of a backfill whose addresses follow from
// the month.
func monthEntries(site *sites.Site, s sites.Source, now time.Time, o Options) []capture.Entry {
	last := now
	if !o.Until.IsZero() && o.Until.Before(now) {
		last = o.Until
	}
	var entries []capture.Entry
	since := o.Since.In(sites.Zone)
	for month := time.Date(since.Year(), since.Month(), 1, 0, 0, 0, 0, sites.Zone); !month.After(last); month = month.AddDate(0, 1, 0) {
		a, err := site.Address(s.At(month))
		if err != nil || a.Kind == sites.Foreign {
			continue
		}
		entries = append(entries, capture.Entry{
			Page: a.Page, URL: a.URL, Kind: sites.SitemapPage, Class: capture.Backlog, Due: now, Listed: now, Since: o.Since, Until: o.Until,
		})
	}
	return entries
}

func seedEntries(site *sites.Site, seeds []string) ([]capture.Entry, error) {
	var entries []capture.Entry
	for _, raw := range seeds {
		a, err := site.Address(raw)
		if err != nil {
			return nil, fmt.Errorf("seed %s: %w", raw, err)
		}
		if u, err := url.Parse(a.URL); err != nil || transport.GuardURL(u) != nil {
			return nil, fmt.Errorf("seed %s: %w", raw, ErrLocalAddress)
		}
		if a.Kind == sites.Foreign {
			return nil, fmt.Errorf("seed %s: %w (%s)", raw, ErrUnknownAddress, site.Name)
		}
		now := time.Now()
		entries = append(entries, capture.Entry{Page: a.Page, URL: a.URL, Kind: a.Kind, Class: capture.Seed, Due: now, Listed: now})
	}
	return entries, nil
}

// sourceRank orders a newspaper's sources at the start of a run: what shows the
// newest soonest comes first.
func sourceRank(k sites.SourceKind) int {
	switch k {
	case sites.FrontPage:
		return 0
	case sites.NewsSitemap:
		return 1
	case sites.FeedSource:
		return 2
	case sites.SectionList:
		return 3
	}
	return 4
}
