package catalog

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
)

// pageOf makes a page with its versions, one a minute.
func pageOf(key string, first, published int, causes []compare.Cause) history {
	at := func(minute int) time.Time { return time.UnixMilli(1_700_000_000_000 + int64(minute)*60_000) }
	p := archive.PageInfo{ID: key, Page: key, State: capture.Live}
	if published > 0 {
		p.Published = at(published)
	}
	list := []archive.Version{{Number: 1, State: capture.Live, Captured: at(first)}}
	for i, cause := range causes {
		v := archive.Version{Number: i + 2, State: capture.Live, Captured: at(first + i + 1), Cause: cause}
		if cause == archive.ChangedState && list[i].State == capture.Live {
			v.State = capture.Gone
		}
		list = append(list, v)
	}
	h, _ := historyOf(p, list)
	return h
}

var drawCauses = rapid.SliceOfN(rapid.SampledFrom([]compare.Cause{compare.Edited, compare.Doubtful, archive.ChangedState}), 0, 4)

func drawPages(t *rapid.T, label string) map[string]history {
	pages := map[string]history{}
	for _, n := range rapid.SliceOfN(rapid.IntRange(0, 30), 0, 12).Draw(t, label) {
		key := fmt.Sprint(n)
		pages[key] = pageOf(key, rapid.IntRange(0, 5).Draw(t, "first"), rapid.IntRange(0, 5).Draw(t, "published"), drawCauses.Draw(t, "causes"))
	}
	return pages
}

func partOf(pages map[string]history) *part {
	var all []history
	for _, h := range pages {
		all = append(all, h)
	}
	return new(part).with(nil, all)
}

// Lists in pages of any size, from either end, are what a plain sort and filter gives.
func TestListsAreSortedAndWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(nil)
		for _, site := range []string{"a", "b", "c"} {
			c.newspaper(site).now.Store(partOf(drawPages(t, site)))
		}
		f := Filter{
			Sites:  rapid.SampledFrom([][]string{nil, {"b"}, {"a", "c"}}).Draw(t, "sites"),
			Kinds:  rapid.SampledFrom([][]Kind{nil, {Edit}, {Gone, Back}, {Unsure}}).Draw(t, "kinds"),
			Oldest: rapid.Bool().Draw(t, "oldest"),
		}
		if rapid.Bool().Draw(t, "bounded") {
			f.From = moment(1_700_000_000_000 + rapid.Int64Range(0, 4).Draw(t, "from")*60_000)
			f.To = f.From.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "minutes")) * time.Minute)
		}
		lists := map[string]func(Filter, string, int) (List, error){"new": c.New, "changes": c.Changes, "published": c.Published}
		for name, list := range lists {
			whole, err := list(f, "", MostListed)
			if err != nil || whole.Next != "" {
				t.Fatal(err, whole.Next)
			}
			if diff := gocmp.Diff(plainly(c, name, f), whole.Entries); diff != "" {
				t.Fatalf("%s, plainly (-) and by the catalog (+):\n%s", name, diff)
			}
			var parts []Entry
			for cursor, more := "", true; more; {
				l, err := list(f, cursor, rapid.IntRange(1, 5).Draw(t, "limit"))
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, l.Entries...)
				cursor, more = l.Next, l.Next != ""
			}
			if diff := gocmp.Diff(whole.Entries, parts); diff != "" {
				t.Fatalf("%s, whole (-) and in pages (+):\n%s", name, diff)
			}
		}
	})
}

func plainly(c *Catalog, name string, f Filter) (all []Entry) {
	for _, p := range c.chosen(f.Sites) {
		now := p.now.Load()
		var rows []row
		switch name {
		case "changes":
			for i := range now.changes {
				rows = append(rows, row{now.changes[i].at, now.changes[i].page, &now.changes[i]})
			}
		default:
			for _, q := range now.pages {
				at := q.first
				if name == "published" {
					at = q.moment
				}
				rows = append(rows, row{at, q, nil})
			}
		}
		for _, x := range rows {
			if !f.chooses(x) || !f.From.IsZero() && x.at < f.From.UnixMilli() || !f.To.IsZero() && x.at >= f.To.UnixMilli() {
				continue
			}
			all = append(all, x.entry(p.site))
		}
	}
	slices.SortFunc(all, func(a, b Entry) int {
		return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Page, b.Page), cmp.Compare(b.To, a.To))
	})
	if f.Oldest {
		slices.Reverse(all)
	}
	return all
}

