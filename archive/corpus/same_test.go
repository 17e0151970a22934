package corpus_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/internal/archivetest"
	"baoluu/cleaner"
	"baoluu/sites"
)

// Archives end in fsync: some of them will do. More: go test ./archive/corpus -rapid.checks 1000
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "10"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// drawnCaptures are captures of a few pages: the same and other texts, at several addresses, pages
// that are gone. No two are at one moment.
func drawnCaptures(t *rapid.T) (list []capture.Kept) {
	n := rapid.IntRange(1, 8).Draw(t, "captures")
	for i := range n {
		id, minute := fmt.Sprint(rapid.IntRange(1, 3).Draw(t, "page")), 10*i
		text := rapid.SampledFrom([]string{"Cầu mới\nCầu thông xe.", "Cầu mới\nCầu thông xe sáng nay.", "Cầu mới\nCầu chưa thông xe.", "list\n", "gone"}).Draw(t, "text")
		k := archivetest.Status(id, capture.Gone, 404, minute)
		if text != "gone" {
			k = archivetest.Page(id, text, minute)
		}
		if rapid.Bool().Draw(t, "another address") {
			k.URL = "http://m.dantri.com.vn/the-gioi/bai-" + id + ".htm"
			if k.Article != nil {
				k.Article.URL = k.URL
			}
		}
		list = append(list, k)
	}
	return list
}

// of makes an archive of captures.
func of(t *testing.T, rt *rapid.T, list []capture.Kept) *archive.Archive {
	a := archivetest.Fresh(t)
	for chunk := range slices.Chunk(list, rapid.IntRange(1, 4).Draw(rt, "in a batch")) {
		archivetest.Commit(t, a, chunk...)
	}
	return a
}

func chosen(t *testing.T, a *archive.Archive, want corpus.Selection) (list []corpus.Record) {
	t.Helper()
	_, err := corpus.Choose(context.Background(), archivetest.View(t, a), archivetest.Site, want, func(r corpus.Record) error {
		list = append(list, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// In whatever order the same captures were stored, the records are the same; and each of them
// can be made again in an archive that has others besides, as it is stored there or anew.
func TestSameRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		captures := drawnCaptures(rt)
		want := corpus.Selection{Versions: rapid.SampledFrom([]corpus.Versions{corpus.Latest, corpus.First, corpus.All}).Draw(rt, "versions")}
		records := chosen(t, of(t, rt, captures), want)
		other := of(t, rt, rapid.Permutation(captures).Draw(rt, "order"))
		if diff := cmp.Diff(records, chosen(t, other, want), cmpopts.IgnoreUnexported(corpus.Record{})); diff != "" {
			rt.Fatal(diff)
		}
		more := captures
		for _, k := range drawnCaptures(rt) {
			k.Time = k.Time.Add(-5 * 60e9) // between them, and before all
			more = append(more, k)
		}
		grown := of(t, rt, rapid.Permutation(more).Draw(rt, "order of all"))
		view := archivetest.View(t, grown)
		for _, r := range records {
			got, lack, err := corpus.Rebuild(context.Background(), grown, view, r.Chosen)
			if err != nil || lack != nil {
				rt.Fatal(lack, err)
			}
			if diff := cmp.Diff(r, got, cmpopts.IgnoreUnexported(corpus.Record{})); diff != "" {
				rt.Fatal(diff)
			}
		}
	})
}

// What cannot be made again is named, with the reason.
func TestLacks(t *testing.T) {
	ctx := context.Background()
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("1", "Cầu mới\nCầu thông xe.", 1), archivetest.Page("2", "Đê cũ\nĐê vững.", 2))
	records := chosen(t, a, corpus.Selection{})
	lack := func(a *archive.Archive, c corpus.Chosen) corpus.LackReason {
		t.Helper()
		view, err := a.View(ctx, archivetest.Site)
		if errors.Is(err, archive.ErrNoNewspaper) {
			view, err = nil, nil
		}
		if err != nil {
			t.Fatal(err)
		}
		_, lack, err := corpus.Rebuild(ctx, a, view, c)
		if err != nil || lack == nil {
			t.Fatalf("%v, %v", lack, err)
		}
		return lack.Why
	}
	check := func(name string, got, want corpus.LackReason) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
	check("no newspaper", lack(archivetest.Fresh(t), records[0].Chosen), corpus.Missing)
	for name, change := range map[string]func(*corpus.Chosen){
		"time":    func(c *corpus.Chosen) { c.Capture.Time.Time = c.Capture.Time.Add(1e6) },
		"address": func(c *corpus.Chosen) { c.Capture.URL += "l" },
		"body":    func(c *corpus.Chosen) { c.Capture.Digest = records[1].Capture.Digest },
		"page":    func(c *corpus.Chosen) { c.Page += "0" },
	} {
		c := records[0].Chosen
		change(&c)
		check(name, lack(a, c), corpus.Missing)
	}
	c := records[0].Chosen
	c.Cleaner = "plain/0"
	check("cleaner", lack(a, c), corpus.OtherCleaner)
	c = records[0].Chosen
	c.Digest = records[1].Digest
	check("digest", lack(a, c), corpus.Otherwise)

	// Stored by another cleaner, but this program has the one that is wanted.
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		return archivetest.PlainCleanAs("plain/2", p)
	})
	c = records[0].Chosen
	c.Cleaner = "plain/2"
	got, no, err := corpus.Rebuild(ctx, a, archivetest.View(t, a), c)
	if err != nil || no != nil || got.Article.Cleaner != "plain/2" {
		t.Errorf("%+v %v %v", got, no, err)
	}
	archivetest.CleanWith(a, "plain/2", func(cleaner.Page, *sites.Site) (cleaner.Article, error) {
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: "a list"}
	})
	check("a list now", lack(a, c), corpus.Otherwise)

	archivetest.ForgetPage(t, a, "1")
	check("forgotten", lack(a, records[0].Chosen), corpus.Forgotten)

	damaged, err := archive.Create(t.TempDir()) // not verified when the test ends
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Plain(damaged)
	archivetest.Commit(t, damaged, archivetest.Page("1", "Cầu mới\nCầu thông xe.", 1))
	archivetest.Spoil(t, damaged, "bodies", []byte{0, 0, 0, 0, 0, 0, 0, 1})
	check("damaged", lack(damaged, records[0].Chosen), corpus.Damaged)
}

