package crawler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/drift"
	"baoluu/crawler/politeness"
	"baoluu/crawler/recrawl"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

const (
	// lastRequest is how long the requests under way may go on once a run is to
	// end.
	lastRequest = 3 * time.Second
	// lastParse is how much longer a page may take that is being read then. A run does not
	// wait for one that takes longer: it is still due.
	lastParse = time.Second

	// maxListPages bounds how far a section list is paged through in a run.
	maxListPages = 30
	// maxBackfillPages bounds it in a backfill.
	maxBackfillPages = 5000
	// maxFollowed bounds the sitemaps that indexes lead to in a round, one to the next: an index
	// may name others without end, under ever new names.
	maxFollowed = 500
	// maxDeferred bounds how many looks that are due a run puts off, so that a
	// large archive costs it no more than a small one.
	maxDeferred = 4 * windowSize
	// roundEvery is how long a run keeps to the backlog before it asks the
	// sources again.
	roundEvery = 15 * time.Minute
	// backlogAge: what was published longer ago waits behind all else.
	backlogAge = 7 * 24 * time.Hour
	// maxTouched bounds the changes that one sitemap may tell of in a run.
	maxTouched = 500
	// maxClockSkew is how far a newspaper's clock may be from ours.
	maxClockSkew = time.Hour
)

// Why a run ends early, besides the errors of errors.go.
var (
	errTime  = errors.New("time is up")
	errLimit = errors.New("limit reached")
)

// crawl is one run over one newspaper, as its workers see it. They share it
// read-only, but for the hosts.
type crawl struct {
	site      *sites.Site
	o         Options
	log       *slog.Logger
	collector *collector
	header    http.Header
	// assetClient takes no more of an answer than an asset may have.
	assetClient *transport.Client
	started     time.Time
	home        string          // the main host
	sections    map[string]bool // page keys of the section lists, which have pages
	prompt      map[string]bool // page keys of the sources that show the newest first of all

	// stop is done when nothing more is to be begun; halt ends it. fetching is
	// done a little later.
	stop     context.Context
	halt     context.CancelCauseFunc
	fetching context.Context

	hostsMu sync.Mutex
	hosts   map[string]*politeness.Host
	// rests tells the run that a host asked for one: a kill must not lose it.
	rests  chan struct{}
	stored map[string][]byte // of the hosts, as the run found it
}

// host gives the one state that all workers share.
func (c *crawl) host(name string) (*politeness.Host, error) {
	c.hostsMu.Lock()
	defer c.hostsMu.Unlock()
	if h := c.hosts[name]; h != nil {
		return h, nil
	}
	h, err := politeness.New(name, c.o.Pace, c.stored, c.started)
	if err != nil {
		return nil, err
	}
	c.hosts[name] = h
	return h, nil
}

// restsAtHome halts a run over a newspaper that is to be left alone for longer than a run waits.
func (c *crawl) restsAtHome() (bool, error) {
	home, err := c.host(c.home)
	if err != nil || !home.RestsBeyond(c.started) {
		return false, err
	}
	c.halt(fmt.Errorf("%w: left alone until %s", ErrBlocked, home.RestsUntil().In(sites.Zone).Format(time.RFC3339)))
	return true, nil
}

