package newspaper

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
	"baoluu/sites"
)

// Generation is a new generation of a newspaper's articles, while it is written beside the
// present one. Whoever makes it writes the articles of all captures, in order; the versions
// follow from them. Until Accept returns, readers go on with the present generation.
//
// One that [Newspaper.Stage] gives notes in the file how far it came, and is found there again.
type Generation struct {
	schema.Staged

	np      *Newspaper
	noted   bool            // the file says how far it came
	whole   bool            // all pages have their versions, but for those touched since
	touched map[string]bool // pages whose versions are to be derived again
}

// maxTouched bounds how many pages are kept in mind: of more, those without versions are looked for.
const maxTouched = 1 << 12

// Stage gives the generation that stands beside the present one, where it was made from that by
// the present cleaner, of the same selection; else what stands there is removed, and a new
// one begins. Where captures were repaired or forgotten since, its versions are derived again, and
// its articles are to be gone through. To be called with [store.File.LockReclean] held.
func (np *Newspaper) Stage(ctx context.Context, selection schema.Selection) (*Generation, error) {
	var state schema.State
	var there schema.Staged
	var found bool
	err := np.File.Read(ctx, func(r schema.Reader) (err error) {
		if state, err = schema.MetaState.Must(r); err == nil {
			there, found, err = schema.MetaStaged.Load(r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	g := np.NewGeneration(state, state.Generation+1, np.CleanerName())
	g.noted, g.Selection = true, selection
	alike := found && there.Generation == g.Generation && there.From == g.From && there.Cleaner == g.Cleaner && there.Selection == selection
	asNoted := alike && there.Era() == g.Era()
	if asNoted { // an earlier program, which knows nothing of the note, may have begun a re-clean of its own there
		versions, err := np.versionsOf(ctx, g.Generation)
		if err != nil {
			return nil, err
		}
		asNoted = versions == there.Versions
		alike = asNoted
	}
	switch {
	case asNoted:
		g.Staged, g.whole = there, there.Derived
		return g, nil
	case alike:
		g.Done = there.Done
		err = np.dropDerived(ctx, func(n uint32) bool { return n == g.Generation }, schema.BucketVersions, schema.BucketHeads, schema.BucketDays)
	default:
		err = np.DropGenerations(ctx, state.Generation)
	}
	if err != nil {
		return nil, err
	}
	return g, np.Update(ctx, g.save)
}

// versionsOf counts the versions that are there of a generation.
func (np *Newspaper) versionsOf(ctx context.Context, generation uint32) (n int, err error) {
	all := schema.Raw(schema.BucketVersions).FromKey(binary.BigEndian.AppendUint32(nil, generation))
	err = store.Each(ctx, np.File, all, func(_ schema.Reader, key, _ []byte) error {
		switch g, err := schema.GenerationOf(key); {
		case err != nil:
			return err
		case g != generation:
			return schema.ErrStop
		}
		n++
		return nil
	})
	return n, err
}

// NewGeneration is the generation of a number, made from the present one by a cleaner of that name. What
// unfinished ones left is removed by [Newspaper.DropGenerations], before. It is not noted in the file.
func (np *Newspaper) NewGeneration(now schema.State, number uint32, cleaner string) *Generation {
	return &Generation{
		Staged:  schema.Staged{Generation: number, Cleaner: cleaner, From: now.Generation, Joins: now.Joins, Forgets: now.Forgets, Repairs: now.Repairs},
		touched: map[string]bool{}, np: np,
	}
}

// save notes how far it came.
func (g *Generation) save(s schema.Writer) error {
	if !g.noted {
		return nil
	}
	g.Derived = g.whole && len(g.touched) == 0
	return schema.MetaStaged.Save(s, g.Staged)
}

// Drop removes it.
func (g *Generation) Drop(ctx context.Context) error { return g.np.DropGenerations(ctx, g.From) }

// update changes the generation in one transaction, with what is noted of it.
func (g *Generation) update(ctx context.Context, fn func(*Tx) error) error {
	before := g.Staged
	err := g.np.Update(ctx, func(s schema.Writer) error {
		t := g.np.Begin(s, schema.State{Generation: g.Generation, Versions: before.Versions})
		if err := fn(t); err != nil {
			return err
		}
		g.Versions = t.State.Versions
		return g.save(s)
	})
	if err != nil {
		g.Staged = before
	}
	return err
}

// Result is what the generation shall have of a capture: an article, or why there is none, or the
// record that there was; nothing where there was none.
type Result struct {
	Capture capture.Capture
	Page    string
	Payload []byte // as it was
	Packed  *body.PackedArticle
	Article *cleaner.Article // that is packed; nil where there is none
}

// Write stores what comes of captures, which come in the order of their numbers; all up to done have
// come then.
func (g *Generation) Write(ctx context.Context, done uint64, results []Result) error {
	return g.update(ctx, func(t *Tx) error {
		g.Done = max(g.Done, done)
		for _, r := range results {
			if err := g.write(t, r); err != nil {
				return schema.Captures.Name(r.Capture.Number, err)
			}
		}
		return nil
	})
}

func (g *Generation) write(t *Tx, r Result) error {
	if sites.IsAsset(r.Capture.Page) {
		return g.assetCame(t, r.Capture)
	}
	n := r.Capture.Number
	articles := schema.Articles(g.Generation)
	var err error
	switch {
	case r.Packed != nil:
		err = t.SaveArticle(r.Capture, *r.Packed)
	case r.Payload != nil:
		err = articles.SavePayload(t.Store, n, r.Payload)
	}
	if err != nil {
		return err
	}
	// What the page has by now goes: its versions are derived when all articles are there. Those of
	// the many pages that have one capture follow at once, while the article is at hand.
	if err := t.clearHistory(r.Page); err != nil {
		return err
	}
	g.touch(r.Page)
	if r.Article == nil {
		return nil
	}
	if rec, _, err := schema.Pages.Load(t.Store, r.Page); err != nil || rec.Captures != 1 {
		return err
	}
	t.History.Known.Articles[n] = *r.Article
	_, err = t.Extend(r.Page, r.Capture, true)
	delete(t.History.Known.Articles, n)
	return err
}

// assetCame has the versions derived again that were derived before a capture of a picture came.
func (g *Generation) assetCame(t *Tx, c capture.Capture) error {
	pages, err := schema.Needing(t.Store, g.Generation, c.Page)
	for _, page := range pages {
		err = errors.Join(err, t.clearHistory(page))
		g.touch(page)
	}
	return err
}

// touch has the versions of a page derived, where those of all others are there.
func (g *Generation) touch(page string) {
	if !g.whole {
		return
	}
	if g.touched[page] = true; len(g.touched) > maxTouched {
		g.whole = false
		clear(g.touched)
	}
}

// Accept derives the versions of all pages, and gives the generation the place of the
// present one, in one transaction. What is committed meanwhile it has catchUp bring over,
// up to the last capture there is, until nothing new came in between. It gives the number
// of versions of the whole newspaper. An [store.ErrChanged] says that captures were repaired
// meanwhile, which are to be gone through again.
func (g *Generation) Accept(ctx context.Context, catchUp func(ctx context.Context, last uint64) error) (versions int, err error) {
	for {
		if err := g.Derive(ctx); err != nil {
			return 0, err
		}
		var last uint64
		accepted := false
		err := g.np.Update(ctx, func(s schema.Writer) error {
			state, err := schema.MetaState.Must(s)
			if err != nil {
				return err
			}
			switch last = state.Last; {
			case state.Era() != g.Era():
				return store.ErrChanged
			case last != g.Done || state.Joins != g.Joins:
				return nil
			}
			accepted = true
			return g.install(s, state)
		})
		if err != nil || accepted {
			return g.Versions, err
		}
		if err := catchUp(ctx, last); err != nil {
			return 0, err
		}
	}
}

// install gives the generation the place of the present one.
func (g *Generation) install(s schema.Writer, state schema.State) error {
	site, _ := sites.ByName(g.np.Name)
	if err := g.np.describe(s, site); err != nil {
		return err
	}
	cleanings, _, err := schema.MetaCleanings.Load(s)
	if err != nil {
		return err
	}
	cleanings = append(cleanings, schema.Cleaning{Generation: g.Generation, At: time.Now().UTC().Truncate(time.Second), Cleaner: g.Cleaner, Before: state.Versions, After: g.Versions})
	state.Generation, state.Versions = g.Generation, g.Versions
	return errors.Join(schema.MetaCleanings.Save(s, cleanings), schema.MetaState.Save(s, state), schema.MetaStaged.Drop(s))
}

// Derive derives the versions of all pages that have none yet, or whose captures are others now.
func (g *Generation) Derive(ctx context.Context) error {
	for {
		if err := g.rejoin(ctx); err != nil {
			return err
		}
		var err error
		switch {
		case !g.whole:
			err = g.deriveAll(ctx)
		case len(g.touched) > 0:
			err = g.deriveTouched(ctx)
		default:
			return nil
		}
		if err != nil && !errors.Is(err, errJoined) {
			return err
		}
	}
}

// errJoined says that pages were joined while versions were derived.
var errJoined = errors.New("pages were joined meanwhile")

// rejoin has the versions of joined pages derived again, where pages were joined since: which ones is
// not known here.
func (g *Generation) rejoin(ctx context.Context) error {
	state, err := g.np.State(ctx)
	if err != nil || state.Joins == g.Joins {
		return err
	}
	for batch, err := range store.Batches(ctx, g.np.File, schema.Aliases, store.ScanBatch, func(r schema.Reader, page string, _ schema.Alias) ([2]string, bool, error) {
		of, err := schema.LoadAlias(r, page)
		return [2]string{page, of}, true, err
	}) {
		if err != nil {
			return err
		}
		g.whole = false
		err := g.update(ctx, func(t *Tx) error {
			for _, pages := range batch {
				if err := errors.Join(t.clearHistory(pages[0]), t.clearHistory(pages[1])); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return g.update(ctx, func(*Tx) error {
		g.whole, g.Joins = false, state.Joins
		return nil
	})
}

// deriveAll derives the versions of all pages that have none.
func (g *Generation) deriveAll(ctx context.Context) error {
	for batch, err := range store.Batches(ctx, g.np.File, schema.Pages, store.ScanBatch, func(r schema.Reader, page string, rec schema.Page) (string, bool, error) {
		there, err := schema.Heads(g.Generation).Has(r, page)
		if err == nil && !there && rec.Captures == 1 {
			there, err = schema.Articles(g.Generation).Has(r, rec.Last)
			there = !there
		}
		return page, !there, err
	}) {
		if err == nil {
			err = g.derive(ctx, batch)
		}
		if err != nil {
			return err
		}
	}
	return g.update(ctx, func(*Tx) error {
		g.whole = true
		return nil
	})
}

// deriveTouched derives the versions of the pages touched.
func (g *Generation) deriveTouched(ctx context.Context) error {
	var pages []string
	err := g.np.File.Read(ctx, func(r schema.Reader) error {
		for page := range g.touched {
			of, err := schema.LoadAlias(r, page)
			if err != nil {
				return err
			}
			pages = append(pages, page, of)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(pages)
	for batch := range slices.Chunk(slices.Compact(pages), store.ScanBatch) {
		if err := g.derive(ctx, batch); err != nil {
			return err
		}
	}
	clear(g.touched)
	return g.update(ctx, func(*Tx) error { return nil })
}

// derived is what follows for a page.
type derived struct {
	list []schema.Version
	head schema.Head
}

// derive derives the versions of pages, on all processors, and stores them.
func (g *Generation) derive(ctx context.Context, pages []string) error {
	all := make([]derived, len(pages))
	workers, inner := errgroup.WithContext(ctx)
	size := max(1, (len(pages)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	for from := 0; from < len(pages); from += size {
		to := min(from+size, len(pages))
		workers.Go(func() error { return g.derivePart(inner, pages[from:to], all[from:to]) })
	}
	if err := workers.Wait(); err != nil {
		return err
	}
	return g.update(ctx, func(t *Tx) error {
		state, err := schema.MetaState.Must(t.Store)
		if err != nil {
			return err
		}
		if state.Joins != g.Joins {
			return errJoined
		}
		for i, page := range pages {
			if err := t.putHistory(page, all[i].list, all[i].head); err != nil {
				return err
			}
		}
		return nil
	})
}

// derivePart derives the versions of some of them, a time slice after the other.
func (g *Generation) derivePart(ctx context.Context, pages []string, all []derived) error {
	for len(pages) > 0 {
		err := g.np.File.Read(ctx, func(r schema.Reader) (err error) {
			h := g.np.History(r, g.Generation)
			h.Within = schema.UpTo(g.Done)
			for started := time.Now(); len(pages) > 0 && time.Since(started) < store.TimeSlice; pages, all = pages[1:], all[1:] {
				if all[0], err = g.derivePage(r, h, pages[0]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// derivePage derives the versions of a page. Where all its articles are as they were, so are they.
func (g *Generation) derivePage(r schema.Reader, h *history.Reader, page string) (d derived, err error) {
	same, err := g.unchanged(r, page)
	if err != nil {
		return d, err
	}
	if same {
		if d.list, err = schema.StoredVersions(r, g.From, page); err == nil {
			d.head, _, err = schema.Heads(g.From).Load(r, page)
		}
		return d, err
	}
	if d.list, err = h.Versions(page); err != nil {
		return d, err
	}
	if d.head, err = h.Head(d.list); err != nil {
		return d, err
	}
	d.head.Recleaned, err = g.recleaned(r, page, d.list)
	return d, err
}

// unchanged reports whether the articles of a page, and why it has none, are those of the generation before.
func (g *Generation) unchanged(r schema.Reader, page string) (bool, error) {
	if g.Selection == (schema.Selection{Force: true}) {
		return false, nil
	}
	for p, err := range schema.Times(page).Keys(r) {
		if err != nil || p.Number > g.Done {
			return false, err
		}
		was, err := schema.Articles(g.From).Payload(r, p.Number)
		if err != nil {
			return false, err
		}
		is, err := schema.Articles(g.Generation).Payload(r, p.Number)
		if err != nil || !bytes.Equal(was, is) {
			return false, err
		}
	}
	return true, nil
}

// DropGenerations removes what earlier or unfinished generations left, and what is noted of one
// that is not accepted.
func (np *Newspaper) DropGenerations(ctx context.Context, keep uint32) error {
	if err := np.Update(ctx, func(s schema.Writer) error { return schema.MetaStaged.Drop(s) }); err != nil {
		return err
	}
	return np.dropDerived(ctx, func(g uint32) bool { return g != keep }, schema.BucketArticles, schema.BucketVersions, schema.BucketHeads, schema.BucketDays)
}

// dropDerived removes generations from buckets, a part at a time.
func (np *Newspaper) dropDerived(ctx context.Context, which func(uint32) bool, from ...schema.Bucket) error {
	for _, b := range from {
		for {
			keys, err := np.someOf(ctx, b, which)
			if err != nil {
				return err
			}
			if len(keys) == 0 {
				break
			}
			err = np.Update(ctx, func(s schema.Writer) error {
				for _, k := range keys {
					if err := s.Drop(b, k); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// someOf gives some keys of the generations of a bucket that which asks for; none where
// none are left.
func (np *Newspaper) someOf(ctx context.Context, b schema.Bucket, which func(uint32) bool) (keys [][]byte, err error) {
	err = np.File.Read(ctx, func(r schema.Reader) (err error) {
		from := []byte{}
		for len(keys) == 0 && from != nil && err == nil {
			keys, from, err = firstOf(r, b, from, which)
		}
		return err
	})
	return keys, err
}

// firstOf gives the first keys of a bucket, as far as they are of generations that which
// asks for. next is where the generation behind the first other one begins; nil where there
// is none.
func firstOf(r schema.Reader, b schema.Bucket, from []byte, which func(uint32) bool) (keys [][]byte, next []byte, err error) {
	err = r.Scan(b, from, func(key, _ []byte) error {
		g, err := schema.GenerationOf(key)
		if err != nil {
			return err
		}
		if !which(g) {
			next = schema.Behind(key[:4])
			return schema.ErrStop
		}
		keys = append(keys, bytes.Clone(key))
		if len(keys) >= store.ScanBatch {
			return schema.ErrStop
		}
		return nil
	})
	return keys, next, err
}
