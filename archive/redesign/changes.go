package redesign

import (
	"math"
	"slices"
)

const (
	// minDrop is the least loss of pages that is told, as a share of all.
	minDrop = 0.15
	// mostLeft: a habit has to go back to this share of what it was, for habits change.
	mostLeft = 0.25
	// minTwist is the least change of a typical length, as a binary logarithm: to three
	// fifths of what it was, or five thirds.
	minTwist = 0.75
	// knownPages is from how many pages on a typical length is known.
	knownPages = 15
	// fewDays: what a habit does on fewer days is chance, such as a crawl at night.
	fewDays = 3
	// What lies within nearDays of a habit's end, or farther away until there are nearPages, has
	// to show so much of it.
	nearDays, nearPages, leastNear = 14, 30, 0.65
	// rollout is for how many days a redesign may come by and by; where a habit or a length
	// changes, fewer are looked back, for these stray by themselves.
	rollout, shortRollout = 60, 10
	// beside is how much likelier than by chance a first day has to be that stands beside
	// a change which is certain.
	beside = certainly
	// A part of a change that comes by and by is at least this share of the whole, in the
	// week beside the rest of it and farther away: less is how habits stray.
	leastStep, leastFarStep = 0.04, 0.12
)

// change is a time from which a series is otherwise. first, last, ended are places in days.
type change struct {
	split
	from  int // where the time before begins
	first int // the day from which it shows
	last  int // the day from which it is all that shows
	ended int // the day from which it is as before; len(days) where it still holds
}

// changes are the times at which what is measured was lost for good or for a while: a share
// that fell, a length that shrank or grew. tests is in how many series the caller looks.
func (s *series) changes(tests int) []change {
	least := certainly + math.Log(float64(max(1, len(s.days)*tests)))
	s.dispersion = s.spread(1, nil)
	rough := s.places(0, len(s.days), least)
	for _, habits := range [...]int{7, 28} { // go by the week and the month
		s.dispersion = max(s.dispersion, s.spread(habits, rough))
	}
	places := s.refine(s.places(0, len(s.days), least), least)
	var list []change
	for at := 0; at < len(places); {
		c, next := s.chain(places, at)
		if s.matters(c, places) {
			c.first = s.onset(c)
			c.ended = s.recovery(c, places[next:])
			list = append(list, c)
		}
		at = next
	}
	return list
}

// places are the days at which the series changes, found one by one: the likeliest first,
// then in what is before and behind it.
func (s *series) places(i, j int, least float64) []int {
	k, best := s.best(i, j)
	if k == 0 || best.surprise < least*s.dispersion {
		return nil
	}
	return append(append(s.places(i, k, least), k), s.places(k, j, least)...)
}

// best is the likeliest day of a change between two; k is 0 where there is none.
func (s *series) best(i, j int) (k int, best split) {
	for at := i + 1; at < j; at++ {
		c := s.split(i, at, j)
		if s.length && min(c.before, c.after) < knownPages {
			continue
		}
		if c.surprise > best.surprise {
			k, best = at, c
		}
	}
	return k, best
}

// refine looks again at each place, between its neighbours, for each was found when others
// were not known; what is no change between them goes.
func (s *series) refine(places []int, least float64) []int {
	for range 3 {
		var better []int
		before := 0
		for i := range places {
			after := len(s.days)
			if i+1 < len(places) {
				after = places[i+1]
			}
			if k, c := s.best(before, after); k > 0 && c.surprise >= least*s.dispersion {
				better = append(better, k)
				before = k
			}
		}
		if slices.Equal(better, places) {
			break
		}
		places = better
	}
	return places
}

// around are the days between which a place is the only one.
func (s *series) around(places []int, at int) (i, j int) {
	j = len(s.days)
	if at > 0 {
		i = places[at-1]
	}
	if at+1 < len(places) {
		j = places[at+1]
	}
	return i, j
}

// chain takes the places from one on together by which a redesign came by and by: next is the
// first behind them. The first and the last of them are no trifles.
func (s *series) chain(places []int, at int) (c change, next int) {
	step := func(n int) float64 {
		i, j := s.around(places, n)
		one := s.split(i, places[n], j)
		return one.is - one.was
	}
	rises := step(at) > 0
	gap := s.rollout(places, at)
	for next = at + 1; next < len(places) && s.days[places[next]]-s.days[places[next-1]] <= gap && (step(next) > 0) == rises; next++ {
	}
	first, last := at, next-1
	between := func() split {
		i, _ := s.around(places, first)
		_, j := s.around(places, last)
		return s.across(i, places[first], places[last], j)
	}
	whole := between()
	trifle := func(n, beside int) bool {
		return step(n)/(whole.is-whole.was) < s.leastStep(places[n], places[beside])
	}
	for first < last && trifle(first, first+1) {
		first++
	}
	for first < last && trifle(last, last-1) {
		last--
	}
	i, _ := s.around(places, first)
	return change{split: between(), from: i, first: places[first], last: places[last]}, next
}

