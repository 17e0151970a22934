package contentcoding

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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
		if c == "chunks" {
			fmt.Fprintf(&out, "5;chunk-signature=ab\r\n%s\r\n%x;chunk-signature=cd\r\n%s\r\n0;chunk-signature=ef\r\nx-amz-checksum:x\r\n\r\n", b[:5], len(b)-5, b[5:])
			b = out.Bytes()
			continue
		}
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

func TestDecode(t *testing.T) {
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

		{"in quotes", `"gzip"`, []string{"gzip"}, 1},
		{"in single quotes", "'br'", []string{"br"}, 1},
		{"with a weight", "gzip;q=1.0", []string{"gzip"}, 1},
		{"x-deflate", "x-deflate", []string{"bare deflate"}, 1},
		{"x-zstd", "X-Zstd", []string{"zstd"}, 1},
		{"twice, applied twice", "gzip, gzip", []string{"gzip", "gzip"}, 1},
		{"twice, applied once", "gzip, gzip", []string{"gzip"}, 2},
		{"two, the inner applied", "br, gzip", []string{"br"}, 2},
		{"two, the outer applied", "br, gzip", []string{"gzip"}, 2},
		{"two in the wrong order", "gzip, br", []string{"br", "gzip"}, 3},
		{"four times, applied once", "gzip, gzip, gzip, gzip", []string{"gzip"}, 2},
		{"deflate that is none", "deflate", nil, 1},
		{"brotli that is none", "br", nil, 1},
		{"zstd that is none", "zstd", nil, 1},
		{"all, and none is", "br, zstd, deflate, gzip", nil, 4},
		{"gzip that is brotli", "gzip", []string{"br"}, 2},
		{"gzip that is zstd", "gzip", []string{"zstd"}, 2},
		{"gzip that is zlib", "gzip", []string{"deflate"}, 2},
		{"gzip that is bare deflate", "gzip", []string{"bare deflate"}, 2},
		{"deflate that is gzip", "deflate", []string{"gzip"}, 2},
		{"brotli that is gzip", "br", []string{"gzip"}, 2},
		{"zstd that is brotli", "zstd", []string{"br"}, 2},
		{"none by name", "none", nil, 1},
		{"a charset", "UTF-8", nil, 1},
		{"binary", "binary", nil, 1},
		{"7bit", "7bit", nil, 1},
		{"8bit", "8BIT", nil, 1},
		{"a transfer coding", "chunked", nil, 1},
		{"a content type", "text/html; charset=utf-8", nil, 1},
		{"an unknown name", "rot13", nil, 1},
		{"aws-chunked", "gzip,aws-chunked", []string{"gzip"}, 2},
		{"aws-chunked with chunks", "aws-chunked", []string{"chunks"}, 1},
		{"aws-chunked with chunks around gzip", "gzip,aws-chunked", []string{"gzip", "chunks"}, 2},
		{"once, applied twice", "gzip", []string{"gzip", "gzip"}, 2},
		{"brotli once, applied twice", "br", []string{"br", "br"}, 2},
		{"utf-8 inside", "utf-8, gzip", []string{"gzip"}, 2},
		{"an unknown name around gzip", "x-foo", []string{"gzip"}, 2},
		{"pack200-gzip around a page", "pack200-gzip", []string{"gzip"}, 2},
		{"one name for two codings", "x-foo", []string{"gzip", "zstd"}, 3},
		{"blanks for a comma", "gzip deflate", []string{"gzip"}, 2},
		{"an unknown name around brotli", "brotli", []string{"br"}, 2},
		{"names without end", strings.Repeat("gzip,", 5000), []string{"gzip"}, 2},
		{"many names", numbered(5000), nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, page := range []string{page, "\xff\xfe<\x00p\x00>\x00", "<html><p>Tr\xfd\xddng \xe2\xab c\xf3 s\xad\xac\xf7ng</p> in a charset of old"} {
				u, err := Decode(apply(t, []byte(page), tt.codings...), []string{tt.header}, 1<<20)
				if err != nil || string(u.Body) != page || len(u.Notes) != tt.notes {
					t.Errorf("%.40q, notes %q, error %v", u.Body, u.Notes, err)
				}
				if u.Ended != (len(tt.codings) > 0) {
					t.Errorf("ended: %v", u.Ended)
				}
			}
			if u, err := Decode(nil, []string{tt.header}, 1<<20); len(u.Body) > 0 || err != nil {
				t.Errorf("nothing: %q, error %v", u.Body, err)
			}
		})
	}
}

