package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"

	"baoluu/archive/internal/schema"
)

// holder is who holds a newspaper, for the message to whoever comes second. The
// lock itself is the operating system's and ends with its process.
type holder struct {
	PID   int       `json:"pid"`
	What  string    `json:"what"`
	Since time.Time `json:"since"`
}

// Lock takes the newspaper for a whole run; what says what for. Where another holds it the
// error is an [*InUseError] at once.
func (f *File) Lock(what string) (release func() error, err error) {
	if err := CheckSite(f.Site); err != nil {
		return nil, err
	}
	lock, held, err := takeLock(f.Path("lock"), (*flock.Flock).TryLock)
	switch {
	case err != nil:
		return nil, lockError(f.Site, err)
	case !held:
		return nil, f.inUse()
	}
	// Beside the lock, not in it: on Windows nobody can read a locked file.
	b, err := schema.Encode(holder{os.Getpid(), what, time.Now().Truncate(time.Second)})
	if err == nil {
		err = WriteSmall(f.Path("holder"), b)
	}
	if err != nil {
		return nil, errors.Join(lockError(f.Site, err), DropLock(lock))
	}
	return func() error { return errors.Join(os.Remove(f.Path("holder")), DropLock(lock)) }, nil
}

// inUse is the error that names who holds a newspaper for a run.
func (f *File) inUse() error {
	e := &InUseError{Site: f.Site}
	var h holder
	if b, err := ReadSmall(f.Path("holder")); err == nil && json.Unmarshal(b, &h) == nil {
		e.PID, e.What, e.Since = h.PID, h.What, h.Since
	}
	return e
}

// busy is the error that names who holds a newspaper's file itself, and has for too
// long: a process that was stopped, or whose disk does not answer.
func (f *File) busy() error {
	// Who waits for the file holds the turnstile meanwhile, so the file comes first.
	for _, kind := range []string{"db", "gate"} {
		if pid, command := lockedBy(f.Path(kind)); pid != 0 {
			return &InUseError{Site: f.Site, PID: pid, What: cmp.Or(command, "its file is open")}
		}
	}
	return f.inUse()
}

// LockReclean keeps those apart who rewrite all of a newspaper's articles.
// Where another does so the error is an [*InUseError] at once.
func (f *File) LockReclean() (release func(), err error) {
	unlock, err := f.tryLock("reclean", "its articles are being written again", (*flock.Flock).TryLock)
	if err != nil {
		return nil, err
	}
	return func() {
		f.DropGate()
		unlock()
	}, nil
}

// LockFreeze keeps a newspaper's file from being frozen, for whoever will replace it. Where
// it is frozen ([File.Freeze]) the error is an [*InUseError] at once.
func (f *File) LockFreeze() (release func(), err error) {
	return f.tryLock("still", "it is being verified or backed up", tryBriefly((*flock.Flock).TryLockContext))
}

// Freeze keeps a newspaper's file from being replaced by another one while all of it
// is read; many may do so at once. Where a page is being forgotten the error is an
// [*InUseError] at once. On a medium that cannot be written nothing is replaced.
func (f *File) Freeze() (release func(), err error) {
	release, err = f.tryLock("still", "a page is being forgotten", tryBriefly((*flock.Flock).TryRLockContext))
	if ReadOnly(err) || errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil
	}
	return release, err
}

// tryLock takes one of a newspaper's locks; where another has it, what says what for.
func (f *File) tryLock(kind, what string, how func(*flock.Flock) (bool, error)) (release func(), err error) {
	if err := CheckSite(f.Site); err != nil {
		return nil, err
	}
	lock, held, err := takeLock(f.Path(kind), how)
	switch {
	case err != nil:
		return nil, lockError(f.Site, err)
	case !held:
		return nil, &InUseError{Site: f.Site, What: what}
	}
	return func() { _ = DropLock(lock) }, nil // closing the file releases the lock, whatever else fails
}
