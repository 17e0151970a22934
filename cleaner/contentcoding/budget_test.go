package contentcoding

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"baoluu/cleaner/hostile"
)

// Whatever was sent, and whatever it is called, undoing it costs what its size and the
// limit allow.
func TestDecodeWithinBudget(t *testing.T) {
	const (
		limit     = 10 << 20
		zstdFrame = "\x28\xb5\x2f\xfd"
		raw, rle  = 0, 2 // of a block of zstd
	)
	gzipHead := "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00"
	block := func(kind, size uint32, data string) string { // of zstd
		return string(binary.LittleEndian.AppendUint32(nil, size<<3|kind)[:3]) + data
	}
	zeros := make([]byte, 64<<10)
	g := hostile.Grammar{
		Begin: "",
		Tokens: []string{
			"x", "\x00", "\xff", "<p>", "\x0b", "\x06", "\x78\x9c", "1\r\nx\r\n", "0\r\n\r\n", "1;",
			string(apply(t, nil, "gzip")), string(apply(t, []byte("x"), "gzip")), string(apply(t, zeros, "gzip")), string(apply(t, []byte(text), "gzip", "gzip")),
			gzipHead, "\x1f\x8b\x08\x1e", "\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x00name",
			"\x00\x00\x00\xff\xff",                          // an empty block of deflate
			"\x02\x08\x20\x80\x00",                          // four with fixed codes
			"\x03\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00", // the last one, and a checksum
			string(apply(t, zeros, "bare deflate")), string(apply(t, []byte(text), "deflate")),
			string(apply(t, []byte("x"), "zstd")), string(apply(t, zeros, "zstd")), string(apply(t, zeros, "br")), string(apply(t, []byte(text), "br")),
			zstdFrame, zstdFrame + "\x00\x68", zstdFrame + "\x00\xff", zstdFrame + "\xe0\xff\xff\xff\xff\x02\x00\x00\x00", // windows of 8 MB and more, a size that is none
			zstdFrame + "\x00\x68" + block(raw|1, 1, "x"), zstdFrame + "\x00\x68" + block(rle|1, 128<<10, "x"),
			block(raw, 0, ""), block(raw, 1, "x"), block(rle, 128<<10, "x"), block(rle, 0, "x"), block(raw|1, 0, ""),
			"\x50\x2a\x4d\x18\x00\x00\x00\x00", "\x50\x2a\x4d\x18\xff\xff\xff\xff",
		},
		Pairs: [][2]string{{gzipHead, "\x01\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"}, {"5\r\nabcde\r\n", "0\r\n\r\n"}, {zstdFrame + "\x00\x68", block(raw|1, 0, "")}},
	}
	for _, named := range []string{"gzip", "deflate", "br", "zstd", "chunked", "what", strings.Repeat("br,deflate,zstd,gzip,", 4)} {
		for _, begin := range []string{"", gzipHead, zstdFrame + "\x00\x68", "\x78\x9c"} {
			g.Begin = begin
			hostile.Check(t, g, func(doc []byte) { _, _ = Decode(doc, []string{named}, limit) })
		}
	}
}

// A coding that a body does not have is tried once, however often it is named: it may break
// off as late as one can.
func TestCodingsAreTriedOnce(t *testing.T) {
	for name, end := range map[string]int{"br": 2, "deflate": 5} {
		coded := apply(t, bytes.Repeat([]byte("\x01\x02"), 1<<20), map[string]string{"br": "br", "deflate": "bare deflate"}[name])
		sent := append(coded[:len(coded)-end:len(coded)-end], 0xff, 0xff, 0xff, 0xff)
		undo := func(named string) hostile.Cost {
			return hostile.Measure(sent, func(doc []byte) {
				if u, err := Decode(doc, []string{named}, 10<<20); err == nil || !bytes.Equal(u.Body, sent) {
					t.Errorf("%s: %d bytes, %v", named, len(u.Body), err)
				}
			})
		}
		undo(name) // the pools are filled
		if once, often := undo(name), undo(strings.Repeat(name+",", maxNamed)); often.Allocated > 2*once.Allocated {
			t.Errorf("%s: %d bytes allocated where it is named once, %d where it is named %d times", name, once.Allocated, often.Allocated, maxNamed)
		}
	}
}
