package patch

import (
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/huff0"
)

const (
	magic    = 0xFD2FB528
	maxBlock = 128 << 10 // RFC 8878, 3.1.1.2.4
	// The types of blocks, and of literals.
	raw, repeated, compressed = 0, 1, 2
)

// appendHeader begins the frame of n bytes. As a single segment its window is the whole
// frame, and so all of the dictionary may be used to its end; RFC 8878, 3.1.1.1.
func appendHeader(out []byte, n int) []byte {
	const single = 1 << 5
	out = binary.LittleEndian.AppendUint32(out, magic)
	switch {
	case n < 256:
		return append(out, single, byte(n))
	case n < 256+1<<16:
		return binary.LittleEndian.AppendUint16(append(out, 1<<6|single), uint16(n-256))
	default:
		return binary.LittleEndian.AppendUint32(append(out, 2<<6|single), uint32(n))
	}
}

// block is a block under way. Its buffers serve from one to the next.
type block struct {
	literals  []byte
	sequences []sequence
	huffman   huff0.Scratch
	// The codes of sequences: how often each comes, and their coders.
	lengths, matches, offsets field
}

// field is one of the three things that a sequence says.
type field struct {
	codes     []uint8
	histogram [64]int
	coder     coder
}

func (b *block) reset() { b.literals, b.sequences = b.literals[:0], b.sequences[:0] }

// add adds a sequence.
func (b *block) add(literals []byte, offset uint32, length int) {
	b.literals = append(b.literals, literals...)
	b.sequences = append(b.sequences, sequence{uint32(len(literals)), uint32(length), offset})
}

// append writes the block that holds text, or text itself where that is shorter, and
// tells which recent offsets a decoder has then: of after where it took sequences, of
// before where not.
func (b *block) append(out []byte, text []byte, last bool, before, after recent) ([]byte, recent) {
	begin := len(out)
	out = append(out, 0, 0, 0)
	out = b.appendSequences(b.appendLiterals(out))
	size, kind := len(out)-begin-3, compressed
	if size >= len(text) {
		out = append(out[:begin+3], text...)
		size, kind, after = len(text), raw, before
	}
	head := uint32(size)<<3 | uint32(kind)<<1
	if last {
		head |= 1
	}
	out[begin], out[begin+1], out[begin+2] = byte(head), byte(head>>8), byte(head>>16)
	return out, after
}

// appendLiterals writes the literals; RFC 8878, 3.1.1.3.1.
func (b *block) appendLiterals(out []byte) []byte {
	n := len(b.literals)
	if n == 0 {
		return append(out, raw)
	}
	const oneStream = 1 << 10 // below, one stream does
	b.huffman.Reuse, b.huffman.WantLogLess = huff0.ReusePolicyNone, 5
	pack := huff0.Compress4X
	if n < oneStream {
		pack = huff0.Compress1X
	}
	packed, _, err := pack(b.literals, &b.huffman)
	if errors.Is(err, huff0.ErrUseRLE) {
		return append(appendLength(out, repeated, n), b.literals[0])
	}
	if err != nil { // they cannot be packed
		return append(appendLength(out, raw, n), b.literals...)
	}
	head, width := uint64(compressed), 0
	switch m := max(n, len(packed)); {
	case n < oneStream && m < 1<<10:
		head, width = head|uint64(n)<<4|uint64(len(packed))<<14, 3
	case m < 1<<10:
		head, width = head|1<<2|uint64(n)<<4|uint64(len(packed))<<14, 3
	case m < 1<<14:
		head, width = head|2<<2|uint64(n)<<4|uint64(len(packed))<<18, 4
	default:
		head, width = head|3<<2|uint64(n)<<4|uint64(len(packed))<<22, 5
	}
	for range width {
		out = append(out, byte(head))
		head >>= 8
	}
	return append(out, packed...)
}

