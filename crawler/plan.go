package crawler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// Plan says what a run would ask for first, in order, at most o.Limit addresses
// (all that is due where that is 0, up to 256 of a kind). It asks the network
// for nothing and writes nothing; store may be nil where there is none yet.
func Plan(ctx context.Context, store Store, site *sites.Site, o Options) ([]capture.Entry, error) {
	now := time.Now()
	seeds, err := seedEntries(site, o.Seeds)
	if err != nil {
		return nil, err
	}
	plan := seeds
	sources := sourceEntries(site, now, o)
	if store != nil {
		stored, err := store.Hosts(ctx, site.Name)
		if err != nil {
			return nil, fmt.Errorf("hosts of %s: %w", site.Name, err)
		}
		sources = append(sources, storedSitemaps(site, stored, now, o)...)
	}
	if len(seeds) == 0 {
		classes := []capture.Class{capture.Seed, capture.Fresh, capture.Listing, capture.Again, capture.Backlog}
		if o.Assets.on() && o.Limit == 0 { // with a limit, only what the pages of the run name
			classes = append(classes, capture.Asset)
		}
		for _, class := range classes {
			for _, e := range sources {
				if e.Class == class {
					plan = append(plan, e)
				}
			}
			if store == nil {
				continue
			}
			due, err := store.Due(ctx, site.Name, now, class, windowSize)
			if err != nil {
				return nil, fmt.Errorf("what is due at %s: %w", site.Name, err)
			}
			for _, e := range due {
				if !slices.ContainsFunc(plan, func(p capture.Entry) bool { return p.Page == e.Page }) {
					plan = append(plan, e)
				}
			}
		}
	}
	if o.Limit > 0 && len(plan) > o.Limit {
		plan = plan[:o.Limit]
	}
	return plan, nil
}
