package export

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	complete, err := f.keep()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(f.files, byPath)
	for i := 1; i < len(f.files); i++ {
		if f.files[i-1].Path == f.files[i].Path {
			return nil, fmt.Errorf("two files of this export are %s", f.files[i].Path)
		}
	}
	if err := f.asWanted(); err != nil {
		return nil, err
	}
	changes, removed := f.compare()
	switching := len(removed) > 0 || slices.ContainsFunc(f.files, func(file File) bool { return file.staged > 0 })
	// The manifest to come is written before anything is switched: there is room for it.
	final, err := f.manifest(complete, !switching, slices.Values(f.files), f.lists()...)
	if err != nil {
		return nil, err
	}
	f.digest = final.Digest
	sums, err := f.sums(final)
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
	if err := f.place(sums); err != nil {
		return nil, err
	}
	return changes, f.place(final)
}

// ErrOtherwise is returned for files that come out otherwise than they have to.
var ErrOtherwise = errors.New("comes out otherwise")

// asWanted holds the files against those that they have to be.
func (f *Folder) asWanted() error {
	if f.want == nil {
		return nil
	}
	for i := range max(len(f.want), len(f.files)) {
		switch {
		case i == len(f.files), i < len(f.want) && f.want[i].Path < f.files[i].Path:
			return fmt.Errorf("%s is not made: the corpus %w", f.want[i].Path, ErrOtherwise)
		case i == len(f.want), f.files[i].Path < f.want[i].Path:
			return fmt.Errorf("%s is made: the corpus %w", f.files[i].Path, ErrOtherwise)
		case f.files[i].Digest != f.want[i].Digest:
			return fmt.Errorf("%s %w", f.files[i].Path, ErrOtherwise)
		}
	}
	return nil
}

// keep adds the files of newspapers that could not be read, as they are, and what the manifest
// says of them. It tells whether the folder is complete then.
func (f *Folder) keep() (complete bool, err error) {
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
	if len(kept) > 0 {
		err = f.keepArticles(kept)
	}
	return complete, err
}

// keepArticles takes over what the manifest says of the articles of these newspapers.
func (f *Folder) keepArticles(of map[string]bool) error {
	file, err := f.root.Open(manifestName)
	if err != nil {
		return err
	}
	defer file.Close()
	last, start := "", f.articles.bytes
	_, err = Read(file, Each{Article: func(line json.RawMessage) error {
		site := siteOfLine(line)
		if site != last {
			f.articles.mark(last, start)
			last, start = site, f.articles.bytes
		}
		if !of[site] {
			return nil
		}
		return f.articles.put(line) // however it was written there, it is one line here
	}})
	f.articles.mark(last, start)
	return err
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

// lists are those that the manifest has besides its files.
func (f *Folder) lists() (all []*list) {
	for _, l := range []*list{&f.articles, &f.withdrawn} {
		if l.file != nil {
			all = append(all, l)
		}
	}
	return all
}

// manifest stages a manifest, unless the one that stands there says the same already.
func (f *Folder) manifest(complete, compare bool, files iter.Seq[File], lists ...*list) (File, error) {
	m := f.now
	m.Complete = complete
	return f.beside(manifestName, compare, func(w io.Writer) error { return m.write(w, files, lists...) })
}

// sums stages the digests of all files, as sha256sum writes and checks them.
func (f *Folder) sums(manifest File) (File, error) {
	return f.beside(sumsName, true, func(to io.Writer) error { return writeSums(to, f.files, manifest) })
}

// writeSums writes a line for each file and the manifest.
func writeSums(to io.Writer, files []File, manifest File) error {
	w := bufio.NewWriter(to)
	for file := range union(files, []File{manifest}) {
		fmt.Fprintf(w, "%x  %s\n", file.Digest, file.Path)
	}
	return w.Flush()
}

// beside stages a file that the manifest does not list.
func (f *Folder) beside(name string, compare bool, write func(io.Writer) error) (File, error) {
	count, o := len(f.files), f.create(name, compare)
	if err := errors.Join(write(o), f.end()); err != nil {
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
