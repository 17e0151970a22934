package body

import (
	"encoding/binary"
	"slices"
)

// Sketch is a sample of what a text is made of: the smallest hashes of its
// eight-byte pieces, sorted. How many two sketches share tells how much of the
// texts is the same, wherever it stands.
type Sketch []uint32

// sketchSize is how many hashes a sketch has at most.
const sketchSize = 96

// SketchOf is the sketch of a body. One of less than 8 bytes has an empty one.
func SketchOf(body []byte) Sketch {
	// Sorting few hashes is quick. So those below a limit are taken first, about six times as
	// many as a sketch has, for some come twice; where that leaves too few, four times as many.
	for limit := uint64(6*sketchSize) << 32 / uint64(max(len(body), 1)); ; limit *= 4 {
		limit = min(limit, 1<<26) // one piece of 64, however short the body
		s := pieces(body, uint32(limit))
		if len(s) == sketchSize || limit == 1<<26 {
			return s
		}
	}
}

// pieces is the smallest hashes of a body, all below limit.
func pieces(body []byte, limit uint32) Sketch {
	var s Sketch
	note := func(h uint32) {
		if h >= limit {
			return
		}
		s = append(s, h)
		if len(s) == 16*sketchSize {
			s = s.smallest()
			limit = s[len(s)-1]
		}
	}
	i := 0
	for ; i+15 <= len(body); i += 8 {
		// The smallest of eight shows nearly always that none is below the limit.
		b := body[i : i+15 : i+15]
		if min(piece(b), piece(b[1:]), piece(b[2:]), piece(b[3:]), piece(b[4:]), piece(b[5:]), piece(b[6:]), piece(b[7:])) >= limit {
			continue
		}
		for j := range 8 {
			note(piece(b[j:]))
		}
	}
	for ; i+8 <= len(body); i++ {
		note(piece(body[i:]))
	}
	return s.smallest()
}

// piece is the hash of the first eight bytes of b.
func piece(b []byte) uint32 { return uint32(binary.LittleEndian.Uint64(b) * 0x9E3779B97F4A7C15 >> 32) }

// smallest sorts a sketch and cuts it to its size.
func (s Sketch) smallest() Sketch {
	slices.Sort(s)
	s = slices.Compact(s)
	return s[:min(len(s), sketchSize)]
}

// Common is how many hashes two sketches have in common.
func (s Sketch) Common(o Sketch) int {
	n := 0
	for len(s) > 0 && len(o) > 0 {
		switch {
		case s[0] < o[0]:
			s = s[1:]
		case s[0] > o[0]:
			o = o[1:]
		default:
			n, s, o = n+1, s[1:], o[1:]
		}
	}
	return n
}
