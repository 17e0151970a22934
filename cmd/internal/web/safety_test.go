package web

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wildcards are what stands for each part of an address that is not fixed.
func wildcards(t *testing.T) map[string]string {
	return map[string]string{
		"site": "dantri", "id": keyOf(t, edited), "version": "2", "versions": "1..3", "capture": "1", "moment": "2026-11-18/" + edited.url,
		"language": "en", "day": "2026-11-18", "form": "link/" + edited.url, "part": "1", "n": "2", "v": "2", "range": "1..3", "span": "2026-11", "$": "",
	}
}

// addresses are one of each route.
func addresses(t *testing.T, s *Server) []string {
	t.Helper()
	known := wildcards(t)
	part := regexp.MustCompile(`\{([a-z$]+)(?:\.\.\.)?\}`)
	var list []string
	for _, pattern := range slices.Sorted(maps.Keys(s.paths)) {
		path := strings.TrimPrefix(pattern, "GET ")
		list = append(list, part.ReplaceAllStringFunc(path, func(m string) string {
			value, ok := known[part.FindStringSubmatch(m)[1]]
			if !ok {
				t.Errorf("%s: say in wildcards what may stand for %s", pattern, m)
			}
			return value
		}))
	}
	return append(list, "/healthz", "/nothing", "/at/2026/https://dantri.com.vn/x")
}

// mark is what an attacker would have come back. It must not, but as text.
const mark = `"'><mark-me onload=x>`

