package crawler

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"baoluu/crawler/sampleweb"
)

// answersWith is a resolver that knows every name by one address.
func answersWith(t *testing.T, ip string) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	addr := netip.MustParseAddr(ip)
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
			switch {
			case q.Type == dnsmessage.TypeA && addr.Is4():
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}}}
			case q.Type == dnsmessage.TypeAAAA && addr.Is6():
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}}}
			}
			if out, err := m.Pack(); err == nil {
				c.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", c.LocalAddr().String())
	}}
}

// TestNamesThatResolveToLocalAddresses: what a name stands for is judged when
// the connection is made, whatever it stood for before.
func TestNamesThatResolveToLocalAddresses(t *testing.T) {
	noProxy(t)
	for _, ip := range []string{"10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "64:ff9b::a00:1"} {
		d, err := newDialer(Options{Timeout: 5 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		d.guarded.Resolver = answersWith(t, ip)
		for _, dial := range []func(context.Context, string, string) (net.Conn, error){d.plain, d.secure} {
			if _, err := dial(t.Context(), "tcp", "vov.vn:80"); !errors.Is(err, ErrLocalAddress) || gapOf(err) != "local address" {
				t.Errorf("%s: %v", ip, err)
			}
		}
	}
}

// TestLocalAddressesThroughProxy: a proxy is never asked for a local address
// that its spelling gives away.
func TestLocalAddressesThroughProxy(t *testing.T) {
	noProxy(t)
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
		if _, _, gap := c.target(address); gap != "local address" {
			t.Errorf("%s: %q", address, gap)
		}
	}
	if len(web.Log()) != 0 {
		t.Errorf("asked: %v", web.Log())
	}
}
