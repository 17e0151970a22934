package store

import (
	"errors"

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

func (s Tx) Get(b schema.Bucket, key []byte) ([]byte, error) {
	bb, err := s.bucket(b)
	if err != nil {
		return nil, err
	}
	return bb.Get(key), nil
}

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

// MakeBuckets makes the buckets that came behind a format; behind 0, all.
func (s Tx) MakeBuckets(behind int) error {
	for _, b := range schema.Buckets() {
		if b.Since() <= behind {
			continue
		}
		if _, err := s.tx.CreateBucketIfNotExists([]byte(b)); err != nil {
			return err
		}
	}
	return nil
}

// TxOf reads and writes by a transaction of the caller's.
func TxOf(tx *bbolt.Tx) Tx { return Tx{tx} }
