package contentcoding

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"hash/crc32"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// coding is one that can be decoded.
type coding struct {
	name string
	// begins tells it by its first bytes; nil: these tell nothing, and what
	// comes of it says whether it was applied.
	begins func([]byte) bool
	// decode reads the stream at the beginning of sent. Beside errors of its own it gives
	// [ErrTooLarge], and [io.ErrUnexpectedEOF] where the stream breaks off.
	decode func(sent []byte, limit int64) (stream, error)
}

// stream is what lies in a coding.
type stream struct {
	plain  []byte
	behind []byte // what stands behind the stream's end
	more   bool   // something does, if it is not known what
	doubt  string // a checksum that is missing, or of other bytes
}

var (
	gzipCoding = &coding{"gzip", func(b []byte) bool { return bytes.HasPrefix(b, []byte(GzipMagic[:2])) }, ungzip}
	zstdCoding = &coding{"zstd", isZstd, unzstd}
	brCoding   = &coding{"br", nil, unbrotli}
	// The name means zlib; many servers send bare deflate.
	deflateCoding = &coding{"deflate", nil, undeflate}
	// What a store was sent in is named by some as what they send; the chunks are there or not.
	chunkedCoding = &coding{"chunked", beginsChunk, unchunk}

	known = map[string]*coding{
		"gzip": gzipCoding, "deflate": deflateCoding, "br": brCoding, "zstd": zstdCoding,
		"aws-chunked": chunkedCoding, "chunked": chunkedCoding,
	}
	// sniffed is the order in which they are tried where none is named: what is certain
	// comes first.
	sniffed = []*coding{gzipCoding, zstdCoding, deflateCoding, brCoding}
)

// believed reports whether sent has the coding c, of which s and err came. What begins as a
// coding has it unless it cannot be read; of what does not, the plain bytes must make more
// sense than those that were sent.
func (s stream) believed(sent []byte, c *coding, named bool, err error) bool {
	tooLarge, cut := errors.Is(err, ErrTooLarge), errors.Is(err, io.ErrUnexpectedEOF)
	sure := c.begins != nil
	switch {
	case err != nil && !tooLarge && !cut, err == nil && !s.fills(sent):
		return false
	case tooLarge:
		return sure || named && !sensible(sent)
	case sure && (named || err == nil):
		return true
	case cut || !named:
		return len(s.plain) > 0 && sensible(s.plain) && !sensible(sent)
	}
	return sensible(s.plain) || !sensible(sent)
}

// fills reports whether a stream is what was sent, and not a few bytes at its beginning that
// happen to read as one. Servers pad with zeros.
func (s stream) fills(sent []byte) bool {
	switch {
	case s.more:
		return len(s.plain) >= len(bytes.TrimRight(sent, "\x00"))/2
	case len(s.behind) > 0:
		return len(s.plain) >= len(bytes.TrimRight(s.behind, "\x00"))
	}
	return true
}

// ungzip reads gzip members. Behind one that is sound, what is none is left out.
func ungzip(sent []byte, limit int64) (stream, error) {
	if plain, ok := inflated(sent, limit); ok {
		return stream{plain: plain}, nil
	}
	var s stream
	for s.behind = sent; ; {
		plain, behind, doubt, err := gzipMember(s.behind, limit-int64(len(s.plain)))
		cut := errors.Is(err, io.ErrUnexpectedEOF)
		switch first := len(s.behind) == len(sent); {
		case cut && !first && len(plain) == 0 && EndsWhole(s.plain):
			return s, nil
		case cut:
			return stream{plain: append(s.plain, plain...)}, err
		case err != nil && (first || errors.Is(err, ErrTooLarge)):
			return s, err
		case err != nil:
			return s, nil
		}
		s.plain, s.behind, s.doubt = append(s.plain, plain...), behind, doubt
		if doubt != "" || !bytes.HasPrefix(behind, []byte(GzipMagic)) {
			return s, nil
		}
	}
}

// gzipMember reads one member, and gives what stands behind it.
func gzipMember(member []byte, limit int64) (plain, behind []byte, doubt string, err error) {
	start, err := gzipData(member)
	if err != nil {
		return nil, nil, "", err
	}
	plain, rest, err := inflate(member[start:], limit)
	if err != nil {
		return plain, nil, "", err
	}
	behind, doubt = checked("gzip", rest, gzipTrailer, func(sum []byte) bool {
		return binary.LittleEndian.Uint32(sum) == crc32.ChecksumIEEE(plain) && binary.LittleEndian.Uint32(sum[4:]) == uint32(len(plain))
	})
	return plain, behind, doubt, nil
}

// gzipData is where the data of a gzip member begin (RFC 1952, 2.3).
func gzipData(member []byte) (at int, err error) {
	at = gzipHeader
	switch {
	case len(member) < at:
		return 0, io.ErrUnexpectedEOF
	case string(member[:len(GzipMagic)]) != GzipMagic:
		return 0, errors.New("no gzip header")
	case member[3]>>5 != 0:
		return 0, errors.New("unknown gzip flags")
	}
	flags := member[3]
	if flags&gzipHasExtra != 0 && len(member) >= at+2 {
		at += 2 + int(binary.LittleEndian.Uint16(member[at:]))
	}
	for _, text := range []byte{gzipHasName, gzipHasComment} {
		if flags&text == 0 || at > len(member) {
			continue
		}
		n := bytes.IndexByte(member[at:], 0)
		if n < 0 {
			return 0, io.ErrUnexpectedEOF
		}
		at += n + 1
	}
	if flags&gzipHasSum != 0 {
		at += 2
	}
	if at > len(member) {
		return 0, io.ErrUnexpectedEOF
	}
	return at, nil
}

