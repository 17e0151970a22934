package web

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
)

var (
	cleanerName = regexp.MustCompile(`dantri/[0-9a-f]{12}\b`)
	mainPart    = regexp.MustCompile(`(?s)<main[^>]*>(.*)</main>`)
)

// goldenPage holds a page's own part against testdata/NAME.html. Read
// it in a browser.
func goldenPage(t *testing.T, name, page string) {
	t.Helper()
	found := mainPart.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("%s: no main part in %s", name, page)
	}
	golden(t, name+".html", cleanerName.ReplaceAllString(found[1], "dantri/CLEANER"))
}

// golden holds what came against a file in testdata; UPDATE_GOLDEN=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is another (-, +):\n%s", file, diff)
	}
}

// The pages of articles, and of what became of them, as people see them.
func TestArticlePages(t *testing.T) {
	s := newTestServer(t, richArchive(t))
	flood, down := pagePath("dantri", keyOf(t, tenVersions)), pagePath("dantri", keyOf(t, takenDown))
	for _, tt := range []struct{ name, path, lang string }{
		{"article", flood, "vi"},
		{"article-older", flood + "/v/2", "en"},
		{"article-gone", down, "en"},
		{"article-gone-version", down + "/v/2", "vi"},
		{"article-untitled", pagePath("dantri", keyOf(t, untitled)), "en"},
		{"article-french", pagePath("dantri", keyOf(t, french)), "vi"},
		{"article-redesigned", pagePath("dantri", keyOf(t, redesigned)), "en"},
		{"compare-redesigned", pagePath("dantri", keyOf(t, redesigned)) + "/diff/1..2", "en"},
		{"article-unsure", "/p/dantri/20261103090000999", "en"},
		{"compare-unsure", "/p/dantri/20261103090000999/diff/1..2?view=inline", "vi"},
		{"article-hostile", pagePath("dantri", keyOf(t, hostile)), "en"},
		{"article-captures", pagePath("dantri", keyOf(t, captured)) + "?captures=10", "vi"},
		{"compare", flood + "/diff/1..3", "vi"},
		{"compare-inline", flood + "/diff/5..11?view=inline", "en"},
		{"compare-gone", flood + "/diff/8..9", "vi"},
		{"text", flood + "/v/1/text", "vi"},
	} {
		w := ask(s, tt.path, "Accept-Language", tt.lang)
		page := w.Body.String()
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", tt.path, w.Code, page)
			continue
		}
		if page != plain.Text(page) {
			t.Errorf("%s has what acts", tt.path)
		}
		goldenPage(t, tt.name, page)
	}
}

// Whatever an article says stands on its pages as text.
func TestHostileArticle(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	path := pagePath("dantri", keyOf(t, hostile))
	for _, p := range []string{path, path + "/v/1", path + "/text"} {
		page := ask(s, p).Body.String()
		if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
			t.Errorf("%s does not show the title", p)
		}
		for _, wrong := range []string{"<script>alert", "<img src=x", "\u202e", `href="javascript`} {
			if strings.Contains(page, wrong) {
				t.Errorf("%s has %q", p, wrong)
			}
		}
	}
}

func TestOutside(t *testing.T) {
	for address, want := range map[string]string{
		"https://vov.vn/a?b=c": "https://vov.vn/a?b=c", "http://vov.vn": "http://vov.vn",
		"javascript:alert(1)": "", "JaVaScRiPt:alert(1)": "", "data:text/html,x": "", "//vov.vn/x": "", "/x": "", "https:///x": "", "\x00https://vov.vn": "", "https://vov.vn/\x01": "",
	} {
		if got := outside(address); got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

// Where an address leads that is not the permanent one, and what is not there.
func TestArticleAddresses(t *testing.T) {
	s := newTestServer(t, richArchive(t))
	path := pagePath("dantri", keyOf(t, tenVersions))
	for _, tt := range []struct {
		path string
		code int
		to   string
	}{
		{"/p/dantri/" + url.PathEscape(tenVersions.url), http.StatusSeeOther, path},
		{"/p/dantri/" + url.PathEscape(tenVersions.url) + "/diff/1..3?view=inline", http.StatusSeeOther, path + "/diff/1..3?view=inline"},
		{path + "/diff?from=3&to=1", http.StatusSeeOther, path + "/diff/1..3"},
		{path + "/diff/3..1", http.StatusSeeOther, path + "/diff/1..3"},
		{path + "/diff/2..2", http.StatusSeeOther, path + "/v/2"},
		{path + "/diff?from=x", http.StatusBadRequest, ""},
		{path + "/diff/1..12", http.StatusNotFound, ""},
		{path + "/diff/1...3", http.StatusNotFound, ""},
		{path + "/v/0", http.StatusNotFound, ""},
		{path + "/v/01", http.StatusNotFound, ""},
		{path + "/v/12", http.StatusNotFound, ""},
		{path + "?captures=2", http.StatusNotFound, ""},
		{path + "/text?capture=999999", http.StatusNotFound, ""},
		{path + "/text?capture=1", http.StatusNotFound, ""}, // another page's
		{path + "/text?part=2", http.StatusNotFound, ""},
		{"/p/dantri/0", http.StatusNotFound, ""},
		{"/p/nobody/1", http.StatusNotFound, ""},
	} {
		w := ask(s, tt.path)
		if w.Code != tt.code || w.Header().Get("Location") != tt.to {
			t.Errorf("%s: %d %s, want %d %s", tt.path, w.Code, w.Header().Get("Location"), tt.code, tt.to)
		}
	}
}

// A page of no article shows its captures.
func TestPageWithoutArticle(t *testing.T) {
	arch := smallArchive(t)
	k := answerOf(t, "https://dantri.com.vn/xa-hoi.htm", http.StatusNotFound, now)
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{k}}); err != nil {
		t.Fatal(err)
	}
	w := ask(newTestServer(t, arch), pagePath("dantri", k.Page), "Accept-Language", "en")
	if page := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(page, "No article has been read") || !strings.Contains(page, "1 capture") {
		t.Error(w.Code, page)
	}
}

func FuzzParseVersions(f *testing.F) {
	for _, text := range []string{"1..3", "1..", "..", "01..2", "1...3", "-1..2", "99999999999999999999..1"} {
		f.Add(text)
	}
	found := found{Site: "dantri"}
	found.Info.Page = "1"
	f.Fuzz(func(t *testing.T, text string) {
		from, to, ok := parseVersions(text)
		if ok && (from < 1 || to < 1 || found.ComparePath(from, to) != "/p/dantri/1/diff/"+text) {
			t.Errorf("%q: %d %d", text, from, to)
		}
	})
}

func FuzzPartsOfText(f *testing.F) {
	f.Add(strings.Repeat("e\u0301", mostText), 1)
	f.Add("\u0301", 200_000) // no letter begins anywhere
	f.Add("\x80", 200_000)   // nor a character
	f.Fuzz(func(t *testing.T, text string, times int) {
		text = strings.Repeat(text, min(max(times, 1), 1+200_000/max(len(text), 1)))
		parts := partsOfText(text)
		if strings.Join(parts, "") != text || len(parts) > 2+2*len(text)/mostText {
			t.Errorf("%d parts of %d bytes", len(parts), len(text))
		}
	})
}
