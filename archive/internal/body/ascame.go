package body

import (
	"encoding/binary"
	"strings"
)

// Pictures, fonts, films and archives are packed by their own formats: trying again costs time and
// brings nothing. They are stored as they came, in a frame that zstd reads like any other.

// packed is how bodies begin that are packed already: JPEG, PNG, GIF, WebP, AVIF and HEIC, MP4,
// WOFF and the like. SVG, style sheets, BMP, ICO and TrueType fonts are not: they pack.
var packed = []struct {
	at    int
	magic string
}{
	{0, "\xff\xd8\xff"}, {0, "\x89PNG\r\n\x1a\n"}, {0, "GIF87a"}, {0, "GIF89a"}, {8, "WEBP"},
	{0, "\xff\x0a"}, {0, "\x00\x00\x00\x0cJXL \r\n\x87\n"}, {0, "\x00\x00\x00\x0cjP  \r\n\x87\n"}, // JPEG XL and 2000
	{4, "ftyp"}, {0, "\x1a\x45\xdf\xa3"}, {0, "OggS"}, {0, "ID3"}, {0, "FLV\x01"}, {0, "CWS"}, {0, "ZWS"},
	{0, "wOFF"}, {0, "wOF2"},
	{0, "%PDF-"}, {0, "PK\x03\x04"}, {0, "\x1f\x8b\x08"}, {0, "\x28\xb5\x2f\xfd"}, {0, "\xfd7zXZ\x00"}, {0, "BZh"}, {0, "7z\xbc\xaf\x27\x1c"}, {0, "Rar!\x1a\x07"},
}

// isPacked reports whether a body is packed already, by its first bytes.
func isPacked(body []byte) bool {
	head := string(body[:min(len(body), 16)])
	for _, p := range packed {
		if len(head) > p.at && strings.HasPrefix(head[p.at:], p.magic) {
			return p.magic != "WEBP" || strings.HasPrefix(head, "RIFF")
		}
	}
	return false
}

// asItCame is a frame of raw blocks: the body's bytes, with three before each 128 kB (RFC 8878,
// 3.1.1). Its window is one block, so that a decoder needs no more memory than that.
func asItCame(body []byte) []byte {
	const (
		header    = "\x28\xb5\x2f\xfd\x80\x38" // 4 bytes of size follow; a window of 1<<(10+7)
		blockSize = 128 << 10
		last      = 1
	)
	frame := make([]byte, 0, len(header)+4+len(body)+3*(len(body)/blockSize+1))
	frame = binary.LittleEndian.AppendUint32(append(frame, header...), uint32(len(body)))
	for {
		block := body[:min(len(body), blockSize)]
		body = body[len(block):]
		head := uint32(len(block)) << 3
		if len(body) == 0 {
			head |= last
		}
		frame = append(append(frame, byte(head), byte(head>>8), byte(head>>16)), block...)
		if len(body) == 0 {
			return frame
		}
	}
}
