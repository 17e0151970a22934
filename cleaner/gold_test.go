package cleaner_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// gold is what an article is, by reading: see the README beside the seeds.
type gold struct {
	URL         string   `json:"url"`
	Title       string   `json:"title"`
	Lead        string   `json:"lead"`
	Dateline    string   `json:"dateline"`
	Byline      string   `json:"byline"`
	Source      string   `json:"source"`
	Published   string   `json:"published"`
	Decoded     string   `json:"published_decoded"`
	Captions    []string `json:"captions"`
	Body        []string `json:"body"`
	Subheads    []string `json:"subheads"`
	Boilerplate []string `json:"boilerplate"`
	Either      []string `json:"either"`
	Optional    []string `json:"optional"`
	EndMark     string   `json:"end_mark"`
	Language    string   `json:"language"`
}

func readGold(t testing.TB, path string) gold {
	t.Helper()
	var g gold
	if err := json.Unmarshal(cleanertest.Read(t, path), &g); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return g
}

// blanks are runs of blanks as one, in NFC.
func blanks(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

// loose leaves out brackets, hyphens and a final stop too.
func loose(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("()[]", r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, blanks(s))
	return strings.TrimSuffix(strings.TrimSpace(s), ".")
}

func all(list []string) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, blanks(s))
	}
	return out
}

// compareGold checks an article against gold, field by field.
func compareGold(t *testing.T, a cleaner.Article, g gold) {
	t.Helper()
	for _, f := range []struct{ name, got, want string }{
		{"title", blanks(string(a.Title)), blanks(g.Title)},
		{"lead", blanks(string(a.Lead)), blanks(g.Lead)},
		{"dateline", loose(string(a.Dateline)), loose(g.Dateline)},
		{"byline", blanks(string(a.Byline)), blanks(g.Byline)},
		{"source", loose(string(a.Source)), loose(g.Source)},
	} {
		if f.got != f.want {
			t.Errorf("%s:\n got %q\nwant %q", f.name, f.got, f.want)
		}
	}
	if g.Language != "" && string(a.Language) != g.Language {
		t.Errorf("language: got %q, want %q", a.Language, g.Language)
	}

	either, optional := all(g.Either), all(g.Optional)
	texts := func(list []string, drop ...[]string) []string {
		return slices.DeleteFunc(all(list), func(s string) bool {
			return slices.ContainsFunc(drop, func(d []string) bool { return slices.Contains(d, s) })
		})
	}
	body := []string{}
	for _, b := range a.Body {
		body = append(body, b.Text)
	}
	if diff := cmp.Diff(texts(g.Body, either, optional), texts(body, either, optional)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if got, want := texts(a.Captions, either), texts(g.Captions, either); !slices.Equal(got, want) {
		t.Errorf("captions:\n got %q\nwant %q", got, want)
	}
	for _, s := range either {
		if !slices.Contains(all(body), s) && !slices.Contains(all(a.Captions), s) {
			t.Errorf("lost %q", s)
		}
	}
	for _, s := range all(g.Subheads) {
		if !slices.ContainsFunc(a.Body, func(b cleaner.Block) bool { return b.Kind == cleaner.Subhead && blanks(b.Text) == s }) {
			t.Errorf("no subhead %q", s)
		}
	}
	for line := range strings.Lines(a.Text) {
		line = blanks(line)
		if line != "" && line != blanks(g.Title) && slices.Contains(all(g.Boilerplate), line) {
			t.Errorf("boilerplate in text: %q", line)
		}
	}
	if g.EndMark != "" && strings.Contains(a.Text, g.EndMark) {
		t.Errorf("end mark %q in text", g.EndMark)
	}
}

// seeded are the newspapers of which a dump is kept: those that are on.
func seeded() []*sites.Site {
	return slices.DeleteFunc(sites.All(), func(s *sites.Site) bool { return s.Off })
}

func TestGoldSeedsAsText(t *testing.T) {
	dir := cleanertest.Shared(t)
	for _, s := range seeded() {
		t.Run(s.Name, func(t *testing.T) {
			g := readGold(t, filepath.Join(dir, "seeds", s.Name+".gold.json"))
			body := cleanertest.Read(t, dir, "seeds", s.Name+".txt")
			d, err := cleaner.Read(cleaner.Page{Body: body, ContentType: "text/plain", URL: g.URL})
			if err != nil {
				t.Fatal(err)
			}
			if d.PageText() != string(body) {
				t.Error("page text is not the dump")
			}
			a, err := d.Article(s)
			if err != nil {
				t.Fatal(err)
			}
			compareGold(t, a, g)
			checkPublished(t, a, g)
			if a.Layout != "text" {
				t.Errorf("layout %q", a.Layout)
			}
		})
	}
}

func checkPublished(t *testing.T, a cleaner.Article, g gold) {
	t.Helper()
	want := g.Published
	if g.Decoded != "" {
		at, err := time.ParseInLocation("2006-01-02 15:04", g.Decoded, sites.Zone)
		if err != nil {
			t.Fatal(err)
		}
		want = at.Format(time.RFC3339)
	}
	got := ""
	if !a.Published.IsZero() {
		got = a.Published.Format(time.RFC3339)
	}
	if got != want {
		t.Errorf("published: got %q, want %q", got, want)
	}
}

// index is a row of INDEX.tsv.
type index struct{ file, url, contentType, site, kind string }

func readIndex(t testing.TB, path ...string) []index {
	t.Helper()
	var rows []index
	lines := bufio.NewScanner(bytes.NewReader(cleanertest.Read(t, path...)))
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if len(f) < 5 || f[0] == "file" {
			continue
		}
		rows = append(rows, index{f[0], f[1], f[2], f[3], f[4]})
	}
	if len(rows) < 20 {
		t.Fatalf("INDEX.tsv has %d rows", len(rows))
	}
	return rows
}

