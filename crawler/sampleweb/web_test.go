package sampleweb_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/text/unicode/norm"

	"baoluu/crawler/sampleweb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   string
	err    error // of reading the body
}

// get asks for an address in memory; header is pairs of name and value.
func get(t testing.TB, w *sampleweb.Web, address string, header ...string) answer {
	t.Helper()
	return ask(t, w.RoundTripper(), address, header...)
}

func ask(t testing.TB, rt http.RoundTripper, address string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := rt.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(body), err}
}

// page is get for a page that must be there.
func page(t testing.TB, w *sampleweb.Web, address string) string {
	t.Helper()
	a := get(t, w, address)
	if a.status != http.StatusOK || a.err != nil {
		t.Fatalf("%s: status %d, %v", address, a.status, a.err)
	}
	return a.body
}

var fronts = map[string][]string{
	"baonghean":     {"https://baonghean.vn/", "https://baonghean.vn/en"},
	"baotintuc":     {"https://baotintuc.vn/"},
	"dantri":        {"https://dantri.com.vn/"},
	"thanhniennews": {"http://www.thanhniennews.com/"},
	"vov":           {"https://vov.vn/", "https://english.vov.vn/en"},
}

var (
	href = regexp.MustCompile(`href="([^"#]*)"`)
	loc  = regexp.MustCompile(`<loc>([^<]*)</loc>`)
)

