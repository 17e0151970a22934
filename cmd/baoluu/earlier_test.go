package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// unpack lays out testdata/NAME, an archive whose files are packed with gzip, in a
// folder of the script: unpack NAME FOLDER
func unpack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: unpack NAME FOLDER")
	}
	here, err := os.Getwd() // of the test, not of its script
	ts.Check(err)
	from, to := filepath.Join(here, "testdata", args[0]), ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(to, 0o755))
	files, err := os.ReadDir(from)
	ts.Check(err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(from, f.Name()))
		ts.Check(err)
		name, packed := strings.CutSuffix(f.Name(), ".gz")
		switch {
		case packed:
			b, err = gunzip(b)
			ts.Check(err)
		case filepath.Ext(name) != ".json":
			continue
		}
		ts.Check(os.WriteFile(filepath.Join(to, name), b, 0o644))
	}
}

func gunzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// digests writes "SHA-256 NAME" for each file below a folder, what is packed with
// gzip unpacked, for another version of Go may pack otherwise: digests FOLDER FILE
func digests(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: digests FOLDER FILE")
	}
	root := ts.MkAbs(args[0])
	var lines strings.Builder
	ts.Check(filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".gz") {
			if b, err = gunzip(b); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		name, err := filepath.Rel(root, path)
		fmt.Fprintf(&lines, "%x %s\n", sha256.Sum256(b), filepath.ToSlash(name))
		return err
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(lines.String()), 0o644))
}
