package crawler

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

	"baoluu/cleaner/capture"
	"baoluu/cleaner/coding"
)

// tapConn is a connection that lets one request after the other see the bytes
// of its answer: net/http hands on a map, in which the order, the case and the
// spelling of a header's lines are lost.
type tapConn struct {
	net.Conn
	open atomic.Pointer[tap]
	// below is the connection below TLS, nil where there is none.
	below *endConn
	// mended is what is yet to be read of what came, and then failed.
	mended []byte
	failed error
}

func (c *tapConn) Read(p []byte) (int, error) {
	for len(c.mended) == 0 && c.failed == nil {
		n, err := c.Conn.Read(p)
		t := c.open.Load()
		if t != nil {
			t.note(p[:n])
		}
		if t == nil || len(p) == 0 || t.frame.passes(n) {
			return n, err
		}
		if c.mended, c.failed = t.frame.mend(c.mended[:0], p[:n]), err; errors.Is(err, io.EOF) {
			c.mended = t.frame.end(c.mended)
		}
	}
	if len(c.mended) == 0 {
		err := c.failed
		c.failed = nil
		return 0, err
	}
	n := copy(p, c.mended)
	c.mended = c.mended[n:]
	return n, nil
}

// cut tells whether the connection ended before TLS did.
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

// tap is the beginning of one answer.
type tap struct {
	frame  framing // for the connection's reader alone
	mu     sync.Mutex
	raw    []byte
	closed bool // no more is wanted
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

// head is the head of an answer.
type head struct {
	proto  string // "HTTP/1.1"
	reason string // "OK"; "" where the server gives none
	fields []capture.Field
}

// all are the values of a header field, in their order.
func (h head) all(name string) []string {
	var values []string
	for _, f := range h.fields {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// headOf is the head of res, as it came where the connection was tapped.
func headOf(t *tap, res *http.Response) (head, error) {
	if t != nil {
		if h, status, ok := parseHead(t.close()); ok && status == res.StatusCode {
			return h, nil
		}
	}
	return mappedHead(res)
}

// parseHead reads the head of the first final answer in raw, and its status.
// It is as forgiving as net/http, which has read the same bytes before.
func parseHead(raw []byte) (h head, status int, ok bool) {
	for {
		line, rest, found := cutLine(raw)
		if !found {
			return head{}, 0, false
		}
		proto, after, _ := strings.Cut(line, " ")
		code, reason, _ := strings.Cut(strings.TrimLeft(after, " "), " ")
		n, err := strconv.Atoi(code)
		if err != nil || !strings.HasPrefix(proto, "HTTP/") {
			return head{}, 0, false
		}
		h = head{proto: proto, reason: reasonOf(reason)}
		for raw = rest; ; raw = rest {
			if line, rest, found = cutLine(raw); !found {
				return head{}, 0, false
			}
			if line == "" {
				raw = rest
				break
			}
			h.add(line)
		}
		if n >= 200 || n == http.StatusSwitchingProtocols {
			return h, n, true
		}
	}
}

func cutLine(raw []byte) (line string, rest []byte, found bool) {
	before, rest, found := bytes.Cut(raw, []byte("\n"))
	return string(bytes.TrimSuffix(before, []byte("\r"))), rest, found
}

// add takes one line: a field, or a field's folded rest, which a blank joins
// (RFC 9112, 5.2).
func (h *head) add(line string) {
	if line[0] == ' ' || line[0] == '\t' {
		if n := len(h.fields); n > 0 {
			last := &h.fields[n-1]
			last.Value = strings.TrimLeft(last.Value+" "+strings.Trim(line, " \t"), " ")
		}
		return
	}
	name, value, _ := strings.Cut(line, ":")
	h.fields = append(h.fields, capture.Field{Name: name, Value: strings.Trim(value, " \t")})
}

// reasonOf is a reason phrase as text.
func reasonOf(s string) string { return strings.ToValidUTF8(strings.TrimSpace(s), "\ufffd") }

// mappedHead is the head as net/http tells it, in a stable order: by name.
func mappedHead(res *http.Response) (head, error) {
	_, reason, _ := strings.Cut(res.Status, " ")
	h := head{proto: res.Proto, reason: reasonOf(reason)}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(res.Header)) {
		for _, value := range res.Header[name] {
			if size += len(name) + len(value); size > maxHeader {
				return h, fmt.Errorf("%w: header over %d bytes", coding.ErrTooLarge, maxHeader)
			}
			h.fields = append(h.fields, capture.Field{Name: name, Value: value})
		}
	}
	for _, coding := range res.TransferEncoding {
		h.fields = append(h.fields, capture.Field{Name: "Transfer-Encoding", Value: coding})
	}
	return h, nil
}
