package rescue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// salvage finds the records of a newspaper's file wherever they lie, whatever the
// file's tree says: each page is tried as a leaf, whatever its head says, and each
// of its elements by itself. A record's checksum shows whether it is one, and of
// which bucket.
//
// bbolt writes changed pages elsewhere and uses the old ones again later, so that
// old copies of records lie about. Captures and bodies never change, and any intact
// copy is as good as another; of what changes, the copy is taken that the tree leads
// to, else one that the free list does not name.
//
// It is a [schema.Reader] of what it found, in no more memory than some dozens of bytes
// a record.
type salvage struct {
	file     io.ReaderAt
	size     int64
	pageSize int64

	numbers map[schema.Bucket]map[uint64]place
	texts   map[schema.Bucket]map[string]place
	// digests finds a body by the SHA-256 of it.
	digests map[schema.Sum]uint64
	// cleaned are the captures of which there is an article's record, of whatever
	// generation.
	cleaned map[uint64]bool
	// named are the captures of which the index says that they need an asset; lacking are those of
	// them whose own list was not found, with what the index has of it.
	named   map[uint64]bool
	lacking map[uint64]map[string]bool

	reached, free func(page uint64) bool
	// inside has a bit for each page that begins inside an intact record, and so is
	// none.
	inside []uint64
	// budget is how many bytes may yet be read beyond pages that are looked at: it
	// bounds what a hostile file can make us read.
	budget int64
	// small is the same for small buckets: what is read in search of what no element leads to takes
	// nothing from it. Else it would follow from the order of the pages whether they are found.
	small   int64
	buffers [3][]byte // that parts of the file are read into
	// doubts are why more may be lost than can be known: see doubt.go.
	doubts []string
}

// place is where a record's value lies.
type place struct {
	at       int64
	size     uint32
	standing standing
}

// standing orders copies of one record.
type standing uint8

const (
	standsFree   standing = iota // on a page that is free: it may be an old copy
	standsLoose                  // on a page that belongs to nothing
	standsInTree                 // in the tree
)

const (
	// maxKey is the longest key that bbolt takes.
	maxKey = 32768
	// longTries is how many records that reach beyond their page may be no records
	// after all, for each page.
	longTries = 2
	// budgetTimes is how often as much as a file holds may be read in search of what
	// a leaf does not lead to.
	budgetTimes, budgetLeast = 16, 8 << 20
	// smallTimes and smallLeast are the same for small buckets, whose bytes take longer.
	smallTimes, smallLeast = 4, 2 << 20
)

// inlineMark begins a bucket that is so small that it lies in its parent's leaf:
// a page without a number of its own.
var inlineMark = []byte{0, 0, 0, 0, 0, 0, 0, 0, boltfile.LeafPage, 0}

// openSalvage reads the whole file once.
func openSalvage(ctx context.Context, f *os.File) (*salvage, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return salvageOf(ctx, f, info.Size())
}

func salvageOf(ctx context.Context, f io.ReaderAt, size int64) (*salvage, error) {
	s := &salvage{
		file: f, size: size, pageSize: store.PageSize, budget: budgetTimes*size + budgetLeast, small: smallTimes*size + smallLeast,
		numbers: map[schema.Bucket]map[uint64]place{}, texts: map[schema.Bucket]map[string]place{}, cleaned: map[uint64]bool{}, named: map[uint64]bool{}, digests: map[schema.Sum]uint64{},
	}
	for _, b := range []schema.Bucket{schema.BucketCaptures, schema.BucketBodies, schema.BucketCopies, schema.BucketTimes, schema.BucketNeeds} {
		s.numbers[b] = map[uint64]place{}
	}
	for _, b := range textBuckets() {
		s.texts[b] = map[string]place{}
	}
	s.survey()
	s.inside = make([]uint64, s.size/s.pageSize/64+1)
	if err := s.scanFile(ctx); err != nil {
		return nil, err
	}
	if err := s.findNeeds(ctx); err != nil {
		return nil, err
	}
	s.doubtCounters()
	return s, nil
}

// findNeeds goes through the file once more, where lists of what captures need are lost: the index of
// what needs an asset has the same, but for the order.
func (s *salvage) findNeeds(ctx context.Context) error {
	s.lacking = map[uint64]map[string]bool{}
	for n := range s.named {
		p, ok := s.numbers[schema.BucketNeeds][n]
		if ok {
			value, err := s.at(p)
			if err == nil {
				_, err = schema.Unseal(schema.BucketNeeds, schema.NumberKey(n), value)
			}
			ok = err == nil
		}
		if !ok {
			s.lacking[n] = map[string]bool{}
		}
	}
	if len(s.lacking) == 0 {
		return nil
	}
	clear(s.inside) // what lies in intact records is found anew
	s.budget, s.small = budgetTimes*s.size+budgetLeast, smallTimes*s.size+smallLeast
	return s.scanFile(ctx)
}

// needs lists the assets that a capture needs, as far as it was found.
func (s *salvage) needs(n uint64) []string {
	if list, ok, err := schema.Needs.Load(s, n); err == nil && ok {
		return list.Assets
	}
	return slices.Sorted(maps.Keys(s.lacking[n]))
}

