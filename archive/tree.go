package archive

import (
	"errors"
	"io"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
)

// tree is a newspaper's file, read by plain reads: a [reader] that trusts none of its
// pages. It is an empty bucket where the file is of a format that has no such bucket.
type tree struct {
	*boltfile.Tree
	known bool // its format was looked at, and can be read
}

// readingOf tells how a newspaper's file is read: a leaf of bodies mostly takes four
// pages, two bodies that resemble others.
func readingOf() boltfile.Options {
	return boltfile.Options{ReadAhead: map[string]int{string(schema.BucketBodies): 4}}
}

func openTree(f io.ReaderAt, size int64) (*tree, error) {
	t, err := boltfile.Open(f, size, readingOf())
	if err != nil {
		return nil, err
	}
	return &tree{Tree: t}, nil
}

// openCutTree is openTree of a file that may be cut: pages behind its end cannot be read.
func openCutTree(f io.ReaderAt, size int64) (*tree, error) {
	t, err := boltfile.OpenCut(f, size, readingOf())
	if err != nil {
		return nil, err
	}
	return &tree{Tree: t}, nil
}

// bucketError is the error of a read in a bucket: nil where the file need not have it.
func (t *tree) bucketError(b schema.Bucket, err error) error {
	switch {
	case !errors.Is(err, boltfile.ErrNoBucket):
		return err
	case schema.MayLack(t, b):
		return nil
	}
	return schema.NoBucket(b)
}

func (t *tree) Get(b schema.Bucket, key []byte) ([]byte, error) {
	value, err := t.Tree.Get(string(b), key)
	return value, t.bucketError(b, err)
}

func (t *tree) Scan(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	return t.bucketError(b, t.Tree.Scan(string(b), from, fn))
}

// sweep is scan for going through very much. Key and value hold until fn returns.
func (t *tree) sweep(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	return t.bucketError(b, t.Sweep(string(b), from, fn))
}

// sweepPast is sweep that goes on behind a damaged page: see [boltfile.Tree.SweepPast].
func (t *tree) sweepPast(b schema.Bucket, from []byte, fn func(key, value []byte) error, wrong func(error), free func(id uint64) bool) error {
	return t.bucketError(b, t.SweepPast(string(b), from, fn, wrong, free))
}

// lookup finds many keys in one walk: see [boltfile.Tree.Lookup].
func (t *tree) lookup(b schema.Bucket, keys [][]byte, fn func(i int, value []byte) error) error {
	err := t.Lookup(string(b), keys, fn)
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

// find is the leaf that holds a key, or would, and the key's place there.
func (t *tree) find(b schema.Bucket, key []byte) (leaf boltfile.Page, at int, exact bool, err error) {
	leaf, at, exact, err = t.Find(string(b), key)
	return leaf, at, exact, t.bucketError(b, err)
}
