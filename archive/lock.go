package archive

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
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

// Lock takes a newspaper for a whole run, so that two crawls of it keep apart;
// what says what for ("crawl"). Reading and single commits need no Lock. Where
// another holds it the error is an [*InUseError] at once. release may be called
// more than once.
func (a *Archive) Lock(site, what string) (release func() error, err error) {
	if err := checkSite(site); err != nil {
		return nil, err
	}
	lock, held, err := takeLock(a.path(site, "lock"), (*flock.Flock).TryLock)
	switch {
	case err != nil:
		return nil, lockError(site, err)
	case !held:
		return nil, a.inUse(site)
	}
	// Beside the lock, not in it: on Windows nobody can read a locked file.
	b, err := schema.Encode(holder{os.Getpid(), what, time.Now().Truncate(time.Second)})
	if err == nil {
		err = writeWhole(a.path(site, "holder"), b)
	}
	if err != nil {
		return nil, errors.Join(lockError(site, err), dropLock(lock))
	}
	return sync.OnceValue(func() error {
		_ = a.Settle(context.Background(), site) // else the next who writes goes on
		return errors.Join(os.Remove(a.path(site, "holder")), dropLock(lock))
	}), nil
}

// lockError says why a file could not be locked, other than that somebody has it.
func lockError(site string, err error) error {
	switch {
	case readOnly(err):
		return fmt.Errorf("the archive can be read here, but not written: %w", err)
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.ENOLCK):
		// Without locks nobody could tell a state of the file from half a commit.
		return fmt.Errorf("files cannot be locked in this folder, so nothing here can be trusted to be whole; copy the archive to another disk while nothing writes to it: %w", err)
	}
	return fmt.Errorf("lock %s: %w", site, err)
}

// inUse is the error that names who holds a newspaper for a run.
func (a *Archive) inUse(site string) error {
	e := &InUseError{Site: site}
	var h holder
	if b, err := readState(a.path(site, "holder")); err == nil && json.Unmarshal(b, &h) == nil {
		e.PID, e.What, e.Since = h.PID, h.What, h.Since
	}
	return e
}

// busy is the error that names who holds a newspaper's file itself, and has for too
// long: a process that was stopped, or whose disk does not answer.
func (a *Archive) busy(site string) error {
	// Who waits for the file holds the gate meanwhile, so the file comes first.
	for _, kind := range []string{"db", "gate"} {
		if pid := lockedBy(a.path(site, kind)); pid != 0 {
			return &InUseError{Site: site, PID: pid, What: cmp.Or(commandOf(pid), "its file is open")}
		}
	}
	return a.inUse(site)
}

// lockReclean keeps those apart who write all of a newspaper's articles anew.
// Where another does so the error is an [*InUseError] at once.
func (a *Archive) lockReclean(site string) (release func(), err error) {
	return a.tryLock(site, "reclean", "its articles are written anew", (*flock.Flock).TryLock)
}

// lockStill waits for nobody who has it [Archive.still], but fails at once.
func (a *Archive) lockStill(site string) (release func(), err error) {
	return a.tryLock(site, "still", "it is being verified or backed up", tryBriefly((*flock.Flock).TryLockContext))
}

// tryLock takes one of a newspaper's locks; where another has it, what says what for.
func (a *Archive) tryLock(site, kind, what string, how func(*flock.Flock) (bool, error)) (release func(), err error) {
	lock, held, err := takeLock(a.path(site, kind), how)
	switch {
	case err != nil:
		return nil, lockError(site, err)
	case !held:
		return nil, &InUseError{Site: site, What: what}
	}
	return func() { // closing the file lets go of the lock, whatever else fails
		a.dropGate(site)
		_ = dropLock(lock)
	}, nil
}

// still keeps a newspaper's file from being replaced by another one while all of it
// is read; many may do so at once. Where a page is being forgotten the error is an
// [*InUseError] at once. On a medium that cannot be written nothing is replaced.
func (a *Archive) still(site string) (release func(), err error) {
	lock, held, err := takeLock(a.path(site, "still"), tryBriefly((*flock.Flock).TryRLockContext))
	switch {
	case readOnly(err), errors.Is(err, fs.ErrNotExist):
		return func() {}, nil
	case err != nil:
		return nil, lockError(site, err)
	case !held:
		return nil, &InUseError{Site: site, What: "a page is being forgotten"}
	}
	return func() { _ = dropLock(lock) }, nil
}
