package warc

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// folder writes files into one folder. A file gets its name when it is whole.
type folder struct {
	root *os.Root
	open *os.File
	name string
	buf  *bufio.Writer
}

func newFolder(dir string) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root: root}, nil
}

func (f *folder) create(name string) (io.Writer, error) {
	if err := f.finish(); err != nil {
		return nil, err
	}
	file, err := f.root.Create(name + ".part")
	if err != nil {
		return nil, err
	}
	f.open, f.name, f.buf = file, name, bufio.NewWriterSize(file, bufferSize)
	return f.buf, nil
}

// finish makes the open file whole.
func (f *folder) finish() error {
	if f.open == nil {
		return nil
	}
	err := errors.Join(f.buf.Flush(), f.open.Sync(), f.open.Close())
	f.open = nil
	if err != nil {
		return errors.Join(err, f.root.Remove(f.name+".part"))
	}
	return f.root.Rename(f.name+".part", f.name)
}

// close lets go of the folder; a file that is not whole is taken away.
func (f *folder) close() {
	if f.open != nil {
		f.open.Close()
		f.root.Remove(f.name + ".part") //nolint:errcheck // what failed before is the error to tell
	}
	f.root.Close() //nolint:errcheck // nothing was written through it
}
