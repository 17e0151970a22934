package markup_test

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/markup"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

func parsed(t interface{ Fatal(...any) }, page []byte) *html.Node {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func stripped(t interface{ Fatal(...any) }, page []byte) []byte {
	kept, err := markup.Reader(page)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(kept)
	if err != nil {
		t.Fatal(err)
	}
	return rest
}

// Of every page there is, what is left is shown the same.
func TestWithoutCodeShowsTheSame(t *testing.T) {
	check := func(path string) {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		page, _, _ = charset.UTF8(page, "")
		if _, err := markup.Reader(page); err != nil {
			return
		}
		rest := stripped(t, page)
		full, short := cleaner.FromTree(parsed(t, page), cleaner.Page{}), cleaner.FromTree(parsed(t, rest), cleaner.Page{})
		if full.PageText() != short.PageText() {
			t.Errorf("%s: another page text", path)
		}
		a, errA := full.Article(nil)
		b, errB := short.Article(nil)
		if (errA == nil) != (errB == nil) || a.Digest() != b.Digest() || a.Published != b.Published || full.Canonical() != short.Canonical() {
			t.Errorf("%s: another article", path)
		}
	}
	pages := 0
	for _, dir := range []string{filepath.Join("..", "..", "testdata"), referenceData()} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && strings.HasSuffix(path, ".html") {
				check(path)
				pages++
			}
			return nil // without the reference data there are the fixtures
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if pages < 20 {
		t.Errorf("%d pages", pages)
	}
}

func TestWithoutCodeProperties(t *testing.T) {
	pieces := []string{"<script>", "</script>", "<script x='>'>", "<style>", "</style>", "<!--", "-->", "--!>", "<svg>", "</svg>", "<title>", "</title>", "<textarea>", "</textarea>",
		"<noscript>", "</noscript>", "<p>", "</p>", `<p a="`, `">`, "'", `"`, ">", "<", "</", "a", " ", "<table>", "<select>", "<iframe>", "</iframe>", "<template>", "</template>", "<math>", "<img alt=x>", "<path>", "<g a='", "<h1>", "</g>", "&", "amp;"}
	rapid.Check(t, func(t *rapid.T) {
		page := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 40).Draw(t, "page"), ""))
		rest := stripped(t, page)
		if want, got := dom.PageText(parsed(t, page)), dom.PageText(parsed(t, rest)); want != got {
			t.Fatalf("%q: %q, without code %q: %q", page, want, rest, got)
		}
		if again := stripped(t, rest); !bytes.Equal(again, rest) {
			t.Fatalf("%q: %q, again %q", page, rest, again)
		}
	})
}

// referenceData is the folder beside the checkout, behind a link or not.
func referenceData() string {
	dir := filepath.Join("..", "..", "..", "..", "shared")
	if target, err := filepath.EvalSymlinks(dir); err == nil {
		return target
	}
	return dir
}
