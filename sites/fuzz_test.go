package sites

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
)

// FuzzRead: whatever a file holds, it is read or refused with a place; what is read is written and
// read back to the same, and another reader of YAML reads the same in it.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("*/*.yaml")
	if err != nil || len(paths) < 15 {
		f.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Add([]byte(small))
	for _, text := range []string{
		"a: [b, 'c''d', \"\\u0065\", {f: g}] # h\n", "- a\n- b: c\n  d:\n  - e\n", "---\na:\n  b: c\n", "{a: [b,\n  c], d: e}", "a: b#c\nd: 'e' # f", "x: -1\ny: ~\nz: 'true'",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		if text, bad := plainText(source); bad == nil {
			root, bad := readYAML(text)
			var theirs any
			if bad == nil && yaml.Unmarshal([]byte(text), &theirs) == nil && !isSame(&root, theirs) {
				t.Fatalf("%q is read elsewhere as %#v", source, theirs)
			}
		}
		s, err := Read("x.yaml", source)
		if err != nil {
			var at *FileError
			if !errors.As(err, &at) || !errors.Is(err, ErrDescription) || at.Line < 0 || at.Line > 1+bytes.Count(source, []byte("\n")) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		once, err := s.Describe().YAML(nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read("x.yaml", once)
		if err != nil {
			t.Fatalf("%v\n%s", err, once)
		}
		twice, err := again.Describe().YAML(nil)
		if err != nil || !bytes.Equal(once, twice) || rulesOf(s) != rulesOf(again) {
			t.Fatalf("%v\n%s\nbecomes\n%s", err, once, twice)
		}
	})
}

// isSame holds a value against what another reader of YAML made of it. Texts without quotes
// may be numbers and the like to it.
func isSame(n *node, theirs any) bool {
	switch v := theirs.(type) {
	case string:
		return n.kind == scalar && n.text == v
	case []any:
		if n.kind != sequence || len(v) != len(n.inner) {
			return false
		}
		for i := range v {
			if !isSame(&n.inner[i], v[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		for i := range n.keys() {
			if _, is := n.key(i).bool(); is || n.key(i).isNothing() || !n.key(i).quoted && !nameForm.MatchString(n.key(i).text) {
				return true // to it 0 and 00 are one key
			}
		}
		if n.kind != mapping || len(v) != n.keys() {
			return false
		}
		for i := range n.keys() {
			inner, ok := v[n.key(i).text]
			if !ok || !isSame(n.value(i), inner) {
				return false
			}
		}
		return true
	}
	return n.kind == scalar && !n.quoted
}

// FuzzSelector: what the reader of selectors accepts compiles, names what its elements must have, and
// costs a bounded number of looks.
func FuzzSelector(f *testing.F) {
	for _, s := range BuiltIn() {
		for i := range s.Layouts {
			for _, field := range s.Layouts[i].Fields() {
				for _, one := range field.Selectors {
					f.Add(one.Text)
				}
			}
		}
	}
	for _, text := range []string{"a:not(:has(b > c)):nth-child(2n+1) > d", "p[a='x]y' i], .b ~ c:containsown(\"d)\")", "A.é:haschild(b)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := NewSelector(text)
		if err != nil {
			return
		}
		for _, p := range s.Parts {
			if len(p.Hooks) == 0 || p.Steps > maxSteps || p.Inside > maxSelector || len(p.Beside) > maxSelector {
				t.Fatalf("%q: %+v", text, p)
			}
			for _, hook := range p.Hooks {
				if hook == "" || len(hook) == 1 && (hook[0] == '.' || hook[0] == '#' || hook[0] == '[') {
					t.Fatalf("%q: %q", text, p.Hooks)
				}
			}
		}
	})
}
