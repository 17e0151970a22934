package warc

import (
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	_ "baoluu/archive/inmemory"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// Round trips are many commits: some dozens of random archives a run will do.
// More: go test ./archive/warc -run RoundTrip -rapid.checks 1000
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	checks := "25"
	if testing.Short() {
		checks = "5"
	}
	if !given {
		if err := flag.Set("rapid.checks", checks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func siteNamed(t testing.TB, name string) *sites.Site {
	t.Helper()
	s, ok := sites.ByName(name)
	if !ok {
		t.Fatalf("no newspaper %s", name)
	}
	return s
}

func newArchive(t testing.TB, dir string) *archive.Archive {
	t.Helper()
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func opened(a *archive.Archive) func() (*archive.Archive, error) {
	return func() (*archive.Archive, error) { return a, nil }
}

// held is a capture as an archive holds it, with its body.
type held struct {
	capture.Capture
	Body string
}

// all is what an archive holds of a newspaper, by number.
func all(t testing.TB, a *archive.Archive, site string) []held {
	t.Helper()
	ctx := context.Background()
	v, err := a.View(ctx, site)
	if err != nil {
		t.Fatal(err)
	}
	var list []held
	err = v.Exchanges(ctx, func(c capture.Capture) error {
		body, err := v.Body(ctx, c.Number)
		if len(c.Header) == 0 {
			c.Header = nil
		}
		list = append(list, held{c, string(body)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// sound fails the test where verify finds anything.
func sound(t testing.TB, a *archive.Archive) {
	t.Helper()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		report, err := a.Verify(context.Background(), name, func(p archive.Problem) { t.Errorf("verify %s: %s: %s", name, p.Where, p.What) }, nil)
		if err != nil || report.Problems > 0 {
			t.Errorf("verify %s: %+v, %v", name, report, err)
		}
	}
}

func export(t testing.TB, a *archive.Archive, site, folder string, o ExportOptions) Exported {
	t.Helper()
	v, err := a.View(context.Background(), site)
	if err != nil {
		t.Fatal(err)
	}
	to := &folderFiles{dir: folder}
	n, err := Export(context.Background(), v, siteNamed(t, site), to, o)
	if err := errors.Join(err, to.close()); err != nil {
		t.Fatal(err)
	}
	return n
}

// folderFiles are an export's files in a folder.
type folderFiles struct {
	dir  string
	open *os.File
}

func (f *folderFiles) Create(name string) (w io.Writer, err error) {
	if err = errors.Join(f.close(), os.MkdirAll(f.dir, 0o777)); err == nil {
		f.open, err = os.Create(filepath.Join(f.dir, name))
	}
	return f.open, err
}

func (f *folderFiles) close() error {
	if f.open == nil {
		return nil
	}
	return f.open.Close()
}

// importFolder imports every WARC file of a folder.
func importFolder(t testing.TB, a *archive.Archive, folder string) Imported {
	t.Helper()
	var total Imported
	names, err := fs.Glob(os.DirFS(folder), "*.warc.gz")
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing exported: %v", err)
	}
	for _, name := range names {
		f, err := os.Open(folder + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		n, err := Import(context.Background(), opened(a), f, ImportOptions{File: name, Problem: func(p warcfile.Problem) { t.Errorf("%s at %d: %s", name, p.Offset, p.What) }})
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		total.Add(n)
	}
	return total
}

// contents are a folder's files by name.
func contents(t testing.TB, folder string) map[string]string {
	t.Helper()
	list := map[string]string{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(folder + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		list[e.Name()] = string(b)
	}
	return list
}
