package warcfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"baoluu/archive/warcfile/warctest"
	"baoluu/cleaner/contentcoding"

	"github.com/klauspost/compress/gzip"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

// whatIsRead is all that a reader gives: of each record its place, header and block,
// and what it tells between them.
func whatIsRead(t testing.TB, file io.Reader, workers int) (said []string) {
	t.Helper()
	r, err := NewReader(file, func(p Problem) { said = append(said, p.What) })
	if err != nil {
		return []string{err.Error()}
	}
	defer r.Close()
	if r.in.ahead != nil {
		r.in.ahead.inflaters = make([]contentcoding.Inflater, workers)
	}
	for {
		rec, err := r.Next()
		if err != nil {
			return append(said, err.Error())
		}
		block, err := io.ReadAll(io.LimitReader(rec.Block, 1<<20))
		said = append(said, fmt.Sprint(rec.Offset, rec.Version, rec.Header, string(block), err))
	}
}

// anyMember draws what may stand in a gzip'd file: members small and large, with
// all that a header may have, of one record or more, records that hold gzip files,
// and what is no member.
func anyMember(t testing.TB, rt *rapid.T) []byte {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
	noise := make([]byte, rapid.SampledFrom([]int{0, 10, 100, 1000, 10_000, 300_000}).Draw(rt, "noise"))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	text := strings.Repeat("chữ nghĩa ", rapid.SampledFrom([]int{0, 1, 10, 100, 1000, 10_000}).Draw(rt, "text"))
	block := string(noise) + text
	switch rapid.IntRange(0, 9).Draw(rt, "block") {
	case 0:
		block = "\x1f\x8b\x08" + block
	case 1:
		block += warctest.Gzip(t, warctest.Response("http://within/", block), "x")
	}
	content := warctest.Response(fmt.Sprintf("http://%d/", len(block)), block)
	switch rapid.IntRange(0, 12).Draw(rt, "kind") {
	case 0:
		content += warctest.Response("http://second/", "of one member")
	case 1:
		content = ""
	case 2:
		return noise
	case 3:
		return gzipMagic
	}
	level := rapid.SampledFrom([]int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, gzip.DefaultCompression}).Draw(rt, "level")
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		rt.Fatal(err)
	}
	switch rapid.IntRange(0, 5).Draw(rt, "header") {
	case 0:
		w.Extra = []byte("sl\x08\x00\x1f\x8b\x08\x00\x1f\x8b\x08\x00")
	case 1:
		w.Name = "a.warc"
	case 2:
		w.Comment = "\x1f\u008b\x08"
	}
	if _, err := io.WriteString(w, content); err != nil {
		rt.Fatal(err)
	}
	if rapid.IntRange(0, 9).Draw(rt, "flushed") == 0 {
		if err := w.Flush(); err != nil {
			rt.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		rt.Fatal(err)
	}
	return b.Bytes()
}

// Members inflated at once give the same records, in the same order, with the same
// said of them, as one after another; whatever the file, whatever happened to it,
// and however it comes.
func TestReadAheadIsReading(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		file := warctest.Gzip(t, warctest.Response("http://first/", "so that it is gzip"))
		for range rapid.IntRange(0, 20).Draw(rt, "members") {
			file += string(anyMember(t, rt))
		}
		damaged := []byte(file)
		for range rapid.SampledFrom([]int{0, 0, 1, 5}).Draw(rt, "hurts") {
			damaged[rapid.IntRange(3, len(damaged)-1).Draw(rt, "at")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "by"))
		}
		if rapid.IntRange(0, 3).Draw(rt, "cut") == 0 {
			damaged = damaged[:rapid.IntRange(3, len(damaged)).Draw(rt, "length")]
		}
		come := rapid.SampledFrom([]func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader,
			func(r io.Reader) io.Reader { return io.MultiReader(r, iotest.ErrReader(errors.New("unplugged"))) },
		}).Draw(rt, "come")
		want := whatIsRead(t, come(bytes.NewReader(damaged)), 0)
		for _, workers := range []int{1, 3} {
			got := whatIsRead(t, come(bytes.NewReader(damaged)), workers)
			if !slices.Equal(got, want) {
				for i := range min(len(got), len(want)) {
					if got[i] != want[i] {
						rt.Fatalf("%d workers: %d: got %.300q, want %.300q", workers, i, got[i], want[i])
					}
				}
				rt.Fatalf("%d workers: %d said, want %d", workers, len(got), len(want))
			}
		}
	})
}

// Whoever closes a reader before the end leaves nothing behind.
func TestReaderCloses(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	member := warctest.Gzip(t, warctest.Response("http://a/", strings.Repeat("chữ nghĩa ", 10_000)))
	file := strings.Repeat(member, 60) // three rounds
	for _, records := range []int{0, 1, 30, 60} {
		for _, workers := range []int{0, 4} {
			r, err := NewReader(strings.NewReader(file), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.in.ahead.inflaters = make([]contentcoding.Inflater, workers)
			for range records {
				if _, err := r.Next(); err != nil {
					t.Fatal(err)
				}
			}
			r.Close()
		}
	}
}
