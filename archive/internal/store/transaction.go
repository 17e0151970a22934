package store

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"go.etcd.io/bbolt"

	"baoluu/archive/internal/schema"
)

// Tx is a bbolt transaction as a [schema.Writer].
type Tx struct{ tx *bbolt.Tx }

func (s Tx) bucket(b schema.Bucket) (*bbolt.Bucket, error) {
	bb := s.tx.Bucket([]byte(b))
	if bb == nil {
		return nil, &schema.MissingBucket{Bucket: b}
	}
	// What only grows at its end is packed tight.
	if b == schema.BucketCaptures || b == schema.BucketBodies || b == schema.BucketArticles {
		bb.FillPercent = 1
	}
	return bb, nil
}

// Get is the value under a key, which holds for as long as the transaction; nil where there is none.
func (s Tx) Get(b schema.Bucket, key []byte) ([]byte, error) {
	bb, err := s.bucket(b)
	if err != nil {
		return nil, err
	}
	return bb.Get(key), nil
}

// Scan goes through a bucket from the first key that is not below from, until fn returns an
// error, which is returned; of [schema.ErrStop] nil. Key and value hold for as long as the transaction.
func (s Tx) Scan(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	bb, err := s.bucket(b)
	if err != nil {
		return err
	}
	c := bb.Cursor()
	for k, v := c.Seek(from); k != nil; k, v = c.Next() {
		switch err := fn(k, v); {
		case errors.Is(err, schema.ErrStop):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// Put writes a value, which may not be changed before the transaction ends.
func (s Tx) Put(b schema.Bucket, key, value []byte) error {
	bb, err := s.bucket(b)
	if err != nil {
		return err
	}
	if err := bb.Put(key, value); err != nil {
		return schema.Raw(b).Name(key, err)
	}
	return nil
}

// Drop removes a key, where it is there.
func (s Tx) Drop(b schema.Bucket, key []byte) error {
	bb, err := s.bucket(b)
	if err != nil {
		return err
	}
	if err := bb.Delete(key); err != nil {
		return schema.Raw(b).Name(key, err)
	}
	return nil
}

// MakeBuckets makes the buckets that came with the formats after one; after 0, all.
func (s Tx) MakeBuckets(after int) error {
	for _, b := range schema.Buckets() {
		if b.Since() <= after {
			continue
		}
		if _, err := s.tx.CreateBucketIfNotExists([]byte(b)); err != nil {
			return err
		}
	}
	return nil
}

// Transact lets fn read and write the file in one transaction, whatever known format it is
// of; a file that is not there is made. An error of fn undoes the transaction and is returned.
// [ErrFull] says that there was no room, [schema.ErrCorrupt] that the file is damaged: it is
// then as it was before.
func (f *File) Transact(ctx context.Context, fn func(Tx, schema.Format) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	// bbolt trusts its file. A damaged one makes it panic or read outside of its
	// memory; neither may end the process, or be taken for a fault of ours.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var file *os.File
	defer func() {
		r := recover()
		switch {
		case r == nil:
			return
		case !fromBolt(r):
			panic(r)
		}
		err = f.damaged(schema.Corrupt("its pages do not fit together"))
		if file != nil {
			// bbolt may have stopped with its own locks held, so that Close would
			// wait for ever. Without its file it holds up nobody.
			err = errors.Join(err, unlock(file), file.Close())
		}
	}()
	db, err := f.open(ctx, true, &file)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		w := Tx{tx}
		format, err := schema.CheckSchema(w, f.Site)
		if err != nil {
			return err
		}
		return fn(w, format)
	})
	if err != nil {
		if err = Full(err); !NamesItself(err) {
			err = f.onFile("write", err)
		}
		err = f.damaged(err)
	}
	return errors.Join(err, db.Close())
}

// fromBolt reports whether a panic came out of bbolt, or of reading what it gave.
// To be called by the deferred function that recovered it.
func fromBolt(r any) bool {
	if _, fault := r.(interface{ Addr() uintptr }); fault {
		return true
	}
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}
