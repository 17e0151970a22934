package redesign

import (
	"math"
	"slices"
)

// A series is one thing measured on many pages, day by day: whether a field was found, or how
// long it is. Pages are compared with those of their own stratum alone (a section of the
// newspaper, or what was published in one month of long ago), for strata differ, and a day may
// have many pages of one and none of another. Where the measure changes is found by the
// likelihood ratio of "it is one before the day and another from it on" to "it is the same".

const (
	// minVariance of binary logarithms of lengths: a newspaper whose leads all have one
	// length may still write a longer one.
	minVariance = 0.1
	// certainly is the logarithm of how much likelier than by chance alone a change has to
	// be, beside the number of places that are looked at: one false day in a thousand archives.
	certainly = 7
	// fewPairs: with fewer pairs of blocks it is hardly known how far days stray.
	fewPairs = 20
	// surely: what is found on fewer of the pages is no part of the layout that every page
	// has, but a habit, such as a byline.
	surely = 0.95
	// habitSpread is the least variance of a habit, as a multiple of chance's, where the
	// days are too few to tell.
	habitSpread = 4
)

// point is one measure.
type point struct {
	day, stratum int
	value        float64 // 1 or 0; or a binary logarithm
}

// series holds sums of points, by stratum and up to a day.
type series struct {
	days       []int // that have any, in order
	strata     [][]sums
	old        []bool  // strata of what was published long before
	length     bool    // values are lengths
	dispersion float64 // see spread
}

type sums struct{ n, x, xx float64 }

func (a sums) minus(b sums) sums { return sums{a.n - b.n, a.x - b.x, a.xx - b.xx} }
func (a sums) plus(b sums) sums  { return sums{a.n + b.n, a.x + b.x, a.xx + b.xx} }

// newSeries sums up points that are in the order of their days.
func newSeries(points []point, length bool) *series {
	s := &series{length: length}
	place := map[int]int{}
	for _, p := range points {
		if len(s.days) == 0 || s.days[len(s.days)-1] != p.day {
			s.days = append(s.days, p.day)
		}
		place[p.stratum] = 0
	}
	s.strata = make([][]sums, 0, len(place))
	for day, i := -1, 0; i < len(points); i++ {
		p := points[i]
		if i == 0 || points[i-1].day != p.day {
			day++
			for j := range s.strata {
				s.strata[j][day+1] = s.strata[j][day]
			}
		}
		if place[p.stratum] == 0 {
			s.strata, s.old = append(s.strata, make([]sums, len(s.days)+1)), append(s.old, p.stratum >= oldStrata)
			place[p.stratum] = len(s.strata)
		}
		at := &s.strata[place[p.stratum]-1][day+1]
		*at = at.plus(sums{1, p.value, p.value * p.value})
	}
	return s
}

// split compares the days from i to k, k not included, with those from k to j.
type split struct {
	surprise       float64 // the logarithm of the likelihood ratio
	was, is        float64 // the measure before, as the pages after should have it, and after
	before, after  int     // pages
	wasHit, isHits int     // of them, with what is measured
}

// split looks at pages whose strata have days on both sides; strata that have not are
// taken together, those of recent articles and those of old ones.
func (s *series) split(i, k, j int) split {
	var c comparison
	lone := map[bool][2]sums{}
	for n, stratum := range s.strata {
		a, b := stratum[k].minus(stratum[i]), stratum[j].minus(stratum[k])
		if a.n == 0 || b.n == 0 {
			sides := lone[s.old[n]]
			lone[s.old[n]] = [2]sums{sides[0].plus(a), sides[1].plus(b)}
			continue
		}
		c.add(a, b)
	}
	for _, old := range []bool{false, true} {
		if sides := lone[old]; sides[0].n > 0 && sides[1].n > 0 {
			c.add(sides[0], sides[1])
		}
	}
	if c.after == 0 {
		return split{}
	}
	r := split{was: c.expected / c.after, is: c.found / c.after, before: int(c.before), after: int(c.after), wasHit: int(c.foundBefore), isHits: int(c.found)}
	if s.length {
		v := max(c.within/max(1, c.before+c.after-2*c.strata), minVariance)
		shift := r.is - r.was
		r.surprise = shift * shift / (2 * v * c.variance / (c.after * c.after))
	} else {
		r.surprise = divergence(c.before, c.foundBefore, c.chanceBefore) + divergence(c.after, c.found, c.chance)
	}
	return r
}

