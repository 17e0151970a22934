package redline

import (
	"slices"
	"strings"
)

// compare gives the tokens of two texts in one line: what both have once, what went before what
// came in its place.
func (c *comparison) compare(old, now string) []token {
	if !strings.Contains(old+now, Break) && readsSame(old, now) {
		// Not cut into words: most paragraphs are the same.
		if now == "" {
			return nil
		}
		return []token{{text: now, op: Stays, word: true}}
	}
	a, b := c.words.tokens(old), c.words.tokens(now)
	changes := c.changes(a, b)
	changes = joined(changes, a, b)
	for i := range changes {
		changes[i] = trimmed(changes[i], a, b)
	}
	for i := range changes {
		changes[i] = slid(changes, i, a, b)
	}
	return laidOut(changes, a, b)
}

// laidOut puts tokens in one line.
func laidOut(changes []change, a, b []token) []token {
	list := make([]token, 0, max(len(a), len(b)))
	i, j := 0, 0
	same := func(to int) {
		for ; i < to; i, j = i+1, j+1 {
			t := b[j]
			t.op = Stays
			if i > 0 && j == 0 && a[i-1].text != Break {
				t.gap = a[i].gap
			}
			list = append(list, t)
		}
	}
	for _, c := range changes {
		same(c.i1)
		nameNumerals(a[c.i1:c.i2], b[c.j1:c.j2])
		for ; i < c.i2; i++ {
			a[i].op = Old
			list = append(list, a[i])
		}
		for ; j < c.j2; j++ {
			b[j].op = New
			list = append(list, b[j])
		}
	}
	same(len(a))
	return list
}

// change says that a[i1:i2] became b[j1:j2].
type change struct{ i1, i2, j1, j2 int }

// changes finds a shortest way from a to b (Myers 1986, in linear space). When the steps
// are spent, what is left is said to be replaced.
func (c *comparison) changes(a, b []token) []change {
	var list []change
	most := 2*(len(a)+len(b)) + 4
	m := myers{a: a, b: b, down: make([]int, most), up: make([]int, most), left: &c.left}
	m.between(0, len(a), 0, len(b), func(i1, i2, j1, j2 int) {
		if n := len(list) - 1; n >= 0 && list[n].i2 == i1 && list[n].j2 == j1 {
			list[n].i2, list[n].j2 = i2, j2
			return
		}
		list = append(list, change{i1, i2, j1, j2})
	})
	return list
}

// nowhere is how far a diagonal has come that leads out of a part.
const nowhere = -1 << 30

type myers struct {
	a, b     []token
	down, up []int // how far each diagonal has come, from either end
	left     *int
}

// between tells what differs in a part of both, in order.
func (m *myers) between(i1, i2, j1, j2 int, tell func(i1, i2, j1, j2 int)) {
	for {
		for i1 < i2 && j1 < j2 && m.a[i1].key == m.b[j1].key {
			i1, j1 = i1+1, j1+1
		}
		for i1 < i2 && j1 < j2 && m.a[i2-1].key == m.b[j2-1].key {
			i2, j2 = i2-1, j2-1
		}
		if i1 == i2 && j1 == j2 {
			return
		}
		if i1 == i2 || j1 == j2 {
			tell(i1, i2, j1, j2)
			return
		}
		x, y, ok := m.middle(i1, i2, j1, j2)
		if !ok {
			tell(i1, i2, j1, j2)
			return
		}
		m.between(i1, x, j1, y, tell)
		i1, j1 = x, y
	}
}

