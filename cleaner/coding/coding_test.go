package coding

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// apply lays the named codings over b, the first innermost.
func apply(t testing.TB, b []byte, codings ...string) []byte {
	t.Helper()
	for _, c := range codings {
		var out bytes.Buffer
		var w io.WriteCloser
		var err error
		switch c {
		case "gzip", "x-gzip":
			w = gzip.NewWriter(&out)
		case "deflate":
			w = zlib.NewWriter(&out)
		case "bare deflate":
			w, err = flate.NewWriter(&out, 6)
		case "br":
			w = brotli.NewWriter(&out)
		case "zstd":
			w, err = zstd.NewWriter(&out)
		default:
			t.Fatal(c)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b = out.Bytes()
	}
	return b
}

const text = "Nước sông dâng cao trong đêm."

func TestUndo(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		codings      []string
		notes        int
	}{
		{"none", "", nil, 0},
		{"identity", "identity", nil, 0},
		{"gzip", "gzip", []string{"gzip"}, 1},
		{"x-gzip", "X-GZip", []string{"gzip"}, 1},
		{"gzip that is none", "gzip", nil, 1},
		{"deflate", "deflate", []string{"deflate"}, 1},
		{"bare deflate", "deflate", []string{"bare deflate"}, 1},
		{"brotli", " br ", []string{"br"}, 1},
		{"zstd", "zstd", []string{"zstd"}, 1},
		{"in the order of the header", "gzip, br", []string{"gzip", "br"}, 2},
		{"three, identity and empty names apart", "deflate,,zstd, identity, gzip", []string{"deflate", "zstd", "gzip"}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, notes, err := Undo(apply(t, []byte(text), tt.codings...), tt.header, 1<<20)
			if err != nil || string(got) != text || len(notes) != tt.notes {
				t.Errorf("%q, notes %q, error %v", got, notes, err)
			}
			if got, _, err := Undo(nil, tt.header, 1<<20); len(got) > 0 || err != nil {
				t.Errorf("nothing: %q, error %v", got, err)
			}
		})
	}
}

func TestUndoRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		header string
		body   []byte
	}{
		"a coding that is unknown": {"compress", []byte(text)},
		"too many codings":         {"gzip, gzip, gzip, gzip", apply(t, []byte(text), "gzip", "gzip", "gzip", "gzip")},
		"gzip without a header":    {"gzip", []byte("\x1f\x8b")},
		"brotli that is none":      {"br", []byte("\xff\xff" + text)},
		"zstd that is none":        {"zstd", []byte(text)},
	} {
		if got, _, err := Undo(tt.body, tt.header, 1<<20); err == nil {
			t.Errorf("%s: %q, no error", name, got)
		}
	}
}

// A body that is cut gives what there is of it, and an error.
func TestUndoCut(t *testing.T) {
	long := strings.Repeat(text, 4000)
	for _, c := range []string{"gzip", "deflate", "br", "zstd"} {
		whole := apply(t, []byte(long), c)
		for _, n := range []int{len(whole) - 1, len(whole) / 2, 5} {
			got, _, err := Undo(whole[:n], c, 1<<20)
			if err == nil || !strings.HasPrefix(long, string(got)) {
				t.Errorf("%s, %d of %d bytes: %d undone, error %v", c, n, len(whole), len(got), err)
			}
		}
	}
}

// A bomb ends at the limit, whatever it is made of.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 16<<20)
	for _, codings := range [][]string{{"gzip"}, {"deflate"}, {"br"}, {"zstd"}, {"gzip", "gzip"}, {"br", "zstd", "gzip"}} {
		const limit = 1 << 20
		got, _, err := Undo(apply(t, zeros, codings...), strings.Join(codings, ","), limit)
		if !errors.Is(err, ErrTooLarge) || len(got) > limit {
			t.Errorf("%v: %d bytes, error %v", codings, len(got), err)
		}
	}
}

func TestBounded(t *testing.T) {
	for limit, want := range map[int64]error{3: ErrTooLarge, 4: nil, 5: nil} {
		b := &Bounded{R: strings.NewReader("four"), Left: limit}
		got, err := io.ReadAll(b)
		if !errors.Is(err, want) || int64(len(got)) != min(limit, 4) {
			t.Errorf("limit %d: %q, error %v", limit, got, err)
		}
	}
}

func FuzzUndo(f *testing.F) {
	for _, c := range []string{"gzip", "deflate", "br", "zstd"} {
		f.Add(apply(f, []byte(text), c), c)
	}
	f.Add(apply(f, []byte(text), "gzip", "br"), "gzip, br")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		const limit = 1 << 16
		got, _, err := Undo(body, header, limit)
		if len(got) > max(limit, len(body)) {
			t.Fatalf("%d bytes", len(got))
		}
		if again, _, err2 := Undo(body, header, limit); !bytes.Equal(again, got) || (err == nil) != (err2 == nil) {
			t.Fatal("undone twice, two results")
		}
	})
}
