package boltfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

// Tree is a file in one state: as the last transaction left it when the tree was opened.
type Tree struct {
	file  io.ReaderAt
	size  int64
	metas int // how many of the two meta pages are intact
	cut   int64
	meta

	ahead     map[string]int
	pages     map[uint64]Page // lately read, at most maxCached
	buffer    []byte          // [Tree.scratch]
	roots     map[string]root
	metaPages []byte // both, as they were read
}

// meta is what a meta page says.
type meta struct {
	pageSize int
	root     uint64 // page of the root bucket
	free     uint64 // page of the free list
	end      uint64 // first page number not in use
	tx       uint64
}

// root is where a bucket begins: at a page, or within its parent's leaf.
type root struct {
	page   uint64
	ahead  int   // pages to be read where one is asked for
	inline *Page // instead of page
}

const (
	boltMagic   = 0xED0CDAED
	boltVersion = 2

	maxCached = 256
)

// Options tell how a file is best read.
type Options struct {
	// ReadAhead is by bucket how many pages are read at once where one is asked for; 1
	// for those that are not in it. It pays where leaves take several pages.
	ReadAhead map[string]int
	// Cut has a file read that ends too early: pages behind its end are outside of the tree,
	// and [Tree.Cut] tells how much they were.
	Cut bool
}

// Open opens a file of size bytes. One that is shorter than it says is an [ErrDamaged],
// unless that is asked for; one neither of whose meta pages holds is [ErrNoDatabase].
func Open(f io.ReaderAt, size int64, o Options) (*Tree, error) {
	t := &Tree{file: f, size: size, ahead: o.ReadAhead, pages: map[uint64]Page{}, roots: map[string]root{}}
	var err error
	if t.metaPages, err = MetaPages(f); err != nil {
		return nil, err
	}
	// The first meta page is at 0, the second one page further: where the first
	// is damaged, the size of a page is not known and is searched for.
	for _, at := range []int64{0, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16} {
		m, err := t.readMeta(at)
		if err != nil || at != 0 && at != int64(m.pageSize) {
			continue
		}
		if t.metas++; t.metas == 1 || m.tx > t.tx {
			t.meta = m
		}
	}
	if t.metas == 0 {
		return nil, ErrNoDatabase
	}
	if there := uint64(size) / uint64(t.pageSize); t.end > there {
		if !o.Cut {
			return nil, damaged("it is cut off: it has %d bytes, and should have %d", size, t.end*uint64(t.pageSize))
		}
		const most = 1 << 46 // pages: a damaged file may say any number
		t.cut = int64(min(t.end, most))*int64(t.pageSize) - size
		t.end = there
	}
	return t, nil
}

// Tx is the number of the transaction that wrote the state.
func (t *Tree) Tx() uint64 { return t.tx }

// Pages is how many pages the file has in use, free ones among them.
func (t *Tree) Pages() uint64 { return t.end }

// PageSize is that of its pages, in bytes.
func (t *Tree) PageSize() int { return t.pageSize }

// Size is that of the file, in bytes, as it was opened.
func (t *Tree) Size() int64 { return t.size }

// Metas is how many of the two meta pages are intact. With one alone nothing is lost
// yet, but what the last transaction wrote may be missing.
func (t *Tree) Metas() int { return t.metas }

// Cut is how many bytes are missing at the end of a file, 0 for one that is not cut.
func (t *Tree) Cut() int64 { return t.cut }

// Stamp tells this state of the file from its others.
func (t *Tree) Stamp() string { return fmt.Sprintf("%d %d %d %d", t.tx, t.root, t.free, t.end) }

// Detach drops the file, so that it can be closed and the tree be kept.
func (t *Tree) Detach() { t.file = nil }

// Attach lets a tree that was kept read on from the same file, opened again. It tells
// whether the file is still in the tree's state; else the tree must not be used.
func (t *Tree) Attach(f io.ReaderAt) (same bool, err error) {
	t.file = f
	b, err := readMetaPages(f, t.scratch()[:metaPagesSize])
	return bytes.Equal(b, t.metaPages), err
}

// metaPagesSize is both meta pages of a file whose pages have the usual size.
const metaPagesSize = 4096 + PageHead + MetaSize

