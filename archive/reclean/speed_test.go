//go:build unix

package reclean_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/archive/reclean"
	"baoluu/crawler/sampleweb"

	"golang.org/x/net/html"
)

// TestSpeed measures a re-clean against unpacking and parsing the same bodies, and its scaling against
// that of SHA-256 over the same bytes. By hand, of so many pages:
//
//	BAOLUU_PAGES=1000 go test ./archive/reclean -run TestSpeed -v -timeout 0
//
// Others use the machine: each is measured several times by turns, and the least counts.
func TestSpeed(t *testing.T) {
	pages, err := strconv.Atoi(os.Getenv("BAOLUU_PAGES"))
	if err != nil {
		t.Skip("a measurement, for BAOLUU_PAGES")
	}
	t.Run("real pages", func(t *testing.T) { speed(t, realNews(t, pages)) })
	t.Run("sample pages", func(t *testing.T) { speed(t, sampleNews(t, pages)) })
	t.Run("captured twice", func(t *testing.T) { speed(t, again(sampleNews(t, pages))) })
}

// news are answers that came for articles, in order.
type news struct {
	captures []capture.Capture
	bodies   [][]byte
}

func (n *news) add(page, url string, body []byte) {
	n.captures = append(n.captures, capture.Capture{
		Page: page, URL: url, Time: time.Date(2024, 3, 1, 0, 0, 3*len(n.captures), 0, time.UTC), Kind: capture.Response, State: capture.Live, Status: 200,
		ContentType: "text/html; charset=utf-8", Header: []capture.Field{{Name: "Content-Type", Value: "text/html; charset=utf-8"}},
	})
	n.bodies = append(n.bodies, body)
}

// realNews are real pages over and over, each time under another number.
func realNews(t *testing.T, pages int) (n news) {
	t.Helper()
	files, err := filepath.Glob("../../../shared/pages/dantri/dantri-2022-*-2022*.html")
	if err != nil || len(files) == 0 {
		t.Skip("the real pages are not here: ", err)
	}
	for i := range pages {
		file := files[i%len(files)]
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		was := strings.TrimSuffix(file[strings.LastIndex(file, "-")+1:], ".html")
		is := fmt.Sprintf("%s%09d", was[:8], i)
		n.add(is, "https://dantri.com.vn/the-gioi/bai-"+is+".htm", bytes.ReplaceAll(body, []byte(was), []byte(is)))
	}
	return n
}

// sampleNews are pages of the sample web in their real size.
func sampleNews(t *testing.T, pages int) (n news) {
	t.Helper()
	const realSize = 117 << 10
	web := sampleweb.New()
	if err := web.Grow(archivetest.Site, pages); err != nil {
		t.Fatal(err)
	}
	web.Fill(realSize)
	urls := web.Articles(archivetest.Site)
	for _, url := range urls[len(urls)-pages:] {
		w := httptest.NewRecorder()
		web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
		truth, ok := web.TruthAt(url)
		if w.Code != http.StatusOK || !ok {
			t.Fatalf("%s: %d", url, w.Code)
		}
		n.add(truth.ID, url, w.Body.Bytes())
	}
	return n
}

// again has each page captured once more: with other tokens in its advertisements and, every fourth, a sentence
// more.
func again(n news) news {
	for i, body := range n.bodies {
		body = bytes.ReplaceAll(body, []byte(`token:"`), fmt.Appendf(nil, `token:"%x`, i*0x9E3779B9))
		if i%4 == 0 {
			body = bytes.Replace(body, []byte("</p>"), []byte(" Thông tin đang được cập nhật.</p>"), 1)
		}
		n.add(n.captures[i].Page, n.captures[i].URL, body)
	}
	return n
}

// keep stores what came, cleaned by an earlier cleaner.
func (n news) keep(t *testing.T, a *archive.Archive) {
	t.Helper()
	np := a.Newspaper(archivetest.Site)
	var batch []capture.Kept
	for i, c := range n.captures {
		art, refused := np.Cleaner.Read(archivetest.Site, c, n.bodies[i])
		if art != nil {
			art.Cleaner = "earlier"
		}
		batch = append(batch, capture.Kept{Capture: c, Body: n.bodies[i], Article: art, Refused: refused})
		if len(batch) == 64 || i == len(n.captures)-1 {
			archivetest.Commit(t, a, batch...)
			batch = nil
		}
	}
}

