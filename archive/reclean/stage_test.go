package reclean_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/reclean"
	"baoluu/archive/rescue"
	"baoluu/cleaner"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

// anything lets all through the gate.
var anything = reclean.Limits{MaxLoss: 100, MaxDrop: 100}

// must runs a re-clean.
func must(t *testing.T, a *archive.Archive, o reclean.Options) reclean.Report {
	t.Helper()
	report, err := reclean.Run(ctx, a, archivetest.Site, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// derived is all that a file says of articles and versions, and of a re-clean that stands beside.
func derived(t *testing.T, a *archive.Archive) string {
	t.Helper()
	var w strings.Builder
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		for _, b := range []schema.Bucket{schema.BucketArticles, schema.BucketVersions, schema.BucketHeads, schema.BucketDays} {
			for row, err := range schema.Raw(b).All(r) {
				if err != nil {
					return err
				}
				fmt.Fprintf(&w, "%s %q\n", schema.RecordName(b, row.Key), row.Value)
			}
		}
		staged, ok, err := schema.MetaStaged.Load(r)
		fmt.Fprintf(&w, "%+v %v\n", staged, ok)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w.String()
}

// mixed is an archive of many kinds of records: pages captured once and several times, out of order too,
// joined pages, pages that are gone, unchanged or no articles.
func mixed(t *testing.T) *archive.Archive {
	t.Helper()
	a := archivetest.Fresh(t)
	path := a.Newspaper(archivetest.Site).File.Path("db")
	if mixedFile != nil {
		if err := os.WriteFile(path, mixedFile, 0o666); err != nil {
			t.Fatal(err)
		}
		return a
	}
	archivetest.VariedOf(t, a, 42)
	archivetest.Commit(t, a,
		archivetest.Page("100", "A\nx\ny", 10), archivetest.Page("100", "A\nz", 5), archivetest.Page("100", "A\nx\ny", 12), archivetest.Page("200", "list", 0),
		archivetest.Page("300", "list but really\nx", 0), archivetest.Status("100", capture.Gone, 404, 13), archivetest.Page("400", "B\nlost once", 0))
	mixedFile = archivetest.ReadFile(t, a)
	return a
}

// mixedFile is its newspaper's file, once it was made.
var mixedFile []byte

// TestResume: a re-clean that is stopped anywhere goes on where it was, and comes to the same
// report and the same records as one that was not.
func TestResume(t *testing.T) {
	whole := mixed(t)
	archivetest.CleanWith(whole, "plain/2", better)
	want := must(t, whole, reclean.Options{})
	wantBeside := derived(t, whole)
	accepted := must(t, whole, reclean.Options{Accept: true, Limits: anything})
	wantAfter := derived(t, whole)
	for _, stop := range []int{1, 7, 20, 44} {
		a := mixed(t)
		stopped, cancel := context.WithCancel(ctx)
		var mu sync.Mutex
		calls := 0
		archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
			mu.Lock()
			defer mu.Unlock()
			if calls++; calls == stop {
				cancel()
			}
			return better(p, s)
		})
		if _, err := reclean.Run(stopped, a, archivetest.Site, reclean.Options{}); !errors.Is(err, context.Canceled) {
			t.Fatalf("stop %d: %v", stop, err)
		}
		if diff := cmp.Diff(want, must(t, a, reclean.Options{})); diff != "" {
			t.Errorf("stop %d: the report differs: %s", stop, diff)
		}
		if got := derived(t, a); got != wantBeside {
			t.Errorf("stop %d: what stands beside differs: %s", stop, cmp.Diff(wantBeside, got))
		}
		before := calls
		if diff := cmp.Diff(accepted, must(t, a, reclean.Options{Accept: true, Limits: anything})); diff != "" {
			t.Errorf("stop %d: accepted, the report differs: %s", stop, diff)
		}
		if got := derived(t, a); got != wantAfter {
			t.Errorf("stop %d: accepted, it differs: %s", stop, cmp.Diff(wantAfter, got))
		}
		if calls != before {
			t.Errorf("stop %d: to accept what stands beside, %d captures were cleaned again", stop, calls-before)
		}
	}
}

