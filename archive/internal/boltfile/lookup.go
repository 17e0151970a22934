package boltfile

import "bytes"

// Lookup finds many keys of a bucket in one walk: they have to be sorted, so that each
// page on the way is read once, into a buffer that serves for the next one on its
// level. To find a thousand keys among a million one by one would read, and leave
// as garbage, two pages for each. fn gets the index of a key and its value, nil
// where there is none; both hold until it returns.
func (t *Tree) Lookup(bucket string, keys [][]byte, fn func(i int, value []byte) error) error {
	b, err := t.bucketRoot(bucket)
	if err != nil {
		return err
	}
	w := descent{tree: t, root: b.page}
	for i, key := range keys {
		p := b.inline
		if p == nil {
			if p, err = w.leaf(key); err != nil {
				return err
			}
		}
		var value []byte
		if at, exact := p.search(key); exact && !p.IsBucket(at) {
			value = p.Value(at)
		}
		if err := fn(i, value); err != nil {
			return err
		}
	}
	return nil
}

// descent goes through a bucket to ever higher keys.
type descent struct {
	tree    *Tree
	root    uint64
	path    []level // from the root to the leaf looked at last
	buffers [][]byte
}

// level is one page on the way to a leaf, and the first key that is beyond it; nil
// where there is none.
type level struct {
	page Page
	end  []byte
}

// leaf is the leaf that holds a key, or would.
func (w *descent) leaf(key []byte) (*Page, error) {
	for n := len(w.path); n > 0 && w.path[n-1].end != nil && bytes.Compare(key, w.path[n-1].end) >= 0; n-- {
		w.path = w.path[:n-1]
	}
	if len(w.path) == 0 {
		if err := w.down(w.root, nil); err != nil {
			return nil, err
		}
	}
	for {
		at := &w.path[len(w.path)-1]
		switch p := &at.page; p.kind {
		case LeafPage:
			return p, nil
		case branchPage:
			i, end := p.toward(key), at.end
			if i+1 < p.Count {
				end = p.Key(i + 1)
			}
			if err := w.down(p.Child(i), end); err != nil {
				return nil, err
			}
		default:
			return nil, pageError(p.ID, "no part of a tree")
		}
	}
}

// down reads one page more of the way.
func (w *descent) down(id uint64, end []byte) error {
	depth := len(w.path)
	if depth == maxDepth {
		return pageError(id, "too deep")
	}
	if depth == len(w.buffers) {
		w.buffers = append(w.buffers, make([]byte, w.tree.pageSize))
	}
	p, err := w.tree.pageInto(id, w.buffers[depth])
	if err != nil {
		return err
	}
	w.path = append(w.path, level{p, end})
	return nil
}
