package web

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"baoluu/archive/capture"
	"baoluu/archive/search"
)

// TestChart: bars stand on one another within the chart, and what is not zero is seen.
func TestChart(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 3, 3), 0, 60).Draw(t, "counts")
		var columns []ChartColumn
		for _, c := range counts {
			columns = append(columns, ChartColumn{"x", c})
		}
		c := s.texts["vi"].chartOf("id", "health.runs", []string{"health.new", "health.changed", "health.failed"}, columns, 24, rapid.Bool().Draw(t, "bytes"))
		seen, below := 0, map[int]int{} // where the bars of a column have come to
		for _, b := range c.Bars {
			if b.X < 0 || b.X+b.Width > c.Width || b.Y < 0 || b.Height < 1 || b.Y+b.Height > c.Height || b.Series < 1 || b.Series > 3 {
				t.Fatalf("%+v is outside of %d × %d", b, c.Width, c.Height)
			}
			if top, ok := below[b.X]; ok && b.Y > top {
				t.Fatalf("%+v stands on nothing", b)
			}
			below[b.X] = b.Y
			seen++
		}
		want := 0
		for _, col := range counts {
			for _, n := range col {
				if n > 0 {
					want++
				}
			}
		}
		if seen != want || c.Width < 24*columnWidth {
			t.Fatalf("%d bars for %d counts, %d wide", seen, want, c.Width)
		}
	})
}

func TestHealth(t *testing.T) {
	arch := smallArchive(t)
	refused := capture.Run{Started: now.Add(-30 * time.Minute), Ended: now.Add(-29 * time.Minute), End: "blocked", Failed: 4, Sources: 1,
		Drift: []capture.Drift{{Field: "byline<b>", Was: .9, Is: .1, Pages: 12}}}
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Run: &refused}); err != nil {
		t.Fatal(err)
	}
	index := search.Open(arch, "")
	defer index.Close()
	if err := index.Update(t.Context(), "dantri", nil); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch, func(o *Options) {
		o.Rests = func(context.Context, string, time.Time) ([]Rest, error) {
			return []Rest{{"dantri.com.vn", now.Add(time.Hour), 2}}, nil
		}
	})
	for _, tt := range []struct {
		target string
		says   []string
	}{
		{"/health", []string{"blocked since", `href="/health/dantri"`, "80.0 GB", "None is known of", "not by schedule"}},
		{"/health/dantri", []string{"blocked since", "*/15 * * * *", "refused 2 times in a row", "byline&lt;b&gt;: was found on 90.0 %, is on 10.0 %", `class="bar1"`, `class="health-bad"`, "2026-11", "<desc", "3 articles · "}},
		{"/health/vov", []string{"not by schedule", "nothing to draw"}},
	} {
		w := ask(s, tt.target, "Accept-Language", "en")
		for _, want := range tt.says {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s does not say %q", tt.target, want)
			}
		}
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "style=") || w.Body.Len() > 200_000 {
			t.Errorf("%s: %d, %d bytes", tt.target, w.Code, w.Body.Len())
		}
	}
	for _, target := range []string{"/health/none", "/health/..", "/health/dantri/x"} {
		if w := ask(s, target); w.Code == http.StatusOK {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

// TestSoon: nobody waits long for what costs a walk over an archive: there is a word instead,
// or what was there last.
func TestSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Options: Options{Now: time.Now}}
		s.ctx, s.close = context.WithCancel(context.Background())
		defer s.Close()
		made := 0
		k := newKept(s, walkAge, func(context.Context) (int, error) {
			time.Sleep(3 * time.Second)
			made++
			return made, nil
		})
		look := func(value int, waited time.Duration) {
			t.Helper()
			began := time.Now()
			got, at, err := k.soon(t.Context())
			if err != nil || got != value || at.IsZero() != (value == 0) || time.Since(began) != waited {
				t.Errorf("%d of %v after %v, %v", got, at, time.Since(began), err)
			}
		}
		look(0, soonTime)
		time.Sleep(4 * time.Second)
		look(1, 0)
		time.Sleep(walkAge)
		look(1, 0) // and it is made anew
		time.Sleep(4 * time.Second)
		look(2, 0)
		time.Sleep(20 * walkAge)
		look(2, soonTime) // very old, but there
		time.Sleep(4 * time.Second)
	})
}

func TestHealthz(t *testing.T) {
	arch := smallArchive(t)
	s := newTestServer(t, arch)
	if w := ask(s, "/healthz"); w.Code != http.StatusOK || w.Body.String() != "ok\n" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if err := os.Rename(arch.Dir(), filepath.Join(t.TempDir(), "gone")); err != nil {
		t.Fatal(err)
	}
	if w := ask(s, "/healthz"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "cannot be read") {
		t.Errorf("without an archive: %d %q", w.Code, w.Body)
	}
}
