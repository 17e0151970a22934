package archive

import (
	"errors"

	"go.etcd.io/bbolt"
)

// reader is a newspaper's file in one state, for reading: a [tree] outside of a
// commit, the commit's own transaction inside. Values are as stored; a [table] and
// [unseal] check them. What a tree's get gives may be kept; all else only lives until
// the callback returns or the transaction ends.
type reader interface {
	// get gives nil where there is no such key.
	get(b bucket, key []byte) ([]byte, error)
	// scan goes through a bucket from the first key that is not below from, until
	// fn returns an error; errStop is none.
	scan(b bucket, from []byte, fn func(key, value []byte) error) error
}

// store is a file in a transaction that may change it.
type store interface {
	reader
	put(b bucket, key, value []byte) error
	drop(b bucket, key []byte) error
}

// loadPayload reads a record as it is; nil where there is none.
func loadPayload(r reader, b bucket, key []byte) ([]byte, error) {
	value, err := r.get(b, key)
	if err != nil || value == nil {
		return nil, err
	}
	return unseal(b, key, value)
}

// putPayload writes a record.
func putPayload(w store, b bucket, key, payload []byte) error {
	return w.put(b, key, seal(b, key, payload))
}

// txStore is a bbolt transaction as a [store].
type txStore struct{ tx *bbolt.Tx }

func (s txStore) bucket(b bucket) (*bbolt.Bucket, error) {
	bb := s.tx.Bucket([]byte(b))
	if bb == nil {
		return nil, noBucket(b)
	}
	// What only grows at its end is packed tight.
	if b == bucketCaptures || b == bucketBodies || b == bucketArticles {
		bb.FillPercent = 1
	}
	return bb, nil
}

func (s txStore) get(b bucket, key []byte) ([]byte, error) {
	bb, err := s.bucket(b)
	if err != nil {
		return nil, err
	}
	return bb.Get(key), nil
}

func (s txStore) scan(b bucket, from []byte, fn func(key, value []byte) error) error {
	bb, err := s.bucket(b)
	if err != nil {
		return err
	}
	c := bb.Cursor()
	for k, v := c.Seek(from); k != nil; k, v = c.Next() {
		switch err := fn(k, v); {
		case errors.Is(err, errStop):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

func (s txStore) put(b bucket, key, value []byte) error {
	bb, err := s.bucket(b)
	if err != nil {
		return err
	}
	if err := bb.Put(key, value); err != nil {
		return nameRecord(b, key, err)
	}
	return nil
}

func (s txStore) drop(b bucket, key []byte) error {
	bb, err := s.bucket(b)
	if err != nil {
		return err
	}
	if err := bb.Delete(key); err != nil {
		return nameRecord(b, key, err)
	}
	return nil
}

// amiss is something that does not agree.
func amiss(format string, args ...any) error {
	return say(ErrCorrupt, format, args...)
}
