package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"baoluu/archive/internal/schema"
)

// TestLockFilesThatAreRemovedKeepApart: many take a lock and remove its file, alone and
// shared, waiting and trying. Nobody has it beside one who has it alone.
func TestLockFilesThatAreRemovedKeepApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var alone, shared, took atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 300 {
				how := func(l *flock.Flock) (bool, error) { return true, l.Lock() }
				readers := int64(0)
				switch i % 4 {
				case 1:
					how = (*flock.Flock).TryLock
				case 2, 3:
					how, readers = (*flock.Flock).TryRLock, 1
				}
				lock, held, err := takeLock(path, how)
				if err != nil {
					t.Error(err)
					return
				}
				if !held {
					continue
				}
				took.Add(1)
				if readers > 0 {
					shared.Add(1)
					if alone.Load() != 0 {
						t.Error("shared beside one who has it alone")
					}
					shared.Add(-1)
				} else {
					if n := alone.Add(1); n != 1 || shared.Load() != 0 {
						t.Errorf("%d have it alone, %d share it", n, shared.Load())
					}
					alone.Add(-1)
				}
				if err := DropLock(lock); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if took.Load() < 600 {
		t.Errorf("taken %d times", took.Load())
	}
	if _, err := os.Stat(path); Flocks && err == nil {
		t.Error("its file is left behind")
	}
}

// TestLockError: who cannot lock a file is told why, and what to do.
func TestLockError(t *testing.T) {
	for says, err := range map[string]error{
		"not written":   fs.ErrPermission,
		"cannot be loc": errors.ErrUnsupported,
		"lock vov":      fs.ErrClosed,
	} {
		if got := lockError("vov", fmt.Errorf("open gate: %w", err)); !errors.Is(got, err) || !strings.Contains(got.Error(), says) {
			t.Error(got)
		}
	}
	f, err := os.Open(os.DevNull)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if held, err := lockFile(f, true, time.Hour); Flocks && (held || err == nil) {
		t.Errorf("a file that cannot be locked: %t, %v", held, err)
	}
}

// TestLocksOfABadName: no lock file is made outside of the archive's folder.
func TestLocksOfABadName(t *testing.T) {
	f := &File{Folder: &Folder{Dir: t.TempDir()}, Site: "../vov"}
	for _, lock := range []func() (func(), error){f.LockReclean, f.LockFreeze, f.Freeze} {
		if _, err := lock(); !errors.Is(err, schema.ErrInvalid) {
			t.Errorf("%v", err)
		}
	}
}
