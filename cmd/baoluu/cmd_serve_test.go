package main

import (
	"bytes"
	"context"
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
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/cmd/internal/web"
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

// served is what "baoluu serve" answers with, under the default settings.
func served(t *testing.T, arch *archive.Archive, dir string, said io.Writer) http.Handler {
	t.Helper()
	c := defaultConfig()
	c.Archive = dir
	pages, err := web.New(webOptions(arch, c, log.New(said, "", 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pages.Close)
	return pages
}

func ask(h http.Handler, method, target, host string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A newspaper that cannot be read hides no other one.
func TestServeBesideADamagedNewspaper(t *testing.T) {
	arch, dir := crawledArchive(t)
	if err := os.WriteFile(filepath.Join(dir, "dantri.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	h := served(t, arch, dir, io.Discard)
	text := ask(h, http.MethodGet, "/metrics", "localhost").Body.String()
	for _, want := range []string{`baoluu_readable{site="dantri"} 0`, `baoluu_readable{site="vov"} 1`, `baoluu_last_run_new{site="vov"} 2`} {
		if !strings.Contains(text, want) {
			t.Errorf("no line %s:\n%s", want, text)
		}
	}
	if page := ask(h, http.MethodGet, "/", "localhost").Body.String(); !strings.Contains(page, "không đọc được tệp") || !strings.Contains(page, "2 bài mới") {
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
	served := ask(served(t, arch, dir, io.Discard), http.MethodGet, "/metrics", "localhost").Body.String()
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

// Who hangs up is no trouble of the server's, and what is shown acts on nobody.
func TestServeIsQuiet(t *testing.T) {
	arch, dir := crawledArchive(t)
	run := capture.Run{Started: time.Now(), Ended: time.Now(), End: acting, Gaps: map[string]int{acting: 1}}
	if _, err := arch.Commit(t.Context(), "vov", capture.Batch{Run: &run}); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	s := served(t, arch, dir, &said)
	for _, path := range []string{"/", "/metrics"} {
		for range 20 { // its turn comes, or it has gone: either may be seen first
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			r.Host = "localhost"
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
		if text := ask(s, http.MethodGet, path, "localhost").Body.String(); text != plain.Text(text) || path == "/metrics" && !strings.Contains(text, "FORGED") {
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
	h := served(t, arch, dir, io.Discard)
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
