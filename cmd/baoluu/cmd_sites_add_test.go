package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAddUnderAnothersName: what a newspaper is asked for is never kept among another's captures; nobody is
// asked before that is known.
func TestAddUnderAnothersName(t *testing.T) {
	for _, args := range [][]string{
		{"https://www.tuoitre.example.vn/", "--name", "tuoitre"},
		{"https://tuoitre.com.vn/"},
		{"https://mau.example.vn/", "--name", "vov", "--force"},
		{"https://mau.example.vn/", "--name", "all"},
		{"https://mau.example.vn/", "--name", "com1"},
		{"https://mau.example.vn/", "--name", "../mau"},
	} {
		dir := t.TempDir()
		folder := filepath.Join(dir, "archive")
		out, errs, code := call(t, append([]string{"sites", "add", "--archive", folder, "--dir", filepath.Join(dir, "drafts")}, args...)...)
		if code == exitDone || !strings.Contains(errs, "which has other hosts") && !strings.Contains(errs, "no name of a newspaper") {
			t.Errorf("%q: %d, %s%s", args, code, out, errs)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%q: it wrote %v, %v", args, left, err)
		}
	}
}
