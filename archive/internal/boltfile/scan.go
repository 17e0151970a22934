package boltfile

import (
	"bytes"
	"errors"
)

// Scan goes through a bucket from the first key that is not below from, until fn returns
// an error, which is returned; of [ErrStop] nil. Key and value may be kept.
func (t *Tree) Scan(bucket string, from []byte, fn func(key, value []byte) error) error {
	return t.scan(bucket, &scanner{tree: t, from: from, fn: fn})
}

// Sweep is Scan for going through very much: leaves are read into two buffers in
// turn and leave no garbage behind. Key and value hold until fn returns.
//
// Where wrong is not nil it gets the errors of damaged pages, and the sweep goes on behind
// them. A page is then also damaged whose keys are not those that lead to it, and one of
// which free says that it is a free one; free may be nil.
func (t *Tree) Sweep(bucket string, from []byte, fn func(key, value []byte) error, wrong func(error), free func(id uint64) bool) error {
	return t.scan(bucket, &scanner{tree: t, from: from, fn: fn, wrong: wrong, free: free, sweeps: true})
}

func (t *Tree) scan(bucket string, s *scanner) error {
	b, err := t.bucketRoot(bucket)
	if err != nil {
		return err
	}
	s.budget, s.beyond = t.end, 4*t.end // a damaged page may claim the whole file
	if b.inline != nil {
		err = s.leaf(*b.inline)
	} else {
		err = s.walk(b.page, 0, nil, nil)
	}
	if errors.Is(err, ErrStop) {
		return nil
	}
	return err
}

// scanner walks the leaves of one bucket in order. An intact tree meets no page
// twice, nor what a page takes beyond its first, so the number of pages bounds the walk
// of any other.
type scanner struct {
	tree   *Tree
	from   []byte
	fn     func(key, value []byte) error
	wrong  func(error) // nil: a damaged page ends the scan
	free   func(id uint64) bool
	last   []byte
	budget uint64
	beyond uint64 // what pages may take beyond their first

	// Of a sweep: the buffers of the leaf before, in which last lies, and of this one.
	sweeps  bool
	buffers [2][]byte
}

// page gives the page that is walked next.
func (s *scanner) page(id uint64) (Page, error) {
	if !s.sweeps {
		return s.tree.Page(id)
	}
	p, err := s.tree.pageInto(id, s.buffers[0])
	s.buffers[0] = nil
	if err == nil && p.kind == LeafPage { // a branch is needed for as long as what hangs on it
		s.buffers = [2][]byte{s.buffers[1], p.Data}
	}
	return p, err
}

// walk scans one page; its keys lie between low and high, where these are known.
func (s *scanner) walk(id uint64, depth int, low, high []byte) error {
	if s.budget == 0 || depth == maxDepth {
		return pageError(id, "met again")
	}
	s.budget--
	p, err := s.page(id)
	if more := uint64(len(p.Data)/s.tree.pageSize) - 1; err == nil && more > 0 {
		if more > s.beyond {
			return pageError(id, "its %d pages are part of others", more+1)
		}
		s.beyond -= more
	}
	if s.wrong != nil {
		if err == nil {
			err = s.place(p, low, high)
		}
		if err != nil {
			s.wrong(err)
			return nil
		}
	}
	if err != nil {
		return err
	}
	switch p.kind {
	case LeafPage:
		return s.leaf(p)
	case branchPage:
		for i := p.toward(s.from); i < p.Count; i++ {
			next := high
			if i+1 < p.Count {
				next = p.Key(i + 1)
			}
			if err := s.walk(p.Child(i), depth+1, p.Key(i), next); err != nil {
				return err
			}
		}
		return nil
	}
	return pageError(id, "no part of a tree")
}

// place holds a page against what leads to it.
func (s *scanner) place(p Page, low, high []byte) error {
	switch {
	case s.free != nil && s.free(p.ID):
		return pageError(p.ID, "it is in use, and listed as free")
	case p.kind == freePage || p.Count == 0:
		return nil // reported elsewhere, or an empty bucket
	case bytes.Compare(p.Key(0), low) < 0 || high != nil && bytes.Compare(p.Key(p.Count-1), high) >= 0:
		return pageError(p.ID, "its keys are not those that lead to it")
	}
	return nil
}

func (s *scanner) leaf(p Page) error {
	i, _ := p.search(s.from)
	for ; i < p.Count; i++ {
		k := p.Key(i)
		if s.last != nil && bytes.Compare(s.last, k) >= 0 {
			return pageError(p.ID, "its keys sort before those of an earlier page")
		}
		s.last = k
		if p.IsBucket(i) {
			return pageError(p.ID, "a bucket within the bucket")
		}
		if err := s.fn(k, p.Value(i)); err != nil {
			return err
		}
	}
	return nil
}
