package archive

import (
	"errors"
	"fmt"
	"time"

	"baoluu/sites"
)

var (
	// ErrNoArchive is returned by [Open] for a folder that is missing or holds no
	// archive, and by [Create] for a folder that is full of something else.
	ErrNoArchive = errors.New("no archive")

	// ErrNoNewspaper is returned when the archive has no file of that newspaper.
	ErrNoNewspaper = errors.New("nothing of this newspaper is in the archive")

	// ErrNoPage is returned when a page, a version or a capture is not there.
	ErrNoPage = errors.New("no such page in the archive")

	// ErrForgotten is returned for a page that was taken out by law. The error is
	// a [*ForgottenError].
	ErrForgotten = errors.New("forgotten")

	// ErrInUse is returned when another process holds what is asked for and did
	// not let it go in time. The error is an [*InUseError].
	ErrInUse = errors.New("in use")

	// ErrSchema is returned for a file written in a format that this program
	// does not know.
	ErrSchema = errors.New("unknown archive format")

	// ErrCorrupt is returned when stored bytes are not what was stored: a
	// checksum, a digest or a reference does not hold. Nothing was changed.
	ErrCorrupt = errors.New("archive is damaged")

	// ErrFull is returned when there is no room for a commit. Nothing of it was
	// stored.
	ErrFull = errors.New("no space left")

	// ErrInvalid is returned for a capture, an entry or a name that no archive
	// can hold: a page key with a zero byte, a capture without a time.
	ErrInvalid = errors.New("cannot be stored")
)

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
