package archive

import "errors"

// Bodies as they are written, each in a record under the number of the capture that brought it.

// maxSteps is how many steps a body may be from one that stands alone.
const maxSteps = 2

// bodyHead begins the record of a body.
type bodyHead struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	Base   uint64 `json:"base,omitempty"`  // number of the body that is its dictionary
	Depth  int    `json:"depth,omitempty"` // steps to a body that stands alone
}

// bodyRecord is a body as it is stored.
type bodyRecord struct {
	bodyHead
	frame []byte
}

// referenceRecord says what a reference body resembles, and how bodies come out
// that are packed against it.
type referenceRecord struct {
	Size   int    `json:"size"`
	Stored int    `json:"stored"`
	Sketch sketch `json:"sketch"`
	usage
}

// usage is what packing bodies against a reference has brought. A newspaper's
// pages drift away from their references, so a new one pays when the bytes lost
// to the drift are as many as it takes.
type usage struct {
	Uses   int   `json:"uses,omitempty"`
	Bodies int64 `json:"bodies,omitempty"` // bytes of the first bodies
	Frames int64 `json:"frames,omitempty"` // and of their frames
	Debt   int64 `json:"debt,omitempty"`   // bytes that later frames took more than those did
}

// firstUses tell what a reference brings while it is new.
const firstUses = 32

// known tells whether there were enough of them.
func (u usage) known() bool { return u.Uses >= firstUses }

// expected is what the frame of a body of n bytes came to when the reference was
// new.
func (u usage) expected(n int) float64 { return float64(n) * float64(u.Frames) / float64(u.Bodies) }

// note adds one body.
func (u *usage) note(body, frame int) {
	if u.known() {
		u.Debt = max(0, u.Debt+int64(float64(frame)-u.expected(body)))
	} else {
		u.Bodies, u.Frames = u.Bodies+int64(body), u.Frames+int64(frame)
	}
	u.Uses++
}

// alone is about what a body of n bytes takes alone, that resembles the reference.
func (r referenceRecord) alone(n int) float64 {
	return float64(n) * float64(r.Stored) / float64(r.Size)
}

// stale tells whether a new reference pays.
func (r referenceRecord) stale() bool { return r.Debt > int64(r.Stored) }

// loadBody reads the record of body n.
func loadBody(r reader, n uint64) (bodyRecord, error) {
	b, ok, err := findBody(r, n)
	if err == nil && !ok {
		err = missingBody(n)
	}
	return b, err
}

// findBody is loadBody of a body that may not be there.
func findBody(r reader, n uint64) (b bodyRecord, ok bool, err error) {
	payload, err := loadBodyPayload(r, n)
	if err != nil || payload == nil {
		return b, false, err
	}
	b, err = bodiesTable.decode(payload)
	return b, err == nil, bodiesTable.name(n, err)
}

func missingBody(n uint64) error { return bodiesTable.damaged(n, "missing") }

// bodyNumber finds a body by its digest, 0 where there is none.
func bodyNumber(r reader, digest string) (uint64, error) {
	key, err := parseDigest(digest)
	if err != nil {
		return 0, err
	}
	n, _, err := digestsTable.load(r, key)
	return n, err
}

// loadBodyPayload reads the record of a body, or its second copy where that is damaged or
// missing; nil where there is neither.
func loadBodyPayload(r reader, n uint64) ([]byte, error) {
	payload, err := bodiesTable.payload(r, n)
	if payload != nil || err != nil && !errors.Is(err, ErrCorrupt) {
		return payload, err
	}
	second, e := copiesTable.payload(r, n)
	if e != nil || second == nil {
		return nil, err
	}
	return second, nil
}

// hasBody tells whether a body is there, be it as its second copy.
func hasBody(r reader, n uint64) (bool, error) {
	ok, err := bodiesTable.has(r, n)
	if ok || err != nil && !errors.Is(err, ErrCorrupt) {
		return ok, err
	}
	if second, e := copiesTable.has(r, n); e == nil && second {
		return true, nil
	}
	return false, err
}
