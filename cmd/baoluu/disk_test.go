package main

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
)

func TestSpaceGuard(t *testing.T) {
	dir := t.TempDir()
	free, unknown := uint64(1000), error(nil)
	g := spaceGuard{dir: dir, want: 500, free: func(string) (uint64, error) { return free, unknown }}
	if err := g.check(); err != nil {
		t.Errorf("room enough: %v", err)
	}
	free = 499
	if err := g.check(); !errors.Is(err, errLowSpace) || hint(err) == "" || exitCode(err) != exitFailed {
		t.Errorf("no room: %v", err)
	}
	unknown = errors.ErrUnsupported
	if err := g.check(); err != nil {
		t.Errorf("nobody knows: %v", err)
	}
	g.want, unknown = 0, nil
	if err := g.check(); err != nil {
		t.Errorf("guard off: %v", err)
	}
	if n, err := freeSpace(dir); err == nil && n == 0 {
		t.Error("the disk of the tests has no room")
	}
	// The archive is not made yet: its disk is that of the folder above.
	g = spaceGuard{dir: filepath.Join(dir, "a", "b"), want: 1 << 60, free: freeSpace}
	if err := g.check(); err == nil {
		if _, known := freeSpace(dir); known == nil {
			t.Error("an exabyte is free")
		}
	}
}

// What was stored before stays, and nothing is written after.
func TestGuardedStoreStopsBeforeItWrites(t *testing.T) {
	arch, err := archive.Create(filepath.Join(t.TempDir(), "archive"))
	if err != nil {
		t.Fatal(err)
	}
	free := uint64(1000)
	s := guardedStore{arch, spaceGuard{dir: ".", want: 500, free: func(string) (uint64, error) { return free, nil }}}
	batch := capture.Batch{Run: &capture.Run{Started: time.Now()}}
	if _, err := s.Commit(t.Context(), "vov", batch); err != nil {
		t.Fatal(err)
	}
	free = 100
	if _, err := s.Commit(t.Context(), "vov", capture.Batch{Run: &capture.Run{Started: time.Now().Add(time.Hour)}}); !errors.Is(err, errLowSpace) {
		t.Errorf("commit: %v", err)
	}
	if _, err := s.Discover(t.Context(), "vov", nil); !errors.Is(err, errLowSpace) {
		t.Errorf("discover: %v", err)
	}
	if runs, err := s.Runs(t.Context(), "vov", time.Time{}); err != nil || len(runs) != 1 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}
