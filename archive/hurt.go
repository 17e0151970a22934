package archive

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What is hurt, so that it can be told from all that cannot be read because of it. Each
// thing is named once: what is wrong by whoever found it, the record by
// [hurtRecord], the file by [damagedFile], the newspaper and the command by package cmd.

// damagedFile is a newspaper's file in which something is not sound. It is an
// [ErrCorrupt].
type damagedFile struct {
	path string
	err  error
}

func (e *damagedFile) Error() string {
	return fmt.Sprintf("%s is damaged: %v", Path(e.path), e.err)
}
func (e *damagedFile) Unwrap() error { return e.err }

// damaged names the file of which an error says that it is damaged, once.
func (a *Archive) damaged(site string, err error) error {
	if named := (*damagedFile)(nil); !errors.Is(err, ErrCorrupt) || errors.As(err, &named) {
		return err
	}
	nameSite(err, site)
	return &damagedFile{a.path(site, "db"), err}
}

// nameSite lets the records in an error speak of their pages with the newspaper's name.
func nameSite(err error, site string) {
	switch e := err.(type) { //nolint:errorlint // each error is looked at by itself
	case *hurtRecord:
		e.site = site
	case interface{ Unwrap() error }:
		nameSite(e.Unwrap(), site)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			nameSite(err, site)
		}
	}
}

// hurtPage is a page of a file that is not sound. It is an [ErrCorrupt].
type hurtPage struct {
	id   uint64
	what string
}

func (e *hurtPage) Error() string { return fmt.Sprintf("page %d of the file: %s", e.id, e.what) }
func (e *hurtPage) Unwrap() error { return ErrCorrupt }
func (e *hurtPage) name() string  { return fmt.Sprintf("page %d", e.id) }

// missingBucket is a file without one of its buckets. It is an [ErrCorrupt].
type missingBucket struct{ bucket bucket }

func (e *missingBucket) Error() string { return "all of its " + bucketWords(e.bucket) + " is missing" }
func (e *missingBucket) Unwrap() error { return ErrCorrupt }

func noBucket(b bucket) error { return &missingBucket{b} }

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

// nameRecord says of which record an error is, where it is of one that is not sound and
// does not say so itself.
func nameRecord(b bucket, key []byte, err error) error {
	page, record := (*hurtPage)(nil), (*hurtRecord)(nil)
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

// causeOf names the page or the record that is hurt, as the file does and in words, ""
// where err tells of none.
func causeOf(site string, err error) (name, words string) {
	if page := (*hurtPage)(nil); errors.As(err, &page) {
		return page.name(), page.name() + " of the file"
	}
	if record := (*hurtRecord)(nil); errors.As(err, &record) {
		return recordName(record.bucket, record.key), recordWords(site, record.bucket, record.key)
	}
	return "", ""
}

// whatOf is what an error says of a thing that is named already: by what the file calls
// it, or as the file itself.
func whatOf(site, name string, err error) string {
	if file := (*damagedFile)(nil); errors.As(err, &file) {
		err = file.err
	}
	nameSite(err, site)
	switch e := err.(type) { //nolint:errorlint // only where that is all it says
	case *hurtRecord:
		if recordName(e.bucket, e.key) == name {
			return e.what
		}
	case *missingBucket:
		if bucketName(e.bucket) == name {
			return "all of it is missing"
		}
	case *hurtPage:
		if name == theFile {
			return fmt.Sprintf("page %d: %s", e.id, e.what)
		}
	}
	var lines []string // each once
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// theFile and bucketName are what else than a record a problem may be of.
const theFile = "the file"

func bucketName(b bucket) string { return "bucket " + string(b) }
