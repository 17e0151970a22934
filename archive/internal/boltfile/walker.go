package boltfile

import (
	"encoding/binary"
	"fmt"
)

// Walker goes over the whole tree and the free list, and tells what is wrong: that a
// page is used twice, or by none. It reads no more of leaves than their heads; scans
// look at the rest. The walk may be stopped between two pages and goes on by another
// tree of the same state.
type Walker struct {
	tree    *Tree
	seen    []uint64 // a bit for each page
	damaged bool     // what hangs on a damaged page cannot be reached
	wrong   func(error)
	stack   []step // what is to be looked at yet
}

// step is one page to be walked.
type step struct {
	id      uint64
	depth   int
	buckets bool // a page of the root bucket, whose leaves lead to the others
}

// NewWalker begins a walk; wrong is called with each error that it finds.
func NewWalker(t *Tree, wrong func(error)) *Walker {
	w := &Walker{tree: t, seen: make([]uint64, t.end/64+1), wrong: wrong, stack: []step{{t.root, 0, true}}}
	w.seen[0] = 3 // the meta pages
	return w
}

// Continue has the walk go on by another tree of the same state. It tells whether the
// tree is of that state; else the walk must begin again with a new Walker.
func (w *Walker) Continue(t *Tree) bool {
	if w.tree.tx != t.tx {
		return false
	}
	w.tree = t
	return true
}

// Has reports whether a page was met.
func (w *Walker) Has(id uint64) bool { return id < w.tree.end && w.has(id) }

func (w *Walker) has(id uint64) bool { return w.seen[id/64]>>(id%64)&1 == 1 }

func (w *Walker) fail(err error) {
	w.damaged = true
	w.wrong(err)
}

// use marks pages, and tells whether they were free to be used.
func (w *Walker) use(id, pages uint64) bool {
	for i := id; i < id+pages; i++ {
		if w.has(i) {
			w.fail(pageError(i, "used twice"))
			return false
		}
		w.seen[i/64] |= 1 << (i % 64)
	}
	return true
}

// Walk marks the pages of the tree, until there are no more or stop says so.
func (w *Walker) Walk(stop func() bool) (done bool) {
	for len(w.stack) > 0 {
		if stop() {
			return false
		}
		s := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.step(s)
	}
	return true
}

func (w *Walker) step(s step) {
	p, pages, err := w.tree.head(s.id)
	if err == nil && (p.kind == freePage || s.depth == maxDepth) {
		err = pageError(s.id, "no part of a tree")
	}
	if err == nil && (s.buckets || p.kind == branchPage) {
		p, err = w.tree.Page(s.id)
	}
	if err != nil {
		w.fail(err)
		return
	}
	if !w.use(s.id, pages) {
		return
	}
	switch {
	case p.kind == branchPage:
		for i := p.Count - 1; i >= 0; i-- {
			w.stack = append(w.stack, step{p.Child(i), s.depth + 1, s.buckets})
		}
	case s.buckets:
		for i := range p.Count {
			if !p.IsBucket(i) || len(p.Value(i)) < BucketHead {
				w.fail(pageError(p.ID, "element %d is no bucket", i))
				continue
			}
			if root := binary.LittleEndian.Uint64(p.Value(i)); root != 0 {
				w.stack = append(w.stack, step{root, 0, false})
			}
		}
	}
}

// Lost tells how many pages nothing leads to, once all were marked.
func (w *Walker) Lost() {
	lost := 0
	for id := range w.tree.end {
		if !w.has(id) {
			lost++
		}
	}
	if lost > 0 && !w.damaged {
		w.wrong(damaged("%d of its pages belong to nothing", lost))
	}
}

// FreeList marks the pages that are free, and those that say so.
func (w *Walker) FreeList() {
	p, pages, err := w.tree.head(w.tree.free)
	if err == nil && p.kind != freePage {
		err = pageError(p.ID, "not the free list")
	}
	if err == nil {
		p, err = w.tree.Page(p.ID)
	}
	if err != nil {
		w.fail(fmt.Errorf("the list of free pages: %w", err))
		return
	}
	w.use(p.ID, pages)
	n, at := uint64(p.Count), PageHead
	if n == 0xffff { // more than the count can tell: the first number does
		n, at = binary.LittleEndian.Uint64(p.Data[at:]), at+8
	}
	if n > uint64(len(p.Data)-at)/8 {
		w.fail(pageError(p.ID, "a free list of %d pages does not fit", n))
		return
	}
	for range n {
		id := binary.LittleEndian.Uint64(p.Data[at:])
		at += 8
		if id < 2 || id >= w.tree.end {
			w.fail(pageError(p.ID, "it lists page %d of %d as free", id, w.tree.end))
			return
		}
		w.use(id, 1)
	}
}
