package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
)

// What is damaged, so that it can be told from all that cannot be read because of it. Each
// thing is named once: what is wrong by whoever found it, the record by
// [schema.RecordError], the file by [damagedFile], the newspaper and the command by package
// cmd.

// pageName is what a page is called in the file itself.
func pageName(e *boltfile.PageError) string { return fmt.Sprintf("page %d", e.Page) }

// CauseOf names the page or the record that is damaged, as the file does and in words; both
// are "" where err is about none.
func CauseOf(site string, err error) (name, words string) {
	if page := (*boltfile.PageError)(nil); errors.As(err, &page) {
		return pageName(page), pageName(page) + " of the file"
	}
	if record := (*schema.RecordError)(nil); errors.As(err, &record) {
		return schema.RecordName(record.Bucket, record.Key), schema.RecordWords(site, record.Bucket, record.Key)
	}
	return "", ""
}

// WhatOf is what an error says of a thing that is named already: by what the file calls
// it, or as [TheFile]. Each line is given once.
func WhatOf(site, name string, err error) string {
	if file := (*damagedFile)(nil); errors.As(err, &file) {
		err = file.Err
	}
	nameSite(err, site)
	switch e := err.(type) { //nolint:errorlint // only where that is all it says
	case *schema.RecordError:
		if schema.RecordName(e.Bucket, e.Key) == name {
			return e.What
		}
	case *schema.MissingBucket:
		if BucketName(e.Bucket) == name {
			return "all of it is missing"
		}
	case *boltfile.PageError:
		if name == TheFile {
			return fmt.Sprintf("page %d: %s", e.Page, e.What)
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

// TheFile is what the whole file is called, where a problem is of no record and no bucket.
const TheFile = "the file"

// BucketName is what a bucket is called in the file itself.
func BucketName(b schema.Bucket) string { return "bucket " + string(b) }
