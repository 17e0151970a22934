package archive

import (
	"encoding/json"
	"errors"

	"go.etcd.io/bbolt"
)

// reader is a newspaper's file in one state, for reading: a [tree] outside of a
// commit, the commit's own transaction inside. Values are as stored; [load] and
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

// load reads the JSON record under key into v, and tells whether there is one.
func load(r reader, b bucket, key []byte, v any) (bool, error) {
	value, err := r.get(b, key)
	if err != nil || value == nil {
		return false, err
	}
	if err := decode(b, key, value, v); err != nil {
		return false, err
	}
	return true, nil
}

// decode reads a JSON record's value into v.
func decode(b bucket, key, value []byte, v any) error {
	payload, err := unseal(b, key, value)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(payload, v); err != nil {
		return recordError(b, key, unreadable)
	}
	return nil
}

// loadPayload reads a record as it is; nil where there is none.
func loadPayload(r reader, b bucket, key []byte) ([]byte, error) {
	value, err := r.get(b, key)
	if err != nil || value == nil {
		return nil, err
	}
	return unseal(b, key, value)
}

func has(r reader, b bucket, key []byte) (bool, error) {
	value, err := r.get(b, key)
	return value != nil, err
}

// save writes v as the JSON record under key.
func save(w store, b bucket, key []byte, v any) error {
	payload, err := encode(v)
	if err != nil {
		return err
	}
	return w.put(b, key, seal(b, key, payload))
}

// note writes an index entry: a record without payload.
func note(w store, b bucket, key []byte) error { return w.put(b, key, seal(b, key, nil)) }

// each goes through the keys that begin with prefix.
func each(r reader, b bucket, prefix []byte, fn func(key, payload []byte) error) error {
	return eachFrom(r, b, prefix, prefix, fn)
}

// eachFrom goes through the keys that begin with prefix, from one of them on.
func eachFrom(r reader, b bucket, prefix, from []byte, fn func(key, payload []byte) error) error {
	end := behind(prefix)
	return r.scan(b, from, func(key, value []byte) error {
		if end != nil && string(key) >= string(end) {
			return errStop
		}
		payload, err := unseal(b, key, value)
		if err != nil {
			return err
		}
		return fn(key, payload)
	})
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

// mustHave tells what is missing.
func mustHave(r reader, b bucket, key []byte) error {
	ok, err := has(r, b, key)
	if err == nil && !ok {
		err = amiss("%s is missing", recordWords("", b, key))
	}
	return err
}

// mustLoad reads a record that has to be there.
func mustLoad(r reader, b bucket, key []byte, to any) error {
	ok, err := load(r, b, key, to)
	if err == nil && !ok {
		err = amiss("%s is missing", recordWords("", b, key))
	}
	return err
}
