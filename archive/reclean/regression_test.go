package reclean_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestBrokenSelector: a newspaper's rules lose a selector. The gate stops that, and its report names field,
// layout and page; once the selector is back nothing is lost.
func TestBrokenSelector(t *testing.T) {
	for _, c := range []struct {
		field string
		spoil func(*sites.Layout)
	}{
		{"kicker", func(l *sites.Layout) { l.Kicker = nil }},
		{"dateline", func(l *sites.Layout) { l.Lead = nil }}, // a paragraph is taken for the lead then
		{"body", func(l *sites.Layout) { l.Body = l.Lead }},
		{"layout", func(l *sites.Layout) { l.Article = nil }}, // the generic cleaner reads the pages then
	} {
		t.Run(c.field, func(t *testing.T) {
			a := sampled(t, "dantri")
			np := a.Newspaper("dantri")
			np.Cleaner.Name = func(string) string { return "dantri/broken" }
			np.Cleaner.Clean = func(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
				return cleaner.Clean(p, spoilt(s, c.spoil))
			}
			report, err := reclean.Run(ctx, a, "dantri", reclean.Options{Accept: true, Limits: reclean.DefaultLimits()})
			if !errors.Is(err, reclean.ErrStopped) || report.Accepted || !report.Staged {
				t.Fatalf("it was let through: %v, %+v", err, report.Gate)
			}
			g := report.Gate
			i := slices.IndexFunc(g.Drops, func(d reclean.Drop) bool { return d.Field == c.field && g.TooDeep(d) })
			if i < 0 && !(c.field == "body" && g.TooMuchLoss()) {
				t.Fatalf("%+v", g)
			}
			first := g.FirstLosing
			if i >= 0 {
				first = g.Drops[i].First
			}
			if first == nil || first.Old == "" || first.URL == "" || first.Was == "" {
				t.Errorf("%+v", first)
			}
			np.Cleaner.Name, np.Cleaner.Clean = func(string) string { return "dantri/whole" }, cleaner.Clean
			report, err = reclean.Run(ctx, a, "dantri", reclean.Options{Accept: true, Limits: reclean.DefaultLimits()})
			if err != nil || !report.Accepted || len(report.Losses) > 0 || len(report.Gate.Drops) > 0 {
				t.Errorf("%v, %+v", err, report.Gate)
			}
		})
	}
}

// spoilt is a newspaper with other layouts.
func spoilt(s *sites.Site, spoil func(*sites.Layout)) *sites.Site {
	other := &sites.Site{}
	from, to := reflect.ValueOf(s).Elem(), reflect.ValueOf(other).Elem()
	for i := range from.NumField() {
		if from.Type().Field(i).IsExported() {
			to.Field(i).Set(from.Field(i))
		}
	}
	other.Layouts = slices.Clone(s.Layouts)
	for i := range other.Layouts {
		spoil(&other.Layouts[i])
	}
	return other
}

// sampled is an archive of a newspaper of the sample web, cleaned by this program.
func sampled(t *testing.T, site string) *archive.Archive {
	t.Helper()
	a := archivetest.Another(t)
	web := sampleweb.New()
	np := a.Newspaper(site)
	np.Cleaner.Clean = cleaner.Clean
	var kept []capture.Kept
	for i, url := range web.Articles(site) {
		w := httptest.NewRecorder()
		web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
		truth, _ := web.TruthAt(url)
		c := capture.Capture{Page: truth.ID, URL: url, Time: time.Date(2026, 11, 20, 0, 0, i, 0, time.UTC), Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html"}
		art, refused := np.Cleaner.Read(site, c, w.Body.Bytes())
		kept = append(kept, capture.Kept{Capture: c, Body: w.Body.Bytes(), Article: art, Refused: refused})
	}
	if _, err := a.Commit(ctx, site, capture.Batch{Kept: kept}); err != nil {
		t.Fatal(err)
	}
	return a
}
