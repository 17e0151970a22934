package crawler_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// trouble is one row of the matrix: what goes wrong, and the gap it ends in.
type trouble struct {
	name  string
	fault func() sampleweb.Fault
	// article is the gap of an article, on the first visit and on a later one.
	// source is that of a front page, list, feed or sitemap: "source " and the
	// article's where it is empty, none where it is "-".
	article, source string
	shut            bool          // robots.txt in this state forbids all
	rest            time.Duration // that the host asks for
}

func just(f sampleweb.Fault) func() sampleweb.Fault { return func() sampleweb.Fault { return f } }

func troubles() []trouble {
	html := func(body string) func() sampleweb.Fault { return just(answer(200, "text/html", body)) }
	return []trouble{
		{name: "404", fault: just(sampleweb.Status(404)), article: "gone"},
		{name: "410", fault: just(sampleweb.Status(410)), article: "gone"},
		{name: "soft 404", fault: sampleweb.Missing, article: "gone", source: "-"},
		{name: "front page", fault: sampleweb.FrontPage, article: "front page instead", source: "-"},
		{name: "maintenance", fault: sampleweb.Maintenance, article: "outage notice"},
		{name: "database error", fault: sampleweb.DatabaseError, article: "outage notice"},
		{name: "log-in wall", fault: sampleweb.LogIn, article: "log-in wall"},
		{name: "parked domain", fault: sampleweb.Parked, article: "parked domain"},
		{name: "altered on the way", fault: sampleweb.Altered, article: "status 203", source: "-"},
		{name: "store's error", fault: sampleweb.StoreError, article: "not an article: an XML document", source: "source unreadable"},
		{name: "line in the frame", fault: sampleweb.Framed, article: "not an article: something else in its place", source: "-"},
		{name: "empty template", fault: sampleweb.EmptyTemplate, article: "not an article: no running text", source: "-"},
		// An article all the same, when it is seen first; what the archive knows tells it
		// from the page's own (TestStandIn).
		{name: "another article", fault: just(sampleweb.Another(pathOf(sampleweb.New().Articles("dantri")[1]))), article: "-", source: "-"},
		{name: "breaks off", fault: sampleweb.BreakOff, article: "not an article: cut off", source: "-"},
		{name: "sent home", fault: just(sampleweb.Redirect(302, "/")), article: "gone", source: "-"},
		{name: "401", fault: just(sampleweb.Status(401)), article: "status 401"},
		{name: "403", fault: just(sampleweb.Status(403)), article: "status 403"},
		{name: "451", fault: just(sampleweb.Status(451)), article: "status 451"},
		{name: "418", fault: just(sampleweb.Status(418)), article: "status 418"},
		{name: "500", fault: just(sampleweb.Status(500)), article: "status 500", shut: true},
		{name: "503", fault: just(sampleweb.Status(503)), article: "status 503", shut: true},
		{name: "429, a minute", fault: func() sampleweb.Fault { return sampleweb.Times(1, sampleweb.RetryAfter(429, "60")) }, article: "-", source: "-", rest: time.Minute},
		{name: "503, two minutes", fault: func() sampleweb.Fault { return sampleweb.Times(2, sampleweb.RetryAfter(503, "120")) }, article: "-", source: "-", rest: 2 * time.Minute},
		{name: "429, an hour", fault: just(sampleweb.RetryAfter(429, "3600")), article: "-", source: "-", rest: time.Hour, shut: true},
		{name: "challenge", fault: sampleweb.Challenge, article: "challenge page"},
		{name: "test by redirect", fault: just(sampleweb.Redirect(302, "/captcha?x=1")), article: "challenge page"},
		{name: "empty shell", fault: html(`<html><script src="a.js"></script><div id="root"></div></html>`), article: "empty shell"},
		{name: "reset", fault: just(sampleweb.Reset(-1)), article: "reset", shut: true},
		{name: "reset in the body", fault: just(sampleweb.Reset(50)), article: "reset", shut: true},
		{name: "cut", fault: sampleweb.Cut, article: "short body", shut: true},
		{name: "hangs", fault: just(sampleweb.Slow(time.Hour)), article: "timeout", shut: true},
		{name: "trickle", fault: just(sampleweb.Trickle(1, 2*time.Second)), article: "timeout", shut: true},
		{name: "slow", fault: just(sampleweb.Slow(20 * time.Second)), article: "-", source: "-"},
		{name: "bomb", fault: just(sampleweb.Bomb(4_000_000)), article: "too large", shut: true},
		{name: "endless", fault: sampleweb.Endless, article: "too large", shut: true},
		{name: "huge header", fault: just(sampleweb.HugeHeaders(1 << 20)), article: "too large", shut: true},
		{name: "bad gzip", fault: just(coded("gzip", "\x1f\x8b\x08 no gzip")), article: "bad coding", shut: true},
		{name: "unknown coding", fault: just(coded("compress", "\x1f\x9d\x90\x01\x02\x03")), article: "bad coding", shut: true},
		{name: "loop", fault: sampleweb.RedirectLoop, article: "redirect loop", source: "-"},
		{name: "leads away", fault: just(sampleweb.Redirect(301, "https://example.org/")), article: "moved away"},
		{name: "leads to metadata", fault: just(sampleweb.Redirect(302, "http://169.254.169.254/latest/meta-data")), article: "local address", shut: true},
		{name: "leads to loopback", fault: just(sampleweb.Redirect(302, "http://[::1]/")), article: "local address", shut: true},
		{name: "leads to a number", fault: just(sampleweb.Redirect(302, "http://2130706433/")), article: "local address", shut: true},
		{name: "leads nowhere", fault: just(sampleweb.Redirect(302, "http://")), article: "redirect to nowhere"},
		{name: "leads too far", fault: just(sampleweb.Redirect(302, "/"+strings.Repeat("a", 3000))), article: "redirect to nowhere"},
		{name: "picture", fault: just(answer(200, "image/jpeg", "\xff\xd8\xff\xe0")), article: "not an article: a picture", source: "source unreadable"},
		{name: "PDF", fault: html("%PDF-1.7"), article: "not an article: a file", source: "source unreadable"},
		{name: "nothing", fault: html(""), article: "not an article: empty page", source: "source unreadable"},
		{name: "nested", fault: html(strings.Repeat("<div>", 60_000)), article: "hostile markup", source: "source unreadable"},
	}
}

