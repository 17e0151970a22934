package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"baoluu/archive"
	"baoluu/archive/capture"
)

// errLowSpace ends a run before the disk is full: a full disk harms every program that
// uses it, and this archive's last commit first.
var errLowSpace = errors.New("the disk is nearly full")

// isDiskFull reports whether there was too little room to go on.
func isDiskFull(err error) bool {
	return errors.Is(err, errLowSpace) || errors.Is(err, archive.ErrFull)
}

// spaceGuard refuses to go on where the archive's disk has less room than the
// settings want.
type spaceGuard struct {
	dir  string
	want Size
	// free returns the bytes that are free for us on the disk of a folder.
	free func(dir string) (uint64, error)
}

func newSpaceGuard(c Config) spaceGuard {
	return spaceGuard{dir: c.Archive, want: c.MinFree, free: freeSpace}
}

// check is an error where there is too little room. Where it is not known, the
// check passes.
func (g spaceGuard) check() error {
	if g.want == 0 {
		return nil
	}
	dir := g.dir
	free, err := g.free(dir)
	for ; err != nil && filepath.Dir(dir) != dir; free, err = g.free(dir) {
		dir = filepath.Dir(dir) // the archive is not made yet
	}
	if err != nil || free >= uint64(g.want) {
		return nil
	}
	return withHint(`make room, or set a smaller "min_free" in config.yaml; what is kept stays intact`,
		"%w: %s free at %s, less than min_free (%s)", errLowSpace, size(int64(free)), g.dir, size(int64(g.want)))
}

// guardedStore is an archive that stops a crawl before its disk is full.
type guardedStore struct {
	*archive.Archive
	guard spaceGuard
}

func (s guardedStore) Discover(ctx context.Context, site string, es []capture.Entry) (int, error) {
	if err := s.guard.check(); err != nil {
		return 0, err
	}
	return s.Archive.Discover(ctx, site, es)
}

func (s guardedStore) Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error) {
	if err := s.guard.check(); err != nil {
		return nil, fmt.Errorf("commit to %s: %w", site, err)
	}
	return s.Archive.Commit(ctx, site, b)
}
