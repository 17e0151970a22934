package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"baoluu/archive"
	"baoluu/archive/follow"
)

// Catalog is what is new and what changed in an archive, in memory. It is empty until it is
// brought up to date, needs no closing, and is safe for use by many goroutines.
type Catalog struct {
	archive *archive.Archive

	mu     sync.RWMutex
	papers map[string]*newspaper
}

// newspaper is one of the catalog's. now is never nil.
type newspaper struct {
	site string
	now  atomic.Pointer[part]
	busy chan struct{} // holds something while it is brought up to date
	// Of whoever is busy: how far it has come, and of a damaged file what it was when that was found.
	mark, failedMark follow.Mark
	failed           error
	failedAt         time.Time

	mu     sync.Mutex
	status Status
}

// Status is how one newspaper's part of the catalog stands.
type Status struct {
	Site  string
	Ready bool      // all of it was read; until then none is listed, or some where it is damaged
	At    time.Time // the moment up to which the catalog is known to be the archive; zero for never
	Err   error     // why it could not be brought up to date the last time; nil where it was
}

// New makes the catalog of an archive; it is empty.
func New(a *archive.Archive) *Catalog {
	return &Catalog{archive: a, papers: map[string]*newspaper{}}
}

// Update brings all newspapers up to date, side by side. Of one that cannot be read, what
// was known of it stays, and the error names it.
func (c *Catalog) Update(ctx context.Context) error {
	names, err := c.archive.Newspapers()
	if err != nil {
		return err
	}
	c.keep(names)
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() { errs[i] = c.UpdateOf(ctx, name) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// keep drops the newspapers that are not in the archive any more.
func (c *Catalog) keep(names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.papers, func(name string, _ *newspaper) bool { return !slices.Contains(names, name) })
}

// UpdateOf brings one newspaper up to date: when it returns, all that was in the archive when
// it was called is in the catalog.
func (c *Catalog) UpdateOf(ctx context.Context, site string) error {
	p := c.newspaper(site)
	select {
	case p.busy <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.busy }()
	began := time.Now()
	err := c.follow(ctx, p)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", site, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status.Err = err
	if err == nil {
		p.status.Ready, p.status.At = true, began.In(zone)
	}
	return err
}

func (c *Catalog) newspaper(site string) *newspaper {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.papers[site]
	if p == nil {
		p = &newspaper{site: site, busy: make(chan struct{}, 1), status: Status{Site: site}}
		p.now.Store(new(part).with(nil, nil))
		c.papers[site] = p
	}
	return p
}

// follow takes in what changed in a newspaper since the last time.
func (c *Catalog) follow(ctx context.Context, p *newspaper) error {
	changes, err := follow.Since(ctx, c.archive, p.site, p.mark)
	if err != nil {
		return err
	}
	if p.failed != nil && time.Since(p.failedAt) < retryDamaged && reflect.DeepEqual(changes.Mark, p.failedMark) {
		return p.failed
	}
	p.failed = nil
	now := p.now.Load()
	switch known := len(changes.Touched); {
	case changes.None():
	case changes.All || known > len(now.pages)/mostTouched:
		now, err = c.readAll(ctx, p.site)
	default:
		now, err = c.readTouched(ctx, p.site, now, changes)
	}
	switch {
	case err == nil:
		p.now.Store(now)
		p.mark = changes.Mark
	case ctx.Err() == nil && errors.Is(err, archive.ErrCorrupt):
		p.failed, p.failedMark, p.failedAt = err, changes.Mark, time.Now()
		if now != nil && !p.status.Ready {
			p.now.Store(now) // what could be read
		}
	}
	return err
}

// retryDamaged is how long a damaged file is left alone in which nothing was written since.
const retryDamaged = time.Minute

// mostTouched is the share of the pages, one in so many, above which all are read: in order
// that is faster than one by one.
const mostTouched = 8

// readAll reads a newspaper. Of one that is damaged, what could be read comes beside the error.
func (c *Catalog) readAll(ctx context.Context, site string) (*part, error) {
	view, err := c.archive.View(ctx, site)
	if err != nil {
		return nil, err
	}
	var all []history
	err = view.Histories(ctx, func(info archive.PageInfo, versions []archive.Version) error {
		if h, ok := historyOf(info, versions); ok {
			all = append(all, h)
		}
		return nil
	})
	return new(part).with(nil, all), err
}

// readTouched reads the pages that were touched.
func (c *Catalog) readTouched(ctx context.Context, site string, now *part, changes follow.Changes) (*part, error) {
	view, err := c.archive.View(ctx, site)
	if err != nil {
		return nil, err
	}
	var came []history
	for _, key := range changes.Touched {
		info, err := view.Page(ctx, key)
		if errors.Is(err, archive.ErrNoPage) || errors.Is(err, archive.ErrForgotten) {
			continue
		}
		var versions []archive.Version
		if err == nil && info.Page == key {
			versions, err = view.Versions(ctx, key)
		}
		if err != nil {
			return nil, err
		}
		if h, ok := historyOf(info, versions); ok {
			came = append(came, h)
		}
	}
	return now.with(slices.Concat(changes.Touched, changes.Joined), came), nil
}

// chosen are the newspapers of these names, or all, sorted.
func (c *Catalog) chosen(sites []string) (list []*newspaper) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, name := range slices.Sorted(maps.Keys(c.papers)) {
		if len(sites) == 0 || slices.Contains(sites, name) {
			list = append(list, c.papers[name])
		}
	}
	return list
}

// Status tells how each of these newspapers stands, or all.
func (c *Catalog) Status(sites ...string) (list []Status) {
	for _, p := range c.chosen(sites) {
		p.mu.Lock()
		list = append(list, p.status)
		p.mu.Unlock()
	}
	return list
}
