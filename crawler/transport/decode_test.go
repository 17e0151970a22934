package transport

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"baoluu/cleaner/contentcoding"
)

// encode is [contentcoding.Decode]'s opposite, for one coding.
func encode(t testing.TB, coding string, body []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&buf)
	case "deflate":
		w = zlib.NewWriter(&buf)
	case "bare deflate":
		w, err = flate.NewWriter(&buf, 6)
	case "br":
		w = brotli.NewWriter(&buf)
	case "zstd":
		w, err = zstd.NewWriter(&buf)
	default:
		return body
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func received(header http.Header, body []byte) *http.Response {
	return &http.Response{StatusCode: 200, Header: header, ContentLength: -1, Body: io.NopCloser(bytes.NewReader(body))}
}

func TestReadBody(t *testing.T) {
	body := []byte(strings.Repeat("Nước sông dâng cao. ", 500))
	bomb := func(coding string) []byte { return encode(t, coding, make([]byte, 5_000_000)) }
	lzw := []byte("\x1f\x9d\x90\x01\x02\x03")
	rec := &Client{maxBody: 100_000}
	tests := []struct {
		name, coding string // header fields are parted by newlines
		sent         []byte
		want         []byte
		err          error
	}{
		{"plain", "", body, body, nil},
		{"identity", "identity", body, body, nil},
		{"gzip", "gzip", encode(t, "gzip", body), body, nil},
		{"x-gzip", "X-Gzip", encode(t, "gzip", body), body, nil},
		{"deflate", "deflate", encode(t, "deflate", body), body, nil},
		{"bare deflate", "deflate", encode(t, "bare deflate", body), body, nil},
		{"brotli", "br", encode(t, "br", body), body, nil},
		{"zstd", "zstd", encode(t, "zstd", body), body, nil},
		{"two codings", "gzip, br", encode(t, "br", encode(t, "gzip", body)), body, nil},
		{"named, not applied", "gzip", body, body, nil},
		{"empty", "gzip", nil, nil, nil},
		{"exactly the limit", "", make([]byte, 100_000), make([]byte, 100_000), nil},
		{"one more", "", make([]byte, 100_001), nil, contentcoding.ErrTooLarge},
		{"a bomb", "gzip", bomb("gzip"), bomb("gzip"), contentcoding.ErrTooLarge},
		{"a brotli bomb", "br", bomb("br"), bomb("br"), contentcoding.ErrTooLarge},
		{"a zstd bomb", "zstd", bomb("zstd"), bomb("zstd"), contentcoding.ErrTooLarge},
		{"a charset for a coding", "UTF-8", body, body, nil},
		{"zeros behind", "gzip", append(encode(t, "gzip", body), 0, 0, 0), body, nil},
		{"two header fields", "gzip\nbr", encode(t, "br", encode(t, "gzip", body)), body, nil},
		{"unknown", "compress", lzw, lzw, contentcoding.ErrCoding},
		{"none at all", "gzip", []byte("\x1f\x8b\x08 but no gzip"), []byte("\x1f\x8b\x08 but no gzip"), contentcoding.ErrCoding},
		{"cut before anything comes", "gzip", encode(t, "gzip", body)[:12], encode(t, "gzip", body)[:12], io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		x := &Exchange{}
		err := rec.readBody(received(http.Header{"Content-Encoding": strings.Split(tt.coding, "\n")}, tt.sent), nil, x)
		if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if !bytes.Equal(x.Body, tt.want) {
			t.Errorf("%s: %d bytes, want %d", tt.name, len(x.Body), len(tt.want))
		}
		if (err != nil) != slices.ContainsFunc(x.Notes, func(n string) bool { return strings.HasPrefix(n, "body ") }) {
			t.Errorf("%s: notes %q", tt.name, x.Notes)
		}
	}
	// What came of a body that is cut is kept.
	x := &Exchange{}
	err := rec.readBody(received(http.Header{"Content-Encoding": {"gzip"}}, encode(t, "gzip", body)[:len(encode(t, "gzip", body))-12]), nil, x)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(x.Body) == 0 || !bytes.HasPrefix(body, x.Body) {
		t.Errorf("cut: %q, %v", x.Body, err)
	}
}

func TestReadBodyRefuses(t *testing.T) {
	rec := &Client{maxBody: 1000}
	res := received(nil, []byte("short"))
	res.ContentLength = 500
	x := &Exchange{}
	if err := rec.readBody(res, nil, x); !errors.Is(err, io.ErrUnexpectedEOF) || string(x.Body) != "short" {
		t.Errorf("a length that lies: %v, %q", err, x.Body)
	}
	res = received(nil, nil)
	res.ContentLength = 5000
	if err := rec.readBody(res, nil, &Exchange{}); !errors.Is(err, contentcoding.ErrTooLarge) {
		t.Errorf("a length beyond the limit: %v", err)
	}
}

// FuzzReadBody holds the limits whatever is sent under whatever coding.
func FuzzReadBody(f *testing.F) {
	for _, coding := range []string{"gzip", "deflate", "br", "zstd", "gzip, zstd"} {
		f.Add(coding, encode(f, coding, []byte("Một ngày nắng đẹp.")))
		f.Add(coding, []byte("nothing of the kind"))
	}
	rec := &Client{maxBody: 4096}
	f.Fuzz(func(t *testing.T, coding string, sent []byte) {
		x := &Exchange{}
		err := rec.readBody(received(http.Header{"Content-Encoding": {coding}}, sent), nil, x)
		if len(x.Body) > 4096 || x.Received > 4097 {
			t.Fatalf("%d bytes of %d", len(x.Body), x.Received)
		}
		if len(x.Body) == 0 && err != nil && len(sent) > 0 && len(sent) <= 4096 {
			t.Fatalf("nothing is kept: %v", err)
		}
		if err == nil && coding == "" && !bytes.Equal(x.Body, sent) {
			t.Fatal("plain bytes changed")
		}
	})
}
