package archive

import (
	"cmp"
	"context"
	"slices"

	"baoluu/archive/internal/schema"
)

// How a body is stored. Pages of one newspaper resemble one another, so a body is
// packed against another one as zstd's dictionary:
//
//   - a page's first body against whichever reference body fits best. When none
//     brings it under 0.6 of what it takes alone, it is packed alone and becomes a
//     reference itself; and so does one whose reference has grown so old that the
//     bodies packed against it have lost as much as a new one takes.
//   - a later one against the page's base: its first body, or the one that took its
//     place when the page's look had changed so much that a reference fits better.
//
// A reference stands alone and a base leans on a reference at most, so no body is
// more than two steps away from one that stands alone.

const (
	// tries is how many references a body is packed against at most.
	tries = 3
	// maxReferences is how many references are chosen from, the newest.
	maxReferences = 256
	// Smaller bodies gain nothing as references, larger ones cost memory.
	minReference, maxReference = 1 << 10, window / 2
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

type reference struct {
	schema.Reference
	number uint64    // of its body
	body   *baseBody // instead, of a commit under way: the body itself
}

// references are those of one newspaper that are chosen from.
type references struct {
	upTo uint64 // the newest that was read
	list []reference
}

// refresh reads the references that came since.
func (rs *references) refresh(r schema.Reader) error {
	for ref, err := range schema.References.From(rs.upTo + 1).All(r) {
		if err != nil {
			return err
		}
		rs.add(reference{Reference: ref.Value, number: ref.Key})
	}
	return nil
}

func (rs *references) add(ref reference) {
	rs.upTo = ref.number
	rs.list = append(rs.list, ref)
	if len(rs.list) > maxReferences {
		rs.list = slices.Delete(rs.list, 0, 1)
	}
}

// expected is about what the frame of a body of n bytes comes to that is packed
// against ref; where nothing is known of ref, against any; 0 where nothing is known
// at all.
func (rs *references) expected(ref reference, n int) float64 {
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

// use notes what a commit has packed against references.
func (rs *references) use(used map[uint64]schema.Usage) {
	for i := range rs.list {
		if u, ok := used[rs.list[i].number]; ok {
			rs.list[i].Usage = u
		}
	}
}

// chooser packs the new bodies of one commit, each against the body that it fits best. It
// keeps in mind what it packed: a body may be packed against one of the same commit.
type chooser struct {
	store      bodyStore
	references *references // of the newspaper; not changed here
	// chain reads a body of the newspaper's file.
	chain func(ctx context.Context, number uint64) (chain, error)

	fresh   []reference     // that this commit brings
	retired map[uint64]bool // references that one of them takes the place of
}

// packed is a body ready to be stored.
type packed struct {
	head   schema.BodyHead
	base   string // digest of its dictionary, "" for none
	frame  []byte
	sketch sketch // of a body that becomes a reference
	stale  uint64 // number of the reference that it takes the place of, 0 for none
}

// pack packs a new body. base is what the page's bodies are packed against, nil where
// it has none yet.
func (c *chooser) pack(ctx context.Context, body []byte, digest string, base *baseBody) (packed, error) {
	packer := c.store.packer
	best := packed{head: schema.BodyHead{Digest: digest, Size: int64(len(body))}}
	size := func() float64 { return float64(len(best.frame)) }
	if base != nil && len(base.body)+len(body) <= window {
		frame, err := packer.packAgainst(base.body, body)
		if err != nil {
			return packed{}, err
		}
		best.frame, best.base, best.head.Depth = frame, base.digest, base.depth+1
		if hardlyChanged := len(frame) <= len(body)/64; hardlyChanged || base.depth > 0 && len(frame) <= base.stored/2 {
			return best, nil // no reference would do better
		}
	}
	fits := fitsReference(body)
	var sketch sketch
	if fits {
		sketch = sketchOf(body)
		done, err := c.packReferences(ctx, &best, c.fitting(sketch), body)
		if err != nil || done {
			return best, err
		}
	}
	frame, err := packer.packAlone(body)
	if err != nil {
		return packed{}, err
	}
	if best.frame == nil || best.stale != 0 || size() >= worth*float64(len(frame)) {
		c.retired[best.stale] = true
		best.frame, best.base, best.head.Depth = frame, "", 0
		if fits && len(frame) < len(body)*3/4 {
			best.sketch = sketch
			c.fresh = append(c.fresh, reference{
				Reference: schema.Reference{Size: len(body), Stored: len(frame), Sketch: sketch},
				body:      &baseBody{body, digest, 0, len(frame)},
			})
		}
	}
	return best, nil
}

// fitsReference tells whether a body is of a size to be a reference, and to be packed
// against one.
func fitsReference(body []byte) bool { return len(body) >= minReference && len(body) <= maxReference }

// packReferences packs a body against references until one does, and keeps what
// came out best. done tells that packing it alone need not be tried.
func (c *chooser) packReferences(ctx context.Context, best *packed, refs []reference, body []byte) (done bool, err error) {
	for _, ref := range refs {
		b, err := c.reference(ctx, ref)
		if err != nil {
			return false, err
		}
		frame, err := c.store.packer.packReference(b.digest, b.body, body)
		if err != nil {
			return false, err
		}
		if best.frame == nil || len(frame) < len(best.frame) {
			best.frame, best.base, best.head.Depth, best.stale = frame, b.digest, 1, 0
			if ref.Stale() && !c.retired[ref.number] {
				best.stale = ref.number
			}
		}
		alone := ref.Alone(len(body))
		enough := max(good*alone, usual*c.references.expected(ref, len(body)))
		switch size := float64(len(best.frame)); {
		case best.stale != 0:
			return false, nil
		case size < enough:
			return true, nil
		}
		done = float64(len(best.frame)) < sure*worth*alone
	}
	return done, nil
}

// fitting gives the references that resemble a sketch most, the best first.
func (c *chooser) fitting(s sketch) []reference {
	type fit struct {
		reference
		score int
	}
	var fits []fit
	for _, ref := range slices.Concat(c.fresh, c.references.list) {
		if score := s.common(ref.Sketch); score > 0 {
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
func (c *chooser) reference(ctx context.Context, ref reference) (*baseBody, error) {
	if ref.body != nil {
		return ref.body, nil
	}
	name := bodyName{c.store.site, ref.number}
	if b := c.store.packer.cache.get(name); b != nil {
		return b, nil
	}
	chain, err := c.chain(ctx, ref.number)
	if err != nil {
		return nil, err
	}
	b, err := c.store.base(chain)
	if err == nil {
		c.store.packer.cache.put(name, b)
	}
	return b, err
}
