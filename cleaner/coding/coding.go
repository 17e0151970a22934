// Package coding undoes HTTP content codings within bounds: for answers as they
// come from the network, and as they lie in WARC files.
package coding

import (
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"

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

// Undo lays readers over r that undo the codings named in a Content-Encoding
// header. The notes say what was undone and what was not. close is never nil; call
// it when done.
func Undo(r io.Reader, contentEncoding string) (_ io.Reader, close func(), notes []string, err error) {
	close = func() {}
	var codings []string
	for c := range strings.SplitSeq(strings.ToLower(contentEncoding), ",") {
		if c = strings.TrimSpace(c); c != "" && c != "identity" {
			codings = append(codings, c)
		}
	}
	if len(codings) > maxCodings {
		return nil, close, nil, fmt.Errorf("%d content codings", len(codings))
	}
	for i := len(codings) - 1; i >= 0; i-- {
		coding := codings[i]
		br := bufio.NewReader(r)
		head, _ := br.Peek(4)
		r = br
		if len(head) == 0 {
			break // an empty body, as of a 304 or a redirect, has no coding to undo
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
			return nil, close, notes, fmt.Errorf("unknown content coding %q", coding)
		}
		if err != nil {
			return nil, close, notes, fmt.Errorf("undo %s: %w", coding, err)
		}
		notes = append(notes, "content-encoding "+coding+" undone")
	}
	return r, close, notes, nil
}

func chain(a, b func()) func() {
	return func() { b(); a() }
}
