package crawler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/challenge"
	"baoluu/crawler/listing"
	"baoluu/crawler/politeness"
	"baoluu/crawler/recrawl"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

const (
	// attempts at one address in one run, the first included.
	attempts = 3
	// firstPause, between them, doubles.
	firstPause = 2 * time.Second
	// maxHops bounds redirects: RFC 9309 wants five for robots.txt, and no page
	// of a newspaper needs more.
	maxHops = 5
)

// result is what became of one frontier entry: facts to store, and what they
// lead to.
type result struct {
	entry  capture.Entry // as it is to be stored
	kept   []capture.Kept
	found  []listing.Item // links of the newspaper's article form
	follow []capture.Entry
	// What the page says of itself (samepage.go).
	print     articlePrint
	canonical capture.Entry // the other article that it says it is
	moved     sites.Address // where it went for good
	// nextPage of a list is worth asking for where this page brought news.
	nextPage *capture.Entry

	gap     string // why there is no page, "" where there is
	shut    string // why the robots.txt that it waited for cannot be had
	live    bool   // an answer with a whole page, or a 304
	failed  bool   // refused, or nothing whole came
	listing bool   // the entry lists articles
	lists   *bool  // whether a source that came whole names any articles
	asked   bool   // a request was made for it
	aborted bool   // the run ended first: the entry stays as it was
	// unanswered: a request was under way then, and had no answer.
	unanswered bool

	requests int
	bytes    int64
	events   []Event

	reading *reading
}

// fetch brings in one frontier entry. A bug in a parser on one bad page must
// not end the crawl of all others.
func (c *crawl) fetch(e capture.Entry) (r result) {
	r.entry, r.reading = e, &reading{run: c.fetching}
	defer r.reading.Leave()
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("panic on a page", "site", c.site.Name, "url", e.URL, "err", p, "stack", string(debug.Stack()))
			r.gap, r.live, r.failed = "internal error", false, true
			r.entry.Tries++
			r.entry.Due = recrawl.AfterFailure(r.entry.Tries, time.Now())
		}
		r.entry.Gap = r.gap
	}()
	c.follow(e, &r)
	return r
}

// follow asks for an entry's address, and for where it redirects to as long as
// that is the same page.
func (c *crawl) follow(e capture.Entry, r *result) {
	header := c.header.Clone()
	// A listing that a backfill goes through is wanted whole, known or not.
	if e.Capture != 0 && e.Since.IsZero() {
		if e.ETag != "" {
			header.Set("If-None-Match", e.ETag)
		}
		if e.LastModified != "" {
			header.Set("If-Modified-Since", e.LastModified)
		}
	}
	address := e.URL
	seen := map[string]bool{address: true}
	for hop := 0; ; hop++ {
		r.reading.Leave() // before anything is waited for
		u, h, gap := c.target(address)
		if gap != "" {
			c.schedule(r, gap, outcome{state: capture.Broken})
			return
		}
		if ok := c.mayAsk(h, u, r); !ok {
			return
		}
		a := c.ask(h, u, e, header, r)
		if a.err != nil {
			c.postpone(h, r, a.err)
			return
		}
		v := a.outcome
		k := c.keep(e, address, a.visit, v)
		same := v.state == capture.Moved && v.gap == "" && v.target.Page == e.Page
		if same && !seen[v.target.URL] && hop < maxHops {
			r.kept = append(r.kept, k)
			if v.permanent {
				r.entry.URL = v.target.URL
			}
			address = v.target.URL
			seen[address] = true
			// The tags were given for the address before.
			header.Del("If-None-Match")
			header.Del("If-Modified-Since")
			continue
		}
		switch {
		case same && seen[v.target.URL]:
			v.gap = "redirect loop"
		case same:
			v.gap = "too many redirects"
		}
		c.take(e, k, a, v, r)
		return
	}
}

// target is what an address leads to, or why it may not be asked for.
func (c *crawl) target(address string) (*url.URL, *politeness.Host, string) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, "bad address"
	}
	if transport.GuardURL(u) != nil {
		return nil, nil, "local address"
	}
	if !c.site.Owns(u.Hostname()) || u.Port() != "" {
		return nil, nil, "not the newspaper's host"
	}
	h, err := c.host(u.Hostname())
	if err != nil {
		return nil, nil, "bad host state"
	}
	return u, h, ""
}

