package store

import (
	"errors"
	"io"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
)

// Tree is a newspaper's file, read by plain reads: a [schema.Reader] that trusts none of its
// pages. A bucket that the file's format does not have is empty.
type Tree struct {
	*boltfile.Tree
	known bool // its format was looked at, and can be read
}

// OpenTree begins to read a file of size bytes. Nothing is locked.
func OpenTree(f io.ReaderAt, size int64) (*Tree, error) { return openTree(f, size, false) }

// OpenCutTree is [OpenTree] of a file that may end too early: pages behind its end cannot be read.
func OpenCutTree(f io.ReaderAt, size int64) (*Tree, error) { return openTree(f, size, true) }

func openTree(f io.ReaderAt, size int64, cut bool) (*Tree, error) {
	// A leaf of bodies mostly takes four pages, two bodies that resemble others.
	ahead := map[string]int{string(schema.BucketBodies): 4}
	t, err := boltfile.Open(f, size, boltfile.Options{ReadAhead: ahead, Cut: cut})
	if err != nil {
		return nil, err
	}
	return &Tree{Tree: t}, nil
}

// bucketError is the error of a read in a bucket: nil where the file need not have it.
func (t *Tree) bucketError(b schema.Bucket, err error) error {
	switch {
	case !errors.Is(err, boltfile.ErrNoBucket):
		return err
	case schema.MayLack(t, b):
		return nil
	}
	return &schema.MissingBucket{Bucket: b}
}

// Get is the value under a key, which may be kept; nil where there is none.
func (t *Tree) Get(b schema.Bucket, key []byte) ([]byte, error) {
	value, err := t.Tree.Get(string(b), key)
	return value, t.bucketError(b, err)
}

// Scan goes through a bucket: see [boltfile.Tree.Scan].
func (t *Tree) Scan(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	return t.bucketError(b, t.Tree.Scan(string(b), from, fn))
}

// sweep is Scan for going through very much. Key and value hold until fn returns.
func (t *Tree) sweep(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	return t.Sweep(b, from, fn, nil, nil)
}

// Sweep is [Tree.Scan] for going through very much, behind damaged pages too where wrong is
// not nil: see [boltfile.Tree.Sweep].
func (t *Tree) Sweep(b schema.Bucket, from []byte, fn func(key, value []byte) error, wrong func(error), free func(id uint64) bool) error {
	return t.bucketError(b, t.Tree.Sweep(string(b), from, fn, wrong, free))
}

// Lookup finds many keys in one walk: see [boltfile.Tree.Lookup].
func (t *Tree) Lookup(b schema.Bucket, keys [][]byte, fn func(i int, value []byte) error) error {
	err := t.Tree.Lookup(string(b), keys, fn)
	if !errors.Is(err, boltfile.ErrNoBucket) || !schema.MayLack(t, b) {
		return t.bucketError(b, err)
	}
	for i := range keys {
		if err := fn(i, nil); err != nil {
			return err
		}
	}
	return nil
}

// Find is the leaf that holds a key, or would, and the key's place there.
func (t *Tree) Find(b schema.Bucket, key []byte) (leaf boltfile.Page, at int, exact bool, err error) {
	leaf, at, exact, err = t.Tree.Find(string(b), key)
	return leaf, at, exact, t.bucketError(b, err)
}
