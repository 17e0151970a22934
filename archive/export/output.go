package export

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// output is a file that is being written. As long as it has the bytes of the file that
// stands there nothing is written; from the first byte on that differs it is staged.
type output struct {
	f    *Folder
	file File
	hash hash.Hash
	old  *os.File // what stands there; nil once they differ
	part *os.File // what is written instead
}

// syncFrom is the size from which on a file is synced before it gets its name. To sync
// each of a million small ones would take hours; one that a power cut has emptied is known
// by its bytes, and the next export writes it again.
const syncFrom = 1 << 20

// create begins a file, against the one that stands there or without looking at it.
func (f *Folder) create(path string, compare bool) *output {
	o := &output{f: f, file: File{Path: path}, hash: sha256.New()}
	if compare && (path == manifestName || f.had(path)) {
		if old, err := f.root.Open(path); err == nil { // what cannot be read is written again
			o.old = old
			f.reader.Reset(old)
		}
	}
	f.open = o
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
		if _, err := o.f.buffer.Write(p); err != nil {
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
		got, err := io.ReadFull(o.f.reader, o.f.scratch[:n])
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
	f.buffer.Reset(part)
	if o.old == nil {
		return
	}
	if _, err := o.old.Seek(0, io.SeekStart); err != nil {
		f.fail(err)
	} else if _, err := io.CopyN(f.buffer, o.old, o.file.Bytes); err != nil {
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

// end completes the open file.
func (f *Folder) end() error {
	o := f.open
	if o == nil {
		return f.err
	}
	if o.old != nil {
		if _, err := f.reader.ReadByte(); err != io.EOF { //nolint:errorlint // bufio's own
			o.stage() // it is longer, or cannot be read to its end
		}
	} else if o.part == nil && f.err == nil {
		o.stage() // it is empty
	}
	if o.part != nil && f.err == nil {
		err := f.buffer.Flush()
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
	f.open = nil
	o.hash.Sum(o.file.Digest[:0])
	f.files = append(f.files, o.file)
	return nil
}

// abandon closes the open file as it is.
func (f *Folder) abandon() {
	o := f.open
	if o == nil {
		return
	}
	f.open = nil
	o.closeOld()
	if o.part != nil {
		o.part.Close()
		f.root.Remove(stagedName(o.file.staged)) //nolint:errcheck // it is in the way of nobody, and swept up later
	}
}

// stagedName is a file without a name yet. It has no ending, so that an import of the
// folder passes it over.
func stagedName(n int) string { return fmt.Sprintf("%s/%d", workName, n) }
