package transport

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

	"baoluu/cleaner/contentcoding"
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
		{contentcoding.ErrTooLarge, "too large"},
		{&net.OpError{Op: "dial", Err: fmt.Errorf("%w: 10.0.0.1:80", ErrLocalAddress)}, "local address"},
		{errors.New("something else"), "network"},
	} {
		err := tt.err
		if err != nil {
			err = &url.Error{Op: "Get", URL: "https://vov.vn/", Err: err}
		}
		if got := Gap(err); got != tt.want {
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
	c, err := New(Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	address := server.Listener.Addr().String()
	if _, err := c.next.(*http.Transport).DialContext(t.Context(), "tcp", address); !errors.Is(err, ErrLocalAddress) {
		t.Errorf("%v", err)
	}
	if _, err := c.next.(*http.Transport).DialContext(t.Context(), "tcp", "localhost:"+address[strings.LastIndexByte(address, ':')+1:]); !errors.Is(err, ErrLocalAddress) {
		t.Errorf("by name: %v", err)
	}
	c, err = New(Options{Timeout: time.Second, Proxy: "http://" + address})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	conn, err := c.next.(*http.Transport).DialContext(t.Context(), "tcp", address)
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
		if got := RetryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
	// Our clock is a year behind the server's.
	h := http.Header{"Retry-After": {"Sun, 22 Nov 2026 02:01:00 GMT"}, "Date": {"Sun, 22 Nov 2026 02:00:00 GMT"}}
	if got := RetryAfter(h, now.AddDate(-1, 0, 0)); got != time.Minute {
		t.Errorf("by the server's clock: %v", got)
	}
}
