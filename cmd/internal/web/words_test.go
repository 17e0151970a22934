package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

var (
	wordInTemplate = regexp.MustCompile(`\b[tn] "([^"]+)"`)
	quoted         = regexp.MustCompile(`"([a-z][a-zA-Z0-9.-]*)"`)
	blank          = regexp.MustCompile(`%(\[\d\])?s`)
)

// Each word is there in both languages, with the same blanks, and is said somewhere; what
// the templates say is there. A key that is put together begins with its longest part:
// "run.".
func TestWords(t *testing.T) {
	words, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	said, begins := map[string]bool{}, map[string]bool{}
	err = filepath.WalkDir(".", func(file string, e fs.DirEntry, err error) error {
		if e != nil && e.Name() == "testdata" {
			return fs.SkipDir
		}
		if err != nil || e.IsDir() || strings.HasSuffix(file, "_test.go") || filepath.Ext(file) != ".go" && filepath.Ext(file) != ".html" {
			return err
		}
		b, err := os.ReadFile(file)
		for _, m := range wordInTemplate.FindAllSubmatch(b, -1) {
			if filepath.Ext(file) == ".html" {
				if _, there := words[string(m[1])]; !there {
					t.Errorf("%s says %s, which is no word", file, m[1])
				}
			}
		}
		for _, m := range quoted.FindAllSubmatch(b, -1) {
			said[string(m[1])] = true
			if strings.HasSuffix(string(m[1]), ".") {
				begins[string(m[1])] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, w := range words {
		used := said[key]
		for i, c := range key {
			if c == '.' {
				used = used || begins[key[:i+1]] || said[key[:i]] // "error.page" + ".title"
			}
		}
		if !used {
			t.Errorf("nothing says %s", key)
		}
		if len(w) != len(languages) {
			t.Errorf("%s: languages %v", key, w)
		}
		for _, lang := range languages {
			text := w[lang]
			if text == "" || !norm.NFC.IsNormalString(text) || strings.TrimSpace(text) != text {
				t.Errorf("%s in %s: %q", key, lang, text)
			}
			for _, form := range strings.Split(text, "|") {
				if got, want := len(blank.FindAllString(form, -1)), len(blank.FindAllString(strings.Split(w["vi"], "|")[0], -1)); got != want {
					t.Errorf("%s in %s: %d blanks, %d in Vietnamese", key, lang, got, want)
				}
				if left := blank.ReplaceAllString(form, ""); strings.Contains(left, "%") {
					t.Errorf("%s in %s: %q has another verb than %%s", key, lang, text)
				}
			}
		}
	}
}
