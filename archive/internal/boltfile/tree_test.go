package boltfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// records is the bucket of these tests.
const records = "records"

func opened(b []byte) (*Tree, error) {
	return Open(bytes.NewReader(b), int64(len(b)), Options{ReadAhead: map[string]int{records: 4}})
}

// treeOf is a tree of a bucket that holds what is given.
func treeOf(t interface {
	Helper()
	Fatal(...any)
}, dir string, values map[string][]byte) *Tree {
	t.Helper()
	name := filepath.Join(dir, "tree.db")
	_ = os.Remove(name)
	db, err := bbolt.Open(name, 0o600, &bbolt.Options{PageSize: 4096, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte(records))
		for k, v := range values {
			err = errors.Join(err, b.Put([]byte(k), v))
		}
		return err
	})
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := opened(b)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// Many keys at once are found as each alone, and a sweep sees what a scan sees,
// whatever the bucket's size and the records'.
func TestLookupAndSweep(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		values := map[string][]byte{}
		n := rapid.SampledFrom([]int{0, 1, 20, 3000}).Draw(rt, "records")
		large := rapid.IntRange(1, 500).Draw(rt, "one in so many is large")
		width := rapid.IntRange(1, 300).Draw(rt, "bytes of a value")
		for i := range n {
			v := bytes.Repeat([]byte{byte(i)}, i%width)
			if i%large == 0 {
				v = bytes.Repeat([]byte{byte(i)}, 3*4096)
			}
			values[fmt.Sprintf("%07d", i*7919%1000003)] = v
			if i > 200 && large < 20 {
				break
			}
		}
		tr := treeOf(rt, dir, values)
		var keys [][]byte
		for i := range rapid.IntRange(0, 400).Draw(rt, "asked for") {
			keys = append(keys, fmt.Appendf(nil, "%07d", rapid.IntRange(0, 3000).Draw(rt, "number")*7919%1000003+i%50/49))
		}
		slices.SortFunc(keys, bytes.Compare)
		next := 0
		err := tr.Lookup(records, keys, func(i int, value []byte) error {
			if i != next {
				rt.Fatalf("key %d after %d", i, next-1)
			}
			next++
			want, known := values[string(keys[i])]
			if known != (value != nil) || !bytes.Equal(value, want) {
				rt.Fatalf("%s: %d bytes, want %d", keys[i], len(value), len(want))
			}
			return nil
		})
		if err != nil || next != len(keys) {
			rt.Fatal(next, len(keys), err)
		}

		from := fmt.Appendf(nil, "%07d", rapid.IntRange(0, 1000003).Draw(rt, "from"))
		type record struct{ key, value []byte }
		var scanned, swept []record
		collect := func(to *[]record) func(k, v []byte) error {
			return func(k, v []byte) error {
				*to = append(*to, record{bytes.Clone(k), bytes.Clone(v)})
				return nil
			}
		}
		err = errors.Join(tr.Scan(records, from, collect(&scanned)), tr.Sweep(records, from, collect(&swept), nil, nil))
		if err != nil {
			rt.Fatal(err)
		}
		same := slices.EqualFunc(scanned, swept, func(a, b record) bool { return bytes.Equal(a.key, b.key) && bytes.Equal(a.value, b.value) })
		if !same {
			rt.Fatalf("%d scanned, %d swept", len(scanned), len(swept))
		}
	})
}

// What goes through a large bucket leaves little garbage: that is what they are for.
func TestLookupAndSweepAllocateLittle(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	values := map[string][]byte{}
	var keys [][]byte
	for i := range 20_000 {
		k := fmt.Sprintf("%07d", i)
		values[k] = make([]byte, 200)
		if i%100 == 0 {
			keys = append(keys, []byte(k))
		}
	}
	tr := treeOf(t, t.TempDir(), values)
	once := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := testing.AllocsPerRun(5, func() {
		once(tr.Lookup(records, keys, func(int, []byte) error { return nil }))
	}); got > 20 {
		t.Errorf("%v allocations for %d keys", got, len(keys))
	}
	if got := testing.AllocsPerRun(5, func() {
		once(tr.Sweep(records, nil, func(_, _ []byte) error { return nil }, nil, nil))
	}); got > 100 {
		t.Errorf("%v allocations for %d records", got, len(values))
	}
}

// A damaged page on the way is an error that names it, and never a wrong value.
func TestLookupMeetsADamagedPage(t *testing.T) {
	values := map[string][]byte{}
	var keys [][]byte
	for i := range 2000 {
		k := fmt.Sprintf("%07d", i)
		values[k] = bytes.Repeat([]byte{1}, 100)
		keys = append(keys, []byte(k))
	}
	tr := treeOf(t, t.TempDir(), values)
	whole := tr.file.(*bytes.Reader)
	b := make([]byte, whole.Size())
	if _, err := whole.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for id := uint64(2); id < tr.end; id++ {
		cut := bytes.Clone(b)
		copy(cut[int64(id)*int64(tr.pageSize)+8:], []byte{0xff, 0xff, 0xff, 0xff})
		now, err := opened(cut)
		if err != nil {
			t.Fatal(err)
		}
		nothing := func(_, _ []byte) error { return nil }
		looked := now.Lookup(records, keys, func(i int, value []byte) error {
			if !bytes.Equal(value, values[string(keys[i])]) {
				t.Fatalf("page %d: a wrong value", id)
			}
			return nil
		})
		swept, scanned := now.Sweep(records, nil, nothing, nil, nil), now.Scan(records, nil, nothing)
		if (looked == nil) != (scanned == nil) || (swept == nil) != (scanned == nil) {
			t.Errorf("page %d: looked up %v, swept %v, scanned %v", id, looked, swept, scanned)
		}
		for _, err := range []error{looked, swept} {
			if err != nil {
				damaged++
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("page %d: %v", id, err)
				}
			}
		}
	}
	if damaged < 20 {
		t.Errorf("%d errors of %d pages", damaged, tr.end)
	}
}
