package patch

import "math/bits"

// A sequence is literals to take over, then bytes to repeat; RFC 8878, 3.1.1.3.2.
type sequence struct {
	literals uint32
	length   uint32 // of the match
	offset   uint32 // as it is written: 1 to 3 are recent ones, others are 3 more
}

// recent are the last three offsets, the newest first; RFC 8878, 3.1.1.5.
type recent [3]uint32

// code gives how an offset is written, and notes it. Right behind a match, without
// literals between, its own offset cannot come again.
func (r *recent) code(offset int, literals bool) uint32 {
	first := 1
	if literals {
		first = 0
	}
	for i := first; i < len(r); i++ {
		if r[i] == uint32(offset) {
			copy(r[1:i+1], r[:i])
			r[0] = uint32(offset)
			return uint32(i + 1 - first)
		}
	}
	r[0], r[1], r[2] = uint32(offset), r[0], r[1]
	return uint32(offset) + 3
}

// coding is how lengths are coded: each code stands for the lengths from its first on,
// told apart by the bits that are added.
type coding struct {
	bits  []uint8
	first []uint32
	short [64]uint8 // the codes of short lengths, looked up
}

// RFC 8878, 3.1.1.3.2.1.1.
var (
	literalLengths = newCoding(0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
	matchLengths = newCoding(3,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
)

// newCoding is the coding of lengths from the shortest on.
func newCoding(shortest uint32, bits ...uint8) *coding {
	c := &coding{bits: bits}
	for code, n := range bits {
		c.first = append(c.first, shortest)
		for i := shortest; i < shortest+1<<n && i < uint32(len(c.short)); i++ {
			c.short[i] = uint8(code)
		}
		shortest += 1 << n
	}
	return c
}

// code finds the code of a length.
func (c *coding) code(n uint32) uint8 {
	if n < uint32(len(c.short)) {
		return c.short[n]
	}
	i := len(c.first) - 1
	for c.first[i] > n {
		i--
	}
	return uint8(i)
}

// offsetCode is the code of a written offset, and as many bits are added.
func offsetCode(o uint32) uint8 { return uint8(bits.Len32(o) - 1) }
