package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"baoluu/archive/internal/schema"
)

// Folder is where newspapers' files lie, and how they are opened.
type Folder struct {
	Dir      string
	MaxSize  int           // of a newspaper's file in bytes, 0 is no limit: a full disk for tests
	Patience time.Duration // how long to wait for another process
}

// Newspapers lists the newspapers that have a file in a folder, sorted by name.
func Newspapers(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".db")
		if ok && CheckSite(name) == nil && isFile(dir, e) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// isFile reports whether an entry is a file, or leads to one: opening a pipe waits for ever. What
// cannot be told is taken for one, whose reader says what is wrong.
func isFile(dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err != nil || info.Mode().IsRegular()
}

// CheckSite refuses by [schema.ErrInvalid] a newspaper's name that is no plain file name on
// every system: at most 64 letters from a to z, digits and, but for its beginning, "_" and "-".
func CheckSite(site string) error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	if strings.Trim(site, letters+"_-") != "" || strings.TrimLeft(site, letters) == site || len(site) > 64 {
		return schema.Say(schema.ErrInvalid, "%.80q cannot be a newspaper's name: letters from a to z, digits, _ and -", site)
	}
	return nil
}

// syncFolder makes a rename durable, where folders can be synced.
func syncFolder(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err == nil {
		defer d.Close()
		err = d.Sync()
		if errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("write the folder %s: %w", PathText(dir), err)
	}
	return nil
}

// Path is one of a newspaper's files: "db" itself and, beside it, "gate", "lock", "holder" and others.
func (f *File) Path(kind string) string {
	return filepath.Clean(f.Folder.Dir + string(filepath.Separator) + f.Site + "." + kind)
}
