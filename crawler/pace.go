package crawler

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"baoluu/crawler/transport"
	"baoluu/sites"
)

// MinPace is the shortest [Options.Pace] for newspapers' own servers. No run needs ten
// requests a second, and a unit that was mistyped must not become a flood.
const MinPace = 100 * time.Millisecond

// CheckPace returns [ErrPace] where a newspaper would be asked faster than [MinPace].
// What is reached by Dial, Transport or a proxy on this machine counts as a server of
// one's own: the program cannot see what lies behind, and whoever runs that can.
func CheckPace(site *sites.Site, o Options) error {
	if o.Pace >= MinPace || o.Dial != nil || o.Transport != nil {
		return nil
	}
	proxy := transport.ProxyFor(o.Proxy)
	hosts := site.Hosts
	if o.Assets.on() {
		hosts = slices.Concat(site.Hosts, site.AssetHosts)
	}
	for _, host := range hosts {
		for _, scheme := range []string{"http", "https"} {
			p, err := proxy(&url.URL{Scheme: scheme, Host: host})
			if err != nil || p == nil || !isLoopback(p.Hostname()) {
				return fmt.Errorf("%w: %s for %s, at least %s", ErrPace, o.Pace, site.Name, MinPace)
			}
		}
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip.IsLoopback() || strings.EqualFold(host, "localhost")
}
