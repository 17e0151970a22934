package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// told is a list, an entry a line.
func told(t *testing.T) func(l catalog.List, err error) string {
	return func(l catalog.List, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, e := range l.Entries {
			fmt.Fprintf(&b, "%s %s/%s", e.Time.Format("15:04"), e.Site, e.Page)
			if e.Kind != 0 {
				fmt.Fprintf(&b, " %s %d..%d", e.Kind, e.From, e.To)
			}
			if e.Back {
				b.WriteString(" (had been gone)")
			}
			fmt.Fprintf(&b, " [%s, %d]\n", e.State, e.Versions)
		}
		return b.String()
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimPrefix(want, "\n"), "\t", ""); got != want {
		t.Errorf("%s:\n%swant:\n%s", what, got, want)
	}
}

// filled is an archive with a page of each kind of change.
func filled(t *testing.T) *archive.Archive {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a,
		archivetest.Page("1001", "Một tin\nCâu một.", 0),
		archivetest.Page("1002", "Hai tin\nCâu hai.", 1),
		archivetest.Page("1003", "list", 2),
		archivetest.Page("1001", "Một tin\nCâu một, đã sửa.", 10),
		archivetest.Status("1001", capture.Gone, 404, 20),
		archivetest.Status("1002", capture.Gone, 410, 21),
		archivetest.Page("1001", "Một tin\nCâu một, đã sửa.", 30),
		archivetest.Page("1002", "Hai tin\nCâu hai nói khác hẳn.", 31),
		archivetest.Status("1002", capture.Gone, 410, 41),
	)
	return a
}

func TestListsAndCounts(t *testing.T) {
	a, ctx := filled(t), context.Background()
	c := catalog.New(a)
	if err := c.Update(ctx); err != nil {
		t.Fatal(err)
	}
	list := told(t)
	same(t, "new", list(c.New(catalog.Filter{}, "", 10)), `
		07:01 dantri/1002 [gone, 4]
		07:00 dantri/1001 [live, 4]
	`)
	same(t, "changes", list(c.Changes(catalog.Filter{}, "", 10)), `
		07:41 dantri/1002 gone 3..4 [gone, 4]
		07:31 dantri/1002 unsure 1..3 (had been gone) [gone, 4]
		07:30 dantri/1001 back 2..4 (had been gone) [live, 4]
		07:21 dantri/1002 gone 1..2 [gone, 4]
		07:20 dantri/1001 gone 2..3 [live, 4]
		07:10 dantri/1001 edit 1..2 [live, 4]
	`)
	same(t, "what came back, oldest first", list(c.Changes(catalog.Filter{Kinds: []catalog.Kind{catalog.Back}, Oldest: true}, "", 10)), `
		07:30 dantri/1001 back 2..4 (had been gone) [live, 4]
		07:31 dantri/1002 unsure 1..3 (had been gone) [gone, 4]
	`)
	same(t, "a quarter of an hour of pages that are live", list(c.Changes(catalog.Filter{
		States: []capture.State{capture.Live}, From: archivetest.At(10), To: archivetest.At(30),
	}, "", 10)), `
		07:20 dantri/1001 gone 2..3 [live, 4]
		07:10 dantri/1001 edit 1..2 [live, 4]
	`)
	same(t, "another newspaper", list(c.Changes(catalog.Filter{Sites: []string{"vov"}}, "", 10)), "")
	same(t, "a day", list(c.Day(time.Date(2024, 2, 29, 5, 0, 0, 0, sites.Zone), catalog.Filter{}, "", 10)), `
		23:30 dantri/1001 [live, 4]
		23:30 dantri/1002 [gone, 4]
	`)
	days := fmt.Sprint(c.Days(time.Time{}, time.Time{}))
	if want := "[{2024-02-29 00:00:00 +0700 +07 2 map[]} {2024-03-01 00:00:00 +0700 +07 0 map[edit:1 unsure:1 gone:3 back:1]}]"; days != want {
		t.Errorf("days: %s, want %s", days, want)
	}
	total := c.Totals()
	if total.Pages != 2 || total.States[capture.Gone] != 1 || total.Changes[catalog.Gone] != 3 || !total.Changed.Equal(archivetest.At(41)) || !total.Arrived.Equal(archivetest.At(1)) {
		t.Errorf("totals: %+v", total)
	}
	if s := c.Status(); len(s) != 1 || !s[0].Ready || s[0].Err != nil || s[0].At.IsZero() {
		t.Errorf("status: %+v", s)
	}
}

