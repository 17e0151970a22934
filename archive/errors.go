package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
	"unicode"

	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

var (
	// ErrNoArchive is returned by [Open] for a folder that is missing or holds no
	// archive, and by [Create] for a folder that is full of something else.
	ErrNoArchive = errors.New("no archive")

	// ErrNoNewspaper is returned when the archive has no file of that newspaper.
	ErrNoNewspaper = errors.New("nothing of this newspaper is in the archive")

	// ErrNoPage is returned when a page, a version or a capture is not there.
	ErrNoPage = schema.ErrNoPage

	// ErrForgotten is returned for a page that was taken out by law. The error is
	// a [*ForgottenError].
	ErrForgotten = errors.New("forgotten")

	// ErrInUse is returned when another process holds what is asked for and did
	// not let it go in time. The error is an [*InUseError].
	ErrInUse = errors.New("in use")

	// ErrSchema is returned for a file written in a format that this program
	// does not know.
	ErrSchema = schema.ErrSchema

	// ErrCorrupt is returned when stored bytes are not what was stored: a
	// checksum, a digest or a reference does not hold. Nothing was changed.
	ErrCorrupt = schema.ErrCorrupt

	// ErrFull is returned when there is no room for a commit. Nothing of it was
	// stored.
	ErrFull = errors.New("no space left")

	// ErrInvalid is returned for a capture, an entry or a name that no archive
	// can hold: a page key with a zero byte, a capture without a time.
	ErrInvalid = schema.ErrInvalid
)

var (
	errEmpty      = schema.Corrupt("it is empty: put a backup in its place or, where nothing was lost, delete it")
	errNoDatabase = boltfile.ErrNoDatabase
)

func noNewspaper(site string) error {
	return schema.Say(ErrNoNewspaper, "%w: %s", ErrNoNewspaper, site)
}

// noPage is the error for a page that is not there, under the name that was asked for.
func (v *View) noPage(ref string) error {
	return schema.Say(ErrNoPage, "%w: %s", ErrNoPage, v.named(ref))
}

// named is a page as a person asks for it: an address as it is, else with its newspaper.
func (v *View) named(ref string) string {
	ref = fmt.Sprintf("%.200s", ref)
	if strings.Contains(ref, "://") {
		return ref
	}
	return v.site + "/" + ref
}

// known tells of an error that says by itself what it is of.
func known(err error) bool {
	for _, kind := range []error{
		ErrNoArchive, ErrNoNewspaper, ErrNoPage, ErrForgotten, ErrInUse, ErrSchema, ErrCorrupt, ErrInvalid,
		errChanged, errOldFormat, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// Path is a file's or a folder's name as it stands in a sentence: in quotation marks
// where it could not be told from the words around it.
func Path(path string) string {
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`"':;,()`, r)
	}
	if path == "" || strings.ContainsFunc(path, odd) {
		return strconv.Quote(path)
	}
	return path
}

// doing says what was being done, where an error does not say by itself what it is of.
func doing(what string, err error) error {
	if known(err) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// onFile says what was being done to a newspaper's file, where an error does not name it.
func (a *Archive) onFile(op, site string, err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) || errors.Is(err, ErrCorrupt) {
		return err
	}
	return fmt.Errorf("%s %s: %w", op, Path(a.path(site, "db")), err)
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

// ForgottenError says when a page was forgotten, and why. It is an
// [ErrForgotten].
type ForgottenError struct {
	Site string
	Forgotten
}

func (e *ForgottenError) Error() string {
	page := e.Site
	if e.Page != "" {
		page += "/" + e.Page
	}
	return fmt.Sprintf("%s: %s", page, e.Said())
}

// Is makes errors.Is(err, ErrForgotten) true.
func (e *ForgottenError) Is(target error) bool { return target == ErrForgotten }
