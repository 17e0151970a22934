package rescue

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"

	"github.com/google/go-cmp/cmp"
)

// leafImage is one leaf of a file with its overflow, and where its elements lie.
type leafImage struct {
	name  string
	bytes []byte
	elems []int // offsets
}

// leafImages are the leaves of those buckets that are brought back, small buckets by
// the page that they lie in.
func leafImages(t testing.TB, whole []byte) (list []leafImage) {
	t.Helper()
	tr, err := store.OpenTree(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	root, err := tr.Root("")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(b schema.Bucket, p boltfile.Page)
	walk = func(b schema.Bucket, p boltfile.Page) {
		l := leafImage{name: fmt.Sprintf("%s page %d", b, p.ID), bytes: bytes.Clone(p.Data)}
		for i := range p.Count {
			if p.IsBranch() {
				walk(b, childOf(t, tr, p, i))
			}
			l.elems = append(l.elems, boltfile.PageHead+i*boltfile.ElemSize)
		}
		if !p.IsBranch() {
			list = append(list, l)
		}
	}
	for _, b := range wanted() {
		found, err := tr.Root(string(b))
		if err != nil {
			t.Fatal(err)
		}
		if found.Count == 0 { // there is nothing of it in the file's pages
			continue
		}
		if !found.Inline {
			walk(b, found)
			continue
		}
		at := bytes.Index(root.Data, found.Data[:boltfile.PageHead+found.Count*boltfile.ElemSize])
		l := leafImage{name: "small bucket " + string(b), bytes: bytes.Clone(root.Data)}
		for i := range found.Count {
			l.elems = append(l.elems, at+boltfile.PageHead+i*boltfile.ElemSize)
		}
		list = append(list, l)
	}
	return list
}

// childOf is the page that an element of a branch leads to.
func childOf(t testing.TB, tr *store.Tree, branch boltfile.Page, i int) boltfile.Page {
	t.Helper()
	p, err := tr.Page(branch.Child(i))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// found is every record that a salvage finds.
func found(t testing.TB, b []byte) (all []string) {
	t.Helper()
	s, err := salvageOf(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for b, m := range s.numbers {
		for n := range m {
			all = append(all, fmt.Sprint(b, n))
		}
	}
	for b, m := range s.texts {
		for key := range m {
			all = append(all, fmt.Sprint(b, key))
		}
	}
	for n := range s.cleaned {
		all = append(all, fmt.Sprint("cleaned", n))
	}
	for n := range s.named {
		all = append(all, fmt.Sprint("named", n))
	}
	slices.Sort(all)
	return all
}

// ofAllKinds is a file that has records of every bucket, large ones among them.
func ofAllKinds(t testing.TB) []byte {
	t.Helper()
	a := archivetest.Another(t)
	archivetest.Varied(t, a)
	hosts := map[string][]byte{}
	for i := range 12 {
		hosts[fmt.Sprintf("h%d.dantri.com.vn", i)] = []byte(`{"robots":"` + strings.Repeat("Disallow: /x ", 20) + `"}`)
	}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Hosts: hosts, Entries: []capture.Entry{{Page: `a{"b[{c`, URL: "https://dantri.com.vn/{", Due: archivetest.At(1)}}}); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		archivetest.Commit(t, a, archivetest.Needing(archivetest.Page(fmt.Sprint(3000+i), "A\nx", 400+i), "a.css", fmt.Sprintf("%d.png", i), fmt.Sprintf("%d.png", i+1)))
	}
	archivetest.ForgetPage(t, a, "1007")
	// Bodies that take pages of their own: the last of a leaf and one alone.
	r := rand.New(rand.NewPCG(3, 3))
	for i := range 3 {
		text := []byte("Tiêu đề\n")
		for range 20_000 << i {
			text = append(text, byte('a'+r.IntN(16)))
		}
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(7000+i), string(text), 700+i))
	}
	return archivetest.ReadFile(t, a)
}