const page = "<html><body><h1>" + text + "</h1><p>" + text + "</p></body></html>"

// numbered are n names of no coding.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "x%d,", i)
	}
	return b.String()
}

// Each Content-Encoding line counts, in their order.
func TestDecodeLines(t *testing.T) {
	u, err := Decode(apply(t, []byte(page), "br", "gzip"), []string{"br", "identity", "gzip"}, 1<<20)
	if err != nil || string(u.Body) != page {
		t.Errorf("%q, %v", u.Body, err)
	}
}

// A transfer coding lies over the content codings, and chunked is none of them.
func TestNamed(t *testing.T) {
	named := Named([]string{"br"}, []string{"identity, GZIP, Chunked", "chunked"})
	u, err := Decode(apply(t, []byte(page), "br", "gzip"), named, 1<<20)
	if err != nil || string(u.Body) != page || len(u.Notes) != 2 {
		t.Errorf("%q: %q, %q, %v", named, u.Body, u.Notes, err)
	}
	if named := Named(nil, []string{"chunked"}); len(named) > 0 {
		t.Errorf("%q", named)
	}
}

// What servers append to a stream costs nothing of it, and a note says so.
func TestDecodeBehind(t *testing.T) {
	for _, c := range []string{"gzip", "deflate", "bare deflate", "br", "zstd"} {
		for _, behind := range []string{"\x00", "\r\n", "\r\n\r\n", strings.Repeat("\x00", 700), "junk", "\x1f\x8b", "\x1f\x8b\x08 is no member", "\x1f\x8b\x08", "\x1f\x8b\x08\x00\x00\x00", "<!-- served by 4 -->"} {
			long := strings.Repeat(page, 20)
			sent := append(apply(t, []byte(long), c), behind...)
			header := strings.TrimPrefix(c, "bare ")
			u, err := Decode(sent, []string{header}, 1<<20)
			if err != nil || string(u.Body) != long || !u.Ended || len(u.Notes) != 2 || !strings.Contains(u.Notes[1], "behind") {
				t.Errorf("%s, then %.20q: %d bytes, %q, ended %v, %v", c, behind, len(u.Body), u.Notes, u.Ended, err)
			}
		}
	}
	for _, c := range []string{"gzip", "zstd"} { // RFC 1952, 2.2; RFC 8878, 3.1
		both := append(apply(t, []byte(page), c), apply(t, []byte(text), c)...)
		for _, behind := range []string{"", "\x00\x00", "x"} {
			if u, err := Decode(append(both, behind...), []string{c}, 1<<20); err != nil || string(u.Body) != page+text {
				t.Errorf("two of %s: %q, %v", c, u.Body, err)
			}
		}
	}
}

// A stream whose data are all there is read, whatever its checksum says.
func TestDecodeChecksums(t *testing.T) {
	for c, size := range map[string]int{"gzip": 8, "deflate": 4, "zstd": 4} {
		sound := apply(t, []byte(page), c)
		for cut := 1; cut <= size; cut++ {
			u, err := Decode(sound[:len(sound)-cut], []string{c}, 1<<20)
			if err != nil || string(u.Body) != page || u.Ended || len(u.Notes) != 2 {
				t.Errorf("%s without %d of its sum: %q, %q, %v", c, cut, u.Body, u.Notes, err)
			}
			hurt := bytes.Clone(sound)
			hurt[len(hurt)-cut] ^= 0x55
			u, err = Decode(hurt, []string{c}, 1<<20)
			if err != nil || string(u.Body) != page || u.Ended || len(u.Notes) != 2 {
				t.Errorf("%s with another sum: %q, %q, %v", c, u.Body, u.Notes, err)
			}
		}
	}
}

