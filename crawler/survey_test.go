package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive"
	"baoluu/cleaner/learn"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// unknown is the name under which the tests survey a newspaper.
const unknown = "bao-moi-24h"

func surveyOf(web *sampleweb.Web) crawler.SurveyOptions {
	return crawler.SurveyOptions{Options: crawler.Options{Transport: web.RoundTripper(), Pace: time.Second, Version: "1.2", Contact: "librarian@example.org"}}
}

func survey(t *testing.T, store crawler.Store, home string, o crawler.SurveyOptions) *crawler.Findings {
	t.Helper()
	f, err := crawler.Survey(context.Background(), store, unknown, home, o)
	if err != nil {
		t.Fatalf("%s: %v (%+v, %q)", home, err, f.Run, f.Notes)
	}
	return f
}

// fetched is what came of one kind, in order.
func fetched(f *crawler.Findings, kind sites.Kind) (urls []string) {
	for _, p := range f.Fetched {
		if p.Kind == kind {
			urls = append(urls, p.URL)
		}
	}
	return urls
}

// TestSurvey: of each sample newspaper, as if it were unknown, a survey finds the front page, lists and
// articles of several sections, once each and at a request a second; the same again and again.
func TestSurvey(t *testing.T) {
	for _, site := range sampled() {
		for _, knows := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, forms %t", site.Name, knows), func(t *testing.T) {
				inTime(t, func(t *testing.T) {
					web, store := sampleweb.New(), newMemory()
					o := surveyOf(web)
					if knows {
						o.Forms = func([]string) []sites.AddressForm { return site.Articles }
					}
					f := survey(t, store, site.Home, o)
					log := web.Log()
					once(t, log)
					robotsFirst(t, log)
					paced(t, log, time.Second)
					t.Logf("%d requests, %d articles", len(log), f.Run.Came)
					if len(log) != f.Run.Requests || len(log) > crawler.DefaultSurveyRequests || len(store.kept) != f.Run.Kept || f.Run.End != "done" || len(store.entries) != 0 {
						t.Errorf("%d requests, %d captures: %+v", len(log), len(store.kept), f.Run)
					}
					for _, h := range log {
						if h.UserAgent != "baoluu/1.2 (+librarian@example.org)" || !site.Owns(h.Host) {
							t.Errorf("%s by %s", h.URL(), h.UserAgent)
						}
					}
					sections := map[string]bool{}
					for _, address := range fetched(f, sites.Article) {
						truth, ok := web.TruthAt(address)
						if !ok {
							t.Errorf("%s is no article", address)
						}
						sections[strings.Join(truth.Section, " ")] = true
						if ks := store.of(address); len(ks) != 1 || knows && ks[0].Page == sites.SURT(address) {
							t.Errorf("%s: %d captures", address, len(ks))
						}
					}
					if f.Run.Came < 8 || len(sections) < 4 || len(fetched(f, sites.List)) < 4 {
						t.Errorf("%d articles of %v, lists %v", f.Run.Came, sections, fetched(f, sites.List))
					}
					if f.Sources[0] != (sites.Source{Kind: sites.FrontPage, URL: site.Home}) {
						t.Errorf("sources %v", f.Sources)
					}
					for _, s := range f.Sources {
						a, err := site.Address(s.URL)
						if came := len(store.of(s.URL)) == 1; err != nil || a.Kind == sites.Article || came == s.Guess {
							t.Errorf("source %+v: %+v, fetched %t, %v", s, a, came, err)
						}
					}

					other := sampleweb.New()
					o.Transport = other.RoundTripper()
					same := survey(t, newMemory(), site.Home, o)
					if diff := cmp.Diff(paths(log), paths(other.Log())); diff != "" {
						t.Errorf("another survey asks for other pages: %s", diff)
					}
					if diff := cmp.Diff(f.Named, same.Named); diff != "" {
						t.Error(diff)
					}

					web.Reset()
					o.Transport, o.Known = web.RoundTripper(), store.kept
					again := survey(t, store, site.Home, o)
					if len(web.Log()) != 0 || again.Run.Requests != 0 {
						t.Errorf("asked again: %v", paths(web.Log()))
					}
					if !reflect.DeepEqual(f.Fetched, again.Fetched) {
						t.Errorf("from what is known it finds otherwise")
					}
					if diff := cmp.Diff(f.Sources, again.Sources); diff != "" {
						t.Error(diff)
					}
				})
			})
		}
	}
}

