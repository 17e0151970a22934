package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// dump is every record of a newspaper that says something, in order. Left out is
// what is not the same in a backup: counters of room, and what packing chose by.
func dump(t testing.TB, a *Archive) map[schema.Bucket]map[string]string {
	t.Helper()
	all := map[schema.Bucket]map[string]string{}
	err := a.Newspaper(site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
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

func sameRecords(t testing.TB, a, b *Archive) {
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

func backUp(t testing.TB, a *Archive, dir string) BackupReport {
	t.Helper()
	report, err := BackupRun(ctx, a, site, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestBackup(t *testing.T) {
	a := fresh(t)
	bodies := varied(t, a)
	out := filepath.Join(t.TempDir(), "deep", "out")
	if r := backUp(t, a, out); r.Captures != len(bodies) || r.Last != uint64(len(bodies)) {
		t.Errorf("first: %+v", r)
	}
	to := openAt(t, out)
	sound(t, to)
	sameRecords(t, a, to)
	if r := backUp(t, a, out); r.Captures != 0 || r.Entries != 0 {
		t.Errorf("nothing new: %+v", r)
	}
	// What came since, an entry that went, a join and a re-clean come along.
	commit(t, a, page("1001", newsPage(99, 4), 300), page("77", newsPage(5, 4), -5), page("78", "B\nx", 301))
	if _, err := a.Commit(ctx, site, capture.Batch{Aliases: []capture.Alias{{Page: "77", Of: "1010"}, {Page: "1011", Of: "never seen"}}}); err != nil {
		t.Fatal(err)
	}
	if r := backUp(t, a, out); r.Captures != 3 {
		t.Errorf("second: %+v", r)
	}
	sameRecords(t, a, to)
	if _, err := RecleanRun(ctx, a, site, RecleanOptions{Accept: true, Force: true}); err != nil {
		t.Fatal(err)
	}
	commit(t, a, page("79", "C\nx", 302))
	backUp(t, a, out)
	sound(t, to)
	if v, w := stateOf(t, a), stateOf(t, to); v.Last != w.Last || v.Generation != w.Generation {
		t.Errorf("%+v, backup %+v", v, w)
	}
	if was, is := historyOf(t, a), historyOf(t, to); was != is {
		t.Errorf("the backup reads: %s", cmp.Diff(was, is))
	}
	list, err := a.Backups()
	if err != nil || len(list) != 1 || list[0].Path != out || list[0].Sites[site].Last != uint64(len(bodies)+4) || time.Since(list[0].Time) > time.Minute {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestBackupAfterForgetting: once something was forgotten, the file in the backup
// is made anew, and what stood in it is gone.
func TestBackupAfterForgetting(t *testing.T) {
	a := another(t)
	varied(t, a)
	out := t.TempDir()
	backUp(t, a, out)
	forgotten, err := ForgetRun(ctx, a, site, "1007", ForgetOptions{Reason: "a court said so", At: at(500), Accept: true})
	if err != nil {
		t.Fatal(err)
	}
	sound(t, a)
	r := backUp(t, a, out)
	to := openAt(t, out)
	sound(t, to)
	if !r.Renewed || r.Captures != 63-forgotten.Captures {
		t.Errorf("%+v", r)
	}
	sameRecords(t, a, to)
	if _, err := os.Stat(to.Newspaper(site).File.Path("renew")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the folder in which it was made is still there")
	}
	if r := backUp(t, a, out); r.Renewed {
		t.Errorf("renewed again: %+v", r)
	}
	// And a first backup of what was forgotten from.
	out = t.TempDir()
	backUp(t, a, out)
	sound(t, openAt(t, out))
	sameRecords(t, a, openAt(t, out))
}

// TestAliasesOfWhatIsForgotten: an address that turns out to be a forgotten page
// takes with it those that were found to be it, here and in the backup.
func TestAliasesOfWhatIsForgotten(t *testing.T) {
	a := fresh(t)
	join := func(page, of string, kept ...capture.Kept) []capture.Put {
		puts, err := a.Commit(ctx, site, capture.Batch{Aliases: []capture.Alias{{Page: page, Of: of}}, Kept: kept})
		if err != nil {
			t.Fatal(err)
		}
		return puts
	}
	commit(t, a, marked("100", newsPage(1, 6), 0), marked("200", newsPage(2, 6), 1))
	join("1", "2")
	join("2", "3")
	out := t.TempDir()
	forget(t, a, "100")
	backUp(t, a, out)
	puts := join("3", "100", page("1", newsPage(1, 6), 2), page("3", newsPage(1, 7), 3), page("200", newsPage(2, 7), 4))
	for i, want := range []bool{true, true, false} {
		if (puts[i].Forgotten != "") != want {
			t.Errorf("capture %d: %+v", i, puts[i])
		}
	}
	join("4", "1", page("4", newsPage(1, 6), 5)) // an alias of one that is gone
	backUp(t, a, out)
	to := openAt(t, out)
	for _, a := range []*Archive{a, to} {
		sound(t, a)
		for _, ref := range []string{"1", "2", "3", "4"} {
			if _, err := view(t, a).Page(ctx, ref); !errors.Is(err, ErrForgotten) {
				t.Errorf("%s: %v", ref, err)
			}
		}
	}
	sameRecords(t, a, to)
}

func TestBackupRefuses(t *testing.T) {
	a := fresh(t)
	commit(t, a, page("1", "A\nx", 0))
	photos := t.TempDir()
	if err := os.WriteFile(filepath.Join(photos, "a.jpg"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := fresh(t)
	commit(t, other, page("2", "B\nx", 0), page("3", "B\nx", 0))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(a.Dir(), link); err != nil {
		t.Skip(err)
	}
	for dir, want := range map[string]error{
		a.Dir():                          ErrInvalid,
		filepath.Join(a.Dir(), "out"):    ErrInvalid,
		filepath.Join(link, "out", "x"):  ErrInvalid,
		photos:                           ErrNoArchive,
		filepath.Join(photos, "a.jpg"):   ErrNoArchive,
		other.Dir():                      ErrNotBackup,
		filepath.Join(photos, "\x00bad"): nil,
	} {
		_, err := BackupRun(ctx, a, site, dir, nil)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", dir, err, want)
		}
	}
	if _, err := BackupRun(ctx, a, "vov", t.TempDir(), nil); !errors.Is(err, ErrNoNewspaper) {
		t.Errorf("a newspaper that is not there: %v", err)
	}
	out := t.TempDir()
	release, err := func() (func() error, error) { backUp(t, a, out); return openAt(t, out).Lock(site, "crawl") }()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := BackupRun(ctx, a, site, out, nil); !errors.Is(err, ErrInUse) {
		t.Errorf("a backup in use: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	// Crawled into, it is no backup any more.
	commit(t, openAt(t, out), page("9", "Z\nx", 0))
	commit(t, a, page("2", "A\nx", 1), page("3", "A\nx", 1))
	if _, err := BackupRun(ctx, a, site, out, nil); !errors.Is(err, ErrNotBackup) {
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
		a, err := Create(filepath.Join(dir, "a"))
		if err != nil {
			t.Fatal(err)
		}
		plain(a)
		out := filepath.Join(dir, "out")
		n := 0
		for range rapid.IntRange(1, 2).Draw(t, "rounds") {
			var kept []capture.Kept
			for range rapid.IntRange(1, 6).Draw(t, "captures") {
				n++
				text := rapid.SampledFrom([]string{"A\nx\n", "A\nx\n#1", "B\ny\n", "list"}).Draw(t, "text")
				kept = append(kept, page(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "page"), text, rapid.IntRange(0, 9).Draw(t, "minute")))
			}
			b := capture.Batch{Kept: kept}
			if rapid.Bool().Draw(t, "join") {
				b.Aliases = []capture.Alias{{Page: "2", Of: "3"}}
			}
			if rapid.Bool().Draw(t, "entry") {
				b.Entries = []capture.Entry{{Page: "1", URL: kept[0].URL, Class: capture.Again, Due: at(n)}}
			}
			if _, err := a.Commit(context.Background(), site, b); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "reclean") {
				if _, err := RecleanRun(ctx, a, site, RecleanOptions{Accept: true, Force: true}); err != nil {
					t.Fatal(err)
				}
			}
			stop := &counted{Context: ctx, Left: rapid.IntRange(0, 60).Draw(t, "stop")}
			if _, err := BackupRun(stop, a, site, out, nil); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if to, err := Open(out); err == nil {
				plain(to)
				sound(t, to)
			}
		}
		if _, err := BackupRun(ctx, a, site, out, nil); err != nil {
			t.Fatal(err)
		}
		to, err := Open(out)
		if err != nil {
			t.Fatal(err)
		}
		plain(to)
		sound(t, to)
		if is, was := read(t, to), read(t, a); is != was {
			t.Fatalf("the backup reads\n%s\nwas\n%s", is, was)
		}
	})
}

// read is what pages, versions and captures say, in short.
func read(t *rapid.T, a *Archive) string {
	var w bytes.Buffer
	v, err := a.View(ctx, site)
	if err != nil {
		t.Fatal(err)
	}
	err = v.AllPages(ctx, func(p PageInfo) error {
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
	a := fresh(t)
	for i := range 120 {
		commit(t, a, noise(fmt.Sprint(1000+i), 8000))
	}
	out := t.TempDir()
	a.Newspaper(site).File.Folder.MaxSize = 512 << 10 // of each file, the backup's too
	if _, err := BackupRun(ctx, a, site, out, nil); !errors.Is(err, ErrFull) {
		t.Fatalf("no room: %v", err)
	}
	a.Newspaper(site).File.Folder.MaxSize = 0
	to := openAt(t, out)
	sound(t, to)
	before := stateOf(t, to).Last
	if r := backUp(t, a, out); r.Captures != 120-int(before) {
		t.Errorf("%d were there, then %+v", before, r)
	}
	sound(t, to)
	sameRecords(t, a, to)
}

// TestBackupOfADamagedFile: what cannot be read is not passed over in silence.
func TestBackupOfADamagedFile(t *testing.T) {
	a := another(t)
	varied(t, a)
	spoil(t, a, schema.BucketBodies, schema.NumberKey(20))
	if _, err := BackupRun(ctx, a, site, t.TempDir(), nil); !errors.Is(err, ErrCorrupt) {
		t.Errorf("%v", err)
	}
}
