package crawler_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// began is when the tests' runs begin: a few days after the newest of the sample
// articles.
var began = time.Date(2026, 11, 22, 9, 0, 0, 0, sites.Zone)

// sampled are the newspapers that the sample web has: those that are on.
func sampled() []*sites.Site {
	return slices.DeleteFunc(sites.All(), func(s *sites.Site) bool { return s.Off })
}

// inTime runs a test on a clock of its own, set to began.
func inTime(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(began))
		test(t)
	})
}

func crawl(t testing.TB, store crawler.Store, site *sites.Site, o crawler.Options) capture.Run {
	t.Helper()
	run, err := crawler.Crawl(context.Background(), store, site, o)
	if err != nil {
		t.Fatalf("crawl %s: %v (%+v)", site.Name, err, run)
	}
	return run
}

// once fails where an address was asked for more than once.
func once(t testing.TB, log []sampleweb.Hit) {
	t.Helper()
	seen := map[string]bool{}
	for _, h := range log {
		if seen[h.URL()] {
			t.Errorf("%s was asked for more than once", h.URL())
		}
		seen[h.URL()] = true
	}
}

// robotsFirst fails where anything was asked of a host before its robots.txt.
func robotsFirst(t testing.TB, log []sampleweb.Hit) {
	t.Helper()
	known := map[string]bool{}
	for _, h := range log {
		if !known[h.Host] && h.Path != "/robots.txt" {
			t.Errorf("%s came before robots.txt", h.URL())
		}
		known[h.Host] = true
	}
}

func paths(log []sampleweb.Hit) []string {
	var ps []string
	for _, h := range log {
		ps = append(ps, h.Path)
	}
	return ps
}

func TestCrawlBringsInEveryArticle(t *testing.T) {
	for _, site := range sampled() {
		t.Run(site.Name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				o := crawler.Options{Transport: web.RoundTripper(), Contact: "librarian@example.org", Version: "1.2"}
				run := crawl(t, store, site, o)
				want := web.Articles(site.Name)
				if run.New != len(want) || run.Cleaned != len(want) || run.Listed != len(want) || run.Failed != 0 || run.End != "done" {
					t.Errorf("%d articles: %+v", len(want), run)
				}
				for _, address := range want {
					ks := store.of(address)
					if len(ks) != 1 || ks[0].Article == nil || ks[0].State != capture.Live {
						t.Errorf("%s: %d captures", address, len(ks))
						continue
					}
					truth, _ := web.TruthAt(address)
					if got := string(ks[0].Article.Title); got != truth.Title {
						t.Errorf("%s: title %q, want %q", address, got, truth.Title)
					}
				}
				log := web.Log()
				once(t, log)
				robotsFirst(t, log)
				if len(log) != run.Requests || len(store.kept) != run.Kept {
					t.Errorf("%d requests, %d captures: %+v", len(log), len(store.kept), run)
				}
				for _, h := range log {
					if h.UserAgent != "baoluu/1.2 (+librarian@example.org)" || !strings.HasPrefix(h.AcceptLanguage, "vi") {
						t.Errorf("%s: %q %q", h.URL(), h.UserAgent, h.AcceptLanguage)
					}
				}

				web.Reset()
				time.Sleep(time.Minute)
				again := crawl(t, store, site, o)
				if again.New+again.Changed != 0 || again.Revisits != again.Kept || again.Fetched > len(want) {
					t.Errorf("second run: %+v", again)
				}
				// What is new is looked at again at once, what is old is not, whichever
				// source listed it first.
				looked := map[string]bool{}
				for _, h := range web.Log() {
					looked[h.URL()] = true
				}
				for _, address := range want {
					truth, _ := web.TruthAt(address)
					if isNew := began.Sub(truth.Published) < 7*24*time.Hour; isNew != looked[address] {
						t.Errorf("second run: %s, published %v, was looked at again: %v", address, truth.Published, looked[address])
					}
				}
				once(t, web.Log())
				for _, h := range web.Log() {
					if h.Path == "/robots.txt" {
						t.Errorf("%s was asked for again after a minute", h.URL())
					}
					if h.Status == http.StatusOK && h.IfNoneMatch != "" {
						t.Errorf("%s came again, though it did not change", h.URL())
					}
				}
			})
		})
	}
}

