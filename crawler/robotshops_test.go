package crawler_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

// withScheme tells a web by which scheme it is asked.
type withScheme struct{ http.RoundTripper }

func (w withScheme) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Scheme", r.URL.Scheme)
	return w.RoundTripper.RoundTrip(r)
}

// answersAt makes a web that is asked [withScheme] answer whole addresses; what begins
// with > is a redirect.
func answersAt(web *sampleweb.Web, of map[string]string) {
	web.FaultFunc(func(r *http.Request) sampleweb.Fault {
		body, ok := of[r.Header.Get("Scheme")+"://"+r.Host+r.URL.RequestURI()]
		switch to, leads := strings.CutPrefix(body, ">"); {
		case !ok:
			return nil
		case leads:
			return sampleweb.Redirect(302, to)
		}
		return answer(200, "text/plain", body)
	})
}

// forbidding is a robots.txt that shuts one section.
const forbidding = "User-agent: *\nDisallow: /the-thao/\n"

// TestRobotsRedirects: the rules are those of where a robots.txt leads, for the host that
// was asked, whatever path and host that is; a page holds none.
func TestRobotsRedirects(t *testing.T) {
	const asked = "https://dantri.com.vn/robots.txt"
	for name, tt := range map[string]struct {
		at         map[string]string
		allowed    bool // the section is open
		unasked    bool // nothing is asked for
		last, kept string
	}{
		"another path":           {at: map[string]string{asked: ">/static/robots.txt", "https://dantri.com.vn/static/robots.txt": forbidding}, kept: "https://dantri.com.vn/static/robots.txt"},
		"a slash":                {at: map[string]string{asked: ">/robots.txt/", "https://dantri.com.vn/robots.txt/": forbidding}},
		"a query":                {at: map[string]string{asked: ">/robots.txt?utm_source=x", asked + "?utm_source=x": forbidding}},
		"a path like a section":  {at: map[string]string{asked: ">/robots.htm", "https://dantri.com.vn/robots.htm": forbidding}},
		"a port":                 {at: map[string]string{asked: ">https://dantri.com.vn:8443/robots.txt", "https://dantri.com.vn:8443/robots.txt": forbidding}},
		"the other scheme":       {at: map[string]string{asked: ">http://dantri.com.vn/robots.txt", "http://dantri.com.vn/robots.txt": forbidding}},
		"another's host":         {at: map[string]string{asked: ">https://CDN.example.org/r/dantri.txt", "https://cdn.example.org/r/dantri.txt": forbidding}},
		"there and back":         {at: map[string]string{asked: ">//cdn.example.org/robots.txt", "https://cdn.example.org/robots.txt": ">https://www.dantri.com.vn/robots.txt", "https://www.dantri.com.vn/robots.txt": forbidding}},
		"the front page":         {at: map[string]string{asked: ">/"}, allowed: true},
		"another's front page":   {at: map[string]string{asked: ">https://example.org/", "https://example.org/": forbidding}, allowed: true},
		"an article":             {at: map[string]string{asked: ">/xa-hoi/bai-20221224083224103.htm"}, allowed: true},
		"a page in HTML":         {at: map[string]string{asked: ">/loi-404", "https://dantri.com.vn/loi-404": "<html><body><p>Disallow: /</p></body></html>"}, allowed: true},
		"another's, not there":   {at: map[string]string{asked: ">https://cdn.example.org/none", "https://cdn.example.org/none": ">https://cdn.example.org/"}, allowed: true},
		"itself":                 {at: map[string]string{asked: ">" + asked}, allowed: true},
		"a machine near us":      {at: map[string]string{asked: ">http://10.0.0.1/robots.txt"}, unasked: true},
		"another's, to our side": {at: map[string]string{asked: ">https://cdn.example.org/robots.txt", "https://cdn.example.org/robots.txt": ">http://127.0.0.1/"}, unasked: true},
		"five": {at: map[string]string{
			asked: ">/1", "https://dantri.com.vn/1": ">https://www.dantri.com.vn/2", "https://www.dantri.com.vn/2": ">http://a.example/3",
			"http://a.example/3": ">/4", "http://a.example/4": ">https://m.dantri.com.vn/5", "https://m.dantri.com.vn/5": forbidding}},
		"six": {at: map[string]string{
			asked: ">/1", "https://dantri.com.vn/1": ">/2", "https://dantri.com.vn/2": ">/3",
			"https://dantri.com.vn/3": ">/4", "https://dantri.com.vn/4": ">/5", "https://dantri.com.vn/5": ">/6", "https://dantri.com.vn/6": forbidding}, allowed: true},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), newMemory()
				answersAt(web, tt.at)
				run, err := crawler.Crawl(t.Context(), store, siteOf(t, "dantri"), crawler.Options{Transport: withScheme{web.RoundTripper()}, Pace: time.Second})
				if tt.unasked != errors.Is(err, crawler.ErrUnreachable) || !tt.unasked && (err != nil || run.New == 0) {
					t.Errorf("%v: %+v", err, run)
				}
				shut, others := 0, 0
				for _, h := range web.Log() {
					_, known := tt.at[h.URL()]
					if strings.HasPrefix(h.Path, "/the-thao/") {
						shut++
					}
					if !known && (tt.unasked || !strings.HasSuffix(h.Host, "dantri.com.vn")) {
						others++
						t.Errorf("asked for %s", h.URL())
					}
				}
				if !tt.unasked && (shut > 0) != tt.allowed {
					t.Errorf("%d of the section were asked for", shut)
				}
				for _, k := range store.kept {
					if !strings.Contains(k.URL, "dantri.com.vn") {
						t.Errorf("kept %s", k.URL)
					}
				}
				if tt.kept != "" && len(store.of(tt.kept)) != 1 {
					t.Errorf("%s is not kept", tt.kept)
				}
				paced(t, web.Log(), time.Second)
				if tt.allowed || tt.unasked {
					return
				}
				// They hold in the next run, which does not ask for them.
				web.Reset()
				time.Sleep(time.Hour)
				crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: withScheme{web.RoundTripper()}, Pace: time.Second})
				for _, h := range web.Log() {
					if _, robots := tt.at[h.URL()]; robots || strings.HasPrefix(h.Path, "/the-thao/") {
						t.Errorf("an hour later: asked for %s", h.URL())
					}
				}
			})
		})
	}
}

