package patch

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"
)

// unpack is another's decoder.
func unpack(t testing.TB, dictionary, frame []byte) []byte {
	t.Helper()
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderDictRaw(0, dictionary))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	body, err := d.DecodeAll(frame, nil)
	if err != nil {
		t.Fatalf("a frame of %d bytes against %d: %v", len(frame), len(dictionary), err)
	}
	return body
}

// roundTrip packs a body with each way of indexing, and unpacks it.
func roundTrip(t testing.TB, e *Encoder, dictionary, body []byte) (size int) {
	t.Helper()
	for _, every := range []int{8, 1} {
		var d Dictionary
		d.Index(dictionary, every)
		frame := e.Append([]byte("before"), &d, body)[len("before"):]
		if got := unpack(t, dictionary, frame); !bytes.Equal(got, body) {
			t.Fatalf("%d bytes against %d, every %d: other bytes came back, %d of them", len(body), len(dictionary), every, len(got))
		}
		size = len(frame)
	}
	return size
}

// page is HTML of about n bytes; those of the same template have most of it in common.
func page(template, text *rand.Rand, n int) []byte {
	var b bytes.Buffer
	words := strings.Fields("nhà cầu đường sông Lam chợ Vinh mưa nắng người dân xã huyện tỉnh học trò ông giáo mùa gặt biển thuyền đêm sáng")
	for b.Len() < n {
		fmt.Fprintf(&b, "<div class=\"c-%x\" data-of=%q>\n", template.Uint32(), fmt.Sprint(template.Uint64()))
		if b.Len()%5 == 0 {
			b.WriteString("<p>")
			for range 40 {
				b.WriteString(words[text.IntN(len(words))] + " ")
			}
			b.WriteString("</p>\n")
		}
	}
	return b.Bytes()
}

func pages(n int) (dictionary, body []byte) {
	of := func(seed uint64) []byte { return page(rand.New(rand.NewPCG(1, 1)), rand.New(rand.NewPCG(2, seed)), n) }
	return of(1), of(2)
}

// TestSizes holds what comes out against what another encoder makes of the same.
func TestSizes(t *testing.T) {
	var e Encoder
	for _, n := range []int{2_000, 60_000, 127_000, 300_000} {
		dictionary, body := pages(n)
		w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1), zstd.WithEncoderDictRaw(0, dictionary))
		if err != nil {
			t.Fatal(err)
		}
		other := len(w.EncodeAll(body, nil))
		size := roundTrip(t, &e, dictionary, body)
		t.Logf("%d bytes: %d, by klauspost/compress %d", len(body), size, other)
		if size*10 > other*11 {
			t.Errorf("%d bytes come to %d, another encoder brings them to %d", len(body), size, other)
		}
	}
}

// TestEdges packs what is at the border of something.
func TestEdges(t *testing.T) {
	dictionary, body := pages(300_000)
	noise := make([]byte, 400_000)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	one := bytes.Repeat([]byte("a"), 300_000)
	var e Encoder
	for _, n := range []int{0, 1, 7, 8, 9, 15, 31, 32, 255, 256, 257, 1023, 1024, 4095, 4096, 16383, 16384, 65791, 65792, maxBlock - 1, maxBlock, maxBlock + 1, 2 * maxBlock, 2*maxBlock + 1} {
		for name, from := range map[string][]byte{"page": body, "noise": noise, "one letter": one} {
			t.Run(fmt.Sprintf("%s of %d", name, n), func(t *testing.T) {
				for _, against := range [][]byte{nil, from[:min(n, 7)], dictionary, from[:n], from[n/2:]} {
					if size := roundTrip(t, &e, against, from[:n]); size > n+9+3*(1+n/maxBlock) {
						t.Errorf("%d bytes came to %d", n, size)
					}
				}
			})
		}
	}
}

// TestLengths packs matches and literals of each length that has a code.
func TestLengths(t *testing.T) {
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	var e Encoder
	for _, c := range []*coding{literalLengths, matchLengths} {
		for _, first := range c.first {
			for _, n := range []int{int(first), int(first) + 1} {
				n = min(n, maxBlock-20)
				other := bytes.Clone(noise[150_000 : 150_000+n]) // stands nowhere else
				roundTrip(t, &e, noise[:150_000], bytes.Join([][]byte{noise[100:120], other, noise[1000 : 1000+min(n, 140_000)], noise[:9]}, nil))
			}
		}
	}
}

