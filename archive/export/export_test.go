package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baoluu/archive"
	_ "baoluu/archive/inmemory"
)

// Exports end in fsync: some dozens of them will do. More: go test ./archive/export -run
// Fresh -rapid.checks 1000
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := errors.Join(flag.Set("rapid.checks", "12"), flag.Set("rapid.steps", "10")); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// content is what an export writes: newspaper to file to text. A newspaper without files
// has no articles.
type content map[string]map[string]string

var errBroken = errors.New("cannot be read")

// begin opens a folder and writes to it; newspapers that are broken fail after their
// first file.
func begin(t failer, dir string, what Export, c content, broken ...string) *Folder {
	t.Helper()
	f, err := Open(dir, Manifest{Export: what})
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range slices.Sorted(maps.Keys(c)) {
		err := f.Write(site, func(to Sink) (Tally, error) {
			for _, path := range slices.Sorted(maps.Keys(c[site])) {
				w, err := to.Create(path)
				if err != nil {
					return Tally{}, err
				}
				for text := c[site][path]; text != ""; text = text[min(len(text), 3):] { // in pieces
					if _, err := io.WriteString(w, text[:min(len(text), 3)]); err != nil {
						return Tally{}, err
					}
				}
				if slices.Contains(broken, site) {
					return Tally{}, errBroken
				}
			}
			if slices.Contains(broken, site) {
				return Tally{}, errBroken
			}
			return Tally{Count: len(c[site])}, nil
		})
		if slices.Contains(broken, site) != (err != nil) {
			t.Fatal(site, err)
		}
	}
	return f
}

func run(t failer, dir string, what Export, c content, broken ...string) map[string]Changes {
	t.Helper()
	f := begin(t, dir, what, c, broken...)
	changes, err := f.Commit()
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return changes
}

type failer interface {
	Helper()
	Fatal(...any)
}

