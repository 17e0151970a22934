package contentcoding

import (
	"bytes"
	"errors"
	"io"
	"strconv"
)

// Dechunk decodes the chunked coding (RFC 9112, 7.1), with LF alone for a newline and blanks
// around the sizes. A body that is cut gives what there is of it, and
// [io.ErrUnexpectedEOF]; one that never was chunked gives nil, and an error.
func Dechunk(b []byte) ([]byte, error) {
	if !beginsChunk(b) {
		return nil, errors.New("not chunked")
	}
	plain := []byte{}
	for {
		size, rest, ok := chunkSize(b)
		switch {
		case !ok:
			return plain, io.ErrUnexpectedEOF
		case size == 0:
			return plain, nil
		case size > uint64(len(rest)):
			return append(plain, rest...), io.ErrUnexpectedEOF
		}
		plain = append(plain, rest[:size]...)
		b = bytes.TrimPrefix(bytes.TrimPrefix(rest[size:], []byte("\r")), []byte("\n"))
	}
}

// chunkSize reads the line before a chunk's data, of which an extension says nothing.
func chunkSize(b []byte) (size uint64, rest []byte, ok bool) {
	line, rest, found := bytes.Cut(b, []byte("\n"))
	digits, _, _ := bytes.Cut(line, []byte(";"))
	size, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 63)
	return size, rest, found && err == nil
}

func beginsChunk(b []byte) bool {
	_, _, ok := chunkSize(b)
	return ok
}

func unchunk(sent []byte, _ int64) (stream, error) {
	plain, err := Dechunk(sent)
	return stream{plain: plain}, err
}
