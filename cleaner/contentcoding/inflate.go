package contentcoding

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// An Inflater inflates gzip members that lie in memory whole and say truly how long
// they are inflated: about twice as fast as a stream can be, for nothing is copied,
// no window is kept, and what is written already is where a match is looked up. It
// refuses without a reason whatever it does not know to be sound: that member is read
// as a stream then, and what is said of it is said there. See
// docs/decisions/0021-inflating.md.
type Inflater struct {
	lengths [maxLiterals + maxDistances]uint8
	sorted  [maxLiterals]uint16
	code    [1 << codeBits]entry
	own     tables  // of the present block
	usual   *tables // the fixed ones, once they were needed

	in  []byte // the member
	at  int    // how much of it was taken into bit
	bit uint64 // the next bit is the lowest
	n   int    // how many bits these are; less than none where there were no more
}

// tables tell what the codes of a block mean.
type tables struct {
	literal  [literalSpace]entry
	distance [distanceSpace]entry
}

const (
	maxLiterals  = 288
	maxDistances = 32
	maxCode      = 15

	// How much of a code is looked up at once. What is longer goes on in a table
	// of its own, behind the first.
	codeBits     = 7
	literalBits  = 10
	distanceBits = 8

	// The most entries that complete codes take; zlib's "enough 288 10 15" and
	// "enough 32 8 15" count them.
	literalSpace  = 1334
	distanceSpace = 402
)

// entry says what a code means:
//
//	bits 0-7    how many bits it takes, with those that belong to it
//	bits 8-11   how many of these are the code
//	bits 12-15  what it is, see below
//	bits 16-31  the literal, or the least length or distance
//
// Of a longer code, bits 8-11 are how many bits more are looked up, and 16-31 where
// their table begins.
type entry uint32

const (
	isNone    entry = 1 << 12
	isEnd     entry = 1 << 13
	isLonger  entry = 1 << 14
	isLiteral entry = 1 << 15
)

func (e entry) taken() int { return int(e & 0xff) }
func (e entry) bits() int  { return int(e >> 8 & 0xf) }
func (e entry) value() int { return int(e >> 16) }

// plus is the value and what the bits behind the code add to it.
func (e entry) plus(bit uint64) int {
	return e.value() + int(bit&(1<<(e&0x3f)-1)>>(e>>8&0xf))
}

// What the symbols mean (RFC 1951, 3.2.5), as entries without their codes.
var codeSymbols, literalSymbols, distanceSymbols = symbols()

