package crawler

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/politeness"
	"baoluu/sites"
)

// Forecast is what is known of one source before a run asks for it.
type Forecast struct {
	URL      string // of its first page; of the months of a backfill, with {yyyy} and {m} or {mm}
	Kind     sites.SourceKind
	Requests int  // for the source itself, at least
	More     bool // it may lead to further pages or sitemaps: how many, only they tell
	// Waiting is how many articles that it named are still to be fetched.
	Waiting int
	// Resting: it was asked a short while ago, and is left alone in a run that begins now.
	Resting bool
}

// Forecasts says what a run over the newspaper's sources would begin with, source by
// source, and last, under "" as address, what waits of sources that are none any
// more. It asks the network for nothing and writes nothing; store may be nil.
func Forecasts(ctx context.Context, store Store, site *sites.Site, o Options) ([]Forecast, error) {
	now := time.Now()
	waiting := make(map[string]int)
	stored := make(map[string][]byte)
	if store != nil {
		var err error
		if waiting, err = waitingBySource(ctx, store, site); err != nil {
			return nil, err
		}
		if stored, err = store.Hosts(ctx, site.Name); err != nil {
			return nil, fmt.Errorf("hosts of %s: %w", site.Name, err)
		}
	}
	var all []Forecast
	add := func(s sites.Source, e capture.Entry) error {
		l := Forecast{
			URL: e.URL, Kind: s.Kind, Requests: 1, Waiting: waiting[e.Page],
			More: s.Kind == sites.Sitemap || s.Kind == sites.SectionList,
		}
		delete(waiting, e.Page)
		if store != nil {
			var err error
			if _, l.Resting, err = restful(ctx, store, site.Name, now, e); err != nil {
				return err
			}
		}
		all = append(all, l)
		return nil
	}
	backfill := !o.Since.IsZero()
	for _, s := range site.Sources {
		a, err := site.Address(s.At(now))
		if err != nil || a.Kind == sites.Foreign {
			continue
		}
		e := capture.Entry{Page: a.Page, URL: a.URL, Class: capture.Listing}
		if s.Kind == sites.Sitemap || s.Kind == sites.SectionList {
			e.Since = o.Since // it has no rest in a backfill
		}
		if err := add(s, e); err != nil {
			return nil, err
		}
		if !backfill || s.At(now) == s.URL {
			continue
		}
		months := monthEntries(site, s, now, o)
		months = slices.DeleteFunc(months, func(m capture.Entry) bool { return m.Page == a.Page })
		l := Forecast{URL: s.URL, Kind: s.Kind, Requests: len(months)}
		for _, m := range months {
			l.Waiting += waiting[m.Page]
			delete(waiting, m.Page)
		}
		all = append(all, l)
	}
	for _, e := range storedSitemaps(site, stored, now, o) {
		if err := add(sites.Source{Kind: sites.Sitemap}, e); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b Forecast) int { return cmp.Compare(sourceRank(a.Kind), sourceRank(b.Kind)) })
	rest := 0
	for _, n := range waiting {
		rest += n
	}
	if rest > 0 {
		all = append(all, Forecast{Waiting: rest})
	}
	return all, nil
}

// waitingBySource counts the articles that were never asked for, by the page key of the
// source that led to them.
func waitingBySource(ctx context.Context, store Frontier, site *sites.Site) (map[string]int, error) {
	counts := make(map[string]int)
	roots := make(map[string]string) // page keys of sources, by the listing that named an article
	for _, class := range []capture.Class{capture.Fresh, capture.Backlog} {
		at := capture.Entry{Class: class}
		for {
			es, err := store.After(ctx, site.Name, at, discoverBatch)
			if err != nil {
				return nil, fmt.Errorf("what waits at %s: %w", site.Name, err)
			}
			if len(es) == 0 {
				break
			}
			at = es[len(es)-1]
			for _, e := range es {
				if e.Kind != sites.Article || !e.Fetched.IsZero() {
					continue
				}
				root, known := roots[e.ListedBy]
				if !known {
					if root, err = sourceOf(ctx, store, site, e.ListedBy); err != nil {
						return nil, err
					}
					roots[e.ListedBy] = root
				}
				counts[root]++
			}
		}
	}
	return counts, nil
}

// sourceOf is the page key of the source that led to a listing, page by page and
// sitemap by sitemap.
func sourceOf(ctx context.Context, store Frontier, site *sites.Site, address string) (string, error) {
	page := pageOf(site, address)
	for range maxHops {
		e, known, err := store.Entry(ctx, site.Name, page)
		if err != nil {
			return "", fmt.Errorf("look up %s: %w", address, err)
		}
		if !known || e.ListedBy == "" || namedByRobots(e) {
			break
		}
		page = pageOf(site, e.ListedBy)
	}
	return page, nil
}

// Rest is what is remembered of a host that asked to be left alone.
type Rest = politeness.Rest

// Rests are a newspaper's hosts that are left alone now.
func Rests(ctx context.Context, store Store, site string, now time.Time) ([]Rest, error) {
	stored, err := store.Hosts(ctx, site)
	if err != nil {
		return nil, err
	}
	return politeness.Rests(stored, now)
}
