package transport

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

	"baoluu/cleaner/contentcoding"
)

// maxHeader bounds a response's header in bytes.
const maxHeader = 256 << 10

// Options say how requests go out. The zero value goes out directly, or as the
// environment's HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, and takes no body.
type Options struct {
	UserAgent string        // told to a proxy that is asked for a tunnel
	Timeout   time.Duration // of a connection, with tunnel and handshake
	MaxBody   int64         // bytes, as sent and decoded
	Conns     int           // how many are kept open to a host

	Proxy string // address of a proxy for all requests, before the environment's
	// Dial and RootCAs replace dialing and trust: for a listener of one's own, exempt from
	// the address guard.
	Dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	RootCAs *x509.CertPool
	// Transport, where set, answers the requests instead of the network.
	Transport http.RoundTripper
}

// Client asks newspapers: by the given Transport, or the network behind the address guard.
// Its methods may be called by many goroutines.
type Client struct {
	next    http.RoundTripper
	maxBody int64
	// Close closes the connections that are kept open.
	Close func()
}

// New is a client with these options. The error is of the proxy's address, or of the
// certificates that are trusted.
func New(o Options) (*Client, error) {
	if o.Transport != nil {
		return &Client{o.Transport, o.MaxBody, func() {}}, nil
	}
	d, err := newDialer(o)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		Proxy:                  d.forward,
		DialContext:            d.plain,
		DialTLSContext:         d.secure,
		DisableCompression:     true, // [Client.Do] asks for codings and decodes them
		MaxIdleConnsPerHost:    o.Conns,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}
	return &Client{t, o.MaxBody, t.CloseIdleConnections}, nil
}

// Within is the same client, which takes bodies of at most so many bytes, as sent and decoded.
func (c *Client) Within(maxBody int64) *Client {
	within := *c
	within.maxBody = maxBody
	return &within
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

// Exchange is one request and what came back: as it was sent, but for the body, which is
// decoded.
type Exchange struct {
	At     time.Time // when the response came, or the request failed
	Status int       // 0: no response
	// Conditional: the request named what we have, so that a 304 means that.
	Conditional bool
	Request     string // as it was sent; "" where that is not known
	Header      http.Header
	Head        Head
	// Body is decoded, as far as it can be, its charset as received. It is what
	// came, where the answer breaks off.
	Body     []byte
	Received int64 // bytes of the body as sent
	Notes    []string
	Err      error // why there is no response, or not all of its body
}

// Do makes one request, follows no redirect, and gives what came. Every failure is in the
// exchange.
func (c *Client) Do(req *http.Request) *Exchange {
	x := &Exchange{}
	x.Err = c.exchange(req, x)
	if x.At.IsZero() {
		x.At = time.Now()
	}
	return x
}

func (c *Client) exchange(req *http.Request, x *Exchange) error {
	req.Header.Set("Accept-Encoding", contentcoding.Accepted)
	x.Conditional = req.Header.Get("If-None-Match") != "" || req.Header.Get("If-Modified-Since") != ""
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
	res, err := c.next.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	x.Status, x.Header = res.StatusCode, res.Header
	x.Request = answer.request()
	if x.Head, err = headOf(answer, res); err != nil {
		return err
	}
	err = c.readBody(res, conn, x)
	x.At = time.Now()
	return err
}

// readBody reads what was sent, and decodes it. conn is what it came by, nil where
// that was not tapped.
func (c *Client) readBody(res *http.Response, conn *tapConn, x *Exchange) error {
	if res.ContentLength > c.maxBody {
		return contentcoding.ErrTooLarge
	}
	wire := &contentcoding.Bounded{R: res.Body, Left: c.maxBody}
	sent, broke := contentcoding.ReadAll(wire)
	x.Received = wire.Got
	if errors.Is(broke, contentcoding.ErrTooLarge) {
		x.Notes = append(x.Notes, fmt.Sprintf("body left out: larger than %d bytes", c.maxBody))
		return broke
	}
	if broke == nil {
		broke = cutOff(res, conn, wire.Got)
	}
	u, err := contentcoding.Decode(sent, contentcoding.Named(res.Header.Values("Content-Encoding"), x.Head.all("Transfer-Encoding")), c.maxBody)
	x.Body, x.Notes = u.Body, append(x.Notes, u.Notes...)
	switch {
	case broke == nil:
	case err == nil && u.Ended:
		x.Notes = append(x.Notes, "body whole by its coding, though the answer breaks off: "+Gap(broke))
		return nil
	case err == nil && errors.Is(broke, errNoGoodbye) && contentcoding.EndsWhole(u.Body): // as of many servers
		x.Notes = append(x.Notes, errNoGoodbye.Error())
		return nil
	case !errors.Is(err, contentcoding.ErrTooLarge):
		err = broke
	}
	if err != nil && !errors.Is(err, contentcoding.ErrCoding) && !errors.Is(err, contentcoding.ErrTooLarge) {
		x.Notes = append(x.Notes, fmt.Sprintf("body cut after %d bytes", len(x.Body)))
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

// Gap names why a request failed, in the words of a run's report; "" for nil.
func Gap(err error) string {
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
	case errors.Is(err, contentcoding.ErrTooLarge), strings.Contains(err.Error(), "response headers exceeded"):
		return "too large"
	case errors.Is(err, contentcoding.ErrCoding) && !errors.Is(err, io.ErrUnexpectedEOF):
		return "bad coding"
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

// RetryAfter reads a Retry-After header, in seconds or as a date; 0 is none. A
// date is one of the server's clock: ours may be wrong.
func RetryAfter(h http.Header, now time.Time) time.Duration {
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
