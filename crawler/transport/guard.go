package transport

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ErrLocalAddress is returned for an address in the local network: private,
// loopback, link-local, metadata, or a number dressed up as a name. It is
// never asked for.
var ErrLocalAddress = errors.New("address in the local network")

// No newspaper is served from a range that IANA's registries of special-purpose addresses
// (RFC 6890) hold, globally reachable or not: whoever sends us there means a machine near
// us, or one that answers for many.
//
// Of IPv6 it is shorter to say what is public: addresses are given out of one range only
// (IANA's registry of global unicast assignments), and all that carry an IPv4 address by some
// translation lie outside, but for those below.
var (
	specialIPv4 = prefixes(
		"0.0.0.0/8",        // "this network": 0.0.0.1 reaches the loopback on some systems
		"10.0.0.0/8",       // private
		"100.64.0.0/10",    // carrier-grade NAT, one cloud's metadata among it
		"127.0.0.0/8",      // loopback
		"168.63.129.16/32", // not IANA's: Azure's own services, on each machine there
		"169.254.0.0/16",   // link-local, metadata among it
		"172.16.0.0/12",    // private
		"192.0.0.0/24",     // protocol assignments
		"192.0.2.0/24",     // documentation
		"192.31.196.0/24",  // AS112
		"192.52.193.0/24",  // multicast relays (AMT)
		"192.88.99.0/24",   // 6to4 relays
		"192.168.0.0/16",   // private
		"192.175.48.0/24",  // AS112
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"224.0.0.0/4",      // multicast
		"240.0.0.0/4",      // reserved, broadcast
	)
	globalIPv6  = netip.MustParsePrefix("2000::/3")
	specialIPv6 = prefixes( // of these
		"2001::/23",         // protocol assignments, Teredo among them
		"2001:db8::/32",     // documentation
		"2002::/16",         // 6to4, which carries an IPv4 address and is no longer routed
		"2620:4f:8000::/48", // AS112
		"3fff::/20",         // documentation
	)
	// nat64 is how a host without IPv4 reaches one: the address inside counts.
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(all ...string) []netip.Prefix {
	var ps []netip.Prefix
	for _, p := range all {
		ps = append(ps, netip.MustParsePrefix(p))
	}
	return ps
}

// isPublic reports whether ip may be asked for a newspaper.
func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(ip) }
	if ip.Is4() {
		return !slices.ContainsFunc(specialIPv4, holds)
	}
	b := ip.As16()
	if nat64.Contains(ip) {
		return isPublic(netip.AddrFrom4([4]byte(b[12:])))
	}
	return globalIPv6.Contains(ip) && !slices.ContainsFunc(specialIPv6, holds) && !isISATAP(b)
}

// isISATAP tells an address within any network that carries an IPv4 address (RFC 5214, 6.1).
func isISATAP(b [16]byte) bool {
	return b[8]&^0x03 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe
}

// localNames are the top-level domains that are nobody's (RFC 6761, RFC 6762 appendix G,
// RFC 7686, RFC 8375, RFC 9476; ICANN's "internal").
var localNames = []string{
	"alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "onion", "private", "test",
}

// GuardURL refuses, before anything is resolved, an address whose host is
// spelt as a local one.
func GuardURL(u *url.URL) error {
	local := fmt.Errorf("%w: %s", ErrLocalAddress, u.Host)
	host, err := lookedUp(u.Hostname())
	if err != nil {
		return local
	}
	if ip, ok := literal(host); ok {
		if !isPublic(ip) {
			return local
		}
		return nil
	}
	_, last, dotted := strings.Cut(host, ".")
	last = last[strings.LastIndexByte(last, '.')+1:]
	// A name without a dot is looked for in the local network first. No top-level domain
	// starts with a digit: a number that we read as no address may still be one to a resolver.
	if !dotted || last == "" || slices.Contains(localNames, last) || last[0] >= '0' && last[0] <= '9' {
		return local
	}
	return nil
}

// lookedUp is a host as net/http and proxies look it up: digits and letters of other scripts
// are those of ASCII then.
func lookedUp(host string) (string, error) {
	if strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		var err error
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return "", err
		}
	}
	return strings.ToLower(strings.TrimRight(host, ".")), nil
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
// resolves again to a local address (DNS rebinding) finds no gap.
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
