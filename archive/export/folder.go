package export

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/gofrs/flock"

	"baoluu/archive"
)

// ErrForeign is returned for a folder that holds anything but an export.
var ErrForeign = errors.New("holds something else than an export")

// Folder is the folder of an export, while one is at work in it.
type Folder struct {
	dir  string // as it was named
	path string // where that is
	made string // the topmost folder that was made for it, "" where it was there
	root *os.Root
	lock *flock.Flock // nil until it is taken

	before Manifest
	was    Digest   // of that manifest
	old    []File   // that stand there, by their paths
	dirs   []string // that stand there

	now       Manifest
	files     []File // of this export
	articles  list
	withdrawn list
	want      []File          // what the files have to be, by their paths; nil: whatever they are
	digest    Digest          // of the manifest that was written
	staged    int             // how many files were
	unread    map[string]bool // newspapers that could not be read: what is there of them stays
	err       error           // the first one of the folder's own

	halt func() error // for tests: asked before each change of what has a name

	open    []*output  // more than one where they are written side by side
	spare   []*buffers // of outputs that are done
	scratch []byte
}

// Open finds or makes the folder for an export; the manifest says which, and what of it is
// known beforehand. It refuses one that holds anything but an earlier export ([ErrForeign])
// before it writes anything, and one that another export is at work in ([archive.ErrInUse]).
func Open(dir string, what Manifest) (*Folder, error) {
	what.Type, what.Newspapers = manifestType, nil
	sel := &what.Selection
	for _, list := range []*[]string{&sel.Sites, &sel.Languages, &sel.Sections, &sel.Topics} {
		*list = slices.Compact(slices.Sorted(slices.Values(*list))) // in whatever order, and however often, they were named
	}
	f := &Folder{dir: dir, unread: map[string]bool{}, now: what, scratch: make([]byte, 32<<10)}
	f.articles, f.withdrawn = list{f: f, name: articlesList}, list{f: f, name: withdrawnList}
	err := f.make()
	if err == nil {
		err = f.glance()
	}
	if err == nil {
		err = f.take()
	}
	if err == nil {
		err = f.read()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// make makes the folder where it is not there yet.
func (f *Folder) make() (err error) {
	if f.path, err = archive.RealPath(f.dir); err != nil {
		return err
	}
	info, err := os.Stat(f.path)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file, not a folder", f.dir)
	}
	if _, lerr := os.Lstat(f.path); errors.Is(err, fs.ErrNotExist) && lerr == nil {
		return fmt.Errorf("%s is a link that leads nowhere", f.dir)
	}
	for up := f.path; errors.Is(err, fs.ErrNotExist); up = filepath.Dir(up) {
		f.made = up
		_, err = os.Lstat(filepath.Dir(up))
	}
	if err == nil {
		err = os.MkdirAll(f.path, 0o777)
	}
	if err == nil {
		f.root, err = os.OpenRoot(f.path)
	}
	if err != nil {
		err = fmt.Errorf("write to %s: %w", f.dir, err)
	}
	return err
}

// glance refuses what can be told from the top of the folder, however large it is.
func (f *Folder) glance() error {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return err
	}
	// Looked for after what it may list: another export is at work, perhaps.
	_, err = f.root.Lstat(manifestName)
	var foreign []string
	for _, e := range entries {
		if f.kind(e.Name(), e) == other || f.kind(e.Name(), e) == ours && errors.Is(err, fs.ErrNotExist) {
			foreign = append(foreign, e.Name())
		}
	}
	return f.refuse(foreign)
}

// What a file or folder in an export's folder may be.
type kind int

const (
	other  kind = iota
	ours        // a file or folder as exports make them
	listed      // the manifest
	work        // where an export is at work
	system
)

func (f *Folder) kind(path string, e fs.DirEntry) kind {
	switch regular := e.Type().IsRegular(); {
	case path == manifestName && regular:
		return listed
	case path == workName && e.IsDir():
		return work
	case regular && (isFile(path) || path == sumsName), e.IsDir() && dirName.MatchString(path):
		return ours
	case (regular || e.IsDir()) && ofSystem.MatchString(e.Name()):
		return system
	}
	return other
}

// refuse names what is not an export's, if there is any.
func (f *Folder) refuse(foreign []string) error {
	const most = 3
	if len(foreign) == 0 {
		return nil
	}
	slices.Sort(foreign)
	more := ""
	if len(foreign) > most {
		foreign, more = foreign[:most], ", and more"
	}
	return fmt.Errorf("%s %w: %s%s", f.dir, ErrForeign, strings.Join(foreign, ", "), more)
}

