package warcfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"

	"baoluu/cleaner/contentcoding"

	"github.com/klauspost/compress/gzip"
)

const (
	bufferSize = 64 << 10
	// probeSize is how much of a possible gzip member is looked at to tell
	// whether a record begins in it.
	probeSize = 4 << 10
)

var (
	gzipMagic = []byte(contentcoding.GzipMagic)
	warcMagic = []byte("WARC/")
	arcMagic  = []byte("filedesc:")
)

// input gives a file's bytes with its compression decoded, in members: a gzip
// file's are its own, any other file is one. data holds the present member. What
// is compressed is inflated ahead, see ahead.go: while that runs, all but data,
// start and ahead are its own.
type input struct {
	count  rewinder
	raw    *bufio.Reader
	data   *bufio.Reader
	form   compression
	gz     *gzip.Reader
	frames *frames
	ahead  *ahead // nil for a plain file
	start  int64  // where the present member begins in the file
	member int64  // where the one that is being inflated does
	began  bool   // the only member of a file that is not gzip was begun
	probe  gzip.Reader
	whole  contentcoding.Inflater
	space  []byte // to inflate a member that is looked at
	// lengths checks those of the records of a file that can be read out of turn.
	lengths lengths
	meter   *Meter
}

type compression uint8

const (
	plainFile compression = iota
	gzipFile
	zstdFile
)

// rewinder counts what was read, and can go back a little.
type rewinder struct {
	r    io.Reader
	n    int64  // read so far, less what was gone back
	last []byte // the last that was read, rewindable at least
	back int    // how much of last is to be read again
	err  error  // of r, which is read no further
}

const (
	// readOn is more than a cut member is read on into the next before that is
	// noticed: a block of zstd has 128 KiB at most.
	readOn = 256 << 10
	// rewindable is how far a rewinder can go back: that, and what is read ahead.
	rewindable = windowSize + readOn
)

func (w *rewinder) Read(p []byte) (int, error) {
	if w.back > 0 {
		n := copy(p, w.last[len(w.last)-w.back:])
		w.back -= n
		w.n += int64(n)
		return n, nil
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.r.Read(p)
	w.n += int64(n)
	if w.err = err; err != nil && !errors.Is(err, io.EOF) {
		w.err = readError{err}
	}
	if len(w.last)+n > 2*rewindable { // seldom, however little is read at once
		w.last = append(w.last[:0], w.last[max(len(w.last)-rewindable, 0):]...)
	}
	w.last = append(w.last, p[max(n-rewindable, 0):n]...)
	return n, w.err
}

// readError is an error of the file's reading. It tells nothing of what the file
// holds, and nothing can be read behind it.
type readError struct{ error }

func (e readError) Unwrap() error { return e.error }

// rewind goes back to a place in the file, as far as that is possible.
func (w *rewinder) rewind(to int64) {
	back := min(int64(w.back)+max(w.n-to, 0), int64(len(w.last)))
	w.n -= back - int64(w.back)
	w.back = int(back)
}

func newInput(r io.Reader, m *Meter) (*input, error) {
	lengths := lengthsOf(r) // before anything is read
	in := &input{count: rewinder{r: r}, meter: m}
	in.raw = bufio.NewReaderSize(&in.count, bufferSize)
	head, err := in.raw.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		in.form, in.gz = gzipFile, new(gzip.Reader)
		in.widen(windowSize)
		in.inflated(min(runtime.GOMAXPROCS(0), maxWorkers))
	case bytes.HasPrefix(head, zstdMagic), bytes.HasPrefix(head, dictMagic):
		in.form = zstdFile
		in.widen(windowSize)
		if err := in.openZstd(bytes.HasPrefix(head, dictMagic)); err != nil {
			return nil, err
		}
		in.inflated(0)
	default:
		if in.lengths = lengths; lengths.file == nil {
			in.widen(lookAhead)
		}
		in.data = in.raw
	}
	return in, nil
}

// inflated lets data come from what is inflated ahead, by so many at once; see
// [newAhead].
func (in *input) inflated(workers int) {
	in.ahead = newAhead(workers, in.meter)
	in.data = bufio.NewReaderSize(in.ahead, lookAhead)
}

// widen makes the file's buffer larger. Nothing but its magic has been read.
func (in *input) widen(size int) {
	in.count.rewind(0)
	in.raw = bufio.NewReaderSize(&in.count, size)
}

// offset is how much of the file was read.
func (in *input) offset() int64 {
	if in.ahead != nil {
		return in.ahead.now.offset
	}
	return in.rawOffset()
}

