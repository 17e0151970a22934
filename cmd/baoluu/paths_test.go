package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the documents and comments name is there: files and packages of this repository,
// decisions by their numbers, and the tests of the commands that are to be called by hand.

const repository = "../.."

var (
	quoted     = regexp.MustCompile("`([^`]+)`")
	ourPath    = regexp.MustCompile(`^(?:\.ci|archive|cleaner|cmd|crawler|docs|sites)(?:/[A-Za-z0-9_.*-]+)*/?$`)
	goFile     = regexp.MustCompile(`^[a-z0-9_*]+\.go$`)
	decision   = regexp.MustCompile(`\bdecisions/(\d{4}[a-z-]*)(\.md)?`)
	inMap      = regexp.MustCompile(`(?m)(?:^|[\s("])([a-z0-9_*]+\.go)\b`)
	inComment  = regexp.MustCompile(`(?:^|[\s("\x60])((?:(?:\.ci|archive|cleaner|cmd|crawler|docs|sites)(?:/[A-Za-z0-9_*-]+)+|(?:[a-z0-9]+/)*[a-z0-9_]+)(?:\.go|\.md))\b`)
	goTest     = regexp.MustCompile(`\bgo test ([^#\n` + "`" + `]*)`)
	goRun      = regexp.MustCompile(`\bgo (?:run|build|generate|install) (?:-[a-z]+ \S+ )*(\./(?:cmd/baoluu|docs/bench/[a-z-]+))`)
	testedName = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
)

// texts are the documents.
func texts(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"docs/*.md", "docs/decisions/*.md"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, f := range found {
			name, err := filepath.Rel(repository, f)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, filepath.ToSlash(name))
		}
	}
	return files
}

// sources are the Go files of the repository, by their folders.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(repository, func(name string, e fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".go" && !e.IsDir() {
			if name, err = filepath.Rel(repository, name); err == nil {
				dir, file := path.Split(filepath.ToSlash(name))
				found[path.Clean(dir)] = append(found[path.Clean(dir)], file)
			}
		}
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	return found
}

// named looks for what documents and comments name.
type named struct {
	t       *testing.T
	sources map[string][]string
}

// file: a path from the root of the repository, or from the folder of who names it, or the
// bare name of a Go file: of any folder, where a document names it, else of that folder, one
// below or one above. A doc.go is held to its own folder by [TestWhatMapsName].
func (n named) file(by, name string) {
	n.t.Helper()
	for _, from := range []string{".", path.Dir(by)} {
		if found, err := filepath.Glob(filepath.Join(repository, from, strings.TrimSuffix(name, "/"))); err == nil && len(found) > 0 {
			return
		}
	}
	if goFile.MatchString(name) {
		here := path.Dir(by)
		for dir, files := range n.sources {
			if strings.HasSuffix(by, ".go") && !strings.HasPrefix(dir+"/", here+"/") && !strings.HasPrefix(here+"/", dir+"/") {
				continue
			}
			if slices.ContainsFunc(files, func(file string) bool { ok, _ := path.Match(name, file); return ok }) {
				return
			}
		}
	}
	n.t.Errorf("%s names %s, which is not there", by, name)
}

func (n named) decisions(by, text string) {
	n.t.Helper()
	for _, m := range decision.FindAllStringSubmatch(text, -1) {
		if found, _ := filepath.Glob(filepath.Join(repository, "docs/decisions", m[1]+"*.md")); len(found) == 0 {
			n.t.Errorf("%s names decision %s, which is not there", by, m[1])
		}
	}
}

// tests: a command that calls tests finds one for each of the names it is given.
func (n named) tests(by, arguments string) {
	n.t.Helper()
	words := strings.Fields(strings.ReplaceAll(arguments, "'", ""))
	var packages, patterns []string
	for i, w := range words {
		switch {
		case strings.HasPrefix(w, "./"):
			packages = append(packages, strings.TrimPrefix(w, "./"))
		case (w == "-run" || w == "-bench" || w == "-fuzz") && i+1 < len(words):
			name, _, _ := strings.Cut(words[i+1], "/")
			patterns = append(patterns, strings.Split(name, "|")...)
		}
	}
	var there []string
	for _, p := range packages {
		for dir, files := range n.sources {
			if dir != p && p != "..." {
				continue
			}
			for _, file := range files {
				if !strings.HasSuffix(file, "_test.go") {
					continue
				}
				text, err := os.ReadFile(filepath.Join(repository, dir, file))
				if err != nil {
					n.t.Fatal(err)
				}
				for _, m := range testedName.FindAllStringSubmatch(string(text), -1) {
					there = append(there, m[1])
				}
			}
		}
		if p != "..." && n.sources[p] == nil {
			n.t.Errorf("%s: go test ./%s: there is no such package", by, p)
		}
	}
	for _, pattern := range patterns {
		expr, err := regexp.Compile(pattern)
		if err != nil {
			n.t.Errorf("%s: %v", by, err)
		} else if pattern != "^$" && len(packages) > 0 && !slices.ContainsFunc(there, expr.MatchString) {
			n.t.Errorf("%s: go test %s: no test is called %s there", by, arguments, pattern)
		}
	}
}