// textBuckets are those that are brought back under the keys that they have.
func textBuckets() []schema.Bucket {
	return []schema.Bucket{schema.BucketMeta, schema.BucketForgotten, schema.BucketAliases, schema.BucketFrontier, schema.BucketRuns, schema.BucketHosts, schema.BucketDescriptions, schema.BucketRequests}
}

func (s *salvage) scanFile(ctx context.Context) error {
	const chunk = 1 << 20
	buffer := make([]byte, min(chunk, s.size))
	for from := int64(0); from < s.size; from += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.file.ReadAt(buffer[:min(chunk, s.size-from)], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("at %d: %w", from, err)
		}
		for at := int64(0); at+boltfile.PageHead < int64(n); at += s.pageSize {
			if id := (from + at) / s.pageSize; s.inside[id/64]>>(id%64)&1 == 0 {
				s.page(from+at, buffer[at:min(int64(n), at+s.pageSize)])
			}
		}
	}
	return nil
}

// cover notes that an intact record lies from one place to another. Only what lies
// in it is passed over, not what lies before it: a flipped bit may lead far ahead, to
// an old copy.
func (s *salvage) cover(from, to int64) {
	for id := (from + s.pageSize - 1) / s.pageSize; id*s.pageSize < to; id++ {
		s.inside[id/64] |= 1 << (id % 64)
	}
}

// page takes what one page holds.
func (s *salvage) page(at int64, page []byte) {
	id := uint64(at / s.pageSize)
	in := standsLoose
	switch {
	case s.reached(id):
		in = standsInTree
	case s.free(id):
		in = standsFree
	}
	s.leaf(at, page, in, false)
	for i := 0; ; i++ {
		n := bytes.Index(page[i:], inlineMark)
		if n < 0 {
			return
		}
		i += n
		// Small buckets are few, and small: what only looks like many has its price.
		if from := i + boltfile.PageHead; from < len(page) && spend(&s.small, int64(len(page)-i)) {
			s.leaf(at+int64(i), page[i:], in, true)
		}
	}
}

// digest remembers which body has a digest.
func (s *salvage) digest(b schema.Bucket, n uint64, payload []byte) {
	var head schema.BodyHead
	if _, err := schema.SplitBlob(payload, &head); err != nil {
		return
	}
	sum, err := schema.ParseDigest(head.Digest)
	if err != nil {
		return
	}
	if _, known := s.digests[sum]; !known || b == schema.BucketBodies {
		s.digests[sum] = n
	}
}

// keep remembers the better of two copies.
func keep[K comparable](m map[K]place, key K, p place) {
	if old, ok := m[key]; !ok || old.standing < p.standing {
		m[key] = p
	}
}

func (s *salvage) at(p place) ([]byte, error) {
	b := make([]byte, p.size)
	_, err := s.file.ReadAt(b, p.at)
	return b, err
}

func (s *salvage) find(b schema.Bucket, key []byte) (place, bool) {
	if m, ok := s.numbers[b]; ok {
		n, err := schema.ParseNumberKey(key)
		p, ok := m[n]
		return p, ok && err == nil
	}
	p, ok := s.texts[b][string(key)]
	return p, ok
}

func (s *salvage) Get(b schema.Bucket, key []byte) ([]byte, error) {
	p, ok := s.find(b, key)
	if !ok {
		return nil, nil
	}
	return s.at(p)
}

func (s *salvage) Scan(b schema.Bucket, from []byte, fn func(key, value []byte) error) error {
	var keys []string
	for n := range s.numbers[b] {
		keys = append(keys, string(schema.NumberKey(n)))
	}
	keys = slices.AppendSeq(keys, maps.Keys(s.texts[b]))
	slices.Sort(keys)
	i, _ := slices.BinarySearch(keys, string(from))
	for _, k := range keys[i:] {
		value, err := s.Get(b, []byte(k))
		if err == nil {
			err = fn([]byte(k), value)
		}
		switch {
		case errors.Is(err, schema.ErrStop):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// captures lists the numbers of the captures found, in order.
func (s *salvage) captures() []uint64 {
	return slices.Sorted(maps.Keys(s.numbers[schema.BucketCaptures]))
}

// body reads the body of a digest.
func (s *salvage) body(np *newspaper.Newspaper, digest string) ([]byte, error) {
	sum, err := schema.ParseDigest(digest)
	if err != nil {
		return nil, err
	}
	n, ok := s.digests[sum]
	if !ok {
		return nil, schema.Corrupt("the body's record is damaged or missing")
	}
	c, err := np.Bodies.Chain(s, n)
	if err != nil {
		return nil, err
	}
	if c.Parts[0].Digest != digest {
		return nil, schema.Corrupt("the body's record is damaged or missing")
	}
	return np.Bodies.Unpack(c)
}

// moment finds the page and time of a capture whose own record is lost.
func (s *salvage) moment(n uint64) (page string, m schema.Position, ok bool) {
	p, ok := s.numbers[schema.BucketTimes][n]
	if !ok {
		return "", schema.Position{}, false
	}
	key, err := s.at(p)
	if err != nil {
		return "", schema.Position{}, false
	}
	k, err := schema.BucketTimes.ParseKey(key)
	return k.Page, schema.Position{At: k.At, Number: k.Number}, err == nil
}