// reach follows the links that keep lets through, from the starts on, and
// returns every address that any page named.
func reach(t *testing.T, w *sampleweb.Web, link *regexp.Regexp, keep func(string) bool, starts ...string) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range starts {
		seen[s] = true
	}
	for queue := starts; len(queue) > 0; queue = queue[1:] {
		base, err := url.Parse(queue[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(page(t, w, queue[0]), -1) {
			to, err := base.Parse(html.UnescapeString(m[1]))
			if err != nil {
				t.Fatalf("%s: link %q: %v", queue[0], m[1], err)
			}
			if s := to.String(); !seen[s] {
				seen[s] = true
				if keep(s) {
					queue = append(queue, s)
				}
			}
		}
	}
	return seen
}

// Each way of discovery, by itself, leads to every article: the front page with
// the lists that it links, and the sitemaps that robots.txt names.
func TestEveryArticleIsListed(t *testing.T) {
	w := sampleweb.New()
	lists := regexp.MustCompile(`^[^?]*/[a-z-]+(-\d+ct0)?(/trang-\d+)?(\.htm|/)?(\?page=\d+)?$`)
	for _, site := range w.Sites() {
		t.Run(site, func(t *testing.T) {
			if err := w.Grow(site, 130); err != nil {
				t.Fatal(err)
			}
			articles := w.Articles(site)
			if len(articles) < 138 {
				t.Fatalf("%d articles", len(articles))
			}
			host := func(s string) bool {
				for _, f := range fronts[site] {
					if u, _ := url.Parse(f); strings.Contains(s, "://"+u.Host+"/") {
						return true
					}
				}
				return false
			}
			isList := func(s string) bool {
				// Links of a page that lead out of the sample web: search, login, events.
				for _, no := range []string{"/tim-kiem", "/collection/", "/search", "/rao-vat", "-57", "/rss", "/author"} {
					if strings.Contains(s, no) {
						return false
					}
				}
				return host(s) && lists.MatchString(s)
			}
			maps := []string{}
			for _, f := range fronts[site] {
				u, _ := url.Parse(f)
				for _, m := range regexp.MustCompile(`Sitemap: (\S+)`).FindAllStringSubmatch(page(t, w, u.Scheme+"://"+u.Host+"/robots.txt"), -1) {
					maps = append(maps, m[1])
				}
				if site == "vov" { // the running month is not in the index
					maps = append(maps, "https://"+u.Host+"/sitemaps/2026/11/article.xml")
				}
			}
			ways := map[string]map[string]bool{
				"lists":    reach(t, w, href, isList, fronts[site]...),
				"sitemaps": reach(t, w, loc, func(s string) bool { return strings.HasSuffix(s, ".xml") }, maps...),
			}
			for way, found := range ways {
				for _, a := range articles {
					if !found[a] {
						t.Errorf("%s do not lead to %s", way, a)
					}
				}
			}
		})
	}
}

func TestFeeds(t *testing.T) {
	w := sampleweb.New()
	for site, feed := range map[string]string{
		"baonghean": "https://baonghean.vn/rss/home", "baotintuc": "https://baotintuc.vn/tin-moi-nhat.rss", "dantri": "https://dantri.com.vn/rss/home.rss",
		"thanhniennews": "http://www.thanhniennews.com/rss/home-1.rss", "vov": "https://vov.vn/rss/tin-moi-nhat-24h.rss",
	} {
		var rss struct {
			Items []struct {
				Title, Link string
				Date        string `xml:"pubDate"`
			} `xml:"channel>item"`
		}
		if err := xml.Unmarshal([]byte(strings.ReplaceAll(strings.ReplaceAll(page(t, w, feed), "<link>", "<Link>"), "</link>", "</Link>")), &rss); err != nil {
			t.Fatalf("%s: %v", feed, err)
		}
		if len(rss.Items) < 7 {
			t.Errorf("%s: %d items", site, len(rss.Items))
		}
		for _, it := range rss.Items {
			truth, ok := w.TruthAt(it.Link)
			if !ok {
				t.Fatalf("%s: item %q leads nowhere", site, it.Link)
			}
			if at, err := time.Parse(time.RFC1123Z, it.Date); err != nil || !at.Equal(truth.Published) {
				t.Errorf("%s: date %s of %s, published %s", site, it.Date, it.Link, truth.Published)
			}
		}
	}
}

// Every page is whole, in NFC, and holds every text of its article.
func TestPagesHoldTheirTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	w := sampleweb.New()
	for _, site := range w.Sites() {
		if err := w.Grow(site, 30); err != nil {
			t.Fatal(err)
		}
		looked := map[string]bool{}
		for _, address := range w.Articles(site) {
			truth, ok := w.TruthAt(address)
			if !ok || truth.URL != address {
				t.Fatalf("%s: truth of %s", address, truth.URL)
			}
			if byKey, ok := w.Truth(site, truth.Key); !ok || cmp.Diff(truth, byKey) != "" {
				t.Errorf("%s: two truths", address)
			}
			body := page(t, w, address)
			if !utf8.ValidString(body) || !norm.NFC.IsNormalString(body) || strings.Contains(body, "<no value>") {
				t.Errorf("%s: not a clean page", address)
			}
			visible := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, ""))), " ")
			texts := append([]string{truth.Title, truth.Lead, truth.Byline, truth.Source}, truth.Captions...)
			for _, b := range truth.Body {
				texts = append(texts, strings.Split(b.Text, "\t")...)
			}
			if truth.Layout == "e-magazine" {
				texts = texts[1:] // its title stands in the metadata alone
			}
			for _, text := range texts {
				if !strings.Contains(visible, text) {
					t.Errorf("%s lacks %q", address, text)
				}
			}
			for _, image := range truth.Images {
				if !strings.Contains(body, image) {
					t.Errorf("%s lacks picture %s", address, image)
				}
				if len(looked) > 8 || looked[image] { // drawing them all would take long
					continue
				}
				looked[image] = true
				if a := get(t, w, image); a.status != http.StatusOK || a.header.Get("Content-Type") != "image/jpeg" {
					t.Errorf("picture %s: %d %s", image, a.status, a.header.Get("Content-Type"))
				}
			}
		}
	}
}

var tags = regexp.MustCompile(`<!--[\s\S]*?-->|</?[a-zA-Z][^>]*>`)

