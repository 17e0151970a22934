package archive

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"baoluu/archive/capture"
)

// A file of an older format is read as it is, and brought to the present one by
// the first who writes to it. That goes in parts, each a short transaction that
// notes how far it came, so that others read and write in between, and whoever
// comes after a crash goes on from there. From the first part on the file says
// the present format: an older program, which would not know what it meets,
// leaves it alone. Why it is so: docs/decisions/0010-formats.md.

// upgradePages is how many pages one part looks at, at most.
const upgradePages = 256

// errOldFormat says that a file has to be brought up to date before it is
// written. It never leaves this package.
var errOldFormat = errors.New("an older format")

// upgrade brings a newspaper's file to the present format.
func (a *Archive) upgrade(ctx context.Context, site string) error {
	for more := true; more; {
		var err error
		if more, err = a.upgradePart(ctx, site, upgradePages); err != nil {
			return fmt.Errorf("bring %s.db to format %d: %w", site, schemaVersion, err)
		}
	}
	return nil
}

// upgradePart takes one part of the way, and tells whether there is more.
func (a *Archive) upgradePart(ctx context.Context, site string, pages int) (more bool, err error) {
	err = a.transact(ctx, site, func(s txStore, schema schemaRecord) error {
		if more = schema.old(); !more {
			return nil
		}
		if schema.Step == nil {
			schema.Step = &stepRecord{From: schema.Version}
		}
		if schema.Version < schemaVersion {
			schema.Version = schemaVersion
			if err := s.lacking(); err != nil {
				return err
			}
		}
		done := true // from 3: a bucket more, which is there by now
		var err error
		switch schema.Step.From {
		case 1:
			done, err = a.upgradeFrom1(s, site, schema.Step, pages)
		case 2:
			done, err = a.upgradeFrom2(s, schema.Step, pages)
		}
		if err != nil {
			return err
		}
		if done {
			schema.Step = &stepRecord{From: schema.Step.From + 1}
		}
		if schema.Step.From == schemaVersion {
			schema.Step = nil
		}
		more = schema.Step != nil
		return metaSchema.save(s, schema)
	})
	return more, err
}

// lacking makes the buckets that an older format does not have.
func (s txStore) lacking() error {
	for _, b := range buckets() {
		if b.since() > 1 {
			if _, err := s.tx.CreateBucketIfNotExists([]byte(b)); err != nil {
				return err
			}
		}
	}
	return nil
}

// upgradeFrom2 stores those bodies a second time that stand alone, and others lean on.
func (a *Archive) upgradeFrom2(s txStore, step *stepRecord, bodies int) (done bool, err error) {
	state, err := metaState.must(s)
	if err != nil {
		return false, err
	}
	last := uint64(0)
	if step.After != "" {
		if last, err = strconv.ParseUint(step.After, 10, 64); err != nil {
			return false, recordError(bucketMeta, keySchema, unreadable)
		}
	}
	started := time.Now()
	done = true
	var carriers []uint64
	err = s.scan(bucketBodies, numberKey(last+1), func(key, value []byte) error {
		if bodies == 0 || time.Since(started) > readTurn {
			done = false
			return errStop
		}
		bodies--
		n, err := parseNumberKey(key)
		if err != nil {
			return err
		}
		step.After = strconv.FormatUint(n, 10)
		var head bodyHead
		payload, err := unseal(bucketBodies, key, value)
		if err == nil {
			_, err = splitBlob(payload, &head)
		}
		if err != nil {
			return nil //nolint:nilerr // a damaged one is for verify to tell, and for no crawl to stop at
		}
		if head.Depth == 1 && !slices.Contains(carriers, head.Base) { // bases get theirs as they are leant on

			carriers = append(carriers, head.Base)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, n := range carriers {
		if err := carry(s, &state, n); err != nil && !errors.Is(err, ErrCorrupt) {
			return false, err
		}
	}
	return done, metaState.save(s, state)
}

// upgradeFrom1 derives the histories of pages that were ever gone: format 1 passed
// that over.
func (a *Archive) upgradeFrom1(s txStore, site string, step *stepRecord, pages int) (done bool, err error) {
	state, err := metaState.must(s)
	if err != nil {
		return false, err
	}
	t := &transaction{archive: a, store: s, site: site, state: state, historian: a.historian(s, site, state.Generation)}
	started := time.Now()
	done = true
	var gone []string
	for page, err := range pagesTable.after(step.After).keys(s) {
		if err != nil {
			return false, err
		}
		if pages == 0 || time.Since(started) > readTurn {
			done = false
			break
		}
		pages--
		step.After = page
		was, err := everGone(s, page)
		if err != nil {
			return false, err
		}
		if was {
			gone = append(gone, page)
		}
	}
	for _, page := range gone {
		if err := t.rewrite(page); err != nil {
			return false, err
		}
	}
	return done, metaState.save(s, t.state)
}

// everGone tells whether any answer said that a page is gone.
func everGone(r reader, page string) (bool, error) {
	moments, err := momentsOf(r, page, unbounded())
	if err != nil {
		return false, err
	}
	for _, m := range moments {
		c, err := loadCapture(r, m.Number)
		if err != nil || c.State == capture.Gone {
			return err == nil, err
		}
	}
	return false, nil
}
