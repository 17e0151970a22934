package archive

import (
	"errors"
	"fmt"
	"strings"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

var (
	// ErrNoArchive is returned by [Open] for a folder that is missing or holds no
	// archive, and by [Create] for a folder that is full of something else.
	ErrNoArchive = errors.New("no archive")

	// ErrNoNewspaper is returned when the archive has no file of that newspaper.
	ErrNoNewspaper = store.ErrNoNewspaper

	// ErrNoPage is returned when a page, a version or a capture is not there.
	ErrNoPage = schema.ErrNoPage

	// ErrForgotten is returned for a page that was taken out by law. The error is
	// a [*ForgottenError].
	ErrForgotten = errors.New("forgotten")

	// ErrInUse is returned when another process holds what is asked for and did
	// not let it go in time. The error is an [*InUseError].
	ErrInUse = store.ErrInUse

	// ErrSchema is returned for a file written in a format that this program
	// does not know.
	ErrSchema = schema.ErrSchema

	// ErrCorrupt is returned when stored bytes are not what was stored: a
	// checksum, a digest or a reference does not hold. Nothing was changed.
	ErrCorrupt = schema.ErrCorrupt

	// ErrFull is returned when there is no room for a commit. Nothing of it was
	// stored.
	ErrFull = store.ErrFull

	// ErrInvalid is returned for a capture, an entry or a name that no archive
	// can hold: a page key with a zero byte, a capture without a time.
	ErrInvalid = schema.ErrInvalid
)

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
	return v.paper.Name + "/" + ref
}

// InUseError says who holds a newspaper. It is an [ErrInUse].
type InUseError = store.InUseError

// Path is a file's or a folder's name as it stands in a sentence: in quotation marks
// where it would read as words of the sentence.
func Path(path string) string { return store.PathText(path) }

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
