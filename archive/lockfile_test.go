package archive

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive/capture"
	"baoluu/archive/internal/store"
)

// TestNothingIsLeftBehind: after each work the folder holds the newspapers, its mark, and
// what has to be remembered.
func TestNothingIsLeftBehind(t *testing.T) {
	if !store.Flocks {
		t.Skip("lock files stay on this system")
	}
	ctx := context.Background()
	a, out := fresh(t), t.TempDir()
	own := a.Dir()
	var backup, rescued, merged string
	steps := []struct {
		name string
		do   func() error
		dir  *string
		want []string
	}{
		{"a run", func() error {
			release, err := a.Lock(site, "crawl")
			if err != nil {
				return err
			}
			commit(t, a, page("100", "A\nx", 0), page("200", "B\nx", 1))
			commit(t, a, page("100", "A\ny", 2))
			return release()
		}, &own, []string{"baoluu-archive.json", site + ".db"}},
		{"verify", func() error { _, err := a.Verify(ctx, site, func(Problem) {}, nil); return err }, &own, []string{"baoluu-archive.json", site + ".db"}},
		{"reclean", func() error {
			_, err := RecleanRun(ctx, a, site, RecleanOptions{Force: true, Accept: true})
			return err
		}, &own, []string{"baoluu-archive.json", site + ".db"}},
		{"backup", func() error {
			backup = filepath.Join(out, "backup")
			_, err := BackupRun(ctx, a, site, backup, nil)
			return err
		}, &backup, []string{"baoluu-archive.json", site + ".db"}},
		{"what is left of it in the archive", func() error { return nil }, &own, []string{"backups.json", "baoluu-archive.json", site + ".db"}},
		{"forget", func() error {
			_, err := ForgetRun(ctx, a, site, "200", ForgetOptions{Reason: "x", At: at(9), Accept: true})
			return err
		}, &own, []string{"backups.json", "baoluu-archive.json", site + ".db"}},
		{"a backup that is renewed", func() error { _, err := BackupRun(ctx, a, site, backup, nil); return err }, &backup, []string{"baoluu-archive.json", site + ".db"}},
		{"rescue", func() error {
			rescued = filepath.Join(out, "rescued")
			_, err := RescueRun(ctx, a, site, rescued, RescueOptions{})
			return err
		}, &rescued, []string{"baoluu-archive.json", site + ".db", site + ".rescued"}},
		{"what was rescued", func() error { return nil }, &own, []string{"backups.json", "baoluu-archive.json", site + ".db"}},
		{"merge", func() error {
			merged = filepath.Join(out, "merged")
			to, err := Create(merged)
			if err == nil {
				plain(to)
				_, err = MergeRun(ctx, to, site, a, MergeOptions{})
			}
			return err
		}, &merged, []string{"baoluu-archive.json", site + ".db"}},
		{"an import", func() error {
			commit(t, a, page("300", "C\nx", 5))
			return a.Settle(ctx, site)
		}, &own, []string{"backups.json", "baoluu-archive.json", site + ".db"}},
		{"reading", func() error {
			v, err := a.View(ctx, site)
			if err == nil {
				err = v.All(ctx, func(capture.Capture) error { return nil })
			}
			return err
		}, &own, []string{"backups.json", "baoluu-archive.json", site + ".db"}},
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
	a := fresh(t)
	commit(t, a, page("100", "A\nx", 0))
	dir := t.TempDir()
	b, err := os.ReadFile(a.Newspaper(site).File.Path("db"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, site+".db"), b, 0o444)
	}
	if err == nil {
		err = os.Chmod(dir, 0o555)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	copied := openAt(t, dir)
	v, err := copied.View(ctx, site)
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
