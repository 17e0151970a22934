package archive_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"

	"github.com/google/go-cmp/cmp"
)

// course draws captures of some pages in some order of time: articles, edits, the same
// again, revisits before and after what they repeat, pages that are gone, moved, broken, or
// stood in for.
func course(r *rand.Rand, n int) []capture.Kept {
	texts := []string{"A\nx\n", "A\nx\n#1", "A\nx\n#2", "B\ny\n", "A\nz\n", "A\nx\nw\n", "list", archivetest.NewsPage(1, 3), archivetest.NewsPage(2, 3)}
	ids := []string{"1", "10", "2", "vn,dantri)/"}[:1+r.IntN(4)]
	order := r.IntN(4)
	var list []capture.Kept
	for i := range n {
		minute := r.IntN(n)
		switch order {
		case 0:
			minute = n - i // the newest first
		case 1:
			minute = i
		case 2: // from both ends
			if minute = i; i%2 == 1 {
				minute = 2*n - i
			}
		}
		id, text := ids[r.IntN(len(ids))], texts[r.IntN(len(texts))]
		k := archivetest.Page(id, text, minute)
		if r.IntN(6) == 0 {
			k.URL += "?old"
		}
		switch r.IntN(12) {
		case 0:
			k = archivetest.Status(id, capture.Gone, 404, minute)
		case 1:
			k = archivetest.Status(id, capture.Moved, 301, minute)
		case 2:
			k.State = capture.Broken
			k.Article, k.Refused = nil, "cut"
		case 3:
			k = archivetest.NotModified(id, minute)
		case 4, 5: // says what it repeats by the digest alone
			k.Kind, k.Profile, k.Digest = capture.Revisit, capture.SamePayload, schema.DigestOf(k.Body)
			k.Body, k.Article, k.Refused = nil, nil, ""
		case 6:
			if len(list) > 0 {
				k = list[r.IntN(len(list))]
			}
		case 7: // a text dump
			k.Kind, k.Status, k.Header = capture.Conversion, 0, nil
		}
		list = append(list, k)
	}
	return list
}

// inBatches is what an archive says that took captures by so many at once.
func inBatches(t testing.TB, list []capture.Kept, aliases []capture.Alias, first bool, size int) string {
	t.Helper()
	a := archivetest.Fresh(t)
	join := func() {
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: aliases}); err != nil {
			t.Fatal(err)
		}
	}
	if first {
		join()
	}
	for part := range slices.Chunk(list, size) {
		archivetest.Commit(t, a, part...)
	}
	if !first {
		join()
	}
	var w bytes.Buffer
	v := archivetest.View(t, a)
	err := v.AllPages(ctx, func(p archive.PageInfo) error {
		fmt.Fprintf(&w, "%+v\n", p)
		list, err := v.Versions(ctx, p.Page)
		for _, v := range list {
			fmt.Fprintf(&w, "  %+v\n", v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = v.All(ctx, func(c capture.Capture) error {
		body, err := v.Body(ctx, c.Number)
		fmt.Fprintf(&w, "%+v %s\n", c, schema.DigestOf(body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := v.Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&w, "%d %d %d %d\n", s.Pages, s.Captures, s.Versions, s.RawBytes)
	return w.String()
}

// By how many at once captures come makes no difference.
func TestBatchSizes(t *testing.T) {
	n := 40
	if testing.Short() {
		n = 5
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 64))
			list := course(r, 1+r.IntN(60))
			var aliases []capture.Alias
			if r.IntN(2) == 0 {
				aliases = []capture.Alias{{Page: "10", Of: "1"}, {Page: "vn,dantri)/", Of: "10"}}
			}
			first := r.IntN(2) == 0
			one := inBatches(t, list, aliases, first, 1)
			for _, size := range []int{2, 7, 64} {
				if diff := cmp.Diff(one, inBatches(t, list, aliases, first, size)); diff != "" {
					t.Fatalf("%d at once: %s", size, diff)
				}
			}
		})
	}
}

// A revisit that came before what it repeats reads as that does, from when it came, whatever
// comes with them.
func TestRevisitBeforeItsOriginal(t *testing.T) {
	revisit := archivetest.Page("1", "A\nx\n", 5)
	revisit.Kind, revisit.Profile, revisit.Digest = capture.Revisit, capture.SamePayload, schema.DigestOf(revisit.Body)
	revisit.Body, revisit.Article = nil, nil
	other, original, again := archivetest.Page("1", "B\ny\n", 3), archivetest.Page("1", "A\nx\n", 1), archivetest.Page("1", "A\nx\n", 6)
	for _, list := range [][]capture.Kept{
		{revisit, other, original, again}, {revisit, original, other, again}, {again, revisit, other, original}, {other, revisit, original},
	} {
		for _, size := range []int{1, 2, 64} {
			a := archivetest.Fresh(t)
			for part := range slices.Chunk(list, size) {
				archivetest.Commit(t, a, part...)
			}
			told := archivetest.Versions(t, archivetest.View(t, a), "1")
			if len(told) != 3 || !told[0].Captured.Equal(archivetest.At(1)) || !told[1].Captured.Equal(archivetest.At(3)) || !told[2].Captured.Equal(archivetest.At(5)) {
				t.Errorf("%d at once: %+v", size, told)
			}
		}
	}
}

// A page whose captures come in no order of time has its history rebuilt in each commit;
// each two of its articles are compared once all the same.
func TestComparedOnce(t *testing.T) {
	a, compared := archivetest.Fresh(t), 0
	for i := range 30 {
		var batch []capture.Kept
		for j := range 4 {
			minute := 200 - 4*i - j
			batch = append(batch, archivetest.Page("1", fmt.Sprintf("A\nx %d\n", minute), minute))
		}
		for _, p := range archivetest.Commit(t, a, batch...) {
			compared += p.Compared
		}
	}
	if compared > 4*120 {
		t.Errorf("%d articles compared for 120 captures", compared)
	}
	if told := archivetest.Versions(t, archivetest.View(t, a), "1"); len(told) != 120 {
		t.Errorf("%d versions", len(told))
	}
}
