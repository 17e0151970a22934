package export

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
)

// Changes counts the files of a newspaper.
type Changes struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
	Same    int `json:"same"` // not touched
}

// Commit switches the folder to what was written: what is not of this export is taken
// away, but for the files of newspapers that could not be read. It tells what it did to
// each newspaper's files. Cut off, it leaves a folder that says so, for the next export
// to complete.
func (f *Folder) Commit() (map[string]Changes, error) {
	if err := f.end(); err != nil {
		return nil, err
	}
	complete := f.keep()
	slices.SortFunc(f.files, byPath)
	for i := 1; i < len(f.files); i++ {
		if f.files[i-1].Path == f.files[i].Path {
			return nil, fmt.Errorf("two files of this export are %s", f.files[i].Path)
		}
	}
	changes, removed := f.compare()
	switching := len(removed) > 0 || slices.ContainsFunc(f.files, func(file File) bool { return file.staged > 0 })
	// The manifest to come is written before anything is switched: there is room for it.
	final, err := f.manifest(complete, !switching, slices.Values(f.files))
	if err != nil {
		return nil, err
	}
	if switching {
		both, err := f.manifest(false, true, union(f.files, f.old))
		if err != nil {
			return nil, err
		}
		if err := f.place(both); err != nil {
			return nil, err
		}
	}
	f.made = "" // it is something from now on
	for _, file := range f.files {
		if err := f.place(file); err != nil {
			return nil, err
		}
	}
	for _, file := range removed {
		if err := f.ask(); err != nil {
			return nil, err
		}
		if err := f.root.Remove(file.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	for _, dir := range slices.Backward(f.dirs) {
		f.root.Remove(dir) //nolint:errcheck // one that is not empty stays
	}
	return changes, f.place(final)
}

// keep adds the files of newspapers that could not be read, as they are. It tells whether
// the folder is complete then.
func (f *Folder) keep() (complete bool) {
	complete = true
	kept := map[string]bool{}
	for _, file := range f.old {
		if f.unread[siteOf(file.Path)] {
			f.files = append(f.files, file)
			kept[siteOf(file.Path)] = true
			complete = f.before.Complete
		}
	}
	for _, n := range f.before.Newspapers {
		if kept[n.Site] {
			n.Earlier = cmp.Or(n.Earlier, &f.before.Export)
			f.now.Newspapers = append(f.now.Newspapers, n)
		}
	}
	slices.SortFunc(f.now.Newspapers, func(a, b Newspaper) int { return cmp.Compare(a.Site, b.Site) })
	return complete
}

// compare counts what a switch does, and lists what it takes away.
func (f *Folder) compare() (map[string]Changes, []File) {
	changes := map[string]Changes{}
	count := func(path string, add func(*Changes)) {
		c := changes[siteOf(path)]
		add(&c)
		changes[siteOf(path)] = c
	}
	for _, file := range f.files {
		switch {
		case f.unread[siteOf(file.Path)]:
		case file.staged == 0:
			count(file.Path, func(c *Changes) { c.Same++ })
		case f.had(file.Path):
			count(file.Path, func(c *Changes) { c.Changed++ })
		default:
			count(file.Path, func(c *Changes) { c.New++ })
		}
	}
	var removed []File
	for _, file := range f.old {
		if _, stays := slices.BinarySearchFunc(f.files, file, byPath); !stays {
			removed = append(removed, file)
			count(file.Path, func(c *Changes) { c.Removed++ })
		}
	}
	return changes, removed
}

// union is two sorted lists in one, a path that is in both once: as it is in the first.
func union(a, b []File) iter.Seq[File] {
	return func(yield func(File) bool) {
		for len(a) > 0 || len(b) > 0 {
			from := &a
			if len(a) == 0 || len(b) > 0 && b[0].Path < a[0].Path {
				from = &b
			} else if len(b) > 0 && b[0].Path == a[0].Path {
				b = b[1:]
			}
			if !yield((*from)[0]) {
				return
			}
			*from = (*from)[1:]
		}
	}
}

// manifest stages a manifest, unless the one that stands there says the same already.
func (f *Folder) manifest(complete, compare bool, files iter.Seq[File]) (File, error) {
	m, count := f.now, len(f.files)
	m.Complete = complete
	o := f.create(manifestName, compare)
	if err := errors.Join(m.write(o, files), f.end()); err != nil {
		f.abandon()
		return File{}, err
	}
	f.files = f.files[:count] // it does not list itself
	return o.file, nil
}

// place gives a staged file its name, in one step.
func (f *Folder) place(file File) error {
	if file.staged == 0 {
		return nil
	}
	if err := f.ask(); err != nil {
		return err
	}
	if dir := path.Dir(file.Path); dir != "." {
		if err := f.root.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	return f.root.Rename(stagedName(file.staged), file.Path)
}

func (f *Folder) ask() error {
	if f.halt == nil {
		return nil
	}
	return f.halt()
}
