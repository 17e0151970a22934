package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

// tree reads a bbolt file as it lies on disk, by plain reads and with every
// bound checked. bbolt itself maps the file into memory and trusts its pages,
// which have no checksums: one flipped bit in a page header can end the process.
// So bbolt is left to write, and all that is read goes through here: a hurt page
// is an error that names it.
//
// bbolt writes numbers in the byte order of the machine. All machines that this
// program is built for are little-endian.
type tree struct {
	file     io.ReaderAt
	size     int64
	pageSize int
	root     uint64 // page of the root bucket
	free     uint64 // page of the free list
	metas    int    // how many of the two meta pages are sound
	end      uint64 // first page number not in use
	tx       uint64

	pages     map[uint64]rawPage // lately read, at most maxCached
	buffer    []byte             // [tree.scratch]
	roots     map[bucket]rawBucket
	metaPages []byte // both, as they were read
	known     bool   // its format was looked at, and can be read
}

const (
	pageHead   = 16 // id, flags, count, overflow
	elemSize   = 16 // of leaf and branch pages alike
	bucketHead = 16 // root page, sequence
	metaSize   = 64

	boltMagic   = 0xED0CDAED
	boltVersion = 2

	pageBranch = 0x01
	pageLeaf   = 0x02
	pageFree   = 0x10

	leafBucket = 0x01 // the element is a bucket

	maxCached = 256
	// leafOfBodies is how many pages a leaf of bodies mostly takes: two bodies that
	// resemble others.
	leafOfBodies = 4
	maxDepth     = 32      // a sound tree of 2^64 pages is less deep
	maxRun       = 1 << 30 // bytes in one page with its overflow
)

// rawPage is one page with its overflow.
type rawPage struct {
	id    uint64
	kind  uint16
	count int
	data  []byte
}

type rawBucket struct {
	root   uint64
	atOnce int      // pages to be read where one is asked for
	inline *rawPage // instead of root: a small bucket lies in its parent's leaf
}

// errStop ends a scan early. It never leaves this package.
var errStop = errors.New("stop")

