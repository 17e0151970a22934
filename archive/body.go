package archive

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
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

type reference struct {
	referenceRecord
	number uint64 // of its body
	basis  *basis // instead, of a commit under way: the body itself
}

// references are those of one newspaper that are chosen from.
type references struct {
	upTo uint64 // the newest that was read
	list []reference
}

// refresh reads the references that came since.
func (rs *references) refresh(r reader) error {
	for ref, err := range referencesTable.from(rs.upTo + 1).all(r) {
		if err != nil {
			return err
		}
		rs.add(reference{referenceRecord: ref.value, number: ref.key})
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
	if ref.known() {
		return ref.expected(n)
	}
	var all usage
	for _, r := range rs.list {
		if r.known() {
			all.Bodies, all.Frames = all.Bodies+r.Bodies, all.Frames+r.Frames
		}
	}
	if all.Bodies == 0 {
		return 0
	}
	return all.expected(n)
}

// use notes what a commit has packed against references.
func (rs *references) use(used map[uint64]usage) {
	for i := range rs.list {
		if u, ok := used[rs.list[i].number]; ok {
			rs.list[i].usage = u
		}
	}
}

// sketch is a sample of what a text is made of: the smallest hashes of its
// eight-byte pieces, sorted. How many two sketches share tells how much of the
// texts is the same, wherever it stands.
type sketch []uint32

const sketchSize = 96

func sketchOf(body []byte) sketch {
	// As few pieces are looked at as will do: so many of the smallest hashes that
	// enough are left when those that come twice are gone. Else four times as many.
	for limit := uint64(6*sketchSize) << 32 / uint64(max(len(body), 1)); ; limit *= 4 {
		limit = min(limit, 1<<26) // one piece of 64
		s := pieces(body, uint32(limit))
		if len(s) == sketchSize || limit == 1<<26 {
			return s
		}
	}
}

// pieces is the smallest hashes of a body, all below limit.
func pieces(body []byte, limit uint32) sketch {
	var s sketch
	note := func(h uint32) {
		if h >= limit {
			return
		}
		s = append(s, h)
		if len(s) == 16*sketchSize {
			s = s.smallest()
			limit = s[len(s)-1]
		}
	}
	i := 0
	for ; i+15 <= len(body); i += 8 {
		// The least of eight tells nearly always that none counts.
		b := body[i : i+15 : i+15]
		if min(piece(b), piece(b[1:]), piece(b[2:]), piece(b[3:]), piece(b[4:]), piece(b[5:]), piece(b[6:]), piece(b[7:])) >= limit {
			continue
		}
		for j := range 8 {
			note(piece(b[j:]))
		}
	}
	for ; i+8 <= len(body); i++ {
		note(piece(body[i:]))
	}
	return s.smallest()
}

// piece is the hash of the first eight bytes.
func piece(b []byte) uint32 { return uint32(binary.LittleEndian.Uint64(b) * 0x9E3779B97F4A7C15 >> 32) }

// smallest sorts a sketch and cuts it to its size.
func (s sketch) smallest() sketch {
	slices.Sort(s)
	s = slices.Compact(s)
	return s[:min(len(s), sketchSize)]
}

func (s sketch) common(o sketch) int {
	n := 0
	for len(s) > 0 && len(o) > 0 {
		switch {
		case s[0] < o[0]:
			s = s[1:]
		case s[0] > o[0]:
			o = o[1:]
		default:
			n, s, o = n+1, s[1:], o[1:]
		}
	}
	return n
}

// chain is what it takes to unpack a body.
type chain struct {
	parts []part // the body itself, then what each leans on
	base  []byte // what the last part leans on, where that was in the cache
}

// part is one body as it is stored. Its frame lives as long as its [reader] says.
type part struct {
	bodyRecord
	number uint64
}

func (p part) basis(body []byte) *basis {
	return &basis{body, p.Digest, p.Depth, len(p.frame)}
}

// chain reads what it takes to unpack body n.
func (a *Archive) chain(r reader, site string, n uint64) (chain, error) {
	c, ok, err := a.findChain(r, site, n)
	if err == nil && !ok {
		err = missingBody(n)
	}
	return c, err
}

// findChain is chain of a body that may not be there.
func (a *Archive) findChain(r reader, site string, n uint64) (c chain, ok bool, err error) {
	for want := n; want != 0 && c.base == nil; {
		if len(c.parts) > maxSteps {
			return chain{}, false, bodiesTable.damaged(n, "too many steps from a body that stands alone")
		}
		p := part{number: want}
		if p.bodyRecord, ok, err = findBody(r, want); err != nil {
			return chain{}, false, err
		} else if !ok && want == n {
			return chain{}, false, nil
		} else if !ok {
			return chain{}, false, missingBody(want)
		}
		c.parts = append(c.parts, p)
		if want = p.Base; want != 0 {
			if b := a.packer.cache.get(bodyName{site, want}); b != nil {
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

// unchain unpacks the first body of c and checks its digest. Those that it leans
// on need no check of their own: each record has its checksum, and from other
// bytes no body of this digest would come.
func (a *Archive) unchain(site string, c chain) ([]byte, error) {
	body, err := a.unchainUnchecked(site, c)
	if err != nil {
		return nil, err
	}
	if p := c.parts[0]; !hasDigest(body, p.Digest) {
		return nil, bodiesTable.damaged(p.number, "its digest is "+digestOf(body)+", not "+p.Digest)
	}
	return body, nil
}

// unchainUnchecked is unchain for a body that only others are packed against: they
// are unpacked against the same bytes again.
func (a *Archive) unchainUnchecked(site string, c chain) ([]byte, error) {
	body := c.base
	for i, p := range slices.Backward(c.parts) {
		var err error
		body, err = a.packer.unpack(p.frame, body, p.Size)
		if err != nil {
			return nil, bodiesTable.name(p.number, err)
		}
		if i > 0 {
			a.packer.cache.put(bodyName{site, p.number}, p.basis(body))
		}
	}
	return body, nil
}

// body reads body n.
func (a *Archive) body(r reader, site string, n uint64) ([]byte, error) {
	c, err := a.chain(r, site, n)
	if err != nil {
		return nil, err
	}
	return a.unchain(site, c)
}

// packed is a body ready to be stored.
type packed struct {
	head   bodyHead
	base   string // digest of its dictionary, "" for none
	frame  []byte
	sketch sketch // of a body that becomes a reference
	tired  uint64 // number of the reference that it takes the place of, 0 for none
}

// pack packs a new body. base is what the page's bodies are packed against, nil where
// it has none yet.
func (p *preparer) pack(ctx context.Context, body []byte, digest string, base *basis) (packed, error) {
	packer := &p.archive.packer
	best := packed{head: bodyHead{Digest: digest, Size: int64(len(body))}}
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
		done, err := p.packReferences(ctx, &best, p.fitting(sketch), body)
		if err != nil || done {
			return best, err
		}
	}
	frame, err := packer.packAlone(body)
	if err != nil {
		return packed{}, err
	}
	if best.frame == nil || best.tired != 0 || size() >= worth*float64(len(frame)) {
		p.retired[best.tired] = true
		best.frame, best.base, best.head.Depth = frame, "", 0
		if fits && len(frame) < len(body)*3/4 {
			best.sketch = sketch
			p.fresh = append(p.fresh, reference{
				referenceRecord: referenceRecord{Size: len(body), Stored: len(frame), Sketch: sketch},
				basis:           &basis{body, digest, 0, len(frame)},
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
func (p *preparer) packReferences(ctx context.Context, best *packed, refs []reference, body []byte) (done bool, err error) {
	for _, ref := range refs {
		b, err := p.reference(ctx, ref)
		if err != nil {
			return false, err
		}
		frame, err := p.archive.packer.packReference(b.digest, b.body, body)
		if err != nil {
			return false, err
		}
		if best.frame == nil || len(frame) < len(best.frame) {
			best.frame, best.base, best.head.Depth, best.tired = frame, b.digest, 1, 0
			if ref.tired() && !p.retired[ref.number] {
				best.tired = ref.number
			}
		}
		alone := ref.alone(len(body))
		enough := max(good*alone, usual*p.writer.references.expected(ref, len(body)))
		switch size := float64(len(best.frame)); {
		case best.tired != 0:
			return false, nil
		case size < enough:
			return true, nil
		}
		done = float64(len(best.frame)) < sure*worth*alone
	}
	return done, nil
}

// fitting gives the references that resemble a sketch most, the best first.
func (p *preparer) fitting(s sketch) []reference {
	type fit struct {
		reference
		score int
	}
	var fits []fit
	for _, ref := range slices.Concat(p.fresh, p.writer.references.list) {
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
func (p *preparer) reference(ctx context.Context, ref reference) (*basis, error) {
	if ref.basis != nil {
		return ref.basis, nil
	}
	name := bodyName{p.site, ref.number}
	if b := p.archive.packer.cache.get(name); b != nil {
		return b, nil
	}
	var c chain
	err := p.archive.read(ctx, p.site, func(r reader) (err error) {
		c, err = p.archive.chain(r, p.site, ref.number)
		return err
	})
	if err != nil {
		return nil, err
	}
	b, err := p.basis(c)
	if err == nil {
		p.archive.packer.cache.put(name, b)
	}
	return b, err
}

const (
	// worth is what a dictionary must bring a body under, of what it takes alone.
	worth = 0.6
	// good is when no other reference is tried, of what it takes alone; or usual, of
	// what the reference brought when it was new.
	good, usual = 0.3, 1.5
	// sure is when what it takes alone is not measured but guessed by the reference.
	sure = 0.8
)

// basis is a body that others can be packed against.
type basis struct {
	body   []byte
	digest string
	depth  int
	stored int // bytes of its frame
}
