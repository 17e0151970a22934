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
