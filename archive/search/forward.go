package search

import (
	"crypto/sha256"
	"slices"
	"time"
)

// The index keeps each page's words in their order, three bytes a word: with them it is told whether a
// phrase is there and how near to each other the words stand, without the positions that postings
// would have (0052). They are read where they lie in the file. No byte is 255, by which bleve parts
// values, so numbers stand there to the base of 255.
//
//	stamp, 9 bytes     of what was indexed: another one is to be indexed again
//	published, 5       minutes since the year 1000, UTC; 0: unknown
//	length, 3          how many words the present version has
//	tie, 4             in which order pages come that fit alike
//	size of hints, 3   in bytes
//	hints              which words stand side by side, and which are there without marks: a bit for each, seven in a byte
//	words              a block begins with 254, its zone, 1 where only an earlier version has it, 0
const (
	stampSize   = 9
	publishedAt = stampSize
	lengthAt    = publishedAt + 5
	tieAt       = lengthAt + 3
	hintsAt     = tieAt + 4
	headSize    = hintsAt + 3
	codeSize    = 3
	// maxWords bounds how many words of a page are indexed.
	maxWords = 1 << 17
)

type stamp [stampSize]byte

// stampOf is of everything that a page's document is made from.
func stampOf(b []byte) (s stamp) {
	sum := sha256.Sum256(b)
	for i := range s {
		s[i] = sum[i] % 255
	}
	return s
}

// year1000 is in minutes since 1970.
const year1000 = -510_170_400

func minutesOf(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(max(1, t.Unix()/60-year1000))
}

func timeOf(minutes uint64) time.Time {
	if minutes == 0 {
		return time.Time{}
	}
	return time.Unix((int64(minutes)+year1000)*60, 0).UTC()
}

func appendNumber(b []byte, n uint64, size int) []byte {
	for range size {
		b = append(b, byte(n%255))
		n /= 255
	}
	return b
}

func number(b []byte) (n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		n = n*255 + uint64(b[i])
	}
	return n
}

// forward is a page as the index keeps it.
type forward []byte

func (f forward) sound() bool {
	if len(f) < headSize {
		return false
	}
	words := len(f) - headSize - f.hintsSize()
	return f.hintsSize() > 0 && words >= 0 && words%codeSize == 0
}

func (f forward) stamp() stamp      { return stamp(f[:stampSize]) }
func (f forward) published() uint64 { return number(f[publishedAt:lengthAt]) }
func (f forward) length() int       { return int(number(f[lengthAt:tieAt])) }
func (f forward) tie() uint64       { return number(f[tieAt:hintsAt]) }
func (f forward) hintsSize() int    { return int(number(f[hintsAt:headSize])) }
func (f forward) codes() []byte     { return f[headSize+f.hintsSize():] }

// appendWords adds words in their order to what comes before them, with their hints.
func appendWords(head forward, codes []byte) forward {
	seen := map[uint32]struct{}{}
	eachHint(codes, func(h uint32) { seen[h] = struct{}{} })
	hints := make([]byte, len(seen)*bitsOfHint/bitsOfByte+1)
	for h := range seen {
		at, bit := placeOf(h, hints)
		hints[at] |= bit
	}
	head = appendNumber(head, uint64(len(hints)), headSize-hintsAt)
	return slices.Concat(head, hints, codes)
}

// A page has four bits for each of its hints, one of which is set: of the hints that it does not have,
// one in five seems to be there. No byte is 255.
const (
	bitsOfHint = 4
	bitsOfByte = 7
)

// eachHint gives what a page can be told by without reading it: the pairs of words that stand side by
// side in a block, and the words without marks.
func eachHint(codes []byte, fn func(hint uint32)) {
	before := code(begins)
	for i := 0; i < len(codes); i += codeSize {
		c := codeAt(codes[i:])
		if c&0xff != begins {
			if before&0xff != begins {
				fn(hintOf(before, c))
			}
			if c == c&foldedPart {
				fn(hintOf(c, begins))
			}
		}
		before = c
	}
}

// hintOf is a hash of two words, folded; of one without marks, the second is begins.
func hintOf(a, b code) uint32 {
	return uint32(uint64(a&foldedPart<<16|b&foldedPart) * 0x9e3779b97f4a7c15 >> 32)
}

func placeOf(hint uint32, hints []byte) (at int, bit byte) {
	n := hint % uint32(len(hints)*bitsOfByte)
	return int(n / bitsOfByte), 1 << (n % bitsOfByte)
}

// mayHave reports whether the page may have what a hint is of; where it has it, it does.
func (f forward) mayHave(hint uint32) bool {
	hints := f[headSize : headSize+f.hintsSize()]
	at, bit := placeOf(hint, hints)
	return hints[at]&bit != 0
}

// block begins a block of words.
func block(z zone, ever bool) code {
	c := code(begins) | code(z)<<8
	if ever {
		c |= 1 << 16
	}
	return c
}

func (c code) block() (z zone, ever, ok bool) {
	if c&0xff != begins {
		return 0, false, false
	}
	return zone(c >> 8), c>>16&1 == 1, true
}

func appendCode(b []byte, c code) []byte { return append(b, byte(c), byte(c>>8), byte(c>>16)) }

// codeAt is the one that some bytes begin with.
func codeAt(b []byte) code { return code(b[0]) | code(b[1])<<8 | code(b[2])<<16 }
