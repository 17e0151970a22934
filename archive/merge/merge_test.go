package merge_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/merge"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var ctx = context.Background()

func TestMerge(t *testing.T) {
	a, from := archivetest.Fresh(t), archivetest.Fresh(t)
	bodies := archivetest.Varied(t, from)
	if r := archivetest.MergeInto(t, a, from); r.Added != len(bodies) || r.Joined != 1 || r.Entries == 0 || r.Runs != 6 || r.Captures != r.Of {
		t.Errorf("into an empty archive: %+v", r)
	}
	if was, is := archivetest.HistoryOf(t, from), archivetest.HistoryOf(t, a); was != is {
		t.Errorf("merged: %s", cmp.Diff(was, is))
	}
	before := archivetest.ReadFile(t, a)
	if r := archivetest.MergeInto(t, a, from); r.Added+r.Entries+r.Runs+r.Joined != 0 || r.Known != len(bodies) {
		t.Errorf("once more: %+v", r)
	}
	if string(before) != string(archivetest.ReadFile(t, a)) {
		t.Error("a second merge changed the file")
	}
	if _, err := merge.Run(ctx, a, archivetest.Site, a, merge.Options{}); !errors.Is(err, archive.ErrInvalid) {
		t.Errorf("into itself: %v", err)
	}
	if _, err := merge.Run(ctx, a, "vov", from, merge.Options{}); !errors.Is(err, archive.ErrNoNewspaper) {
		t.Errorf("a newspaper that is not there: %v", err)
	}
}

// TestMergeEntries: of two who know an address, the one that asked last is
// believed, and what it says is made to fit.
func TestMergeEntries(t *testing.T) {
	a, from := archivetest.Fresh(t), archivetest.Fresh(t)
	entry := func(of *archive.Archive, id string, fetched int, tag string, kept ...capture.Kept) {
		e := capture.Entry{Page: id, URL: "https://dantri.com.vn/x-" + id + ".htm", Class: capture.Again, Due: archivetest.At(fetched + 60), Fetched: archivetest.At(fetched), ETag: tag, Listed: archivetest.At(fetched - 5)}
		if _, err := of.Commit(ctx, archivetest.Site, capture.Batch{Kept: kept, Entries: []capture.Entry{e}}); err != nil {
			t.Fatal(err)
		}
	}
	entry(a, "1", 50, "here", archivetest.Page("1", "A\nx", 50))
	entry(from, "1", 20, "there", archivetest.Page("1", "A\ny", 20))
	entry(a, "2", 10, "here", archivetest.Page("2", "B\nx", 10))
	entry(from, "2", 20, "there", archivetest.Page("9", "filler", 1), archivetest.Page("2", "B\ny", 20))
	entry(from, "3", 20, "there", archivetest.Page("3", "C\ny", 20))
	entry(a, "4", 20, "here", archivetest.Page("4", "D\nx", 90)) // imported since
	entry(from, "4", 30, "there", archivetest.Page("4", "D\ny", 30))
	archivetest.MergeInto(t, a, from)
	for id, want := range map[string]string{"1": "here", "2": "there", "3": "there", "4": ""} {
		e, ok, err := a.Entry(ctx, archivetest.Site, id)
		if err != nil || !ok || e.ETag != want {
			t.Errorf("page %s: %+v, %v", id, e, err)
		}
		c, err := archivetest.View(t, a).Capture(ctx, e.Capture)
		if err != nil || c.Page != id {
			t.Errorf("page %s: its capture %d is of %s, %v", id, e.Capture, c.Page, err)
		}
	}
}

// TestMergeStopped: stopped at any moment, merge goes on and ends the same.
func TestMergeStopped(t *testing.T) {
	from := archivetest.Fresh(t)
	archivetest.Varied(t, from)
	a := archivetest.Fresh(t)
	further := 2
	if testing.Short() {
		further = 16
	}
	for stop := 1; ; stop *= further {
		if _, err := merge.Run(&archivetest.Counted{Context: ctx, Left: stop}, a, archivetest.Site, from, merge.Options{}); err == nil {
			break
		} else if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if was, is := archivetest.HistoryOf(t, from), archivetest.HistoryOf(t, a); was != is {
		t.Errorf("merged: %s", cmp.Diff(was, is))
	}
}

// TestMergeIsAsIfCapturedHere: captures that came to two archives read, merged, as
// if they had come to one, whichever is merged into which, and revisits point to
// what has their bytes.
func TestMergeIsAsIfCapturedHere(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		var archives []*archive.Archive
		for _, name := range []string{"one", "two", "all"} {
			a, err := archive.Create(dir + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			archivetest.Plain(a)
			archives = append(archives, a)
		}
		var kept [3][]capture.Kept // one, two, all
		for i := range rapid.IntRange(1, 12).Draw(t, "captures") {
			text := rapid.SampledFrom([]string{"A\nx\n", "A\nx\n#1", "B\ny\n", "list"}).Draw(t, "text")
			k := archivetest.Page(rapid.SampledFrom([]string{"1", "2"}).Draw(t, "page"), text, i)
			if rapid.IntRange(0, 4).Draw(t, "gone") == 0 {
				k = archivetest.Status(k.Page, capture.Gone, 404, i)
			}
			to := rapid.IntRange(0, 1).Draw(t, "to")
			kept[to], kept[2] = append(kept[to], k), append(kept[2], k)
		}
		for i, a := range archives {
			if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: kept[i]}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := merge.Run(ctx, archives[0], archivetest.Site, archives[1], merge.Options{}); err != nil {
			t.Fatal(err)
		}
		archivetest.Sound(t, archives[0])
		if is, was := told(t, archives[0]), told(t, archives[2]); is != was {
			t.Fatalf("merged:\n%s\nall in one:\n%s", is, was)
		}
	})
}

// told is what pages and versions say without numbers.
func told(t *rapid.T, a *archive.Archive) string {
	var w strings.Builder
	v, err := a.View(ctx, archivetest.Site)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.AllPages(ctx, func(p archive.PageInfo) error {
		list, err := v.Versions(ctx, p.Page)
		fmt.Fprintf(&w, "%+v\n", p)
		for _, o := range list {
			fmt.Fprintf(&w, "  %d %s %s %s %v\n", o.Number, o.State, o.Captured, o.LastSeen, o.Changed)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

// TestMergeOfADamagedArchive: what is damaged there is reported, the rest comes.
func TestMergeOfADamagedArchive(t *testing.T) {
	from, a := archivetest.Another(t), archivetest.Fresh(t)
	bodies := archivetest.Varied(t, from)
	archivetest.Spoil(t, from, schema.BucketBodies, schema.NumberKey(60))
	hurt := 0
	r, err := merge.Run(ctx, a, archivetest.Site, from, merge.Options{Damaged: func(uint64, error) { hurt++ }})
	if err != nil || hurt == 0 || r.Unreadable != hurt || r.Added != len(bodies)-hurt {
		t.Errorf("%+v, %d hurt, %v", r, hurt, err)
	}
}
