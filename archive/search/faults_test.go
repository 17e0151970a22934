package search_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"baoluu/archive"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/search"
)

// folder is that of the newspaper's index.
func folder(a *archive.Archive) string { return filepath.Join(a.Dir(), search.Folder, site) }

// write writes files, and read gives those of a folder.
func write(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.RemoveAll(path), os.WriteFile(path, b, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, dir, pattern string) map[string][]byte {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, path := range list {
		if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestBits: one bit that is another makes an index one that is not there, and no more: bleve believes
// what it reads, and the process would end.
func TestBits(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn", "Hai\nLũ nhỏ", "Ba\nNắng")
	whole := read(t, folder(a), "*.zap")
	r := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		bad := map[string][]byte{}
		for name, b := range whole {
			bad[name] = bytes.Clone(b)
			bad[name][r.IntN(len(b))] ^= 1 << r.IntN(8)
		}
		write(t, folder(a), bad)
		x.Close()
		if _, err := x.Search(ctx, search.Query{Text: "lũ"}); !errors.Is(err, search.ErrNone) {
			t.Fatal(err)
		}
	}
	update(t, x)
	if r := find(t, x, search.Query{Text: "lũ"}); r.Total != 2 {
		t.Errorf("made again: %+v", r)
	}
}

// TestOthersFiles: what else is in the folder of an index, or is led to from there, is left alone.
func TestOthersFiles(t *testing.T) {
	a, x := indexed(t, "Một\nLũ lớn")
	others := map[string][]byte{"thesis.txt": []byte("a"), "7.zap": []byte("b"), "00000002.zap.txt": []byte("c")}
	outside := t.TempDir()
	write(t, outside, others)
	write(t, folder(a), others)
	if err := os.Symlink(filepath.Join(outside, "thesis.txt"), filepath.Join(folder(a), "state.json.new")); err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, a, archivetest.Page("200", "Hai\nLũ nhỏ", 20))
	update(t, x)
	for range 2 {
		if err := x.Rebuild(ctx, site, nil); err != nil {
			t.Fatal(err)
		}
	}
	if r := find(t, x, search.Query{Text: "lũ"}); r.Total != 2 {
		t.Errorf("%+v", r)
	}
	if err := x.Drop(ctx, site); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(ctx, search.Query{Text: "lũ"}); !errors.Is(err, search.ErrNone) {
		t.Error(err)
	}
	if files := read(t, folder(a), "0*.zap"); len(files) > 0 {
		t.Errorf("%d segments are left", len(files))
	}
	for _, dir := range []string{outside, folder(a)} {
		there := read(t, dir, "*")
		for name, b := range others {
			if !bytes.Equal(there[name], b) {
				t.Errorf("%s: %q", name, there[name])
			}
		}
	}
}

// TestKilledBehindPublish: who was killed before the old files were removed leaves them to the next, also
// where nothing is new: they have what was forgotten.
func TestKilledBehindPublish(t *testing.T) {
	a, x := indexed(t, "Một\nxyzzyfrobnicate", "Hai\nNắng")
	old := read(t, folder(a), "*.zap")
	archivetest.ForgetPage(t, a, "100")
	update(t, x)
	write(t, folder(a), old)
	if !holds(t, a, "xyzzyfrobnicate") {
		t.Fatal("the old files have the same names as the new ones")
	}
	update(t, x)
	if holds(t, a, "xyzzyfrobnicate") {
		t.Error("what was forgotten is in a file of the index")
	}
}

// TestOtherFileForgot: what was forgotten in a file that takes the place of a newspaper's leaves the
// index, too, though as much was forgotten in the one before.
func TestOtherFileForgot(t *testing.T) {
	texts := []string{"Một\nxyzzyfrobnicate", "list\nMục"}
	for n := range 9 {
		texts = append(texts, fmt.Sprintf("Trang %d\nNắng", n))
	}
	a, x := indexed(t, texts...)
	if err := x.Rebuild(ctx, site, nil); err != nil {
		t.Fatal(err)
	}
	dir, name := t.TempDir(), site+".db"
	write(t, dir, read(t, a.Dir(), "*.*"))
	archivetest.ForgetPage(t, a, "101")
	update(t, x)
	other := archivetest.OpenAt(t, dir)
	archivetest.ForgetPage(t, other, "100")
	write(t, a.Dir(), map[string][]byte{name: archivetest.ReadFile(t, other)})
	update(t, x)
	if holds(t, a, "xyzzyfrobnicate") {
		t.Error("what was forgotten is in a file of the index")
	}
	if r := find(t, x, search.Query{Text: "nắng"}); r.Total != 9 {
		t.Errorf("%+v", r)
	}
}