// TestResumeInParts: what was written before a run was stopped is not cleaned again.
func TestResumeInParts(t *testing.T) {
	a := archivetest.Fresh(t)
	var kept []capture.Kept
	for i := range 600 {
		kept = append(kept, archivetest.Page(fmt.Sprint(1000+i), fmt.Sprintf("Tin %d\nx", i), i))
	}
	archivetest.Commit(t, a, kept...)
	stopped, cancel := context.WithCancel(ctx)
	var mu sync.Mutex
	calls, stop := 0, 580
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls == stop {
			cancel()
		}
		return better(p, s)
	})
	if _, err := reclean.Run(stopped, a, archivetest.Site, reclean.Options{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	calls, stop = 0, -1
	report := must(t, a, reclean.Options{})
	if report.Captures != 600 || calls == 0 || calls > 600-256 {
		t.Errorf("%d captures, %d of them cleaned again", report.Captures, calls)
	}
}

// TestProcessors: as many as there are, the report and the records are the same, and those of a dry
// run, which writes nothing.
func TestProcessors(t *testing.T) {
	var records, reports []string
	for _, n := range []int{1, 2, 5} {
		a := mixed(t)
		archivetest.CleanWith(a, "plain/2", better)
		before := runtime.GOMAXPROCS(n)
		file := archivetest.ReadFile(t, a)
		dry := must(t, a, reclean.Options{DryRun: true})
		if !bytes.Equal(file, archivetest.ReadFile(t, a)) {
			t.Error("a dry run has written")
		}
		wet := must(t, a, reclean.Options{})
		runtime.GOMAXPROCS(before)
		if !wet.Staged || dry.Staged {
			t.Errorf("staged: %v, dry %v", wet.Staged, dry.Staged)
		}
		wet.Staged = false
		if diff := cmp.Diff(dry, wet); diff != "" {
			t.Errorf("on %d processors a dry run differs: %s", n, diff)
		}
		records, reports = append(records, derived(t, a)), append(reports, fmt.Sprintf("%+v", wet.Layouts[0].Fields[0]))
	}
	for i := range records {
		if records[i] != records[0] || reports[i] != reports[0] {
			t.Errorf("run %d differs: %s", i, cmp.Diff(records[0], records[i]))
		}
	}
}

// TestBesideIsNotRead: readers and all tools see nothing of what stands beside.
func TestBesideIsNotRead(t *testing.T) {
	a := mixed(t)
	before := archivetest.ReadAll(t, a)
	archivetest.CleanWith(a, "plain/2", better)
	must(t, a, reclean.Options{})
	archivetest.Plain(a)
	if diff := archivetest.Different(before, archivetest.ReadAll(t, a)); diff != "" {
		t.Error(diff)
	}
	archivetest.Sound(t, a)
	dir := t.TempDir()
	archivetest.BackUp(t, a, dir)
	if diff := archivetest.Different(before, archivetest.ReadAll(t, archivetest.OpenAt(t, dir))); diff != "" {
		t.Errorf("the backup: %s", diff)
	}
	if strings.Contains(derived(t, archivetest.OpenAt(t, dir)), "plain/2") {
		t.Error("the backup has what stands beside")
	}
	other := archivetest.Another(t)
	archivetest.MergeInto(t, other, a)
	if a, b := archivetest.HistoryOf(t, a), archivetest.HistoryOf(t, other); a != b {
		t.Errorf("merged: %s", cmp.Diff(a, b))
	}
	// A merge into it, too: what comes is brought over when it is accepted.
	third := archivetest.Another(t)
	archivetest.Commit(t, third, archivetest.Page("900", "C\nx\ny", 0))
	archivetest.MergeInto(t, a, third)
	archivetest.CleanWith(a, "plain/2", better)
	if report := must(t, a, reclean.Options{Accept: true, Limits: anything}); !report.Accepted {
		t.Errorf("%+v", report)
	}
	if p, err := archivetest.View(t, a).Page(ctx, "900"); err != nil || p.Title != "C?" {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestSelection: what is not asked for stays as it is, and another selection begins anew.
func TestSelection(t *testing.T) {
	a := archivetest.Fresh(t)
	for i := range 10 {
		archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(100+i), "A\nx\ny", i))
	}
	archivetest.Commit(t, a, archivetest.Page("200", "list", 3))
	archivetest.CleanWith(a, "plain/2", better)
	for _, c := range []struct {
		name    string
		o       reclean.Options
		cleaned int
	}{
		{"since", reclean.Options{Since: archivetest.At(4)}, 6},
		{"until", reclean.Options{Until: archivetest.At(4)}, 5},
		{"both", reclean.Options{Since: archivetest.At(2), Until: archivetest.At(4)}, 3},
		{"layout", reclean.Options{Layout: "plain"}, 10},
		{"refused", reclean.Options{Layout: reclean.Refused}, 1},
		{"no such layout", reclean.Options{Layout: "singular-2021"}, 0},
		{"all", reclean.Options{}, 11},
	} {
		report := must(t, a, c.o)
		if report.Captures != c.cleaned || report.Current != 11-c.cleaned || report.Staged != (c.cleaned > 0) {
			t.Errorf("%s: %d cleaned, %d left alone, %v", c.name, report.Captures, report.Current, report.Staged)
		}
		c.o.DryRun = true
		if dry := must(t, a, c.o); dry.Captures != c.cleaned || dry.Current != 11-c.cleaned {
			t.Errorf("%s, dry: %d cleaned, %d left alone", c.name, dry.Captures, dry.Current)
		}
		beside := strings.Count(derived(t, a), `"cleaner\":\"plain/2\"`)
		if records := c.cleaned; beside < records {
			t.Errorf("%s: %d records beside", c.name, beside)
		}
	}
	must(t, a, reclean.Options{Since: archivetest.At(8), Accept: true, Limits: anything})
	v := archivetest.View(t, a)
	for id, want := range map[string]string{"107": "A", "108": "A?"} {
		if p, err := v.Page(ctx, id); err != nil || p.Title != want {
			t.Errorf("%s: %+v, %v", id, p, err)
		}
	}
	if report := must(t, a, reclean.Options{}); report.Captures != 9 || report.Current != 2 {
		t.Errorf("what is left: %d cleaned, %d left alone", report.Captures, report.Current)
	}
	// Another cleaner begins anew.
	archivetest.CleanWith(a, "plain/3", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		return archivetest.PlainCleanAs("plain/3", p)
	})
	if report := must(t, a, reclean.Options{Accept: true, Limits: anything}); report.Captures != 11 || !report.Accepted {
		t.Errorf("%+v", report)
	}
	if list, err := archivetest.View(t, a).Cleanings(ctx); err != nil || len(list) != 2 || list[1].Cleaner != "plain/3" {
		t.Errorf("%+v, %v", list, err)
	}
}

