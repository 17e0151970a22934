package warc

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
	"baoluu/cleaner/hostile"
)

// gzipHead begins a member.
const gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"

func TestHostileHeads(t *testing.T) {
	hostile.Check(t, hostile.Grammar{
		Begin: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", End: "\r\nbody",
		Tokens: []string{
			" x\n", " \r\n", "\tx\r\n", "A%d: b\r\n", "a:\n", ":", "x", "\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 ", "200 ", "Link: <a>; rel=original\r\n", "Content-Encoding: gzip\r\n",
			"Transfer-Encoding: chunked\r\n", "X-Archive-Orig-Content-Length: 1\r\n",
		},
		Pairs: [][2]string{{"A: ", "\r\n"}},
	}, func(doc []byte) {
		if m, payload, err := parseMessage(doc); err == nil {
			m.decode(payload, maxBody)
			m.length()
		}
		var h warcfile.Head
		for line := range bytes.Lines(doc) {
			if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
				h.Add(line)
			}
		}
		h.Done()
	})
}

// bombOf is a gzip member of some bytes over and over.
func bombOf(t testing.TB, begin, what string, size int) string {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, begin)
	chunk := strings.Repeat(what, 1+(1<<16)/len(what))
	for n := 0; n < size; n += len(chunk) {
		io.WriteString(w, chunk)
	}
	w.Close()
	return b.String()
}

// A bomb ends the reading of its file, with a name, and costs nothing of what was read
// before. It is the work that counts, whatever makes it.
func TestImportBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	sound := record("response", articleURL, early, "HTTP/1.1 200 OK\r\n\r\n"+articlePage("Nước sông", "Dâng cao."))
	empty := "WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
	const size = 96 << 20
	var frame bytes.Buffer
	z, err := zstd.NewWriter(&frame)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 * size / (1 << 16) {
		z.Write(make([]byte, 1<<16))
	}
	z.Close()
	page := func(i int) string {
		return record("response", fmt.Sprintf("https://dantri.com.vn/the-gioi/%d.htm", i), early, "HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat(" ", 4<<20))
	}
	var pages []string
	for i := range 24 {
		pages = append(pages, page(i))
	}
	damaged := []byte(bombOf(t, "", "a", 2<<20-1<<17))
	damaged[len(damaged)-6] ^= 0xff
	for name, file := range map[string]string{
		"a block":                   warctest.Gzip(t, sound) + bombOf(t, "WARC/1.1\r\nContent-Length: 1000000000\r\n\r\n", "\x00", 3*size),
		"blank lines":               warctest.Gzip(t, sound) + bombOf(t, empty, "\n", 3*size),
		"junk":                      warctest.Gzip(t, sound) + bombOf(t, empty, "WARC is no record\n", 6*size),
		"first lines":               warctest.Gzip(t, sound) + bombOf(t, "", "WARC/1.1\n", size),
		"records without a header":  warctest.Gzip(t, sound) + bombOf(t, "", "WARC/1.1\n\n", size),
		"empty records":             warctest.Gzip(t, sound) + bombOf(t, "", empty, size),
		"fields":                    warctest.Gzip(t, sound) + bombOf(t, "", "WARC/1.1\n"+strings.Repeat("a:\n", 1000)+"\n", size),
		"records that are too long": warctest.Gzip(t, sound) + bombOf(t, "", "WARC/1.1\nWARC-A: b\nContent-Length: 1000000\n\n", size),
		"damaged members":           warctest.Gzip(t, sound) + strings.Repeat(string(damaged), 200),
		"zstd":                      warctest.Zstd(t, nil, sound) + frame.String(),
		"pages":                     warctest.Gzip(t, sound) + warctest.Gzip(t, pages...),
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			var problems []string
			n, err := Import(context.Background(), opened(a), strings.NewReader(file), ImportOptions{Problem: func(p warcfile.Problem) { problems = append(problems, p.What) }})
			if err != nil || n.Captures == 0 || n.Articles != 1 || n.Captures > 16 {
				t.Errorf("%+v, %v", n, err)
			}
			if last := fmt.Sprint(problems[max(0, len(problems)-1):]); !strings.Contains(last, warcfile.ErrTooMuch.Error()) {
				t.Errorf("the last problem is %s", last)
			}
		})
	}
	if _, err := Import(context.Background(), nil, strings.NewReader(bombOf(t, "", "\n", 3*size)), ImportOptions{}); !errors.Is(err, warcfile.ErrTooMuch) {
		t.Errorf("nothing but a bomb: %v", err)
	}
}

