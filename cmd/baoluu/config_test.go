package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baoluu/cleaner/hostile"
)

// The config.yaml at the root documents every setting with its default: an
// owner who copies it must get what holds without it.
func TestConfigFileHoldsTheDefaults(t *testing.T) {
	source, err := os.ReadFile("../../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseConfig(source)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaultConfig(), got); diff != "" {
		t.Errorf("config.yaml differs from the defaults (-defaults +file):\n%s", diff)
	}
	for _, key := range []string{"archive:", "contact:", "min_free:", "timeout:", "max_body:", "proxy:", "log:", "max_size:", "keep:", "notify:", "webhook:", "command:", "every:", "failures:", "enabled:", "pace:", "schedule:"} {
		if !strings.Contains(string(source), key) {
			t.Errorf("config.yaml does not name %s", key)
		}
	}
}

func TestConfigKeepsDefaultsBeside(t *testing.T) {
	c, err := parseConfig([]byte("http: {timeout: 5s}\nsites:\n  vov: {pace: 1m30s}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := defaultConfig()
	if c.HTTP.MaxBody != want.HTTP.MaxBody || c.Archive != want.Archive {
		t.Errorf("what the file leaves out changed: %+v", c)
	}
	if got := c.Sites["vov"].pace().String(); got != "1m30s" {
		t.Errorf("pace %s", got)
	}
	if *c.Sites["vov"].Schedule != *want.Sites["vov"].Schedule || !*c.Sites["dantri"].Enabled {
		t.Error("a newspaper's other settings changed")
	}
	if *defaultConfig().Sites["vov"].Pace != *want.Sites["vov"].Pace {
		t.Error("reading a file changed the defaults")
	}
}

func TestConfigErrorsShowTheLine(t *testing.T) {
	for _, tt := range []struct{ name, source, word, line string }{
		{"unknown key", "archive: ./a\nspeed: 3\n", "speed", "2 |"},
		{"unknown key of a site", "sites:\n  vov: {pase: 1s}\n", "pase", "2 |"},
		{"unknown site", "sites:\n  bao: {pace: 1s}\n", `unknown newspaper "bao"`, "2 |"},
		{"a number without a unit", "sites:\n  vov: {pace: 3}\n", `"3" is no length of time`, "2 |"},
		{"a negative time", "http:\n  timeout: -1s\n", "is no length of time", "2 |"},
		{"no timeout", "http:\n  timeout: 0\n", "timeout of 0", "2 |"},
		{"no size", "http:\n  max_body: plenty\n", `"plenty" is no size`, "2 |"},
		{"a size beyond all bounds", "http:\n  max_body: 9000000GB\n", "is no size", "2 |"},
		{"a schedule of six fields", "sites:\n  vov:\n    schedule: \"0 0 2 * * *\"\n", "is no schedule", "3 |"},
		{"an hour that is none", "sites:\n  vov:\n    schedule: \"0 25 * * *\"\n", "is no schedule", "3 |"},
		{"a body of nothing", "http:\n  max_body: 0\n", "limit of 0", "2 |"},
		{"a log of nothing", "log:\n  max_size: 0\n", "holds no line", "2 |"},
		{"fewer logs than none", "log:\n  keep: -1\n", "is no number of old logs", "2 |"},
		{"no webhook", "notify:\n  webhook: example.org\n", "is no web address", "2 |"},
		{"no program", "notify:\n  command: [\"\"]\n", "no program", "2 |"},
		{"no failures", "notify:\n  failures: 0\n", "is no number of failures", "2 |"},
		{"nobody told", "notify:\n  timeout: 0\n", "tell nobody", "2 |"},
		{"no contact", "contact: me\n", `"me" is neither`, "1 |"},
		{"a contact that ends the header", "contact: \"a@b.vn\\r\\nX: y\"\n", "neither", "1 |"},
		{"no proxy", "http:\n  proxy: localhost\n", "no proxy address", "2 |"},
		{"a list for a value", "http:\n  timeout: [1s]\n", "", "2 |"},
		{"broken", "sites: {vov: [\n", "", "1 |"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseConfig([]byte(tt.source))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), tt.word) || !strings.Contains(err.Error(), tt.line) {
				t.Errorf("the error does not say %q at %q:\n%v", tt.word, tt.line, err)
			}
		})
	}
}

