package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestHouse holds three accounts of one thing against each other: what our packages
// import, the picture in CONTRIBUTING.md and the rules of depguard.
func TestHouse(t *testing.T) {
	const root = "../.."
	imports := importGraph(t, root)
	b, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(b), "```house\n")
	picture, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("CONTRIBUTING.md: no block that begins with ```house")
	}
	rooms, wrong := readPicture(picture)
	for _, w := range wrong {
		t.Error("CONTRIBUTING.md: " + w)
	}
	if diff := cmp.Diff(imports, rooms, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the picture in CONTRIBUTING.md (+) is not what the packages import (-):\n%s", diff)
	}
	if diff := cmp.Diff(imports, allowed(t, root), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("depguard's rules in .golangci.yml (+) are not what the packages import (-):\n%s", diff)
	}
}

// importGraph lists, for each of our packages but those below docs, which others of
// ours its files import, tests left out: "crawler" → "cleaner", "sites".
func importGraph(t *testing.T, root string) map[string][]string {
	t.Helper()
	graph := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if n := e.Name(); n == "testdata" || n == "docs" || strings.HasPrefix(n, ".") && file != root {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		room := filepath.ToSlash(dir)
		graph[room] = append(graph[room], "") // it is there, even where it imports nothing
		for _, i := range f.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			if name, ours := strings.CutPrefix(name, "baoluu/"); ours {
				graph[room] = append(graph[room], name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tidied(graph)
}

// tidied sorts what each room imports and names each once.
func tidied(graph map[string][]string) map[string][]string {
	for room, imports := range graph {
		slices.Sort(imports)
		graph[room] = slices.DeleteFunc(slices.Compact(imports), func(s string) bool { return s == "" })
	}
	return graph
}

// readPicture reads the house as CONTRIBUTING.md draws it, and says what cannot be so.
// A line is a room and, behind ↓, the rooms it imports, which stand on floors further
// down. A/{b c} is A/b and A/c. A line that begins with blanks goes on with the one
// above it. ─ parts two floors.
func readPicture(picture string) (rooms map[string][]string, wrong []string) {
	type arrow struct{ from, to string }
	rooms = map[string][]string{}
	floors := map[string]int{}
	var arrows []arrow
	floor, room := 0, ""
	for line := range strings.Lines(picture) {
		if strings.HasPrefix(line, "─") {
			floor++
			continue
		}
		words := roomNames(line)
		if len(words) > 0 && !strings.HasPrefix(line, " ") {
			room, words = words[0], words[1:]
			if _, twice := floors[room]; twice {
				wrong = append(wrong, room+" is drawn twice")
			}
			floors[room], rooms[room] = floor, nil
		}
		for _, w := range words {
			if w != "↓" {
				arrows = append(arrows, arrow{room, w})
				rooms[room] = append(rooms[room], w)
			}
		}
	}
	for _, a := range arrows {
		to, there := floors[a.to]
		switch {
		case !there:
			wrong = append(wrong, fmt.Sprintf("%s imports %s, which is not drawn", a.from, a.to))
		case to <= floors[a.from]:
			wrong = append(wrong, fmt.Sprintf("%s imports %s, which stands no lower", a.from, a.to))
		}
	}
	return tidied(rooms), wrong
}

// roomNames parts a line of the picture into its words: A/{b c} is A/b and A/c.
func roomNames(line string) (names []string) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		end := strings.IndexAny(line, " {")
		if end < 0 {
			return append(names, line)
		}
		if line[end] == ' ' {
			names, line = append(names, line[:end]), line[end:]
			continue
		}
		inside, rest, _ := strings.Cut(line[end+1:], "}")
		for _, n := range strings.Fields(inside) {
			names = append(names, path.Join(line[:end], n))
		}
		line = rest
	}
	return names
}

// allowed lists which of our rooms depguard lets each room import: the rule "A/b" is
// that of the files in A/b alone, forbids all that is ours and allows what it names.
func allowed(t *testing.T, root string) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Mode  string `yaml:"list-mode"`
						Files []string
						Allow []string
						Deny  []struct{ Pkg string }
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(b, &settings); err != nil {
		t.Fatal(err)
	}
	graph := map[string][]string{}
	rules := settings.Linters.Settings.Depguard.Rules
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		r := rules[name]
		if len(r.Allow) == 0 && !slices.ContainsFunc(r.Deny, func(d struct{ Pkg string }) bool { return d.Pkg == "baoluu" }) {
			continue // of other packages than ours
		}
		if want := []string{"**/" + name + "/*.go", "!$test"}; r.Mode != "lax" || !slices.Equal(r.Files, want) {
			t.Errorf(".golangci.yml: the rule %s is not lax, or not of the files %q", name, want)
		}
		graph[name] = nil
		for _, a := range r.Allow {
			room, exact := strings.CutSuffix(strings.TrimPrefix(a, "baoluu/"), "$")
			if !exact {
				t.Errorf(".golangci.yml: the rule %s allows %s and all below it: end it in $", name, a)
			}
			graph[name] = append(graph[name], room)
		}
	}
	return tidied(graph)
}
