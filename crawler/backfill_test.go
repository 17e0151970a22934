package crawler_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
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
	if testing.Short() {
		t.Skip("long under the race detector, for which other backfills do the same")
	}
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
	if testing.Short() {
		t.Skip("long under the race detector, for which other crawls do the same")
	}
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
		o := crawler.Options{Transport: web.RoundTripper(), Recrawls: 100}
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
// almost none outside, whatever there is to tell their days by; broken off time and
// again, it does the same.
func TestBackfillFindsAllAndLittleElse(t *testing.T) {
	noSitemaps := func(web *sampleweb.Web) {
		web.Fault("*.xml", sampleweb.Status(404))
		web.Fault("*/robots.txt", sampleweb.Status(404))
	}
	year := [][2]string{{"2026-04-10", "2026-05-20"}, {"2026-06-15", "2026-06-16"}, {"2026-08-01", ""}}
	closed := [][2]string{{"2015-09-10", "2015-10-20"}, {"2015-11-15", "2015-11-16"}, {"2016-02-01", ""}}
	for i, tt := range []struct {
		name, site string
		hide       func(*sampleweb.Web)
		days       [][2]string
	}{
		{"sitemaps and lists", "baonghean", nil, year[:1]},
		{"sitemaps and lists", "baotintuc", nil, year[:1]},
		{"sitemaps and lists", "dantri", nil, year[1:2]},
		{"sitemaps and lists", "thanhniennews", nil, closed[:1]},
		{"sitemaps and lists", "vov", nil, year[1:]},
		{"lists with days", "dantri", noSitemaps, year[:2]},
		{"lists with numbers", "vov", noSitemaps, year[:2]},
		{"lists that show their next page", "thanhniennews", noSitemaps, closed[:2]},
	} {
		t.Run(tt.name+"/"+tt.site, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && i != 3 {
				t.Skip("for the race detector, the shortest will do")
			}
			inTime(t, func(t *testing.T) {
				for _, days := range tt.days {
					web := sampleweb.New()
					if err := errors.Join(web.Spread(tt.site, 13*time.Hour), web.Grow(tt.site, 600)); err != nil {
						t.Fatal(err)
					}
					if tt.hide != nil {
						tt.hide(web)
					}
					backfillOf(t, web, siteOf(t, tt.site), dayAt(t, days[0]), dayAt(t, days[1]), tt.hide != nil)
				}
			})
		})
	}
}

// backfillOf makes a backfill, broken off every two minutes, and looks at what it
// asked for besides the news, which any crawl asks for: what is on the first page of a
// source, or in the sitemaps of the last months. listsAlone: no sitemap leads to the
// other sections.
func backfillOf(t *testing.T, web *sampleweb.Web, site *sites.Site, since, until time.Time, listsAlone bool) {
	t.Helper()
	store, breaks := newMemory(), 0
	o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second, Since: since, Until: until, MaxTime: 2 * time.Minute}
	for run := (capture.Run{}); run.End != "done"; breaks++ {
		run = crawl(t, store, site, o)
		o.Since, o.Until = time.Time{}, time.Time{} // it goes on unasked
		if breaks > 100 {
			t.Fatalf("no end: %+v", run)
		}
	}
	asked := map[string]int{}
	for _, h := range web.Log() {
		asked[h.URL()]++
	}
	newest := time.Date(2026, 9, 1, 0, 0, 0, 0, sites.Zone)
	if site.Closed {
		newest = time.Date(2016, 3, 1, 0, 0, 0, 0, sites.Zone)
	}
	isNews := func(address string, published time.Time) bool {
		a, err := site.Address(address)
		return err == nil && (!published.Before(newest) && !listsAlone || slices.ContainsFunc(site.Sources, func(s sites.Source) bool {
			return s.At(began) == store.entries[a.Page].ListedBy
		}))
	}
	wanted, strays := 0, 0
	for _, address := range web.Articles(site.Name) {
		truth, _ := web.TruthAt(address)
		inside := !truth.Published.Before(since) && (until.IsZero() || truth.Published.Before(until.AddDate(0, 0, 1)))
		switch {
		case inside && asked[address] == 0:
			if !listsAlone || onList(site, address) {
				t.Errorf("missed: %s, published %v", address, truth.Published)
			}
		case asked[address] > 0 && isNews(address, truth.Published):
			continue
		case inside:
			wanted++
		case asked[address] > 0:
			strays++
		}
		if asked[address] > 1 {
			t.Errorf("%s was asked for %d times", address, asked[address])
		}
	}
	t.Logf("%s to %s: %d wanted, %d outside, %d requests, %d runs", since.Format(time.DateOnly), until.Format(time.DateOnly), wanted, strays, len(web.Log()), breaks)
	if wanted == 0 || strays > 60 { // some for each list and sitemap; without probes it was twice that and more
		t.Errorf("%d outside, for %d inside", strays, wanted)
	}
	for _, e := range store.entries {
		if e.Class == capture.Backlog && !e.Due.IsZero() || !e.Since.IsZero() {
			t.Errorf("left over: %+v", e)
		}
	}
}