// TestFaultMatrix: each trouble at each kind of page ends in its own gap; no run
// dies of it, nothing is asked faster than allowed, and once it is over every
// article is there.
func TestFaultMatrix(t *testing.T) {
	places := map[string]string{
		"robots": "/robots.txt", "front": "/", "feed": "/rss/home.rss", "sitemap": "/sitemaps/articles.xml",
		"list": "/xa-hoi.htm", "article": "", "revisit": "",
	}
	for i, tr := range troubles() {
		if testing.Short() && i%5 != 0 {
			continue
		}
		for place, path := range places {
			t.Run(tr.name+"/"+place, func(t *testing.T) {
				t.Parallel()
				inTime(t, func(t *testing.T) { matrixCell(t, tr, place, path) })
			})
		}
	}
}

func matrixCell(t *testing.T, tr trouble, place, path string) {
	const host, pace = "dantri.com.vn", time.Second
	web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
	for _, address := range web.Articles("dantri")[3:] { // three will do
		if a, err := site.Address(address); err != nil || web.TakeDown("dantri", a.Page) != nil {
			t.Fatal(address, err)
		}
	}
	all := web.Articles("dantri")
	o := crawler.Options{Transport: web.RoundTripper(), Pace: pace, MaxBody: 400_000}
	if path == "" {
		path = strings.TrimPrefix(all[0], "https://"+host)
	}
	if place == "revisit" {
		crawl(t, store, site, o)
		time.Sleep(time.Hour)
		web.Reset()
		o.Seeds = all[:1]
	}
	fault := tr.fault()
	web.Fault(host+path, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		r.Header.Del("If-None-Match") // nothing goes wrong with the body of a 304
		r.Header.Del("If-Modified-Since")
		fault(rw, r, next)
	})
	run, err := crawler.Crawl(context.Background(), store, site, o)
	if err != nil && !errors.Is(err, crawler.ErrUnreachable) && !errors.Is(err, crawler.ErrBlocked) && !(place == "revisit" && errors.Is(err, crawler.ErrNoArticle)) {
		t.Fatal(err)
	}

	// It ends where it should.
	want := tr.article
	switch place {
	case "robots":
		want = "-"
		if tr.shut != (errors.Is(err, crawler.ErrUnreachable) || errors.Is(err, crawler.ErrBlocked)) {
			t.Errorf("shut %v: %v", tr.shut, err)
		}
		if gap := "robots.txt " + shutBy(tr); tr.shut != (run.Gaps[gap] == 1) {
			t.Errorf("no %q: %v", gap, run.Gaps)
		}
	case "front", "feed", "sitemap", "list":
		if want = tr.source; want == "" {
			want = "source " + tr.article
		}
		if place == "front" && tr.name == "sent home" {
			want = "source redirect loop"
		}
	}
	if tr.name == "loop" && place != "article" && place != "revisit" && place != "robots" && len(run.Gaps) > 0 {
		want = "-" // each turn of it is another page of no id: followed a few times
	}
	if want != "-" && run.Gaps[want] == 0 {
		t.Errorf("want %q: %v, %v", want, run.Gaps, err)
	}
	if tr.article == "-" && err == nil && (run.Gaps["status "+tr.name[:3]] > 0 || run.Failed > 0) {
		t.Errorf("it came in the end: %+v", run)
	}
	// Nobody is bothered.
	log := web.Log()
	paced(t, log, pace)
	var until time.Time
	for _, h := range log {
		if h.Host != host && h.Host != "www."+host {
			t.Errorf("asked for %s", h.URL())
		}
		if h.Time.Before(until) {
			t.Errorf("%s %v too early", h.URL(), until.Sub(h.Time))
		}
		if h.Status == http.StatusTooManyRequests || h.Status == http.StatusServiceUnavailable {
			until = h.Time.Add(tr.rest)
		}
	}
	if run.Requests != len(log) {
		t.Errorf("%d requests counted, %d made", run.Requests, len(log))
	}
	if n := hitsOf(log, path); n > 3+2*6 { // three tries; a redirect within a source leads on five times
		t.Errorf("%s was asked for %d times", path, n)
	}
	for _, k := range store.kept {
		if k.Article != nil && k.State != capture.Live {
			t.Errorf("%s is %s, and an article", k.URL, k.State)
		}
	}
	// Nothing is lost.
	web.Reset()
	o.Seeds = nil
	missing := all
	for runs := 0; len(missing) > 0; runs++ {
		if runs == 4 {
			t.Fatalf("days later, still without %v", missing)
		}
		time.Sleep(25 * time.Hour)
		crawl(t, store, site, o)
		missing = missingOf(store, site, all)
	}
}

