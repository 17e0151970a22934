package archive

import (
	"baoluu/archive/internal/schema"
	"baoluu/cleaner/compare"
)

// verdicts are what came of comparing articles, kept from one commit to the next: a page
// whose captures come in no order of time has its history made anew in each, and of nearly
// all its articles it is known by then what they change. One commit of the newspaper at a time uses
// them. The nil verdicts keep none.
type verdicts struct {
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

// maxVerdicts bounds how many are kept, some hundred bytes each.
const maxVerdicts = 1 << 15

// from gives the verdicts that still hold: none where captures that were there were changed,
// or read by another cleaner.
func (v *verdicts) from(s schema.State) *verdicts {
	if v.generation != s.Generation || v.era != s.Era() {
		v.forget()
		v.generation, v.era = s.Generation, s.Era()
	}
	return v
}

// forget lets go of all: of a commit that failed, numbers are given again.
func (v *verdicts) forget() {
	if v != nil {
		v.differences, v.gists = nil, nil
	}
}

func (v *verdicts) of(p pair) (compare.Difference, bool) {
	if v == nil {
		return compare.Difference{}, false
	}
	d, ok := v.differences[p]
	return d, ok
}

// keep keeps what histories are made of, and not the texts.
func (v *verdicts) keep(p pair, d compare.Difference) {
	if v == nil {
		return
	}
	if v.differences == nil || len(v.differences) >= maxVerdicts {
		v.differences = map[pair]compare.Difference{}
	}
	v.differences[p] = compare.Difference{Cause: d.Cause, Changed: d.Changed, StandIn: d.StandIn}
}

// gist is what histories ask of an article beside what it says.
type gist struct {
	layout   string
	richness int
}

// gist is that of article n.
func (h *historian) gist(n uint64, digest string) (gist, error) {
	v := h.verdicts
	if v != nil {
		if g, ok := v.gists[article{n, digest}]; ok {
			return g, nil
		}
	}
	art, err := h.article(n)
	g := gist{art.Layout, art.Richness()}
	if err != nil || v == nil {
		return g, err
	}
	if v.gists == nil || len(v.gists) >= maxVerdicts {
		v.gists = map[article]gist{}
	}
	v.gists[article{n, digest}] = g
	return g, nil
}
