package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// goldArticle is what an article is, by reading.
type goldArticle struct {
	Title       string   `json:"title"`
	Lead        string   `json:"lead"`
	Body        []string `json:"body"`
	Captions    []string `json:"captions"`
	Boilerplate []string `json:"boilerplate"`
	Either      []string `json:"either"` // body or caption, as one likes
	Optional    []string `json:"optional"`
	EndMark     string   `json:"end_mark"`
}

// samplePage is a page of the owner's, or one like them.
type samplePage struct {
	file, address string
	gold          string // "" where nobody read it
}

// samplePages are the owner's five texts, the same pages as HTML, and the saved pages.
func samplePages(t *testing.T, dir string) (list []samplePage) {
	t.Helper()
	for _, row := range indexRows(t, dir) {
		if row[4] != "article" {
			continue
		}
		page := samplePage{file: filepath.Join(dir, "pages", row[0]), address: row[1], gold: filepath.Join(dir, "pages", strings.TrimSuffix(row[0], ".html")+".gold.json")}
		if name, ok := strings.CutPrefix(row[0], "seeds/"); ok {
			name = strings.TrimSuffix(name, ".html")
			page.gold = filepath.Join(dir, "seeds", name+".gold.json")
			list = append(list, samplePage{file: filepath.Join(dir, "seeds", name+".txt"), address: page.address, gold: page.gold})
		}
		if _, err := os.Stat(page.gold); err != nil {
			page.gold = ""
		}
		list = append(list, page)
	}
	return list
}

// exportedTexts are the texts of a corpus, by the addresses of their pages.
func exportedTexts(t *testing.T, dir string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for line := range strings.Lines(must(t, "export", "--archive", dir, "--format", "jsonl", "--out", "-")) {
		var a struct{ URL, Text string }
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		texts[a.URL] = a.Text
	}
	return texts
}

// The corpus of the owner's five texts, and of the saved pages, is what a reader calls their
// articles: title, lead and paragraphs, and not one line of boilerplate.
func TestCorpusIsGold(t *testing.T) {
	dir := shared(t)
	archives := map[string][]samplePage{} // two captures of one page would be versions of it
	for _, page := range samplePages(t, dir) {
		arch := filepath.Join(t.TempDir(), "archive")
		must(t, "import", "--archive", arch, "--url", page.address, "--time", "2026-11-30", page.file)
		archives[arch] = append(archives[arch], page)
	}
	compared := 0
	for arch, pages := range archives {
		texts := exportedTexts(t, arch)
		for _, page := range pages {
			text := texts[page.address]
			if len(texts) != 1 || text == "" {
				t.Errorf("%s: %d articles", page.file, len(texts))
			}
			if page.gold == "" {
				continue
			}
			compared++
			var gold goldArticle
			if b, err := os.ReadFile(page.gold); err != nil || json.Unmarshal(b, &gold) != nil {
				t.Fatalf("%s: %v", page.gold, err)
			}
			compareText(t, page.file, text, gold)
		}
	}
	if compared < 15 {
		t.Errorf("%d articles compared", compared)
	}
}

// compareText holds a text against gold, a paragraph at a time.
func compareText(t *testing.T, file, text string, gold goldArticle) {
	t.Helper()
	same := func(s string) string {
		s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
		if gold.EndMark != "" { // the sentence may keep its own full stop
			s = strings.TrimSuffix(strings.TrimSuffix(s, gold.EndMark), ".")
		}
		return s
	}
	var want, got, free []string
	for _, s := range slices.Concat(gold.Either, gold.Optional) {
		free = append(free, same(s))
	}
	for _, s := range append([]string{gold.Title, gold.Lead}, gold.Body...) {
		if s = same(s); s != "" && !slices.Contains(free, s) {
			want = append(want, s)
		}
	}
	for s := range strings.SplitSeq(text, "\n\n") {
		if s = same(s); !slices.Contains(free, s) {
			got = append(got, s)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s:\n%s", file, diff)
	}
	for line := range strings.Lines(text) {
		if line = same(line); line != "" && line != same(gold.Title) && slices.ContainsFunc(gold.Boilerplate, func(b string) bool { return same(b) == line }) {
			t.Errorf("%s: boilerplate %q", file, line)
		}
	}
}
