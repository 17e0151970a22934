package near

import (
	"cmp"
	"slices"
)

// How an article's candidates are found: by shingles that both have.
const (
	leastIndexed = 24  // shingles of an article, the least; of a longer one the share below
	shareIndexed = 12  // one in so many
	leastCommon  = 2   // of those, that a candidate has, where there are as many
	mostLooked   = 256 // places looked at, those of the rarest shingles first
	mostCompared = 16  // candidates compared, those with most in common
)

// index finds, for an article, the one before it that it is most alike.
type index struct {
	articles []article
	last     map[uint32]int32 // shingle → its newest place in postings
	postings []posting
	counts   map[int32]int // for candidates: shingles found of each
	lists    []posting
	order    []int32
}

// posting says that an article has a shingle.
type posting struct {
	article int32
	next    int32 // the posting before it; -1 is none
	count   int32 // how many there are up to this one
}

func newIndex(articles []article) *index {
	return &index{articles: articles, last: map[uint32]int32{}, counts: map[int32]int{}}
}

// indexed are the shingles by which an article is found.
func (x *index) indexed(i int) []uint32 {
	s := x.articles[i].sketch.shingles
	return s.hashes[:min(len(s.hashes), max(leastIndexed, s.size/shareIndexed))]
}

func (x *index) add(i int) {
	for _, h := range x.indexed(i) {
		p := posting{int32(i), -1, 1}
		if last, ok := x.last[h]; ok {
			p.next, p.count = last, x.postings[last].count+1
		}
		x.last[h] = int32(len(x.postings))
		x.postings = append(x.postings, p)
	}
}

// find is the article that was added and that i is most alike, of several the earliest;
// false where i is the same as none.
func (x *index) find(i int) (found int, ok bool) {
	best := 0.0
	for _, c := range x.candidates(i) {
		alike := likeness(&x.articles[c], &x.articles[i])
		if alike > best || ok && alike == best && int(c) < found {
			best, found, ok = alike, int(c), true
		}
	}
	return found, ok
}

// candidates are the articles that have most in common with i.
func (x *index) candidates(i int) []int32 {
	clear(x.counts)
	x.lists, x.order = x.lists[:0], x.order[:0]
	hashes := x.indexed(i)
	for _, h := range hashes {
		if last, ok := x.last[h]; ok {
			x.lists = append(x.lists, x.postings[last])
		}
	}
	slices.SortStableFunc(x.lists, func(a, b posting) int { return cmp.Compare(a.count, b.count) })
	looked := 0
	for _, p := range x.lists {
		for ; looked < mostLooked; looked++ {
			if x.counts[p.article]++; x.counts[p.article] == min(leastCommon, len(hashes)) {
				x.order = append(x.order, p.article)
			}
			if p.next < 0 {
				break
			}
			p = x.postings[p.next]
		}
	}
	slices.SortFunc(x.order, func(a, b int32) int { return cmp.Or(cmp.Compare(x.counts[b], x.counts[a]), cmp.Compare(a, b)) })
	return x.order[:min(len(x.order), mostCompared)]
}
