package warc

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// backwards is a file that can also be read elsewhere than where it stands.
type backwards interface {
	io.ReaderAt
	io.Seeker
}

// A plain file has no members: a record that says it is far longer than it is, for
// its writer died within it, would swallow those behind it. Where the file can be
// read out of turn, the end of each block is looked at beforehand. If no record
// ends there, the block is looked through for one that begins within it; so no
// byte is looked through twice, whatever the lengths claim.
type lengths struct {
	file backwards // nil: lengths are believed
	base int64     // where in file the input began
}

func lengthsOf(r io.Reader) lengths {
	file, ok := r.(backwards)
	if !ok {
		return lengths{}
	}
	base, err := file.Seek(0, io.SeekCurrent)
	if err != nil { // a pipe
		return lengths{}
	}
	return lengths{file, base}
}

// within tells how far into a block the next record begins, where that is before
// the block should end. from is where the block begins in the input.
func (l lengths) within(from, length int64) (int64, bool) {
	if l.file == nil || length == 0 || l.endsRecord(l.base+from+length) {
		return 0, false
	}
	lines := bufio.NewReaderSize(io.NewSectionReader(l.file, l.base+from, length+bufferSize), bufferSize)
	begins := true // a line, rather than being the rest of a long one
	for at := int64(0); at < length; {
		line, err := lines.ReadSlice('\n')
		if begins && err == nil && versionLine.Match(bytes.TrimRight(line, "\r\n")) {
			if next, _ := lines.Peek(len(fieldWARC)); strings.EqualFold(string(next), fieldWARC) {
				return at, true
			}
		}
		at += int64(len(line))
		if begins = err == nil; !begins && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
	}
	return 0, false
}

// fieldWARC begins the name of nearly every field of a record, and of the first
// of every writer known.
const fieldWARC = "WARC-"

// endsRecord tells whether blank lines and a record, or the end, follow at a place
// in the file.
func (l lengths) endsRecord(end int64) bool {
	var b [32]byte
	n, err := l.file.ReadAt(b[:], end-1) // one before, to tell the end of the file from beyond it
	if n == 0 || err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	rest := bytes.TrimLeft(b[1:n], "\r\n")
	return bytes.HasPrefix(rest, warcMagic) || bytes.HasPrefix(warcMagic, rest)
}
