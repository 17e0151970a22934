package reclean

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The gate stops a re-clean that takes too much away: by default where more than 1 % of the bodies
// lose more than a fifth of their text, or where the share of articles that have a field falls by
// more than 2 percentage points. Both are of the captures that were cleaned and had an article. Of few
// it holds as well: one body of three is 33 %, and worth one look.

const (
	// DefaultMaxLoss is how many of the bodies may lose more than a fifth of their text, in percent.
	DefaultMaxLoss = 1.0
	// DefaultMaxDrop is by how much the fill of a field may fall, in percentage points.
	DefaultMaxDrop = 2.0
)

// Limits are where the gate closes.
type Limits struct {
	MaxLoss float64 // percent of the bodies that may lose more than a fifth of their text
	MaxDrop float64 // percentage points by which the fill of a field may fall
}

// DefaultLimits are those where nothing else is asked for.
func DefaultLimits() Limits { return Limits{DefaultMaxLoss, DefaultMaxDrop} }

// Gate is what the gate says of a re-clean.
type Gate struct {
	Limits
	Passed      bool
	Bodies      int      // that there were
	Losing      int      // of them, that lose more than a fifth of their text
	FirstLosing *Example // nil where none does
	Drops       []Drop   // fields whose fill falls, the deepest first
}

// Loss is how many of the bodies lose more than a fifth of their text, in percent.
func (g Gate) Loss() float64 { return percent(g.Losing, g.Bodies) }

// TooMuchLoss reports whether too many bodies lose too much.
func (g Gate) TooMuchLoss() bool { return beyond(g.Losing, g.Bodies, g.MaxLoss) }

// TooDeep reports whether a field's fill falls by more than it may.
func (g Gate) TooDeep(d Drop) bool { return beyond(d.Before-d.After, d.Of, g.MaxDrop) }

// Drop is a field whose fill falls.
type Drop struct {
	Field         string
	Of            int // articles that there were: one that is new makes up for none that lost the field
	Before, After int // of them, that have the field
	// Layout is the one of those that read the articles now that lost it most often. First is the
	// first that it lost, and says what read that one before.
	Layout                    string
	LayoutOf                  int // of them, that it reads now
	LayoutBefore, LayoutAfter int // of them, that have the field
	First                     *Example
}

// Points is by how many percentage points the fill falls.
func (d Drop) Points() float64 { return percent(d.Before-d.After, d.Of) }

// beyond reports whether n of so many is more than so much percent. One in a hundred is not
// more than 1 %, whatever the processor makes of the division.
func beyond(n, of int, most float64) bool { return float64(n)*100 > most*float64(of) }

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }

// loses reports whether a body loses more than a fifth of its text: of the letters of its words, those
// of words that it has not any more.
func loses(o fieldOutcome, old []string) bool {
	all := 0
	for _, t := range old {
		for w := range strings.FieldsSeq(t) {
			all += utf8.RuneCountInString(w)
		}
	}
	return 5*o.gone > all
}

// gate says what the gate makes of a report.
func (t *tally) gate(r Report, l Limits) Gate {
	g := Gate{Limits: l, Bodies: t.bodies, Losing: t.losing, FirstLosing: t.firstLosing}
	g.Passed = !g.TooMuchLoss()
	for i, f := range r.Fields {
		d := Drop{Field: f.Name, Of: t.articles, Before: f.Before, After: f.After - t.gained[i], First: f.FirstLost}
		if d.After >= d.Before {
			continue
		}
		for _, l := range r.Layouts {
			lf, lt := l.Fields[i], t.layouts[l.Name]
			if after := lf.After - lt.gained[i]; lf.Before-after > d.LayoutBefore-d.LayoutAfter {
				d.Layout, d.LayoutOf, d.LayoutBefore, d.LayoutAfter, d.First = l.Name, lt.articles, lf.Before, after, lf.FirstLost
			}
		}
		g.Passed = g.Passed && !g.TooDeep(d)
		g.Drops = append(g.Drops, d)
	}
	slices.SortStableFunc(g.Drops, func(a, b Drop) int { return cmp.Compare(b.Before-b.After, a.Before-a.After) })
	return g
}