// take keeps other exports out of the folder.
func (f *Folder) take() error {
	busy := &archive.InUseError{Site: f.dir, What: "another export writes to it"}
	for range 100 { // who had it may just be taking its lock away
		if err := f.root.Mkdir(workName, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("write to %s: %w", f.dir, err)
		}
		if info, err := f.root.Lstat(workName); err == nil && !info.IsDir() {
			return f.refuse([]string{workName})
		}
		if info, err := f.root.Lstat(lockName); err == nil && !info.Mode().IsRegular() { // opened, a link leads out, a pipe never ends
			return f.refuse([]string{lockName})
		}
		lock := flock.New(filepath.Join(f.path, filepath.FromSlash(lockName)), flock.SetPermissions(0o666))
		held, err := lock.TryLock()
		switch {
		case errors.Is(err, errors.ErrUnsupported), errors.Is(err, syscall.ENOLCK):
			f.lock = lock // a disk without locks: two at a time are their user's affair
			return f.sweep()
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			f.root.Remove(workName) //nolint:errcheck // another may be at work in it
			return fmt.Errorf("lock %s: %w", f.dir, err)
		case !held:
			return busy
		}
		mine, err := lock.Stat()
		if there, lerr := f.root.Lstat(lockName); err == nil && lerr == nil && os.SameFile(mine, there) {
			f.lock = lock
			return f.sweep()
		}
		_ = lock.Unlock() // closing the file lets go of it, whatever else fails
	}
	return busy
}

// sweep takes away what an export that was cut off has left.
func (f *Folder) sweep() error {
	entries, err := fs.ReadDir(f.root.FS(), workName)
	for _, e := range entries {
		if name := workName + "/" + e.Name(); name != lockName {
			err = errors.Join(err, f.root.RemoveAll(name))
		}
	}
	return err
}