// mayAsk fetches the host's robots.txt if need be and asks it. Where the answer
// is no, the result says why.
func (c *crawl) mayAsk(h *politeness.Host, u *url.URL, r *result) bool {
	if err := c.ensureRobots(h, u.Scheme, r); err != nil {
		c.postpone(h, r, err)
		return false
	}
	allowed, closed, forbidden := h.Allows(u)
	switch {
	case closed == "" && forbidden != "" && !strings.HasPrefix(c.site.Home, u.Scheme+":"):
		// The newspaper is there: it is old addresses that go by the other scheme.
		r.gap = "unreachable"
		r.entry.Due = latest(c.started, time.Now()).Add(time.Millisecond)
		return false
	case closed != "" || forbidden != "":
		c.postpone(h, r, &closedError{cmp.Or(closed, forbidden), closed == "" && h.KeepsOut(u.Scheme)})
		return false
	case !allowed:
		r.gap = "robots"
		r.entry.Due = time.Now().Add(recrawl.MaxRetry) // the rules may change
		return false
	}
	return true
}

// closedError is why no more of a host is asked for in this run.
type closedError struct {
	why     string
	refuses bool // us; it is there
}

func (e *closedError) Error() string { return e.why }

// postpone leaves an entry to a later run, as it is.
func (c *crawl) postpone(h *politeness.Host, r *result, why error) {
	kind := ErrUnreachable
	var closed *closedError
	switch {
	case errors.As(why, &closed):
		r.gap = "unreachable"
		if closed.refuses {
			kind = ErrBlocked
		}
	case errors.Is(why, politeness.ErrResting):
		r.gap = cmp.Or(r.gap, "resting")
		if h.KeptOut() {
			kind = ErrBlocked
		}
	default: // the run's end
		r.aborted = true
		return
	}
	if h.Name == c.home {
		// All that is due would only be put off, address by address.
		r.aborted = true
		c.halt(fmt.Errorf("%w: %w", kind, why))
		return
	}
	r.entry.Due = latest(c.started, time.Now()).Add(time.Millisecond)
}

// answer is what an address brought in the end, after all tries.
type answer struct {
	visit   *visit
	page    *page
	outcome outcome
	err     error // none was made: the run's end, or the host rests
}

// ask makes the request for one address, again where that may help. All
// answers but the last one are kept here.
func (c *crawl) ask(h *politeness.Host, u *url.URL, e capture.Entry, header http.Header, r *result) answer {
	for try := 1; ; try++ {
		r.reading.Leave()
		leave, err := h.Enter(c.stop)
		if err != nil {
			return answer{err: err}
		}
		ctx, cancel := context.WithTimeout(c.fetching, c.o.Timeout)
		ctx, sent := h.Sending(ctx)
		began := time.Now()
		x, p := c.collector.visit(ctx, r.reading, e.Kind, u.String(), header.Clone())
		cancel()
		took := x.At.Sub(began)
		if x.Status == 0 && gapOf(x.Err) != "timeout" {
			took = -1 // what breaks off at once says nothing of the host's pace
		}
		leave(x.At, took)
		v := classify(c.site, u, e.Kind, x)
		if v.gap == "interrupted" {
			r.unanswered = x.Status == 0
			return answer{err: context.Canceled}
		}
		r.requests += max(int(sent.Load()), 1)
		c.log.Debug("fetched", "site", c.site.Name, "url", u.String(), "status", x.Status, "attempt", try, "bytes", len(x.Body), "dur", x.At.Sub(began), "err", x.Err)
		c.count(h, u, e.Kind, x, v, r)
		if !v.retry || try == attempts {
			switch {
			case x.Status == 0 && v.retry:
				h.Silent(v.gap)
			case x.Status == http.StatusTooManyRequests && h.Refused(x.At):
				c.halt(ErrBlocked) // we waited as long as it said, or longer each time
			}
			r.gap = ""
			return answer{visit: x, page: p, outcome: v}
		}
		if x.Status != 0 {
			r.kept = append(r.kept, c.keep(e, u.String(), x, v))
		}
		r.gap = v.gap // until the next try says otherwise
		if err := politeness.Pause(c.stop, firstPause<<(try-1)); err != nil {
			return answer{err: err}
		}
	}
}

