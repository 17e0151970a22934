//go:build unix

package store

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestNewspapersAreFiles: what only is named as one is none, and nobody waits for it.
func TestNewspapersAreFiles(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		syscall.Mkfifo(at("pipe.db"), 0o600), os.Symlink("pipe.db", at("link.db")), os.Symlink("/dev/zero", at("zero.db")), os.Mkdir(at("folder.db"), 0o700),
		os.WriteFile(at("mau.db"), nil, 0o600), os.Symlink("mau.db", at("mau-2.db")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if names, err := Newspapers(dir); err != nil || !slices.Equal(names, []string{"mau", "mau-2"}) {
		t.Errorf("%q, %v", names, err)
	}
}
