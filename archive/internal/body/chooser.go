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
	// minReference and maxReference bound the bodies that are references, or are packed against
	// one, in bytes: smaller ones gain nothing, larger ones cost memory.
	minReference, maxReference = 1 << 10, Window / 2
)

const (
	// worth: a frame is kept as a delta where it is smaller than this part of what the body takes
	// packed by itself.
	worth = 0.6
	// good and usual: no other reference is tried where the frame is smaller than this part of
	// what the body takes by itself, or than so many times what the reference brought when new.
	good, usual = 0.3, 1.5
	// sure: the body is not packed by itself at all where the frame is smaller than this part of
	// worth. What it would take is guessed then by what the reference took.
	sure = 0.8
)

// reference is a body that is packed by itself, for others to be packed against.
type reference struct {
	schema.Reference
	number uint64 // of its body; 0 in the commit that brings it
	body   *Base  // the body, in that commit; else nil
}

// References are the newest reference bodies of one newspaper. The zero value knows none yet.
type References struct {
	upTo uint64 // number of the newest that was read
	list []reference
}

// Refresh reads the references that came since.
func (rs *References) Refresh(r schema.Reader) error {
	for ref, err := range schema.References.From(rs.upTo + 1).All(r) {
		if err != nil {
			return err
		}
		rs.upTo = ref.Key
		rs.list = append(rs.list, reference{Reference: ref.Value, number: ref.Key})
		if len(rs.list) > maxReferences {
			rs.list = slices.Delete(rs.list, 0, 1)
		}
	}
	return nil
}

// expected is about how many bytes a body of n bytes takes that is packed against ref. Where
// too few were packed against that yet, it is the mean of all references; 0 where nothing is
// known of any.
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

// Use notes how references stand after a commit that was packed against them, by number.
func (rs *References) Use(used map[uint64]schema.Usage) {
	for i := range rs.list {
		if u, ok := used[rs.list[i].number]; ok {
			rs.list[i].Usage = u
		}
	}
}

// Chooser packs the new bodies of one commit, each against the body that it fits best, which
// may be one of the same commit.
type Chooser struct {
	store      Store
	references *References // of the newspaper; not changed here
	chain      func(ctx context.Context, number uint64) (Chain, error)

	fresh   []reference     // that this commit brings
	retired map[uint64]bool // stale references that have a successor among them
}

// NewChooser begins a commit: chain reads a body of the newspaper's file. It is for one
// goroutine.
func NewChooser(store Store, refs *References, chain func(ctx context.Context, number uint64) (Chain, error)) *Chooser {
	return &Chooser{store: store, references: refs, chain: chain, retired: map[uint64]bool{}}
}

// Packed is a body ready to be stored.
type Packed struct {
	Head   schema.BodyHead
	Base   string // digest of its base body, "" for none; Head.Base is known when that is stored
	Frame  []byte
	Sketch Sketch // of a body that becomes a reference, else nil
	Stale  uint64 // number of the stale reference that it succeeds, 0 for none
}

// Serves reports whether others may be packed against a body of a page that is stored in a frame
// of so many bytes: what does not pack by itself is no help to the next.
func Serves(head schema.BodyHead, frame int) bool {
	return head.Depth < schema.MaxSteps && int64(frame) < head.Size
}

// AsBase is the packed body as one that others can be packed against.
func (p Packed) AsBase(body []byte) *Base {
	return &Base{body, p.Head.Digest, p.Head.Depth, len(p.Frame)}
}

// Pack packs a new body. base is the page's base body, nil where it has none yet.
func (c *Chooser) Pack(ctx context.Context, body []byte, digest string, base *Base) (Packed, error) {
	packer := c.store.Pool
	best := Packed{Head: schema.BodyHead{Digest: digest, Size: int64(len(body))}}
	if isPacked(body) {
		best.Frame = asItCame(body)
		return best, nil
	}
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
	if best.Frame == nil || best.Stale != 0 || float64(len(best.Frame)) >= worth*float64(len(frame)) {
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

// FitsReference reports whether a body is of a size to be a reference, and to be packed
// against one.
func FitsReference(body []byte) bool { return len(body) >= minReference && len(body) <= maxReference }

// packReferences packs a body against references until a frame is good, and keeps the smallest
// in best. done tells that the body need not be packed by itself to compare.
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
		size := float64(len(best.Frame))
		if best.Stale != 0 || size < enough {
			return best.Stale == 0, nil
		}
		done = size < sure*worth*alone
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

// reference reads a reference's body.
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
