package crawler_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

// paced fails where a host was asked before the pace was over. Hits are logged
// when a request comes in; took is how long each answer takes at least.
func paced(t testing.TB, log []sampleweb.Hit, pace time.Duration) {
	t.Helper()
	last := map[string]sampleweb.Hit{}
	for _, h := range log {
		if before, ok := last[h.Host]; ok && h.Time.Sub(before.Time) < pace {
			t.Errorf("%s %v after %s", h.URL(), h.Time.Sub(before.Time), before.URL())
		}
		last[h.Host] = h
	}
}

func robotsHits(log []sampleweb.Hit) int {
	n := 0
	for _, h := range log {
		if h.Path == "/robots.txt" {
			n++
		}
	}
	return n
}

// TestRobotsAreCached: what a robots.txt says holds from run to run, for as long
// as it says itself and within a day.
func TestRobotsAreCached(t *testing.T) {
	for name, tt := range map[string]struct {
		cacheControl   string
		before, beyond time.Duration // when it is not, and when it is asked for again
	}{
		"nothing said": {"", 3*time.Hour + 50*time.Minute, 4*time.Hour + time.Second},
		"two hours":    {"public, max-age=7200", 110 * time.Minute, 121 * time.Minute},
		"a minute":     {"max-age=60", 50 * time.Minute, 61 * time.Minute},
		"a year":       {"max-age=31536000", 23 * time.Hour, 24*time.Hour + time.Second},
		"never":        {"no-store", 50 * time.Minute, 61 * time.Minute},
		"nonsense":     {"max-age=soon", 3*time.Hour + 50*time.Minute, 4*time.Hour + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
				web.Fault("*/robots.txt", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
					if tt.cacheControl != "" {
						rw.Header().Set("Cache-Control", tt.cacheControl)
					}
					answer(200, "text/plain", "User-agent: *\nDisallow: /the-thao/\nCrawl-delay: 3\n")(rw, r, next)
				})
				o := crawler.Options{Transport: web.RoundTripper(), Seeds: web.Articles("dantri")}
				crawl(t, store, site, o)
				fetched := time.Now()
				if n := robotsHits(web.Log()); n != 1 {
					t.Errorf("asked %d times", n)
				}
				time.Sleep(tt.before - time.Since(began)) // the rest is the run's own time
				crawl(t, store, site, o)
				if n := robotsHits(web.Log()); n != 1 {
					t.Errorf("asked %d times until %v after", n, time.Since(fetched))
				}
				time.Sleep(tt.beyond - time.Since(began))
				crawl(t, store, site, o)
				if n := robotsHits(web.Log()); n != 2 {
					t.Errorf("asked %d times until %v after", n, time.Since(fetched))
				}
				paced(t, web.Log(), 3*time.Second) // of the copy too
				for _, h := range web.Log() {
					if strings.HasPrefix(h.Path, "/the-thao/") {
						t.Errorf("%s is not allowed", h.URL())
					}
				}
			})
		})
	}
}

// TestPaceSurvivesAKill: a run that was killed may have stored nothing of its
// last requests.
func TestPaceSurvivesAKill(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		o := crawler.Options{Transport: web.RoundTripper(), Pace: 2 * time.Second, MaxTime: 9 * time.Second}
		for range 3 {
			crawl(t, store, site, o)
			clear(store.hosts) // as if no commit had been made
		}
		paced(t, web.Log(), 2*time.Second)
	})
}

// TestSlowHost: a host that takes its time gets more of it, in the next run too,
// and a quick one is asked at its pace again.
func TestSlowHost(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		const slow = 4 * time.Second
		web.FaultFunc(func(*http.Request) sampleweb.Fault { return sampleweb.Slow(slow) })
		o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
		crawl(t, store, site, o)
		waits := func() (ws []time.Duration) {
			log := web.Log()
			for i := range log[1:] {
				ws = append(ws, log[i+1].Time.Sub(log[i].Time))
			}
			return ws
		}
		ws := waits()
		if !slices.IsSorted(ws) || ws[0] < slow+time.Second || ws[len(ws)-1] < slow+7*time.Second || slices.Max(ws) > slow+8*time.Second {
			t.Errorf("while slow: %v", ws)
		}
		web.Reset()
		time.Sleep(5 * time.Hour)
		crawl(t, store, site, o)
		if ws = waits(); ws[0] < 4*time.Second || ws[len(ws)-1] != time.Second {
			t.Errorf("afterwards: %v", ws)
		}
	})
}

