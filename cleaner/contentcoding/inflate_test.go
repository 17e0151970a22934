package contentcoding

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// byStandard inflates one member by the standard library: what it holds, and what
// stands behind it.
func byStandard(member []byte) (data, rest []byte, err error) {
	r := bytes.NewReader(member)
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, nil, err
	}
	z.Multistream(false)
	data, err = io.ReadAll(z)
	return data, member[len(member)-r.Len():], err
}

// agrees fails the test where the Inflater takes for a sound member what is none,
// or finds something else in it.
func agrees(t testing.TB, z *Inflater, member []byte) (ok bool) {
	t.Helper()
	if len(member) < LeastGzip || GzipSize(member) > 1<<24 {
		return false
	}
	out := make([]byte, GzipSize(member))
	if !z.Inflate(out, member) {
		return false
	}
	data, rest, err := byStandard(member)
	if err != nil || len(rest) > 0 || !bytes.Equal(data, out) {
		t.Fatalf("%d bytes inflated; the standard library has %d, leaves %d, and says %v", len(out), len(data), len(rest), err)
	}
	return true
}

// words are 20 kB of words that come again and again.
func words(seed uint64) []byte {
	d := rand.New(rand.NewPCG(seed, 1))
	var b []byte
	for len(b) < 20_000 {
		b = fmt.Appendf(b, "<p>%x</p>\n", d.Uint64N(1<<d.Uint64N(24)))
	}
	return b
}

// What a compressor writes is inflated, at every level; and nothing else is.
func TestInflater(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var z Inflater // for several members, as it is used
		for range 5 {
			parts := rapid.SliceOfN(rapid.OneOf(
				rapid.SliceOfN(rapid.Byte(), 0, 300),
				rapid.Map(rapid.IntRange(0, 70_000), func(n int) []byte { return make([]byte, n) }),
				rapid.Map(rapid.IntRange(0, 500), func(n int) []byte { return bytes.Repeat([]byte("chữ "), n) }),
				rapid.Map(rapid.Uint64(), words),
			), 0, 6).Draw(rt, "parts")
			var b bytes.Buffer
			w, err := gzip.NewWriterLevel(&b, rapid.IntRange(gzip.HuffmanOnly, gzip.BestCompression).Draw(rt, "level"))
			if err != nil {
				rt.Fatal(err)
			}
			flush := rapid.Bool().Draw(rt, "flush")
			for _, p := range parts {
				if _, err = w.Write(p); err == nil && flush {
					err = w.Flush()
				}
				if err != nil {
					rt.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				rt.Fatal(err)
			}
			member := b.Bytes()
			if !agrees(t, &z, member) {
				rt.Fatal("a sound member is refused")
			}
			hurt := bytes.Clone(member)
			hurt[rapid.IntRange(0, len(hurt)-1).Draw(rt, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
			agrees(t, &z, hurt)
			for _, other := range [][]byte{append(bytes.Clone(member), member...), append(bytes.Clone(member), 0), member[:len(member)-1]} {
				if agrees(t, &z, other) {
					rt.Fatal("what is no member is taken for one")
				}
			}
		}
	})
}

// What is no gzip file has no sum that would give a mistake away: so the deflated
// data alone is inflated, and has to be what the standard library says it is.
func FuzzInflater(f *testing.F) {
	for _, text := range []string{"", "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", text, string(words(1))} {
		member := apply(f, []byte(text), "gzip")
		f.Add(member[gzipHeader : len(member)-gzipTrailer])
	}
	f.Add([]byte("\x01\x01\x00\xfe\xffa"))                // stored
	f.Add([]byte("\x00\x00\x00\xff\xff\x03\x00"))         // flushed
	f.Add([]byte("\x4b\x04\x00"))                         // fixed codes
	f.Add([]byte("\x05\xc0\x01\x09\x00\x00\x00\x80\x00")) // codes of one bit
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 16
		r := bytes.NewReader(data)
		want, err := io.ReadAll(io.LimitReader(flate.NewReader(r), most+1))
		sound := err == nil && r.Len() == 0 && len(want) <= most

		z := Inflater{in: append(bytes.Clone(data), make([]byte, gzipTrailer)...)}
		out := make([]byte, most)
		n, ok := z.blocks(out)
		ok = ok && z.at-z.n>>3 == len(data)
		if ok != sound || ok && !bytes.Equal(out[:n], want) {
			t.Fatalf("%v, %d bytes; the standard library: %d, leaves %d, %v", ok, n, len(want), r.Len(), err)
		}
	})
}
