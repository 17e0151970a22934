package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
	"baoluu/crawler"
	"baoluu/sites"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, sites.Zone)

// hook is a webhook that remembers what it was told.
func hook(t *testing.T, status int) (url string, told func() []notice) {
	var mu sync.Mutex
	var all []notice
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		var n notice
		if err := errors.Join(err, json.Unmarshal(b, &n)); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %q: %v", r.Method, b, err)
		}
		mu.Lock()
		all = append(all, n)
		mu.Unlock()
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []notice {
		mu.Lock()
		defer mu.Unlock()
		got := all
		all = nil
		return got
	}
}

func TestNotices(t *testing.T) {
	url, told := hook(t, http.StatusOK)
	c := defaultConfig()
	c.Archive, c.Notify.Webhook = t.TempDir(), url
	n := newNotifier(c)
	drift := &crawler.DriftError{Site: "vov", Drift: []capture.Drift{{Field: "byline", Was: 0.9, Is: 0, Pages: 30}}}
	run := capture.Run{Started: noon, End: "done", Drift: drift.Drift}
	well := capture.Run{Started: noon, End: "done", Sources: 13, Read: 13, Came: 2, Recent: 2, Kept: 15}
	quiet := well
	quiet.Came, quiet.Recent = 0, 0
	failed := well
	failed.Failed, failed.Gaps = 20, map[string]int{"timeout": 20}
	few := failed
	few.Failed = 19
	blocked := fmt.Errorf("vov: %w", crawler.ErrBlocked)
	shut := capture.Run{Started: noon, End: "blocked", Sources: 13, Failed: 40, Gaps: map[string]int{"source status 403": 12}}
	for _, tt := range []struct {
		name string
		at   time.Duration
		run  capture.Run
		err  error
		want []string
	}{
		{"all is well", 0, well, nil, nil},
		{"drift", 0, run, drift, []string{"drift"}},
		{"the same, a little later", time.Hour, run, drift, nil},
		{"and blocked", 2 * time.Hour, run, errors.Join(drift, crawler.ErrBlocked), []string{"blocked"}},
		{"a day after", 25 * time.Hour, run, drift, []string{"drift"}},
		{"a run that brought nothing new says nothing of it", 25 * time.Hour, quiet, nil, nil},
		{"so it is not over", 25 * time.Hour, run, drift, nil},
		{"over", 26 * time.Hour, well, nil, nil},
		{"again", 27 * time.Hour, run, drift, []string{"drift"}},
		{"the clock went back", -48 * time.Hour, run, drift, []string{"drift"}},
		{"disk", 0, capture.Run{}, errLowSpace, []string{"disk"}},
		{"disk really full", 48 * time.Hour, capture.Run{}, archive.ErrFull, []string{"disk"}},
		{"failures", 48 * time.Hour, failed, nil, []string{"failures"}},
		{"a few failures", 96 * time.Hour, few, nil, nil},
		{"and many again", 97 * time.Hour, failed, nil, []string{"failures"}},
		{"refused: no failures beside it", 100 * time.Hour, shut, blocked, []string{"blocked"}},
		{"its articles are still refused", 101 * time.Hour, quiet, nil, nil},
		{"and refused", 102 * time.Hour, shut, blocked, nil},
		{"down", 103 * time.Hour, capture.Run{Started: noon, End: "unreachable"}, fmt.Errorf("vov: %w: timeout", crawler.ErrUnreachable), []string{"unreachable"}},
		{"down, a little later", 104 * time.Hour, capture.Run{Started: noon, End: "unreachable"}, crawler.ErrUnreachable, nil},
		{"no lists", 105 * time.Hour, shut, crawler.ErrNoSource, []string{"nothing"}},
		{"no articles", 106 * time.Hour, shut, crawler.ErrNoArticle, nil},
		{"named by a person", 107 * time.Hour, capture.Run{Started: noon, Seeds: 1, End: "done", Kept: 1, Came: 1}, nil, nil},
		{"refused to a person", 107 * time.Hour, capture.Run{Started: noon, Seeds: 1, End: "blocked"}, crawler.ErrBlocked, nil},
		{"all is well again", 108 * time.Hour, well, nil, nil},
		{"refused again", 108 * time.Hour, shut, blocked, []string{"blocked"}},
		{"anything else", 109 * time.Hour, failed, errors.New("store"), nil},
	} {
		if err := n.tell(t.Context(), "vov", tt.run, tt.err, noon.Add(tt.at)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		var got []string
		for _, notice := range told() {
			got = append(got, notice.Event)
			if notice.Event == eventDisk {
				if notice.Site != nil || notice.Run != nil || !strings.HasPrefix(notice.Text, "Bảo Lưu: ") {
					t.Errorf("%s: %+v", tt.name, notice)
				}
				continue
			}
			if notice.Type != "notice" || *notice.Site != "vov" || !strings.HasPrefix(notice.Text, "Bảo Lưu, vov: ") || strings.Count(notice.Text, "vov") != 1 || notice.Run == nil {
				t.Errorf("%s: %+v", tt.name, notice)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: told %q, want %q", tt.name, got, tt.want)
		}
	}
	// One newspaper's trouble is not another's, but one disk is.
	if err := n.tell(t.Context(), "dantri", run, drift, noon.Add(-48*time.Hour)); err != nil || len(told()) != 1 {
		t.Errorf("dantri: %v", err)
	}
	if err := n.tell(t.Context(), "dantri", capture.Run{}, archive.ErrFull, noon.Add(49*time.Hour)); err != nil || len(told()) != 0 {
		t.Errorf("the disk of dantri: %v", err)
	}
	if err := n.over(eventDisk); err != nil {
		t.Error(err)
	}
	if err := n.tell(t.Context(), "dantri", capture.Run{}, archive.ErrFull, noon.Add(50*time.Hour)); err != nil || len(told()) != 1 {
		t.Errorf("full again: %v", err)
	}
}

// What stays is said to who is not to be bothered once, and again when it is something else.
func TestSaidOnce(t *testing.T) {
	c := defaultConfig()
	c.Archive = t.TempDir()
	n := newNotifier(c)
	well := capture.Run{Started: noon, End: "done", Sources: 13, Read: 13, Came: 2, Recent: 9, Kept: 15}
	anew := well
	anew.Redesign = &capture.Redesign{NoLayout: 9, Recent: 9}
	trouble := capture.Run{Started: noon, End: "blocked"}
	some := &partlyError{errors.New("vov: 2 addresses failed, the rest is kept")}
	for _, tt := range []struct {
		name  string
		at    time.Duration
		quiet bool
		run   capture.Run
		err   error
		want  bool
	}{
		{"all is well", 0, true, well, nil, false},
		{"blocked, who reads along", 0, false, trouble, crawler.ErrBlocked, true},
		{"blocked", 0, true, trouble, crawler.ErrBlocked, true},
		{"still", time.Hour, true, trouble, crawler.ErrBlocked, false},
		{"still, who reads along", time.Hour, false, trouble, crawler.ErrBlocked, true},
		{"down now", 2 * time.Hour, true, trouble, crawler.ErrUnreachable, true},
		{"named by a person", 2 * time.Hour, true, capture.Run{Started: noon, Seeds: 1}, crawler.ErrBlocked, true},
		{"something else", 2 * time.Hour, true, trouble, archive.ErrInUse, true},
		{"and again", 2 * time.Hour, true, trouble, archive.ErrInUse, true},
		{"a day after", 25 * time.Hour, true, trouble, crawler.ErrBlocked, true},
		{"over", 26 * time.Hour, true, well, nil, false},
		{"again", 27 * time.Hour, true, trouble, crawler.ErrBlocked, true},
		{"a few failures", 28 * time.Hour, true, well, some, true},
		{"the same", 29 * time.Hour, true, well, some, false},
		{"many of them", 30 * time.Hour, true, capture.Run{Started: noon, End: "done", Failed: 30}, some, true},
		{"made anew", 31 * time.Hour, true, anew, nil, true},
		{"still made anew", 32 * time.Hour, true, anew, nil, false},
	} {
		found := troubles(c.Notify, "vov", tt.run, tt.err)
		if got := n.speaks(tt.quiet, "vov", found, tt.err, noon.Add(tt.at)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
		if err := n.tell(t.Context(), "vov", tt.run, tt.err, noon.Add(tt.at)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestNoticesThatFail(t *testing.T) {
	url, asked := hook(t, http.StatusInternalServerError)
	c := defaultConfig()
	c.Archive, c.Notify.Webhook, c.Notify.Command = t.TempDir(), url, []string{filepath.Join(t.TempDir(), "none")}
	if err := os.WriteFile(filepath.Join(c.Archive, noticesName), []byte("{hurt"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, crawler.ErrBlocked, noon)
	if err == nil || !strings.Contains(err.Error(), "webhook: 500") || !strings.Contains(err.Error(), "notify by") {
		t.Errorf("%v", err)
	}
	// What reached nobody is told again by the next run; what reached somebody is not.
	c.Notify.Command = nil
	if err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, crawler.ErrBlocked, noon.Add(time.Minute)); err == nil || len(asked()) != 2 {
		t.Errorf("not tried again: %v", err)
	}
	well, told := hook(t, http.StatusNoContent)
	c.Notify.Webhook = well
	for range 2 {
		if err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, crawler.ErrBlocked, noon.Add(2*time.Minute)); err != nil {
			t.Error(err)
		}
	}
	if n := len(told()); n != 1 {
		t.Errorf("told %d times", n)
	}
	if err := os.WriteFile(filepath.Join(c.Archive, noticesName), []byte("null"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, crawler.ErrBlocked, noon); err != nil || len(told()) != 1 {
		t.Errorf("an empty list: %v", err)
	}
	c.Notify.Webhook, c.Notify.Command = "", nil
	if err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, crawler.ErrBlocked, noon); err != nil {
		t.Errorf("nobody to tell: %v", err)
	}
}

// A webhook that never answers costs its timeout, no more.
func TestNoticeTimesOut(t *testing.T) {
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer server.Close()
	defer close(over)
	c := defaultConfig()
	c.Archive, c.Notify.Webhook, c.Notify.Timeout = t.TempDir(), server.URL, Duration(20*time.Millisecond)
	if err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, crawler.ErrBlocked, noon); err == nil {
		t.Error("no error")
	}
}

func TestNoticeByCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the command is sh")
	}
	out := filepath.Join(t.TempDir(), "told")
	c := defaultConfig()
	c.Archive = t.TempDir()
	c.Notify.Command = []string{"sh", "-c", `{ echo "$BAOLUU_EVENT|$BAOLUU_SITE|$BAOLUU_TIME|$BAOLUU_TEXT"; cat; } > "$0"`, out}
	text := "; rm -rf $HOME `id`"
	if err := newNotifier(c).tell(t.Context(), "vov", capture.Run{}, fmt.Errorf("%w%s", crawler.ErrBlocked, text), noon); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	first, object, _ := strings.Cut(string(got), "\n")
	if err != nil || first != "blocked|vov|2026-11-22T12:00:00+07:00|Bảo Lưu, vov: "+crawler.ErrBlocked.Error()+text {
		t.Errorf("%q, %v", first, err)
	}
	if !strings.HasPrefix(object, `{"type":"notice","event":"blocked","site":"vov"`) || !strings.HasSuffix(object, "\"run\":null}\n") {
		t.Errorf("%q", object)
	}
}

// A newspaper whose trouble is told is not to act on who is told, and an end that was
// asked for waits but a moment for who does not listen.
func TestNoticesAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var told notice
		c := defaultConfig()
		c.Archive, c.Notify.Webhook = t.TempDir(), "http://hook.example"
		n := newNotifier(c)
		n.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if err := json.NewDecoder(r.Body).Decode(&told); err != nil {
				t.Error(err)
			}
			stop()
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		began := time.Now()
		err := n.tell(ctx, "vov", capture.Run{}, fmt.Errorf("%w: %s", crawler.ErrBlocked, acting), began)
		if took := time.Since(began); err == nil || took > lastWord {
			t.Errorf("%v, %v", took, err)
		}
		if told.Text != plain.Line(told.Text) || !strings.Contains(told.Text, "FORGED") {
			t.Errorf("%+q", told.Text)
		}
		if fresh, err := n.fresh("vov", "", map[string]string{eventBlocked: "x"}, began); len(fresh) != 1 || err != nil {
			t.Errorf("%q, %v: nobody was told, and it is not told again", fresh, err)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A list of what was told that is no such list is told once too often.
func TestNoticesOfAnySize(t *testing.T) {
	c := defaultConfig()
	c.Archive, c.Notify.Command = t.TempDir(), []string{"true"}
	n := newNotifier(c)
	for _, text := range []string{strings.Repeat("[", 100_000), "null", `{"vov/blocked": 1}`, strings.Repeat(" ", maxNotices+1) + "{}"} {
		if err := os.WriteFile(n.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if fresh, err := n.fresh("vov", "", map[string]string{eventBlocked: "x"}, noon); len(fresh) != 1 || err != nil {
			t.Errorf("%.20q: %q, %v", text, fresh, err)
		}
	}
}
