package archive_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// listed is an article's entry, first listed at a minute.
func listed(id string, minute int, gap string) capture.Entry {
	e := capture.Entry{
		Page: id, URL: "https://dantri.com.vn/the-gioi/bai-" + id + ".htm", Kind: sites.Article, Class: capture.Fresh,
		Due: archivetest.At(minute), Listed: archivetest.At(minute), ListedBy: "https://dantri.com.vn/", Gap: gap,
	}
	if gap != "" {
		e.Fetched, e.Tries = archivetest.At(minute+1), 1
	}
	return e
}

func TestLedger(t *testing.T) {
	ctx := context.Background()
	a := archivetest.Fresh(t)
	const next = 24 * 60 // the day after, in minutes; midnight +07:00 is 17:00 UTC
	entries := []capture.Entry{
		listed("1", 0, ""), listed("2", 0, ""), listed("3", 1, "gone"), listed("4", 2, "timeout"), listed("5", 3, "timeout"),
		listed("6", 4, ""), listed("7", 17*60-1, ""), listed("8", 17*60, "robots"), listed("9", 3*next, ""),
	}
	entries = append(entries, capture.Entry{Page: "list", URL: "https://dantri.com.vn/", Kind: sites.List, Class: capture.Listing, Listed: archivetest.At(0)})
	if _, err := a.Discover(ctx, archivetest.Site, entries); err != nil {
		t.Fatal(err)
	}
	kept := []capture.Kept{
		archivetest.Page("1", "Một\nThân bài.", 1),
		archivetest.Page("2", "Hai\nThân bài.", 1), archivetest.Page("2", "Hai\nThân bài đã sửa.", 5), archivetest.Status("2", capture.Gone, 404, 9),
		archivetest.Status("3", capture.Gone, 404, 2), archivetest.Status("4", capture.Broken, 500, 3),
		archivetest.Page("6", "list", 5),
	}
	run := func(minute int, end string) {
		t.Helper()
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: kept, Run: &capture.Run{Started: archivetest.At(minute), End: end}}); err != nil {
			t.Fatal(err)
		}
	}
	run(0, "done")
	run(30, "blocked")
	run(next, "")

	got, err := archivetest.View(t, a).Ledger(ctx, archivetest.At(0), archivetest.At(4*next))
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return time.Date(2024, 3, n, 0, 0, 0, 0, sites.Zone) }
	url := func(id string) string { return listed(id, 0, "").URL }
	want := []archive.LedgerDay{
		{
			Day: day(1), Listed: 7, Fetched: 6, Kept: 5, Cleaned: 2, Changed: 1, Gone: 2, Missed: 1,
			Gaps: []archive.LedgerGap{
				{"timeout", 2, []string{url("4"), url("5")}},
				{"no article in it", 1, []string{url("6")}},
				{archive.WaitingGap, 1, []string{url("7")}},
			},
			Runs: 2, Blind: 1, Seers: 1, Ended: map[string]int{"blocked": 1},
		},
		{Day: day(2), Listed: 1, Fetched: 1, Gaps: []archive.LedgerGap{{"robots", 1, []string{url("8")}}}, Runs: 1, Seers: 1, Ended: map[string]int{"unfinished": 1}},
		{Day: day(3)},
		{Day: day(4), Listed: 1, Gaps: []archive.LedgerGap{{archive.WaitingGap, 1, []string{url("9")}}}},
		{Day: day(5)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if share, ok := got[0].Complete(); !ok || share != 2.0/6 {
		t.Errorf("complete: %v %v", share, ok)
	}
	if _, ok := got[2].Complete(); ok {
		t.Error("a share of nothing")
	}
	var sum archive.LedgerDay
	for _, d := range got {
		sum.Add(d)
	}
	if sum.Listed != 9 || sum.Cleaned+sum.Missed+gapsOf(sum) != sum.Listed {
		t.Errorf("the sum does not add up: %+v", sum)
	}
	one, err := archivetest.View(t, a).Ledger(ctx, day(2), day(3))
	if err != nil || len(one) != 1 || !one[0].Day.Equal(day(2)) {
		t.Errorf("one day: %+v, %v", one, err)
	}
	none, err := archivetest.View(t, a).Ledger(ctx, day(1).AddDate(-1, 0, 0), day(1))
	if err != nil || len(none) != 0 {
		t.Errorf("before anything was listed: %+v, %v", none, err)
	}
}

func gapsOf(d archive.LedgerDay) int {
	n := 0
	for _, g := range d.Gaps {
		n += g.Count
	}
	return n
}

// Whatever comes, each listed page stands in one row: that of the day on which it
// was first listed, and there in one of cleaned, missed and the gaps.
func TestLedgerHoldsEveryListedPageOnce(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		a, err := archive.Create(dir)
		if err != nil {
			t.Fatal(err)
		}
		archivetest.Plain(a)
		first := map[string]time.Time{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			id := fmt.Sprint(rapid.IntRange(1, 6).Draw(t, "id"))
			minute := rapid.IntRange(0, 3*24*60).Draw(t, "minute")
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				_, err = a.Discover(ctx, archivetest.Site, []capture.Entry{listed(id, minute, "")})
				if _, ok := first[id]; !ok {
					first[id] = midnight(archivetest.At(minute))
				}
			case 1:
				_, err = a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page(id, rapid.SampledFrom([]string{"A\nb", "A\nc", "list"}).Draw(t, "text"), minute)}})
			case 2:
				state := rapid.SampledFrom([]capture.State{capture.Gone, capture.Broken, capture.Moved, capture.Blocked}).Draw(t, "state")
				_, err = a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Status(id, state, 0, minute)}})
			case 3:
				e := listed(id, minute, rapid.SampledFrom([]string{"", "timeout", "robots"}).Draw(t, "gap"))
				if _, ok := first[id]; !ok {
					first[id] = midnight(archivetest.At(minute))
				}
				e.Listed = first[id]
				_, err = a.Commit(ctx, archivetest.Site, capture.Batch{Entries: []capture.Entry{e}})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		v, err := a.View(ctx, archivetest.Site)
		if err != nil {
			t.Fatal(err)
		}
		days, err := v.Ledger(ctx, archivetest.At(0), archivetest.At(5*24*60))
		if err != nil {
			t.Fatal(err)
		}
		want := map[time.Time]int{}
		for _, day := range first {
			want[day]++
		}
		got := map[time.Time]int{}
		for _, d := range days {
			if d.Cleaned+d.Missed+gapsOf(d) != d.Listed || d.Missed > d.Gone || d.Changed > d.Cleaned || d.Kept > d.Fetched || d.Fetched > d.Listed {
				t.Errorf("does not add up: %+v", d)
			}
			if d.Listed > 0 {
				got[d.Day] = d.Listed
			}
		}
		if !maps.Equal(want, got) {
			t.Errorf("listed %v, in the ledger %v (%v)", want, got, slices.Collect(maps.Keys(first)))
		}
	})
}

