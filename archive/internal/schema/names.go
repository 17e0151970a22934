package schema

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"baoluu/archive/internal/boltfile"
)

// How an error says which record is damaged, in the file's words and in a person's.

// RecordError is a record that is not sound, or missing. It is an [ErrCorrupt].
type RecordError struct {
	Bucket Bucket
	Key    []byte
	What   string
	Site   string // "" where nobody said it yet
}

func (e *RecordError) Error() string {
	return RecordWords(e.Site, e.Bucket, e.Key) + ": " + e.What
}

func (e *RecordError) Unwrap() error { return ErrCorrupt }

func DamagedRecord(b Bucket, key []byte, what string) error {
	return &RecordError{Bucket: b, Key: bytes.Clone(key), What: what}
}

// NameRecord says of which record an error is, where it is of one that is not sound and
// does not say so itself.
func NameRecord(b Bucket, key []byte, err error) error {
	if !errors.Is(err, ErrCorrupt) {
		return err // nearly always nil: what errors.As fills below would cost an allocation each
	}
	page, record := (*boltfile.PageError)(nil), (*RecordError)(nil)
	if errors.As(err, &page) || errors.As(err, &record) {
		return err
	}
	return DamagedRecord(b, key, err.Error())
}

// RecordName is what a record is called in the file itself: captures and bodies by their
// numbers.
func RecordName(b Bucket, key []byte) string {
	if b == BucketCaptures || b == BucketBodies || b == BucketCopies {
		if n, err := ParseNumberKey(key); err == nil {
			return fmt.Sprintf("%s %d", b, n)
		}
	}
	return string(b) + " " + KeyText(key)
}

// KeyText shows a key to a person: text as text, the rest in hex.
func KeyText(key []byte) string {
	if len(key) > 0 && utf8.Valid(key) && bytes.IndexFunc(key, func(r rune) bool { return r < ' ' }) < 0 {
		return fmt.Sprintf("%.80s", key)
	}
	return fmt.Sprintf("%.80x", key)
}

// BucketWords is how a person is told of all records of a kind.
func BucketWords(b Bucket) string {
	switch b {
	case BucketMeta:
		return "counters"
	case BucketCopies:
		return "second copies of bodies"
	case BucketDigests:
		return "index of bodies"
	case BucketReferences:
		return "list of bodies to pack against"
	case BucketTimes:
		return "index of captures by time"
	case BucketAddresses:
		return "index of addresses"
	case BucketAliases:
		return "joins of pages"
	case BucketForgotten:
		return "records of pages that were taken out"
	case BucketRuns:
		return "records of crawls"
	case BucketRequests:
		return "what was asked for some captures"
	case BucketHeads:
		return "summaries of pages"
	case BucketDays:
		return "index of days"
	case BucketFrontier:
		return "addresses to be fetched"
	case BucketDue:
		return "index of what is to be fetched"
	case BucketHosts:
		return "what the crawler knew of hosts"
	}
	return string(b) // captures, bodies, pages, articles, versions
}

// RecordWords is how a person is told of a record.
func RecordWords(site string, b Bucket, key []byte) string {
	page := func(p string) string {
		if site == "" {
			return "page " + p
		}
		return site + "/" + p
	}
	words := func() (string, error) {
		switch b {
		case BucketCaptures:
			n, err := ParseNumberKey(key)
			return fmt.Sprintf("capture %d", n), err
		case BucketBodies:
			n, err := ParseNumberKey(key)
			return fmt.Sprintf("the body of capture %d", n), err
		case BucketCopies:
			n, err := ParseNumberKey(key)
			return fmt.Sprintf("the second copy of the body of capture %d", n), err
		case BucketDigests:
			digest, err := ParseDigestKey(key)
			return "the " + BucketWords(b) + ", " + digest, err
		case BucketReferences:
			n, err := ParseNumberKey(key)
			return fmt.Sprintf("the %s, %d", BucketWords(b), n), err
		case BucketPages:
			p, err := ParsePageKey(key)
			return page(p), err
		case BucketTimes:
			p, m, err := ParsePositionKey(key)
			return fmt.Sprintf("the %s, %s, capture %d", BucketWords(b), page(p), m.Number), err
		case BucketAddresses:
			return "the " + BucketWords(b) + ", " + KeyText(key), nil
		case BucketAliases:
			p, err := ParsePageKey(key)
			return "the other name " + page(p), err
		case BucketForgotten:
			return "the note of what was forgotten, " + KeyText(key), nil
		case BucketRuns:
			n, err := ParseNumberKey(key)
			return "the note of the run of " + Said(Position{At: int64(min(n, MaxMilli))}), err
		case BucketArticles:
			_, n, err := ParseArticleKey(key)
			return fmt.Sprintf("the article of capture %d", n), err
		case BucketVersions:
			_, p, n, err := ParseVersionKey(key)
			return fmt.Sprintf("version %d of %s", n, page(p)), err
		case BucketHeads:
			_, p, err := ParseHeadKey(key)
			return "the summary of " + page(p), err
		case BucketDays:
			_, day, p, err := ParseDayKey(key)
			return fmt.Sprintf("the %s, %s, %s", BucketWords(b), day, page(p)), err
		case BucketFrontier:
			p, err := ParsePageKey(key)
			return "the plan to fetch " + page(p), err
		case BucketDue:
			_, due, p, err := ParseDueKey(key)
			return fmt.Sprintf("the %s, %s, %s", BucketWords(b), Said(Position{At: due.UnixMilli()}), page(p)), err
		case BucketHosts:
			return "what the crawler noted of " + KeyText(key), nil
		case BucketMeta:
			switch string(key) {
			case string(KeySchema):
				return "the note of its format", nil
			case string(KeyState):
				return "its counters", nil
			case string(keyCleanings):
				return "the list of its re-cleans", nil
			}
		}
		return RecordName(b, key), nil
	}
	text, err := words()
	if err != nil {
		return "a record of " + RecordName(b, key)
	}
	return text
}

// MissingBucket is a file without one of its buckets. It is an [ErrCorrupt].
type MissingBucket struct{ Bucket Bucket }

func (e *MissingBucket) Error() string { return "all of its " + BucketWords(e.Bucket) + " is missing" }

func (e *MissingBucket) Unwrap() error { return ErrCorrupt }

func NoBucket(b Bucket) error { return &MissingBucket{b} }
