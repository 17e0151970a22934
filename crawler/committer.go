package crawler

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

const (
	// A commit is made for so many captures, or bytes of them, or after so long,
	// whichever comes first: that is what a kill may cost, and it is still due.
	// A young run commits more often (see [committer.patience]).
	batchCaptures = 64
	batchBytes    = 4 << 20
	batchTime     = 2 * time.Second
	firstTime     = 50 * time.Millisecond
	// discoverBatch bounds one write of newly found addresses.
	discoverBatch = 1000
)

// committer gathers what a run brings, and stores it batch by batch: one commit at a time goes
// on beside the run's own goroutine, to which all else of it belongs.
type committer struct {
	store   Store
	ctx     context.Context // a run that is to end still stores what it has
	site    string
	started time.Time
	// complete adds what each commit stores besides: host records, the plan of recrawls,
	// the run's report.
	complete func(*capture.Batch) error

	next    batch                    // what waits
	done    chan commitment          // nil: no commit under way
	storing map[string]capture.Entry // of the commit under way
	presses bool                     // the commit under way may lead to pages
	timer   *time.Timer
	due     bool // what waits has waited long enough
}

func newCommitter(ctx context.Context, store Store, site string, started time.Time) *committer {
	return &committer{store: store, ctx: ctx, site: site, started: started, timer: time.NewTimer(firstTime)}
}

// batch is what waits for a commit.
type batch struct {
	capture.Batch
	entries map[string]capture.Entry
	found   []capture.Entry          // articles that redirects lead to
	urgent  bool                     // not to be waited for: entries that are due in this run, a host's rest
	pages   []string                 // pending until the commit is done
	news    bool                     // it holds what is no asset
	looks   map[string]look          // at articles that were seen before, by page
	before  map[string]capture.Entry // of articles, by page: as they were before this look
	claims  []claim                  // of pages that were seen before
	bytes   int
}

// look is a look at an article, to learn from once it is known whether it found
// an edit.
type look struct {
	before time.Time // when it was last seen
	hinted bool      // a lastmod brought it forward
}

func (b *batch) remember(e capture.Entry) {
	if b.before == nil {
		b.before = make(map[string]capture.Entry)
	}
	b.before[e.Page] = e
}

// commitment is what became of a batch.
type commitment struct {
	batch batch
	puts  []capture.Put
	err   error
}

func (b *batch) empty() bool {
	return len(b.Kept)+len(b.entries)+len(b.Aliases)+len(b.found)+len(b.pages) == 0 && !b.urgent
}

func (b *batch) put(e capture.Entry) {
	if b.entries == nil {
		b.entries = make(map[string]capture.Entry)
	}
	b.entries[e.Page] = e
}

func (b *batch) look(page string, l look) {
	if b.looks == nil {
		b.looks = make(map[string]look)
	}
	b.looks[page] = l
}

// put has an entry stored; of two of one page the later one counts.
func (c *committer) put(e capture.Entry) { c.next.put(e) }

// keep has captures stored.
func (c *committer) keep(kept []capture.Kept) {
	for _, k := range kept {
		c.next.Kept = append(c.next.Kept, k)
		c.next.bytes += len(k.Body)
		for _, f := range k.Header {
			c.next.bytes += len(f.Name) + len(f.Value)
		}
	}
}

// visited says that with the next commit all is stored of a page that was picked.
func (c *committer) visited(page string) {
	c.next.pages = append(c.next.pages, page)
	c.next.news = c.next.news || !sites.IsAsset(page)
}

// pressing reports whether a batch may lead to pages, once it is stored.
func (b *batch) pressing() bool { return b.news || b.urgent || len(b.found) > 0 }

// pressing reports whether what waits for a commit, or is being stored, may lead to pages.
func (c *committer) pressing() bool { return c.next.pressing() || c.presses }

// waits reports whether an entry of the page waits to be stored.
func (c *committer) waits(page string) bool {
	_, ok := c.next.entries[page]
	return ok
}

// entry is what is known of a page, stored or about to be.
func (c *committer) entry(page string) (capture.Entry, bool, error) {
	if e, ok := c.next.entries[page]; ok {
		return e, true, nil
	}
	if e, ok := c.storing[page]; ok {
		return e, true, nil
	}
	return c.stored(page)
}

// stored is what the store knows of a page.
func (c *committer) stored(page string) (capture.Entry, bool, error) {
	e, ok, err := c.store.Entry(c.ctx, c.site, page)
	if err != nil {
		err = fmt.Errorf("look up %s: %w", page, err)
	}
	return e, ok, err
}

// room reports whether more may be asked for while so many addresses are under way: what waits
// for a commit and what is under way is two batches at most.
func (c *committer) room(under int) bool {
	return len(c.next.Kept)+under < 2*batchCaptures && c.next.bytes < 2*batchBytes
}

// roomForAssets reports whether an asset may be asked for: pages have the other half of the room.
func (c *committer) roomForAssets(under int) bool {
	return len(c.next.Kept)+under < batchCaptures && c.next.bytes < batchBytes
}

// flush starts a commit where one is due, or where last says that nothing is to come before it.
func (c *committer) flush(last bool) error {
	if c.next.empty() || c.done != nil {
		return nil
	}
	full := len(c.next.Kept) >= batchCaptures || c.next.bytes >= batchBytes
	if !full && !c.due && !c.next.urgent && !last {
		return nil
	}
	return c.commit()
}

// patience is how long captures wait for a commit: a sixteenth of what the run has
// taken. So a kill costs a part of what its run did and never all, and runs that are
// killed one after the other get on: what the one lost, the next fetches first, and has
// stored long before it has done as much.
func (c *committer) patience() time.Duration {
	return min(max(time.Since(c.started)/16, firstTime), batchTime)
}

// commit stores what waits, beside the run's goroutine.
func (c *committer) commit() error {
	b := c.next
	c.next, c.due, c.storing, c.presses = batch{}, false, b.entries, b.pressing()
	c.timer.Reset(c.patience())
	b.Entries = slices.SortedFunc(maps.Values(b.entries), func(a, b capture.Entry) int { return cmp.Compare(a.Page, b.Page) })
	if err := c.complete(&b.Batch); err != nil {
		return err
	}
	done := make(chan commitment, 1)
	c.done = done
	go func() {
		made := commitment{batch: b}
		if _, made.err = discover(c.ctx, c.store, c.site, b.found); made.err == nil {
			if made.puts, made.err = c.store.Commit(c.ctx, c.site, b.Batch); made.err != nil {
				made.err = fmt.Errorf("store captures of %s: %w", c.site, made.err)
			}
		}
		done <- made
	}()
	return nil
}

// over says that what came out of done was received: the next commit may begin.
func (c *committer) over() { c.done, c.storing, c.presses = nil, nil, false }

func discover(ctx context.Context, store Frontier, site string, es []capture.Entry) (added int, err error) {
	for part := range slices.Chunk(es, discoverBatch) {
		n, err := store.Discover(ctx, site, part)
		if err != nil {
			return added, fmt.Errorf("store what %s lists: %w", site, err)
		}
		added += n
	}
	return added, nil
}
