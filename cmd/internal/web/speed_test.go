package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/archive/corpus/textform"
	"baoluu/archive/search"
	"baoluu/cleaner"
	"baoluu/cmd/internal/inert"
)

// measured is a kind of page: its address for an article, "" where it has none, and the bare
// reads of what it shows.
type measured struct {
	name, pattern string
	path          func(archive.PageInfo) string
	bare          func(context.Context, archive.PageInfo) error
}

// TestSpeed measures each kind of page against the bare reads of what it shows, of articles
// spread over the archive that BAOLUU_SPEED names: the time at the 95th percentile, and the
// bytes of a page.
func TestSpeed(t *testing.T) {
	folder := os.Getenv("BAOLUU_SPEED")
	if folder == "" {
		t.Skip("by hand: BAOLUU_SPEED names an archive")
	}
	arch, err := archive.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	names, err := arch.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch, func(o *Options) {
		o.Now = time.Now
		o.Newspapers = func() (list []Newspaper, err error) {
			for _, name := range names {
				list = append(list, Newspaper{Site: name})
			}
			return list, nil
		}
	})
	for _, site := range names {
		view, err := arch.View(t.Context(), site)
		if err != nil {
			t.Fatal(err)
		}
		some := somePages(t, view, 300)
		t.Logf("%s, %d articles: time of a page at the 95th percentile, of its bare reads, bytes", site, len(some))
		for _, m := range kindsOf(s, site) {
			if s.has(m.pattern) {
				measure(t, s, m, some)
			}
		}
	}
}

// measureTime is how long one kind is measured, at most.
const measureTime = 3 * time.Second

// measure times one kind of page, and what it shows, in turn.
func measure(t *testing.T, s *Server, m measured, some []archive.PageInfo) {
	var pages, bare []time.Duration
	largest := 0
	until := time.Now().Add(measureTime)
	for i, info := range some {
		if time.Now().After(until) {
			break
		}
		path := m.path(info)
		if path == "" {
			continue
		}
		var w *httptest.ResponseRecorder
		var page, read time.Duration
		for turn := range 2 { // who comes second finds all warm: one time the page, one time the reads
			began := time.Now()
			if turn == i%2 {
				w = ask(s, path)
				page = time.Since(began)
			} else {
				err := m.bare(t.Context(), info)
				if read = time.Since(began); err != nil {
					t.Fatalf("%s: %v", path, err)
				}
			}
		}
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		if i > 9 { // the first ones warm up
			pages, bare = append(pages, page), append(bare, read)
		}
		largest = max(largest, w.Body.Len())
	}
	if len(pages) == 0 {
		return
	}
	at := func(list []time.Duration) time.Duration {
		slices.Sort(list)
		return list[len(list)*95/100].Round(time.Microsecond)
	}
	p, b := at(pages), at(bare)
	verdict := ""
	if p > 3*b {
		verdict = "  SLOW"
	}
	t.Logf("%-14s %10v %10v  %.1f  %7d%s", m.name, p, b, float64(p)/float64(b), largest, verdict)
}