func openTree(f io.ReaderAt, size int64) (*tree, error) {
	t, err := openCutTree(f, size)
	if err == nil && t.end > uint64(size)/uint64(t.pageSize) {
		err = amiss("it is cut off: it has %d bytes, and should have %d", size, t.end*uint64(t.pageSize))
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// openCutTree is openTree of a file that may be cut: pages behind its end cannot be read.
func openCutTree(f io.ReaderAt, size int64) (*tree, error) {
	t := &tree{file: f, size: size, pages: map[uint64]rawPage{}, roots: map[bucket]rawBucket{}}
	found := false
	var err error
	if t.metaPages, err = readMetaPages(f, make([]byte, metaPagesSize)); err != nil {
		return nil, err
	}
	// The first meta page is at 0, the second one page further: where the first
	// is hurt, the size of a page is not known and is searched for.
	for _, at := range []int64{0, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16} {
		m, err := t.readMeta(at)
		if err != nil {
			continue
		}
		if at != 0 && at != int64(m.pageSize) {
			continue
		}
		t.metas++
		if !found || m.tx > t.tx {
			t.pageSize, t.root, t.free, t.end, t.tx = m.pageSize, m.root, m.free, m.end, m.tx
			found = true
		}
	}
	if !found {
		return nil, errNoDatabase
	}
	return t, nil
}

// metaPagesSize is both meta pages of a file whose pages have the usual size.
const metaPagesSize = pageSize + pageHead + metaSize

// readMetaPages fills b with them, as far as the file goes.
func readMetaPages(f io.ReaderAt, b []byte) ([]byte, error) {
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}

// sameMetaPages tells whether the meta pages are as they were when the tree was
// opened.
func (t *tree) sameMetaPages() (bool, error) {
	b, err := readMetaPages(t.file, t.scratch()[:metaPagesSize])
	return bytes.Equal(b, t.metaPages), err
}

// scratch is what a page is read into; its copy is just as large as it is.
func (t *tree) scratch() []byte {
	if t.buffer == nil {
		t.buffer = make([]byte, max(leafOfBodies*t.pageSize, metaPagesSize))
	}
	return t.buffer
}

func (t *tree) readMeta(at int64) (tree, error) {
	b := make([]byte, pageHead+metaSize)
	if end := at + int64(len(b)); end <= int64(len(t.metaPages)) {
		b = t.metaPages[at:end]
	} else if _, err := t.file.ReadAt(b, at); err != nil {
		return tree{}, err
	}
	le := binary.LittleEndian
	m := b[pageHead:]
	sum := fnv.New64a()
	sum.Write(m[:metaSize-8])
	pageSize := le.Uint32(m[8:])
	switch {
	case le.Uint32(m) != boltMagic, le.Uint32(m[4:]) != boltVersion, le.Uint64(m[metaSize-8:]) != sum.Sum64():
		return tree{}, ErrCorrupt
	case pageSize < 1<<10 || pageSize > 1<<16 || pageSize&(pageSize-1) != 0:
		return tree{}, ErrCorrupt
	}
	return tree{
		pageSize: int(pageSize), root: le.Uint64(m[16:]), free: le.Uint64(m[32:]), end: le.Uint64(m[40:]), tx: le.Uint64(m[48:]),
	}, nil
}

func pageError(id uint64, format string, args ...any) error {
	return &hurtPage{id, fmt.Sprintf(format, args...)}
}

// head reads what a page says of itself, and how many pages it takes.
func (t *tree) head(id uint64) (p rawPage, pages uint64, err error) {
	return t.readHead(id, make([]byte, pageHead))
}

// readHead is head that fills b from the beginning of the page, as far as the file goes.
func (t *tree) readHead(id uint64, b []byte) (p rawPage, pages uint64, err error) {
	if id < 2 || id >= t.end {
		return rawPage{}, 0, pageError(id, "outside of the file's %d pages", t.end)
	}
	n, err := t.file.ReadAt(b, int64(id)*int64(t.pageSize))
	if err != nil && (n < pageHead || !errors.Is(err, io.EOF)) {
		return rawPage{}, 0, fmt.Errorf("at byte %d: %w", id*uint64(t.pageSize), err)
	}
	b = b[:n]
	le := binary.LittleEndian
	p = rawPage{id: id, kind: le.Uint16(b[8:]), count: int(le.Uint16(b[10:])), data: b}
	pages = uint64(le.Uint32(b[12:])) + 1
	switch {
	case le.Uint64(b) != id:
		return rawPage{}, 0, pageError(id, "it says that it is page %d", le.Uint64(b))
	case p.kind != pageBranch && p.kind != pageLeaf && p.kind != pageFree:
		return rawPage{}, 0, pageError(id, "of the unknown kind %#x", p.kind)
	case id+pages > t.end || pages*uint64(t.pageSize) > maxRun:
		return rawPage{}, 0, pageError(id, "its %d pages reach out of the file", pages)
	}
	return p, pages, nil
}

// page gives one page with its overflow, every element of it checked.
func (t *tree) page(id uint64) (rawPage, error) { return t.pageOf(id, 1) }

// pageOf is page of a bucket in which that many pages are read at once.
func (t *tree) pageOf(id uint64, atOnce int) (rawPage, error) {
	if p, ok := t.pages[id]; ok {
		return p, nil
	}
	p, err := t.pageInto(id, t.scratch()[:atOnce*t.pageSize])
	if err != nil {
		return rawPage{}, err
	}
	if &p.data[0] == &t.buffer[0] {
		p.data = bytes.Clone(p.data) // what is got from a tree may be kept
	}
	if len(p.data) == t.pageSize {
		if len(t.pages) >= maxCached {
			clear(t.pages)
		}
		t.pages[id] = p
	}
	return p, nil
}

// pageInto reads and checks one page with its overflow. As much as buf is long is
// read at once. The page lies in buf where that is large enough.
func (t *tree) pageInto(id uint64, buf []byte) (rawPage, error) {
	if len(buf) < t.pageSize {
		buf = slices.Grow(buf[:0], t.pageSize)[:t.pageSize]
	}
	p, pages, err := t.readHead(id, buf)
	if err != nil {
		return rawPage{}, err
	}
	size := int(pages) * t.pageSize
	if n := len(p.data); n < size {
		p.data = slices.Grow(p.data, size-n)[:size]
		if _, err := t.file.ReadAt(p.data[n:], int64(id)*int64(t.pageSize)+int64(n)); err != nil {
			return rawPage{}, fmt.Errorf("at byte %d: %w", id*uint64(t.pageSize), err)
		}
	}
	p.data = p.data[:size]
	if p.kind != pageFree {
		if err := p.check(); err != nil {
			return rawPage{}, err
		}
	}
	return p, nil
}

// check holds every element against the page's bounds, and its keys' order. It looks
// at each element once: a lookup in a large file mostly reads branches for one of
// their hundred elements, and this is half of what that costs.
func (p rawPage) check() error {
	elems := pageHead + p.count*elemSize
	if elems > len(p.data) {
		return pageError(p.id, "its %d elements do not fit", p.count)
	}
	le := binary.LittleEndian
	var before []byte
	room := len(p.data) - elems // elements do not lie within one another
	for i := range p.count {
		at := pageHead + i*elemSize
		e := p.data[at : at+elemSize]
		from, size, value := le.Uint32(e), le.Uint32(e[4:]), uint32(0)
		if p.kind == pageLeaf {
			if from > leafBucket {
				return pageError(p.id, "element %d is of no known kind", i)
			}
			from, size, value = size, le.Uint32(e[8:]), le.Uint32(e[12:])
		}
		first := at + int(from)
		end := first + int(size)
		if last := end + int(value); first < elems || end < first || last < end || last > len(p.data) {
			return pageError(p.id, "element %d lies outside", i)
		}
		if room -= int(size) + int(value); room < 0 {
			return pageError(p.id, "element %d lies within others", i)
		}
		key := p.data[first:end]
		if size == 0 && p.kind == pageLeaf || i > 0 && bytes.Compare(before, key) >= 0 {
			return pageError(p.id, "the key of element %d is out of order", i)
		}
		before = key
	}
	if p.kind == pageBranch && p.count == 0 {
		return pageError(p.id, "a branch without children")
	}
	return nil
}

func (p rawPage) elem(i int) []byte {
	at := pageHead + i*elemSize
	return p.data[at : at+elemSize]
}

// span is where element i's key begins and its value, or key, ends.
func (p rawPage) span(i int) (from, to int) {
	le, e, at := binary.LittleEndian, p.elem(i), pageHead+i*elemSize
	if p.kind == pageBranch {
		from = at + int(le.Uint32(e))
		return from, from + int(le.Uint32(e[4:]))
	}
	from = at + int(le.Uint32(e[4:]))
	return from, from + int(le.Uint32(e[8:])) + int(le.Uint32(e[12:]))
}

func (p rawPage) key(i int) []byte {
	from, to := p.span(i)
	if p.kind == pageLeaf {
		to = from + int(binary.LittleEndian.Uint32(p.elem(i)[8:]))
	}
	return p.data[from:to:to]
}

func (p rawPage) value(i int) []byte {
	from, to := p.span(i)
	from += int(binary.LittleEndian.Uint32(p.elem(i)[8:]))
	return p.data[from:to:to]
}

func (p rawPage) isBucket(i int) bool { return binary.LittleEndian.Uint32(p.elem(i))&leafBucket != 0 }

func (p rawPage) child(i int) uint64 { return binary.LittleEndian.Uint64(p.elem(i)[8:]) }

// search is the index of the first element whose key is not below key.
func (p rawPage) search(key []byte) (i int, exact bool) {
	lo, hi := 0, p.count
	for lo < hi {
		mid := (lo + hi) / 2
		switch c := bytes.Compare(p.key(mid), key); {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// find is the leaf that holds key, or would, and its place there.
func (t *tree) find(b rawBucket, key []byte) (p rawPage, i int, exact bool, err error) {
	if b.inline != nil {
		i, exact = b.inline.search(key)
		return *b.inline, i, exact, nil
	}
	id := b.root
	for range maxDepth {
		p, err = t.pageOf(id, max(1, b.atOnce))
		if err != nil {
			return rawPage{}, 0, false, err
		}
		switch p.kind {
		case pageLeaf:
			i, exact = p.search(key)
			return p, i, exact, nil
		case pageBranch:
			i, exact = p.search(key)
			if !exact && i > 0 {
				i--
			}
			id = p.child(i)
		default:
			return rawPage{}, 0, false, pageError(id, "no part of a tree")
		}
	}
	return rawPage{}, 0, false, pageError(id, "too deep")
}

// bucket finds a bucket. A missing one is an error: each file has them all.
func (t *tree) bucket(name bucket) (rawBucket, error) {
	if b, ok := t.roots[name]; ok {
		return b, nil
	}
	p, i, exact, err := t.find(rawBucket{root: t.root}, []byte(name))
	if err != nil {
		return rawBucket{}, err
	}
	if !exact && mayLack(t, name) {
		return rawBucket{inline: &rawPage{kind: pageLeaf}}, nil
	}
	if !exact || !p.isBucket(i) {
		return rawBucket{}, noBucket(name)
	}
	v := p.value(i)
	if len(v) < bucketHead {
		return rawBucket{}, pageError(p.id, "the records of %s are cut off", name)
	}
	b := rawBucket{root: binary.LittleEndian.Uint64(v), atOnce: 1}
	if name == bucketBodies {
		b.atOnce = leafOfBodies
	}
	if b.root == 0 {
		v = v[bucketHead:]
		if len(v) < pageHead || binary.LittleEndian.Uint16(v[8:]) != pageLeaf {
			return rawBucket{}, pageError(p.id, "what it says of %s does not hold", name)
		}
		in := rawPage{id: p.id, kind: pageLeaf, count: int(binary.LittleEndian.Uint16(v[10:])), data: v}
		if err := in.check(); err != nil {
			return rawBucket{}, err
		}
		b.inline = &in
	}
	t.roots[name] = b
	return b, nil
}

func (t *tree) get(name bucket, key []byte) ([]byte, error) {
	b, err := t.bucket(name)
	if err != nil {
		return nil, err
	}
	p, i, exact, err := t.find(b, key)
	if err != nil {
		return nil, err
	}
	if !exact || p.isBucket(i) {
		return nil, nil
	}
	return p.value(i), nil
}

func (t *tree) scan(name bucket, from []byte, fn func(key, value []byte) error) error {
	return t.run(name, &scanner{tree: t, from: from, fn: fn})
}

// sweep is scan for going through very much: leaves are read into two buffers in
// turn and leave no garbage behind. Key and value hold until fn returns.
func (t *tree) sweep(name bucket, from []byte, fn func(key, value []byte) error) error {
	return t.run(name, &scanner{tree: t, from: from, fn: fn, sweeps: true})
}

// scanPast is sweep that goes on behind a hurt page, once it is told to hurt. A page
// whose keys are not those that lead to it is hurt, and one that free knows; free
// may be nil.
func (t *tree) scanPast(name bucket, from []byte, fn func(key, value []byte) error, hurt func(error), free func(id uint64) bool) error {
	return t.run(name, &scanner{tree: t, from: from, fn: fn, hurt: hurt, free: free, sweeps: true})
}

// run goes through a bucket.
func (t *tree) run(name bucket, s *scanner) error {
	b, err := t.bucket(name)
	if err != nil {
		return err
	}
	s.budget, s.beyond = t.end, 4*t.end // one that is hurt may claim a whole file
	if b.inline != nil {
		err = s.leaf(*b.inline)
	} else {
		err = s.walk(b.root, 0, nil, nil)
	}
	switch {
	case errors.Is(err, errStop):
		return nil
	case err != nil:
		return err
	}
	return nil
}

// scanner walks the leaves of one bucket in order. A sound tree meets no page
// twice, nor what a page takes beyond its first, so the number of pages bounds the walk
// of any other.
type scanner struct {
	tree   *tree
	from   []byte
	fn     func(key, value []byte) error
	hurt   func(error) // nil: a hurt page ends the scan
	free   func(id uint64) bool
	last   []byte
	budget uint64
	beyond uint64 // what pages may take beyond their first

	// Of a sweep: the buffers of the leaf before, in which last lies, and of this one.
	sweeps  bool
	buffers [2][]byte
}

// page gives the page that is walked next.
func (s *scanner) page(id uint64) (rawPage, error) {
	if !s.sweeps {
		return s.tree.page(id)
	}
	p, err := s.tree.pageInto(id, s.buffers[0])
	s.buffers[0] = nil
	if err == nil && p.kind == pageLeaf { // a branch is needed for as long as what hangs on it
		s.buffers = [2][]byte{s.buffers[1], p.data}
	}
	return p, err
}

// walk scans one page; its keys lie between low and high, where these are known.
func (s *scanner) walk(id uint64, depth int, low, high []byte) error {
	if s.budget == 0 || depth == maxDepth {
		return pageError(id, "met again")
	}
	s.budget--
	p, err := s.page(id)
	if more := uint64(len(p.data)/s.tree.pageSize) - 1; err == nil && more > 0 {
		if more > s.beyond {
			return pageError(id, "its %d pages are part of others", more+1)
		}
		s.beyond -= more
	}
	if s.hurt != nil {
		if err == nil {
			err = s.place(p, low, high)
		}
		if err != nil {
			s.hurt(err)
			return nil
		}
	}
	if err != nil {
		return err
	}
	switch p.kind {
	case pageLeaf:
		return s.leaf(p)
	case pageBranch:
		i, exact := p.search(s.from)
		if !exact && i > 0 {
			i--
		}
		for ; i < p.count; i++ {
			next := high
			if i+1 < p.count {
				next = p.key(i + 1)
			}
			if err := s.walk(p.child(i), depth+1, p.key(i), next); err != nil {
				return err
			}
		}
		return nil
	}
	return pageError(id, "no part of a tree")
}

// place holds a page against what leads to it.
func (s *scanner) place(p rawPage, low, high []byte) error {
	switch {
	case s.free != nil && s.free(p.id):
		return pageError(p.id, "it is in use, and listed as free")
	case p.kind == pageFree || p.count == 0:
		return nil // told elsewhere, or an empty bucket
	case bytes.Compare(p.key(0), low) < 0 || high != nil && bytes.Compare(p.key(p.count-1), high) >= 0:
		return pageError(p.id, "its keys are not those that lead to it")
	}
	return nil
}

func (s *scanner) leaf(p rawPage) error {
	i, _ := p.search(s.from)
	for ; i < p.count; i++ {
		k := p.key(i)
		if s.last != nil && bytes.Compare(s.last, k) >= 0 {
			return pageError(p.id, "its keys sort before those of an earlier page")
		}
		s.last = k
		if p.isBucket(i) {
			return pageError(p.id, "a bucket within the bucket")
		}
		if err := s.fn(k, p.value(i)); err != nil {
			return err
		}
	}
	return nil
}

// reacher walks the whole tree and the free list, and tells what is wrong: that a
// page is used twice, or by none. It reads no more of leaves than their heads; scans
// look at the rest. The walk may be stopped between two pages and goes on by another
// tree of the same transaction.
type reacher struct {
	tree  *tree
	seen  []uint64 // a bit for each page
	hurt  bool     // what hangs on a hurt page cannot be reached
	wrong func(error)
	stack []step // what is to be looked at yet
}

// step is one page to be walked.
type step struct {
	id      uint64
	depth   int
	buckets bool // a page of the root bucket, whose leaves lead to the others
}

func newReacher(t *tree, wrong func(error)) *reacher {
	w := &reacher{tree: t, seen: make([]uint64, t.end/64+1), wrong: wrong, stack: []step{{t.root, 0, true}}}
	w.seen[0] = 3 // the meta pages
	return w
}

func (w *reacher) has(id uint64) bool { return w.seen[id/64]>>(id%64)&1 == 1 }

func (w *reacher) fail(err error) {
	w.hurt = true
	w.wrong(err)
}

// use marks pages, and tells whether they were free to be used.
func (w *reacher) use(id, pages uint64) bool {
	for i := id; i < id+pages; i++ {
		if w.has(i) {
			w.fail(pageError(i, "used twice"))
			return false
		}
		w.seen[i/64] |= 1 << (i % 64)
	}
	return true
}

// walk marks the pages of the tree, until there are no more or stop says so.
func (w *reacher) walk(stop func() bool) (done bool) {
	for len(w.stack) > 0 {
		if stop() {
			return false
		}
		s := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.step(s)
	}
	return true
}

func (w *reacher) step(s step) {
	p, pages, err := w.tree.head(s.id)
	if err == nil && (p.kind == pageFree || s.depth == maxDepth) {
		err = pageError(s.id, "no part of a tree")
	}
	if err == nil && (s.buckets || p.kind == pageBranch) {
		p, err = w.tree.page(s.id)
	}
	if err != nil {
		w.fail(err)
		return
	}
	if !w.use(s.id, pages) {
		return
	}
	switch {
	case p.kind == pageBranch:
		for i := p.count - 1; i >= 0; i-- {
			w.stack = append(w.stack, step{p.child(i), s.depth + 1, s.buckets})
		}
	case s.buckets:
		for i := range p.count {
			if !p.isBucket(i) || len(p.value(i)) < bucketHead {
				w.fail(pageError(p.id, "element %d is no bucket", i))
				continue
			}
			if root := binary.LittleEndian.Uint64(p.value(i)); root != 0 {
				w.stack = append(w.stack, step{root, 0, false})
			}
		}
	}
}

// lost tells how many pages nothing leads to, once all were marked.
func (w *reacher) lost() {
	lost := 0
	for id := range w.tree.end {
		if !w.has(id) {
			lost++
		}
	}
	if lost > 0 && !w.hurt {
		w.wrong(amiss("%d of its pages belong to nothing", lost))
	}
}

// freeList marks the pages that are free, and those that say so.
func (w *reacher) freeList() {
	p, pages, err := w.tree.head(w.tree.free)
	if err == nil && p.kind != pageFree {
		err = pageError(p.id, "not the free list")
	}
	if err == nil {
		p, err = w.tree.page(p.id)
	}
	if err != nil {
		w.fail(fmt.Errorf("the list of free pages: %w", err))
		return
	}
	w.use(p.id, pages)
	n, at := uint64(p.count), pageHead
	if n == 0xffff { // more than the count can tell: the first number does
		n, at = binary.LittleEndian.Uint64(p.data[at:]), at+8
	}
	if n > uint64(len(p.data)-at)/8 {
		w.fail(pageError(p.id, "a free list of %d pages does not fit", n))
		return
	}
	for range n {
		id := binary.LittleEndian.Uint64(p.data[at:])
		at += 8
		if id < 2 || id >= w.tree.end {
			w.fail(pageError(p.id, "it lists page %d of %d as free", id, w.tree.end))
			return
		}
		w.use(id, 1)
	}
}
