package warc

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/archive/warcfile"
)

// waczPart is one WARC file in a WACZ.
type waczPart struct {
	name  string
	begin int64 // where it lies in the zip
	size  int64 // as it lies there
	open  func() (io.ReadCloser, error)
}

// waczParts finds the WARC files in a WACZ: by the zip's list of files, which stands
// at its end, and by the headers that stand before the files themselves where the list
// is damaged, was cut off, or lacks what the WACZ says that it holds. unlisted is why
// there is no list, and the error where there are no files either.
func waczParts(r io.ReaderAt, size int64, problem func(string, ...any)) (parts []waczPart, digests map[string]string, unlisted error) {
	z, missing := openZip(r, size)
	if missing != nil {
		unlisted = fmt.Errorf("%w: %w", ErrNotWACZ, missing)
		missing = fmt.Errorf("its list of files cannot be read: %w", missing)
	} else {
		digests = waczDigests(z, problem)
		parts, missing = listedParts(z, size, digests, problem)
	}
	if missing == nil {
		return apart(parts, problem), digests, nil
	}
	headers, err := localHeaders(r, size)
	if err != nil {
		problem("damaged: %v; nor can the files' own headers: %v", missing, err)
		return apart(parts, problem), digests, unlisted
	}
	known := map[string]bool{}
	for _, p := range parts {
		known[p.name] = true
	}
	for _, h := range headers {
		if strings.HasPrefix(h.name, waczArchive) && isArchive(h.name) && !known[h.name] {
			parts = append(parts, h.part(r))
		}
	}
	if len(parts) > 0 {
		problem("damaged: %v; files are found by their own headers", missing)
	}
	return apart(parts, problem), digests, unlisted
}

// apart leaves out files that lie where another does. So all that is read of a zip is no
// more than the zip itself, however many files it lists.
func apart(parts []waczPart, problem func(string, ...any)) []waczPart {
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(parts[a].begin, parts[b].begin) })
	var end int64
	within := make([]bool, len(parts))
	for _, i := range order {
		p := parts[i]
		if within[i] = p.begin < end; within[i] {
			problem("%.200q lies where another file does: left out", p.name)
			continue
		}
		end = p.begin + p.size
	}
	var kept []waczPart
	for i, p := range parts {
		if !within[i] {
			kept = append(kept, p)
		}
	}
	return kept
}

func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	if err := checkZip(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // which names are looked at later
		return nil, err
	}
	return z, nil
}

// isArchive tells by its name whether a file in a WACZ should hold captures; an ARC
// file is not read, but that is reported.
func isArchive(name string) bool { return warcfile.IsWARC(name) || warcfile.IsARC(name) }

// listedParts are the WARC files that a zip lists. missing tells of one that should be
// there and cannot be found by the list.
func listedParts(z *zip.Reader, size int64, digests map[string]string, problem func(string, ...any)) (parts []waczPart, missing error) {
	listed := map[string]bool{}
	for _, f := range z.File {
		if !filepath.IsLocal(strings.TrimSuffix(f.Name, "/")) {
			problem("a file named %.200q leads out of the WACZ: left out", f.Name)
			continue
		}
		if !strings.HasPrefix(f.Name, waczArchive) || !isArchive(f.Name) {
			continue
		}
		file, err := f.Open()
		if err != nil {
			problem("%.200s: %v", f.Name, err)
			missing = err
			continue
		}
		file.Close() //nolint:errcheck // nothing was read
		listed[f.Name] = true
		begin, err := f.DataOffset()
		if err != nil || f.CompressedSize64 > uint64(size-begin) {
			problem("%.200q is said to reach beyond the file: left out", f.Name)
			missing = cmp.Or(err, zip.ErrFormat)
			continue
		}
		parts = append(parts, waczPart{f.Name, begin, int64(f.CompressedSize64), f.Open})
	}
	for name := range digests {
		if strings.HasPrefix(name, waczArchive) && isArchive(name) && filepath.IsLocal(name) && !listed[name] {
			missing = fmt.Errorf("%s names %.200q, which is not in the list of files", waczPackage, name)
		}
	}
	return parts, missing
}

// localHeader is the header before a file in a zip, and where the file lies.
type localHeader struct {
	name       string
	method     uint16
	begin, end int64
}

const (
	localMagic      = "PK\x03\x04"
	centralMagic    = "PK\x01\x02"
	descriptorMagic = "PK\x07\x08"
	localSize       = 30 // without name and extra fields
	centralSize     = 46
	maxZipName      = 255
	// maxHeaders bounds the files that are found by their headers: a WACZ has some dozens.
	maxHeaders = 4096

	unknown32 = 1<<32 - 1
)

// localHeaders finds the headers before the files of a zip, in one reading. A file's end
// is where its header says, if a next part of the zip begins there; else where what
// stands behind it says that it is as long as it is (a "data descriptor", of writers
// that did not know before); else where the next part begins.
func localHeaders(r io.ReaderAt, size int64) ([]localHeader, error) {
	var headers []localHeader
	var open *localHeader // whose end is still looked for
	end := func(at int64) {
		if open != nil {
			open.end = at
			headers, open = append(headers, *open), nil
		}
	}
	scan := &zipScan{r: r, size: size, buffer: make([]byte, 64<<10)}
	for at := int64(0); len(headers) < maxHeaders; {
		found, magic, err := scan.next(at)
		if err != nil {
			return nil, err
		}
		if magic == "" {
			break
		}
		at = found
		switch magic {
		case localMagic:
			if h, ok := readLocal(r, at, size); ok {
				end(at)
				open, at = &h, h.begin
				if h.end != 0 {
					at = h.end
					end(at)
				}
				continue
			}
		case descriptorMagic:
			if open != nil && describes(r, at, at-open.begin) {
				end(at)
			}
		case centralMagic:
			if _, ok := zipName(r, at+centralSize, at+28); ok {
				end(at)
			}
		}
		at += int64(len(magic))
	}
	if len(headers) >= maxHeaders {
		return nil, fmt.Errorf("more than %d files", maxHeaders)
	}
	end(size)
	return headers, nil
}