// TestFaultsInTheLedger: each trouble at an article ends in the row of the ledger that
// it should, and in no other.
func TestFaultsInTheLedger(t *testing.T) {
	for i, tr := range troubles() {
		if testing.Short() && i%5 != 0 {
			continue
		}
		t.Run(tr.name, func(t *testing.T) {
			t.Parallel()
			inTime(t, func(t *testing.T) {
				web, a, site := sampleweb.New(), newArchive(t), siteOf(t, "dantri")
				all := web.Articles("dantri")[:3]
				slices.Reverse(all) // the oldest number is asked for first
				fault := tr.fault()
				web.Fault(pattern(all[0]), func(rw http.ResponseWriter, r *http.Request, next http.Handler) { fault(rw, r, next) })
				o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second, MaxBody: 400_000, Seeds: all}
				_, err := crawler.Crawl(context.Background(), a, site, o)
				if err != nil && !errors.Is(err, crawler.ErrUnreachable) && !errors.Is(err, crawler.ErrBlocked) {
					t.Fatal(err)
				}
				view, err := a.View(context.Background(), site.Name)
				if err != nil {
					t.Fatal(err)
				}
				ledger, err := view.Ledger(context.Background(), began, began.Add(time.Hour))
				if err != nil || len(ledger) != 1 {
					t.Fatalf("%+v, %v", ledger, err)
				}
				row := ledger[0]
				want := archive.LedgerDay{Listed: 3, Fetched: 3, Kept: 3, Cleaned: 3}
				switch {
				case tr.article == "gone":
					want.Cleaned, want.Gone, want.Missed = 2, 1, 1
				case tr.name == "429, an hour": // the run left off there
					want.Fetched, want.Kept, want.Cleaned = 1, 1, 0
					want.Gaps = []archive.LedgerGap{{Reason: archive.WaitingGap, Count: 2, Examples: all[1:]}, {Reason: "status 429", Count: 1, Examples: all[:1]}}
				case tr.article != "-":
					want.Cleaned = 2
					want.Gaps = []archive.LedgerGap{{Reason: tr.article, Count: 1, Examples: all[:1]}}
					if row.Kept == 2 { // no answer, nothing to keep
						want.Kept = 2
					}
				}
				want.Day, want.Runs, want.Ended = row.Day, 1, row.Ended
				want.Recent, want.NoLayout = row.Recent, row.NoLayout
				if diff := cmp.Diff(want, row); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// shutBy is why a robots.txt in this state cannot be had.
func shutBy(tr trouble) string {
	if tr.article == "-" {
		return "status " + tr.name[:3]
	}
	return tr.article
}

func hitsOf(log []sampleweb.Hit, path string) int {
	n := 0
	for _, h := range log {
		if h.Path == path || strings.HasPrefix(h.Path, path+"?") {
			n++
		}
	}
	return n
}

// missingOf are the addresses whose page has no article, or was not found alive
// at last.
func missingOf(store *memory, site *sites.Site, all []string) []string {
	var missing []string
	for _, address := range all {
		a, err := site.Address(address)
		var state capture.State
		articles := 0
		for _, k := range store.kept {
			if k.Page == a.Page && k.State != capture.Moved {
				state = k.State
			}
			if k.Page == a.Page && k.Article != nil {
				articles++
			}
		}
		if err != nil || state != capture.Live || articles == 0 {
			missing = append(missing, address)
		}
	}
	return missing
}
