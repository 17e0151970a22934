package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
)

// output is a file that is being written. As long as it has the bytes of the file that
// stands there nothing is written; from the first byte on that differs it is staged.
type output struct {
	f    *Folder
	file File
	hash hash.Hash
	*buffers
	old  *os.File // what stands there; nil once they differ
	part *os.File // what is written instead
}

// buffers are those of an open output.
type buffers struct {
	writer *bufio.Writer // of part
	reader *bufio.Reader // of old
}

// syncFrom is the size from which on a file is synced before it gets its name. To sync
// each of a million small ones would take hours; one that a power cut has emptied is known
// by its bytes, and the next export writes it again.
const syncFrom = 1 << 20

// create begins a file, against the one that stands there or without looking at it.
func (f *Folder) create(path string, compare bool) *output {
	o := &output{f: f, file: File{Path: path}, hash: sha256.New()}
	if n := len(f.spare); n > 0 {
		o.buffers, f.spare = f.spare[n-1], f.spare[:n-1]
	} else {
		o.buffers = &buffers{bufio.NewWriterSize(nil, 64<<10), bufio.NewReaderSize(nil, 64<<10)}
	}
	if compare && (path == manifestName || path == sumsName || f.had(path)) {
		if old, err := f.root.Open(path); err == nil { // what cannot be read is written again
			o.old = old
			o.reader.Reset(old)
		}
	}
	f.open = append(f.open, o)
	return o
}

func (f *Folder) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (o *output) Write(p []byte) (int, error) {
	if o.f.err == nil && o.old != nil && !o.same(p) {
		o.stage()
	}
	if o.f.err == nil && o.old == nil && o.part == nil {
		o.stage()
	}
	if o.f.err == nil && o.part != nil {
		if _, err := o.writer.Write(p); err != nil {
			o.f.fail(err)
		}
	}
	if o.f.err != nil {
		return 0, o.f.err
	}
	o.hash.Write(p)
	o.file.Bytes += int64(len(p))
	return len(p), nil
}

// same reports whether what stands there goes on like that.
func (o *output) same(p []byte) bool {
	for len(p) > 0 {
		n := min(len(p), len(o.f.scratch))
		got, err := io.ReadFull(o.reader, o.f.scratch[:n])
		if err != nil || !bytes.Equal(p[:n], o.f.scratch[:got]) {
			return false
		}
		p = p[n:]
	}
	return true
}

// stage begins to write, first what was the same so far.
func (o *output) stage() {
	f := o.f
	part, err := f.root.Create(stagedName(f.staged + 1))
	if err != nil {
		f.fail(err)
		return
	}
	f.staged++
	o.file.staged = f.staged
	o.part = part
	o.writer.Reset(part)
	if o.old == nil {
		return
	}
	if _, err := o.old.Seek(0, io.SeekStart); err != nil {
		f.fail(err)
	} else if _, err := io.CopyN(o.writer, o.old, o.file.Bytes); err != nil {
		f.fail(err)
	}
	o.closeOld()
}

func (o *output) closeOld() {
	if o.old != nil {
		o.old.Close()
		o.old = nil
	}
}

// Close completes the file.
func (o *output) Close() error {
	f := o.f
	at := slices.Index(f.open, o)
	if at < 0 {
		return f.err // it is complete
	}
	if o.old != nil {
		if _, err := o.reader.ReadByte(); err != io.EOF { //nolint:errorlint // bufio's own
			o.stage() // it is longer, or cannot be read to its end
		}
	} else if o.part == nil && f.err == nil {
		o.stage() // it is empty
	}
	if o.part != nil && f.err == nil {
		err := o.writer.Flush()
		if err == nil && (o.file.Bytes >= syncFrom || o.file.Path == manifestName) {
			err = o.part.Sync()
		}
		if err = errors.Join(err, o.part.Close()); err != nil {
			f.fail(err)
		}
		o.part = nil
	}
	if f.err != nil {
		return f.err
	}
	o.closeOld()
	f.open = slices.Delete(f.open, at, at+1)
	f.spare = append(f.spare, o.buffers)
	o.hash.Sum(o.file.Digest[:0])
	f.files = append(f.files, o.file)
	return nil
}

// end completes the open files.
func (f *Folder) end() error {
	for len(f.open) > 0 && f.err == nil {
		f.open[0].Close() //nolint:errcheck // f.err is its error
	}
	return f.err
}

// abandon closes the open files as they are.
func (f *Folder) abandon() {
	for _, o := range f.open {
		o.closeOld()
		if o.part != nil {
			o.part.Close()
			f.root.Remove(stagedName(o.file.staged)) //nolint:errcheck // it is in the way of nobody, and swept up later
		}
	}
	f.open = nil
}

// stagedName is a file without a name yet. It has no ending, so that an import of the
// folder passes it over.
func stagedName(n int) string { return fmt.Sprintf("%s/%d", workName, n) }
