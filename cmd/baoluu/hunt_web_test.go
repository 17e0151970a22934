package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/crawler/sampleweb"
)

// huntRoute is one address of a crafted case: its n-th request gets the n-th answer,
// the last one for good. An answer with a Cookie or an INM is only for requests that
// have that cookie, or that If-None-Match, and is not counted.
type huntRoute struct {
	URL     string
	Answers []huntAnswer
	asked   int
}

// huntAnswer is sent as it is described, be it sound HTTP or not.
type huntAnswer struct {
	Status  int
	Reason  *string // default: that of the status
	Proto   string  // default HTTP/1.1
	Headers [][2]string
	Body    string
	Body64  []byte // instead of Body
	Raw64   []byte // all bytes of the answer; the connection is closed after it
	Parts   []struct {
		Text  string
		Times int
	} // behind the body: texts, each so many times
	Cookie   string
	INM      string
	NoLength bool // no Content-Length is added, and the connection closed after it
	Abrupt   bool // the connection is dropped after it, without TLS's goodbye
	Date     int  `json:"date_shift"`       // seconds that the server's clock is ahead; it sends a Date then
	After    int  `json:"retry_after_date"` // seconds after that Date: a Retry-After as a date
}

// huntRequest is one request that a [huntWeb] received.
type huntRequest struct {
	at       time.Time
	url, inm string
}

// huntWeb answers for any host as a case says. What the case does not name is a 404.
type huntWeb struct {
	mu       sync.Mutex
	routes   map[string]*huntRoute
	received []huntRequest
}

func newHuntWeb(routes []huntRoute) *huntWeb {
	w := &huntWeb{routes: map[string]*huntRoute{}}
	for i := range routes {
		w.routes[routes[i].URL] = &routes[i]
	}
	return w
}

// ServeHTTP takes the connection over: net/http would not send what is not sound.
func (w *huntWeb) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	scheme := sampleweb.Scheme(r)
	conn, buffered, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	defer conn.Close()
	for err == nil && w.answer(conn, scheme, r) {
		r, err = http.ReadRequest(buffered.Reader)
	}
}

// answer sends one answer and tells whether another request may come.
func (w *huntWeb) answer(conn net.Conn, scheme string, r *http.Request) bool {
	a, ok := w.choose(scheme, r)
	if !ok {
		a = huntAnswer{Status: http.StatusNotFound, Headers: [][2]string{{"Content-Type", "text/plain"}}, Body: "none"}
	}
	_, err := conn.Write(a.wire(time.Now()))
	if below, ok := conn.(interface{ NetConn() net.Conn }); ok && a.Abrupt {
		below.NetConn().Close()
	}
	return err == nil && !a.Abrupt && !a.NoLength && len(a.Raw64) == 0
}

// choose notes a request and finds its answer.
func (w *huntWeb) choose(scheme string, r *http.Request) (huntAnswer, bool) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil && scheme == "https" {
		host = name
	}
	address := scheme + "://" + host + r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		address += "?" + r.URL.RawQuery
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	tag := r.Header.Get("If-None-Match")
	w.received = append(w.received, huntRequest{time.Now(), address, tag})
	route := w.routes[address]
	if route == nil {
		return huntAnswer{}, false
	}
	var inTurn []huntAnswer
	for _, a := range route.Answers {
		switch {
		case a.Cookie != "" && strings.Contains(r.Header.Get("Cookie"), a.Cookie), a.Cookie == "" && a.INM != "" && a.INM == tag:
			return a, true
		case a.Cookie == "" && a.INM == "":
			inTurn = append(inTurn, a)
		}
	}
	if len(inTurn) == 0 {
		return huntAnswer{}, false
	}
	route.asked++
	return inTurn[min(route.asked, len(inTurn))-1], true
}

// requests are those received so far, in the order in which they came.
func (w *huntWeb) requests() []huntRequest {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.received)
}

// wire is the answer as it is sent at a moment.
func (a huntAnswer) wire(now time.Time) []byte {
	if len(a.Raw64) > 0 {
		return a.Raw64
	}
	body := []byte(a.Body)
	if len(a.Body64) > 0 {
		body = a.Body64
	}
	for _, p := range a.Parts {
		body = append(body, strings.Repeat(p.Text, p.Times)...)
	}
	proto, reason := "HTTP/1.1", http.StatusText(a.Status)
	if a.Proto != "" {
		proto = a.Proto
	}
	if a.Reason != nil {
		reason = *a.Reason
	}
	wire := fmt.Appendf(nil, "%s %d %s\r\n", proto, a.Status, reason)
	bounded := a.NoLength || a.Status == http.StatusNotModified
	for _, f := range a.Headers {
		wire = fmt.Appendf(wire, "%s: %s\r\n", f[0], f[1])
		bounded = bounded || strings.EqualFold(f[0], "Content-Length") || strings.EqualFold(f[0], "Transfer-Encoding")
	}
	if a.Date != 0 || a.After != 0 {
		clock := now.UTC().Add(time.Duration(a.Date) * time.Second)
		wire = fmt.Appendf(wire, "Date: %s\r\n", clock.Format(http.TimeFormat))
		if a.After != 0 {
			wire = fmt.Appendf(wire, "Retry-After: %s\r\n", clock.Add(time.Duration(a.After)*time.Second).Format(http.TimeFormat))
		}
	}
	if !bounded {
		wire = fmt.Appendf(wire, "Content-Length: %d\r\n", len(body))
	}
	if a.NoLength {
		wire = append(wire, "Connection: close\r\n"...)
	}
	wire = append(wire, "\r\n"...)
	if a.Status == http.StatusNotModified {
		return wire
	}
	return append(wire, body...)
}

