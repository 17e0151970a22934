package boltfile

import (
	"bytes"
	"encoding/binary"
)

// The layout of pages. A page begins with a head; an element for each record follows,
// and behind the elements, in their order and without gaps, key and value of each.
const (
	// All sizes are in bytes.
	PageHead   = 16 // of the head of a page: number, kind, count of elements, pages beyond the first
	ElemSize   = 16 // of an element, of leaf and branch pages alike
	BucketHead = 16 // of what begins a bucket's value in its parent's leaf: root page, sequence
	MetaSize   = 64 // of a meta page, behind its head

	// LeafPage is the kind of a page that holds records.
	LeafPage = 0x02
	// MaxRun is how many bytes one page may take with those beyond its first.
	MaxRun = 1 << 30

	branchPage = 0x01
	freePage   = 0x10

	leafBucket = 0x01 // the element is a bucket
	maxDepth   = 32   // an intact tree of 2^64 pages is less deep
)

// Page is one page with those beyond its first, or a small bucket that lies within a
// leaf. All its elements were checked: none reaches out of it.
type Page struct {
	ID    uint64 // of a small bucket: of the page that it lies in
	Count int    // of its elements
	Data  []byte
	// Inline tells of a small bucket, whose Data are a part of another page.
	Inline bool

	kind uint16
}

// IsBranch reports whether its elements lead to other pages. Those of a leaf are records, or
// buckets.
func (p Page) IsBranch() bool { return p.kind == branchPage }

// check holds every element against the page's bounds, and its keys' order. It looks
// at each element once: a lookup in a large file mostly reads branches for one of
// their hundred elements, and this is half of what that costs.
func (p Page) check() error {
	elems := PageHead + p.Count*ElemSize
	if elems > len(p.Data) {
		return pageError(p.ID, "its %d elements do not fit", p.Count)
	}
	le := binary.LittleEndian
	var before []byte
	room := len(p.Data) - elems // elements do not lie within one another
	for i := range p.Count {
		at := PageHead + i*ElemSize
		e := p.Data[at : at+ElemSize]
		from, size, value := le.Uint32(e), le.Uint32(e[4:]), uint32(0)
		if p.kind == LeafPage {
			if from > leafBucket {
				return pageError(p.ID, "element %d is of no known kind", i)
			}
			from, size, value = size, le.Uint32(e[8:]), le.Uint32(e[12:])
		}
		first := at + int(from)
		end := first + int(size)
		if last := end + int(value); first < elems || end < first || last < end || last > len(p.Data) {
			return pageError(p.ID, "element %d lies outside", i)
		}
		if room -= int(size) + int(value); room < 0 {
			return pageError(p.ID, "element %d lies within others", i)
		}
		key := p.Data[first:end]
		if size == 0 && p.kind == LeafPage || i > 0 && bytes.Compare(before, key) >= 0 {
			return pageError(p.ID, "the key of element %d is out of order", i)
		}
		before = key
	}
	if p.IsBranch() && p.Count == 0 {
		return pageError(p.ID, "a branch without children")
	}
	return nil
}

func (p Page) elem(i int) []byte {
	at := PageHead + i*ElemSize
	return p.Data[at : at+ElemSize]
}

// Span is where element i's key begins and its value, or key, ends.
func (p Page) Span(i int) (from, to int) {
	le, e, at := binary.LittleEndian, p.elem(i), PageHead+i*ElemSize
	if p.IsBranch() {
		from = at + int(le.Uint32(e))
		return from, from + int(le.Uint32(e[4:]))
	}
	from = at + int(le.Uint32(e[4:]))
	return from, from + int(le.Uint32(e[8:])) + int(le.Uint32(e[12:]))
}

// Key is the key of element i. It is part of the page.
func (p Page) Key(i int) []byte {
	from, to := p.Span(i)
	if p.kind == LeafPage {
		to = from + int(binary.LittleEndian.Uint32(p.elem(i)[8:]))
	}
	return p.Data[from:to:to]
}

// Value is the value of element i of a leaf. It is part of the page.
func (p Page) Value(i int) []byte {
	from, to := p.Span(i)
	from += int(binary.LittleEndian.Uint32(p.elem(i)[8:]))
	return p.Data[from:to:to]
}

// IsBucket reports whether element i of a leaf is a bucket, not a record.
func (p Page) IsBucket(i int) bool { return binary.LittleEndian.Uint32(p.elem(i))&leafBucket != 0 }

// Child is the number of the page that element i of a branch leads to.
func (p Page) Child(i int) uint64 { return binary.LittleEndian.Uint64(p.elem(i)[8:]) }

// toward is the child of a branch that leads to a key.
func (p Page) toward(key []byte) (i int) {
	i, exact := p.search(key)
	if !exact && i > 0 {
		i--
	}
	return i
}

// search is the index of the first element whose key is not below key.
func (p Page) search(key []byte) (i int, exact bool) {
	lo, hi := 0, p.Count
	for lo < hi {
		mid := (lo + hi) / 2
		switch c := bytes.Compare(p.Key(mid), key); {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}
