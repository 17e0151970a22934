package assets_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baoluu/cleaner/assets"
	"baoluu/sites"

	"github.com/klauspost/compress/gzip"
)

// Real pages need nothing that is a script or no address, and little of them is much. With -v
// it prints what those of the five newspapers need.
func TestRealPages(t *testing.T) {
	pages := 0
	for _, folder := range []string{"pages", "pages-more"} {
		root := filepath.Join("..", "..", "..", "shared", folder)
		if target, err := filepath.EvalSymlinks(root); err == nil {
			root = target
		}
		index, err := os.ReadFile(filepath.Join(root, "INDEX.tsv"))
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip("the reference pages are not there")
		}
		err = fs.WalkDir(os.DirFS(root), ".", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".html") {
				return err
			}
			pages++
			body, err := os.ReadFile(filepath.Join(root, path))
			if err != nil {
				return err
			}
			if strings.HasSuffix(path, ".gz") {
				z, err := gzip.NewReader(bytes.NewReader(body))
				if err != nil {
					return err
				}
				if body, err = io.ReadAll(z); err != nil {
					return err
				}
			}
			realPage(t, folder+"/"+path, addressIn(string(index), path), body)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if pages < 50 {
		t.Errorf("%d pages", pages)
	}
}

// addressIn is a page's address by the index.
func addressIn(index, path string) string {
	for line := range strings.Lines(index) {
		if fields := strings.Split(line, "\t"); len(fields) > 1 && fields[0] == path {
			return fields[1]
		}
	}
	return "https://bao.example/muc/bai.html"
}

func realPage(t *testing.T, name, address string, body []byte) {
	needs := assets.OfPage(body, "", address)
	if len(needs) > 500 {
		t.Errorf("%s: %d needs", name, len(needs))
	}
	u, _ := url.Parse(address)
	site, known := sites.ByURL(u)
	for _, n := range needs {
		for _, a := range append([]string{n.URL}, n.Others...) {
			parsed, err := url.Parse(a)
			if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
				t.Errorf("%s: %s", name, a)
				continue
			}
			if path := strings.ToLower(parsed.Path); strings.HasSuffix(path, ".js") || n.Kind == assets.Image && slices.ContainsFunc([]string{".css", ".woff", ".woff2", ".html", ".htm", ".vov"}, func(end string) bool { return strings.HasSuffix(path, end) }) {
				t.Errorf("%s: %s %s", name, n.Kind, a)
			}
		}
		if testing.Verbose() {
			host := n.URL
			if p, err := url.Parse(n.URL); err == nil {
				host = p.Hostname()
			}
			fmt.Println(name, known && site.ServesAssets(host), n.Kind, n.URL, n.Others)
		}
	}
}
