package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// What lies beside the newspapers is read as far as it can be what it should be.
func TestReadState(t *testing.T) {
	name := filepath.Join(t.TempDir(), "state")
	if _, err := ReadSmall(name); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := ReadSmall(filepath.Dir(name)); err == nil {
		t.Error("a folder was read")
	}
	if err := os.WriteFile(name, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadSmall(name); string(b) != "{}" || err != nil {
		t.Error(b, err)
	}
	if err := os.Truncate(name, maxState+1); err != nil { // a hole takes no room
		t.Fatal(err)
	}
	if _, err := ReadSmall(name); err == nil {
		t.Error("too much was read")
	}
	if _, err := os.Stat(os.DevNull); err == nil {
		if _, err := ReadSmall(os.DevNull); err == nil {
			t.Error("a device was read")
		}
	}
}