// count books one answer on its host and in the run's report.
func (c *crawl) count(h *politeness.Host, u *url.URL, kind sites.Kind, x *visit, v outcome, r *result) {
	r.bytes += int64(len(x.Body))
	ev := Event{Site: c.site.Name, URL: u.String(), Kind: kind, Status: x.Status, Gap: v.gap}
	if x.Status != 0 {
		ev.State = v.state
	}
	r.events = append(r.events, ev)

	if after := transport.RetryAfter(x.Header, x.At); after > 0 && x.Status >= 400 {
		h.Rest(x.At, after, x.Status == http.StatusTooManyRequests || v.state == capture.Blocked)
	}
	switch {
	case x.Status == http.StatusTooManyRequests, x.Status == http.StatusServiceUnavailable && v.state != capture.Blocked, v.gap == string(challenge.Outage):
		h.Busy(x.At)
	case v.state == capture.Blocked:
		// Some newspapers shut their feeds and let readers in: that is no refusal
		// of us.
		shut := kind == sites.Robots || x.Status != http.StatusOK && (kind == sites.FeedPage || kind == sites.SitemapPage)
		if !shut && h.Refused(x.At) {
			c.halt(ErrBlocked)
		}
	case x.Status != 0:
		h.Answered()
	}
	if x.Status >= 400 && h.Resting(x.At) {
		select {
		case c.rests <- struct{}{}:
		default: // the run knows already
		}
	}
}

// keep makes the capture of one answer.
func (c *crawl) keep(e capture.Entry, address string, x *visit, v outcome) capture.Kept {
	k := capture.Kept{Capture: capture.Capture{
		Page: e.Page, URL: address,
		Time: x.At.UTC().Truncate(time.Millisecond),
		Kind: capture.Response, State: v.state,
		Status: x.Status, Proto: x.Head.Proto, Reason: x.Head.Reason, Header: x.Head.Fields, ContentType: x.Header.Get("Content-Type"),
		Size: int64(len(x.Body)), Request: x.Request, Notes: x.Notes,
	}}
	if v.target.URL != "" {
		k.Location = v.target.URL
	}
	if x.Status == http.StatusNotModified && x.Conditional {
		k.Kind, k.Profile, k.RevisitOf, k.Size = capture.Revisit, capture.NotModified, e.Capture, 0
		return k
	}
	k.Body = x.Body
	return k
}

// take reads the last answer for an entry: what is in it, and what comes next.
func (c *crawl) take(e capture.Entry, k capture.Kept, a answer, v outcome, r *result) {
	x := a.visit
	r.asked = true
	if x.Status == http.StatusNotModified && k.Kind != capture.Revisit {
		v = outcome{state: capture.Broken, gap: "status 304 unasked"}
		k.State = v.state
	}
	r.listing = isListing(e.Kind)
	if x.Err != nil && x.Status == http.StatusOK && r.listing && len(x.Body) > 0 {
		c.takeListing(e, k.URL, a, r) // what came before it broke off
	}
	if v.state == capture.Live && k.Kind == capture.Response {
		if r.listing {
			byRobots := len(r.follow) // what its host's robots.txt led to
			c.takeListing(e, k.URL, a, r)
			if e.Hops == 0 {
				names := len(r.found)+len(r.follow) > byRobots
				r.lists = &names
			}
		} else {
			c.takePage(e, &k, a, r)
			if k.State != capture.Live {
				v = outcome{state: k.State, gap: r.gap}
			}
		}
	}
	if x.Status != 0 {
		r.kept = append(r.kept, k)
	}
	if v.state == capture.Moved && v.gap == "" {
		c.takeRedirect(e, v, r)
	}
	if v.state == capture.Live && k.Kind == capture.Response && x.Status == http.StatusOK {
		r.entry.ETag = validator(x.Header.Get("ETag"))
		r.entry.LastModified = validator(x.Header.Get("Last-Modified"))
	}
	r.entry.Fetched = k.Time
	gap := v.gap
	if gap == "" {
		gap = r.gap // of the cleaner
	}
	c.schedule(r, gap, v)
}

// validator is what a request for the same page may say of what we have. A server has to take
// it back, and the frontier to keep it.
func validator(value string) string {
	const longest = 1 << 10
	if len(value) > longest {
		return ""
	}
	return value
}

// refuse books why a page is no article.
func (c *crawl) refuse(e capture.Entry, k *capture.Kept, err error, r *result) {
	k.Refused = err.Error()
	var refused *cleaner.NotArticleError
	if errors.As(err, &refused) {
		k.Refused = refused.Reason
	}
	switch {
	case errors.Is(err, cleaner.ErrMarkup):
		r.gap = "hostile markup"
	case e.Kind == sites.Article:
		reason, _, _ := strings.Cut(k.Refused, " (") // the kind of thing, not each thing
		r.gap = "not an article: " + reason
		if refused != nil {
			k.State = capture.StateOf(refused.Fault)
		}
	}
}

func isListing(k sites.Kind) bool {
	return k == sites.List || k == sites.FeedPage || k == sites.SitemapPage
}

