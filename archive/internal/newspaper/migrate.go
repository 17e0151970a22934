package newspaper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// A file of an older format is read as it is, and brought to the present one by
// the first who writes to it. That goes in parts, each a short transaction that
// notes how far it came, so that others read and write in between, and whoever
// comes after a crash goes on from there. From the first part on the file says
// the present format: an older program, which would not know what it meets,
// leaves it alone. Why it is so: docs/decisions/0010-formats.md.

// upgradePages is how many pages one part looks at, at most.
const upgradePages = 256

// upgrade brings a newspaper's file to the present format.
func (np *Newspaper) upgrade(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = np.UpgradePart(ctx, upgradePages); err != nil {
			return fmt.Errorf("bring %s.db to format %d: %w", np.Name, schema.Current, err)
		}
	}
	return nil
}

// UpgradePart looks at so many pages or bodies more, and tells whether there is more to do. It is
// exported for tests, which stop between two parts.
func (np *Newspaper) UpgradePart(ctx context.Context, pages int) (more bool, err error) {
	err = np.File.Transact(ctx, func(s store.Tx, format schema.Format) error {
		if more = format.Old(); !more {
			return nil
		}
		if format.Step == nil {
			format.Step = &schema.Step{From: format.Version}
		}
		if format.Version < schema.Current {
			format.Version = schema.Current
			if err := s.MakeBuckets(1); err != nil {
				return err
			}
		}
		done := true // from 3, 4 and 5: a bucket or two more, which are there by now
		var err error
		switch format.Step.From {
		case 1:
			done, err = np.upgradeFrom1(s, format.Step, pages)
		case 2:
			done, err = np.upgradeFrom2(s, format.Step, pages)
		}
		if err != nil {
			return err
		}
		if done {
			format.Step = &schema.Step{From: format.Step.From + 1}
		}
		if format.Step.From == schema.Current {
			format.Step = nil
		}
		more = format.Step != nil
		return schema.MetaFormat.Save(s, format)
	})
	return more, err
}

// upgradeFrom2 stores those bodies a second time that are packed by themselves and are the base
// bodies of others.
func (np *Newspaper) upgradeFrom2(s store.Tx, step *schema.Step, bodies int) (done bool, err error) {
	state, err := schema.MetaState.Must(s)
	if err != nil {
		return false, err
	}
	last := uint64(0)
	if step.After != "" {
		if last, err = strconv.ParseUint(step.After, 10, 64); err != nil {
			return false, schema.Raw(schema.BucketMeta).Damaged([]byte(schema.KeySchema), schema.Unreadable)
		}
	}
	started := time.Now()
	done = true
	var bases []uint64
	err = s.Scan(schema.BucketBodies, schema.NumberKey(last+1), func(key, value []byte) error {
		if bodies == 0 || time.Since(started) > store.TimeSlice {
			done = false
			return schema.ErrStop
		}
		bodies--
		n, err := schema.ParseNumberKey(key)
		if err != nil {
			return err
		}
		step.After = strconv.FormatUint(n, 10)
		var head schema.BodyHead
		payload, err := schema.Unseal(schema.BucketBodies, key, value)
		if err == nil {
			_, err = schema.SplitBlob(payload, &head)
		}
		if err != nil {
			return nil //nolint:nilerr // a damaged one is for verify to tell, and for no crawl to stop at
		}
		// A page's base gets its second copy as more is packed against it.
		if head.Depth == 1 && !slices.Contains(bases, head.Base) {
			bases = append(bases, head.Base)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, n := range bases {
		if err := StoreTwice(s, &state, n); err != nil && !errors.Is(err, schema.ErrCorrupt) {
			return false, err
		}
	}
	return done, schema.MetaState.Save(s, state)
}

// upgradeFrom1 derives the histories of pages that were ever gone: format 1 passed
// that over.
func (np *Newspaper) upgradeFrom1(s store.Tx, step *schema.Step, pages int) (done bool, err error) {
	state, err := schema.MetaState.Must(s)
	if err != nil {
		return false, err
	}
	t := np.Begin(s, state)
	started := time.Now()
	done = true
	var gone []string
	for page, err := range schema.Pages.After(step.After).Keys(s) {
		if err != nil {
			return false, err
		}
		if pages == 0 || time.Since(started) > store.TimeSlice {
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
		if err := t.Rewrite(page); err != nil {
			return false, err
		}
	}
	return done, schema.MetaState.Save(s, t.State)
}

// everGone reports whether any answer said that a page is gone.
func everGone(r schema.Reader, page string) (bool, error) {
	positions, err := schema.Positions(r, page, schema.Unbounded())
	if err != nil {
		return false, err
	}
	for _, p := range positions {
		c, err := schema.LoadCapture(r, p.Number)
		if err != nil || c.State == capture.Gone {
			return err == nil, err
		}
	}
	return false, nil
}
