package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"baoluu/cleaner/coding"
	"baoluu/sites"
)

func TestGapOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}, "dns"},
		{&net.DNSError{Err: "timeout", Name: "x", IsTimeout: true}, "dns"},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "tls"},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "tls"},
		{errors.New("remote error: tls: handshake failure"), "tls"},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, "reset"},
		{&net.OpError{Op: "write", Err: syscall.EPIPE}, "reset"},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "refused"},
		{io.EOF, "reset"},
		{io.ErrUnexpectedEOF, "short body"},
		{context.DeadlineExceeded, "timeout"},
		{&net.OpError{Op: "dial", Err: timeoutError{}}, "timeout"},
		{context.Canceled, "interrupted"},
		{coding.ErrTooLarge, "too large"},
		{&net.OpError{Op: "dial", Err: fmt.Errorf("%w: 10.0.0.1:80", ErrLocalAddress)}, "local address"},
		{errors.New("something else"), "network"},
	} {
		err := tt.err
		if err != nil {
			err = &url.Error{Op: "Get", URL: "https://vov.vn/", Err: err}
		}
		if got := gapOf(err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// TestDialIsGuarded connects for real: to a listener here, which a name might
// resolve to at any time.
func TestDialIsGuarded(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, "")
	}
	rt, stop, err := newTransport(Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	address := server.Listener.Addr().String()
	if _, err := rt.(*http.Transport).DialContext(t.Context(), "tcp", address); !errors.Is(err, ErrLocalAddress) {
		t.Errorf("%v", err)
	}
	if _, err := rt.(*http.Transport).DialContext(t.Context(), "tcp", "localhost:"+address[strings.LastIndexByte(address, ':')+1:]); !errors.Is(err, ErrLocalAddress) {
		t.Errorf("by name: %v", err)
	}
	rt, stop, err = newTransport(Options{Timeout: time.Second, Proxy: "http://" + address})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	conn, err := rt.(*http.Transport).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("the proxy is the owner's choice: %v", err)
	}
	conn.Close()
}

func TestRetryAfterHeader(t *testing.T) {
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "120": 2 * time.Minute, " 5 ": 5 * time.Second, "-3": 0, "soon": 0, "99999999999999999999": 0,
		"Sun, 22 Nov 2026 02:01:00 GMT": time.Minute, "Sun, 22 Nov 2026 01:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
	// Our clock is a year behind the server's.
	h := http.Header{"Retry-After": {"Sun, 22 Nov 2026 02:01:00 GMT"}, "Date": {"Sun, 22 Nov 2026 02:00:00 GMT"}}
	if got := retryAfter(h, now.AddDate(-1, 0, 0)); got != time.Minute {
		t.Errorf("by the server's clock: %v", got)
	}
}

func TestNextTryAndGone(t *testing.T) {
	now := at("2026-11-22 09:00")
	var last time.Duration
	for n := 1; n < 100; n++ {
		wait := nextTry(n, now).Sub(now)
		if wait < last || wait < firstRetry || wait > maxRecrawl {
			t.Errorf("try %d after %v, the one before after %v", n, wait, last)
		}
		last = wait
	}
	if !nextGone(4, now).IsZero() || nextGone(1, now).Sub(now) != 24*time.Hour {
		t.Error("gone")
	}
}

func TestHostRests(t *testing.T) {
	now := at("2026-11-22 09:00")
	h, err := newHost("vov.vn", time.Second, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for run := range 20 {
		for n := 1; n <= maxRefusals; n++ {
			if got := h.refused(now); got != (n == maxRefusals) {
				t.Fatalf("refusal %d of run %d: %v", n, run, got)
			}
		}
		rest := h.state.Until.Sub(now)
		if rest < last || rest > maxRest || rest < firstRest {
			t.Errorf("run %d: %v after %v", run, rest, last)
		}
		last = rest
		states := map[string][]byte{}
		if err := h.save(states); err != nil {
			t.Fatal(err)
		}
		if h, err = newHost("vov.vn", time.Second, states, now); err != nil || !h.restsBeyond(now) {
			t.Fatalf("run %d: %v", run, err)
		}
	}
	h.answered()
	if h.state.Rests != 0 {
		t.Error("an answer ends the row")
	}
}

func TestWrongClockIsHealed(t *testing.T) {
	now := at("2026-11-22 09:00")
	states := map[string][]byte{"vov.vn": []byte(`{"next":"2036-01-01T00:00:00Z","until":"2036-01-01T00:00:00Z"}`)}
	h, err := newHost("vov.vn", time.Second, states, now)
	if err != nil || h.state.Next.Sub(now) > maxCrawlDelay || h.state.Until.Sub(now) > maxRest {
		t.Errorf("%+v, %v", h.state, err)
	}
	for _, bad := range []string{"{", "[]", `{"next":1}`} {
		if _, err := newHost("vov.vn", 0, map[string][]byte{"vov.vn": []byte(bad)}, now); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

func TestFrontPages(t *testing.T) {
	site, _ := sites.ByName("vov")
	for raw, want := range map[string]bool{
		"https://vov.vn/": true, "https://vov.vn": true, "https://english.vov.vn/en": true, "https://vov.vn/index.html": true,
		"https://vov.vn/the-thao": false, "https://vov.vn/xa-hoi/a-post1340966.vov": false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := isFront(site, u); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}

func TestSameSlug(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"http://baonghean.vn/the-thao/201510/don-tam-ly-2633406/", "https://baonghean.vn/don-tam-ly-10264872.html", true},
		{"https://baonghean.vn/don-tam-ly-post258616.html", "https://baonghean.vn/Don-Tam-Ly-300867.html", true},
		{"https://vov.vn/xa-hoi/mua-lon-526083.vov", "https://vov.vn/xa-hoi/moi-truong/mua-lon-post1340966.vov", true},
		{"https://baonghean.vn/don-tam-ly-10264872.html", "https://baonghean.vn/don-tam-ly-moi-10264873.html", false},
		{"http://m.dantri.com.vn/news-20160314083511309.htm", "http://m.dantri.com.vn/news-20160314083511310.htm", false}, // no words to go by
		{"https://baonghean.vn/", "https://baonghean.vn/", false},
	} {
		if got := sameSlug(tt.a, tt.b); got != tt.want {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}
