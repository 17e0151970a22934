package crawler_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// Two months of runs by cron: what they leave behind is what they captured, and a
// run of the second month costs no more than one of the first.
func TestTwoMonthsOfRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("two months take some seconds")
	}
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "baotintuc")
		o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
		var requests [2]int // in each month
		for day := range 60 {
			publish(t, web, site.Name, 1)
			for range 3 {
				run, err := crawler.Crawl(context.Background(), store, site, o)
				if err != nil || run.End != "done" || run.Failed > 0 || len(run.Drift) > 0 {
					t.Fatalf("day %d: %v %+v", day, err, run)
				}
				requests[day/30] += run.Requests
				time.Sleep(8 * time.Hour)
			}
		}
		if len(store.runs) != 180 {
			t.Errorf("%d runs", len(store.runs))
		}
		if requests[1] > requests[0]*3/2 {
			t.Errorf("%d requests in the first month, %d in the second", requests[0], requests[1])
		}
		if len(store.hosts) > 2*len(site.Hosts) {
			t.Errorf("%d states of hosts", len(store.hosts))
		}
		articles, others := 0, 0
		for _, e := range store.entries {
			if isArticleOf(site)(e.URL) {
				articles++
			} else {
				others++
			}
		}
		if want := len(web.Articles(site.Name)); articles != want {
			t.Errorf("%d articles known of %d", articles, want)
		}
		if others > 10*len(site.Sources) {
			t.Errorf("%d other addresses known", others)
		}
	})
}

// A clock that was wrong, and was set right, costs no article: neither one that ran
// ahead nor one that lagged behind.
func TestClockSteps(t *testing.T) {
	for _, step := range []time.Duration{365 * 24 * time.Hour, -24 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			web, store, site := sampleweb.New(), newMemory(), siteOf(t, "vov")
			at := func(offset time.Duration) (run capture.Run) {
				t.Helper()
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(time.Until(began.Add(offset)))
					begun := time.Now()
					run = crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
					if took := time.Since(begun); took > time.Hour {
						t.Errorf("took %v", took)
					}
				})
				return run
			}
			at(0)
			for _, offset := range []time.Duration{step, time.Hour} {
				publish(t, web, site.Name, 2)
				run := at(offset)
				now := began.Add(offset + time.Hour)
				for _, e := range store.entries {
					// What is seen to be a year old is next looked at in a year.
					rightful := step > 0 && offset == step
					if e.Kind == sites.Article && !rightful && (e.Fetched.After(now) || e.Due.After(now.AddDate(0, 3, 0))) {
						t.Errorf("planned under the wrong clock: %+v", e)
					}
				}
				if run.New != 2 || run.End != "done" || len(run.Drift) > 0 {
					t.Errorf("%v after the first: %+v", offset, run)
				}
			}
		})
	}
}