// A day on which runs could not see what was new is never whole.
func TestCompleteWhereRunsWereBlind(t *testing.T) {
	for _, tt := range []struct {
		day   archive.LedgerDay
		share float64
		ok    bool
	}{
		{archive.LedgerDay{Listed: 4, Cleaned: 4, Seers: 3}, 1, true},
		{archive.LedgerDay{Listed: 4, Cleaned: 4}, 1, true}, // of an import, or of an older archive
		{archive.LedgerDay{Listed: 4, Cleaned: 4, Seers: 3, Blind: 1}, 0.9999, true},
		{archive.LedgerDay{Listed: 4, Cleaned: 2, Seers: 3, Blind: 1}, 0.5, true},
		{archive.LedgerDay{Listed: 4, Cleaned: 4, Blind: 3}, 0, false},
		{archive.LedgerDay{Seers: 3}, 0, false},
	} {
		if share, ok := tt.day.Complete(); share != tt.share || ok != tt.ok {
			t.Errorf("%+v: %v, %v", tt.day, share, ok)
		}
		var sum archive.LedgerDay
		sum.Add(archive.LedgerDay{Listed: 1, Cleaned: 1, Seers: 1})
		sum.Add(tt.day)
		if share, ok := sum.Complete(); !ok || tt.day.Blind > 0 && share == 1 {
			t.Errorf("%+v, summed up: %v, %v", tt.day, share, ok)
		}
	}
}

// midnight begins a moment's day in Vietnam.
func midnight(t time.Time) time.Time {
	return t.In(sites.Zone).Add(7 * time.Hour).Truncate(24 * time.Hour).Add(-7 * time.Hour)
}
