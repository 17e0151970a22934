package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// page makes a page of about 100 kB that packs about as well as the newspapers' own
// (1 to 6), each its own.
func page(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	words := strings.Fields("nước sông dâng cao người dân ven bờ được đưa đến nơi an toàn trong đêm chính quyền địa phương cho biết mưa lớn còn kéo dài hai ngày tới")
	var b strings.Builder
	b.WriteString("<html><body>")
	for b.Len() < 100_000 {
		fmt.Fprintf(&b, `<div class="item" data-id="%d"><a href="/xa-hoi/bai-%x.htm">`, r.IntN(1e9), r.Uint64())
		for range 12 {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		b.WriteString("</a></div>\n")
	}
	return []byte(b.String())
}

// sample is a WARC file of n records, and what is in it.
func sample(t testing.TB, n int) (file []byte, plain int64) {
	t.Helper()
	var b bytes.Buffer
	w := warcfile.NewWriter(&b)
	for i := range n {
		body := page(uint64(i % 20))
		h := warcfile.Header{{Name: warcfile.FieldType, Value: warcfile.TypeResponse}, {Name: warcfile.FieldURL, Value: fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-%017d.htm", i)}, {Name: warcfile.FieldDate, Value: early}}
		if _, err := w.Write(h, []byte("HTTP/1.1 200 \r\nContent-Type: text/html\r\n\r\n"), body); err != nil {
			t.Fatal(err)
		}
		plain += int64(len(body))
	}
	return b.Bytes(), plain
}

func readRecords(t testing.TB, r io.Reader) int {
	reader, err := warcfile.NewReader(r, func(p warcfile.Problem) { t.Errorf("%+v", p) })
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for n := 0; ; n++ {
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err == nil {
			_, err = io.Copy(io.Discard, rec.Block)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The ratio to the same without records is what counts: alone/op against read/op.
func BenchmarkRead(b *testing.B) {
	file, plain := sample(b, 400)
	var alone, read time.Duration
	b.SetBytes(plain)
	for b.Loop() {
		start := time.Now()
		z, err := gzip.NewReader(bytes.NewReader(file))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, z); err != nil {
			b.Fatal(err)
		}
		alone += time.Since(start)
		start = time.Now()
		readRecords(b, bytes.NewReader(file))
		read += time.Since(start)
	}
	b.ReportMetric(float64(alone)/float64(read), "x-of-gunzip-speed")
}

func BenchmarkWrite(b *testing.B) {
	var pages [][]byte
	for i := range 20 {
		pages = append(pages, page(uint64(i)))
	}
	h := warcfile.Header{{Name: warcfile.FieldType, Value: warcfile.TypeResponse}, {Name: warcfile.FieldURL, Value: articleURL}, {Name: warcfile.FieldDate, Value: early}}
	var alone, written time.Duration
	z := gzip.NewWriter(io.Discard)
	w := warcfile.NewWriter(io.Discard)
	for b.Loop() {
		start := time.Now()
		for _, p := range pages {
			z.Reset(io.Discard)
			z.Write(p)
			z.Close()
		}
		alone += time.Since(start)
		start = time.Now()
		for _, p := range pages {
			if _, err := w.Write(h, []byte("HTTP/1.1 200 \r\n\r\n"), p); err != nil {
				b.Fatal(err)
			}
		}
		written += time.Since(start)
	}
	b.ReportMetric(float64(written)/float64(alone), "x-of-gzip-cost")
}

// repeated gives b again and again, n bytes of it.
type repeated struct {
	b    []byte
	at   int
	left int64
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.b[r.at:])
	r.at = (r.at + n) % len(r.b)
	r.left -= int64(n)
	return n, nil
}

// large is how many bytes a test of memory reads or writes: gigabytes where
// BAOLUU_LARGE says how many.
func large(t testing.TB, usual int64) int64 {
	t.Helper()
	gb := os.Getenv("BAOLUU_LARGE")
	if gb == "" {
		return usual
	}
	n, err := strconv.ParseInt(gb, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return n << 30
}

// nowhere is where the files of an export go that only their size is wanted of.
type nowhere struct{}

func (nowhere) Create(string) (io.Writer, error) { return io.Discard, nil }

// Memory does not grow with what is exported. 10 GB of WARC files, a million
// records:
//
//	BAOLUU_LARGE=10 go test ./archive/warc -run TestWriteLarge -v -timeout 30m
func TestWriteLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory: not under the race detector")
	}
	body := make([]byte, 10_000) // does not pack, as pictures do not: it is the size of the files that counts
	for i, r := 0, rand.New(rand.NewPCG(1, 1)); i < len(body); i++ {
		body[i] = byte(r.Uint32())
	}
	const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // is not looked at
	total := large(t, 20<<20)
	x := &exporter{site: siteNamed(t, "dantri"), options: ExportOptions{Software: "baoluu/test"}, sink: nowhere{}}
	defer x.index.close()
	at := time.Date(2026, 4, 8, 10, 0, 0, 0, sites.Zone)
	peak := peakMemory(t, func() {
		for n := uint64(1); x.w == nil || x.count.Bytes+x.w.Written() < total; n++ {
			c := capture.Capture{
				Number: n, URL: fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-%017d.htm", n*7919%1_000_003), Kind: capture.Response, Status: 200,
				ContentType: "text/html", Time: at.Add(time.Duration(n) * time.Second), Digest: digest, Size: int64(len(body)),
			}
			if err := x.record(c, nil, body); err != nil {
				t.Fatal(err)
			}
		}
		x.endFile()
		if err := x.index.writeTo(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%d bytes written in %d files, %d captures; peak memory %d bytes", x.count.Bytes, x.count.Files, x.count.Captures, peak)
	if peak > 128<<20 {
		t.Errorf("peak memory %d bytes", peak)
	}
}

// Memory does not grow with the file. 10 GB of WARC file:
//
//	BAOLUU_LARGE=10 go test ./archive/warc -run TestReadLarge -v -timeout 30m
func TestReadLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory: not under the race detector")
	}
	file, _ := sample(t, 100)
	times := large(t, 10*int64(len(file)))/int64(len(file)) + 1
	peak := peakMemory(t, func() {
		if n := readRecords(t, &repeated{b: file, left: times * int64(len(file))}); int64(n) != 100*times {
			t.Errorf("%d records of %d", n, 100*times)
		}
	})
	t.Logf("%d bytes read, peak memory %d bytes", times*int64(len(file)), peak)
	if peak > 128<<20 {
		t.Errorf("peak memory %d bytes", peak)
	}
}

// peakMemory is the most that the heap takes while fn runs, looked at often.
func peakMemory(t testing.TB, fn func()) uint64 {
	t.Helper()
	runtime.GC()
	done := make(chan struct{})
	peak := make(chan uint64)
	go func() {
		var most uint64
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				tick.Stop()
				peak <- most
				return
			case <-tick.C:
			}
		}
	}()
	fn()
	close(done)
	return <-peak
}
