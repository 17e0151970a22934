package schema

import (
	"errors"
	"fmt"

	"baoluu/archive/internal/boltfile"
)

// What is wrong with a record or a file, and what cannot be stored.

var (
	// ErrStop ends a scan early when its function returns it; the scan then returns nil.
	ErrStop = boltfile.ErrStop

	// ErrNoPage is returned when a page, a version or a capture is not there.
	ErrNoPage = errors.New("no such page in the archive")

	// ErrSchema is returned for a file written in a format that this program does not know.
	ErrSchema = errors.New("unknown archive format")

	// ErrCorrupt is returned when stored bytes are not what was stored: a checksum, a digest
	// or a reference does not hold.
	ErrCorrupt = boltfile.ErrDamaged

	// ErrInvalid is returned for what no archive can hold: a page key with a zero byte, a
	// capture without a time.
	ErrInvalid = errors.New("cannot be stored")
)

// saidError is an error in words of its own, of a kind that errors.Is finds: the kind's name
// does not stand before each of them.
type saidError struct{ kind, err error }

func (e *saidError) Error() string { return e.err.Error() }

func (e *saidError) Unwrap() []error { return []error{e.kind, e.err} }

// Say makes an error of a kind, such as [ErrInvalid], in words of its own; %w in them is found,
// too.
func Say(kind error, format string, args ...any) error {
	return &saidError{kind, fmt.Errorf(format, args...)}
}

// Unreadable says that a record is what was written, and yet not in this format.
const Unreadable = "its fields cannot be read"

// NoCapture is the [ErrNoPage] of a capture that is not there.
func NoCapture(n uint64) error {
	return Say(ErrNoPage, "there is no capture %d in the archive", n)
}

// NewerFormat is the [ErrSchema] of a file, or a folder, in a format that only newer programs
// know.
func NewerFormat(what string, format int) error {
	return Say(ErrSchema, "%s has format %d, this program knows formats up to %d: use a newer baoluu", what, format, Current)
}

// Corrupt makes an [ErrCorrupt].
func Corrupt(format string, args ...any) error {
	return Say(ErrCorrupt, format, args...)
}