// read finds what stands in the folder, and refuses it where not all of it is of exports.
func (f *Folder) read() error {
	var foreign []string
	err := fs.WalkDir(f.root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		switch kind := f.kind(path, e); {
		case kind == ours && e.IsDir():
			f.dirs = append(f.dirs, path)
			return nil
		case kind == ours && path != sumsName:
			f.old = append(f.old, File{Path: path, Bytes: -1})
		case kind == other:
			foreign = append(foreign, path)
		}
		if e.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look through %s: %w", f.dir, err)
	}
	slices.SortFunc(f.old, byPath)
	file, err := f.root.Open(manifestName)
	switch {
	case err == nil:
		defer file.Close()
		f.before, f.was, err = ReadWhole(file, Each{File: func(listed File) error {
			if !isFile(listed.Path) {
				return fmt.Errorf("it lists %.200q, which no export makes", listed.Path)
			}
			if at, ok := slices.BinarySearchFunc(f.old, listed, byPath); ok {
				listed.Path = f.old[at].Path
				f.old[at] = listed
			}
			return nil
		}})
		if err != nil {
			return fmt.Errorf("%s %w: %s is none of ours: %w", f.dir, ErrForeign, manifestName, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	for _, old := range f.old {
		if old.Bytes < 0 {
			foreign = append(foreign, old.Path)
		}
	}
	return f.refuse(foreign)
}

func byPath(a, b File) int { return cmp.Compare(a.Path, b.Path) }

// had reports whether a file of this path stands there.
func (f *Folder) had(path string) bool {
	_, ok := slices.BinarySearchFunc(f.old, File{Path: path}, byPath)
	return ok
}

// Again reports whether the folder holds an export of the same format and selection.
func (f *Folder) Again() bool {
	return f.before.Type != "" && reflect.DeepEqual(f.before.Export, f.now.Export) && reflect.DeepEqual(f.before.Since, f.now.Since)
}

// Holds reports whether there were files of an earlier export.
func (f *Folder) Holds() bool { return len(f.old) > 0 }

// Err is the first error that the folder itself had, as a full disk is. Nothing more can
// be written then.
func (f *Folder) Err() error { return f.err }

// Sink takes the files of a newspaper.
type Sink struct{ f *Folder }

// Create begins a file. Those before are complete.
func (s Sink) Create(path string) (io.Writer, error) {
	if err := s.f.end(); err != nil {
		return nil, err
	}
	return s.Open(path)
}

// Open begins a file beside others. It is complete when it is closed, or the newspaper is
// written.
func (s Sink) Open(path string) (io.WriteCloser, error) {
	if !fileName.MatchString(path) {
		return nil, fmt.Errorf("%.200q is no name of an export's file", path)
	}
	return s.f.create(path, true), s.f.err
}

// Article takes the manifest's line of an article: an object with its "page", SITE/KEY.
func (s Sink) Article(line any) error { return s.f.articles.put(line) }

// Write writes the files of a newspaper; write returns how many articles, or captures,
// they hold. A newspaper that has none has no files. Where it fails what is there of the
// newspaper stays.
func (f *Folder) Write(site string, write func(Sink) (Tally, error)) error {
	if f.err != nil {
		return f.err
	}
	first, line := len(f.files), f.articles.bytes
	n, err := write(Sink{f})
	if err == nil {
		err = f.end()
	}
	if err == nil && (n.Count > 0 || n.Considered > 0) {
		f.now.Newspapers = append(f.now.Newspapers, Newspaper{Site: site, Tally: n})
	}
	if err == nil && n.Count > 0 {
		f.articles.mark(site, line)
		return nil
	}
	if err != nil {
		f.Keep(site)
	}
	f.drop(first)
	return cmp.Or(f.err, err) // what the folder had is what went wrong
}

// Add writes a file of the whole corpus: README.md, or a picture in README/.
func (f *Folder) Add(path string, write func(io.Writer) error) error {
	if !ofCorpus.MatchString(path) {
		return fmt.Errorf("%.200q is no name of a corpus's file", path)
	}
	if err := f.end(); err != nil {
		return err
	}
	if err := write(f.create(path, true)); err != nil {
		f.abandon()
		return cmp.Or(f.err, err)
	}
	return f.end()
}

// Withdraw takes the manifest's line of an article of an export before that does not hold any
// more; the lines stand in the order in which they come.
func (f *Folder) Withdraw(line any) error {
	start := f.withdrawn.bytes
	err := f.withdrawn.put(line)
	f.withdrawn.mark("", start)
	return err
}

// Want says what the files have to be, in any order: [Folder.Commit] switches to no others.
func (f *Folder) Want(files []File) {
	f.want = append([]File{}, files...) // of none there have to be none
	slices.SortFunc(f.want, byPath)
}

// Before is the digest of the manifest that stood there; zero where none did.
func (f *Folder) Before() Digest { return f.was }

// Kept are the newspapers of which an earlier export's files stay, for they could not be read.
func (f *Folder) Kept() (sites []string) {
	for _, file := range f.old { // by their paths
		if site := siteOf(file.Path); f.unread[site] && !slices.Contains(sites, site) {
			sites = append(sites, site)
		}
	}
	return sites
}

// Digest is that of the manifest that [Folder.Commit] wrote.
func (f *Folder) Digest() Digest { return f.digest }

// Keep says that a newspaper could not be read: what is there of it stays.
func (f *Folder) Keep(site string) { f.unread[site] = true }

// drop takes back what was written of a newspaper.
func (f *Folder) drop(first int) {
	f.abandon()
	for _, file := range f.files[first:] {
		if file.staged > 0 {
			f.root.Remove(stagedName(file.staged)) //nolint:errcheck // it is in the way of nobody, and swept up later
		}
	}
	f.files = f.files[:first]
}

// Close lets go of the folder. What [Folder.Commit] has not switched to is taken away, a
// folder that was made for it as well.
func (f *Folder) Close() error {
	f.abandon()
	f.articles.close()
	f.withdrawn.close()
	var err error
	if f.root != nil {
		err = f.leave()
		err = errors.Join(err, f.root.Close())
	}
	for dir := f.path; f.made != ""; dir = filepath.Dir(dir) {
		if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) || dir == f.made {
			break // what is not empty stays
		}
	}
	return err
}

// leave takes the lock away, and all that has no name.
func (f *Folder) leave() error {
	if f.lock == nil {
		return nil
	}
	err := f.sweep()
	remove := func() {
		f.root.Remove(lockName) //nolint:errcheck // what is left does no harm
		f.root.Remove(workName) //nolint:errcheck // another may be at work in it already
	}
	if runtime.GOOS == "windows" { // where nothing that is open can be removed, another's neither
		err = errors.Join(err, f.lock.Unlock())
		remove()
		return err
	}
	remove()
	return errors.Join(err, f.lock.Unlock())
}
