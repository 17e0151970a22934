package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
)

// How a newspaper's file is opened. bbolt lets many read or one write, and asks for its
// lock again and again without a queue, so that busy readers can keep a writer out for
// ever. Therefore whoever opens the file first locks SITE.gate, the turnstile, whose lock
// the operating system hands out in turn, and unlocks it once bbolt's own lock is taken:
// behind a waiting writer no new reader gets in.

const (
	// TimeSlice is how long a reader keeps the file before it lets others in.
	TimeSlice = 30 * time.Millisecond
	// PageSize is the same on every machine, so that a file can be carried about.
	PageSize = 4096
	// growBy is how much a file grows at once, when it is larger than that. The
	// 16 MB that bbolt takes would double many a small newspaper.
	growBy = 4 << 20
)

// File is a newspaper's file. It is open only while it is read or written, and is safe for use
// by many goroutines.
type File struct {
	Folder    *Folder
	Site      string // the newspaper's name
	OnReplace func() // called when another file is found in its place: bodies may have moved

	mu   sync.Mutex
	kept kept
}

// turnstile waits for its turn to open the file: SITE.gate is locked until unlock is called.
// It waits for as long as the folder's Patience, then the error says who has the file.
func (f *File) turnstile(ctx context.Context, writing bool) (unlock func(), err error) {
	path := f.Path("gate")
	if unlock, ok := quickTurn(path); ok {
		return unlock, nil
	}
	if _, err := os.Lstat(path); !writing && errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil // nobody writes
	}
	ctx, cancel := context.WithTimeout(ctx, f.Folder.Patience)
	defer cancel()
	var gate *flock.Flock
	got := make(chan error, 1)
	go func() {
		var err error
		gate, err = WaitForLock(path)
		got <- err
	}()
	select {
	case err := <-got:
		switch {
		case !writing && ReadOnly(err):
			return func() {}, nil // on a medium that cannot be written there is no writer to keep in turn with
		case err != nil:
			return nil, lockError(f.Site, err)
		}
		return func() { _ = gate.Unlock() }, nil // closing the file releases the lock, whatever else fails
	case <-ctx.Done():
		// The call cannot be called back; whoever holds the turnstile releases it soon.
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

// open opens a newspaper's file by bbolt, which holds the lock until it is closed. *file
// becomes the file that bbolt has open.
func (f *File) open(ctx context.Context, writing bool, file **os.File) (*bbolt.DB, error) {
	unlock, err := f.turnstile(ctx, writing)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return f.openInTurn(writing, file)
}

// openInTurn is open for a caller who has passed the turnstile.
func (f *File) openInTurn(writing bool, file **os.File) (*bbolt.DB, error) {
	path := f.Path("db")
	switch info, err := os.Lstat(path); {
	case err == nil && !info.Mode().IsRegular():
		// A link would be replaced by the new file, and what it leads to be left.
		return nil, schema.Say(schema.ErrInvalid, "%s is a link or a folder: the newspapers' files have to lie in the archive's folder themselves; the whole folder may be a link", PathText(path))
	case errors.Is(err, fs.ErrNotExist) && !writing:
		return nil, NoNewspaper(f.Site)
	case errors.Is(err, fs.ErrNotExist):
		if err := f.create(); err != nil {
			return nil, err
		}
	case err == nil && info.Size() == 0:
		// bbolt would make a new database of it.
		return nil, f.damaged(errEmpty)
	}
	db, err := bbolt.Open(path, 0o666, &bbolt.Options{
		ReadOnly: !writing, Timeout: f.Folder.Patience, PageSize: PageSize, MaxSize: f.Folder.MaxSize,
		FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		OpenFile: func(name string, flag int, perm os.FileMode) (*os.File, error) {
			opened, err := os.OpenFile(name, flag&^os.O_CREATE, perm)
			if err == nil {
				_, _ = lockFile(opened, writing, f.Folder.Patience) // else bbolt says so
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

func (f *File) openError(err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return f.busy()
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch),
		strings.HasPrefix(err.Error(), "file size too small"):
		return f.damaged(boltfile.ErrNoDatabase)
	}
	return f.onFile("open", Full(err))
}

// openShared opens a newspaper's file for reading, in turn with others. Until opened is
// closed nobody can write.
func (f *File) openShared(ctx context.Context) (file *os.File, opened io.Closer, err error) {
	if !Flocks {
		db, err := f.open(ctx, false, &file)
		if err != nil {
			return nil, nil, err
		}
		return file, db, nil
	}
	// bbolt is not needed for reading, and its own opening takes as long as reading
	// a record.
	unlock, err := f.turnstile(ctx, false)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	file, err = os.Open(f.Path("db"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, NoNewspaper(f.Site)
	case err != nil:
		return nil, nil, f.onFile("open", err)
	}
	switch held, err := lockFile(file, false, f.Folder.Patience); {
	case err != nil:
		return nil, nil, errors.Join(lockError(f.Site, err), file.Close())
	case !held:
		return nil, nil, errors.Join(f.busy(), file.Close())
	}
	return file, file, nil
}

// Read lets fn read a newspaper's file, and returns its error. fn must be done within about
// [TimeSlice]: others wait. It must not open the file again, nor call anything that might: a
// writer waiting in between would stop both for ever. A damaged file is a
// [schema.ErrCorrupt] that names it, one that is not there [ErrNoNewspaper].
func (f *File) Read(ctx context.Context, fn func(schema.Reader) error) error {
	return f.ReadTree(ctx, func(t *Tree) error { return fn(t) })
}

// ReadTree is [File.Read] for what only a [Tree] can do, such as [Tree.Lookup].
func (f *File) ReadTree(ctx context.Context, fn func(*Tree) error) error {
	return f.withTree(ctx, true, func(t *Tree) error {
		if !t.known {
			if _, err := schema.CheckSchema(t, f.Site); err != nil {
				return err
			}
			t.known = true
		}
		return fn(t)
	})
}

// ReadUnchecked is [File.Read] of a file of any format, without what was kept of earlier
// reads: all comes from the file.
func (f *File) ReadUnchecked(ctx context.Context, fn func(*Tree) error) error {
	return f.withTree(ctx, false, fn)
}

// withTree lets fn read a newspaper's tree. Where the file is as it was, a tree
// that was kept serves again: most of its branches need not be read then.
func (f *File) withTree(ctx context.Context, keep bool, fn func(*Tree) error) error {
	if err := errors.Join(ctx.Err(), CheckSite(f.Site)); err != nil {
		return err
	}
	file, opened, err := f.openShared(ctx)
	if err != nil {
		return err
	}
	var t *Tree
	info, err := file.Stat()
	switch {
	case err != nil:
	case info.Size() == 0:
		err = errEmpty
	case keep:
		t, err = f.keptTree(file, info)
	default:
		t, err = OpenTree(file, info.Size())
	}
	if err != nil {
		return errors.Join(f.damaged(f.onFile("read", err)), opened.Close())
	}
	err = fn(t)
	if keep {
		f.keepTree(t, info)
	}
	return errors.Join(f.damaged(err), opened.Close())
}

// kept is a tree that nobody reads, and the file that it is of.
type kept struct {
	tree *Tree
	info fs.FileInfo
}

// keptTree is the tree that was kept, where the file has not changed since; else a new one.
func (f *File) keptTree(file *os.File, info fs.FileInfo) (*Tree, error) {
	f.mu.Lock()
	k := f.kept
	f.kept = kept{}
	f.mu.Unlock()
	switch {
	case k.tree == nil:
	case !os.SameFile(k.info, info):
		f.OnReplace()
	case k.info.Size() == info.Size() && k.info.ModTime().Equal(info.ModTime()):
		// Times of files are coarse; the meta pages change with every transaction.
		if same, err := k.tree.Attach(file); same || err != nil {
			return k.tree, err
		}
	}
	return OpenTree(file, info.Size())
}

func (f *File) keepTree(t *Tree, info fs.FileInfo) {
	t.Detach()
	f.mu.Lock()
	f.kept = kept{t, info}
	f.mu.Unlock()
}