func TestChangesAreFound(t *testing.T) {
	web, archived := sampleweb.New(), newArchive(t)
	o := crawler.Options{Transport: web.RoundTripper()}
	all := func() map[string]capture.Run {
		runs := map[string]capture.Run{}
		for _, site := range sampled() {
			runs[site.Name] = crawl(t, archived, site, o)
		}
		return runs
	}
	all()
	changes, err := web.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	published, changed := 0, 0
	count := func(run capture.Run) {
		published += run.New
		changed += run.Changed
	}
	// By the clock of this machine they may be old, and are looked at when they are named.
	for _, address := range []string{changes.Edited.URL, changes.TakenDown.URL} {
		for _, site := range sampled() {
			if a, err := site.Address(address); err == nil && a.Kind == sites.Article {
				count(crawl(t, archived, site, crawler.Options{Transport: web.RoundTripper(), Seeds: []string{address}}))
			}
		}
	}
	for _, run := range all() {
		count(run)
	}
	if published != 1 || changed != 1 {
		t.Errorf("%d new, %d changed", published, changed)
	}
	for address, want := range map[string]archive.PageInfo{
		changes.Edited.URL:    {Versions: 2, State: capture.Live},
		changes.TakenDown.URL: {Versions: 2, State: capture.Gone},
		changes.Published.URL: {Versions: 1, State: capture.Live},
	} {
		for _, site := range sampled() {
			if got, err := site.Address(address); err != nil || got.Kind != sites.Article {
				continue
			}
			view, err := archived.View(t.Context(), site.Name)
			if err != nil {
				t.Fatal(err)
			}
			info, err := view.Page(t.Context(), address)
			if err != nil || info.Versions != want.Versions || info.State != want.State {
				t.Errorf("%s: %+v, %v", address, info, err)
			}
		}
	}
}

func TestPaceIsKept(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		o := crawler.Options{Transport: web.RoundTripper(), Pace: 2 * time.Second}
		crawl(t, store, siteOf(t, "vov"), o)
		first := len(web.Log())
		crawl(t, store, siteOf(t, "vov"), o) // at once: the pace holds from run to run
		last := map[string]time.Time{}
		for i, h := range web.Log() {
			if wait := h.Time.Sub(last[h.Host]); wait < 2*time.Second {
				t.Errorf("%d (of %d in the first run): %s after %v", i, first, h.URL(), wait)
			}
			last[h.Host] = h.Time
		}
		if len(last) != 2 {
			t.Errorf("hosts: %v", last)
		}
	})
}

func TestHostsAreCrawledSideBySide(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web := sampleweb.New()
		run := crawl(t, newMemory(), siteOf(t, "vov"), crawler.Options{Transport: web.RoundTripper(), Pace: time.Minute})
		hits := map[string]int{}
		for _, h := range web.Log() {
			hits[h.Host]++
		}
		if took := run.Ended.Sub(run.Started); took > time.Duration(hits["vov.vn"]+1)*time.Minute {
			t.Errorf("%v for %v", took, hits)
		}
	})
}

func TestCrawlDelayWins(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web := sampleweb.New()
		web.Fault("*/robots.txt", answer(200, "text/plain", "User-agent: *\nCrawl-delay: 10\nDisallow: /the-thao/\n"))
		run := crawl(t, newMemory(), siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
		var last time.Time
		for i, h := range web.Log() {
			if wait := h.Time.Sub(last); i > 1 && wait < 10*time.Second {
				t.Errorf("%s after %v", h.URL(), wait)
			}
			last = h.Time
			if strings.HasPrefix(h.Path, "/the-thao/") {
				t.Errorf("%s is not allowed", h.URL())
			}
		}
		if run.Gaps["robots"] == 0 {
			t.Errorf("gaps: %v", run.Gaps)
		}
	})
}

// answer is a fault that answers itself.
func answer(status int, contentType, body string) sampleweb.Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Type", contentType)
		rw.WriteHeader(status)
		io.WriteString(rw, body)
	}
}

// coded is an answer that names a content coding.
func coded(coding, body string) sampleweb.Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Encoding", coding)
		rw.Header().Set("Content-Type", "text/html")
		io.WriteString(rw, body)
	}
}

func TestRobotsErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		fault   sampleweb.Fault
		allowed bool
	}{
		"404":                {sampleweb.Status(404), true},
		"403":                {sampleweb.Status(403), true},
		"503":                {sampleweb.Status(503), false},
		"500":                {sampleweb.Status(500), false},
		"429":                {sampleweb.Status(429), false},
		"reset":              {sampleweb.Reset(-1), false},
		"cut":                {sampleweb.Cut(), false},
		"slow":               {sampleweb.Slow(time.Hour), false},
		"leads to a page":    {sampleweb.Redirect(302, "/"), true},
		"loop":               {sampleweb.RedirectLoop(), true},
		"leads away":         {sampleweb.Redirect(302, "https://example.org/robots.txt"), true},
		"leads to metadata":  {sampleweb.Redirect(302, "http://169.254.169.254/robots.txt"), false},
		"not modified":       {sampleweb.Status(304), false},
		"a part":             {answer(206, "text/plain", "User-agent: *\nDisallow:\n"), false},
		"503, but only once": {sampleweb.Times(1, sampleweb.Status(503)), true},
		"a page":             {answer(200, "text/html", "<html><body><p>Trang chủ</p></body></html>"), true},
	} {
		if testing.Short() && tt.allowed { // for the race detector, those that hinder it will do
			continue
		}
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				web.Fault("*/robots.txt", tt.fault)
				run, err := crawler.Crawl(context.Background(), store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
				if tt.allowed && (err != nil || run.New == 0) {
					t.Errorf("%v: %+v", err, run)
				}
				shut, end := crawler.ErrUnreachable, "unreachable"
				if name == "429" { // it is there, and does not want us
					shut, end = crawler.ErrBlocked, "blocked"
				}
				if !tt.allowed && (!errors.Is(err, shut) || run.End != end || run.Fetched != 0) {
					t.Errorf("%v: %+v", err, run)
				}
				for _, h := range web.Log() {
					if !tt.allowed && h.Path != "/robots.txt" {
						t.Errorf("asked for %s", h.URL())
					}
					if h.Host != "dantri.com.vn" && h.URL() != "https://example.org/robots.txt" {
						t.Errorf("led to %s", h.URL())
					}
				}
				if tt.allowed {
					return
				}
				// Nothing is lost: the next run does it all.
				web.Reset()
				time.Sleep(time.Hour)
				if run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()}); run.New != len(web.Articles("dantri")) {
					t.Errorf("afterwards: %+v", run)
				}
			})
		})
	}
}

