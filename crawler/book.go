package crawler

import (
	"cmp"
	"fmt"
	"maps"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/crawler/recrawl"
	"baoluu/sites"
)

// completeBatch adds to a batch what each commit stores besides.
func (r *run) completeBatch(b *capture.Batch) (err error) {
	if b.Hosts, err = r.saveHosts(); err != nil {
		return err
	}
	if err := r.plan.Save(b.Hosts); err != nil {
		return err
	}
	report := r.report
	r.harvested(&report)
	if r.assets != nil {
		if err := r.assets.budget.save(b.Hosts); err != nil {
			return err
		}
	}
	report.Gaps, report.Assets = maps.Clone(report.Gaps), copyOf(report.Assets)
	if !r.queue.seedsOnly {
		report.Quality = r.quality.Sums()
	}
	b.Run = &report
	return nil
}

// book counts what a commit made of its captures.
func (r *run) book(c commitment) error {
	if c.err != nil {
		return c.err
	}
	for _, page := range c.batch.pages {
		r.queue.done(page)
	}
	r.queue.refill()
	if r.assets != nil {
		r.assets.drained = false
	}
	edited, standsIn := make(map[string]capture.Put), make(map[string]bool)
	for i, put := range c.puts {
		k := c.batch.Kept[i]
		r.log.Debug("kept", "site", r.site.Name, "url", k.URL, "page", k.Page, "status", string(k.State), "capture", put.Number, "as", keptAs(put, k))
		if put.Duplicate || put.Forgotten != "" {
			continue
		}
		if sites.IsAsset(k.Page) {
			r.bookAsset(k, put)
			continue
		}
		r.report.Kept++
		switch {
		case put.StandsIn:
			standsIn[k.Page] = true
			r.standsIn(c.batch, k)
			continue
		case put.Revisit || k.Kind == capture.Revisit:
			r.report.Revisits++
		default:
			counted := r.quality.Page(k, c.batch.entries[k.Page].Published)
			if before, known := c.batch.before[k.Page]; counted && known && before.Capture == 0 && before.Checks == 0 {
				r.layouts.Count(k)
				r.report.Recent, r.report.NoLayout = r.layouts.Recent, r.layouts.NoLayout
			}
		}
		if k.Article == nil {
			continue
		}
		r.report.Cleaned++
		switch {
		case put.NewVersion && put.Version == 1:
			r.report.New++
		case put.NewVersion && put.Cause == compare.Doubtful:
			r.report.Unsure++
		case put.NewVersion:
			r.report.Changed++
			edited[k.Page] = put
			if err := r.edited(k); err != nil {
				return err
			}
		case put.Cause == compare.Relaid:
			r.report.Relaid++
		}
	}
	r.learn(c.batch, edited)
	for _, cl := range c.batch.claims {
		if standsIn[cl.page] {
			continue
		}
		if err := r.weigh(cl); err != nil {
			return err
		}
	}
	return nil
}

// keptAs says for the log what became of a capture.
func keptAs(put capture.Put, k capture.Kept) string {
	switch {
	case put.Forgotten != "":
		return "nothing: the page was taken out"
	case put.Duplicate:
		return "nothing: it was there already"
	case put.StandsIn:
		return "another page in the article's place"
	case put.Revisit || k.Kind == capture.Revisit:
		return "revisit"
	case put.NewVersion:
		return fmt.Sprintf("version %d", put.Version)
	case k.Article != nil:
		return "the same article"
	case k.Refused != "":
		return "no article: " + k.Refused
	}
	return "capture"
}

// standInGap is why an answer brings no article where it is another one, or none, and the
// archive knows the page's own.
const standInGap = "not the article"

// standsIn books a capture that is not its page's article, and has the article asked for
// again soon, as if this look had found nothing.
func (r *run) standsIn(b batch, k capture.Kept) {
	r.report.Failed++
	r.pages.came--
	if k.Article != nil {
		r.report.Gaps[standInGap]++ // else the gap is counted: why it is no article
	}
	delete(b.looks, k.Page)
	e, ok := b.entries[k.Page]
	before, known := b.before[k.Page]
	if !ok || !known {
		return
	}
	e.Gap = cmp.Or(e.Gap, standInGap)
	e.Tries, e.Checks, e.Published, e.Needs = before.Tries+1, before.Checks, before.Published, before.Needs
	// What is known is asked for: an answer that it is unchanged is of the article.
	e.Capture, e.ETag, e.LastModified = before.Capture, before.ETag, before.LastModified
	e.Due = recrawl.AfterFailure(e.Tries, time.Now())
	r.commits.put(e)
}

// learn learns from the looks of a batch, and plans the next ones at the articles
// that were found edited.
func (r *run) learn(b batch, edited map[string]capture.Put) {
	for page, l := range b.looks {
		e, ok := b.entries[page]
		if !ok {
			continue // joined to another page
		}
		put, hit := edited[page]
		if l.hinted {
			r.plan.Hinted(hit) // what it was chosen for says nothing of the others
		} else {
			r.plan.Observe(e, l.before, e.Fetched, hit)
		}
		if !hit || e.Due.IsZero() {
			continue
		}
		e.Capture = put.Number
		r.plan.Edited(&e, e.Fetched)
		r.commits.put(e)
	}
}
