package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"baoluu/archive"
)

// outFolder refuses, once for all newspapers, a folder that cannot take them.
func outFolder(arch *archive.Archive, out string) error {
	if err := arch.Elsewhere(out); err != nil {
		return err
	}
	_, err := archive.Create(out)
	if errors.Is(err, archive.ErrNoArchive) {
		return withHint("name a folder that is empty, or not there yet", "%v", err)
	}
	return err
}

// emptyFolder makes the folder, or accepts one that is there and empty.
func emptyFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = errors.New(dir + " is not empty: the demo takes a new folder")
	}
	return err
}

// writableFolder is an error where a folder cannot be written to, or made.
func writableFolder(dir string) error {
	at := dir
	info, err := os.Stat(at)
	for ; errors.Is(err, fs.ErrNotExist) && filepath.Dir(at) != at; info, err = os.Stat(at) {
		at = filepath.Dir(at)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is no folder", at)
	}
	probe, err := os.CreateTemp(at, ".baoluu-check-*")
	if err != nil {
		return fmt.Errorf("%s cannot be written to: %w", at, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// writeAtomically writes a file beside its name and renames it, so that nobody reads
// half of it.
func writeAtomically(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
