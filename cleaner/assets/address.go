package assets

import (
	"net/url"
	"strings"
)

// parseBase is what a page's or sheet's address is to those that it names; nil where it is none.
func parseBase(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// rebase is the base that a page gives itself.
func rebase(base *url.URL, href string) *url.URL {
	if u := parseBase(resolve(base, href)); u != nil {
		return u
	}
	return base
}

// resolve makes a reference absolute, as browsers read it, without its fragment; "" where it is
// not of http or https.
func resolve(base *url.URL, ref string) string {
	if len(ref) > maxAddress {
		return ""
	}
	ref = strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\t':
			return -1
		case '\\':
			return '/'
		}
		return r
	}, strings.Trim(ref, " \t\r\n\f"))
	ref, _, _ = strings.Cut(ref, "#")
	if ref == "" {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		if u, err = url.Parse(escapePercent(ref)); err != nil {
			return ""
		}
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Opaque != "" || u.User != nil || strings.ContainsAny(u.Host, " %<>\"'") {
		return ""
	}
	u.Host = strings.ToLower(u.Host)
	u.RawQuery = escapeQuery(u.RawQuery)
	if address := u.String(); len(address) <= maxAddress {
		return address
	}
	return ""
}

// escapePercent escapes each percent sign that escapes nothing: browsers send it as it is.
func escapePercent(ref string) string {
	var b strings.Builder
	for i := range len(ref) {
		b.WriteByte(ref[i])
		if ref[i] == '%' && (i+2 >= len(ref) || hexValue(ref[i+1]) < 0 || hexValue(ref[i+2]) < 0) {
			b.WriteString("25")
		}
	}
	return b.String()
}

// escapeQuery escapes what url.URL leaves as it is in a query and browsers do not.
func escapeQuery(query string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"'<>`, c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