// takePage cleans a page. What its links lead to is left to the lists: related
// boxes lead back through all the years, and a run would never end.
func (c *crawl) takePage(e capture.Entry, k *capture.Kept, a answer, r *result) {
	if e.Kind != sites.Article && e.Kind != sites.Other {
		return // utilities are kept, never cleaned
	}
	p := cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: k.URL, Captured: k.Time, Answer: true}
	var d *cleaner.Document
	var err error
	if a.page != nil {
		d = cleaner.FromTree(a.page.root, p, a.visit.charset...)
	} else {
		d, err = cleaner.Read(p)
	}
	var article cleaner.Article
	if err == nil {
		article, err = d.Article(c.site)
	}
	var found *cleaner.Article
	if err == nil {
		found = &article
	}
	if e.Kind == sites.Article && a.page != nil {
		switch gap := inPlace(c.site, a.page.root, d, found); {
		case gap == "gone", gap == frontGap && e.Gap == frontGap && e.Tries >= lastingFront-1:
			k.State, k.Refused, r.gap = capture.Gone, "not found", "gone"
			return
		case gap != "":
			k.State, k.Refused, r.gap = capture.Broken, "the front page", gap
			return
		}
	}
	if k.Status == http.StatusNonAuthoritativeInfo && (found == nil || found.Layout == "generic") {
		// Somebody on the way made the answer, or altered it.
		k.State, k.Refused, r.gap = capture.Blocked, "an altered answer (203)", status(k.Status)
		return
	}
	if err != nil {
		c.refuse(e, k, err, r)
		return
	}
	k.Article = found
	if !article.Published.IsZero() {
		r.entry.Published = article.Published.Time
	}
	r.print = printOf(found)
	// Asked again and again, a page that names another one wrongly would have
	// that one fetched whole each time.
	if of, err := c.site.Address(d.Canonical()); err == nil && e.Kind == sites.Article && of.Kind == sites.Article && of.Page != e.Page && e.Checks < recrawl.FirstLooks {
		r.canonical = c.next(e, of, capture.Fresh)
	}
}

// takeListing reads a list, feed or sitemap for articles and further listings. address
// is where it came from, redirects followed.
func (c *crawl) takeListing(e capture.Entry, address string, a answer, r *result) {
	body := a.visit.Body
	if err := r.reading.take(listing.Weight(body)); err != nil {
		r.aborted = true
		return
	}
	isPage := a.page != nil && (e.Kind == sites.List || bytes.Contains(bytes.ToLower(body[:min(len(body), 1024)]), []byte("<html")))
	var l listing.Listing
	var err error
	if !isPage || e.Kind != sites.List { // a page may show a sitemap, as a browser shows it
		base, _ := url.Parse(address)
		l, err = listing.Parse(body, a.visit.Header.Get("Content-Type"), base)
	}
	if isPage && len(l.Articles)+len(l.Sitemaps) == 0 {
		links := a.page.links()
		r.found = c.articleLinks(links)
		c.turnPage(e, links, r)
		return
	}
	if err != nil {
		r.gap = "unreadable"
		c.log.Warn("listing unreadable", "site", c.site.Name, "url", e.URL, "err", err)
	}
	for _, found := range l.Articles {
		if a, err := c.site.Address(found.URL); err == nil && a.Kind == sites.Article {
			r.found = append(r.found, found)
		}
	}
	if e.Hops >= maxHops {
		return
	}
	recent := listing.Recent(l.Sitemaps, time.Now())
	follow := func(child listing.Item, class capture.Class) {
		if a, err := c.site.Address(child.URL); err == nil && a.Kind != sites.Foreign && a.Kind != sites.Article {
			a.Kind = sites.SitemapPage
			n := c.next(e, a, class)
			n.Hops = e.Hops + 1
			if class == capture.Backlog {
				n.Since, n.Until = e.Since, e.Until
			}
			r.follow = append(r.follow, n)
		}
	}
	if e.Class != capture.Backlog {
		for _, child := range recent {
			follow(child, capture.Listing)
		}
	}
	if e.Since.IsZero() {
		return
	}
	d := daysOf(e)
	for _, child := range l.Sitemaps {
		if from, to := child.Months(); d.meet(from, to) {
			follow(child, capture.Backlog)
		}
	}
}