// saveHosts is the host records that changed since the last commit.
func (c *crawl) saveHosts() (map[string][]byte, error) {
	c.hostsMu.Lock()
	defer c.hostsMu.Unlock()
	records := make(map[string][]byte)
	for _, h := range c.hosts {
		if err := h.Save(records); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// pageOf is the page key of an address, "" where it has none.
func pageOf(site *sites.Site, address string) string {
	a, err := site.Address(address)
	if err != nil {
		return ""
	}
	return a.Page
}

// run is the run's own goroutine: it alone picks, counts and commits. Workers
// send it results; one commit at a time goes on beside it.
type run struct {
	*crawl
	store    Store
	ctx      context.Context // for the store: a run that is to end still stores what it has
	queue    *queue
	plan     *recrawl.Plan
	backfill *backfill
	same     *samePages
	commits  *committer
	assets   *assetQueue // nil: no assets are fetched

	report  capture.Run
	quality *drift.Quality
	layouts drift.Layouts
	reckoning

	round    time.Time // when sources were last made due
	followed int       // sitemaps that others led to, in this round
	seen     *seenPages
	guesses  map[string]bool // page keys of sources that may not exist
	deferred int             // looks that were due and planned again

	active  map[string]int // addresses under way, by host
	under   int            // all of them
	results chan result
	over    chan struct{} // nobody takes results any more
}

func newRun(ctx context.Context, c *crawl, store Store, plan *recrawl.Plan, b *budget, seeds []capture.Entry) *run {
	r := &run{
		crawl: c, store: store, ctx: ctx, plan: plan, round: c.started,
		queue:     newQueue(store, c.site.Name, c.started, len(seeds) > 0),
		report:    capture.Run{Started: c.started, Seeds: len(seeds), Gaps: make(map[string]int)},
		quality:   drift.New(c.site),
		reckoning: reckoning{onward: make(map[string]bool)},
		seen:      newSeenPages(),
		guesses:   make(map[string]bool),
		same:      newSamePages(),
		active:    make(map[string]int),
		results:   make(chan result),
		over:      make(chan struct{}),
		commits:   newCommitter(ctx, store, c.site.Name, c.started),
	}
	r.commits.complete = r.completeBatch
	if c.o.Assets.on() {
		r.report.Assets = new(capture.Assets)
		r.assets = newAssetQueue(store, c.site.Name, c.started, len(seeds) > 0 || c.o.Limit > 0, b)
	}
	r.backfill = newBackfill(c.site, r.commits.entry, func() ([]capture.Entry, error) {
		es, err := store.After(ctx, c.site.Name, capture.Entry{Class: capture.Again}, discoverBatch)
		if err != nil {
			err = fmt.Errorf("articles known of %s: %w", c.site.Name, err)
		}
		return es, err
	})
	return r
}

// loop fetches until nothing is due or the run is to end.
func (r *run) loop() error {
	stopped := r.stop.Done()
	var late <-chan time.Time
	for {
		if err := r.dispatch(); err != nil {
			return err
		}
		if err := r.commits.flush(r.under == 0 || r.stop.Err() != nil || r.pagesUnder() == 0 && r.commits.next.pressing()); err != nil {
			return err
		}
		if r.under == 0 && r.commits.done == nil {
			if r.atLimit() {
				r.halt(errLimit)
			}
			return nil
		}
		select {
		case res := <-r.results:
			if err := r.handle(res); err != nil {
				return err
			}
		case done := <-r.commits.done:
			r.commits.over()
			if err := r.book(done); err != nil {
				return err
			}
		case <-stopped:
			// What was brought until now is stored at once.
			stopped, late = nil, time.After(lastRequest+lastParse)
		case <-late:
			r.abandon()
		case <-r.rests:
			r.commits.next.urgent = true
		case <-r.commits.timer.C:
			r.commits.due = true
		}
	}
}

// pagesUnder is how many addresses of pages are under way.
func (r *run) pagesUnder() int {
	if r.assets == nil {
		return r.under
	}
	return r.under - r.assets.under
}

// atLimit reports whether as many pages were asked for, or are under way, as the run may have.
func (r *run) atLimit() bool { return r.o.Limit > 0 && r.report.Fetched+r.pagesUnder() >= r.o.Limit }

// dispatch starts workers for all hosts that have room: for pages, and for assets where that
// keeps no page waiting.
func (r *run) dispatch() error {
	if err := r.dispatchPages(); err != nil {
		return err
	}
	return r.dispatchAssets(r.pagesUnder() == 0 && !r.commits.pressing())
}

func (r *run) dispatchPages() error {
	room := func(host string) bool {
		if host == "" {
			return true
		}
		h, err := r.host(host)
		return err != nil || r.active[host] < h.Workers()
	}
	for r.stop.Err() == nil && r.commits.room(r.under) && !r.atLimit() {
		e, ok, err := r.queue.pick(r.ctx, room)
		if err != nil || !ok {
			return err
		}
		if e.Class == capture.Again && !r.worthwhile(&e) {
			continue
		}
		if behind, err := r.backfill.behind(e); err != nil {
			return err
		} else if behind {
			e.Class, e.Due, e.Since, e.Until = capture.Listing, time.Time{}, time.Time{}, time.Time{}
			r.commits.put(e)
			r.commits.visited(e.Page)
			continue
		}
		if e.Class == capture.Backlog && time.Since(r.round) >= roundEvery {
			r.queue.done(e.Page)
			r.queue.refill()
			if err := r.nextRound(); err != nil {
				return err
			}
			continue
		}
		r.start(e)
	}
	return nil
}

// start has a worker fetch an address.
func (r *run) start(e capture.Entry) {
	r.active[hostOf(e.URL)]++
	r.under++
	go func() {
		res := r.fetch(e)
		select {
		case r.results <- res:
		case <-r.over: // too late: it is still due
		}
	}()
}

// worthwhile reports whether a look that is due is made now. Where it is not, it is
// planned again, or all are left to a later run.
func (r *run) worthwhile(e *capture.Entry) bool {
	if e.Kind != sites.Article {
		return true
	}
	switch r.plan.Admit(e, time.Now()) {
	case recrawl.Now:
		r.plan.Spend()
		return true
	case recrawl.None:
		r.queue.close(capture.Again)
		r.queue.done(e.Page)
	case recrawl.Later:
		r.commits.put(*e)
		r.commits.visited(e.Page)
		if r.deferred++; r.deferred >= maxDeferred {
			r.queue.close(capture.Again)
		}
	}
	return false
}

// tell reports progress.
func (r *run) tell(events []Event) {
	if r.o.Progress == nil {
		return
	}
	for _, ev := range events {
		ev.Run = r.report
		ev.Run.Gaps = nil
		ev.Run.Assets = copyOf(r.report.Assets)
		ev.Waiting = r.queue.waiting() + r.pagesUnder()
		r.o.Progress(ev)
	}
}

// drain waits for all that is under way, and drops what it brings: the store
// failed.
func (r *run) drain() {
	late := time.After(lastRequest + lastParse)
	for r.under > 0 {
		select {
		case <-r.results:
			r.under--
		case <-late:
			r.abandon()
		}
	}
	if r.commits.done != nil {
		<-r.commits.done
	}
}

// abandon leaves behind what is still under way when the run is to end: a page that is being
// read, for all requests were given up by then.
func (r *run) abandon() {
	r.log.Warn("left behind what took too long to read", "site", r.site.Name, "count", r.under)
	r.under = 0
	clear(r.active)
	if r.assets != nil {
		r.assets.under = 0
	}
}
