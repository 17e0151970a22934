package sites

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// SURT spells an address the way web archives sort and compare them
// ("vn,dantri)/the-gioi.htm"): the host reversed, without "www.", scheme,
// credentials, default port and fragment; percent-escapes undone and written
// once; path and query in lower case; the query's parameters sorted, session
// ids dropped. The rules are those of pywb and the Wayback Machine (the
// canonicalizers of Internet Archive's surt package), so that our CDXJ files
// can be searched by them. It never fails: what has no host is returned as it
// is ("urn:…", "filedesc:…"), and nothing at all is "-".
func SURT(raw string) string { return surt(raw, strings.ToLower) }

// surt is SURT, with path and query as fold writes them.
func surt(raw string, fold func(string) string) string {
	raw = strings.Map(dropBreaks, strings.TrimSpace(raw))
	if raw == "" {
		return "-"
	}
	m := schemePrefix.FindStringSubmatch(raw)
	scheme, rest := "http", raw
	if m != nil && !hostAndPort.MatchString(raw) {
		scheme, rest = strings.ToLower(m[1]), raw[len(m[0]):]
		if !strings.HasPrefix(rest, "//") && scheme != "http" && scheme != "https" {
			return raw
		}
	}
	// "http://https://host" and "http:////host" are found in old link lists.
	for {
		rest = strings.TrimLeft(rest, "/")
		inner := doubledScheme.FindStringSubmatch(rest)
		if inner == nil {
			break
		}
		scheme, rest = strings.ToLower(inner[1]), rest[len(inner[0]):]
	}

	rest, _, _ = strings.Cut(rest, "#")
	authority, path, query := splitAddress(rest)
	host, port := splitPort(authority)
	host = surtHost(host)
	if host == "" {
		return raw
	}
	if net.ParseIP(host) == nil {
		labels := strings.Split(host, ".")
		slices.Reverse(labels)
		host = strings.Join(labels, ",")
	}

	var b strings.Builder
	b.WriteString(host)
	if port != "" && !(scheme == "http" && port == "80") && !(scheme == "https" && port == "443") {
		b.WriteString(":" + port)
	}
	b.WriteByte(')')
	b.WriteString(surtPath(path, fold))
	if q := surtQuery(query, fold); q != "" {
		b.WriteString("?" + q)
	}
	return b.String()
}

var (
	schemePrefix  = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.\-]*):`)
	doubledScheme = regexp.MustCompile(`^(?i)(https?)://`)
	hostAndPort   = regexp.MustCompile(`^[^/?#:]+\.[^/?#:]+:\d*(?:[/?#]|$)`) // "archive.org:80/" has no scheme
	wwwPrefix     = regexp.MustCompile(`^www\d*\.`)

	// Session ids in the path (ASP.NET) and in the query.
	pathSessions = []*regexp.Regexp{
		regexp.MustCompile(`^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$`),
		regexp.MustCompile(`^(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$`),
	}
	querySessions = []*regexp.Regexp{
		regexp.MustCompile(`(?i)^(.*)(?:jsessionid=[0-9a-z]{32})(?:&(.*))?$`),
		regexp.MustCompile(`(?i)^(.*)(?:phpsessid=[0-9a-z]{32})(?:&(.*))?$`),
		regexp.MustCompile(`(?i)^(.*)(?:sid=[0-9a-z]{32})(?:&(.*))?$`),
		regexp.MustCompile(`(?i)^(.*)(?:aspsessionid[a-z]{8}=[a-z]{24})(?:&(.*))?$`),
		regexp.MustCompile(`(?i)^(.*)(?:cfid=[^&]+&cftoken=[^&]+)(?:&(.*))?$`),
	}
)

func dropBreaks(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' {
		return -1
	}
	return r
}

// splitAddress parts what follows the scheme's slashes.
func splitAddress(s string) (authority, path, query string) {
	s, query, _ = strings.Cut(s, "?")
	authority = s
	if i := strings.IndexByte(s, '/'); i >= 0 {
		authority, path = s[:i], s[i:]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	return authority, path, query
}

func splitPort(authority string) (host, port string) {
	host = authority
	if i := strings.LastIndexByte(authority, ':'); i >= 0 {
		if _, err := strconv.ParseUint(authority[i+1:], 10, 16); err == nil || i == len(authority)-1 {
			host, port = authority[:i], authority[i+1:]
		}
	}
	if inner, ok := strings.CutPrefix(host, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]"), port
	}
	return host, port
}

func surtHost(host string) string {
	host = unescapeAll(host)
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = ascii
	}
	host = strings.Trim(strings.ReplaceAll(host, "..", "."), ".")
	host = strings.ToLower(host)
	if n, err := strconv.ParseUint(host, 10, 64); err == nil { // an IPv4 address as one number
		return net.IPv4(byte(n>>24), byte(n>>16), byte(n>>8), byte(n)).String()
	}
	return wwwPrefix.ReplaceAllString(escapeOnce(host), "")
}

func surtPath(path string, fold func(string) string) string {
	path = fold(escapeOnce(cleanSegments(unescapeAll(path))))
	for _, re := range pathSessions {
		path = re.ReplaceAllString(path, "$1$2")
	}
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

func surtQuery(query string, fold func(string) string) string {
	query = escapeOnce(unescapeAll(query))
	for _, re := range querySessions {
		query = re.ReplaceAllString(query, "$1$2")
	}
	query = fold(query)
	if len(query) <= 1 {
		return query
	}
	args := strings.Split(query, "&")
	slices.SortStableFunc(args, func(a, b string) int {
		an, av, _ := strings.Cut(a, "=")
		bn, bv, _ := strings.Cut(b, "=")
		if c := strings.Compare(an, bn); c != 0 {
			return c
		}
		if c := strings.Compare(av, bv); c != 0 {
			return c
		}
		return len(a) - len(b) // "a" before "a="
	})
	return strings.Join(args, "&")
}

// cleanSegments undoes ".", ".." and doubled slashes; a trailing slash stays.
func cleanSegments(path string) string {
	var kept []string
	segments := strings.Split(path, "/")
	for _, s := range segments[1:] {
		switch {
		case s == ".":
		case s == ".." && len(kept) > 0:
			kept = kept[:len(kept)-1]
		default:
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		return "/"
	}
	var b strings.Builder
	b.WriteByte('/')
	for _, s := range kept[:len(kept)-1] {
		if s != "" {
			b.WriteString(s + "/")
		}
	}
	b.WriteString(kept[len(kept)-1])
	return b.String()
}

// unescapeAll undoes percent-escapes until none is left. Each round shortens
// the text, so an address of bounded length needs bounded rounds; 16 are
// plenty, and keep a hostile "%252525…" linear.
func unescapeAll(s string) string {
	for range 16 {
		if !strings.Contains(s, "%") {
			break
		}
		un := unescape(s)
		if un == s {
			break
		}
		s = un
	}
	return s
}

func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escapeOnce escapes all bytes but visible ASCII, and "#" and "%" too.
func escapeOnce(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || c == '#' || c == '%' {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
