package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
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
	dir string

	// clean is [cleaner.Clean], unless a test says otherwise; cleanerName is
	// what it writes into its articles.
	clean       func(cleaner.Page, *sites.Site) (cleaner.Article, error)
	cleanerName string
	maxSize     int           // of a newspaper's file, 0 is no limit: a full disk for tests
	patience    time.Duration // how long to wait for another process

	pool body.Pool

	mu      sync.Mutex
	writers map[string]*writer
}

// writer is what one newspaper's readers and commits share within this process.
type writer struct {
	turn       chan struct{} // one commit at a time: no work is done twice, no file waited for
	references body.References
	verdicts   verdicts
	kept       kept     // guarded by the Archive
	spread     spreader // guarded by the Archive
	forgets    int      // how often something was forgotten when the references were read
}

func newArchive(dir string) *Archive {
	return &Archive{
		dir:   dir,
		clean: cleaner.Clean, cleanerName: cleaner.Name,
		patience: 20 * time.Second,
		writers:  map[string]*writer{},
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
	b, err := readState(filepath.Join(dir, markName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// A folder of newspapers that lost its mark is still one.
		if names, err := newspapers(dir); err != nil || len(names) == 0 {
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
	other := func(e fs.DirEntry) bool { return e.Name() != markName && e.Name() != markName+newSuffix }
	if i := slices.IndexFunc(entries, other); i >= 0 {
		return nil, schema.Say(ErrNoArchive, "%w at %s, and it is not made there: the folder holds other things (%s)", ErrNoArchive, Path(dir), Path(entries[i].Name()))
	}
	b, err := schema.Encode(mark{"baoluu", schema.Current})
	if err == nil {
		err = writeWhole(path, append(b, '\n'))
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
func (a *Archive) Newspapers() ([]string, error) { return newspapers(a.dir) }

func newspapers(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".db")
		if ok && !e.IsDir() && checkSite(name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// checkSite refuses a name that is no plain file name on every system: letters from a
// to z, digits and, but for its beginning, "_" and "-".
func checkSite(site string) error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	if strings.Trim(site, letters+"_-") != "" || strings.TrimLeft(site, letters) == site || len(site) > 64 {
		return schema.Say(ErrInvalid, "%.80q cannot be a newspaper's name: letters from a to z, digits, _ and -", site)
	}
	return nil
}

// bodies are those of one newspaper.
func (a *Archive) bodies(site string) body.Store { return body.Store{Pool: &a.pool, Site: site} }

// path is one of a newspaper's files: "db", "gate", "lock", "holder".
func (a *Archive) path(site, kind string) string { return filepath.Join(a.dir, site+"."+kind) }

func (a *Archive) writer(site string) *writer {
	a.mu.Lock()
	defer a.mu.Unlock()
	w, ok := a.writers[site]
	if !ok {
		w = &writer{turn: make(chan struct{}, 1)}
		a.writers[site] = w
	}
	return w
}