// What cannot be decoded is kept as it was sent, with a note that says why.
func TestDecodeRefuses(t *testing.T) {
	junk := make([]byte, 300)
	_, _ = rand.NewChaCha8([32]byte{7}).Read(junk)
	middle := func(coding string) []byte {
		b := apply(t, words(3), coding)
		copy(b[len(b)/2:], junk)
		return b
	}
	for name, tt := range map[string]struct {
		header string
		body   []byte
	}{
		"compress":                        {"compress", append([]byte("\x1f\x9d\x90"), junk...)},
		"a coding that is unknown":        {"rot13", junk},
		"too many codings":                {"gzip, gzip, gzip, gzip", apply(t, []byte(text), "gzip", "gzip", "gzip", "gzip")},
		"gzip without a header":           {"gzip", []byte("\x1f\x8b\x08 no gzip")},
		"gzip of no sense":                {"gzip", append([]byte(GzipMagic+"\x00\x00\x00\x00\x00\x00\x03\x07"), junk...)},
		"gzip that is damaged":            {"gzip", middle("gzip")},
		"zlib that is damaged":            {"deflate", middle("deflate")},
		"zstd that is damaged":            {"zstd", middle("zstd")},
		"gzip that is none":               {"gzip", junk},
		"deflate that is none":            {"deflate", junk},
		"brotli that is none":             {"br", junk},
		"zstd that is none":               {"zstd", junk},
		"brotli in gzip, and it is not":   {"br, gzip", apply(t, junk, "gzip")},
		"deflate that breaks off at once": {"0, deflate", []byte("\xd9")},
		"a page behind an empty member":   {"gzip", append(apply(t, nil, "gzip"), page...)},
		"a dictionary":                    {"dcz", append([]byte("\x5e\x2a\x4d\x18\x20\x00\x00\x00"), junk...)},
	} {
		u, err := Decode(tt.body, []string{tt.header}, 1<<20)
		if !errors.Is(err, ErrCoding) || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: error %v", name, err)
		}
		if !bytes.Equal(u.Body, tt.body) || u.Ended || len(u.Notes) != 1 || !strings.HasPrefix(u.Notes[0], "body kept as it was sent: ") {
			t.Errorf("%s: %d bytes, %q, ended %v", name, len(u.Body), u.Notes, u.Ended)
		}
	}
}

// Files that are known by how they begin make sense, though they are no text.
func TestDecodeFiles(t *testing.T) {
	for _, file := range []string{"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\x02", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00\x01\x02", "PK\x03\x04\x00\x01\x02\x03\x04", "RIFF\x01\x02\x03\x04WEBPVP8 \x01\x02"} {
		for _, header := range []string{"gzip", "br", "deflate", "zstd", "binary"} {
			u, err := Decode([]byte(file), []string{header}, 1<<20)
			if err != nil || string(u.Body) != file || len(u.Notes) != 1 {
				t.Errorf("%s of %.8q: %q, %v", header, file, u.Notes, err)
			}
		}
	}
}

// A body that is cut gives what there is of it, and an error.
func TestDecodeCut(t *testing.T) {
	long := string(words(5))
	for _, c := range []string{"gzip", "deflate", "bare deflate", "br", "zstd"} {
		whole := apply(t, []byte(long), c)
		for _, n := range []int{len(whole) - 9, len(whole) * 2 / 3, len(whole) / 2, 5} {
			for _, header := range []string{strings.TrimPrefix(c, "bare "), "gzip, " + strings.TrimPrefix(c, "bare ")} {
				u, err := Decode(whole[:n], []string{header}, 1<<20)
				if c == "zstd" && n == len(whole)-9 {
					continue // one block, and nothing comes of a part
				}
				switch {
				case u.Ended, strings.Contains(strings.Join(u.Notes, ""), "behind"):
					t.Errorf("%s, %d of %d bytes: ended", c, n, len(whole))
				case n > 5 && (!errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, ErrCoding)):
					t.Errorf("%s, %d of %d bytes under %q: error %v", c, n, len(whole), header, err)
				case len(u.Body) == 0:
					t.Errorf("%s, %d of %d bytes: nothing, error %v", c, n, len(whole), err)
				case !strings.HasPrefix(long, string(u.Body)) && !bytes.Equal(u.Body, whole[:n]):
					t.Errorf("%s, %d of %d bytes: %d decoded", c, n, len(whole), len(u.Body))
				}
			}
		}
	}
}

