package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"baoluu/archive"
)

func TestAnswersToItsOwnNamesOnly(t *testing.T) {
	s := newTestServer(t, smallArchive(t), func(o *Options) { o.Hosts = []string{"news.lan"} })
	const own, other = http.StatusOK, http.StatusMisdirectedRequest
	for host, want := range map[string]int{
		"127.0.0.1:8080": own, "127.0.0.1": own, "[::1]:8080": own, "[::1]": own, "localhost": own, "LOCALHOST:1": own, "192.0.2.7:80": own, "News.LAN:8080": own,
		"evil.example": other, "evil.example:8080": other, "": other, "127.0.0.1.evil.example": other, "localhost.evil.example:8080": other,
		"news.lan.": other, "2130706433": other, "[::1": other, "::1]": other, "::1": other, "[[::1]]": other,
		"[::1:8080": other, "[::1]x": other, "[::1]:x": other, "[127.0.0.1]": other,
		"[localhost]": other, "[news.lan]:80": other, "localhost:80:80": other, "localhost:x": other,
		"evil.example@localhost": other, "localhost/x": other, "%6cocalhost": other, "news.lan#x": other,
		"[::ffff:127.0.0.1]": own, "[2001:db8::1]:443": own, "localhost:": own,
	} {
		for _, path := range []string{"/", "/metrics", s.style.path} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s of host %q: %d, want %d", path, host, w.Code, want)
			}
			if want != own && strings.Contains(w.Body.String(), "Dân trí") {
				t.Errorf("host %q got an answer about the archive", host)
			}
		}
	}
}

func TestOnlyWhatThereIs(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for _, tt := range []struct {
		method, target string
		want           int
	}{
		{http.MethodGet, "/", http.StatusOK},
		{http.MethodHead, "/", http.StatusOK},
		{http.MethodHead, "/metrics", http.StatusOK},
		{http.MethodHead, s.script.path, http.StatusOK},
		{http.MethodPost, "/", http.StatusMethodNotAllowed},
		{http.MethodPost, "/nothing", http.StatusMethodNotAllowed},
		{http.MethodOptions, "/", http.StatusMethodNotAllowed},
		{"TRACK", "/", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/metrics", http.StatusMethodNotAllowed},
		{http.MethodGet, "/dantri.db", http.StatusNotFound},
		{http.MethodGet, "/metrics/", http.StatusNotFound},
		{http.MethodGet, "/style-0.css", http.StatusNotFound},
		{http.MethodGet, "/../dantri.db", http.StatusNotFound},
		{http.MethodGet, "/%2e%2e/dantri.db", http.StatusNotFound},
		{http.MethodGet, "/?" + strings.Repeat("a", maxQuery+1), http.StatusRequestURITooLong},
		{http.MethodGet, "/" + strings.Repeat("a", maxPath), http.StatusRequestURITooLong},
	} {
		r := httptest.NewRequest(tt.method, "http://localhost/", nil)
		u, err := r.URL.Parse(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		r.URL, r.URL.Path = u, strings.Split(tt.target, "?")[0]
		if strings.Contains(tt.target, "%") {
			r.URL = u
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%s %.40s: %d, want %d", tt.method, tt.target, w.Code, tt.want)
		}
		if tt.method == http.MethodHead && w.Body.Len() > 0 {
			t.Errorf("HEAD %s has a body", tt.target)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; ", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()",
		} {
			if got := w.Header().Get(name); !strings.HasPrefix(got, want) || strings.Contains(got, "unsafe") {
				t.Errorf("%s %.40s: %s: %q", tt.method, tt.target, name, got)
			}
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s answers other origins", tt.target)
		}
	}
}

// What goes wrong is told as a page, in the reader's language, with the right status.
func TestErrors(t *testing.T) {
	s := newTestServer(t, smallArchive(t), func(o *Options) { o.Log.SetOutput(io.Discard) })
	for _, tt := range []struct {
		err  error
		code int
		says string
	}{
		{archive.ErrNoPage, http.StatusNotFound, "does not have this article"},
		{fmt.Errorf("x: %w", archive.ErrNoNewspaper), http.StatusNotFound, "does not have this newspaper"},
		{archive.ErrInvalid, http.StatusNotFound, "does not have this newspaper"},
		{&archive.ForgottenError{Site: "dantri", Forgotten: archive.Forgotten{At: now, Reason: "at the wish of N."}}, http.StatusGone, "22 November 2026"},
		{archive.ErrInUse, http.StatusServiceUnavailable, "One moment"},
		{context.DeadlineExceeded, http.StatusServiceUnavailable, "One moment"},
		{archive.ErrCorrupt, http.StatusInternalServerError, "damaged"},
		{errTest, http.StatusInternalServerError, "cannot be read"},
		{notFound("error.404"), http.StatusNotFound, "There is nothing here"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", "en")
		w := httptest.NewRecorder()
		s.fail(w, r, tt.err)
		page := w.Body.String()
		if w.Code != tt.code || !strings.Contains(page, tt.says) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v: %d\n%s", tt.err, w.Code, page)
		}
		if strings.Contains(page, "wish of") || strings.Contains(page, errTest.Error()) {
			t.Errorf("%v: a reader is told what went wrong here", tt.err)
		}
	}
	w := httptest.NewRecorder()
	s.fail(w, httptest.NewRequest(http.MethodGet, "/", nil), context.Canceled)
	if w.Body.Len() > 0 {
		t.Error("an answer to nobody")
	}
}

// A browser that has a page is told so in a few bytes.
func TestCaching(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	w := ask(s, "/")
	tag := w.Header().Get("ETag")
	if tag == "" || w.Header().Get("Cache-Control") != "private, no-cache" || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Cookie") {
		t.Errorf("%v", w.Header())
	}
	for _, header := range []string{tag, "*", `"a", ` + tag, strings.TrimPrefix(tag, "W/")} {
		if w := ask(s, "/", "If-None-Match", header); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: %d", header, w.Code)
		}
	}
	if w := ask(s, "/", "If-None-Match", tag, "Accept-Language", "en"); w.Code != http.StatusOK {
		t.Errorf("another language: %d", w.Code)
	}
	if w := ask(s, s.style.path); !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") ||
		strings.Contains(w.Body.String(), "url(") || strings.Contains(w.Body.String(), "/*") || w.Body.Len() > 25_000 {
		t.Errorf("%d bytes, %v", w.Body.Len(), w.Header())
	}
	if w := ask(s, s.script.path); w.Body.Len() > 6_000 {
		t.Errorf("the script has %d bytes", w.Body.Len())
	}
	if w := ask(s, "/", "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("not compressed: %v", w.Header())
	}
}

// Who waits for a turn and goes away leaves no work behind; who comes when too many wait is
// asked to come again.
func TestTurns(t *testing.T) {
	s := newTestServer(t, smallArchive(t), func(o *Options) { o.Log.SetOutput(io.Discard) })
	s.slow <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		t.Error("answered out of turn")
	}
	<-s.slow
	for range maxWaiting {
		s.waiting <- struct{}{}
	}
	if w := ask(s, "/"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
