package store

import (
	"fmt"
	"io"
	"os"
)

// maxState bounds the small files beside the newspapers' own: what an archive says of
// itself, who holds it, how far a work came.
const maxState = 64 << 20

// NewSuffix ends the name of a file that is being written and not complete.
const NewSuffix = ".new"

// WriteSmall gives a small file its contents in one step: where the disk is full, or the
// process dies, what was there before stays, and no half file bears its name.
func WriteSmall(path string, text []byte) error {
	temp := path + NewSuffix
	err := os.WriteFile(temp, text, 0o666)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp) //nolint:errcheck // what failed before is the error to tell
		return Full(err)
	}
	return nil
}

// ReadSmall reads such a file. An archive may come from anywhere: what is too large, or
// a pipe that never ends, is an error.
func ReadSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no plain file", PathText(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxState+1))
	if err == nil && len(b) > maxState {
		err = fmt.Errorf("%s is larger than %d bytes", PathText(path), maxState)
	}
	return b, err
}
