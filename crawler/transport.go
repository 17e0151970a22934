package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/barrier"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/coding"
	"baoluu/cleaner/turn"
	"baoluu/crawler/listing"
)

// maxHeader bounds a response's header in bytes.
const maxHeader = 256 << 10

// newTransport is what the requests go out by: the given Transport, or the
// network behind the address guard. stop closes what it keeps open.
func newTransport(o Options) (rt http.RoundTripper, stop func(), err error) {
	if o.Transport != nil {
		return o.Transport, func() {}, nil
	}
	d, err := newDialer(o)
	if err != nil {
		return nil, nil, err
	}
	t := &http.Transport{
		Proxy:                  d.forward,
		DialContext:            d.plain,
		DialTLSContext:         d.secure,
		DisableCompression:     true, // the recorder asks for codings and undoes them
		MaxIdleConnsPerHost:    unpacedWorkers,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}
	return t, t.CloseIdleConnections, nil
}

// trustedCAs is the system's pool and the certificates of SSL_CERT_FILE. Go
// reads that variable on some systems only, and there instead of the system's
// own file.
func trustedCAs() (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	file := os.Getenv("SSL_CERT_FILE")
	if file == "" {
		return pool, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read SSL_CERT_FILE: %w", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("SSL_CERT_FILE %s holds no certificate", file)
	}
	return pool, nil
}

// exchange is one request and what came back, as the recorder saw it.
type exchange struct {
	at     time.Time // when the response came, or the request failed; zero: it was never sent
	status int       // 0: no response
	// conditional: the request named what we have, so that a 304 means that.
	conditional bool
	request     string // as it was sent; "" where that is not known
	header      http.Header
	head        head
	// body has its codings undone, as far as they can be, its charset as received. It is what
	// came, where the answer breaks off.
	body     []byte
	received int64 // bytes of the body as sent
	notes    []string
	charset  []string // notes on the charset of a page
	reading  *reading // of the worker, to have it parsed
	err      error    // why there is no response, or not all of its body
}

type exchangeKey struct{}

// reading is a worker's turn to read what is large, within its run: to wait for others is no
// fault of the server.
type reading struct {
	turn.Turn
	run context.Context
}

func (r *reading) take(weight int) error {
	if r == nil { // a request of no run
		return nil
	}
	return r.Take(r.run, weight)
}

// recorder is the RoundTripper below Colly. It keeps the response as the
// newspaper sent it, undoes its content codings, bounds its sizes, and hands
// Colly what is safe for it: a body in UTF-8, not coded and no trap for a parser,
// and no Location to run after.
type recorder struct {
	next    http.RoundTripper
	maxBody int64
}

// RoundTrip needs an [exchange] in the request's context. Every failure is in
// the exchange too.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	x := req.Context().Value(exchangeKey{}).(*exchange)
	res, err := r.exchange(req, x)
	x.err = err
	if x.at.IsZero() {
		x.at = time.Now()
	}
	if err != nil && x.status == 0 {
		return nil, err
	}
	return res, nil
}

func (r *recorder) exchange(req *http.Request, x *exchange) (*http.Response, error) {
	req.Header.Set("Accept-Encoding", coding.Accepted)
	x.conditional = req.Header.Get("If-None-Match") != "" || req.Header.Get("If-Modified-Since") != ""
	// The connection that brought it, and its tap: a stale one may have been tried before.
	var conn *tapConn
	var answer *tap
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			if c, ok := info.Conn.(*tapConn); ok {
				conn, answer = c, c.begin()
			}
		},
	}))
	res, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	x.status, x.header = res.StatusCode, res.Header
	x.request = answer.request()
	x.head, err = headOf(answer, res)
	upwards := &http.Response{
		Status: res.Status, StatusCode: res.StatusCode, Request: req,
		Proto: res.Proto, ProtoMajor: res.ProtoMajor, ProtoMinor: res.ProtoMinor,
		Header:       http.Header{"Content-Type": {"application/octet-stream"}},
		Body:         http.NoBody,
		Uncompressed: true, // or Colly would undo a coding again
	}
	if err != nil {
		return upwards, err
	}
	err = r.readBody(res, conn, x)
	x.at = time.Now()
	if err := x.reading.take(turn.Weight(x.body)); err != nil {
		return upwards, err
	}
	if errors.Is(err, coding.ErrCoding) {
		return upwards, err // the body is no text
	}
	if res.StatusCode == http.StatusOK && barrier.IsHTML(res.Header.Get("Content-Type"), x.body) {
		var text []byte
		text, _, x.charset = charset.UTF8(x.body, res.Header.Get("Content-Type"))
		markup, refused := cleaner.Markup(text)
		if refused != nil || listing.HasLongBase(text) {
			return upwards, err // Colly parses whatever it is given: the cleaner will name the reason
		}
		upwards.Header.Set("Content-Type", "text/html; charset=utf-8")
		upwards.Body, upwards.ContentLength = io.NopCloser(markup), -1
	}
	return upwards, err
}