func symbols() (code [19]entry, literal [maxLiterals]entry, distance [maxDistances]entry) {
	for i := range code {
		code[i] = entry(i) << 16
	}
	for i := range 256 {
		literal[i] = entry(i)<<16 | isLiteral
	}
	literal[256] = isEnd
	for i, base := 257, 3; i < 285; i++ {
		extra := max(0, (i-261)/4)
		literal[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	literal[285] = 258 << 16
	literal[286], literal[287] = isNone, isNone
	for i, base := 0, 1; i < 30; i++ {
		extra := max(0, i/2-1)
		distance[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	distance[30], distance[31] = isNone, isNone
	return code, literal, distance
}

// Inflate inflates a member into out. It tells whether the member is sound, is all
// that was given, and is as long inflated as out.
func (z *Inflater) Inflate(out, member []byte) bool {
	start := gzipStart(member)
	if start == 0 {
		return false
	}
	z.in, z.at, z.bit, z.n = member, start, 0, 0
	n, ok := z.blocks(out)
	z.in = nil
	trailer := member[len(member)-gzipTrailer:]
	return ok && n == len(out) && z.at-z.n>>3 == len(member)-gzipTrailer &&
		crc32.ChecksumIEEE(out) == binary.LittleEndian.Uint32(trailer)
}

func (z *Inflater) blocks(out []byte) (n int, ok bool) {
	for last := false; !last; {
		z.refill()
		last = z.take(1) == 1
		switch z.take(2) {
		case 0:
			n, ok = z.stored(out, n)
		case 1:
			n, ok = z.compressed(z.fixed(), out, n)
		case 2:
			if ok = z.dynamic(); ok {
				n, ok = z.compressed(&z.own, out, n)
			}
		default:
			ok = false
		}
		if !ok {
			return 0, false
		}
	}
	return n, true
}

// refill takes as much as fits into bit: 56 bits at least, unless the end is so
// near that all that may be taken is there already: behind it is the trailer.
func (z *Inflater) refill() {
	if z.at+8 <= len(z.in) {
		z.bit |= binary.LittleEndian.Uint64(z.in[z.at:]) << (z.n & 63)
		z.at += (63 - z.n) >> 3
		z.n |= 56
	}
}

func (z *Inflater) take(n int) int {
	v := z.bit & (1<<n - 1)
	z.bit >>= n
	z.n -= n
	return int(v)
}

// stored copies a block that is not compressed.
func (z *Inflater) stored(out []byte, n int) (int, bool) {
	if z.n < 0 {
		return 0, false
	}
	in := z.in[:len(z.in)-gzipTrailer]
	at := z.at - z.n>>3 // the next whole byte
	if at+4 > len(in) {
		return 0, false
	}
	length := int(binary.LittleEndian.Uint16(in[at:]))
	if length^0xffff != int(binary.LittleEndian.Uint16(in[at+2:])) {
		return 0, false
	}
	if at += 4; at+length > len(in) || n+length > len(out) {
		return 0, false
	}
	z.at, z.bit, z.n = at+length, 0, 0
	return n + copy(out[n:], in[at:at+length]), true
}

// fixed are the tables of RFC 1951, 3.2.6.
func (z *Inflater) fixed() *tables {
	if z.usual != nil {
		return z.usual
	}
	z.usual = new(tables)
	l := z.lengths[:maxLiterals]
	for i := range l {
		switch {
		case i < 144, i >= 280:
			l[i] = 8
		case i < 256:
			l[i] = 9
		default:
			l[i] = 7
		}
	}
	z.build(z.usual.literal[:], literalBits, l, literalSymbols[:])
	d := z.lengths[:maxDistances]
	for i := range d {
		d[i] = 5
	}
	z.build(z.usual.distance[:], distanceBits, d, distanceSymbols[:])
	return z.usual
}

// The order in which the lengths of the codes' own codes come.
var codeOrder = [...]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// dynamic reads the tables of a block (RFC 1951, 3.2.7).
func (z *Inflater) dynamic() bool {
	literals, distances, codes := z.take(5)+257, z.take(5)+1, z.take(4)+4
	if literals > 286 || distances > 30 {
		return false
	}
	var own [len(codeOrder)]uint8
	for _, i := range codeOrder[:codes] {
		z.refill()
		own[i] = uint8(z.take(3))
	}
	if !z.build(z.code[:], codeBits, own[:], codeSymbols[:]) {
		return false
	}
	all := z.lengths[:literals+distances]
	for i := 0; i < len(all); {
		z.refill()
		e := z.code[z.bit&(1<<codeBits-1)]
		if e&isNone != 0 {
			return false
		}
		z.take(e.taken())
		length, times := uint8(e.value()), 1
		switch length {
		case 16:
			if i == 0 {
				return false
			}
			length, times = all[i-1], 3+z.take(2)
		case 17:
			length, times = 0, 3+z.take(3)
		case 18:
			length, times = 0, 11+z.take(7)
		}
		if i+times > len(all) {
			return false
		}
		for range times {
			all[i] = length
			i++
		}
	}
	return z.n >= 0 &&
		z.build(z.own.literal[:], literalBits, all[:literals], literalSymbols[:]) &&
		z.build(z.own.distance[:], distanceBits, all[literals:], distanceSymbols[:])
}

// build makes the table of the codes whose lengths these are. Codes have to be
// complete; but there may be none, or one of one bit.
func (z *Inflater) build(table []entry, width int, lengths []uint8, symbols []entry) bool {
	var count, first [maxCode + 1]int
	for _, l := range lengths {
		count[l]++
	}
	used := len(lengths) - count[0]
	left, from := 1, 0
	for l := 1; l <= maxCode; l++ {
		first[l] = from
		from += count[l]
		if left = left<<1 - count[l]; left < 0 {
			return false
		}
	}
	if left > 0 {
		if used > 1 || used == 1 && count[1] == 0 {
			return false
		}
		for i := range 1 << width {
			table[i] = isNone
		}
	}
	for symbol, l := range lengths {
		if l > 0 {
			z.sorted[first[l]] = uint16(symbol)
			first[l]++
		}
	}
	code := 0                                         // as RFC 1951 counts it
	prefix, start, longer, next := -1, 0, 0, 1<<width // of the present longer codes
	sorted := z.sorted[:used]
	for l := 1; l <= maxCode; l++ {
		for ; count[l] > 0; count[l]-- {
			reversed := int(bits.Reverse16(uint16(code)) >> (16 - l)) // as it comes
			code++
			e := symbols[sorted[0]]
			sorted = sorted[1:]
			if l <= width {
				e += entry(l<<8 | l)
				for i := reversed; i < 1<<width; i += 1 << l {
					table[i] = e
				}
				continue
			}
			if p := reversed & (1<<width - 1); p != prefix {
				prefix, start = p, next
				longer = l - width
				for room := count[l]; room < 1<<longer; {
					longer++
					room = room<<1 + count[width+longer]
				}
				next += 1 << longer
				table[prefix] = isLonger | entry(start<<16|longer<<8|width)
			}
			e += entry((l-width)<<8 | l - width)
			for i := reversed >> width; i < 1<<longer; i += 1 << (l - width) {
				table[start+i] = e
			}
		}
		code <<= 1
	}
	return true
}

// compressed inflates a block by the tables, from n on.
func (z *Inflater) compressed(t *tables, out []byte, n int) (int, bool) {
	const literals, distances = 1<<literalBits - 1, 1<<distanceBits - 1
	in, at, bit, left := z.in, z.at, z.bit, z.n
	for {
		if at+8 <= len(in) { // as refill does
			bit |= binary.LittleEndian.Uint64(in[at:]) << (left & 63)
			at += (63 - left) >> 3
			left |= 56
		} else if left < 0 {
			return 0, false
		}
		e := t.literal[bit&literals]
		if e&isLonger != 0 {
			bit >>= literalBits
			left -= literalBits
			e = t.literal[e.value()+int(bit&(1<<e.bits()-1))]
		}
		was := bit
		bit >>= e & 0x3f
		left -= e.taken()
		if e&isLiteral != 0 {
			if n >= len(out) {
				return 0, false
			}
			out[n] = byte(e >> 16)
			n++
			// 41 bits are left: enough for two that are looked up at once.
			for range 2 {
				e = t.literal[bit&literals]
				if e&isLiteral == 0 || n >= len(out) {
					break
				}
				out[n] = byte(e >> 16)
				n++
				bit >>= e & 0x3f
				left -= e.taken()
			}
			continue
		}
		if e&(isEnd|isNone) != 0 {
			z.at, z.bit, z.n = at, bit, left
			return n, e&isEnd != 0 && left >= 0
		}
		length := e.plus(was)

		e = t.distance[bit&distances]
		if e&isLonger != 0 {
			bit >>= distanceBits
			left -= distanceBits
			e = t.distance[e.value()+int(bit&(1<<e.bits()-1))]
		}
		back := e.plus(bit)
		bit >>= e & 0x3f
		left -= e.taken()
		from, end := n-back, n+length
		if e&isNone != 0 || from < 0 || end > len(out) {
			return 0, false
		}
		if back >= 8 && end+8 <= len(out) {
			for ; n < end; n, from = n+8, from+8 { // the last writes on, to be written over
				binary.LittleEndian.PutUint64(out[n:], binary.LittleEndian.Uint64(out[from:]))
			}
			n = end
			continue
		}
		for n < end { // each time twice as much as before, where it overlaps
			n += copy(out[n:end], out[from:n])
		}
	}
}

// GzipMagic is what every gzip member begins with, and LeastGzip the least that it
// takes (RFC 1952).
const (
	GzipMagic = "\x1f\x8b\x08"
	LeastGzip = gzipHeader + gzipTrailer

	gzipHeader     = 10
	gzipTrailer    = 8
	gzipHasSum     = 1 << 1
	gzipHasExtra   = 1 << 2
	gzipHasName    = 1 << 3
	gzipHasComment = 1 << 4
	maxGzipName    = 256
)

// gzipStart is where a member's data begins, 0 where it has not the header of the
// usual one: with nothing, an extra field (wget) or a name.
func gzipStart(member []byte) int {
	at := gzipHeader
	if len(member) < LeastGzip || string(member[:len(GzipMagic)]) != GzipMagic || member[3]&^(gzipHasExtra|gzipHasName) != 0 {
		return 0
	}
	if member[3]&gzipHasExtra != 0 {
		at += 2 + int(binary.LittleEndian.Uint16(member[at:]))
	}
	if member[3]&gzipHasName != 0 && at < len(member) {
		name := bytes.IndexByte(member[at:min(at+maxGzipName, len(member))], 0)
		if name < 0 {
			return 0
		}
		at += name + 1
	}
	if at > len(member)-gzipTrailer {
		return 0
	}
	return at
}

// GzipSize is how long a member says that it is inflated, if it ends here.
func GzipSize(member []byte) uint32 {
	return binary.LittleEndian.Uint32(member[len(member)-4:])
}