// What an earlier corpus has is left out, and what of it does not hold any more is told, with
// the reason, once.
func TestEarlier(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a,
		archivetest.Page("1", "Một\nKhông đổi.", 1), archivetest.Page("2", "Hai\nBản đầu.", 1), archivetest.Page("3", "Ba\nSẽ gỡ.", 1), archivetest.Page("4", "Bốn\nSẽ quên.", 1))
	before := chosen(t, a, corpus.Selection{})
	archivetest.Commit(t, a,
		archivetest.Page("1", "Một\nKhông đổi.", 9), archivetest.Page("2", "Hai\nBản hai, sửa rồi.", 9), archivetest.Status("3", capture.Gone, 404, 9), archivetest.Page("5", "Năm\nMới.", 9))
	archivetest.ForgetPage(t, a, "4")
	earlier := corpus.NewEarlier()
	for _, r := range before {
		earlier.Add(r.Chosen)
	}
	var now, withdrawn []string
	for _, r := range chosen(t, a, corpus.Selection{Filters: []corpus.Filter{earlier.Filter()}}) {
		now = append(now, fmt.Sprintf("%s v%d", r.Page, r.Version))
	}
	for range 2 {
		for _, r := range before {
			if w, ok := earlier.Withdrawn(r.Chosen); ok {
				withdrawn = append(withdrawn, fmt.Sprintf("%s v%d %s", w.Page, w.Version, w.Why))
			}
		}
	}
	if diff := cmp.Diff([]string{"dantri/2 v2", "dantri/5 v1"}, now); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"dantri/2 v1 replaced", "dantri/3 v1 gone", "dantri/4 v1 not selected"}, withdrawn); diff != "" {
		t.Error(diff)
	}

	// Of two corpora the later one counts.
	earlier = corpus.NewEarlier()
	for _, r := range before {
		earlier.Add(r.Chosen)
	}
	earlier.Withdraw(corpus.Withdrawn{Page: "dantri/1", Version: 1, Why: corpus.Unselected})
	earlier.Withdraw(corpus.Withdrawn{Page: "dantri/3", Version: 1, Why: corpus.TakenDown})
	if got := chosen(t, a, corpus.Selection{Filters: []corpus.Filter{earlier.Filter()}}); len(got) != 3 || got[0].Page != "dantri/1" {
		t.Errorf("%+v", got)
	}
}

