package crawler

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/crawler/listing"
	"baoluu/crawler/recrawl"
	"baoluu/sites"
)

// readAnswer reads the last answer for an entry: what is in it, and what comes next.
func (c *crawl) readAnswer(e capture.Entry, k capture.Kept, a answer, v outcome, r *result) {
	x := a.visit
	r.asked = true
	if x.Status == http.StatusNotModified && k.Kind != capture.Revisit {
		v = outcome{state: capture.Broken, gap: "status 304 unasked"}
		k.State = v.state
	}
	r.listing = isListing(e.Kind)
	if x.Err != nil && x.Status == http.StatusOK && r.listing && len(x.Body) > 0 {
		c.readListing(e, k.URL, a, r) // what came before it broke off
	}
	if v.state == capture.Live && k.Kind == capture.Response {
		if r.listing {
			byRobots := len(r.follow) // what its host's robots.txt led to
			c.readListing(e, k.URL, a, r)
			if e.Hops == 0 {
				names := len(r.found)+len(r.follow) > byRobots
				r.lists = &names
			}
		} else {
			c.readPage(e, &k, a, r)
			if k.State != capture.Live {
				v = outcome{state: k.State, gap: r.gap}
			}
		}
	}
	if v.state == capture.Live && k.Kind == capture.Response {
		c.readNeeds(e, &k, a.page, r)
	}
	if x.Status != 0 {
		r.kept = append(r.kept, k)
	}
	if v.state == capture.Moved && v.gap == "" {
		c.readRedirect(e, v, r)
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

// validator is an ETag or a Last-Modified as the next request for the page may send it back;
// "" for one that is longer than a server may accept again.
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

// readPage cleans a page. What its links lead to is left to the lists: related
// boxes lead back through all the years, and a run would never end.
func (c *crawl) readPage(e capture.Entry, k *capture.Kept, a answer, r *result) {
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
	// that one fetched in full each time.
	if of, err := c.site.Address(d.Canonical()); err == nil && e.Kind == sites.Article && of.Kind == sites.Article && of.Page != e.Page && e.Checks < recrawl.FirstLooks {
		r.canonical = c.next(e, of, capture.Fresh)
	}
}

// readListing reads a list, feed or sitemap for articles and further listings. address
// is where it came from, redirects followed.
func (c *crawl) readListing(e capture.Entry, address string, a answer, r *result) {
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
		c.nextListPage(e, links, r)
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

// nextListPage names the next page of a section list.
func (c *crawl) nextListPage(e capture.Entry, links []string, r *result) {
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
	if c.site.ListPages == nil {
		address = pagerLink(u, links, e.Hops+2)
	} else {
		address = c.site.ListPage(u, e.Hops+2)
	}
	a, err := c.site.Address(address)
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

// readRedirect puts the target of a redirect to another page of the newspaper
// into the frontier: it is a fetch of its own.
func (c *crawl) readRedirect(e capture.Entry, v outcome, r *result) {
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