// recordsOf counts what stands beside of a page and its captures.
func recordsOf(t *testing.T, a *archive.Archive, page string, captures ...uint64) (n int) {
	t.Helper()
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		there, err := schema.Heads(2).Has(r, page)
		if err == nil && there {
			n++
		}
		list, e := schema.StoredVersions(r, 2, page)
		n += min(1, len(list))
		for _, c := range captures {
			there, err2 := schema.Articles(2).Has(r, c)
			e = errors.Join(e, err2)
			if there {
				n++
			}
		}
		return errors.Join(err, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestForgetBeside: a page that is forgotten is gone from what stands beside, too, and that goes on.
func TestForgetBeside(t *testing.T) {
	a := archivetest.Fresh(t)
	for i := range 6 {
		archivetest.Commit(t, a, archivetest.Marked(fmt.Sprint(100+i), archivetest.NewsPage(uint64(i), 3), i))
	}
	archivetest.Commit(t, a, archivetest.Marked("103", archivetest.NewsPage(77, 3), 50))
	archivetest.CleanWith(a, "plain/2", better)
	want := must(t, a, reclean.Options{})
	if n := recordsOf(t, a, "103", 4, 7); n != 4 {
		t.Fatalf("%d records of the page stand beside", n)
	}
	archivetest.ForgetPage(t, a, "103")
	if n := recordsOf(t, a, "103", 4, 7); n != 0 || bytes.Contains(archivetest.ReadFile(t, a), []byte("slug103x")) {
		t.Errorf("%d records of it are there", n)
	}
	archivetest.Sound(t, a)
	calls := 0
	var mu sync.Mutex
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, s *sites.Site) (cleaner.Article, error) {
		mu.Lock()
		defer mu.Unlock()
		calls++
		return better(p, s)
	})
	report := must(t, a, reclean.Options{Accept: true, Limits: anything})
	if want.Captures != 7 || report.Captures != 5 || !report.Accepted || report.VersionsAfter != 5 || calls != 0 {
		t.Errorf("%d captures, then %d, %d versions, %d cleaned", want.Captures, report.Captures, report.VersionsAfter, calls)
	}
}

