package naming

import (
	"net/url"
	"strings"
)

// samePage recognizes two addresses of one page: of its mobile edition too, with
// another scheme or mark of where a reader came from.
func samePage(a, b *url.URL) bool {
	x, y := pathOf(a), pathOf(b)
	if x == "" || y == "" {
		return x == y && a.RawQuery != "" && a.RawQuery == b.RawQuery
	}
	if x != y {
		const digits = 6
		id := lastNumber(x)
		return len(id) >= digits && id == lastNumber(y) && siteHost(a) == siteHost(b)
	}
	return a.RawQuery == b.RawQuery || namesPage(x) || a.RawQuery == "" && b.RawQuery == ""
}

// namesPage recognizes a path that names one page, whatever is asked behind it.
func namesPage(path string) bool { return strings.Count(path, "-") >= 2 || lastNumber(path) != "" }

func pathOf(u *url.URL) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.Trim(u.Path, "/"), "/amp"), ".amp")
}

// siteHost is an address's host without what tells its editions apart.
func siteHost(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, edition := range []string{"www.", "m.", "amp.", "mobile."} {
		host = strings.TrimPrefix(host, edition)
	}
	return host
}

// lastNumber is the last run of digits of a path.
func lastNumber(path string) string {
	end := strings.LastIndexAny(path, "0123456789") + 1
	from := end
	for from > 0 && path[from-1] >= '0' && path[from-1] <= '9' {
		from--
	}
	return path[from:end]
}
