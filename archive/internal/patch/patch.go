package patch

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

const (
	// longBytes and shortBytes of a text find it again. Fewer would not pay: an offset
	// takes about 17 bits, and the lengths 6.
	longBytes  = 8
	shortBytes = 5
	// tries is in how many places of a dictionary a long match is looked for.
	tries = 6
	// lazyBelow is how long a match is that a better one is not looked for behind it.
	lazyBelow = 32
	// ownBits are of the tables of what was packed already.
	ownBits = 13
	// patience is how many bytes nothing is found in until every other one is left out:
	// 1 << patience. What cannot be packed shall not cost much.
	patience = 8
)

// table gives the place of what hashes to an index; places begin at 1.
type table struct {
	places []uint32
	shift  uint8
}

// reset makes the table one of so many bits, and clears it.
func (t *table) reset(bits int) {
	if t.shift = uint8(64 - bits); cap(t.places) < 1<<bits {
		t.places = make([]uint32, 1<<bits)
		return
	}
	t.places = t.places[:1<<bits]
	clear(t.places)
}

func (t *table) long(v uint64) *uint32 { return &t.places[v*0x9E3779B185EBCA87>>t.shift] }
func (t *table) short(v uint64) *uint32 {
	return &t.places[v<<(64-8*shortBytes)*0xCF1BBCDCBFA56300>>t.shift]
}

// A Dictionary is what others are packed against. Once it is indexed it is only read,
// by any number of encoders at a time.
type Dictionary struct {
	content     []byte
	every       int
	long, short table
	before      []uint32 // the place of the same hash before a place, in the long table
}

// Index makes d the dictionary of content, which must stay as it is, and indexes one
// place of so many, at least each: what stands between them is found by what stands
// beside it. That takes 8 to 12 bytes of memory a place. A dictionary serves again.
func (d *Dictionary) Index(content []byte, every int) {
	places := len(content)/every + 1
	n := max(8, min(22, bits.Len(uint(places))-1)) // a table twice as large finds hardly more, and is slower
	d.content, d.every = content, every
	d.long.reset(n)
	d.short.reset(n)
	d.before = slices.Grow(d.before[:0], places)[:places]
	for place := uint32(1); ; place++ {
		at := d.at(place)
		if at+longBytes > len(content) {
			break
		}
		v := binary.LittleEndian.Uint64(content[at:])
		long := d.long.long(v)
		d.before[place-1], *long = *long, place
		*d.short.short(v) = place
	}
}

// at is where in the content a place is.
func (d *Dictionary) at(place uint32) int { return int(place-1) * d.every }

// An Encoder packs one body after the other. Its zero value is ready; it is not for
// several goroutines at a time.
type Encoder struct {
	text []byte // the dictionary's content, then what is packed
	// Of what is packed: places are counted on from one frame to the next, by base, so
	// that the tables need no clearing.
	long, short table
	base        uint32

	recent recent
	block  block
}

// Append packs body against d and appends the frame to out. What a frame needs for
// reading is d's content and nothing else. Both together are 128 MB at most.
func (e *Encoder) Append(out []byte, d *Dictionary, body []byte) []byte {
	e.text = append(append(e.text[:0], d.content...), body...)
	if e.long.places == nil || uint64(e.base)+uint64(len(e.text)) >= math.MaxUint32 {
		e.long.reset(ownBits)
		e.short.reset(ownBits)
		e.base = 0
	}
	e.recent = recent{1, 4, 8}
	out = appendHeader(out, len(body))
	for begin := len(d.content); ; {
		end := min(begin+maxBlock, len(e.text))
		before := e.recent
		e.parse(d, begin, end)
		out, e.recent = e.block.append(out, e.text[begin:end], end == len(e.text), before, e.recent)
		if begin = end; begin == len(e.text) {
			break
		}
	}
	e.base += uint32(len(e.text))
	return out
}

// match is length bytes that stand at from already.
type match struct{ from, length int }

// parse splits a block into literals and matches.
func (e *Encoder) parse(d *Dictionary, begin, end int) {
	b := &e.block
	b.reset()
	done := begin // what has gone into the block
	for at := begin; at+longBytes <= end; {
		m := e.find(d, at, end)
		if m.length == 0 {
			at += 1 + (at-done)>>patience
			continue
		}
		for m.length < lazyBelow && at+1+longBytes <= end {
			later := e.find(d, at+1, end)
			if later.length <= m.length {
				break
			}
			at, m = at+1, later
		}
		for at > done && m.from > 0 && e.text[at-1] == e.text[m.from-1] {
			at, m.from, m.length = at-1, m.from-1, m.length+1
		}
		b.add(e.text[done:at], e.recent.code(at-m.from, at > done), m.length)
		at += m.length
		done = at
		if at+longBytes <= end {
			e.enter(at-2, binary.LittleEndian.Uint64(e.text[at-2:]))
		}
	}
	b.literals = append(b.literals, e.text[done:end]...)
}

// enter notes what stands at a place.
func (e *Encoder) enter(at int, v uint64) {
	place := e.base + uint32(at) + 1
	*e.long.long(v) = place
	*e.short.short(v) = place
}

// find looks for the best match of what stands at a place, and notes the place.
func (e *Encoder) find(d *Dictionary, at, end int) (best match) {
	v := binary.LittleEndian.Uint64(e.text[at:])
	ownLong, ownShort := e.long.long(v), e.short.short(v)
	before, beforeShort := *ownLong, *ownShort
	place := e.base + uint32(at) + 1
	*ownLong, *ownShort = place, place

	if from := at - int(e.recent[0]); from >= 0 && binary.LittleEndian.Uint32(e.text[from:]) == uint32(v) {
		best = match{from, 4 + same(e.text[from+4:], e.text[at+4:end])}
		if best.length >= lazyBelow {
			return best
		}
	}
	try := func(from, least int) {
		if n := same(e.text[from:], e.text[at:end]); n >= least && n > best.length+1 {
			best = match{from, n}
		}
	}
	if before > e.base {
		try(int(before-e.base)-1, longBytes)
	}
	for p, n := *d.long.long(v), 0; p != 0 && n < tries; p, n = d.before[p-1], n+1 {
		try(d.at(p), longBytes)
	}
	if best.length == 0 {
		if beforeShort > e.base {
			try(int(beforeShort-e.base)-1, shortBytes)
		}
		if p := *d.short.short(v); p != 0 {
			try(d.at(p), shortBytes)
		}
	}
	return best
}

// same counts the bytes that a and b begin with alike. a is not shorter than b.
func same(a, b []byte) int {
	n := 0
	for ; n+8 <= len(b); n += 8 {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
	}
	for n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