func TestRobotsCopyIsUsedForADay(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		remove := web.Fault("*/robots.txt", answer(200, "text/plain", "User-agent: *\nDisallow: /the-thao/\n"))
		crawl(t, store, site, crawler.Options{Transport: web.RoundTripper()})
		remove()
		web.Reset()
		web.Fault("*/robots.txt", sampleweb.Status(503))
		time.Sleep(20 * time.Hour)
		crawl(t, store, site, crawler.Options{Transport: web.RoundTripper()})
		for _, h := range web.Log() {
			if strings.HasPrefix(h.Path, "/the-thao/") {
				t.Errorf("%s is not allowed", h.URL())
			}
		}
		time.Sleep(5 * time.Hour)
		if _, err := crawler.Crawl(context.Background(), store, site, crawler.Options{Transport: web.RoundTripper()}); !errors.Is(err, crawler.ErrUnreachable) {
			t.Errorf("with a copy of 25 hours: %v", err)
		}
	})
}

func TestRobotsRedirectIsFollowed(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web := sampleweb.New()
		web.Fault("dantri.com.vn/robots.txt", sampleweb.Redirect(301, "https://www.dantri.com.vn/robots.txt"))
		web.Fault("www.dantri.com.vn/robots.txt", answer(200, "text/plain", "User-agent: *\nDisallow: /\n"))
		run, err := crawler.Crawl(t.Context(), newMemory(), siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
		if got := paths(web.Log()); !errors.Is(err, crawler.ErrNoSource) || !slices.Equal(got, []string{"/robots.txt", "/robots.txt"}) || run.Kept != 2 {
			t.Errorf("%v, %v: %+v", err, got, run)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	for name, after := range map[string]string{
		"seconds": "90",
		"date":    began.Add(90 * time.Second).UTC().Format(http.TimeFormat),
	} {
		for _, status := range []int{429, 503} {
			t.Run(fmt.Sprint(name, " ", status), func(t *testing.T) {
				inTime(t, func(t *testing.T) {
					web, store := sampleweb.New(), newMemory()
					target := web.Articles("dantri")[0]
					web.Fault(pattern(target), sampleweb.Times(1, sampleweb.RetryAfter(status, after)))
					run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Pace: time.Millisecond})
					var told time.Time
					for _, h := range web.Log() {
						if !told.IsZero() && h.Time.Before(began.Add(90*time.Second)) {
							t.Errorf("%s %v after being told to wait", h.URL(), h.Time.Sub(told))
						}
						if h.Status == status {
							told = h.Time
						}
					}
					ks := store.of(target)
					if len(ks) != 2 || ks[0].State != capture.Broken || ks[1].Article == nil || run.Failed != 0 {
						t.Errorf("%d captures of it: %+v", len(ks), run)
					}
				})
			})
		}
	}
}

func TestLongRetryAfterIsLeftToALaterRun(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		o := crawler.Options{Transport: web.RoundTripper()}
		remove := web.Fault("dantri.com.vn/", sampleweb.RetryAfter(429, "7200"))
		_, err := crawler.Crawl(context.Background(), store, site, o)
		if !errors.Is(err, crawler.ErrBlocked) {
			t.Errorf("%v", err)
		}
		if spent := time.Since(began); spent > time.Minute {
			t.Errorf("waited %v", spent)
		}
		remove()
		web.Reset()
		time.Sleep(time.Hour)
		if _, err := crawler.Crawl(context.Background(), store, site, o); !errors.Is(err, crawler.ErrBlocked) || len(web.Log()) != 0 {
			t.Errorf("an hour later: %v, %v", err, paths(web.Log()))
		}
		time.Sleep(61 * time.Minute)
		if run := crawl(t, store, site, o); run.New != len(web.Articles("dantri")) {
			t.Errorf("two hours later: %+v", run)
		}
	})
}

// pattern is the sample web's pattern for one address.
func pattern(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return rest
}

