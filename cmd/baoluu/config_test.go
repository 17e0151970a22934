package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
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
	for _, key := range []string{"archive:", "contact:", "min_free:", "timeout:", "max_body:", "proxy:", "log:", "max_size:", "keep:", "notify:", "webhook:", "command:", "every:", "failures:", "enabled:", "pace:", "recrawls:", "schedule:"} {
		if !strings.Contains(string(source), key) {
			t.Errorf("config.yaml does not name %s", key)
		}
	}
}

// Schedules that nobody has set do not meet: whatever newspapers come, those that are built in and
// crawled keep theirs, and they spread evenly over the minutes.
func TestDefaultSchedulesAreStaggered(t *testing.T) {
	for name, want := range map[string]int{"baonghean": 0, "baotintuc": 3, "dantri": 6, "thanhniennews": 9, "vov": 12} {
		if got := *defaultConfig().Sites[name].Schedule; got != fmt.Sprintf("%d-59/15 * * * *", want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, n := range []int{5, 15, 16, 31, 200} {
		minutes := map[string]int{}
		for i := range n {
			minutes[defaultSchedule(i)]++
		}
		if len(minutes) != min(n, 15) {
			t.Errorf("%d newspapers begin in %d minutes", n, len(minutes))
		}
		for minute, times := range minutes {
			if err := checkSchedule(minute); err != nil || times < n/15 || times > n/15+1 {
				t.Errorf("of %d newspapers %d begin at %s: %v", n, times, minute, err)
			}
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

// Settings under a name that they had earlier are read, and named.
func TestConfigUnderAnEarlierName(t *testing.T) {
	c, err := parseConfig([]byte("sites:\n  vov: {revisits: 70}\n  dantri: {recrawls: 80}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, other := *c.Sites["vov"].Recrawls, *c.Sites["dantri"].Recrawls; got != 70 || other != 80 {
		t.Errorf("%d and %d recrawls", got, other)
	}
	want := []string{`sites.vov.revisits is now called "recrawls": please rename it`}
	if diff := cmp.Diff(want, c.Renamed); diff != "" {
		t.Error(diff)
	}
	if warnings := configWarnings(c); !slices.Contains(warnings, want[0]) {
		t.Errorf("no warning: %q", warnings)
	}
	text, err := yaml.Marshal(c)
	if err != nil || strings.Contains(string(text), "revisits") || !strings.Contains(string(text), "recrawls: 70") {
		t.Errorf("shown as %s, %v", text, err)
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
		{"no recrawls", "sites:\n  vov: {recrawls: 0}\n", "0 recrawls a day", "2 |"},
		{"no recrawls under the earlier name", "sites:\n  vov: {revisits: 0}\n", "0 recrawls a day", "2 |"},
		{"recrawls under both names", "sites:\n  vov: {revisits: 5, recrawls: 6}\n", "leave one of them out", "2 |"},
		{"recrawls of no number", "sites:\n  vov: {revisits: many}\n", "whole number", "2 |"},
		{"an earlier name is not offered", "sites:\n  vov: {visits: 5}\n", "there are enabled, pace, schedule, recrawls", "2 |"},
		{"a schedule of six fields", "sites:\n  vov:\n    schedule: \"0 0 2 * * *\"\n", "is no schedule", "3 |"},
		{"an hour that is none", "sites:\n  vov:\n    schedule: \"0 25 * * *\"\n", "is no schedule", "3 |"},
		{"a body of nothing", "http:\n  max_body: 0\n", "limit of 0", "2 |"},
		{"a log of nothing", "log:\n  max_size: 0\n", "holds no line", "2 |"},
		{"fewer logs than none", "log:\n  keep: -1\n", "is no number of old logs", "2 |"},
		{"no webhook", "notify:\n  webhook: example.org\n", "is no web address", "2 |"},
		{"no program", "notify:\n  command: [\"\"]\n", "no program", "2 |"},
		{"no failures", "notify:\n  failures: 0\n", "is no number of failures", "2 |"},
		{"nobody notified", "notify:\n  timeout: 0\n", "notify nobody", "2 |"},
		{"no contact", "contact: me\n", `"me" is neither`, "1 |"},
		{"a contact that ends the header", "contact: \"a@b.vn\\r\\nX: y\"\n", "neither", "1 |"},
		{"no proxy", "http:\n  proxy: localhost\n", "no proxy address", "2 |"},
		{"proxy of another kind", "http:\n  proxy: ftp://127.0.0.1:21\n", "no proxy address", "2 |"},
		{"proxy's port", "http:\n  proxy: http://127.0.0.1:99999\n", "no proxy address", "2 |"},
		{"blank in listen", "serve:\n  listen: 'a b:80'\n", "no address to listen on", "2 |"},
		{"a list for a value", "http:\n  timeout: [1s]\n", "", "2 |"},
		{"broken", "sites: {vov: [\n", "\"]\" is missing", "1 |"},
		{"an open brace", "sites:\n  vov: {pace: 1s\n", `"}" is missing`, "2 |"},
		{"an open quote", "contact: \"you\n", "the quotes have no end", "1 |"},
		{"a tab", "http:\n\ttimeout: 5s\n", "tabs cannot indent", "2 |"},
		{"a tab behind blanks", "http:\n  timeout: 5s\n \tmax_body: 1MB\n", "tabs cannot indent", "3 |"},
		{"a key twice", "archive: a\narchive: b\n", "is given twice: on line 1", "2 |"},
		{"a key twice below", "sites:\n  vov:\n    pace: 1s\n    pace: 2s\n", `"pace" is given twice: on line 3`, "4 |"},
		{"a newspaper twice", "sites:\n  vov: {pace: 1s}\n  vov: {pace: 2s}\n", `"vov" is given twice`, "3 |"},
		{"not aligned", "sites:\n  vov:\n   pace: 1s\n    enabled: yes\n", "indented unlike", "3 |"},
		{"a star without quotes", "sites:\n  vov:\n    schedule: */15 * * * *\n", "must stand in quotes", "3 |"},
		{"a star without quotes in braces", "sites:\n  vov: {schedule: */15 * * * *}\n", "must stand in quotes", "2 |"},
		{"an alias to nothing", "archive: *a\n", "must stand in quotes", "1 |"},
		{"no blank behind the colon", "contact:you@example.org\n", "a blank behind the colon", "1 |"},
		{"a list alone", "- archive\n", "settings are lines", "1 |"},
		{"a word alone", "archive\n", "settings are lines", "1 |"},
		{"a complex key", "? archive\n: a\n", "settings are lines", "1 |"},
		{"a list where a word should be", "archive: [a, b]\n", "archive: is one value, and no list", "1 |"},
		{"a block where a word should be", "contact:\n  mail: a@b.vn\n", "contact: is one value, and no block", "2 |"},
		{"a word where a block should be", "http: fast\n", "http: has settings of its own", "1 |"},
		{"a list where a block should be", "sites: [vov, dantri]\n", "sites: has settings of its own", "1 |"},
		{"a word where a newspaper's settings should be", "sites:\n  vov: yes\n", "vov: has settings of its own", "2 |"},
		{"a word where a list should be", "notify:\n  command: mail\n", "command: is a list, written in brackets: [mail]", "2 |"},
		{"a list within a list", "serve:\n  hosts: [[a]]\n", "hosts: is one value", "2 |"},
		{"no number", "log:\n  keep: many\n", `keep: is a whole number, and not "many"`, "2 |"},
		{"half a number", "notify:\n  failures: 1.5\n", "whole number", "2 |"},
		{"a huge number", "log:\n  keep: 99999999999999999999\n", "whole number", "2 |"},
		{"neither yes nor no", "sites:\n  vov: {enabled: maybe}\n", `enabled: is yes or no, and not "maybe"`, "2 |"},
		{"a number for yes", "sites:\n  vov: {enabled: 1}\n", "enabled: is yes or no", "2 |"},
		{"no value of a switch", "sites:\n  vov:\n    enabled:\n", "enabled: has no value", "3 |"},
		{"no value of a time", "sites:\n  vov:\n    pace: ~\n", "pace: has no value", "3 |"},
		{"no value of a size", "min_free:\n", "min_free: has no value", "1 |"},
		{"no value of a number", "log: {keep: null}\n", "keep: has no value", "1 |"},
		{"no value of a schedule", "sites: {vov: {schedule: }}\n", "schedule: has no value", "1 |"},
		{"no archive", "archive:\n", "archive: has no value", "1 |"},
		{"an archive of no name", "archive: ''\n", "no folder named", "1 |"},
		{"a slip of the pen", "sites:\n  vov: {shedule: \"0 1 * * *\"}\n", `unknown setting "shedule": is it schedule?`, "2 |"},
		{"a word like no other", "speed: 2s\n", `unknown setting "speed": there are`, "1 |"},
		{"another block's setting", "timeout: 5s\n", "it belongs under http:", "1 |"},
		{"a newspaper at the top", "vov: {pace: 1s}\n", "newspapers belong under sites:", "1 |"},
		{"a newspaper's setting of all", "sites:\n  pace: 2s\n", "is a setting of each newspaper", "2 |"},
		{"a newspaper that is written otherwise", "sites:\n  dantry: {pace: 2s}\n", `unknown newspaper "dantry": is it dantri?`, "2 |"},
		{"too fast", "sites:\n  vov: {pace: 10ms}\n", "10ms for vov, at least 100ms", "2 |"},
		{"too fast", "sites:\n  vov:\n    pace: 99ms\n", "99ms for vov, at least 100ms", "3 |"},
		{"too fast though it is not crawled", "sites:\n  vov: {enabled: no, pace: 10ms}\n", "10ms for vov", "2 |"},
		{"too fast by an alias", "sites:\n  dantri: &d {pace: 10ms}\n  vov: *d\n", "10ms for dantri", "2 |"},
		{"too fast by an alias alone", "sites:\n  dantri: {pace: &d 10ms}\n  vov: {pace: *d}\n", "10ms for dantri", "2 |"},
		{"behind an anchor", "notify: &n {failures: 0}\n", "is no number of failures", "1 |"},
		{"a day that never comes", "sites:\n  vov: {schedule: \"0 0 31 2 *\"}\n", "never comes", "2 |"},
		{"no level", "log: {level: loud}\n", `"loud" is no level: info or debug`, "1 |"},
		{"a size in words", "min_free: 1e6\n", "is no size", "1 |"},
		{"a size below nothing", "min_free: -1MB\n", "is no size", "1 |"},
		{"a size of two units", "min_free: 1MBMB\n", "is no size", "1 |"},
		{"a control character", "archive: a\x00b\n", "a control character", "1 |"},
		{"no UTF-8", "archive: a\ncontact: b\xe1\n", "line 2 is no UTF-8", "2 |"},
		{"under Windows' line ends", "archive: a\r\nhttp:\r\n  timeout: x\r\n", "is no length of time", "3 |"},
		{"behind a BOM", "\ufeffcontact: me\n", `"me" is neither`, "1 | contact: me"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseConfig([]byte(tt.source))
			if err == nil {
				t.Fatal("accepted")
			}
			for _, theirs := range []string{"unmarshal", "Go ", "mapping", "token", "struct"} {
				if strings.Contains(err.Error(), theirs) {
					t.Errorf("not in our words: %v", err)
				}
			}
			if lines := append([]string{""}, strings.Split(err.Error(), "\n")...); !strings.HasPrefix(lines[len(lines)-2], ">") || strings.TrimLeft(lines[len(lines)-1], " ") != "^" {
				t.Errorf("no line and caret: %v", err)
			}
			if !strings.Contains(err.Error(), tt.word) || !strings.Contains(err.Error(), tt.line) {
				t.Errorf("the error does not say %q at %q:\n%v", tt.word, tt.line, err)
			}
		})
	}
}

// What people write means what they mean.
func TestConfigIsReadAsItIsMeant(t *testing.T) {
	on := func(c Config, name string) bool { return *c.Sites[name].Enabled }
	for source, is := range map[string]func(Config) bool{
		"sites: {vov: {enabled: no}, thanhniennews: {enabled: yes}}":          func(c Config) bool { return !on(c, "vov") && on(c, "thanhniennews") },
		"sites: {vov: {enabled: Off}, thanhniennews: {enabled: ON}}":          func(c Config) bool { return !on(c, "vov") && on(c, "thanhniennews") },
		"sites: {vov: {enabled: \"false\"}, thanhniennews: {enabled: 'Yes'}}": func(c Config) bool { return !on(c, "vov") && on(c, "thanhniennews") },
		"sites: {vov: {enabled: FALSE}, thanhniennews: {enabled: true}}":      func(c Config) bool { return !on(c, "vov") && on(c, "thanhniennews") },
		"sites:\n  dantri: &d {enabled: no, pace: 2s}\n  vov: *d":             func(c Config) bool { return !on(c, "vov") && c.Sites["vov"].pace() == 2*time.Second },
		"sites:\n  dantri: &d {enabled: no}\n  vov: {<<: *d, pace: 3s}":       func(c Config) bool { return !on(c, "vov") && c.Sites["vov"].pace() == 3*time.Second },
		"min_free: 1TB":     func(c Config) bool { return c.MinFree == 1e12 },
		"min_free: 1.5GB":   func(c Config) bool { return c.MinFree == 15e8 },
		"min_free: 10 MB":   func(c Config) bool { return c.MinFree == 10e6 },
		"min_free: 512kb":   func(c Config) bool { return c.MinFree == 512e3 },
		"min_free: 2KiB":    func(c Config) bool { return c.MinFree == 2048 },
		"min_free: 1 MiB":   func(c Config) bool { return c.MinFree == 1<<20 },
		"min_free: 1.5gib":  func(c Config) bool { return c.MinFree == 3<<29 },
		"min_free: 1TiB":    func(c Config) bool { return c.MinFree == 1<<40 },
		"min_free: 5G":      func(c Config) bool { return c.MinFree == 5e9 },
		"min_free: 1234":    func(c Config) bool { return c.MinFree == 1234 },
		"min_free: \"7 B\"": func(c Config) bool { return c.MinFree == 7 },
		"\ufeffarchive: a":  func(c Config) bool { return c.Archive == "a" },
		"\ufeff":            func(c Config) bool { return c.Archive == "./archive" },
		"archive: a\r\nhttp:\r\n  timeout: 5s\r\n":                     func(c Config) bool { return c.Archive == "a" && time.Duration(c.HTTP.Timeout) == 5*time.Second },
		"archive: báo lưu # nơi giữ\n\t# a tab before a comment\n\t\n": func(c Config) bool { return c.Archive == "báo lưu" },
		"archive: 2026":               func(c Config) bool { return c.Archive == "2026" },
		"archive: yes":                func(c Config) bool { return c.Archive == "yes" },
		"contact:\nhttp: {proxy: }\n": func(c Config) bool { return c.Contact == "" && c.HTTP.Proxy == "" },
		"sites:\n  vov:\nhttp:\nnotify:\n  command:\n": func(c Config) bool { return on(c, "vov") && len(c.Notify.Command) == 0 },
		"notify: {command: [mail, 5, yes]}":            func(c Config) bool { return cmp.Equal(c.Notify.Command, []string{"mail", "5", "yes"}) },
		"log: {level: debug}":                          func(c Config) bool { return c.Log.Level == logDebug },
	} {
		c, err := parseConfig([]byte(source))
		if err != nil || !is(c) {
			t.Errorf("%q: %v\n%+v", source, err, c)
		}
	}
	utf16 := []byte{0xff, 0xfe}
	for _, b := range []byte("archive: a\n") {
		utf16 = append(utf16, b, 0)
	}
	for _, source := range [][]byte{utf16, utf16[2:]} {
		if _, err := parseConfig(source); err == nil || !strings.Contains(err.Error(), "UTF-16: save the file as UTF-8") {
			t.Error(err)
		}
	}
}

// What "config show" prints is read back as what it was.
func TestConfigIsReadBack(t *testing.T) {
	for _, source := range []string{
		"", "archive: 'yes'\ncontact: https://example.org/?a=b#c\n", "archive: \"a: b #c\"\n", "archive: '*x'\n", "archive: '0123'\n", "archive: 'báo\tlưu '\n",
		"sites: {vov: {schedule: \"*/15 * * * *\", pace: 1h30m, enabled: no}}\n", "min_free: 1.5GiB\nhttp: {max_body: 1, timeout: 1h}\n", "min_free: 0\nnotify: {every: 0, timeout: 90s}\n",
		"notify: {command: [mail, -s, \"Bảo Lưu: %s\", \"\", '5', 'no']}\n", "log: {level: debug, keep: 0}\nserve: {listen: \":80\", hosts: [news.lan]}\n",
	} {
		want, err := parseConfig([]byte(source))
		if err != nil {
			t.Fatalf("%q: %v", source, err)
		}
		text, err := yaml.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseConfig(text)
		if err != nil {
			t.Errorf("%q: %v\n%s", source, err, text)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s\n%s", source, diff, text)
		}
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
	if _, err := loadConfig(name, "", ""); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Error(err)
	}
	if err := os.Truncate(name, maxConfig); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig(name, "", ""); err != nil {
		t.Error(err)
	}
	if runtime.GOOS == "linux" {
		for _, read := range []func(string) error{
			func(name string) error { _, err := loadConfig(name, "", ""); return err },
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
