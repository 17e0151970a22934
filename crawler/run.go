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

	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/crawler/drift"
	"baoluu/crawler/listing"
	"baoluu/crawler/politeness"
	"baoluu/crawler/recrawl"
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
	started   time.Time
	home      string          // the main host
	sections  map[string]bool // page keys of the section lists, which have pages
	prompt    map[string]bool // page keys of the sources that show the newest first of all

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

// saveHosts is the states that changed since the last commit.
func (c *crawl) saveHosts() (map[string][]byte, error) {
	c.hostsMu.Lock()
	defer c.hostsMu.Unlock()
	states := make(map[string][]byte)
	for _, h := range c.hosts {
		if err := h.Save(states); err != nil {
			return nil, err
		}
	}
	return states, nil
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

func newRun(ctx context.Context, c *crawl, store Store, plan *recrawl.Plan, seeds []capture.Entry) *run {
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
		if err := r.commits.flush(r.under == 0 || r.stop.Err() != nil); err != nil {
			return err
		}
		if r.under == 0 && r.commits.done == nil {
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

// dispatch starts workers for all hosts that have room.
func (r *run) dispatch() error {
	room := func(host string) bool {
		if host == "" {
			return true
		}
		h, err := r.host(host)
		return err != nil || r.active[host] < h.Workers()
	}
	for r.stop.Err() == nil && r.commits.room(r.under) {
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
	return nil
}

// worthwhile tells whether a look that is due is made now. Where it is not, it is
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
	r.commits.keep(res.kept)
	if res.shut != "" {
		r.report.Gaps["robots.txt "+res.shut]++
	}
	defer r.tell(res.events)
	last := r.queue.last(e.Page)
	if names := res.lists; res.listing && e.Hops == 0 && res.gap == "" && (names != nil && !*names || names == nil && last.Gap == namesNothing) {
		res.entry.Gap = namesNothing // a 304 says that nothing is new, and nothing was there
	}
	r.reckon(res, last)
	if res.aborted {
		if len(res.kept) == 0 {
			r.queue.done(e.Page)
		} else {
			last.Gap = res.gap // the rest is as it was: it is still due
			r.commits.put(last)
			r.commits.visited(e.Page)
		}
		return nil
	}
	if !res.listing && res.asked {
		r.report.Fetched++
	}
	r.gap(res, last)
	if res.lists != nil && !namedByRobots(res.entry) {
		r.quality.Source(e.URL, *res.lists)
	}
	waits, err := r.probe(r.backfill.open(res, last))
	if err != nil || waits {
		return err
	}
	if err := r.conclude(res, last); err != nil {
		return err
	}
	return r.release(e.Page)
}

// probe has the next probe of a listing fetched, where one is worth while: the listing waits
// for what it tells.
func (r *run) probe(l *probedListing, err error) (waits bool, _ error) {
	if err != nil {
		return false, err
	}
	page, err := r.backfill.probe(l)
	if err != nil || page == "" {
		return false, err
	}
	one := l.res
	one.found = slices.DeleteFunc(slices.Clone(l.res.found), func(i listing.Item) bool {
		a, err := r.site.Address(i.URL)
		return err != nil || a.Page != page
	})
	_, err = r.discover(one, l.last)
	return true, err
}

// release goes on with the listing that waited for a page.
func (r *run) release(page string) error {
	l, ok := r.backfill.release(page)
	if !ok {
		return nil
	}
	if waits, err := r.probe(l, nil); err != nil || waits {
		return err
	}
	return r.conclude(l.res, l.last)
}

// namesNothing is the gap that an entry remembers of a source that came whole and named no
// article. In reports it is none: an empty feed is no fault.
const namesNothing = "names no article"

// conclude books what becomes of a visited page, and what it leads to.
func (r *run) conclude(res result, last capture.Entry) error {
	e := res.entry
	r.commits.visited(e.Page)
	if res.live && e.Kind == sites.Article {
		r.planLook(&e, res, last)
	}
	news, err := r.discover(res, last)
	if err != nil {
		return err
	}
	if res.listing && res.live {
		e.Rhythm = recrawl.Rhythm(e, news, r.prompt[e.Page])
	}
	r.commits.put(e)
	if res.listing && res.live {
		if err := r.touch(res, last); err != nil {
			return err
		}
	}
	if err := r.followUp(res, last, news); err != nil {
		return err
	}
	if last.Capture != 0 && res.canonical.Page != "" {
		r.commits.next.claims = append(r.commits.next.claims, claim{e.Page, res.print, res.canonical})
	}
	for _, a := range r.same.identify(res) {
		r.join(a)
	}
	return nil
}

// planLook plans the next look at an article that was just seen alive; last is its entry as it
// was before.
func (r *run) planLook(e *capture.Entry, res result, last capture.Entry) {
	r.commits.next.remember(last)
	now := time.Now()
	if last.Checks == 0 && last.Edits == 0 { // it was never seen before
		r.plan.Born(*e, now)
		// One that says it is another has to say so once more.
		if r.isOld(*e, last, now) && res.canonical.Page == "" {
			e.Checks = recrawl.FirstLooks + 1
		}
	} else if res.gap == "" && last.Tries == 0 {
		r.commits.next.look(e.Page, look{last.Fetched, last.Touched.After(last.Fetched)})
	}
	e.Due = r.plan.Next(*e, now)
	r.backfill.dates.learn(e.Page, published(*e))
}

// followUp makes due what a visited page leads to; news is whether it named an article that
// nobody knew.
func (r *run) followUp(res result, last capture.Entry, news bool) error {
	follow := res.follow
	if next := res.nextPage; next != nil {
		if !next.Since.IsZero() {
			news = r.backfill.goesOn(last, res.found)
		}
		if news {
			follow = append(follow, *next)
		}
	}
	for _, next := range follow {
		if next.Class == capture.Listing && next.Kind == sites.SitemapPage {
			if r.followed == maxFollowed {
				r.report.Gaps["source too many sitemaps"]++
				continue
			}
			r.followed++
		}
		if next.Class == capture.Backlog {
			next.Due = r.backlogDue(next.Hops, false)
		}
		if err := r.enqueue(next); err != nil {
			return err
		}
	}
	return nil
}

// join has one page stored as another from now on.
func (r *run) join(a capture.Alias) {
	r.commits.next.Aliases = append(r.commits.next.Aliases, a)
	// What is looked after from now on is the page's own address.
	delete(r.commits.next.entries, a.Page)
}

// weigh believes a claim where it is proven, or has the article that is named fetched, whole,
// even if it is known.
func (r *run) weigh(c claim) error {
	alias, proven, wanted := r.same.weigh(c)
	if proven {
		r.join(alias)
	}
	if !wanted {
		return nil
	}
	of := c.of
	known, ok, err := r.commits.stored(of.Page)
	if err != nil {
		return err
	}
	if ok && known.Page == c.page {
		return nil // joined long ago
	}
	if ok && of.Class == capture.Fresh {
		of.Class = capture.Again
	}
	r.same.await(c)
	return r.enqueue(of)
}

// isOld tells whether an article that was seen for the first time has none of the
// early looks: its own age decides, whichever source named it first. Where it is not
// dated, the source's word is all there is.
func (r *run) isOld(e, last capture.Entry, now time.Time) bool {
	if e.Published.IsZero() {
		return last.Class == capture.Backlog
	}
	return recrawl.Age(e, now) > backlogAge.Hours()
}

// gap counts why an address brought no page; last is its entry as it was before.
func (r *run) gap(res result, last capture.Entry) {
	if res.gap == "" {
		return
	}
	why, guess := res.gap, false
	if isListing(res.entry.Kind) {
		if res.entry.Hops > 0 && why == "gone" {
			return // the end of a list is no gap
		}
		why = "source " + why
		if res.gap == "gone" && last.Gap != "gone" && !last.Fetched.IsZero() {
			r.report.Vanished++
		}
		if guess = r.guesses[res.entry.Page] || namedByRobots(res.entry); guess {
			why += " (guessed)"
		}
		r.log.Info("source brought nothing", "site", r.site.Name, "url", res.entry.URL, "err", why)
	} else {
		r.log.Debug("page brought no article", "site", r.site.Name, "url", res.entry.URL, "err", why)
	}
	r.report.Gaps[why]++
	if res.failed && !guess {
		r.report.Failed++
	}
}

// discover makes the articles that a source lists known, at once, so that they
// can be fetched at once. It tells whether there was news: an article that nobody
// knew.
func (r *run) discover(res result, last capture.Entry) (news bool, err error) {
	now := time.Now()
	backfill := last.Class == capture.Backlog
	d := daysOf(last)
	var unseen []capture.Entry
	var keys []uint64
	for _, found := range res.found {
		a, err := r.site.Address(found.URL)
		if err != nil {
			continue
		}
		if backfill && r.backfill.dates.standing(d, a.Page, found) > inside {
			continue
		}
		key, before, isNews := r.seen.add(a.Page)
		if before {
			news = news || isNews
			continue
		}
		r.report.Listed++
		keys = append(keys, key)
		e := capture.Entry{
			Page: a.Page, URL: a.URL, Kind: a.Kind, Class: capture.Fresh, Due: r.started,
			Listed: now, ListedBy: res.entry.URL, Published: found.Time,
		}
		at := found.Time
		if day, ok := dayOfID(a.Page); ok {
			at = day
		}
		if backfill || !at.IsZero() && now.Sub(at) > backlogAge {
			e.Class, e.Due = capture.Backlog, r.backlogDue(last.Hops, true)
		}
		unseen = append(unseen, e)
	}
	if len(unseen) == 0 {
		return news, nil
	}
	added, err := discover(r.ctx, r.store, r.site.Name, unseen)
	if err != nil {
		return news, err
	}
	if added == 0 {
		return news, nil
	}
	// The store says how many were new, not which: all count as news, which at
	// worst turns one page of a list too many.
	for _, key := range keys {
		r.seen.seen[key] = true
	}
	r.queue.listed(unseen[0].Class, added) // nearly always the class of all
	r.queue.refill()
	return true, nil
}

// touch brings forward the looks at articles that a sitemap says have changed
// since they were last seen. Only what changed since the sitemap itself was last
// read is looked up.
func (r *run) touch(res result, last capture.Entry) error {
	if last.Fetched.IsZero() || !r.plan.Trusts() {
		return nil
	}
	now, looked := time.Now(), 0
	for _, found := range res.found {
		if !found.Modified || found.Time.Before(last.Fetched.Add(-maxClockSkew)) || found.Time.After(now.Add(maxClockSkew)) {
			continue
		}
		a, err := r.site.Address(found.URL)
		if err != nil || r.queue.busy(a.Page) {
			continue
		}
		if r.commits.waits(a.Page) {
			continue
		}
		if looked++; looked > maxTouched {
			return nil
		}
		e, ok, err := r.store.Entry(r.ctx, r.site.Name, a.Page)
		if err != nil {
			return fmt.Errorf("look up %s: %w", a.URL, err)
		}
		if !ok || e.Kind != sites.Article || e.Class != capture.Again || e.Tries > 0 || !found.Time.After(e.Fetched) {
			continue
		}
		e.Touched, e.Due = found.Time, r.started
		r.commits.put(e)
		r.commits.next.urgent = true
	}
	return nil
}

// enqueue makes an address due in this run, unless the run had it already.
func (r *run) enqueue(next capture.Entry) error {
	if r.queue.busy(next.Page) {
		return nil
	}
	if r.commits.waits(next.Page) {
		return nil
	}
	if next.Class == capture.Fresh {
		r.commits.next.found = append(r.commits.next.found, next)
		return nil
	}
	e, known, err := r.store.Entry(r.ctx, r.site.Name, next.Page)
	if err != nil {
		return fmt.Errorf("look up %s: %w", next.URL, err)
	}
	if known {
		// What seems to have been fetched in the future was so under a wrong clock.
		if !e.Fetched.Before(r.round) && !e.Fetched.After(time.Now()) {
			return nil
		}
		if !next.Since.IsZero() { // else one that was broken off goes on
			e.Since, e.Until = next.Since, next.Until
		}
		e.URL, e.Kind, e.Class, e.Due, e.Hops = next.URL, next.Kind, next.Class, next.Due, next.Hops
		e.ListedBy = cmp.Or(next.ListedBy, e.ListedBy)
		if r.same.awaits(next.Page) {
			e.ETag, e.LastModified = "", "" // to compare, its text is wanted
		}
		next = e
	}
	r.commits.put(next)
	r.commits.next.urgent = true
	return nil
}

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
	report.Gaps = maps.Clone(report.Gaps)
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
	edited, standsIn := make(map[string]capture.Put), make(map[string]bool)
	for i, put := range c.puts {
		k := c.batch.Kept[i]
		r.log.Debug("kept", "site", r.site.Name, "url", k.URL, "page", k.Page, "status", string(k.State), "capture", put.Number, "as", keptAs(put, k))
		if put.Duplicate || put.Forgotten != "" {
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
	e.Tries, e.Checks, e.Published = before.Tries+1, before.Checks, before.Published
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

// tell reports progress.
func (r *run) tell(events []Event) {
	if r.o.Progress == nil {
		return
	}
	for _, ev := range events {
		ev.Run = r.report
		ev.Run.Gaps = nil
		ev.Waiting = r.queue.waiting() + r.under
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
}
