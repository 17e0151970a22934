package sampleweb_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"baoluu/crawler/sampleweb"
)

// transport reaches the server under the real host names.
func transport(s *sampleweb.Server) *http.Transport {
	return &http.Transport{DialContext: s.DialContext, TLSClientConfig: &tls.Config{RootCAs: s.CA()}, DisableCompression: true, MaxResponseHeaderBytes: 1 << 20}
}

func TestServer(t *testing.T) {
	w := sampleweb.New()
	s, err := w.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CAPEM()) {
		t.Fatal("no certificate in CAPEM")
	}
	direct := transport(s)
	proxied := &http.Transport{Proxy: http.ProxyURL(s.ProxyURL()), TLSClientConfig: &tls.Config{RootCAs: pool}, DisableCompression: true}
	for name, rt := range map[string]*http.Transport{"direct": direct, "proxied": proxied} {
		t.Run(name, func(t *testing.T) {
			defer rt.CloseIdleConnections()
			w.Reset()
			var wait sync.WaitGroup
			var want []string
			for _, site := range w.Sites() {
				for _, address := range w.Articles(site) {
					want = append(want, address)
					wait.Go(func() {
						if a := ask(t, rt, address); a.status != 200 || a.body != get(t, w, address).body {
							t.Errorf("%s: %d, %d bytes, %v", address, a.status, len(a.body), a.err)
						}
					})
				}
			}
			wait.Wait()
			var got []string
			for _, h := range w.Log() {
				if h.Proxied || name == "direct" {
					got = append(got, h.URL())
				}
			}
			if name == "direct" {
				want = append(want, want...) // get asks too
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("log of %d hits, want %d", len(got), len(want))
			}
		})
	}
}

func TestProxyServesOnlyTheSample(t *testing.T) {
	s, err := sampleweb.New().Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rt := &http.Transport{Proxy: http.ProxyURL(s.ProxyURL()), DisableKeepAlives: true}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/", nil)
	if resp, err := rt.RoundTrip(r); err == nil {
		resp.Body.Close()
		t.Errorf("CONNECT to a stranger: %d", resp.StatusCode)
	}
	if a := ask(t, rt, "http://example.com/"); a.status != http.StatusMisdirectedRequest {
		t.Errorf("GET of a stranger: %d", a.status)
	}
}

// Close ends connections in every state; TestMain sees that nothing is left.
func TestCloseWhileBusy(t *testing.T) {
	w := sampleweb.New()
	w.Fault("*", sampleweb.Endless())
	s, err := w.Listen()
	if err != nil {
		t.Fatal(err)
	}
	idle, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	proxied := &http.Transport{Proxy: http.ProxyURL(s.ProxyURL()), TLSClientConfig: &tls.Config{RootCAs: s.CA()}}
	defer proxied.CloseIdleConnections()
	direct := transport(s)
	defer direct.CloseIdleConnections()
	for _, rt := range []*http.Transport{proxied, direct} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://vov.vn/", nil)
		resp, err := rt.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("still listening")
	}
}

func ExampleWeb_Listen() {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		panic(err)
	}
	defer server.Close()
	proxy := func(*http.Request) (*url.URL, error) { return server.ProxyURL(), nil }
	client := http.Client{Transport: &http.Transport{Proxy: proxy, TLSClientConfig: &tls.Config{RootCAs: server.CA()}}}
	defer client.CloseIdleConnections()
	resp, err := client.Get("https://baonghean.vn/robots.txt")
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status, strings.ToLower(resp.Proto), web.Log()[0].URL())
	// Output: 200 OK http/1.1 https://baonghean.vn/robots.txt
}