// MetaPages reads both meta pages, as far as the file goes, whatever they hold. They
// change with every transaction.
func MetaPages(f io.ReaderAt) ([]byte, error) { return readMetaPages(f, make([]byte, metaPagesSize)) }

// readMetaPages fills b with them, as far as the file goes.
func readMetaPages(f io.ReaderAt, b []byte) ([]byte, error) {
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}

// scratch is what a page is read into at first: a copy that is kept is just as large as the page.
func (t *Tree) scratch() []byte {
	if t.buffer == nil {
		most := 1
		for _, n := range t.ahead {
			most = max(most, n)
		}
		t.buffer = make([]byte, max(most*t.pageSize, metaPagesSize))
	}
	return t.buffer
}

func (t *Tree) readMeta(at int64) (meta, error) {
	b := make([]byte, PageHead+MetaSize)
	if end := at + int64(len(b)); end <= int64(len(t.metaPages)) {
		b = t.metaPages[at:end]
	} else if _, err := t.file.ReadAt(b, at); err != nil {
		return meta{}, err
	}
	le := binary.LittleEndian
	m := b[PageHead:]
	sum := fnv.New64a()
	sum.Write(m[:MetaSize-8])
	pageSize := le.Uint32(m[8:])
	switch {
	case le.Uint32(m) != boltMagic, le.Uint32(m[4:]) != boltVersion, le.Uint64(m[MetaSize-8:]) != sum.Sum64():
		return meta{}, ErrDamaged
	case pageSize < 1<<10 || pageSize > 1<<16 || pageSize&(pageSize-1) != 0:
		return meta{}, ErrDamaged
	}
	return meta{
		pageSize: int(pageSize), root: le.Uint64(m[16:]), free: le.Uint64(m[32:]), end: le.Uint64(m[40:]), tx: le.Uint64(m[48:]),
	}, nil
}

// head reads what a page says of itself, and how many pages it takes.
func (t *Tree) head(id uint64) (p Page, pages uint64, err error) {
	return t.readHead(id, make([]byte, PageHead))
}

// readHead is head that fills b from the beginning of the page, as far as the file goes.
func (t *Tree) readHead(id uint64, b []byte) (p Page, pages uint64, err error) {
	if id < 2 || id >= t.end {
		return Page{}, 0, pageError(id, "outside of the file's %d pages", t.end)
	}
	n, err := t.file.ReadAt(b, int64(id)*int64(t.pageSize))
	if err != nil && (n < PageHead || !errors.Is(err, io.EOF)) {
		return Page{}, 0, fmt.Errorf("at byte %d: %w", id*uint64(t.pageSize), err)
	}
	b = b[:n]
	le := binary.LittleEndian
	p = Page{ID: id, kind: le.Uint16(b[8:]), Count: int(le.Uint16(b[10:])), Data: b}
	pages = uint64(le.Uint32(b[12:])) + 1
	switch {
	case le.Uint64(b) != id:
		return Page{}, 0, pageError(id, "it says that it is page %d", le.Uint64(b))
	case p.kind != branchPage && p.kind != LeafPage && p.kind != freePage:
		return Page{}, 0, pageError(id, "of the unknown kind %#x", p.kind)
	case id+pages > t.end || pages*uint64(t.pageSize) > MaxRun:
		return Page{}, 0, pageError(id, "its %d pages reach out of the file", pages)
	}
	return p, pages, nil
}

// Page reads one page with those beyond its first, every element of it checked. What is
// got may be kept.
func (t *Tree) Page(id uint64) (Page, error) { return t.pageOf(id, 1) }

// pageOf is Page of a bucket in which so many pages are read at once.
func (t *Tree) pageOf(id uint64, ahead int) (Page, error) {
	if p, ok := t.pages[id]; ok {
		return p, nil
	}
	p, err := t.pageInto(id, t.scratch()[:ahead*t.pageSize])
	if err != nil {
		return Page{}, err
	}
	if &p.Data[0] == &t.buffer[0] {
		p.Data = bytes.Clone(p.Data) // what is got from a tree may be kept
	}
	if len(p.Data) == t.pageSize {
		if len(t.pages) >= maxCached {
			clear(t.pages)
		}
		t.pages[id] = p
	}
	return p, nil
}

