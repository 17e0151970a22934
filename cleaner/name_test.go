package cleaner

import (
	"crypto/sha256"
	"io/fs"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baoluu/sites"
)

func TestName(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range append(sites.All(), nil) {
		name := Name(s)
		paper := "generic"
		if s != nil {
			paper = s.Name
		}
		if !regexp.MustCompile(`^`+paper+`/[0-9a-f]{12}$`).MatchString(name) || seen[name] {
			t.Errorf("%s: %q", paper, name)
		}
		seen[name] = true
	}
}

// hashOf is the hash over a file of Go.
func hashOf(text string) string {
	h := sha256.New()
	hashTokens(h, []byte(text))
	return string(h.Sum(nil))
}

// The code's hash is another one where the code is, and only there.
func TestCodeHash(t *testing.T) {
	const code = "package a\n\nvar x = map[string]int{\"a\": 1} // one\n"
	for _, same := range []string{
		"// A comment.\npackage a; var x = map[string]int{\"a\": 1}\n",
		"package a\n/* two\nlines */\nvar x = map[string]int{\"a\":1};\n",
	} {
		if hashOf(same) != hashOf(code) {
			t.Errorf("counts as another code: %s", same)
		}
	}
	for _, other := range []string{
		"package a\n\nvar x = map[string]int{\"a\": 2}\n",
		"package a\n\nvar x = map[string]int{\"a \": 1}\n",
		"package a\n\nvar x = map[string]int{\"a\": -1}\n",
		"package a\n\nvar x = map[string]uint{\"a\": 1}\n",
	} {
		if hashOf(other) == hashOf(code) {
			t.Errorf("counts as the same code: %s", other)
		}
	}
}

// All code that a page goes through is part of the name.
func TestNameKnowsItsCode(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}} {{.Module.Path}}{{end}}", ".", "./compare").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, module, _ := strings.Cut(strings.TrimSpace(line), " ")
		dir, ours := strings.CutPrefix(pkg, "baoluu/cleaner")
		switch {
		case pkg == "baoluu/sites":
		case module == "github.com/goccy/go-yaml": // newspapers are hashed as what was read
		case ours:
			if files, err := fs.Glob(source, path.Join(strings.TrimPrefix(dir, "/"), "*.go")); err != nil || len(files) == 0 {
				t.Errorf("%s is not embedded: %v", pkg, err)
			}
		case !slices.Contains(modules, module):
			t.Errorf("%s is of module %s, which no name depends on", pkg, module)
		}
	}
}