// A bomb ends at the limit, whatever it is made of.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 16<<20)
	for _, codings := range [][]string{{"gzip"}, {"deflate"}, {"br"}, {"zstd"}, {"gzip", "gzip"}, {"br", "zstd", "gzip"}} {
		const limit = 1 << 20
		for _, header := range []string{strings.Join(codings, ","), strings.Join(codings, ",") + ",x-unknown"} {
			sent := apply(t, zeros, codings...)
			u, err := Decode(sent, []string{header}, limit)
			if !errors.Is(err, ErrTooLarge) || !bytes.Equal(u.Body, sent) || len(u.Notes) != 1 {
				t.Errorf("%s: %d bytes, %q, error %v", header, len(u.Body), u.Notes, err)
			}
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

// FuzzDecode: whatever is sent under whatever names, what comes of it is bounded and always the
// same, and is what was sent where it cannot be decoded.
func FuzzDecode(f *testing.F) {
	for _, c := range []string{"gzip", "deflate", "bare deflate", "br", "zstd"} {
		sent := apply(f, []byte(text), c)
		for _, header := range []string{strings.TrimPrefix(c, "bare "), "gzip", "br", "utf-8", "x-foo, deflate"} {
			f.Add(sent, header)
		}
		f.Add(sent[:len(sent)/2], c)
		f.Add(append(bytes.Clone(sent), sent...), c)
		f.Add(append(bytes.Clone(sent), "\x00\x00\r\n"...), c)
	}
	f.Add(apply(f, []byte(text), "gzip", "br"), "gzip, br")
	f.Add([]byte("\x50\x2a\x4d\x18\xff\xff\xff\xff"), "zstd")
	f.Add([]byte("\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x00\x02\x00xxname\x00comment\x00ss\x03\x00"), "gzip")
	f.Add([]byte(page), "br, zstd, deflate, gzip")
	f.Fuzz(func(t *testing.T, sent []byte, header string) {
		const limit = 1 << 16
		before := bytes.Clone(sent)
		u, err := Decode(sent, []string{header}, limit)
		switch asSent := bytes.Equal(u.Body, sent); {
		case !bytes.Equal(sent, before):
			t.Fatal("what was sent is changed")
		case len(u.Body) > limit && !asSent:
			t.Fatalf("%d bytes", len(u.Body))
		case len(sent) > 0 && len(u.Body) == 0 && err != nil:
			t.Fatalf("nothing is kept: %v", err)
		case err != nil && !asSent && !errors.Is(err, io.ErrUnexpectedEOF):
			t.Fatalf("not as it was sent: %v", err)
		case err != nil && (u.Ended || asSent && len(u.Notes) != 1):
			t.Fatalf("ended %v, notes %q, error %v", u.Ended, u.Notes, err)
		case len(u.Notes) > 3*(maxNamed+maxCodings):
			t.Fatalf("%d notes", len(u.Notes))
		}
		if again, err2 := Decode(sent, []string{header}, limit); !bytes.Equal(again.Body, u.Body) || (err == nil) != (err2 == nil) {
			t.Fatal("decoded twice, two results")
		}
	})
}

func TestEndsWhole(t *testing.T) {
	for body, want := range map[string]bool{
		"":                                         true,
		"User-agent: *":                            true,
		"\xef\xbb\xbf <html>\n</HTML>\n":           true,
		"<html></html><!-- by cache 4 -->":         true,
		"<!doctype html><p>a</body></html>":        true,
		"<html><body><p>a":                         false,
		"<html><body><p>a</p></body>":              false,
		"<!doctype html><p>a":                      false,
		"<?xml version='1.0'?><urlset></urlset>\n": true,
		"<?xml version='1.0'?><urlset><url>":       false,
		"<rss><channel></channel></rss>":           true,
		"<rss><channel></channel>":                 false,
		"<rdf:RDF></rdf:RDF>":                      true,
		`{"a": 1}`:                                 true,
		`{"a": 1`:                                  false,
		"[1, 2":                                    false,
		"<":                                        false,
		"<html>" + strings.Repeat(text, 999):       false,
		"<html>" + strings.Repeat(text, 999) + "</html><script>": true,
	} {
		if got := EndsWhole([]byte(body)); got != want {
			t.Errorf("%.60q: %v", body, got)
		}
	}
}

func FuzzDechunk(f *testing.F) {
	for _, seed := range []string{"3\r\nabc\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "0\n", "x", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		plain, err := Dechunk(b)
		if len(plain) > len(b) || err == nil && plain == nil {
			t.Fatalf("%d bytes of %d, error %v", len(plain), len(b), err)
		}
	})
}
