package archive

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"baoluu/archive/internal/boltfile"
)

// How an error says which record is damaged, in the file's words and in a person's.

// hurtRecord is a record that is not sound, or missing. It is an [ErrCorrupt].
type hurtRecord struct {
	bucket bucket
	key    []byte
	what   string
	site   string // "" where nobody said it yet
}

func (e *hurtRecord) Error() string {
	return recordWords(e.site, e.bucket, e.key) + ": " + e.what
}

func (e *hurtRecord) Unwrap() error { return ErrCorrupt }

func recordError(b bucket, key []byte, what string) error {
	return &hurtRecord{bucket: b, key: bytes.Clone(key), what: what}
}

// nameRecord says of which record an error is, where it is of one that is not sound and
// does not say so itself.
func nameRecord(b bucket, key []byte, err error) error {
	page, record := (*boltfile.PageError)(nil), (*hurtRecord)(nil)
	if !errors.Is(err, ErrCorrupt) || errors.As(err, &page) || errors.As(err, &record) {
		return err
	}
	return recordError(b, key, err.Error())
}

// recordName is what a record is called in the file itself: captures and bodies by their
// numbers.
func recordName(b bucket, key []byte) string {
	if b == bucketCaptures || b == bucketBodies || b == bucketCopies {
		if n, err := parseNumberKey(key); err == nil {
			return fmt.Sprintf("%s %d", b, n)
		}
	}
	return string(b) + " " + keyText(key)
}

// keyText shows a key to a person: text as text, the rest in hex.
func keyText(key []byte) string {
	if len(key) > 0 && utf8.Valid(key) && bytes.IndexFunc(key, func(r rune) bool { return r < ' ' }) < 0 {
		return fmt.Sprintf("%.80s", key)
	}
	return fmt.Sprintf("%.80x", key)
}

// bucketWords is how a person is told of all records of a kind.
func bucketWords(b bucket) string {
	switch b {
	case bucketMeta:
		return "counters"
	case bucketCopies:
		return "second copies of bodies"
	case bucketDigests:
		return "index of bodies"
	case bucketReferences:
		return "list of bodies to pack against"
	case bucketTimes:
		return "index of captures by time"
	case bucketAddresses:
		return "index of addresses"
	case bucketAliases:
		return "joins of pages"
	case bucketForgotten:
		return "records of pages that were taken out"
	case bucketRuns:
		return "records of crawls"
	case bucketRequests:
		return "what was asked for some captures"
	case bucketHeads:
		return "summaries of pages"
	case bucketDays:
		return "index of days"
	case bucketFrontier:
		return "addresses to be fetched"
	case bucketDue:
		return "index of what is to be fetched"
	case bucketHosts:
		return "what the crawler knew of hosts"
	}
	return string(b) // captures, bodies, pages, articles, versions
}

// recordWords is how a person is told of a record.
func recordWords(site string, b bucket, key []byte) string {
	page := func(p string) string {
		if site == "" {
			return "page " + p
		}
		return site + "/" + p
	}
	words := func() (string, error) {
		switch b {
		case bucketCaptures:
			n, err := parseNumberKey(key)
			return fmt.Sprintf("capture %d", n), err
		case bucketBodies:
			n, err := parseNumberKey(key)
			return fmt.Sprintf("the body of capture %d", n), err
		case bucketCopies:
			n, err := parseNumberKey(key)
			return fmt.Sprintf("the second copy of the body of capture %d", n), err
		case bucketDigests:
			digest, err := parseDigestKey(key)
			return "the " + bucketWords(b) + ", " + digest, err
		case bucketReferences:
			n, err := parseNumberKey(key)
			return fmt.Sprintf("the %s, %d", bucketWords(b), n), err
		case bucketPages:
			p, err := parsePageKey(key)
			return page(p), err
		case bucketTimes:
			p, m, err := parseMomentKey(key)
			return fmt.Sprintf("the %s, %s, capture %d", bucketWords(b), page(p), m.Number), err
		case bucketAddresses:
			return "the " + bucketWords(b) + ", " + keyText(key), nil
		case bucketAliases:
			p, err := parsePageKey(key)
			return "the other name " + page(p), err
		case bucketForgotten:
			return "the note of what was forgotten, " + keyText(key), nil
		case bucketRuns:
			n, err := parseNumberKey(key)
			return "the note of the run of " + said(moment{At: int64(min(n, maxMilli))}), err
		case bucketArticles:
			_, n, err := parseArticleKey(key)
			return fmt.Sprintf("the article of capture %d", n), err
		case bucketVersions:
			_, p, n, err := parseVersionKey(key)
			return fmt.Sprintf("version %d of %s", n, page(p)), err
		case bucketHeads:
			_, p, err := parseHeadKey(key)
			return "the summary of " + page(p), err
		case bucketDays:
			_, day, p, err := parseDayKey(key)
			return fmt.Sprintf("the %s, %s, %s", bucketWords(b), day, page(p)), err
		case bucketFrontier:
			p, err := parsePageKey(key)
			return "the plan to fetch " + page(p), err
		case bucketDue:
			_, due, p, err := parseDueKey(key)
			return fmt.Sprintf("the %s, %s, %s", bucketWords(b), said(moment{At: due.UnixMilli()}), page(p)), err
		case bucketHosts:
			return "what the crawler noted of " + keyText(key), nil
		case bucketMeta:
			switch string(key) {
			case string(keySchema):
				return "the note of its format", nil
			case string(keyState):
				return "its counters", nil
			case string(keyCleanings):
				return "the list of its re-cleans", nil
			}
		}
		return recordName(b, key), nil
	}
	text, err := words()
	if err != nil {
		return "a record of " + recordName(b, key)
	}
	return text
}

// missingBucket is a file without one of its buckets. It is an [ErrCorrupt].
type missingBucket struct{ bucket bucket }

func (e *missingBucket) Error() string { return "all of its " + bucketWords(e.bucket) + " is missing" }

func (e *missingBucket) Unwrap() error { return ErrCorrupt }

func noBucket(b bucket) error { return &missingBucket{b} }
