package archive

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
)

// A body that others are packed against is stored twice, so that damage to a few bytes
// of it does not cost the others: in bodies, and under the same number in copies. The
// second is written by the transaction that stores the first body that leans on it,
// and read where the first is damaged or missing.
//
// The two shall not be hit by one damaged part of the disk. bbolt puts pages where it
// finds room, so each transaction looks where some of those lie that were written of
// late, and some of the others by turns, and writes those anew that lie near the body:
// bbolt puts what is changed elsewhere. Why it is so: docs/decisions/0025-second-copies.md.

const (
	// apartMost is how far from the body its second copy is to lie, in bytes; in a small
	// file the part of it that apartPart tells.
	apartMost = 1 << 20
	apartPart = 16
	// looks is how many copies one transaction looks at, at most, of those written of
	// late and of the others.
	looks = 16
	// maxLate bounds those that are remembered.
	maxLate = 4096
)

// apart is how far from a body its copy is to lie in a file of so many bytes.
func apart(size int64) int64 { return min(apartMost, size/apartPart) }

// carry stores a body a second time that another one leans on from now on.
func carry(s store, state *stateRecord, n uint64) error {
	key := numberKey(n)
	known, err := has(s, bucketCopies, key)
	if err != nil || known {
		return err
	}
	payload, err := loadPayload(s, bucketBodies, key)
	switch {
	case err != nil:
		return err
	case payload == nil:
		return missingBody(n)
	}
	var head bodyHead
	frame, err := splitBlob(payload, &head)
	if err != nil {
		return err
	}
	state.CopyBytes += int64(len(frame))
	return s.put(bucketCopies, key, seal(bucketCopies, key, payload))
}

// loadBodyPayload reads the record of a body, or its second copy where that is damaged or
// missing; nil where there is neither.
func loadBodyPayload(r reader, n uint64) ([]byte, error) {
	payload, err := loadPayload(r, bucketBodies, numberKey(n))
	if payload != nil || err != nil && !errors.Is(err, ErrCorrupt) {
		return payload, err
	}
	second, e := loadPayload(r, bucketCopies, numberKey(n))
	if e != nil || second == nil {
		return nil, err
	}
	return second, nil
}

// hasBody tells whether a body is there, be it as its second copy.
func hasBody(r reader, n uint64) (bool, error) {
	ok, err := has(r, bucketBodies, numberKey(n))
	if ok || err != nil && !errors.Is(err, ErrCorrupt) {
		return ok, err
	}
	if second, e := has(r, bucketCopies, numberKey(n)); e == nil && second {
		return true, nil
	}
	return false, err
}

// notingStore notes which bodies are stored a second time.
type notingStore struct {
	txStore
	copied []uint64
}

func (s *notingStore) put(b bucket, key, value []byte) error {
	if n, err := parseNumberKey(key); err == nil && b == bucketCopies {
		s.copied = append(s.copied, n)
	}
	return s.txStore.put(b, key, value)
}

// spreader remembers which copies are to be looked at next.
type spreader struct {
	late []uint64 // written of late, or found near
	next []byte   // of the others; nil: all were looked at
	on   bool     // it began
}

// spread writes copies anew that lie near their bodies. written are those that this
// transaction stored; the file is as the transaction before left it.
func (a *Archive) spread(s txStore, site string, written []uint64) error {
	w := a.writer(site)
	a.mu.Lock()
	p := w.spread
	w.spread = spreader{}
	a.mu.Unlock()
	if !p.on {
		p.on, p.next = true, []byte{}
	}
	var err error
	if p.late, err = s.apart(a.path(site, "db"), &p); err != nil {
		return err
	}
	p.late = append(p.late, written...)
	p.late = p.late[max(0, len(p.late)-maxLate):]
	a.mu.Lock()
	w.spread = p
	a.mu.Unlock()
	return nil
}

// apart looks at the next copies, and gives those that are to be looked at again.
func (s txStore) apart(path string, p *spreader) (again []uint64, err error) {
	n := min(looks, len(p.late))
	list, rest := p.late[:n], p.late[n:]
	if len(list) == 0 && p.next == nil {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	t, err := openTree(file, info.Size())
	if err != nil {
		return nil, err
	}
	if p.next != nil {
		c := s.tx.Bucket([]byte(bucketCopies)).Cursor()
		k, _ := c.Seek(p.next)
		for range looks {
			if k == nil {
				break
			}
			if n, err := parseNumberKey(k); err == nil && !slices.Contains(list, n) {
				list = append(slices.Clip(list), n)
			}
			k, _ = c.Next()
		}
		p.next = bytes.Clone(k)
	}
	for _, n := range list {
		near, err := t.near(n)
		if err != nil || !near {
			continue // a damaged one is for verify to tell
		}
		value, err := s.get(bucketCopies, numberKey(n))
		if err != nil || value == nil {
			return nil, err
		}
		if err := s.put(bucketCopies, numberKey(n), bytes.Clone(value)); err != nil {
			return nil, err
		}
		rest = append(rest, n)
	}
	return rest, nil
}

// near tells whether a body and its copy lie nearer to one another than they shall.
func (t *tree) near(n uint64) (bool, error) {
	distance, ok, err := t.distance(n)
	return ok && distance < apart(int64(t.end)*int64(t.pageSize)), err
}

// distance is how many bytes lie between a body and its copy.
func (t *tree) distance(n uint64) (bytes int64, ok bool, err error) {
	var spans [2]span
	for i, b := range []bucket{bucketBodies, bucketCopies} {
		root, err := t.bucket(b)
		if err != nil {
			return 0, false, err
		}
		p, at, exact, err := t.find(root, numberKey(n))
		if err != nil || !exact {
			return 0, false, err
		}
		from, to := p.span(at)
		begin := int64(p.id) * int64(t.pageSize)
		spans[i] = span{from: begin + int64(from), to: begin + int64(to)}
	}
	return max(spans[0].from-spans[1].to, spans[1].from-spans[0].to), true, nil
}

// copyAll stores the bodies a second time that others lean on, in transactions of some
// each, by way of those who lean.
func copyAll(ctx context.Context, numbers []uint64, update func(func(store, *stateRecord) error) error) error {
	for part := range slices.Chunk(numbers, intakeBatch) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := update(func(s store, state *stateRecord) error {
			for _, n := range part {
				if err := carry(s, state, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
