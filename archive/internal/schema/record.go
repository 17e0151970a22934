package schema

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
)

// A record's value is the CRC-32C of bucket name, zero byte, key and payload
// (four bytes, big-endian), then the payload. So a record that a damaged file shows
// under another key or in another bucket is found out, and one found on a page that
// nothing leads to still tells which bucket it is of.
//
// The payload is JSON; in bodies and articles a newline and a zstd frame follow.
// An index has an empty payload.

// SumSize is the length of a record's checksum in bytes, with which its value begins.
const SumSize = 4

// SumOf is the checksum of a record.
func SumOf(b Bucket, key, payload []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	// The name and the zero byte by hand: as a slice they would cost an allocation, and every
	// record that is read or written comes by here.
	sum := ^uint32(0)
	for i := range len(b) {
		sum = table[byte(sum)^b[i]] ^ sum>>8
	}
	sum = ^(table[byte(sum)] ^ sum>>8)
	sum = crc32.Update(sum, table, key)
	return crc32.Update(sum, table, payload)
}

// Seal makes a record's value.
func Seal(b Bucket, key, payload []byte) []byte {
	v := make([]byte, SumSize, SumSize+len(payload))
	binary.BigEndian.PutUint32(v, SumOf(b, key, payload))
	return append(v, payload...)
}

// Unseal gives a record's payload, checked: a part of value. A [RecordError] says that it is not
// what was written.
func Unseal(b Bucket, key, value []byte) ([]byte, error) {
	if len(value) < SumSize {
		return nil, damagedRecord(b, key, "it is cut off")
	}
	payload := value[SumSize:]
	if binary.BigEndian.Uint32(value) != SumOf(b, key, payload) {
		return nil, damagedRecord(b, key, "its checksum does not hold")
	}
	return payload, nil
}

// Encode is v as JSON for people: one line, without the escapes that HTML would need. What JSON
// cannot say is an [ErrInvalid].
func Encode(v any) ([]byte, error) {
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, Say(ErrInvalid, "it cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(w.Bytes(), []byte("\n")), nil
}

// Blob is a payload of a JSON head, a newline and a zstd frame.
func Blob(head any, frame []byte) ([]byte, error) {
	h, err := Encode(head)
	if err != nil {
		return nil, err
	}
	return append(append(h, '\n'), frame...), nil
}

// SplitBlob reads the head of a [Blob] into head and gives its frame, a part of payload. An
// [ErrCorrupt] says that it is none.
func SplitBlob(payload []byte, head any) (frame []byte, err error) {
	h, frame, ok := bytes.Cut(payload, []byte("\n"))
	if !ok {
		return nil, Corrupt("it is cut off")
	}
	if json.Unmarshal(h, head) != nil {
		return nil, Corrupt(Unreadable)
	}
	return frame, nil
}

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
	// Put writes a value, over the one that is there.
	Put(b Bucket, key, value []byte) error
	// Drop removes a value, where there is one.
	Drop(b Bucket, key []byte) error
}
