package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// answersWith is a resolver that knows every name by some addresses, and by another name
// before.
func answersWith(t *testing.T, ips ...string) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
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
			other := dnsmessage.MustNewName("other.example.")
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeCNAME, Class: q.Class, TTL: 1},
				Body:   &dnsmessage.CNAMEResource{CNAME: other},
			}}
			head := dnsmessage.ResourceHeader{Name: other, Type: q.Type, Class: q.Class, TTL: 1}
			for _, ip := range ips {
				switch addr := netip.MustParseAddr(ip); {
				case q.Type == dnsmessage.TypeA && addr.Is4():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}})
				case q.Type == dnsmessage.TypeAAAA && addr.Is6():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
				}
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
	for _, ips := range [][]string{
		{"10.0.0.1"}, {"127.0.0.1"}, {"169.254.169.254"}, {"168.63.129.16"}, {"::1"}, {"fd00::1"}, {"64:ff9b::a00:1"}, {"::ffff:127.0.0.1"}, {"::ffff:0:127.0.0.1"},
		{"2002:7f00:1::"}, {"2606:4700::5efe:7f00:1"}, {"10.0.0.1", "127.0.0.1", "::1"}, {"192.168.0.1", "::ffff:10.0.0.1", "fe80::1"},
	} {
		d, err := newDialer(Options{Timeout: 5 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		d.guarded.Resolver = answersWith(t, ips...)
		for _, dial := range []func(context.Context, string, string) (net.Conn, error){d.plain, d.secure} {
			if _, err := dial(t.Context(), "tcp", "vov.vn:80"); !errors.Is(err, ErrLocalAddress) || Gap(err) != "local address" {
				t.Errorf("%s: %v", ips, err)
			}
		}
	}
}

// TestOneLocalAddressOfSeveral: each address that a name has is judged by itself, when it is
// its turn: a public one that does not answer leads to no local one.
func TestOneLocalAddressOfSeveral(t *testing.T) {
	noProxy(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	d, err := newDialer(Options{Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	d.guarded.Resolver = answersWith(t, "8.8.8.8", "127.0.0.1")
	var asked []string
	d.guarded.Control = func(network, address string, c syscall.RawConn) error {
		asked = append(asked, address)
		if address == "8.8.8.8:"+port {
			return errors.New("does not answer") // nothing outside is asked
		}
		return guardDial(network, address, c)
	}
	_, err = d.plain(t.Context(), "tcp", "vov.vn:"+port)
	if want := []string{"8.8.8.8:" + port, "127.0.0.1:" + port}; err == nil || !slices.Equal(slices.Sorted(slices.Values(asked)), slices.Sorted(slices.Values(want))) {
		t.Errorf("asked %v: %v", asked, err)
	}
}
