package cleaner

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func lean(t interface{ Fatal(...any) }, page []byte) []byte {
	kept := withoutCode(page)
	rest, err := io.ReadAll(&kept)
	if err != nil {
		t.Fatal(err)
	}
	return rest
}

func TestWithoutCode(t *testing.T) {
	for _, tt := range []struct{ page, want string }{
		{"<p>a</p><script>x<y</script><p>b</p>", "<p>a</p><script></script><p>b</p>"},
		{"<STYLE media=all>p{}</STYLE >", "<STYLE media=all></STYLE >"},
		{"<script src='a.js'></script>b", "<script src='a.js'></script>b"},
		{"<script>x</scripty></script>", "<script></script>"},
		{`<p title="it's"><script>x</script>`, `<p title="it's"><script></script>`},
		{`<script data-a="x>y">z</script>`, `<script data-a="x>y">` + "</script>"},
		{`<p title="a > b '<script>x</script>"><style>x</style>`, `<p title="a > b '<script>x</script>"><style></style>`},
		{"<<!-- <script>x</script> -->b", "<<!---->b"},
		{"<noscript><style>x</style></noscript>", "<noscript></noscript>"},
		{"<svg a=1><style>p</style><path d=''/></svg>", "<svg a=1></svg>"},
		// All of these stay as they are.
		{`<script type="application/ld+json">{}</script>`, ""},
		{"<script><!-- <script></script> --></script>", ""},
		{`<p title="<script>x</script>">`, ""},
		{`<p title="a > b <script>x</script>">`, ""},
		{`<p title="<b><script>">x</script>`, ""},
		{"<title><script>x</script></title>", ""},
		{"<svg><svg></svg></svg><script>x</script>", ""},
		{"<svg><p>x</svg>", ""},
		{"<svg><path>", ""},
		{"<!-- --!> --><script>x</script>", ""},
		{"<div <script>x</script>", ""},
		{"<scripts>x</scripts>", ""},
		{"<script", ""},
		{"", ""},
	} {
		want := tt.want
		if want == "" {
			want = tt.page
		}
		if got := string(lean(t, []byte(tt.page))); got != want {
			t.Errorf("%q: got %q, want %q", tt.page, got, want)
		}
	}
}

// Of every page there is, what is left is shown the same.
func TestWithoutCodeShowsTheSame(t *testing.T) {
	check := func(path string) {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		page, _, _ = UTF8(page, "")
		rest := lean(t, page)
		if _, err := Markup(page); err != nil {
			return
		}
		full, short := FromTree(parsed(t, page), Page{}), FromTree(parsed(t, rest), Page{})
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
	for _, dir := range []string{"testdata", referenceData()} {
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
		rest := lean(t, page)
		if want, got := pageText(parsed(t, page)), pageText(parsed(t, rest)); want != got {
			t.Fatalf("%q: %q, without code %q: %q", page, want, rest, got)
		}
		if again := lean(t, rest); !bytes.Equal(again, rest) {
			t.Fatalf("%q: %q, again %q", page, rest, again)
		}
	})
}
