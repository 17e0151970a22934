package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
)

// Lock files are there while somebody needs them, and are removed by the last who does.
//
// A lock file that is removed while another waits for it is a trap: the other then holds
// the lock of a file without a name, and a third one that of a new file. So a lock
// counts only if the locked file still has the name ([takeLock]), and only who holds the
// lock alone, of the file that has the name, removes it ([DropLock]). While somebody
// holds a lock that counts nobody else can hold that file's lock alone, so the file
// keeps its name; and so whoever asks for it by that name asks for the same lock.
//
// On systems without flock(2) an open file cannot be removed, and lock files stay.

// briefly is how long one who tries for a lock waits for it: whoever releases a shared lock
// holds it alone for a moment.
const briefly = 200 * time.Millisecond

// takeLock takes the lock of the file at path by how, and makes the file where there is none.
func takeLock(path string, how func(*flock.Flock) (bool, error)) (lock *flock.Flock, held bool, err error) {
	for {
		lock = flock.New(path, flock.SetPermissions(0o666))
		if held, err = how(lock); err != nil || !held {
			return nil, false, err
		}
		if hasName(lock) {
			return lock, true, nil
		}
		_ = lock.Unlock() // its last holder removed the file in between
	}
}

// WaitForLock takes the lock of the file at path alone, however long that takes. The file is
// made where there is none; [DropLock] releases the lock.
func WaitForLock(path string) (*flock.Flock, error) {
	lock, _, err := takeLock(path, func(l *flock.Flock) (bool, error) { return true, l.Lock() })
	return lock, err
}

// tryBriefly tries for a lock until it is sure that somebody has it for more than a moment.
func tryBriefly(try func(l *flock.Flock, ctx context.Context, every time.Duration) (bool, error)) func(*flock.Flock) (bool, error) {
	return func(l *flock.Flock) (bool, error) {
		ctx, cancel := context.WithTimeout(context.Background(), briefly)
		defer cancel()
		held, err := try(l, ctx, 2*time.Millisecond)
		if errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
		return held, err
	}
}

// hasName reports whether a locked file still has its name.
func hasName(lock *flock.Flock) bool {
	own, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(own, there)
}

// DropLock releases a lock, and removes its file where nobody else has the lock.
func DropLock(lock *flock.Flock) error {
	if Flocks {
		if alone, err := lock.TryLock(); err == nil && alone && hasName(lock) {
			_ = os.Remove(lock.Path()) // else it stays, which harms nobody
		}
	}
	return lock.Unlock()
}

// DropGate removes SITE.gate where nobody is about to open the newspaper's file: it lets a
// writer in among readers, and there is none. Readers do without it.
func (f *File) DropGate() {
	path := f.Path("gate")
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return
	}
	if gate, held, err := takeLock(path, (*flock.Flock).TryLock); err == nil && held {
		_ = DropLock(gate)
	}
}