// TestSalvageFindsWhatAnElementHides: whichever bit of whichever element of a leaf is
// flipped, every record of the leaf is found.
func TestSalvageFindsWhatAnElementHides(t *testing.T) {
	elems := 0
	for _, l := range leafImages(t, ofAllKinds(t)) {
		want := found(t, l.bytes)
		if len(want) == 0 {
			t.Errorf("%s: nothing is found", l.name)
		}
		elems += len(l.elems)
		for _, at := range l.elems {
			for bit := range 8 * boltfile.ElemSize {
				if testing.Short() && bit%11 != 0 {
					continue
				}
				l.bytes[at+bit/8] ^= 1 << (bit % 8)
				if got := found(t, l.bytes); !slices.Equal(want, got) {
					t.Fatalf("%s, element at %d, bit %d: %s", l.name, at, bit, cmp.Diff(want, got))
				}
				l.bytes[at+bit/8] ^= 1 << (bit % 8)
			}
		}
	}
	t.Logf("%d elements", elems)
}

// TestSalvageReadsNoValuesOfIndexes: an index's values hold nothing, so that none is looked for behind each
// place where a key may begin.
func TestSalvageReadsNoValuesOfIndexes(t *testing.T) {
	for _, l := range leafImages(t, ofAllKinds(t)) {
		of, _, _ := strings.Cut(l.name, " ")
		if !slices.Contains([]schema.Bucket{schema.BucketTimes, schema.BucketNeeded}, schema.Bucket(of)) {
			continue
		}
		l.bytes[l.elems[0]+8] ^= 1 // its key seems to be of another size
		s, err := salvageOf(ctx, bytes.NewReader(l.bytes), int64(len(l.bytes)))
		if err != nil {
			t.Fatal(err)
		}
		if read := budgetTimes*s.size + budgetLeast - s.budget; read > 64*s.size {
			t.Errorf("%s: %d bytes are read in vain of %d", l.name, read, s.size)
		}
	}
}

// TestSalvageFindsSmallBucketsWhateverElseIsThere: pages in front that look like damaged leaves, and use up what may
// be read in search of what they held, hide no small bucket behind them.
func TestSalvageFindsSmallBucketsWhateverElseIsThere(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	whole := archivetest.ReadFile(t, a)
	want := found(t, whole)
	costly := make([]byte, 64*store.PageSize)
	for at := 0; at < len(costly); at += store.PageSize {
		page := costly[at : at+store.PageSize]
		for i := boltfile.PageHead; i+boltfile.ElemSize <= len(page); i += boltfile.ElemSize {
			copy(page[i:], `abcd{"[{ef{"gh{"`)
		}
		binary.LittleEndian.PutUint16(page[8:], boltfile.LeafPage)
	}
	last := 2 * store.PageSize // the meta pages
	b := append(append(bytes.Clone(whole[:last]), costly...), whole[last:]...)
	s, err := salvageOf(ctx, bytes.NewReader(b), int64(len(b)))
	if err != nil || s.budget > 64<<10 {
		t.Fatalf("%d bytes may yet be read: no test, %v", s.budget, err)
	}
	// A description takes several pages, as a body does: it is no small bucket.
	large := func(name string) bool { return strings.HasPrefix(name, string(schema.BucketDescriptions)) }
	want = slices.DeleteFunc(want, large)
	if got := slices.DeleteFunc(found(t, b), large); !slices.Equal(want, got) {
		t.Errorf("%s", cmp.Diff(want, got))
	}
}

// TestSalvageFindsWhatElementsHide: the same where several elements in a row are
// overwritten, and the page's count of them with it.
func TestSalvageFindsWhatElementsHide(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range leafImages(t, ofAllKinds(t)) {
		if strings.HasPrefix(l.name, "small") {
			continue // the next small bucket's elements look like its own
		}
		want := found(t, l.bytes)
		for first := range l.elems {
			for n := 2; n <= 4 && first+n <= len(l.elems); n++ {
				b := bytes.Clone(l.bytes)
				noise := make([]byte, n*boltfile.ElemSize)
				if n != 3 { // zeros, then
					for i := range noise {
						noise[i] = byte(r.Uint32())
					}
				}
				copy(b[l.elems[first]:], noise)
				if n < len(l.elems) { // else nothing tells where the first record begins
					binary.LittleEndian.PutUint16(b[10:], uint16(r.Uint32()))
				}
				if got := found(t, b); !slices.Equal(want, got) {
					t.Fatalf("%s, %d elements from %d: %s", l.name, n, first, cmp.Diff(want, got))
				}
			}
		}
	}
}

