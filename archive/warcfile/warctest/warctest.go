package warctest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Record is a record as text; its lines end as nl says.
func Record(nl string, block string, fields ...string) string {
	return "WARC/1.0" + nl + strings.Join(fields, nl) + nl + fmt.Sprintf("Content-Length: %d", len(block)) + nl + nl + block + nl + nl
}

// Response is a response record of an address, its lines ending in CR LF.
func Response(url, block string) string {
	return Record("\r\n", block, "WARC-Type: response", "WARC-Target-URI: "+url, "WARC-Date: 2016-04-10T01:12:23Z",
		"WARC-Record-ID: <urn:uuid:"+url+">", "Content-Type: application/http; msgtype=response")
}

// Gzip packs each part as a member of its own.
func Gzip(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(p)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// Zstd writes each part as a frame, behind the dictionary's.
func Zstd(t testing.TB, dict []byte, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	var options []zstd.EOption
	if dict != nil {
		options = append(options, zstd.WithEncoderDict(dict))
		b.Write([]byte{0x5d, 0x2a, 0x4d, 0x18})
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(dict))))
		b.Write(dict)
	}
	w, err := zstd.NewWriter(nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		b.Write(w.EncodeAll([]byte(p), nil))
	}
	return b.String()
}

// Dictionary is one for [Zstd], made of records like those of [Response].
func Dictionary(t testing.TB) []byte {
	t.Helper()
	var samples [][]byte
	for i := range 40 {
		samples = append(samples, []byte(Response(fmt.Sprintf("http://example.org/%d", i*7919), strings.Repeat(fmt.Sprint(i), i))))
	}
	d, err := zstd.BuildDict(zstd.BuildDictOptions{ID: 7, Contents: samples, History: samples[30], Offsets: [3]int{1, 4, 8}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Parted cuts a text every n bytes, an empty piece here and there between.
func Parted(s string, n int) []string {
	var parts []string
	for i := 0; i < len(s); i += n {
		if parts = append(parts, s[i:min(i+n, len(s))]); len(parts)%5 == 1 {
			parts = append(parts, "")
		}
	}
	return parts
}
