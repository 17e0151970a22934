package crawler_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestMonthOfStandIns: thirty days of crawls by cron, on each of which something else
// stands in articles' places at some of the looks, beside real edits, articles that are
// rewritten, taken down and published. After every run the history says what the sound
// looks saw, all of it and nothing else; the run says whether something failed, and the
// ledger what became of each article.
func TestMonthOfStandIns(t *testing.T) {
	for _, name := range []string{"dantri", "vov", "baotintuc", "baonghean"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "vov" {
				t.Skip("for the race detector, one newspaper will do")
			}
			t.Parallel()
			inTime(t, func(t *testing.T) { newMonth(t, name).play() })
		})
	}
}

// gone is what a sound look sees of an article that was taken down.
const gone = -1

// month is the simulation: what the newspaper did, and what looks saw of it.
type month struct {
	t       *testing.T
	web     *sampleweb.Web
	archive *archive.Archive
	site    *sites.Site
	faults  map[string]sampleweb.Fault
	kinds   []string

	mu       sync.Mutex
	kind     string           // of the fault that is on, "" for none
	spoiled  map[string]bool  // paths that it is on for; all, where that is empty
	revision map[string]int   // by path: how often the newspaper changed the text
	seen     map[string][]int // by path: the revisions that sound looks saw, each once in a row
	bad      int              // looks of this run that were not sound
	met      map[string]int   // looks that were not, by kind of fault
}

func newMonth(t *testing.T, name string) *month {
	m := &month{
		t: t, web: sampleweb.New(), archive: newArchive(t), site: siteOf(t, name),
		revision: map[string]int{}, seen: map[string][]int{}, met: map[string]int{},
	}
	all := m.web.Articles(name)
	m.faults = standIns(pathOf(all[3]), listPath(m.web, m.site))
	m.kinds = slices.Sorted(maps.Keys(m.faults))
	if err := m.web.DateFrom(name, began); err != nil {
		t.Fatal(err)
	}
	m.web.FaultFunc(m.choose)
	return m
}

// choose spoils a look at an article, or notes what it sees.
func (m *month) choose(r *http.Request) sampleweb.Fault {
	a, err := m.site.Address("https://" + r.Host + r.URL.Path)
	if err != nil || a.Kind != sites.Article {
		return nil
	}
	path := r.URL.Path
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kind != "" && (len(m.spoiled) == 0 || m.spoiled[path]) {
		m.met[m.kind]++
		// A page without text that was never seen with one may be meant so: a video's. The
		// plan looks at it again soon, as at all that is new.
		if len(m.seen[path]) > 0 || m.kind != "empty template" && m.kind != "list" {
			m.bad++
		}
		return whole(m.faults[m.kind])
	}
	seen := m.seen[path]
	if now := m.revision[path]; len(seen) == 0 && now != gone || len(seen) > 0 && seen[len(seen)-1] != now {
		m.seen[path] = append(seen, now)
	}
	return nil
}

func (m *month) play() {
	const days, runs = 30, 4
	for day := range days {
		if _, err := m.web.Publish(m.site.Name); err != nil {
			m.t.Fatal(err)
		}
		m.newsroom(day)
		for run := range runs {
			// The first or the second run of each day meets the day's fault, at a third of the
			// articles; every fifth day it is on for all of them.
			m.set("", nil)
			if run == day%2 {
				m.set(m.kinds[day%len(m.kinds)], m.some(day))
			}
			m.crawl(day, run)
			m.check(day)
			if m.t.Failed() {
				return
			}
			time.Sleep(24 * time.Hour / runs)
		}
	}
	// What was spoiled last is asked for again, and is there.
	m.set("", nil)
	for range 3 {
		m.crawl(days, 0)
		m.check(days)
		time.Sleep(30 * time.Hour)
	}
	edits := 0
	for _, seen := range m.seen {
		edits += len(seen) - 1
	}
	if edits < days/3 || len(m.met) < len(m.kinds) {
		m.t.Errorf("%d changes were seen in all, and faults %v: the simulation tells little", edits, m.met)
	}
}

// some are the paths that a day's fault is on for.
func (m *month) some(day int) map[string]bool {
	if day%5 == 4 {
		return nil
	}
	paths := map[string]bool{}
	for i, address := range m.web.Articles(m.site.Name) {
		if i%3 == day%3 {
			paths[pathOf(address)] = true
		}
	}
	return paths
}

func (m *month) set(kind string, spoiled map[string]bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kind, m.spoiled, m.bad = kind, spoiled, 0
}

