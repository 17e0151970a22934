package crawler_test

import (
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

// TestSoftGone: at every newspaper, a page that a 200 hides the end of is gone,
// on the first visit and on a later one, keeps the versions that it had, and
// comes back.
func TestSoftGone(t *testing.T) {
	for _, site := range sampled() {
		if testing.Short() && site.Name != "dantri" { // for the race detector, one will do
			continue
		}
		t.Run(site.Name, func(t *testing.T) {
			web, a := sampleweb.New(), newArchive(t)
			o := crawler.Options{Transport: web.RoundTripper()}
			late := web.Articles(site.Name)[0]  // gone after it was seen
			early := web.Articles(site.Name)[1] // gone on the first visit
			remove := web.Fault(pattern(early), sampleweb.Missing())
			crawl(t, a, site, o)
			remove()
			web.Fault(pattern(late), sampleweb.Missing())
			o.Seeds = []string{late, early}
			run := crawl(t, a, site, o)
			if run.Gaps["gone"] != 1 || run.New != 1 {
				t.Errorf("%+v", run)
			}
			view, err := a.View(t.Context(), site.Name)
			if err != nil {
				t.Fatal(err)
			}
			for address, want := range map[string]archive.PageInfo{late: {Versions: 2, State: capture.Gone}, early: {Versions: 1, State: capture.Live}} {
				if info, err := view.Page(t.Context(), address); err != nil || info.Versions != want.Versions || info.State != want.State {
					t.Errorf("%s: %+v, %v", address, info, err)
				}
			}
			web.Reset()
			time.Sleep(time.Millisecond) // another capture at another time
			run = crawl(t, a, site, o)
			if view, err = a.View(t.Context(), site.Name); err != nil {
				t.Fatal(err)
			}
			if info, err := view.Page(t.Context(), late); err != nil || info.Versions != 3 || info.State != capture.Live {
				t.Errorf("back: %+v, %v, %+v", info, err, run)
			}
		})
	}
}
