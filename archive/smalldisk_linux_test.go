package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/rescue"

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
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Plain(a)
	var stored [][]byte
	for len(stored) < 1000 {
		k := archivetest.Noise(fmt.Sprint(len(stored)), 60_000)
		if _, err = a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{k}}); err != nil {
			break
		}
		stored = append(stored, k.Body)
	}
	if !errors.Is(err, archive.ErrFull) {
		t.Fatalf("after %d commits: %v", len(stored), err)
	}
	archivetest.Sound(t, a)
	v := archivetest.View(t, a)
	for i, want := range stored {
		if body, err := v.Body(ctx, uint64(i+1)); err != nil || !bytes.Equal(body, want) {
			t.Fatalf("capture %d: %v", i+1, err)
		}
	}
	if last := archivetest.StateOf(t, a).Last; last != uint64(len(stored)) {
		t.Errorf("%d captures, %d were stored", last, len(stored))
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=30m"); err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, a, archivetest.Noise("9999", 60_000))
	archivetest.Sound(t, a)
}

// TestReadOnlyMedium: what lies on a medium that cannot be written is backed up,
// merged, rescued and verified, beside a writer that reaches it by another way; who
// would write to it gets an error.
func TestReadOnlyMedium(t *testing.T) {
	writable := archivetest.Fresh(t)
	archivetest.Varied(t, writable)
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
	a := archivetest.OpenAt(t, medium)
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range 20 {
			if _, err := writable.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page(fmt.Sprint(1000+i), archivetest.NewsPage(uint64(500+i), 3), 500+i)}}); err != nil {
				t.Error(err)
			}
		}
	})
	backups, merged := t.TempDir(), archivetest.Fresh(t)
	for range 2 {
		archivetest.BackUp(t, a, backups)
		archivetest.MergeInto(t, merged, a)
		archivetest.Sound(t, a)
		writing.Wait()
	}
	rescued := archivetest.Fresh(t)
	if _, err := rescue.Run(ctx, a, archivetest.Site, rescued.Dir(), rescue.Options{Lost: func(l rescue.Lost) { t.Errorf("lost: %+v", l) }}); err != nil {
		t.Error(err)
	}
	want := archivetest.HistoryOf(t, writable)
	for _, to := range []*archive.Archive{archivetest.OpenAt(t, backups), merged, rescued} {
		if is := archivetest.HistoryOf(t, to); is != want {
			t.Errorf("%s: %s", to.Dir(), cmp.Diff(want, is))
		}
	}
	_, committed := a.Commit(ctx, archivetest.Site, capture.Batch{})
	_, locked := a.Lock(archivetest.Site, "crawl")
	_, backed := backup.Run(ctx, writable, archivetest.Site, medium, nil)
	_, forgot := forget.Run(ctx, a, archivetest.Site, "1001", forget.Options{Reason: "x", At: archivetest.At(0), Accept: true})
	for _, err := range []error{committed, locked, forgot} {
		if !errors.Is(err, syscall.EROFS) || !strings.Contains(err.Error(), "read-only") {
			t.Error(err)
		}
	}
	if !errors.Is(backed, archive.ErrInvalid) {
		t.Error(backed)
	}
}