// A list ends behind the days of a backfill: at once where its addresses tell their
// days, after some pages where only the articles themselves do.
func TestBackfillEndsLists(t *testing.T) {
	const perPage, days = 10, 30 // a page goes back a day
	for _, tt := range []struct {
		name, site, list string
		address          func(page, i int) string
		most             int // pages
	}{
		{
			"days", "dantri", "/xa-hoi.htm",
			func(page, i int) string {
				return began.AddDate(0, 0, -page).Format("/xa-hoi/bai-cu-20060102") + fmt.Sprintf("1000%05d.htm", i)
			},
			days + 2,
		},
		{
			"numbers", "vov", "/xa-hoi",
			func(page, i int) string { return fmt.Sprintf("/xa-hoi/bai-cu-post%d.vov", 990_000-100*page-i) },
			days + 4,
		},
		{
			"dates alone", "vov", "/xa-hoi",
			func(page, i int) string {
				return fmt.Sprintf("/xa-hoi/bai-cu-post%d.vov", 100_000+(page*7919+i*104_729)%800_000)
			},
			days + 8,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, tt.site)
				web.Fault("*.xml", sampleweb.Status(404))
				published := map[string]time.Time{}
				last := 0
				web.FaultFunc(func(r *http.Request) sampleweb.Fault {
					page := 0
					for n := 2; n < 400 && page == 0; n++ {
						if u := site.ListPage(&url.URL{Path: tt.list}, n); u != "" && strings.HasSuffix(u, r.URL.RequestURI()) {
							page = n
						}
					}
					if at, ok := published[r.URL.Path]; ok {
						return answer(200, "text/html; charset=utf-8", `<html><head><meta property="article:published_time" content="`+at.Format(time.RFC3339)+
							`"></head><article><h1>Bài cũ</h1><p>Nội dung của một bài báo cũ, đủ dài để đọc.</p></article>`)
					}
					if page == 0 {
						return nil
					}
					last = max(last, page)
					body := "<html><body>"
					for i := range perPage {
						address := tt.address(page, i)
						published[address] = began.AddDate(0, 0, -page).Add(-time.Duration(i) * time.Hour)
						body += `<a href="` + address + `">Bài cũ</a>`
					}
					return answer(200, "text/html; charset=utf-8", body+"</body></html>")
				})
				run := crawl(t, store, site, crawler.Options{
					Transport: web.RoundTripper(), Pace: time.Second, Since: began.AddDate(0, 0, -days).Truncate(24 * time.Hour),
				})
				if run.End != "done" || last < days || last > tt.most {
					t.Errorf("%d pages: %+v", last, run)
				}
				for address, at := range published {
					if began.Sub(at) < (days-1)*24*time.Hour && len(store.of("https://"+site.Hosts[0]+address)) == 0 {
						t.Errorf("missed: %s of %v", address, at)
					}
				}
			})
		})
	}
}

// A list that shows its last page for ever ends there.
func TestBackfillEndsRepeatingLists(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "vov")
		pages := 0
		web.Fault("vov.vn/xa-hoi?page=*", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
			pages++
			answer(200, "text/html", `<html><body><a href="/xa-hoi/bai-cu-post900001.vov">Bài cũ</a></body></html>`)(rw, r, next)
		})
		crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Since: began.AddDate(-5, 0, 0)})
		if pages != 2 {
			t.Errorf("%d pages", pages)
		}
	})
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

// onList reports whether an article is of a section whose list is a source.
func onList(site *sites.Site, address string) bool {
	return slices.ContainsFunc(site.Sources, func(s sites.Source) bool {
		list := strings.TrimRight(strings.TrimSuffix(s.URL, ".htm"), "/")
		return s.Kind == sites.SectionList && strings.HasPrefix(address, list+"/")
	})
}
