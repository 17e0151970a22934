package warcfile

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"baoluu/cleaner/contentcoding"
)

// Inflating takes most of the time of reading. So it is done ahead, by a goroutine
// of its own: while a record is looked at, what follows is inflated.
//
// A gzip file's members, which are short as a rule, are inflated several at once, in
// rounds. Where the next member begins is only known when the one before it was
// inflated, but it can be guessed: where gzip's magic stands. So a round takes some
// bytes of the file, parts them there, and each processor inflates parts; see
// [contentcoding.Inflater]. Then the parts are gone through in order. A part at the place that the
// file was read to, and that proved to be one sound member, to its last byte, is
// what it was taken for, and the next begins behind it. If it proved to be anything
// else (magic within a member, damage, a member that is too large), what stands
// there is inflated as a stream, and that alone is what counts.
//
// Guessing wrong costs little: what a round inflates is bounded, and it is gone
// through to its end before the next begins.
const (
	// windowSize is how much of the file a round looks at. Larger members are
	// streams.
	windowSize = 256 << 10
	// roundSize is how much a round may give, inflated.
	roundSize = 2 << 20
	// maxRound bounds the members of a round.
	maxRound = 256
	// maxWorkers bounds who inflates: more than this are faster than the reading.
	maxWorkers = 4

	pieceSize = 64 << 10 // of a stream
	rooms     = 4        // in which something lies that was inflated
)

// piece is some of what was inflated.
type piece struct {
	data   []byte
	start  int64 // where its member begins in the file
	offset int64 // how much of the file was read until then
	err    error // follows the data; io.EOF ends the member
	none   bool  // there is no member: err says why
}

// last tells that the inflating ended with this piece.
func (p piece) last() bool { return p.none || p.err != nil && !errors.Is(p.err, io.EOF) }

// room is where pieces lie.
type room struct {
	space  []byte
	pieces []piece
	users  atomic.Int32 // deliveries, and who fills the room
}

// delivery are pieces one behind the other, in one room.
type delivery struct {
	room   *room
	pieces []piece
}

// ahead inflates the members of an [input] ahead. Its goroutine ends with the
// file, with the first damage, so that the file stands where that is, and with
// stop. As long as it runs, the input's file is its own.
type ahead struct {
	inflaters  []contentcoding.Inflater // of a round; none: each member is a stream
	deliveries chan delivery            // nil while there is no goroutine
	quit       chan struct{}
	free       chan *room
	present    delivery // what is left of the one that is being read
	now        piece    // the one that is being read
	meter      *Meter
	begun      bool // now is the first of a member that is still to be gone on to
}

// newAhead inflates by so many workers at once, what is gzip; 0 is for what is not.
func newAhead(workers int, m *Meter) *ahead {
	a := &ahead{inflaters: make([]contentcoding.Inflater, workers), free: make(chan *room, rooms), meter: m}
	for range rooms {
		a.free <- new(room) // whose space is made when it is needed: most files are small
	}
	return a
}

// next goes on to the next member in which a record begins; the present one has been
// read to its end.
func (a *ahead) next(in *input) error {
	if a.begun {
		a.begun = false
		if a.now.none {
			return a.now.err
		}
		return nil
	}
	if a.deliveries == nil {
		a.deliveries, a.quit = make(chan delivery, rooms), make(chan struct{})
		go (&inflating{in: in, inflaters: a.inflaters, free: a.free, deliveries: a.deliveries, quit: a.quit}).run()
	}
	a.take()
	if a.now.none {
		return a.now.err
	}
	return nil
}

