package transport

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
		"http://router.lan/", "http://1.0.0.127.in-addr.arpa/", "http://router/", "http://intranet.corp/", "http://x.test/", "http://127.0.0.1../", "http://./",
		"http://\uff11\uff12\uff17.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://ｌocalhost/", "http://loc\u00adalhost/", "http://printer.loca\u2113/",
	}
	for _, raw := range local {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if err := GuardURL(u); !errors.Is(err, ErrLocalAddress) {
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
		if err := GuardURL(u); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

// The ranges of IANA's registries of special-purpose addresses, as of RFC 9780, and others
// that are nobody's or carry an address of another kind.
func TestSpecialPurposeAddresses(t *testing.T) {
	for _, p := range []string{
		"0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29",
		"192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
		"192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"255.255.255.255/32",
		"::1/128", "::/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128",
		"2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
		"3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
		// IPv4-compatible, IPv4-translated (SIIT), site-local, multicast, not assigned.
		"::/96", "::ffff:0:0:0/96", "fec0::/10", "ff00::/8", "224.0.0.0/4", "100::/8", "200::/7", "400::/6", "800::/5", "1000::/4", "4000::/2", "8000::/1",
		// Those of local ranges, carried by others.
		"::ffff:10.0.0.0/104", "64:ff9b::127.0.0.0/104", "64:ff9b::168.63.129.16/128", "2001:0:a00:1::/64", "2002:7f00:1::/48",
		"2606:4700::5efe:0:0/96", "2606:4700::200:5efe:0:0/96", "2606:4700:1:2:300:5efe:808:808/128", "fe80::5efe:7f00:1/128",
		"168.63.129.16/32",
	} {
		prefix, last := netip.MustParsePrefix(p), netip.MustParsePrefix(p).Addr().AsSlice()
		for i := prefix.Bits(); i < len(last)*8; i++ {
			last[i/8] |= 0x80 >> (i % 8)
		}
		end, _ := netip.AddrFromSlice(last)
		for _, ip := range []netip.Addr{prefix.Addr(), end} {
			if isPublic(ip) {
				t.Errorf("%s of %s passes", ip, p)
			}
			if ip.Is4() && (isPublic(netip.AddrFrom16(ip.As16())) || isPublic(netip.MustParseAddr("64:ff9b::"+ip.String()))) {
				t.Errorf("%s passes, mapped or by NAT64", ip)
			}
			if err := guardDial("tcp", netip.AddrPortFrom(ip, 443).String(), nil); !errors.Is(err, ErrLocalAddress) {
				t.Errorf("%s is connected to: %v", ip, err)
			}
		}
	}
	// What lies just beside them is somebody's.
	for _, ip := range []string{
		"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.31.195.255", "192.31.197.0", "192.52.192.255", "192.52.194.0",
		"192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.47.255", "192.175.49.0", "198.17.255.255", "198.20.0.0", "198.51.99.255",
		"198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
		"2000::", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "2620:4f:7fff:ffff::", "2620:4f:8001::", "3ffe:ffff::", "3fff:1000::",
		"64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2606:4700::5eff:808:808", "2606:4700:0:0:400:5efe:808:808",
	} {
		if !isPublic(netip.MustParseAddr(ip)) {
			t.Errorf("%s is refused", ip)
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
	for _, s := range []string{"127.0.0.1", "2130706433", "0x7f.1", "017700000001", "::1", "::ffff:10.0.0.1", "dantri.com.vn", "1.2.3.4.5", "0b1", "1_0", "", "64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:0:127.0.0.1", "fe80::5efe:7f00:1%1"} {
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
