package store

import (
	"baoluu/archive/internal/schema"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Folder is where newspapers' files lie, and how they are opened.
type Folder struct {
	Dir      string
	MaxSize  int           // of a newspaper's file, 0 is no limit: a full disk for tests
	Patience time.Duration // how long to wait for another process
}

func Newspapers(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list archive: %w", err)
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".db")
		if ok && !e.IsDir() && CheckSite(name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// CheckSite refuses a name that is no plain file name on every system: letters from a
// to z, digits and, but for its beginning, "_" and "-".
func CheckSite(site string) error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	if strings.Trim(site, letters+"_-") != "" || strings.TrimLeft(site, letters) == site || len(site) > 64 {
		return schema.Say(schema.ErrInvalid, "%.80q cannot be a newspaper's name: letters from a to z, digits, _ and -", site)
	}
	return nil
}

// WriteSmall gives a small file its contents in one step: where the disk is full, or the
// process dies, what was there before stays, and no half file bears its name.
func WriteSmall(path string, text []byte) error {
	temp := path + NewSuffix
	err := os.WriteFile(temp, text, 0o666)
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp) //nolint:errcheck // what failed before is the error to tell
		return Full(err)
	}
	return nil
}

// syncFolder makes a rename durable, where folders can be synced.
func syncFolder(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return fmt.Errorf("write the folder %s: %w", PathText(dir), err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("write the folder %s: %w", PathText(dir), err)
	}
	return nil
}

// NewSuffix is behind the name of a file that is not whole yet.
const NewSuffix = ".new"

// Path is one of a newspaper's files: "db", "gate", "lock", "holder".
func (f *File) Path(kind string) string { return filepath.Join(f.Folder.Dir, f.Site+"."+kind) }
