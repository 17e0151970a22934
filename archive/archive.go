package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// markName is the file that makes a folder an archive.
const markName = "baoluu-archive.json"

type mark struct {
	Archive string `json:"archive"`
	Version int    `json:"version"`
}

// Archive is one folder with a file for each newspaper. It holds no file open
// between calls, needs no closing, and is safe for use by many goroutines and,
// beside others of the same folder, by many processes.
type Archive struct {
	folder *store.Folder

	// cleaner is [cleaner.Clean], unless a test says otherwise.
	cleaner history.Cleaner
	pool    body.Pool

	mu         sync.Mutex
	newspapers map[string]*newspaper.Newspaper
}

func newArchive(dir string) *Archive {
	return &Archive{
		folder:     &store.Folder{Dir: dir, Patience: 20 * time.Second},
		cleaner:    history.Present(),
		newspapers: map[string]*newspaper.Newspaper{},
	}
}

// Open opens an archive that is there. A folder without one is [ErrNoArchive].
func Open(dir string) (*Archive, error) {
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, schema.Say(ErrNoArchive, "%w at %s: no such folder", ErrNoArchive, Path(dir))
	case err != nil:
		return nil, fmt.Errorf("open archive: %w", err)
	case !info.IsDir():
		return nil, schema.Say(ErrNoArchive, "%w at %s: a file, not a folder", ErrNoArchive, Path(dir))
	}
	b, err := store.ReadSmall(filepath.Join(dir, markName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// A folder of newspapers that lost its mark is still one.
		if names, err := store.Newspapers(dir); err != nil || len(names) == 0 {
			return nil, schema.Say(ErrNoArchive, "%w at %s: the folder has no %s and no newspaper's file", ErrNoArchive, Path(dir), markName)
		}
		return newArchive(dir), nil
	case err != nil:
		return nil, fmt.Errorf("open archive: %w", err)
	}
	var m mark
	if err := json.Unmarshal(b, &m); err != nil || m.Archive != "baoluu" {
		return nil, schema.Say(ErrNoArchive, "%w at %s: %s is not one of this program", ErrNoArchive, Path(dir), markName)
	}
	if m.Version > schema.Current {
		return nil, schema.NewerFormat(Path(dir), m.Version)
	}
	return newArchive(dir), nil
}

// Create opens the archive at dir, and makes it where there is none. It refuses
// a folder that holds something else.
func Create(dir string) (*Archive, error) {
	a, err := Open(dir)
	if err == nil {
		return a, nil
	}
	if info, e := os.Stat(dir); !errors.Is(err, ErrNoArchive) || e == nil && !info.IsDir() {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("create archive: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("create archive: %w", err)
	}
	// Another process may be making it, or have been killed while it did.
	path := filepath.Join(dir, markName)
	other := func(e fs.DirEntry) bool { return e.Name() != markName && e.Name() != markName+store.NewSuffix }
	if i := slices.IndexFunc(entries, other); i >= 0 {
		return nil, schema.Say(ErrNoArchive, "%w at %s, and it is not made there: the folder holds other things (%s)", ErrNoArchive, Path(dir), Path(entries[i].Name()))
	}
	b, err := schema.Encode(mark{"baoluu", schema.Current})
	if err == nil {
		err = store.WriteSmall(path, append(b, '\n'))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Open(dir) // the other one was faster
	}
	if err != nil {
		return nil, fmt.Errorf("create archive: %w", err)
	}
	return newArchive(dir), nil
}

// Dir is the archive's folder.
func (a *Archive) Dir() string { return a.folder.Dir }

// Newspapers lists the names that have a file, sorted.
func (a *Archive) Newspapers() ([]string, error) { return store.Newspapers(a.folder.Dir) }

// Lock takes a newspaper for a whole run, so that two crawls of it keep apart;
// what says what for ("crawl"). Reading and single commits need no Lock. Where
// another holds it the error is an [*InUseError] at once. release may be called
// more than once.
func (a *Archive) Lock(site, what string) (release func() error, err error) {
	return a.Newspaper(site).Lock(what)
}

// Newspaper is the one of a name, whether it has a file yet or not. It is for the tools in the
// folders below (reclean, merge and so on): others cannot import the package of its type.
func (a *Archive) Newspaper(site string) *newspaper.Newspaper {
	a.mu.Lock()
	defer a.mu.Unlock()
	np, ok := a.newspapers[site]
	if !ok {
		np = newspaper.New(a.folder, site, &a.pool, &a.cleaner)
		a.newspapers[site] = np
	}
	return np
}

// Commit stores a batch: all of it, durably, or nothing. Aliases are joined
// first, then the captures are numbered in their order, then the rest is
// written. The work of packing is done before the file is opened, so that nobody
// waits for it; keep a batch to some dozens of captures.
//
// A capture that is there already (page, address, time and digest are equal) is
// not stored again, but gets its body where it was there without. One
// that brings the bytes of the capture before it becomes a revisit. Captures may
// come in any order of time: one that is older than what the page has rebuilds its
// whole history, so that it reads as if all had come in order.
func (a *Archive) Commit(ctx context.Context, site string, b capture.Batch) ([]capture.Put, error) {
	return a.Newspaper(site).Commit(ctx, b)
}

// AddRequest has a capture say what was asked, where that came after it; what it says already
// stays.
func (a *Archive) AddRequest(ctx context.Context, site string, number uint64, request string) error {
	return a.Newspaper(site).AddRequest(ctx, number, request)
}

// Settle moves the second copies of bodies that were written of late far from the bodies:
// no more may be written for long. Whoever held a [Archive.Lock] does so as it is released; an
// import calls it. A full disk is no error: the next who writes goes on.
func (a *Archive) Settle(ctx context.Context, site string) error {
	return a.Newspaper(site).Settle(ctx)
}
