package crawler

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

const (
	// maxAssets under way at a time: what they take of the line and of memory is little beside
	// what articles take.
	maxAssets = 4
	// maxAssetRest is how long a run waits for a host that asked for a rest and has nothing
	// but assets.
	maxAssetRest = 30 * time.Second
	// maxAssetRefusals and failures in a row end a host's part in a run.
	maxAssetRefusals = 3
)

// assetQueue picks which asset is fetched next, from a window over the store's frontier that
// only goes on: what a run passed by waits for the next one. It belongs to the run's own
// goroutine.
type assetQueue struct {
	store Frontier
	site  string
	ours  bool // only what this run's pages need

	started time.Time
	last    time.Time // the latest due time that was given
	at      capture.Entry
	window  []queued
	drained bool

	seen    *seenPages      // named in this run
	under   int             // under way
	refused map[string]int  // by scheme and host, as shut
	shut    map[string]bool // of which no more are asked for in this run
	budget  *budget
}

func newAssetQueue(store Frontier, site string, started time.Time, ours bool, b *budget) *assetQueue {
	q := &assetQueue{
		store: store, site: site, ours: ours, started: started, last: started, at: capture.Entry{Class: capture.Asset},
		seen: newSeenPages(), refused: make(map[string]int), shut: make(map[string]bool), budget: b,
	}
	if ours {
		q.at.Due = started
	}
	return q
}

// nextDue is when the assets of the next page are due: after those of the pages before it, and
// in this run.
func (q *assetQueue) nextDue() time.Time {
	q.last = q.last.Add(time.Millisecond)
	return q.last
}

// when says whether the host of an asset is asked.
type when int

const (
	now when = iota
	soon
	never // in this run
)

// next takes the first asset whose host's turn it is. all looks through all that is due for
// one; else it looks no further than the window, to keep nothing else waiting.
func (q *assetQueue) next(ctx context.Context, round time.Time, of func(queued) when, all bool) (e capture.Entry, ok bool, err error) {
	for {
		if len(q.window) == 0 {
			if err := q.fill(ctx, round); err != nil || len(q.window) == 0 {
				return e, false, err
			}
		}
		waiting := q.window[:0]
		for i, w := range q.window {
			switch of(w) {
			case soon:
				waiting = append(waiting, w)
			case now:
				q.window = append(waiting, q.window[i+1:]...)
				return w.Entry, true, nil
			}
		}
		q.window = waiting
		if len(waiting) > 0 || !all || ctx.Err() != nil {
			return e, false, nil
		}
	}
}

// fill reads on in the frontier.
func (q *assetQueue) fill(ctx context.Context, round time.Time) error {
	if q.drained {
		return nil
	}
	due, err := q.store.After(ctx, q.site, q.at, windowSize)
	if err != nil {
		return fmt.Errorf("assets due at %s: %w", q.site, err)
	}
	q.drained = len(due) < windowSize
	for _, e := range due {
		if e.Due.After(latest(round, q.last)) {
			q.drained = true
			break
		}
		q.at = e
		q.window = append(q.window, queued{Entry: e, host: hostOf(e.URL)})
	}
	return nil
}

// heard notes how a host answers for its assets by the scheme of an address.
func (q *assetQueue) heard(address string, res result) {
	server := serverOf(address)
	switch {
	case !res.asked && (res.gap == "resting" || res.gap == "unreachable"):
		q.shut[server] = true
	case refuses(res.gap), res.failed:
		if q.refused[server]++; q.refused[server] >= maxAssetRefusals {
			q.shut[server] = true
		}
	case res.asked:
		delete(q.refused, server)
	}
}

// serverOf is an address's scheme and host: old pages name pictures by http, which may be closed.
func serverOf(address string) string {
	scheme, _, _ := strings.Cut(address, ":")
	return scheme + "://" + hostOf(address)
}

// turn says whether an asset may be asked for now, by its host. idle: nothing that is no asset is
// to be done.
func (r *run) turn(a queued, idle bool) when {
	host := a.host
	if r.assets.shut[serverOf(a.URL)] {
		return never
	}
	h, err := r.host(host)
	switch {
	case err != nil:
		return now // to be told so
	case time.Until(h.RestsUntil()) > maxAssetRest:
		return never
	case r.site.Owns(host) && (!idle || r.active[host] > 0), r.active[host] >= h.Workers():
		return soon
	}
	return now
}

// dispatchAssets starts workers for assets, as far as that keeps no page waiting. idle: there is
// nothing to be done for pages.
func (r *run) dispatchAssets(idle bool) error {
	q := r.assets
	if q == nil {
		return nil
	}
	for r.stop.Err() == nil && q.under < maxAssets && q.budget.left(time.Now()) > 0 && r.commits.roomForAssets(r.under) {
		e, ok, err := q.next(r.ctx, r.round, func(a queued) when { return r.turn(a, idle) }, idle)
		if err != nil || !ok {
			return err
		}
		if idle && !q.ours && time.Since(r.round) >= roundEvery {
			q.window = append([]queued{{e, hostOf(e.URL)}}, q.window...)
			return r.nextRound()
		}
		r.queue.pending[e.Page] = e
		q.under++
		r.start(e)
	}
	return nil
}

// budget is how many bytes of assets a newspaper may send in a day of [sites.Zone].
type budget struct {
	most  int64
	state struct {
		Day   string `json:"day"`
		Bytes int64  `json:"bytes"`
	}
	dirty bool
}

// budgetKey is where the budget's state is stored, among the host records: no host has such a name.
const budgetKey = "assets"

func newBudget(most int64, stored []byte) (*budget, error) {
	b := &budget{most: most}
	if stored != nil {
		if err := json.Unmarshal(stored, &b.state); err != nil {
			return nil, fmt.Errorf("budget of assets: %w", err)
		}
	}
	return b, nil
}

func (b *budget) today(now time.Time) {
	if day := now.In(sites.Zone).Format(time.DateOnly); day != b.state.Day {
		b.state.Day, b.state.Bytes = day, 0
	}
}

// left is what is left of the day's budget, in bytes.
func (b *budget) left(now time.Time) int64 {
	b.today(now)
	return b.most - b.state.Bytes
}

func (b *budget) spend(n int64, now time.Time) {
	b.today(now)
	b.state.Bytes += n
	b.dirty = b.dirty || n > 0
}

// save adds the state to what is stored, where it changed.
func (b *budget) save(records map[string][]byte) error {
	if !b.dirty {
		return nil
	}
	raw, err := json.Marshal(b.state)
	if err != nil {
		return fmt.Errorf("budget of assets: %w", err)
	}
	records[budgetKey], b.dirty = raw, false
	return nil
}
