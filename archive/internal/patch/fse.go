package patch

import "math/bits"

// counts are how often codes come, of 1 << log; -1 is less than once. RFC 8878, 4.1.
type counts struct {
	of  []int16
	log uint8
}

// The counts that need no telling; RFC 8878, 3.1.1.3.2.2.
var (
	usualLiteralLengths = counts{[]int16{4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1}, 6}
	usualMatchLengths   = counts{[]int16{
		1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
	}, 6}
	usualOffsets = counts{[]int16{1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1}, 5}
)

// countsOf are counts for codes that come so often, all together total times, at a log of
// at most maxLog.
func countsOf(histogram []int, total int, maxLog uint8) counts {
	for len(histogram) > 0 && histogram[len(histogram)-1] == 0 {
		histogram = histogram[:len(histogram)-1]
	}
	used := 0
	for _, n := range histogram {
		if n > 0 {
			used++
		}
	}
	// A finer table than there are codes to count says nothing more; all must have a place.
	log := uint8(max(5, bits.Len(uint(total-1))-2, bits.Len(uint(used))+1))
	log = min(log, maxLog)
	c := counts{make([]int16, len(histogram)), log}
	left, most := 1<<log, 0
	for i, n := range histogram {
		if n == 0 {
			continue
		}
		c.of[i] = int16(max(1, (n<<log+total/2)/total))
		left -= int(c.of[i])
		if c.of[i] > c.of[most] {
			most = i
		}
	}
	// What rounding left goes to the code that comes most often, or is taken from those
	// that lose least by it.
	for ; left < 0; left++ {
		largest := 0
		for i := range c.of {
			if c.of[i] > c.of[largest] {
				largest = i
			}
		}
		c.of[largest]--
	}
	c.of[most] += int16(left)
	return c
}

// cost is about how many bits the codes take that come so often, times 256; ok tells whether c knows them all.
func (c counts) cost(histogram []int) (sum int, ok bool) {
	for i, n := range histogram {
		switch {
		case n == 0:
		case i >= len(c.of) || c.of[i] == 0:
			return 0, false
		default:
			sum += n * (int(c.log)<<8 - log2(int(max(1, c.of[i]))))
		}
	}
	return sum, true
}

// log2 of n, times 256, a little too small between powers of two.
func log2(n int) int {
	whole := bits.Len(uint(n)) - 1
	return whole<<8 + (n<<8)>>whole - 1<<8
}

// append writes the counts as a decoder reads them; RFC 8878, 4.1.1.
func (c counts) append(out []byte) []byte {
	w := bitWriter{out: out}
	w.add(uint64(c.log-5), 4)
	remaining, threshold, width := 1<<c.log+1, 1<<c.log, uint(c.log)+1
	for i, zero := 0, false; remaining > 1; {
		if zero {
			from := i
			for c.of[i] == 0 {
				i++
			}
			for ; i >= from+3; from += 3 {
				w.add(3, 2)
			}
			w.add(uint64(i-from), 2)
		}
		n := int(c.of[i])
		i++
		most := 2*threshold - 1 - remaining
		remaining -= max(n, -n)
		n++
		zero = n == 1
		if n >= threshold {
			n += most
		}
		if n < most {
			w.add(uint64(n), width-1)
		} else {
			w.add(uint64(n), width)
		}
		for remaining < threshold {
			width, threshold = width-1, threshold>>1
		}
	}
	return w.end()
}

// A coder turns codes into bits by counts.
type coder struct {
	states  []uint16
	symbols []symbol
	log     uint8
	state   uint32
}

type symbol struct {
	bits  uint32 // how many bits a state gives off: (state + bits) >> 16
	first int32  // of its states, less what the shifted state is at least
}

// set makes the coder's tables; RFC 8878, 4.1.1, from the other side.
func (c *coder) set(n counts) {
	size := 1 << n.log
	c.log = n.log
	if cap(c.states) < size {
		c.states = make([]uint16, size)
	}
	c.states = c.states[:size]
	var at [64]uint16 // the next state of each code
	var of [512]uint8 // the code of each state
	high, sum := size-1, 0
	c.symbols = c.symbols[:0]
	for i, k := range n.of {
		at[i] = uint16(sum)
		var s symbol
		switch k {
		case 0:
		case -1, 1:
			if k == -1 {
				of[high] = uint8(i)
				high--
			}
			s = symbol{uint32(n.log)<<16 - uint32(size), int32(sum) - 1}
			sum++
		default:
			most := uint32(n.log) - uint32(bits.Len(uint(k-1))-1)
			s = symbol{most<<16 - uint32(k)<<most, int32(sum) - int32(k)}
			sum += int(k)
		}
		c.symbols = append(c.symbols, s)
	}
	place, step := 0, size>>1+size>>3+3
	for i, k := range n.of {
		for range max(k, 0) {
			of[place] = uint8(i)
			for place = (place + step) & (size - 1); place > high; {
				place = (place + step) & (size - 1)
			}
		}
	}
	for i, code := range of[:size] {
		c.states[at[code]] = uint16(size + i)
		at[code]++
	}
}

// begin sets the state to one that gives the first code, which is the last to be read.
func (c *coder) begin(code uint8) {
	s := c.symbols[code]
	n := (s.bits + 1<<15) >> 16
	c.state = uint32(c.states[int32((n<<16-s.bits)>>n)+s.first])
}

// add writes what leads from the state that gives code to the one before.
func (c *coder) add(w *bitWriter, code uint8) {
	s := c.symbols[code]
	n := (c.state + s.bits) >> 16
	w.add(uint64(c.state)&(1<<n-1), uint(n))
	c.state = uint32(c.states[int32(c.state>>n)+s.first])
}

// end writes the last state, the first to be read.
func (c *coder) end(w *bitWriter) { w.add(uint64(c.state)&(1<<c.log-1), uint(c.log)) }

// bitWriter appends bits, the lowest first. At most 57 fit in at a time.
type bitWriter struct {
	out  []byte
	bits uint64
	n    uint
}

func (w *bitWriter) add(v uint64, n uint) {
	w.bits |= v << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.bits))
		w.bits >>= 8
	}
}

// end writes what is left of a byte.
func (w *bitWriter) end() []byte {
	if w.n > 0 {
		w.out = append(w.out, byte(w.bits))
	}
	return w.out
}
