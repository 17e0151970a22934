package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"baoluu/cleaner/plain"
)

var updateLicenses = flag.Bool("update-licenses", false, "write licenses.txt")

// noticeFile are the names of files that whoever hands out a program has to pass on.
var noticeFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents)([._-].*)?$`)

// linked is a module, or Go itself, with the folders of its packages that the
// program is made of.
type linked struct {
	rank      int
	name, dir string
	folders   []string
}

// linkedModules asks the go command what the program is made of on each platform.
func linkedModules(t *testing.T) []linked {
	t.Helper()
	ask := func(system string, args ...string) []byte {
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				err = errors.Join(err, errors.New(string(exit.Stderr)))
			}
			t.Fatalf("go %v: %v", args, err)
		}
		return out
	}
	root := strings.TrimSpace(string(ask(runtime.GOOS, "env", "GOROOT")))
	if _, err := os.Stat(filepath.Join(root, "LICENSE")); err != nil {
		t.Skipf("this Go came without its licence: %v", err)
	}
	modules := map[string]linked{}
	for _, system := range []string{"linux", "darwin", "windows", "freebsd"} {
		packages := json.NewDecoder(bytes.NewReader(ask(system, "list", "-deps", "-json=Dir,Module,Standard", ".")))
		for {
			var p struct {
				Dir      string
				Standard bool
				Module   struct {
					Path, Version, Dir string
					Main               bool
				}
			}
			err := packages.Decode(&p)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			m := linked{rank: 2, name: p.Module.Path + " " + p.Module.Version, dir: p.Module.Dir}
			switch {
			case p.Standard:
				m = linked{rank: 1, name: "Go, its standard library and runtime", dir: root}
			case p.Module.Main:
				m.rank, m.name = 0, "Bảo Lưu"
			}
			m.folders = append(modules[m.name].folders, p.Dir)
			modules[m.name] = m
		}
	}
	// Ours first, then Go, then the modules in their order.
	return slices.SortedFunc(maps.Values(modules), func(a, b linked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.name, b.name))
	})
}

// notices are a module's licences and notices: those at its root, and those beside
// the packages that the program is made of, for a module may hold others' work.
func (m linked) notices(t *testing.T) string {
	t.Helper()
	files := map[string]bool{}
	for _, folder := range m.folders {
		for ; strings.HasPrefix(folder, m.dir); folder = filepath.Dir(folder) {
			entries, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if e.Type().IsRegular() && filepath.Ext(e.Name()) != ".go" && noticeFile.MatchString(e.Name()) {
					files[filepath.Join(folder, e.Name())] = true
				}
			}
		}
	}
	var b strings.Builder
	for _, file := range slices.Sorted(maps.Keys(files)) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(m.dir, file)
		if err != nil {
			t.Fatal(err)
		}
		// Page breaks and the like are no part of what it says.
		said := strings.TrimSpace(plain.Text(strings.ReplaceAll(string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), "\f", "")))
		fmt.Fprintf(&b, "%s:\n\n%s\n\n", filepath.ToSlash(name), said)
	}
	if b.Len() == 0 {
		t.Errorf("%s has no file with a licence", m.name)
	}
	return b.String()
}

// The texts that the program carries are those of all that it is made of, as they
// stand beside it.
func TestLicenses(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the go command what four platforms are made of")
	}
	t.Parallel()
	// Modules that say the same, to the letter, share a text.
	var texts []string
	names := map[string][]string{}
	for _, m := range linkedModules(t) {
		text := m.notices(t)
		if names[text] == nil {
			texts = append(texts, text)
		}
		names[text] = append(names[text], m.name)
	}
	var want strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&want, "%s\n%s\n\n%s", strings.Repeat("-", 72), strings.Join(names[text], "\n"), text)
	}
	if *updateLicenses && want.String() != licenses {
		if err := os.WriteFile("licenses.txt", []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(licenses, want.String()); diff != "" {
		t.Errorf("licenses.txt is not of the modules in go.mod: \"go generate ./cmd/baoluu\" writes it again\n%s", diff)
	}
}
