package body

import (
	"cmp"
	"context"
	"slices"

	"baoluu/archive/internal/schema"
)

const (
	// tries is how many references a body is packed against at most.
	tries = 3
	// maxReferences is how many references are chosen from, the newest.
	maxReferences = 256
	// Smaller bodies gain nothing as references, larger ones cost memory.
	minReference, maxReference = 1 << 10, Window / 2
)

const (
	// worth is what a dictionary must bring a body under, of what it takes alone.
	worth = 0.6
	// good is when no other reference is tried, of what it takes alone; or usual, of
	// what the reference brought when it was new.
	good, usual = 0.3, 1.5
	// sure is when what it takes alone is not measured but guessed by the reference.
	sure = 0.8
)

// reference is a body that stands alone, for others to be packed against.
type reference struct {
	schema.Reference
	number uint64 // of its body
	body   *Base  // instead of the number, of a commit under way: the body itself
}

// References are the newest bodies of one newspaper that others are packed against. The zero
// value knows none yet.
type References struct {
	upTo uint64 // the newest that was read
	list []reference
}

// Refresh reads the references that came since.
func (rs *References) Refresh(r schema.Reader) error {
	for ref, err := range schema.References.From(rs.upTo + 1).All(r) {
		if err != nil {
			return err
		}
		rs.add(reference{Reference: ref.Value, number: ref.Key})
	}
	return nil
}

func (rs *References) add(ref reference) {
	rs.upTo = ref.number
	rs.list = append(rs.list, ref)
	if len(rs.list) > maxReferences {
		rs.list = slices.Delete(rs.list, 0, 1)
	}
}

// expected is about what the frame of a body of n bytes comes to that is packed
// against ref; where nothing is known of ref, against any; 0 where nothing is known
// at all.
func (rs *References) expected(ref reference, n int) float64 {
	if ref.Known() {
		return ref.Expected(n)
	}
	var all schema.Usage
	for _, r := range rs.list {
		if r.Known() {
			all.Bodies, all.Frames = all.Bodies+r.Bodies, all.Frames+r.Frames
		}
	}
	if all.Bodies == 0 {
		return 0
	}
	return all.Expected(n)
}

// Use notes what a commit has packed against references.
func (rs *References) Use(used map[uint64]schema.Usage) {
	for i := range rs.list {
		if u, ok := used[rs.list[i].number]; ok {
			rs.list[i].Usage = u
		}
	}
}

// Chooser packs the new bodies of one commit, each against the body that it fits best. It
// keeps in mind what it packed: a body may be packed against one of the same commit.
type Chooser struct {
	store      Store
	references *References // of the newspaper; not changed here
	chain      func(ctx context.Context, number uint64) (Chain, error)

	fresh   []reference     // that this commit brings
	retired map[uint64]bool // references that one of them takes the place of
}

// NewChooser begins a commit: chain reads a body of the newspaper's file. It is for one
// goroutine.
func NewChooser(store Store, refs *References, chain func(ctx context.Context, number uint64) (Chain, error)) *Chooser {
	return &Chooser{store: store, references: refs, chain: chain, retired: map[uint64]bool{}}
}

// Packed is a body ready to be stored.
type Packed struct {
	Head   schema.BodyHead
	Base   string // digest of its dictionary, "" for none
	Frame  []byte
	Sketch Sketch // of a body that becomes a reference
	Stale  uint64 // number of the reference that it takes the place of, 0 for none
}

// AsBase is the packed body as one that others can be packed against.
func (p Packed) AsBase(body []byte) *Base {
	return &Base{body, p.Head.Digest, p.Head.Depth, len(p.Frame)}
}

