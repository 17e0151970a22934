package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
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

// siteFile is a newspaper's file. It is open only while it is read or written, and is for many
// goroutines at once.
type siteFile struct {
	folder    *folder
	site      string
	onReplace func() // another file has taken its place: bodies may have moved

	mu   sync.Mutex
	kept kept
}

// gate waits for its turn to open a newspaper's file.
func (f *siteFile) gate(ctx context.Context, writing bool) (leave func(), err error) {
	if leave, ok := quickGate(f.path("gate")); ok {
		return leave, nil
	}
	path := f.path("gate")
	if _, err := os.Lstat(path); !writing && errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil // nobody writes
	}
	gate, held, err := takeLock(path, (*flock.Flock).TryLock)
	if err != nil {
		if !writing && readOnly(err) {
			return func() {}, nil // on a medium that cannot be written there is no writer to keep in turn with
		}
		return nil, lockError(f.site, err)
	}
	if held {
		return func() { _ = gate.Unlock() }, nil // closing the file lets go of the lock, whatever else fails
	}
	ctx, cancel := context.WithTimeout(ctx, f.folder.patience)
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
			return nil, lockError(f.site, err)
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
			return nil, f.busy()
		}
		return nil, ctx.Err()
	}
}

// open opens a newspaper's file by bbolt, for its lock at the least. *file
// becomes the file that bbolt has open.
func (f *siteFile) open(ctx context.Context, writing bool, file **os.File) (*bbolt.DB, error) {
	leave, err := f.gate(ctx, writing)
	if err != nil {
		return nil, err
	}
	defer leave()
	return f.openGated(writing, file)
}

// openGated is open by one who has the gate.
func (f *siteFile) openGated(writing bool, file **os.File) (*bbolt.DB, error) {
	path := f.path("db")
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular():
		// A link would be replaced by what is made anew, and what it leads to be left.
		return nil, schema.Say(schema.ErrInvalid, "%s is a link or a folder: the newspapers' files have to lie in the archive's folder themselves; the whole folder may be a link", pathText(path))
	case errors.Is(err, fs.ErrNotExist) && !writing:
		return nil, noNewspaper(f.site)
	case errors.Is(err, fs.ErrNotExist):
		if err := f.found(); err != nil {
			return nil, err
		}
	case err == nil && info.Size() == 0:
		// bbolt would make a new one of it.
		return nil, f.damaged(errEmpty)
	}
	db, err := bbolt.Open(path, 0o666, &bbolt.Options{
		ReadOnly: !writing, Timeout: f.folder.patience, PageSize: pageSize, MaxSize: f.folder.maxSize,
		FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		OpenFile: func(name string, flag int, perm os.FileMode) (*os.File, error) {
			opened, err := os.OpenFile(name, flag&^os.O_CREATE, perm)
			if err == nil {
				_, _ = settle(opened, writing, f.folder.patience) // else bbolt says so
			}
			*file = opened
			return opened, err
		},
	})
	if err != nil {
		return nil, f.openError(err)
	}
	db.AllocSize = growBy
	return db, nil
}

func (f *siteFile) openError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return f.busy()
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch),
		strings.HasPrefix(err.Error(), "file size too small"):
		return f.damaged(errNoDatabase)
	}
	return f.onFile("open", full(err))
}

// found makes a newspaper's file: beside its name, whole, and then renamed, so
// that no half-made file is ever met. The caller has the gate.
func (f *siteFile) found() error {
	temp := f.path("new")
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.onFile("make", err)
	}
	db, err := bbolt.Open(temp, 0o666, &bbolt.Options{Timeout: f.folder.patience, PageSize: pageSize})
	if err != nil {
		os.Remove(temp) //nolint:errcheck // what failed before is the error to tell
		return f.onFile("make", full(err))
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		w := txStore{tx}
		if err := w.makeBuckets(0); err != nil {
			return err
		}
		if err := schema.MetaFormat.Save(w, schema.Format{Version: schema.Current, Site: f.site}); err != nil {
			return err
		}
		return schema.MetaState.Save(w, schema.State{Generation: 1})
	})
	err = errors.Join(err, db.Close())
	if err == nil {
		err = os.Rename(temp, f.path("db"))
	}
	if err != nil {
		return f.onFile("make", full(errors.Join(err, os.Remove(temp))))
	}
	return syncFolder(f.folder.dir)
}

