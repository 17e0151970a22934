package redesign

import (
	"context"
	"errors"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/turn"
	"baoluu/sites"
)

// replayer has the present cleaner read what is stored.
type replayer struct {
	view    *archive.View
	site    *sites.Site
	options Options
}

// job is a capture that is to be read.
type job struct {
	capture   capture.Capture
	published time.Time // of its page; zero where it is not known
	id, page  string    // of its page; page is the key
}

// observe reads the newest live capture of each article's page and day, on all cores.
func (r *replayer) observe(ctx context.Context, of int) (*observations, error) {
	type result struct {
		observed
		url string
	}
	all := &observations{site: r.site}
	jobs, results := make(chan job), make(chan result)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(jobs)
		return r.jobs(ctx, func(j job) error {
			select {
			case jobs <- j:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	workers, within := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() error {
			for j := range jobs {
				at, err := r.one(within, all, j)
				if err != nil {
					return err
				}
				select {
				case results <- result{at, j.capture.URL}:
				case <-within.Done():
					return within.Err()
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(results)
		return workers.Wait()
	})
	known := map[string]uint16{}
	read := 0
	for got := range results {
		if got.number != 0 {
			got.section = all.sectionOf(known, got.url)
			all.list = append(all.list, got.observed)
		}
		if read++; r.options.Progress != nil {
			r.options.Progress(read, of)
		}
	}
	all.sorted()
	return all, group.Wait()
}

// jobs goes through the captures that are to be read: of each page's day the newest.
func (r *replayer) jobs(ctx context.Context, do func(job) error) error {
	return r.view.Pages(ctx, func(p archive.PageInfo) error {
		var newest capture.Capture
		hand := func() error {
			if newest.Number == 0 {
				return nil
			}
			return do(job{newest, p.Published, p.ID, p.Page})
		}
		err := r.view.Captures(ctx, p.Page, func(c capture.Capture) error {
			if !r.wants(c) {
				return nil
			}
			if newest.Number != 0 && dayOf(newest.Time) != dayOf(c.Time) {
				if err := hand(); err != nil {
					return err
				}
			}
			newest = c
			return nil
		})
		if err != nil {
			return err
		}
		return hand()
	})
}

// wants reports whether a capture shows how the newspaper looked on its day: a live one of an
// article that brought a body.
func (r *replayer) wants(c capture.Capture) bool {
	if c.State != capture.Live || c.Kind != capture.Response && c.Kind != capture.Resource || c.Size == 0 {
		return false
	}
	if c.Time.Before(r.options.Since) || !r.options.Until.IsZero() && !c.Time.Before(r.options.Until) {
		return false
	}
	addr, err := r.site.Address(c.URL)
	return err == nil && addr.Kind == sites.Article
}

// one reads a capture. The number is 0 for one that shows nothing of the newspaper: a
// challenge, half a page.
func (r *replayer) one(ctx context.Context, all *observations, j job) (at observed, err error) {
	err = r.document(ctx, j.capture, func(doc *cleaner.Document, err error) error {
		var art *cleaner.Article
		if err == nil {
			var made cleaner.Article
			if made, err = doc.Article(r.site); err == nil {
				art = &made
			}
		}
		var not *cleaner.NotArticleError
		if errors.As(err, &not) && not.Fault != cleaner.NoFault {
			return nil
		}
		at = observed{number: j.capture.Number, at: j.capture.Time.UnixMilli(), page: pageHash(j.page), day: int32(dayOf(j.capture.Time))}
		at.published = publishedOn(r.site, j.published, j.id, art)
		all.read(&at, art)
		return nil
	})
	return at, err
}

// document has fn look at a capture's page, or at why it cannot be read.
func (r *replayer) document(ctx context.Context, c capture.Capture, fn func(*cleaner.Document, error) error) error {
	body, err := r.view.Body(ctx, c.Number)
	if err != nil {
		return err
	}
	var large turn.Turn
	if err := large.Take(ctx, turn.Weight(body)); err != nil {
		return err
	}
	defer large.Leave()
	return fn(cleaner.Read(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time, Answer: c.Status != 0}))
}