// TestAcceptBesideAJoin: pages that are joined after a re-clean was staged are one page in it.
func TestAcceptBesideAJoin(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx\ny", 0), archivetest.Page("200", "A\nx\ny", 1), archivetest.Page("300", "B\nx", 2))
	archivetest.CleanWith(a, "plain/2", better)
	must(t, a, reclean.Options{})
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "200", Of: "100"}}}); err != nil {
		t.Fatal(err)
	}
	report := must(t, a, reclean.Options{Accept: true, Limits: anything})
	if report.VersionsAfter != 2 {
		t.Errorf("%+v", report)
	}
	if vs := archivetest.Versions(t, archivetest.View(t, a), "100"); len(vs) != 1 || vs[0].Last != 2 {
		t.Errorf("%+v", vs)
	}
}

// TestRegrouped: a page remembers what re-cleans made of its versions, and it is never an edit.
func TestRegrouped(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx\n-1", 0), archivetest.Page("100", "A\nx\n-2", 1), archivetest.Page("100", "A\ny", 2), archivetest.Page("200", "B\nx", 0))
	without := func(name, begin string) {
		archivetest.CleanWith(a, name, func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
			var lines []string
			for _, l := range strings.Split(string(p.Body), "\n") {
				if begin == "" || !strings.HasPrefix(l, begin) {
					lines = append(lines, l)
				}
			}
			p.Body = []byte(strings.Join(lines, "\n"))
			return archivetest.PlainCleanAs(name, p)
		})
	}
	check := func(what, want string) {
		t.Helper()
		list, err := archivetest.View(t, a).Recleaned(ctx, "100")
		if got := fmt.Sprint(list); err != nil || got != want {
			t.Errorf("%s: %s, want %s, %v", what, got, want, err)
		}
	}
	accept := reclean.Options{Accept: true, Limits: anything}
	without("plain/2", "-")
	must(t, a, reclean.Options{})
	check("beside", "[]")
	must(t, a, accept)
	check("merged", "[{2 [{[1 2] [1]}]}]")
	without("plain/3", "")
	must(t, a, accept)
	check("split", "[{2 [{[1 2] [1]}]} {3 [{[1] [1 2]}]}]")
	// It stays when the page goes on, and when another re-clean changes nothing of it.
	archivetest.CleanWith(a, "plain/3", archivetest.PlainClean)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nz", 3), archivetest.Page("100", "A\nbefore", -5))
	archivetest.CleanWith(a, "plain/4", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		return archivetest.PlainCleanAs("plain/4", p)
	})
	must(t, a, accept)
	check("gone on", "[{2 [{[1 2] [1]}]} {3 [{[1] [1 2]}]}]")
	if list, err := archivetest.View(t, a).Recleaned(ctx, "200"); err != nil || len(list) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestRegroupedInABackup: a backup that is brought up to date remembers it as well.
func TestRegroupedInABackup(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "B\nx", 1))
	dir := t.TempDir()
	archivetest.BackUp(t, a, dir)
	archivetest.CleanWith(a, "plain/2", func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		art, err := archivetest.PlainCleanAs("plain/2", p)
		art.Title = "Tít"
		return art, err
	})
	must(t, a, reclean.Options{Accept: true, Limits: anything})
	archivetest.CleanWith(a, "plain/3", archivetest.PlainClean)
	archivetest.BackUp(t, a, dir)
	here, err := archivetest.View(t, a).Recleaned(ctx, "100")
	if err != nil || len(here) != 1 {
		t.Fatalf("%+v, %v", here, err)
	}
	there, err := archivetest.View(t, archivetest.OpenAt(t, dir)).Recleaned(ctx, "100")
	if diff := cmp.Diff(here, there); err != nil || diff != "" {
		t.Errorf("%s, %v", diff, err)
	}
	// It says which cleaner that was, whichever the program knows that makes the backup.
	if list, err := archivetest.View(t, archivetest.OpenAt(t, dir)).Cleanings(ctx); err != nil || len(list) != 1 || list[0].Cleaner != "plain/2" {
		t.Errorf("%+v, %v", list, err)
	}
}

