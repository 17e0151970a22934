package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"baoluu/archive/internal/schema"
)

// How a newspaper's file is opened. bbolt lets many read or one write, and asks
// for its lock again and again without a queue, so that busy readers can keep a
// writer out for ever. Therefore whoever opens the file first takes SITE.gate,
// which the operating system hands out in turn, and lets it go once bbolt has its
// own lock: behind a waiting writer no new reader gets in.

const (
	// readTurn is how long a reader keeps the file before it lets others in.
	readTurn = 30 * time.Millisecond
	// pageSize is the same on every machine, so that a file can be carried about.
	pageSize = 4096
	// growBy is how much a file grows at once, when it is larger than that. The
	// 16 MB that bbolt takes would double many a small newspaper.
	growBy = 4 << 20
)

// gate waits for its turn to open a newspaper's file.
func (a *Archive) gate(ctx context.Context, site string, writing bool) (leave func(), err error) {
	if leave, ok := quickGate(a.path(site, "gate")); ok {
		return leave, nil
	}
	path := a.path(site, "gate")
	if _, err := os.Lstat(path); !writing && errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil // nobody writes
	}
	gate, held, err := takeLock(path, (*flock.Flock).TryLock)
	if err != nil {
		if !writing && readOnly(err) {
			return func() {}, nil // on a medium that cannot be written there is no writer to keep in turn with
		}
		return nil, lockError(site, err)
	}
	if held {
		return func() { _ = gate.Unlock() }, nil // closing the file lets go of the lock, whatever else fails
	}
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	got := make(chan error, 1)
	go func() {
		var err error
		gate, err = waitForLock(path)
		got <- err
	}()
	select {
	case err := <-got:
		if err != nil {
			return nil, lockError(site, err)
		}
		return func() { _ = gate.Unlock() }, nil
	case <-ctx.Done():
		// The call cannot be called back; whoever holds the gate lets it go soon.
		go func() {
			if <-got == nil {
				_ = gate.Unlock()
			}
		}()
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, a.busy(site)
		}
		return nil, ctx.Err()
	}
}

// readOnly tells whether something could not be written because it may not be.
func readOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// open opens a newspaper's file by bbolt, for its lock at the least. *file
// becomes the file that bbolt has open.
func (a *Archive) open(ctx context.Context, site string, writing bool, file **os.File) (*bbolt.DB, error) {
	leave, err := a.gate(ctx, site, writing)
	if err != nil {
		return nil, err
	}
	defer leave()
	return a.openGated(site, writing, file)
}

// openGated is open by one who has the gate.
func (a *Archive) openGated(site string, writing bool, file **os.File) (*bbolt.DB, error) {
	path := a.path(site, "db")
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular():
		// A link would be replaced by what is made anew, and what it leads to be left.
		return nil, schema.Say(ErrInvalid, "%s is a link or a folder: the newspapers' files have to lie in the archive's folder themselves; the whole folder may be a link", Path(path))
	case errors.Is(err, fs.ErrNotExist) && !writing:
		return nil, noNewspaper(site)
	case errors.Is(err, fs.ErrNotExist):
		if err := a.found(site); err != nil {
			return nil, err
		}
	case err == nil && info.Size() == 0:
		// bbolt would make a new one of it.
		return nil, a.damaged(site, errEmpty)
	}
	db, err := bbolt.Open(path, 0o666, &bbolt.Options{
		ReadOnly: !writing, Timeout: a.patience, PageSize: pageSize, MaxSize: a.maxSize,
		FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		OpenFile: func(name string, flag int, perm os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag&^os.O_CREATE, perm)
			if err == nil {
				_, _ = settle(f, writing, a.patience) // else bbolt says so
			}
			*file = f
			return f, err
		},
	})
	if err != nil {
		return nil, a.openError(site, err)
	}
	db.AllocSize = growBy
	return db, nil
}

func (a *Archive) openError(site string, err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return a.busy(site)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch),
		strings.HasPrefix(err.Error(), "file size too small"):
		return a.damaged(site, errNoDatabase)
	}
	return a.onFile("open", site, full(err))
}

