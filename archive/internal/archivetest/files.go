package archivetest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"

	"go.etcd.io/bbolt"
)

// ReadFile gives the newspaper's file.
func ReadFile(t testing.TB, a *archive.Archive) []byte {
	t.Helper()
	b, err := os.ReadFile(a.Newspaper(Site).File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Holding makes an archive whose newspaper's file is of these bytes.
func Holding(t testing.TB, file []byte) *archive.Archive {
	t.Helper()
	a := Another(t)
	if err := os.WriteFile(a.Newspaper(Site).File.Path("db"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// UsedPages says for each byte of a file whether anything reads it: the pages of
// the tree and of the free list, as far as their elements go, and the meta pages'
// contents.
func UsedPages(t testing.TB, b []byte) []bool {
	tr, err := store.OpenTree(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	used := make([]bool, len(b))
	mark := func(from, to int) {
		for i := from; i < to; i++ {
			used[i] = true
		}
	}
	for _, meta := range []int{0, store.PageSize} {
		mark(meta+boltfile.PageHead, meta+boltfile.PageHead+boltfile.MetaSize)
	}
	page := func(p boltfile.Page, err error) boltfile.Page {
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var walk func(p boltfile.Page)
	walk = func(p boltfile.Page) {
		start := int(p.ID) * store.PageSize
		mark(start, start+boltfile.PageHead+p.Count*boltfile.ElemSize)
		for i := range p.Count {
			from, to := p.Span(i)
			mark(start+from, start+to)
			if p.IsBranch() {
				walk(page(tr.Page(p.Child(i))))
			} else if p.IsBucket(i) {
				if root := uint64(p.Value(i)[0]) | uint64(p.Value(i)[1])<<8; root != 0 {
					walk(page(tr.Page(root)))
				} else { // a small bucket lies in its value: root and sequence, then a page, whose number says nothing
					number := start + to - len(p.Value(i)) + 16
					clear(used[number : number+8])
				}
			}
		}
	}
	walk(page(tr.Root("")))
	free := page(tr.FreeList())
	mark(int(free.ID)*store.PageSize, int(free.ID)*store.PageSize+boltfile.PageHead+8*free.Count)
	return used
}

// Losing damages every copy of a record that lies in a file.
func Losing(t testing.TB, b []byte, name schema.Bucket, key []byte) []byte {
	t.Helper()
	tr, err := store.OpenTree(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	value, err := tr.Get(name, key)
	if err != nil || len(value) == 0 {
		t.Fatalf("%s %x: %d bytes, %v", name, key, len(value), err)
	}
	other := bytes.Clone(value)
	other[0] ^= 1
	return bytes.ReplaceAll(b, value, other)
}

// Spoil changes one byte of a record's value.
func Spoil(t testing.TB, a *archive.Archive, b schema.Bucket, key []byte) {
	t.Helper()
	db, err := bbolt.Open(a.Newspaper(Site).File.Path("db"), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(db.Update(func(tx *bbolt.Tx) error {
		bb := tx.Bucket([]byte(b))
		v := slices.Clone(bb.Get(key))
		v[len(v)-1] ^= 1
		return bb.Put(key, v)
	}), db.Close())
	if err != nil {
		t.Fatal(err)
	}
}

// OpenAt opens an archive as another process would.
func OpenAt(t testing.TB, dir string) *archive.Archive {
	t.Helper()
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	Plain(a)
	return a
}

// Counted is a context that ends when it was asked often enough.
type Counted struct {
	context.Context
	Left int
}

// Err ends the context when it was called Left times.
func (c *Counted) Err() error {
	if c.Left--; c.Left < 0 {
		return context.Canceled
	}
	return nil
}
