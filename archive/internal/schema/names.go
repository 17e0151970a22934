package schema

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"baoluu/archive/internal/boltfile"
)

// How an error says which record is damaged, in the file's words and in a person's.

// RecordError is a record that is damaged, or missing. It is an [ErrCorrupt].
type RecordError struct {
	Bucket Bucket
	Key    []byte
	What   string // what is wrong with it: "its checksum does not hold"
	Site   string // the newspaper; "" where nobody said it yet
}

func (e *RecordError) Error() string {
	return RecordWords(e.Site, e.Bucket, e.Key) + ": " + e.What
}

func (e *RecordError) Unwrap() error { return ErrCorrupt }

func damagedRecord(b Bucket, key []byte, what string) error {
	return &RecordError{Bucket: b, Key: bytes.Clone(key), What: what}
}

// nameRecord is [Table.Name].
func nameRecord(b Bucket, key []byte, err error) error {
	if !errors.Is(err, ErrCorrupt) {
		return err
	}
	_, page := errors.AsType[*boltfile.PageError](err)
	_, record := errors.AsType[*RecordError](err)
	if page || record {
		return err
	}
	return damagedRecord(b, key, err.Error())
}

// RecordName is what a record is called in the file itself: "bodies 12", "pages 123".
func RecordName(b Bucket, key []byte) string {
	if b == BucketCaptures || b == BucketBodies || b == BucketCopies || b == BucketNeeds {
		if n, err := ParseNumberKey(key); err == nil {
			return fmt.Sprintf("%s %d", b, n)
		}
	}
	return string(b) + " " + KeyText(key)
}

// KeyText shows a key: text as text, the rest in hex, 80 characters or 80 bytes at most.
func KeyText(key []byte) string {
	if len(key) > 0 && utf8.Valid(key) && bytes.IndexFunc(key, func(r rune) bool { return r < ' ' }) < 0 {
		return fmt.Sprintf("%.80s", key)
	}
	return fmt.Sprintf("%.80x", key)
}

// BucketWords is what people call all records of a bucket: "index of days".
func BucketWords(b Bucket) string { return b.kind().all }

// RecordWords is what people call a record: "the body of capture 12". site names the
// newspaper in the names of pages, "dantri/123"; "" where it is not known.
func RecordWords(site string, b Bucket, key []byte) string {
	k, err := b.ParseKey(key)
	if err != nil {
		return "a record of " + RecordName(b, key)
	}
	page := site + "/" + k.Page
	if site == "" {
		page = "page " + k.Page
	}
	record := RecordName(b, key)
	meta := map[string]string{KeySchema: "the note of its format", KeyState: "its counters", keyCleanings: "the list of its re-cleans", keyStaged: "the note of a re-clean that is not accepted"}[k.Page]
	return strings.NewReplacer(
		"{number}", strconv.FormatUint(k.Number, 10), "{version}", strconv.Itoa(k.Version), "{page}", page, "{day}", k.Day, "{time}", Position{At: k.At}.String(),
		"{digest}", k.Digest.String(), "{key}", KeyText(key), "{record}", record, "{meta}", cmp.Or(meta, record),
	).Replace(b.kind().one)
}

// MissingBucket is a file without one of its buckets. It is an [ErrCorrupt].
type MissingBucket struct{ Bucket Bucket }

func (e *MissingBucket) Error() string { return "all of its " + BucketWords(e.Bucket) + " is missing" }

func (e *MissingBucket) Unwrap() error { return ErrCorrupt }
