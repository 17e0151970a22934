package sampleweb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// RoundTripper is the way to the web in memory: no sockets, http and https
// alike, fit for testing/synctest. Like a bare transport it follows no redirect
// and decodes nothing. A request given up, by its context or by closing the
// body, ends the handler that answers it.
func (w *Web) RoundTripper() http.RoundTripper { return &memory{web: w} }

type memory struct{ web *Web }

func (m *memory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body.Close()
	}
	ctx, cancel := context.WithCancel(r.Context())
	in := r.Clone(context.WithValue(ctx, wayKey{}, func() way { return way{scheme: r.URL.Scheme} }))
	in.URL.Scheme, in.URL.Host = "", ""
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	in.RequestURI, in.Body = in.URL.RequestURI(), http.NoBody
	body, pipe := io.Pipe()
	out := &pipeWriter{header: http.Header{}, pipe: pipe, left: -1, sent: make(chan struct{}), head: r.Method == http.MethodHead}
	broken := make(chan error, 1)
	go func() {
		defer cancel()
		err := out.serve(m.web, in)
		if !errors.Is(err, io.EOF) && r.Context().Err() != nil {
			err = context.Cause(r.Context()) // a client that gave up reads why
		}
		pipe.CloseWithError(err)
		broken <- err
	}()
	select {
	case <-out.sent:
	case err := <-broken:
		select {
		case <-out.sent: // both were ready: the header came first
		default:
			body.Close()
			return nil, fmt.Errorf("read %s: %w", r.URL.Host, err)
		}
	case <-r.Context().Done():
		body.Close()
		return nil, context.Cause(r.Context())
	}
	stop := context.AfterFunc(r.Context(), func() { pipe.CloseWithError(context.Cause(r.Context())) })
	return &http.Response{
		Status: strconv.Itoa(out.status) + " " + http.StatusText(out.status), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.kept, ContentLength: out.length, Request: r,
		Body: &memoryBody{PipeReader: body, done: func() { stop(); cancel() }},
	}, nil
}

// memoryBody ends the handler when it is closed.
type memoryBody struct {
	*io.PipeReader
	done func()
}

func (b *memoryBody) Close() error {
	b.done()
	return b.PipeReader.Close()
}

// pipeWriter is the handler's side of an exchange in memory.
type pipeWriter struct {
	pipe   *io.PipeWriter
	head   bool // a HEAD request: no body
	header http.Header

	once   sync.Once
	sent   chan struct{} // closed when the fields below are set
	status int
	kept   http.Header
	length int64

	left int64 // of what Content-Length promised; -1: nothing promised
}

func (p *pipeWriter) Header() http.Header { return p.header }

// Flush is here for http.ResponseController; a pipe holds nothing back.
func (p *pipeWriter) Flush() {}

func (p *pipeWriter) WriteHeader(status int) {
	p.once.Do(func() {
		p.status, p.kept, p.length = status, p.header.Clone(), -1
		if p.kept.Get("Date") == "" {
			p.kept.Set("Date", time.Now().UTC().Format(http.TimeFormat))
		}
		if p.kept["Content-Type"] == nil {
			p.kept.Del("Content-Type")
		}
		if n, err := strconv.ParseInt(p.kept.Get("Content-Length"), 10, 64); err == nil {
			p.length, p.left = n, n
		}
		if p.head || status == http.StatusNotModified || status == http.StatusNoContent {
			p.left = 0
		}
		if status == http.StatusNotModified {
			p.length = 0
		}
		close(p.sent)
	})
}

func (p *pipeWriter) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	if p.left >= 0 && int64(len(b)) > p.left {
		return 0, http.ErrContentLength
	}
	n, err := p.pipe.Write(b)
	if p.left >= 0 {
		p.left -= int64(n)
	}
	return n, err
}

// serve runs the handler and says how the body ends: io.EOF, or the error that
// a client of a real server would read.
func (p *pipeWriter) serve(h http.Handler, r *http.Request) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if e, ok := v.(error); !ok || !errors.Is(e, http.ErrAbortHandler) {
				panic(v)
			}
			err = syscall.ECONNRESET
		}
	}()
	h.ServeHTTP(p, r)
	p.WriteHeader(http.StatusOK)
	if p.left > 0 {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}
