package catalog

import (
	"maps"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

var zone = sites.Zone

// DayCount is what belongs to one day.
type DayCount struct {
	Day     time.Time // its midnight
	Pages   int       // published on it; without a date, first seen on it
	Changes map[Kind]int
}

// Days counts, day by day, the oldest first, from one moment to another; zero ones stand for
// the first and the last day that there is. Days without anything are left out.
func (c *Catalog) Days(from, to time.Time, sites ...string) []DayCount {
	days := map[time.Time]*DayCount{}
	// Rows come in order: most are of the day of the one before.
	var last *DayCount
	var begin, end int64
	at := func(milli int64) *DayCount {
		if last != nil && begin <= milli && milli < end {
			return last
		}
		day := dayOf(moment(milli))
		if last = days[day]; last == nil {
			last = &DayCount{Day: day, Changes: map[Kind]int{}}
			days[day] = last
		}
		begin, end = day.UnixMilli(), day.AddDate(0, 0, 1).UnixMilli()
		return last
	}
	for _, paper := range c.chosen(sites) {
		p := paper.now.Load()
		pages := run{n: len(p.dated), row: func(i int) row { return row{at: p.dated[i].moment} }}
		pages.between(from, to)
		for _, q := range p.dated[pages.i:pages.n] {
			at(q.moment).Pages++
		}
		changes := run{n: len(p.changes), row: func(i int) row { return row{at: p.changes[i].at} }}
		changes.between(from, to)
		for _, x := range p.changes[changes.i:changes.n] {
			at(x.at).Changes[x.kind]++
		}
	}
	list := make([]DayCount, 0, len(days))
	for _, day := range slices.SortedFunc(maps.Keys(days), time.Time.Compare) {
		list = append(list, *days[day])
	}
	return list
}

// Totals counts what there is of newspapers.
type Totals struct {
	Pages   int                   // articles that could be read
	States  map[capture.State]int // of them, now
	Changes map[Kind]int
	// Of articles, the moments by which they belong to a day: the first and the last.
	Oldest, Newest time.Time
	Arrived        time.Time // when an article was last seen for the first time
	Changed        time.Time // when one was last seen to have changed
}

// Totals counts what there is of these newspapers, or of all. Moments are zero where there is
// none.
func (c *Catalog) Totals(sites ...string) Totals {
	sum := Totals{States: map[capture.State]int{}, Changes: map[Kind]int{}}
	for _, p := range c.chosen(sites) {
		sum.add(p.now.Load().totals)
	}
	return sum
}

func (t *Totals) add(o Totals) {
	t.Pages += o.Pages
	for k, n := range o.States {
		t.States[k] += n
	}
	for k, n := range o.Changes {
		t.Changes[k] += n
	}
	if !o.Oldest.IsZero() && (t.Oldest.IsZero() || o.Oldest.Before(t.Oldest)) {
		t.Oldest = o.Oldest
	}
	t.Newest, t.Arrived, t.Changed = later(t.Newest, o.Newest), later(t.Arrived, o.Arrived), later(t.Changed, o.Changed)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// dayOf is the midnight with which t's day begins.
func dayOf(t time.Time) time.Time {
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}
