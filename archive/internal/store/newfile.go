package store

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"

	"baoluu/archive/internal/schema"
)

// How a newspaper's file is made: always under another name, and renamed when it is complete.

// create makes a newspaper's file: beside its name and complete, and then renamed, so
// that no half-made file is ever met. The caller has passed the turnstile.
func (f *File) create() error {
	temp := f.Path("new")
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.onFile("make", err)
	}
	made, err := f.make(temp, func(w Tx) error {
		if err := schema.MetaFormat.Save(w, schema.Format{Version: schema.Current, Site: f.Site}); err != nil {
			return err
		}
		return schema.MetaState.Save(w, schema.State{Generation: 1})
	})
	if err == nil {
		err = errors.Join(made.Sync(), made.Close())
	}
	if err == nil {
		err = os.Rename(temp, f.Path("db"))
	}
	if err != nil {
		os.Remove(temp) //nolint:errcheck // what failed before is the error to tell
		return f.onFile("make", Full(err))
	}
	return syncFolder(f.Folder.Dir)
}

// NewFile is a newspaper's file in the making. It has no name that anybody looks for.
type NewFile struct{ db *bbolt.DB }

// Make makes a file with all buckets, and nothing in them, at path.
func (f *File) Make(path string) (*NewFile, error) {
	return f.make(path, func(Tx) error { return nil })
}

// make is Make of a file in whose first transaction fn writes.
func (f *File) make(path string, fn func(Tx) error) (*NewFile, error) {
	db, err := bbolt.Open(path, 0o666, &bbolt.Options{
		Timeout: f.Folder.Patience, PageSize: PageSize, MaxSize: f.Folder.MaxSize, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		NoSync: true, // until it is finished
	})
	if err != nil {
		return nil, err
	}
	db.AllocSize = growBy
	err = db.Update(func(tx *bbolt.Tx) error {
		if err := (Tx{tx}).MakeBuckets(0); err != nil {
			return err
		}
		return fn(Tx{tx})
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &NewFile{db}, nil
}

// Update lets fn write to the file in one transaction.
func (n *NewFile) Update(fn func(schema.Writer) error) error {
	return n.db.Update(func(tx *bbolt.Tx) error { return fn(Tx{tx}) })
}

// Sync makes durable what was written.
func (n *NewFile) Sync() error { return n.db.Sync() }

// Close closes the file; what was not made durable may be lost.
func (n *NewFile) Close() error { return n.db.Close() }

// Replace gives the new file at path the newspaper's name, if the file that has it is still as
// transaction tx left it; else the error is [ErrChanged]. Who opens the file passes the
// turnstile first, and so meets the one or the other.
func (f *File) Replace(ctx context.Context, path string, tx uint64) error {
	unlock, err := f.turnstile(ctx, true)
	if err != nil {
		return err
	}
	defer unlock()
	var file *os.File
	db, err := f.openInTurn(true, &file) // no reader has it any more
	if err != nil {
		return err
	}
	var now uint64
	err = db.View(func(tx *bbolt.Tx) error {
		now = uint64(tx.ID())
		return nil
	})
	if err == nil && now != tx {
		err = ErrChanged
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(path, f.Path("db")); err != nil {
		return err
	}
	return syncFolder(f.Folder.Dir)
}

// MoveTo gives a newspaper's file that was made in a folder within another archive
// the place of out there, and removes the folder.
func (f *File) MoveTo(ctx context.Context, out *File) error {
	unlock, err := out.turnstile(ctx, true)
	if err != nil {
		return err
	}
	defer unlock()
	err = os.Rename(f.Path("db"), out.Path("db"))
	if err == nil {
		err = syncFolder(out.Folder.Dir)
	}
	return errors.Join(err, os.RemoveAll(f.Folder.Dir))
}
