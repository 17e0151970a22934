// Package coding undoes HTTP content codings within bounds: for answers as they
// come from the network, and as they lie in WARC files.
package coding

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// Accepted is what [Undo] undoes, as an Accept-Encoding header.
const Accepted = "gzip, deflate, br, zstd"

// ErrTooLarge is returned when a body exceeds its limit, as sent or with its
// codings undone.
var ErrTooLarge = errors.New("body too large")

// maxCodings bounds how many codings may lie over one another: more than one
// is rare, more than three is an attack.
const maxCodings = 3

// maxPooled is the largest buffer that is kept for the next body: larger ones are rare.
const maxPooled = 1 << 20

// Bounded is like [io.LimitedReader], but going beyond the limit is an error,
// [ErrTooLarge], and not an end.
type Bounded struct {
	R    io.Reader
	Left int64 // bytes that may still come
	Got  int64 // bytes that came
}

func (b *Bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.Left+1 {
		p = p[:b.Left+1]
	}
	n, err := b.R.Read(p)
	b.Got += int64(n)
	if int64(n) > b.Left {
		n = int(b.Left)
		err = ErrTooLarge
	}
	b.Left -= int64(n)
	return n, err
}

// ErrCoding is returned where content codings cannot be undone from the first byte on:
// one is unknown, or is none, or they are too many.
var ErrCoding = errors.New("content coding")

// Undo undoes the codings of a body that are named in a Content-Encoding header; where
// none is, it gives the body itself, however long. The notes say what was undone and what
// was not. What comes to more than limit bytes is [ErrTooLarge]. Any other error but
// [ErrCoding] says that the body is hurt or cut, and comes with what there is of it.
func Undo(sent []byte, contentEncoding string, limit int64) (body []byte, notes []string, err error) {
	var codings []string
	for c := range strings.SplitSeq(strings.ToLower(contentEncoding), ",") {
		if c = strings.TrimSpace(c); c != "" && c != "identity" {
			codings = append(codings, c)
		}
	}
	if len(codings) == 0 || len(sent) == 0 { // as of a 304 or a redirect
		return sent, nil, nil
	}
	if len(codings) == 1 && strings.TrimPrefix(codings[0], "x-") == "gzip" {
		if body, ok := inflated(sent, limit); ok {
			return body, []string{undone(codings[0])}, nil
		}
	}
	plain, close, notes, err := layers(bytes.NewReader(sent), codings)
	defer close()
	if err != nil {
		return nil, notes, err
	}
	body, err = ReadAll(&Bounded{R: plain, Left: limit})
	return body, notes, err
}

func undone(coding string) string { return "content-encoding " + coding + " undone" }

// inflated is what one sound gzip member holds, and that is what servers send, but for
// the strangest. From memory to memory it takes less time than as a stream
// (docs/decisions/0021-inflating.md).
func inflated(sent []byte, limit int64) ([]byte, bool) {
	if len(sent) < LeastGzip {
		return nil, false
	}
	// What says that it is longer than gzip can make it says no true length.
	const most = 1032
	n := int64(GzipSize(sent))
	if n > limit || n > most*int64(len(sent)) {
		return nil, false
	}
	z := inflaters.Get().(*Inflater)
	defer inflaters.Put(z)
	body := make([]byte, n)
	return body, z.Inflate(body, sent)
}

var inflaters = sync.Pool{New: func() any { return new(Inflater) }}

// ReadAll is [io.ReadAll], but what it gives takes no more room than it needs.
func ReadAll(r io.Reader) ([]byte, error) {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	_, err := buf.ReadFrom(r)
	b := bytes.Clone(buf.Bytes())
	if buf.Cap() <= maxPooled {
		buffers.Put(buf)
	}
	return b, err
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// layers lays readers over r that undo the codings. close is never nil; it is to be
// called when done.
func layers(r io.Reader, codings []string) (_ io.Reader, close func(), notes []string, err error) {
	close = func() {}
	if len(codings) > maxCodings {
		return nil, close, nil, fmt.Errorf("%w: %d over one another", ErrCoding, len(codings))
	}
	for i := len(codings) - 1; i >= 0; i-- {
		coding := codings[i]
		br := bufio.NewReader(r)
		head, _ := br.Peek(4)
		r = br
		if len(head) == 0 {
			break // nothing has no coding to undo
		}
		switch coding {
		case "gzip", "x-gzip":
			if len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
				// Some servers name a coding that they did not apply.
				notes = append(notes, "content-encoding gzip named, not applied")
				continue
			}
			r, err = gzip.NewReader(br)
		case "deflate":
			// The name means zlib; many servers send bare deflate.
			if len(head) >= 2 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
				r, err = zlib.NewReader(br)
			} else {
				r = flate.NewReader(br)
			}
		case "br":
			r = brotli.NewReader(br)
		case "zstd":
			var z *zstd.Decoder
			// 8 MiB is the largest window that RFC 9659 allows over HTTP.
			z, err = zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
			if err == nil {
				r, close = z, chain(close, z.Close)
			}
		default:
			return nil, close, notes, fmt.Errorf("unknown %w %q", ErrCoding, coding)
		}
		if err != nil {
			return nil, close, notes, fmt.Errorf("%w: undo %s: %w", ErrCoding, coding, err)
		}
		notes = append(notes, undone(coding))
	}
	return r, close, notes, nil
}

func chain(a, b func()) func() {
	return func() { b(); a() }
}
