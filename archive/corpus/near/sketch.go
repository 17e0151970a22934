package near

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/archive/corpus/textform"
)

// What a sketch holds of an article. Words are what blanks part, in Vietnamese syllables.
const (
	shingleWords = 3   // words in a row
	leastHeld    = 192 // shingles; of a longer article the share below
	shareHeld    = 8   // one in so many
	numbersHeld  = 32  // and as many days
)

// sketch is what is compared of an article: samples of its runs of words and of its
// numbers, and its title.
type sketch struct {
	shingles     sample
	numbers      sample // each with the word behind it, as 24 người: fewer are the same by chance
	days         sample // 22/11, whatever the year
	title        uint64 // without its numbers
	titleNumbers uint64
}

// sample is the part of a set of hashes that is least: two samples of sets tell how much
// of the sets is the same.
type sample struct {
	hashes []uint32 // ascending
	size   int      // of the set
}

// limit is the greatest hash up to which the sample has all.
func (s sample) limit() uint32 {
	if len(s.hashes) < s.size {
		return s.hashes[len(s.hashes)-1]
	}
	return ^uint32(0)
}

// shared counts what stands in both samples, and in each, up to the limit of both.
func shared(a, b sample) (both, inA, inB int) {
	limit := min(a.limit(), b.limit())
	x, y := a.hashes, b.hashes
	for len(x) > 0 && len(y) > 0 && x[0] <= limit && y[0] <= limit {
		switch {
		case x[0] < y[0]:
			x, inA = x[1:], inA+1
		case x[0] > y[0]:
			y, inB = y[1:], inB+1
		default:
			x, y, inA, inB, both = x[1:], y[1:], inA+1, inB+1, both+1
		}
	}
	for ; len(x) > 0 && x[0] <= limit; x = x[1:] {
		inA++
	}
	for ; len(y) > 0 && y[0] <= limit; y = y[1:] {
		inB++
	}
	return both, inA, inB
}

// sketcher makes sketches; it holds what they have in common to use it again.
type sketcher struct {
	word                    []byte
	words                   []uint64
	shingles, numbers, days []uint32
}

func (s *sketcher) sketch(title, text string) sketch {
	var k sketch
	s.read(textform.Old.Apply(title))
	k.title, k.titleNumbers = titleOf(s.words)
	s.read(textform.Old.Apply(strings.TrimPrefix(text, title))) // a reprint has a title of its own
	s.shingles, s.numbers, s.days = s.shingles[:0], s.numbers[:0], s.days[:0]
	for i, w := range s.words {
		switch w & kindBits {
		case number:
			s.numbers = append(s.numbers, shingle(s.words[i:min(i+2, len(s.words))]))
		case day:
			s.days = append(s.days, uint32(w>>32))
		}
		if i+shingleWords <= len(s.words) || i == 0 {
			s.shingles = append(s.shingles, shingle(s.words[i:min(i+shingleWords, len(s.words))]))
		}
	}
	k.shingles = least(s.shingles, func(size int) int { return max(leastHeld, size/shareHeld) })
	k.numbers = least(s.numbers, func(int) int { return numbersHeld })
	k.days = least(s.days, func(int) int { return numbersHeld })
	return k
}

// titleOf hashes the words of a title, and its numbers.
func titleOf(words []uint64) (form, numbers uint64) {
	for _, w := range words {
		if w&kindBits == plainWord {
			form = mix(form ^ w)
		} else {
			form, numbers = mix(form^number), mix(numbers^w)
		}
	}
	return form, numbers
}

// least is the sample of a list of hashes, as many as held says of so large a set.
func least(list []uint32, held func(size int) int) sample {
	slices.Sort(list)
	list = slices.Compact(list)
	return sample{slices.Clone(list[:min(len(list), held(len(list)))]), len(list)}
}

// The two low bits of a word's hash tell its kind.
const (
	plainWord uint64 = iota
	number           // 12 or 82,5; 16h30 is three words
	day              // 22/11
	kindBits  = 3
)

var yearOrZero = regexp.MustCompile(`\b0|/\d{4}$`)

// read parts a text into the hashes of its words: lower case, without punctuation but what
// stands between two digits; a point and a comma there are the same.
func (s *sketcher) read(text string) {
	s.words = s.words[:0]
	s.word = s.word[:0]
	kind := plainWord
	end := func() {
		if len(s.word) > 0 {
			if kind == day {
				s.word = yearOrZero.ReplaceAll(s.word, nil)
			}
			s.words = append(s.words, hash(s.word)&^kindBits|kind)
		}
		s.word, kind = s.word[:0], plainWord
	}
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			if kind == plainWord {
				end()
			}
			s.word = append(s.word, byte(r))
			kind = max(kind, number)
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r):
			if kind != plainWord {
				end()
			}
			s.word = utf8.AppendRune(s.word, unicode.ToLower(r))
		case strings.ContainsRune(".,/", r) && isDigitAt(text, i-1) && isDigitAt(text, i+1):
			if r == '/' {
				kind = day
			} else {
				r = '.'
			}
			s.word = append(s.word, byte(r))
		default:
			end()
		}
	}
	end()
}

func isDigitAt(text string, i int) bool {
	return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9'
}

// hash is FNV-1a: the same on every machine and day.
func hash(word []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range word {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return mix(h)
}

// shingle hashes words in a row.
func shingle(words []uint64) uint32 {
	h := uint64(0)
	for _, w := range words {
		h = mix(h ^ w)
	}
	return uint32(h >> 32)
}

// mix spreads the bits of h: the end of MurmurHash3.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