// A host that hangs lengthens its own pace, within bounds.
func TestHangingHost(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, site := sampleweb.New(), siteOf(t, "dantri")
		web.FaultFunc(func(r *http.Request) sampleweb.Fault {
			if r.URL.Path == "/robots.txt" {
				return nil
			}
			return sampleweb.Slow(time.Hour)
		})
		_, err := crawler.Crawl(context.Background(), newMemory(), site, crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
		if !errors.Is(err, crawler.ErrUnreachable) {
			t.Errorf("%v", err)
		}
		log := web.Log()
		for i, h := range log[2:] {
			if wait := h.Time.Sub(log[i+1].Time) - crawler.DefaultTimeout; wait < 10*time.Second || wait > 35*time.Second {
				t.Errorf("%s %v after the last one timed out", h.URL(), wait)
			}
		}
	})
}

// TestRestIsStoredAtOnce: what a host asked for must outlive a kill in the next
// moment.
func TestRestIsStoredAtOnce(t *testing.T) {
	for name, fault := range map[string]sampleweb.Fault{
		"429": sampleweb.RetryAfter(429, "240"), "503": sampleweb.RetryAfter(503, "240"), "500": sampleweb.RetryAfter(500, "240"), "403": sampleweb.RetryAfter(403, "240"),
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
				web.Fault(pattern(web.Articles("dantri")[0]), sampleweb.Times(1, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
					until := time.Now().Add(239 * time.Second)
					time.AfterFunc(500*time.Millisecond, func() {
						hosts, _ := store.Hosts(t.Context(), site.Name)
						var state struct{ Until time.Time }
						if err := json.Unmarshal(hosts["dantri.com.vn"], &state); err != nil || state.Until.Before(until) {
							t.Errorf("half a second later: %s, %v", hosts["dantri.com.vn"], err)
						}
					})
					fault(rw, r, next)
				}))
				crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
				var at time.Time
				for _, h := range web.Log() {
					if h.URL() == web.Articles("dantri")[0] && h.Status != http.StatusOK {
						at = h.Time
					}
				}
				if at.IsZero() {
					t.Fatal("never told")
				}
				for _, h := range web.Log() {
					if h.Time.After(at) && h.Time.Before(at.Add(240*time.Second)) {
						t.Errorf("%s %v after being told to wait", h.URL(), h.Time.Sub(at))
					}
				}
			})
		})
	}
}

// The sitemaps that a robots.txt names are sources too, in the runs in which it is
// not asked for as well; where they bring nothing, that is no failure.
func TestSitemapsOfRobots(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		listed := []string{"https://dantri.com.vn/xa-hoi/bai-rieng-20261121100000123.htm", "https://dantri.com.vn/xa-hoi/bai-rieng-20261122080000123.htm"}
		web.Fault("*/robots.txt", answer(200, "text/plain", "Sitemap: https://dantri.com.vn/rieng.xml\nUser-agent: *\nDisallow: /tim-kiem/\nSITEMAP: /relative.xml\n"+
			"Sitemap: https://example.org/sitemap.xml\nSitemap: http://169.254.169.254/sitemap.xml\nSitemap: https://dantri.com.vn/tim-kiem/sitemap.xml\n"+
			"Sitemap: https://dantri.com.vn/broken.xml\nSitemap: https://dantri.com.vn/sitemaps/articles.xml\n"))
		web.Fault("dantri.com.vn/broken.xml", sampleweb.Status(500))
		n := 0
		web.Fault("dantri.com.vn/rieng.xml", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			n++
			answer(200, "text/xml", "<urlset><url><loc>"+listed[n-1]+"</loc></url></urlset>")(rw, r, next)
		})
		web.Fault("dantri.com.vn/xa-hoi/bai-rieng-*", answer(200, "text/html; charset=utf-8", `<article><h1>Bài riêng</h1><p>Nội dung của bài báo.</p></article>`))
		o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
		for i, address := range listed {
			run := crawl(t, store, site, o)
			if len(store.of(address)) == 0 || run.Failed != 0 {
				t.Errorf("run %d: %+v", i, run)
			}
			time.Sleep(time.Hour)
		}
		if run := crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Seeds: web.Articles("dantri")[:1]}); run.Fetched != 1 || n != 2 {
			t.Errorf("beside what was named, %d looks at the sitemap: %+v", n, run)
		}
		if r := robotsHits(web.Log()); r != 1 {
			t.Errorf("robots.txt was asked for %d times", r)
		}
		for _, h := range web.Log() {
			if h.Host != "dantri.com.vn" || strings.Contains(h.Path, "tim-kiem") {
				t.Errorf("asked for %s", h.URL())
			}
		}
		if hitsOf(web.Log(), "/relative.xml") == 0 {
			t.Error("a sitemap that was named by its path alone was not asked for")
		}
	})
}
