package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
)

// page is what is kept of an article. Moments are milliseconds since 1970 UTC.
type page struct {
	key      string
	first    int64 // when it was first seen
	moment   int64 // when it was published, else first seen: that of its day
	versions uint32
	state    uint8 // its place in states
	dated    bool  // moment is when it was published
}

// change is why one version of a page is not the one before.
type change struct {
	page     *page
	at       int64
	from, to uint32 // numbers of the versions; from can be read
	kind     Kind
	back     bool // the page had been gone
}

// states are those that a page may be in, so that a byte names one.
var states = []capture.State{capture.Live, capture.Gone, capture.Moved, capture.Blocked, capture.Broken}

// part is one newspaper. Neither it nor anything in it is changed once it is made.
type part struct {
	pages   []*page  // by key
	arrived []*page  // newest first, by when they were first seen
	dated   []*page  // newest first, by their moment
	changes []change // newest first
	totals  Totals
}

// history is what a part takes in of one page, nil of one that is not there any more.
type history struct {
	page    *page
	changes []change
}

// historyOf gives what is kept of a page; none of one that could never be read.
func historyOf(p archive.PageInfo, versions []archive.Version) (history, bool) {
	if len(versions) == 0 {
		return history{}, false
	}
	h := history{page: &page{
		key: strings.Clone(p.Page), first: versions[0].Captured.UnixMilli(), versions: uint32(len(versions)),
		state: uint8(max(slices.Index(states, p.State), 0)), dated: !p.Published.IsZero(),
	}}
	h.page.moment = h.page.first
	if h.page.dated {
		h.page.moment = p.Published.UnixMilli()
	}
	live, gone := versions[0].Number, false
	for _, v := range versions[1:] {
		h.changes = append(h.changes, change{
			page: h.page, at: v.Captured.UnixMilli(), from: uint32(live), to: uint32(v.Number), kind: kindOf(v), back: gone,
		})
		if gone = v.State == capture.Gone; !gone {
			live = v.Number
		}
	}
	return h, true
}

// with is the part with some pages as they are now in the place of what it had of them:
// touched are the keys of all of them, also of those that are not there any more.
func (p *part) with(touched []string, now []history) *part {
	var pages []*page
	var changes []change
	for _, h := range now {
		pages = append(pages, h.page)
		changes = append(changes, h.changes...)
	}
	old := map[*page]bool{}
	for _, key := range touched {
		if i, ok := p.find(key); ok {
			old[p.pages[i]] = true
		}
	}
	is := func(p *page) bool { return old[p] }
	next := &part{
		pages:   merged(p.pages, is, pages, func(a, b *page) int { return cmp.Compare(a.key, b.key) }),
		arrived: merged(p.arrived, is, pages, func(a, b *page) int { return placed(a.first, a.key, 0).compare(placed(b.first, b.key, 0)) }),
		dated:   merged(p.dated, is, pages, func(a, b *page) int { return placed(a.moment, a.key, 0).compare(placed(b.moment, b.key, 0)) }),
		changes: merged(p.changes, func(c change) bool { return is(c.page) }, changes, func(a, b change) int {
			return placed(a.at, a.page.key, a.to).compare(placed(b.at, b.page.key, b.to))
		}),
	}
	next.count()
	return next
}

// find is the place of a page.
func (p *part) find(key string) (int, bool) {
	return slices.BinarySearchFunc(p.pages, key, func(p *page, key string) int { return cmp.Compare(p.key, key) })
}

// placed is a place within one newspaper.
func placed(at int64, page string, to uint32) position { return position{at: at, page: page, to: to} }

// merged is a sorted list without some, and with others.
func merged[T any](list []T, without func(T) bool, others []T, order func(a, b T) int) []T {
	others = slices.Clone(others)
	slices.SortFunc(others, order)
	all := make([]T, 0, len(list)+len(others))
	for _, x := range list {
		if without(x) {
			continue
		}
		for len(others) > 0 && order(others[0], x) < 0 {
			all, others = append(all, others[0]), others[1:]
		}
		all = append(all, x)
	}
	return slices.Clip(append(all, others...))
}

// count makes the part's totals.
func (p *part) count() {
	t := Totals{Pages: len(p.pages), States: map[capture.State]int{}, Changes: map[Kind]int{}}
	var inState [256]int
	for _, q := range p.pages {
		inState[q.state]++
	}
	for i, s := range states {
		if inState[i] > 0 {
			t.States[s] = inState[i]
		}
	}
	var kinds [256]int
	for _, c := range p.changes {
		kinds[c.kind]++
	}
	for _, k := range Kinds {
		if kinds[k] > 0 {
			t.Changes[k] = kinds[k]
		}
	}
	if n := len(p.dated); n > 0 {
		t.Oldest, t.Newest = moment(p.dated[n-1].moment), moment(p.dated[0].moment)
		t.Arrived = moment(p.arrived[0].first)
	}
	if len(p.changes) > 0 {
		t.Changed = moment(p.changes[0].at)
	}
	p.totals = t
}

func moment(milli int64) time.Time { return time.UnixMilli(milli).In(zone) }
