package cleanertest

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// SavedPage is a whole page beside the checkout, of a newspaper or of anybody.
type SavedPage struct {
	Name string
	Body []byte
}

// SavedPages are all whole pages beside the checkout.
func SavedPages(t testing.TB) []SavedPage {
	t.Helper()
	dir := Shared(t)
	var list []SavedPage
	for _, pattern := range []string{"pages/*/*.html", "pages-more/*/*.html.gz", "generic*/html/*.gz"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			body, err := os.ReadFile(name)
			if err == nil && strings.HasSuffix(name, ".gz") {
				var z *gzip.Reader
				if z, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
					body, err = io.ReadAll(z)
				}
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			list = append(list, SavedPage{strings.TrimPrefix(filepath.ToSlash(name), filepath.ToSlash(dir)+"/"), body})
		}
	}
	if len(list) < 200 {
		t.Fatalf("%d pages", len(list))
	}
	return list
}