// TestManyOfOneEncoder packs other bodies against other dictionaries with one encoder,
// past the point where its places are counted from 0 again.
func TestManyOfOneEncoder(t *testing.T) {
	e := Encoder{}
	dictionary, body := pages(20_000)
	roundTrip(t, &e, dictionary, body)
	e.base = math.MaxUint32 - 100_000
	for i := range 8 {
		roundTrip(t, &e, dictionary[i*100:], body[i*77:])
		roundTrip(t, &e, body, dictionary)
	}
	if e.base > math.MaxUint32/2 {
		t.Errorf("places were not counted from 0 again")
	}
}

func TestAnything(t *testing.T) {
	var e Encoder
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SliceOfN(rapid.Byte(), 1, 4).Draw(t, "letters")
		text := rapid.SliceOf(rapid.SampledFrom(letters))
		dictionary, part := text.Draw(t, "dictionary"), text.Draw(t, "part")
		body := bytes.Repeat(part, rapid.IntRange(1, 500).Draw(t, "times"))
		body = append(body, dictionary[len(dictionary)/2:]...)
		var d Dictionary
		d.Index(dictionary, rapid.IntRange(1, 9).Draw(t, "every"))
		r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderDictRaw(0, dictionary))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if got, err := r.DecodeAll(e.Append(nil, &d, body), nil); err != nil || !bytes.Equal(got, body) {
			t.Fatalf("%d bytes came back of %d: %v", len(got), len(body), err)
		}
	})
}

func FuzzAppend(f *testing.F) {
	dictionary, body := pages(3_000)
	f.Add(dictionary, body)
	f.Add([]byte(nil), []byte("a"))
	f.Add([]byte("xã Nghi Xuân, huyện Nghi Lộc"), bytes.Repeat([]byte("huyện Nghi Lộc, "), 300))
	var e Encoder
	f.Fuzz(func(t *testing.T, dictionary, body []byte) { roundTrip(t, &e, dictionary, body) })
}

// TestZstd has the zstd of its makers unpack frames, where it is installed.
func TestZstd(t *testing.T) {
	tool, err := exec.LookPath("zstd")
	if err != nil {
		t.Skip("needs zstd: apt-get install zstd")
	}
	dir := t.TempDir()
	file := func(name string, b []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var e Encoder
	for _, n := range []int{300, 20_000, 127_000, 500_000} {
		dictionary, body := pages(n)
		for _, body := range [][]byte{body, append(bytes.Clone(dictionary), "thêm"...)} {
			var d Dictionary
			d.Index(dictionary, 1)
			out, err := exec.Command(tool, "-d", "-c", "--patch-from="+file("base", dictionary), file("frame.zst", e.Append(nil, &d, body))).Output()
			if err != nil || !bytes.Equal(out, body) {
				t.Errorf("%d bytes: zstd gives %d: %v", len(body), len(out), err)
			}
		}
	}
}

// BenchmarkAppend packs real pages against one of them, as klauspost/compress does
// besides. An op is all of them.
func BenchmarkAppend(b *testing.B) {
	files, err := filepath.Glob("../../../shared/pages/dantri/dantri-2022-*-2022*.html")
	if err != nil || len(files) < 2 {
		b.Skip("needs ../shared/pages: ", err)
	}
	var pages [][]byte
	for _, f := range files {
		page, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, page)
	}
	packs := func(b *testing.B, pack func(out, page []byte) []byte) {
		size := 0
		var frame []byte
		for b.Loop() {
			size = 0
			for _, page := range pages[1:] {
				frame = pack(frame[:0], page)
				size += len(frame)
			}
		}
		b.ReportMetric(float64(size), "bytes")
	}
	b.Run("patch", func(b *testing.B) {
		var e Encoder
		var d Dictionary
		d.Index(pages[0], 2)
		packs(b, func(out, page []byte) []byte { return e.Append(out, &d, page) })
	})
	b.Run("klauspost", func(b *testing.B) {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1), zstd.WithEncoderDictRaw(0, pages[0]))
		if err != nil {
			b.Fatal(err)
		}
		packs(b, func(out, page []byte) []byte { return w.EncodeAll(page, out) })
	})
	b.Run("index", func(b *testing.B) {
		var d Dictionary
		for b.Loop() {
			d.Index(pages[0], 2)
		}
	})
}
