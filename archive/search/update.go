package search

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/archive/follow"

	"github.com/gofrs/flock"
)

// Progress is told how far an update is: how many of how many pages; all is 0 where that is not known.
type Progress func(done, all int)

// behind tells how far the archive is ahead of a snapshot.
func (s *snapshot) behind(ctx context.Context, a *archive.Archive) (captures int, all bool, err error) {
	return follow.Behind(ctx, a, s.site, s.Mark)
}

// Has reports whether there is an index of a newspaper: commands that write bring it up to date, and
// do not make one.
func (x *Index) Has(site string) bool {
	_, err := os.Stat(filepath.Join(x.folder(site), stateName))
	return err == nil
}

// Update brings a newspaper's index up to date, and makes it where there is none. Another one who does
// so is waited for. Stopped at any moment, what was published stands; what it wrote so far is lost.
func (x *Index) Update(ctx context.Context, site string, progress Progress) error {
	return x.write(ctx, site, progress, false)
}

// Rebuild makes a newspaper's index anew. Until it is there, the one before is searched.
func (x *Index) Rebuild(ctx context.Context, site string, progress Progress) error {
	return x.write(ctx, site, progress, true)
}

func (x *Index) write(ctx context.Context, site string, progress Progress, anew bool) (err error) {
	dir := x.folder(site)
	if _, err := x.archive.View(ctx, site); err != nil {
		return err // an archive without the newspaper gets no folder
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := clean(dir); err != nil { // one that was killed may have left what was forgotten
		return err
	}
	sn := &snapshot{site: site}
	if !anew && !x.suspected(site) {
		present, err := x.openSnapshot(site)
		switch {
		case err == nil:
			sn = present
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errBroken):
			return err
		}
	}
	err = x.follow(ctx, dir, sn, progress)
	if errors.Is(err, errBroken) && !anew {
		err = x.follow(ctx, dir, &snapshot{site: site}, progress)
	}
	if err == nil {
		x.closeOld(site)
	}
	return err
}

// closeOld closes the state that is open, for another one is published.
func (x *Index) closeOld(site string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.suspect, site)
	if c := x.open[site]; c != nil {
		c.release()
		delete(x.open, site)
	}
}

// suspected reports whether a search found the index damaged.
func (x *Index) suspected(site string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.suspect[site]
}

// follow publishes a state that has what came since sn. The lock is held.
func (x *Index) follow(ctx context.Context, dir string, sn *snapshot, progress Progress) (err error) {
	defer broken(&err)
	if sn.uses.Load() > 0 {
		defer sn.release()
	}
	changes, err := follow.Since(ctx, x.archive, sn.site, sn.Mark)
	if err != nil {
		return err
	}
	if changes.None() && sn.Format == format {
		return nil
	}
	b := newBuilder(x, dir, sn, progress)
	defer func() { err = errors.Join(err, clean(dir)) }()
	switch {
	case changes.All:
		err = b.everything(ctx)
	default:
		err = b.touched(ctx, slices.Concat(changes.Touched, changes.Joined))
	}
	if err != nil {
		return err
	}
	return b.publish(ctx, changes.Mark, changes.All) // something may have been forgotten
}

// suspectAll has the next updates make indexes anew.
func (x *Index) suspectAll(list []*snapshot) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, sn := range list {
		x.suspect[sn.site] = true
	}
}

// lock waits until nobody else writes in a folder.
func lock(ctx context.Context, dir string) (unlock func() error, err error) {
	lock := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o666))
	_, err = lock.TryLockContext(ctx, 20*time.Millisecond)
	return lock.Unlock, err
}

// Drop removes a newspaper's index, once nobody else writes in it; what else is in its folder stays.
func (x *Index) Drop(ctx context.Context, site string) error {
	dir := x.folder(site)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return err
	}
	if err = os.Remove(filepath.Join(dir, stateName)); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	x.closeOld(site)
	return errors.Join(err, clean(dir), unlock())
}
