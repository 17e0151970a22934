package search

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"baoluu/archive"
)

// Folder is the folder beside the newspapers' files in which their indexes are.
const Folder = "search"

// ErrNone is returned where no newspaper that is asked for has an index.
var ErrNone = errors.New("no index")

// Index is the indexes of an archive's newspapers. It is safe for use by many goroutines, and beside
// others of the same folder by many processes.
type Index struct {
	archive *archive.Archive
	dir     string
	known   sync.Pool // of words that searches met

	mu      sync.Mutex
	open    map[string]*current // by newspaper
	suspect map[string]bool     // newspapers whose index a search found damaged
}

// current is the state of a newspaper that is open.
type current struct {
	*snapshot
	file fs.FileInfo // stateName, as it was
}

// Open gives the index of an archive; nothing is made, and there may be none yet. dir is the folder
// that it is in; "" is [Folder] in the archive's own.
func Open(a *archive.Archive, dir string) *Index {
	if dir == "" {
		dir = filepath.Join(a.Dir(), Folder)
	}
	return &Index{archive: a, dir: dir, open: map[string]*current{}, suspect: map[string]bool{}, known: sync.Pool{New: func() any { return words{} }}}
}

// Close closes what is open; searches that go on end as they would.
func (x *Index) Close() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for site, c := range x.open {
		c.release()
		delete(x.open, site)
	}
}

// Folder is the folder of a newspaper's index.
func (x *Index) Folder(site string) string { return x.folder(site) }

func (x *Index) folder(site string) string { return filepath.Join(x.dir, site) }

// Status is how a newspaper's index stands.
type Status struct {
	Built    bool      // there is one
	Pages    int       // in it
	Bytes    int64     // of its files
	Captures int       // that came since, and are not in it; joins of pages are counted, too
	Stale    bool      // it is to be gone through as a whole: captures were cleaned again, forgotten, …
	Updated  time.Time // when it was written
}

// Status tells how a newspaper's index stands.
func (x *Index) Status(ctx context.Context, site string) (s Status, err error) {
	sn, err := x.snapshot(site)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errBroken) {
		return s, nil
	} else if err != nil {
		return s, err
	}
	defer sn.release()
	s.Built, s.Pages = true, int(sn.pages())
	for _, o := range sn.segments {
		s.Bytes += o.Bytes
	}
	if info, err := os.Stat(filepath.Join(x.folder(site), stateName)); err == nil {
		s.Updated = info.ModTime()
	}
	s.Captures, s.Stale, err = sn.behind(ctx, x.archive)
	s.Stale = s.Stale || x.suspected(site)
	return s, err
}

// snapshot gives the published state of a newspaper, to be released. Where there is none, the error is
// an fs.ErrNotExist; errBroken where it cannot be read.
func (x *Index) snapshot(site string) (*snapshot, error) {
	info, err := os.Stat(filepath.Join(x.folder(site), stateName))
	if errors.Is(err, fs.ErrNotExist) {
		x.closeOld(site) // it was deleted
	}
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	c := x.open[site]
	if c != nil && sameFile(c.file, info) && c.use() {
		x.mu.Unlock()
		return c.snapshot, nil
	}
	x.mu.Unlock()
	sn, err := x.openSnapshot(site)
	if err != nil {
		return nil, err
	}
	sn.use() // for the caller; the first use is x's
	x.mu.Lock()
	before := x.open[site]
	x.open[site] = &current{sn, info}
	x.mu.Unlock()
	if before != nil {
		before.release()
	}
	return sn, nil
}