func speed(t *testing.T, n news) {
	const site = archivetest.Site
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	np := a.Newspaper(site)
	present := np.Cleaner.Name
	np.Cleaner.Name = func(string) string { return "earlier" }
	n.keep(t, a)
	bodies := n.bodies
	np.Cleaner.Name = present
	chains := chainsOf(t, a, len(bodies))

	parse := func() {
		for _, c := range chains {
			b, err := np.Bodies.UnpackUnchecked(c)
			if err == nil {
				_, err = html.Parse(bytes.NewReader(b))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	clean := func() {
		report, err := reclean.Run(ctx, a, site, reclean.Options{Limits: anything})
		if err != nil || report.Captures != len(bodies) {
			t.Fatalf("%d of %d, %v", report.Captures, len(bodies), err)
		}
	}
	hash := func(n int) func() {
		return func() {
			var wait sync.WaitGroup
			for from := range n {
				wait.Go(func() {
					for range 4 {
						for i := from; i < len(bodies); i += n {
							sha256.Sum256(bodies[i])
						}
					}
				})
			}
			wait.Wait()
		}
	}
	drop := func() { // what stands beside goes, so that all is cleaned
		state, err := np.State(ctx)
		if err = errors.Join(err, np.DropGenerations(ctx, state.Generation)); err != nil {
			t.Fatal(err)
		}
	}
	type cost struct{ wall, cpu time.Duration }
	least := map[string]cost{}
	measure := func(what string, processors int, fn func()) {
		before := runtime.GOMAXPROCS(processors)
		defer runtime.GOMAXPROCS(before)
		runtime.GC()
		started, cpu := time.Now(), cpuTime()
		fn()
		c := cost{time.Since(started), cpuTime() - cpu}
		if l, ok := least[what]; ok {
			c = cost{min(c.wall, l.wall), min(c.cpu, l.cpu)}
		}
		least[what] = c
	}
	for range 3 {
		measure("parse", 1, parse)
		drop()
		measure("clean", 1, clean)
		measure("hash", 1, hash(1))
		drop()
		measure("clean on 2", 2, clean)
		measure("hash on 2", 2, hash(2))
	}
	measure("report again", 1, clean)
	if _, err := reclean.Run(ctx, a, site, reclean.Options{Accept: true, Limits: anything}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		measure("nothing", 1, func() {
			if report, err := reclean.Run(ctx, a, site, reclean.Options{}); err != nil || report.Captures != 0 {
				t.Fatalf("%d, %v", report.Captures, err)
			}
		})
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(len(bodies)) }
	scale := func(what string) float64 { return least[what].wall.Seconds() / least[what+" on 2"].wall.Seconds() }
	t.Logf("%d captures, of %d bytes the first", len(bodies), len(bodies[0]))
	t.Logf("unpack and parse %.0f µs, clean again %.0f µs of processor time a capture: x%.2f", each(least["parse"].cpu), each(least["clean"].cpu), least["clean"].cpu.Seconds()/least["parse"].cpu.Seconds())
	t.Logf("on two processors: clean x%.2f, SHA-256 x%.2f: %.2f of it", scale("clean"), scale("hash"), scale("clean")/scale("hash"))
	t.Logf("reported again from what stands beside: %.2f of it", least["report again"].cpu.Seconds()/least["clean"].cpu.Seconds())
	t.Logf("nothing stale: %s, 1/%.0f", least["nothing"].wall, least["clean"].wall.Seconds()/least["nothing"].wall.Seconds())
}

func chainsOf(t *testing.T, a *archive.Archive, n int) (chains []body.Chain) {
	t.Helper()
	np := a.Newspaper(archivetest.Site)
	err := np.File.Read(ctx, func(r schema.Reader) error {
		for i := range uint64(n) {
			c, err := np.Bodies.Chain(r, i+1)
			if err != nil {
				return err
			}
			chains = append(chains, c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return chains
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
