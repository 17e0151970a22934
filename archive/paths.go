package archive

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"baoluu/archive/internal/schema"
)

// Elsewhere refuses a folder that is the archive's own, or lies within it: nothing
// can be backed up, rescued or merged from there to here.
func (a *Archive) Elsewhere(dir string) error {
	archive := a.folder.Dir
	inside, err := within(archive, dir)
	if own, e := within(dir, archive); err == nil && inside && e == nil && own {
		return schema.Say(ErrInvalid, "%s is this very archive: name another folder, best on another disk", Path(dir))
	}
	if err == nil && inside {
		err = schema.Say(ErrInvalid, "%s lies within the archive itself: name a folder elsewhere, best on another disk", Path(dir))
	}
	return err
}

// Apart refuses a folder for files that are no archive: one that is this archive, another
// one or a backup, or lies within, and one that this archive lies within.
func (a *Archive) Apart(dir string) error {
	if own, err := within(a.Dir(), dir); err != nil || own {
		return cmp.Or(err, fmt.Errorf("%s is the archive itself, or lies within it", Path(dir)))
	}
	if _, err := os.Stat(dir); err == nil {
		if around, err := within(dir, a.Dir()); err != nil || around {
			return cmp.Or(err, fmt.Errorf("the archive, %s, lies within %s", Path(a.Dir()), Path(dir)))
		}
	}
	var err error
	uerr := upwards(dir, func(folder string) bool {
		if _, merr := os.Lstat(filepath.Join(folder, markName)); merr == nil {
			err = fmt.Errorf("%s is an archive or backup, or lies within one: %s", Path(dir), Path(folder))
		}
		return err == nil
	})
	return cmp.Or(uerr, err)
}

// within reports whether path is the folder dir or lies in it, or will.
func within(dir, path string) (inside bool, err error) {
	root, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	err = upwards(path, func(folder string) bool {
		info, err := os.Stat(folder)
		inside = err == nil && os.SameFile(root, info)
		return !inside
	})
	return inside, err
}

// upwards goes from a folder, that need not be there yet, up to the root, by the folders
// that links lead to, for as long as visit says so.
func upwards(path string, visit func(folder string) bool) error {
	path, err := RealPath(path)
	if err != nil {
		return err
	}
	for {
		up := filepath.Dir(path)
		if !visit(path) || up == path {
			return nil
		}
		path = up
	}
}

// RealPath is where a path leads by the system's own reading, in which ".." is what lies
// above the folder that a link leads to. What is not there yet keeps its names.
func RealPath(path string) (string, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return filepath.Abs(real)
	}
	up, name := filepath.Split(strings.TrimRight(path, string(filepath.Separator)))
	if name == "" || up == "" {
		return filepath.Abs(path)
	}
	up, err := RealPath(up)
	return filepath.Join(up, name), err
}