// A decision is found by its number, so no two have one.
func TestWhatDecisionsAreCalled(t *testing.T) {
	t.Parallel()
	numbers := map[string]string{}
	for _, file := range texts(t) {
		if m := decision.FindStringSubmatch(file); m != nil {
			if number := m[1][:4]; numbers[number] != "" {
				t.Errorf("%s and %s have one number", numbers[number], file)
			} else {
				numbers[number] = file
			}
		}
	}
}

func TestWhatTextsName(t *testing.T) {
	if testing.Short() {
		t.Skip("reads documents and sources; nothing here runs at once")
	}
	t.Parallel()
	n := named{t, sources(t)}
	for _, by := range texts(t) {
		b, err := os.ReadFile(filepath.Join(repository, by))
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		n.decisions(by, text)
		if strings.HasPrefix(by, "docs/decisions/") { // these tell of their time
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			for _, word := range strings.Fields(m[1]) {
				word = strings.TrimRight(word, ".,;:")
				isFile := slices.Contains([]string{"", ".go", ".md", ".txtar", ".golden", ".sh"}, path.Ext(word))
				if strings.Contains(word, "SITE") || strings.Contains(word, "baomau") { // stand for others
					continue
				}
				if isFile && ourPath.MatchString(word) || goFile.MatchString(word) {
					n.file(by, word)
				}
			}
		}
		for _, m := range goTest.FindAllStringSubmatch(text, -1) {
			n.tests(by, m[1])
		}
		for _, m := range goRun.FindAllStringSubmatch(text, -1) {
			n.file(by, m[1])
		}
	}
}

func TestWhatCommentsName(t *testing.T) {
	if testing.Short() {
		t.Skip("reads documents and sources; nothing here runs at once")
	}
	t.Parallel()
	n := named{t, sources(t)}
	for dir, files := range n.sources {
		for _, file := range files {
			by := path.Join(dir, file)
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, by), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range parsed.Comments {
				text := c.Text()
				n.decisions(by, text)
				for _, m := range inComment.FindAllStringSubmatch(text, -1) {
					n.file(by, m[1])
				}
				for _, m := range goTest.FindAllStringSubmatch(text, -1) {
					n.tests(by, m[1])
				}
			}
		}
	}
}

// A room's doc.go is its map: it names every file of the room, and no other by its bare
// name. A room of one file needs no map, only the page.
func TestWhatMapsName(t *testing.T) {
	t.Parallel()
	for dir, files := range sources(t) {
		files = slices.DeleteFunc(files, func(file string) bool { return file == "doc.go" || strings.HasSuffix(file, "_test.go") })
		if len(files) == 0 || strings.HasPrefix(dir, "docs/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository, dir, "doc.go"), nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil || parsed.Doc == nil {
			t.Errorf("%s has no doc.go with a comment for the package: %v", dir, err)
			continue
		}
		var patterns []string
		for _, m := range inMap.FindAllStringSubmatch(parsed.Doc.Text(), -1) {
			patterns = append(patterns, m[1])
		}
		matches := func(pattern, file string) bool { ok, _ := path.Match(pattern, file); return ok }
		for _, pattern := range patterns {
			if !slices.ContainsFunc(files, func(file string) bool { return matches(pattern, file) }) {
				t.Errorf("%s/doc.go names %s, which is not in its folder", dir, pattern)
			}
		}
		for _, file := range files {
			if len(files) > 1 && !slices.ContainsFunc(patterns, func(pattern string) bool { return matches(pattern, file) }) {
				t.Errorf("%s/doc.go does not name %s", dir, file)
			}
		}
	}
}
