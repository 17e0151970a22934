package warc

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// folder writes files into one folder. They get their names when all of them are whole: an
// export that fails leaves none.
type folder struct {
	root  *os.Root
	open  *os.File
	buf   *bufio.Writer
	names []string // that are to be given
}

const partSuffix = ".part"

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
	if err := f.end(); err != nil {
		return nil, err
	}
	file, err := f.root.Create(name + partSuffix)
	if err != nil {
		return nil, err
	}
	f.open, f.buf = file, bufio.NewWriterSize(file, bufferSize)
	f.names = append(f.names, name)
	return f.buf, nil
}

// end makes the open file whole.
func (f *folder) end() error {
	if f.open == nil {
		return nil
	}
	err := errors.Join(f.buf.Flush(), f.open.Sync(), f.open.Close())
	f.open = nil
	return err
}

// finish gives the files their names.
func (f *folder) finish() error {
	if err := f.end(); err != nil {
		return err
	}
	for len(f.names) > 0 {
		if err := f.root.Rename(f.names[0]+partSuffix, f.names[0]); err != nil {
			return err
		}
		f.names = f.names[1:]
	}
	return nil
}

// close lets go of the folder; files that have not got their names are taken away.
func (f *folder) close() {
	if f.open != nil {
		f.open.Close()
	}
	for _, name := range f.names {
		f.root.Remove(name + partSuffix) //nolint:errcheck // what failed before is the error to tell
	}
	f.root.Close() //nolint:errcheck // nothing was written through it
}
