package crawler_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// A backfill brings in what lies farther back than a run's own sources reach, and
// no more than it was asked for; broken off, it goes on with the next run, unasked.
func TestBackfill(t *testing.T) {
	urlset := func(addresses ...string) sampleweb.Fault {
		body := `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
		for _, a := range addresses {
			body += "<url><loc>" + a + "</loc><lastmod>2019-03-20T10:00:00+07:00</lastmod></url>"
		}
		return answer(200, "text/xml", body+"</urlset>")
	}
	for name, tt := range map[string]struct {
		index, inside, before string // sitemaps: of the index, of the month asked for, of another
		wanted, other         string // articles
	}{
		"dantri": {
			"dantri.com.vn/sitemaps/articles.xml", "https://dantri.com.vn/sitemaps/Article-2019-3.xml", "https://dantri.com.vn/sitemaps/Article-2019-1.xml",
			"https://dantri.com.vn/xa-hoi/bai-cu-20190320100000123.htm", "https://dantri.com.vn/xa-hoi/bai-cu-20190120100000123.htm",
		},
		"vov": {
			"", "https://vov.vn/sitemaps/2019/3/article.xml", "https://vov.vn/sitemaps/2019/1/article.xml",
			"https://vov.vn/xa-hoi/bai-cu-post900001.vov", "https://vov.vn/xa-hoi/bai-cu-post900002.vov",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, name)
				if tt.index != "" {
					web.Fault(tt.index, answer(200, "text/xml", `<sitemapindex><sitemap><loc>https://dantri.com.vn/sitemaps/Article-2026-11.xml</loc></sitemap><sitemap><loc>`+tt.inside+`</loc></sitemap><sitemap><loc>`+tt.before+`</loc></sitemap></sitemapindex>`))
				}
				web.Fault(pattern(tt.inside), urlset(tt.wanted))
				web.Fault(pattern(tt.before), urlset(tt.other))
				page := answer(200, "text/html; charset=utf-8", `<article><h1>Bài cũ</h1><p>Nội dung của một bài báo cũ.</p></article>`)
				web.Fault(pattern(tt.wanted), page)
				web.Fault(pattern(tt.other), page)
				o := crawler.Options{
					Transport: web.RoundTripper(), Pace: time.Second,
					Since: time.Date(2019, 3, 1, 0, 0, 0, 0, sites.Zone), Until: time.Date(2019, 3, 31, 0, 0, 0, 0, sites.Zone),
				}
				run := capture.Run{}
				for n := 0; run.End != "done"; n++ {
					if n > 0 { // broken off after every few requests
						o.Since, o.Until = time.Time{}, time.Time{}
					}
					o.MaxTime = 40 * time.Second
					if run = crawl(t, store, site, o); n > 100 {
						t.Fatalf("no end: %+v", run)
					}
				}
				if len(store.of(tt.wanted)) != 1 || len(store.of(tt.other)) != 0 || len(store.of(tt.before)) != 0 {
					t.Errorf("%d captures of what was asked for, %d of what was not", len(store.of(tt.wanted)), len(store.of(tt.other)))
				}
				for _, e := range store.entries {
					if e.Class == capture.Backlog && !e.Due.IsZero() || !e.Since.IsZero() {
						t.Errorf("left over: %+v", e)
					}
				}
			})
		})
	}
}

// While a backfill goes on, what is published meanwhile is fetched within two
// rounds.
func TestNewsComesBeforeTheBacklog(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		if err := web.Grow("dantri", 400); err != nil {
			t.Fatal(err)
		}
		published := ""
		web.FaultFunc(func(*http.Request) sampleweb.Fault {
			if published == "" && time.Since(began) > 20*time.Minute {
				var err error
				if published, err = web.Publish("dantri"); err != nil {
					t.Error(err)
				}
			}
			return nil
		})
		o := crawler.Options{Transport: web.RoundTripper(), Pace: 12 * time.Second, Since: time.Date(2026, 1, 1, 0, 0, 0, 0, sites.Zone)}
		run := crawl(t, store, site, o)
		ks := store.of(published)
		if len(ks) == 0 || ks[0].Time.Sub(began) > 20*time.Minute+2*15*time.Minute || run.Ended.Sub(began) < time.Hour {
			t.Errorf("%d captures of %s, the run ended after %v", len(ks), published, run.Ended.Sub(began))
		}
	})
}

// A source that brings nothing is left alone for longer and longer, but for the
// front page and the news sitemap.
func TestSourcesHaveTheirRhythm(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		o := crawler.Options{Transport: web.RoundTripper()}
		asked := map[string]int{}
		for range 96 { // a day, every quarter of an hour
			web.Reset()
			crawl(t, store, site, o)
			for _, h := range web.Log() {
				asked[h.Path]++
			}
			time.Sleep(15 * time.Minute)
		}
		if asked["/"] != 96 || asked["/google-news-sitemap.xml"] != 96 {
			t.Errorf("front page %d, news sitemap %d times", asked["/"], asked["/google-news-sitemap.xml"])
		}
		if n := asked["/xa-hoi.htm"]; n < 5 || n > 20 {
			t.Errorf("a list that does not change: %d times", n)
		}
	})
}

