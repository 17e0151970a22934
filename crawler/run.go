package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"baoluu/cleaner/capture"
	"baoluu/sites"
)

const (
	// A commit is made for so many captures, or bytes of them, or after so long,
	// whichever comes first: that is what a kill may cost, and it is still due.
	batchCaptures = 64
	batchBytes    = 4 << 20
	batchTime     = 2 * time.Second

	// lastRequest is how long the requests under way may go on once a run is to
	// end.
	lastRequest = 3 * time.Second

	// maxListPages bounds how far a section list is paged through in a run.
	maxListPages = 30
	// discoverBatch bounds one write of newly found addresses.
	discoverBatch = 1000
	// maxSameCanonical: a canonical link that more pages than this claim in one
	// run is a fault of the site's template, and is believed no more.
	maxSameCanonical = 3
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
	started   time.Time
	home      string          // the main host
	sections  map[string]bool // page keys of the section lists, which have pages

	// stop is done when nothing more is to be begun; halt ends it. fetching is
	// done a little later.
	stop     context.Context
	halt     context.CancelCauseFunc
	fetching context.Context

	hostsMu sync.Mutex
	hosts   map[string]*host
	stored  map[string][]byte // of the hosts, as the run found it
}

// host gives the one state that all workers share.
func (c *crawl) host(name string) (*host, error) {
	c.hostsMu.Lock()
	defer c.hostsMu.Unlock()
	if h := c.hosts[name]; h != nil {
		return h, nil
	}
	h, err := newHost(name, c.o.Pace, c.stored, c.started)
	if err != nil {
		return nil, err
	}
	c.hosts[name] = h
	return h, nil
}

// saveHosts is the states that changed since the last commit.
func (c *crawl) saveHosts() (map[string][]byte, error) {
	c.hostsMu.Lock()
	defer c.hostsMu.Unlock()
	states := make(map[string][]byte)
	for _, h := range c.hosts {
		if err := h.save(states); err != nil {
			return nil, err
		}
	}
	return states, nil
}

func (c *crawl) pageOf(address string) string {
	a, err := c.site.Address(address)
	if err != nil {
		return ""
	}
	return a.Page
}

// run is the run's own goroutine: it alone picks, counts and commits. Workers
// send it results; one commit at a time goes on beside it.
type run struct {
	*crawl
	store Store
	ctx   context.Context // for the store: a run that is to end still stores what it has
	queue *queue

	report  capture.Run
	seen    *sightings
	guesses map[string]bool // page keys of sources that may not exist
	claims  map[string]int  // canonical links by how many pages made them

	active  map[string]int // addresses under way, by host
	under   int            // all of them
	results chan result

	batch     batch
	committed chan commitment // nil: no commit under way
	timer     *time.Timer
	due       bool // the batch has waited long enough
}

// batch is what waits for a commit.
type batch struct {
	capture.Batch
	entries map[string]capture.Entry
	found   []capture.Entry // articles that redirects lead to
	urgent  bool            // entries are due that this run waits for
	pages   []string        // pending until the commit is done
	bytes   int
}

// commitment is what became of a batch.
type commitment struct {
	batch batch
	puts  []capture.Put
	err   error
}

func (b *batch) empty() bool {
	return len(b.Kept)+len(b.entries)+len(b.Aliases)+len(b.found)+len(b.pages) == 0
}

func (b *batch) put(e capture.Entry) {
	if b.entries == nil {
		b.entries = make(map[string]capture.Entry)
	}
	b.entries[e.Page] = e
}

// loop fetches until nothing is due or the run is to end.
func (r *run) loop() error {
	for {
		if err := r.dispatch(); err != nil {
			return err
		}
		if err := r.flush(); err != nil {
			return err
		}
		if r.under == 0 && r.committed == nil {
			return nil
		}
		select {
		case res := <-r.results:
			if err := r.handle(res); err != nil {
				return err
			}
		case done := <-r.committed:
			r.committed = nil
			if err := r.book(done); err != nil {
				return err
			}
		case <-r.timer.C:
			r.due = true
		}
	}
}

