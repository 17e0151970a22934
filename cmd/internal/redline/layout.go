package redline

import (
	"slices"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// real is what the newspaper changed, where much else differs by the layout alone.
type real struct {
	gone, came []string // sentences
	beside     []string // lines that came to the page, and not into the article
}

// realOf gives what package compare takes for edits; nil where that is all that differs.
func realOf(d compare.Difference, old, now cleaner.Article) *real {
	if d.Cause == compare.Same { // nothing differs, or a stand-in does
		return nil
	}
	edits := slices.DeleteFunc(d.Edits(old, now), func(e compare.Edit) bool { return e.Picture != nil })
	all := compare.Difference{Cause: compare.Edited}.Edits(old, now)
	if slices.EqualFunc(edits, all, func(a, b compare.Edit) bool {
		return a.Field == b.Field && a.Block == b.Block && slices.Equal(a.Old, b.Old) && slices.Equal(a.New, b.New)
	}) {
		return nil
	}
	r := &real{}
	for _, e := range edits {
		if e.Field == "body" && e.Block == 0 {
			r.beside = append(r.beside, e.New...)
			continue
		}
		r.gone = append(r.gone, e.Old...)
		r.came = append(r.came, e.New...)
	}
	return r
}

// only leaves out the tokens that went or came by the layout alone.
func (r *real) only(tokens []token) []token {
	gone, came := r.marks(tokens, Old, r.gone), r.marks(tokens, New, r.came)
	var list []token
	for i, t := range tokens {
		if t.op == Stays || gone[i] || came[i] {
			list = append(list, t)
		}
	}
	return list
}

// marks says which tokens of one side's text stand in one of the sentences.
func (r *real) marks(tokens []token, side Op, sentences []string) []bool {
	var text strings.Builder
	var at []int     // where each of the side's tokens begins in its text
	var places []int // and its place among the tokens
	for i, t := range tokens {
		if t.op == Stays || t.op == side {
			text.WriteString(t.gap)
			at = append(at, text.Len())
			places = append(places, i)
			text.WriteString(t.text)
		}
	}
	marks := make([]bool, len(tokens))
	for _, s := range sentences {
		for from := 0; s != ""; {
			i := strings.Index(text.String()[from:], s)
			if i < 0 {
				break
			}
			first, _ := slices.BinarySearch(at, from+i)
			from += i + len(s)
			for k := first; k < len(at) && at[k] < from; k++ {
				if tokens[places[k]].op == side {
					marks[places[k]] = true
				}
			}
		}
	}
	return marks
}
