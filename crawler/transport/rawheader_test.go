package transport

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http/httpproxy"

	"baoluu/archive/capture"
	"baoluu/cleaner/contentcoding"
	"baoluu/crawler/sampleweb"
)

// oddHead is an answer with all that net/http's map loses.
const oddHead = "HTTP/1.1 200 Tot lam\r\n" +
	"server: nginx\r\n" +
	"Set-Cookie: b=2\r\n" +
	"X-Folded: one\r\n   two\r\n\tthree\r\n" +
	"SET-COOKIE: a=1\r\n" +
	"ETag:\"x\"\r\n" +
	"x-empty:\r\n" +
	"X-Vietnamese: Báo\r\n" +
	"X-Latin: B\xe1o\r\n" +
	"Set-Cookie: a=1\r\n" +
	"content-TYPE: text/html\r\n"

var oddFields = []capture.Field{
	{Name: "server", Value: "nginx"},
	{Name: "Set-Cookie", Value: "b=2"},
	{Name: "X-Folded", Value: "one two three"},
	{Name: "SET-COOKIE", Value: "a=1"},
	{Name: "ETag", Value: `"x"`},
	{Name: "x-empty", Value: ""},
	{Name: "X-Vietnamese", Value: "Báo"},
	{Name: "X-Latin", Value: "B\xe1o"},
	{Name: "Set-Cookie", Value: "a=1"},
	{Name: "content-TYPE", Value: "text/html"},
}

func TestParseHead(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		want      Head
		status    int
	}{
		{"odd", oddHead + "\r\nbody", Head{Proto: "HTTP/1.1", Reason: "Tot lam", Fields: oddFields}, 200},
		{"bare newlines", "HTTP/1.0 404 Not Found\nA: 1\n b\n\n", Head{Proto: "HTTP/1.0", Reason: "Not Found", Fields: []capture.Field{{Name: "A", Value: "1 b"}}}, 404},
		{"no reason", "HTTP/1.1 200\r\n\r\n", Head{Proto: "HTTP/1.1"}, 200},
		{"early hints", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n",
			Head{Proto: "HTTP/1.1", Reason: "Moved", Fields: []capture.Field{{Name: "Location", Value: "/"}}}, 301},
		{"reason in no charset", "HTTP/1.1 500 L\xe1\r\n\r\n", Head{Proto: "HTTP/1.1", Reason: "L\ufffd"}, 500},
		{"cut", "HTTP/1.1 200 OK\r\nA: 1\r\n", Head{}, 0},
		{"no HTTP", "<html>\n\n", Head{}, 0},
		{"empty", "", Head{}, 0},
	} {
		h, status, ok := parseHead([]byte(tt.raw))
		if status != tt.status || ok != (tt.status != 0) {
			t.Errorf("%s: status %d, %v", tt.name, status, ok)
		}
		if diff := cmp.Diff(tt.want, h); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// FuzzParseHead: whatever net/http reads in an answer, we read too, and the same.
func FuzzParseHead(f *testing.F) {
	f.Add([]byte(oddHead + "\r\nbody"))
	f.Add([]byte("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nA:b\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\nA: 1\n 2\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, status, ok := parseHead(raw)
		if !ok && (status != 0 || h.Fields != nil || h.Proto != "") {
			t.Fatalf("refused, and gave %d %+v", status, h)
		}
		res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
		if err != nil || res.StatusCode < 200 {
			return
		}
		if !ok || status != res.StatusCode || h.Proto != res.Proto {
			t.Fatalf("net/http reads %s %s, we %s %d, %v", res.Proto, res.Status, h.Proto, status, ok)
		}
		want := res.Header
		got := http.Header{}
		for _, field := range h.Fields {
			name := textproto.CanonicalMIMEHeaderKey(field.Name)
			got[name] = append(got[name], field.Value)
		}
		for _, name := range []string{"Transfer-Encoding", "Trailer", "Content-Length", "Cache-Control", "Connection"} { // net/http acts on these
			delete(want, name)
			delete(got, name)
		}
		for name, values := range want {
			if !slices.EqualFunc(values, got[name], func(a, b string) bool {
				return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
			}) {
				t.Errorf("%s: net/http reads %q, we %q", name, values, got[name])
			}
		}
		if len(want) != len(got) {
			t.Errorf("net/http reads %q, we %q", want, got)
		}
	})
}

// askBy makes one request as the collector would, and gives what was recorded.
func askBy(t *testing.T, o Options, address string) *Exchange {
	t.Helper()
	o.Timeout = 10 * time.Second
	o.MaxBody = 1 << 20
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Do(req)
}

// proxyWithPassword forwards to the sample web what names user and password, and
// counts what it was asked for.
func proxyWithPassword(t *testing.T, server *sampleweb.Server) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("bao:l@u"))
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Proxy-Authorization") != want {
			rw.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		c, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		up, err := net.Dial("tcp", server.Addr())
		if err != nil {
			t.Error(err)
			return
		}
		defer up.Close()
		if r.Method == http.MethodConnect {
			io.WriteString(c, "HTTP/1.1 200 Go\r\n\r\n")
		} else {
			r.Header.Del("Proxy-Authorization")
			r.Write(up)
		}
		go io.Copy(up, c)
		io.Copy(c, up)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), asked
}

