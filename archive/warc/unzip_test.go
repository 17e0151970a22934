package warc

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"baoluu/archive/warcfile"
	"baoluu/archive/warcfile/warctest"
)

// zipFile is a file in a zip. known says that its header tells its length, as Python's
// zipfile writes it; else a data descriptor behind it does.
type zipFile struct {
	name, text string
	method     uint16
	known      bool
}

func zipOf(t testing.TB, files ...zipFile) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		raw := f.text
		if f.method == zip.Deflate {
			var packed bytes.Buffer
			w, err := flate.NewWriter(&packed, 6)
			if err != nil {
				t.Fatal(err)
			}
			w.Write([]byte(f.text))
			w.Close()
			raw = packed.String()
		}
		h := &zip.FileHeader{
			Name: f.name, Method: f.method, CRC32: crc32.ChecksumIEEE([]byte(f.text)),
			CompressedSize64: uint64(len(raw)), UncompressedSize64: uint64(len(f.text)),
		}
		if !f.known {
			h.Flags |= 8
		}
		w, err := z.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(raw))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// importZip tells how many captures came, and the problems.
func importZip(t testing.TB, file []byte) (Imported, string, error) {
	t.Helper()
	var problems []string
	a := newArchive(t, t.TempDir())
	n, err := ImportWACZ(t.Context(), opened(a), bytes.NewReader(file), int64(len(file)), ImportOptions{Problem: func(p warcfile.Problem) { problems = append(problems, p.What) }})
	if len(problems) != n.Problems {
		t.Errorf("%d problems told, %d counted", len(problems), n.Problems)
	}
	sound(t, a)
	return n, strings.Join(problems, "\n"), err
}

// numbered is a record of its own, which cannot be packed well.
func numbered(i int) string {
	text := ""
	for j := range 100 {
		text += fmt.Sprint(i*7919+j*104729%1013, " ")
	}
	return record("response", fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-20221224083224%03d.htm", i), early, "HTTP/1.1 200 OK\r\n\r\n"+text)
}

// Of a WACZ that was cut, or whose list of files is damaged, what is whole comes in.
func TestImportWACZDamaged(t *testing.T) {
	for _, known := range []bool{true, false} {
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			first, second := warctest.Gzip(t, numbered(1), numbered(2)), warctest.Gzip(t, numbered(3), numbered(4), numbered(5))
			file := zipOf(t, zipFile{"fuzzy.json", "{}", zip.Deflate, known}, zipFile{"archive/a.warc.gz", first, method, known}, zipFile{"pages/pages.jsonl", "{}\n", zip.Deflate, known},
				zipFile{"archive/b.warc.gz", second, method, known}, zipFile{"datapackage.json", "{}", zip.Deflate, known})
			list := bytes.Index(file, []byte(centralMagic))
			b := bytes.Index(file, []byte("archive/b.warc.gz"))
			damaged := func(at int, text string) []byte {
				file := slices.Clone(file)
				copy(file[at:], text)
				return file
			}
			for name, test := range map[string]struct {
				file []byte
				want []int // captures, at least and at most
			}{
				"whole":                          {file, []int{5, 5}},
				"cut in the list's end":          {file[:len(file)-10], []int{5, 5}},
				"cut in the list":                {file[:list+30], []int{5, 5}},
				"cut before the list":            {file[:list], []int{5, 5}},
				"cut behind a file":              {file[:bytes.Index(file, []byte("datapackage.json"))-localSize], []int{5, 5}},
				"cut in a file":                  {file[:b+len("archive/b.warc.gz")+len(second)-300], []int{2, 4}},
				"cut in a file's header":         {file[:b+3], []int{2, 2}},
				"cut in the first file":          {file[:bytes.Index(file, []byte("archive/a.warc.gz"))+len(first)-100], []int{1, 1}},
				"a byte of the list":             {damaged(list+1, "X"), []int{5, 5}},
				"the list is of zeros":           {damaged(list, strings.Repeat("\x00", len(file)-list)), []int{5, 5}},
				"the end of the list":            {damaged(len(file)-22, "\xff\xff\xff\xff"), []int{5, 5}},
				"where the list begins":          {damaged(len(file)-6, "\xff\xff\xff\x7f"), []int{5, 5}},
				"how long the list is":           {damaged(len(file)-10, "\xff\xff\xff\x7f"), []int{5, 5}},
				"the magic before a file":        {damaged(b-localSize, "XX"), []int{2, 2}},
				"junk before it all, and no end": {append([]byte("junk PK\x03\x04 PK\x07\x08"), file[:list]...), []int{5, 5}},
			} {
				n, problems, err := importZip(t, test.file)
				if err != nil || n.Captures < test.want[0] || n.Captures > test.want[1] || (n.Problems == 0) != (name == "whole") {
					t.Errorf("%s (known %v, method %d): %+v, %q, %v", name, known, method, n, problems, err)
				}
			}
		}
	}
}

