package crawler_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

const cdn = "media.vov.vn" // serves vov's pictures

// gallery is the sample web with pictures: it puts markup into its articles, and answers for
// the files that this names.
type gallery struct {
	web   *sampleweb.Web
	next  http.RoundTripper
	files map[string]file // by host and path, or by scheme, host and path; else 404
	page  func(path string) string
	took  time.Duration // of every answer

	mu  sync.Mutex
	log []ask
}

type ask struct {
	at          time.Time
	url, accept string
	conditional bool
}

type file struct {
	status int
	header http.Header
	body   io.Reader
}

func newGallery(page func(path string) string) *gallery {
	web := sampleweb.New()
	return &gallery{web: web, next: web.RoundTripper(), files: map[string]file{}, page: page}
}

func (g *gallery) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(g.took):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	g.mu.Lock()
	g.log = append(g.log, ask{time.Now(), r.URL.String(), r.Header.Get("Accept"), r.Header.Get("If-None-Match") != ""})
	a, ok := g.files[r.URL.Scheme+"://"+r.URL.Host+r.URL.Path]
	if !ok {
		a, ok = g.files[r.URL.Host+r.URL.Path]
	}
	g.mu.Unlock()
	if !ok && slices.Contains(siteOfAny().Hosts, r.URL.Host) && !strings.HasPrefix(r.URL.Path, "/pic/") {
		return g.decorate(r)
	}
	if !ok {
		a = file{status: http.StatusNotFound, body: strings.NewReader("none")}
	}
	h := maps.Clone(a.header)
	if h == nil {
		h = http.Header{}
	}
	if tag := h.Get("ETag"); tag != "" && r.Header.Get("If-None-Match") == tag {
		a = file{status: http.StatusNotModified, body: http.NoBody}
	}
	body := a.body
	if b, ok := body.(*bytes.Reader); ok {
		body = io.NewSectionReader(b, 0, b.Size())
	}
	if e, ok := body.(*endless); ok {
		body = io.MultiReader(bytes.NewReader(e.head), e)
	}
	if _, ok := body.(drip); ok {
		body = drip{r.Context()}
	}
	return &http.Response{StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h, Body: io.NopCloser(body), ContentLength: -1, Request: r}, nil
}

// decorate puts the gallery's markup into an article of the sample web.
func (g *gallery) decorate(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Del("Accept-Encoding")
	res, err := g.next.RoundTrip(r)
	if err != nil || res.StatusCode != http.StatusOK {
		return res, err
	}
	a, err := siteOfAny().Address(r.URL.String())
	if err != nil || a.Kind != sites.Article && a.Kind != sites.List {
		return res, nil
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	body = others.ReplaceAll(body, nil)
	body = bytes.Replace(body, []byte("</body>"), []byte(g.page(r.URL.Path)+"</body>"), 1)
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	res.Header.Del("Content-Length")
	return res, nil
}

// others is what the sample web's own pages name.
var others = regexp.MustCompile(`<(img|source|video|link)\b[^>]*>`)

func siteOfAny() *sites.Site { s, _ := sites.ByName("vov"); return s }

func (g *gallery) add(place, mime string, body []byte) {
	g.files[place] = file{http.StatusOK, http.Header{"Content-Type": {mime}, "Etag": {fmt.Sprintf(`"%d"`, len(body))}}, bytes.NewReader(body)}
}

func (g *gallery) redirect(place, to string) {
	g.files[place] = file{http.StatusFound, http.Header{"Location": {to}}, http.NoBody}
}

// asked are the addresses that were asked for and that is chooses, without robots.txt.
func (g *gallery) asked(is func(url string) bool) (urls []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range g.log {
		if is(a.url) && !strings.HasSuffix(a.url, "/robots.txt") {
			urls = append(urls, a.url)
		}
	}
	return urls
}

func (g *gallery) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.log = nil
}

func ofCDN(url string) bool { return strings.HasPrefix(url, "https://"+cdn+"/") }

