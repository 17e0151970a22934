package body

import (
	"slices"

	"baoluu/archive/internal/schema"
)

// How a body is read: it is unpacked against its base body, and that one against its own.

// Store reads the bodies of one newspaper. Give it only readers of that newspaper's file. The
// Pool remembers some base bodies until [Pool.Forget].
type Store struct {
	Pool *Pool
	Site string
}

// Recall gives base body n if it is remembered, else nil.
func (s Store) Recall(n uint64) *Base { return s.Pool.cache.get(bodyName{s.Site, n}) }

// Remember keeps base body n for those that are packed against it next.
func (s Store) Remember(n uint64, b *Base) { s.Pool.cache.put(bodyName{s.Site, n}, b) }

// Chain is a body as it is stored, and the base bodies that have to be unpacked before it.
type Chain struct {
	Parts []Part // the body itself, its base body, and the base body of that
	base  []byte // the base body of the last part, unpacked, if it was remembered
}

// Part is one body as it is stored. Its frame lives as long as its [schema.Reader] says.
type Part struct {
	schema.Body
	Number uint64
}

// AsBase is the body, unpacked, as one that others can be packed against.
func (p Part) AsBase(body []byte) *Base {
	return &Base{body, p.Digest, p.Depth, len(p.Frame)}
}

// Chain reads what [Store.Unpack] needs for body n. That it is missing is damage.
func (s Store) Chain(r schema.Reader, n uint64) (Chain, error) {
	c, ok, err := s.FindChain(r, n)
	if err == nil && !ok {
		err = schema.MissingBody(n)
	}
	return c, err
}

// FindChain is [Store.Chain] of a body that may not be there.
func (s Store) FindChain(r schema.Reader, n uint64) (c Chain, ok bool, err error) {
	for want := n; want != 0 && c.base == nil; {
		if len(c.Parts) > schema.MaxSteps {
			return Chain{}, false, schema.Bodies.Damaged(n, "too many steps from a body that stands alone")
		}
		p := Part{Number: want}
		if p.Body, ok, err = schema.FindBody(r, want); err != nil {
			return Chain{}, false, err
		} else if !ok && want == n {
			return Chain{}, false, nil
		} else if !ok {
			return Chain{}, false, schema.MissingBody(want)
		}
		c.Parts = append(c.Parts, p)
		if want = p.Base; want != 0 {
			if b := s.Recall(want); b != nil {
				c.base = b.Body
			}
		}
	}
	return c, true, nil
}

// bodyName is a body's name within the process.
type bodyName struct {
	site   string
	number uint64
}

// Unpack unpacks the body that c was read for, and checks its digest. Base bodies need no check
// of their own: each record has its checksum, and other bytes would not give this digest. A
// [schema.RecordError] says which record is damaged.
func (s Store) Unpack(c Chain) ([]byte, error) {
	body, err := s.UnpackUnchecked(c)
	if err != nil {
		return nil, err
	}
	if p := c.Parts[0]; schema.DigestOf(body) != p.Digest {
		return nil, schema.Bodies.Damaged(p.Number, "its digest is "+schema.DigestOf(body)+", not "+p.Digest)
	}
	return body, nil
}

// UnpackUnchecked is [Store.Unpack] without the digest: for a body that is only read to pack
// others against it, which will be unpacked against these very bytes.
func (s Store) UnpackUnchecked(c Chain) ([]byte, error) {
	body := c.base
	for i, p := range slices.Backward(c.Parts) {
		var err error
		body, err = s.Pool.Unpack(p.Frame, body, p.Size)
		if err != nil {
			return nil, schema.Bodies.Name(p.Number, err)
		}
		if i > 0 {
			s.Remember(p.Number, p.AsBase(body))
		}
	}
	return body, nil
}

// Get reads body n and unpacks it.
func (s Store) Get(r schema.Reader, n uint64) ([]byte, error) {
	c, err := s.Chain(r, n)
	if err != nil {
		return nil, err
	}
	return s.Unpack(c)
}

// Base unpacks a body that others are to be packed against, unchecked.
func (s Store) Base(c Chain) (*Base, error) {
	body, err := s.UnpackUnchecked(c)
	if err != nil {
		return nil, err
	}
	return c.Parts[0].AsBase(body), nil
}

// Base is a body that others can be packed against.
type Base struct {
	Body   []byte
	Digest string
	depth  int
	stored int // bytes of its frame
}