// ending is a context that ends when it was asked so often.
type ending struct {
	context.Context
	left atomic.Int64
	done chan struct{}
}

func endingAfter(n int64) *ending {
	e := &ending{Context: ctx, done: make(chan struct{})}
	e.left.Store(n)
	return e
}

func (e *ending) Err() error {
	switch left := e.left.Add(-1); {
	case left > 0:
		return nil
	case left == 0:
		close(e.done)
	}
	return context.Canceled
}

func (e *ending) Done() <-chan struct{} { return e.done }

// TestStoppedAnywhere: in whatever step it is stopped, and however often, records and report are those of a run that
// was not.
func TestStoppedAnywhere(t *testing.T) {
	whole, a := mixed(t), mixed(t)
	for _, a := range []*archive.Archive{whole, a} {
		archivetest.CleanWith(a, "plain/2", better)
	}
	for _, o := range []reclean.Options{{}, {Accept: true, Limits: anything}} {
		want := must(t, whole, o)
		stops := 0
		for n := int64(1); ; n += 1 + n/10 {
			got, err := reclean.Run(endingAfter(n), a, archivetest.Site, o)
			if err == nil {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("accept %v: %s", o.Accept, diff)
				}
				break
			}
			if stops++; !errors.Is(err, context.Canceled) {
				t.Fatalf("stopped after %d: %v", n, err)
			}
		}
		if got, want := derived(t, a), derived(t, whole); got != want {
			t.Errorf("accept %v, %d stops: %s", o.Accept, stops, cmp.Diff(want, got))
		}
		if stops < 5 {
			t.Errorf("%d stops", stops)
		}
	}
}

// TestRescueBeside: what is rescued of an archive in which a re-clean stands beside is what was there, cleaned by
// this program's cleaner.
func TestRescueBeside(t *testing.T) {
	a := mixed(t)
	archivetest.CleanWith(a, "plain/2", better)
	must(t, a, reclean.Options{})
	archivetest.Plain(a)
	dir := t.TempDir()
	if _, err := rescue.Run(ctx, a, archivetest.Site, dir, rescue.Options{}); err != nil {
		t.Fatal(err)
	}
	rescued := archivetest.OpenAt(t, dir)
	archivetest.Sound(t, rescued)
	if was, is := archivetest.HistoryOf(t, a), archivetest.HistoryOf(t, rescued); was != is {
		t.Error(cmp.Diff(was, is))
	}
	if strings.Contains(derived(t, rescued), "plain/2") {
		t.Error("what stands beside was rescued, too")
	}
}

// TestAnEarlierProgramBeside: a program that knows nothing of what stands beside removes it for a re-clean
// of its own, and is stopped: in whatever step, the counters are right afterwards.
func TestAnEarlierProgramBeside(t *testing.T) {
	whole := mixed(t)
	archivetest.CleanWith(whole, "plain/2", better)
	want := must(t, whole, reclean.Options{Accept: true, Limits: anything})
	for _, removed := range []int{1, 30, 60, 90, 1000} {
		a := mixed(t)
		archivetest.CleanWith(a, "plain/2", better)
		must(t, a, reclean.Options{})
		n := 0
		err := a.Newspaper(archivetest.Site).Update(ctx, func(s schema.Writer) error {
			for _, b := range []schema.Bucket{schema.BucketArticles, schema.BucketVersions, schema.BucketHeads, schema.BucketDays} {
				for _, key := range keysOf(t, s, b, 2) {
					if n++; n > removed {
						return nil
					}
					if err := s.Drop(b, key); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, must(t, a, reclean.Options{Accept: true, Limits: anything})); diff != "" {
			t.Errorf("%d records removed: %s", removed, diff)
		}
		archivetest.Sound(t, a)
		if got, want := derived(t, a), derived(t, whole); got != want {
			t.Errorf("%d records removed: %s", removed, cmp.Diff(want, got))
		}
	}
}

// keysOf are a bucket's keys of a generation.
func keysOf(t *testing.T, r schema.Reader, b schema.Bucket, generation uint32) (keys [][]byte) {
	t.Helper()
	for key, err := range schema.Raw(b).Keys(r) {
		if err != nil {
			t.Fatal(err)
		}
		if g, err := schema.GenerationOf(key); err == nil && g == generation {
			keys = append(keys, bytes.Clone(key))
		}
	}
	return keys
}