func picture(t testing.TB, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, size, size))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// endless is a body without an end, of zeros behind its head; read says how much of these was taken.
type endless struct {
	head []byte
	read atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	clear(p)
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// taking are the options of a crawl of vov by its pace.
func taking(g *gallery, mode crawler.Assets) crawler.Options {
	return crawler.Options{Transport: g, Pace: time.Second, Assets: mode}
}

func TestPicturesOfArticles(t *testing.T) {
	inTime(t, func(t *testing.T) {
		g := newGallery(func(path string) string {
			return `<img src="https://` + cdn + `/shared.png"><img src="/pic/own.png"><img src="https://` + cdn + `/lies.png">` +
				`<img src="https://` + cdn + `/gone.png"><img src="https://` + cdn + `/huge.png"><img src="https://` + cdn + `/forbidden/a.png">` +
				`<img src="https://` + cdn + `/moved.png"><img src="https://` + cdn + `/inward.png"><img src="https://` + cdn + `/away.png">` +
				`<img src="https://` + cdn + `/circle.png"><img src="https://` + cdn + `/drawing.svg"><img src="https://` + cdn + `/hollow.png">` +
				`<img src="https://ads.example/banner.jpg"><img src="http://10.0.0.1/x.png"><img src="https://` + cdn + `:8443/port.png">` +
				`<img src="https://` + cdn + path + `.png"><link rel="stylesheet" href="https://` + cdn + `/a.css"><script src="https://` + cdn + `/s.js"></script>`
		})
		huge := &endless{head: picture(t, 9)}
		g.files[cdn+"/huge.png"] = file{http.StatusOK, http.Header{"Content-Type": {"image/png"}}, huge}
		g.files[cdn+"/robots.txt"] = file{http.StatusOK, nil, bytes.NewReader([]byte("User-agent: *\nDisallow: /forbidden/\n"))}
		g.add(cdn+"/shared.png", "image/png", picture(t, 10))
		g.add("vov.vn/pic/own.png", "image/png", picture(t, 11))
		g.add(cdn+"/lies.png", "image/png", []byte("<!DOCTYPE html><html><head><title>404</title></head><body>Không có ảnh này</body></html>"))
		g.add(cdn+"/drawing.svg", "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>`))
		g.add(cdn+"/hollow.png", "image/png", nil)
		g.add(cdn+"/target.png", "application/octet-stream", picture(t, 12))
		g.redirect(cdn+"/moved.png", "/target.png")
		g.redirect(cdn+"/inward.png", "http://169.254.169.254/latest")
		g.redirect(cdn+"/away.png", "https://elsewhere.example/a.png")
		g.redirect(cdn+"/circle.png", "/circle.png")
		store := newMemory()
		o := taking(g, crawler.Images)
		o.AssetSize = 100_000
		run := crawl(t, store, siteOfAny(), o)
		articles := g.web.Articles("vov")
		if run.End != "done" || run.New != len(articles) || run.Failed != 0 {
			t.Fatalf("%+v", run)
		}
		want := map[string]int{
			"not a picture": 2, "gone": len(articles), "too large": 1, "robots": 1, "local address": 2, "moved away": 1,
			"redirect loop": 1, "not the newspaper's host": 2,
		}
		want["gone"] += 2 // beside those that each article has of its own: gone.png, and own.png on another of its hosts
		if d := cmp.Diff(want, run.Assets.Missing); d != "" {
			t.Errorf("missing (-want +got):\n%s", d)
		}
		if a := run.Assets; a.Kept != 4 || a.Waiting != 0 || a.Spent || a.Same != 0 {
			t.Errorf("%+v", a)
		}
		if huge.read.Load() > 300_000 {
			t.Errorf("%d bytes read of an endless picture", huge.read.Load())
		}
		for _, h := range g.log {
			switch {
			case strings.HasSuffix(h.url, ".css") || strings.HasSuffix(h.url, ".js"), strings.Contains(h.url, "example"), strings.Contains(h.url, "10.0.0.1"), strings.Contains(h.url, "forbidden"), strings.Contains(h.url, "8443"):
				t.Errorf("asked for %s", h.url)
			case strings.HasSuffix(h.url, ".png") && !strings.HasPrefix(h.accept, "image/"):
				t.Errorf("%s: Accept %q", h.url, h.accept)
			}
		}
		seen := map[string]bool{}
		for _, url := range g.asked(func(string) bool { return true }) {
			if seen[url] {
				t.Errorf("%s was asked for twice", url)
			}
			seen[url] = true
		}
		for _, k := range store.kept {
			if sites.IsAsset(k.Page) {
				if k.Article != nil || len(k.Body) > 100_000 {
					t.Errorf("%s: %d bytes", k.URL, len(k.Body))
				}
				continue
			}
			if isArticle := k.Article != nil; isArticle != (len(k.Needs) > 0) {
				t.Errorf("%s: an article: %v, needs %d", k.URL, isArticle, len(k.Needs))
			}
		}
		moved := store.entries[sites.AssetPage("https://"+cdn+"/moved.png")]
		if moved.Capture == 0 || moved.Gap != "" || !moved.Due.IsZero() || moved.ListedBy == "" {
			t.Errorf("%+v", moved)
		}
		if e := store.entries[sites.AssetPage("https://"+cdn+"/lies.png")]; e.Capture != 0 || e.Gap != "not a picture" || e.Due.IsZero() {
			t.Errorf("%+v", e)
		}

		// What is known is not asked for again, whatever names it.
		g.reset()
		time.Sleep(time.Minute)
		again := crawl(t, store, siteOfAny(), o)
		if urls := g.asked(func(u string) bool { return strings.HasSuffix(u, ".png") }); len(urls) > 0 || again.Assets.Asked != 0 {
			t.Errorf("asked again: %v %+v", urls, again.Assets)
		}
	})
}

// TestStyleSheets: with "all", sheets are followed through what they import and name, each
// once; chains and loops end.
func TestStyleSheets(t *testing.T) {
	inTime(t, func(t *testing.T) {
		g := newGallery(func(string) string { return `<link rel="stylesheet" href="https://` + cdn + `/a.css">` })
		css := func(name, text string) { g.add(cdn+name, "text/css", []byte(text)) }
		css("/a.css", `@import "b.css"; @import "chain/0.css"; p { background: url(bg.png) }`)
		css("/b.css", `@import "a.css"; @import "b.css"; @font-face { src: url(f.woff2) }`)
		for i := range 20 {
			css(fmt.Sprintf("/chain/%d.css", i), fmt.Sprintf(`@import "%d.css";`, i+1))
		}
		g.add(cdn+"/bg.png", "image/png", picture(t, 8))
		g.add(cdn+"/f.woff2", "font/woff2", append([]byte("wOF2\x00\x01\x00\x00"), make([]byte, 60)...))
		store := newMemory()
		run := crawl(t, store, siteOfAny(), taking(g, crawler.AllAssets))
		want := []string{"/a.css", "/b.css", "/bg.png", "/f.woff2"}
		for i := range 5 {
			want = append(want, fmt.Sprintf("/chain/%d.css", i))
		}
		var got []string
		for _, url := range g.asked(ofCDN) {
			got = append(got, strings.TrimPrefix(url, "https://"+cdn))
		}
		slices.Sort(got)
		slices.Sort(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("asked (-want +got):\n%s", d)
		}
		if run.Assets.Missing["imported too deep"] != 1 || run.Assets.Kept != len(want) {
			t.Errorf("%+v", run.Assets)
		}
		lists := 0
		for _, k := range store.kept {
			if e := store.entries[k.Page]; e.Kind == sites.List && len(k.Needs) > 0 {
				lists++
			}
			if k.URL == "https://"+cdn+"/b.css" && len(k.Needs) != 3 {
				t.Errorf("b.css needs %v", k.Needs)
			}
		}
		if lists == 0 {
			t.Error("no list has needs")
		}

		// A sheet is asked for again when a page names it a day later; the picture is not.
		g.reset()
		time.Sleep(25 * time.Hour)
		crawl(t, store, siteOfAny(), taking(g, crawler.AllAssets))
		for _, a := range g.log {
			if ofCDN(a.url) && !strings.HasSuffix(a.url, "robots.txt") && (!strings.HasSuffix(a.url, ".css") || !a.conditional) {
				t.Errorf("asked %+v", a)
			}
		}
	})
}

// TestArticlesBeforePictures: by a cron of every quarter of an hour, articles that the newspaper
// publishes at all times are asked for as soon as without pictures, though these keep the runs
// going from one to the next.
func TestArticlesBeforePictures(t *testing.T) {
	t.Parallel()
	without, none := delays(t, crawler.NoAssets)
	with, pictures := delays(t, crawler.Images)
	if none != 0 || pictures < 1500 || len(with) < 11 || len(with) != len(without) {
		t.Fatalf("%d and %d pictures, %d and %d articles", none, pictures, len(without), len(with))
	}
	median, most := with[len(with)/2], without[len(without)/2]
	t.Logf("median delay %s with %d pictures, %s without; longest %s and %s", median, pictures, most, with[len(with)-1], without[len(without)-1])
	if median > most+most/20 {
		t.Errorf("median delay %s with pictures, %s without", median, most)
	}
}

// delays are how long after their publication articles were asked for, sorted, and how many
// pictures were asked for beside them.
func delays(t *testing.T, mode crawler.Assets) (all []time.Duration, pictures int) {
	inTime(t, func(t *testing.T) {
		g := newGallery(func(path string) string {
			var b strings.Builder
			for i := range 150 {
				fmt.Fprintf(&b, `<img src="/pic%s/%d.png">`, path, i)
				if i%10 == 0 {
					fmt.Fprintf(&b, `<img src="https://%s%s/%d.png">`, cdn, path, i)
				}
			}
			return b.String()
		})
		g.took = 300 * time.Millisecond
		store, start := newMemory(), time.Now()
		published := map[string]time.Time{}
		var wg sync.WaitGroup
		wg.Go(func() { // the newsroom
			for range 11 {
				time.Sleep(7 * time.Minute)
				address, err := g.web.Publish("vov")
				if err != nil {
					t.Error(err)
				}
				published[address] = time.Now()
			}
		})
		for time.Since(start) < 90*time.Minute { // cron
			crawl(t, store, siteOfAny(), taking(g, mode))
			time.Sleep(15*time.Minute - time.Since(start)%(15*time.Minute))
		}
		wg.Wait()
		crawl(t, store, siteOfAny(), taking(g, crawler.NoAssets))
		for _, a := range g.log {
			if strings.HasSuffix(a.url, ".png") {
				pictures++
			}
			if at, ok := published[a.url]; ok {
				all = append(all, a.at.Sub(at))
				delete(published, a.url)
			}
		}
	})
	slices.Sort(all)
	return all, pictures
}

// TestBudgetOfADay: what is over the budget waits for the next day, in order.
func TestBudgetOfADay(t *testing.T) {
	inTime(t, func(t *testing.T) {
		size := len(picture(t, 200))
		g := newGallery(func(path string) string { return `<img src="https://` + cdn + path + `.png">` })
		for _, address := range g.web.Articles("vov") {
			g.add(cdn+pathOf(address)+".png", "image/png", picture(t, 200))
		}
		all := len(g.web.Articles("vov"))
		store, o := newMemory(), taking(g, crawler.Images)
		o.AssetBudget = int64(3 * size)
		var order []string
		got, days := 0, 0
		for ; got < all && days < 20; days++ {
			first := crawl(t, store, siteOfAny(), o)
			got += first.Assets.Kept
			if first.Assets.Bytes > o.AssetBudget+3*int64(size) || got < all && (!first.Assets.Spent || first.Assets.Waiting != all-got) {
				t.Fatalf("day %d: %+v of %d", days, first.Assets, all)
			}
			if again := crawl(t, store, siteOfAny(), o); again.Assets.Asked != 0 && first.Assets.Spent {
				t.Errorf("over the budget: %+v", again.Assets)
			}
			time.Sleep(24 * time.Hour)
		}
		order = g.asked(ofCDN)
		if days < 2 || got != all || len(order) != all {
			t.Errorf("%d of %d in %d days", got, all, days)
		}
	})
}

// TestPicturesOfKnownArticles: what was captured before pictures were wanted is asked for
// without its tags once, when its turn comes.
func TestPicturesOfKnownArticles(t *testing.T) {
	inTime(t, func(t *testing.T) {
		g := newGallery(func(path string) string { return `<img src="https://` + cdn + `/a.png">` })
		g.add(cdn+"/a.png", "image/png", picture(t, 8))
		store := newMemory()
		crawl(t, store, siteOfAny(), taking(g, crawler.NoAssets))
		for _, k := range store.kept {
			if len(k.Needs) > 0 {
				t.Fatalf("%s: needs %v", k.URL, k.Needs)
			}
		}
		for i, mode := range []crawler.Assets{crawler.Images, crawler.Images} {
			time.Sleep(20 * time.Minute)
			g.reset()
			before := len(store.kept)
			run := crawl(t, store, siteOfAny(), taking(g, mode))
			needs, conditional := 0, 0
			for _, k := range store.kept[before:] {
				if len(k.Needs) > 0 {
					needs++
				}
			}
			for _, a := range g.log {
				if a.conditional && strings.Contains(a.url, "post") {
					conditional++
				}
			}
			if i == 0 && (needs == 0 || needs != run.Fetched || conditional != 0 || run.Assets.Kept != 1) {
				t.Errorf("first run: %d with needs of %d, %d conditional: %+v", needs, run.Fetched, conditional, run.Assets)
			}
			if i == 1 && (conditional == 0 || conditional != run.Fetched || run.Assets.Asked != 0) {
				t.Errorf("second run: %d conditional of %d: %+v", conditional, run.Fetched, run.Assets)
			}
		}
	})
}

// TestAssetsOfNamedAddressesAlone: --url and --limit take what their pages need, and nothing
// that waits from earlier runs.
func TestAssetsOfNamedAddressesAlone(t *testing.T) {
	for name, change := range map[string]func(o *crawler.Options, url string){
		"url":   func(o *crawler.Options, url string) { o.Seeds = []string{url} },
		"limit": func(o *crawler.Options, _ string) { o.Limit = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				g := newGallery(func(path string) string { return `<img src="https://` + cdn + path + `.png"><img src="/pic/a.png">` })
				g.add("vov.vn/pic/a.png", "image/png", picture(t, 8))
				store := newMemory()
				waits := capture.Entry{
					Page: sites.AssetPage("https://" + cdn + "/old.png"), URL: "https://" + cdn + "/old.png", Kind: sites.Asset,
					Class: capture.Asset, As: "image", Due: time.Now().Add(-time.Hour), Listed: time.Now().Add(-time.Hour),
				}
				store.entries[waits.Page] = waits
				o := taking(g, crawler.Images)
				change(&o, g.web.Articles("vov")[0])
				run := crawl(t, store, siteOfAny(), o)
				if run.Fetched != 1 || run.Assets.Asked != 2 || run.Assets.Kept != 1 {
					t.Errorf("%+v %+v", run, run.Assets)
				}
				if want := map[string]string{"url": "done", "limit": "limit"}[name]; run.End != want {
					t.Errorf("ended %q", run.End)
				}
			})
		})
	}
}

