package warcfile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"github.com/klauspost/compress/gzip"
)

// Span is where a record lies in its file.
type Span struct{ Offset, Length int64 }

// Writer writes WARC 1.1, each record a gzip member of its own, so that a reader
// can begin at any.
type Writer struct {
	out   countingWriter
	gz    *gzip.Writer
	start []byte
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// NewWriter writes to w, which is the caller's to close.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: countingWriter{w: w}, gz: gzip.NewWriter(io.Discard)}
}

// Written is how many bytes were written.
func (w *Writer) Written() int64 { return w.out.n }

// Write writes one record, and says where it lies. The block is the parts, one behind the
// other; its digest and length are added to the header.
func (w *Writer) Write(h Header, block ...[]byte) (Span, error) {
	s := Span{Offset: w.out.n}
	length, sum := 0, sha256.New()
	for _, part := range block {
		length += len(part)
		sum.Write(part)
	}
	b := append(w.start[:0], "WARC/1.1\r\n"...)
	for _, f := range h {
		b = append(append(append(append(b, f.Name...), ": "...), f.Value...), "\r\n"...)
	}
	b = append(b, FieldBlock+": sha256:"...)
	b = hex.AppendEncode(b, sum.Sum(nil))
	b = append(b, "\r\n"+fieldLength+": "...)
	b = strconv.AppendInt(b, int64(length), 10)
	b = append(b, "\r\n\r\n"...)
	w.start = b

	w.gz.Reset(&w.out)
	for _, part := range append([][]byte{b}, append(block, []byte("\r\n\r\n"))...) {
		if _, err := w.gz.Write(part); err != nil {
			return s, fmt.Errorf("write record: %w", err)
		}
	}
	if err := w.gz.Close(); err != nil {
		return s, fmt.Errorf("write record: %w", err)
	}
	s.Length = w.out.n - s.Offset
	return s, nil
}
