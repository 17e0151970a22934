package catalog

import (
	"slices"
	"sort"
	"time"

	"baoluu/archive/capture"
)

// MostListed is how many entries one page of a list has at most.
const MostListed = 1000

// Filter chooses among pages or changes. What is left zero chooses nothing.
type Filter struct {
	Sites  []string
	States []capture.State // the page's state now
	Kinds  []Kind          // of changes
	// From is the first moment, To the first that is not wanted any more.
	From, To time.Time
	Oldest   bool // the oldest first
}

// Entry is a page in a list, or a change of one.
type Entry struct {
	Site, Page string
	Time       time.Time // when the page was first seen, or changed; in a list of a day, its Published or First
	First      time.Time // when the page was first seen
	Published  time.Time // zero where it is not known
	State      capture.State
	Versions   int

	Kind     Kind // zero but for a change
	From, To int  // the versions of a change; From can be read, To of a page that is gone cannot
	Back     bool // of a change: the page had been gone before it
}

// List is one page of a list.
type List struct {
	Entries []Entry
	Next    string // the cursor at which the next page begins; "" after the last
}

// New lists articles by when they were first seen.
func (c *Catalog) New(f Filter, cursor string, limit int) (List, error) {
	return c.list(f, cursor, limit, func(site string, p *part) run {
		return run{site: site, n: len(p.arrived), row: func(i int) row { return row{p.arrived[i].first, p.arrived[i], nil} }}
	})
}

// Changes lists changes by when they were captured first.
func (c *Catalog) Changes(f Filter, cursor string, limit int) (List, error) {
	return c.list(f, cursor, limit, func(site string, p *part) run {
		return run{site: site, n: len(p.changes), row: func(i int) row { return row{p.changes[i].at, p.changes[i].page, &p.changes[i]} }}
	})
}

// Published lists articles by when they were published, those without a date by when they were
// first seen.
func (c *Catalog) Published(f Filter, cursor string, limit int) (List, error) {
	return c.list(f, cursor, limit, func(site string, p *part) run {
		return run{site: site, n: len(p.dated), row: func(i int) row { return row{p.dated[i].moment, p.dated[i], nil} }}
	})
}

// Day is [Catalog.Published] of one day, the one that day is in.
func (c *Catalog) Day(day time.Time, f Filter, cursor string, limit int) (List, error) {
	f.From = dayOf(day)
	f.To = f.From.AddDate(0, 0, 1)
	return c.Published(f, cursor, limit)
}

// Has reports whether an article of that key is known.
func (c *Catalog) Has(site, page string) bool {
	for _, paper := range c.chosen([]string{site}) {
		if _, ok := paper.now.Load().find(page); ok {
			return true
		}
	}
	return false
}

// row is one of a sorted list of a newspaper.
type row struct {
	at     int64
	page   *page
	change *change // nil in a list of pages
}

func (r row) position(site string) position {
	p := position{r.at, site, r.page.key, 0}
	if r.change != nil {
		p.to = r.change.to
	}
	return p
}

// run is what is left of one newspaper's list: rows from i up to n, or from n-1 down to i.
type run struct {
	site string
	i, n int
	row  func(i int) row
}

// list merges the lists of the newspapers that a filter chooses.
func (c *Catalog) list(f Filter, cursor string, limit int, of func(string, *part) run) (l List, err error) {
	var begin position
	if cursor != "" {
		if begin, err = readCursor(cursor); err != nil {
			return l, err
		}
	}
	limit = min(max(limit, 1), MostListed)
	var runs []run
	for _, p := range c.chosen(f.Sites) {
		r := of(p.site, p.now.Load())
		r.between(f.From, f.To)
		if cursor != "" {
			r.from(begin, f.Oldest)
		}
		runs = append(runs, r)
	}
	for len(l.Entries) <= limit {
		next := -1
		var best row
		for i := range runs {
			r := &runs[i]
			x, ok := r.next(f)
			if ok && (next < 0 || (x.position(r.site).compare(best.position(runs[next].site)) < 0) != f.Oldest) {
				next, best = i, x
			}
		}
		if next < 0 {
			return l, nil
		}
		if len(l.Entries) == limit {
			l.Next = best.position(runs[next].site).String()
			return l, nil
		}
		l.Entries = append(l.Entries, best.entry(runs[next].site))
		runs[next].drop(f.Oldest)
	}
	return l, nil
}

// between leaves the rows of a time.
func (r *run) between(from, to time.Time) {
	older := func(t time.Time) int { // the first row before t
		milli := t.UnixMilli()
		return sort.Search(r.n, func(i int) bool { return r.row(i).at < milli })
	}
	end := r.n
	if !from.IsZero() {
		end = older(from)
	}
	if !to.IsZero() {
		r.i = older(to)
	}
	r.n = max(end, r.i)
}

// from leaves the rows at a position and after it, as the list goes.
func (r *run) from(p position, oldest bool) {
	order := func(i int) int { return r.row(i).position(r.site).compare(p) }
	if oldest {
		r.n = max(r.i, min(r.n, sort.Search(r.n, func(i int) bool { return order(i) > 0 })))
		return
	}
	r.i = min(r.n, max(r.i, sort.Search(r.n, func(i int) bool { return order(i) >= 0 })))
}

// next is the first row that a filter chooses; it drops the others before it.
func (r *run) next(f Filter) (row, bool) {
	for r.i < r.n {
		i := r.i
		if f.Oldest {
			i = r.n - 1
		}
		if x := r.row(i); f.chooses(x) {
			return x, true
		}
		r.drop(f.Oldest)
	}
	return row{}, false
}

func (r *run) drop(oldest bool) {
	if oldest {
		r.n--
	} else {
		r.i++
	}
}

func (f Filter) chooses(x row) bool {
	if len(f.States) > 0 && !slices.Contains(f.States, states[x.page.state]) {
		return false
	}
	return x.change == nil || len(f.Kinds) == 0 || slices.ContainsFunc(f.Kinds, x.change.is)
}

// is reports whether a change is of a kind; an edit of a page that had been gone is also one
// that brings it back.
func (c *change) is(k Kind) bool { return c.kind == k || k == Back && c.back && c.kind != Gone }

func (x row) entry(site string) Entry {
	e := Entry{
		Site: site, Page: x.page.key, Time: moment(x.at), First: moment(x.page.first),
		State: states[x.page.state], Versions: int(x.page.versions),
	}
	if x.page.dated {
		e.Published = moment(x.page.moment)
	}
	if c := x.change; c != nil {
		e.Kind, e.From, e.To, e.Back = c.kind, int(c.from), int(c.to), c.back
	}
	return e
}
