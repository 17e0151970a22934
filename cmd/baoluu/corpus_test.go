package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// documented is a row of the tables in docs/corpus.md.
type documented struct{ field, kind, null string }

// documentedFields reads the tables, by what stands before each: "", "images", …
func documentedFields(t *testing.T) map[string][]documented {
	t.Helper()
	text, err := os.ReadFile("../../docs/corpus.md")
	if err != nil {
		t.Fatal(err)
	}
	heading, row := regexp.MustCompile("^In `([a-z]+)`:$"), regexp.MustCompile("^\\| `([a-z_]+)` \\| ([a-z ]+) \\| (yes|never|absent) \\| .*\\|$")
	tables, in := map[string][]documented{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			in = m[1]
		} else if m := row.FindStringSubmatch(line); m != nil {
			tables[in] = append(tables[in], documented{m[1], m[2], m[3]})
		} else if strings.HasPrefix(line, "| `") {
			t.Errorf("a row that is none: %s", line)
		}
	}
	return tables
}

// TestCorpusIsDocumented holds docs/corpus.md against the lines of a real export:
// names, their order, types, and what may be null.
func TestCorpusIsDocumented(t *testing.T) {
	dir := t.TempDir()
	demo, out := filepath.Join(dir, "demo"), filepath.Join(dir, "out")
	must(t, "demo", "--dir", demo)
	must(t, "export", "--archive", filepath.Join(demo, "archive"), "--format", "jsonl", "--out", out)
	files, err := filepath.Glob(filepath.Join(out, "*.jsonl"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%q, %v", files, err)
	}
	tables, states, objects := documentedFields(t), map[string]int{}, map[string]int{}
	for _, file := range files {
		lines, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(lines) {
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(line, &fields); err != nil {
				t.Fatal(err)
			}
			if got, want := keysOf(t, line), names(tables[""]); !slices.Equal(got, want) {
				t.Fatalf("a line has the fields\n%s\ndocs/corpus.md has\n%s", got, want)
			}
			describes(t, tables[""], fields)
			for _, list := range []string{"images", "body", "related"} {
				var entries []map[string]json.RawMessage
				if err := json.Unmarshal(fields[list], &entries); err != nil {
					t.Fatalf("%s: %v", list, err)
				}
				for _, e := range entries {
					objects[list]++
					describes(t, tables[list], e)
				}
			}
			states[string(fields["state"])]++
			if first, last := moments(t, fields["first_seen"]), moments(t, fields["last_seen"]); last.Before(first) {
				t.Errorf("%s: last seen %s, first %s", fields["page"], last, first)
			}
		}
	}
	var manifest map[string]json.RawMessage
	if text, err := os.ReadFile(filepath.Join(out, "manifest.json")); err != nil || json.Unmarshal(text, &manifest) != nil {
		t.Fatalf("%v %s", err, text)
	}
	describes(t, tables["manifest"], manifest)
	var articles []map[string]json.RawMessage
	if err := json.Unmarshal(manifest["articles"], &articles); err != nil || len(articles) != 44 {
		t.Fatalf("%d articles, %v", len(articles), err)
	}
	for _, a := range articles {
		describes(t, tables["articles"], a)
	}
	if want := map[string]int{`"live"`: 41, `"gone"`: 1, `"blocked"`: 2}; !maps.Equal(states, want) {
		t.Errorf("states %v, not %v", states, want)
	}
	if len(objects) != 3 {
		t.Errorf("no objects to hold the tables against: %v", objects)
	}
}

// describes holds an object against a table.
func describes(t *testing.T, table []documented, fields map[string]json.RawMessage) {
	t.Helper()
	known := names(table)
	for name := range fields {
		if !slices.Contains(known, name) {
			t.Errorf("%q is not documented: %v", name, known)
		}
	}
	for _, d := range table {
		value, there := fields[d.field]
		switch {
		case !there:
			if d.null != "absent" {
				t.Errorf("%s is absent", d.field)
			}
		case string(value) == "null":
			if d.null != "yes" {
				t.Errorf("%s is null", d.field)
			}
		default:
			if err := json.Unmarshal(value, newOf(t, d.kind)); err != nil {
				t.Errorf("%s is no %s: %s", d.field, d.kind, value)
			}
			if d.kind == "time" && !bytes.HasSuffix(value, []byte(`+07:00"`)) {
				t.Errorf("%s is not in the newspaper's zone: %s", d.field, value)
			}
		}
	}
}

// newOf is where a value of a documented kind can be read to.
func newOf(t *testing.T, kind string) any {
	t.Helper()
	switch kind {
	case "string":
		return new(string)
	case "number":
		return new(int)
	case "time":
		return new(time.Time)
	case "boolean":
		return new(bool)
	case "object":
		return new(map[string]json.RawMessage)
	case "list of strings":
		return new([]string)
	case "list of objects":
		return new([]map[string]any)
	}
	t.Fatalf("docs/corpus.md: there is no kind %q", kind)
	return nil
}

func names(table []documented) (list []string) {
	for _, d := range table {
		list = append(list, d.field)
	}
	return list
}

// keysOf are the keys of a JSON object, in their order.
func keysOf(t *testing.T, object []byte) (keys []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, fmt.Sprint(key))
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func moments(t *testing.T, value json.RawMessage) (at time.Time) {
	t.Helper()
	if err := json.Unmarshal(value, &at); err != nil {
		t.Fatal(err)
	}
	return at
}

// TestCorpusLoading holds what docs/corpus.md says to DuckDB and to datasets against its
// own tables: a field that a snippet lacks would be missing there, or be guessed.
func TestCorpusLoading(t *testing.T) {
	text, err := os.ReadFile("../../docs/corpus.md")
	if err != nil {
		t.Fatal(err)
	}
	tables := documentedFields(t)
	for name, snippet := range map[string]struct {
		begin, end string
		field      string // name and type
		of         map[string]string
		list       string // of objects with these fields
		within     string // a field of those
	}{
		"DuckDB": {
			"columns = {", "});", "%s: '%s'",
			map[string]string{"string": "VARCHAR", "time": "TIMESTAMPTZ", "number": "BIGINT", "list of strings": "VARCHAR[]"}, "STRUCT(%s)[]", "%s %s",
		},
		"datasets": {
			"features = Features({", "})", `"%s": %s`,
			map[string]string{"string": "text", "time": "text", "number": `Value("int64")`, "list of strings": "texts"}, "[{%s}]", `"%s": %s`,
		},
	} {
		var all []string
		for _, d := range tables[""] {
			kind := snippet.of[d.kind]
			if d.kind == "list of objects" {
				var of []string
				for _, o := range tables[d.field] {
					of = append(of, fmt.Sprintf(snippet.within, o.field, snippet.of[o.kind]))
				}
				kind = fmt.Sprintf(snippet.list, strings.Join(of, ", "))
			}
			all = append(all, fmt.Sprintf(snippet.field, d.field, kind))
		}
		_, block, _ := strings.Cut(string(text), snippet.begin)
		block, _, _ = strings.Cut(block, snippet.end)
		if got, want := strings.Join(strings.Fields(block), " "), strings.Join(all, ", "); got != want {
			t.Errorf("%s:\n%s\nnot\n%s", name, got, want)
		}
	}
}
