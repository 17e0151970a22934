package warc

import (
	"strings"
	"unique"

	"baoluu/sites"
)

// papers are newspapers of a book, be they a hundred: a bit for each, by its place there. Equal
// ones are stored once, so that each of a million assets takes no more than a word.
type papers struct{ bits unique.Handle[string] }

// nobody is no newspaper.
var nobody papers

func papersOf(bits []byte) papers {
	text := strings.TrimRight(string(bits), "\x00")
	if text == "" {
		return nobody
	}
	return papers{unique.Make(text)}
}

// combine makes newspapers of two, a byte after the other.
func (p papers) combine(o papers, op func(a, b byte) byte) papers {
	var a, b string
	if p != nobody {
		a = p.bits.Value()
	}
	if o != nobody {
		b = o.bits.Value()
	}
	bits := make([]byte, max(len(a), len(b)))
	copy(bits, a)
	for i := range bits {
		other := byte(0)
		if i < len(b) {
			other = b[i]
		}
		bits[i] = op(bits[i], other)
	}
	return papersOf(bits)
}

// with are the newspapers of both.
func (p papers) with(o papers) papers {
	switch {
	case p == o || o == nobody:
		return p
	case p == nobody:
		return o
	}
	return p.combine(o, func(a, b byte) byte { return a | b })
}

// without are those that are not among others.
func (p papers) without(o papers) papers {
	if p == nobody || o == nobody {
		return p
	}
	return p.combine(o, func(a, b byte) byte { return a &^ b })
}

// has reports whether any of others is among them.
func (p papers) has(o papers) bool { return p != p.without(o) }

// newspapers gives each newspaper its place, in the order in which they come.
type newspapers struct {
	list  []*sites.Site
	ones  []papers // by place
	place map[*sites.Site]int
}

// one is a newspaper alone.
func (n *newspapers) one(site *sites.Site) papers {
	at, known := n.place[site]
	if !known {
		if n.place == nil {
			n.place = map[*sites.Site]int{}
		}
		at = len(n.list)
		bits := make([]byte, at/8+1)
		bits[at/8] = 1 << (at % 8)
		n.list, n.ones, n.place[site] = append(n.list, site), append(n.ones, papersOf(bits)), at
	}
	return n.ones[at]
}

// of lists newspapers in the order of their places.
func (n *newspapers) of(p papers) (list []*sites.Site) {
	if p == nobody {
		return nil
	}
	for i, bits := range []byte(p.bits.Value()) {
		for at := range 8 {
			if bits>>at&1 != 0 {
				list = append(list, n.list[8*i+at])
			}
		}
	}
	return list
}
