package transport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"baoluu/archive/capture"
	"baoluu/cleaner/contentcoding"
)

// tapConn is a connection that lets one request after the other see its own bytes, and those
// of its answer: net/http hands on a map, in which the order, the case and the
// spelling of a header's lines are lost.
type tapConn struct {
	net.Conn
	open atomic.Pointer[tap]
	// below is the connection below TLS, nil where there is none.
	below *endConn
	// rewritten is what is yet to be read of what came, and then failed.
	rewritten []byte
	failed    error
}

// Write sends a part of a request, and notes it: before it goes out, for the answer may be there
// before Write returns.
func (c *tapConn) Write(p []byte) (int, error) {
	t := c.open.Load()
	if t != nil {
		t.noteSent(p)
	}
	n, err := c.Conn.Write(p)
	if t != nil && err != nil {
		t.forgetSent()
	}
	return n, err
}

func (c *tapConn) Read(p []byte) (int, error) {
	for len(c.rewritten) == 0 && c.failed == nil {
		n, err := c.Conn.Read(p)
		t := c.open.Load()
		if t != nil {
			t.note(p[:n])
		}
		if t == nil || len(p) == 0 || t.frame.passes(n) {
			return n, err
		}
		if c.rewritten, c.failed = t.frame.rewrite(c.rewritten[:0], p[:n]), err; errors.Is(err, io.EOF) {
			c.rewritten = t.frame.end(c.rewritten)
		}
	}
	if len(c.rewritten) == 0 {
		err := c.failed
		c.failed = nil
		return 0, err
	}
	n := copy(p, c.rewritten)
	c.rewritten = c.rewritten[n:]
	return n, nil
}

// cut reports whether the connection ended before TLS did.
func (c *tapConn) cut() bool { return c.below != nil && c.below.ended.Load() }

// endConn is a connection that remembers that it came to its end. Below TLS it is only read
// so far where no close_notify came before, and that crypto/tls takes for an end as well.
type endConn struct {
	net.Conn
	ended atomic.Bool
}

func (c *endConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		c.ended.Store(true)
	}
	return n, err
}

// begin opens a tap for the request that was just given the connection. Before
// its first byte is written, nothing of its answer can have come. Each request
// has a tap of its own: the connection may serve the next one before this one
// has looked.
func (c *tapConn) begin() *tap {
	t := &tap{}
	c.open.Store(t)
	return t
}

// maxTapped is more than a header can have before net/http gives up on it.
const maxTapped = maxHeader + 64<<10

// tap is a request and the beginning of its answer.
type tap struct {
	frame  framing // for the connection's reader alone
	mu     sync.Mutex
	sent   []byte
	cut    bool // sending failed
	raw    []byte
	closed bool // no more is wanted
}

func (t *tap) noteSent(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed && !t.cut && len(t.sent) <= maxTapped {
		t.sent = append(t.sent, p...)
	}
}

// forgetSent says that not all of the request went out.
func (t *tap) forgetSent() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent, t.cut = nil, true
}

// request is what was sent, "" where it was not sent to its end: a server may answer before that. All
// requests are without a body.
func (t *tap) request() string {
	if t == nil {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !bytes.HasSuffix(t.sent, []byte("\r\n\r\n")) {
		return ""
	}
	return capture.Sent(t.sent)
}

func (t *tap) note(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	if t.raw = append(t.raw, p...); len(t.raw) > maxTapped {
		t.raw, t.closed = nil, true
	}
}

// close gives what came until now: the whole head, once net/http has read it,
// and a buffer's worth of body at most.
func (t *tap) close() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	return t.raw
}

// Head is the head of an answer.
type Head struct {
	Proto  string // "HTTP/1.1"
	Reason string // "OK"; "" where the server gives none
	Fields []capture.Field
}

// all are the values of a header field, in their order.
func (h Head) all(name string) []string {
	var values []string
	for _, f := range h.Fields {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// headOf is the head of res, as it came where the connection was tapped. Of one that is too
// large it is the beginning.
func headOf(t *tap, res *http.Response) (Head, error) {
	if t != nil {
		if h, status, ok := parseHead(t.close()); ok && status == res.StatusCode {
			return bounded(h)
		}
	}
	return bounded(mappedHead(res))
}

// maxHeadFields is several times what servers take of one another. Each field takes far more
// room than its bytes, here and in the archive.
const maxHeadFields = 2000

func bounded(h Head) (Head, error) {
	size := 0
	for i, f := range h.Fields {
		size += len(f.Name) + len(f.Value)
		switch {
		case size > maxHeader:
			h.Fields = h.Fields[:i]
			return h, fmt.Errorf("%w: header over %d bytes", contentcoding.ErrTooLarge, maxHeader)
		case i == maxHeadFields:
			h.Fields = h.Fields[:i]
			return h, fmt.Errorf("%w: header of more than %d fields", contentcoding.ErrTooLarge, maxHeadFields)
		}
	}
	return h, nil
}

// parseHead reads the head of the first final answer in raw, and its status.
// It is as forgiving as net/http, which has read the same bytes before.
func parseHead(raw []byte) (h Head, status int, ok bool) {
	for {
		line, rest, found := cutLine(raw)
		if !found {
			return Head{}, 0, false
		}
		proto, after, _ := strings.Cut(string(line), " ")
		code, reason, _ := strings.Cut(strings.TrimLeft(after, " "), " ")
		n, err := strconv.Atoi(code)
		if err != nil || !strings.HasPrefix(proto, "HTTP/") {
			return Head{}, 0, false
		}
		h = Head{Proto: proto, Reason: reasonOf(reason)}
		if h.Fields, raw, found = cutFields(rest); !found {
			return Head{}, 0, false
		}
		if n >= 200 || n == http.StatusSwitchingProtocols {
			return h, n, true
		}
	}
}

func cutLine(raw []byte) (line, rest []byte, found bool) {
	line, rest, found = bytes.Cut(raw, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest, found
}

// cutFields reads fields up to the empty line behind them, which has to be there. A blank
// joins the lines of a field that is folded (RFC 9112, 5.2); they are put together once,
// for there may be as many of them as bytes.
func cutFields(raw []byte) (fields []capture.Field, rest []byte, found bool) {
	var name string
	var value []byte
	begun := false
	end := func() {
		if begun {
			fields = append(fields, capture.Field{Name: name, Value: string(bytes.TrimLeft(value, " "))})
		}
	}
	for {
		line, rest, found := cutLine(raw)
		switch {
		case !found:
			return nil, raw, false
		case len(line) == 0:
			end()
			return fields, rest, true
		case line[0] == ' ' || line[0] == '\t': // without a field before it, it is nothing
			value = append(append(value, ' '), bytes.Trim(line, " \t")...)
		default:
			end()
			before, after, _ := bytes.Cut(line, []byte(":"))
			name, value, begun = string(before), append(value[:0], bytes.Trim(after, " \t")...), true
		}
		raw = rest
	}
}

// reasonOf is a reason phrase as text.
func reasonOf(s string) string { return strings.ToValidUTF8(strings.TrimSpace(s), "\ufffd") }

// mappedHead is the head as net/http tells it, in a stable order: by name.
func mappedHead(res *http.Response) Head {
	_, reason, _ := strings.Cut(res.Status, " ")
	h := Head{Proto: res.Proto, Reason: reasonOf(reason)}
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		for _, value := range res.Header[name] {
			h.Fields = append(h.Fields, capture.Field{Name: name, Value: value})
		}
	}
	for _, coding := range res.TransferEncoding {
		h.Fields = append(h.Fields, capture.Field{Name: "Transfer-Encoding", Value: coding})
	}
	return h
}
