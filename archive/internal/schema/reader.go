package schema

// Reader is a newspaper's file in one state, for reading: the tree of package store outside of a
// commit, the commit's own transaction inside. Values are as stored; a [Table] and
// [Unseal] check them. What a tree gives may be kept; all else only lives until
// the callback returns or the transaction ends.
type Reader interface {
	// Get gives nil where there is no such key.
	Get(b Bucket, key []byte) ([]byte, error)
	// Scan goes through a bucket from the first key that is not below from, until
	// fn returns an error; ErrStop is none.
	Scan(b Bucket, from []byte, fn func(key, value []byte) error) error
}

// Writer is a file in a transaction that may change it.
type Writer interface {
	Reader
	Put(b Bucket, key, value []byte) error
	Drop(b Bucket, key []byte) error
}