// Of a corpus and what is new since, again and again, without what was withdrawn, comes the corpus
// of today; and a page is told once to be gone.
func TestSinceAddsUp(t *testing.T) {
	type piece struct {
		records   []corpus.Chosen
		withdrawn []corpus.Withdrawn
	}
	rapid.Check(t, func(rt *rapid.T) {
		clusters := rapid.Bool().Draw(rt, "clusters")
		var pieces []piece
		told := map[string]bool{}
		for range rapid.IntRange(2, 4).Draw(rt, "corpora") {
			earlier := corpus.NewEarlier()
			together := map[string]corpus.Chosen{}
			for _, p := range pieces {
				for _, w := range p.withdrawn {
					earlier.Withdraw(w)
				}
				for _, c := range p.records {
					earlier.Add(c)
				}
			}
			today, now, wants := drawnCorpus(rt, clusters), piece{}, earlier.Filter()
			for _, c := range today {
				if wants.Wants(&corpus.Record{Chosen: c}) {
					now.records = append(now.records, c)
				}
			}
			for _, p := range pieces {
				for _, c := range p.records {
					if w, ok := earlier.Withdrawn(c); ok {
						now.withdrawn = append(now.withdrawn, w)
					}
				}
			}
			for _, p := range append(pieces, now) {
				for _, w := range p.withdrawn {
					if w.Why != corpus.TakenDown {
						delete(together, fmt.Sprint(w.Page, w.Version))
					}
				}
				for _, c := range p.records {
					name := fmt.Sprint(c.Page, c.Version)
					if _, twice := together[name]; twice {
						rt.Fatalf("%s stands there twice", name)
					}
					c.State = ""
					together[name] = c
				}
			}
			for _, w := range now.withdrawn {
				name := fmt.Sprint(w.Page, w.Version)
				if w.Why == corpus.TakenDown && told[name] {
					rt.Fatalf("%s is told twice to be gone", name)
				}
				told[name] = w.Why == corpus.TakenDown
			}
			for _, c := range now.records {
				delete(told, fmt.Sprint(c.Page, c.Version))
			}
			want := map[string]corpus.Chosen{}
			for _, c := range today {
				c.State = ""
				want[fmt.Sprint(c.Page, c.Version)] = c
			}
			if diff := cmp.Diff(want, together); diff != "" {
				rt.Fatal(diff)
			}
			pieces = append(pieces, now)
		}
	})
}

// drawnCorpus is a version each of some pages.
func drawnCorpus(t *rapid.T, clusters bool) (list []corpus.Chosen) {
	for _, page := range []string{"vov/1", "vov/2", "vov/3"} {
		if rapid.Bool().Draw(t, "selected") {
			c := corpus.Chosen{Page: page, Version: rapid.IntRange(1, 2).Draw(t, "version"), Cleaner: rapid.SampledFrom([]string{"vov/a", "vov/b"}).Draw(t, "cleaner"), State: rapid.SampledFrom([]capture.State{capture.Live, capture.Gone}).Draw(t, "state")}
			if clusters {
				c.Cluster = rapid.SampledFrom([]string{"vov/1", page}).Draw(t, "cluster")
			}
			list = append(list, c)
		}
	}
	return list
}

// Work on all processors gives its results in order; an error, wherever it is, ends all of it.
func TestOrdered(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	errWork, errInput := errors.New("work"), errors.New("input")
	numbers := func(n int, end error) func(context.Context, func(int) error) error {
		return func(_ context.Context, put func(int) error) error {
			for i := range n {
				if err := put(i); err != nil {
					return err
				}
			}
			return end
		}
	}
	double := func(_ context.Context, n int) int { return 2 * n }
	var got []int
	err := corpus.Ordered(context.Background(), numbers(1000, nil), double, func(n int) error {
		got = append(got, n)
		return nil
	})
	if len(got) != 1000 || !slices.IsSorted(got) || got[999] != 1998 || err != nil {
		t.Error(len(got), err)
	}
	taken := 0
	err = corpus.Ordered(context.Background(), numbers(1_000_000, errInput), double, func(n int) error {
		if taken++; n == 20 {
			return errWork
		}
		return nil
	})
	if taken != 11 || !errors.Is(err, errWork) {
		t.Error(taken, err)
	}
	if err := corpus.Ordered(context.Background(), numbers(3, errInput), double, func(int) error { return nil }); !errors.Is(err, errInput) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = corpus.Ordered(ctx, numbers(1_000_000, nil), double, func(int) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A page that was found to be another one since is found under its old name.
func TestRebuildOfAJoinedPage(t *testing.T) {
	ctx := context.Background()
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("1", "Cầu mới\nCầu thông xe.", 1), archivetest.Page("2", "Cầu mới\nCầu thông xe, dân mừng.", 2))
	before := chosen(t, a, corpus.Selection{})
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "1", Of: "2", Why: "redirect"}}}); err != nil {
		t.Fatal(err)
	}
	if now := chosen(t, a, corpus.Selection{}); len(now) != 1 || len(before) != 2 {
		t.Fatalf("%d pages, then %d", len(before), len(now))
	}
	for _, r := range before {
		got, lack, err := corpus.Rebuild(ctx, a, archivetest.View(t, a), r.Chosen)
		if err != nil || lack != nil {
			t.Fatalf("%s: %v, %v", r.Page, lack, err)
		}
		if diff := cmp.Diff(r, got, cmpopts.IgnoreUnexported(corpus.Record{})); diff != "" {
			t.Error(diff)
		}
	}
}
