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

	"baoluu/archive/internal/body"
	"baoluu/archive/internal/history"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/cleaner"
	"baoluu/sites"
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

	// clean is [cleaner.Clean], unless a test says otherwise; cleanerName is
	// what it writes into its articles.
	clean       func(cleaner.Page, *sites.Site) (cleaner.Article, error)
	cleanerName string

	pool body.Pool

	mu      sync.Mutex
	writers map[string]*writer
}

// writer is what one newspaper's readers and commits share within this process.
type writer struct {
	file       *store.File
	turn       chan struct{} // one commit at a time: no work is done twice, no file waited for
	references body.References
	compared   history.Cache
	spread     spreader // guarded by the Archive
	forgets    int      // how often something was forgotten when the references were read
}

func newArchive(dir string) *Archive {
	return &Archive{
		folder: &store.Folder{Dir: dir, Patience: 20 * time.Second},
		clean:  cleaner.Clean, cleanerName: cleaner.Name,
		writers: map[string]*writer{},
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

// Newspapers lists the names that have a file, sorted.
func (a *Archive) Newspapers() ([]string, error) { return store.Newspapers(a.folder.Dir) }

// history reads a newspaper's articles of one generation, and compares them.
func (a *Archive) history(r schema.Reader, site string, generation uint32) *history.Reader {
	return history.New(r, a.bodies(site), a.cleaner(), generation)
}

// cleaner is the present one.
func (a *Archive) cleaner() history.Cleaner {
	return history.Cleaner{Name: a.cleanerName, Clean: a.clean}
}

// bodies are those of one newspaper.
func (a *Archive) bodies(site string) body.Store { return body.Store{Pool: &a.pool, Site: site} }

func (a *Archive) writer(site string) *writer {
	a.mu.Lock()
	defer a.mu.Unlock()
	w, ok := a.writers[site]
	if !ok {
		w = &writer{
			file: &store.File{Folder: a.folder, Site: site, OnReplace: a.pool.Forget},
			turn: make(chan struct{}, 1),
		}
		a.writers[site] = w
	}
	return w
}

// file is a newspaper's file.
func (a *Archive) file(site string) *store.File { return a.writer(site).file }

// Lock takes a newspaper for a whole run, so that two crawls of it keep apart;
// what says what for ("crawl"). Reading and single commits need no Lock. Where
// another holds it the error is an [*InUseError] at once. release may be called
// more than once.
func (a *Archive) Lock(site, what string) (release func() error, err error) {
	unlock, err := a.file(site).Lock(what)
	if err != nil {
		return nil, err
	}
	return sync.OnceValue(func() error {
		_ = a.Settle(context.Background(), site) // else the next who writes goes on
		return unlock()
	}), nil
}
