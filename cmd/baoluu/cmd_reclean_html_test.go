package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/sites"
)

// A selector breaks: the gate stops the re-clean, and the page says at once which field, in
// which layout, on which page. The file is there whole, or as it was.
func TestRecleanPage(t *testing.T) {
	archive := marketArchive(t, 12, func(i int) (int, time.Time) {
		return 0, time.Date(2026, time.Month(1+i/4), 1+i, 9, 0, 0, 0, sites.Zone)
	})
	folder := t.TempDir()
	shown := filepath.Join(folder, "new", "report.html")
	vov, _ := sites.ByName("vov")
	sound := vov.Layouts[0].Byline
	t.Cleanup(func() { vov.Layouts[0].Byline = sound })
	vov.Layouts[0].Byline = nil

	_, said, code := call(t, "reclean", "vov", "--archive", archive, "--force", "--accept", "--html", shown)
	if code != exitFailed || !strings.Contains(said, "too much is lost") {
		t.Errorf("exit %d: %s", code, said)
	}
	b, err := os.ReadFile(shown)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The gate stops it.", "<b>byline</b>: 12 of 12 had it, 0 have it", "Most of it in layout drupal-2020", "https://vov.vn/xa-hoi/cho-phien-post1000000.vov", "<del>Nguyễn Văn An</del>", "<polyline"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if _, said, code := call(t, "reclean", "vov", "--archive", archive, "--html", folder); code != exitFailed || !strings.Contains(said, "is a folder") {
		t.Errorf("exit %d: %s", code, said)
	}
	entries, err := os.ReadDir(filepath.Dir(shown))
	if err != nil || len(entries) != 1 {
		t.Errorf("%v beside the page, %v", entries, err)
	}
}