func noProxy(t *testing.T) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		t.Setenv(name, "")
	}
}

// TestHeadersAsReceived: whichever way an answer comes, its head is kept as the
// newspaper sent it.
func TestHeadersAsReceived(t *testing.T) {
	noProxy(t)
	web := sampleweb.New()
	web.Fault("*/odd", sampleweb.Raw(oddHead+"Content-Length: 4\r\n\r\nbody"))
	web.Fault("*/hints", sampleweb.Raw("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"+oddHead+"Content-Length: 4\r\n\r\nbody"))
	web.Fault("*/chunked", sampleweb.Raw(oddHead+"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"))
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	locked, asked := proxyWithPassword(t, server)
	port := server.Addr()[strings.LastIndexByte(server.Addr(), ':'):]
	for name, o := range map[string]Options{
		"direct":              {Dial: server.DialContext},
		"proxy":               {Proxy: server.ProxyURL().String()},
		"proxy over TLS":      {Proxy: "https://localhost" + port},
		"proxy with password": {Proxy: "http://bao:l%40u@" + locked},
		"proxy, no scheme":    {Proxy: server.Addr()},
	} {
		o.RootCAs = server.CA()
		for _, scheme := range []string{"http", "https"} {
			for path, last := range map[string]capture.Field{
				"odd": {Name: "Content-Length", Value: "4"}, "hints": {Name: "Content-Length", Value: "4"}, "chunked": {Name: "Transfer-Encoding", Value: "chunked"},
			} {
				before := asked.Load()
				x := askBy(t, o, scheme+"://vov.vn/"+path)
				want := Head{Proto: "HTTP/1.1", Reason: "Tot lam", Fields: append(slices.Clone(oddFields), last)}
				if diff := cmp.Diff(want, x.Head); diff != "" || string(x.Body) != "body" || x.Err != nil {
					t.Errorf("%s %s %s: %q, %v: %s", name, scheme, path, x.Body, x.Err, diff)
				}
				if name == "proxy with password" && asked.Load() != before+1 {
					t.Errorf("%s %s: past the proxy", name, scheme)
				}
			}
		}
	}
}

// Where a Transport was handed in there is no connection to listen at: the
// fields come in a stable order.
func TestHeadersOfATransport(t *testing.T) {
	web := sampleweb.New()
	web.Fault("*/odd", sampleweb.Raw(oddHead+"Content-Length: 4\r\n\r\nbody"))
	for range 5 {
		x := askBy(t, Options{Transport: web.RoundTripper()}, "https://vov.vn/odd")
		var names []string
		for _, f := range x.Head.Fields {
			names = append(names, f.Name)
		}
		if !slices.IsSorted(names) || len(names) != len(oddFields)+2 || x.Head.Proto != "HTTP/1.1" { // Content-Length and Date
			t.Errorf("%q", names)
		}
	}
}

