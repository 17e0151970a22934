package warcfile

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// What reading a file may cost is bounded by how much of the file was read: not trick by
// trick, but by what is done. Whatever unpacks, scans, parses or stores says so to the
// file's meter, in bytes that take as long to unpack, and reading ends with [ErrTooMuch]
// where that passes the allowance. What was taken before is kept.
//
// The prices are rough, from measuring; what counts is that nothing is free. 10 MB of
// anything may so cost some seconds of one processor. What is sound stays far below:
//
//   - A WARC's records are packed one by one as a rule, by gzip to a fifth or a tenth, by
//     zstd with a dictionary to a twentieth. The pages of a newspaper that are taken from
//     such a file may be packed to a 50th, those that are passed over to a 250th.
//   - A file that was packed as a whole, of pages that repeat each other, may be packed
//     better than that. Where it unpacks to more than the fixed allowance, the error says
//     what helps: unpacked, the same file is as large as what it holds.
const (
	// allowed is what any file may cost, and allowedRatio what each of its bytes adds.
	allowed      = 192 << 20
	allowedRatio = 256

	// Prices. A byte of a header is parsed, a byte of a block that is taken is copied,
	// decoded, hashed, cleaned and stored.
	priceHeaderByte = 16
	priceRecord     = 512
	PriceProblem    = 512       // of a [Problem] that is reported
	priceLook       = 4 << 10   // for a record that a wrong length would swallow
	priceRecover    = 128 << 10 // of damage: what was read, and inflated ahead, is read again
	priceFile       = 1 << 20   // the buffers of a file within a WACZ
)

// Meter holds what was done against what was read. The zero value is for one file. What inflates a
// file ahead and what reads its records spend at the same time.
type Meter struct {
	read  atomic.Int64 // bytes of the file
	spent atomic.Int64 // what was done, in bytes that take as long to unpack
	// outer says that the file lies within another, of which is read what is read.
	outer bool
}

// NewOuterMeter is one for a file of which single files within are read.
func NewOuterMeter() *Meter { return &Meter{outer: true} }

// Spend notes work that takes as long as unpacking n bytes.
func (m *Meter) Spend(n int64) { m.spent.Add(n) }

// Spent is all that was noted, in bytes that take as long to unpack.
func (m *Meter) Spent() int64 { return m.spent.Load() }

// reached notes how much of the file was read.
func (m *Meter) reached(read int64) {
	if !m.outer {
		m.read.Store(max(m.read.Load(), read)) // only who reads the records says so
	}
}

// over is [ErrTooMuch] where more was done than is allowed.
func (m *Meter) over() error {
	read := m.read.Load()
	if m.Spent() <= allowed+allowedRatio*read {
		return nil
	}
	return fmt.Errorf("given up after %d bytes of the file: %w; if it is sound, unpack it and take what comes of that", read, ErrTooMuch)
}

// Enter notes that a file within the file is read next, of so many bytes as it lies there.
// It is [ErrTooMuch] where the allowance is used up.
func (m *Meter) Enter(size int64) error {
	m.read.Add(size)
	m.Spend(priceFile)
	return m.over()
}

// Entry is a file within another: what is read of it was unpacked.
type Entry struct {
	r     io.Reader
	meter *Meter
	err   error
}

// Entry reads a file within the file, at the cost of unpacking it.
func (m *Meter) Entry(r io.Reader) *Entry { return &Entry{r: r, meter: m} }

// Ended is the error that reading the file ended in, nil at its end.
func (e *Entry) Ended() error { return e.err }

// Read reads on, or gives [ErrTooMuch] where the meter's allowance is used up.
func (e *Entry) Read(p []byte) (int, error) {
	if err := e.meter.over(); err != nil {
		return 0, err
	}
	n, err := e.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		e.err = err
	}
	e.meter.Spend(int64(n))
	return n, err
}
