package crawler

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner/assets"
	"baoluu/crawler/recrawl"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

// accepts are what is asked for, by what the page wants the asset for. Of the ways to send one
// picture, those are named that most programs can show.
var accepts = map[assets.Kind]string{
	assets.Image: "image/webp,image/*;q=0.9,*/*;q=0.5",
	assets.Style: "text/css,*/*;q=0.1",
	assets.Font:  "font/woff2,font/woff;q=0.9,*/*;q=0.5",
}

// followAsset asks for an asset, and for where it redirects to: whatever comes in the end is
// the asset, so all that comes is kept under its page.
func (c *crawl) followAsset(e capture.Entry, r *result) {
	header := c.header.Clone()
	header.Set("Accept", accepts[assets.Kind(e.As)])
	conditional(header, e)
	address := e.URL
	seen := map[string]bool{address: true}
	for hop := 0; ; hop++ {
		u, h, gap := c.target(sites.Asset, address)
		if gap != "" {
			c.settle(r, outcome{state: capture.Broken, gap: gap})
			return
		}
		if !c.mayAsk(h, u, r) {
			if r.gap == "robots" {
				c.settle(r, outcome{state: capture.Broken, gap: r.gap})
			}
			return
		}
		a := c.ask(h, u, e, header, r)
		if a.err != nil {
			c.postpone(h, r, a.err)
			return
		}
		r.asked = true
		v, x := a.outcome, a.visit
		k := c.captured(e, address, x, v)
		if v.state == capture.Moved && v.gap == "" {
			switch address = v.target.URL; {
			case seen[address]:
				v.gap = "redirect loop"
			case hop == maxHops:
				v.gap = "too many redirects"
			default:
				seen[address] = true
				r.kept = append(r.kept, k)
				unconditional(header)
				continue
			}
		}
		c.readAsset(e, k, x, v, r)
		return
	}
}

// readAsset books the last answer for an asset. A style sheet is read for what it names.
func (c *crawl) readAsset(e capture.Entry, k capture.Kept, x *visit, v outcome, r *result) {
	if x.Status == http.StatusNotModified && k.Kind != capture.Revisit {
		v = outcome{state: capture.Broken, gap: "status 304 unasked"}
		k.State = v.state
	}
	if v.state == capture.Live && k.Kind == capture.Response {
		r.entry.ETag = validator(x.Header.Get("ETag"))
		r.entry.LastModified = validator(x.Header.Get("Last-Modified"))
		if e.As == string(assets.Style) && len(k.Body) <= maxSheet {
			c.need(assets.OfSheet(k.Body, k.URL), &k, e.Hops+1, r)
		}
	}
	if x.Status != 0 {
		r.kept = append(r.kept, k)
	}
	r.entry.Fetched = k.Time
	c.settle(r, v)
}

// settle writes into an asset's entry what became of it. It is due again only where it failed:
// else when a page names it again.
func (c *crawl) settle(r *result, v outcome) {
	e := &r.entry
	r.gap, r.live, r.failed = v.gap, v.state == capture.Live, v.retry
	e.Class, e.Due = capture.Asset, time.Time{}
	if r.live {
		e.Tries = 0
		return
	}
	if v.state != capture.Moved {
		e.ETag, e.LastModified = "", ""
	}
	if e.Tries++; v.passes() && e.Tries < maxAssetTries {
		e.Due = recrawl.AfterFailure(e.Tries, time.Now())
	}
}

// passes reports whether an asset that did not come may come another day: where the server
// failed, refused us, or sent something else in its place.
func (v outcome) passes() bool {
	return v.retry || v.state == capture.Blocked || strings.HasPrefix(v.gap, "not a ") || v.state == capture.Broken && strings.HasPrefix(v.gap, "status 5")
}

// visit asks for one address, once.
func (c *crawl) visit(ctx context.Context, reads *reading, kind sites.Kind, u *url.URL, header http.Header) (*visit, *page) {
	if kind != sites.Asset {
		return c.collector.visit(ctx, reads, kind, u.String(), header)
	}
	req := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	return &visit{Exchange: *c.assetClient.Do(req)}, nil
}

// judge says what an answer means.
func (c *crawl) judge(u *url.URL, e capture.Entry, x *visit) outcome {
	if e.Kind != sites.Asset || x.Err != nil {
		return classify(c.site, u, e.Kind, x)
	}
	switch code := x.Status; {
	case code >= 300 && code < 400 && code != http.StatusNotModified:
		return c.judgeRedirect(u, x)
	case code == http.StatusOK || code == http.StatusNonAuthoritativeInfo:
		// What the bytes are says more than what the server calls them: a missing picture is
		// often a page that says so.
		if _, is, ok := assets.Sniff(x.Body); ok && is == assets.Kind(e.As) {
			return outcome{state: capture.Live}
		}
		if v := classify(c.site, u, e.Kind, x); v.gap != "" {
			return v
		}
		return outcome{state: capture.Broken, gap: notA[assets.Kind(e.As)]}
	}
	return classify(c.site, u, e.Kind, x)
}

// judgeRedirect says what a redirect of an asset means.
func (c *crawl) judgeRedirect(asked *url.URL, x *visit) outcome {
	location := x.Header.Get("Location")
	to, err := asked.Parse(location)
	if location == "" || err != nil {
		return outcome{state: capture.Broken, gap: "redirect to nowhere"}
	}
	to.Fragment, to.RawFragment = "", ""
	v := outcome{state: capture.Moved, target: sites.Address{URL: to.String(), Page: sites.AssetPage(to.String()), Kind: sites.Asset}}
	switch {
	case transport.GuardURL(to) != nil:
		v.gap = "local address"
	case !c.site.ServesAssets(to.Hostname()) || to.Port() != "":
		v.gap = "moved away"
	case c.site.Owns(to.Hostname()) && isFront(c.site, to):
		return outcome{state: capture.Gone, gap: "gone", target: v.target}
	}
	return v
}
