package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// The levels of the log: what a run did, or each request as well.
const (
	logInfo  = "info"
	logDebug = "debug"
)

// openLog makes the logger that --log asks for: JSON lines into a file that is
// rotated, or on stderr for "-". Without --log nothing is written.
func (a *app) openLog(name string, c LogConfig) (*slog.Logger, func() error, error) {
	none := func() error { return nil }
	switch name {
	case "":
		return slog.New(slog.DiscardHandler), none, nil
	case "-":
		return newLog(a.err, c.Level), none, nil
	}
	file, err := openLogFile(name, int64(c.MaxSize), c.Keep)
	if err != nil {
		return nil, nil, err
	}
	return newLog(file, c.Level), file.Close, nil
}

// newLog writes JSON lines, each in one write: times of Vietnam, durations in words ("1.5s"), and no
// error where there was none.
func newLog(w io.Writer, level string) *slog.Logger {
	least := slog.LevelInfo
	if level == logDebug {
		least = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(plain.JSONWriter(w), &slog.HandlerOptions{Level: least, ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
		switch v := attr.Value.Any().(type) {
		case time.Time:
			attr.Value = slog.TimeValue(v.In(sites.Zone))
		case time.Duration:
			attr.Value = slog.StringValue(v.String())
		case nil:
			return slog.Attr{}
		}
		return attr
	}}))
}

// logFile is a log that several processes may write at once. When it has grown to
// maxSize it becomes NAME.1, what was NAME.1 becomes NAME.2, and so on; keep of them
// are kept.
type logFile struct {
	name    string
	maxSize int64
	keep    int

	mu   sync.Mutex
	file *os.File
}

func openLogFile(name string, maxSize int64, keep int) (*logFile, error) {
	l := &logFile{name: name, maxSize: maxSize, keep: keep}
	return l, l.open()
}

func (l *logFile) open() (err error) {
	if l.file, err = os.OpenFile(l.name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644); err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	return nil
}

// Write appends a line: in one write, so that lines of several processes do not
// mix.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.makeRoom(int64(len(line))); err != nil {
		return 0, err
	}
	return l.file.Write(line)
}

// Close closes the file.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}

// makeRoom sees to it that the file has room for some bytes more and is the one that
// bears the log's name.
func (l *logFile) makeRoom(more int64) error {
	full, ours, err := l.look(more)
	if err != nil || !full && ours {
		return err
	}
	if full {
		// One process rotates, the others find a new file.
		lock := flock.New(l.name + ".lock")
		if err := lock.Lock(); err != nil {
			return fmt.Errorf("rotate log: %w", err)
		}
		defer func() { _ = lock.Unlock() }() // closing it lets go
		if full, ours, err = l.look(more); err != nil {
			return err
		}
		if full && ours {
			if err := l.rotate(); err != nil {
				return err
			}
		}
	}
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("rotate log: %w", err)
	}
	return l.open()
}

// look reports whether the open file is full, and whether it is still the one that
// bears the name.
func (l *logFile) look(more int64) (full, ours bool, err error) {
	open, err := l.file.Stat()
	if err != nil {
		return false, false, fmt.Errorf("log: %w", err)
	}
	named, err := os.Stat(l.name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("log: %w", err)
	}
	ours = os.SameFile(open, named)
	return ours && open.Size() > 0 && open.Size()+more > l.maxSize, ours, nil
}

func (l *logFile) rotate() error {
	if l.keep == 0 {
		return ignoreMissing(os.Remove(l.name))
	}
	for i := l.keep - 1; i >= 0; i-- {
		if err := ignoreMissing(os.Rename(l.old(i), l.old(i+1))); err != nil {
			return fmt.Errorf("rotate log: %w", err)
		}
	}
	return nil
}

// old is the name of the nth file back, 0 the one that is written.
func (l *logFile) old(n int) string {
	if n == 0 {
		return l.name
	}
	return fmt.Sprintf("%s.%d", l.name, n)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

var _ io.WriteCloser = (*logFile)(nil)
