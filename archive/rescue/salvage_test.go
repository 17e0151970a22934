package rescue

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/store"
)

// TestSalvageTakesNoRoomForNothing: bytes that look like elements of great length are
// not read as such.
func TestSalvageTakesNoRoomForNothing(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const size, pages = 64 << 20, 16
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, store.PageSize)
	for i := boltfile.PageHead; i+boltfile.ElemSize <= len(p); i += boltfile.ElemSize {
		binary.LittleEndian.PutUint32(p[i+4:], store.PageSize)
		binary.LittleEndian.PutUint32(p[i+8:], 8)
		binary.LittleEndian.PutUint32(p[i+12:], size/2)
	}
	for i := range int64(pages) {
		if _, err := f.WriteAt(p, (i+2)*store.PageSize); err != nil {
			t.Fatal(err)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := openSalvage(ctx, f); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > size/4 {
		t.Errorf("it took %d MiB", took>>20)
	}
}