// One connection serves many requests: none sees another's head.
func TestHeadsAreNotMixedUp(t *testing.T) {
	var n atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header()["x-number"] = []string{r.URL.Query().Get("n")}
		if n.Add(1)%2 == 0 {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(rw, strings.Repeat("x", int(n.Load())*100))
	}))
	defer server.Close()
	var d net.Dialer
	c, err := New(Options{MaxBody: 1 << 20, Timeout: time.Minute, RootCAs: nil, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return d.DialContext(ctx, network, server.Listener.Addr().String())
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	done := make(chan bool)
	for worker := range 4 {
		go func() {
			defer func() { done <- true }()
			for i := range 100 {
				want := fmt.Sprint(worker, "-", i)
				req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://vov.vn/?n="+url.QueryEscape(want), nil)
				x := c.Do(req)
				if !slices.Contains(x.Head.Fields, capture.Field{Name: "x-number", Value: want}) {
					t.Errorf("%s: %v, %+v", want, x.Err, x.Head.Fields)
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
}

func TestProxyFails(t *testing.T) {
	noProxy(t)
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	locked, _ := proxyWithPassword(t, server)
	if x := askBy(t, Options{Proxy: "http://bao:wrong@" + locked, RootCAs: server.CA()}, "https://vov.vn/"); Gap(x.Err) != "proxy" || strings.Contains(x.Err.Error(), "wrong") {
		t.Errorf("%v", x.Err)
	}
	if x := askBy(t, Options{Proxy: "http://127.0.0.1:1", RootCAs: server.CA()}, "https://vov.vn/"); Gap(x.Err) != "proxy" {
		t.Errorf("%v", x.Err)
	}
	// A name that the proxy's settings except is asked directly, and guarded.
	t.Setenv("HTTPS_PROXY", server.ProxyURL().String())
	t.Setenv("NO_PROXY", "10.0.0.1")
	if x := askBy(t, Options{RootCAs: server.CA()}, "https://10.0.0.1/"); Gap(x.Err) != "local address" {
		t.Errorf("%v", x.Err)
	}
	if x := askBy(t, Options{RootCAs: server.CA()}, "https://vov.vn/robots.txt"); x.Status != 200 {
		t.Errorf("%+v", x)
	}
}

// A proxy that never answers is left after the timeout, and at once when the
// request is given up.
func TestProxyHangs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
		}
	}()
	d, err := newDialer(Options{Timeout: 20 * time.Millisecond, Proxy: "http://" + l.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.secure(t.Context(), "tcp", "vov.vn:443"); Gap(err) != "proxy" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	d.timeout = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := d.secure(ctx, "tcp", "vov.vn:443"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestSocks speaks just enough SOCKS5 (RFC 1928) to be believed.
func TestSocks(t *testing.T) {
	web := sampleweb.New()
	web.Fault("*/odd", sampleweb.Raw(oddHead+"Content-Length: 4\r\n\r\nbody"))
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var named atomic.Value
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, 300)
				io.ReadFull(c, buf[:2])
				io.ReadFull(c, buf[:buf[1]])
				c.Write([]byte{5, 0})
				io.ReadFull(c, buf[:5])
				io.ReadFull(c, buf[:buf[4]+2])
				named.Store(string(buf[:7]))
				c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
				up, err := net.Dial("tcp", server.Addr())
				if err != nil {
					return
				}
				defer up.Close()
				go func() { io.Copy(up, c); up.Close() }()
				io.Copy(c, up)
			}()
		}
	}()
	for _, scheme := range []string{"http", "https"} {
		x := askBy(t, Options{Proxy: "socks5://" + l.Addr().String(), RootCAs: server.CA()}, scheme+"://vov.vn/odd")
		if x.Err != nil || len(x.Head.Fields) != len(oddFields)+1 || !strings.HasPrefix(named.Load().(string), "vov.vn") {
			t.Errorf("%s: %v, %+v, %q", scheme, x.Err, x.Head, named.Load())
		}
	}
}

func TestProxyAddresses(t *testing.T) {
	for raw, want := range map[string]string{
		"http://proxy.example": "proxy.example:80", "https://proxy.example": "proxy.example:443", "socks5://proxy.example": "proxy.example:1080",
		"10.0.0.1:3128": "10.0.0.1:3128", "http://[::1]:8080": "[::1]:8080",
	} {
		got, err := proxyAddresses(&httpproxy.Config{HTTPProxy: raw})
		if err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v, %v", raw, got, err)
		}
	}
	if _, err := proxyAddresses(&httpproxy.Config{HTTPProxy: "http://user:secret@%zz"}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

// TestRequestsAsSent: whichever way a request goes, it is kept byte for byte as the newspaper
// gets it, and nothing of what opens the proxy.
func TestRequestsAsSent(t *testing.T) {
	noProxy(t)
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	locked, _ := proxyWithPassword(t, server)
	const rest = "Host: vov.vn\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: " + contentcoding.Accepted + "\r\n\r\n"
	for name, o := range map[string]Options{
		"direct":              {Dial: server.DialContext},
		"proxy":               {Proxy: server.ProxyURL().String()},
		"proxy with password": {Proxy: "http://bao:l%40u@" + locked},
	} {
		o.RootCAs = server.CA()
		for _, scheme := range []string{"http", "https"} {
			target := "/a?b=%20c"
			if o.Proxy != "" && scheme == "http" {
				target = "http://vov.vn" + target
			}
			x := askBy(t, o, scheme+"://vov.vn/a?b=%20c#d")
			if want := "GET " + target + " HTTP/1.1\r\n" + rest; x.Request != want {
				t.Errorf("%s, %s: %q, want %q", name, scheme, x.Request, want)
			}
		}
	}
	if x := askBy(t, Options{Transport: web.RoundTripper()}, "https://vov.vn/"); x.Request != "" {
		t.Errorf("nobody saw it, and it is %q", x.Request)
	}
}

// TestRequestsAreNotMixedUp: one connection serves many requests, and the server's own account
// of each is what is kept.
func TestRequestsAreNotMixedUp(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { fmt.Fprint(rw, r.RequestURI) }))
	defer server.Close()
	var d net.Dialer
	c, err := New(Options{MaxBody: 1 << 20, Timeout: time.Minute, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return d.DialContext(ctx, network, server.Listener.Addr().String())
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	done := make(chan bool)
	for worker := range 4 {
		go func() {
			defer func() { done <- true }()
			for i := range 50 {
				target := fmt.Sprintf("/?n=%d-%d", worker, i)
				req, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://vov.vn"+target, nil)
				x := c.Do(req)
				if string(x.Body) != target || !strings.HasPrefix(x.Request, "GET "+target+" HTTP/1.1\r\n") {
					t.Errorf("%s: %q, %q, %v", target, x.Body, x.Request, x.Err)
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
}