// encoded is an answer whose body goes through encode, under the given Content-Encoding values.
func encoded(encode func([]byte) []byte, named ...string) sampleweb.Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding")
		next.ServeHTTP(rec, r)
		maps.Copy(rw.Header(), rec.Header())
		rw.Header().Del("Content-Length")
		rw.Header()["Content-Encoding"] = named
		rw.WriteHeader(rec.Code)
		rw.Write(encode(rec.Body.Bytes()))
	}
}

// TestCodings: a page is read whatever its codings are called, as long as it makes sense; and what
// is kept of it is the page.
func TestCodings(t *testing.T) {
	zip := func(b []byte) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		w.Write(b)
		w.Close()
		return out.Bytes()
	}
	plain := func(b []byte) []byte { return b }
	padded := func(b []byte) []byte { return append(zip(b), "\x00\x00\r\n"...) }
	for name, fault := range map[string]sampleweb.Fault{
		"none": encoded(plain, "none"), "a charset": encoded(plain, "UTF-8"), "not applied": encoded(plain, "br"), "a made-up name": encoded(plain, "x-made-up"),
		"quoted": encoded(zip, `"gzip"`), "twice": encoded(zip, "gzip, gzip"), "two fields": encoded(zip, "identity", "gzip"), "another name": encoded(zip, "br"),
		"aws-chunked": encoded(zip, "gzip,aws-chunked"), "bytes behind": encoded(padded, "gzip"),
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				all := web.Articles("dantri")
				web.Fault("dantri.com.vn/*", fault)
				run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
				if run.New != len(all) || run.Failed != 0 {
					t.Errorf("%d of %d articles, %d failed: %v", run.New, len(all), run.Failed, run.Gaps)
				}
				for _, k := range store.kept {
					if k.Article != nil && (!bytes.Contains(k.Body, []byte("</html>")) || len(k.Notes) == 0 && name != "two fields") {
						t.Errorf("%s: %.20q, notes %q", k.URL, k.Body, k.Notes)
					}
				}
			})
		})
	}
}