// The list says less than the WACZ says that it holds.
func TestImportWACZNamesMore(t *testing.T) {
	good := warctest.Gzip(t, numbered(1))
	file := zipOf(t, zipFile{"archive/a.warc.gz", good, zip.Store, true}, zipFile{"datapackage.json", `{"resources":[{"path":"archive/a.warc.gz","hash":"` + sha256Of([]byte(good)) + `"}]}`, zip.Deflate, true})
	list := bytes.Index(file, []byte(centralMagic))
	copy(file[list+centralSize:], "archive/a.warc.gx")
	n, problems, err := importZip(t, file)
	if err != nil || n.Captures != 1 || !strings.Contains(problems, "not in the list") {
		t.Errorf("%+v, %q, %v", n, problems, err)
	}
}

// A zip in a WARC file that lies in a WACZ as it is, is no part of the WACZ.
func TestImportWACZZipWithin(t *testing.T) {
	within := zipOf(t, zipFile{"word/document.xml", strings.Repeat("x", 100), zip.Store, false}, zipFile{"a.txt", "y", zip.Store, true})
	plain := record("response", articleURL, early, "HTTP/1.1 200 OK\r\n\r\n"+string(within)) + numbered(1)
	file := zipOf(t, zipFile{"archive/a.warc", plain, zip.Store, false}, zipFile{"datapackage.json", "{}", zip.Store, false})
	n, problems, err := importZip(t, file[:len(file)-4])
	if err != nil || n.Captures != 2 || n.Problems != 1 {
		t.Errorf("%+v, %q, %v", n, problems, err)
	}
}

// An ARC file in a WACZ is named.
func TestImportWACZWithARC(t *testing.T) {
	file := waczOf(t, "archive/a.warc.gz", warctest.Gzip(t, numbered(1)), "archive/b.arc.gz", warctest.Gzip(t, "filedesc://b.arc 0.0.0.0 2001 text/plain 9\n"), "datapackage.json", "{}")
	n, problems, err := importZip(t, file)
	if err != nil || n.Captures != 1 || !strings.Contains(problems, "archive/b.arc.gz: an ARC file") {
		t.Errorf("%+v, %q, %v", n, problems, err)
	}
}

// A zip of headers alone costs no more than its length.
func TestLocalHeadersEndless(t *testing.T) {
	head := make([]byte, localSize)
	copy(head, localMagic)
	binary.LittleEndian.PutUint16(head[26:], 9)
	head = append(head, "archive/x"...)
	for name, file := range map[string][]byte{
		"headers": bytes.Repeat(head, 200_000), "magic": bytes.Repeat([]byte(localMagic), 2_000_000), "descriptors": append(slices.Clone(head), bytes.Repeat([]byte(descriptorMagic), 2_000_000)...),
	} {
		if _, _, err := importZip(t, file); !errors.Is(err, ErrNotWACZ) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzLocalHeaders(f *testing.F) {
	file := zipOf(f, zipFile{"archive/a.warc.gz", warctest.Gzip(f, numbered(1)), zip.Store, false}, zipFile{"archive/b.warc", numbered(2), zip.Deflate, true})
	for _, seed := range [][]byte{file, file[:len(file)/2], []byte(localMagic), nil} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		headers, err := localHeaders(bytes.NewReader(file), int64(len(file)))
		if err != nil && headers != nil {
			t.Fatal("an error and headers")
		}
		last := int64(0)
		for _, h := range headers {
			if h.begin < last || h.end < h.begin || h.end > int64(len(file)) {
				t.Fatalf("%+v behind %d, of %d", h, last, len(file))
			}
			last = h.end
		}
	})
}
