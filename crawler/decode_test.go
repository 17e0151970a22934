package crawler

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"baoluu/cleaner/coding"
)

// encode is [coding.Undo]'s opposite, for one coding.
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
	rec := &recorder{maxBody: 100_000}
	tests := []struct {
		name, coding string
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
		{"one more", "", make([]byte, 100_001), nil, coding.ErrTooLarge},
		{"a bomb", "gzip", encode(t, "gzip", make([]byte, 5_000_000)), nil, coding.ErrTooLarge},
		{"a brotli bomb", "br", encode(t, "br", make([]byte, 5_000_000)), nil, coding.ErrTooLarge},
		{"a zstd bomb", "zstd", encode(t, "zstd", make([]byte, 5_000_000)), nil, coding.ErrTooLarge},
		{"cut", "gzip", encode(t, "gzip", body)[:40], nil, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		x := &exchange{}
		err := rec.readBody(received(http.Header{"Content-Encoding": {tt.coding}}, tt.sent), nil, x)
		if !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.err == nil && !bytes.Equal(x.body, tt.want) {
			t.Errorf("%s: %d bytes, want %d", tt.name, len(x.body), len(tt.want))
		}
	}
}

func TestReadBodyRefuses(t *testing.T) {
	rec := &recorder{maxBody: 1000}
	for _, coding := range []string{"compress", "gzip, gzip, gzip, gzip", "rot13"} {
		if err := rec.readBody(received(http.Header{"Content-Encoding": {coding}}, []byte("x")), nil, &exchange{}); err == nil {
			t.Errorf("%s: no error", coding)
		}
	}
	res := received(nil, []byte("short"))
	res.ContentLength = 500
	x := &exchange{}
	if err := rec.readBody(res, nil, x); !errors.Is(err, io.ErrUnexpectedEOF) || string(x.body) != "short" {
		t.Errorf("a length that lies: %v, %q", err, x.body)
	}
	res = received(nil, nil)
	res.ContentLength = 5000
	if err := rec.readBody(res, nil, &exchange{}); !errors.Is(err, coding.ErrTooLarge) {
		t.Errorf("a length beyond the limit: %v", err)
	}
}

// FuzzReadBody holds the limits whatever is sent under whatever coding.
func FuzzReadBody(f *testing.F) {
	for _, coding := range []string{"gzip", "deflate", "br", "zstd", "gzip, zstd"} {
		f.Add(coding, encode(f, coding, []byte("Một ngày nắng đẹp.")))
		f.Add(coding, []byte("nothing of the kind"))
	}
	rec := &recorder{maxBody: 4096}
	f.Fuzz(func(t *testing.T, coding string, sent []byte) {
		x := &exchange{}
		err := rec.readBody(received(http.Header{"Content-Encoding": {coding}}, sent), nil, x)
		if len(x.body) > 4096 || x.received > 4097 {
			t.Fatalf("%d bytes of %d", len(x.body), x.received)
		}
		if err == nil && coding == "" && !bytes.Equal(x.body, sent) {
			t.Fatal("plain bytes changed")
		}
	})
}
