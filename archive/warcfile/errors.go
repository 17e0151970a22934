package warcfile

import "errors"

var (
	// ErrNotWARC is returned for a file in which not one record begins.
	ErrNotWARC = errors.New("no WARC file: no record begins in it")

	// ErrARC is returned for an ARC file, the form that WARC took the place of.
	ErrARC = errors.New("an ARC file, the form before WARC, is not read: turn it into a WARC file first, as warcio recompress OLD.arc.gz NEW.warc.gz does")

	// ErrDamaged is returned for a file that is so damaged that looking for the next
	// record was given up. What came before is sound.
	ErrDamaged = errors.New("too damaged to go on")

	// ErrTooMuch is returned for a file that gives more work than any file of its size should:
	// a bomb. What came before is sound.
	ErrTooMuch = errors.New("more is in it, unpacked, than a file of its size should hold")

	errHeader   = errors.New("unreadable record header")
	errTooLong  = errors.New("record header too long")
	errNoLength = errors.New("record without a usable Content-Length")
)