// What is stored, edited and forgotten since is seen after an update, and not before.
func TestUpdateFollows(t *testing.T) {
	a, ctx := filled(t), context.Background()
	c := catalog.New(a)
	if err := c.Update(ctx); err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, a, archivetest.Page("1001", "Một tin\nCâu một, sửa lần nữa.", 50), archivetest.Page("1004", "Bốn tin\nCâu bốn.", 51))
	archivetest.ForgetPage(t, a, "1002")
	if n := c.Totals().Pages; n != 2 {
		t.Fatalf("%d pages before the update", n)
	}
	if err := c.Update(ctx); err != nil {
		t.Fatal(err)
	}
	list := told(t)
	same(t, "new", list(c.New(catalog.Filter{}, "", 10)), `
		07:51 dantri/1004 [live, 1]
		07:00 dantri/1001 [live, 5]
	`)
	same(t, "changes", list(c.Changes(catalog.Filter{}, "", 2)), `
		07:50 dantri/1001 edit 4..5 [live, 5]
		07:30 dantri/1001 back 2..4 (had been gone) [live, 5]
	`)
	// Enough pages that the next ones are read one by one.
	for i := range 40 {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(3000+i), "Tin\nCâu.", 60+i))
	}
	if err := c.Update(ctx); err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, a, archivetest.Page("3003", "Tin\nCâu khác hẳn.", 200), archivetest.Page("muc", "list", 201))
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "3005", Of: "3006"}}}); err != nil {
		t.Fatal(err)
	}
	fresh := catalog.New(a)
	if err := errors.Join(c.Update(ctx), fresh.Update(ctx)); err != nil {
		t.Fatal(err)
	}
	if n := c.Totals().Pages; n != 41 {
		t.Errorf("%d pages, want 41: one was found to be another", n)
	}
	same(t, "changes kept current, against built anew", list(c.Changes(catalog.Filter{}, "", 99)), list(fresh.Changes(catalog.Filter{}, "", 99)))
	same(t, "pages kept current, against built anew", list(c.New(catalog.Filter{}, "", 99)), list(fresh.New(catalog.Filter{}, "", 99)))
}

// A newspaper that is damaged says so, and the others are there.
func TestDamagedNewspaperHidesNoOther(t *testing.T) {
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Plain(a)
	ctx := context.Background()
	archivetest.Commit(t, a, archivetest.Page("1001", "Một tin\nCâu.", 0), archivetest.Page("1002", "Hai tin\nCâu.", 1))
	other := archivetest.Page("2001", "Tin khác\nCâu.", 2)
	if _, err := a.Commit(ctx, "vov", capture.Batch{Kept: []capture.Kept{other}}); err != nil {
		t.Fatal(err)
	}
	archivetest.Spoil(t, a, schema.BucketPages, []byte("1002"))
	c := catalog.New(a)
	if err := c.Update(ctx); !errors.Is(err, archive.ErrCorrupt) {
		t.Errorf("error: %v", err)
	}
	same(t, "new", told(t)(c.New(catalog.Filter{}, "", 10)), `
		07:02 vov/2001 [live, 1]
	`)
	s := c.Status()
	if len(s) != 2 || s[0].Ready || !errors.Is(s[0].Err, archive.ErrCorrupt) || !s[1].Ready || s[1].Err != nil {
		t.Errorf("status: %+v", s)
	}
}

// Readers see whole states while the catalog is brought up to date.
func TestReadersAndUpdates(t *testing.T) {
	a, ctx := filled(t), context.Background()
	c := catalog.New(a)
	if err := c.Update(ctx); err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		work.Go(func() {
			for {
				l, err := c.New(catalog.Filter{}, "", 100)
				if err != nil || len(l.Entries) < 2 {
					t.Errorf("%d pages, %v", len(l.Entries), err)
				}
				c.Totals()
				c.Days(time.Time{}, time.Time{})
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 10 {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(2000+i), "Tin\nCâu.", 60+i))
		if err := c.Update(ctx); err != nil {
			t.Error(err)
		}
	}
	close(done)
	work.Wait()
	if n := c.Totals().Pages; n != 12 {
		t.Errorf("%d pages", n)
	}
}
