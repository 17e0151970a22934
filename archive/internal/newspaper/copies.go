package newspaper

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// A body that many others are packed against is stored twice, so that damage to a few
// bytes of it does not cost the others: in bodies, and under the same number in copies.
// Those are bodies that are packed by themselves, for they are few and are the base bodies of
// hundreds, as soon as one is packed against them; and a page's base, of which there are as many
// as pages, once some captures of the page are packed against it. The second copy is written by
// the transaction that stores the delta, and read where the first is damaged or missing.
//
// The two shall not be hit by one damaged part of the disk. bbolt puts pages where it
// finds room, so each transaction looks where some of those lie that were written lately, and
// some of the others by turns, and writes again those that lie near the body: bbolt puts what
// is changed elsewhere. Why it is so: docs/decisions/0027-second-copies.md.

const (
	// ManyDeltas is how many bodies are packed against a page's base before it is stored
	// twice: no more are lost with one that is damaged.
	ManyDeltas = 8
	// maxDistance is how far from the body its second copy is to lie, in bytes; in a small
	// file one distancePart-th of the file.
	maxDistance  = 1 << 20
	distancePart = 16
	// looks is how many copies one transaction looks at, at most, of those written lately
	// and of the others.
	looks = 16
	// maxRecent bounds those that are remembered.
	maxRecent = 4096
)

// farEnough is how many bytes a body and its copy are to lie apart in a file of this size.
func farEnough(size int64) int64 { return min(maxDistance, size/distancePart) }

// copyBase stores the base body of a new delta of a page a second time, if it has many.
func (t *Tx) copyBase(page string, head schema.BodyHead, captures int) error {
	if head.Depth > 1 {
		known, err := schema.Copies.Has(t.Store, head.Base)
		if err != nil || known || captures < ManyDeltas {
			return err
		}
		others, err := deltasOf(t.Store, page, head.Base)
		if err != nil || others+1 < ManyDeltas {
			return err
		}
	}
	return StoreTwice(t.Store, &t.State, head.Base)
}

// deltasOf counts the bodies of a page's captures that are packed against its base.
func deltasOf(r schema.Reader, page string, base uint64) (n int, err error) {
	positions, err := schema.Positions(r, page, schema.Unbounded())
	if err != nil {
		return 0, err
	}
	for _, m := range positions {
		body, _, err := schema.FindBody(r, m.Number)
		if err != nil {
			return 0, err
		}
		if body.Base == base {
			n++
		}
	}
	return n, nil
}

// StoreTwice stores a body a second time, where it has no second copy yet, and counts its bytes.
func StoreTwice(s schema.Writer, state *schema.State, n uint64) error {
	known, err := schema.Copies.Has(s, n)
	if err != nil || known {
		return err
	}
	payload, err := schema.Bodies.Payload(s, n)
	switch {
	case err != nil:
		return err
	case payload == nil:
		return schema.MissingBody(n)
	}
	body, err := schema.Bodies.Decode(payload)
	if err != nil {
		return err
	}
	state.CopyBytes += int64(len(body.Frame))
	return schema.Copies.SavePayload(s, n, payload)
}

// notingStore notes which bodies are stored a second time.
type notingStore struct {
	schema.Writer
	copied []uint64
}

func (s *notingStore) Put(b schema.Bucket, key, value []byte) error {
	if n, err := schema.ParseNumberKey(key); err == nil && b == schema.BucketCopies {
		s.copied = append(s.copied, n)
	}
	return s.Writer.Put(b, key, value)
}

// copyQueue remembers which copies are to be looked at next.
type copyQueue struct {
	recent []uint64 // written lately, or found near
	next   []byte   // key of the first of all others, which are looked at by turns
}

// moveCopies moves copies that lie near their bodies. written are those that this
// transaction stored; the file is as the transaction before left it. anyway: also where
// there is hardly room yet that is far enough.
func (np *Newspaper) moveCopies(s schema.Writer, written []uint64, anyway bool) error {
	np.mu.Lock()
	q := np.copies
	np.copies = copyQueue{} // where this transaction fails, it is begun again
	np.mu.Unlock()
	recent, others := looks, looks
	if anyway {
		recent, others = maxRecent, 16*looks
	}
	if err := q.moveNear(s, np.File.Path("db"), recent, others, anyway); err != nil {
		return err
	}
	q.recent = append(q.recent, written...)
	q.recent = q.recent[max(0, len(q.recent)-maxRecent):]
	np.mu.Lock()
	np.copies = q
	np.mu.Unlock()
	return nil
}