// TestFaults: each ends in its own gap, with all that came kept, and costs no
// other article.
func TestFaults(t *testing.T) {
	tests := []struct {
		name     string
		fault    sampleweb.Fault
		gap      string
		tries    int
		captures int
		state    capture.State
	}{
		{"gone", sampleweb.Status(404), "gone", 1, 1, capture.Gone},
		{"gone for good", sampleweb.Status(410), "gone", 1, 1, capture.Gone},
		{"taken down by a redirect", sampleweb.Redirect(302, "/"), "gone", 1, 1, capture.Gone},
		{"a soft 404", sampleweb.Missing(), "gone", 1, 1, capture.Gone},
		{"the front page instead", sampleweb.FrontPage(), "front page instead", 1, 1, capture.Broken},
		{"an empty shell", answer(200, "text/html", `<html><head><script src="/app.js"></script></head><body><div id="app"></div></body></html>`), "empty shell", 1, 1, capture.Blocked},
		{"sent to a test", sampleweb.Redirect(302, "/captcha?next=1"), "challenge page", 1, 1, capture.Blocked},
		{"forbidden", sampleweb.Status(403), "status 403", 1, 1, capture.Blocked},
		{"legal", sampleweb.Status(451), "status 451", 1, 1, capture.Blocked},
		{"challenge", sampleweb.Challenge(), "challenge page", 1, 1, capture.Blocked},
		{"server error", sampleweb.Status(500), "status 500", 3, 3, capture.Broken},
		{"teapot", sampleweb.Status(418), "status 418", 1, 1, capture.Broken},
		{"an unasked 304", sampleweb.Status(304), "status 304 unasked", 1, 1, capture.Broken},
		{"reset", sampleweb.Reset(-1), "reset", 3, 0, ""},
		{"reset in the body", sampleweb.Reset(500), "reset", 3, 3, capture.Broken},
		{"cut", sampleweb.Cut(), "short body", 3, 3, capture.Broken},
		{"too slow", sampleweb.Slow(time.Hour), "timeout", 3, 0, ""},
		{"a trickle", sampleweb.Trickle(10, time.Second), "timeout", 3, 3, capture.Broken},
		{"bomb", sampleweb.Bomb(8_000_000), "too large", 1, 1, capture.Broken},
		{"endless", sampleweb.Endless(), "too large", 1, 1, capture.Broken},
		{"no coding at all", coded("gzip", "\x1f\x8b\x08 but no gzip"), "bad coding", 3, 3, capture.Broken},
		{"an unknown coding", coded("compress", "\x1f\x9d\x90\x01\x02\x03"), "bad coding", 3, 3, capture.Broken},
		{"coding over coding", coded("gzip, gzip, gzip, gzip", "\x1f\x8b\x08 but no gzip"), "bad coding", 3, 3, capture.Broken},
		{"gzip that breaks off", coded("gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00"), "short body", 3, 3, capture.Broken},
		{"huge header", sampleweb.HugeHeaders(1 << 20), "too large", 1, 1, capture.Broken},
		{"loop", sampleweb.RedirectLoop(), "redirect loop", 1, 1, capture.Moved},
		{"leads away", sampleweb.Redirect(301, "https://example.org/x"), "moved away", 1, 1, capture.Moved},
		{"leads to metadata", sampleweb.Redirect(302, "http://169.254.169.254/latest"), "local address", 1, 1, capture.Moved},
		{"leads to a number", sampleweb.Redirect(302, "http://2130706433/"), "local address", 1, 1, capture.Moved},
		{"leads to loopback", sampleweb.Redirect(302, "http://[::1]/"), "local address", 1, 1, capture.Moved},
		{"leads to a list", sampleweb.Redirect(302, "/the-thao.htm"), "moved to a list page", 1, 1, capture.Moved},
		{"leads nowhere", sampleweb.Redirect(302, "http://"), "redirect to nowhere", 1, 1, capture.Broken},
		{"a PDF", answer(200, "application/pdf", "%PDF-1.7\n"), "not an article: a file", 1, 1, capture.Live},
		{"a PDF as HTML", answer(200, "text/html", "%PDF-1.7\n"), "not an article: a file", 1, 1, capture.Live},
		{"JSON", answer(200, "application/json", `{"a":1}`), "not an article: a JSON document", 1, 1, capture.Broken},
		{"a picture", answer(200, "image/jpeg", "\xff\xd8\xff\xe0 no page"), "not an article: a picture", 1, 1, capture.Live},
		{"empty", answer(200, "text/html", ""), "not an article: empty page", 1, 1, capture.Broken},
		{"nested", answer(200, "text/html", strings.Repeat("<div>", 100_000)), "hostile markup", 1, 1, capture.Live},
		{"formatting left open", answer(200, "text/html", formattingBomb()), "hostile markup", 1, 1, capture.Live},
	}
	for i, tt := range tests {
		if testing.Short() && i%4 != 0 { // for the race detector, some of them will do
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				all := web.Articles("dantri")
				target := all[0]
				web.Fault(pattern(target), tt.fault)
				run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), MaxBody: 2_000_000})
				if tt.gap != "" && run.Gaps[tt.gap] != 1 {
					t.Errorf("gaps: %v", run.Gaps)
				}
				if run.New != len(all)-1 {
					t.Errorf("%d of %d others", run.New, len(all)-1)
				}
				tries := 0
				for _, h := range web.Log() {
					if strings.HasPrefix(h.URL(), target) {
						tries++
					}
					if h.Host != "dantri.com.vn" {
						t.Errorf("asked for %s", h.URL())
					}
				}
				if tries != tt.tries {
					t.Errorf("%d tries, want %d", tries, tt.tries)
				}
				var ks []capture.Kept
				for _, k := range store.kept {
					if strings.HasPrefix(k.URL, target) {
						ks = append(ks, k)
						if tt.gap == "bad coding" && len(k.Body) == 0 {
							t.Error("the body is not kept")
						}
						if k.State != tt.state || k.Article != nil {
							t.Errorf("state %q, want %q", k.State, tt.state)
						}
					}
				}
				if len(ks) != tt.captures {
					t.Errorf("%d captures, want %d", len(ks), tt.captures)
				}
				failed := tt.state == capture.Broken || tt.state == capture.Blocked || tt.captures == 0
				if (run.Failed == 1) != failed {
					t.Errorf("failed %d, state %s", run.Failed, tt.state)
				}

				// What was wrong is over: the page comes in the end.
				web.Reset()
				time.Sleep(25 * time.Hour)
				run = crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
				if tt.state != capture.Live && run.New != 1 {
					t.Errorf("a day later: %+v", run)
				}
			})
		})
	}
}

// formattingBomb is a page of 0.3 MB of which a parser of HTML5 makes ten
// million elements: each paragraph opens all that was left open again.
func formattingBomb() string {
	var b strings.Builder
	for i := range 480 {
		fmt.Fprintf(&b, "<b id=%d>", i)
	}
	b.WriteString(strings.Repeat("<p>x</div><div>", 20_000))
	return b.String()
}

// A list that is such a page brings nothing, and the run goes on with the others.
func TestHostileList(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		const list = "https://dantri.com.vn/xa-hoi.htm"
		web.Fault(pattern(list), answer(200, "text/html", formattingBomb()))
		run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
		if ks := store.of(list); len(ks) != 1 || ks[0].Size == 0 {
			t.Errorf("%d captures of the list", len(ks))
		}
		if run.Gaps["source unreadable"] != 1 || run.New == 0 || run.End != "done" {
			t.Errorf("%+v", run)
		}
	})
}