// Read reads the present member, and those behind it that go on where it ended. Some
// programs end a member anywhere, within a record or its header, and so do those that
// compress a whole file by several processors. A member that begins with a record
// does not go on with another's: a record is never longer than to there, whatever its
// length says.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.now.data) == 0 {
		switch {
		case a.begun:
			return 0, io.EOF
		case a.now.err == nil:
			a.take()
		case !errors.Is(a.now.err, io.EOF):
			return 0, a.now.err
		default:
			a.take()
			damaged := len(a.now.data) == 0 && a.now.last()
			a.begun = damaged || beginsRecord(a.now.data)
		}
	}
	if a.begun {
		return 0, io.EOF
	}
	a.meter.reached(a.now.offset)
	if err := a.meter.over(); err != nil {
		return 0, readError{err} // nothing behind it is read
	}
	n := copy(p, a.now.data)
	a.now.data = a.now.data[n:]
	a.meter.Spend(int64(n))
	return n, nil
}

// beginsRecord reports whether a record's first line stands at the beginning of b.
func beginsRecord(b []byte) bool {
	line, _, _ := bytes.Cut(b[:min(len(b), bufferedLine)], []byte("\n"))
	return bytes.HasPrefix(line, warcMagic) && versionLine.Match(bytes.TrimSuffix(line, []byte("\r")))
}

// bufferedLine is more than the first line of a record takes.
const bufferedLine = 64

// take goes on to the next piece, and waits for it; with the last the goroutine is
// gone.
func (a *ahead) take() {
	if len(a.present.pieces) == 0 {
		a.leave(a.present)
		a.present = <-a.deliveries
	}
	a.now, a.present.pieces = a.present.pieces[0], a.present.pieces[1:]
	if a.now.last() {
		a.stop()
	}
}

// stop ends the goroutine, and waits for that.
func (a *ahead) stop() {
	if a.deliveries == nil {
		return
	}
	close(a.quit)
	for d := range a.deliveries {
		a.leave(d)
	}
	a.deliveries = nil
}

func (a *ahead) leave(d delivery) {
	if d.room != nil {
		d.room.leave(a.free)
	}
}

// leave gives a room back when the last has left.
func (r *room) leave(free chan<- *room) {
	if r.users.Add(-1) == 0 {
		free <- r
	}
}

// inflating is what the goroutine that inflates ahead has to itself.
type inflating struct {
	in         *input
	free       chan *room
	deliveries chan<- delivery
	quit       <-chan struct{}
	parts      []part
	inflaters  []contentcoding.Inflater
}

func (f *inflating) run() {
	defer close(f.deliveries)
	for {
		if len(f.inflaters) > 0 && !f.round() || !f.stream() {
			return
		}
	}
}

// enter waits for a room with space for n bytes; nil says that nobody wants more.
func (f *inflating) enter(n int) *room {
	select {
	case r := <-f.free:
		if len(r.space) < n {
			r.space = make([]byte, n)
		}
		r.pieces = r.pieces[:0]
		r.users.Store(1)
		return r
	case <-f.quit:
		return nil
	}
}

// send hands on pieces of a room; false says that nobody wants more.
func (f *inflating) send(r *room, pieces []piece) bool {
	if len(pieces) == 0 {
		return true
	}
	r.users.Add(1)
	select {
	case f.deliveries <- delivery{r, pieces}:
		return true
	case <-f.quit:
		r.leave(f.free)
		return false
	}
}

// stream inflates the next member in pieces. It returns false when there is no more
// to do.
func (f *inflating) stream() bool {
	var member io.Reader
	for {
		r := f.enter(pieceSize)
		if r == nil {
			return false
		}
		var p piece
		if member == nil {
			member, p.err = f.in.begin()
			p.none = p.err != nil
		}
		if !p.none {
			p.data, p.err = fill(member, r.space[:pieceSize])
		}
		p.start, p.offset = f.in.member, f.in.rawOffset()
		r.pieces = append(r.pieces, p)
		sent := f.send(r, r.pieces)
		r.leave(f.free)
		if !sent || p.last() {
			return false
		}
		if p.err != nil {
			return true
		}
	}
}

// fill reads until the buffer is full, or an error.
func fill(r io.Reader, buffer []byte) ([]byte, error) {
	for n := 0; n < len(buffer); {
		m, err := r.Read(buffer[n:])
		if n += m; err != nil {
			return buffer[:n], err
		}
	}
	return buffer, nil
}

