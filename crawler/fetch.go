package crawler

import (
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
	// needs are the assets that the page needs and the run takes; tooMany: it may need more.
	needs   []capture.Entry
	tooMany bool

	gap     string // why there is no page, "" where there is
	shut    string // why the robots.txt that it waited for cannot be had
	live    bool   // an answer with a complete page, or a 304
	failed  bool   // refused, or nothing complete came
	listing bool   // the entry lists articles
	lists   *bool  // whether a source that was read to its end names any articles
	asked   bool   // a request was made for it
	aborted bool   // the run ended first: the entry stays as it was
	// unanswered: a request was under way then, and had no answer.
	unanswered bool

	requests int
	bytes    int64
	received int64 // bytes as sent
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
	if e.Kind == sites.Asset {
		c.followAsset(e, &r)
	} else {
		c.follow(e, &r)
	}
	return r
}

// follow asks for an entry's address, and for where it redirects to as long as
// that is the same page.
func (c *crawl) follow(e capture.Entry, r *result) {
	header := c.header.Clone()
	// A listing that a backfill goes through is wanted in full, known or not.
	if e.Since.IsZero() && !c.o.Assets.unread(e) {
		conditional(header, e)
	}
	address := e.URL
	seen := map[string]bool{address: true}
	for hop := 0; ; hop++ {
		r.reading.Leave() // before anything is waited for
		u, h, gap := c.target(e.Kind, address)
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
		k := c.captured(e, address, a.visit, v)
		same := v.state == capture.Moved && v.gap == "" && v.target.Page == e.Page
		if same && !seen[v.target.URL] && hop < maxHops {
			r.kept = append(r.kept, k)
			if v.permanent {
				r.entry.URL = v.target.URL
			}
			address = v.target.URL
			seen[address] = true
			unconditional(header)
			continue
		}
		switch {
		case same && seen[v.target.URL]:
			v.gap = "redirect loop"
		case same:
			v.gap = "too many redirects"
		}
		c.readAnswer(e, k, a, v, r)
		return
	}
}

// conditional asks for what is new since the newest capture alone.
func conditional(header http.Header, e capture.Entry) {
	if e.Capture == 0 {
		return
	}
	if e.ETag != "" {
		header.Set("If-None-Match", e.ETag)
	}
	if e.LastModified != "" {
		header.Set("If-Modified-Since", e.LastModified)
	}
}

// unconditional takes the tags out, which were given for another address.
func unconditional(header http.Header) {
	header.Del("If-None-Match")
	header.Del("If-Modified-Since")
}

// target is what an address leads to, or why it may not be asked for.
func (c *crawl) target(kind sites.Kind, address string) (*url.URL, *politeness.Host, string) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, "bad address"
	}
	if transport.GuardURL(u) != nil {
		return nil, nil, "local address"
	}
	serves := c.site.Owns
	if kind == sites.Asset {
		serves = c.site.ServesAssets
	}
	if !serves(u.Hostname()) || u.Port() != "" {
		return nil, nil, notOursGap
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
		if r.entry.Kind != sites.Asset { // that keeps its place
			r.entry.Due = latest(c.started, time.Now()).Add(time.Millisecond)
		}
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

// notOursGap is of addresses on hosts that are never asked.
const notOursGap = "not the newspaper's host"

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
	if r.entry.Kind == sites.Asset {
		return // it keeps its place
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
		x, p := c.visit(ctx, r.reading, e.Kind, u, header.Clone())
		cancel()
		took := x.At.Sub(began)
		if x.Status == 0 && gapOf(x.Err) != "timeout" {
			took = -1 // what breaks off at once says nothing of the host's pace
		}
		leave(x.At, took)
		v := c.judge(u, e, x)
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
			case x.Status == http.StatusTooManyRequests:
				c.refused(h, e.Kind, x.At) // we waited as long as it said, or longer each time
			}
			r.gap = ""
			return answer{visit: x, page: p, outcome: v}
		}
		if x.Status != 0 {
			r.kept = append(r.kept, c.captured(e, u.String(), x, v))
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
	r.received += x.Received
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
		if !shut {
			c.refused(h, kind, x.At)
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

// refused notes that a host refuses us. The run ends where that is the newspaper, and it does
// so for its pages: what has a picture on another host, or shut away, can still be read.
func (c *crawl) refused(h *politeness.Host, kind sites.Kind, at time.Time) {
	own := c.site.Owns(h.Name)
	if own && kind == sites.Asset {
		return
	}
	if h.Refused(at) && own {
		c.halt(ErrBlocked)
	}
}

// captured is the capture that one answer makes.
func (c *crawl) captured(e capture.Entry, address string, x *visit, v outcome) capture.Kept {
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