// Settle moves the second copies of bodies that were written lately far from the bodies:
// no more may be written for long. A full disk is no error: the next who writes goes on.
func (np *Newspaper) Settle(ctx context.Context) error {
	defer np.File.DropGate()
	const times = 4
	for range times {
		np.mu.Lock()
		recent := len(np.copies.recent)
		np.mu.Unlock()
		if _, err := os.Stat(np.File.Path("db")); recent == 0 || err != nil {
			break
		}
		err := np.File.Transact(ctx, func(s store.Tx, schema schema.Format) error {
			if schema.Old() {
				return nil
			}
			return np.moveCopies(s, nil, true)
		})
		if errors.Is(err, store.ErrFull) {
			return nil // they lie where they lie
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moveNear looks at so many of the copies written lately, and so many of the others, and
// writes those again that lie near their bodies. It reads the file by a tree,
// and not by bbolt, which does not bear damage: a damaged copy is reported by verify, and stops
// no commit.
func (q *copyQueue) moveNear(s schema.Writer, path string, recent, others int, anyway bool) error {
	file, err := os.Open(path)
	if err != nil {
		return nil //nolint:nilerr // they lie where they lie
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil //nolint:nilerr // likewise
	}
	t, err := store.OpenTree(file, info.Size())
	if err != nil {
		return nil //nolint:nilerr // likewise
	}
	list := q.take(t, recent, others)
	moved := map[uint64]bool{} // leaves
	for _, n := range list {
		leaf, near, err := near(t, n, anyway)
		if err != nil || near == far {
			continue
		}
		q.recent = append(q.recent, n)
		if near == noRoom || moved[leaf.ID] {
			continue
		}
		moved[leaf.ID] = true
		value, err := s.Get(schema.BucketCopies, schema.NumberKey(n))
		if err != nil || value == nil {
			return err
		}
		if err := s.Put(schema.BucketCopies, schema.NumberKey(n), bytes.Clone(value)); err != nil {
			return err
		}
	}
	return nil
}

// take gives the copies that are to be looked at now.
func (q *copyQueue) take(t *store.Tree, recent, others int) (list []uint64) {
	n := min(recent, len(q.recent))
	list, q.recent = slices.Clone(q.recent[:n]), q.recent[n:]
	from := q.next
	q.next = nil
	_ = t.Scan(schema.BucketCopies, from, func(key, _ []byte) error { // behind a damaged page none is looked at
		if others--; others < 0 {
			q.next = bytes.Clone(key)
			return schema.ErrStop
		}
		if n, err := schema.ParseNumberKey(key); err == nil && !slices.Contains(list, n) {
			list = append(list, n)
		}
		return nil
	})
	return list
}

// nearness is whether a copy, or one of those that share its leaf, lies near its body.
type nearness int

const (
	far    nearness = iota
	noRoom          // near, and so would be most of the room that there is
	tooNear
)

// near looks at a copy, and at those that share its leaf: they move together.
func near(t *store.Tree, n uint64, anyway bool) (leaf boltfile.Page, near nearness, err error) {
	const most = 64 // very small ones
	leaf, at, exact, err := t.Find(schema.BucketCopies, schema.NumberKey(n))
	if err != nil || !exact {
		return boltfile.Page{}, far, err
	}
	size := int64(t.Pages()) * int64(t.PageSize())
	for i := max(0, at-most/2); i < min(leaf.Count, at+most/2); i++ {
		number, err := schema.ParseNumberKey(leaf.Key(i))
		if err != nil {
			return boltfile.Page{}, far, err
		}
		body, second, ok, err := places(t, number)
		switch {
		case err != nil:
			return boltfile.Page{}, far, err
		case !ok || distance(body, second) >= farEnough(size):
		case size-body.to < farEnough(size) && !anyway:
			near = max(near, noRoom)
		default:
			return leaf, tooNear, nil
		}
	}
	return leaf, near, nil
}

// extent is from which byte of a file to which something lies.
type extent struct{ from, to int64 }

// places are where a body and its second copy lie.
func places(t *store.Tree, n uint64) (body, second extent, ok bool, err error) {
	for _, to := range []struct {
		schema.Bucket
		*extent
	}{{schema.BucketBodies, &body}, {schema.BucketCopies, &second}} {
		p, at, exact, err := t.Find(to.Bucket, schema.NumberKey(n))
		if err != nil || !exact {
			return extent{}, extent{}, false, err
		}
		from, end := p.Span(at)
		begin := int64(p.ID) * int64(t.PageSize())
		*to.extent = extent{begin + int64(from), begin + int64(end)}
	}
	return body, second, true, nil
}

// distance is how many bytes lie between two places.
func distance(a, b extent) int64 { return max(a.from-b.to, b.from-a.to) }
