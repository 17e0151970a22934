package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"baoluu/archive/internal/schema"
)

// How all of a table is read while others read and write: in one time slice after the
// other, and what was read is used while the file is released.

const (
	// ScanBatch is how many records are read at most before the file is released.
	ScanBatch = 256
	// clockEvery is how many records lie between two looks at the time.
	clockEvery = 8
)

// ErrLater ends a time slice: the next one begins with the same record.
var ErrLater = errors.New("later")

// Scan goes through a table, and gives what read returns for its records; ok is false for
// those that are left out. The file is held while read runs, and not while the loop over the
// results does: that may take its time and open the file again. [schema.ErrStop] from read
// ends the scan.
func Scan[K, V, T any](ctx context.Context, f *File, t schema.Table[K, V], read func(r schema.Reader, k K, v V) (x T, ok bool, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for batch, err := range Batches(ctx, f, t, ScanBatch, read) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, x := range batch {
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}

// Batches is [Scan] that gives together what was read in one time slice: at most most results,
// and maybe none. A batch holds until the next.
func Batches[K, V, T any](ctx context.Context, f *File, t schema.Table[K, V], most int, read func(r schema.Reader, k K, v V) (x T, ok bool, err error)) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		var batch []T
		for more := true; more; {
			clear(batch)
			batch = batch[:0]
			var err error
			t, more, err = ReadSlice(ctx, f, t, func(r schema.Reader, k K, v V) error {
				if len(batch) >= most {
					return ErrLater
				}
				x, ok, err := read(r, k, v)
				if ok && err == nil {
					batch = append(batch, x)
				}
				return err
			})
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// Each goes through a table, and has fn look at each record while the file is held.
func Each[K, V any](ctx context.Context, f *File, t schema.Table[K, V], fn func(r schema.Reader, k K, v V) error) (err error) {
	for more := true; more && err == nil; {
		t, more, err = ReadSlice(ctx, f, t, fn)
	}
	return err
}

// ReadSlice goes through a table for one time slice. Where more is true the next slice goes
// through rest. fn may end the slice by [ErrLater], and all by [schema.ErrStop].
func ReadSlice[K, V any](ctx context.Context, f *File, t schema.Table[K, V], fn func(r schema.Reader, k K, v V) error) (rest schema.Table[K, V], more bool, err error) {
	err = f.ReadTree(ctx, func(tr *Tree) error {
		started, n := time.Now(), 0
		return t.Walk(tr.sweep, func(key, payload []byte) error {
			err := ErrLater
			if n++; n%clockEvery != 0 || time.Since(started) < TimeSlice {
				var k K
				var v V
				if k, v, err = t.Read(key, payload); err == nil {
					err = fn(tr, k, v)
				}
			}
			if errors.Is(err, ErrLater) {
				more, rest = true, t.FromKey(key)
				err = schema.ErrStop
			}
			return err
		})
	})
	return rest, more && err == nil, err
}
