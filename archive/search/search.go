package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/sites"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/errgroup"
)

// Hit is a page that was found.
type Hit struct {
	Site     string
	Info     archive.PageInfo
	Section  []string // of the version that is shown
	Version  int      // number of the version that says it; 0: the present one does
	Snippets []Snippet
}

// Count is one value of a facet.
type Count struct {
	Value string
	Count int
}

// Result is what was found.
type Result struct {
	Hits  []Hit
	Total int // pages found
	// Facets count all that was found, by "site", "year" (published, +07:00; "" where that is not
	// known) and "section", the largest first; at most [MostFacets] of each. They are there where
	// they were asked for.
	Facets map[string][]Count
	// Forgiving says that nothing has the words as they are typed, and that this is what has them with
	// other marks.
	Forgiving bool
	Cut       bool     // the query's text is longer than is read
	Missing   []string // newspapers that have no index yet
	Behind    int      // captures that are not in the indexes yet
	Stale     bool     // an index is to be gone through as a whole; what came since may be missing
	Took      time.Duration
}

// MostFacets is how many values of a facet are given.
const MostFacets = 50

// asked is a query as it is asked of each segment.
type asked struct {
	Query
	clauses  []clause
	exact    bool // words as they are typed
	keep     int  // hits that are ranked
	from, to uint64
	known    words // for what is shown
}

// Search finds pages. A newspaper without an index is named in Missing; where none that is asked for has
// one, the error is [ErrNone]. Other errors are ctx's, and those of the archive.
func (x *Index) Search(ctx context.Context, q Query) (r Result, err error) {
	started := time.Now()
	q.Limit, q.Offset = min(max(q.Limit, 0), MostHits), min(max(q.Offset, 0), MostOffset)
	q.Limit = cmp.Or(q.Limit, 10)
	for i, s := range q.Sections {
		q.Sections = slices.Clone(q.Sections)
		q.Sections[i] = sectionName(s)
	}
	p := parse(q.Text)
	a := &asked{Query: q, clauses: p.clauses, exact: p.marked, keep: q.Limit + q.Offset, from: minutesOf(q.From), to: minutesOf(q.To)}
	snapshots, missing, err := x.snapshots(q.Sites)
	if err != nil {
		return r, err
	}
	defer func() {
		for _, sn := range snapshots {
			sn.release()
		}
	}()
	if len(snapshots) == 0 && len(missing) > 0 {
		return Result{Missing: missing}, ErrNone
	}
	f, err := a.search(ctx, snapshots)
	if err == nil && f.total == 0 && a.exact {
		a.exact = false
		f, err = a.search(ctx, snapshots)
		r.Forgiving = f.total > 0
	}
	if err == nil {
		r.Hits, err = x.hits(ctx, a, f.ranked(q.Offset, q.Limit))
	}
	if errors.Is(err, errBroken) {
		x.suspectAll(snapshots)
		return Result{}, fmt.Errorf("%w: %w", ErrNone, err)
	}
	if err != nil {
		return r, err
	}
	r.Total, r.Missing, r.Cut = f.total, missing, p.cut
	if q.Facets {
		r.Facets = f.facets()
	}
	err = x.behind(ctx, snapshots, &r)
	r.Took = time.Since(started)
	return r, err
}

// snapshots are the published states of newspapers, in the order of their names, and the newspapers
// that have none.
func (x *Index) snapshots(names []string) (list []*snapshot, missing []string, err error) {
	all, err := x.archive.Newspapers()
	if err != nil {
		return nil, nil, err
	}
	for _, site := range all {
		if len(names) > 0 && !slices.Contains(names, site) {
			continue
		}
		sn, err := x.snapshot(site)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, errBroken):
			missing = append(missing, site)
		case err != nil:
			for _, sn := range list {
				sn.release()
			}
			return nil, nil, err
		default:
			list = append(list, sn)
		}
	}
	return list, missing, nil
}

// behind tells how far the archive is ahead.
func (x *Index) behind(ctx context.Context, snapshots []*snapshot, r *Result) error {
	for _, sn := range snapshots {
		n, all, err := sn.behind(ctx, x.archive)
		if err != nil && !errors.Is(err, archive.ErrNoNewspaper) {
			return err
		}
		r.Behind += n
		r.Stale = r.Stale || all
	}
	return nil
}

// rank is a page's place in the order; the higher one comes first.
type rank struct{ score, second, tie float64 }

func (r rank) compare(o rank) int {
	return cmp.Or(cmp.Compare(o.score, r.score), cmp.Compare(o.second, r.second), cmp.Compare(o.tie, r.tie))
}

// candidate is a page that was found.
type candidate struct {
	rank
	snapshot *snapshot
	segment  *opened
	page     uint32
}

// found pages of all segments.
type finding struct {
	keep int

	mu       sync.Mutex
	total    int
	best     []candidate
	sites    map[string]int
	years    map[string]int
	sections map[string]int
}