// tree is all that is in a folder; of a folder its name alone.
func tree(t failer, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if err != nil || d.IsDir() {
			files[filepath.ToSlash(rel)+"/"] = ""
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(path)
			files[filepath.ToSlash(rel)] = "link to " + to
			return err
		}
		text, err := os.ReadFile(path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var (
	formats = map[string][]string{
		"txt": {"%s/2026/01/a.txt", "%s/2026/02/a.txt", "%s/2026/02/b.txt", "%s/2025/12/vn%%2Cc.txt"}, "jsonl": {"%s.jsonl"},
		"warc": {"%s-00001.warc.gz", "%s-00002.warc.gz", "%s-00003.warc.gz", "%s.cdxj"}, "wacz": {"%s.wacz"},
	}
	sites = []string{"vov", "dantri", "dantri-1", "a_b"}
)

// drawn is any export of some formats.
func drawn(t *rapid.T) (Export, content) {
	format := rapid.SampledFrom(slices.Sorted(maps.Keys(formats))).Draw(t, "format")
	c := content{}
	for _, site := range rapid.SliceOfDistinct(rapid.SampledFrom(sites), rapid.ID[string]).Draw(t, "sites") {
		c[site] = map[string]string{}
		for _, form := range rapid.SliceOfDistinct(rapid.SampledFrom(formats[format]), rapid.ID[string]).Draw(t, "files") {
			c[site][fmt.Sprintf(form, site)] = rapid.SampledFrom([]string{"", "one", "one and more", "another", "one or more"}).Draw(t, "text")
		}
	}
	return Export{Format: format, Selection: Selection{State: rapid.SampledFrom([]string{"", "live"}).Draw(t, "state")}}, c
}

// long ago: a file that is not touched keeps its time.
var longAgo = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// After any exports, also by others in between, a folder is what the last one makes of an
// empty one; files that were the same were not touched, and what was counted is what was
// done.
func TestLikeAFreshOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		base, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		out, n := filepath.Join(base, "out"), 0
		rt.Repeat(map[string]func(*rapid.T){
			"export": func(rt *rapid.T) {
				what, c := drawn(rt)
				before := map[string]string{}
				if _, err := os.Stat(out); err == nil {
					before = tree(rt, out)
				}
				for name := range before {
					if err := os.Chtimes(filepath.Join(out, name), longAgo, longAgo); err != nil {
						rt.Fatal(err)
					}
				}
				changes := run(rt, out, what, c)
				fresh := filepath.Join(base, fmt.Sprint(n))
				n++
				run(rt, fresh, what, c)
				want := tree(rt, fresh)
				if diff := cmp.Diff(want, tree(rt, out)); diff != "" {
					rt.Fatal(diff)
				}
				counted := map[string]Changes{}
				for name, text := range want {
					if strings.HasSuffix(name, "/") {
						continue
					}
					info, err := os.Stat(filepath.Join(out, name))
					if err != nil {
						rt.Fatal(err)
					}
					old, had := before[name]
					if same := had && old == text; same != info.ModTime().Equal(longAgo) {
						rt.Fatalf("%s: was the same: %v, its time is %v", name, same, info.ModTime())
					}
					if name == manifestName || name == sumsName {
						continue
					}
					count := counted[siteOf(name)]
					switch {
					case !had:
						count.New++
					case old == text:
						count.Same++
					default:
						count.Changed++
					}
					counted[siteOf(name)] = count
				}
				for name := range before {
					if _, stays := want[name]; !stays && !strings.HasSuffix(name, "/") && name != manifestName && name != sumsName {
						count := counted[siteOf(name)]
						count.Removed++
						counted[siteOf(name)] = count
					}
				}
				if diff := cmp.Diff(counted, changes); diff != "" {
					rt.Fatal(diff)
				}
			},
			"damage": func(rt *rapid.T) {
				names, err := filepath.Glob(filepath.Join(out, "*.*"))
				if err != nil || len(names) < 2 {
					rt.Skip("nothing there")
				}
				name := rapid.SampledFrom(names).Draw(rt, "name")
				if filepath.Base(name) == manifestName {
					rt.Skip("without it the folder is nobody's")
				}
				if rapid.Bool().Draw(rt, "remove") {
					err = os.Remove(name)
				} else {
					err = os.WriteFile(name, []byte("on"), 0o600)
				}
				if err != nil {
					rt.Fatal(err)
				}
			},
		})
	})
}

// A newspaper that cannot be read keeps what was there of it, and the manifest says of
// what it is.
func TestUnread(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	first := Export{Format: "jsonl", Selection: Selection{Languages: []string{"vi"}}}
	run(t, dir, first, content{"vov": {"vov.jsonl": "vov"}, "dantri": {"dantri.jsonl": "dantri"}})
	for range 2 { // however often
		changes := run(t, dir, Export{Format: "txt"}, content{"vov": {"vov/2026/01/a.txt": "a"}, "dantri": {"dantri/2026/01/b.txt": "b"}}, "vov")
		if _, told := changes["vov"]; told {
			t.Errorf("%+v", changes)
		}
		got := tree(t, dir)
		if got["vov.jsonl"] != "vov" || got["dantri/2026/01/b.txt"] != "b" || len(got) != 8 {
			t.Errorf("%q", slices.Sorted(maps.Keys(got)))
		}
		m, files := manifestOf(t, dir)
		if !m.Complete || m.Format != "txt" || len(files) != 2 || len(m.Newspapers) != 2 || m.Newspapers[0].Earlier != nil || m.Newspapers[1].Earlier == nil {
			t.Fatalf("%+v", m)
		}
		if diff := cmp.Diff(first, *m.Newspapers[1].Earlier); diff != "" {
			t.Error(diff)
		}
	}
	run(t, dir, Export{Format: "txt"}, content{"vov": {"vov/2026/01/a.txt": "a"}})
	if m, files := manifestOf(t, dir); len(files) != 1 || len(m.Newspapers) != 1 || m.Newspapers[0].Earlier != nil {
		t.Errorf("%+v %v", m, files)
	}
}

