package sampleweb_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"baoluu/crawler/sampleweb"
)

func unzip(t *testing.T, s string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Each fault does what its name says, in memory and over a socket alike.
func TestFaults(t *testing.T) {
	w := sampleweb.New()
	s, err := w.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	socket := transport(s)
	defer socket.CloseIdleConnections()
	address := w.Articles("dantri")[0]
	whole := get(t, w, address)

	cases := []struct {
		name  string
		fault sampleweb.Fault
		check func(t *testing.T, a answer)
	}{
		{"status", sampleweb.Status(503), func(t *testing.T, a answer) {
			if a.status != 503 || a.header.Get("Retry-After") != "" {
				t.Error(a.status, a.header)
			}
		}},
		{"retry after", sampleweb.RetryAfter(429, "120"), func(t *testing.T, a answer) {
			if a.status != 429 || a.header.Get("Retry-After") != "120" {
				t.Error(a.status, a.header)
			}
		}},
		{"reset in the body", sampleweb.Reset(1000), func(t *testing.T, a answer) {
			if a.status != 200 || a.err == nil || len(a.body) > 1000 {
				t.Error(a.status, len(a.body), a.err)
			}
		}},
		{"cut", sampleweb.Cut(), func(t *testing.T, a answer) {
			if a.status != 200 || !errors.Is(a.err, io.ErrUnexpectedEOF) || len(a.body) != len(whole.body)/2 {
				t.Error(a.status, len(a.body), a.err)
			}
		}},
		{"charset that lies", sampleweb.ContentType("text/html; charset=iso-8859-1"), func(t *testing.T, a answer) {
			if a.header.Get("Content-Type") != "text/html; charset=iso-8859-1" || a.body != whole.body {
				t.Error(a.header)
			}
		}},
		{"no content type", sampleweb.ContentType(""), func(t *testing.T, a answer) {
			if _, there := a.header["Content-Type"]; there || a.body != whole.body {
				t.Error(a.header)
			}
		}},
		{"windows-1258", sampleweb.Windows1258(), func(t *testing.T, a answer) {
			text, err := charmap.Windows1258.NewDecoder().String(a.body)
			want := strings.ReplaceAll(whole.body, `charset="UTF-8"`, `charset="windows-1258"`)
			if err != nil || norm.NFC.String(text) != want || a.header.Get("Content-Type") != "text/html; charset=windows-1258" {
				t.Error(err, a.header)
			}
		}},
		{"windows-1258 that lies", sampleweb.Both(sampleweb.ContentType("text/html; charset=utf-8"), sampleweb.Windows1258()), func(t *testing.T, a answer) {
			if a.header.Get("Content-Type") != "text/html; charset=utf-8" || a.body == whole.body {
				t.Error(a.header)
			}
		}},
		{"redirect to the front page", sampleweb.Redirect(302, "/"), func(t *testing.T, a answer) {
			if a.status != 302 || a.header.Get("Location") != "/" {
				t.Error(a.status, a.header)
			}
		}},
		{"challenge", sampleweb.Challenge(), func(t *testing.T, a answer) {
			if a.status != 200 || len(a.body) > 500 || !strings.Contains(a.body, "document.cookie") {
				t.Error(a.status, a.body)
			}
		}},
		{"bomb", sampleweb.Bomb(8 << 20), func(t *testing.T, a answer) {
			if n := len(unzip(t, a.body)); n < 8<<20 || n < 500*len(a.body) {
				t.Error(n, len(a.body))
			}
		}},
		{"huge headers", sampleweb.HugeHeaders(40_000), func(t *testing.T, a answer) {
			if len(strings.Join(a.header["X-Padding"], "")) != 40_000 || a.body != whole.body {
				t.Error(len(a.header["X-Padding"]))
			}
		}},
		{"trickle", sampleweb.Trickle(4096, 0), func(t *testing.T, a answer) {
			if a.body != whole.body {
				t.Error(len(a.body), a.err)
			}
		}},
		{"only the first", sampleweb.Times(0, sampleweb.Status(500)), func(t *testing.T, a answer) {
			if a.status != 200 {
				t.Error(a.status)
			}
		}},
	}
	for _, c := range cases {
		for name, rt := range map[string]http.RoundTripper{"memory": w.RoundTripper(), "socket": socket} {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				defer w.Fault(address[len("https://"):], c.fault)()
				c.check(t, ask(t, rt, address))
			})
		}
	}
	if a := get(t, w, address); a.status != 200 || a.body != whole.body {
		t.Error("a fault outlived its removal")
	}
}

