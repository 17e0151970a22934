package cleanertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/fixture"
	"baoluu/sites"
)

// Site is the newspaper of a name.
func Site(t testing.TB, name string) *sites.Site {
	t.Helper()
	s, ok := sites.ByName(name)
	if !ok {
		t.Fatalf("no site %q", name)
	}
	return s
}

// Fixture is a page in testdata/SITE/LAYOUT.CAPTURED.html, written by us in
// the site's markup, or a text dump, text.CAPTURED.txt; its golden article
// stands beside it.
type Fixture struct {
	Path   string
	Layout string
	Site   *sites.Site
	Page   cleaner.Page
}

// Fixtures are the pages in testdata that are a newspaper's, for tests in the cleaner's folder or one below.
func Fixtures(t testing.TB) []Fixture {
	t.Helper()
	dir := "testdata"
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join("..", dir)
	}
	var paths []string
	for _, ext := range []string{"html", "txt"} {
		found, err := filepath.Glob(filepath.Join(dir, "*", "*.*."+ext))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	var list []Fixture
	for _, path := range paths {
		s, ok := sites.ByName(filepath.Base(filepath.Dir(path)))
		if !ok {
			continue // the generic extractor's
		}
		f := Fixture{Path: path, Site: s}
		var err error
		if f.Page, f.Layout, err = fixture.Page(filepath.Base(path), Read(t, path)); err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	if len(list) < 16 {
		t.Fatalf("%d fixtures: the files moved away", len(list))
	}
	return list
}

// Numbered writes a format n times, with the numbers from 0 on.
func Numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Shared is the folder of reference data beside the checkout. Without it a
// test is skipped; on CI that is a failure.
func Shared(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(filepath.Dir(dir), "shared")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("reference data: %v", err)
		}
		t.Skip("no reference data beside the checkout:", path)
	}
	return path
}

// Read is what is in a file, whose path is given in parts.
func Read(t testing.TB, elem ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
