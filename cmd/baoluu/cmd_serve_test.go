package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// crawledArchive is an archive with one run over one newspaper.
func crawledArchive(t *testing.T) (*archive.Archive, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a&<b>")
	arch, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	run := capture.Run{
		Started: now.Add(-time.Minute), Ended: now, End: "done", Listed: 3, Fetched: 2, New: 2,
		Gaps: map[string]int{`a "reason"` + "\n<b>": 1},
	}
	if _, err := arch.Commit(t.Context(), "vov", capture.Batch{Run: &run}); err != nil {
		t.Fatal(err)
	}
	return arch, dir
}

func newTestStation(arch *archive.Archive, dir string, hosts ...string) *station {
	c := defaultConfig()
	c.Archive, c.Serve.Hosts = dir, hosts
	return newStation(arch, c, log.New(io.Discard, "", 0))
}

func ask(h http.Handler, method, target, host string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestServeAnswersToItsOwnNamesOnly(t *testing.T) {
	arch, dir := crawledArchive(t)
	h := newTestStation(arch, dir, "news.lan").handler()
	for host, want := range map[string]int{
		"127.0.0.1:8080": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:8080": http.StatusOK, "[::1]": http.StatusOK,
		"localhost": http.StatusOK, "LOCALHOST:1": http.StatusOK, "192.0.2.7:80": http.StatusOK, "News.LAN:8080": http.StatusOK,
		"evil.example": http.StatusMisdirectedRequest, "evil.example:8080": http.StatusMisdirectedRequest, "": http.StatusMisdirectedRequest,
		"127.0.0.1.evil.example": http.StatusMisdirectedRequest, "localhost.evil.example:8080": http.StatusMisdirectedRequest,
		"news.lan.": http.StatusMisdirectedRequest, "2130706433": http.StatusMisdirectedRequest,
		"[::1": http.StatusMisdirectedRequest, "::1]": http.StatusMisdirectedRequest, "::1": http.StatusMisdirectedRequest, "[[::1]]": http.StatusMisdirectedRequest,
		"[::1:8080": http.StatusMisdirectedRequest, "[::1]x": http.StatusMisdirectedRequest, "[::1]:x": http.StatusMisdirectedRequest, "[127.0.0.1]": http.StatusMisdirectedRequest,
		"[localhost]": http.StatusMisdirectedRequest, "[news.lan]:80": http.StatusMisdirectedRequest, "localhost:80:80": http.StatusMisdirectedRequest, "localhost:x": http.StatusMisdirectedRequest,
		"evil.example@localhost": http.StatusMisdirectedRequest, "localhost/x": http.StatusMisdirectedRequest, "%6cocalhost": http.StatusMisdirectedRequest, "news.lan#x": http.StatusMisdirectedRequest,
		"[::ffff:127.0.0.1]": http.StatusOK, "[2001:db8::1]:443": http.StatusOK, "localhost:": http.StatusOK,
	} {
		for _, path := range []string{"/", "/metrics"} {
			w := ask(h, http.MethodGet, path, host)
			if w.Code != want {
				t.Errorf("%s of host %q: %d, want %d", path, host, w.Code, want)
			}
			if want != http.StatusOK && strings.Contains(w.Body.String(), "vov") {
				t.Errorf("host %q got an answer about the archive", host)
			}
		}
	}
}

func TestServeOnlyWhatThereIs(t *testing.T) {
	arch, dir := crawledArchive(t)
	h := newTestStation(arch, dir).handler()
	for _, tt := range []struct {
		method, target string
		want           int
	}{
		{http.MethodHead, "/", http.StatusOK},
		{http.MethodHead, "/metrics", http.StatusOK},
		{http.MethodPost, "/", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/metrics", http.StatusMethodNotAllowed},
		{http.MethodGet, "/vov.db", http.StatusNotFound},
		{http.MethodGet, "/metrics/", http.StatusNotFound},
	} {
		w := ask(h, tt.method, tt.target, "localhost")
		if w.Code != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.target, w.Code, tt.want)
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
			t.Errorf("%s %s: policy %q", tt.method, tt.target, got)
		}
	}
}

