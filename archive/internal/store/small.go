package store

import (
	"fmt"
	"io"
	"os"
)

// maxState bounds the small files beside the newspapers' own: what an archive says of
// itself, who holds it, how far a work came.
const maxState = 64 << 20

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
