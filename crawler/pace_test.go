package crawler

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"baoluu/sites"
)

func TestCheckPace(t *testing.T) {
	site, _ := sites.ByName("vov")
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("not dialled") }
	for _, tt := range []struct {
		name    string
		options Options
		env     map[string]string
		refused bool
	}{
		{"none", Options{}, nil, true},
		{"a thousandth of what was meant", Options{Pace: time.Millisecond}, nil, true},
		{"just too fast", Options{Pace: MinPace - 1}, nil, true},
		{"the fastest", Options{Pace: MinPace}, nil, false},
		{"a listener of our own", Options{Dial: dial}, nil, false},
		{"a transport of our own", Options{Transport: http.NewFileTransport(http.Dir("."))}, nil, false},
		{"a proxy of our own", Options{Proxy: "http://127.0.0.1:3128"}, nil, false},
		{"one by name", Options{Proxy: "http://localhost:3128"}, nil, false},
		{"one of IPv6", Options{Proxy: "socks5://[::1]:1080"}, nil, false},
		{"one without a scheme", Options{Proxy: "127.0.0.1:3128"}, nil, false},
		{"somebody's proxy", Options{Proxy: "http://10.0.0.1:3128"}, nil, true},
		{"one that is called so", Options{Proxy: "http://localhost.example.org:3128"}, nil, true},
		{"of the environment", Options{}, map[string]string{"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}, false},
		{"for one scheme alone", Options{}, map[string]string{"HTTP_PROXY": "http://127.0.0.1:1"}, true},
		{"not for one of the hosts", Options{}, map[string]string{
			"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "english.vov.vn",
		}, true},
		{"the settings' before the environment's", Options{Proxy: "http://10.0.0.1:3128"},
			map[string]string{"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "REQUEST_METHOD"} {
				t.Setenv(name, tt.env[name])
			}
			err := CheckPace(site, tt.options)
			if errors.Is(err, ErrPace) != tt.refused || !tt.refused && err != nil {
				t.Errorf("%v", err)
			}
			if !tt.refused {
				return
			}
			// Nothing of the store is touched before: a nil one would be a panic.
			if _, err := Crawl(t.Context(), nil, site, tt.options); !errors.Is(err, ErrPace) {
				t.Errorf("crawled: %v", err)
			}
		})
	}
}
