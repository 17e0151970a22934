package history

import (
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Cache keeps the results of comparing articles from one commit to the next. A page whose
// captures do not come in order of time has its history rebuilt by each commit, and nearly all
// of its articles were compared by the commits before. One commit of the newspaper at a time
// uses it. The zero value is ready; a nil Cache keeps nothing.
type Cache struct {
	generation  uint32
	era         schema.Era
	differences map[pair]compare.Difference
	gists       map[article]gist
	images      map[article][]cleaner.Image
}

// pair is two articles that were compared, by the numbers of their captures and their digests.
type pair struct {
	old, now             uint64
	oldDigest, nowDigest string
}

// article is one of them.
type article struct {
	number uint64
	digest string
}

// maxCached bounds how many results of a kind are kept, some hundred bytes each.
const maxCached = 1 << 15

// For gives the Cache for a newspaper's present state. It is empty where stored captures have
// been changed since, or read by another cleaner.
func (c *Cache) For(s schema.State) *Cache {
	if c.generation != s.Generation || c.era != s.Era() {
		c.Forget()
		c.generation, c.era = s.Generation, s.Era()
	}
	return c
}

// Forget empties it. It must be called when a commit fails: the numbers of its captures are
// given to others then.
func (c *Cache) Forget() {
	if c != nil {
		c.differences, c.gists, c.images = nil, nil, nil
	}
}

func (c *Cache) difference(p pair) (compare.Difference, bool) {
	if c == nil {
		return compare.Difference{}, false
	}
	d, ok := c.differences[p]
	return d, ok
}

// putDifference keeps a difference without its texts, which histories do not need. Where pictures
// were exchanged it is not kept: one that arrives later may be nearer.
func (c *Cache) putDifference(p pair, d compare.Difference) {
	if c != nil && len(d.Pictures) == 0 {
		put(&c.differences, p, compare.Difference{Cause: d.Cause, Changed: d.Changed, StandIn: d.StandIn})
	}
}

// put keeps one result more; where there are too many the others are forgotten.
func put[K comparable, V any](results *map[K]V, k K, v V) {
	if *results == nil || len(*results) >= maxCached {
		*results = map[K]V{}
	}
	(*results)[k] = v
}

// gist is what histories need to know of an article apart from its words: which layout read it,
// and how much it tells ([cleaner.Article.Richness]).
type gist struct {
	layout   string
	richness int
}

// gist gives the gist of article n, whose digest is known.
func (r *Reader) gist(n uint64, digest string) (gist, error) {
	c := r.Cache
	if c != nil {
		if g, ok := c.gists[article{n, digest}]; ok {
			return g, nil
		}
	}
	head, _, err := r.head(n)
	if err != nil || head.Layout != "" {
		return gist{head.Layout, head.Richness}, err
	}
	art, err := r.article(n)
	g := gist{art.Layout, art.Richness()}
	if err != nil || c == nil {
		return g, err
	}
	put(&c.gists, article{n, digest}, g)
	return g, nil
}
