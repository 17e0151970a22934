package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestMessages runs commands that fail, in all the ways an archive can be damaged and a person
// can ask for what is not there, and holds what they say against what a message has to be:
// each thing named once, in words, and what it is of. All of them stand in
// testdata/messages.golden, to be read when one changes: UPDATE_MESSAGES=1 writes it.
func TestMessages(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector: each message is of a program of its own")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	said := messages{t: t, lines: map[string]bool{}}
	for name, text := range map[string]string{
		"one.html": messagePage("vov", "Kinh phí là 14 tỷ đồng."), "two.html": messagePage("vov", "Kinh phí là 15 tỷ đồng."),
		"other.html": messagePage("dantri", "Kinh phí là 14 tỷ đồng."), "text.txt": "không phải tệp của kho\n", "broken.yaml": "name: broken\ntitle: Báo Vỡ\nhosts: {vo: example}\n", "empty.html": "",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"import", "--time", "2026-07-16 09:00", "one.html"},
		{"import", "--time", "2026-07-16 10:00", "two.html"},
		{"import", "--time", "2026-07-16 10:00", "other.html"},
		{"import", "--time", "2026-07-16 10:00", "--url", "https://vov.vn/", "one.html"},
		{"backup", "safe"},
	} {
		if code := said.run(args...); code != 0 && args[0] != "import" {
			t.Fatalf("%q: %d", args, code)
		}
	}
	const page, other = "vov/post1343311", "dantri/20260716083000123"

	// What is not there, and what makes no sense.
	for _, args := range [][]string{
		{"export", "--out", "x", "--where", "generc"}, {"export", "--out", "x", "--where", "chars"}, {"export", "--out", "x", "--where", "chars>many"},
		{"export", "--out", "x", "--where", "language>vi"}, {"export", "--out", "x", "--dedup", "earliest"}, {"export", "--out", "x", "--split", "90/5"},
		{"export", "--out", "x", "--topic", "sports"}, {"export", "--out", "x", "--text-form", "nfd"}, {"export", "--out", "-", "--format", "jsonl", "--split", "90/5/5"},
		{"export", "--out", "x", "--format", "warc", "--dedup", "keep=all"},
		{"log", "--since", "2026", page}, {"log", "--at", "2026-07-16"}, {"log", "--cause", "edits"}, {"log", "--since", "soon"}, {"log", "--limit", "-1"},
		{"show", "vov/999"}, {"log", "vov/999"}, {"diff", "vov/999"}, {"forget", "--reason", "x", "vov/999"},
		{"show", "https://vov.vn/kinh-te/khong-co-post999.vov"}, {"show", "https://example.org/x.html"}, {"show", "vov"}, {"show", "nytimes/1"},
		{"show", "--version", "9", page}, {"show", "--at", "2020-01-01", page}, {"show", "--at", "gestern", page},
		{"diff", other}, {"diff", "--from", "9", page}, {"diff", "--from", "1", "--to", "1", page},
		{"show", "https://vov.vn/"}, {"diff", "https://vov.vn/"}, {"log", "https://vov.vn/"},
		{"forget", "--reason", "", page}, {"forget", "--reason", strings.Repeat("x", 3000), page}, {"forget", "--reason", "x\xff", page},
		{"merge", "archive"}, {"merge", "archive/sub"}, {"merge", "nowhere"}, {"merge", "one.html"},
		{"backup", "archive"}, {"backup", "archive/sub"}, {"backup", "one.html"}, {"rescue", "archive"}, {"rescue", "safe"}, {"rescue", "one.html"},
		{"stats", "nytimes"}, {"verify", "baonghean"}, {"stats", "baonghean"}, {"reclean", "baonghean"}, {"backup", "--site", "baonghean", "else"},
		{"rescue", "--site", "baonghean", "else"}, {"merge", "--site", "baonghean", "safe"}, {"list", "--archive", "nowhere"}, {"list", "--archive", "one.html"},
		{"list", "--archive", "."}, {"import", "missing.html"}, {"import", "empty.html"}, {"crawl", "--config", "missing.yaml"},
		{"stats", "--by", "week"}, {"clean", "missing.html"},
		{"sites", "show", "nytimes"}, {"sites", "shwo", "vov"}, {"sites", "test", "nytimes"}, {"sites", "test", "missing.yaml"},
		{"sites", "test", "broken.yaml", "one.html"}, {"sites", "test", "dantri", "one.html"}, {"sites", "test", "vov", "missing.html"},
		{"sites", "add"}, {"sites", "add", "vov.vn"}, {"sites", "add", "not an address"}, {"sites", "add", "--from", "missing"}, {"sites", "add", "--from", "text.txt"},
		{"sites", "add", "--from", "one.html"}, {"sites", "add", "--from", "one.html", "--name", "dantri"}, {"sites", "learn", "vov"}, {"sites", "learn", "baonghean", "--layout"},
		{"stats", "--newspapers", "missing"}, {"stats", "--newspapers", "text.txt"}, {"stats", "--newspapers", "."},
	} {
		said.run(args...)
	}

	// Archives that are damaged, each in a folder of its own.
	every := [][]string{
		{"list"}, {"stats"}, {"verify"}, {"show", page}, {"show", "--view", "html", page}, {"log", page}, {"diff", page},
		{"export", "--format", "jsonl", "--out", "out"}, {"backup", "copy"}, {"reclean", "--force"}, {"forget", "--reason", "x", page},
		{"import", "--time", "2026-07-16 11:00", "two.html"}, {"rescue", "back"}, {"merge", "safe"},
	}
	damage := func(name string, do func(file string) error) {
		t.Helper()
		for _, d := range []string{"archive", "out", "copy", "back"} {
			if err := os.RemoveAll(d); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.CopyFS("archive", os.DirFS("safe")); err != nil {
			t.Fatal(err)
		}
		if err := do(filepath.Join("archive", "vov.db")); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, args := range every {
			said.run(args...)
		}
	}
	var names []string
	db, err := bbolt.Open("safe/vov.db", 0o644, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			names = append(names, string(name))
			return nil
		})
	})
	db.Close()
	change := func(fn func(tx *bbolt.Tx) error) func(string) error {
		return func(file string) error {
			db, err := bbolt.Open(file, 0o644, nil)
			if err != nil {
				return err
			}
			defer db.Close()
			return db.Update(fn)
		}
	}
	for _, name := range names {
		flip := func(which int) func(*bbolt.Tx) error {
			return func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte(name))
				c := b.Cursor()
				k, v := c.First()
				if which > 0 {
					k, v = c.Last()
				}
				if k == nil {
					return nil
				}
				v = bytes.Clone(v)
				v[len(v)-1] ^= 1
				return b.Put(bytes.Clone(k), v)
			}
		}
		damage("first of "+name, change(flip(0)))
		if slices.Contains([]string{"meta", "captures", "bodies"}, name) {
			damage("last of "+name, change(flip(1)))
		}
		if slices.Contains([]string{"meta", "captures", "pages", "aliases"}, name) {
			damage("no "+name, change(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte(name)) }))
		}
	}
	damage("zero bytes", func(file string) error { return os.WriteFile(file, nil, 0o644) })
	damage("a text", func(file string) error {
		return os.WriteFile(file, []byte(strings.Repeat("không phải\n", 2000)), 0o644)
	})
	damage("a short text", func(file string) error { return os.WriteFile(file, []byte("x"), 0o644) })
	damage("a folder", func(file string) error {
		if err := os.Remove(file); err != nil {
			return err
		}
		return os.Mkdir(file, 0o755)
	})
	damage("a link", func(file string) error {
		if err := os.Rename(file, "elsewhere.db"); err != nil {
			return err
		}
		return os.Symlink("../elsewhere.db", file)
	})
	damage("another newspaper's", func(file string) error { return os.Rename("archive/dantri.db", file) })
	damage("the mark of something else", func(string) error {
		return os.WriteFile("archive/baoluu-archive.json", []byte(`{"archive":"other"}`), 0o644)
	})
	damage("a newer folder", func(string) error {
		return os.WriteFile("archive/baoluu-archive.json", []byte(`{"archive":"baoluu","version":99}`), 0o644)
	})
	damage("a mark cut off", func(string) error { return os.WriteFile("archive/baoluu-archive.json", []byte(`{"arch`), 0o644) })
	damage("a list of backups cut off", func(string) error { return os.WriteFile("archive/backups.json", []byte(`{"ba`), 0o644) })
	said.unsteady = true // what of a file is lost with a page of it differs from run to run
	for _, part := range []int64{2, 10} {
		damage("cut", func(file string) error {
			info, err := os.Stat(file)
			if err != nil {
				return err
			}
			return os.Truncate(file, info.Size()/part)
		})
	}
	for _, at := range []int{0, 1, 3, 8} {
		damage("a page overwritten", func(file string) error {
			b, err := os.ReadFile(file)
			if err != nil || len(b) < (at+1)*4096 {
				return err
			}
			copy(b[at*4096:], bytes.Repeat([]byte{0xa5}, 4096))
			return os.WriteFile(file, b, 0o644)
		})
	}
	said.compare("testdata/messages.golden")
}