// Pack packs a new body. base is the page's base body, nil where it has none yet.
func (c *Chooser) Pack(ctx context.Context, body []byte, digest string, base *Base) (Packed, error) {
	packer := c.store.Pool
	best := Packed{Head: schema.BodyHead{Digest: digest, Size: int64(len(body))}}
	size := func() float64 { return float64(len(best.Frame)) }
	if base != nil && len(base.Body)+len(body) <= Window {
		frame, err := packer.PackAgainst(base.Body, body)
		if err != nil {
			return Packed{}, err
		}
		best.Frame, best.Base, best.Head.Depth = frame, base.Digest, base.depth+1
		if hardlyChanged := len(frame) <= len(body)/64; hardlyChanged || base.depth > 0 && len(frame) <= base.stored/2 {
			return best, nil // no reference would do better
		}
	}
	fits := FitsReference(body)
	var sketch Sketch
	if fits {
		sketch = SketchOf(body)
		done, err := c.packReferences(ctx, &best, c.fitting(sketch), body)
		if err != nil || done {
			return best, err
		}
	}
	frame, err := packer.PackAlone(body)
	if err != nil {
		return Packed{}, err
	}
	if best.Frame == nil || best.Stale != 0 || size() >= worth*float64(len(frame)) {
		c.retired[best.Stale] = true
		best.Frame, best.Base, best.Head.Depth = frame, "", 0
		if fits && len(frame) < len(body)*3/4 {
			best.Sketch = sketch
			c.fresh = append(c.fresh, reference{
				Reference: schema.Reference{Size: len(body), Stored: len(frame), Sketch: sketch},
				body:      &Base{body, digest, 0, len(frame)},
			})
		}
	}
	return best, nil
}

// FitsReference tells whether a body is of a size to be a reference, and to be packed
// against one.
func FitsReference(body []byte) bool { return len(body) >= minReference && len(body) <= maxReference }

// packReferences packs a body against references until one does, and keeps what
// came out best. done tells that packing it alone need not be tried.
func (c *Chooser) packReferences(ctx context.Context, best *Packed, refs []reference, body []byte) (done bool, err error) {
	for _, ref := range refs {
		b, err := c.reference(ctx, ref)
		if err != nil {
			return false, err
		}
		frame, err := c.store.Pool.PackReference(b.Digest, b.Body, body)
		if err != nil {
			return false, err
		}
		if best.Frame == nil || len(frame) < len(best.Frame) {
			best.Frame, best.Base, best.Head.Depth, best.Stale = frame, b.Digest, 1, 0
			if ref.Stale() && !c.retired[ref.number] {
				best.Stale = ref.number
			}
		}
		alone := ref.Alone(len(body))
		enough := max(good*alone, usual*c.references.expected(ref, len(body)))
		switch size := float64(len(best.Frame)); {
		case best.Stale != 0:
			return false, nil
		case size < enough:
			return true, nil
		}
		done = float64(len(best.Frame)) < sure*worth*alone
	}
	return done, nil
}

// fitting gives the references that resemble a sketch most, the best first.
func (c *Chooser) fitting(s Sketch) []reference {
	type fit struct {
		reference
		score int
	}
	var fits []fit
	for _, ref := range slices.Concat(c.fresh, c.references.list) {
		if score := s.Common(ref.Sketch); score > 0 {
			fits = append(fits, fit{ref, score})
		}
	}
	slices.SortStableFunc(fits, func(a, b fit) int { return cmp.Compare(b.score, a.score) })
	var best []reference
	for _, f := range fits[:min(len(fits), tries)] {
		best = append(best, f.reference)
	}
	return best
}

// reference gives a reference's body.
func (c *Chooser) reference(ctx context.Context, ref reference) (*Base, error) {
	if ref.body != nil {
		return ref.body, nil
	}
	if b := c.store.Recall(ref.number); b != nil {
		return b, nil
	}
	chain, err := c.chain(ctx, ref.number)
	if err != nil {
		return nil, err
	}
	b, err := c.store.Base(chain)
	if err == nil {
		c.store.Remember(ref.number, b)
	}
	return b, err
}
