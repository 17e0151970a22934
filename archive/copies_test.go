package archive_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/rescue"
)

// extent is where a record lies in the file.
type extent struct{ from, to int64 }

// twoPlaces are where a body and its second copy lie.
func twoPlaces(tr *store.Tree, n uint64) (body, second extent, ok bool, err error) {
	var spans [2]extent
	for i, b := range []schema.Bucket{schema.BucketBodies, schema.BucketCopies} {
		p, at, exact, err := tr.Find(b, schema.NumberKey(n))
		if err != nil || !exact {
			return extent{}, extent{}, false, err
		}
		from, to := p.Span(at)
		begin := int64(p.ID) * int64(tr.PageSize())
		spans[i] = extent{begin + int64(from), begin + int64(to)}
	}
	return spans[0], spans[1], true, nil
}

// distances are how far the second copies lie from their bodies.
func distances(t testing.TB, a *archive.Archive) (list []int64) {
	t.Helper()
	err := a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		return tr.Scan(schema.BucketCopies, nil, func(key, _ []byte) error {
			n, err := schema.ParseNumberKey(key)
			if err != nil {
				return err
			}
			body, second, ok, err := twoPlaces(tr, n)
			if err == nil && !ok {
				err = schema.MissingBody(n)
			}
			list = append(list, max(body.from-second.to, second.from-body.to))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCopiesLieApart: no run of 64 kB of a newspaper's file holds any of a body and
// of its second copy, once a crawl has come to its end.
func TestCopiesLieApart(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	const run = 64 << 10
	a := archivetest.Fresh(t)
	tries := 0
	for batch := range 100 {
		var kept []capture.Kept
		for i := range 16 {
			n := uint64(batch*16 + i)
			id := n
			if n%4 == 3 && n > 40 {
				id = n - 37 // captured before, and edited
			}
			kept = append(kept, archivetest.Page(fmt.Sprint(id), look(1+n/500, id, 0)+fmt.Sprintf("Sửa %d\n", n/64), int(n)))
		}
		for j := range newspaper.ManyDeltas + 1 { // a live report: its first body is stored twice at once
			kept = append(kept, archivetest.Page(fmt.Sprint(90000+batch), archivetest.NewsPage(uint64(batch), 5)+fmt.Sprintf("Sửa %d\n", j), batch*16+j))
		}
		archivetest.Commit(t, a, kept...)
		if batch < 60 || batch%10 != 9 {
			continue
		}
		tries = 0
		for near := true; near; tries++ {
			release, err := a.Lock(archivetest.Site, "crawl")
			if err != nil {
				t.Fatal(err)
			}
			if err := release(); err != nil {
				t.Fatal(err)
			}
			list := distances(t, a)
			if near = slices.Min(list) < run; near && tries > 8 {
				t.Fatalf("of %d one lies %d bytes apart", len(list), slices.Min(list))
			}
		}
	}
	state, err := a.Newspaper(archivetest.Site).State(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("after %d ends of runs; stored %d bytes, copies %d", tries, state.StoredBytes, state.CopyBytes)
}

// carriers are the bodies that many others are packed against, or may come to be.
func carriers(t testing.TB, a *archive.Archive) (list []uint64) {
	t.Helper()
	deltas := map[uint64]int{}
	err := a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		return schema.Raw(schema.BucketBodies).Walk(tr.Scan, func(_, payload []byte) error {
			var head schema.BodyHead
			_, err := schema.SplitBlob(payload, &head)
			if deltas[head.Base]++; head.Depth == 1 || head.Depth == 2 && deltas[head.Base] == newspaper.ManyDeltas {
				list = append(list, head.Base)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// live fills a page that is edited again and again, as live reports are, and some that
// are edited a few times.
func live(t testing.TB, a *archive.Archive) {
	t.Helper()
	for i := range 4 {
		var kept []capture.Kept
		for j := range 3*newspaper.ManyDeltas - 7*i {
			kept = append(kept, archivetest.Page(fmt.Sprint(8000+i), archivetest.NewsPage(uint64(500+i), 5)+fmt.Sprintf("Sửa %d\n", j), 800+100*i+j))
		}
		archivetest.Commit(t, a, kept...)
	}
}

// copiedBodies are the bodies that are stored twice.
func copiedBodies(t testing.TB, a *archive.Archive) (list []uint64, size int64) {
	t.Helper()
	err := a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		return schema.Raw(schema.BucketCopies).Walk(tr.Scan, func(key, payload []byte) error {
			n, err := schema.ParseNumberKey(key)
			if err != nil {
				return err
			}
			var head schema.BodyHead
			frame, err := schema.SplitBlob(payload, &head)
			list, size = append(list, n), size+int64(len(frame))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, size
}

// TestCarriersAreStoredTwice, and nothing else, whatever made the file.
func TestCarriersAreStoredTwice(t *testing.T) {
	check := func(what string, a *archive.Archive) {
		t.Helper()
		want := carriers(t, a)
		got, size := copiedBodies(t, a)
		state, err := a.Newspaper(archivetest.Site).State(ctx)
		if err != nil || len(want) == 0 || !slices.Equal(want, got) || state.CopyBytes != size {
			t.Errorf("%s: packed against are %v, stored twice are %v, %d bytes, counted %d, %v", what, want, got, size, state.CopyBytes, err)
		}
		archivetest.Sound(t, a)
	}
	a := archivetest.Fresh(t)
	archivetest.Varied(t, a)
	alone := len(carriers(t, a))
	live(t, a)
	if n := len(carriers(t, a)) - alone; n < 2 || n > 4 {
		t.Errorf("%d pages' bases carry many others", n)
	}
	check("crawled", a)
	backups, to, merged := t.TempDir(), archivetest.Another(t), archivetest.Another(t)
	archivetest.BackUp(t, a, backups)
	check("backed up", archivetest.OpenAt(t, backups))
	if _, err := rescue.Run(ctx, a, archivetest.Site, to.Dir(), rescue.Options{}); err != nil {
		t.Fatal(err)
	}
	check("rescued", to)
	archivetest.MergeInto(t, merged, a)
	check("merged", merged)
	for _, p := range []string{"1000", "1001", "1006", "8000", "8001"} {
		archivetest.ForgetPage(t, a, p)
		check("without "+p, a)
	}
	archivetest.BackUp(t, a, backups)
	check("backed up again", archivetest.OpenAt(t, backups))
}

// TestForgottenIsNoCopy: nothing of a forgotten page's body is in the file, neither as
// a second copy.
func TestForgottenIsNoCopy(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Varied(t, a)
	live(t, a)
	forgets := 0
	for _, n := range carriers(t, a) {
		var page string
		var frames [][]byte
		err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
			c, err := schema.LoadCapture(r, n)
			if err != nil {
				return err
			}
			if page, err = schema.LoadAlias(r, c.Page); err != nil {
				return err
			}
			body, err := schema.LoadBody(r, n)
			frames = append(frames, bytes.Clone(body.Frame))
			return err
		})
		if err != nil {
			continue // forgotten with the page before
		}
		if bytes.Count(archivetest.ReadFile(t, a), frames[0]) < 2 {
			t.Errorf("body %d is not there twice", n)
		}
		archivetest.ForgetPage(t, a, page)
		forgets++
		whole := archivetest.ReadFile(t, a)
		for _, frame := range frames {
			if bytes.Contains(whole, frame[len(frame)/2:]) {
				t.Errorf("body %d of %s is still in the file", n, page)
			}
		}
	}
	if forgets < 4 {
		t.Errorf("%d pages were forgotten", forgets)
	}
}

// TestTheSecondIsRead: where a base body is damaged all is read as
// before; verify reports it, and nothing is lost by whatever reads the file.
func TestTheSecondIsRead(t *testing.T) {
	whole := archivetest.Another(t)
	archivetest.Varied(t, whole)
	live(t, whole)
	newest := uint64(0)
	err := whole.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		state, err := schema.MetaState.Must(r)
		newest = state.Last
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want, file := archivetest.HistoryOf(t, whole), archivetest.ReadFile(t, whole)
	tr, err := store.OpenTree(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	list := carriers(t, whole)
	for _, tt := range []struct {
		name  string
		hurt  func(b []byte) []byte
		where []string
		means string
	}{
		{"a bit of each body", func(b []byte) []byte {
			for _, n := range list {
				b = archivetest.Losing(t, b, schema.BucketBodies, schema.NumberKey(n))
			}
			return b
		}, []string{"bodies 1", fmt.Sprint("bodies ", list[len(list)-1])}, "its second copy is read instead"},
		{"a bit of each copy", func(b []byte) []byte {
			for _, n := range list {
				b = archivetest.Losing(t, b, schema.BucketCopies, schema.NumberKey(n))
			}
			return b
		}, []string{"copies 1"}, "a body that others need is stored only once"},
		{"a copy is of other bytes", func(b []byte) []byte {
			body, _ := tr.Get(schema.BucketBodies, schema.NumberKey(2))
			key := schema.NumberKey(list[0])
			old, _ := tr.Get(schema.BucketCopies, key)
			fake := bytes.Clone(old)
			copy(fake[schema.SumSize:], body[schema.SumSize:]) // as far as it goes
			return bytes.ReplaceAll(b, old, schema.Seal(schema.BucketCopies, key, fake[schema.SumSize:]))
		}, []string{fmt.Sprint("copies ", list[0])}, "a body that others need is stored only once"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hurt := archivetest.Another(t)
			if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), tt.hurt(bytes.Clone(file)), 0o600); err != nil {
				t.Fatal(err)
			}
			told := map[string]archive.Problem{}
			if _, err := hurt.Verify(ctx, archivetest.Site, func(p archive.Problem) { told[p.Where] = p }, nil); err != nil {
				t.Fatal(err)
			}
			for _, where := range tt.where {
				if told[where].Means != tt.means {
					t.Errorf("%s: %+v", where, told[where])
				}
			}
			for where, p := range told {
				if p.Loss != archive.LossIndex || !strings.HasPrefix(where, "bodies ") && !strings.HasPrefix(where, "copies ") {
					t.Errorf("%+v", p)
				}
			}
			if got := archivetest.HistoryOf(t, hurt); got != want {
				t.Error("it reads otherwise")
			}
			merged, rescued := archivetest.Another(t), archivetest.Another(t)
			if r := archivetest.MergeInto(t, merged, hurt); r.Unreadable > 0 {
				t.Errorf("merged: %+v", r)
			}
			r, err := rescue.Run(ctx, hurt, archivetest.Site, rescued.Dir(), rescue.Options{Lost: func(l rescue.Lost) { t.Errorf("lost: %+v", l) }})
			if err != nil || r.Lost+r.Bodiless > 0 || r.Doubts != "" {
				t.Errorf("%+v, %v", r, err)
			}
			backups := t.TempDir()
			archivetest.BackUp(t, hurt, backups)
			for what, to := range map[string]*archive.Archive{"merged": merged, "rescued": rescued, "backed up": archivetest.OpenAt(t, backups)} {
				archivetest.Sound(t, to)
				if got := archivetest.HistoryOf(t, to); got != want {
					t.Errorf("%s: it reads otherwise", what)
				}
			}
			// A crawl goes on: new bodies are packed against damaged ones.
			archivetest.Commit(t, hurt, archivetest.Page("9001", archivetest.NewsPage(9001, 3), 900), archivetest.Page("1001", archivetest.NewsPage(9002, 3), 901))
			if body, err := archivetest.View(t, hurt).Body(ctx, newest+2); err != nil || string(body) != archivetest.NewsPage(9002, 3) {
				t.Errorf("%d bytes, %v", len(body), err)
			}
		})
	}
}

// TestFewBytesLoseFewBodies: a flipped byte never costs more bodies than one and the few
// that may be packed against it, but where two hit a body and its second copy.
func TestFewBytesLoseFewBodies(t *testing.T) {
	const flips = 12
	a := archivetest.Another(t)
	bodies := archivetest.Varied(t, a)
	whole := archivetest.ReadFile(t, a)
	inUse := archivetest.UsedPages(t, whole)
	tr, err := store.OpenTree(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	twice := func(hit []int) bool { // a body and its second copy
		within := func(s extent) bool {
			return slices.ContainsFunc(hit, func(at int) bool { return int64(at) >= s.from && int64(at) < s.to })
		}
		return slices.ContainsFunc(carriers(t, a), func(n uint64) bool {
			body, second, ok, err := twoPlaces(tr, n)
			if err != nil || !ok {
				t.Fatal(err)
			}
			return within(body) && within(second)
		})
	}
	r := rand.New(rand.NewPCG(4, 4))
	worst := 0
	for range 20 {
		b := bytes.Clone(whole)
		var hit []int
		for len(hit) < flips {
			if at := r.IntN(len(b)); inUse[at] {
				b[at] ^= 1 << r.IntN(8)
				hit = append(hit, at)
			}
		}
		if twice(hit) {
			continue
		}
		hurt := archivetest.Another(t)
		if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		gone := map[string]bool{}
		lost := func(l rescue.Lost) { gone[schema.DigestOf(bodies[l.Capture])] = true }
		if _, err := rescue.Run(ctx, hurt, archivetest.Site, archivetest.Another(t).Dir(), rescue.Options{Lost: lost}); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, len(gone))
		if len(gone) > flips*newspaper.ManyDeltas {
			t.Errorf("%d bodies are lost by %d bytes", len(gone), flips)
		}
	}
	t.Logf("%d flips lose at most %d bodies", flips, worst)
}

// TestDamagedCopiesStopNoCommit: what is looked at beside a commit does not keep it
// from being done.
func TestDamagedCopiesStopNoCommit(t *testing.T) {
	whole := archivetest.Another(t)
	archivetest.Varied(t, whole)
	live(t, whole)
	file := archivetest.ReadFile(t, whole)
	tr, err := store.OpenTree(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	leaf, _, _, err := tr.Find(schema.BucketCopies, schema.NumberKey(1))
	if err != nil || leaf.Inline {
		t.Fatal("the copies need pages of their own", err)
	}
	r := rand.New(rand.NewPCG(2, 3))
	for i := range 24 {
		b := bytes.Clone(file)
		p := b[int(leaf.ID)*store.PageSize:]
		for j := range boltfile.PageHead + leaf.Count*boltfile.ElemSize { // but for the page's number and kind, at times
			if i%2 == 0 || j > 9 {
				p[j] = byte(r.Uint32())
			}
		}
		hurt := archivetest.Another(t)
		if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		for j := range 3 { // a page of its own, that nothing is packed against
			k := archivetest.Page(fmt.Sprint(9100+j), "A\n"+strings.Repeat("b", 10), 900+j)
			if _, err := hurt.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{k}}); err != nil {
				t.Errorf("round %d: %v", i, err)
			}
		}
	}
}
