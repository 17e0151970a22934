package search

import (
	"math"
	"math/bits"
)

// slot is one word of a query, as pages are held against it.
type slot struct {
	code   code
	exact  bool // it is as it is typed
	clause int
	index  int  // in its clause
	last   bool // of its clause
	in     zones
	chain  int // its place among the words that are to be there; -1 where it must not
	weight float64
}

// matcher holds pages against a query. It is for one goroutine.
type matcher struct {
	slots    []slot
	clauses  []clause
	exact    bool // words are as they are typed; those that must not be there are where they have marks
	ever     bool
	by       [256]uint64 // slots by the second byte of their codes; and mayBegin
	wanted   int         // words that are to be there
	end      zone        // behind the last zone in which a word is looked for
	total    float64     // their weight
	needed   bool        // a page that has the words, folded, may still not be what is looked for
	excludes bool        // likewise, for words that must not be there
	pairs    []pair      // words that stand side by side in the query
	bare     []uint32    // the hints of words without marks that are found with marks as well
	marked   bool        // so is a word with marks
	state    []found
	fits     []bool    // by clause
	weights  []float64 // by place among the wanted: how much the page has of the word
	isExact  []bool    // likewise: it has it as it is typed
	next     []bool    // likewise: it stands near the word before it
	best     int       // most words that stand there as in the query
	titled   bool      // in the title
	unfolded bool      // as they are typed
}

// mayBegin is of a second byte that a block may begin with: its zone.
const mayBegin = 1 << 63

// found is where a word was met last.
type found struct {
	at, run, chain int
	exact          bool // all of the chain
}

// never is before every place.
const never = -1000

// pair is two words that stand side by side in a query.
type pair struct {
	hash   uint32
	phrase bool // that is how they are to stand
}

// newMatcher makes one of a query's clauses; weight tells how rare a word is.
func newMatcher(clauses []clause, exact, ever bool, weight func(word) float64) *matcher {
	m := &matcher{clauses: clauses, exact: exact, ever: ever}
	for z := range allZones {
		m.by[z] = mayBegin
	}
	before := code(0)
	for c, cl := range clauses {
		m.needed = m.needed || exact || !cl.simple() || cl.not && cl.exact(cl.words[0], exact)
		m.excludes = m.excludes || cl.not && (!cl.simple() || cl.exact(cl.words[0], exact))
		for i, w := range cl.words {
			s := slot{code: w.code, exact: cl.exact(w, exact), clause: c, index: i, last: i == len(cl.words)-1, in: cl.in, chain: -1}
			if !cl.not {
				if m.wanted > 0 {
					m.pairs = append(m.pairs, pair{hintOf(before, w.code), i > 0})
				}
				before = w.code
				if m.marked = m.marked || !exact && w.marked(); !exact {
					m.bare = append(m.bare, hintOf(w.code, begins))
				}
				s.chain, s.weight = m.wanted, weight(w)
				m.wanted++
				m.total += s.weight
			}
			m.by[byte(w.code>>8)] |= 1 << len(m.slots)
			m.slots = append(m.slots, s)
		}
	}
	for _, c := range clauses {
		for z := range allZones {
			if c.in.has(z) {
				m.end = max(m.end, z+1)
			}
		}
	}
	m.state = make([]found, len(m.slots))
	m.fits = make([]bool, len(clauses))
	m.weights, m.isExact, m.next = make([]float64, m.wanted), make([]bool, m.wanted), make([]bool, m.wanted)
	return m
}

// zoneWeight is how much a word counts in each zone.
var zoneWeight = [allZones]float64{inTitle: 3, inLead: 1.5, inBody: 1, inCaption: 1, inByline: 1.5, inTag: 2, inSection: 1}

const (
	folded   = 0.6 // of the weight of a word as it is typed
	everSaid = 0.5 // of the weight of a word of the present version
	nearby   = 8   // so many words are near
	apart    = 100 // so many words lie between two blocks
	// beginning is how many words of an article say how much it is about what is looked for: it has a
	// title and a lead. What comes later is read for the words as in the query, and as they are typed.
	beginning = 128
)

// hinted is what the hints of a page promise.
type hinted struct {
	lacks    bool // a phrase that is to be there is not
	together bool // the words may stand as in the query: two thirds of its pairs are there
	typed    bool // words that are found with other marks, too, may be there as they are typed
}

func (m *matcher) hints(f forward) (h hinted) {
	n := 0
	for _, p := range m.pairs {
		if f.mayHave(p.hash) {
			n++
		} else if p.phrase {
			return hinted{lacks: true}
		}
	}
	h.together = 3*n >= 2*len(m.pairs)
	h.typed = len(m.bare) > 0
	for _, b := range m.bare {
		h.typed = h.typed && (m.marked || f.mayHave(b))
	}
	return h
}

// enough reports whether what follows in a page changes little in how well it fits: nothing better than
// what was met can be there.
func (m *matcher) enough(h hinted) bool {
	if m.excludes || m.needed && !m.fit() {
		return false
	}
	if m.best == m.wanted {
		return m.unfolded || !h.typed
	}
	return !h.together && !h.typed
}

