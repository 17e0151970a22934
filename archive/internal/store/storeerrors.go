package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	bolterrors "go.etcd.io/bbolt/errors"

	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// What can be wrong with a newspaper's file, and who holds it.

var (
	// ErrNoNewspaper is returned when the folder has no file of that newspaper.
	ErrNoNewspaper = errors.New("nothing of this newspaper is in the archive")

	// ErrInUse is returned when another process holds what is asked for and did not let it
	// go in time. The error is an [*InUseError].
	ErrInUse = errors.New("in use")

	// ErrFull is returned when there is no room for what is to be written. Nothing of it was.
	ErrFull = errors.New("no space left")

	// ErrChanged is returned when something was prepared for another state of the file.
	ErrChanged = errors.New("another process changed the archive meanwhile")

	// ErrOldFormat says that a file has to be brought up to date before it is written.
	// Callers of the archive never see it.
	ErrOldFormat = errors.New("an older format")

	errEmpty = schema.Corrupt("it is empty: put a backup in its place or, where nothing was lost, delete it")
)

// NamesItself tells of an error that says by itself what it is of: no path or newspaper need
// be put before it.
func NamesItself(err error) bool {
	for _, kind := range []error{
		ErrNoNewspaper, ErrInUse, schema.ErrNoPage, schema.ErrSchema, schema.ErrCorrupt, schema.ErrInvalid,
		ErrChanged, ErrOldFormat, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// NoNewspaper is the [ErrNoNewspaper] that names the newspaper.
func NoNewspaper(site string) error {
	return schema.Say(ErrNoNewspaper, "%w: %s", ErrNoNewspaper, site)
}

// InUseError says who holds a newspaper. It is an [ErrInUse].
type InUseError struct {
	Site  string
	PID   int       // 0 where it is not known
	What  string    // "crawl", or the command line of who has its file open
	Since time.Time // zero where it is not known
}

func (e *InUseError) Error() string {
	switch {
	case e.PID == 0 && e.What == "":
		return e.Site + " is in use by another process"
	case e.PID == 0:
		return e.Site + " is in use by another process: " + e.What
	case e.Since.IsZero():
		return fmt.Sprintf("%s is in use: %s, process %d", e.Site, e.What, e.PID)
	}
	return fmt.Sprintf("%s is in use: %s, process %d, since %s", e.Site, e.What, e.PID, e.Since.In(sites.Zone).Format(time.RFC3339))
}

// Is makes errors.Is(err, ErrInUse) true.
func (e *InUseError) Is(target error) bool { return target == ErrInUse }

// PathText is a file's or a folder's name as it stands in a sentence: in quotation marks
// where it could not be told from the words around it.
func PathText(path string) string {
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"':;,()`, r)
	}
	if path == "" || strings.ContainsFunc(path, odd) {
		return strconv.Quote(path)
	}
	return path
}

// onFile says what was being done to a newspaper's file, where an error does not name it.
func (f *File) onFile(op string, err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) || errors.Is(err, schema.ErrCorrupt) {
		return err
	}
	return fmt.Errorf("%s %s: %w", op, PathText(f.Path("db")), err)
}

// damagedFile is a newspaper's file in which something is damaged. It is a
// [schema.ErrCorrupt].
type damagedFile struct {
	path string
	Err  error // what is damaged
}

func (e *damagedFile) Error() string {
	return fmt.Sprintf("%s is damaged: %v", PathText(e.path), e.Err)
}

// Unwrap gives what is damaged.
func (e *damagedFile) Unwrap() error { return e.Err }

// damaged names the file of which an error says that it is damaged, once.
func (f *File) damaged(err error) error {
	if _, named := errors.AsType[*damagedFile](err); named || !errors.Is(err, schema.ErrCorrupt) {
		return err
	}
	nameSite(err, f.Site)
	return &damagedFile{f.Path("db"), err}
}

// nameSite lets the records in an error speak of their pages with the newspaper's name.
func nameSite(err error, site string) {
	switch e := err.(type) { //nolint:errorlint // each error is looked at by itself
	case *schema.RecordError:
		e.Site = site
	case interface{ Unwrap() error }:
		nameSite(e.Unwrap(), site)
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			nameSite(err, site)
		}
	}
}

// ReadOnly reports whether something could not be written because it may not be: for want of
// permission, or on a medium that cannot be written.
func ReadOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// Full gives an [ErrFull] for an error that comes of a full disk, a quota or a limit on the
// size of a file; it gives other errors as they are.
func Full(err error) error {
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

// lockError says why a file could not be locked, other than that somebody has it.
func lockError(site string, err error) error {
	switch {
	case ReadOnly(err):
		return fmt.Errorf("the archive can be read here, but not written: %w", err)
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.ENOLCK):
		// Without locks nobody could tell a state of the file from half a commit.
		return fmt.Errorf("files cannot be locked in this folder, so nothing here can be trusted to be whole; copy the archive to another disk while nothing writes to it: %w", err)
	}
	return fmt.Errorf("lock %s: %w", site, err)
}