func TestServeFrontIsEscaped(t *testing.T) {
	arch, dir := crawledArchive(t)
	w := ask(newTestStation(arch, dir).handler(), http.MethodGet, "/", "localhost")
	page := w.Body.String()
	for _, want := range []string{"a&amp;&lt;b&gt;", "VOV (vov)", "<td>done<td", `>not crawled yet<td`, `data-name="it brought">-<td`, "2 new, 0 changed, 0 failed", `<td data-name="last crawl">never`, `name="viewport"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "<b>") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html; charset=utf-8") {
		t.Errorf("not escaped, or of no type: %s", page)
	}
}

// A newspaper that cannot be read hides no other one.
func TestServeBesideADamagedNewspaper(t *testing.T) {
	arch, dir := crawledArchive(t)
	if err := os.WriteFile(filepath.Join(dir, "dantri.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newTestStation(arch, dir).handler()
	text := ask(h, http.MethodGet, "/metrics", "localhost").Body.String()
	for _, want := range []string{`baoluu_readable{site="dantri"} 0`, `baoluu_readable{site="vov"} 1`, `baoluu_last_run_new{site="vov"} 2`} {
		if !strings.Contains(text, want) {
			t.Errorf("no line %s:\n%s", want, text)
		}
	}
	if page := ask(h, http.MethodGet, "/", "localhost").Body.String(); !strings.Contains(page, "cannot be read: ") || !strings.Contains(page, "2 new") {
		t.Error(page)
	}
}

// What is written to a file and what is served is the same, in a form that
// Prometheus reads and that its own linter finds fault with nowhere.
func TestMetricsAreOneAndSound(t *testing.T) {
	arch, dir := crawledArchive(t)
	file := filepath.Join(t.TempDir(), "baoluu.prom")
	c := defaultConfig()
	c.Archive = dir
	if err := writeMetrics(t.Context(), arch, c, file, time.Now()); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	served := ask(newTestStation(arch, dir).handler(), http.MethodGet, "/metrics", "localhost").Body.String()
	// The disk is others' too.
	free := regexp.MustCompile(`(?m)^baoluu_free_bytes .*$`)
	if free.ReplaceAllString(served, "") != free.ReplaceAllString(string(written), "") {
		t.Errorf("served:\n%s\nwritten:\n%s", served, written)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(served))
	if err != nil || len(families) < 10 {
		t.Errorf("%d families: %v", len(families), err)
	}
	problems, err := promlint.New(strings.NewReader(served)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

// Metrics are read at each request, the front page once in a while.
func TestServeIsFresh(t *testing.T) {
	arch, dir := crawledArchive(t)
	synctest.Test(t, func(t *testing.T) {
		s := newTestStation(arch, dir)
		h := s.handler()
		front := func() string { return ask(h, http.MethodGet, "/", "localhost").Body.String() }
		before := front()
		time.Sleep(frontAge - time.Second)
		if front() != before {
			t.Error("rebuilt too soon")
		}
		time.Sleep(time.Second)
		if front() == before {
			t.Error("not rebuilt")
		}
	})
	run := capture.Run{Started: time.Now(), New: 7}
	h := newTestStation(arch, dir).handler()
	ask(h, http.MethodGet, "/metrics", "localhost")
	if _, err := arch.Commit(t.Context(), "vov", capture.Batch{Run: &run}); err != nil {
		t.Fatal(err)
	}
	if text := ask(h, http.MethodGet, "/metrics", "localhost").Body.String(); !strings.Contains(text, `baoluu_last_run_new{site="vov"} 7`) {
		t.Error(text)
	}
}

// Who waits for the archive and goes away leaves no work behind.
func TestServeWaitsInTurn(t *testing.T) {
	arch, dir := crawledArchive(t)
	s := newTestStation(arch, dir)
	s.reading <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.frontNow(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Error("answered out of turn")
	}
}

// Who hangs up is no trouble of the server's, and what is shown acts on nobody.
func TestServeIsQuiet(t *testing.T) {
	arch, dir := crawledArchive(t)
	run := capture.Run{Started: time.Now(), Ended: time.Now(), End: acting, Gaps: map[string]int{acting: 1}}
	if _, err := arch.Commit(t.Context(), "vov", capture.Batch{Run: &run}); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	c := defaultConfig()
	c.Archive = dir
	s := newStation(arch, c, log.New(&said, "", 0))
	for _, path := range []string{"/", "/metrics"} {
		for range 20 { // its turn comes, or it has gone: either may be seen first
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			r.Host = "localhost"
			s.handler().ServeHTTP(httptest.NewRecorder(), r)
		}
		if text := ask(s.handler(), http.MethodGet, path, "localhost").Body.String(); text != plain.Text(text) || !strings.Contains(text, "FORGED") {
			t.Errorf("%s: %+q", path, text)
		}
	}
	if said.Len() > 0 {
		t.Error(said.String())
	}
}

func TestServeReadsWhatCannotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("everything can be written here")
	}
	_, dir := crawledArchive(t)
	if err := os.WriteFile(filepath.Join(dir, "vov.gate"), nil, 0o600); err != nil { // one that was left behind
		t.Fatal(err)
	}
	for _, name := range []string{"vov.gate", "vov.db"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	arch, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	h := newTestStation(arch, dir).handler()
	for _, path := range []string{"/", "/metrics"} {
		if w := ask(h, http.MethodGet, path, "localhost"); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// metricsOf reads the metrics as Prometheus does: a value by name and labels.
func metricsOf(t *testing.T, arch *archive.Archive, c Config, now time.Time) map[string]float64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "baoluu.prom")
	if err := writeMetrics(t.Context(), arch, c, file, now); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(f)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for name, family := range families {
		for _, m := range family.Metric {
			key := name
			for _, l := range m.Label {
				if l.GetName() == "site" {
					key += " " + l.GetValue()
				}
			}
			values[key] = m.Gauge.GetValue()
		}
	}
	return values
}

// What alerts are made of: when the last good run was, not the last one, also of a
// newspaper that was never crawled, and when the next one is due.
func TestMetricsForAlerts(t *testing.T) {
	arch, dir := crawledArchive(t)
	c := defaultConfig()
	c.Archive = dir
	hourly := "0 * * * *"
	off := false
	c.Sites["vov"] = SiteConfig{Enabled: c.Sites["vov"].Enabled, Pace: c.Sites["vov"].Pace, Schedule: &hourly}
	c.Sites["dantri"] = SiteConfig{Enabled: c.Sites["dantri"].Enabled, Pace: c.Sites["dantri"].Pace, Schedule: &hourly}
	c.Sites["baotintuc"] = SiteConfig{Enabled: &off, Pace: c.Sites["vov"].Pace, Schedule: &hourly}
	runs, err := arch.Runs(t.Context(), "vov", time.Time{})
	if err != nil || len(runs) != 1 {
		t.Fatal(runs, err)
	}
	good := runs[0].Ended
	for i, end := range []string{"blocked", "unreachable", "no source", "no article", "interrupted", ""} {
		run := capture.Run{Started: good.Add(time.Duration(i+1) * time.Hour), End: end, Sources: 3, Recent: 5, NoLayout: 4}
		if end != "" {
			run.Ended = run.Started.Add(time.Minute)
		}
		if _, err := arch.Commit(t.Context(), "vov", capture.Batch{Run: &run}); err != nil {
			t.Fatal(err)
		}
	}
	now := good.Add(30 * time.Hour)
	got := metricsOf(t, arch, c, now)
	thisHour := float64(now.Truncate(time.Hour).Unix())
	for name, want := range map[string]float64{
		"baoluu_last_success_seconds vov": float64(good.Unix()), "baoluu_last_success_seconds dantri": 0,
		"baoluu_next_due_seconds vov": thisHour, "baoluu_next_due_seconds dantri": thisHour,
		"baoluu_enabled vov": 1, "baoluu_enabled dantri": 1, "baoluu_build_info": 1, "baoluu_min_free_bytes": 500e6,
		"baoluu_last_run_recent vov": 5, "baoluu_last_run_no_layout vov": 4,
	} {
		if v, ok := got[name]; !ok || v != want {
			t.Errorf("%s: %v, %v, want %v", name, v, ok, want)
		}
	}
	for _, name := range []string{"baoluu_next_due_seconds baotintuc", "baoluu_last_success_seconds baotintuc", "baoluu_captures dantri"} {
		if v, ok := got[name]; ok {
			t.Errorf("%s: %v", name, v)
		}
	}
	if got["baoluu_free_bytes"] <= 0 {
		t.Error("no free room")
	}
	// A run that went well: the next hour is the next.
	run := capture.Run{Started: now.Add(-time.Second), Ended: now, End: "done", Sources: 3, Read: 3}
	if _, err := arch.Commit(t.Context(), "vov", capture.Batch{Run: &run}); err != nil {
		t.Fatal(err)
	}
	got = metricsOf(t, arch, c, now)
	if next := got["baoluu_next_due_seconds vov"]; run.Started.Truncate(time.Hour).Equal(now.Truncate(time.Hour)) && next != thisHour+3600 {
		t.Errorf("next due %v, want %v", next, thisHour+3600)
	}
	if got["baoluu_last_success_seconds vov"] != float64(now.Unix()) {
		t.Errorf("%v", got)
	}
}

func TestWants(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 10, 0, 0, sites.Zone)
	good := capture.Run{Started: now.Add(-time.Hour), Ended: now.Add(-time.Hour), End: "done"}
	old := capture.Run{Started: now.Add(-50 * time.Hour), End: "done"}
	for _, tt := range []struct {
		name      string
		run, good capture.Run
		want      string
	}{
		{"all is well", good, good, ""},
		{"never crawled", capture.Run{}, capture.Run{}, "no good crawl yet"},
		{"blocked", capture.Run{Started: now, End: "blocked"}, good, "blocked since 2026-11-22 13:40"},
		{"blocked for long", capture.Run{Started: now, End: "blocked"}, old, "blocked since 2026-11-22 13:40|no good crawl since 2026-11-20 12:10"},
		{"no source", capture.Run{Started: now, End: "no source"}, good, "no list can be read since 2026-11-22 13:40"},
		{"some failed", capture.Run{Started: now, End: "done", Failed: 12}, good, "12 addresses failed in the last crawl"},
		{"drift", capture.Run{Started: now, End: "done", Drift: []capture.Drift{{Field: "byline"}}}, good, "the layout has drifted: byline"},
		{"a redesign", capture.Run{Started: now, End: "done", Redesign: &capture.Redesign{NoLayout: 20, Recent: 21}}, good, "20 of 21 new articles fit no known layout"},
		{"running", capture.Run{Started: now}, good, ""},
		{"interrupted", capture.Run{Started: now, End: "interrupted"}, good, ""},
	} {
		if got := strings.Join(wants(tt.run, tt.good, now.Add(-30*time.Minute), now), "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// The page says what is wrong first of all, and since when.
func TestServeFrontSaysTroubleFirst(t *testing.T) {
	arch, dir := crawledArchive(t)
	begin := time.Now().Add(-3 * time.Hour)
	for i := range 3 {
		run := capture.Run{Started: begin.Add(time.Duration(i) * time.Hour), Ended: begin.Add(time.Duration(i)*time.Hour + time.Minute), End: "blocked", Sources: 1}
		if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Run: &run}); err != nil {
			t.Fatal(err)
		}
	}
	h := newTestStation(arch, dir).handler()
	page := ask(h, http.MethodGet, "/", "localhost").Body.String()
	at := strings.Index(page, "<li>Dân trí: blocked since "+shortTime(begin))
	if at < 0 || at > strings.Index(page, "<table>") {
		t.Error(page)
	}
	if strings.Contains(page, "All is well") || strings.Contains(page, "style=") || strings.Contains(page, "://") {
		t.Error(page)
	}
	w := ask(h, http.MethodGet, "/style.css", "localhost")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") || strings.Contains(w.Body.String(), "url(") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