// turnPage names the next page of a section list.
func (c *crawl) turnPage(e capture.Entry, links []string, r *result) {
	pages := maxListPages
	if !e.Since.IsZero() {
		pages = maxBackfillPages
	}
	first := firstPage(e)
	u, err := url.Parse(first)
	if err != nil || e.Hops+1 >= pages || !c.sections[pageOf(c.site, first)] {
		return
	}
	address := ""
	if c.site.ListPage == nil {
		address = pagerLink(u, links, e.Hops+2)
	} else {
		address = c.site.ListPage(u.Path, e.Hops+2)
	}
	nextURL, err := url.Parse(address)
	if err != nil || nextURL.Path == "" {
		return
	}
	nextURL.Host = u.Host // the list may be on another host of the newspaper
	a, err := c.site.Address(nextURL.String())
	if err != nil || a.Kind == sites.Foreign || a.Page == e.Page {
		return
	}
	a.Kind = sites.List
	class := capture.Listing
	if !e.Since.IsZero() {
		class = capture.Backlog
	}
	n := c.next(e, a, class)
	n.ListedBy, n.Hops = first, e.Hops+1
	n.Since, n.Until = e.Since, e.Until
	r.nextPage = &n
}

// takeRedirect puts the target of a redirect to another page of the newspaper
// into the frontier: it is a fetch of its own.
func (c *crawl) takeRedirect(e capture.Entry, v outcome, r *result) {
	to := v.target
	sameKind := to.Kind == e.Kind || isListing(to.Kind) && isListing(e.Kind)
	switch {
	case e.Hops >= maxHops:
		r.gap = "too many redirects"
		return
	case !sameKind && e.Class != capture.Seed:
		r.gap = "moved to a " + string(to.Kind) + " page"
		return
	}
	class := capture.Fresh
	if isListing(e.Kind) {
		class = capture.Listing
	}
	n := c.next(e, to, class)
	n.Hops = e.Hops + 1
	r.follow = append(r.follow, n)
	if v.permanent && e.Kind == sites.Article && to.Kind == sites.Article {
		r.moved = to
	}
}

// next is a frontier entry that this one leads to.
func (c *crawl) next(from capture.Entry, to sites.Address, class capture.Class) capture.Entry {
	if from.Class == capture.Seed {
		class = capture.Seed // whoever named the one wants the other
	}
	return capture.Entry{
		Page: to.Page, URL: to.URL, Kind: to.Kind, Class: class,
		Due: c.started, Listed: time.Now(), ListedBy: from.URL, Published: from.Published,
	}
}

func (c *crawl) articleLinks(links []string) []listing.Item {
	var found []listing.Item
	for _, link := range links {
		if a, err := c.site.Address(link); err == nil && a.Kind == sites.Article {
			found = append(found, listing.Item{URL: a.URL})
		}
	}
	return found
}

// schedule writes into the entry what became of it and when it is due again.
func (c *crawl) schedule(r *result, gap string, v outcome) {
	now := time.Now()
	e := &r.entry
	r.gap = gap
	r.live = v.state == capture.Live
	r.failed = v.state == capture.Broken || v.state == capture.Blocked
	if isListing(e.Kind) {
		// Sources come round with every run, what they lead to with them.
		e.Class, e.Due = capture.Listing, time.Time{}
		if r.live {
			e.Tries = 0
		} else if e.Tries++; v.retry {
			e.Due = recrawl.AfterFailure(e.Tries, now)
		}
		if e.Due.IsZero() {
			e.Since, e.Until = time.Time{}, time.Time{} // the backfill is through with it
		}
		return
	}
	switch v.state {
	case capture.Live:
		e.Class, e.Tries = capture.Again, 0
		e.Checks++
		e.Due = time.Time{} // an article's next look is planned by the run
	case capture.Gone, capture.Moved:
		e.Class = capture.Again
		if v.state == capture.Gone && e.Gap != "gone" {
			e.Tries = 0 // what failed before was something else
		}
		e.Tries++
		e.Due = recrawl.AfterGone(e.Tries, now)
		e.ETag, e.LastModified = "", ""
	default:
		// The class stays: what was never seen is still wanted first.
		e.Tries++
		e.Due = recrawl.AfterFailure(e.Tries, now)
		e.ETag, e.LastModified = "", ""
	}
}

// requestHeader is what every request says of us. Never a browser's: a newspaper is to
// know whom it talks to.
func requestHeader(o Options) http.Header {
	h := http.Header{}
	h.Set("User-Agent", userAgent(o))
	h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	h.Set("Accept-Language", "vi,en;q=0.5")
	return h
}

func userAgent(o Options) string {
	version := o.Version
	if version == "" {
		version = "dev"
	}
	if o.Contact == "" {
		return "baoluu/" + version
	}
	return "baoluu/" + version + " (+" + o.Contact + ")"
}
