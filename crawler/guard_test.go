package crawler

import (
	"errors"
	"net/netip"
	"net/url"
	"testing"
)

func TestGuardURL(t *testing.T) {
	local := []string{
		"http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/",
		"http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.1.:80/", "http://localhost/",
		"http://LOCALHOST./", "http://a.localhost/", "http://printer.local/", "http://metadata.google.internal/",
		"http://10.0.0.1/", "http://172.16.9.9/", "http://192.168.1.1/", "http://100.100.100.200/", "http://0/",
		"http://0.0.0.0/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:a00:1]/", "http://[::127.0.0.1]/",
		"http://[fe80::1%25eth0]/", "http://[fd00:ec2::254]/", "http://[fec0::1]/", "http://[64:ff9b::a9fe:a9fe]/",
		"http://[2002:7f00:1::]/", "http://[ff02::1]/", "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/",
		"http://198.18.0.1/", "http://1.2.3.4.5/", "http://0xnothex.1/", "http://999.999.999.999/", "http://4294967296/",
		"http://router.lan/", "http://1.0.0.127.in-addr.arpa/",
	}
	for _, raw := range local {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := guardURL(u); !errors.Is(err, ErrLocalAddress) {
			t.Errorf("%s: %v", raw, err)
		}
	}
	public := []string{
		"https://dantri.com.vn/", "http://www.thanhniennews.com/", "https://vov.vn:443/", "http://8.8.8.8/",
		"http://[2606:4700::1]/", "http://134744072/", "http://[64:ff9b::808:808]/", "https://1.dantri.com.vn/",
	}
	for _, raw := range public {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := guardURL(u); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestGuardDial(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:80": false, "10.0.0.1:443": false, "[::1]:80": false, "[fe80::1%eth0]:80": false, "169.254.169.254:80": false,
		"[::ffff:192.168.0.1]:80": false, "nonsense": false, "example.org:80": false,
		"93.184.216.34:443": true, "[2606:2800:220:1::1]:443": true,
	} {
		if err := guardDial("tcp", address, nil); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// FuzzLiteral holds the promise that whatever spelling is read as an address is
// judged like the address itself.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"127.0.0.1", "2130706433", "0x7f.1", "017700000001", "::1", "::ffff:10.0.0.1", "dantri.com.vn", "1.2.3.4.5", "0b1", "1_0", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		ip, ok := literal(host)
		if !ok {
			if ip != (netip.Addr{}) {
				t.Fatalf("%q: an address beside a refusal: %v", host, ip)
			}
			return
		}
		again, ok := literal(ip.String())
		if !ok || again != ip {
			t.Fatalf("%q is %v, which is read as %v", host, ip, again)
		}
		if isPublic(ip) && (ip.Unmap().IsLoopback() || ip.Unmap().IsPrivate() || ip.Unmap().IsLinkLocalUnicast()) {
			t.Fatalf("%q (%v) passes", host, ip)
		}
	})
}