// TestRobotsOfEachScheme: what one scheme forbids, the other may allow; where the one
// cannot be had, the other goes on.
func TestRobotsOfEachScheme(t *testing.T) {
	const everything = "User-agent: *\nDisallow: /\n"
	inTime(t, func(t *testing.T) {
		web, site := sampleweb.New(), siteOf(t, "dantri")
		secure := web.Articles("dantri")[0]
		plain := "http" + strings.TrimPrefix(web.Articles("dantri")[1], "https")
		seeds := []string{secure, plain}
		urlsOf := func(web *sampleweb.Web) (all []string) {
			for _, h := range web.Log() {
				all = append(all, h.URL())
			}
			return all
		}
		for name, tt := range map[string]struct{ http, https, want, not string }{
			"https is shut": {"User-agent: *\nAllow: /\n", everything, plain, secure},
			"http is shut":  {everything, "User-agent: *\nAllow: /\n", secure, plain},
		} {
			web, store := sampleweb.New(), newMemory()
			answersAt(web, map[string]string{"http://dantri.com.vn/robots.txt": tt.http, "https://dantri.com.vn/robots.txt": tt.https})
			for range 2 { // what was stored holds too
				run := crawl(t, store, site, crawler.Options{Transport: withScheme{web.RoundTripper()}, Seeds: seeds})
				if run.Gaps["robots"] != 1 {
					t.Errorf("%s: %v", name, run.Gaps)
				}
				time.Sleep(time.Hour)
			}
			if all := urlsOf(web); !slices.Contains(all, tt.want) || slices.Contains(all, tt.not) || robotsHits(web.Log()) != 2 {
				t.Errorf("%s: %v", name, all)
			}
		}

		// Nobody answers by http.
		web.FaultFunc(func(r *http.Request) sampleweb.Fault {
			if r.Header.Get("Scheme") == "http" {
				return sampleweb.Reset(-1)
			}
			return nil
		})
		run, err := crawler.Crawl(t.Context(), newMemory(), site, crawler.Options{Transport: withScheme{web.RoundTripper()}, Seeds: seeds})
		if all := urlsOf(web); err != nil || run.New != 1 || run.Gaps["unreachable"] != 1 || slices.Contains(all, plain) {
			t.Errorf("%v: %+v, %v", err, run, all)
		}
	})
}

// TestRobotsOfEarlierVersions: they stored one for both schemes.
func TestRobotsOfEarlierVersions(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		stored, err := json.Marshal(map[string]any{
			"fetched": began, "expires": began.Add(4 * time.Hour), "status": 200, "body": []byte("User-agent: *\nDisallow: /the-thao/\nSitemap: /rieng.xml\n"),
		})
		if err != nil {
			t.Fatal(err)
		}
		store.hosts = map[string][]byte{"dantri.com.vn/robots.txt": stored}
		crawl(t, store, site, crawler.Options{Transport: withScheme{web.RoundTripper()}})
		if robotsHits(web.Log()) != 0 || hitsOf(web.Log(), "/rieng.xml") != 1 {
			t.Errorf("%v", paths(web.Log()))
		}
		for _, p := range paths(web.Log()) {
			if strings.HasPrefix(p, "/the-thao/") {
				t.Errorf("asked for %s", p)
			}
		}
	})
}

