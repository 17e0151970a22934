package archive

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

// lock takes the newspaper for a whole run; what says what for. Where another holds it the
// error is an [*inUseError] at once.
func (f *siteFile) lock(what string) (release func() error, err error) {
	if err := checkSite(f.site); err != nil {
		return nil, err
	}
	lock, held, err := takeLock(f.path("lock"), (*flock.Flock).TryLock)
	switch {
	case err != nil:
		return nil, lockError(f.site, err)
	case !held:
		return nil, f.inUse()
	}
	// Beside the lock, not in it: on Windows nobody can read a locked file.
	b, err := schema.Encode(holder{os.Getpid(), what, time.Now().Truncate(time.Second)})
	if err == nil {
		err = writeWhole(f.path("holder"), b)
	}
	if err != nil {
		return nil, errors.Join(lockError(f.site, err), dropLock(lock))
	}
	return func() error { return errors.Join(os.Remove(f.path("holder")), dropLock(lock)) }, nil
}

// inUse is the error that names who holds a newspaper for a run.
func (f *siteFile) inUse() error {
	e := &inUseError{Site: f.site}
	var h holder
	if b, err := readState(f.path("holder")); err == nil && json.Unmarshal(b, &h) == nil {
		e.PID, e.What, e.Since = h.PID, h.What, h.Since
	}
	return e
}

// busy is the error that names who holds a newspaper's file itself, and has for too
// long: a process that was stopped, or whose disk does not answer.
func (f *siteFile) busy() error {
	// Who waits for the file holds the gate meanwhile, so the file comes first.
	for _, kind := range []string{"db", "gate"} {
		if pid := lockedBy(f.path(kind)); pid != 0 {
			return &inUseError{Site: f.site, PID: pid, What: cmp.Or(commandOf(pid), "its file is open")}
		}
	}
	return f.inUse()
}

// lockReclean keeps those apart who write all of a newspaper's articles anew.
// Where another does so the error is an [*inUseError] at once.
func (f *siteFile) lockReclean() (release func(), err error) {
	return f.tryLock("reclean", "its articles are written anew", (*flock.Flock).TryLock)
}

// lockStill waits for nobody who has it [Archive.still], but fails at once.
func (f *siteFile) lockStill() (release func(), err error) {
	return f.tryLock("still", "it is being verified or backed up", tryBriefly((*flock.Flock).TryLockContext))
}

// tryLock takes one of a newspaper's locks; where another has it, what says what for.
func (f *siteFile) tryLock(kind, what string, how func(*flock.Flock) (bool, error)) (release func(), err error) {
	lock, held, err := takeLock(f.path(kind), how)
	switch {
	case err != nil:
		return nil, lockError(f.site, err)
	case !held:
		return nil, &inUseError{Site: f.site, What: what}
	}
	return func() { // closing the file lets go of the lock, whatever else fails
		f.dropGate()
		_ = dropLock(lock)
	}, nil
}

// still keeps a newspaper's file from being replaced by another one while all of it
// is read; many may do so at once. Where a page is being forgotten the error is an
// [*inUseError] at once. On a medium that cannot be written nothing is replaced.
func (f *siteFile) still() (release func(), err error) {
	lock, held, err := takeLock(f.path("still"), tryBriefly((*flock.Flock).TryRLockContext))
	switch {
	case readOnly(err), errors.Is(err, fs.ErrNotExist):
		return func() {}, nil
	case err != nil:
		return nil, lockError(f.site, err)
	case !held:
		return nil, &inUseError{Site: f.site, What: "a page is being forgotten"}
	}
	return func() { _ = dropLock(lock) }, nil
}
