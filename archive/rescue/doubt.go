package rescue

import (
	"fmt"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// A rescue reports what is lost, by number. Where it cannot know whether there was more, it
// says so: of a file that is cut, or whose tree is damaged, nobody knows that nothing else was
// lost.

func (s *salvage) doubt(format string, args ...any) {
	s.doubts = append(s.doubts, fmt.Sprintf(format, args...))
}

// survey finds out which pages the tree leads to, which are free, and what of it is
// damaged.
func (s *salvage) survey() {
	s.reached = func(uint64) bool { return false }
	s.free = s.reached
	t, err := store.OpenCutTree(s.file, s.size)
	if err != nil {
		s.doubt("neither of the file's two meta pages can be read: how much it held is not known")
		return
	}
	s.pageSize = int64(t.PageSize())
	if t.Metas() < 2 {
		s.doubt("one of the file's two meta pages cannot be read: what the last commit stored may be missing")
	}
	if t.Cut() > 0 {
		s.doubt("the file is cut: %d bytes of it are missing, what lay there is lost", t.Cut())
	}
	found := damages{}
	tree, free := boltfile.NewWalker(t.Tree, found.add), boltfile.NewWalker(t.Tree, func(error) {})
	tree.Walk(func() bool { return false })
	free.FreeList()
	s.reached = tree.Has
	s.free = free.Has
	if found.places > 0 && t.Cut() == 0 {
		s.doubt("the file's tree is damaged (%s): what it led to was looked for on every page, what was not found is not counted", found)
	}
	s.doubtTexts(t, found.places > 0)
}

// doubtTexts looks through what has no numbers, so that nothing says afterwards what
// of it is lost. Where it is known that the tree is damaged, that says enough of pages
// that cannot be reached.
func (s *salvage) doubtTexts(t *store.Tree, damaged bool) {
	for _, b := range textBuckets() {
		found := damages{of: store.BucketName(b)}
		if b == schema.BucketMeta {
			found.of = schema.RecordName(schema.BucketMeta, []byte(schema.KeyState))
		}
		page := func(err error) {
			if !damaged {
				found.add(err)
			}
		}
		err := t.Sweep(b, nil, func(key, value []byte) error {
			if _, err := schema.Unseal(b, key, value); err != nil {
				found.add(err)
			}
			return nil
		}, page, nil)
		if err != nil {
			page(err)
		}
		if found.places > 0 {
			s.doubt("%s may be lost, %s", schema.BucketWords(b), found)
		}
	}
}

// doubtCounters looks whether it is known how many captures there were.
func (s *salvage) doubtCounters() {
	p, ok := s.texts[schema.BucketMeta][schema.KeyState]
	switch {
	case len(s.doubts) > 0: // and that may be why
	case !ok:
		s.doubt("the record of how many captures there were is lost: captures behind the last one found may be, too")
	case p.standing != standsInTree:
		s.doubt("how many captures there were is known from an old copy only: captures since may be lost")
	}
}

// damages counts what is damaged.
type damages struct {
	of     string // what is named before
	places int
	first  error
}

func (d *damages) add(err error) {
	if d.places++; d.first == nil {
		d.first = err
	}
}

func (d damages) String() string {
	first := store.WhatOf("", d.of, d.first)
	if d.places == 1 {
		return first
	}
	return fmt.Sprintf("%s, and in %d more places", first, d.places-1)
}