// A part that takes in what changed is the one that is built of all pages at once.
func TestPartWithChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, now := drawPages(t, "old"), drawPages(t, "now")
		var touched []string
		var came []history
		after := map[string]history{}
		for key, h := range old {
			after[key] = h
		}
		for _, key := range rapid.SliceOfN(rapid.IntRange(0, 30), 0, 6).Draw(t, "gone") {
			touched = append(touched, fmt.Sprint(key))
			delete(after, fmt.Sprint(key))
		}
		for key, h := range now {
			touched, after[key] = append(touched, key), h
			came = append(came, h)
		}
		one, all := partOf(old).with(touched, came), partOf(after)
		if diff := gocmp.Diff(all, one, gocmp.AllowUnexported(part{}, page{}, change{})); diff != "" {
			t.Fatalf("at once (-) and bit by bit (+):\n%s", diff)
		}
	})
}

func FuzzReadCursor(f *testing.F) {
	f.Add(position{1, "dantri", "20221224083224103", 3}.String())
	f.Add(position{-5, "vov", "vn,vov)/xa-hoi bai", 0}.String())
	f.Add("MSAxIGE")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := readCursor(text)
		if err != nil {
			if p != (position{}) {
				t.Errorf("%+v beside %v", p, err)
			}
			return
		}
		if p.String() != text {
			t.Errorf("%q reads as %+v, which is %q", text, p, p)
		}
	})
}

// A page and a change take no more memory than is promised.
func TestMemory(t *testing.T) {
	const pages = 20_000
	perPage := memoryOf(func() *part { return madeUp(pages, 0) }) / pages
	perChange := (memoryOf(func() *part { return madeUp(pages, 4) }) - perPage*pages) / (4 * pages)
	t.Logf("%d bytes a page, %d a change", perPage, perChange)
	if perPage > 120 || perChange > 40 {
		t.Errorf("%d bytes a page, %d a change: more than 120 and 40", perPage, perChange)
	}
}

func madeUp(pages, changes int) *part {
	causes := slices.Repeat([]compare.Cause{compare.Edited}, changes)
	var all []history
	for i := range pages {
		all = append(all, pageOf(fmt.Sprintf("2022122408322%06d", i), i, i, causes))
	}
	return new(part).with(nil, all)
}

func memoryOf(build func() *part) int {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	p := build()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(p)
	return int(after.HeapAlloc) - int(before.HeapAlloc)
}

func BenchmarkQueries(b *testing.B) {
	c := New(nil)
	c.newspaper("dantri").now.Store(madeUp(100_000, 1))
	b.Run("changes", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Changes(Filter{}, "", 50)
		}
	})
	b.Run("rare", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Changes(Filter{Kinds: []Kind{Gone}}, "", 50)
		}
	})
	b.Run("days", func(b *testing.B) {
		for b.Loop() {
			c.Days(time.Time{}, time.Time{})
		}
	})
	b.Run("update", func(b *testing.B) {
		p := c.newspaper("dantri").now.Load()
		h := pageOf("20221224083229", 5, 5, nil)
		for b.Loop() {
			p.with([]string{h.page.key}, []history{h})
		}
	})
}

// BenchmarkBuild reads the archive at BAOLUU_BIG.
func BenchmarkBuild(b *testing.B) {
	dir := os.Getenv("BAOLUU_BIG")
	if dir == "" {
		b.Skip("BAOLUU_BIG names no archive")
	}
	a, err := archive.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c := New(a)
		if err := c.Update(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(c.Totals().Pages), "pages")
	}
}
