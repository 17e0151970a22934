package drift

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
)

// A redesign shows in what comes out of the pages: a field is found on fewer of
// them, or is shorter or longer than it was. So each run sums up how its pages came
// out, and compares the newest pages with the newspaper's own past.
//
// Each section of the newspaper is compared with its own past, for one may have no
// bylines and another no pictures: a day with much of the one is no drift. What is
// compared is not one run, which may bring two articles, but the newest 30, 100 and
// 300 pages of as many runs as that takes: the smallest window sees a redesign at
// once, the largest one that comes by and by.
//
// The alarm asks for two things, that the difference is large and that chance does
// not make it. Chance is bounded by Chernoff's bound, which holds for small numbers
// too; and as articles are not alike by chance alone (at night there is wire news
// only), by how far earlier windows of the same size strayed.

const (
	// alarmPages is what the past has to hold before anything is compared with it.
	alarmPages = 50
	// pastPages and PastTime bound the past: a newsroom's habits change.
	pastPages = 2000
	// PastTime is the age of the oldest run that [Quality.Compare] looks at.
	PastTime = 30 * 24 * time.Hour
	// knownPages is from how many pages on a typical length is known.
	knownPages = 15
	// recentArticle: only articles that are younger than this when they are
	// fetched are counted. Old ones, that a list leads back to, may have an older layout.
	recentArticle = 60 * 24 * time.Hour

	// minRate is below what rarity nothing is believed to be, whatever the past says.
	minRate = 0.01
	// minDrop is the least loss of pages with a field, as a share of all, that is
	// worth an alarm.
	minDrop = 0.15
	// minTwist is the least change of a typical length, as a binary logarithm: to
	// three fifths of what it was, or five thirds.
	minTwist = 0.75
	// unlikely is the negative logarithm of the chance at which the alarm is
	// raised: 1 in 10^7 for a field and a window.
	unlikely = 16
	// farOff is the same for lengths, in standard deviations; they have longer
	// tails than a normal distribution.
	farOff = 6
	// fewWindows: with fewer of them in the past, how far they stray is hardly known,
	// and taken to be as far as unsureSpread says at least.
	fewWindows   = 20
	unsureSpread = 1.3
	// surely: what is found on fewer of the pages is no part of the layout that every
	// page has, but a habit, such as a byline, and habits change with the hour: they
	// stray habitSpread times as far, whatever the few windows of the past say.
	surely      = 0.95
	habitSpread = 2
)

// windows are the numbers of newest pages that are compared with the past.
var windows = [...]int{30, 100, 300}

// sourceSection is the name under which sources are compared, as if they were a
// section; no address names it.
const sourceSection = "\x00sources"

// unit is one run's sums, as they are compared.
type unit struct {
	sections map[string]capture.Tally
	pages    int
	drifted  bool
}

func newUnit(sections map[string]capture.Tally, drifted bool) unit {
	u := unit{sections: sections, drifted: drifted}
	for _, t := range sections {
		u.pages += t.Pages
	}
	return u
}

// Compare holds the run's pages with those of the runs before, the oldest first.
// Runs that were read by another cleaner, or that seem to come from the future, for
// the clock was wrong, say nothing.
func (q *Quality) Compare(before []capture.Run, now time.Time) []capture.Drift {
	var articles, sources []unit
	for _, run := range before {
		age := now.Sub(run.Started)
		if run.Quality == nil || run.Quality.Cleaner != q.sums.Cleaner || age < 0 || age > PastTime {
			continue
		}
		drifted := len(run.Drift) > 0
		articles = append(articles, newUnit(run.Quality.Sections, drifted))
		sources = append(sources, newUnit(map[string]capture.Tally{sourceSection: run.Quality.Sources}, drifted))
	}
	found := compare(append(articles, newUnit(q.sums.Sections, false)))
	found = append(found, compare(append(sources, newUnit(map[string]capture.Tally{sourceSection: q.sums.Sources}, false)))...)
	var list []capture.Drift
	for _, d := range found {
		if d.Field == "articles" {
			d.Field = "articles on lists"
		}
		// What this run has no part in was said before.
		if d.Examples = q.examples(d); len(d.Examples) > 0 {
			list = append(list, d)
		}
	}
	// Fields first, those that lost most; rules only say why.
	slices.SortStableFunc(list, func(a, b capture.Drift) int {
		return cmp.Or(cmp.Compare(ruleRank(a), ruleRank(b)), cmp.Compare(b.Was-b.Is, a.Was-a.Is))
	})
	return list
}

func ruleRank(d capture.Drift) int {
	switch {
	case strings.Contains(d.Field, " "):
		return 2
	case d.Length:
		return 1
	}
	return 0
}

