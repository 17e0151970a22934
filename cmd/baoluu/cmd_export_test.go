package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive/export"
)

// exportedFiles are the files of a folder but for those without a name yet.
func exportedFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && d.Name() == ".baoluu-export" {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestExportKills: however often an export is killed, each file in its folder is whole;
// where the manifest says that it is complete, it is, of one export; and the next one
// completes it.
func TestExportKills(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts and kills processes")
	}
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	command := func(args ...string) *exec.Cmd { return exec.Command("baoluu", args...) }
	if out, err := command("demo", "--dir", in("demo")).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	var whole []map[string]string
	var kinds [][]string
	var took time.Duration
	for i, args := range [][]string{{"--format", "txt"}, {"--format", "jsonl"}, {"--format", "parquet"}, {"--format", "jsonl", "--compress", "zst", "--shard", "3"}, {"--format", "wacz"}} {
		kinds = append(kinds, append([]string{"export", "--archive", in("demo/archive")}, args...))
		fresh, started := in(fmt.Sprint(i)), time.Now()
		if out, err := command(append(kinds[i], "--out", fresh)...).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		took = max(took, time.Since(started))
		whole = append(whole, exportedFiles(t, fresh))
	}
	const kills = 12
	half := 0
	for i := range kills {
		cmd := command(append(kinds[i%len(kinds)], "--out", in("out"))...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(took / kills * time.Duration(i+1)) // a process: there is nothing to be woken by
		cmd.Process.Kill()
		cmd.Wait()
		if _, err := os.Stat(in("out")); err != nil {
			continue
		}
		got := exportedFiles(t, in("out"))
		for name, text := range got {
			if name != "manifest.json" && !slices.ContainsFunc(whole, func(w map[string]string) bool { return w[name] == text }) {
				t.Fatalf("kill %d: %s is of no export: %.200q", i, name, text)
			}
		}
		switch manifest := got["manifest.json"]; {
		case strings.Contains(manifest, `"complete":false`):
			half++
		case manifest != "" && !slices.ContainsFunc(whole, func(w map[string]string) bool { return maps.Equal(w, got) }):
			t.Fatalf("kill %d: not complete, and does not say so: %q", i, slices.Sorted(maps.Keys(got)))
		case manifest == "" && len(got) > 0:
			t.Fatalf("kill %d: files of nobody: %q", i, slices.Sorted(maps.Keys(got)))
		}
	}
	t.Logf("%d kills, %d of them between two files", kills, half)
	for i, kind := range kinds {
		if out, err := command(append(kind, "--out", in("out"))...).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		if !maps.Equal(whole[i], exportedFiles(t, in("out"))) {
			t.Errorf("%v: not like a fresh one", kind)
		}
	}
}

// Of two exports to one folder the second ends at once, and says why.
func TestExportInUse(t *testing.T) {
	dir := t.TempDir()
	archive, out := filepath.Join(dir, "archive"), filepath.Join(dir, "out")
	fillMany(t, archive, 2)
	folder, err := export.Open(out, export.Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"export", "--archive", archive, "--out", out}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, nil, &stdout, &stderr); code != exitInUse || !strings.Contains(stderr.String(), "another export writes to it") {
		t.Errorf("%d %s", code, &stderr)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), args, nil, &stdout, &stderr); code != exitDone {
		t.Errorf("%d %s", code, &stderr)
	}
}
