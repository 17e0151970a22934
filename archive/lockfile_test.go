package archive_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/store"
	"baoluu/archive/merge"
	"baoluu/archive/reclean"
	"baoluu/archive/rescue"

	"github.com/google/go-cmp/cmp"
)

// TestNothingIsLeftBehind: after each work the folder holds the newspapers, its mark, and
// what has to be remembered.
func TestNothingIsLeftBehind(t *testing.T) {
	if !store.Flocks {
		t.Skip("lock files stay on this system")
	}
	ctx := context.Background()
	a, out := archivetest.Fresh(t), t.TempDir()
	own := a.Dir()
	var copied, rescued, merged string
	steps := []struct {
		name string
		do   func() error
		dir  *string
		want []string
	}{
		{"a run", func() error {
			release, err := a.Lock(archivetest.Site, "crawl")
			if err != nil {
				return err
			}
			archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0), archivetest.Page("200", "B\nx", 1))
			archivetest.Commit(t, a, archivetest.Page("100", "A\ny", 2))
			return release()
		}, &own, []string{"baoluu-archive.json", archivetest.Site + ".db"}},
		{"verify", func() error { _, err := a.Verify(ctx, archivetest.Site, func(archive.Problem) {}, nil); return err }, &own, []string{"baoluu-archive.json", archivetest.Site + ".db"}},
		{"reclean", func() error {
			_, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Force: true, Accept: true})
			return err
		}, &own, []string{"baoluu-archive.json", archivetest.Site + ".db"}},
		{"backup", func() error {
			copied = filepath.Join(out, "backup")
			_, err := backup.Run(ctx, a, archivetest.Site, copied, nil)
			return err
		}, &copied, []string{"baoluu-archive.json", archivetest.Site + ".db"}},
		{"what is left of it in the archive", func() error { return nil }, &own, []string{"backups.json", "baoluu-archive.json", archivetest.Site + ".db"}},
		{"forget", func() error {
			_, err := forget.Run(ctx, a, archivetest.Site, "200", forget.Options{Reason: "x", At: archivetest.At(9), Accept: true})
			return err
		}, &own, []string{"backups.json", "baoluu-archive.json", archivetest.Site + ".db"}},
		{"a backup that is renewed", func() error { _, err := backup.Run(ctx, a, archivetest.Site, copied, nil); return err }, &copied, []string{"baoluu-archive.json", archivetest.Site + ".db"}},
		{"rescue", func() error {
			rescued = filepath.Join(out, "rescued")
			_, err := rescue.Run(ctx, a, archivetest.Site, rescued, rescue.Options{})
			return err
		}, &rescued, []string{"baoluu-archive.json", archivetest.Site + ".db", archivetest.Site + ".rescued"}},
		{"what was rescued", func() error { return nil }, &own, []string{"backups.json", "baoluu-archive.json", archivetest.Site + ".db"}},
		{"merge", func() error {
			merged = filepath.Join(out, "merged")
			to, err := archive.Create(merged)
			if err == nil {
				archivetest.Plain(to)
				_, err = merge.Run(ctx, to, archivetest.Site, a, merge.Options{})
			}
			return err
		}, &merged, []string{"baoluu-archive.json", archivetest.Site + ".db"}},
		{"an import", func() error {
			archivetest.Commit(t, a, archivetest.Page("300", "C\nx", 5))
			return a.Settle(ctx, archivetest.Site)
		}, &own, []string{"backups.json", "baoluu-archive.json", archivetest.Site + ".db"}},
		{"reading", func() error {
			v, err := a.View(ctx, archivetest.Site)
			if err == nil {
				err = v.All(ctx, func(capture.Capture) error { return nil })
			}
			return err
		}, &own, []string{"backups.json", "baoluu-archive.json", archivetest.Site + ".db"}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		entries, err := os.ReadDir(*step.dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if diff := cmp.Diff(step.want, names); diff != "" {
			t.Fatalf("%s: %s", step.name, diff)
		}
	}
}

// TestDatabasesAloneAreAnArchive: a copy of nothing but the .db files can be read.
func TestDatabasesAloneAreAnArchive(t *testing.T) {
	ctx := context.Background()
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	dir := t.TempDir()
	b, err := os.ReadFile(a.Newspaper(archivetest.Site).File.Path("db"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, archivetest.Site+".db"), b, 0o444)
	}
	if err == nil {
		err = os.Chmod(dir, 0o555)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	copied := archivetest.OpenAt(t, dir)
	v, err := copied.View(ctx, archivetest.Site)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := v.Body(ctx, 1); err != nil || len(body) == 0 {
		t.Errorf("%q, %v", body, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("reading left %v, %v", entries, err)
	}
}