func messagePage(site, text string) string {
	address, marks := "https://vov.vn/xa-hoi/cau-khe-may-thong-xe-post1343311.vov", `class="article-content"`
	if site == "dantri" {
		address, marks = "https://dantri.com.vn/xa-hoi/cau-khe-may-thong-xe-20260716083000123.htm", `data-slot="content"`
	}
	return fmt.Sprintf(`<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Cầu Khe Mây thông xe</title>
<link rel="canonical" href="%s">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Cầu Khe Mây thông xe","datePublished":"2026-07-16T08:30:00+07:00"}</script>
</head><body><article><h1>Cầu Khe Mây thông xe</h1><div %s>
<p>Sau mười tháng thi công, cây cầu nối hai bờ suối Khe Mây đã thông xe sáng nay, trong niềm vui của bà con.</p>
<p>Cầu dài 120 mét, rộng 7 mét, nối bản Na Lạng với trung tâm xã, thay cho cây cầu treo đã cũ.</p>
<p>Công trình do tỉnh đầu tư. %s Bà con trong vùng đến dự lễ rất đông.</p>
<p>Từ nay học sinh không còn phải nghỉ học những ngày mưa lũ, và xe tải vào được tận bản.</p>
</div></article></body></html>
`, address, marks, text)
}

// messages are the lines that commands say.
type messages struct {
	t        *testing.T
	lines    map[string]bool
	unsteady bool // lines are judged, and not kept
}