func manifestOf(t failer, dir string) (Manifest, []string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b) {
		t.Fatal("no JSON", string(b))
	}
	var paths []string
	m, err := Read(bytes.NewReader(b), Each{File: func(f File) error { paths = append(paths, f.Path); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return m, paths
}

var errKilled = errors.New("killed")

// Killed before any of its changes, an export leaves whole files only, of the one export
// or the other; where they are of both the manifest says so. The next export completes
// it, and another one that fails does not say that it did.
func TestKilled(t *testing.T) {
	old := content{"vov": {"vov/2026/01/a.txt": "a", "vov/2026/01/b.txt": "b"}, "dantri": {"dantri/2025/01/a.txt": "a"}}
	now := content{"vov": {"vov/2026/01/a.txt": "new a", "vov/2026/02/b.txt": "b"}, "dantri": {"dantri/2026/01/a.txt": "a"}}
	files := func(c content) map[string]string {
		all := map[string]string{}
		for _, list := range c {
			maps.Copy(all, list)
		}
		return all
	}
	before, after := files(old), files(now)
	for n := 0; ; n++ {
		for _, empty := range []bool{false, true} { // before
			dir := filepath.Join(t.TempDir(), "out")
			if !empty {
				run(t, dir, Export{Format: "txt"}, old)
			}
			f := begin(t, dir, Export{Format: "txt", Selection: Selection{State: "live"}}, now)
			steps := 0
			f.halt = func() error {
				if steps++; steps > n {
					return errKilled
				}
				return nil
			}
			_, err := f.Commit()
			if err == nil {
				if empty {
					continue
				}
				if n != 8 { // the manifest, twice; the sums; three files new or changed; two removed
					t.Errorf("%d changes", n)
				}
				return
			}
			if !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			f.lock.Unlock()
			f.root.Close()
			var olds, news int
			for name, text := range tree(t, dir) {
				if strings.HasSuffix(name, "/") || name == manifestName || name == sumsName || strings.HasPrefix(name, workName) {
					continue
				}
				switch {
				case before[name] != text && after[name] != text:
					t.Errorf("after %d: %s is %q", n, name, text)
				case before[name] != after[name] && text == before[name]:
					olds++
				case before[name] != after[name]:
					news++
				}
			}
			if _, err := os.Stat(filepath.Join(dir, manifestName)); err == nil {
				m, listed := manifestOf(t, dir)
				if m.Complete && news > 0 {
					t.Errorf("after %d: complete, of %d and %d", n, olds, news)
				}
				for name := range tree(t, dir) {
					if _, ours := before[name]; ours && !slices.Contains(listed, name) {
						t.Errorf("after %d: %s is not listed: %q", n, name, listed)
					}
				}
			} else if !empty || news > 0 {
				t.Error("no manifest")
			}
			if m, err := os.ReadFile(filepath.Join(dir, manifestName)); err == nil && news+olds > 0 && bytes.Contains(m, []byte(`"complete":false`)) {
				again := begin(t, dir, Export{Format: "txt"}, now, "vov")
				if _, err := again.Commit(); err != nil {
					t.Fatal(err)
				}
				if err := again.Close(); err != nil {
					t.Fatal(err)
				}
				if m, _ := manifestOf(t, dir); m.Complete && slices.ContainsFunc(m.Newspapers, func(n Newspaper) bool { return n.Earlier != nil }) {
					t.Errorf("after %d: %+v", n, m)
				}
			}
			run(t, dir, Export{Format: "txt"}, now)
			fresh := filepath.Join(t.TempDir(), "fresh")
			run(t, fresh, Export{Format: "txt"}, now)
			if diff := cmp.Diff(tree(t, fresh), tree(t, dir)); diff != "" {
				t.Errorf("after %d: %s", n, diff)
			}
		}
	}
}

// What is not of exports is refused and stays as it is; what systems put anywhere is
// neither.
func TestForeign(t *testing.T) {
	c := content{"vov": {"vov/2026/01/a.txt": "a"}}
	for name, put := range map[string]func(dir string) error{
		"README.md":            func(dir string) error { return os.WriteFile(filepath.Join(dir, "README.md"), nil, 0o600) },
		"vov/2026/01/notes.md": func(dir string) error { return os.WriteFile(filepath.Join(dir, "vov/2026/01/notes.md"), nil, 0o600) },
		"vov/2026/01/mine.txt": func(dir string) error { return os.WriteFile(filepath.Join(dir, "vov/2026/01/mine.txt"), nil, 0o600) },
		"vov.jsonl":            func(dir string) error { return os.WriteFile(filepath.Join(dir, "vov.jsonl"), nil, 0o600) },
		"dantri.jsonl":         func(dir string) error { return os.Mkdir(filepath.Join(dir, "dantri.jsonl"), 0o700) },
		".git":                 func(dir string) error { return os.Mkdir(filepath.Join(dir, ".git"), 0o700) },
		"a link":               func(dir string) error { return os.Symlink(t.TempDir(), filepath.Join(dir, "a link")) },
		"dantri":               func(dir string) error { return os.Symlink(t.TempDir(), filepath.Join(dir, "dantri")) },
		"vov/2026/01/x.txt":    func(dir string) error { return os.Symlink("a.txt", filepath.Join(dir, "vov/2026/01/x.txt")) },
		"manifest.json": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(`{"name":"app"}`), 0o600)
		},
		"manifest.json: cut":     func(dir string) error { return os.Truncate(filepath.Join(dir, "manifest.json"), 200) },
		"manifest.json: nothing": func(dir string) error { return os.Truncate(filepath.Join(dir, "manifest.json"), 0) },
		"manifest.json: gone":    func(dir string) error { return os.Remove(filepath.Join(dir, "manifest.json")) },
		workName:                 func(dir string) error { return os.WriteFile(filepath.Join(dir, workName), nil, 0o600) },
		lockName: func(dir string) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, workName), 0o700), os.Symlink(filepath.Join(t.TempDir(), "made"), filepath.Join(dir, lockName)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, Export{Format: "txt"}, c)
			if err := put(dir); err != nil {
				t.Skip(err) // no links here
			}
			before := tree(t, dir)
			_, err := Open(dir, Manifest{})
			name, _, _ := strings.Cut(name, ":")
			if strings.HasSuffix(t.Name(), "gone") {
				name = "vov"
			}
			if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), name) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
	dir := t.TempDir()
	for _, name := range []string{".DS_Store", "Thumbs.db", "desktop.ini", "._a", ".nfs0001"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "lost+found", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	run(t, dir, Export{Format: "txt"}, c)
	if err := os.WriteFile(filepath.Join(dir, "vov/2026/01/.DS_Store"), []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, Export{Format: "txt"}, content{"vov": {"vov/2026/02/a.txt": "a"}})
	if got := tree(t, dir); got["Thumbs.db"] != "theirs" || got["vov/2026/01/.DS_Store"] != "theirs" || got["vov/2026/02/a.txt"] != "a" {
		t.Errorf("%q", got)
	}
}