// comparison adds up strata.
type comparison struct {
	strata, before, after float64
	foundBefore, found    float64 // sums of the values
	expected              float64 // of after, by the means before
	chanceBefore, chance  float64 // by the means of both
	within                float64 // squares of how far values are from their side's mean
	variance              float64 // of expected, for values of variance 1
}

func (c *comparison) add(a, b sums) {
	p := (a.x + b.x) / (a.n + b.n)
	c.strata++
	c.before += a.n
	c.after += b.n
	c.foundBefore += a.x
	c.found += b.x
	c.expected += b.n * a.x / a.n
	c.chanceBefore += a.n * p
	c.chance += b.n * p
	c.within += max(0, a.xx-a.x*a.x/a.n) + max(0, b.xx-b.x*b.x/b.n)
	c.variance += b.n * b.n * (1/a.n + 1/b.n)
}

// divergence is how much likelier it is that x of n have something where x/n of all have it
// than where expected/n have (Kullback and Leibler), as a logarithm. Of unlike pages it is a
// lower bound (Hoeffding, 1956): they stray less than like ones.
func divergence(n, x, expected float64) float64 {
	d := 0.0
	if x > 0 && expected > 0 {
		d += x * math.Log(x/expected)
	}
	if miss := n - x; miss > 0 && n > expected {
		d += miss * math.Log(miss/(n-expected))
	}
	return max(0, d)
}

// spread is the variance of the measure from one block of days to the next, as a multiple of
// what chance makes; at least 1. The tenth of the pairs that differ most is left out, and the
// pairs with one of some places between them: they may be the change that is looked for.
func (s *series) spread(length int, places []int) float64 {
	const trimmed = 0.1
	const left = 0.623 // mean of chi-squared, of one degree, without its upper tenth
	var far []float64
	for i, k := 0, s.block(0, length); k < len(s.days); {
		j := s.block(k, length)
		changed := slices.ContainsFunc(places, func(place int) bool { return i < place && place < j })
		if d, ok := s.deviation(i, k, j); ok && !changed {
			far = append(far, d)
		}
		i, k = k, j
	}
	most := 1.0
	if length == 1 && len(far) < fewPairs && s.isHabit() {
		most = habitSpread
	}
	slices.Sort(far)
	kept := far[:max(0, len(far)-max(2, int(math.Ceil(trimmed*float64(len(far))))))]
	sum := 0.0
	for _, d := range kept {
		sum += d
	}
	if len(kept) < 3 {
		return most
	}
	return max(most, sum/float64(len(kept))/left)
}

// isHabit reports whether the first half of the pages lack what is measured too often for it
// to be a part of the layout.
func (s *series) isHabit() bool {
	all := s.total(0, (len(s.days)+1)/2)
	return !s.length && all.x < surely*all.n
}

// block is the end of the block of days that begins at i.
func (s *series) block(i, length int) int {
	k := i
	for k < len(s.days) && s.days[k]/length == s.days[i]/length {
		k++
	}
	return k
}

func (s *series) total(i, j int) (all sums) {
	for _, stratum := range s.strata {
		all = all.plus(stratum[j].minus(stratum[i]))
	}
	return all
}

// deviation is how far two neighbouring blocks of days differ, in squared standard deviations
// (Cochran, Mantel and Haenszel); ok is false where nothing can be compared.
func (s *series) deviation(i, k, j int) (d float64, ok bool) {
	shift, variance, n := 0.0, 0.0, 0
	for _, stratum := range s.strata {
		a, b := stratum[k].minus(stratum[i]), stratum[j].minus(stratum[k])
		if a.n == 0 || b.n == 0 {
			continue
		}
		both := a.plus(b)
		shift += b.x - b.n*both.x/both.n
		v := both.xx/both.n - both.x/both.n*both.x/both.n
		if s.length {
			v = max(v, minVariance)
		}
		variance += a.n * b.n / both.n * v
		n++
	}
	if n == 0 {
		return 0, false
	}
	if variance < 1e-9 {
		return 0, true
	}
	return shift * shift / variance, true
}
