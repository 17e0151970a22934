package newspaper

import (
	"bytes"
	"context"
	"errors"
	"time"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// Generation is a new generation of a newspaper's articles, while it is written beside the
// present one. Whoever makes it saves the articles, notes what pages they are of, and calls
// Accept; until that returns, readers go on with the present generation.
type Generation struct {
	Number  uint32
	Done    uint64          // the captures up to this number have their articles in it
	Touched map[string]bool // pages whose versions are to be derived

	np       *Newspaper
	joins    int // of pages, when the versions were derived
	versions int // derived so far
}

// NewGeneration is the generation of a number. What unfinished ones left is removed by
// [Newspaper.DropGenerations], before.
func (np *Newspaper) NewGeneration(number uint32) *Generation {
	return &Generation{Number: number, Touched: map[string]bool{}, np: np}
}

// Begin begins a transaction that writes in the generation.
func (g *Generation) Begin(s schema.Writer) *Tx {
	return g.np.Begin(s, schema.State{Generation: g.Number})
}

// Accept derives the versions of the pages touched, and gives the generation the place of the
// present one, in one transaction. What is committed meanwhile it has catchUp bring over,
// up to the last capture there is, until nothing new came in between. It gives the number
// of versions of the whole newspaper.
func (g *Generation) Accept(ctx context.Context, catchUp func(ctx context.Context, last uint64) error) (versions int, err error) {
	for {
		if err := g.derive(ctx); err != nil {
			return 0, err
		}
		var last uint64
		accepted := false
		err := g.np.Update(ctx, func(s schema.Writer) error {
			state, err := schema.MetaState.Must(s)
			if err != nil {
				return err
			}
			if last = state.Last; last != g.Done || state.Joins != g.joins {
				return nil
			}
			cleanings, _, err := schema.MetaCleanings.Load(s)
			if err != nil {
				return err
			}
			cleanings = append(cleanings, schema.Cleaning{Generation: g.Number, At: time.Now().UTC().Truncate(time.Second), Cleaner: g.np.CleanerName(), Before: state.Versions, After: g.versions})
			state.Generation, state.Versions = g.Number, g.versions
			accepted = true
			return errors.Join(schema.MetaCleanings.Save(s, cleanings), schema.MetaState.Save(s, state))
		})
		if err != nil || accepted {
			return g.versions, err
		}
		if err := catchUp(ctx, last); err != nil {
			return 0, err
		}
	}
}

// derive derives the versions of the pages touched.
func (g *Generation) derive(ctx context.Context) error {
	state, err := g.np.State(ctx)
	if err != nil {
		return err
	}
	if state.Joins != g.joins && g.versions > 0 {
		// Pages were joined since: which ones is not known here.
		if err := g.np.dropDerived(ctx, func(n uint32) bool { return n == g.Number }, schema.BucketVersions, schema.BucketHeads, schema.BucketDays); err != nil {
			return err
		}
		g.versions = 0
		if err := g.TouchAll(ctx); err != nil {
			return err
		}
	}
	g.joins = state.Joins
	for len(g.Touched) > 0 {
		err := g.np.Update(ctx, func(s schema.Writer) error {
			t := g.Begin(s)
			t.History.Within = schema.UpTo(g.Done)
			started := time.Now()
			for listed := range g.Touched {
				page, err := schema.LoadAlias(s, listed)
				if err != nil {
					return err
				}
				if err := t.Rewrite(page); err != nil {
					return err
				}
				delete(g.Touched, listed)
				if time.Since(started) > store.TimeSlice {
					break
				}
			}
			g.versions += t.State.Versions
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TouchAll has the versions of all pages derived.
func (g *Generation) TouchAll(ctx context.Context) error {
	return store.Each(ctx, g.np.File, schema.Pages, func(_ schema.Reader, page string, _ schema.Page) error {
		g.Touched[page] = true
		return nil
	})
}

// DropGenerations removes what earlier or unfinished generations left.
func (np *Newspaper) DropGenerations(ctx context.Context, keep uint32) error {
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
