package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/reclean"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var ctx = context.Background()

// dump is every record of a newspaper that says something, in order. Left out is
// what is not the same in a backup: counters of room, and what packing chose by.
func dump(t testing.TB, a *archive.Archive) map[schema.Bucket]map[string]string {
	t.Helper()
	all := map[schema.Bucket]map[string]string{}
	err := a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		for _, b := range schema.Buckets() {
			all[b] = map[string]string{}
			if err := schema.Raw(b).Walk(tr.Scan, func(key, payload []byte) error {
				all[b][schema.KeyText(key)] = string(payload)
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(all, schema.BucketReferences)
	return all
}

func sameRecords(t testing.TB, a, b *archive.Archive) {
	t.Helper()
	one, two := dump(t, a), dump(t, b)
	for name, records := range one {
		for key, payload := range records {
			if other, ok := two[name][key]; !ok {
				t.Errorf("%s %s is missing in the backup", name, key)
			} else if other != payload {
				t.Errorf("%s %s:\n%s\nin the backup\n%s", name, key, payload, other)
			}
		}
		if len(two[name]) != len(records) {
			t.Errorf("%d records of %s, %d in the backup", len(records), name, len(two[name]))
		}
	}
}

func TestBackup(t *testing.T) {
	a := archivetest.Fresh(t)
	bodies := archivetest.Varied(t, a)
	out := filepath.Join(t.TempDir(), "deep", "out")
	if r := archivetest.BackUp(t, a, out); r.Captures != len(bodies) || r.Last != uint64(len(bodies)) {
		t.Errorf("first: %+v", r)
	}
	to := archivetest.OpenAt(t, out)
	archivetest.Sound(t, to)
	sameRecords(t, a, to)
	if r := archivetest.BackUp(t, a, out); r.Captures != 0 || r.Entries != 0 {
		t.Errorf("nothing new: %+v", r)
	}
	// What came since, an entry that went, a join and a re-clean come along.
	archivetest.Commit(t, a, archivetest.Page("1001", archivetest.NewsPage(99, 4), 300), archivetest.Page("77", archivetest.NewsPage(5, 4), -5), archivetest.Page("78", "B\nx", 301))
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "77", Of: "1010"}, {Page: "1011", Of: "never seen"}}}); err != nil {
		t.Fatal(err)
	}
	if r := archivetest.BackUp(t, a, out); r.Captures != 3 {
		t.Errorf("second: %+v", r)
	}
	sameRecords(t, a, to)
	if _, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: true, Force: true}); err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, a, archivetest.Page("79", "C\nx", 302))
	archivetest.BackUp(t, a, out)
	archivetest.Sound(t, to)
	if v, w := archivetest.StateOf(t, a), archivetest.StateOf(t, to); v.Last != w.Last || v.Generation != w.Generation {
		t.Errorf("%+v, backup %+v", v, w)
	}
	if was, is := archivetest.HistoryOf(t, a), archivetest.HistoryOf(t, to); was != is {
		t.Errorf("the backup reads: %s", cmp.Diff(was, is))
	}
	list, err := a.Backups()
	if err != nil || len(list) != 1 || list[0].Path != out || list[0].Sites[archivetest.Site].Last != uint64(len(bodies)+4) || time.Since(list[0].Time) > time.Minute {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestBackupAfterForgetting: once something was forgotten, the file in the backup
// is copied again, and what stood in it is gone.
func TestBackupAfterForgetting(t *testing.T) {
	a := archivetest.Another(t)
	bodies := archivetest.Varied(t, a)
	out := t.TempDir()
	archivetest.BackUp(t, a, out)
	forgotten, err := forget.Run(ctx, a, archivetest.Site, "1007", forget.Options{Reason: "a court said so", At: archivetest.At(500), Accept: true})
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Sound(t, a)
	r := archivetest.BackUp(t, a, out)
	to := archivetest.OpenAt(t, out)
	archivetest.Sound(t, to)
	if !r.Renewed || r.Captures != len(bodies)-forgotten.Captures {
		t.Errorf("%+v", r)
	}
	sameRecords(t, a, to)
	if _, err := os.Stat(to.Newspaper(archivetest.Site).File.Path("renew")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder in which it was made is still there")
	}
	if r := archivetest.BackUp(t, a, out); r.Renewed {
		t.Errorf("renewed again: %+v", r)
	}
	// And a first backup of what was forgotten from.
	out = t.TempDir()
	archivetest.BackUp(t, a, out)
	archivetest.Sound(t, archivetest.OpenAt(t, out))
	sameRecords(t, a, archivetest.OpenAt(t, out))
}

// TestAliasesOfWhatIsForgotten: an address that turns out to be a forgotten page
// takes with it those that were found to be it, here and in the backup.
func TestAliasesOfWhatIsForgotten(t *testing.T) {
	a := archivetest.Fresh(t)
	join := func(page, of string, kept ...capture.Kept) []capture.Put {
		puts, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: page, Of: of}}, Kept: kept})
		if err != nil {
			t.Fatal(err)
		}
		return puts
	}
	archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("200", archivetest.NewsPage(2, 6), 1))
	join("1", "2")
	join("2", "3")
	out := t.TempDir()
	archivetest.ForgetPage(t, a, "100")
	archivetest.BackUp(t, a, out)
	puts := join("3", "100", archivetest.Page("1", archivetest.NewsPage(1, 6), 2), archivetest.Page("3", archivetest.NewsPage(1, 7), 3), archivetest.Page("200", archivetest.NewsPage(2, 7), 4))
	for i, want := range []bool{true, true, false} {
		if (puts[i].Forgotten != "") != want {
			t.Errorf("capture %d: %+v", i, puts[i])
		}
	}
	join("4", "1", archivetest.Page("4", archivetest.NewsPage(1, 6), 5)) // an alias of one that is gone
	archivetest.BackUp(t, a, out)
	to := archivetest.OpenAt(t, out)
	for _, a := range []*archive.Archive{a, to} {
		archivetest.Sound(t, a)
		for _, ref := range []string{"1", "2", "3", "4"} {
			if _, err := archivetest.View(t, a).Page(ctx, ref); !errors.Is(err, archive.ErrForgotten) {
				t.Errorf("%s: %v", ref, err)
			}
		}
	}
	sameRecords(t, a, to)
}