// newsroom changes something: a word each day, all words or the article itself now and then.
func (m *month) newsroom(day int) {
	all := m.web.Articles(m.site.Name)
	address := all[day%min(len(all), 4)]
	truth, ok := m.web.TruthAt(address)
	if !ok {
		m.t.Fatalf("no article at %s", address)
	}
	path := pathOf(address)
	switch day % 10 {
	case 9:
		if err := m.web.TakeDown(m.site.Name, truth.Key); err != nil {
			m.t.Fatal(err)
		}
		m.revision[path] = gone
		return
	case 6:
		rewrite(m.t, m.web, m.site, address)
	default:
		if err := m.web.Edit(m.site.Name, truth.Key, truth.Title, fmt.Sprintf("%s, bản %d", truth.Title, day)); err != nil {
			m.t.Fatal(err)
		}
	}
	m.revision[path]++
}

func (m *month) crawl(day, n int) {
	run, err := crawler.Crawl(m.t.Context(), queued{m.archive, make(chan struct{}, 1)}, m.site, crawler.Options{Transport: m.web.RoundTripper()})
	var drift *crawler.DriftError
	switch {
	case errors.As(err, &drift):
		m.t.Errorf("day %d, run %d, %s: %v", day, n, m.kind, err)
	case err != nil && !errors.Is(err, crawler.ErrBlocked) && !errors.Is(err, crawler.ErrNoArticle):
		m.t.Errorf("day %d, run %d, %s: %v", day, n, m.kind, err)
	}
	// What failed decides the exit code.
	if failed := run.Failed > 0 || err != nil; failed != (m.bad > 0) && err == nil {
		m.t.Errorf("day %d, run %d, %s: %d looks were not sound, %d failed: %+v", day, n, m.kind, m.bad, run.Failed, run.Gaps)
	}
}

// check holds the history and the ledger against what sound looks saw.
func (m *month) check(day int) {
	view, err := m.archive.View(m.t.Context(), m.site.Name)
	if err != nil {
		m.t.Fatal(err)
	}
	cleaned := 0
	for path, seen := range m.seen {
		if len(seen) == 0 {
			continue
		}
		cleaned++
		list, err := view.Versions(m.t.Context(), keyOf(m.t, m.site, m.address(path)))
		if err != nil {
			m.t.Fatal(err)
		}
		told := 0
		for i, v := range list {
			if i < len(seen) && (v.State == capture.Gone) != (seen[i] == gone) {
				m.t.Errorf("day %d: %s: version %d is %s, a look saw revision %d", day, path, v.Number, v.State, seen[i])
			}
			if v.Cause == compare.Doubtful {
				m.t.Errorf("day %d: %s: version %d is unsure", day, path, v.Number)
			}
			told++
		}
		if told != len(seen) {
			m.t.Errorf("day %d, %s: %s: %d versions, looks saw %v: %+v", day, m.kind, path, told, seen, list)
		}
	}
	days, err := view.Ledger(m.t.Context(), began.AddDate(0, 0, -1), time.Now().Add(time.Hour))
	if err != nil {
		m.t.Fatal(err)
	}
	var sum archive.LedgerDay
	for _, d := range days {
		sum.Add(d)
	}
	if sum.Cleaned != cleaned {
		m.t.Errorf("day %d, %s: the ledger has %d clean articles, sound looks saw %d", day, m.kind, sum.Cleaned, cleaned)
	}
}

func (m *month) address(path string) string { return m.site.Home + path[1:] }

// queued is an archive that does one thing at a time. On a clock that stands still while
// somebody waits for a file, two could wait for each other.
type queued struct {
	*archive.Archive
	turn chan struct{}
}

func inTurn[T any](q queued, do func() (T, error)) (T, error) {
	q.turn <- struct{}{}
	defer func() { <-q.turn }()
	return do()
}

func (q queued) Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error) {
	return inTurn(q, func() ([]capture.Put, error) { return q.Archive.Commit(ctx, site, b) })
}

func (q queued) Discover(ctx context.Context, site string, es []capture.Entry) (int, error) {
	return inTurn(q, func() (int, error) { return q.Archive.Discover(ctx, site, es) })
}

func (q queued) Entry(ctx context.Context, site, page string) (e capture.Entry, ok bool, err error) {
	e, err = inTurn(q, func() (capture.Entry, error) {
		e, found, err := q.Archive.Entry(ctx, site, page)
		ok = found
		return e, err
	})
	return e, ok, err
}

func (q queued) Due(ctx context.Context, site string, now time.Time, class capture.Class, limit int) ([]capture.Entry, error) {
	return inTurn(q, func() ([]capture.Entry, error) { return q.Archive.Due(ctx, site, now, class, limit) })
}

func (q queued) After(ctx context.Context, site string, e capture.Entry, limit int) ([]capture.Entry, error) {
	return inTurn(q, func() ([]capture.Entry, error) { return q.Archive.After(ctx, site, e, limit) })
}
