package warc

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/klauspost/compress/gzip"

	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
	"baoluu/cleaner/hostile"
)

// readThrough reads all records of a file and their blocks, and gives what ended it.
func readThrough(file io.Reader) error {
	r, err := warcfile.NewReader(file, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		rec, err := r.Next()
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, rec.Block); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
	}
}

func TestHostileRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	g := hostile.Grammar{
		Begin: "WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
		End:   "\r\n\r\n",
		Tokens: []string{
			"WARC/1.1\n", "WARC/1.1\r\n", "\n", "\r\n", " x\n", " \n", "A%d: b\n", ":\n", "x", "\x00", "\ufeff",
			"Content-Length: 0\n", "Content-Length: 10\n", "Content-Length: 1000000\n", "Content-Length: 9223372036854775807\n", "WARC-A: b\n",
			"WARC-Type: response\nWARC-Target-URI: https://dantri.com.vn/%d.htm\nWARC-Date: 2022\n", "HTTP/1.1 200 OK\r\n", gzipHead, "\x28\xb5\x2f\xfd", "\x51\x2a\x4d\x18\x00\x00\x00\x00",
		},
		Pairs: [][2]string{{"WARC/1.1\nWARC-Type: response\n", "Content-Length: 4\n\nabc\n\n"}, {"WARC/1.1\nWARC-A: b\nContent-Length: 100000\n\n", "\n"}},
	}
	pack := func(doc []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(doc)
		w.Close()
		return b.Bytes()
	}
	for name, read := range map[string]func(doc []byte){
		"plain":         func(doc []byte) { readThrough(bytes.NewReader(doc)) },
		"as a stream":   func(doc []byte) { readThrough(bytes.NewBuffer(doc)) },
		"gzip":          func(doc []byte) { readThrough(bytes.NewReader(pack(doc))) },
		"gzip, damaged": func(doc []byte) { readThrough(bytes.NewReader(append(pack([]byte(g.Begin))[:20], doc...))) },
		"zstd, damaged": func(doc []byte) { readThrough(bytes.NewReader(append([]byte(warctest.Zstd(t, nil, g.Begin)), doc...))) },
		"imported": func(doc []byte) {
			im := newImporter(nil, ImportOptions{})
			r, err := warcfile.NewMeteredReader(bytes.NewReader(doc), im.meter, nil)
			if err != nil {
				return
			}
			defer r.Close()
			for {
				rec, err := r.Next()
				if err != nil {
					return
				}
				if block, err := im.read(rec); err == nil {
					im.items(rec, block, im.options.Site, false)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) { hostile.Check(t, g, read) })
	}
}