// A manifest from elsewhere makes nobody remove, read or write what is not an export's.
func TestHostileManifest(t *testing.T) {
	for _, path := range []string{
		"../outside.jsonl", "/etc/passwd", "..", "", "vov/../../outside.jsonl", "vov/2026/01/../../../../x.txt", "NOTES.md", "README/../x.svg", "vov/2026/01/.txt",
		`..\\outside.jsonl`, "manifest.json", workName + "/lock", "vov/2026/01/a.txt/b.txt", "vov//2026/01/a.txt", "c:vov.jsonl", "vov.jsonl\u0000",
	} {
		base := t.TempDir()
		dir := filepath.Join(base, "out")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		text := `{"type":"export","files":[{"path":"` + path + `","bytes":1,"sha256":"` + strings.Repeat("0", 64) + `"}]}`
		for name, text := range map[string]string{manifestName: text, "../outside.jsonl": "mine"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		before := tree(t, base)
		if f, err := Open(dir, Manifest{}); err == nil {
			f.Close()
			t.Errorf("%q was taken", path)
		} else if !errors.Is(err, ErrForeign) {
			t.Errorf("%q: %v", path, err)
		}
		if diff := cmp.Diff(before, tree(t, base)); diff != "" {
			t.Errorf("%q: %s", path, diff)
		}
	}
	for name, text := range map[string]string{
		"a value without end": `{"type":"export","more":"` + strings.Repeat("x", maxValue+1),
		"blanks without end":  `{"type":"export",` + strings.Repeat(" ", 2*maxValue) + `"files":[]}`,
		"deep":                `{"type":"export","more":` + strings.Repeat("[", 100_000),
		"a short digest":      `{"type":"export","files":[{"path":"vov.jsonl","sha256":"00"}]}`,
	} {
		if _, err := Read(strings.NewReader(text), Each{}); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	// What a later program adds is passed over.
	m, err := Read(strings.NewReader(`{"more":{"a":[1]},"type":"export","files":[{"path":"vov.jsonl","bytes":3,"captures":["x"]}],"complete":true}`), Each{})
	if err != nil || !m.Complete {
		t.Errorf("%+v %v", m, err)
	}
}

// Of two exports to one folder at a time one is refused, and the other not disturbed.
func TestTwoAtATime(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "out")
	c := content{"vov": {"vov.jsonl": "text"}}
	f := begin(t, dir, Export{Format: "jsonl"}, c)
	if _, err := Open(dir, Manifest{}); !errors.Is(err, archive.ErrInUse) {
		t.Fatal(err)
	}
	if _, err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Manifest{}); !errors.Is(err, archive.ErrInUse) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, dir, Export{Format: "jsonl"}, c)
	if got := slices.Sorted(maps.Keys(tree(t, dir))); !slices.Equal(got, []string{"./", sumsName, manifestName, "vov.jsonl"}) {
		t.Errorf("%q", got)
	}
}