// kindsOf are the kinds of pages of a newspaper.
func kindsOf(s *Server, site string) []measured {
	head := func(ctx context.Context, info archive.PageInfo) (*archive.View, []archive.Version, error) {
		view, err := s.Archive.View(ctx, site)
		if err != nil {
			return nil, nil, err
		}
		if _, err := view.Page(ctx, info.Page); err != nil {
			return nil, nil, err
		}
		versions, err := view.Versions(ctx, info.Page)
		return view, versions, err
	}
	article := func(ctx context.Context, info archive.PageInfo) error {
		view, versions, err := head(ctx, info)
		if err != nil {
			return err
		}
		for _, v := range versions { // the timeline has the size of each change
			if v.State == capture.Live {
				if _, _, err := view.Cleaned(ctx, v.Capture); err != nil {
					return err
				}
			}
		}
		if _, err := view.Addresses(ctx, info.Page); err != nil {
			return err
		}
		return view.Captures(ctx, info.Page, func(capture.Capture) error { return nil })
	}
	// What a list shows: of each entry the page, with its lead, or with what changed.
	const titles, leads, differences = 0, 1, 2
	list := func(ctx context.Context, what int, read func() (catalog.List, error)) error {
		entries, err := read()
		if err != nil {
			return err
		}
		views := map[string]*archive.View{}
		for _, e := range entries.Entries {
			view := views[e.Site]
			if view == nil {
				if view, err = s.Archive.View(ctx, e.Site); err != nil {
					return err
				}
				views[e.Site] = view
			}
			if _, err := view.Page(ctx, e.Page); err != nil || what == titles {
				if err != nil {
					return err
				}
				continue
			}
			versions, err := view.Versions(ctx, e.Page)
			if err != nil {
				return err
			}
			if what == leads {
				newest, _ := archive.NewestLive(versions)
				_, err = view.Article(ctx, newest.Capture)
			} else if e.Kind == catalog.Edit {
				_, _, _, err = view.Difference(ctx, versions[e.From-1], versions[e.To-1])
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	only := catalog.Filter{Sites: []string{site}}
	both := func(ctx context.Context, newest func() (catalog.List, error), f catalog.Filter) error {
		if err := list(ctx, leads, newest); err != nil {
			return err
		}
		return list(ctx, titles, func() (catalog.List, error) { return s.Catalog.Changes(f, "", todayChanges) })
	}
	return []measured{
		{"article", "GET /p/{site}/{id}", func(p archive.PageInfo) string { return pagePath(site, p.Page) }, article},
		{"version", "GET /p/{site}/{id}/v/{version}", func(p archive.PageInfo) string { return pagePath(site, p.Page, "v", "1") }, article},
		{"compare", "GET /p/{site}/{id}/diff/{versions}", func(p archive.PageInfo) string {
			if p.Versions < 2 {
				return ""
			}
			return pagePath(site, p.Page, "diff", "1.."+strconv.Itoa(p.Versions))
		}, func(ctx context.Context, info archive.PageInfo) error {
			view, versions, err := head(ctx, info)
			if err != nil {
				return err
			}
			_, _, _, err = view.Difference(ctx, versions[0], versions[len(versions)-1])
			return err
		}},
		{"text", "GET /p/{site}/{id}/text", func(p archive.PageInfo) string { return pagePath(site, p.Page, "text") }, func(ctx context.Context, info archive.PageInfo) error {
			view, versions, err := head(ctx, info)
			if err != nil {
				return err
			}
			newest, _ := archive.NewestLive(versions)
			c, err := view.Capture(ctx, newest.Capture)
			if err != nil {
				return err
			}
			body, err := view.Body(ctx, newest.Capture)
			if err == nil {
				_, err = pageText(c, body) // it is stored nowhere
			}
			return err
		}},
		{"as it was", "GET /at/{moment}", func(p archive.PageInfo) string { return atDayPath(p.Captured, p.URL) }, func(ctx context.Context, info archive.PageInfo) error {
			view, versions, err := head(ctx, info)
			if err != nil {
				return err
			}
			newest, _ := archive.NewestLive(versions)
			c, err := view.Exchange(ctx, newest.Capture)
			if err != nil {
				return err
			}
			body, err := view.Body(ctx, newest.Capture)
			if err == nil { // what is lost of it is stored nowhere
				_, err = inert.Read(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time}, inert.Options{Link: func(string) string { return "" }})
			}
			if err != nil {
				return err
			}
			return view.Captures(ctx, info.Page, func(capture.Capture) error { return nil })
		}},
		{"today", "GET /{$}", func(archive.PageInfo) string { return "/" }, func(ctx context.Context, _ archive.PageInfo) error {
			return both(ctx, func() (catalog.List, error) { return s.Catalog.New(catalog.Filter{}, "", todayNew) }, catalog.Filter{})
		}},
		{"newspaper", "GET /n/{site}", func(archive.PageInfo) string { return sitePath(site) }, func(ctx context.Context, _ archive.PageInfo) error {
			return both(ctx, func() (catalog.List, error) { return s.Catalog.Published(only, "", todayNew) }, only)
		}},
		{"day", "GET /day/{day}", func(p archive.PageInfo) string { return dayPath(p.Published) }, func(ctx context.Context, info archive.PageInfo) error {
			from, _, _ := soughtSpan(isoDay(info.Published))
			f := catalog.Filter{From: from, To: from.AddDate(0, 0, 1)}
			for _, read := range []func(catalog.Filter, string, int) (catalog.List, error){s.Catalog.Published, s.Catalog.New, s.Catalog.Changes} {
				if err := list(ctx, titles, func() (catalog.List, error) { return read(f, "", pageSize) }); err != nil {
					return err
				}
			}
			return nil
		}},
		{"month", "GET /n/{site}/{day}", func(p archive.PageInfo) string { return spanPath(site, p.Published, true) }, func(ctx context.Context, info archive.PageInfo) error {
			return list(ctx, titles, func() (catalog.List, error) {
				from := time.Date(info.Published.Year(), info.Published.Month(), 1, 0, 0, 0, 0, info.Published.Location())
				return s.Catalog.Published(catalog.Filter{Sites: only.Sites, From: from, To: from.AddDate(0, 1, 0)}, "", pageSize)
			})
		}},
		{"changes", "GET /changes", func(archive.PageInfo) string { return "/changes" }, func(ctx context.Context, _ archive.PageInfo) error {
			return list(ctx, differences, func() (catalog.List, error) { return s.Catalog.Changes(catalog.Filter{}, "", pageSize) })
		}},
		{"search", "GET /search", func(p archive.PageInfo) string { return "/search?q=" + url.QueryEscape(beginOf(p.Title)) }, func(ctx context.Context, p archive.PageInfo) error {
			_, err := s.Search.Search(ctx, search.Query{Text: beginOf(p.Title), Limit: hitsShown, Facets: true})
			return err
		}},
		{"health", "GET /health/{site}", func(archive.PageInfo) string { return "/health/" + site }, func(ctx context.Context, _ archive.PageInfo) error {
			view, err := s.Archive.View(ctx, site)
			if err != nil {
				return err
			}
			if _, err := s.Archive.Runs(ctx, site, s.Now().Add(-runsAge)); err != nil {
				return err
			}
			if _, _, err := view.Staged(ctx); err != nil {
				return err
			}
			if _, err := view.Cleanings(ctx); err != nil {
				return err
			}
			_, err = s.Search.Status(ctx, site)
			return err
		}},
	}
}

// beginOf are the first words of a title, without marks.
func beginOf(title string) string {
	words := strings.Fields(textform.Fold.Apply(title))
	return strings.Join(words[:min(4, len(words))], " ")
}
