package archive

import (
	"slices"

	"baoluu/archive/internal/schema"
)

// How a body is read: it is unpacked against its base body, and that one against its own.

// bodyStore packs and unpacks the bodies of one newspaper.
type bodyStore struct {
	packer *packer
	site   string
}

func (a *Archive) bodies(site string) bodyStore { return bodyStore{&a.packer, site} }

// chain is what it takes to unpack a body.
type chain struct {
	parts []part // the body itself, then the base body of each
	base  []byte // that of the last part, where it was in the cache
}

// part is one body as it is stored. Its frame lives as long as its [reader] says.
type part struct {
	schema.Body
	number uint64
}

func (p part) asBase(body []byte) *baseBody {
	return &baseBody{body, p.Digest, p.Depth, len(p.Frame)}
}

// chain reads what it takes to unpack body n.
func (s bodyStore) chain(r schema.Reader, n uint64) (chain, error) {
	c, ok, err := s.findChain(r, n)
	if err == nil && !ok {
		err = schema.MissingBody(n)
	}
	return c, err
}

// findChain is chain of a body that may not be there.
func (s bodyStore) findChain(r schema.Reader, n uint64) (c chain, ok bool, err error) {
	for want := n; want != 0 && c.base == nil; {
		if len(c.parts) > schema.MaxSteps {
			return chain{}, false, schema.Bodies.Damaged(n, "too many steps from a body that stands alone")
		}
		p := part{number: want}
		if p.Body, ok, err = schema.FindBody(r, want); err != nil {
			return chain{}, false, err
		} else if !ok && want == n {
			return chain{}, false, nil
		} else if !ok {
			return chain{}, false, schema.MissingBody(want)
		}
		c.parts = append(c.parts, p)
		if want = p.Base; want != 0 {
			if b := s.packer.cache.get(bodyName{s.site, want}); b != nil {
				c.base = b.body
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

// unpack unpacks the first body of c and checks its digest. Base bodies need no check of
// their own: each record has its checksum, and from other bytes no body of this digest
// would come.
func (s bodyStore) unpack(c chain) ([]byte, error) {
	body, err := s.unpackUnchecked(c)
	if err != nil {
		return nil, err
	}
	if p := c.parts[0]; !schema.HasDigest(body, p.Digest) {
		return nil, schema.Bodies.Damaged(p.number, "its digest is "+schema.DigestOf(body)+", not "+p.Digest)
	}
	return body, nil
}

// unpackUnchecked is unpack of a body that only others are packed against: they are
// unpacked against the same bytes again.
func (s bodyStore) unpackUnchecked(c chain) ([]byte, error) {
	body := c.base
	for i, p := range slices.Backward(c.parts) {
		var err error
		body, err = s.packer.unpack(p.Frame, body, p.Size)
		if err != nil {
			return nil, schema.Bodies.Name(p.number, err)
		}
		if i > 0 {
			s.packer.cache.put(bodyName{s.site, p.number}, p.asBase(body))
		}
	}
	return body, nil
}

// body reads body n.
func (s bodyStore) body(r schema.Reader, n uint64) ([]byte, error) {
	c, err := s.chain(r, n)
	if err != nil {
		return nil, err
	}
	return s.unpack(c)
}

// base unpacks a body that others are to be packed against.
func (s bodyStore) base(c chain) (*baseBody, error) {
	body, err := s.unpackUnchecked(c)
	if err != nil {
		return nil, err
	}
	return c.parts[0].asBase(body), nil
}

// baseBody is a body that others can be packed against.
type baseBody struct {
	body   []byte
	digest string
	depth  int
	stored int // bytes of its frame
}