func TestBackupRefuses(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("1", "A\nx", 0))
	photos := t.TempDir()
	if err := os.WriteFile(filepath.Join(photos, "a.jpg"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := archivetest.Fresh(t)
	archivetest.Commit(t, other, archivetest.Page("2", "B\nx", 0), archivetest.Page("3", "B\nx", 0))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(a.Dir(), link); err != nil {
		t.Skip(err)
	}
	for dir, want := range map[string]error{
		a.Dir():                          archive.ErrInvalid,
		filepath.Join(a.Dir(), "out"):    archive.ErrInvalid,
		filepath.Join(link, "out", "x"):  archive.ErrInvalid,
		photos:                           archive.ErrNoArchive,
		filepath.Join(photos, "a.jpg"):   archive.ErrNoArchive,
		other.Dir():                      backup.ErrNotBackup,
		filepath.Join(photos, "\x00bad"): nil,
	} {
		_, err := backup.Run(ctx, a, archivetest.Site, dir, nil)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", dir, err, want)
		}
	}
	if _, err := backup.Run(ctx, a, "vov", t.TempDir(), nil); !errors.Is(err, archive.ErrNoNewspaper) {
		t.Errorf("a newspaper that is not there: %v", err)
	}
	out := t.TempDir()
	release, err := func() (func() error, error) {
		archivetest.BackUp(t, a, out)
		return archivetest.OpenAt(t, out).Lock(archivetest.Site, "crawl")
	}()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Run(ctx, a, archivetest.Site, out, nil); !errors.Is(err, archive.ErrInUse) {
		t.Errorf("a backup in use: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	// Crawled into, it is no backup any more.
	archivetest.Commit(t, archivetest.OpenAt(t, out), archivetest.Page("9", "Z\nx", 0))
	archivetest.Commit(t, a, archivetest.Page("2", "A\nx", 1), archivetest.Page("3", "A\nx", 1))
	if _, err := backup.Run(ctx, a, archivetest.Site, out, nil); !errors.Is(err, backup.ErrNotBackup) {
		t.Errorf("a folder with a life of its own: %v", err)
	}
}

// TestBackupInParts: whenever a backup is stopped, what it leaves is a whole
// archive as of some capture, and the next one ends it.
func TestBackupInParts(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		a, err := archive.Create(filepath.Join(dir, "a"))
		if err != nil {
			t.Fatal(err)
		}
		archivetest.Plain(a)
		out := filepath.Join(dir, "out")
		n := 0
		for range rapid.IntRange(1, 2).Draw(t, "rounds") {
			var kept []capture.Kept
			for range rapid.IntRange(1, 6).Draw(t, "captures") {
				n++
				text := rapid.SampledFrom([]string{"A\nx\n", "A\nx\n#1", "B\ny\n", "list"}).Draw(t, "text")
				kept = append(kept, archivetest.Page(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "page"), text, rapid.IntRange(0, 9).Draw(t, "minute")))
			}
			b := capture.Batch{Kept: kept}
			if rapid.Bool().Draw(t, "join") {
				b.Aliases = []capture.Alias{{Page: "2", Of: "3"}}
			}
			if rapid.Bool().Draw(t, "entry") {
				b.Entries = []capture.Entry{{Page: "1", URL: kept[0].URL, Class: capture.Again, Due: archivetest.At(n)}}
			}
			if _, err := a.Commit(context.Background(), archivetest.Site, b); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "reclean") {
				if _, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: true, Force: true}); err != nil {
					t.Fatal(err)
				}
			}
			stop := &archivetest.Counted{Context: ctx, Left: rapid.IntRange(0, 60).Draw(t, "stop")}
			if _, err := backup.Run(stop, a, archivetest.Site, out, nil); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if to, err := archive.Open(out); err == nil {
				archivetest.Plain(to)
				archivetest.Sound(t, to)
			}
		}
		if _, err := backup.Run(ctx, a, archivetest.Site, out, nil); err != nil {
			t.Fatal(err)
		}
		to, err := archive.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		archivetest.Plain(to)
		archivetest.Sound(t, to)
		if is, was := read(t, to), read(t, a); is != was {
			t.Fatalf("the backup reads\n%s\nwas\n%s", is, was)
		}
	})
}

