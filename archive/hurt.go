package archive

import (
	"errors"
	"fmt"
)

// What is hurt, so that it can be told from all that cannot be read because of it.

// hurtPage is a page of a file that is not sound. It is an [ErrCorrupt].
type hurtPage struct {
	id   uint64
	what string
}

func (e *hurtPage) Error() string { return fmt.Sprintf("%v: %s: %s", ErrCorrupt, e.name(), e.what) }
func (e *hurtPage) Unwrap() error { return ErrCorrupt }
func (e *hurtPage) name() string  { return fmt.Sprintf("page %d", e.id) }

// hurtRecord is a record that is not sound, or missing. It is an [ErrCorrupt].
type hurtRecord struct {
	bucket bucket
	key    []byte
	what   string
}

func (e *hurtRecord) Error() string {
	return fmt.Sprintf("%v: %s: %s", ErrCorrupt, recordName(e.bucket, e.key), e.what)
}
func (e *hurtRecord) Unwrap() error { return ErrCorrupt }

// recordName is how a record is spoken of: captures and bodies by their numbers.
func recordName(b bucket, key []byte) string {
	if b == bucketCaptures || b == bucketBodies || b == bucketCopies {
		if n, err := parseNumberKey(key); err == nil {
			return fmt.Sprintf("%s %d", b, n)
		}
	}
	return string(b) + " " + keyText(key)
}

// causeOf names the page or the record that is hurt, "" where err tells of none.
func causeOf(err error) string {
	if page := (*hurtPage)(nil); errors.As(err, &page) {
		return page.name()
	}
	if record := (*hurtRecord)(nil); errors.As(err, &record) {
		return recordName(record.bucket, record.key)
	}
	return ""
}
