package history

import (
	"baoluu/archive/internal/schema"
	"baoluu/cleaner/compare"
)

// Cache keeps what came of comparing articles from one commit to the next: a page whose
// captures come in no order of time has its history rebuilt in each, and of nearly all its
// articles it is known by then what they change. One commit of the newspaper at a time uses
// it. The zero value is ready; a nil Cache keeps nothing.
type Cache struct {
	generation  uint32
	era         schema.Era
	differences map[pair]compare.Difference
	gists       map[article]gist
}

// pair is two articles that were compared: numbers and digests.
type pair struct {
	old, now             uint64
	oldDigest, nowDigest string
}

type article struct {
	number uint64
	digest string
}

// maxCached bounds how many are kept, some hundred bytes each.
const maxCached = 1 << 15

// For gives the Cache with what still holds of it: nothing where captures that were there
// were changed, or read by another cleaner.
func (c *Cache) For(s schema.State) *Cache {
	if c.generation != s.Generation || c.era != s.Era() {
		c.Forget()
		c.generation, c.era = s.Generation, s.Era()
	}
	return c
}

// Forget drops all of it: after a commit that failed, its numbers are given again.
func (c *Cache) Forget() {
	if c != nil {
		c.differences, c.gists = nil, nil
	}
}

func (c *Cache) difference(p pair) (compare.Difference, bool) {
	if c == nil {
		return compare.Difference{}, false
	}
	d, ok := c.differences[p]
	return d, ok
}

// putDifference keeps what histories are made of, and not the texts.
func (c *Cache) putDifference(p pair, d compare.Difference) {
	if c == nil {
		return
	}
	if c.differences == nil || len(c.differences) >= maxCached {
		c.differences = map[pair]compare.Difference{}
	}
	c.differences[p] = compare.Difference{Cause: d.Cause, Changed: d.Changed, StandIn: d.StandIn}
}

// gist is what histories ask of an article beside what it says.
type gist struct {
	layout   string
	richness int
}

// gist is that of article n.
func (r *Reader) gist(n uint64, digest string) (gist, error) {
	c := r.Cache
	if c != nil {
		if g, ok := c.gists[article{n, digest}]; ok {
			return g, nil
		}
	}
	art, err := r.article(n)
	g := gist{art.Layout, art.Richness()}
	if err != nil || c == nil {
		return g, err
	}
	if c.gists == nil || len(c.gists) >= maxCached {
		c.gists = map[article]gist{}
	}
	c.gists[article{n, digest}] = g
	return g, nil
}