// full tells a full disk from other failures to write.
func full(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return schema.Say(ErrFull, "no space left on the disk")
	case errors.Is(err, syscall.EDQUOT):
		return schema.Say(ErrFull, "no space left of what this user may fill of the disk (quota)")
	case errors.Is(err, bolterrors.ErrMaxSizeReached), errors.Is(err, syscall.EFBIG):
		return schema.Say(ErrFull, "file too large for this disk, or for the limit of this process")
	}
	return err
}

// found makes a newspaper's file: beside its name, whole, and then renamed, so
// that no half-made file is ever met. The caller has the gate.
func (a *Archive) found(site string) error {
	temp := a.path(site, "new")
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return a.onFile("make", site, err)
	}
	db, err := bbolt.Open(temp, 0o666, &bbolt.Options{Timeout: a.patience, PageSize: pageSize})
	if err != nil {
		os.Remove(temp) //nolint:errcheck // what failed before is the error to tell
		return a.onFile("make", site, full(err))
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, b := range schema.Buckets() {
			if _, err := tx.CreateBucket([]byte(b)); err != nil {
				return err
			}
		}
		w := txStore{tx}
		if err := schema.MetaFormat.Save(w, schema.Format{Version: schema.Current, Site: site}); err != nil {
			return err
		}
		return schema.MetaState.Save(w, schema.State{Generation: 1})
	})
	err = errors.Join(err, db.Close())
	if err == nil {
		err = os.Rename(temp, a.path(site, "db"))
	}
	if err != nil {
		return a.onFile("make", site, full(errors.Join(err, os.Remove(temp))))
	}
	return syncFolder(a.dir)
}

// newSuffix is behind the name of a file that is not whole yet.
const newSuffix = ".new"

// writeWhole gives a small file its contents in one step: where the disk is full, or the
// process dies, what was there before stays, and no half file bears its name.
func writeWhole(path string, text []byte) error {
	temp := path + newSuffix
	err := os.WriteFile(temp, text, 0o666)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp) //nolint:errcheck // what failed before is the error to tell
		return full(err)
	}
	return nil
}

// syncFolder makes a rename durable, where folders can be synced.
func syncFolder(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return fmt.Errorf("write the folder %s: %w", Path(dir), err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("write the folder %s: %w", Path(dir), err)
	}
	return nil
}

// openShared opens a newspaper's file for reading, when it is its turn. release
// lets others write again.
func (a *Archive) openShared(ctx context.Context, site string) (file *os.File, release func() error, err error) {
	if !flocks {
		db, err := a.open(ctx, site, false, &file)
		if err != nil {
			return nil, nil, err
		}
		return file, db.Close, nil
	}
	// bbolt is not needed for reading, and its own opening takes as long as reading
	// a record.
	leave, err := a.gate(ctx, site, false)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	file, err = os.Open(a.path(site, "db"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, noNewspaper(site)
	case err != nil:
		return nil, nil, a.onFile("open", site, err)
	}
	switch held, err := settle(file, false, a.patience); {
	case err != nil:
		return nil, nil, errors.Join(lockError(site, err), file.Close())
	case !held:
		return nil, nil, errors.Join(a.busy(site), file.Close())
	}
	return file, file.Close, nil
}

// read lets fn read a newspaper's file. fn must be done within [readTurn] or
// so: others wait. It must not open the file again, nor call back to a caller
// that might: a writer waiting in between would stop both.
func (a *Archive) read(ctx context.Context, site string, fn func(schema.Reader) error) error {
	return a.readKnown(ctx, site, func(t *tree) error { return fn(t) })
}

// readKnown is read for what only a tree can do.
func (a *Archive) readKnown(ctx context.Context, site string, fn func(*tree) error) error {
	return a.openTree(ctx, site, true, func(t *tree) error {
		if !t.known {
			if _, err := schema.CheckSchema(t, site); err != nil {
				return err
			}
			t.known = true
		}
		return fn(t)
	})
}

// readTree is read before the file's format is known, and of nothing but the file.
func (a *Archive) readTree(ctx context.Context, site string, fn func(*tree) error) error {
	return a.openTree(ctx, site, false, fn)
}

// openTree lets fn read a newspaper's tree. Where the file is as it was, a tree
// that was kept serves again: most of its branches need not be read then.
func (a *Archive) openTree(ctx context.Context, site string, keep bool, fn func(*tree) error) error {
	if err := errors.Join(ctx.Err(), checkSite(site)); err != nil {
		return err
	}
	file, release, err := a.openShared(ctx, site)
	if err != nil {
		return err
	}
	var t *tree
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.Size() == 0:
		err = errEmpty
	case keep:
		t, err = a.keptTree(site, file, info)
	default:
		t, err = openTree(file, info.Size())
	}
	if err != nil {
		return errors.Join(a.damaged(site, a.onFile("read", site, err)), release())
	}
	err = fn(t)
	if keep {
		a.keepTree(site, t, info)
	}
	return errors.Join(a.damaged(site, err), release())
}

