package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// What captures need, held against the index of what needs an asset. An archive has some dozens of
// entries a capture, so that looking each up would take longer than all else but the bodies. Both
// are gone through once and summed up instead, by capture; where the sums differ, each entry of that
// capture is looked up.

// needs looks at the list of what a capture needs.
func (v *verifier) needs(t *store.Tree, k schema.Key, payload []byte) error {
	list, err := schema.Needs.Decode(payload)
	if err != nil {
		return err
	}
	errs := []error{v.mustHaveCapture(t, k.Number)}
	known := map[string]bool{}
	for _, page := range list.Assets {
		switch {
		case schema.CheckNeed(page) != nil:
			errs = append(errs, schema.Corrupt("%.200q is no asset", page))
		case known[page]:
			errs = append(errs, schema.Corrupt("it names %.200s twice", page))
		case v.direct:
			errs = append(errs, schema.Needed(page).MustHave(t, k.Number))
		default:
			v.facts.note(k.Number, page, true)
		}
		known[page] = true
	}
	return errors.Join(errs...)
}

// needed looks at an entry of the index.
func (v *verifier) needed(t *store.Tree, k schema.Key, _ []byte) error {
	if v.direct {
		return v.isNoted(t, k.Page, k.Number)
	}
	v.facts.note(k.Number, k.Page, false)
	return nil
}

// isNoted is an error where a capture does not name an asset. A list that cannot be read is
// reported where the lists are looked at; one that is missing once, not for each asset.
func (v *verifier) isNoted(t *store.Tree, asset string, n uint64) error {
	list, ok, err := schema.Needs.Load(t, n)
	switch {
	case errors.Is(err, schema.ErrCorrupt):
		return nil
	case err != nil:
		return err
	case !ok:
		v.found = append(v.found, v.recordProblem(LossIndex, schema.BucketNeeds, schema.NumberKey(n), schema.Corrupt("it is missing"), meansNeeds))
		return nil
	case !slices.Contains(list.Assets, asset):
		return schema.Corrupt("capture %d does not name it", n)
	}
	return nil
}

// sums looks up what captures need of which the sums differ, or are not known: that is damage, or what
// a commit brought meanwhile, or an earlier run went through them.
func (v *verifier) sums(ctx context.Context) error {
	defer v.tell()
	v.direct = true
	defer func() { v.direct = false }()
	for _, b := range []schema.Bucket{schema.BucketNeeds, schema.BucketNeeded} {
		if err := v.again(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// agree reports whether the sums of a capture are known, and do not differ.
func (v *verifier) agree(n uint64) bool {
	return !v.report.Resumed && n < uint64(len(v.facts.list)) && v.facts.list[n].needs == 0
}

// again looks once more at the records of a bucket that are of captures whose sums do not agree. What
// cannot be read was reported before.
func (v *verifier) again(ctx context.Context, b schema.Bucket) error {
	from := []byte{}
	for more := true; more; {
		more = false
		err := v.look(ctx, func(t *store.Tree) error {
			started, n := time.Now(), 0
			return t.Sweep(b, from, func(key, value []byte) error {
				if n++; n > verifyRecords || n > 1 && time.Since(started) > store.TimeSlice {
					more = true
					return schema.ErrStop
				}
				from = schema.After(key)
				if k, err := b.ParseKey(key); err == nil && !v.agree(k.Number) {
					v.record(t, b, key, value)
				}
				return nil
			}, func(error) {}, v.isFree(t))
		})
		if err != nil && !errors.Is(err, schema.ErrCorrupt) {
			return fmt.Errorf("look at %s again: %w", schema.BucketWords(b), err)
		}
	}
	return nil
}