// What a sitemap says has changed is looked at before its time.
func TestLastmodBringsALookForward(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		o := crawler.Options{Transport: web.RoundTripper(), Revisits: 100}
		crawl(t, store, site, o)
		for range 5 {
			time.Sleep(time.Hour)
			crawl(t, store, site, o)
		}
		time.Sleep(30 * time.Hour)
		target := web.Articles("dantri")[1]
		body := `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>` + target + `</loc><lastmod>` +
			time.Now().Add(-time.Minute).Format(time.RFC3339) + `</lastmod></url></urlset>`
		index := slices.IndexFunc(site.Sources, func(s sites.Source) bool { return s.Kind == sites.Sitemap })
		_, path, _ := strings.Cut(site.Sources[index].At(time.Now()), "://")
		web.Fault(path, answer(200, "text/xml", body))
		now := time.Now()
		run := crawl(t, store, site, o)
		a, err := site.Address(target)
		if err != nil {
			t.Fatal(err)
		}
		if e := store.entries[a.Page]; e.Touched.Before(now.Add(-2*time.Minute)) || e.Fetched.Before(now) {
			t.Errorf("not looked at: %+v, %+v", e, run)
		}
	})
}

// A backfill finds every article of its days that a source leads to, and asks for
// almost none outside, whatever there is to tell their days by; broken off after
// every so often, it does the same.
func TestBackfillFindsAllAndLittleElse(t *testing.T) {
	const articles, apart = 700, 13 * time.Hour // back over more than a year
	noSitemaps := func(web *sampleweb.Web) {
		web.Fault("*.xml", sampleweb.Status(404))
		web.Fault("*/robots.txt", sampleweb.Status(404))
	}
	for _, tt := range []struct {
		name, site string
		hide     func(*sampleweb.Web)
		lists      bool // lists alone lead back
		outside    float64
	}{
		{"by everything", "baonghean", nil, false, 0.05},
		{"by everything", "baotintuc", nil, false, 0.05},
		{"by everything", "dantri", nil, false, 0.05},
		{"by everything", "thanhniennews", nil, false, 0.05},
		{"by everything", "vov", nil, false, 0.05},
		{"by lists with days", "dantri", noSitemaps, true, 0.05},
		{"by lists with numbers", "vov", noSitemaps, true, 0.1},
		{"by lists whose paging they show", "thanhniennews", noSitemaps, true, 0.1},
	} {
		for i, window := range [][2]string{{"2026-03-10", "2026-05-20"}, {"2026-08-01", ""}, {"2026-06-15", "2026-06-16"}} {
			if tt.site == "thanhniennews" {
				window = [...][2]string{{"2015-08-10", "2015-10-20"}, {"2016-01-01", ""}, {"2015-11-15", "2015-11-16"}}[i]
			}
			t.Run(tt.name+"/"+tt.site+"/"+window[0], func(t *testing.T) {
				t.Parallel()
				inTime(t, func(t *testing.T) {
					web, site := sampleweb.New(), siteOf(t, tt.site)
					if err := errors.Join(web.Spread(tt.site, apart), web.Grow(tt.site, articles)); err != nil {
						t.Fatal(err)
					}
					if tt.hide != nil {
						tt.hide(web)
					}
					o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
					crawl(t, newMemory(), site, o) // what is found without a backfill
					news := map[string]bool{}
					for _, h := range web.Log() {
						news[h.URL()] = true
					}
					web.Reset()
					if tt.hide != nil {
						tt.hide(web)
					}
					o.Since, o.Until = dayAt(t, window[0]), dayAt(t, window[1])
					store, breaks := newMemory(), 0
					for run := (capture.Run{}); run.End != "done"; breaks++ {
						o.MaxTime = 7 * time.Minute
						run = crawl(t, store, site, o)
						o.Since, o.Until = time.Time{}, time.Time{} // it goes on unasked
						if breaks > 100 {
							t.Fatalf("no end: %+v", run)
						}
					}
					got := map[string]int{}
					for _, h := range web.Log() {
						got[h.URL()]++
					}
					from, to := dayAt(t, window[0]), dayAt(t, window[1]).AddDate(0, 0, 1)
					wanted, strays := 0, 0
					for _, address := range web.Articles(tt.site) {
						truth, _ := web.TruthAt(address)
						in := !truth.Published.Before(from) && (window[1] == "" || truth.Published.Before(to))
						switch {
						case news[address]:
						case in && got[address] == 0 && (!tt.lists || onList(site, address)):
							t.Errorf("missed: %s, published %v", address, truth.Published)
						case in:
							wanted++
						case got[address] > 0:
							strays++
						}
						if got[address] > 1+breaks {
							t.Errorf("%s was asked for %d times", address, got[address])
						}
					}
					t.Logf("%d wanted, %d outside, %d requests, %d runs", wanted, strays, len(web.Log()), breaks)
					if float64(strays) > 12+tt.outside*float64(wanted) {
						t.Errorf("%d outside, for %d inside", strays, wanted)
					}
					for _, e := range store.entries {
						if e.Class == capture.Backlog && !e.Due.IsZero() || !e.Since.IsZero() {
							t.Errorf("left over: %+v", e)
						}
					}
				})
			})
		}
	}
}

func dayAt(t *testing.T, day string) time.Time {
	t.Helper()
	if day == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, day, sites.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// onList tells whether an article is of a section whose list is a source.
func onList(site *sites.Site, address string) bool {
	return slices.ContainsFunc(site.Sources, func(s sites.Source) bool {
		list := strings.TrimRight(strings.TrimSuffix(s.URL, ".htm"), "/")
		return s.Kind == sites.SectionList && strings.HasPrefix(address, list+"/")
	})
}
