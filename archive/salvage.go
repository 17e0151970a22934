package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// salvage finds the records of a newspaper's file wherever they lie, whatever the
// file's tree says: each page is tried as a leaf, whatever its head says, and each
// of its elements by itself. A record's checksum tells whether it is one, and of
// which bucket.
//
// bbolt writes changed pages elsewhere and uses the old ones again later, so that
// old copies of records lie about. Captures and bodies never change, and any intact
// copy is as good as another; of what changes, the copy is taken that the tree leads
// to, else one that the free list does not name.
//
// It is a [reader] of what it found, in no more memory than some dozens of bytes
// a record.
type salvage struct {
	file     io.ReaderAt
	size     int64
	pageSize int64

	numbers map[bucket]map[uint64]place
	texts   map[bucket]map[string]place
	// digests finds a body by the SHA-256 of it.
	digests map[[sha256.Size]byte]uint64
	// cleaned are the captures of which there is an article's record, of whatever
	// generation.
	cleaned map[uint64]bool

	reached, free func(page uint64) bool
	// inside has a bit for each page that begins inside an intact record, and so is
	// none.
	inside []uint64
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
	// after all, for each page: it bounds what a hostile file can make us read.
	longTries = 2
)

// inlineMark begins a bucket that is so small that it lies in its parent's leaf:
// a page without a number of its own.
var inlineMark = []byte{0, 0, 0, 0, 0, 0, 0, 0, pageLeaf, 0}

// openSalvage reads the whole file once.
func openSalvage(ctx context.Context, f *os.File) (*salvage, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	s := &salvage{
		file: f, size: info.Size(), pageSize: pageSize,
		numbers: map[bucket]map[uint64]place{}, texts: map[bucket]map[string]place{}, cleaned: map[uint64]bool{}, digests: map[[sha256.Size]byte]uint64{},
	}
	for _, b := range []bucket{bucketCaptures, bucketBodies, bucketTimes} {
		s.numbers[b] = map[uint64]place{}
	}
	for _, b := range textBuckets() {
		s.texts[b] = map[string]place{}
	}
	s.survey()
	s.inside = make([]uint64, s.size/s.pageSize/64+1)
	return s, s.scanFile(ctx)
}

// textBuckets are those that are brought back under the keys that they have.
func textBuckets() []bucket {
	return []bucket{bucketMeta, bucketForgotten, bucketAliases, bucketFrontier, bucketRuns, bucketHosts}
}

// survey finds out which pages the tree leads to, and which are free.
func (s *salvage) survey() {
	s.reached = func(uint64) bool { return false }
	s.free = s.reached
	t, err := openTree(s.file, s.size)
	if err != nil {
		return
	}
	s.pageSize = int64(t.pageSize)
	tree, free := newReacher(t, func(error) {}), newReacher(t, func(error) {})
	tree.walk(func() bool { return false })
	free.freeList()
	s.reached = func(page uint64) bool { return page < t.end && tree.has(page) }
	s.free = func(page uint64) bool { return page < t.end && free.has(page) }
}