// middle is a place on a shortest way through a part, about half-way; not ok where the steps
// are spent.
func (m *myers) middle(i1, i2, j1, j2 int) (x, y int, ok bool) {
	n, k := i2-i1, j2-j1
	delta, half := n-k, (n+k+1)/2
	at := n + k + 1 // diagonal 0
	clear(m.down[:2*at+1])
	clear(m.up[:2*at+1])
	for d := 0; d <= half; d++ {
		if *m.left -= 2*d + 2; *m.left < 0 {
			return 0, 0, false
		}
		for diagonal := -d; diagonal <= d; diagonal += 2 {
			x := m.step(m.down, at, d, diagonal)
			y := x - diagonal
			if x < 0 || x > n || y < 0 || y > k {
				m.down[at+diagonal] = nowhere
				continue
			}
			for x < n && y < k && m.a[i1+x].key == m.b[j1+y].key {
				x, y = x+1, y+1
				*m.left--
			}
			m.down[at+diagonal] = x
			other := delta - diagonal
			if delta%2 != 0 && other >= -(d-1) && other <= d-1 && x+m.up[at+other] >= n {
				return i1 + x, j1 + y, true
			}
		}
		for diagonal := -d; diagonal <= d; diagonal += 2 {
			x := m.step(m.up, at, d, diagonal)
			y := x - diagonal
			if x < 0 || x > n || y < 0 || y > k {
				m.up[at+diagonal] = nowhere
				continue
			}
			for x < n && y < k && m.a[i2-1-x].key == m.b[j2-1-y].key {
				x, y = x+1, y+1
				*m.left--
			}
			m.up[at+diagonal] = x
			other := delta - diagonal
			if delta%2 == 0 && other >= -d && other <= d && x+m.down[at+other] >= n {
				return i2 - x, j2 - y, true
			}
		}
	}
	return 0, 0, false
}

// step is how far a diagonal comes with one more word that went or came.
func (m *myers) step(reached []int, at, d, diagonal int) int {
	switch {
	case d == 0:
		return 0
	case diagonal == -d || diagonal != d && reached[at+diagonal-1] < reached[at+diagonal+1]:
		return reached[at+diagonal+1]
	}
	return reached[at+diagonal-1] + 1
}

// joined joins changes of several words between which hardly anything stays: signs, or fewer
// words than went or came on both sides. "Three of ten words stayed, here and there" reads worse than "ten words became nine".
func joined(changes []change, a, b []token) []change {
	const most = 4 // words that stay
	weight := func(c change) int { return max(wordsIn(a[c.i1:c.i2]), wordsIn(b[c.j1:c.j2])) }
	var list []change
	for _, c := range changes {
		for len(list) > 0 {
			last := list[len(list)-1]
			between := a[last.i2:c.i1]
			if slices.ContainsFunc(between, func(t token) bool { return t.text == Break }) {
				break
			}
			if n := max(wordsIn(between), 1); n > most || n >= weight(last) || n >= weight(c) {
				break
			}
			c.i1, c.j1 = last.i1, last.j1
			list = list[:len(list)-1]
		}
		list = append(list, c)
	}
	return list
}

// trimmed leaves out what both sides of a change begin or end with, once it was joined.
func trimmed(c change, a, b []token) change {
	for c.i1 < c.i2 && c.j1 < c.j2 && a[c.i1].key == b[c.j1].key {
		c.i1, c.j1 = c.i1+1, c.j1+1
	}
	for c.i1 < c.i2 && c.j1 < c.j2 && a[c.i2-1].key == b[c.j2-1].key {
		c.i2, c.j2 = c.i2-1, c.j2-1
	}
	return c
}

func wordsIn(list []token) (n int) {
	for _, t := range list {
		if t.word {
			n++
		}
	}
	return n
}

// slid moves words that only came or only went to where a sentence begins, if they can be said
// to have come or gone there as well.
func slid(changes []change, at int, a, b []token) change {
	c := changes[at]
	list, from, to := b, c.j1, c.j2
	if c.i1 < c.i2 {
		if c.j1 < c.j2 {
			return c
		}
		list, from, to = a, c.i1, c.i2
	}
	least, most := 0, len(a) // of i1
	if at > 0 {
		least = changes[at-1].i2
	}
	if at+1 < len(changes) {
		most = changes[at+1].i1
	}
	rank := func(shift int) int {
		i := from + shift
		switch {
		case i == 0 || list[i-1].text == Break || ends(list[i-1]):
			return 2
		case !list[i-1].word:
			return 1
		}
		return 0
	}
	best := 0
	for shift := -1; c.i1+shift >= least && list[from+shift].key == list[to+shift].key; shift-- {
		if rank(shift) > rank(best) {
			best = shift
		}
	}
	for shift := 1; c.i2+shift <= most && list[from+shift-1].key == list[to+shift-1].key; shift++ {
		if rank(shift) > rank(best) {
			best = shift
		}
	}
	return change{c.i1 + best, c.i2 + best, c.j1 + best, c.j2 + best}
}

// ends reports whether a sign ends a sentence.
func ends(t token) bool {
	return t.text == "." || t.text == "?" || t.text == "!" || t.text == "…"
}