// part is a stretch of the file that may be one member.
type part struct {
	start int64
	raw   []byte // valid until the file is read on
	size  int    // inflated, as it says; -1 where that is too much
	data  []byte
	sound bool // it is one member, and data is what it holds
}

// round inflates the members that come next several at once, until one comes that
// cannot be. It returns false when nobody wants more.
func (f *inflating) round() bool {
	for {
		size := f.cut()
		if len(f.parts) == 0 {
			return true
		}
		r := f.enter(size)
		if r == nil {
			return false
		}
		f.inflate(r.space)
		ok := f.walk(r)
		r.leave(f.free)
		if !ok {
			return false
		}
	}
}

// cut parts what comes next in the file. It returns how much the parts may give.
func (f *inflating) cut() int {
	raw := f.in.raw
	window, err := raw.Peek(raw.Buffered())
	if len(window) < windowSize/2 {
		window, err = raw.Peek(windowSize)
	}
	size := f.cutWindow(window, err != nil)
	if len(f.parts) == 0 && err == nil && len(window) < windowSize {
		window, err = raw.Peek(windowSize)
		size = f.cutWindow(window, err != nil)
	}
	return size
}

// cutWindow parts some bytes of the file, behind which the file ends, or more comes.
func (f *inflating) cutWindow(window []byte, ends bool) (size int) {
	f.parts = f.parts[:0]
	if !bytes.HasPrefix(window, gzipMagic) {
		return 0
	}
	start := f.in.rawOffset()
	for len(window) >= contentcoding.LeastGzip && len(f.parts) < maxRound {
		end := len(window)
		if i := bytes.Index(window[contentcoding.LeastGzip:], gzipMagic); i >= 0 {
			end = contentcoding.LeastGzip + i
		} else if !ends {
			break
		}
		p := part{start: start, raw: window[:end], size: -1}
		if n := contentcoding.GzipSize(p.raw); n <= roundSize {
			if size+int(n) > roundSize {
				break
			}
			p.size = int(n)
			size += p.size
		}
		f.parts = append(f.parts, p)
		window = window[end:]
		start += int64(end)
	}
	return size
}

// inflate inflates the parts, one behind the other into space.
func (f *inflating) inflate(space []byte) {
	for i := range f.parts {
		if p := &f.parts[i]; p.size >= 0 {
			p.data, space = space[:p.size:p.size], space[p.size:]
		}
	}
	var next atomic.Int64
	work := func(z *contentcoding.Inflater) {
		for i := next.Add(1) - 1; i < int64(len(f.parts)); i = next.Add(1) - 1 {
			p := &f.parts[i]
			p.sound = p.size >= 0 && z.Inflate(p.data, p.raw)
		}
	}
	var wg sync.WaitGroup
	for i := 1; i < min(len(f.inflaters), len(f.parts)); i++ {
		wg.Go(func() { work(&f.inflaters[i]) })
	}
	work(&f.inflaters[0])
	wg.Wait()
}

// walk hands on what was inflated, in the order of the file. It returns false when
// there is no more to do.
func (f *inflating) walk(r *room) bool {
	sent := 0
	for parts := f.parts; len(parts) > 0; {
		switch p, at := parts[0], f.in.rawOffset(); {
		case p.start < at: // within a member that was streamed
			parts = parts[1:]
		case p.start == at && p.sound:
			f.in.raw.Discard(len(p.raw)) //nolint:errcheck // it was peeked at
			r.pieces = append(r.pieces, piece{data: p.data, start: at, offset: at + int64(len(p.raw)), err: io.EOF})
			parts = parts[1:]
		default:
			if !f.send(r, r.pieces[sent:]) || !f.stream() {
				return false
			}
			sent = len(r.pieces)
		}
	}
	return f.send(r, r.pieces[sent:])
}