// appendLength begins literals that are not packed.
func appendLength(out []byte, kind byte, n int) []byte {
	switch {
	case n < 1<<5:
		return append(out, kind|byte(n)<<3)
	case n < 1<<12:
		return append(out, kind|1<<2|byte(n)<<4, byte(n>>4))
	default:
		return append(out, kind|3<<2|byte(n)<<4, byte(n>>4), byte(n>>12))
	}
}

// appendSequences writes the sequences; RFC 8878, 3.1.1.3.2.
func (b *block) appendSequences(out []byte) []byte {
	n := len(b.sequences)
	switch {
	case n == 0:
		return append(out, 0)
	case n < 128:
		out = append(out, byte(n))
	case n < 0x7F00:
		out = append(out, byte(n>>8)+128, byte(n))
	default:
		out = binary.LittleEndian.AppendUint16(append(out, 255), uint16(n-0x7F00))
	}
	b.lengths.reset(n)
	b.matches.reset(n)
	b.offsets.reset(n)
	for i, s := range b.sequences {
		b.lengths.note(i, literalLengths.code(s.literals))
		b.matches.note(i, matchLengths.code(s.length))
		b.offsets.note(i, offsetCode(s.offset))
	}
	modes := len(out)
	out = append(out, 0)
	var mode byte
	for _, f := range []struct {
		*field
		usual  counts
		maxLog uint8
	}{{&b.lengths, usualLiteralLengths, 9}, {&b.offsets, usualOffsets, 8}, {&b.matches, usualMatchLengths, 9}} {
		var m byte
		m, out = f.prepare(out, f.usual, f.maxLog)
		mode = mode<<2 | m
	}
	out[modes] = mode << 2

	w := bitWriter{out: out}
	for i := n - 1; i >= 0; i-- {
		l, m, o := b.lengths.codes[i], b.matches.codes[i], b.offsets.codes[i]
		if i == n-1 {
			b.matches.coder.begin(m)
			b.offsets.coder.begin(o)
			b.lengths.coder.begin(l)
		} else {
			b.offsets.coder.add(&w, o)
			b.matches.coder.add(&w, m)
			b.lengths.coder.add(&w, l)
		}
		s := b.sequences[i]
		w.add(uint64(s.literals-literalLengths.first[l]), uint(literalLengths.bits[l]))
		w.add(uint64(s.length-matchLengths.first[m]), uint(matchLengths.bits[m]))
		w.add(uint64(s.offset-1<<o), uint(o))
	}
	b.matches.coder.end(&w)
	b.offsets.coder.end(&w)
	b.lengths.coder.end(&w)
	w.add(1, 1)
	return w.end()
}

func (f *field) reset(n int) {
	if cap(f.codes) < n {
		f.codes = make([]uint8, n)
	}
	f.codes = f.codes[:n]
	clear(f.histogram[:])
}

func (f *field) note(i int, code uint8) {
	f.codes[i] = code
	f.histogram[code]++
}

// prepare chooses how the field is coded, and writes what a decoder must know of it; RFC
// 8878, 3.1.1.3.2.1.
func (f *field) prepare(out []byte, usual counts, maxLog uint8) (mode byte, _ []byte) {
	const predefined, single, described = 0, 1, 2
	n := len(f.codes)
	if f.histogram[f.codes[0]] == n && n > 2 {
		c := counts{make([]int16, f.codes[0]+1), 0}
		c.of[f.codes[0]] = 1
		f.coder.set(c)
		return single, append(out, f.codes[0])
	}
	if n > 8 {
		own := countsOf(f.histogram[:], n, maxLog)
		begin := len(out)
		out = own.append(out)
		cost, _ := own.cost(f.histogram[:])
		if other, ok := usual.cost(f.histogram[:]); !ok || cost+(len(out)-begin)<<11 < other {
			f.coder.set(own)
			return described, out
		}
		out = out[:begin]
	}
	f.coder.set(usual)
	return predefined, out
}
