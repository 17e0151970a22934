package web

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
)

func TestTroubles(t *testing.T) {
	good := capture.Run{Started: now.Add(-time.Hour), Ended: now.Add(-time.Hour), End: "done"}
	old := capture.Run{Started: now.Add(-50 * time.Hour), End: "done"}
	en, err := loadEnglish()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name      string
		run, good capture.Run
		due       bool
		want      string
	}{
		{"all is well", good, good, false, ""},
		{"never crawled", capture.Run{}, capture.Run{}, false, "no good crawl yet"},
		{"blocked", capture.Run{Started: now, End: "blocked"}, good, false, "blocked since 22 November 2026, 13:40"},
		{"blocked for long", capture.Run{Started: now, End: "blocked"}, old, false, "blocked since 22 November 2026, 13:40|no good crawl since 20 November 2026, 12:10"},
		{"no source", capture.Run{Started: now, End: "no source"}, good, false, "no list can be read since 22 November 2026, 13:40"},
		{"one failed", capture.Run{Started: now, End: "done", Failed: 1}, good, false, "1 address failed in the last crawl"},
		{"many failed", capture.Run{Started: now, End: "done", Failed: 1200}, good, false, "1,200 addresses failed in the last crawl"},
		{"drift", capture.Run{Started: now, End: "done", Drift: []capture.Drift{{Field: "byline"}}}, good, false, "the layout has drifted: byline"},
		{"a redesign", capture.Run{Started: now, End: "done", Redesign: &capture.Redesign{NoLayout: 20, Recent: 21}}, good, false, "20 of 21 new articles fit no known layout"},
		{"running", capture.Run{Started: now}, good, false, ""},
		{"interrupted", capture.Run{Started: now, End: "interrupted"}, good, false, ""},
		{"weekly, not due", old, old, false, ""},
		{"the schedule stands still", old, old, true, "no good crawl since 20 November 2026, 12:10"},
		{"running for the first time in long", capture.Run{Started: now}, old, false, "no good crawl since 20 November 2026, 12:10"},
	} {
		var said []string
		for _, trouble := range troubles(SiteStatus{Run: tt.run, Good: tt.good, Due: tt.due, Since: now.Add(-30 * time.Minute)}, now) {
			text, err := en.trouble(trouble)
			if err != nil {
				t.Error(err)
			}
			if _, err := en.t("remedy." + trouble.Kind); err != nil {
				t.Error(err)
			}
			said = append(said, text)
		}
		if got := strings.Join(said, "|"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func loadEnglish() (*texts, error) {
	words, err := loadWords()
	return &texts{lang: "en", words: words}, err
}

// The front page says what is wrong first of all, and since when.
func TestTodaySaysTroubleFirst(t *testing.T) {
	arch := smallArchive(t)
	begin := now.Add(-50 * time.Minute)
	for i := range 3 {
		run := capture.Run{Started: begin.Add(time.Duration(i) * 10 * time.Minute), Ended: begin.Add(time.Duration(i)*10*time.Minute + time.Minute), End: "blocked", Sources: 1}
		if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Run: &run}); err != nil {
			t.Fatal(err)
		}
	}
	whole := ask(newTestServer(t, arch), "/", "Accept-Language", "en").Body.String()
	page := textOf(whole)
	at := strings.Index(page, "Dân trí: blocked since 22 November 2026, 13:20")
	if at < 0 || at > strings.Index(page, "New in the archive") || strings.Contains(page, "All is well") {
		t.Error(page)
	}
	if !strings.Contains(whole, "<title>(1) ") {
		t.Error("the tab does not say that something is wrong")
	}
}

func TestTodayWhenTheDiskIsFull(t *testing.T) {
	s := newTestServer(t, smallArchive(t), func(o *Options) { o.Disk = func() (Disk, error) { return Disk{Free: 1e6, Want: 5e6}, nil } })
	if page := ask(s, "/", "Accept-Language", "en").Body.String(); !strings.Contains(page, "The disk is nearly full: 1.0 MB free") || !strings.Contains(page, "Make room") {
		t.Error(page)
	}
}

// A newspaper that cannot be read hides no other one.
func TestTodayBesideADamagedNewspaper(t *testing.T) {
	arch := smallArchive(t)
	if err := os.WriteFile(filepath.Join(arch.Dir(), "vov.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newTestServer(t, arch)
	page := textOf(ask(s, "/", "Accept-Language", "en").Body.String())
	if !strings.Contains(page, "VOV: its file cannot be read") || !strings.Contains(page, "· 3 new") || !strings.Contains(page, "As of") {
		t.Error(page)
	}
	for _, path := range []string{"/n/vov", "/health"} { // not: it was never crawled
		page := ask(s, path, "Accept-Language", "en").Body.String()
		for _, wrong := range []string{"not crawled yet", "No article yet", "Nothing was changed", "0 captures"} {
			if strings.Contains(page, wrong) {
				t.Errorf("%s of a damaged newspaper says %q", path, wrong)
			}
		}
	}
}

// What is shown acts on nobody.
func TestTodayIsPlain(t *testing.T) {
	arch := smallArchive(t)
	run := capture.Run{Started: now.Add(-time.Minute), Ended: now, End: "\x1b[2J<b>\u202e", Drift: []capture.Drift{{Field: "\x1b[2J<b>\u202eFORGED"}}}
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Run: &run}); err != nil {
		t.Fatal(err)
	}
	if page := ask(newTestServer(t, arch), "/").Body.String(); page != plain.Text(page) || strings.Contains(page, "<b>") || !strings.Contains(page, "FORGED") {
		t.Error(page)
	}
}

// A value that is kept is made anew in the background: nobody waits for it but the first.
func TestKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{Options: Options{Now: time.Now}, ctx: t.Context()}
		made := 0
		const age = 30 * time.Second
		k := newKept(s, age, func(context.Context) (int, error) { time.Sleep(time.Second); made++; return made, nil })
		get := func() int {
			v, _, err := k.get(t.Context())
			if err != nil {
				t.Error(err)
			}
			return v
		}
		for range 3 {
			go get()
		}
		if v := get(); v != 1 {
			t.Error(v)
		}
		time.Sleep(age)
		if v := get(); v != 1 {
			t.Errorf("somebody waited, or it was made twice: %d", v)
		}
		time.Sleep(2 * time.Second)
		if v := get(); v != 2 {
			t.Error(v)
		}
		time.Sleep(20 * age)
		if v := get(); v != 3 {
			t.Errorf("very old: %d", v)
		}
		s.inFlight.Wait()
	})
}