// dispatch starts workers for all hosts that have room.
func (r *run) dispatch() error {
	room := func(host string) bool {
		if host == "" {
			return true
		}
		h, err := r.host(host)
		return err != nil || r.active[host] < h.workers()
	}
	for r.stop.Err() == nil && len(r.batch.Kept) < 2*batchCaptures {
		if r.o.Limit > 0 && r.report.Fetched+r.under >= r.o.Limit {
			if r.under == 0 {
				r.halt(errLimit)
			}
			return nil
		}
		e, ok, err := r.queue.pick(r.ctx, room)
		if err != nil || !ok {
			return err
		}
		r.active[hostOf(e.URL)]++
		r.under++
		go func() { r.results <- r.fetch(e) }()
	}
	return nil
}

// handle books what a worker brought.
func (r *run) handle(res result) error {
	e := res.entry
	host := hostOf(e.URL)
	if r.active[host]--; r.active[host] == 0 {
		delete(r.active, host)
	}
	r.under--
	r.report.Requests += res.requests
	r.report.Bytes += res.bytes
	for _, k := range res.kept {
		r.batch.Kept = append(r.batch.Kept, k)
		r.batch.bytes += len(k.Body)
	}
	defer r.tell(res.events)
	if res.aborted {
		if len(res.kept) == 0 {
			r.queue.done(e.Page)
		} else {
			r.batch.pages = append(r.batch.pages, e.Page)
		}
		return nil
	}
	if !res.listing && res.asked {
		r.report.Fetched++
	}
	r.gap(res)
	r.batch.pages = append(r.batch.pages, e.Page)
	r.batch.put(e)
	fresh, err := r.discover(res)
	if err != nil {
		return err
	}
	if fresh && res.nextPage != nil {
		res.follow = append(res.follow, *res.nextPage)
	}
	for _, next := range res.follow {
		if err := r.enqueue(next); err != nil {
			return err
		}
	}
	r.alias(res)
	return nil
}

// gap counts why an address brought no page.
func (r *run) gap(res result) {
	if res.gap == "" {
		return
	}
	why, guess := res.gap, false
	if isListing(res.entry.Kind) {
		if res.entry.Hops > 0 && why == "gone" {
			return // the end of a list is no gap
		}
		why = "source " + why
		if guess = r.guesses[res.entry.Page]; guess {
			why += " (guessed)"
		}
		r.log.Info("source brought nothing", "site", r.site.Name, "url", res.entry.URL, "err", why)
	}
	r.report.Gaps[why]++
	if res.failed && !guess {
		r.report.Failed++
	}
}

// discover makes the articles that a source lists known, at once, so that they
// can be fetched at once, and tells whether there was news among them.
func (r *run) discover(res result) (news bool, err error) {
	now := time.Now()
	var unseen []capture.Entry
	var keys []uint64
	for _, found := range res.found {
		a, err := r.site.Address(found.url)
		if err != nil {
			continue
		}
		key, before, isNews := r.seen.add(a.Page)
		if before {
			news = news || isNews
			continue
		}
		r.report.Listed++
		keys = append(keys, key)
		unseen = append(unseen, capture.Entry{
			Page: a.Page, URL: a.URL, Kind: a.Kind, Class: capture.Fresh, Due: r.started,
			Listed: now, ListedBy: res.entry.URL, Published: found.time,
		})
	}
	if len(unseen) == 0 {
		return news, nil
	}
	added, err := discover(r.ctx, r.store, r.site.Name, unseen)
	if err != nil {
		return false, err
	}
	if added == 0 {
		return news, nil
	}
	// The store says how many were new, not which: all count as news, which at
	// worst turns one page of a list too many.
	for _, key := range keys {
		r.seen.seen[key] = true
	}
	r.queue.refill()
	return true, nil
}

func discover(ctx context.Context, store Frontier, site string, es []capture.Entry) (added int, err error) {
	for part := range slices.Chunk(es, discoverBatch) {
		n, err := store.Discover(ctx, site, part)
		if err != nil {
			return added, fmt.Errorf("store what %s lists: %w", site, err)
		}
		added += n
	}
	return added, nil
}