// run carries out a command line and judges what it says: on stderr, and where it
// speaks of what is damaged.
func (m *messages) run(args ...string) int {
	m.t.Helper()
	var out, errw bytes.Buffer
	code := run(m.t.Context(), args, strings.NewReader(""), &out, &errw)
	text := errw.String()
	if slices.Contains([]string{"verify", "rescue", "merge", "backup"}, args[0]) {
		text += out.String()
	}
	if code != 0 && errw.Len() == 0 {
		m.t.Errorf("%q: exit %d without a word", args, code)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		for _, fault := range faultsOf(line, args) {
			m.t.Errorf("baoluu %s\n  %s\n  %s", strings.Join(args, " "), line, fault)
		}
		if !m.unsteady {
			m.lines[args[0]+": "+generalized(line)] = true
		}
	}
	return code
}

// goWords are what people do not know: Go's, bbolt's and this program's own.
var goWords = regexp.MustCompile(`unmarshal|strconv|\bEOF\b|no such file or directory|invalid character|unexpected end|%!|&\{|<nil>|\bnil\b|panic|goroutine|bucket|meta page|\bcontext\b|parsing "|errno|syscall|\bkey\b|\bheads\b|\bschema\b|of 0 bytes|cannot be stored: `)

// faultsOf says what is wrong with a line.
func faultsOf(line string, args []string) (faults []string) {
	if w := goWords.FindString(line); w != "" {
		faults = append(faults, fmt.Sprintf("%q is no word of people", w))
	}
	words := strings.Fields(line)
	seen := map[string]bool{}
	for i := range len(words) - 2 {
		phrase := strings.Trim(strings.Join(words[i:i+3], " "), ".,:;()")
		if seen[phrase] {
			faults = append(faults, fmt.Sprintf("%q stands twice", phrase))
		}
		seen[phrase] = true
	}
	parts := strings.Split(line, ": ")
	for i, part := range parts {
		if slices.Contains(parts[:i], part) {
			faults = append(faults, fmt.Sprintf("%q is named twice", part))
		}
	}
	if own, ok := strings.CutPrefix(line, "baoluu: "); ok && !namesSomething(own, args) {
		faults = append(faults, "it does not say what it is of")
	}
	return faults
}

// namesSomething reports whether a message names what it is of: a newspaper, a file or a
// folder, or what was asked for.
func namesSomething(text string, args []string) bool {
	for _, arg := range args[1:] {
		if strings.Contains(text, strings.TrimLeft(arg, "-")) {
			return true
		}
	}
	return regexp.MustCompile(`vov|dantri|nytimes|archive|reason|file`).MatchString(text)
}

var (
	digits = regexp.MustCompile(`[0-9]+`)
	hexes  = regexp.MustCompile(`\b[0-9a-f]{40,}\b`)
)

// generalized is a line without what differs from one archive to the next.
func generalized(line string) string {
	return digits.ReplaceAllString(hexes.ReplaceAllString(line, "DIGEST"), "N")
}

func (m *messages) compare(golden string) {
	m.t.Helper()
	got := strings.Join(slices.Sorted(maps.Keys(m.lines)), "\n") + "\n"
	golden = filepath.Join(messagesFolder, golden)
	if os.Getenv("UPDATE_MESSAGES") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			m.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		m.t.Fatal(err)
	}
	for line := range strings.Lines(string(want)) {
		if !m.lines[strings.TrimRight(line, "\n")] {
			m.t.Errorf("no longer said: %s", line)
		}
	}
	for line := range m.lines {
		if !strings.Contains("\n"+string(want), "\n"+line+"\n") {
			m.t.Errorf("new (UPDATE_MESSAGES=1 takes it): %s", line)
		}
	}
}

// messagesFolder is where the package lies: tests are run there.
var messagesFolder, _ = os.Getwd()