// compare holds the newest pages against those before, in windows of each size,
// and gives each field that drifted once.
func compare(units []unit) []capture.Drift {
	var found []capture.Drift
	var newest map[string]capture.Tally // the smallest window
	for _, size := range windows {
		from := len(units)
		for pages := 0; pages < size; pages += units[from].pages {
			if from == 0 {
				return found
			}
			from--
		}
		window := sum(units[from:])
		if newest == nil {
			newest = window
		}
		base := newPast(units[:from], size)
		if base == nil {
			return found
		}
		for _, d := range base.findings(window) {
			known := slices.ContainsFunc(found, func(f capture.Drift) bool { return f.Field == d.Field && f.Length == d.Length })
			if !known && base.goesOn(newest, d) {
				found = append(found, d)
			}
		}
	}
	return found
}

// goesOn reports whether the newest pages show a finding too: what a newspaper has
// repaired is no alarm, even while the larger windows still hold it.
func (p *past) goesOn(newest map[string]capture.Tally, d capture.Drift) bool {
	if !d.Length {
		return p.hit(newest, d.Field).drop() >= minDrop/2
	}
	l, ok := p.length(newest, d.Field)
	return ok && math.Abs(l.is-l.was) >= minTwist/2 && (l.is > l.was) == (d.Is > d.Was)
}

// sum adds up runs.
func sum(units []unit) map[string]capture.Tally {
	all := map[string]capture.Tally{}
	for _, u := range units {
		for section, t := range u.sections {
			s, ok := all[section]
			if !ok {
				s.Hits, s.Lengths = map[string]int{}, map[string]capture.Length{}
			}
			s.Pages += t.Pages
			for what, n := range t.Hits {
				s.Hits[what] += n
			}
			for what, l := range t.Lengths {
				sl := s.Lengths[what]
				sl.Sum += l.Sum
				sl.Squares += l.Squares
				s.Lengths[what] = sl
			}
			all[section] = s
		}
	}
	return all
}

// past is what the pages of earlier runs were like.
type past struct {
	sections map[string]capture.Tally
	hits     []string // all that was ever found
	lengths  []string
	// How far earlier windows strayed, in standard deviations; by what is measured.
	hitSpread, lengthSpread map[string]float64
}

// newPast sums up the runs that are to be compared with, nil where they are too
// few. Runs in which the alarm was raised are none of them. What strays from one
// small window to the next strays in large ones too.
func newPast(units []unit, size int) *past {
	var base []unit
	pages := 0
	for _, u := range slices.Backward(units) {
		if u.drifted {
			continue
		}
		base = append(base, u)
		if pages += u.pages; pages >= pastPages {
			break
		}
	}
	if pages < alarmPages {
		return nil
	}
	p := &past{sections: sum(base)}
	hits, lengths := map[string]bool{}, map[string]bool{}
	for _, t := range p.sections {
		for what := range t.Hits {
			hits[what] = true
		}
		for what := range t.Lengths {
			lengths[what] = true
		}
	}
	p.hits, p.lengths = slices.Sorted(maps.Keys(hits)), slices.Sorted(maps.Keys(lengths))
	p.hitSpread, p.lengthSpread = map[string]float64{}, map[string]float64{}
	for _, small := range windows {
		if small <= size {
			p.learn(base, small)
		}
	}
	return p
}

// learn finds out how far windows of this size stray while nothing is wrong.
func (p *past) learn(base []unit, size int) {
	hits, lengths := map[string][]float64{}, map[string][]float64{}
	begin, pages := 0, 0
	for i, u := range base {
		if pages += u.pages; pages < size {
			continue
		}
		window := sum(base[begin : i+1])
		for _, what := range p.hits {
			if h := p.hit(window, what); h.pages > 0 {
				hits[what] = append(hits[what], math.Abs(h.deviation()))
			}
		}
		for _, what := range p.lengths {
			if l, ok := p.length(window, what); ok {
				lengths[what] = append(lengths[what], math.Abs(l.deviation()))
			}
		}
		begin, pages = i+1, 0
	}
	for _, what := range p.hits {
		least := 1.0
		if p.share(what) < surely {
			least = habitSpread
		}
		p.hitSpread[what] = spread(hits[what], p.hitSpread[what], least)
	}
	for _, what := range p.lengths {
		p.lengthSpread[what] = spread(lengths[what], p.lengthSpread[what], 1)
	}
}

// share is on how many of all pages something was found.
func (p *past) share(what string) float64 {
	pages, found := 0, 0
	for _, t := range p.sections {
		pages += t.Pages
		found += t.Hits[what]
	}
	return float64(found) / float64(pages)
}