// enqueue makes an address due in this run, unless the run had it already.
func (r *run) enqueue(next capture.Entry) error {
	if r.queue.pending[next.Page] {
		return nil
	}
	if _, ok := r.batch.entries[next.Page]; ok {
		return nil
	}
	if next.Class == capture.Fresh {
		r.batch.found = append(r.batch.found, next)
		return nil
	}
	e, known, err := r.store.Entry(r.ctx, r.site.Name, next.Page)
	if err != nil {
		return fmt.Errorf("look up %s: %w", next.URL, err)
	}
	if known {
		if !e.Fetched.Before(r.started) {
			return nil
		}
		e.URL, e.Kind, e.Class, e.Due, e.Hops = next.URL, next.Kind, next.Class, next.Due, next.Hops
		e.ListedBy = cmp.Or(next.ListedBy, e.ListedBy)
		next = e
	}
	r.batch.put(next)
	r.batch.urgent = true
	return nil
}

// alias joins pages found to be one.
func (r *run) alias(res result) {
	for _, a := range res.aliases {
		if r.claims[a.Of]++; r.claims[a.Of] > maxSameCanonical {
			r.report.Gaps["canonical link of many pages"]++
			continue
		}
		r.batch.Aliases = append(r.batch.Aliases, a)
		// What is looked after from now on is the page's own address.
		delete(r.batch.entries, res.entry.Page)
	}
}

// flush starts a commit where one is due.
func (r *run) flush() error {
	if r.batch.empty() || r.committed != nil {
		return nil
	}
	full := len(r.batch.Kept) >= batchCaptures || r.batch.bytes >= batchBytes
	if !full && !r.due && !r.batch.urgent && r.under > 0 {
		return nil
	}
	return r.commit()
}

// commit stores the batch beside the run's goroutine.
func (r *run) commit() error {
	b := r.batch
	r.batch, r.due = batch{}, false
	r.timer.Reset(batchTime)
	b.Entries = slices.SortedFunc(maps.Values(b.entries), func(a, b capture.Entry) int { return cmp.Compare(a.Page, b.Page) })
	var err error
	if b.Hosts, err = r.saveHosts(); err != nil {
		return err
	}
	report := r.report
	report.Gaps = maps.Clone(report.Gaps)
	b.Run = &report
	done := make(chan commitment, 1)
	r.committed = done
	go func() {
		c := commitment{batch: b}
		if _, c.err = discover(r.ctx, r.store, r.site.Name, b.found); c.err == nil {
			if c.puts, c.err = r.store.Commit(r.ctx, r.site.Name, b.Batch); c.err != nil {
				c.err = fmt.Errorf("store captures of %s: %w", r.site.Name, c.err)
			}
		}
		done <- c
	}()
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
	for i, put := range c.puts {
		k := c.batch.Kept[i]
		if put.Duplicate || put.Forgotten != "" {
			continue
		}
		r.report.Kept++
		if put.Revisit || k.Kind == capture.Revisit {
			r.report.Revisits++
		}
		if k.Article == nil {
			continue
		}
		r.report.Cleaned++
		switch {
		case put.NewVersion && put.Version == 1:
			r.report.New++
		case put.NewVersion:
			r.report.Changed++
			r.edited(c.batch.entries, k, put)
		}
	}
	return nil
}

// edited plans the next look at an article that just changed.
func (r *run) edited(entries map[string]capture.Entry, k capture.Kept, put capture.Put) {
	e, ok := entries[k.Page]
	if !ok || e.Due.IsZero() {
		return
	}
	e.Capture, e.Changed, e.Checks = put.Number, k.Time, 0
	e.Due = nextCheck(e, time.Now())
	r.batch.put(e)
}

// tell reports progress.
func (r *run) tell(events []Event) {
	if r.o.Progress == nil {
		return
	}
	for _, ev := range events {
		ev.Run = r.report
		ev.Run.Gaps = nil
		r.o.Progress(ev)
	}
}

// drain waits for all that is under way, and drops what it brings: the store
// failed.
func (r *run) drain() {
	for ; r.under > 0; r.under-- {
		<-r.results
	}
	if r.committed != nil {
		<-r.committed
	}
}