// read is what pages, versions and captures say, in short.
func read(t *rapid.T, a *archive.Archive) string {
	var w bytes.Buffer
	v, err := a.View(ctx, archivetest.Site)
	if err != nil {
		t.Fatal(err)
	}
	err = v.AllPages(ctx, func(p archive.PageInfo) error {
		list, err := v.Versions(ctx, p.Page)
		fmt.Fprintf(&w, "%+v %+v\n", p, list)
		return err
	})
	if err == nil {
		err = v.All(ctx, func(c capture.Capture) error {
			body, err := v.Body(ctx, c.Number)
			fmt.Fprintf(&w, "%+v %s\n", c, body)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return w.String()
}

// TestBackupOntoAFullDisk: it says so, what was copied is whole, and the next one
// goes on.
func TestBackupOntoAFullDisk(t *testing.T) {
	a := archivetest.Fresh(t)
	for i := range 120 {
		archivetest.Commit(t, a, archivetest.Noise(fmt.Sprint(1000+i), 8000))
	}
	out := t.TempDir()
	a.Newspaper(archivetest.Site).File.Folder.MaxSize = 512 << 10 // of each file, the backup's too
	if _, err := backup.Run(ctx, a, archivetest.Site, out, nil); !errors.Is(err, archive.ErrFull) {
		t.Fatalf("no room: %v", err)
	}
	a.Newspaper(archivetest.Site).File.Folder.MaxSize = 0
	to := archivetest.OpenAt(t, out)
	archivetest.Sound(t, to)
	before := archivetest.StateOf(t, to).Last
	if r := archivetest.BackUp(t, a, out); r.Captures != 120-int(before) {
		t.Errorf("%d were there, then %+v", before, r)
	}
	archivetest.Sound(t, to)
	sameRecords(t, a, to)
}

// TestBackupOfADamagedFile: what cannot be read is not passed over in silence.
func TestBackupOfADamagedFile(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Varied(t, a)
	archivetest.Spoil(t, a, schema.BucketBodies, schema.NumberKey(20))
	if _, err := backup.Run(ctx, a, archivetest.Site, t.TempDir(), nil); !errors.Is(err, archive.ErrCorrupt) {
		t.Errorf("%v", err)
	}
}
