package crawler_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestNoSource: where none of the lists, feeds and sitemaps can be read, whatever comes in
// their place, every run says so, and none once one of them is back.
func TestNoSource(t *testing.T) {
	for name, fault := range map[string]sampleweb.Fault{
		"gone":        sampleweb.Status(404),
		"forbidden":   sampleweb.Status(403),
		"overloaded":  sampleweb.Status(503),
		"maintenance": sampleweb.Maintenance(),
		"log-in wall": sampleweb.LogIn(),
		"empty":       answer(200, "text/html", ""),
		"no links":    answer(200, "text/html", "<html><head><title>VOV</title></head><body><p>Mời bạn đọc xem các bài viết mới trong ngày.</p></body></html>"),
		"other links": answer(200, "text/html", `<html><head><title>VOV</title></head><body><p><a href="/gioi-thieu">Giới thiệu</a> <a href="/lien-he">Liên hệ</a></p></body></html>`),
	} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store, site := sampleweb.New(), newMemory(), siteOf(t, "vov")
				o := crawler.Options{Transport: web.RoundTripper(), MaxTime: time.Hour}
				crawl(t, store, site, o)
				remove := web.FaultFunc(func(r *http.Request) sampleweb.Fault {
					a, err := site.Address("https://" + r.Host + r.URL.Path)
					if err != nil || a.Kind == sites.Article || a.Kind == sites.Robots {
						return nil
					}
					return whole(fault)
				})
				for look := range 3 {
					time.Sleep(time.Minute)
					run, err := crawler.Crawl(context.Background(), store, site, o)
					if !errors.Is(err, crawler.ErrNoSource) && !errors.Is(err, crawler.ErrBlocked) {
						t.Errorf("run %d says nothing: %v, %+v", look+2, err, run)
					}
				}
				remove()
				web.Reset()
				time.Sleep(24 * time.Hour)
				crawl(t, store, site, o)
			})
		})
	}
}
