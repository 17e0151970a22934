package warcfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	maxLine   = 1 << 20 // one header line
	maxHeader = 2 << 20 // all of a record's header
	// MaxFields is how many fields of one header are read.
	MaxFields = 1 << 16
)

// Record is one record of a WARC file.
type Record struct {
	Version string // "1.0", "1.1"
	Header  Header
	Offset  int64 // where it begins in the file; of a gzip file, where its member does
	Length  int64 // of the block, as the header says
	// Block is the record's block. It is read from the file as it is asked for,
	// and gone with the next call of [Reader.Next]. A block that the file, or
	// the beginning of another record, cuts short ends in [io.ErrUnexpectedEOF].
	Block io.Reader
	// Damaged tells, once the block was read, whether the part of the file that it lies in is
	// damaged by its own checksum.
	Damaged func() bool
}

// Type is the record's type, in lower case.
func (r *Record) Type() string { return strings.ToLower(r.Header.Get(FieldType)) }

// URL is what the record is of, "" where it does not say. WARC 1.0 shows it in
// pointed brackets in its grammar, and some write them.
func (r *Record) URL() string { return Unbracket(r.Header.Get(FieldURL)) }

// Unbracket takes an address or a record's id out of its pointed brackets, "<urn:uuid:…>".
// What has none stays as it is.
func Unbracket(s string) string {
	if inner, ok := strings.CutPrefix(s, "<"); ok {
		return strings.TrimSuffix(inner, ">")
	}
	return s
}

// Date is when the record's content came, UTC.
func (r *Record) Date() (time.Time, error) {
	at, _, err := ParseDate(r.Header.Get(FieldDate))
	return at, err
}

// Problem is something in a file that is not as it should be.
type Problem struct {
	Offset int64 // near it, in the file
	What   string
	Lost   bool // a record is lost with it
	Note   bool // it is worth a word, but all that is in the file can be read
}

// Reader reads the records of a WARC file, whatever its version, compression and
// size, one after another, in memory that does not grow with the file. What is
// broken is passed over and reported.
type Reader struct {
	in      *input
	block   block
	open    bool // a member is open
	inside  int  // records that began in the open member
	records int
	at      int64 // where the present record begins
	whole   bool  // reported already: that the file is not gzip record by record
	tell    func(Problem)
	line    []byte
}

// NewReader reads from r. tell, which may be nil, is called for each [Problem], by
// the goroutine that calls Next. Records whose length takes in others are repaired up
// to 1 MiB, and of any length where a plain file is also an [io.ReaderAt] and
// [io.Seeker]. What is compressed is read by goroutines of its own, until Close,
// which lets go of what the reader holds, not of r.
func NewReader(r io.Reader, tell func(Problem)) (*Reader, error) {
	return NewMeteredReader(r, new(Meter), tell)
}

// NewMeteredReader is [NewReader] at the cost of a meter that others use, too: what was
// done elsewhere with the same file counts against the same allowance.
func NewMeteredReader(r io.Reader, m *Meter, tell func(Problem)) (*Reader, error) {
	in, err := newInput(r, m)
	if err != nil {
		return nil, err
	}
	if tell == nil {
		tell = func(Problem) {}
	}
	return &Reader{in: in, tell: tell}, nil
}

// Close ends the reading, and the goroutines that read ahead.
func (r *Reader) Close() { r.in.close() }

// Offset is how many bytes of the file were read.
func (r *Reader) Offset() int64 { return r.in.offset() }

func (r *Reader) problem(offset int64, format string, args ...any) {
	r.in.meter.Spend(PriceProblem)
	r.tell(Problem{Offset: offset, What: fmt.Sprintf(format, args...)})
}

