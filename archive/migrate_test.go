package archive

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner/capture"

	"github.com/google/go-cmp/cmp"
)

// format1 makes a copy of the archive that a program of format 1 wrote.
func format1(t testing.TB) *Archive {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "format1", "vov.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	db, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	mark, err := os.ReadFile(filepath.Join("testdata", "format1", markName))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"vov.db": db, markName: mark} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return reopen(t, dir)
}

// reopen is what another process sees of an archive.
func reopen(t testing.TB, dir string) *Archive {
	t.Helper()
	a, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sound(t, a) })
	return a
}

// histories is every page with its state and versions: what a list and a log
// show.
func histories(t testing.TB, a *Archive) map[string]string {
	t.Helper()
	v, err := a.View(ctx, "vov")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	err = v.Pages(ctx, func(p PageInfo) error {
		list, err := v.Versions(ctx, p.Page)
		if err != nil {
			return err
		}
		if len(list) != p.Versions {
			return fmt.Errorf("%s: %d versions are listed, %d told", p.Page, len(list), p.Versions)
		}
		s := []string{string(p.State)}
		for _, w := range list {
			s = append(s, fmt.Sprintf("%s(%s)", w.State, strings.Join(w.Changed, ",")))
		}
		all[p.Page] = strings.Join(s, " ")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// joinedHistory is of two articles that a redirect made one, captured in turn.
const joinedHistory = "live live() live(title,lead,byline,captions,body) live(lead) live(title,lead,byline,captions,body) live(title,lead,byline,captions,body)"

func historiesOf1() map[string]string {
	return map[string]string{
		"post1344120": joinedHistory,
		"post1343877": "live live() live(title)",
		"post1343540": "gone live()",
		"post1343102": "live live()",
		"post1342655": "live live()",
		"post1341407": "gone",
	}
}

func historiesOf2() map[string]string {
	all := historiesOf1()
	all["post1343877"] = "live live() gone(state) live(state,title)"
	all["post1343540"] = "gone live() gone(state)"
	all["post1343102"] = "live live() gone(state) live(state)"
	return all
}

// TestFormat1 reads an archive of format 1 as it is, and leaves it so.
func TestFormat1(t *testing.T) {
	a := format1(t)
	before, err := os.ReadFile(a.path("vov", "db"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(historiesOf1(), histories(t, a)); diff != "" {
		t.Error(diff)
	}
	sound(t, a)
	now, err := os.ReadFile(a.path("vov", "db"))
	if err != nil || !bytes.Equal(before, now) {
		t.Errorf("reading changed the file, %v", err)
	}
}

// TestUpgrade: the first who writes brings the file up to date; one who is killed
// after any part of that leaves a file that is read, sound, and goes on.
func TestUpgrade(t *testing.T) {
	for parts, more := 0, true; more; parts++ {
		t.Run(fmt.Sprint(parts), func(t *testing.T) {
			a := format1(t)
			for range parts {
				var err error
				if more, err = a.upgradePart(ctx, "vov", 1); err != nil {
					t.Fatal(err)
				}
			}
			a = reopen(t, a.dir)
			if got := histories(t, a); len(got) != len(historiesOf1()) {
				t.Errorf("half done: %v", got)
			}
			sound(t, a)
			if _, err := a.Commit(ctx, "vov", capture.Batch{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(historiesOf2(), histories(t, a)); diff != "" {
				t.Error(diff)
			}
			again, err := a.upgradePart(ctx, "vov", 1)
			if again || err != nil {
				t.Errorf("there is more to bring up to date: %t, %v", again, err)
			}
		})
	}
}
