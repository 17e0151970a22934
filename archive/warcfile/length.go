package warcfile

import (
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

// A record that says it is far longer than it is, for its writer died within it,
// would swallow those behind it: all of them, or those of the same gzip member. So
// the end of each block is looked at beforehand. If no record ends there, the block
// is looked through for one that begins within it; so no byte is looked through
// twice, whatever the lengths claim.
//
// Where the file is plain and can be read out of turn, that is done there. What
// comes in a stream is looked at lookAhead far.
type lengths struct {
	file io.ReaderAt // nil: it cannot be read out of turn
	base int64       // where in file the input began
	// buffer is what is looked through.
	buffer []byte
}

// lookAhead is how large a block may be, with afterBlock, for its length to be
// looked at in a stream.
const (
	lookAhead  = 1 << 20
	afterBlock = 32 // blank lines, and what tells a record
)

func lengthsOf(r io.Reader) lengths {
	file, ok := r.(backwards)
	if !ok {
		return lengths{}
	}
	base, err := file.Seek(0, io.SeekCurrent)
	if err != nil { // a pipe
		return lengths{}
	}
	return lengths{file: file, base: base}
}

// within tells how far into the block that comes next the next record begins, where
// that is before the block should end.
func (in *input) within(length int64) (int64, bool) {
	if in.lengths.file != nil {
		return in.lengths.within(in.offset(), length, in.meter)
	}
	head, err := in.data.Peek(int(min(length, lookAhead-afterBlock)) + afterBlock)
	if err == nil && length > lookAhead-afterBlock || err != nil && !errors.Is(err, io.EOF) {
		return 0, false
	}
	if length == 0 || int64(len(head)) >= length && beginsNext(head[length:]) {
		return 0, false
	}
	i := int64(recordIn(head, true))
	found := i >= 0 && i < length
	if !found {
		i = int64(len(head))
	}
	in.meter.Spend(priceLook + i)
	return i, found
}

// within tells how far into a block the next record begins, where that is before
// the block should end. from is where the block begins in the input.
func (l *lengths) within(from, length int64, m *Meter) (int64, bool) {
	if length == 0 || l.endsRecord(l.base+from+length) {
		return 0, false
	}
	m.Spend(priceLook)
	if l.buffer == nil {
		l.buffer = make([]byte, bufferSize)
	}
	size := firstLook // mostly it is near
	for at := int64(0); at < length; {
		n, err := l.file.ReadAt(l.buffer[:size], l.base+from+at)
		m.Spend(int64(n))
		if i := recordIn(l.buffer[:n], at == 0); i >= 0 && at+int64(i) < length {
			return at + int64(i), true
		}
		if err != nil {
			break
		}
		at += int64(n - bufferedLine) // where a record's beginning may be cut off
		size = min(2*size, len(l.buffer))
	}
	return 0, false
}

// firstLook is how much of a block is read first.
const firstLook = 4 << 10

// recordIn finds where a record begins in b, -1 where none does. begins tells that b begins
// as a line does.
func recordIn(b []byte, begins bool) int {
	for at := 0; ; at += len(warcMagic) {
		i := bytes.Index(b[at:], warcMagic)
		if i < 0 {
			return -1
		}
		if at += i; at == 0 && begins || at > 0 && b[at-1] == '\n' {
			line, rest, _ := bytes.Cut(b[at:min(len(b), at+bufferedLine)], []byte("\n"))
			if versionLine.Match(bytes.TrimSuffix(line, []byte("\r"))) && strings.EqualFold(string(rest[:min(len(rest), len(fieldWARC))]), fieldWARC) {
				return at
			}
		}
	}
}

// fieldWARC begins the name of nearly every field of a record, and of the first
// of every writer known.
const fieldWARC = "WARC-"

// endsRecord reports whether blank lines and a record, or the end, follow at a place
// in the file.
func (l *lengths) endsRecord(end int64) bool {
	var b [afterBlock]byte
	n, err := l.file.ReadAt(b[:], end-1) // one before, to tell the end of the file from beyond it
	if n == 0 || err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	return beginsNext(b[1:n])
}

// beginsNext reports whether b, which comes behind a block, is blank lines and a record's
// beginning, or the end of the file.
func beginsNext(b []byte) bool {
	rest := bytes.TrimLeft(b, "\r\n")
	return bytes.HasPrefix(rest, warcMagic) || bytes.HasPrefix(warcMagic, rest)
}
