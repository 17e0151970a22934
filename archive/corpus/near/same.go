package near

// When two articles are the same. The figures were found on the labelled set of the tests.
const (
	// alike is the share of all their shingles that the two have in common.
	alike = 0.40
	// contained is the share of the shorter one's shingles that the longer one has. The
	// later one may be as short as it likes, the earlier one half as long as the later one:
	// what came to a flash afterwards is news.
	contained = 0.75
	mostAdded = 2
	// Where there are fewer shingles than in a short text more has to be in common.
	short      = 40
	shortAlike = 0.6
	// leastNumbers are enough to tell tables apart by, and sameNumbers the share of them
	// that a reprint keeps, each with the word behind it.
	leastNumbers = 4
	sameNumbers  = 0.5
	// anotherDay is how much later, in seconds, the next of a series comes out at least.
	anotherDay = 12 * 60 * 60
)

// likeness is how much of two articles is in common, from 0 to 1; 0 where they are not the
// same. a is the earlier one.
func likeness(a, b *article) float64 {
	s, t := a.sketch.shingles, b.sketch.shingles
	both, inA, inB := shared(s, t)
	if both == 0 || isSeries(a, b) {
		return 0
	}
	jaccard, least := share(both, inA+inB-both), min(s.size, t.size)
	isShortened := t.size <= s.size && share(both, inB) >= contained
	isExtended := t.size <= mostAdded*s.size && share(both, inA) >= contained
	if least < short && jaccard < shortAlike || least >= short && jaccard < alike && !isShortened && !isExtended {
		return 0
	}
	return jaccard
}

// isSeries tells prints of one day from those of another: their titles differ in numbers
// alone, or most of the numbers in their texts differ, or all the days that they name.
func isSeries(a, b *article) bool {
	s, t := &a.sketch, &b.sketch
	if s.title == t.title && s.titleNumbers != t.titleNumbers {
		return true
	}
	both, inA, inB := shared(s.numbers, t.numbers)
	if least := min(inA, inB); least >= leastNumbers && share(both, least) < sameNumbers {
		return true
	}
	both, inA, inB = shared(s.days, t.days)
	return both == 0 && inA > 0 && inB > 0 && b.at-a.at >= anotherDay
}

func share(part, whole int) float64 { return float64(part) / float64(whole) }