// Next goes on to the next record. It returns [io.EOF] at the end, [ErrNotWARC]
// at the end of a file that has no record, [ErrARC], [ErrDamaged], [ErrTooMuch], or the error
// of the underlying reader.
func (r *Reader) Next() (*Record, error) {
	if err := r.leave(); err != nil {
		return nil, err
	}
	for {
		r.in.meter.reached(r.in.offset())
		if err := r.in.meter.over(); err != nil {
			return nil, err
		}
		r.in.meter.Spend(priceRecord)
		if !r.open {
			if err := r.enter(); err != nil {
				return nil, r.ending(err)
			}
		}
		rec, err := r.header()
		switch {
		case err == nil:
			r.records++
			if r.inside++; r.inside == 2 && r.in.form == gzipFile && !r.whole {
				r.whole = true
				r.tell(Problem{Offset: rec.Offset, What: "gzip, but not record by record: it can be read from its beginning only", Note: true})
			}
			return rec, nil
		case errors.Is(err, ErrARC):
			return nil, err
		case errors.Is(err, io.EOF):
			r.open = false
		case isHeaderError(err):
			r.tell(Problem{Offset: r.at, What: fmt.Sprintf("record skipped: %v", err), Lost: true})
		default:
			if err := r.damaged(err); err != nil {
				return nil, r.ending(err)
			}
		}
	}
}

func isHeaderError(err error) bool {
	return errors.Is(err, errHeader) || errors.Is(err, errTooLong) || errors.Is(err, errNoLength)
}

func (r *Reader) ending(err error) error {
	if errors.Is(err, io.EOF) && r.records == 0 {
		return ErrNotWARC
	}
	return err
}

// enter opens the next member.
func (r *Reader) enter() error {
	switch err := r.in.next(); {
	case err == nil:
		r.open, r.inside = true, 0
		return nil
	case errors.Is(err, io.EOF):
		return err
	default:
		return r.damaged(err)
	}
}

// damaged tells of damage in the file's compression, and goes on behind it.
func (r *Reader) damaged(err error) error {
	if r.in.form == plainFile {
		return err
	}
	at := r.in.offset()
	lost := r.open && r.inside == 0
	r.open = false
	for {
		if _, ok := errors.AsType[readError](err); ok {
			return err
		}
		r.tell(Problem{Offset: at, What: fmt.Sprintf("damaged: %v", err), Lost: lost})
		lost = false
		switch err = r.in.recover(); {
		case err == nil:
			r.open, r.inside = true, 0
			return nil
		case errors.Is(err, io.EOF), errors.Is(err, ErrTooMuch):
			return err
		}
		at = r.in.offset()
	}
}

// leave passes over what is left of the last record's block.
func (r *Reader) leave() error {
	for r.block.left > 0 {
		n, err := r.in.data.Discard(int(min(r.block.left, 1<<30)))
		r.block.left -= int64(n)
		if err == nil {
			continue
		}
		r.block.left = 0
		if errors.Is(err, io.EOF) {
			r.problem(r.in.offset(), "the file, or its part, ends within a record")
			r.open = false
			return nil
		}
		if err := r.damaged(err); err != nil {
			return err
		}
	}
	if r.block.err != nil {
		err := r.block.err
		r.block.err = nil
		if errors.Is(err, io.EOF) {
			r.problem(r.in.offset(), "the file, or its part, ends within a record")
			r.open = false
			return nil
		}
		return r.damaged(err)
	}
	return nil
}

// block is the block of the present record.
type block struct {
	data *bufio.Reader
	left int64
	cut  bool  // it is shorter than its record says
	err  error // that ended it early
}

