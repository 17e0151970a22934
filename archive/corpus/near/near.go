package near

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Article is what is compared of an article.
type Article struct {
	Key   string    // names it, SITE/KEY; no two have the same
	At    time.Time // when it was published, else first seen
	Title string
	Text  string // with the title and the lead
}

// Finder finds which articles are the same. The zero value is ready. It is for one
// goroutine at a time.
type Finder struct {
	articles []article
	sketcher sketcher
}

// article is what is held of one, 1.1 kB and as much again in the index.
type article struct {
	key     string
	at      int64 // seconds since 1970
	letters int
	sketch  sketch
}

// Cluster is some articles that are the same, or one alone.
type Cluster struct {
	Name    string // the key of its earliest article; of several at one moment, the least
	Longest string // the key of its longest article; of several, the earliest
	Size    int    // articles
}

// Add adds an article.
func (f *Finder) Add(a Article) {
	f.articles = append(f.articles, article{strings.Clone(a.Key), a.At.Unix(), utf8.RuneCountInString(a.Text), f.sketcher.sketch(a.Title, a.Text)})
}

// Clusters groups the articles that were added: [Clusters.Of] tells the cluster of each.
// The finder is empty afterwards.
//
// Each article joins the cluster of the article before it that it is most alike, among
// those that began a cluster; where it is the same as none of them, it begins one itself. So
// whatever stands in a cluster was held against the article that it is named after.
func (f *Finder) Clusters() *Clusters {
	articles := f.articles
	f.articles = nil
	slices.SortFunc(articles, func(a, b article) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.key, b.key)) })
	c := &Clusters{of: make(map[string]int32, len(articles))}
	firsts := newIndex(articles)
	longest := make([]int, 0, len(articles)) // letters, by cluster
	for i := range articles {
		a := &articles[i]
		first, found := firsts.find(i)
		if !found {
			firsts.add(i)
			c.of[a.key] = int32(len(c.list))
			c.list = append(c.list, Cluster{a.key, a.key, 1})
			longest = append(longest, a.letters)
			continue
		}
		n := c.of[articles[first].key]
		c.of[a.key] = n
		c.list[n].Size++
		if a.letters > longest[n] {
			c.list[n].Longest, longest[n] = a.key, a.letters
		}
		a.sketch = sketch{} // nothing is held against it
	}
	return c
}

// Clusters tells which articles are the same.
type Clusters struct {
	list []Cluster
	of   map[string]int32 // an article's place in list
}

// Of is the cluster of an article; false where none was added under the key.
func (c *Clusters) Of(key string) (Cluster, bool) {
	if i, ok := c.of[key]; ok {
		return c.list[i], true
	}
	return Cluster{}, false
}