// trim keeps the best.
func (f *finding) trim() {
	slices.SortFunc(f.best, func(a, b candidate) int {
		return cmp.Or(a.compare(b.rank), cmp.Compare(a.snapshot.site, b.snapshot.site), cmp.Compare(a.segment.File, b.segment.File), cmp.Compare(a.page, b.page))
	})
	f.best = f.best[:min(len(f.best), f.keep)]
}

// add adds what was found in a segment of a newspaper's.
func (f *finding) add(o *finding, site string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.total += o.total; o.total > 0 {
		f.sites[site] += o.total
	}
	f.best = append(f.best, o.best...)
	f.trim()
	for value, n := range o.years {
		f.years[value] += n
	}
	for value, n := range o.sections {
		f.sections[value] += n
	}
}

// ranked are the hits from an offset on.
func (f *finding) ranked(offset, limit int) []candidate {
	from := min(offset, len(f.best))
	return f.best[from:min(from+limit, len(f.best))]
}

func (f *finding) facets() map[string][]Count {
	all := map[string][]Count{}
	for name, counts := range map[string]map[string]int{"site": f.sites, "year": f.years, "section": f.sections} {
		list := []Count{}
		for _, value := range slices.Sorted(maps.Keys(counts)) {
			list = append(list, Count{value, counts[value]})
		}
		slices.SortStableFunc(list, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
		all[name] = list[:min(len(list), MostFacets)]
	}
	return all
}

// search asks all segments.
func (a *asked) search(ctx context.Context, snapshots []*snapshot) (f *finding, err error) {
	defer broken(&err)
	f = a.finding()
	weight, err := a.weigher(snapshots)
	if err != nil {
		return f, err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, sn := range snapshots {
		for _, o := range sn.segments {
			g.Go(func() (err error) {
				defer broken(&err)
				return a.segment(gctx, f, sn, o, weight)
			})
		}
	}
	return f, cmp.Or(g.Wait(), ctx.Err())
}

// segment asks one segment.
func (a *asked) segment(ctx context.Context, f *finding, sn *snapshot, o *opened, weight func(word) float64) error {
	e := o.evaluator()
	pages, err := e.candidates(a)
	if err != nil || pages.IsEmpty() {
		return err
	}
	own := a.finding()
	kept, err := a.look(ctx, own, sn, o, pages, weight)
	if err != nil {
		return err
	}
	if a.Facets {
		if err := e.sections(kept, func(name string, n int) { own.sections[name] += n }); err != nil {
			return err
		}
	}
	f.add(own, sn.site)
	return nil
}

func (a *asked) finding() *finding {
	return &finding{keep: a.keep, sites: map[string]int{}, years: map[string]int{}, sections: map[string]int{}}
}

// look holds pages of a segment against the query; kept are those that fit.
func (a *asked) look(ctx context.Context, f *finding, sn *snapshot, o *opened, pages *roaring.Bitmap, weight func(word) float64) (kept *roaring.Bitmap, err error) {
	m := newMatcher(a.clauses, a.exact, a.Ever, weight)
	ranked := a.Sort == Relevance && m.wanted > 0
	r, err := o.reader()
	if err != nil {
		return nil, err
	}
	kept = roaring.New()
	for i, it := 0, pages.Iterator(); it.HasNext(); i++ {
		if i%512 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		n := it.Next()
		w, err := r.read(n)
		if err != nil {
			return nil, err
		}
		published := w.published()
		if a.from > 0 && published < a.from || a.to > 0 && (published == 0 || published >= a.to) {
			continue
		}
		if (ranked || m.needed) && !m.match(w) {
			continue
		}
		c := candidate{rank{second: float64(published), tie: float64(w.tie())}, sn, o, n}
		switch {
		case ranked:
			c.score = m.score(w)
		case a.Sort == Oldest:
			c.second = -c.second
		}
		f.total++
		if a.Facets {
			kept.Add(n)
			f.years[yearOf(published)]++
		}
		if f.best = append(f.best, c); len(f.best) >= 2*a.keep+64 {
			f.trim()
		}
	}
	return kept, nil
}

func yearOf(minutes uint64) string {
	if minutes == 0 {
		return ""
	}
	return strconv.Itoa(timeOf(minutes).In(sites.Zone).Year())
}

// weigher tells how rare words are, in all newspapers that are asked.
func (a *asked) weigher(snapshots []*snapshot) (func(word) float64, error) {
	pages, all := map[string]uint64{}, uint64(0)
	for _, sn := range snapshots {
		all += sn.pages()
		for _, o := range sn.segments {
			e := o.evaluator()
			for _, c := range a.clauses {
				for _, w := range c.words {
					b, err := e.word(w, false)
					if err != nil {
						return nil, err
					}
					pages[w.fold] += b.GetCardinality()
				}
			}
		}
	}
	repeated := map[string]uint64{}
	for _, c := range a.clauses {
		for _, w := range c.words {
			repeated[w.fold]++
		}
	}
	return func(w word) float64 { return rarity(pages[w.fold]/repeated[w.fold], all) }, nil
}