func TestOtherAddresses(t *testing.T) {
	w := sampleweb.New()
	article := w.Articles("dantri")[0]
	id := article[strings.LastIndex(article, "-")+1:]
	for address, want := range map[string]struct {
		status   int
		location string
	}{
		"https://dantri.com.vn/khong-co.htm":                          {404, ""},
		"https://dantri.com.vn/xa-hoi/khong-co-20260101000000000.htm": {404, ""},
		"https://dantri.com.vn/xa-hoi/ten-cu-" + id:                   {301, article},
		article + "?utm_source=x":                                     {301, article},
		"https://www.dantri.com.vn/xa-hoi.htm?a=1":                    {301, "https://dantri.com.vn/xa-hoi.htm?a=1"},
		"https://thanhniennews.com/":                                  {301, "http://www.thanhniennews.com/"},
		"https://english.vov.vn/":                                     {302, "https://english.vov.vn/en"},
		"https://dantri.com.vn/xa-hoi/trang-999.htm":                  {404, ""},
		"https://vov.vn/sitemaps/2026/13/article.xml":                 {404, ""},
		"https://vov.vn/sitemaps/2031/1/article.xml":                  {200, ""},
		"https://baonghean.vn/en/mot-bai-10313951.html":               {404, ""}, // there is no English edition of it
		"https://example.com/":                                        {421, ""},
		"https://DANTRI.com.vn:443/xa-hoi.htm":                        {200, ""},
		"https://english.vov.vn":                                      {302, "https://english.vov.vn/en"},
	} {
		a := get(t, w, address)
		if a.status != want.status || a.header.Get("Location") != want.location {
			t.Errorf("%s: %d %q, want %d %q", address, a.status, a.header.Get("Location"), want.status, want.location)
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://vov.vn/", strings.NewReader("x"))
	resp, err := w.RoundTripper().RoundTrip(r)
	if err != nil || resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %v, %v", resp, err)
	}
	resp.Body.Close()
}

func TestConditionalRequests(t *testing.T) {
	w := sampleweb.New()
	for _, address := range []string{"https://dantri.com.vn/", "https://dantri.com.vn/robots.txt", "https://dantri.com.vn/rss/home.rss", "https://vov.vn/sitemap.xml", w.Articles("vov")[0]} {
		first := get(t, w, address)
		tag, modified := first.header.Get("ETag"), first.header.Get("Last-Modified")
		for _, c := range []struct {
			name   string
			header []string
			status int
		}{
			{"same tag", []string{"If-None-Match", tag}, 304},
			{"weak tag", []string{"If-None-Match", "W/" + tag}, 304},
			{"list of tags", []string{"If-None-Match", `"x", ` + tag}, 304},
			{"any", []string{"If-None-Match", "*"}, 304},
			{"other tag", []string{"If-None-Match", `"x"`}, 200},
			{"other tag, same time", []string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200},
			{"same time", []string{"If-Modified-Since", modified}, 304},
			{"earlier", []string{"If-Modified-Since", "Wed, 01 Jan 2020 00:00:00 GMT"}, 200},
			{"no date", []string{"If-Modified-Since", "hôm qua"}, 200},
		} {
			a := get(t, w, address, c.header...)
			if a.status != c.status {
				t.Errorf("%s, %s: %d, want %d", address, c.name, a.status, c.status)
			}
			if a.status == 304 && (a.body != "" || a.header.Get("ETag") != tag) {
				t.Errorf("%s, %s: 304 with body %q, tag %s", address, c.name, a.body, a.header.Get("ETag"))
			}
		}
		zipped := get(t, w, address, "Accept-Encoding", "br, gzip")
		if zipped.header.Get("Content-Encoding") != "gzip" || unzip(t, zipped.body) != first.body {
			t.Errorf("%s: gzip asked for: %v", address, zipped.header)
		}
		if a := get(t, w, address, "Accept-Encoding", "gzip", "If-None-Match", zipped.header.Get("ETag")); a.status != 304 {
			t.Errorf("%s: tag of the gzip form: %d", address, a.status)
		}
	}
}

func TestEdit(t *testing.T) {
	w := sampleweb.New()
	if err := w.Grow("vov", 5); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{w.Articles("dantri")[0], w.Articles("vov")[12]} {
		truth, _ := w.TruthAt(address)
		before, front := get(t, w, address), get(t, w, fronts[truth.Site][0])
		old := truth.Body[0].Text[:strings.Index(truth.Body[0].Text, " ")]
		if err := w.Edit(truth.Site, truth.Key, old, "Thế là"); err != nil {
			t.Fatal(err)
		}
		after := get(t, w, address, "If-None-Match", before.header.Get("ETag"), "If-Modified-Since", before.header.Get("Last-Modified"))
		if after.status != 200 || after.header.Get("ETag") == before.header.Get("ETag") || after.header.Get("Last-Modified") == before.header.Get("Last-Modified") {
			t.Fatalf("%s: %d, %v after %v", address, after.status, after.header, before.header)
		}
		now, _ := w.TruthAt(address)
		truth.Body[0].Text = strings.Replace(truth.Body[0].Text, old, "Thế là", 1)
		if !truth.Modified.IsZero() {
			if !now.Modified.After(truth.Published) {
				t.Errorf("%s: modified %s", address, now.Modified)
			}
			truth.Modified = now.Modified
		}
		if diff := cmp.Diff(truth, now); diff != "" {
			t.Errorf("%s: more than the words changed:\n%s", address, diff)
		}
		if a := get(t, w, fronts[truth.Site][0], "If-None-Match", front.header.Get("ETag")); a.status != 200 {
			t.Errorf("the front page of %s did not notice", truth.Site)
		}
	}
	if err := w.Edit("dantri", "1", "a", "b"); !errors.Is(err, sampleweb.ErrUnknown) {
		t.Errorf("unknown article: %v", err)
	}
	truth, _ := w.TruthAt(w.Articles("vov")[0])
	for _, old := range []string{"", "không hề có câu này"} {
		if err := w.Edit("vov", truth.Key, old, "b"); !errors.Is(err, sampleweb.ErrNoSuchText) {
			t.Errorf("edit %q: %v", old, err)
		}
	}
}

// What changes one article leaves every other page as it was.
func TestChangesTouchNothingElse(t *testing.T) {
	w := sampleweb.New()
	before := map[string]string{}
	for _, site := range w.Sites() {
		for _, a := range w.Articles(site) {
			before[a] = page(t, w, a)
		}
	}
	c, err := w.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range w.Sites() {
		if err := w.Grow(site, 40); err != nil {
			t.Fatal(err)
		}
	}
	delete(before, c.Edited.URL)
	delete(before, c.TakenDown.URL)
	for a, body := range before {
		if page(t, w, a) != body {
			t.Errorf("%s changed", a)
		}
	}
}

func TestScenario(t *testing.T) {
	w := sampleweb.New()
	count := len(w.Articles("baonghean"))
	c, err := w.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	if body := page(t, w, c.Edited.URL); strings.Contains(body, c.Old) || !strings.Contains(body, c.New) {
		t.Errorf("%s was not edited", c.Edited.URL)
	}
	if a := get(t, w, c.TakenDown.URL); a.status != 404 {
		t.Errorf("%s: %d", c.TakenDown.URL, a.status)
	}
	if _, ok := w.TruthAt(c.TakenDown.URL); ok || slices.Contains(w.Articles("baotintuc"), c.TakenDown.URL) {
		t.Error("what was taken down is still known")
	}
	if !strings.Contains(page(t, w, c.Published.URL), c.Published.Lead) || len(w.Articles("baonghean")) != count+1 || w.Articles("baonghean")[0] != c.Published.URL {
		t.Errorf("%s was not published on top", c.Published.URL)
	}
	sites := []string{c.Edited.Site, c.TakenDown.Site, c.Published.Site}
	if !slices.Equal(sites, []string{"dantri", "baotintuc", "baonghean"}) {
		t.Errorf("changes in %v", sites)
	}
	if _, err := w.Scenario(); !errors.Is(err, sampleweb.ErrNoSuchText) {
		t.Errorf("played twice: %v", err)
	}
}

func TestLater(t *testing.T) {
	w := sampleweb.New()
	rounds := 0
	for ; ; rounds++ {
		before := map[string]string{}
		for _, site := range w.Sites() {
			for _, a := range w.Articles(site) {
				before[a] = page(t, w, a)
			}
		}
		changed, err := w.Later()
		if err != nil {
			t.Fatal(err)
		}
		if len(changed) == 0 {
			break
		}
		for _, truth := range changed {
			body := page(t, w, truth.URL)
			if body == before[truth.URL] || !strings.Contains(body, truth.Title) {
				t.Errorf("round %d: %s did not change", rounds, truth.URL)
			}
			delete(before, truth.URL)
		}
		for a, body := range before {
			if page(t, w, a) != body {
				t.Errorf("round %d: %s changed", rounds, a)
			}
		}
	}
	if rounds != 2 {
		t.Errorf("%d rounds", rounds)
	}
	truth, _ := w.Truth("baotintuc", "20261117142530618")
	var begins []string
	for _, b := range truth.Body {
		begins = append(begins, strings.Join(strings.Fields(b.Text)[:2], " "))
	}
	if want := []string{"Chương trình", "Theo Ban", "Ông Hứa", "Giữ cát", "Trước đây,"}; !slices.Equal(begins, want) {
		t.Errorf("paragraphs %q, want %q", begins, want)
	}
}

func TestPublishGoesOn(t *testing.T) {
	w := sampleweb.New()
	var last time.Time
	for range 4 { // one written, then generated ones
		address, err := w.Publish("baotintuc")
		if err != nil {
			t.Fatal(err)
		}
		truth, ok := w.TruthAt(address)
		if !ok || w.Articles("baotintuc")[0] != address || !truth.Published.After(last) {
			t.Fatalf("%s, published %s after %s", address, truth.Published, last)
		}
		last = truth.Published
		if !strings.Contains(page(t, w, "https://baotintuc.vn/"), strings.TrimPrefix(address, "https://baotintuc.vn")) {
			t.Errorf("%s is not on the front page", address)
		}
	}
	if _, err := w.Publish("tuoitre"); !errors.Is(err, sampleweb.ErrUnknown) {
		t.Errorf("unknown newspaper: %v", err)
	}
	if err := errors.Join(w.Grow("tuoitre", 1), w.TakeDown("tuoitre", "1")); !errors.Is(err, sampleweb.ErrUnknown) || w.Articles("tuoitre") != nil {
		t.Errorf("unknown newspaper: %v", err)
	}
}

// A grown newspaper is the same each time, has no article twice, and its pages
// are as long as asked for.
func TestGrow(t *testing.T) {
	one, two := sampleweb.New(), sampleweb.New()
	for _, site := range one.Sites() {
		n := 600
		if site == "dantri" {
			n = 10_000
		}
		if err := errors.Join(one.Grow(site, n), two.Grow(site, n/2), two.Grow(site, n/2)); err != nil {
			t.Fatal(err)
		}
		articles := one.Articles(site)
		if !slices.Equal(articles, two.Articles(site)) {
			t.Fatalf("%s grows differently", site)
		}
		seen := map[string]bool{}
		for _, a := range articles {
			if seen[a] {
				t.Fatalf("%s twice", a)
			}
			seen[a] = true
		}
		if len(articles) < n+8 {
			t.Fatalf("%s: %d articles", site, len(articles))
		}
		for _, size := range []int{0, 120 << 10} {
			one.Fill(size)
			two.Fill(size)
			for _, a := range []string{articles[len(articles)-1], articles[len(articles)/2], articles[0]} {
				body := page(t, one, a)
				if body != page(t, two, a) {
					t.Errorf("%s differs", a)
				}
				if size > 0 && (len(body) < 100<<10 || len(body) > 135<<10) {
					t.Errorf("%s: %d bytes", a, len(body))
				}
			}
		}
	}
}

func TestLog(t *testing.T) {
	w := sampleweb.New()
	get(t, w, "https://vov.vn/kinh-te?page=1", "User-Agent", "baoluu/test", "If-None-Match", `"x"`)
	get(t, w, "http://WWW.thanhniennews.com/robots.txt")
	var got []string
	for _, h := range w.Log() {
		if h.Time.IsZero() || h.Method != "GET" || h.Proxied {
			t.Errorf("hit %+v", h)
		}
		got = append(got, fmt.Sprint(h.URL(), " ", h.Status, " ", h.UserAgent, " ", h.IfNoneMatch))
	}
	want := []string{`https://vov.vn/kinh-te?page=1 404 baoluu/test "x"`, `http://www.thanhniennews.com/robots.txt 200  `}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.Fault("*", sampleweb.Status(500))
	w.Reset()
	if get(t, w, "https://vov.vn/"); len(w.Log()) != 1 || w.Log()[0].Status != 200 {
		t.Errorf("after Reset: %+v", w.Log())
	}
}

// Readers and changes may meet; a page is always whole.
func TestConcurrentChanges(t *testing.T) {
	w := sampleweb.New()
	address := w.Articles("dantri")[0]
	truth, _ := w.TruthAt(address)
	var wait sync.WaitGroup
	wait.Go(func() {
		for i := range 40 {
			if err := w.Edit("dantri", truth.Key, strings.Fields(truth.Body[0].Text)[i%5], "Thế"); err != nil && !errors.Is(err, sampleweb.ErrNoSuchText) {
				t.Error(err)
			}
			if _, err := w.Publish("dantri"); err != nil {
				t.Error(err)
			}
			w.Fault("dantri.com.vn/khong-co", sampleweb.Status(500))()
			if err := w.Grow("dantri", 3); err != nil {
				t.Error(err)
			}
		}
	})
	for range 3 {
		wait.Go(func() {
			for range 30 {
				for _, a := range []string{address, fronts["dantri"][0], "https://dantri.com.vn/google-news-sitemap.xml"} {
					if body := strings.TrimSpace(page(t, w, a)); !strings.HasSuffix(body, "</html>") && !strings.HasSuffix(body, "</urlset>") {
						t.Errorf("%s ends with %q", a, body[len(body)-20:])
					}
				}
				w.Log()
			}
		})
	}
	wait.Wait()
}

func FuzzAddress(f *testing.F) {
	w := sampleweb.New()
	for _, site := range w.Sites() {
		f.Add(w.Articles(site)[0])
		f.Add(fronts[site][0])
	}
	f.Add("https://dantri.com.vn/xa-hoi/trang-99999999999999999999.htm")
	f.Add("https://vov.vn/kinh-te?page=-1")
	f.Add("https://vov.vn/sitemaps/9999/99/article.xml")
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			return
		}
		resp, err := w.RoundTripper().RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || int64(len(body)) != resp.ContentLength || resp.StatusCode >= 500 {
			t.Errorf("%q: %d, %d of %d bytes, %v", address, resp.StatusCode, len(body), resp.ContentLength, err)
		}
	})
}

func BenchmarkArticle(b *testing.B) {
	for _, size := range []int{0, 120 << 10} {
		for _, coding := range []string{"identity", "gzip"} {
			b.Run(fmt.Sprintf("fill=%d/%s", size, coding), func(b *testing.B) {
				w := sampleweb.New()
				if err := w.Grow("dantri", 10_000); err != nil {
					b.Fatal(err)
				}
				w.Fill(size)
				articles := w.Articles("dantri")
				for i := 0; b.Loop(); i++ {
					get(b, w, articles[i%len(articles)], "Accept-Encoding", coding)
				}
			})
		}
	}
}