// zipScan looks through a file for what looks like a part of a zip.
type zipScan struct {
	r      io.ReaderAt
	size   int64
	buffer []byte
	window []byte // of the file, from at on
	at     int64
}

// next finds the next such place, from one on that is not before the last. The file's
// end has no magic.
func (z *zipScan) next(from int64) (at int64, magic string, err error) {
	for from < z.size {
		if from < z.at || from+4 > z.at+int64(len(z.window)) {
			n, err := z.r.ReadAt(z.buffer, from)
			if err != nil && !errors.Is(err, io.EOF) {
				return 0, "", err
			}
			if z.window, z.at = z.buffer[:n], from; n < 4 {
				break
			}
		}
		rest := z.window[from-z.at:]
		i := bytes.Index(rest, []byte("PK"))
		switch {
		case i < 0:
			from += int64(len(rest)) - 1 // its last byte may be the first of one
		case i+4 > len(rest):
			from += int64(i)
		default:
			switch magic := string(rest[i : i+4]); magic {
			case localMagic, centralMagic, descriptorMagic:
				return from + int64(i), magic, nil
			}
			from += int64(i) + 2
		}
	}
	return z.size, "", nil
}

// readLocal reads a header. Its end is 0 where it is not to be believed, or not said.
func readLocal(r io.ReaderAt, at, size int64) (h localHeader, ok bool) {
	var b [localSize]byte
	if _, err := r.ReadAt(b[:], at); err != nil {
		return h, false
	}
	flags := binary.LittleEndian.Uint16(b[6:])
	h.method = binary.LittleEndian.Uint16(b[8:])
	if h.method != zip.Store && h.method != zip.Deflate || flags&1 != 0 { // of another kind, or encrypted
		return h, false
	}
	if h.name, ok = zipName(r, at+localSize, at+26); !ok {
		return h, false
	}
	extra := int64(binary.LittleEndian.Uint16(b[28:]))
	h.begin = at + localSize + int64(len(h.name)) + extra
	length := uint64(binary.LittleEndian.Uint32(b[18:]))
	if length == unknown32 {
		length = zip64Length(r, h.begin-extra, extra)
	}
	if h.begin > size {
		return h, false
	}
	if flags&8 == 0 && length <= uint64(size-h.begin) {
		end := h.begin + int64(length)
		var next [2]byte
		if n, _ := r.ReadAt(next[:], end); n == 0 || string(next[:n]) == "PK" {
			h.end = end
		}
	}
	return h, true
}

// zipName reads a name, whose length stands elsewhere, if it is one of a file in a
// WACZ. A zip within a WARC file, which may lie there as it is, has others.
func zipName(r io.ReaderAt, at, lengthAt int64) (string, bool) {
	var b [maxZipName]byte
	if _, err := r.ReadAt(b[:2], lengthAt); err != nil {
		return "", false
	}
	n := int(binary.LittleEndian.Uint16(b[:]))
	if n == 0 || n > maxZipName {
		return "", false
	}
	if _, err := r.ReadAt(b[:n], at); err != nil {
		return "", false
	}
	name := string(b[:n])
	if !utf8.ValidString(name) || !filepath.IsLocal(strings.TrimSuffix(name, "/")) {
		return "", false
	}
	for _, begins := range []string{waczArchive, "indexes/", "pages/", "logs/", "datapackage", "fuzzy.json"} {
		if strings.HasPrefix(name, begins) {
			return name, true
		}
	}
	return "", false
}

// zip64Length is how long a file lies there by the extra fields of its header.
func zip64Length(r io.ReaderAt, at, size int64) uint64 {
	b := make([]byte, size)
	if _, err := r.ReadAt(b, at); err != nil {
		return unknown32
	}
	for len(b) >= 4 {
		kind, n := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if b = b[4:]; n > len(b) {
			break
		}
		if kind == 1 && n >= 16 {
			return binary.LittleEndian.Uint64(b[8:])
		}
		b = b[n:]
	}
	return unknown32
}

// describes reports whether a data descriptor says that so many bytes lie before it.
func describes(r io.ReaderAt, at, length int64) bool {
	var b [24]byte // magic, checksum, and both lengths in four or eight bytes
	n, _ := r.ReadAt(b[:], at)
	return n >= 16 && int64(binary.LittleEndian.Uint32(b[8:])) == length || n == len(b) && binary.LittleEndian.Uint64(b[8:]) == uint64(length)
}

func (h localHeader) part(r io.ReaderAt) waczPart {
	return waczPart{h.name, h.begin, h.end - h.begin, func() (io.ReadCloser, error) {
		data := io.NewSectionReader(r, h.begin, h.end-h.begin)
		if h.method == zip.Deflate {
			return flate.NewReader(bufio.NewReader(data)), nil
		}
		return io.NopCloser(data), nil
	}}
}
