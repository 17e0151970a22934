package crawler

import (
	"testing"

	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// TestLocalAddressesThroughProxy: a proxy is never asked for a local address
// that its spelling gives away.
func TestLocalAddressesThroughProxy(t *testing.T) {
	web := sampleweb.New()
	server, err := web.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	vov := vov(t)
	c := &crawl{site: vov, o: Options{Proxy: server.ProxyURL().String()}}
	for _, address := range []string{
		"http://169.254.169.254/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://10.0.0.1/", "http://localhost/",
		"http://metadata.google.internal/", "http://router.lan/", "http://[::ffff:10.0.0.1]/", "http://127.1/",
	} {
		if _, _, gap := c.target(sites.Article, address); gap != "local address" {
			t.Errorf("%s: %q", address, gap)
		}
	}
	if len(web.Log()) != 0 {
		t.Errorf("asked: %v", web.Log())
	}
}