// What a bomb is made of is no harm as long as it is no more than files hold: pages that
// repeat each other, packed one by one or as a whole, a page that waits for its like.
func TestImportRepetitive(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred pages are cleaned: TestImportBombs says the other half")
	}
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "<li><a href=\"/tin-%d.htm\">Nước sông dâng cao trong đêm thứ %d, người dân phải đi</a></li>\n", i*7919, i)
	}
	var pages []string
	for i := range 100 {
		pages = append(pages, record("response", fmt.Sprintf("https://dantri.com.vn/the-gioi/x-%d.htm", 20221224083224103+i), early, "HTTP/1.1 200 OK\r\n\r\n"+fmt.Sprintf("<p>%d</p>", i)+text.String()))
	}
	for name, file := range map[string]string{
		"plain":            strings.Join(pages, ""),
		"gzip by record":   warctest.Gzip(t, pages...),
		"gzip as a whole":  warctest.Gzip(t, strings.Join(pages, "")),
		"zstd by record":   warctest.Zstd(t, nil, pages...),
		"zstd as a whole":  warctest.Zstd(t, nil, strings.Join(pages, "")),
		"many small":       strings.Repeat("\r\n", 1<<20) + strings.Join(pages[:2], strings.Repeat("\r\n", 1<<20)) + strings.Join(pages[2:], ""),
		"many empty gzips": warctest.Gzip(t, pages...) + strings.Repeat(warctest.Gzip(t, ""), 20_000),
	} {
		t.Run(name, func(t *testing.T) {
			var problems []string
			n, err := Import(context.Background(), opened(newArchive(t, t.TempDir())), strings.NewReader(file), ImportOptions{Problem: func(p warcfile.Problem) {
				if !p.Note {
					problems = append(problems, p.What)
				}
			}})
			if err != nil || n.Captures != len(pages) || len(problems) > 0 {
				t.Errorf("%+v, %v, %q", n, err, problems)
			}
		})
	}
}

// A page that was asked for a thousand times, and had not changed, costs a thousand looks,
// not a million.
func TestImportManyRevisits(t *testing.T) {
	const many = 1500
	at := func(i int) string { return time.Unix(1671850800+int64(i), 0).UTC().Format(time.RFC3339) }
	revisit := func(i int, fields ...string) string {
		return record("revisit", articleURL, at(i), "", append(fields, "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified")...)
	}
	first := record("response", articleURL, at(0), "HTTP/1.1 200 OK\r\n\r\n"+articlePage("Nước sông", "Dâng cao."))
	var alone, behind, backwards strings.Builder
	for i := range many {
		alone.WriteString(revisit(i))
		behind.WriteString(revisit(i+1, "WARC-Payload-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"))
		backwards.WriteString(record("response", articleURL, at(many-i), fmt.Sprintf("HTTP/1.1 404 Not Found\r\n\r\n%d", i)))
	}
	for name, file := range map[string]string{"nothing before": alone.String(), "behind a page": first + behind.String(), "backwards": backwards.String()} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			im := newImporter(opened(a), ImportOptions{Problem: func(p warcfile.Problem) { t.Error(p.What) }})
			if err := im.run(context.Background(), strings.NewReader(file)); err != nil || im.count.Captures < many {
				t.Errorf("%+v, %v", im.count, err)
			}
			if most := int64(many * 1 << 20); im.meter.Spent() > most {
				t.Errorf("it cost %d, more than %d", im.meter.Spent(), most)
			}
			sound(t, a)
		})
	}
}