// readBody reads what was sent, and undoes its codings. conn is what it came by, nil where
// that was not tapped.
func (r *recorder) readBody(res *http.Response, conn *tapConn, x *exchange) error {
	if res.ContentLength > r.maxBody {
		return coding.ErrTooLarge
	}
	wire := &coding.Bounded{R: res.Body, Left: r.maxBody}
	sent, broke := coding.ReadAll(wire)
	x.received = wire.Got
	if errors.Is(broke, coding.ErrTooLarge) {
		x.notes = append(x.notes, fmt.Sprintf("body left out: larger than %d bytes", r.maxBody))
		return broke
	}
	if broke == nil {
		broke = cutOff(res, conn, wire.Got)
	}
	u, err := coding.Undo(sent, coding.Named(res.Header.Values("Content-Encoding"), x.head.all("Transfer-Encoding")), r.maxBody)
	x.body, x.notes = u.Body, append(x.notes, u.Notes...)
	switch {
	case broke == nil:
	case err == nil && u.Ended:
		x.notes = append(x.notes, "body whole by its coding, though the answer breaks off: "+gapOf(broke))
		return nil
	case err == nil && errors.Is(broke, errNoGoodbye) && coding.EndsWhole(u.Body): // as of many servers
		x.notes = append(x.notes, errNoGoodbye.Error())
		return nil
	case !errors.Is(err, coding.ErrTooLarge):
		err = broke
	}
	if err != nil && !errors.Is(err, coding.ErrCoding) && !errors.Is(err, coding.ErrTooLarge) {
		x.notes = append(x.notes, fmt.Sprintf("body cut after %d bytes", len(x.body)))
	}
	return err
}

// errNoGoodbye is returned where a body ends with its connection, and TLS was not ended
// before: whoever cuts a connection cuts the body so.
var errNoGoodbye = errors.New("connection closed without TLS's close_notify")

// cutOff says what is missing of a body that was read to its end without an error.
func cutOff(res *http.Response, conn *tapConn, got int64) error {
	switch {
	case !bodyAllowed(res):
		return nil
	case res.ContentLength > got:
		// net/http notices by itself; a Transport that was handed in may not.
		return io.ErrUnexpectedEOF
	case res.StatusCode/100 == 2 && res.ContentLength < 0 && len(res.TransferEncoding) == 0 && conn != nil && conn.cut():
		return errNoGoodbye
	}
	return nil
}

func bodyAllowed(res *http.Response) bool {
	return res.StatusCode != http.StatusNoContent && res.StatusCode != http.StatusNotModified &&
		(res.Request == nil || res.Request.Method != http.MethodHead)
}

// gapOf names why a request failed, for the run's report.
func gapOf(err error) string {
	var dns *net.DNSError
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrLocalAddress):
		return "local address"
	case errors.Is(err, coding.ErrTooLarge), strings.Contains(err.Error(), "response headers exceeded"):
		return "too large"
	case errors.Is(err, coding.ErrCoding) && !errors.Is(err, io.ErrUnexpectedEOF):
		return "bad coding"
	case errors.Is(err, errNotSent):
		return "bad address"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, errProxy):
		return "proxy"
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return "tls"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errNoGoodbye):
		return "short body"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF):
		return "reset"
	case strings.Contains(err.Error(), "malformed"):
		return "no HTTP" // net/http has no error of its own for each of the ways
	}
	return "network"
}

// retryAfter reads a Retry-After header, in seconds or as a date; 0 is none. A
// date is one of the server's clock: ours may be wrong.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs
	}
	return max(until.Sub(now), 0)
}