// The links of an article lead back through all the years: what no list names
// is not fetched, or a run would walk the whole archive of the newspaper.
func TestArticleLinksAreNotFollowed(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		article := func(n int) string {
			return fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-so-%d-2026111%d080000123.htm", n, n)
		}
		for n := 1; n < 9; n++ {
			web.Fault(pattern(article(n)), answer(200, "text/html; charset=utf-8",
				fmt.Sprintf(`<article><h1>Bài số %d</h1><p>Nội dung.</p><a href="%s">Bài liên quan</a></article>`, n, article(n+1))))
		}
		web.Fault(pattern("https://dantri.com.vn/"), answer(200, "text/html; charset=utf-8", `<a href="`+article(1)+`">Bài số 1</a>`))
		run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
		for _, h := range web.Log() {
			if h.URL() == article(2) {
				t.Errorf("%s is on no list", h.URL())
			}
		}
		if len(store.of(article(1))) != 1 || run.End != "done" {
			t.Errorf("the listed article: %d captures, %+v", len(store.of(article(1))), run)
		}
	})
}

func TestBlockedEndsTheRun(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
		web.FaultFunc(func(r *http.Request) sampleweb.Fault {
			if r.URL.Path == "/robots.txt" || r.URL.Path == "/" {
				return nil
			}
			return sampleweb.Challenge()
		})
		run, err := crawler.Crawl(context.Background(), store, site, o)
		if !errors.Is(err, crawler.ErrBlocked) || run.End != "blocked" {
			t.Fatalf("%v: %+v", err, run)
		}
		if n := len(web.Log()); n != 5 {
			t.Errorf("%d requests: %v", n, paths(web.Log()))
		}
		if len(store.kept) != 5 || store.runs[0].End != "blocked" {
			t.Errorf("%d captures, runs %+v", len(store.kept), store.runs)
		}
		for _, k := range store.kept {
			if k.Article != nil {
				t.Errorf("%s was archived as an article", k.URL)
			}
		}
		// It rests.
		time.Sleep(time.Minute)
		web.Reset()
		if _, err := crawler.Crawl(context.Background(), store, site, o); !errors.Is(err, crawler.ErrBlocked) || len(web.Log()) != 0 {
			t.Errorf("a minute later: %v, %v", err, paths(web.Log()))
		}
		time.Sleep(time.Hour)
		if run := crawl(t, store, site, o); run.New != len(web.Articles("dantri")) {
			t.Errorf("an hour later: %+v", run)
		}
	})
}

func TestHostDown(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		web.FaultFunc(func(r *http.Request) sampleweb.Fault {
			if r.URL.Path == "/robots.txt" {
				return nil
			}
			return sampleweb.Reset(-1)
		})
		run, err := crawler.Crawl(context.Background(), store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
		if !errors.Is(err, crawler.ErrUnreachable) || run.Requests > 15 {
			t.Errorf("%v: %+v", err, run)
		}
	})
}

func TestLimit(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		o := crawler.Options{Transport: web.RoundTripper(), Limit: 3}
		run := crawl(t, store, siteOf(t, "dantri"), o)
		if run.Fetched != 3 || run.New != 3 || run.End != "limit" {
			t.Errorf("%+v", run)
		}
		o.Limit = 0
		time.Sleep(time.Second)
		if run = crawl(t, store, siteOf(t, "dantri"), o); run.New != len(web.Articles("dantri"))-3 {
			t.Errorf("the rest: %+v", run)
		}
	})
}

func TestMaxTime(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second, MaxTime: 10 * time.Second}
		run := crawl(t, store, siteOf(t, "dantri"), o)
		if run.End != "time" || time.Since(began) > 15*time.Second || run.Kept != len(web.Log()) {
			t.Errorf("after %v: %+v", time.Since(began), run)
		}
		o.MaxTime = 0
		again := crawl(t, store, siteOf(t, "dantri"), o)
		if run.New+again.New != len(web.Articles("dantri")) {
			t.Errorf("%+v and %+v", run, again)
		}
	})
}

// TestInterrupted: a run that has to end leaves within five seconds, keeps
// what it finished, and the next one does the rest without doing anything
// twice.
func TestInterrupted(t *testing.T) {
	for after := 500 * time.Millisecond; after < 40*time.Second; after += 3700 * time.Millisecond {
		t.Run(after.String(), func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				web.FaultFunc(func(*http.Request) sampleweb.Fault { return sampleweb.Slow(900 * time.Millisecond) })
				ctx, cancel := context.WithTimeout(context.Background(), after)
				defer cancel()
				o := crawler.Options{Transport: web.RoundTripper(), Pace: 300 * time.Millisecond}
				run, err := crawler.Crawl(ctx, store, siteOf(t, "dantri"), o)
				if !errors.Is(err, context.DeadlineExceeded) || run.End != "interrupted" {
					t.Fatalf("%v: %+v", err, run)
				}
				if late := time.Since(began) - after; late > 5*time.Second {
					t.Errorf("left %v late", late)
				}
				if len(store.kept) != run.Kept || run.Kept != len(web.Log()) || store.locked {
					t.Errorf("%d captures of %d requests, locked %v: %+v", len(store.kept), len(web.Log()), store.locked, run)
				}
				again := crawl(t, store, siteOf(t, "dantri"), o)
				if run.New+again.New != len(web.Articles("dantri")) {
					t.Errorf("%+v and %+v", run, again)
				}
			})
		})
	}
}

