//go:build unix

package crawler

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// TestScale measures a crawl where very many addresses are known, against the real
// archive, by hand:
//
//	BAOLUU_KNOWN=1000000 go test ./crawler -run TestScale -v -timeout 0
//
// It tells what picking the next address costs the processor, of what it costs at
// 10,000, how soon a run makes its first request and ends, what a ledger of a day
// takes, and the run's peak of memory in use (Linux).
func TestScale(t *testing.T) {
	known, err := strconv.Atoi(os.Getenv("BAOLUU_KNOWN"))
	if err != nil {
		t.Skip("measures by hand: BAOLUU_KNOWN says how many addresses")
	}
	debug.SetGCPercent(200) // as the command does
	small, large := newScale(t, 10_000), newScale(t, known)
	var a, b time.Duration
	for round := range 3 { // in turns, for the machine is not quiet; 10,000 last for no more
		a += small.picks(t)
		b += large.picks(t)
		t.Logf("picking an address, %d rounds: %v at %d, %v at %d, ratio %.2f", round+1,
			a/time.Duration(round+1), small.known, b/time.Duration(round+1), large.known, float64(b)/float64(a))
	}
	for _, s := range []*scale{small, large} {
		s.run(t)
	}
}

// scale is an archive of which every known address is due.
type scale struct {
	archive *archive.Archive
	dir     string
	site    *sites.Site
	known   int
	now     time.Time
}

func newScale(t *testing.T, known int) *scale {
	t.Helper()
	dir := t.TempDir()
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	site, _ := sites.ByName("dantri")
	s := &scale{a, dir, site, known, time.Now()}
	begin := time.Now()
	var es []capture.Entry
	chance := rand.New(rand.NewPCG(1, 0)) // what is due at one time is of all ages
	for i := range known {
		listed := s.now.Add(-time.Duration(known-i) * time.Minute)
		id := listed.Format("20060102150405") + fmt.Sprintf("%03d", i%1000)
		es = append(es, capture.Entry{
			Page: id, URL: "https://dantri.com.vn/xa-hoi/mot-bai-bao-co-dia-chi-dai-nhu-that-" + id + ".htm", Kind: sites.Article,
			Class: capture.Again, Due: s.now.Add(-time.Duration(chance.Int64N(int64(1000 * time.Hour)))), Listed: listed, ListedBy: site.Home,
			Fetched: listed.Add(time.Minute), Published: listed, Changed: listed, Checks: 9, ETag: `"` + id + `"`,
		})
		if len(es) == 2000 || i == known-1 {
			if _, err := a.Discover(t.Context(), site.Name, es); err != nil {
				t.Fatal(err)
			}
			es = es[:0]
		}
	}
	// A month of runs, every quarter of an hour.
	quality := &capture.Quality{Cleaner: cleaner.Name(site), Sections: map[string]capture.Tally{}}
	for i := range 10 {
		t := capture.Tally{Pages: 3, Hits: map[string]int{}, Lengths: map[string]capture.Length{}}
		for _, field := range []string{"title", "lead", "byline", "published", "images", "captions", "tags", "section", "body"} {
			t.Hits[field] = 1 + i%3
		}
		for _, field := range []string{"title", "lead", "body"} {
			t.Lengths[field] = capture.Length{Sum: 30, Squares: 300}
		}
		quality.Sections[fmt.Sprintf("/muc-%d", i)] = t
	}
	for i := range min(known/10, 30*96) {
		r := capture.Run{Started: s.now.Add(-time.Duration(i+1) * 15 * time.Minute), Quality: quality}
		if _, err := a.Commit(t.Context(), site.Name, capture.Batch{Run: &r}); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, site.Name+".db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d addresses made in %v, %d MiB", known, time.Since(begin).Round(time.Second), info.Size()>>20)
	return s
}

// picks gives what picking costs, commits apart, over some dozen batches: of the
// processor's time, for others use the machine.
func (s *scale) picks(t *testing.T) time.Duration {
	t.Helper()
	q := newQueue(s.archive, s.site.Name, s.now, false)
	var took time.Duration
	const batches = 40
	for range batches {
		var b capture.Batch
		begin := processorTime()
		for range batchCaptures {
			e, ok, err := q.pick(t.Context(), func(string) bool { return true })
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			b.Entries = append(b.Entries, e)
		}
		took += processorTime() - begin
		for i := range b.Entries {
			b.Entries[i].Due = s.now.Add(time.Hour)
		}
		if _, err := s.archive.Commit(t.Context(), s.site.Name, b); err != nil {
			t.Fatal(err)
		}
		for _, e := range b.Entries {
			q.done(e.Page)
		}
		q.refill()
	}
	return took / batches / batchCaptures
}

// run makes one run in which nothing answers, and a ledger.
func (s *scale) run(t *testing.T) {
	t.Helper()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the peak is reset
	begin := time.Now()
	first := sync.OnceFunc(func() { t.Logf("at %d: first request after %v", s.known, time.Since(begin)) })
	run, err := Crawl(t.Context(), s.archive, s.site, Options{Limit: 2000, Transport: answers(func() { first() })})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("at %d: %d asked for, run of %v, peak %s", s.known, run.Fetched, time.Since(begin), peak())
	view, err := s.archive.View(context.Background(), s.site.Name)
	if err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	begin = time.Now()
	if _, err := view.Ledger(t.Context(), s.now.AddDate(0, 0, -1), s.now); err != nil {
		t.Fatal(err)
	}
	t.Logf("at %d: ledger of a day in %v, peak %s", s.known, time.Since(begin), peak())
}

// answers is a web on which robots.txt allows all and nothing has changed.
type answers func()

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) {
	f()
	status := http.StatusNotModified
	if r.Header.Get("If-None-Match") == "" {
		status = http.StatusNotFound
	}
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var peakLine = regexp.MustCompile(`VmHWM:\s*(\d+ kB)`)

// peak is the most memory in use since it was reset.
func peak() string {
	status, _ := os.ReadFile("/proc/self/status")
	if m := peakLine.FindSubmatch(status); m != nil {
		return string(m[1])
	}
	return "unknown"
}
