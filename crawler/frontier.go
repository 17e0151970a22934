package crawler

import (
	"context"
	"fmt"
	"hash/maphash"
	"net/url"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/recrawl"
)

// windowSize is how many due addresses of a class are held in memory. It is
// more than can be under way or waiting for a commit, so that a window never
// comes back with nothing but those.
const windowSize = 256

// listingEvery: while there is fresh news, every so many fetches one goes to a
// source, so that neither starves.
const listingEvery = 4

// window is the part of one class of the frontier that is in memory.
type window struct {
	class   capture.Class
	queue   []queued
	behind  int // due as well, and in the store alone: as counted once, and as listed since
	counted bool
	drained bool // nothing more was due when the store was last asked
	closed  bool // no more of it in this run
}

type queued struct {
	capture.Entry
	host string
}

// queue picks what is fetched next. It belongs to the run's own goroutine.
type queue struct {
	store   Frontier
	site    string
	started time.Time
	windows [capture.Backlog + 1]window
	// pending are the pages under way or waiting for a commit: the store still
	// thinks them due.
	pending map[string]capture.Entry
	since   int // fresh addresses picked since the last listing
	// seedsOnly leaves out all but what a person named.
	seedsOnly bool
}

func newQueue(store Frontier, site string, started time.Time, seedsOnly bool) *queue {
	q := &queue{store: store, site: site, started: started, pending: make(map[string]capture.Entry), seedsOnly: seedsOnly}
	for class := range q.windows {
		q.windows[class].class = capture.Class(class)
	}
	return q
}

// order is the classes, the most wanted first.
func (q *queue) order() []capture.Class {
	switch {
	case q.seedsOnly:
		return []capture.Class{capture.Seed}
	case q.since >= listingEvery-1:
		return []capture.Class{capture.Seed, capture.Listing, capture.Fresh, capture.Again, capture.Backlog}
	}
	return []capture.Class{capture.Seed, capture.Fresh, capture.Listing, capture.Again, capture.Backlog}
}

// pick takes the next address whose host has room; ok is false where there is
// none now. What is due is what was due at the run's start: a page that was
// asked for in the run is due later, and so is asked for once.
func (q *queue) pick(ctx context.Context, room func(host string) bool) (e capture.Entry, ok bool, err error) {
	for _, class := range q.order() {
		w := &q.windows[class]
		if w.closed {
			continue
		}
		if err := q.fill(ctx, w); err != nil {
			return e, false, err
		}
		e, ok := w.next(room, q.busy)
		if !ok {
			continue
		}
		q.pending[e.Page] = e
		switch class {
		case capture.Fresh:
			q.since++
		case capture.Listing:
			q.since = 0
		}
		return e, true, nil
	}
	return e, false, nil
}

// next removes the first address whose host has room from the window. It looks no
// further than that one, so that it costs nothing where all hosts have room. Those
// that are busy, for another class picked them since, are dropped on the way.
func (w *window) next(room func(host string) bool, busy func(page string) bool) (e capture.Entry, ok bool) {
	passed := 0 // at the front, waiting for their hosts
	for i := range w.queue {
		c := &w.queue[i]
		switch {
		case busy(c.Page):
		case !room(c.host):
			if passed < i {
				w.queue[passed] = *c
			}
			passed++
		default:
			e = c.Entry
			copy(w.queue[i+1-passed:], w.queue[:passed])
			w.queue = w.queue[i+1-passed:]
			return e, true
		}
	}
	w.queue = w.queue[:passed]
	return e, false
}

func (q *queue) fill(ctx context.Context, w *window) error {
	if len(w.queue) > 0 || w.drained {
		return nil
	}
	due, err := q.store.Due(ctx, q.site, q.started, w.class, windowSize)
	if err != nil {
		return fmt.Errorf("what is due at %s: %w", q.site, err)
	}
	w.queue = slices.Grow(w.queue, len(due))
	for _, e := range due {
		if !q.busy(e.Page) {
			w.queue = append(w.queue, queued{Entry: e, host: hostOf(e.URL)})
		}
	}
	if w.class == capture.Fresh {
		slices.SortStableFunc(w.queue, func(a, b queued) int { return recrawl.Birth(b.Entry).Compare(recrawl.Birth(a.Entry)) })
	}
	w.drained = len(w.queue) == 0
	w.behind = max(0, w.behind-len(w.queue))
	switch {
	case len(due) < windowSize:
		w.behind = 0
	case !w.counted: // once a run: of a million it takes a while
		all, err := q.store.Waiting(ctx, q.site, q.started, w.class)
		if err != nil {
			return fmt.Errorf("what is due at %s: %w", q.site, err)
		}
		w.counted, w.behind = true, max(0, all-len(due))
	}
	return nil
}

// waiting is how many addresses of articles are known to be due.
func (q *queue) waiting() int {
	n := 0
	for _, w := range q.windows {
		if w.class != capture.Listing && !w.closed {
			n += len(w.queue) + w.behind
		}
	}
	return n
}

// listed says that the store has more addresses of a class, which are due.
func (q *queue) listed(class capture.Class, n int) { q.windows[class].behind += n }

// refill says that the store may have more.
func (q *queue) refill() {
	for i := range q.windows {
		q.windows[i].drained = false
	}
}

// begin makes due what became due since the run, or its last round, began.
func (q *queue) begin(now time.Time) {
	q.started = now
	for i := range q.windows {
		q.windows[i].counted = false
	}
	q.refill()
}

// close leaves the rest of a class to a later run.
func (q *queue) close(class capture.Class) { q.windows[class].closed = true }

// busy reports whether a page is under way or waits for a commit.
func (q *queue) busy(page string) bool {
	_, ok := q.pending[page]
	return ok
}

// last is a pending page's entry as it was when it was picked.
func (q *queue) last(page string) capture.Entry { return q.pending[page] }

// done says that what became of a page is stored, or that nothing did.
func (q *queue) done(page string) { delete(q.pending, page) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// seenPages remembers which pages were listed in a run, in some bytes each. Two
// pages of one hash are as likely as 1 in 10^9 in a run that sees a hundred
// thousand, and the next run hashes otherwise.
type seenPages struct {
	seed maphash.Seed
	seen map[uint64]bool // whether this run made the page known
}

func newSeenPages() *seenPages {
	return &seenPages{seed: maphash.MakeSeed(), seen: make(map[uint64]bool)}
}

// add notes a listed page, and gives what was known before.
func (s *seenPages) add(page string) (key uint64, before, isNews bool) {
	key = maphash.String(s.seed, page)
	isNews, before = s.seen[key]
	s.seen[key] = isNews
	return key, before, isNews
}