func TestHangingServerAndInterrupt(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		web.Fault("dantri.com.vn/", sampleweb.Slow(time.Hour))
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, err := crawler.Crawl(ctx, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
		if late := time.Since(began) - 10*time.Second; err == nil || late > 5*time.Second {
			t.Errorf("%v, %v late", err, late)
		}
	})
}

func TestStoreFails(t *testing.T) {
	for n := 1; n <= 4; n++ {
		t.Run(fmt.Sprint("commit ", n), func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				store.failCommit = n
				o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
				run, err := crawler.Crawl(context.Background(), store, siteOf(t, "dantri"), o)
				if !errors.Is(err, errDisk) || store.locked {
					t.Fatalf("%v: %+v", err, run)
				}
				if run.Kept != len(store.kept) {
					t.Errorf("reported %d captures, stored %d", run.Kept, len(store.kept))
				}
				store.failCommit = 0
				again := crawl(t, store, siteOf(t, "dantri"), o)
				if run.New+again.New != len(web.Articles("dantri")) {
					t.Errorf("%+v and %+v", run, again)
				}
			})
		})
	}
}

func TestSecondCrawlIsRefused(t *testing.T) {
	store := newMemory()
	release, err := store.Lock("dantri", "test")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	web := sampleweb.New()
	if _, err := crawler.Crawl(t.Context(), store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()}); !errors.Is(err, archive.ErrInUse) || len(web.Log()) != 0 {
		t.Errorf("%v", err)
	}
}

func TestSeeds(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		target := web.Articles("dantri")[2]
		o := crawler.Options{Transport: web.RoundTripper(), Seeds: []string{target + "?utm_source=x#comment"}}
		for range 3 { // whatever the plan says
			web.Reset()
			time.Sleep(5 * time.Hour) // robots.txt is to be asked for again
			run := crawl(t, store, site, o)
			var got []string
			for _, h := range web.Log() {
				got = append(got, h.URL())
			}
			if !slices.Equal(got, []string{"https://dantri.com.vn/robots.txt", target}) || run.Fetched != 1 {
				t.Errorf("%v: %+v", got, run)
			}
			time.Sleep(time.Second)
		}
	})
	web := sampleweb.New()
	for _, seed := range []string{"https://vov.vn/a-post1.vov", "http://169.254.169.254/", "http://2130706433/", "ftp://dantri.com.vn/", "x", "https://dantri.com.vn.example.org/"} {
		_, err := crawler.Crawl(t.Context(), newMemory(), siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Seeds: []string{seed}})
		if err == nil {
			t.Errorf("%s: no error", seed)
		}
		if strings.HasPrefix(seed, "https") && !errors.Is(err, crawler.ErrUnknownAddress) {
			t.Errorf("%s: %v", seed, err)
		}
	}
	if len(web.Log()) != 0 {
		t.Errorf("asked for %v", paths(web.Log()))
	}
}

func TestPlanAsksForNothing(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		plan, err := crawler.Plan(context.Background(), nil, site, crawler.Options{Transport: web.RoundTripper()})
		if err != nil || len(plan) != len(site.Sources) || plan[0].URL != site.Home {
			t.Errorf("%v, %v", plan, err)
		}
		crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Limit: 1})
		before := len(store.entries)
		web.Reset()
		plan, err = crawler.Plan(context.Background(), store, site, crawler.Options{Limit: 4})
		if err != nil || len(plan) != 4 || plan[0].Class != capture.Fresh {
			t.Errorf("%v, %v", plan, err)
		}
		if len(web.Log()) != 0 || len(store.entries) != before {
			t.Error("a plan did something")
		}
	})
}

func TestSamePageRedirectIsFollowedAtOnce(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		all := web.Articles("dantri")
		old := strings.Replace(all[0], "https://", "http://", 1)
		web.Fault("m.dantri.com.vn/*", sampleweb.Redirect(301, all[0]))
		seed := strings.Replace(old, "dantri.com.vn", "m.dantri.com.vn", 1)
		run := crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Seeds: []string{seed}})
		if run.New != 1 || run.Kept != 4 { // two robots.txt, one of them a redirect; the redirect; the page
			t.Errorf("%v: %+v", paths(web.Log()), run)
		}
		ks := store.of(seed)
		if len(ks) != 1 || ks[0].State != capture.Moved || ks[0].Location != all[0] {
			t.Errorf("%+v", ks)
		}
		if e := store.entries[ks[0].Page]; e.URL != all[0] {
			t.Errorf("the next look goes to %s", e.URL)
		}
	})
}