// TestSalvageOfIntactFiles: the same in whole files, where old copies lie about, and
// pages behind a leaf are other leaves.
func TestSalvageOfIntactFiles(t *testing.T) {
	whole := ofAllKinds(t)
	want := found(t, whole)
	r := rand.New(rand.NewPCG(8, 9))
	for _, l := range leafImages(t, whole) {
		at := bytes.Index(whole, l.bytes)
		for range 3 {
			b := bytes.Clone(whole)
			elem := l.elems[r.IntN(len(l.elems))]
			b[at+elem+r.IntN(boltfile.ElemSize)] ^= 1 << r.IntN(8)
			if got := found(t, b); !slices.Equal(want, got) {
				t.Errorf("%s, element at %d: %s", l.name, elem, cmp.Diff(want, got))
			}
		}
	}
}

// TestSalvageOfHostileFiles: files made of what looks like damaged leaves take time by
// their size, not by more.
func TestSalvageOfHostileFiles(t *testing.T) {
	const pages = 1024
	r := rand.New(rand.NewPCG(1, 1))
	heads := map[string]func(p []byte){
		"JSON":    func(p []byte) { copy(p, bytes.Repeat([]byte(`{"a":{"[{`), len(p))) },
		"bodies":  func(p []byte) { copy(p, bytes.Repeat([]byte(`12345678sum.{"":`), len(p)/16)) },
		"moments": func(p []byte) { copy(p, bytes.Repeat([]byte("page\x00"), len(p))) },
		"elements": func(p []byte) {
			for i := 0; i+boltfile.ElemSize <= len(p); i += boltfile.ElemSize {
				le := binary.LittleEndian
				le.PutUint32(p[i+4:], uint32(r.IntN(4*store.PageSize)))
				le.PutUint32(p[i+8:], uint32(r.IntN(40)))
				le.PutUint32(p[i+12:], uint32(r.IntN(pages*store.PageSize)))
			}
			copy(p[2048:], bytes.Repeat([]byte(`{"`), 1024))
		},
	}
	for name, fill := range heads {
		t.Run(name, func(t *testing.T) {
			b := make([]byte, pages*store.PageSize)
			for at := 0; at < len(b); at += store.PageSize {
				fill(b[at+boltfile.PageHead : at+store.PageSize])
				binary.LittleEndian.PutUint16(b[at+8:], boltfile.LeafPage)
				binary.LittleEndian.PutUint16(b[at+10:], uint16(r.Uint32()))
			}
			began := time.Now()
			s, err := salvageOf(ctx, bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d MiB: %s, %d MiB read in vain", len(b)>>20, time.Since(began), (budgetTimes*s.size+budgetLeast-s.budget)>>20)
			if len(s.captures()) > 0 {
				t.Error("captures of nothing")
			}
		})
	}
}

// TestRescueOfHiddenRecords: the whole way, by the command's own code.
func TestRescueOfHiddenRecords(t *testing.T) {
	a := archivetest.Another(t)
	bodies := archivetest.Varied(t, a)
	whole := archivetest.ReadFile(t, a)
	r := rand.New(rand.NewPCG(8, 9))
	images := leafImages(t, whole)
	for i := range 6 {
		l := images[i*len(images)/6]
		b := bytes.Clone(whole)
		b[bytes.Index(whole, l.bytes)+l.elems[r.IntN(len(l.elems))]+4+r.IntN(12)] ^= 1 << r.IntN(8)
		hurt := archivetest.Another(t)
		if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if gone := rescued(t, hurt, bodies); len(gone) > 0 {
			t.Errorf("%s: %d captures are lost", l.name, len(gone))
		}
	}
}

// FuzzSalvage: whatever the bytes, a salvage ends, and what it says that it found is there.
func FuzzSalvage(f *testing.F) {
	whole := ofAllKinds(f)
	for _, l := range leafImages(f, whole) {
		f.Add(l.bytes[:min(len(l.bytes), store.PageSize)])
	}
	f.Add(whole[:4*store.PageSize])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := salvageOf(ctx, bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if s.budget < 0 {
			t.Errorf("%d bytes more were read than are to be", -s.budget)
		}
		for bk, m := range s.numbers {
			for n := range m {
				value, err := s.Get(bk, schema.NumberKey(n))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := schema.Unseal(bk, schema.NumberKey(n), value); err != nil && bk != schema.BucketTimes {
					t.Error(err)
				}
			}
		}
	})
}
