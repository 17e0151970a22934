package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"

	"baoluu/crawler/listing"
	"baoluu/sites"
)

// collector is a newspaper's Colly collector, fenced: what to ask for, when and
// how often is ours to decide; Colly makes the request, parses the page once,
// and finds its links.
type collector struct{ colly *colly.Collector }

func newCollector(site *sites.Site, rt http.RoundTripper, userAgent string) *collector {
	c := colly.NewCollector()
	// NewCollector reads COLLY_* from the environment, so every setting that
	// matters is set after it.
	c.UserAgent = userAgent
	c.AllowedDomains = site.Hosts
	c.AllowURLRevisit = true        // its seen mark is two steps: ours is the frontier
	c.IgnoreRobotsTxt = true        // it takes a 503 for a permission: robots.go asks
	c.ParseHTTPErrorResponse = true // every answer is a capture
	c.MaxBodySize = 0               // it bounds what is sent and not what that unfolds to
	c.CacheDir = ""
	c.MaxDepth, c.MaxRequests = 0, 0
	c.DisallowedDomains, c.DisallowedURLFilters, c.URLFilters = nil, nil, nil
	c.Async, c.DetectCharset, c.CheckHead, c.TraceHTTP = false, false, false, false
	c.SetClient(&http.Client{ // without cookies: every visit is a first one
		Transport: rt,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // each hop is a capture of its own
		},
	})
	return &collector{colly: c}
}

// page is what Colly made of an HTML answer.
type page struct {
	root *html.Node
	// links finds the page's links: absolute, each once, in order. Only lists are
	// asked for them: resolving those of an article took a tenth of its time.
	links func() []string
}

// errNotSent is for an address that Colly refused: it reads addresses more
// strictly than net/url does.
var errNotSent = errors.New("not sent")

// maxLinks bounds the links that are looked at in one page; real front pages have a
// thousand.
const maxLinks = 20_000

// visit asks for one address, once. The visit says what came; page is nil
// where that was no HTML page, and what came of one that broke off. Nothing but a
// robots.txt, to which one of the newspaper's redirects, is asked of another's host.
func (c *collector) visit(ctx context.Context, reads *reading, kind sites.Kind, address string, header http.Header) (*visit, *page) {
	x := &visit{reading: reads}
	var p *page
	// A clone shares the client and all settings; its context and callbacks are
	// this request's own.
	one := c.colly.Clone()
	one.Context = context.WithValue(ctx, visitKey{}, x)
	if kind == sites.Robots {
		one.AllowedDomains = nil
	}
	// Every page has a head, and of what is asked for Colly takes the text together.
	one.OnHTML("head", func(e *colly.HTMLElement) {
		if p != nil || x.Status != http.StatusOK || len(x.Body) == 0 {
			return
		}
		root := rootOf(e.DOM)
		p = &page{root: root, links: func() []string { return linksOf(e.Request, root) }}
	})
	err := one.Request(http.MethodGet, address, nil, nil, header)
	if x.At.IsZero() {
		x.At, x.Err = time.Now(), fmt.Errorf("%w: %w", errNotSent, err)
	}
	return x, p
}

func rootOf(s *goquery.Selection) *html.Node {
	n := s.Nodes[0]
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

func linksOf(asked *colly.Request, root *html.Node) []string {
	var links []string
	seen := make(map[string]bool)
	if len(asked.AbsoluteURL(".")) > listing.MaxBase {
		asked = &colly.Request{URL: asked.URL} // without the page's base, which each link would cost its length
	}
	goquery.NewDocumentFromNode(root).Find("a[href], area[href]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		href, _ := s.Attr("href")
		href, _, _ = strings.Cut(strings.TrimSpace(href), "#")
		if href == "" || len(href) > listing.MaxAddress || hasOtherScheme(href) || seen[href] {
			return true
		}
		seen[href] = true
		if link := asked.AbsoluteURL(href); link != "" {
			links = append(links, link)
		}
		return len(seen) < maxLinks
	})
	return links
}

// hasOtherScheme spares the parser what can be no page: javascript:, mailto:,
// tel:, data:.
func hasOtherScheme(href string) bool {
	scheme, _, ok := strings.Cut(href, ":")
	return ok && !strings.ContainsAny(scheme, "/?#.") && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https")
}