// pageInto reads and checks one page with those beyond its first. As much as buf is long is
// read at once. The page lies in buf where that is large enough.
func (t *Tree) pageInto(id uint64, buf []byte) (Page, error) {
	if len(buf) < t.pageSize {
		buf = slices.Grow(buf[:0], t.pageSize)[:t.pageSize]
	}
	p, pages, err := t.readHead(id, buf)
	if err != nil {
		return Page{}, err
	}
	size := int(pages) * t.pageSize
	if n := len(p.Data); n < size {
		p.Data = slices.Grow(p.Data, size-n)[:size]
		if _, err := t.file.ReadAt(p.Data[n:], int64(id)*int64(t.pageSize)+int64(n)); err != nil {
			return Page{}, fmt.Errorf("at byte %d: %w", id*uint64(t.pageSize), err)
		}
	}
	p.Data = p.Data[:size]
	if p.kind != freePage {
		if err := p.check(); err != nil {
			return Page{}, err
		}
	}
	return p, nil
}

// findIn is the leaf that holds key, or would, and its place there.
func (t *Tree) findIn(b root, key []byte) (p Page, i int, exact bool, err error) {
	if b.inline != nil {
		i, exact = b.inline.search(key)
		return *b.inline, i, exact, nil
	}
	id := b.page
	for range maxDepth {
		p, err = t.pageOf(id, b.ahead)
		if err != nil {
			return Page{}, 0, false, err
		}
		switch p.kind {
		case LeafPage:
			i, exact = p.search(key)
			return p, i, exact, nil
		case branchPage:
			id = p.Child(p.toward(key))
		default:
			return Page{}, 0, false, pageError(id, "no part of a tree")
		}
	}
	return Page{}, 0, false, pageError(id, "too deep")
}

// bucketRoot finds where a bucket begins; of "" the bucket that all others lie in.
func (t *Tree) bucketRoot(bucket string) (root, error) {
	if b, ok := t.roots[bucket]; ok {
		return b, nil
	}
	if bucket == "" {
		return root{page: t.root, ahead: 1}, nil
	}
	p, i, exact, err := t.findIn(root{page: t.root, ahead: 1}, []byte(bucket))
	switch {
	case err != nil:
		return root{}, err
	case !exact || !p.IsBucket(i):
		return root{}, ErrNoBucket
	}
	v := p.Value(i)
	if len(v) < BucketHead {
		return root{}, pageError(p.ID, "the records of %s are cut off", bucket)
	}
	b := root{page: binary.LittleEndian.Uint64(v), ahead: max(1, t.ahead[bucket])}
	if b.page == 0 {
		v = v[BucketHead:]
		if len(v) < PageHead || binary.LittleEndian.Uint16(v[8:]) != LeafPage {
			return root{}, pageError(p.ID, "what it says of %s does not hold", bucket)
		}
		in := Page{ID: p.ID, kind: LeafPage, Count: int(binary.LittleEndian.Uint16(v[10:])), Data: v, Inline: true}
		if err := in.check(); err != nil {
			return root{}, err
		}
		b.inline = &in
	}
	t.roots[bucket] = b
	return b, nil
}

// Root is the page that a bucket begins with; of "" the one that leads to the buckets.
func (t *Tree) Root(bucket string) (Page, error) {
	b, err := t.bucketRoot(bucket)
	switch {
	case err != nil:
		return Page{}, err
	case b.inline != nil:
		return *b.inline, nil
	}
	return t.Page(b.page)
}

// FreeList is the page that lists the free ones.
func (t *Tree) FreeList() (Page, error) { return t.Page(t.free) }

// Find is the leaf of a bucket that holds a key, or would, and the key's place there.
func (t *Tree) Find(bucket string, key []byte) (leaf Page, i int, exact bool, err error) {
	b, err := t.bucketRoot(bucket)
	if err != nil {
		return Page{}, 0, false, err
	}
	return t.findIn(b, key)
}

// Get is the value under a key, which may be kept; nil where there is none.
func (t *Tree) Get(bucket string, key []byte) ([]byte, error) {
	p, i, exact, err := t.Find(bucket, key)
	if err != nil || !exact || p.IsBucket(i) {
		return nil, err
	}
	return p.Value(i), nil
}
