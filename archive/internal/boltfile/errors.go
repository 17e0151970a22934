package boltfile

import (
	"errors"
	"fmt"
)

var (
	// ErrDamaged is what all errors of damage are.
	ErrDamaged = errors.New("archive is damaged")

	// ErrNoBucket is returned for a bucket that the file does not have. It is no
	// [ErrDamaged]: the file may be of before there was one.
	ErrNoBucket = errors.New("no such bucket")

	// ErrStop ends a scan early when its function returns it; the scan then returns nil.
	ErrStop = errors.New("stop")

	// ErrNoDatabase is returned for a file neither of whose meta pages holds. It is an
	// [ErrDamaged].
	ErrNoDatabase = damaged("it is no database of an archive, or its beginning was overwritten")
)

// PageError tells what is wrong with one page. It is an [ErrDamaged].
type PageError struct {
	Page uint64 // its number
	What string
}

func (e *PageError) Error() string { return fmt.Sprintf("page %d of the file: %s", e.Page, e.What) }
func (e *PageError) Unwrap() error { return ErrDamaged }

func pageError(id uint64, format string, args ...any) error {
	return &PageError{id, fmt.Sprintf(format, args...)}
}

// damage is what is wrong with the file as a whole.
type damage struct{ what string }

func (e *damage) Error() string { return e.what }
func (e *damage) Unwrap() error { return ErrDamaged }

func damaged(format string, args ...any) error { return &damage{fmt.Sprintf(format, args...)} }
