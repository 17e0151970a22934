package compare

import (
	"slices"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/prose"

	"github.com/pmezard/go-difflib/difflib"
)

// Edit is one passage that reads otherwise in a later article.
type Edit struct {
	Field string   // the JSON name: "title", "body", …
	Block int      // in body and captions: the block's number from 1, in the later article where it stands there; else 0
	Old   []string // sentences that are gone, in order; empty: new text
	New   []string // sentences that came
	// Picture is what was exchanged, where Field is [FieldImages]; Old and New are its addresses then.
	Picture *PictureEdit
}

// editsOf tells what changed between two articles of one page, sentence by
// sentence, and nothing else: unchanged sentences of a changed paragraph are
// left out. It is empty where the two read the same ([Changed]).
func editsOf(old, now cleaner.Article) []Edit {
	var edits []Edit
	single := func(field string, a, b cleaner.Text) {
		if !prose.ReadsSame(string(a), string(b)) {
			edits = append(edits, sentenceEdits(field, 0, string(a), string(b))...)
		}
	}
	single("title", old.Title, now.Title)
	single("kicker", old.Kicker, now.Kicker)
	single("lead", old.Lead, now.Lead)
	single("dateline", old.Dateline, now.Dateline)
	single("byline", old.Byline, now.Byline)
	single("source", old.Source, now.Source)
	edits = append(edits, blockEdits("body", bodyTexts(old), bodyTexts(now))...)
	return append(edits, blockEdits("captions", old.Captions, now.Captions)...)
}

func bodyTexts(a cleaner.Article) []string {
	texts := make([]string, len(a.Body))
	for i, b := range a.Body {
		parts := make([]string, 0, 3)
		for _, p := range []string{b.Time, b.Speaker, b.Text} {
			if p != "" {
				parts = append(parts, p)
			}
		}
		texts[i] = strings.Join(parts, " ")
	}
	return texts
}

// blockEdits matches the blocks of two lists. A run of blocks that was
// replaced is compared block by block, the rest of the longer side is text
// that went or came.
func blockEdits(field string, old, now []string) []Edit {
	var edits []Edit
	for _, op := range match(allPlainly(old), allPlainly(now)) {
		if op.Tag == 'e' {
			continue
		}
		gone, came := old[op.I1:op.I2], now[op.J1:op.J2]
		for i := range max(len(gone), len(came)) {
			var a, b string
			number := op.J1 + i + 1
			if i < len(gone) {
				a = gone[i]
			}
			if i < len(came) {
				b = came[i]
			} else {
				number = op.I1 + i + 1
			}
			edits = append(edits, sentenceEdits(field, number, a, b)...)
		}
	}
	return edits
}

func sentenceEdits(field string, block int, old, now string) []Edit {
	a, b := prose.Sentences(old), prose.Sentences(now)
	var edits []Edit
	for _, op := range match(allPlainly(a), allPlainly(b)) {
		if op.Tag != 'e' {
			edits = append(edits, Edit{Field: field, Block: block, Old: a[op.I1:op.I2], New: b[op.J1:op.J2]})
		}
	}
	return edits
}

// maxMatched bounds how many pairs of texts are held against each other: in the worst case the
// matcher takes time with the square of that, and real articles have some hundred blocks.
const maxMatched = 1 << 18

// match says what became of a list, as difflib does. Of two very long lists, those that stand
// in both once and in one order are matched first, and what lies between them by itself; what is
// too much even so was replaced.
func match(old, now []string) []difflib.OpCode {
	if len(old)*len(now) <= maxMatched {
		return difflib.NewMatcherWithJunk(old, now, false, nil).GetOpCodes()
	}
	var ops []difflib.OpCode
	add := func(tag byte, i1, i2, j1, j2 int) {
		if n := len(ops); n > 0 && ops[n-1].Tag == tag && tag == 'e' {
			ops[n-1].I2, ops[n-1].J2 = i2, j2
		} else if i1 < i2 || j1 < j2 {
			ops = append(ops, difflib.OpCode{Tag: tag, I1: i1, I2: i2, J1: j1, J2: j2})
		}
	}
	i, j := 0, 0
	between := func(toI, toJ int) {
		for i < toI && j < toJ && old[i] == now[j] {
			add('e', i, i+1, j, j+1)
			i, j = i+1, j+1
		}
		tail := 0
		for toI-tail > i && toJ-tail > j && old[toI-tail-1] == now[toJ-tail-1] {
			tail++
		}
		a, b := old[i:toI-tail], now[j:toJ-tail]
		if len(a)*len(b) > maxMatched {
			add('r', i, toI-tail, j, toJ-tail)
		} else {
			for _, op := range difflib.NewMatcherWithJunk(a, b, false, nil).GetOpCodes() {
				add(op.Tag, i+op.I1, i+op.I2, j+op.J1, j+op.J2)
			}
		}
		add('e', toI-tail, toI, toJ-tail, toJ)
		i, j = toI, toJ
	}
	for _, pair := range anchors(old, now) {
		if pair[0] >= i && pair[1] >= j {
			between(pair[0], pair[1])
			add('e', i, i+1, j, j+1)
			i, j = i+1, j+1
		}
	}
	between(len(old), len(now))
	return ops
}

// anchors are the places of what stands once in each of two lists, in the longest order that
// both have ("patience diff").
func anchors(old, now []string) (pairs [][2]int) {
	const twice = -1
	places := func(list []string) map[string]int {
		at := make(map[string]int, len(list))
		for i, s := range list {
			if _, ok := at[s]; ok {
				i = twice
			}
			at[s] = i
		}
		return at
	}
	inOld, inNow := places(old), places(now)
	type link struct{ i, j, before int }
	var links []link
	var ends []int // of the best chain of each length: its last link
	for i, s := range old {
		j, ok := inNow[s]
		if !ok || j == twice || inOld[s] == twice {
			continue
		}
		n, _ := slices.BinarySearchFunc(ends, j, func(end, j int) int { return links[end].j - j })
		before := -1
		if n > 0 {
			before = ends[n-1]
		}
		links = append(links, link{i, j, before})
		if n == len(ends) {
			ends = append(ends, 0)
		}
		ends[n] = len(links) - 1
	}
	if len(ends) == 0 {
		return nil
	}
	for at := ends[len(ends)-1]; at >= 0; at = links[at].before {
		pairs = append(pairs, [2]int{links[at].i, links[at].j})
	}
	slices.Reverse(pairs)
	return pairs
}

func allPlainly(texts []string) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = prose.Normalize(t)
	}
	return list
}
