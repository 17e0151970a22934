package crawler_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestNothingIsSilent: whatever keeps a run from reading anything, its end says so, and a
// healthy one is none of those.
func TestNothingIsSilent(t *testing.T) {
	refused := func(status int) sampleweb.Fault { return sampleweb.Status(status) }
	kinds := func(f sampleweb.Fault, want ...sites.Kind) func(*http.Request, sites.Kind) sampleweb.Fault {
		return func(_ *http.Request, kind sites.Kind) sampleweb.Fault {
			for _, k := range want {
				if k == kind {
					return f
				}
			}
			return nil
		}
	}
	articles := []sites.Kind{sites.Article}
	lists := []sites.Kind{sites.List, sites.FeedPage, sites.SitemapPage}
	all := append(append([]sites.Kind{}, articles...), lists...)
	const disallow = "User-agent: *\nDisallow: /\n"
	for _, tt := range []struct {
		name  string
		known bool // a healthy run came first
		wrong func(*http.Request, sites.Kind) sampleweb.Fault
		o     crawler.Options
		want  error
		end   string
	}{
		{"all lists gone", false, kinds(refused(404), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"all lists gone, articles known", true, kinds(refused(404), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"all lists gone, limited", true, kinds(refused(404), lists...), crawler.Options{Limit: 4}, crawler.ErrNoSource, "no source"},
		{"robots.txt forbids all", false, kinds(answer(200, "text/plain", disallow), sites.Robots), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"robots.txt forbids the articles", false, kinds(answer(200, "text/plain", "User-agent: *\nDisallow: /*post\n"), sites.Robots), crawler.Options{}, crawler.ErrNoArticle, "no article"},
		{"pages instead of feeds", false, kinds(answer(200, "text/html", "<html><body><p>Mời bạn đọc xem tin.</p></body></html>"), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"broken XML", false, kinds(answer(200, "text/xml", "<urlset><url><lo"), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"pictures", false, kinds(answer(200, "image/png", "\x89PNG\r\n\x1a\n"), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"empty", false, kinds(answer(200, "text/xml", ""), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"lists lead away", false, kinds(sampleweb.Redirect(302, "https://example.org/"), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"lists lead to an article", false, kinds(sampleweb.Redirect(302, "/xa-hoi/mot-bai-post1290001.vov"), lists...), crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"articles broken", false, kinds(refused(500), articles...), crawler.Options{}, crawler.ErrNoArticle, "no article"},
		{"articles gone before the first look", false, kinds(refused(404), articles...), crawler.Options{}, crawler.ErrNoArticle, "no article"},

		{"403", false, kinds(refused(403), append(all, sites.Robots)...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"403, robots.txt fine", false, kinds(refused(403), all...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"401", false, kinds(refused(401), all...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"429", false, kinds(refused(429), all...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"429, robots.txt too", false, kinds(refused(429), append(all, sites.Robots)...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"429 for an hour", false, kinds(sampleweb.RetryAfter(429, "3600"), all...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"451", false, kinds(refused(451), all...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"challenges", false, kinds(sampleweb.Challenge(), all...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"lists refused, articles known", true, kinds(refused(403), lists...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"sitemaps refused, the other lists gone", false, func(_ *http.Request, kind sites.Kind) sampleweb.Fault {
			switch kind {
			case sites.SitemapPage:
				return refused(403)
			case sites.List, sites.FeedPage:
				return refused(404)
			}
			return nil
		}, crawler.Options{}, crawler.ErrNoSource, "no source"},
		{"articles refused", false, kinds(refused(403), articles...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"articles refused, one of them asked for", false, kinds(refused(403), articles...), crawler.Options{Limit: 1}, crawler.ErrBlocked, "blocked"},
		{"articles refused, two of them asked for", false, kinds(refused(451), articles...), crawler.Options{Limit: 2}, crawler.ErrBlocked, "blocked"},
		{"looks refused", true, kinds(refused(403), articles...), crawler.Options{}, crawler.ErrBlocked, "blocked"},
		{"one address, refused", false, kinds(refused(403), articles...), crawler.Options{Seeds: []string{"first"}}, crawler.ErrBlocked, "blocked"},
		{"one address, forbidden", false, kinds(answer(200, "text/plain", disallow), sites.Robots), crawler.Options{Seeds: []string{"first"}}, crawler.ErrNoArticle, "no article"},
		{"one address, not there", false, kinds(refused(404), articles...), crawler.Options{Seeds: []string{"first"}}, crawler.ErrNoArticle, "no article"},
		{"one address, taken down", true, kinds(refused(404), articles...), crawler.Options{Seeds: []string{"first"}}, nil, "done"},

		{"hangs", false, kinds(sampleweb.Slow(time.Hour), append(all, sites.Robots)...), crawler.Options{}, crawler.ErrUnreachable, "unreachable"},
		{"hangs, robots.txt apart", false, kinds(sampleweb.Slow(time.Hour), all...), crawler.Options{}, crawler.ErrUnreachable, "unreachable"},
		{"hangs for longer than it has", false, kinds(sampleweb.Slow(time.Hour), append(all, sites.Robots)...), crawler.Options{MaxTime: 20 * time.Second}, crawler.ErrUnreachable, "unreachable"},
		{"breaks off", false, kinds(sampleweb.Reset(-1), append(all, sites.Robots)...), crawler.Options{}, crawler.ErrUnreachable, "unreachable"},

		{"all is well", false, kinds(nil), crawler.Options{}, nil, "done"},
		{"nothing new", true, kinds(nil), crawler.Options{}, nil, "done"},
		{"limited", false, kinds(nil), crawler.Options{Limit: 1}, nil, "limit"},
		{"feeds refused, lists open", false, kinds(refused(403), sites.FeedPage, sites.SitemapPage), crawler.Options{}, nil, "done"},
		{"one list of many", false, func(r *http.Request, kind sites.Kind) sampleweb.Fault {
			if r.Host+r.URL.Path == "vov.vn/" || kind == sites.Article || kind == sites.Robots {
				return nil
			}
			return refused(404)
		}, crawler.Options{}, nil, "done"},
		{"one article in three refused", false, func() func(*http.Request, sites.Kind) sampleweb.Fault {
			var n atomic.Int64
			return func(_ *http.Request, kind sites.Kind) sampleweb.Fault {
				if kind == sites.Article && n.Add(1)%3 == 0 {
					return refused(403)
				}
				return nil
			}
		}(), crawler.Options{}, nil, "done"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, "vov")
				o := tt.o
				o.Transport = web.RoundTripper()
				if len(o.Seeds) > 0 {
					o.Seeds = web.Articles("vov")[:1]
				}
				if tt.known {
					crawl(t, store, site, crawler.Options{Transport: o.Transport})
					time.Sleep(24 * time.Hour) // robots.txt, lists and looks are due
				}
				web.FaultFunc(func(r *http.Request) sampleweb.Fault {
					a, err := site.Address("https://" + r.Host + r.URL.Path)
					if err != nil {
						return nil
					}
					f := tt.wrong(r, a.Kind)
					if f == nil {
						return nil
					}
					return whole(f)
				})
				run, err := crawler.Crawl(context.Background(), store, site, o)
				if !errors.Is(err, tt.want) || run.End != tt.end || run.Good() != (tt.want == nil && len(o.Seeds) == 0) {
					t.Errorf("%v, %q, good %v: %+v", err, run.End, run.Good(), run)
				}
				if tt.want == nil || len(o.Seeds) > 0 || run.Failed == 0 && errors.Is(err, crawler.ErrNoArticle) {
					return // what is forbidden or gone is not due for a day
				}
				// It goes on to say so, however little is asked then.
				time.Sleep(16 * time.Minute)
				if again, err := crawler.Crawl(context.Background(), store, site, o); !errors.Is(err, tt.want) {
					t.Errorf("a quarter of an hour later: %v: %+v", err, again)
				}
			})
		})
	}
}

// A single address that is refused for good is no sign that the newspaper refuses us.
func TestOneRefusedAddress(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "vov")
		o := crawler.Options{Transport: web.RoundTripper()}
		web.Fault(pattern(web.Articles("vov")[0]), sampleweb.Status(403))
		if run := crawl(t, store, site, o); run.Failed != 1 {
			t.Errorf("%+v", run)
		}
		for range 8 {
			time.Sleep(3 * time.Hour)
			crawl(t, store, site, o)
		}
	})
}

// TestSuspectedRedesign: pages that fit no known layout are reported by the run that brings
// them, and a few among others are not taken for a redesign.
func TestSuspectedRedesign(t *testing.T) {
	for _, tt := range []struct {
		name string
		each []int // articles published before each run; all of them with a new layout
		want []bool
	}{
		{"at once", []int{20}, []bool{true}},
		{"by and by", []int{2, 2, 2, 1}, []bool{false, false, true, true}},
		{"one only", []int{1}, []bool{false}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, "baotintuc")
				o := crawler.Options{Transport: web.RoundTripper()}
				for range 20 {
					if _, err := web.Publish(site.Name); err != nil {
						t.Fatal(err)
					}
				}
				if run := crawl(t, store, site, o); run.Recent < 20 || run.NoLayout != 0 || run.Redesign != nil {
					t.Fatalf("healthy: %+v", run)
				}
				if err := web.Redesign(site.Name, true); err != nil {
					t.Fatal(err)
				}
				for i, n := range tt.each {
					for range n {
						if _, err := web.Publish(site.Name); err != nil {
							t.Fatal(err)
						}
					}
					time.Sleep(time.Hour)
					run, err := crawler.Crawl(t.Context(), store, site, o)
					if err != nil && !errors.Is(err, crawler.ErrDrift) {
						t.Fatal(err)
					}
					if run.Recent != n || run.NoLayout != n || (run.Redesign != nil) != tt.want[i] {
						t.Errorf("run %d: %d of %d, %+v", i, run.NoLayout, run.Recent, run.Redesign)
					}
					if s := run.Redesign; s != nil && (len(s.Examples) == 0 || s.NoLayout < 5) {
						t.Errorf("run %d: %+v", i, s)
					}
				}
			})
		})
	}
}

// Articles that come out of every sample newspaper fit a known layout.
func TestSampleFitsItsLayouts(t *testing.T) {
	inTime(t, func(t *testing.T) {
		for _, site := range sampled() {
			var run capture.Run
			web := sampleweb.New()
			if run = crawl(t, newMemory(), site, crawler.Options{Transport: web.RoundTripper()}); run.NoLayout > 0 {
				t.Errorf("%s: %+v", site.Name, run)
			}
		}
	})
}