// TestHostsOfAssetsThatFail: neither a host that is down, nor one that refuses or asks for a
// rest, keeps a run from ending well, and none is asked on and on.
func TestHostsOfAssetsThatFail(t *testing.T) {
	for name, a := range map[string]file{
		"refuses":     {http.StatusForbidden, nil, http.NoBody},
		"rests":       {http.StatusServiceUnavailable, http.Header{"Retry-After": {"7200"}}, http.NoBody},
		"many":        {http.StatusTooManyRequests, http.Header{"Retry-After": {"7200"}}, http.NoBody},
		"own refuses": {http.StatusForbidden, nil, http.NoBody},
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				host := cdn
				if name == "own refuses" {
					host = "vov.vn/pic"
				}
				g := newGallery(func(path string) string { return `<img src="https://` + host + path + `.png">` })
				for _, address := range g.web.Articles("vov") {
					g.files[host+pathOf(address)+".png"] = a
				}
				store := newMemory()
				run := crawl(t, store, siteOfAny(), taking(g, crawler.Images))
				if run.End != "done" || run.Failed != 0 || run.New != len(g.web.Articles("vov")) || !run.Good() {
					t.Errorf("%+v", run)
				}
				if run.Assets.Asked > 4 || run.Assets.Waiting == 0 {
					t.Errorf("%+v", run.Assets)
				}
				if took := run.Ended.Sub(run.Started); took > 5*time.Minute {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

// TestTenThousandPictures: a page may name any number of them.
func TestTenThousandPictures(t *testing.T) {
	inTime(t, func(t *testing.T) {
		var b strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&b, `<img src="https://%s/%d.png">`, cdn, i)
		}
		g := newGallery(func(string) string { return b.String() })
		o := taking(g, crawler.Images)
		o.Seeds = g.web.Articles("vov")[:1]
		o.MaxTime = time.Minute
		store := newMemory()
		run := crawl(t, store, siteOfAny(), o)
		if a := run.Assets; run.End != "time" || a.Missing["too many on one page"] != 1 || a.Waiting < 900 || a.Waiting > 1000 {
			t.Errorf("%+v %+v", run, a)
		}
	})
}

// TestAssetsOfAnInterruptedRun: what was under way is still due, and the next run takes it.
func TestAssetsOfAnInterruptedRun(t *testing.T) {
	inTime(t, func(t *testing.T) {
		g := newGallery(func(path string) string { return `<img src="https://` + cdn + path + `.png">` })
		for _, address := range g.web.Articles("vov") {
			g.add(cdn+pathOf(address)+".png", "image/png", picture(t, 20))
		}
		g.took = 200 * time.Millisecond
		store, o := newMemory(), taking(g, crawler.Images)
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(e crawler.Event) {
			if e.Run.Assets.Asked == 3 {
				cancel()
			}
		}
		first, err := crawler.Crawl(ctx, store, siteOfAny(), o)
		if !errors.Is(err, context.Canceled) || first.End != "interrupted" || first.Assets.Kept == 0 {
			t.Fatalf("%v: %+v %+v", err, first, first.Assets)
		}
		o.Progress = nil
		second := crawl(t, store, siteOfAny(), o)
		if n := first.Assets.Kept + second.Assets.Kept; n != len(g.web.Articles("vov")) || second.Assets.Waiting != 0 {
			t.Errorf("%d pictures: %+v %+v", n, first.Assets, second.Assets)
		}
	})
}