func TestMovedArticlesAreOnePage(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "baonghean")
		target := web.Articles("baonghean")[0]
		web.Fault("baonghean.vn/tin-cu-2633406.html", sampleweb.Redirect(301, target))
		seed := "https://baonghean.vn/tin-cu-2633406.html"
		o := crawler.Options{Transport: web.RoundTripper(), Seeds: []string{seed}}
		run := crawl(t, store, site, o)
		if run.New != 1 || len(store.of(target)) != 1 {
			t.Errorf("%v: %+v", paths(web.Log()), run)
		}
		from, _ := site.Address(seed)
		to, _ := site.Address(target)
		if store.aliases[from.Page] != to.Page {
			t.Errorf("aliases: %v", store.aliases)
		}
	})
}

func TestRedirectChainsEnd(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		n := 0
		web.Fault("dantri.com.vn/xa-hoi/chuoi-*", func(rw http.ResponseWriter, r *http.Request, _ http.Handler) {
			n++
			http.Redirect(rw, r, fmt.Sprintf("/xa-hoi/chuoi-202611200815224%02d.htm", n), http.StatusFound)
		})
		run, err := crawler.Crawl(t.Context(), store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Seeds: []string{"https://dantri.com.vn/xa-hoi/chuoi-20261120081522400.htm"}})
		if n > 7 || run.Gaps["too many redirects"] != 1 || !errors.Is(err, crawler.ErrNoArticle) {
			t.Errorf("%d hops, %v: %+v", n, err, run)
		}
	})
}

func TestTrapsEnd(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web := sampleweb.New()
		web.Fault("dantri.com.vn/xa-hoi*", endlessNews())
		run := crawl(t, newMemory(), siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Limit: 500})
		pages := 0
		for _, h := range web.Log() {
			if strings.HasPrefix(h.Path, "/xa-hoi/trang-") || h.Path == "/xa-hoi.htm" {
				pages++
			}
		}
		if pages > 31 || run.End != "done" {
			t.Errorf("%d pages of one list: %+v", pages, run)
		}
	})
}

// endlessNews is a list that always has another page with another article.
func endlessNews() sampleweb.Fault {
	n := 0
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "/bay-") {
			rw.WriteHeader(http.StatusNotFound)
			return
		}
		if r.URL.Path != "/xa-hoi.htm" && !strings.HasPrefix(r.URL.Path, "/xa-hoi/trang-") {
			next.ServeHTTP(rw, r)
			return
		}
		n++
		rw.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(rw, `<html><body><a href="/xa-hoi/bay-2026112008152%04d.htm">Bẫy</a></body></html>`, n)
	}
}

func TestCommitsAreSmall(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		articles := 500
		if testing.Short() {
			articles = 130
		}
		if err := web.Grow("dantri", articles); err != nil {
			t.Fatal(err)
		}
		run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Pace: 100 * time.Millisecond})
		if run.New != len(web.Articles("dantri")) {
			t.Errorf("%+v", run)
		}
		stored := 0
		for _, n := range store.batches {
			if n > 64 || n > stored/16+3 {
				t.Errorf("a batch of %d captures after %d", n, stored)
			}
			stored += n
		}
		once(t, web.Log())
	})
}

// slowStore takes a minute for each commit.
type slowStore struct {
	*memory
	web  *sampleweb.Web
	most int // that was fetched meanwhile
}

func (s *slowStore) Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error) {
	before := len(s.web.Log())
	time.Sleep(time.Minute)
	s.most = max(s.most, len(s.web.Log())-before)
	return s.memory.Commit(ctx, site, b)
}

// TestSlowStore: what waits for a commit is bounded in bytes, too: large pages are not
// fetched faster than they are stored.
func TestSlowStore(t *testing.T) {
	inTime(t, func(t *testing.T) {
		const size = 1 << 20
		web := sampleweb.New()
		web.Fill(size)
		if err := web.Grow("dantri", 40); err != nil {
			t.Fatal(err)
		}
		store := &slowStore{memory: newMemory(), web: web}
		run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper()})
		if run.New != len(web.Articles("dantri")) {
			t.Errorf("%+v", run)
		}
		if store.most < 4 || store.most > 8+2*4 { // two batches, and what four workers had begun before and since
			t.Errorf("%d pages of %d bytes fetched during one commit", store.most, size)
		}
	})
}

func TestEvents(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web := sampleweb.New()
		var events []crawler.Event
		run := crawl(t, newMemory(), siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Progress: func(e crawler.Event) { events = append(events, e) }})
		if len(events) != run.Requests {
			t.Errorf("%d events for %d requests", len(events), run.Requests)
		}
		// Workers run side by side, so the order of what they tell is chance; that
		// each host's robots.txt is among it is not.
		asked, robots := map[string]bool{}, map[string]bool{}
		for _, e := range events {
			u, err := url.Parse(e.URL)
			if err != nil {
				t.Fatal(err)
			}
			asked[u.Host] = true
			robots[u.Host] = robots[u.Host] || u.Path == "/robots.txt"
		}
		if diff := cmp.Diff(asked, robots); diff != "" {
			t.Error(diff)
		}
		if last := events[len(events)-1].Run; last.Requests != run.Requests || last.Listed != run.Listed {
			t.Errorf("%+v, %+v", last, run)
		}
	})
}