// overlapping is a zip whose list names one file again and again.
func overlapping(t testing.TB, raw string, method uint16, size uint32, names int) []byte {
	t.Helper()
	var b bytes.Buffer
	header := func(magic string, name string, central bool) {
		b.WriteString(magic)
		if central {
			b.Write([]byte{20, 0})
		}
		b.Write([]byte{20, 0, 0, 0})
		for _, v := range []any{method, uint32(0), crc32.ChecksumIEEE(nil), uint32(len(raw)), size, uint16(len(name)), uint16(0)} {
			binary.Write(&b, binary.LittleEndian, v)
		}
		if central {
			b.Write(make([]byte, 14)) // comment, disk, attributes, and the place of the file
		}
		b.WriteString(name)
	}
	header(localMagic, "archive/0.warc", false)
	b.WriteString(raw)
	start := b.Len()
	for i := range names {
		header(centralMagic, fmt.Sprintf("archive/%d.warc", i), true)
	}
	size32 := uint32(b.Len() - start)
	b.WriteString("PK\x05\x06\x00\x00\x00\x00")
	binary.Write(&b, binary.LittleEndian, [2]uint16{uint16(names), uint16(names)})
	binary.Write(&b, binary.LittleEndian, [2]uint32{size32, uint32(start)})
	b.Write([]byte{0, 0})
	return b.Bytes()
}

func TestImportZipBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	good := warctest.Gzip(t, record("response", articleURL, early, "HTTP/1.1 200 OK\r\n\r\n"+articlePage("Nước sông", "Dâng cao.")))
	many := []zipFile{{name: "archive/good.warc.gz", text: good}}
	for i := range 3000 {
		many = append(many, zipFile{name: fmt.Sprintf("archive/%d.warc", i)})
	}
	deep := []zipFile{{name: "archive/good.warc.gz", text: good}}
	for range 60 {
		deep = append(deep, zipFile{name: strings.Repeat("a/", 32_000) + "b"})
	}
	bomb := zipOf(t, zipFile{name: "archive/good.warc.gz", text: good}, zipFile{name: "archive/bomb.warc", text: "WARC/1.1\r\nContent-Length: 0\r\n\r\n" + strings.Repeat("\n", 300<<20), method: zip.Deflate}, zipFile{name: "archive/last.warc.gz", text: good})
	for name, tt := range map[string]struct {
		file     []byte
		captures int
		problem  string
	}{
		"many files":            {zipOf(t, many...), 1, warcfile.ErrTooMuch.Error()},
		"deep names":            {zipOf(t, deep...), 1, "datapackage.json"},
		"one file, many names":  {overlapping(t, strings.TrimSuffix(good, "x"), zip.Store, uint32(len(good)), 3000), 0, "lies where another file does"},
		"a bomb between others": {bomb, 1, warcfile.ErrTooMuch.Error()},
		"packed twice":          {zipOf(t, zipFile{name: "archive/a.warc.gz", text: good}, zipFile{name: "archive/b.warc.gz", text: bombOf(t, "", "\n", 300<<20), method: zip.Deflate}), 1, warcfile.ErrTooMuch.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, t.TempDir())
			var problems []string
			cost := hostile.Measure(tt.file, func(file []byte) {
				n, err := ImportWACZ(context.Background(), opened(a), bytes.NewReader(file), int64(len(file)), ImportOptions{Problem: func(p warcfile.Problem) {
					if len(problems) < 5000 {
						problems = append(problems, p.What)
					}
				}})
				if n.Captures < tt.captures {
					t.Errorf("%+v, %v", n, err)
				}
			})
			if !strings.Contains(strings.Join(problems, "\n"), tt.problem) {
				t.Errorf("problems %.500q, want %q", problems, tt.problem)
			}
			if cost.Allocated > 600<<20 {
				t.Errorf("%d bytes allocated for %d", cost.Allocated, len(tt.file))
			}
		})
	}
}

// A page's captures from the newest to the oldest, very many and next to nothing in each, have
// its history rebuilt with every batch: that ends where it costs more than the file may.
func TestHostileOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	const captures = 6000
	var text strings.Builder
	for i := range captures {
		at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Minute).Format(time.RFC3339)
		text.WriteString(record("response", "https://dantri.com.vn/xa-hoi/tin-20260101000000000.htm", at, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x"))
	}
	n, problems := importText(t, newArchive(t, t.TempDir()), ImportOptions{}, text.String())
	if n.Captures == 0 || len(problems) == 0 || !strings.Contains(problems[len(problems)-1], warcfile.ErrTooMuch.Error()) {
		t.Errorf("%d captures in %d bytes: %d taken, %q; want some, and %v", captures, text.Len(), n.Captures, problems, warcfile.ErrTooMuch)
	}
}
