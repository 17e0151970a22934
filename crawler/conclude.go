package crawler

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/listing"
	"baoluu/crawler/recrawl"
	"baoluu/sites"
)

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
	if e.Kind == sites.Asset {
		defer r.tell(res.events)
		return r.handleAsset(res)
	}
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
	l, err := r.backfill.open(res, last)
	if err != nil {
		return err
	}
	if waits, err := r.probe(l); err != nil || waits {
		return err
	}
	if err := r.conclude(res, last); err != nil {
		return err
	}
	return r.release(e.Page)
}

// probe has the next probe of a listing fetched, where one is worth while: the listing waits
// for what it tells.
func (r *run) probe(l *probedListing) (waits bool, err error) {
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
	if waits, err := r.probe(l); err != nil || waits {
		return err
	}
	return r.conclude(l.res, l.last)
}

// namesNothing is the gap that an entry remembers of a source that was read to its end and named no
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
	if err := r.want(res); err != nil {
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

// weigh believes a claim where it is proven, or has the article that is named fetched, in full,
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

// isOld reports whether an article that was seen for the first time has none of the
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
