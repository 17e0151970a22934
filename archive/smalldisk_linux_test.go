package archive

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"

	"baoluu/archive/capture"

	"github.com/google/go-cmp/cmp"
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
	if last := stateOf(t, a).Last; last != uint64(len(stored)) {
		t.Errorf("%d captures, %d were stored", last, len(stored))
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=30m"); err != nil {
		t.Fatal(err)
	}
	commit(t, a, noise("9999", 60_000))
	sound(t, a)
}

// TestReadOnlyMedium: what lies on a medium that cannot be written is backed up,
// merged, rescued and verified, beside a writer that reaches it by another way; who
// would write to it is told.
func TestReadOnlyMedium(t *testing.T) {
	writable := fresh(t)
	varied(t, writable)
	medium := t.TempDir()
	if err := syscall.Mount(writable.Dir(), medium, "", syscall.MS_BIND, ""); err != nil {
		t.Skipf("needs root to mount a folder: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(medium, 0); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mount("", medium, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("needs root to mount read-only: %v", err)
	}
	a := openAt(t, medium)
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range 20 {
			if _, err := writable.Commit(ctx, site, capture.Batch{Kept: []capture.Kept{page(fmt.Sprint(1000+i), newsPage(uint64(500+i), 3), 500+i)}}); err != nil {
				t.Error(err)
			}
		}
	})
	backups, merged := t.TempDir(), fresh(t)
	for range 2 {
		backUp(t, a, backups)
		mergeInto(t, merged, a)
		sound(t, a)
		writing.Wait()
	}
	rescued := fresh(t)
	if _, err := RescueRun(ctx, a, site, rescued.Dir(), RescueOptions{Lost: func(l Lost) { t.Errorf("lost: %+v", l) }}); err != nil {
		t.Error(err)
	}
	want := historyOf(t, writable)
	for _, to := range []*Archive{openAt(t, backups), merged, rescued} {
		if is := historyOf(t, to); is != want {
			t.Errorf("%s: %s", to.Dir(), cmp.Diff(want, is))
		}
	}
	_, committed := a.Commit(ctx, site, capture.Batch{})
	_, locked := a.Lock(site, "crawl")
	_, backed := BackupRun(ctx, writable, site, medium, nil)
	_, forgot := ForgetRun(ctx, a, site, "1001", ForgetOptions{Reason: "x", At: at(0), Accept: true})
	for _, err := range []error{committed, locked, forgot} {
		if !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), "read-only") {
			t.Error(err)
		}
	}
	if !errors.Is(backed, ErrInvalid) {
		t.Error(backed)
	}
}
