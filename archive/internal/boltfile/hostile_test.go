package boltfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"baoluu/cleaner/hostile"

	"go.etcd.io/bbolt"
)

// varied is a file with an empty bucket, a small one, one with large records and one that
// branches.
func varied(t testing.TB) []byte {
	t.Helper()
	name := filepath.Join(t.TempDir(), "varied.db")
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{PageSize: 4096, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for bucket, size := range sizes() {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucket([]byte(bucket))
			for i := range size.records {
				err = errors.Join(err, b.Put(fmt.Appendf(nil, "%07d", i), bytes.Repeat([]byte{byte(i)}, size.bytes)))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sizes are the buckets of [varied].
func sizes() map[string]struct{ records, bytes int } {
	return map[string]struct{ records, bytes int }{"empty": {}, "small": {3, 10}, "large": {40, 7000}, records: {600, 60}}
}

// FuzzTree: whatever a file holds, it is read without a panic and in bounded time.
func FuzzTree(f *testing.F) {
	whole := varied(f)
	f.Add(uint32(0), []byte{})
	f.Add(uint32(4096*3), []byte{0xff, 0xff})
	f.Add(uint32(4096*4+10), []byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		b := bytes.Clone(whole)
		copy(b[int(at)%len(b):], patch)
		tr, err := opened(b)
		if err != nil {
			return
		}
		w := NewWalker(tr, func(error) {})
		w.Walk(func() bool { return false })
		w.FreeList()
		w.Lost()
		for name := range sizes() {
			_ = tr.Sweep(name, nil, func(k, v []byte) error { _, _ = tr.Get(name, k); return nil }, func(error) {}, nil)
			var keys [][]byte
			_ = tr.Sweep(name, nil, func(k, v []byte) error { keys = append(keys, bytes.Clone(k)); return nil }, nil, nil)
			_ = tr.Lookup(name, keys, func(int, []byte) error { return nil })
			_, _ = tr.Root(name)
		}
	})
}

// Reading a file that is made to look like a tree costs time in proportion to its size.
func TestHostileTree(t *testing.T) {
	whole := varied(t)
	g := hostile.Grammar{
		Begin: string(whole[:4*4096]),
		Tokens: []string{
			"\x00\x00\x00\x00", "\x00", "\xff", "small", "large", records,
			"\x01\x00\x00\x00\x10\x00\x00\x00\x08\x00\x00\x00\x00\x04\x00\x00", "\x00\x00\x00\x00\x00\x00\x00%d", "\x00\x00\x00\x00\x10\x00\x00\x00\x08\x00\x00\x00\x00\x00\x01\x00",
		},
		Pairs: [][2]string{{string(whole[4*4096 : 4*4096+64]), string(whole[5*4096 : 5*4096+200])}},
	}
	hostile.Check(t, g, func(doc []byte) {
		tr, err := Open(bytes.NewReader(doc), int64(len(doc)), Options{Cut: true})
		if err != nil {
			return
		}
		for name := range sizes() {
			_ = tr.Sweep(name, nil, func(_, _ []byte) error { return nil }, func(error) {}, nil)
			_, _ = tr.Get(name, []byte("x"))
		}
	})
}

// Pages of a file that claim each other's bytes are no work without end.
func TestPagesWithinPages(t *testing.T) {
	whole := varied(t)
	tr, err := opened(whole)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	damaged := bytes.Clone(whole)
	for id := uint64(2); id < tr.end; id++ {
		at := int(id) * tr.pageSize
		if le.Uint64(damaged[at:]) == id && le.Uint16(damaged[at+8:]) == LeafPage {
			le.PutUint32(damaged[at+12:], uint32(tr.end-id-1)) // each reaches to the file's end
		}
	}
	file := &countedReads{bytes.NewReader(damaged), 0}
	if tr, err = Open(file, int64(len(damaged)), Options{}); err != nil {
		t.Fatal(err)
	}
	for name := range sizes() {
		if err := tr.Scan(name, nil, func(_, _ []byte) error { return nil }); err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	}
	if most := 50 * int64(len(damaged)); file.n > most || file.n < int64(len(damaged)) {
		t.Errorf("%d bytes read of a file of %d", file.n, len(damaged))
	}
}

// countedReads counts what is read.
type countedReads struct {
	*bytes.Reader
	n int64
}

func (c *countedReads) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.Reader.ReadAt(p, at)
	c.n += int64(n)
	return n, err
}

// A file that is cut is damaged; what is left of it can be read, and how much is missing
// is known.
func TestCut(t *testing.T) {
	whole := varied(t)
	tr, err := opened(whole)
	if err != nil {
		t.Fatal(err)
	}
	short := whole[:int(tr.Pages()-3)*4096+100]
	if _, err := opened(short); !errors.Is(err, ErrDamaged) {
		t.Errorf("opened, %v", err)
	}
	tr, err = Open(bytes.NewReader(short), int64(len(short)), Options{Cut: true})
	if err != nil || tr.Cut() != 3*4096-100 {
		t.Errorf("%d bytes missing, %v", tr.Cut(), err)
	}
	if _, err := opened(whole[:50]); !errors.Is(err, ErrNoDatabase) {
		t.Errorf("opened, %v", err)
	}
}

// A kept tree serves on until a transaction has changed the file. A bucket that the file
// does not have is no damage.
func TestAttach(t *testing.T) {
	whole := varied(t)
	tr, err := opened(whole)
	if err != nil {
		t.Fatal(err)
	}
	tr.Detach()
	if same, err := tr.Attach(bytes.NewReader(whole)); !same || err != nil {
		t.Errorf("the same file: %v, %v", same, err)
	}
	if _, err := tr.Get("other", []byte("x")); !errors.Is(err, ErrNoBucket) || errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	other := bytes.Clone(whole)
	other[PageHead+48]++
	if same, err := tr.Attach(bytes.NewReader(other)); same || err != nil {
		t.Errorf("another file: %v, %v", same, err)
	}
}
