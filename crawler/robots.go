package crawler

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/listing"
	"baoluu/crawler/politeness"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

// ensureRobots sees to it that a host's robots.txt is known before anything
// else of it is asked for by that scheme. The error is that the run ended first, or the host
// rests.
func (c *crawl) ensureRobots(h *politeness.Host, scheme string, r *result) error {
	unknown, err := h.Learn(c.stop, scheme)
	if err != nil || !unknown {
		return err
	}
	state, err := c.fetchRobots(h, scheme, r)
	if err != nil {
		h.Learned(scheme, nil, 0)
		return err
	}
	h.Learned(scheme, &state, c.o.Pace)
	if len(c.o.Seeds) == 0 {
		r.follow = append(r.follow, robotsSitemaps(h, c.site, scheme, c.started, c.o)...)
	}
	return nil
}

// fetchRobots asks for robots.txt, through up to five redirects and to other hosts too, as
// RFC 9309 section 2.3.1.2 wants it; the address guard holds for each of them. Answers of
// the newspaper's hosts are kept like all others; of another's host only the rules are,
// beside those of the host that led there.
func (c *crawl) fetchRobots(h *politeness.Host, scheme string, r *result) (politeness.Robots, error) {
	asked := politeness.RobotsAddress(scheme, h.Name)
	now := time.Now()
	none := politeness.Robots{Fetched: now, Expires: politeness.RobotsExpiry(now, ""), Status: http.StatusNotFound}
	address, seen := asked, make(map[string]bool)
	for range maxHops + 1 {
		known, u, err := c.robotsAt(address)
		if err != nil {
			return none, nil
		}
		if err := transport.GuardURL(u); err != nil { // there is one, which we cannot have
			r.shut = gapOf(err)
			return politeness.Robots{Why: err.Error()}, nil
		}
		if address = u.String(); seen[address] || known.Kind == sites.Article || address != asked && isFront(c.site, u) {
			// In a circle, or to a page: there is no robots.txt, and pages are asked for by the
			// rules only.
			return none, nil
		}
		seen[address] = true
		at, err := c.host(u.Hostname())
		if err != nil {
			r.shut = "bad host state"
			return politeness.Robots{Why: err.Error()}, nil
		}
		before := len(r.kept)
		e := capture.Entry{Page: known.Page, URL: address, Kind: sites.Robots}
		a := c.ask(at, u, e, c.header, r)
		if a.err != nil {
			r.shut = r.gap
			return politeness.Robots{}, a.err
		}
		x := a.visit
		if x.Status != 0 {
			r.kept = append(r.kept, c.captured(e, address, x, a.outcome))
		}
		if known.Kind == sites.Foreign {
			r.kept = r.kept[:before]
		}
		if a.outcome.state == capture.Moved {
			to, err := u.Parse(x.Header.Get("Location"))
			if err != nil {
				return none, nil
			}
			address = to.String()
			continue
		}
		s := politeness.Robots{Fetched: x.At, Expires: politeness.RobotsExpiry(x.At, x.Header.Get("Cache-Control")), Status: x.Status}
		s.Why = fmt.Sprintf("status %d", s.Status)
		if x.Err != nil {
			s.Status, s.Why = 0, fmt.Sprintf("%.300s", x.Err.Error()) // a part of it may lack what forbids
		}
		if !s.Reachable() {
			s.Refuses = s.Status == http.StatusTooManyRequests || a.outcome.state == capture.Blocked
			r.shut = cmp.Or(a.outcome.gap, s.Why)
		}
		if address != asked {
			s.Address = address
		}
		if s.Status >= 200 && s.Status < 300 && s.Reachable() {
			s.Body = politeness.RobotsText(x.Body)
		}
		return s, nil
	}
	return none, nil
}

// robotsAt understands an address to which a robots.txt redirects. Its query is left as it
// is: what chooses no page may choose rules.
func (c *crawl) robotsAt(address string) (sites.Address, *url.URL, error) {
	known, err := c.site.Address(address)
	if err != nil {
		return known, nil, err
	}
	spelt, err := url.Parse(address)
	if err != nil {
		return known, nil, err
	}
	u, err := url.Parse(known.URL)
	if err != nil {
		return known, nil, err
	}
	u.RawQuery = spelt.RawQuery
	return known, u, nil
}

// robotsSitemaps are those of the newspaper that a robots.txt of the host names besides the
// known sources.
func robotsSitemaps(h *politeness.Host, site *sites.Site, scheme string, now time.Time, o Options) []capture.Entry {
	named, from := h.NamedSitemaps(scheme)
	address := politeness.RobotsAddress(scheme, h.Name)
	base, err := url.Parse(from)
	if err != nil || !site.Owns(base.Hostname()) || base.Port() != "" {
		// On another's host it is the newspaper's all the same.
		base, _ = url.Parse(address)
	}
	known := sourceEntries(site, now, Options{})
	var entries []capture.Entry
	for _, raw := range named {
		a, err := site.Address(listing.Resolve(base, raw))
		if err != nil || a.Kind == sites.Foreign || a.Kind == sites.Article || slices.ContainsFunc(known, func(e capture.Entry) bool { return e.Page == a.Page }) {
			continue
		}
		entries = append(entries, capture.Entry{
			Page: a.Page, URL: a.URL, Kind: sites.SitemapPage, Class: capture.Listing, Due: now, Listed: now,
			ListedBy: address, Since: o.Since, Until: o.Until,
		})
	}
	return entries
}

// namedByRobots reports whether it was a robots.txt that led to a source. One that
// leads to nothing is no failure: nobody looks after them.
func namedByRobots(e capture.Entry) bool { return strings.HasSuffix(e.ListedBy, politeness.RobotsPath) }