func (in *input) rawOffset() int64 { return in.count.n - int64(in.raw.Buffered()) }

// next goes on to the next member. io.EOF is the end of the file; any other error
// leaves the file where [input.recover] can go on.
func (in *input) next() error {
	if in.form == plainFile {
		if in.began {
			return io.EOF
		}
		in.began = true
		return nil
	}
	err := in.ahead.next(in)
	in.start = in.ahead.now.start
	in.data.Reset(in.ahead)
	return err
}

// begin goes on to the next member that is to be inflated.
func (in *input) begin() (io.Reader, error) {
	if in.form == zstdFile {
		if in.began {
			return nil, io.EOF
		}
		in.began = true
		return in.frames, nil
	}
	in.member = in.rawOffset()
	if _, err := in.raw.Peek(1); err != nil {
		return nil, err
	}
	if head, _ := in.raw.Peek(len(gzipMagic)); !bytes.Equal(head, gzipMagic) {
		return nil, fmt.Errorf("%w: no gzip member where one should begin", gzip.ErrHeader)
	}
	if err := in.gz.Reset(in.raw); err != nil {
		return nil, damaged(err)
	}
	in.gz.Multistream(false)
	return in.gz, nil
}

// damaged keeps the end of a member that is cut apart from the end of a file.
func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// recover goes on after damage: to the next member that is one beyond doubt. io.EOF says that there is none. Nothing is inflated ahead then: the damage ended
// that.
func (in *input) recover() error {
	if in.form == plainFile {
		return io.EOF // plain bytes are never damaged: what fails is the reading itself
	}
	var err error
	if in.form == gzipFile {
		err = in.recoverGzip()
	} else {
		err = in.recoverZstd()
	}
	if in.ahead.now.offset = in.rawOffset(); err != nil {
		return err
	}
	return in.next()
}

func (in *input) recoverGzip() error {
	in.goBack()
	for {
		if err := in.seek(gzipMagic); err != nil {
			return err
		}
		if err := in.probed(probeSize); err != nil {
			return err
		}
		if in.wholeMember() {
			return nil
		}
		head, _ := in.raw.Peek(probeSize)
		var first [len("WARC/")]byte
		if in.probe.Reset(bytes.NewReader(head)) == nil {
			if _, err := io.ReadFull(&in.probe, first[:]); err == nil && bytes.Equal(first[:], warcMagic) {
				return nil
			}
		}
		if _, err := in.raw.Discard(len(gzipMagic)); err != nil {
			return err
		}
	}
}

// wholeMember reports whether a sound member stands here, and another or the end
// behind it. A payload that was sent as gzip looks like a member, too, where it could
// not be compressed further, but more of the record follows it. Each stretch from one
// magic to the next is inflated once.
func (in *input) wholeMember() bool {
	window, err := in.raw.Peek(windowSize)
	if len(window) < contentcoding.LeastGzip {
		return false
	}
	end := bytes.Index(window[contentcoding.LeastGzip:], gzipMagic)
	if end += contentcoding.LeastGzip; end < contentcoding.LeastGzip {
		if end = len(window); err == nil {
			return false
		}
	}
	size := contentcoding.GzipSize(window[:end])
	if size > roundSize {
		return false
	}
	in.meter.Spend(int64(size))
	if len(in.space) < int(size) {
		in.space = make([]byte, size)
	}
	return in.whole.Inflate(in.space[:size], window[:end])
}

// goBack goes back to behind the beginning of a member that is damaged: it may have
// been cut, and what was read of it since be another.
func (in *input) goBack() {
	in.count.rewind(max(in.member+1, in.rawOffset()-readOn))
	in.raw.Reset(&in.count)
	in.meter.Spend(priceRecover)
}

// probed notes that a place was looked at that may be where a damaged file goes on.
func (in *input) probed(size int64) error {
	in.meter.Spend(size)
	in.meter.reached(in.rawOffset())
	return in.meter.over()
}

// seek goes to where magic stands next in the file.
func (in *input) seek(magic []byte) error {
	for {
		b, err := in.raw.Peek(max(in.raw.Buffered(), len(magic)))
		if i := bytes.Index(b, magic); i >= 0 {
			_, err := in.raw.Discard(i)
			return err
		}
		if err != nil {
			return err
		}
		if _, err := in.raw.Discard(len(b) - len(magic) + 1); err != nil {
			return err
		}
	}
}

func (in *input) close() {
	if in.ahead != nil {
		in.ahead.stop()
	}
	if in.frames != nil {
		in.frames.zst.Close()
	}
}