func (b *block) Read(p []byte) (int, error) {
	switch {
	case b.err != nil, b.left == 0 && b.cut:
		return 0, io.ErrUnexpectedEOF
	case b.left == 0:
		return 0, io.EOF
	}
	n, err := b.data.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err != nil {
		b.left, b.err = 0, err
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

var byteOrderMark = []byte("\xef\xbb\xbf")

var versionLine = regexp.MustCompile(`^WARC/(\d+\.\d+)[ \t]*$`)

// header finds the next record in the open member and reads its header. io.EOF is
// the member's end. An error of a header leaves the member where the search for
// the next record goes on.
func (r *Reader) header() (*Record, error) {
	line, err := r.begin()
	if err != nil {
		return nil, err
	}
	m := versionLine.FindSubmatch(line)
	if m == nil {
		return nil, fmt.Errorf("%w: it begins with %.40q", errHeader, line)
	}
	rec := &Record{Version: string(m[1]), Offset: r.at}
	var h Head
	size := 0
	for {
		line, err := r.readLine()
		r.in.meter.Spend(priceHeaderByte * int64(len(line)+1))
		switch {
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%w: it has no end", errHeader)
		case err != nil:
			return nil, err
		}
		if size += len(line); size > maxHeader || len(h.Fields) > MaxFields {
			return nil, errTooLong
		}
		if len(line) == 0 {
			break
		}
		h.Add(line)
	}
	rec.Header = h.Done()
	if rec.Length, err = ParseLength(rec.Header.Get(fieldLength)); err != nil {
		return nil, err
	}
	r.block = block{data: r.in.data, left: rec.Length}
	if n, ok := r.in.within(rec.Length); ok {
		r.problem(rec.Offset, "the record's length is %d, but another begins %d bytes into it", rec.Length, n)
		r.block.left, r.block.cut = n, true
	}
	rec.Block, rec.Damaged = &r.block, r.endsDamaged
	return rec, nil
}

// endsDamaged reports whether what comes behind the present block is the damaged end of its member.
func (r *Reader) endsDamaged() bool {
	if r.in.form == plainFile {
		return false
	}
	_, err := r.in.data.Peek(len("\r\n\r\n") + 1)
	return err != nil && !errors.Is(err, io.EOF)
}

// ParseLength reads a length in bytes, as Content-Length gives it: from 0 to 2^62. Blanks
// around it do not matter.
func ParseLength(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 || n > 1<<62 {
		return 0, fmt.Errorf("%w: %.40q", errNoLength, s)
	}
	return n, nil
}

// begin finds the line with which the next record begins: past blank lines, and
// past what is no record, which is reported. A record begins where a line does; zeros and
// byte order marks before it count for nothing.
func (r *Reader) begin() ([]byte, error) {
	offset, passed := r.in.offset(), int64(0)
	if r.records == 0 && r.isARC() {
		return nil, ErrARC
	}
	begins := true // a line, where nothing but padding was passed since
	for {
		window, err := r.in.data.Peek(max(r.in.data.Buffered(), len(warcMagic)))
		found := bytes.Index(window, warcMagic)
		n := found
		switch {
		case found >= 0:
		case err != nil:
			n = len(window)
		default:
			n = len(window) - len(warcMagic) + 1
		}
		junk := window[:n]
		if before := trimPadding(junk); len(before) > 0 {
			begins = before[len(before)-1] == '\n'
		}
		passed += int64(len(bytes.TrimLeft(junk, "\r\n")))
		if found >= 0 && !begins {
			n += len(warcMagic)
			passed += int64(len(warcMagic))
		}
		r.in.data.Discard(n) //nolint:errcheck // it was peeked at
		if found < 0 && err == nil || found >= 0 && !begins {
			continue
		}
		if passed > 0 {
			r.problem(offset, "%d bytes between records are of none", passed)
		}
		if found < 0 {
			return nil, err
		}
		if r.at = r.in.start; r.in.form == plainFile {
			r.at = r.in.offset()
		}
		return r.readLine()
	}
}

// trimPadding is b without the zeros and byte order marks at its end.
func trimPadding(b []byte) []byte {
	for {
		b = bytes.TrimRight(b, "\x00")
		if !bytes.HasSuffix(b, byteOrderMark) {
			return b
		}
		b = b[:len(b)-len(byteOrderMark)]
	}
}

// isARC reports whether an ARC file's first line comes next: address, IP address, date,
// type and length of what says who made the file.
func (r *Reader) isARC() bool {
	head, _ := r.in.data.Peek(len(arcMagic))
	return bytes.Equal(head, arcMagic)
}

// readLine reads a line of a header, without its end, which may be LF alone. It is
// valid until the next.
func (r *Reader) readLine() ([]byte, error) {
	line, err := r.in.data.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.line = append(r.line[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(r.line) > maxLine {
				return nil, errTooLong
			}
			line, err = r.in.data.ReadSlice('\n')
			r.line = append(r.line, line...)
		}
		line = r.line
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}