// strictly reads JSON of which every key has to be known: a wish that is not
// understood would pass for one that is met.
func strictly(r io.Reader, to any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	return d.Decode(to)
}

// TestHuntWeb: answers come as a case describes them, each in its turn.
func TestHuntWeb(t *testing.T) {
	var routes []huntRoute
	err := strictly(strings.NewReader(`[
		{"url": "https://vov.vn/turns?a=1", "answers": [
			{"status": 200, "body": "first"}, {"status": 404, "reason": "Gone fishing", "parts": [{"text": "ab", "times": 2}]},
			{"status": 200, "cookie": "k=v", "body": "for the cookie"}, {"status": 304, "inm": "\"t\"", "body": "never sent"}]},
		{"url": "http://m.vov.vn/", "answers": [{"status": 503, "body64": "AP8=", "date_shift": 7200, "retry_after_date": 4}]},
		{"url": "https://open.vov.vn/", "answers": [{"status": 200, "nolength": true, "body": "to the end"}]},
		{"url": "https://abrupt.vov.vn/", "answers": [{"status": 200, "nolength": true, "abrupt": true, "body": "to the end"}]},
		{"url": "https://vov.vn/less", "answers": [{"status": 200, "headers": [["Content-Length", "99"]], "abrupt": true, "body": "half"}]},
		{"url": "https://vov.vn/raw", "answers": [{"raw64": "SFRUUC8xLjEgMjAwIE9LDQpYOiB5DQoNCnJhdw=="}]}
	]`), &routes)
	if err != nil {
		t.Fatal(err)
	}
	web := newHuntWeb(routes)
	server, err := sampleweb.Listen(web)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var line *overheard // the newest connection
	way := &http.Transport{
		Proxy: http.ProxyURL(server.ProxyURL()),
		// In TLS 1.3 a record does not show of what kind it is.
		TLSClientConfig: &tls.Config{RootCAs: server.CA(), MaxVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			conn, err := d.DialContext(ctx, network, address)
			line = &overheard{Conn: conn}
			return line, err
		},
	}
	defer way.CloseIdleConnections()
	for _, tt := range []struct {
		url, field, value string
		status, body      string
		err               error
	}{
		{"https://vov.vn/turns?a=1", "", "", "200 OK", "first", nil},
		{"https://vov.vn/turns?a=1", "Cookie", "j=1; k=v", "200 OK", "for the cookie", nil},
		{"https://vov.vn/turns?a=1", "If-None-Match", `"t"`, "304 Not Modified", "", nil},
		{"https://vov.vn/turns?a=1", "If-None-Match", `"u"`, "404 Gone fishing", "abab", nil},
		{"https://vov.vn/turns?a=1", "", "", "404 Gone fishing", "abab", nil},
		{"https://vov.vn/turns", "", "", "404 Not Found", "none", nil},
		{"http://m.vov.vn/", "", "", "503 Service Unavailable", "\x00\xff", nil},
		{"https://m.vov.vn/", "", "", "404 Not Found", "none", nil},
		{"https://open.vov.vn/", "", "", "200 OK", "to the end", nil},
		{"https://abrupt.vov.vn/", "", "", "200 OK", "to the end", nil}, // crypto/tls takes it for an end
		{"https://vov.vn/less", "", "", "200 OK", "half", io.ErrUnexpectedEOF},
		{"https://vov.vn/raw", "", "", "200 OK", "raw", nil},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.field != "" {
			r.Header.Set(tt.field, tt.value)
		}
		res, err := way.RoundTrip(r)
		if err != nil {
			t.Errorf("%s: %v", tt.url, err)
			continue
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.Status != tt.status || string(body) != tt.body || !errors.Is(err, tt.err) {
			t.Errorf("%s %s: %s %q %v", tt.url, tt.value, res.Status, body, err)
		}
		if res.Close && line.goodbye() == strings.Contains(tt.url, "abrupt") {
			t.Errorf("%s: TLS ended: %v", tt.url, line.goodbye())
		}
		if after := res.Header.Get("Retry-After"); after != "" {
			clock, _ := http.ParseTime(res.Header.Get("Date"))
			again, _ := http.ParseTime(after)
			if ahead := time.Until(clock).Round(time.Hour); ahead != 2*time.Hour || again.Sub(clock) != 4*time.Second {
				t.Errorf("a clock %v ahead, and again %v later", ahead, again.Sub(clock))
			}
		}
	}
	if got := web.requests(); len(got) != 12 || got[2].inm != `"t"` || got[7].url != "https://m.vov.vn/" {
		t.Errorf("requests: %v", got)
	}
}

// overheard is a connection that remembers what it read.
type overheard struct {
	net.Conn
	read []byte
}

func (o *overheard) Read(b []byte) (int, error) {
	n, err := o.Conn.Read(b)
	o.read = append(o.read, b[:n]...)
	return n, err
}

// goodbye reports whether the last TLS record behind a proxy's answer is an alert, as
// close_notify is (RFC 5246, 6.2.1 and 7.2.1).
func (o *overheard) goodbye() bool {
	const alert, head = 21, 5
	_, records, _ := bytes.Cut(o.read, []byte("\r\n\r\n"))
	kind := byte(0)
	for len(records) >= head {
		kind = records[0]
		records = records[min(len(records), head+int(binary.BigEndian.Uint16(records[3:]))):]
	}
	return kind == alert
}
