package crawler

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
)

// localNets are the networks, besides those that [netip.Addr] knows by itself,
// that no newspaper is served from: whoever sends us there means a machine
// near us.
var localNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // "this network": 0.0.0.1 reaches the loopback on some systems
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT, one cloud's metadata among it
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("fec0::/10"),       // site-local, deprecated and still routed
}

// Prefixes that carry an IPv4 address inside: the address inside is judged.
var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	sixTo4 = netip.MustParsePrefix("2002::/16")
)

// isPublic tells whether ip may be asked for a newspaper.
func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false // loopback, link-local, multicast and unspecified are not global unicast
	}
	for _, p := range localNets {
		if p.Contains(ip) {
			return false
		}
	}
	b := ip.As16()
	switch {
	case nat64.Contains(ip):
		return isPublic(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo4.Contains(ip):
		return isPublic(netip.AddrFrom4([4]byte(b[2:6])))
	case ip.Is6() && [12]byte(b[:12]) == [12]byte{}: // ::a.b.c.d, IPv4-compatible
		return false
	}
	return true
}

// guardURL refuses, before anything is resolved, an address whose host is
// spelt as a local one.
func guardURL(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ip, ok := literal(host); ok {
		if !isPublic(ip) {
			return fmt.Errorf("%w: %s", ErrLocalAddress, u.Host)
		}
		return nil
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch last {
	case "localhost", "local", "internal", "localdomain", "lan", "home", "arpa":
		return fmt.Errorf("%w: %s", ErrLocalAddress, u.Host)
	}
	if last != "" && last[0] >= '0' && last[0] <= '9' {
		// No top-level domain starts with a digit: a number that we read as no
		// address may still be one to a resolver.
		return fmt.Errorf("%w: %s", ErrLocalAddress, u.Host)
	}
	return nil
}

// literal reads a host as an IP address in every spelling that a C library's
// resolver would: 127.0.0.1, ::1, 2130706433, 0x7f.1, 0177.0.0.1.
func literal(host string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip, true
	}
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var n uint64
	for i, p := range parts {
		v, err := strconv.ParseUint(cNumber(p), 0, 32)
		if err != nil {
			return netip.Addr{}, false
		}
		if i < len(parts)-1 {
			if v > 0xff {
				return netip.Addr{}, false
			}
			n |= v << (24 - 8*i)
			continue
		}
		// The last part fills all the bytes that are left.
		if v > 1<<(32-8*i)-1 {
			return netip.Addr{}, false
		}
		n |= v
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

// cNumber turns C's number forms into what ParseUint reads the same way, and
// Go's own ("1_0", "0b1", "0o7") into what it refuses.
func cNumber(s string) string {
	if strings.ContainsAny(s, "_bBoO+-") && !strings.HasPrefix(strings.ToLower(s), "0x") || strings.Contains(s, "_") {
		return ""
	}
	return s
}

// guardDial is a [net.Dialer]'s Control: it sees the very address that is
// about to be connected to, after the name was resolved, so that a name that
// resolves anew to a local address (DNS rebinding) finds no gap.
func guardDial(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrLocalAddress, address)
	}
	if !isPublic(ap.Addr()) {
		return fmt.Errorf("%w: %s", ErrLocalAddress, address)
	}
	return nil
}