// kept is a tree that nobody reads, and the file that it is of.
type kept struct {
	tree *tree
	info fs.FileInfo
}

// keptTree is the tree that was kept, where the file has not changed since.
func (a *Archive) keptTree(site string, file *os.File, info fs.FileInfo) (*tree, error) {
	w := a.writer(site)
	a.mu.Lock()
	k := w.kept
	w.kept = kept{}
	a.mu.Unlock()
	if k.tree != nil && !os.SameFile(k.info, info) {
		a.pool.Forget() // another file took its place: bodies may have moved
	}
	if k.tree == nil || !os.SameFile(k.info, info) || k.info.Size() != info.Size() || !k.info.ModTime().Equal(info.ModTime()) {
		return openTree(file, info.Size())
	}
	// Times of files are coarse; the meta pages change with every transaction.
	switch same, err := k.tree.Attach(file); {
	case err != nil:
		return nil, err
	case !same:
		return openTree(file, info.Size())
	}
	return k.tree, nil
}

func (a *Archive) keepTree(site string, t *tree, info fs.FileInfo) {
	t.Detach()
	w := a.writer(site)
	a.mu.Lock()
	w.kept = kept{t, info}
	a.mu.Unlock()
}

// update lets fn change a newspaper's file in one transaction: all of it is
// durable when update returns nil, and nothing of it is there when it does not.
// A file of an older format is brought up to date first.
func (a *Archive) update(ctx context.Context, site string, fn func(schema.Writer) error) error {
	for {
		err := a.transact(ctx, site, func(s txStore, schema schema.Format) error {
			if schema.Old() {
				return errOldFormat
			}
			noting := notingStore{txStore: s}
			if err := fn(&noting); err != nil {
				return err
			}
			return a.spread(s, site, noting.copied, false)
		})
		if !errors.Is(err, errOldFormat) {
			return err
		}
		if err := a.upgrade(ctx, site); err != nil {
			return err
		}
	}
}

// transact is update of a file of any format that can be read.
func (a *Archive) transact(ctx context.Context, site string, fn func(txStore, schema.Format) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	// bbolt trusts its file. A hurt one makes it panic or read outside of its
	// memory; neither may end the process, or be taken for a fault of ours.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	var file *os.File
	defer func() {
		r := recover()
		switch {
		case r == nil:
			return
		case !fromBolt(r):
			panic(r)
		}
		err = a.damaged(site, schema.Corrupt("its pages do not fit together"))
		if file != nil {
			// bbolt may have stopped with its own locks held, so that Close would
			// wait for ever. Without its file it holds up nobody.
			err = errors.Join(err, unlock(file), file.Close())
		}
	}()
	db, err := a.open(ctx, site, true, &file)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		w := txStore{tx}
		schema, err := schema.CheckSchema(w, site)
		if err != nil {
			return err
		}
		return fn(w, schema)
	})
	if err != nil {
		if err = full(err); !known(err) {
			err = a.onFile("write", site, err)
		}
		err = a.damaged(site, err)
	}
	return errors.Join(err, db.Close())
}

// fromBolt tells whether a panic came out of bbolt, or of reading what it gave.
// To be called by the deferred function that recovered it.
func fromBolt(r any) bool {
	if _, fault := r.(interface{ Addr() uintptr }); fault {
		return true
	}
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}