// Sitemaps are resolved against where the robots.txt was found, as long as that is the
// newspaper's.
func TestSitemapsOfARobotsThatMoved(t *testing.T) {
	const asked = "https://dantri.com.vn/robots.txt"
	for name, tt := range map[string]struct {
		at   map[string]string
		want string
	}{
		"a path":                      {map[string]string{asked: "Sitemap: /a/x.xml"}, "https://dantri.com.vn/a/x.xml"},
		"two slashes":                 {map[string]string{asked: "Sitemap: //www.dantri.com.vn/x.xml"}, "https://www.dantri.com.vn/x.xml"},
		"a name":                      {map[string]string{asked: "Sitemap: x.xml"}, "https://dantri.com.vn/x.xml"},
		"moved":                       {map[string]string{asked: ">https://www.dantri.com.vn/a/robots.txt", "https://www.dantri.com.vn/a/robots.txt": "Sitemap: x.xml"}, "https://www.dantri.com.vn/a/x.xml"},
		"moved to another's host":     {map[string]string{asked: ">https://cdn.example.org/a/robots.txt", "https://cdn.example.org/a/robots.txt": "Sitemap: /x.xml"}, "https://dantri.com.vn/x.xml"},
		"the newspaper's, by another": {map[string]string{asked: ">https://cdn.example.org/a/robots.txt", "https://cdn.example.org/a/robots.txt": "Sitemap: https://m.dantri.com.vn/x.xml"}, "https://m.dantri.com.vn/x.xml"},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web := sampleweb.New()
				answersAt(web, tt.at)
				run := crawl(t, newMemory(), siteOf(t, "dantri"), crawler.Options{Transport: withScheme{web.RoundTripper()}})
				n := 0
				for _, h := range web.Log() {
					if h.URL() == tt.want {
						n++
					}
				}
				if n != 1 || run.Failed != 0 {
					t.Errorf("asked for %d times: %v, %+v", n, paths(web.Log()), run)
				}
			})
		})
	}
}

// TestListingsElsewhere: addresses are resolved against where a listing came from in the
// end, and against what a page says its base is.
func TestListingsElsewhere(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		page := `<article><h1>Bài riêng</h1><p>Nội dung của bài báo.</p></article>`
		web.Fault("*/xa-hoi/bai-rieng-*", answer(200, "text/html; charset=utf-8", page))
		answersAt(web, map[string]string{
			"https://dantri.com.vn/robots.txt":      "Sitemap: /mot.xml\nSitemap: /hai.xml\n",
			"https://dantri.com.vn/mot.xml":         ">/sitemaps/ba.xml",
			"https://dantri.com.vn/sitemaps/ba.xml": "<sitemapindex><sitemap><loc>con/tu.xml</loc></sitemap></sitemapindex>",
			"https://dantri.com.vn/sitemaps/con/tu.xml": "../../xa-hoi/bai-rieng-20261121100000123.htm\n/xa-hoi/bai-rieng-20261121100000124.htm\n" +
				"https://dantri.com.vn/xa-hoi/bai-rieng-20261121100000125.htm\n",
		})
		web.Fault("dantri.com.vn/hai.xml", answer(200, "text/html; charset=utf-8",
			`<html><head><base href="/xa-hoi/x/"></head><body><a href="../bai-rieng-20261121100000126.htm">x</a></body></html>`))
		crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: withScheme{web.RoundTripper()}})
		for _, n := range []string{"4", "5", "6"} {
			if address := "https://dantri.com.vn/xa-hoi/bai-rieng-2026112110000012" + n + ".htm"; len(store.of(address)) != 1 {
				t.Errorf("%s was not fetched", address)
			}
		}
	})
}

// A list, feed or sitemap that breaks off on the wire gives what came before, as one that
// was written so does; it is broken all the same.
func TestListingCutOnTheWire(t *testing.T) {
	const front, first, second = "https://dantri.com.vn/", "https://dantri.com.vn/xa-hoi/bai-rieng-20261121100000123.htm", "https://dantri.com.vn/xa-hoi/bai-rieng-20261121100000124.htm"
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		web.Fault("*/xa-hoi/bai-rieng-*", answer(200, "text/html; charset=utf-8", `<article><h1>Bài riêng</h1><p>Nội dung của bài báo.</p></article>`))
		answersAt(web, map[string]string{"https://dantri.com.vn/robots.txt": "Sitemap: /mot.xml\n"})
		cut := func(address, kind, body string) {
			web.Fault(pattern(address), sampleweb.Raw("HTTP/1.1 200 OK\r\nContent-Type: "+kind+"\r\nContent-Length: 900\r\n\r\n"+body))
		}
		cut("https://dantri.com.vn/mot.xml", "text/xml", "<urlset><url><loc>"+first+"</loc></url><url><loc>https://dantri.com.vn/xa-h")
		cut(front, "text/html", `<!doctype html><body><a href="`+second+`">Bài riêng</a><a href="/xa-hoi/bai-rieng-2026112110000012`)
		run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: withScheme{web.RoundTripper()}})
		if len(store.of(first)) != 1 || len(store.of(second)) != 1 || run.Failed != 1 {
			t.Errorf("%+v", run)
		}
		for _, k := range append(store.of("https://dantri.com.vn/mot.xml"), store.of(front)...) {
			if k.State != capture.Broken {
				t.Errorf("%s is %s", k.URL, k.State)
			}
		}
	})
}