// An export that was given up leaves nothing, not the folder either.
func TestGivenUp(t *testing.T) {
	base := t.TempDir()
	f := begin(t, filepath.Join(base, "a", "b"), Export{Format: "jsonl"}, content{"vov": {"vov.jsonl": "text"}})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, base); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// A link to a folder is that folder; a file, a link to nothing, and a folder that cannot
// be written are said to be so, and stay.
func TestWhere(t *testing.T) {
	base := t.TempDir()
	in := func(name string) string { return filepath.Join(base, name) }
	c := content{"vov": {"vov.jsonl": "text"}}
	err := errors.Join(os.MkdirAll(in("real/deep"), 0o700), os.WriteFile(in("file"), []byte("mine"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Symlink("real/deep", in("link")), os.Symlink("nowhere", in("dangling"))); err != nil {
		t.Skip(err)
	}
	run(t, in("link"), Export{}, c)
	run(t, in("link")+"/../beside", Export{}, c) // as the system reads it
	for _, name := range []string{"real/deep/vov.jsonl", "real/beside/vov.jsonl"} {
		if _, err := os.Stat(in(name)); err != nil {
			t.Error(err)
		}
	}
	before := tree(t, base)
	for _, name := range []string{"file", "file/x", "dangling", "dangling/x"} {
		if _, err := Open(in(name), Manifest{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, tree(t, base)); diff != "" {
		t.Error(diff)
	}
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		return
	}
	if err := os.Mkdir(in("closed"), 0o500); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"closed", "closed/x"} {
		if _, err := Open(in(name), Manifest{}); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), in(name)) {
			t.Error(err)
		}
	}
}