// spread is by how much chance alone underrates how far windows stray: at least by
// what smaller windows say, 0 where there are none, and by least. Of the deviations,
// one in twenty is left out: a past that holds a bad hour must not hide the next one.
func spread(deviations []float64, smaller, least float64) float64 {
	if smaller == 0 && len(deviations) < fewWindows {
		least *= unsureSpread
	}
	slices.Sort(deviations)
	worst := 0.0
	if n := len(deviations); n > 0 {
		worst = deviations[n-1-n/20]
	}
	return max(least, smaller, worst/2) // two standard deviations hold 19 of 20
}

// findings is what of the newest pages is not as it was.
func (p *past) findings(newest map[string]capture.Tally) []capture.Drift {
	var found []capture.Drift
	for _, what := range p.hits {
		h := p.hit(newest, what)
		if h.drop() >= minDrop && h.surprise() >= unlikely*p.hitSpread[what]*p.hitSpread[what] {
			found = append(found, capture.Drift{Field: what, Was: 1 - h.expected/h.pages, Is: 1 - h.missed/h.pages, Pages: int(h.pages)})
		}
	}
	for _, what := range p.lengths {
		l, ok := p.length(newest, what)
		if ok && math.Abs(l.is-l.was) >= minTwist && math.Abs(l.deviation()) >= farOff*p.lengthSpread[what] {
			found = append(found, capture.Drift{
				Field: what, Length: true, Was: math.Round(math.Exp2(l.was)), Is: math.Round(math.Exp2(l.is)), Pages: int(l.pages),
			})
		}
	}
	return found
}

// hits is on how many pages of a window something was missed, and on how many it
// should have been.
type hits struct {
	pages, missed, expected, variance float64
}

// hit compares a window with the past, section by section. What a section's past
// says of its next pages is a beta-binomial distribution: a section of few pages
// says little, and a new one next to nothing, however many pages it brings. That
// distribution is as wide as the binomial one of fewer pages, which are counted
// here.
func (p *past) hit(window map[string]capture.Tally, what string) hits {
	var h hits
	for section, t := range window {
		if t.Pages == 0 {
			continue
		}
		before := p.sections[section]
		n, k := float64(before.Pages), float64(t.Pages)
		miss := max((n-float64(before.Hits[what])+1)/(n+2), minRate)
		weight := (n + 3) / (n + 2 + k)
		pages := k * weight
		h.pages += pages
		h.missed += float64(t.Pages-t.Hits[what]) * weight
		h.expected += pages * miss
		h.variance += pages * miss * (1 - miss)
	}
	return h
}

func (h hits) deviation() float64 {
	if h.variance == 0 {
		return 0
	}
	return (h.missed - h.expected) / math.Sqrt(h.variance)
}

// drop is the share of pages that lost what they should have.
func (h hits) drop() float64 {
	if h.pages == 0 {
		return 0
	}
	return (h.missed - h.expected) / h.pages
}

// surprise is at least minus the logarithm of the chance that so many are missed
// (Chernoff; for unlike pages by Hoeffding, 1956: they stray less than like ones).
func (h hits) surprise() float64 {
	if h.missed <= h.expected {
		return 0
	}
	is, was := h.missed/h.pages, h.expected/h.pages
	s := is * math.Log(is/was)
	if is < 1 {
		s += (1 - is) * math.Log((1-is)/(1-was))
	}
	return h.pages * s
}

// lengths is how long something typically is in a window, and was: both as binary
// logarithms, over the sections that have a past.
type lengths struct {
	pages, was, is, variance float64
}

// minVariance of lengths: a newspaper whose leads all have one length may still
// write a longer one.
const minVariance = 0.1

func (p *past) length(window map[string]capture.Tally, what string) (l lengths, ok bool) {
	for section, t := range window {
		before := p.sections[section]
		n, m := float64(t.Hits[what]), float64(before.Hits[what])
		if n == 0 || m < knownPages {
			continue
		}
		mean := before.Lengths[what].Sum / m
		variance := max(before.Lengths[what].Squares/m-mean*mean, minVariance)
		l.pages += n
		l.is += t.Lengths[what].Sum
		l.was += n * mean
		l.variance += n*variance + n*n*variance/m
	}
	if l.pages < float64(windows[0])/2 {
		return l, false
	}
	l.is /= l.pages
	l.was /= l.pages
	l.variance /= l.pages * l.pages
	return l, true
}

func (l lengths) deviation() float64 { return (l.is - l.was) / math.Sqrt(l.variance) }