// TestSurveyOfAStranger: a newspaper that no description and no rule of ours fits, whose numbers
// stand in folders, with a page that names its feeds, lists that page and articles of six years.
func TestSurveyOfAStranger(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		name := web.Strangers()[0]
		f := survey(t, store, web.Home(name), surveyOf(web))
		log := web.Log()
		once(t, log)
		robotsFirst(t, log)
		paced(t, log, time.Second)
		t.Logf("%d requests", len(log))
		if len(log) > crawler.DefaultSurveyRequests || f.Run.Came != crawler.DefaultSurveyArticles || f.Run.End != "done" {
			t.Errorf("%d requests, %+v, %v", len(log), f.Run, paths(log))
		}
		years, sections := map[int]int{}, map[string]int{}
		for _, address := range fetched(f, sites.Article) {
			truth, ok := web.TruthAt(address)
			if !ok {
				t.Errorf("%s is no article", address)
				continue
			}
			years[truth.Published.Year()]++
			sections[truth.Section[0]]++
		}
		if len(years) < 5 || years[2026] < 8 || len(sections) < 4 {
			t.Errorf("years %v, sections %v", years, sections)
		}
		kinds := map[sites.SourceKind]int{}
		for _, s := range f.Sources {
			kinds[s.Kind]++
		}
		if diff := cmp.Diff(map[sites.SourceKind]int{sites.FrontPage: 1, sites.FeedSource: 6, sites.Sitemap: 1, sites.SectionList: 5}, kinds); diff != "" {
			t.Errorf("%s%v", diff, f.Sources)
		}
		if lists := fetched(f, sites.List); !slices.ContainsFunc(lists, func(l string) bool { return strings.HasSuffix(l, "/trang/2") }) {
			t.Errorf("no second page among %v", lists)
		}
		if len(f.Notes) > 0 {
			t.Errorf("notes %q", f.Notes)
		}
	})
}

// TestSurveyGoesOn: surveys that may ask for little go on where the one before stopped, and come to
// what one would have found; what came a day ago is asked for again.
func TestSurveyGoesOn(t *testing.T) {
	inTime(t, func(t *testing.T) {
		home := siteOf(t, "dantri").Home
		whole := survey(t, newMemory(), home, surveyOf(sampleweb.New()))

		web, store := sampleweb.New(), newMemory()
		o := surveyOf(web)
		o.Requests = 6
		var f *crawler.Findings
		for calls := 1; ; calls++ {
			o.Known = store.kept
			var err error
			f, err = crawler.Survey(context.Background(), store, unknown, home, o)
			if f.Run.Requests > o.Requests {
				t.Errorf("%d requests", f.Run.Requests)
			}
			if f.Run.End == "done" {
				break
			}
			if f.Run.End != "limit" && !errors.Is(err, crawler.ErrNoArticle) || !slices.Contains(f.Notes, "stopped after 6 requests") {
				t.Fatalf("call %d: %v, %+v", calls, err, f.Run)
			}
			time.Sleep(time.Minute)
		}
		once(t, web.Log())
		if diff := cmp.Diff(fetched(whole, sites.Article), fetched(f, sites.Article)); diff != "" {
			t.Error(diff)
		}
		web.Reset()
		time.Sleep(24 * time.Hour)
		o.Known, o.Requests = store.kept, 0
		if f := survey(t, store, home, o); f.Run.Requests != whole.Run.Requests {
			t.Errorf("a day later %d requests, not %d", f.Run.Requests, whole.Run.Requests)
		}
	})
}