// tricks are requests that nobody sends who only reads. %s is an address, %m one with the mark
// in it, as it may be in an address.
var tricks = []struct {
	name, request string
	want          []int // nil for any but a failure of ours
}{
	{"as it is", "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"head", "HEAD %s HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"foreign host", "GET %s HTTP/1.1\r\nHost: evil.example\r\n\r\n", []int{421}},
	{"no host", "GET %s HTTP/1.0\r\n\r\n", []int{421}},
	{"host and more", "GET %s HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n", []int{421}},
	{"whole address", "GET http://evil.example%s HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{421}},
	{"post", "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=b", []int{405}},
	{"put", "PUT %s HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{405}},
	{"delete", "DELETE %s HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{405}},
	{"trace", "TRACE %s HTTP/1.1\r\nHost: localhost\r\nX-Mark: " + mark + "\r\n\r\n", []int{405}},
	{"no method", "MARK %s HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{405}},
	{"preflight", "OPTIONS %s HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n\r\n", []int{405}},
	{"from elsewhere", "GET %s HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nReferer: https://evil.example/" + mark + "\r\n\r\n", nil},
	{"override", "GET %s HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: DELETE\r\nX-Forwarded-Host: evil.example\r\nX-Original-URL: /" + mark + "\r\n\r\n", nil},
	{"a long path", "GET %s" + strings.Repeat("/x", 3000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{414}},
	{"a long query", "GET %s?" + strings.Repeat("x=y&", 1000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", []int{414}},
	{"up", "GET %s/../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"up, escaped", "GET %s/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"up, twice escaped", "GET %s/%252e%252e%252fetc HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"backslashes", "GET %s\\..\\x HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"zero", "GET %s%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"no UTF-8", "GET %s/%ff%fe?q=%c3%28 HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"a line of our own", "GET %s/%0d%0aSet-Cookie:%20mark=1?x=%0d%0aSet-Cookie:%20mark=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"bad escapes", "GET %s/%zz?%zz=%&;= HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"mark in the path", "GET %s/%22%27%3E%3Cmark-me%20onload=x%3E HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"mark in the query", "GET %s?q=%22%27%3E%3Cmark-me%20onload=x%3E&cursor=%3Cmark-me%3E&d=%3Cmark-me%3E&n=%3Cmark-me%3E&back=//evil.example/%3Cmark-me%3E&%3Cmark-me%3E HTTP/1.1\r\nHost: localhost\r\n\r\n", nil},
	{"ranges", "GET %s HTTP/1.1\r\nHost: localhost\r\nRange: bytes=" + strings.Repeat("0-1,", 2000) + "0-\r\n\r\n", nil},
	{"languages", "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept-Language: " + strings.Repeat("en-x-a-b-c;q=0.1,", 800) + "vi\r\n\r\n", nil},
	{"types", "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: " + strings.Repeat("text/x;q=0.1,", 1000) + "*/*\r\nAccept-Encoding: " + strings.Repeat("gzip;q=0.1,", 300) + "\r\n\r\n", nil},
	{"tags", "GET %s HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + strings.Repeat(`W/"x", `, 1500) + "\r\nIf-Modified-Since: " + mark + "\r\n\r\n", nil},
	{"cookies", "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: language=" + mark + "; language=xx; " + strings.Repeat("a=b; ", 1500) + "\r\n\r\n", nil},
}

// TestSafety: each address × each trick: the status, the headers that hold browsers back, and
// nothing that comes back.
func TestSafety(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	for _, address := range addresses(t, s) {
		for _, trick := range tricks {
			name := fmt.Sprintf("%s: %s", address, trick.name)
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(trick.request, "%s", address))))
			if err != nil {
				continue // net/http refuses it with 400
			}
			r.RemoteAddr = "127.0.0.1:1"
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code >= 500 || trick.want != nil && !slices.Contains(trick.want, w.Code) {
				t.Errorf("%s: %d, want %v", name, w.Code, trick.want)
			}
			held(t, name, r.Method, w)
		}
	}
}

// oneLink is a link of Memento's: no browser loads what it leads to.
var oneLink = regexp.MustCompile(`^<(https?://[^\x00-\x20<>"\\]+)>; rel="(original|timegate|timemap|self|next|(?:(?:first|last|prev|next) )*memento)"((?:; (?:type|datetime|from|until)="[A-Za-z0-9 ,:/-]+")*)(?:, |$)`)

// heldLinkHeader checks that a Link header is of such links and of nothing else, and that none but the original
// leads out of the archive: to where the address says that was asked for.
func heldLinkHeader(t *testing.T, name, value string) {
	t.Helper()
	for rest := value; rest != ""; {
		m := oneLink.FindStringSubmatch(rest)
		if m == nil || m[2] == "original" == strings.HasPrefix(m[1], "http://localhost/") || strings.HasPrefix(m[1], "http://evil") || strings.HasPrefix(m[1], "https://evil") {
			t.Errorf("%s: Link: %q", name, rest)
			return
		}
		rest = rest[len(m[0]):]
	}
}

// held checks what holds for every answer.
func held(t *testing.T, name, method string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	csp := h.Get("Content-Security-Policy")
	switch {
	case !strings.Contains(csp, "default-src 'none'"), strings.Contains(csp, "unsafe"), strings.Contains(csp, "*"),
		!strings.Contains(csp, "frame-ancestors 'none'") && !strings.Contains(csp, "frame-ancestors 'self'"):
		t.Errorf("%s: policy %q", name, csp)
	case strings.Contains(csp, "frame-ancestors 'self'") != strings.HasPrefix(csp, "sandbox"):
		t.Errorf("%s: may be framed without a sandbox: %q", name, csp)
	}
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if got := h.Get(header); got != want {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
	if h.Get("X-Frame-Options") == "" || h.Get("Permissions-Policy") == "" || h.Get("Cache-Control") == "" || h.Get("Content-Type") == "" && w.Body.Len() > 0 {
		t.Errorf("%s: headers are missing: %v", name, h)
	}
	for header, values := range h {
		if strings.HasPrefix(header, "Access-Control-") || header == "Set-Cookie" && !strings.HasPrefix(strings.Join(values, " "), "language=") {
			t.Errorf("%s: %s: %v", name, header, values)
		}
		for _, v := range values {
			if header == "Link" {
				heldLinkHeader(t, name, v)
				continue
			}
			if strings.ContainsAny(v, "\r\n\x00<>") || strings.Contains(v, "evil.example") {
				t.Errorf("%s: %s: %q", name, header, v)
			}
		}
	}
	if method == http.MethodHead && w.Body.Len() > 0 {
		t.Errorf("%s: a body of %d bytes", name, w.Body.Len())
	}
	if body := w.Body.String(); strings.Contains(body, "<mark-me") || strings.Contains(body, `"'>`) || w.Code == http.StatusMisdirectedRequest && strings.Contains(body, "Dân trí") {
		t.Errorf("%s: it comes back: %.300s", name, body)
	}
}
