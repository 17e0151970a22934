package archive

import (
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
	stored := 0
	for ; stored < 1000; stored++ {
		_, err = a.Commit(ctx, site, capture.Batch{Kept: []capture.Kept{page(fmt.Sprint(stored), newsPage(uint64(stored), 120), stored)}})
		if err != nil {
			break
		}
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("after %d commits: %v", stored, err)
	}
	sound(t, a)
	v := view(t, a)
	for n := range uint64(stored) {
		if body, err := v.Body(ctx, n+1); err != nil || string(body) != newsPage(n, 120) {
			t.Fatalf("capture %d: %v", n+1, err)
		}
	}
	if v.last != uint64(stored) {
		t.Errorf("%d captures, %d were stored", v.last, stored)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=30m"); err != nil {
		t.Fatal(err)
	}
	commit(t, a, page("9999", newsPage(9999, 120), 9999))
	sound(t, a)
}