// rollout is for how many days what changes at a place may come by and by.
func (s *series) rollout(places []int, at int) int {
	i, _ := s.around(places, at)
	if before := s.total(i, places[at]); s.length || before.x < surely*before.n {
		return shortRollout
	}
	return rollout
}

// leastStep is the least part of a change that counts on one day, as far as it is from another.
func (s *series) leastStep(i, k int) float64 {
	const week = 7
	if far := s.days[k] - s.days[i]; -week <= far && far <= week {
		return leastStep
	}
	return leastFarStep
}

// across compares what is before one day with what is from another on.
func (s *series) across(i, first, last, j int) split {
	if first == last {
		return s.split(i, first, j)
	}
	gap := &series{length: s.length, old: s.old, days: slices.Concat(s.days[i:first], s.days[last:j])}
	for _, stratum := range s.strata {
		var all []sums
		for at := i; at <= first; at++ {
			all = append(all, stratum[at].minus(stratum[i]))
		}
		for at := last + 1; at <= j; at++ {
			all = append(all, stratum[at].minus(stratum[last]).plus(all[first-i]))
		}
		gap.strata = append(gap.strata, all)
	}
	return gap.split(0, first-i, len(gap.days))
}

// matters reports whether a change is large enough, and of the kind that is told.
func (s *series) matters(c change, places []int) bool {
	_, end := s.around(places, slices.Index(places, c.last))
	switch {
	case s.length:
		return math.Abs(c.is-c.was) >= minTwist && s.isSudden(c, end)
	case c.was-c.is < minDrop:
		return false
	case c.was >= surely:
		return s.isSudden(c, end)
	}
	return c.is <= c.was*mostLeft && end-c.last >= fewDays && s.isSudden(c, end)
}

// isSudden reports whether a change is one of a day: a newsroom's ways change by and by. The days
// next to it have to show it, and a step has to fit all days around it better than a straight
// line does.
func (s *series) isSudden(c change, end int) bool {
	i, j := c.first-1, c.last+1
	for i > c.from && (s.days[c.first]-s.days[i-1] <= nearDays || s.total(i, c.first).n < nearPages) {
		i--
	}
	for j < end && (s.days[j]-s.days[c.last] < nearDays || s.total(c.last, j).n < nearPages) {
		j++
	}
	if near := s.across(i, c.first, c.last, j); (near.is-near.was)/(c.is-c.was) < leastNear {
		return false
	}
	var n, day, days, x, dayx, before, xBefore float64
	for at := c.from; at < end; at++ {
		if at >= c.first && at < c.last {
			continue // where one goes over into the other
		}
		all, d := s.total(at, at+1), float64(s.days[at]-s.days[c.from])
		n, day, days, x, dayx = n+all.n, day+all.n*d, days+all.n*d*d, x+all.x, dayx+all.x*d
		if at < c.first {
			before, xBefore = before+all.n, xBefore+all.x
		}
	}
	line := dayx - day*x/n       // how the measure goes with the day,
	step := xBefore - before*x/n // and with what is before
	return step*step/(before*(1-before/n)) > 1.1*line*line/(days-day*day/n)
}

// onset is the first day on which a change shows, for a while old pages may come beside the
// new ones.
func (s *series) onset(c change) int {
	from, most := c.first, rollout
	if s.length || c.was < surely {
		most = shortRollout
	}
	for from > c.from+1 && s.days[c.first]-s.days[from-1] <= most {
		from--
	}
	first, best := c.first, beside*s.dispersion
	for u := from; u < c.first; u++ {
		early := s.split(c.from, u, c.first)
		if step := (early.is - early.was) / (c.is - c.was); early.surprise > best && step >= s.leastStep(u, c.first) {
			first, best = u, early.surprise
		}
	}
	return first
}

// recovery is the first of the later places from which the measure is nearer to what it was
// than to what it became.
func (s *series) recovery(c change, later []int) int {
	for n, k := range later {
		_, j := s.around(later, n)
		if now := s.across(c.from, c.first, k, j); math.Abs(now.is-now.was) < math.Abs(c.is-c.was)/2 {
			return k
		}
	}
	return len(s.days)
}
