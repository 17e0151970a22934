package warc

import (
	"errors"
	"io"
)

// Inflating takes four fifths of the time of reading. So it is done ahead, by a
// goroutine of its own, a few pieces at most: while a record is looked at, what
// follows is inflated.
const (
	pieceSize   = 64 << 10
	piecesAhead = 8
)

// piece is some of what was inflated.
type piece struct {
	buffer []byte // to be used again
	data   []byte
	start  int64 // where its member begins in the file
	offset int64 // how much of the file was read until then
	err    error // follows the data; io.EOF ends the member
	none   bool  // there is no member: err says why
}

// last tells that the inflating ended with this piece.
func (p piece) last() bool { return p.none || p.err != nil && !errors.Is(p.err, io.EOF) }

// ahead inflates the members of an [input] ahead. Its goroutine ends with the
// file, with the first damage, so that the file stands where that is, and with
// stop. As long as it runs, the input's file is its own.
type ahead struct {
	pieces chan piece // nil while there is no goroutine
	quit   chan struct{}
	free   chan []byte
	now    piece // the one that is being read
}

func newAhead() *ahead {
	a := &ahead{free: make(chan []byte, piecesAhead+2)} // and one on either side
	for range cap(a.free) {
		a.free <- nil // made when it is needed: most files are small
	}
	return a
}

// next goes on to the next member; the present one has been read to its end.
func (a *ahead) next(in *input) error {
	if a.pieces == nil {
		a.pieces, a.quit = make(chan piece, piecesAhead), make(chan struct{})
		go a.inflate(in, a.pieces, a.quit)
	}
	a.take()
	if a.now.none {
		return a.now.err
	}
	return nil
}

// Read reads the present member.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.now.data) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		a.take()
	}
	n := copy(p, a.now.data)
	a.now.data = a.now.data[n:]
	return n, nil
}

// take waits for the next piece; with the last the goroutine is gone.
func (a *ahead) take() {
	if a.now.buffer != nil {
		a.free <- a.now.buffer
	}
	if a.now = <-a.pieces; a.now.last() {
		a.stop()
	}
}

// stop ends the goroutine, and waits for that.
func (a *ahead) stop() {
	if a.pieces == nil {
		return
	}
	close(a.quit)
	for p := range a.pieces {
		a.free <- p.buffer
	}
	a.pieces = nil
}

func (a *ahead) inflate(in *input, pieces chan<- piece, quit <-chan struct{}) {
	defer close(pieces)
	var member io.Reader // nil between members
	for {
		var p piece
		select {
		case p.buffer = <-a.free:
		case <-quit:
			return
		}
		if p.buffer == nil {
			p.buffer = make([]byte, pieceSize)
		}
		if member == nil {
			member, p.err = in.begin()
			p.none = p.err != nil
		}
		if !p.none {
			p.data, p.err = fill(member, p.buffer)
		}
		p.start, p.offset = in.member, in.rawOffset()
		if p.err != nil {
			member = nil
		}
		select {
		case pieces <- p:
		case <-quit:
			return
		}
		if p.last() {
			return
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
