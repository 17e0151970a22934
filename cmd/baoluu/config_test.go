package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
