package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

// heldBody is a body that nobody can read to its end until it is let go, whatever ends
// meanwhile: as a page is in a parser.
type heldBody struct{ letGo chan struct{} }

func (b heldBody) Read([]byte) (int, error) {
	<-b.letGo
	return 0, io.EOF
}

func (b heldBody) Close() error { return nil }

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// timed is a store that remembers when it was given captures.
type timed struct {
	*memory
	last time.Time
}

func (s *timed) Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error) {
	if len(b.Kept) > 0 {
		s.last = time.Now()
	}
	return s.memory.Commit(ctx, site, b)
}

// TestStoppedWhilePagesAreRead: what came before a run has to end is stored at once, though
// a page is being read that takes for ever. The run leaves it behind, and the next one has it.
func TestStoppedWhilePagesAreRead(t *testing.T) {
	for _, nth := range []int32{1, 7, 25, 26, 27, 28, 29, 30} { // the request that is held
		t.Run(fmt.Sprint("request ", nth), func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, store := sampleweb.New(), &timed{memory: newMemory()}
				ctx, stop := context.WithCancel(context.Background())
				defer stop()
				letGo := make(chan struct{})
				defer close(letGo)
				var stopped time.Time
				var asked atomic.Int32
				next := web.RoundTripper()
				rt := transport(func(r *http.Request) (*http.Response, error) {
					res, err := next.RoundTrip(r)
					if asked.Add(1) == nth && err == nil {
						res.Body, res.ContentLength = heldBody{letGo}, -1
						time.AfterFunc(10*time.Millisecond, func() { stopped = time.Now(); stop() })
					}
					return res, err
				})
				o := crawler.Options{Transport: rt, Pace: 1500 * time.Millisecond} // after half a minute, a commit may wait for two seconds
				run, err := crawler.Crawl(ctx, store, siteOf(t, "dantri"), o)
				if !errors.Is(err, context.Canceled) || run.End != "interrupted" {
					t.Fatalf("%v: %+v", err, run)
				}
				if late := time.Since(stopped); late > 5*time.Second-500*time.Millisecond {
					t.Errorf("left %v late", late)
				}
				if got := int32(len(store.kept)); got != nth-1 || store.last.After(stopped) {
					t.Errorf("%d captures of %d, the last %v after the stop", got, nth-1, store.last.Sub(stopped))
				}
				o.Transport = next
				if again := crawl(t, store, siteOf(t, "dantri"), o); run.New+again.New != len(web.Articles("dantri")) {
					t.Errorf("%+v and %+v", run, again)
				}
			})
		})
	}
}

// A store that fails while a page is being read for ever ends the run, too.
func TestStoreFailsWhilePagesAreRead(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		store.failCommit = 1
		letGo := make(chan struct{})
		defer close(letGo)
		next := web.RoundTripper()
		rt := transport(func(r *http.Request) (*http.Response, error) {
			res, err := next.RoundTrip(r)
			if err == nil && strings.HasSuffix(r.URL.Path, ".rss") {
				res.Body, res.ContentLength = heldBody{letGo}, -1
			}
			return res, err
		})
		if _, err := crawler.Crawl(context.Background(), store, siteOf(t, "dantri"), crawler.Options{Transport: rt, Pace: time.Second}); !errors.Is(err, errDisk) {
			t.Error(err)
		}
		if slices.Contains(store.batches, 0) || store.locked {
			t.Errorf("batches %v, locked %v", store.batches, store.locked)
		}
	})
}
