package crawler_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// redesign changes the articles that change picks, on their way to the crawler.
type redesign struct {
	next   http.RoundTripper
	picks  func(url string) bool
	change func(html []byte) []byte
}

func (d *redesign) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept-Encoding", "identity")
	// A redesigned page is not the one that the server's tags are of.
	r.Header.Del("If-None-Match")
	r.Header.Del("If-Modified-Since")
	resp, err := d.next.RoundTrip(r)
	if err != nil || d.picks == nil || !d.picks(r.URL.String()) {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	body = d.change(body)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Set("Content-Length", fmt.Sprint(len(body)))
	return resp, nil
}

var (
	classes  = regexp.MustCompile(`(class|id)="([^"]*)"`)
	metadata = regexp.MustCompile(`(?s)<meta [^>]*>|<script type="application/ld\+json">.*?</script>`)
)

// allNew is a redesign that nobody prepared for: other classes, no metadata.
func allNew(html []byte) []byte {
	return classes.ReplaceAll(metadata.ReplaceAll(html, nil), []byte(`$1="moi-$2"`))
}

func isArticleOf(site *sites.Site) func(string) bool {
	return func(url string) bool {
		a, err := site.Address(url)
		return err == nil && a.Kind == sites.Article
	}
}

// newspaperWithAPast is a newspaper of which some runs brought in a few hundred
// articles.
func newspaperWithAPast(t *testing.T, name string) (*sampleweb.Web, *memory, *redesign, crawler.Options) {
	t.Helper()
	web, store := sampleweb.New(), newMemory()
	way := &redesign{next: web.RoundTripper()}
	o := crawler.Options{Transport: way}
	for _, n := range []int{50, 6} {
		publish(t, web, name, n)
		crawl(t, store, siteOf(t, name), o)
		time.Sleep(3 * time.Hour)
	}
	return web, store, way, o
}

func publish(t *testing.T, web *sampleweb.Web, site string, n int) {
	t.Helper()
	for range n {
		if _, err := web.Publish(site); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRedesignRaisesTheAlarm(t *testing.T) {
	for _, name := range []string{"baotintuc", "vov"} {
		if testing.Short() && name == "vov" { // for the race detector, one will do
			continue
		}
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, way, o := newspaperWithAPast(t, name)
				site := siteOf(t, name)
				publish(t, web, name, 30)
				way.picks, way.change = isArticleOf(site), allNew
				before := len(store.kept)
				run, err := crawler.Crawl(context.Background(), store, site, o)
				var drift *crawler.DriftError
				if !errors.Is(err, crawler.ErrDrift) || !errors.As(err, &drift) || drift.Site != name {
					t.Fatalf("%v (%+v)", err, run.Quality)
				}
				if run.End != "done" || len(store.kept)-before < 30 {
					t.Errorf("%d captures kept, %+v", len(store.kept)-before, run)
				}
				t.Log(err)
				for _, d := range run.Drift {
					if len(d.Examples) == 0 || d.Field != "articles on lists" && !isArticleOf(site)(d.Examples[0]) {
						t.Errorf("%+v", d)
					}
				}
				if last := store.runs[len(store.runs)-1]; len(last.Drift) != len(run.Drift) || last.Quality == nil {
					t.Errorf("the run as stored: %+v", last)
				}
				// What is repaired is no alarm, though the window still holds what came before.
				way.picks = nil
				time.Sleep(3 * time.Hour)
				crawl(t, store, site, o)
			})
		})
	}
}

// A run every quarter of an hour brings two or three articles: the alarm comes
// within some of them, and no sooner.
func TestRedesignSeenInSmallRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, for which the other redesign will do")
	}
	inTime(t, func(t *testing.T) {
		web, store, way, o := newspaperWithAPast(t, "dantri")
		site := siteOf(t, "dantri")
		fresh := map[string]bool{}
		way.picks, way.change = func(url string) bool { return fresh[url] }, allNew
		for n := 3; ; n += 3 {
			for range 3 {
				url, err := web.Publish("dantri")
				if err != nil {
					t.Fatal(err)
				}
				fresh[url] = true
			}
			time.Sleep(15 * time.Minute)
			run, err := crawler.Crawl(context.Background(), store, site, o)
			if errors.Is(err, crawler.ErrDrift) {
				t.Logf("after %d articles: %v", n, err)
				if n < 6 {
					t.Errorf("%d articles raised the alarm: %v", n, err)
				}
				return
			}
			if err != nil || n > 45 {
				t.Fatalf("no alarm after %d articles: %v %+v", n, err, run.Quality)
			}
		}
	})
}

// Lists that name no articles any more are the worst of redesigns: nothing is
// fetched, so nothing comes out wrong.
func TestListsWithoutArticlesRaiseTheAlarm(t *testing.T) {
	inTime(t, func(t *testing.T) {
		store, site := newMemory(), siteOf(t, "dantri")
		way := &redesign{next: sampleweb.New().RoundTripper()}
		o := crawler.Options{Transport: way}
		for range 8 {
			crawl(t, store, site, o)
			time.Sleep(time.Hour)
		}
		way.picks = func(url string) bool {
			a, err := site.Address(url)
			return err == nil && a.Kind == sites.List
		}
		way.change = func(html []byte) []byte { return regexp.MustCompile(`href="[^"]*"`).ReplaceAll(html, nil) }
		for range 8 {
			run, err := crawler.Crawl(context.Background(), store, site, o)
			time.Sleep(time.Hour)
			if errors.Is(err, crawler.ErrDrift) {
				if len(run.Drift) != 1 || run.Drift[0].Field != "articles on lists" {
					t.Errorf("%+v", run.Drift)
				}
				return
			}
		}
		t.Error("no alarm")
	})
}

// What a person names is no sample of the newspaper.
func TestSeedsAreNotMeasured(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		o := crawler.Options{Transport: web.RoundTripper(), Seeds: web.Articles("vov")[:1]}
		if run := crawl(t, store, siteOf(t, "vov"), o); run.Quality != nil || store.runs[0].Quality != nil {
			t.Errorf("%+v", run.Quality)
		}
	})
}

func TestDriftErrorNamesTheFields(t *testing.T) {
	err := &crawler.DriftError{Site: "vov", Drift: []capture.Drift{
		{Field: "byline", Was: 0.925, Is: 0.03, Pages: 34}, {Field: "body", Length: true, Was: 2400, Is: 310, Pages: 34},
	}}
	for _, want := range []string{"vov", "byline on 3 % of 34 pages, before on 92 %", "body of 310 letters (34 pages), before 2400"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}
