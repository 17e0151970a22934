package schema

import "errors"

// Bodies as they are written, each in a record under the number of the capture that brought it.

// MaxSteps is how many steps a body may be from one that stands alone.
const MaxSteps = 2

// BodyHead begins the record of a body.
type BodyHead struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	Base   uint64 `json:"base,omitempty"`  // number of the body that is its dictionary
	Depth  int    `json:"depth,omitempty"` // steps to a body that stands alone
}

// Body is a body as it is stored.
type Body struct {
	BodyHead
	Frame []byte
}

// Reference says what a reference body resembles, and how bodies come out
// that are packed against it.
type Reference struct {
	Size   int      `json:"size"`
	Stored int      `json:"stored"`
	Sketch []uint32 `json:"sketch"`
	Usage
}

// Usage is what packing bodies against a reference has brought. A newspaper's
// pages drift away from their references, so a new one pays when the bytes lost
// to the drift are as many as it takes.
type Usage struct {
	Uses   int   `json:"uses,omitempty"`
	Bodies int64 `json:"bodies,omitempty"` // bytes of the first bodies
	Frames int64 `json:"frames,omitempty"` // and of their frames
	Debt   int64 `json:"debt,omitempty"`   // bytes that later frames took more than those did
}

// firstUses tell what a reference brings while it is new.
const firstUses = 32

// Known tells whether there were enough of them.
func (u Usage) Known() bool { return u.Uses >= firstUses }

// Expected is what the frame of a body of n bytes came to when the reference was
// new.
func (u Usage) Expected(n int) float64 { return float64(n) * float64(u.Frames) / float64(u.Bodies) }

// Note adds one body.
func (u *Usage) Note(body, frame int) {
	if u.Known() {
		u.Debt = max(0, u.Debt+int64(float64(frame)-u.Expected(body)))
	} else {
		u.Bodies, u.Frames = u.Bodies+int64(body), u.Frames+int64(frame)
	}
	u.Uses++
}

// Alone is about what a body of n bytes takes alone, that resembles the reference.
func (r Reference) Alone(n int) float64 {
	return float64(n) * float64(r.Stored) / float64(r.Size)
}

// Stale tells whether a new reference pays.
func (r Reference) Stale() bool { return r.Debt > int64(r.Stored) }

// LoadBody reads the record of body n.
func LoadBody(r Reader, n uint64) (Body, error) {
	b, ok, err := FindBody(r, n)
	if err == nil && !ok {
		err = MissingBody(n)
	}
	return b, err
}

// FindBody is [LoadBody] of a body that may not be there.
func FindBody(r Reader, n uint64) (b Body, ok bool, err error) {
	payload, err := LoadBodyPayload(r, n)
	if err != nil || payload == nil {
		return b, false, err
	}
	b, err = Bodies.decode(payload)
	return b, err == nil, Bodies.Name(n, err)
}

func MissingBody(n uint64) error { return Bodies.Damaged(n, "missing") }

// BodyNumber finds a body by its digest, 0 where there is none.
func BodyNumber(r Reader, digest string) (uint64, error) {
	sum, err := ParseDigest(digest)
	if err != nil {
		return 0, err
	}
	n, _, err := Digests.Load(r, sum)
	return n, err
}

// LoadBodyPayload reads the record of a body, or its second copy where that is damaged or
// missing; nil where there is neither.
func LoadBodyPayload(r Reader, n uint64) ([]byte, error) {
	payload, err := Bodies.Payload(r, n)
	if payload != nil || err != nil && !errors.Is(err, ErrCorrupt) {
		return payload, err
	}
	second, e := Copies.Payload(r, n)
	if e != nil || second == nil {
		return nil, err
	}
	return second, nil
}

// HasBody tells whether a body is there, be it as its second copy.
func HasBody(r Reader, n uint64) (bool, error) {
	ok, err := Bodies.Has(r, n)
	if ok || err != nil && !errors.Is(err, ErrCorrupt) {
		return ok, err
	}
	if second, e := Copies.Has(r, n); e == nil && second {
		return true, nil
	}
	return false, err
}
