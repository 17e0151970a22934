package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"baoluu/archive/internal/schema"
)

// TestReplaceOfAChangedFile: a file that was written to since the new one was copied from it
// is not replaced, else what was committed would be lost.
func TestReplaceOfAChangedFile(t *testing.T) {
	ctx := context.Background()
	f := &File{Folder: &Folder{Dir: t.TempDir(), Patience: time.Second}, Site: "vov", OnReplace: func() {}}
	commit := func(last uint64) {
		t.Helper()
		err := f.Transact(ctx, func(s Tx, _ schema.Format) error { return schema.MetaState.Save(s, schema.State{Last: last}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	state := func() (tx, last uint64) {
		t.Helper()
		err := f.ReadUnchecked(ctx, func(tree *Tree) error {
			s, err := schema.MetaState.Must(tree)
			tx, last = tree.Tx(), s.Last
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return tx, last
	}
	commit(1)
	tx, _ := state()
	fresh, err := f.make(f.Path("new"), func(s Tx) error { return schema.MetaState.Save(s, schema.State{Last: 100}) })
	if err == nil {
		err = fresh.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	commit(2)
	if err := f.Replace(ctx, f.Path("new"), tx); !errors.Is(err, ErrChanged) {
		t.Errorf("changed since: %v", err)
	}
	tx, last := state()
	if last != 2 {
		t.Errorf("what was committed is lost: %d", last)
	}
	if err := f.Replace(ctx, f.Path("new"), tx); err != nil {
		t.Error(err)
	}
	if _, last := state(); last != 100 {
		t.Errorf("it was not replaced: %d", last)
	}
}