func TestGoldPages(t *testing.T) {
	dir := cleanertest.Shared(t)
	for _, row := range readIndex(t, dir, "pages", "INDEX.tsv") {
		t.Run(row.file, func(t *testing.T) {
			var s *sites.Site
			for _, candidate := range sites.All() {
				if candidate.Owns(strings.TrimPrefix(row.site, "www.")) {
					s = candidate
				}
			}
			if s == nil {
				t.Fatalf("no site for %q", row.site)
			}
			body := cleanertest.Read(t, dir, "pages", row.file)
			d, err := cleaner.Read(cleaner.Page{Body: body, ContentType: row.contentType, URL: row.url})
			if err != nil {
				t.Fatal(err)
			}
			before := d.PageText()
			a, err := d.Article(s)
			if row.kind == "list" {
				var refused *cleaner.NotArticleError
				if !errors.As(err, &refused) || refused.Reason != "a list" {
					t.Fatalf("a list is not refused: %v, %q", err, a.Title)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			again, err := d.Article(s)
			if err != nil || again.Digest() != a.Digest() || d.PageText() != before {
				t.Error("a second reading differs")
			}
			if a.Layout == "generic" {
				t.Errorf("no layout fits: %v", a.Notes)
			}
			if a.ID == "" {
				t.Error("no id")
			}
			if a.Title == "" || len(a.Body) == 0 {
				t.Errorf("title %q, %d blocks", a.Title, len(a.Body))
			}
			path := filepath.Join(dir, "pages", strings.TrimSuffix(row.file, ".html")+".gold.json")
			if name, ok := strings.CutPrefix(row.file, "seeds/"); ok {
				path = filepath.Join(dir, "seeds", strings.TrimSuffix(name, ".html")+".gold.json")
				if a.Published.IsZero() {
					t.Error("no published time")
				}
			}
			if _, err := os.Stat(path); err != nil {
				if os.Getenv("SHOW") != "" {
					show(t, a)
				}
				return
			}
			g := readGold(t, path)
			compareGold(t, a, g)
			if !strings.HasPrefix(row.file, "seeds/") {
				checkPublished(t, a, g)
			}
		})
	}
}

// TestGoldMore cleans pages of newspapers that are off, and of some that are not known.
func TestGoldMore(t *testing.T) {
	dir := cleanertest.Shared(t)
	for _, row := range readIndex(t, dir, "pages-more", "INDEX.tsv") {
		file, address, kind := row.file, row.url, row.contentType
		t.Run(file, func(t *testing.T) {
			var s *sites.Site
			for _, candidate := range sites.All() {
				if u, err := url.Parse(address); err == nil && candidate.Owns(u.Hostname()) {
					s = candidate
				}
			}
			page := cleaner.Page{Body: gunzip(t, filepath.Join(dir, "pages-more", file)), URL: address}
			a, err := cleaner.Clean(page, s)
			if kind == "list" {
				var refused *cleaner.NotArticleError
				if !errors.As(err, &refused) {
					t.Fatalf("a list is not refused: %v, %q", err, a.Title)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if s != nil && (a.Layout == "generic" || a.ID == "") {
				t.Errorf("layout %q, id %q", a.Layout, a.ID)
			}
			gold := filepath.Join(dir, "pages-more", strings.TrimSuffix(file, ".html.gz")+".gold.json")
			if _, err := os.Stat(gold); err != nil {
				if a.Title == "" || len(a.Body) == 0 {
					t.Errorf("title %q, %d blocks", a.Title, len(a.Body))
				}
				return
			}
			g := readGold(t, gold)
			compareGold(t, a, g)
			checkPublished(t, a, g)
		})
	}
}

func show(t *testing.T, a cleaner.Article) {
	b, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", b)
}