func TestConfigOfNothing(t *testing.T) {
	for _, source := range []string{"", "\n", "# only a comment\n"} {
		c, err := parseConfig([]byte(source))
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		if diff := cmp.Diff(defaultConfig(), c); diff != "" {
			t.Errorf("%q: %s", source, diff)
		}
	}
}

// Settings that attack the YAML library cost what settings cost, or are refused.
func TestConfigHostile(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for name := 'b'; name <= 'j'; name++ {
		bomb += fmt.Sprintf("%c: &%[1]c [%s]\n", name, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", name-1), 10), ","))
	}
	for _, source := range []string{
		bomb + "notify: {command: *j}\n",
		"archive: " + strings.Repeat("[", 50_000),
		"archive: " + strings.Repeat("&a ", 20_000),
		strings.Repeat("- ", 30_000),
	} {
		if _, err := parseConfig([]byte(source)); err == nil || !strings.Contains(err.Error(), "settings need at most") {
			t.Errorf("%.40q: %v", source, err)
		}
	}
	read := func(doc []byte) { _, _ = parseConfig(doc) }
	// As much as is let through.
	for _, token := range []string{"[", "{a: ", "- ", "? ", "&a ", "!!str ", "a: b\n", "'x' ", "- [", "|\n", "a: &a\n", "<<: "} {
		for n := maxTokens; n > maxTokens/8; n = n * 3 / 4 {
			doc := []byte("sites: " + strings.Repeat(token, n))
			if c := hostile.Measure(doc, read); c.Allocated > 256<<20 {
				t.Errorf("%q %d times: %d bytes, %v", token, n, c.Allocated, c.CPU)
			}
		}
	}
	hostile.Check(t, hostile.Grammar{
		Begin:  "archive: a\n",
		Tokens: []string{"a%d: b\n", "- ", "? ", ": ", ", ", "&a%d ", "*a%d ", "!!str ", "<<: ", "|\n", ">-\n", "'", "\"", "\\u0041", "#x\n", "---\n", "...\n", "\n", " ", "\t", "sites: ", "vov: ", "x"},
		Pairs:  [][2]string{{"[", "]"}, {"{a%d: ", "}"}, {"- ", "\n"}, {"'", "'"}, {"\"", "\""}},
	}, read)
}

func TestSizesOfNothing(t *testing.T) {
	for _, size := range []string{"0", "0B", "0kB", "0MB", "0 GB", "00", "\"0MB\""} {
		c, err := parseConfig([]byte("min_free: " + size + "\n"))
		if err != nil || c.MinFree != 0 {
			t.Errorf("%s: %v, %v", size, c.MinFree, err)
		}
		if _, err := parseConfig([]byte("http: {max_body: " + size + "}\n")); err == nil || !strings.Contains(err.Error(), "limit of 0") {
			t.Errorf("max_body %s: %v", size, err)
		}
	}
}

// What grows without end is not read to it.
func TestReadAtMost(t *testing.T) {
	name := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(name, bytes.Repeat([]byte("#"), maxConfig+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig(name); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Error(err)
	}
	if err := os.Truncate(name, maxConfig); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig(name); err != nil {
		t.Error(err)
	}
	if runtime.GOOS == "linux" {
		for _, read := range []func(string) error{
			func(name string) error { _, err := loadConfig(name); return err },
			func(name string) error { _, err := fileFlags{}.read(t.Context(), name); return err },
		} {
			if err := read("/dev/zero"); err == nil || !strings.Contains(err.Error(), "/dev/zero is larger than") {
				t.Error(err)
			}
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte("archive: a\nhttp: {timeout: 1s}\nsites: {vov: {pace: 2s}}"))
	f.Add([]byte("sites:\n  vov: null\n"))
	f.Add([]byte("http: null\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		c, err := parseConfig(source)
		if err != nil {
			if c.Sites != nil {
				t.Error("an error came with settings")
			}
			return
		}
		for _, name := range siteNames() {
			s, ok := c.Sites[name]
			if !ok || s.Enabled == nil || s.Pace == nil || s.Schedule == nil || s.pace() < 0 {
				t.Errorf("%s: %+v", name, s)
			}
		}
		if c.HTTP.Timeout <= 0 || c.HTTP.MaxBody <= 0 || c.Archive == "" {
			t.Errorf("%+v", c)
		}
	})
}
