package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"baoluu/archive/follow"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// format is that of the folder of an index; another one is made again.
const format = 2

// stateName is the file that says what the published state is. What it does not name may be deleted.
const stateName = "state.json"

// stateNew is what the name ends in while the file is written.
const stateNew = ".new"

// state is the published state of a newspaper's index.
type state struct {
	Format   int           `json:"format"`
	Analyzer int           `json:"analyzer"`
	Bleve    uint32        `json:"bleve"` // version of the segments' format
	Mark     follow.Mark   `json:"mark"`  // how far the archive is in it
	Next     uint64        `json:"next"`  // number of the next segment
	Segments []segmentInfo `json:"segments"`
}

// segmentInfo is one segment: a file of bleve's that is never changed.
type segmentInfo struct {
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"`
	Pages   uint64 `json:"pages"`
	Dropped []byte `json:"dropped,omitempty"` // pages that are in another segment now or in none, as a roaring bitmap
}

var plugin = &zap.ZapPlugin{}

// errBroken is of an index that is to be made again.
var errBroken = errors.New("the index is of another format, or damaged")

// present reads the published state; there is none where the error is an fs.ErrNotExist.
func present(dir string) (s state, err error) {
	b, err := os.ReadFile(filepath.Join(dir, stateName))
	if err != nil {
		return s, err
	}
	if json.Unmarshal(b, &s) != nil || s.Format != format || s.Analyzer != analyzer || s.Bleve != plugin.Version() {
		return state{}, errBroken
	}
	return s, nil
}

// opened is a segment that is open.
type opened struct {
	segmentInfo
	file    fs.FileInfo
	seg     segment.Segment
	dropped *roaring.Bitmap // nil for none
}

// live is how many pages it holds.
func (o *opened) live() uint64 {
	if o.dropped == nil {
		return o.Pages
	}
	return o.Pages - o.dropped.GetCardinality()
}

// snapshot is a state that is open. It is closed when nobody uses it any more.
type snapshot struct {
	state
	site     string
	segments []*opened
	uses     atomic.Int64
}

// openSnapshot opens the published state. Where it is not there the error is an fs.ErrNotExist.
func (x *Index) openSnapshot(site string) (*snapshot, error) {
	const tries = 5 // another state may be published meanwhile, and this one's files removed
	x.mu.Lock()
	var known []*opened
	if c := x.open[site]; c != nil {
		known = c.segments
	}
	x.mu.Unlock()
	var err error
	for range tries {
		var s state
		if s, err = present(x.folder(site)); err != nil {
			return nil, err
		}
		var sn *snapshot
		if sn, err = s.open(x.folder(site), site, known); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return sn, err
		}
	}
	return nil, fmt.Errorf("%w: %w", errBroken, err)
}

// open opens a state's segments; the files of those that are known were found to be whole.
func (s state) open(dir, site string, known []*opened) (sn *snapshot, err error) {
	sn = &snapshot{state: s, site: site}
	sn.uses.Store(1)
	defer func() {
		if err != nil {
			sn.release()
			sn = nil
		}
	}()
	for _, info := range s.Segments {
		o, err := info.open(dir, known)
		if err != nil {
			return sn, err
		}
		sn.segments = append(sn.segments, o)
	}
	return sn, nil
}

// sameFile reports whether a file is the one that it was, unchanged.
func sameFile(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

func (i segmentInfo) open(dir string, known []*opened) (o *opened, err error) {
	defer broken(&err)
	if filepath.Base(i.File) != i.File {
		return nil, errBroken
	}
	path := filepath.Join(dir, i.File)
	o = &opened{segmentInfo: i}
	if o.file, err = os.Stat(path); err != nil {
		return nil, err
	}
	if o.file.Size() != i.Bytes {
		return nil, errBroken
	}
	if !slices.ContainsFunc(known, func(k *opened) bool { return sameFile(k.file, o.file) }) {
		if err := whole(path); err != nil {
			return nil, err
		}
	}
	if len(i.Dropped) > 0 {
		o.dropped = roaring.New()
		if _, err := o.dropped.FromBuffer(i.Dropped); err != nil {
			return nil, fmt.Errorf("%w: %w", errBroken, err)
		}
	}
	if o.seg, err = plugin.Open(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if o.seg.Count() != i.Pages {
		return nil, errors.Join(errBroken, o.seg.Close())
	}
	return o, nil
}

// whole reads a segment's file, which ends in a sum of all that is before: bleve trusts the numbers in it,
// and would have it take any memory.
func whole(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-crc32.Size); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	if said, err := io.ReadAll(f); err != nil || !bytes.Equal(said, sum.Sum(nil)) {
		return errors.Join(errBroken, err)
	}
	return nil
}

// broken turns a panic into errBroken: bleve trusts its files.
func broken(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", errBroken, r)
	}
}

// use has the snapshot stay open until it is released; false where it is closed already.
func (s *snapshot) use() bool {
	for {
		n := s.uses.Load()
		if n == 0 || s.uses.CompareAndSwap(n, n+1) {
			return n > 0
		}
	}
}

func (s *snapshot) release() {
	if s.uses.Add(-1) > 0 {
		return
	}
	for _, o := range s.segments {
		_ = o.seg.Close() // it was only read
	}
}

// pages is how many pages it holds.
func (s *snapshot) pages() (n uint64) {
	for _, o := range s.segments {
		n += o.live()
	}
	return n
}

// find finds a page; ok is false where it is not there.
func (s *snapshot) find(page string) (o *opened, n uint32, ok bool, err error) {
	defer broken(&err)
	for _, o := range s.segments {
		b, err := o.seg.DocNumbers([]string{page})
		if err != nil {
			return nil, 0, false, fmt.Errorf("%w: %w", errBroken, err)
		}
		if o.dropped != nil {
			b.AndNot(o.dropped)
		}
		if !b.IsEmpty() {
			return o, b.Minimum(), true, nil
		}
	}
	return nil, 0, false, nil
}

// key is the key of a page.
func (o *opened) key(n uint32) (page string, err error) {
	defer broken(&err)
	id, err := o.seg.DocID(uint64(n))
	if err != nil {
		return "", fmt.Errorf("%w: %w", errBroken, err)
	}
	return string(id), nil
}

// reader reads the pages of a segment as they are kept. It is for one goroutine.
type reader struct {
	values segment.DocValueVisitable
	state  segment.DocVisitState
	value  forward
	visit  index.DocValueVisitor
}

func (o *opened) reader() (*reader, error) {
	values, ok := o.seg.(segment.DocValueVisitable)
	if !ok {
		return nil, errBroken
	}
	r := &reader{values: values}
	r.visit = func(_ string, b []byte) { r.value = b } // the term of the field comes before
	return r, nil
}

var forwardFields = []string{fieldForward}

// read gives a page; it holds until the segment is closed.
func (r *reader) read(n uint32) (f forward, err error) {
	defer broken(&err)
	r.value = nil
	if r.state, err = r.values.VisitDocValues(uint64(n), forwardFields, r.visit, r.state); err != nil || !r.value.sound() {
		return nil, errBroken
	}
	return r.value, nil
}