// newspaper answers for a newspaper of which the tests write each page: path and query to body.
func newspaper(host string, pages map[string]string) *sampleweb.Web {
	web := sampleweb.New()
	web.FaultFunc(func(r *http.Request) sampleweb.Fault {
		body, ok := pages[r.URL.RequestURI()]
		to, leads := strings.CutPrefix(body, ">")
		switch {
		case r.Host != host || !ok:
			return sampleweb.Status(404)
		case leads:
			return sampleweb.Redirect(302, to)
		case strings.HasPrefix(body, "<?xml"):
			return answer(200, "text/xml", body)
		case r.URL.Path == "/robots.txt":
			return answer(200, "text/plain", body)
		}
		return answer(200, "text/html; charset=utf-8", body)
	})
	return web
}

func linking(title string, links ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<html><head><title>%s</title></head><body><h1>%s</h1>", title, title)
	for _, link := range links {
		fmt.Fprintf(&b, `<a href="%s">%s</a> `, link, link)
	}
	return b.String() + "</body></html>"
}

func urlset(root, child string, addresses ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><` + root + ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, address := range addresses {
		b.WriteString("<" + child + "><loc>" + address + "</loc></" + child + ">")
	}
	return b.String() + "</" + root + ">"
}

func feed(addresses ...string) string {
	body := `<?xml version="1.0"?><rss version="2.0"><channel>`
	for _, address := range addresses {
		body += "<item><link>" + address + "</link></item>"
	}
	return body + "</channel></rss>"
}

// grown is a newspaper of fifteen years: addresses without a section, a page that names feeds,
// lists that page, an index of a sitemap for each month.
func grown() map[string]string {
	const origin = "https://baomoi24h.vn"
	pages := map[string]string{"/robots.txt": "User-agent: *\nDisallow: /tim-kiem\nSitemap: /sitemap.xml\n"}
	var months, newest, menu, feeds []string
	id := 1000000
	for year := 2026; year >= 2012; year-- {
		for month := 11; month >= 1; month -= 2 {
			var of []string
			for n := range 12 {
				id--
				path := fmt.Sprintf("/bai-so-%d-cua-thang-nay-trong-nam-%d.html", n, id)
				title := fmt.Sprintf("Bài số %d của tháng %d năm %d", n, month, year)
				pages[path] = "<html><head><title>" + title + "</title></head><body><article><h1>" + title + "</h1><p>" + strings.Repeat("Một câu dài của bài viết này nói về việc xây cầu ở làng bên. ", 8) + "</p><p>" + strings.Repeat("Câu khác kể rằng người làng đã góp tiền trong ba năm liền. ", 8) + "</p></article></body></html>"
				of = append(of, origin+path)
			}
			at := fmt.Sprintf("/sitemaps/news-%d-%d.xml", year, month)
			pages[at] = urlset("urlset", "url", of...)
			months = append(months, origin+at)
			newest = append(newest, of...)
		}
	}
	pages["/sitemap.xml"] = urlset("sitemapindex", "sitemap", append([]string{origin + "/sitemaps/categories.xml"}, months...)...)
	for i, section := range []string{"thoi-su", "kinh-te", "the-thao", "van-hoa", "giao-duc"} {
		menu = append(menu, "/"+section+".html")
		feeds = append(feeds, "/rss/"+section+".rss")
		pages["/"+section+".html"] = linking(section, append(newest[10*i:10*i+10:10*i+10], "/"+section+"/trang-2.html", "/"+section+"/trang-3.html")...)
		pages["/"+section+"/trang-2.html"] = linking(section, newest[100+10*i:110+10*i]...)
		pages["/rss/"+section+".rss"] = feed(newest[5*i : 5*i+5]...)
	}
	pages["/rss.html"] = linking("RSS", feeds...)
	pages["/"] = linking("Báo Mới 24h", append(append(menu, "/lien-he.html", "/rss.html", "/tim-kiem", "https://facebook.com/baomoi24h"), newest[:20]...)...)
	return pages
}

func TestSurveyOfManyYears(t *testing.T) {
	inTime(t, func(t *testing.T) {
		pages := grown()
		web, store := newspaper("baomoi24h.vn", pages), newMemory()
		f := survey(t, store, "https://baomoi24h.vn", surveyOf(web))
		log := web.Log()
		paced(t, log, time.Second)
		t.Logf("%d requests", len(log))
		if len(log) > crawler.DefaultSurveyRequests || f.Run.Came != crawler.DefaultSurveyArticles {
			t.Errorf("%d requests, %+v, %v", len(log), f.Run, f.Notes)
		}
		years, in := map[string]int{}, regexp.MustCompile(`năm (\d+)`)
		for _, address := range fetched(f, sites.Article) {
			years[in.FindStringSubmatch(pages[strings.TrimPrefix(address, "https://baomoi24h.vn")])[1]]++
		}
		// Second pages of lists name articles of 2025, and do not say so: they count as new.
		if diff := cmp.Diff(map[string]int{"2026": 7, "2025": 3 + 3, "2021": 3, "2017": 2, "2012": 2}, years); diff != "" {
			t.Errorf("articles by year: %s", diff)
		}
		want := []string{"front  https://baomoi24h.vn/"}
		for i, section := range []string{"thoi-su", "kinh-te", "the-thao", "van-hoa", "giao-duc"} {
			guess := map[bool]string{true: "?"}[i == 4]
			want = append(want, "feed "+guess+" https://baomoi24h.vn/rss/"+section+".rss", "section "+guess+" https://baomoi24h.vn/"+section+".html")
		}
		want = append(want, "sitemap  https://baomoi24h.vn/sitemap.xml")
		var got []string
		for _, s := range f.Sources {
			got = append(got, fmt.Sprintf("%s %s %s", s.Kind, map[bool]string{true: "?"}[s.Guess], s.URL))
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if lists := fetched(f, sites.List); !slices.Contains(lists, "https://baomoi24h.vn/kinh-te/trang-2.html") || slices.Contains(lists, "https://baomoi24h.vn/lien-he.html") {
			t.Errorf("lists %v", lists)
		}
		if len(f.Notes) != 0 {
			t.Errorf("notes %q", f.Notes)
		}
	})
}

// TestSurveyTroubles: whatever the newspaper sends, a survey ends, says why, and keeps to its rules.
func TestSurveyTroubles(t *testing.T) {
	const host, home = "baomoi24h.vn", "https://baomoi24h.vn/"
	with := func(changes map[string]string) *sampleweb.Web {
		pages := grown()
		maps.Copy(pages, changes)
		return newspaper(host, pages)
	}
	faulty := func(f func(path string) sampleweb.Fault) *sampleweb.Web {
		web := with(nil)
		web.FaultFunc(func(r *http.Request) sampleweb.Fault { return f(r.URL.Path) })
		return web
	}
	var foreign, many, links []string
	for i := range 50_000 {
		links = append(links, fmt.Sprintf("/rss/muc-%d.rss", i), fmt.Sprintf("/muc-%d", i))
		foreign = append(foreign, fmt.Sprintf("https://another.example/mot-bai-viet-cua-bao-khac-%d.html", i))
		many = append(many, fmt.Sprintf("https://baomoi24h.vn/mot-bai-viet-khong-he-co-%d.html", 100_000+i))
	}
	for _, tt := range []struct {
		name     string
		web      *sampleweb.Web
		err      error
		end      string
		requests int // at most; 0: the default
		articles int
		note     string // the beginning of one
	}{
		{name: "robots.txt forbids all", web: with(map[string]string{"/robots.txt": "User-agent: *\nDisallow: /\nSitemap: https://baomoi24h.vn/sitemap.xml"}), err: crawler.ErrNoSource, end: "no source", requests: 1, note: "the front page did not come: robots"},
		{name: "robots.txt forbids the sitemaps", web: with(map[string]string{"/robots.txt": "User-agent: *\nDisallow: /sitemap\nSitemap: https://baomoi24h.vn/sitemap.xml"}), end: "done", articles: 20, note: "the sitemap https://baomoi24h.vn/sitemap.xml: robots"},
		{name: "no feeds", web: faulty(func(path string) sampleweb.Fault {
			if strings.Contains(path, "rss") {
				return sampleweb.Status(404)
			}
			return nil
		}), end: "done", articles: 20, note: "no feed could be read"},
		{name: "no feeds, no sitemaps", web: faulty(func(path string) sampleweb.Fault {
			if strings.Contains(path, "rss") || strings.Contains(path, "sitemap") {
				return sampleweb.Status(404)
			}
			return nil
		}), end: "done", articles: 20, note: "no sitemap could be read"},
		{name: "front page forbidden", web: faulty(func(path string) sampleweb.Fault {
			if path == "/" {
				return sampleweb.Status(403)
			}
			return nil
		}), end: "done", articles: 20, note: "the front page did not come: status 403"},
		{name: "all forbidden", web: faulty(func(path string) sampleweb.Fault {
			if path == "/robots.txt" {
				return nil
			}
			return sampleweb.Status(403)
		}), err: crawler.ErrBlocked, end: "blocked", requests: 20},
		{name: "challenges", web: faulty(func(string) sampleweb.Fault { return sampleweb.Challenge() }), err: crawler.ErrBlocked, end: "blocked", requests: 20},
		{name: "articles forbidden", web: faulty(func(path string) sampleweb.Fault {
			if strings.HasPrefix(path, "/bai-so") {
				return sampleweb.Status(403)
			}
			return nil
		}), err: crawler.ErrBlocked, end: "blocked", requests: 32},
		{name: "too many requests", web: faulty(func(string) sampleweb.Fault { return sampleweb.RetryAfter(429, "86400") }), err: crawler.ErrBlocked, requests: 1, end: "blocked"},
		{name: "down", web: faulty(func(string) sampleweb.Fault { return sampleweb.Status(503) }), err: crawler.ErrUnreachable, requests: 3, end: "unreachable"},
		{name: "endless redirects", web: faulty(func(path string) sampleweb.Fault {
			if path == "/robots.txt" {
				return nil
			}
			return sampleweb.RedirectLoop()
		}), err: crawler.ErrNoSource, end: "no source"},
		{name: "redirects under new names", web: faulty(func(path string) sampleweb.Fault {
			if path == "/robots.txt" {
				return nil
			}
			return sampleweb.Redirect(302, path+"a")
		}), err: crawler.ErrNoSource, end: "no source"},
		{name: "front page moved away", web: with(map[string]string{"/": ">https://vov.vn/"}), err: crawler.ErrMoved, end: "no source", requests: 2},
		{name: "front page leads to metadata", web: with(map[string]string{"/": ">http://169.254.169.254/latest"}), end: "done", articles: 20, note: "the front page did not come: local address"},
		{name: "a sitemap of others' addresses", web: with(map[string]string{"/sitemap.xml": urlset("urlset", "url", foreign...)}), end: "done", articles: 20, note: "https://baomoi24h.vn/sitemap.xml names 50000 addresses of other hosts"},
		{name: "a sitemap of pages that are not there", web: with(map[string]string{"/sitemap.xml": urlset("urlset", "url", many...)}), end: "done", articles: 20, note: "2 articles did not come: gone"},
		{name: "an index of itself", web: with(map[string]string{"/sitemap.xml": urlset("sitemapindex", "sitemap", home+"sitemap.xml", home+"sitemap.xml?a=1", "http://10.0.0.1/sitemap.xml")}), end: "done", articles: 20},
		{name: "a front page of links", web: with(map[string]string{"/": linking("Báo Mới", links...)}), end: "done", articles: 20, note: "no feed could be read"},
		{name: "nothing but words", web: with(map[string]string{"/": linking("Báo Mới"), "/robots.txt": "", "/sitemap.xml": linking("Báo Mới"), "/rss.html": linking("")}), err: crawler.ErrNoArticle, end: "no article", note: "no address looks like an article's"},
		{name: "a bug in Location", web: faulty(func(path string) sampleweb.Fault {
			if path == "/" {
				return sampleweb.Redirect(302, "http://[::1")
			}
			return nil
		}), end: "done", articles: 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				store := newMemory()
				f, err := crawler.Survey(context.Background(), store, unknown, home, surveyOf(tt.web))
				log := tt.web.Log()
				t.Logf("%d requests, %d articles, %v", len(log), f.Run.Came, err)
				if !errors.Is(err, tt.err) || f.Run.End != tt.end || f.Run.Came < tt.articles || tt.err != nil && f.Run.Came > 0 {
					t.Errorf("%v, %+v", err, f.Run)
				}
				const over = 5 // redirects and tries of the last address
				if limit := tt.requests; len(log) > max(limit, 1) && limit > 0 || len(log) > crawler.DefaultSurveyRequests+over || len(log) != f.Run.Requests {
					t.Errorf("%d requests, %+v", len(log), f.Run)
				}
				if !slices.ContainsFunc(f.Notes, func(n string) bool { return strings.HasPrefix(n, tt.note) }) && tt.note != "" {
					t.Errorf("notes %q", f.Notes)
				}
				if runs, err := store.Runs(t.Context(), unknown, time.Time{}); err != nil || len(runs) != 1 || runs[0].End != tt.end {
					t.Errorf("runs %+v, %v", runs, err)
				}
				for _, h := range log {
					if h.Host != host {
						t.Errorf("asked %s", h.URL())
					}
				}
				if len(f.Named) > 20_000 {
					t.Errorf("%d addresses", len(f.Named))
				}
				paced(t, log, time.Second)
			})
		})
	}
}

// TestSurveyOfTheLocalNetwork: no name and no number leads there.
func TestSurveyOfTheLocalNetwork(t *testing.T) {
	for _, home := range []string{"http://127.0.0.1/", "http://localhost/", "https://169.254.169.254/", "http://2130706433/", "http://[::1]/", "http://router.lan/"} {
		web := sampleweb.New()
		if _, err := crawler.Survey(context.Background(), newMemory(), unknown, home, surveyOf(web)); !errors.Is(err, crawler.ErrLocalAddress) || len(web.Log()) != 0 {
			t.Errorf("%s: %v, %v", home, err, web.Log())
		}
	}
	for _, home := range []string{"", "baomoi24h.vn", "ftp://baomoi24h.vn/", "https://baomoi24h.vn:8443/", "https://me:secret@baomoi24h.vn/"} {
		web := sampleweb.New()
		if _, err := crawler.Survey(context.Background(), newMemory(), unknown, home, surveyOf(web)); !errors.Is(err, sites.ErrAddress) || len(web.Log()) != 0 {
			t.Errorf("%s: %v, %v", home, err, web.Log())
		}
	}
	inTime(t, func(t *testing.T) { // the name is public, what it stands for is not
		asked := 0
		o := surveyOf(sampleweb.New())
		o.Transport = transportFunc(func(*http.Request) (*http.Response, error) {
			asked++
			return nil, fmt.Errorf("dial: %w: 10.0.0.1:443", crawler.ErrLocalAddress)
		})
		f, err := crawler.Survey(context.Background(), newMemory(), unknown, "https://baomoi24h.vn/", o)
		if !errors.Is(err, crawler.ErrUnreachable) || !strings.Contains(err.Error(), crawler.ErrLocalAddress.Error()) || asked != 1 || len(f.Fetched) != 0 {
			t.Errorf("%v, %d requests", err, asked)
		}
	})
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestSurveyIsStopped: what came until then is kept and in the findings; a store that fails ends it,
// one that is in use lets it not begin.
func TestSurveyIsStopped(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := newspaper("baomoi24h.vn", grown()), newMemory()
		o := surveyOf(web)
		ctx, cancel := context.WithCancelCause(context.Background())
		stop := errors.New("enough of it")
		o.Progress = func(ev crawler.Event) {
			if ev.Site != unknown {
				t.Errorf("progress %+v", ev)
			}
			if ev.Run.Requests >= 7 {
				cancel(stop)
			}
		}
		f, err := crawler.Survey(ctx, store, unknown, "https://baomoi24h.vn/", o)
		if !errors.Is(err, stop) || f.Run.End != "interrupted" || len(web.Log()) != 7 || len(f.Fetched) != 6 || len(store.kept) != 7 {
			t.Errorf("%v, %+v, %d captures", err, f.Run, len(store.kept))
		}
		o.Progress, o.MaxTime, o.Known = nil, 10500*time.Millisecond, store.kept
		if f := survey(t, store, "https://baomoi24h.vn/", o); f.Run.End == "done" || f.Run.Requests > 11 {
			t.Errorf("%+v", f.Run)
		}
	})
	inTime(t, func(t *testing.T) {
		web, store := newspaper("baomoi24h.vn", grown()), newMemory()
		store.failCommit = 4
		f, err := crawler.Survey(context.Background(), store, unknown, "https://baomoi24h.vn/", surveyOf(web))
		if !errors.Is(err, errDisk) || f.Run.End != "failed" || len(web.Log()) != 5 {
			t.Errorf("%v, %+v", err, f.Run)
		}
		store.locked = true
		if f, err := crawler.Survey(context.Background(), store, unknown, "https://baomoi24h.vn/", surveyOf(web)); !errors.Is(err, archive.ErrInUse) || f != nil {
			t.Errorf("%v", err)
		}
	})
}

// TestSurveyIntoAnArchive: an archive keeps what a survey brought of a newspaper that nobody knows; once
// there is a description, each article is one page with what a crawl brings of it.
func TestSurveyIntoAnArchive(t *testing.T) {
	for _, knows := range []bool{false, true} {
		site, web, kept := siteOf(t, "vov"), sampleweb.New(), newArchive(t)
		o := crawler.SurveyOptions{Options: crawler.Options{Transport: web.RoundTripper()}}
		if knows {
			o.Forms = func(listed []string) []sites.AddressForm {
				for _, address := range listed {
					if u, err := url.Parse(address); err != nil || u.Hostname() != "vov.vn" {
						t.Errorf("%s is none of the newspaper's", address)
					}
				}
				return site.Articles
			}
		}
		f, err := crawler.Survey(t.Context(), kept, unknown, site.Home, o)
		if err != nil {
			t.Fatal(err)
		}
		runs, err := kept.Runs(t.Context(), unknown, time.Time{})
		if err != nil || len(runs) != 1 || runs[0].Good() || runs[0].Blind() || runs[0].End != "done" || runs[0].Kept != f.Run.Requests {
			t.Errorf("%+v, %v", runs, err)
		}
		if f, err = crawler.Survey(t.Context(), kept, "vov", site.Home, o); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := f.Settle(t.Context(), kept, site); err != nil {
				t.Fatal(err)
			}
		}
		view, err := kept.View(t.Context(), "vov")
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range fetched(f, sites.Article) {
			if info, err := view.Page(t.Context(), address); err != nil || info.Versions != 1 {
				t.Errorf("%s: %+v, %v", address, info, err)
			}
		}
		run := crawl(t, kept, site, crawler.Options{Transport: web.RoundTripper()})
		if want := len(web.Articles("vov")); run.End != "done" || run.New != want-f.Run.Came || run.Changed != 0 || run.Came != want {
			t.Errorf("%d articles, %d of them surveyed: %+v", want, f.Run.Came, run)
		}
	}
}

// TestSurveyIsEnough: what a survey brings of a newspaper is enough to have its description learnt, by which
// a crawl finds all articles, those of editions on hosts of their own too.
func TestSurveyIsEnough(t *testing.T) {
	for _, name := range []string{"baonghean", "vov", "baobensong"} {
		t.Run(name, func(t *testing.T) {
			web, kept := sampleweb.New(), newArchive(t)
			o := crawler.Options{Transport: web.RoundTripper()}
			f, err := crawler.Survey(t.Context(), kept, name, web.Home(name), crawler.SurveyOptions{Options: o})
			if err != nil {
				t.Fatal(err)
			}
			m := learn.Material{Name: name, Home: f.Site.Home, Sources: f.Sources}
			for _, p := range f.Fetched {
				m.Pages = append(m.Pages, p.Page)
			}
			for _, n := range f.Named {
				m.Listed = append(m.Listed, n.URL)
			}
			draft, err := learn.Draft(m)
			if err != nil {
				t.Fatal(err)
			}
			site, err := draft.Description.Site()
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Settle(t.Context(), kept, site); err != nil {
				t.Fatal(err)
			}
			run := crawl(t, kept, site, o)
			want := len(web.Articles(name))
			if run.End != "done" || run.Came != want || run.Cleaned != want || run.New != want-f.Run.Came || run.Changed != 0 {
				t.Errorf("%d articles, %d of them surveyed: %+v", want, f.Run.Came, run)
			}
		})
	}
}