// checked parts a checksum from what stands behind it. Data that came to the end of
// their last block are all there: browsers do not look at the checksum at all, and servers
// that count it wrong are more than connections that change a byte.
func checked(name string, rest []byte, size int, right func(sum []byte) bool) (behind []byte, doubt string) {
	if len(rest) < size {
		return nil, name + " checksum missing"
	}
	if !right(rest[:size]) {
		doubt = name + " checksum is of other bytes"
	}
	return rest[size:], doubt
}

// undeflate reads zlib's frame (RFC 1950), or bare deflate.
func undeflate(sent []byte, limit int64) (stream, error) {
	const presetDictionary = 1 << 5
	var zlib stream
	zlibErr := errors.New("zlib: no header")
	if len(sent) >= 2 && sent[0]&0x0f == 8 && binary.BigEndian.Uint16(sent)%31 == 0 && sent[1]&presetDictionary == 0 {
		var rest []byte
		zlib.plain, rest, zlibErr = inflate(sent[2:], limit)
		if zlibErr == nil {
			zlib.behind, zlib.doubt = checked("zlib", rest, adler32.Size, func(sum []byte) bool {
				return binary.BigEndian.Uint32(sum) == adler32.Checksum(zlib.plain)
			})
			return zlib, nil
		}
	}
	var bare stream
	var err error
	if bare.plain, bare.behind, err = inflate(sent, limit); err != nil && zlib.plain != nil {
		return zlib, zlibErr
	}
	return bare, err
}

// inflate reads a deflate stream (RFC 1951) to the end of its last block.
func inflate(data []byte, limit int64) (plain, behind []byte, err error) {
	r := bytes.NewReader(data)
	z, _ := flaters.Get().(io.Reader)
	if z == nil {
		z = flate.NewReader(r)
	} else if err := z.(flate.Resetter).Reset(r, nil); err != nil {
		return nil, nil, err
	}
	defer flaters.Put(z)
	plain, err = ReadAll(&Bounded{R: z, Left: limit})
	behind = data[len(data)-r.Len():]
	r.Reset(nil) // the pool is not to hold the body
	return plain, behind, err
}

var flaters sync.Pool

func unbrotli(sent []byte, limit int64) (stream, error) {
	plain, err := ReadAll(&Bounded{R: brotli.NewReader(bytes.NewReader(sent)), Left: limit})
	if errors.Is(err, errBehindBrotli) {
		return stream{plain: plain, more: true}, nil
	}
	return stream{plain: plain}, err
}

// errBehindBrotli is what the decoder says, under no name that it exports, where bytes stand behind
// a stream's end: as they do behind this one, which is empty.
var errBehindBrotli = func() error {
	_, err := io.ReadAll(brotli.NewReader(bytes.NewReader([]byte{0x06, 0x00})))
	return err
}()

// maxWindow is the largest that RFC 9659 allows over HTTP.
const maxWindow = 8 << 20

func unzstd(sent []byte, limit int64) (stream, error) {
	end, missing, err := zstdEnd(sent)
	if err != nil {
		return stream{}, err
	}
	s := stream{behind: sent[end:]}
	frames := sent[:end]
	sums := missing == 0
	if !sums {
		s.doubt = "zstd checksum missing"
		frames = append(bytes.Clone(frames), make([]byte, missing)...)
	}
	s.plain, err = readZstd(frames, limit, !sums)
	if errors.Is(err, zstd.ErrCRCMismatch) {
		s.doubt = "zstd checksum is of other bytes"
		s.plain, err = readZstd(frames, limit, true)
	}
	return s, err
}

func readZstd(frames []byte, limit int64, ignoreSums bool) ([]byte, error) {
	z, err := zstd.NewReader(bytes.NewReader(frames), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.IgnoreChecksum(ignoreSums))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return ReadAll(&Bounded{R: z, Left: limit})
}

func isZstd(b []byte) bool {
	var h zstd.Header
	err := h.Decode(b)
	return len(b) >= 4 && !errors.Is(err, zstd.ErrMagicMismatch)
}

// zstdEnd is where the frames end that sent begins with (RFC 8878, 3.1): its length, where
// the last one breaks off. missing are the bytes of the checksum that are not there, where
// it breaks off within that.
func zstdEnd(sent []byte) (end, missing int, err error) {
	for rest := sent; len(rest) > 0; rest = sent[end:] {
		var h zstd.Header
		switch err := h.Decode(rest); {
		case errors.Is(err, io.ErrUnexpectedEOF) && (end == 0 || len(rest) >= 4):
			return len(sent), 0, nil // the decoder will say so
		case err != nil && end > 0:
			return end, 0, nil
		case err != nil:
			return 0, 0, err
		}
		at := h.HeaderSize
		if int64(h.SkippableSize) > int64(len(rest)) {
			return len(sent), 0, nil
		}
		at += int(h.SkippableSize)
		for last := h.Skippable; !last; {
			if at+3 > len(rest) {
				return len(sent), 0, nil
			}
			block := int(rest[at]) | int(rest[at+1])<<8 | int(rest[at+2])<<16
			last = block&1 == 1
			if at += 3; block>>1&3 == 1 { // one byte, to be repeated
				at++
			} else {
				at += block >> 3
			}
		}
		if at > len(rest) {
			return len(sent), 0, nil
		}
		if h.HasCheckSum {
			if at += 4; at > len(rest) {
				return len(sent), at - len(rest), nil
			}
		}
		end += at
	}
	return end, 0, nil
}
