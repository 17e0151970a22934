package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// TestAHundredNewspapers: list, stats and verify tell newspapers of a folder apart, whatever they are
// named, and each is named where its articles are.
func TestAHundredNewspapers(t *testing.T) {
	dir := t.TempDir()
	folder, config := filepath.Join(dir, "newspapers"), filepath.Join(dir, "config.yaml")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(config, fmt.Sprintf("newspapers: %q\n", folder))
	a, err := archive.Create(filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"b", "a-1", "bao-24h", "bao", "list", "no", "site"}
	for i := len(names); i < 100; i++ {
		names = append(names, fmt.Sprintf("bao-%d", i))
	}
	for i, name := range names {
		write(filepath.Join(folder, name+".yaml"), fmt.Sprintf(`name: %s
title: Báo %[1]s
home: https://%[1]s.example.vn/
hosts: [%[1]s.example.vn]
languages: vi
sources: [{kind: front, url: "https://%[1]s.example.vn/"}]
articles: [{path: '/[^/]+-(?P<id>\\d+)\\.html'}]
layouts: [{name: bai, article: article, title: h1, body: .noi-dung}]
`, name))
		c := capture.Capture{Page: "100", URL: "https://" + name + ".example.vn/tin-100.html", Time: time.Date(2024, 3, 1, 0, i, 0, 0, time.UTC), Kind: capture.Response, State: capture.Live, Status: 200}
		article := cleaner.Article{Site: name, URL: c.URL, Language: "vi", Title: "Tin", Text: "Tin", Cleaner: "x"}
		if _, err := a.Commit(t.Context(), name, capture.Batch{Kept: []capture.Kept{{Capture: c, Body: []byte("tin"), Article: &article}}}); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { sites.Use(nil) })
	stats := must(t, "stats", "--config", config, "--archive", a.Dir())
	for _, name := range names {
		if !strings.Contains(stats, "\n"+name+" ") {
			t.Errorf("stats lacks %s:\n%s", name, stats)
		}
	}
	for _, name := range names[:8] {
		if out := must(t, "stats", "--config", config, "--archive", a.Dir(), "--site", name, "--json"); strings.Count(out, `"site":`) != 1 || !strings.Contains(out, `"site":"`+name+`"`) {
			t.Errorf("stats of %s: %s", name, out)
		}
		if out := must(t, "list", "--config", config, "--archive", a.Dir(), "--site", name, "--json"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "https://"+name+".example.vn/tin-100.html") {
			t.Errorf("list of %s: %s", name, out)
		}
	}
	if out, errs, code := call(t, "verify", "--config", config, "--archive", a.Dir()); code != exitDone {
		t.Errorf("%d: %s%s", code, out, errs)
	}
}