func TestResetBeforeTheHeader(t *testing.T) {
	w := sampleweb.New()
	w.Fault("*/robots.txt", sampleweb.Reset(-1))
	s, err := w.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	socket := transport(s)
	defer socket.CloseIdleConnections()
	for name, rt := range map[string]http.RoundTripper{"memory": w.RoundTripper(), "socket": socket} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://vov.vn/robots.txt", nil)
		if resp, err := rt.RoundTrip(r); err == nil {
			resp.Body.Close()
			t.Errorf("%s: answered %d", name, resp.StatusCode)
		}
	}
	for _, h := range w.Log() {
		if h.Status != 0 {
			t.Errorf("hit %+v", h)
		}
	}
}

func TestRedirectLoop(t *testing.T) {
	w := sampleweb.New()
	w.Fault("vov.vn/xa-hoi*", sampleweb.RedirectLoop())
	c := http.Client{Transport: w.RoundTripper()}
	resp, err := c.Get("https://vov.vn/xa-hoi")
	if err == nil || !strings.Contains(err.Error(), "10 redirects") {
		t.Errorf("%v, %v", resp, err)
	}
	if resp != nil {
		resp.Body.Close()
	}
}

func TestChallengeLetsTheCookieThrough(t *testing.T) {
	w := sampleweb.New()
	w.Fault("dantri.com.vn/*", sampleweb.Challenge())
	if a := get(t, w, "https://dantri.com.vn/", "Cookie", "D1N=6f1c2e9a0b7d4c35"); !strings.Contains(a.body, "Báo Dân trí") {
		t.Error(a.body)
	}
}

func TestEndlessList(t *testing.T) {
	w := sampleweb.New()
	w.Fault("dantri.com.vn/lich*", sampleweb.EndlessList())
	seen := map[string]bool{}
	for next := "/lich.htm"; len(seen) < 30; {
		if seen[next] {
			t.Fatalf("%s again", next)
		}
		seen[next] = true
		_, rest, ok := strings.Cut(page(t, w, "https://dantri.com.vn"+next), `rel="next" href="`)
		if !ok {
			t.Fatalf("%s is the last", next)
		}
		next, _, _ = strings.Cut(rest, `"`)
	}
}

// What never ends is ended by a client that leaves: the test's own check for
// goroutines left over is the assertion.
func TestLeavingEndsTheAnswer(t *testing.T) {
	w := sampleweb.New()
	w.Fault("vov.vn/*", sampleweb.Endless())
	s, err := w.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	socket := transport(s)
	defer socket.CloseIdleConnections()
	for _, rt := range []http.RoundTripper{w.RoundTripper(), socket} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://vov.vn/", nil)
		resp, err := rt.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, resp.Body, 1<<20); err != nil {
			t.Error(err)
		}
		resp.Body.Close()
	}
}

// Waiting takes no time under synctest, and ends when the client gives up.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := sampleweb.New()
		w.Fault("vov.vn/cham", sampleweb.Slow(time.Hour))
		w.Fault("vov.vn/nho-giot", sampleweb.Trickle(1024, time.Minute))
		start := time.Now()
		if a := get(t, w, "https://vov.vn/cham"); a.status != 404 || time.Since(start) != time.Hour {
			t.Errorf("%d after %s", a.status, time.Since(start))
		}
		for _, address := range []string{"https://vov.vn/cham", "https://vov.vn/nho-giot"} {
			ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
			start = time.Now()
			resp, err := w.RoundTripper().RoundTrip(r)
			if err == nil {
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
			}
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 90*time.Second {
				t.Errorf("%s: %v after %s", address, err, time.Since(start))
			}
			cancel()
		}
	})
}

func TestFaultRules(t *testing.T) {
	w := sampleweb.New()
	w.Fault("*", sampleweb.Status(500))
	w.Fault("vov.vn/*", sampleweb.Status(502))
	remove := w.Fault("vov.vn/kinh-te?page=2", sampleweb.Status(503))
	w.Fault("*.vn/the-thao", sampleweb.Times(1, sampleweb.Status(504)))
	w.FaultFunc(func(r *http.Request) sampleweb.Fault {
		if bytes.Contains([]byte(r.UserAgent()), []byte("bot")) {
			return sampleweb.Status(403)
		}
		return nil
	})
	for _, c := range []struct {
		address string
		status  int
	}{
		{"https://dantri.com.vn/", 500}, {"https://vov.vn/kinh-te", 502}, {"https://vov.vn/kinh-te?page=2", 503},
		{"https://vov.vn/the-thao", 504}, {"https://vov.vn/the-thao", 200},
	} {
		if a := get(t, w, c.address); a.status != c.status {
			t.Errorf("%s: %d, want %d", c.address, a.status, c.status)
		}
	}
	if a := get(t, w, "https://vov.vn/", "User-Agent", "bot"); a.status != 403 {
		t.Errorf("chosen by function: %d", a.status)
	}
	remove()
	if a := get(t, w, "https://vov.vn/kinh-te?page=2"); a.status != 502 {
		t.Errorf("after removal: %d", a.status)
	}
}
