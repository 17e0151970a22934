package archive

import (
	"bytes"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"baoluu/cleaner/capture"
)

// TestSmallDisk fills a real filesystem: the commit that finds no room says so and
// leaves nothing behind, all before it is there, and when there is room again the
// next one is stored.
func TestSmallDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("no filesystem can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	a, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	plain(a)
	var stored [][]byte
	for len(stored) < 1000 {
		k := noise(fmt.Sprint(len(stored)), 60_000)
		if _, err = a.Commit(ctx, site, capture.Batch{Kept: []capture.Kept{k}}); err != nil {
			break
		}
		stored = append(stored, k.Body)
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("after %d commits: %v", len(stored), err)
	}
	sound(t, a)
	v := view(t, a)
	for i, want := range stored {
		if body, err := v.Body(ctx, uint64(i+1)); err != nil || !bytes.Equal(body, want) {
			t.Fatalf("capture %d: %v", i+1, err)
		}
	}
	if v.within.last != uint64(len(stored)) {
		t.Errorf("%d captures, %d were stored", v.within.last, len(stored))
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=30m"); err != nil {
		t.Fatal(err)
	}
	commit(t, a, noise("9999", 60_000))
	sound(t, a)
}
