package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// countArticles is a [Counter]: each line is an article, but in a file that is "broken".
func countArticles(path string, file *os.File) (int, error) {
	if !strings.HasSuffix(path, ".jsonl") {
		return -1, nil
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	b, err := io.ReadAll(file)
	if strings.Contains(string(b), "broken") {
		err = errors.New("no article")
	}
	return strings.Count(string(b), "\n"), err
}

// corpusOf makes a folder with an article a line.
func corpusOf(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	f, err := Open(dir, Manifest{Export: Export{Format: "jsonl"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range []string{"vov", "dantri"} {
		err := f.Write(site, func(to Sink) (Tally, error) {
			for i, path := range []string{"-00001.jsonl", "-00002.jsonl"} {
				w, err := to.Create(site + path)
				if err != nil {
					return Tally{}, err
				}
				fmt.Fprintf(w, "%s %d\n", site, i)
				if err := to.Article(map[string]any{"page": fmt.Sprintf("%s/%d", site, i), "version": 1}); err != nil {
					return Tally{}, err
				}
			}
			return Tally{Count: 2, Considered: 3, LeftOut: map[string]int{"lang": 1}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = f.Add("README.md", func(w io.Writer) error {
		_, err := io.WriteString(w, "# A corpus\n")
		return err
	})
	if err == nil {
		_, err = f.Commit()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Verify names each kind of damage, and the file.
func TestVerify(t *testing.T) {
	in := func(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	rewrite := func(dir, name string, change func(string) string) error {
		b, err := os.ReadFile(in(dir, name))
		if err != nil {
			return err
		}
		return os.WriteFile(in(dir, name), []byte(change(string(b))), 0o600)
	}
	replaced := func(old, now string) func(string) string {
		return func(s string) string { return strings.ReplaceAll(s, old, now) }
	}
	for _, tt := range []struct {
		name   string
		damage func(dir string) error
		want   []string
	}{
		{"none", func(string) error { return nil }, nil},
		{"files of systems", func(dir string) error { return os.WriteFile(in(dir, ".DS_Store"), nil, 0o600) }, nil},
		{"missing", func(dir string) error { return os.Remove(in(dir, "vov-00001.jsonl")) }, []string{"vov-00001.jsonl missing"}},
		{"changed", func(dir string) error { return rewrite(dir, "vov-00001.jsonl", replaced("0", "1")) }, []string{"vov-00001.jsonl changed"}},
		{"longer", func(dir string) error {
			return rewrite(dir, "vov-00001.jsonl", func(s string) string { return s + "\n" })
		}, []string{"vov-00001.jsonl changed", "vov miscounted"}},
		{"broken", func(dir string) error { return rewrite(dir, "vov-00001.jsonl", replaced("vov", "broken")) }, []string{"vov-00001.jsonl changed", "vov-00001.jsonl broken"}},
		{"a link", func(dir string) error {
			return errors.Join(os.Remove(in(dir, "vov-00001.jsonl")), os.Symlink(in(dir, "vov-00002.jsonl"), in(dir, "vov-00001.jsonl")))
		}, []string{"vov-00001.jsonl changed"}},
		{"extra", func(dir string) error {
			return errors.Join(os.WriteFile(in(dir, "vov-00003.jsonl"), nil, 0o600), os.Mkdir(in(dir, "notes"), 0o700), os.WriteFile(in(dir, "notes/a"), nil, 0o600))
		}, []string{"notes/a extra", "vov-00003.jsonl extra"}},
		{"the card", func(dir string) error { return rewrite(dir, "README.md", replaced("A", "The")) }, []string{"README.md changed"}},
		{"sums", func(dir string) error { return rewrite(dir, sumsName, replaced("vov", "dan")) }, []string{"SHA256SUMS changed"}},
		{"no sums", func(dir string) error { return os.Remove(in(dir, sumsName)) }, []string{"SHA256SUMS missing"}},
		{"the manifest's count", func(dir string) error {
			return rewrite(dir, manifestName, replaced(`{"site":"vov","count":2`, `{"site":"vov","count":3`))
		}, []string{"SHA256SUMS changed", "vov miscounted", "vov miscounted"}},
		{"the manifest's list", func(dir string) error {
			return rewrite(dir, manifestName, replaced("{\"page\":\"dantri/0\",\"version\":1},\n", ""))
		}, []string{"SHA256SUMS changed", "dantri miscounted"}},
		{"incomplete", func(dir string) error {
			return rewrite(dir, manifestName, replaced(`"complete":true`, `"complete":false`))
		}, []string{"manifest.json incomplete", "SHA256SUMS changed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := corpusOf(t)
			if err := tt.damage(dir); err != nil {
				t.Fatal(err)
			}
			before := tree(t, dir)
			var got []string
			seen, err := Verify(context.Background(), dir, countArticles, func(p Problem) error {
				got = append(got, fmt.Sprint(p.Path, " ", p.Kind))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if tt.name == "none" && (seen.Files != 6 || seen.Articles != 4) {
				t.Errorf("%+v", seen)
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for name, damage := range map[string]func(dir string) error{
		"no manifest": func(dir string) error { return os.Remove(in(dir, manifestName)) },
		"another's": func(dir string) error {
			return rewrite(dir, manifestName, func(string) string { return `{"name":"app"}` })
		},
		"a file outside":  func(dir string) error { return rewrite(dir, manifestName, replaced("vov-00001.jsonl", "../x.jsonl")) },
		"a cut manifest":  func(dir string) error { return os.Truncate(in(dir, manifestName), 300) },
		"no folder there": os.RemoveAll,
	} {
		dir := corpusOf(t)
		if err := damage(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(context.Background(), dir, countArticles, func(Problem) error { return nil }); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Verify(stopped, corpusOf(t), countArticles, func(Problem) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Files that have to be others are not switched to, and the folder stays as it was.
func TestWant(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	c := content{"vov": {"vov-00001.jsonl": "one\n", "vov-00002.jsonl": "two\n"}}
	run(t, dir, Export{Format: "jsonl"}, c)
	before := tree(t, dir)
	var files []File
	f := begin(t, dir, Export{Format: "jsonl"}, c)
	files = append(files, f.files...)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		files []File
		c     content
		err   string
	}{
		"as they are": {files, c, ""},
		"one more":    {files[:1], c, "vov-00002.jsonl is made: the corpus comes out otherwise"},
		"none":        {nil, c, "vov-00001.jsonl is made: the corpus comes out otherwise"},
		"one less":    {files, content{"vov": {"vov-00002.jsonl": "two\n"}}, "vov-00001.jsonl is not made: the corpus comes out otherwise"},
		"the last":    {files, content{"vov": {"vov-00001.jsonl": "one\n"}}, "vov-00002.jsonl is not made: the corpus comes out otherwise"},
		"other bytes": {files, content{"vov": {"vov-00001.jsonl": "one\n", "vov-00002.jsonl": "2\n"}}, "vov-00002.jsonl comes out otherwise"},
	} {
		f := begin(t, dir, Export{Format: "jsonl"}, want.c)
		f.Want(want.files)
		_, err := f.Commit()
		if got := fmt.Sprint(err); err == nil && want.err != "" || err != nil && got != want.err {
			t.Errorf("%s: %v", name, err)
		}
		if want.err != "" && !errors.Is(err, ErrOtherwise) {
			t.Errorf("%s: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Files that are written side by side are each what was written to them.
func TestSideBySide(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	for range 2 { // the second time against what stands there
		f, err := Open(dir, Manifest{})
		if err != nil {
			t.Fatal(err)
		}
		err = f.Write("vov", func(to Sink) (Tally, error) {
			var open []io.WriteCloser
			for _, part := range []string{"train", "validation", "test"} {
				w, err := to.Open("vov/" + part + ".jsonl")
				if err != nil {
					return Tally{}, err
				}
				open = append(open, w)
			}
			for i := range 1000 {
				fmt.Fprintln(open[i%3], i)
			}
			return Tally{Count: 1000}, open[1].Close() // the others are complete when all is
		})
		if err == nil {
			_, err = f.Commit()
		}
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		for i, part := range []string{"train", "validation", "test"} {
			var want strings.Builder
			for n := i; n < 1000; n += 3 {
				fmt.Fprintln(&want, n)
			}
			if got := tree(t, dir)["vov/"+part+".jsonl"]; got != want.String() {
				t.Errorf("%s: %d bytes, not %d", part, len(got), want.Len())
			}
		}
	}
}
