package archive_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/merge"
	"baoluu/archive/rescue"

	"github.com/google/go-cmp/cmp"
)

// format1 makes a copy of the archive that a program of format 1 wrote.
func format1(t testing.TB) *archive.Archive {
	t.Helper()
	return ofFormat(t, 1)
}

func ofFormat(t testing.TB, format int) *archive.Archive {
	t.Helper()
	folder := fmt.Sprint("format", format)
	f, err := os.Open(filepath.Join("testdata", folder, "vov.db.gz"))
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
	mark, err := os.ReadFile(filepath.Join("testdata", folder, "baoluu-archive.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"vov.db": db, "baoluu-archive.json": mark} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return reopen(t, dir)
}

// reopen is what another process sees of an archive.
func reopen(t testing.TB, dir string) *archive.Archive {
	t.Helper()
	a, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archivetest.Sound(t, a) })
	return a
}

// histories is every page with its state and versions: what a list and a log
// show.
func histories(t testing.TB, a *archive.Archive) map[string]string {
	t.Helper()
	v, err := a.View(ctx, "vov")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	err = v.Pages(ctx, func(p archive.PageInfo) error {
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
	before, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(historiesOf1(), histories(t, a)); diff != "" {
		t.Error(diff)
	}
	archivetest.Sound(t, a)
	now, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil || !bytes.Equal(before, now) {
		t.Errorf("reading changed the file, %v", err)
	}
	rescued := archivetest.Another(t)
	if r, err := rescue.Run(ctx, a, "vov", rescued.Dir(), rescue.Options{}); err != nil || r.Doubts != "" {
		t.Errorf("%+v, %v", r, err)
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
				if more, err = a.Newspaper("vov").UpgradePart(ctx, 1); err != nil {
					t.Fatal(err)
				}
			}
			a = reopen(t, a.Dir())
			if got := histories(t, a); len(got) != len(historiesOf1()) {
				t.Errorf("half done: %v", got)
			}
			archivetest.Sound(t, a)
			if _, err := a.Commit(ctx, "vov", capture.Batch{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(historiesOf2(), histories(t, a)); diff != "" {
				t.Error(diff)
			}
			if copies, carriers := twice(t, a, "vov"); copies != carriers {
				t.Errorf("%d copies of %d", copies, carriers)
			}
			again, err := a.Newspaper("vov").UpgradePart(ctx, 1)
			if again || err != nil {
				t.Errorf("there is more to bring up to date: %t, %v", again, err)
			}
		})
	}
}

// twice holds what is stored twice of a newspaper against what stands alone and
// is a base body, and gives how many that are.
func twice(t testing.TB, a *archive.Archive, site string) (copies, carriers int) {
	t.Helper()
	bases := map[uint64]bool{}
	err := a.Newspaper(site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		err := tr.Scan(schema.BucketBodies, nil, func(_, value []byte) error {
			var head schema.BodyHead
			_, err := schema.SplitBlob(value[schema.SumSize:], &head)
			if head.Depth == 1 {
				bases[head.Base] = true
			}
			return err
		})
		if err != nil {
			return err
		}
		return tr.Scan(schema.BucketCopies, nil, func(key, _ []byte) error {
			n, err := schema.ParseNumberKey(key)
			if copies++; !bases[n] {
				t.Errorf("body %d carries no others, or few", n)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return copies, len(bases)
}

// TestFormat2 reads an archive of format 2 as it is, and leaves it so; what is made of
// it elsewhere is of the present format.
func TestFormat2(t *testing.T) {
	a := ofFormat(t, 2)
	before, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Sound(t, a)
	want := histories(t, a)
	if copies, carriers := twice(t, a, "vov"); copies != 0 || carriers < 2 || len(want) < 10 {
		t.Errorf("%d copies, %d base bodies, %d pages", copies, carriers, len(want))
	}
	backups, rescued, merged := t.TempDir(), archivetest.Another(t), archivetest.Another(t)
	if _, err := backup.Run(ctx, a, "vov", backups, nil); err != nil {
		t.Fatal(err)
	}
	if r, err := rescue.Run(ctx, a, "vov", rescued.Dir(), rescue.Options{Lost: func(l rescue.Lost) { t.Errorf("%+v", l) }}); err != nil || r.Doubts != "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := merge.Run(ctx, merged, "vov", a, merge.Options{}); err != nil {
		t.Fatal(err)
	}
	for what, to := range map[string]*archive.Archive{"backup": archivetest.OpenAt(t, backups), "rescued": rescued, "merged": merged} {
		if diff := cmp.Diff(want, histories(t, to)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		if copies, carriers := twice(t, to, "vov"); copies != carriers {
			t.Errorf("%s: %d copies of %d", what, copies, carriers)
		}
		archivetest.Sound(t, to)
	}
	now, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil || !bytes.Equal(before, now) {
		t.Errorf("reading changed the file, %v", err)
	}
}

// TestUpgradeFrom2: who writes first stores the base bodies a second time;
// one who is killed after any part of that leaves a file that is read, sound, and
// goes on.
func TestUpgradeFrom2(t *testing.T) {
	want := histories(t, ofFormat(t, 2))
	for _, parts := range []int{0, 1, 2, 7, 20, 40} {
		t.Run(fmt.Sprint(parts), func(t *testing.T) {
			a := ofFormat(t, 2)
			for range parts {
				if _, err := a.Newspaper("vov").UpgradePart(ctx, 1); err != nil {
					t.Fatal(err)
				}
			}
			a = reopen(t, a.Dir())
			archivetest.Sound(t, a)
			if diff := cmp.Diff(want, histories(t, a)); diff != "" {
				t.Error(diff)
			}
			if _, err := a.Commit(ctx, "vov", capture.Batch{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, histories(t, a)); diff != "" {
				t.Error(diff)
			}
			if copies, carriers := twice(t, a, "vov"); copies != carriers {
				t.Errorf("%d copies of %d", copies, carriers)
			}
			if again, err := a.Newspaper("vov").UpgradePart(ctx, 1); again || err != nil {
				t.Errorf("there is more to bring up to date: %t, %v", again, err)
			}
		})
	}
}

// TestFormat3 reads an archive of format 3 as it is, lists it as the program did that wrote it,
// and leaves it so; what is made of it elsewhere is of the present format.
func TestFormat3(t *testing.T) {
	a := ofFormat(t, 3)
	before, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Sound(t, a)
	want := histories(t, a)
	listedAs(t, a, 3)
	if v, err := a.View(ctx, "vov"); err != nil {
		t.Error(err)
	} else if err := v.Exchanges(ctx, askedNothing); err != nil {
		t.Error(err)
	}
	backups, rescued, merged := t.TempDir(), archivetest.Another(t), archivetest.Another(t)
	if _, err := backup.Run(ctx, a, "vov", backups, nil); err != nil {
		t.Fatal(err)
	}
	if r, err := rescue.Run(ctx, a, "vov", rescued.Dir(), rescue.Options{Lost: func(l rescue.Lost) { t.Errorf("%+v", l) }}); err != nil || r.Doubts != "" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := merge.Run(ctx, merged, "vov", a, merge.Options{}); err != nil {
		t.Fatal(err)
	}
	for what, to := range map[string]*archive.Archive{"backup": archivetest.OpenAt(t, backups), "rescued": rescued, "merged": merged} {
		if diff := cmp.Diff(want, histories(t, to)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		archivetest.Sound(t, to)
	}
	now, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil || !bytes.Equal(before, now) {
		t.Errorf("reading changed the file, %v", err)
	}
}

func askedNothing(c capture.Capture) error {
	if c.Request != "" {
		return fmt.Errorf("capture %d: %q", c.Number, c.Request)
	}
	return nil
}

// listedAs holds the pages against those that a program of a format listed.
func listedAs(t testing.TB, a *archive.Archive, format int) {
	t.Helper()
	type listed struct {
		ID, URL, Title                    string
		Published, Captured               time.Time
		Versions, Captures, Edits, Unsure int
		State                             capture.State
	}
	b, err := os.ReadFile(filepath.Join("testdata", fmt.Sprint("format", format), "list.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got []listed
	for line := range bytes.Lines(b) {
		var l listed
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		want = append(want, l)
	}
	v, err := a.View(ctx, "vov")
	if err != nil {
		t.Fatal(err)
	}
	err = v.Pages(ctx, func(p archive.PageInfo) error {
		got = append(got, listed{p.ID, p.URL, p.Title, p.Published, p.Captured.Truncate(time.Second), p.Versions, p.Captures, p.Edits, p.Unsure, p.State})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestFormat4 reads an archive of format 4 as it is: nothing in it needs anything.
func TestFormat4(t *testing.T) {
	a := ofFormat(t, 4)
	before, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	listedAs(t, a, 4)
	v, err := a.View(ctx, "vov")
	if err != nil {
		t.Fatal(err)
	}
	if needs := needsOf(t, v, 1); needs != nil {
		t.Errorf("%q", needs)
	}
	if by := neededBy(t, v, "a.jpg"); by != nil {
		t.Errorf("%d", by)
	}
	if s, err := v.AssetStats(ctx); err != nil || s != (archive.AssetStats{}) {
		t.Errorf("%+v, %v", s, err)
	}
	archivetest.Sound(t, a)
	now, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil || !bytes.Equal(before, now) {
		t.Errorf("reading changed the file, %v", err)
	}
}

// TestUpgradeFrom4: who writes first brings the file to format 5, in which a capture can need
// assets; nothing else becomes of it.
func TestUpgradeFrom4(t *testing.T) {
	for parts := range 3 {
		a := ofFormat(t, 4)
		for range parts {
			if _, err := a.Newspaper("vov").UpgradePart(ctx, 1); err != nil {
				t.Fatal(err)
			}
		}
		a = reopen(t, a.Dir())
		listedAs(t, a, 4)
		archivetest.Sound(t, a)
		shown := archivetest.Asset("a.jpg", []byte("\xff\xd8\xff"), 1)
		page := archivetest.Needing(archivetest.Page("100", "Một bài", 1), "a.jpg")
		page.URL = "https://vov.vn/post100.vov"
		puts, err := a.Commit(ctx, "vov", capture.Batch{Kept: []capture.Kept{shown, page}})
		if err != nil {
			t.Fatal(err)
		}
		v, err := a.View(ctx, "vov")
		if err != nil {
			t.Fatal(err)
		}
		if by := neededBy(t, v, "a.jpg"); len(by) != 1 || by[0] != puts[1].Number {
			t.Errorf("%d", by)
		}
		if s, err := v.Stats(ctx); err != nil || s.Assets != 1 || s.AssetCaptures != 1 || s.AssetRawBytes != 3 {
			t.Errorf("%+v, %v", s, err)
		}
	}
}

// TestUpgradeFrom3: who writes first brings the file to format 4, in which a capture can say what
// was asked; one who is killed after any part of that leaves a file that is read, sound, and goes on.
func TestUpgradeFrom3(t *testing.T) {
	for parts := range 3 {
		t.Run(fmt.Sprint(parts), func(t *testing.T) {
			a := ofFormat(t, 3)
			for range parts {
				if _, err := a.Newspaper("vov").UpgradePart(ctx, 1); err != nil {
					t.Fatal(err)
				}
			}
			a = reopen(t, a.Dir())
			archivetest.Sound(t, a)
			if _, err := a.Commit(ctx, "vov", capture.Batch{}); err != nil {
				t.Fatal(err)
			}
			listedAs(t, a, 3)
			if again, err := a.Newspaper("vov").UpgradePart(ctx, 1); again || err != nil {
				t.Errorf("there is more to bring up to date: %t, %v", again, err)
			}
			const asked = "GET / HTTP/1.1\r\n\r\n"
			for n := uint64(1); n <= 2; n++ {
				if err := a.AddRequest(ctx, "vov", n, asked); err != nil {
					t.Fatal(err)
				}
			}
			v, err := a.View(ctx, "vov")
			if err != nil {
				t.Fatal(err)
			}
			if c, err := v.Exchange(ctx, 2); err != nil || c.Request != asked {
				t.Errorf("%q, %v", c.Request, err)
			}
			listedAs(t, a, 3)
		})
	}
}

// TestForgetOfFormat2: a page that is forgotten in a file of an older format leaves no
// copy behind.
func TestForgetOfFormat2(t *testing.T) {
	a := ofFormat(t, 2)
	var page string
	for page = range histories(t, a) {
		break
	}
	if _, err := forget.Run(ctx, a, "vov", page, forget.Options{Reason: "a court said so", At: archivetest.At(1), Accept: true}); err != nil {
		t.Fatal(err)
	}
	if copies, carriers := twice(t, a, "vov"); copies != carriers {
		t.Errorf("%d copies of %d", copies, carriers)
	}
	archivetest.Sound(t, a)
}

// TestUpgradeOfADamagedFile: a damaged body does not keep a file from being brought up to
// date, nor the others from being stored twice.
func TestUpgradeOfADamagedFile(t *testing.T) {
	whole := ofFormat(t, 2)
	b, err := os.ReadFile(whole.Newspaper("vov").File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var first uint64 // base body
	err = whole.Newspaper("vov").File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		return schema.Raw(schema.BucketBodies).Walk(tr.Scan, func(_, payload []byte) error {
			var head schema.BodyHead
			if _, err := schema.SplitBlob(payload, &head); err != nil || head.Depth == 1 {
				first = head.Base
				return errors.Join(err, schema.ErrStop)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.Newspaper("vov").File.Path("db"), archivetest.Losing(t, b, schema.BucketBodies, schema.NumberKey(first)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(ctx, "vov", capture.Batch{}); err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	if _, err := a.Verify(ctx, "vov", func(p archive.Problem) { told[p.Where] = true }, nil); err != nil {
		t.Fatal(err)
	}
	if copies, carriers := twice(t, a, "vov"); copies != carriers-1 || !told[fmt.Sprint("bodies ", first)] || !told[fmt.Sprint("copies ", first)] {
		t.Errorf("%d copies of %d, told of %v", copies, carriers, told)
	}
}