// match reports whether a page is what is looked for.
func (m *matcher) match(f forward) bool {
	hints := m.hints(f)
	if hints.lacks {
		return false
	}
	for i := range m.state {
		m.state[i] = found{at: never}
	}
	clear(m.fits)
	clear(m.weights)
	clear(m.isExact)
	clear(m.next)
	m.best, m.titled, m.unfolded = 0, false, false
	z, ever, gap := zone(0), false, 0
	codes := f.codes()
	// Most words are of no interest: this loop is most of what a search takes.
	for i, by := 1, &m.by; i < len(codes); i += codeSize {
		candidates := by[codes[i]]
		if candidates == 0 {
			continue
		}
		if i > beginning*codeSize && m.enough(hints) {
			return true
		}
		c := codeAt(codes[i-1:])
		if c&0xff != begins {
			m.words(candidates&^mayBegin, c, i/codeSize+gap, z, ever)
			continue
		}
		// What only earlier versions say comes last.
		if z, ever, _ = c.block(); z >= allZones || !m.ever && (ever || z >= m.end) {
			break
		}
		gap += apart
	}
	return m.fit()
}

// fit reports whether what was met so far is all that is wanted.
func (m *matcher) fit() bool {
	for i, c := range m.clauses {
		if m.fits[i] == c.not {
			return false
		}
	}
	return true
}

// words meets those of some slots whose word stands at a place: from the last one on, for each looks at
// what the one before it met before.
func (m *matcher) words(candidates uint64, c code, pos int, z zone, ever bool) {
	for candidates != 0 {
		i := bits.Len64(candidates) - 1
		candidates &^= 1 << i
		if s := &m.slots[i]; s.code.folds(c) && (!s.exact || s.code == c) && s.in.has(z) {
			m.meet(i, pos, z, ever, s.code == c)
		}
	}
}

// meet notes a word of the query that stands at a place.
func (m *matcher) meet(i, pos int, z zone, ever, exact bool) {
	s, now := &m.slots[i], found{at: pos, run: 1, chain: 1, exact: exact}
	if i > 0 && s.index > 0 && m.state[i-1].at == pos-1 {
		now.run = m.state[i-1].run + 1
	}
	now.run = min(now.run, s.index+1)
	if s.last && now.run == s.index+1 {
		m.fits[s.clause] = true
	}
	if s.chain >= 0 {
		if p := m.before(i); p >= 0 {
			switch before := m.state[p]; {
			case before.at == pos-1:
				now.chain, now.exact = before.chain+1, before.exact && exact
				m.next[s.chain] = true
			case before.at >= pos-nearby && before.at < pos:
				m.next[s.chain] = true
			}
		}
		if now.chain > m.best || now.chain == m.best && (z == inTitle || now.exact) {
			same := now.chain == m.best
			m.best, m.titled, m.unfolded = now.chain, same && m.titled || z == inTitle, same && m.unfolded || now.exact
		}
		w := zoneWeight[z]
		if !exact {
			w *= folded
		}
		if ever {
			w *= everSaid
		}
		m.weights[s.chain] += w
		m.isExact[s.chain] = m.isExact[s.chain] || exact
	}
	m.state[i] = now
}

// before is the slot of the word before one in the query, among those that are to be there; or -1.
func (m *matcher) before(i int) int {
	for i--; i >= 0; i-- {
		if m.slots[i].chain >= 0 {
			return i
		}
	}
	return -1
}

// score tells how well the page that matched last fits. Pages in which the words stand as in the query
// come first, of these and of the others those that have them as they are typed; and then it counts how
// much of the page they are (as BM25 has it), the rarer the more, whether in its title, and how near to
// each other.
func (m *matcher) score(f forward) float64 {
	if m.wanted == 0 {
		return 0
	}
	const (
		saturation = 1.2
		usual      = 400 // words of an article
	)
	k := saturation * (0.3 + 0.7*float64(f.length())/usual)
	sum, near, allExact := 0.0, 0, true
	for _, s := range m.slots {
		if s.chain < 0 {
			continue
		}
		tf := m.weights[s.chain]
		sum += s.weight * tf / (tf + k)
		allExact = allExact && m.isExact[s.chain]
		if m.next[s.chain] {
			near++
		}
	}
	if m.wanted > 1 {
		closeness := float64(m.best-1) / float64(m.wanted-1)
		sum += m.total * (0.3*float64(near)/float64(m.wanted-1) + closeness*closeness)
	}
	const tier = 3 // all that is above is less, and a place in the title
	together := m.best == m.wanted
	if together {
		sum += 2 * tier * m.total
		if m.titled {
			sum += 0.7 * m.total
		}
	}
	if together && m.unfolded || !together && allExact {
		sum += tier * m.total
	}
	return sum
}

// rarity is how much a word counts that so many of all pages have.
func rarity(pages, all uint64) float64 {
	return math.Log1p((float64(all) + 0.5) / (float64(pages) + 0.5))
}
