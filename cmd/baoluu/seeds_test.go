package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The owner's five texts go in as text dumps and come out byte for byte, and
// their articles are what the cleaner makes of the file itself (which the
// cleaner's own tests hold against the gold).
func TestOwnersTexts(t *testing.T) {
	dir := shared(t)
	arch := filepath.Join(t.TempDir(), "archive")
	seeds := 0
	for _, row := range indexRows(t, dir) {
		name, ok := strings.CutPrefix(row[0], "seeds/")
		if !ok {
			continue
		}
		seeds++
		name = strings.TrimSuffix(name, ".html")
		t.Run(name, func(t *testing.T) {
			file, address := filepath.Join(dir, "seeds", name+".txt"), row[1]
			must(t, "import", "--archive", arch, "--site", name, "--url", address, "--time", "2016-06-30", file)
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got := must(t, "show", "--archive", arch, "--view", "page", address); got != string(want) {
				t.Errorf("the page text differs:\n%s", cmp.Diff(string(want), got))
			}
			page := fields(t, must(t, "show", "--archive", arch, "--json", address))
			for _, key := range []string{"page", "version", "captured", "digest", "state", "first_seen", "last_seen"} {
				if page[key] == nil {
					t.Errorf("show --json lacks %s", key)
				}
				delete(page, key)
			}
			delete(page, "cluster") // both null: one page is no corpus
			delete(page, "cluster_size")
			file2 := fields(t, must(t, "clean", "--json", "--site", name, "--url", address, file))
			delete(file2, "file")
			if diff := cmp.Diff(file2, page); diff != "" {
				t.Errorf("clean and show differ:\n%s", diff)
			}
			again := fields(t, must(t, "import", "--archive", arch, "--json", "--site", name, "--url", address, "--time", "2016-06-30", file))
			if again["duplicate"] != true {
				t.Errorf("imported twice it is a second capture: %v", again)
			}
			// The same page as HTML.
			html := filepath.Join(dir, "pages", "seeds", name+".html")
			if got := must(t, "clean", "--view", "page", html); got != string(want) {
				t.Errorf("the HTML page's text differs:\n%s", cmp.Diff(string(want), got))
			}
		})
	}
	if seeds != 5 {
		t.Fatalf("%d seeds in the index", seeds)
	}
	must(t, "verify", "--archive", arch)
}
