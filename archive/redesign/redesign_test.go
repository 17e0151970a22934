package redesign_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/redesign"
	"baoluu/cleaner"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

const perDay, days = 6, 16

// begun is the first day of capture; by then all articles of the sample web are published.
var begun = time.Date(2026, 11, 1, 9, 0, 0, 0, sites.Zone)

// stored is an archive with captures.
func stored(t *testing.T, name string, kept []capture.Kept) *archive.Archive {
	t.Helper()
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archivetest.Sound(t, a) })
	if _, err := a.Commit(context.Background(), name, capture.Batch{Kept: kept}); err != nil {
		t.Fatal(err)
	}
	return a
}

// newsroom is some articles of a newspaper for each day, altered as they were at the time.
func newsroom(t *testing.T, name string, morning func(web *sampleweb.Web, day int), alter func(day int, body []byte) []byte) (list []capture.Kept) {
	t.Helper()
	web := sampleweb.New()
	if err := web.Grow(name, perDay*days); err != nil {
		t.Fatal(err)
	}
	site, _ := sites.ByName(name)
	urls := web.Articles(name)
	for day := range days {
		if morning(web, day); alter == nil {
			alter = func(_ int, body []byte) []byte { return body }
		}
		for i, url := range urls[day*perDay : (day+1)*perDay] {
			w := httptest.NewRecorder()
			web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
			addr, err := site.Address(url)
			if err != nil || w.Code != http.StatusOK {
				t.Fatal(url, w.Code, err)
			}
			k := capture.Kept{Body: alter(day, w.Body.Bytes()), Capture: capture.Capture{
				Page: addr.Page, URL: url, Time: begun.AddDate(0, 0, day).Add(time.Duration(i) * time.Minute), Kind: capture.Response, State: capture.Live,
				Status: http.StatusOK, ContentType: w.Header().Get("Content-Type"),
			}}
			if art, err := cleaner.Clean(cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: url, Captured: k.Time, Answer: true}, site); err == nil {
				k.Article = &art
			} else {
				k.Refused = err.Error()
			}
			list = append(list, k)
		}
	}
	return list
}

func run(t *testing.T, a *archive.Archive, name string, o redesign.Options) redesign.Report {
	t.Helper()
	r, err := redesign.Run(context.Background(), a, name, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func date(day int) string { return begun.AddDate(0, 0, day).Format(time.DateOnly) }

// A newspaper that gets markup which nobody has seen: the day, who reads its pages now, and
// every selector that found something.
func TestAnotherLook(t *testing.T) {
	const redesigned = 9
	a := stored(t, "baotintuc", newsroom(t, "baotintuc", func(web *sampleweb.Web, day int) {
		if err := web.Redesign("baotintuc", day >= redesigned); err != nil {
			t.Fatal(err)
		}
	}, nil))
	r := run(t, a, "baotintuc", redesign.Options{})
	if len(r.Findings) != 1 || r.Read != perDay*days || !r.Holds() {
		t.Fatalf("%d captures, %+v", r.Read, r.Findings)
	}
	f := r.Findings[0]
	if f.Field != redesign.FieldLayout || f.Layout != "detail-2018" || f.Day.Format(time.DateOnly) != date(redesigned) || f.HitsBefore != f.PagesBefore || f.HitsAfter != 0 {
		t.Errorf("%+v", f)
	}
	if len(f.Readers) != 1 || f.Readers[0].Name != "generic" {
		t.Errorf("read by %+v", f.Readers)
	}
	if want := "since: 2026-11-10"; f.Since() != want {
		t.Errorf("proposed is %s", f.Since())
	}
	dead := map[string]bool{}
	for _, d := range f.Dead {
		dead[d.Selector] = true
	}
	if !dead["h1.detail-title"] || !dead["h2.sapo"] || !dead[".boxdetail .contents"] {
		t.Errorf("dead are %+v", f.Dead)
	}
	if len(f.ExamplesBefore) != 3 || len(f.ExamplesAfter) != 3 {
		t.Errorf("examples %q, %q", f.ExamplesBefore, f.ExamplesAfter)
	}
}

// One class is renamed: the field that it held, its selectors, and nothing else. The report is
// the same on one core, and when only that field is asked for.
func TestOneField(t *testing.T) {
	const renamed = 7
	kept := newsroom(t, "vov", func(*sampleweb.Web, int) {}, func(day int, body []byte) []byte {
		if day >= renamed {
			return bytes.ReplaceAll(body, []byte("article-author"), []byte("bai-tac-gia"))
		}
		return body
	})
	a := stored(t, "vov", kept)
	r := run(t, a, "vov", redesign.Options{})
	if len(r.Findings) != 1 {
		t.Fatalf("%+v", r.Findings)
	}
	f := r.Findings[0]
	if f.Field != "byline" || f.Day.Format(time.DateOnly) != date(renamed) || f.Readers != nil {
		t.Errorf("%+v", f)
	}
	var dead []string
	for _, d := range f.Dead {
		dead = append(dead, d.Selector)
	}
	if got := strings.Join(dead, ", "); got != ".article-author a, .article-author" {
		t.Errorf("dead are %s", got)
	}
	procs := runtime.GOMAXPROCS(1)
	again := run(t, a, "vov", redesign.Options{})
	runtime.GOMAXPROCS(procs)
	if !reflect.DeepEqual(r, again) {
		t.Errorf("another report on one core: %+v", again)
	}
	slices.Reverse(kept)
	if again := run(t, stored(t, "vov", kept), "vov", redesign.Options{}); !cmp.Equal(r, again, cmpopts.IgnoreUnexported(redesign.Finding{})) {
		t.Errorf("another report where the captures came in another order: %s", cmp.Diff(r, again, cmpopts.IgnoreUnexported(redesign.Finding{})))
	}
	if got := run(t, a, "vov", redesign.Options{Field: "byline"}); len(got.Findings) != 1 || !reflect.DeepEqual(got.Findings[0].Dead, f.Dead) {
		t.Errorf("asked for the byline: %+v", got.Findings)
	}
	for _, o := range []redesign.Options{{Field: "title"}, {Until: begun.AddDate(0, 0, renamed-1)}, {Since: begun.AddDate(0, 0, renamed)}} {
		if got := run(t, a, "vov", o); len(got.Findings) != 0 {
			t.Errorf("%+v: %+v", o, got.Findings)
		}
	}
}

// Ctrl-C ends it.
func TestInterrupted(t *testing.T) {
	a := stored(t, "vov", newsroom(t, "vov", func(*sampleweb.Web, int) {}, nil))
	ctx, stop := context.WithCancel(context.Background())
	_, err := redesign.Run(ctx, a, "vov", redesign.Options{Progress: func(read, most int) {
		if stop(); most != perDay*days {
			t.Errorf("%d at most", most)
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
