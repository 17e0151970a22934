package schema

import "errors"

// Bodies as they are written, each in a record under the number of the capture that brought it.

// MaxSteps is how many bodies may have to be unpacked before one: its base body, and the base
// body of that.
const MaxSteps = 2

// BodyHead begins the record of a body.
type BodyHead struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	Base   uint64 `json:"base,omitempty"`  // number of its base body
	Depth  int    `json:"depth,omitempty"` // how many bodies have to be unpacked before
}

// Body is a body as it is stored: Frame is plain zstd, with the base body as its dictionary.
type Body struct {
	BodyHead
	Frame []byte
}

// Reference says what a reference body resembles, and how bodies come out
// that are packed against it. Sizes are in bytes.
type Reference struct {
	Size   int      `json:"size"`   // of the body
	Stored int      `json:"stored"` // of its frame, packed by itself
	Sketch []uint32 `json:"sketch"` // see package body
	Usage
}

// Usage is what packing bodies against a reference has brought. A newspaper's pages drift
// away from their references: a new one pays once the frames have grown by as many bytes as
// it takes itself.
type Usage struct {
	Uses   int   `json:"uses,omitempty"`
	Bodies int64 `json:"bodies,omitempty"` // bytes of the first bodies
	Frames int64 `json:"frames,omitempty"` // and of their frames
	Debt   int64 `json:"debt,omitempty"`   // bytes that later frames took more than those did
}

// firstUses is how many uses tell what a reference brings while it is new.
const firstUses = 32

// Known reports whether the reference was used often enough to say what it brings.
func (u Usage) Known() bool { return u.Uses >= firstUses }

// Expected is about how many bytes the frame of a body of n bytes had when the reference was
// new.
func (u Usage) Expected(n int) float64 { return float64(n) * float64(u.Frames) / float64(u.Bodies) }

// Note counts a body that was packed against the reference, with the bytes of both.
func (u *Usage) Note(body, frame int) {
	if u.Known() {
		u.Debt = max(0, u.Debt+int64(float64(frame)-u.Expected(body)))
	} else {
		u.Bodies, u.Frames = u.Bodies+int64(body), u.Frames+int64(frame)
	}
	u.Uses++
}

// Alone is about how many bytes a body of n bytes takes packed by itself, if it resembles the
// reference.
func (r Reference) Alone(n int) float64 {
	return float64(n) * float64(r.Stored) / float64(r.Size)
}

// Stale reports whether a new reference pays.
func (r Reference) Stale() bool { return r.Debt > int64(r.Stored) }

// LoadBody reads the record of body n, or its second copy where that is damaged or missing.
// That it is missing, too, is damage.
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
	b, err = Bodies.Decode(payload)
	return b, err == nil, Bodies.Name(n, err)
}

// MissingBody is the [RecordError] of a body of which there is neither a record nor a second
// copy.
func MissingBody(n uint64) error { return Bodies.Damaged(n, "missing") }

// BodyNumber finds a body by its digest, 0 where there is none. What is no digest is an
// [ErrInvalid].
func BodyNumber(r Reader, digest string) (uint64, error) {
	sum, err := ParseDigest(digest)
	if err != nil {
		return 0, err
	}
	n, _, err := Digests.Load(r, sum)
	return n, err
}

// LoadBodyPayload is [LoadBody] of a record as it is written; nil where there is neither.
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

// HasBody reports whether there is a record of a body, or its second copy. It may be damaged.
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