// openShared opens a newspaper's file for reading, when it is its turn. release
// lets others write again.
func (f *siteFile) openShared(ctx context.Context) (file *os.File, release func() error, err error) {
	if !flocks {
		db, err := f.open(ctx, false, &file)
		if err != nil {
			return nil, nil, err
		}
		return file, db.Close, nil
	}
	// bbolt is not needed for reading, and its own opening takes as long as reading
	// a record.
	leave, err := f.gate(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	file, err = os.Open(f.path("db"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, noNewspaper(f.site)
	case err != nil:
		return nil, nil, f.onFile("open", err)
	}
	switch held, err := settle(file, false, f.folder.patience); {
	case err != nil:
		return nil, nil, errors.Join(lockError(f.site, err), file.Close())
	case !held:
		return nil, nil, errors.Join(f.busy(), file.Close())
	}
	return file, file.Close, nil
}

// read lets fn read a newspaper's file. fn must be done within [readTurn] or
// so: others wait. It must not open the file again, nor call back to a caller
// that might: a writer waiting in between would stop both.
func (f *siteFile) read(ctx context.Context, fn func(schema.Reader) error) error {
	return f.readKnown(ctx, func(t *tree) error { return fn(t) })
}

// readKnown is read for what only a tree can do.
func (f *siteFile) readKnown(ctx context.Context, fn func(*tree) error) error {
	return f.openTree(ctx, true, func(t *tree) error {
		if !t.known {
			if _, err := schema.CheckSchema(t, f.site); err != nil {
				return err
			}
			t.known = true
		}
		return fn(t)
	})
}

// readTree is read before the file's format is known, and of nothing but the file.
func (f *siteFile) readTree(ctx context.Context, fn func(*tree) error) error {
	return f.openTree(ctx, false, fn)
}

// openTree lets fn read a newspaper's tree. Where the file is as it was, a tree
// that was kept serves again: most of its branches need not be read then.
func (f *siteFile) openTree(ctx context.Context, keep bool, fn func(*tree) error) error {
	if err := errors.Join(ctx.Err(), checkSite(f.site)); err != nil {
		return err
	}
	file, release, err := f.openShared(ctx)
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
		t, err = f.keptTree(file, info)
	default:
		t, err = openTree(file, info.Size())
	}
	if err != nil {
		return errors.Join(f.damaged(f.onFile("read", err)), release())
	}
	err = fn(t)
	if keep {
		f.keepTree(t, info)
	}
	return errors.Join(f.damaged(err), release())
}

// kept is a tree that nobody reads, and the file that it is of.
type kept struct {
	tree *tree
	info fs.FileInfo
}

// keptTree is the tree that was kept, where the file has not changed since.
func (f *siteFile) keptTree(file *os.File, info fs.FileInfo) (*tree, error) {
	f.mu.Lock()
	k := f.kept
	f.kept = kept{}
	f.mu.Unlock()
	if k.tree != nil && !os.SameFile(k.info, info) {
		f.onReplace()
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

func (f *siteFile) keepTree(t *tree, info fs.FileInfo) {
	t.Detach()
	f.mu.Lock()
	f.kept = kept{t, info}
	f.mu.Unlock()
}

// transact is update of a file of any format that can be read.
func (f *siteFile) transact(ctx context.Context, fn func(txStore, schema.Format) error) (err error) {
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
		err = f.damaged(schema.Corrupt("its pages do not fit together"))
		if file != nil {
			// bbolt may have stopped with its own locks held, so that Close would
			// wait for ever. Without its file it holds up nobody.
			err = errors.Join(err, unlock(file), file.Close())
		}
	}()
	db, err := f.open(ctx, true, &file)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		w := txStore{tx}
		format, err := schema.CheckSchema(w, f.site)
		if err != nil {
			return err
		}
		return fn(w, format)
	})
	if err != nil {
		if err = full(err); !namesItself(err) {
			err = f.onFile("write", err)
		}
		err = f.damaged(err)
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

// newFile is a newspaper's file in the making. It has no name that anybody looks for.
type newFile struct{ db *bbolt.DB }

// make makes a file with all buckets, and nothing in them, at path.
func (f *siteFile) make(path string) (*newFile, error) {
	db, err := bbolt.Open(path, 0o666, &bbolt.Options{
		Timeout: f.folder.patience, PageSize: pageSize, MaxSize: f.folder.maxSize, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		NoSync: true, // until it is finished
	})
	if err != nil {
		return nil, err
	}
	db.AllocSize = growBy
	n := &newFile{db}
	if err := db.Update(func(tx *bbolt.Tx) error { return txStore{tx}.makeBuckets(0) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return n, nil
}

// update lets fn write to the file in one transaction.
func (n *newFile) update(fn func(schema.Writer) error) error {
	return n.db.Update(func(tx *bbolt.Tx) error { return fn(txStore{tx}) })
}

// sync makes durable what was written.
func (n *newFile) sync() error { return n.db.Sync() }

func (n *newFile) close() error { return n.db.Close() }

// replace gives a newspaper's new file the old one's name, if the old one is
// still what it was. Who opens the file needs the gate first, and so meets the
// one or the other.
func (f *siteFile) replace(ctx context.Context, path string, tx uint64) error {
	leave, err := f.gate(ctx, true)
	if err != nil {
		return err
	}
	defer leave()
	var file *os.File
	db, err := f.openGated(true, &file) // no reader has it any more
	if err != nil {
		return err
	}
	var now uint64
	err = db.View(func(tx *bbolt.Tx) error {
		now = uint64(tx.ID())
		return nil
	})
	if err == nil && now != tx {
		err = errChanged
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(path, f.path("db")); err != nil {
		return err
	}
	return syncFolder(f.folder.dir)
}

// moveTo gives a newspaper's file that was made in a folder within another archive
// its place there, and removes the folder.
func (f *siteFile) moveTo(ctx context.Context, out *siteFile) error {
	leave, err := out.gate(ctx, true)
	if err != nil {
		return err
	}
	defer leave()
	err = os.Rename(f.path("db"), out.path("db"))
	if err == nil {
		err = syncFolder(out.folder.dir)
	}
	return errors.Join(err, os.RemoveAll(f.folder.dir))
}