func (s *salvage) scanFile(ctx context.Context) error {
	const chunk = 1 << 20
	buffer := make([]byte, chunk)
	for from := int64(0); from < s.size; from += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.file.ReadAt(buffer[:min(chunk, s.size-from)], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("at %d: %w", from, err)
		}
		for at := int64(0); at+pageHead < int64(n); at += s.pageSize {
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
	s.elements(at, page, in)
	for i := 0; ; i++ {
		n := bytes.Index(page[i:], inlineMark)
		if n < 0 {
			return
		}
		i += n
		if from := i + pageHead; from < len(page) {
			s.elements(at+int64(i), page[i:], in)
		}
	}
}

// elements tries each element of a leaf, or of what may be one.
func (s *salvage) elements(at int64, page []byte, in standing) {
	le, tries := binary.LittleEndian, longTries
	for i := pageHead; i+elemSize <= len(page); i += elemSize {
		e := page[i : i+elemSize]
		from := int64(i) + int64(le.Uint32(e[4:]))
		keySize, valueSize := int64(le.Uint32(e[8:])), int64(le.Uint32(e[12:]))
		to := from + keySize + valueSize
		if keySize == 0 || keySize > maxKey || valueSize > maxRun || at+to > s.size {
			continue
		}
		var record []byte
		switch {
		case to <= int64(len(page)):
			record = page[from:to]
		case tries == 0 || !s.mayBegin(at+from+keySize):
			continue
		default:
			tries--
			record = make([]byte, to-from)
			if _, err := s.file.ReadAt(record, at+from); err != nil {
				continue
			}
		}
		switch {
		case s.record(record[:keySize], record[keySize:], place{at + from + keySize, uint32(valueSize), in}):
			s.cover(at+from, at+to)
			if to > int64(len(page)) {
				tries++
			}
		case valueSize > bucketHead+pageHead && slices.Contains(buckets(), bucket(record[:keySize])):
			// A small bucket, whose own page may be hurt where it says so.
			s.elements(at+from+keySize+bucketHead, record[keySize+bucketHead:], in)
		}
	}
}

// mayBegin tells whether a record's value may begin at a place. Bytes that are no
// element ask for any length up to the file's own: what they lead to is looked at
// before it is read, for so much memory would be taken for nothing. All that is
// longer than a page is JSON, or begins with it.
func (s *salvage) mayBegin(at int64) bool {
	var b [sumSize + 2]byte
	if _, err := s.file.ReadAt(b[:], at); err != nil {
		return false
	}
	switch string(b[sumSize:]) {
	case `{"`, `[{`:
		return true
	}
	return false
}

// record takes a record, and tells whether it is one of any bucket.
func (s *salvage) record(key, value []byte, p place) bool {
	is := func(b bucket) bool {
		_, err := unseal(b, key, value)
		return err == nil
	}
	if len(key) == 8 {
		n := binary.BigEndian.Uint64(key)
		switch {
		case is(bucketBodies):
			keep(s.numbers[bucketBodies], n, p)
			s.digest(n, value[sumSize:])
			return true
		case is(bucketCaptures):
			keep(s.numbers[bucketCaptures], n, p)
			return true
		}
	}
	if len(key) == 12 && is(bucketArticles) {
		s.cleaned[binary.BigEndian.Uint64(key[4:])] = true
		return true
	}
	if _, m, err := parseMomentKey(key); err == nil && is(bucketTimes) {
		// The key is what counts; it lies right before the value.
		keep(s.numbers[bucketTimes], m.Number, place{p.at - int64(len(key)), uint32(len(key)), p.standing})
		return true
	}
	for _, b := range textBuckets() {
		if is(b) {
			keep(s.texts[b], string(key), p)
			return true
		}
	}
	return false
}

// digest remembers which body has a digest.
func (s *salvage) digest(n uint64, payload []byte) {
	var head bodyHead
	if _, err := splitBlob(payload, &head); err != nil {
		return
	}
	if key, err := digestKey(head.Digest); err == nil {
		s.digests[[sha256.Size]byte(key)] = n
	}
}

// keep remembers the better of two copies.
func keep[K comparable](m map[K]place, key K, p place) {
	if old, ok := m[key]; !ok || old.standing < p.standing {
		m[key] = p
	}
}

func (s *salvage) read(p place) ([]byte, error) {
	b := make([]byte, p.size)
	_, err := s.file.ReadAt(b, p.at)
	return b, err
}

func (s *salvage) find(b bucket, key []byte) (place, bool) {
	if m, ok := s.numbers[b]; ok {
		n, err := parseNumberKey(key)
		p, ok := m[n]
		return p, ok && err == nil
	}
	p, ok := s.texts[b][string(key)]
	return p, ok
}

func (s *salvage) get(b bucket, key []byte) ([]byte, error) {
	p, ok := s.find(b, key)
	if !ok {
		return nil, nil
	}
	return s.read(p)
}

func (s *salvage) scan(b bucket, from []byte, fn func(key, value []byte) error) error {
	var keys []string
	for n := range s.numbers[b] {
		keys = append(keys, string(numberKey(n)))
	}
	keys = slices.AppendSeq(keys, maps.Keys(s.texts[b]))
	slices.Sort(keys)
	i, _ := slices.BinarySearch(keys, string(from))
	for _, k := range keys[i:] {
		value, err := s.get(b, []byte(k))
		if err == nil {
			err = fn([]byte(k), value)
		}
		switch {
		case errors.Is(err, errStop):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// captures lists the numbers of the captures found, in order.
func (s *salvage) captures() []uint64 {
	return slices.Sorted(maps.Keys(s.numbers[bucketCaptures]))
}

// body reads the body of a digest.
func (s *salvage) body(a *Archive, site, digest string) ([]byte, error) {
	key, err := digestKey(digest)
	if err != nil {
		return nil, err
	}
	n, ok := s.digests[[sha256.Size]byte(key)]
	if !ok {
		return nil, amiss("the body's record is hurt or gone")
	}
	c, err := a.chain(s, site, n)
	if err != nil {
		return nil, err
	}
	if c.parts[0].head.Digest != digest {
		return nil, amiss("the body's record is hurt or gone")
	}
	return a.unchain(site, c)
}

// moment finds the page and time of a capture whose own record is lost.
func (s *salvage) moment(n uint64) (page string, m moment, ok bool) {
	p, ok := s.numbers[bucketTimes][n]
	if !ok {
		return "", moment{}, false
	}
	key, err := s.read(p)
	if err == nil {
		page, m, err = parseMomentKey(key)
	}
	return page, m, err == nil
}
