package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/rescue"

	"github.com/google/go-cmp/cmp"
)

// TestRepair: a capture that is there without what it repeats gets it, keeps its
// number and what it says of its own, and its page's versions are as if it had never
// been missing.
func TestRepair(t *testing.T) {
	whole := archivetest.Fresh(t)
	first, edited := archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\ny", 2)
	archivetest.Commit(t, whole, first, archivetest.NotModified("100", 1), edited)

	lacking := func(k capture.Kept) capture.Kept {
		k.Kind, k.Digest, k.Size, k.Body, k.Article = capture.Revisit, schema.DigestOf(k.Body), int64(len(k.Body)), nil, nil
		k.Notes = []string{"an old note", newspaper.LostBody}
		return k
	}
	again := archivetest.NotModified("100", 1)
	again.Digest = schema.DigestOf(first.Body)
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, lacking(first), again, lacking(edited))
	if body, err := archivetest.View(t, a).Body(ctx, 1); len(body) > 0 || err != nil {
		t.Fatalf("%q, %v", body, err)
	}
	if known, err := a.Known(ctx, archivetest.Site, []capture.Kept{{Capture: capture.Capture{Page: "100", URL: first.URL, Time: first.Time, Digest: schema.DigestOf(first.Body)}}}); err != nil || known[0] != 0 {
		t.Errorf("known without its body: %v, %v", known, err)
	}
	puts := archivetest.Commit(t, a, first)
	if want := (capture.Put{Number: 1, Repaired: true, Rebuilt: 7, Version: 1, NewVersion: true}); !cmp.Equal(puts[0], want) {
		t.Errorf("put: %s", cmp.Diff(want, puts[0]))
	}
	c, err := archivetest.View(t, a).Capture(ctx, 1)
	if err != nil || c.Kind != capture.Response || c.Profile != "" || !cmp.Equal(c.Notes, []string{"an old note"}) {
		t.Errorf("%+v, %v", c, err)
	}
	again.RevisitOf = 1 // it is known by now
	if puts := archivetest.Commit(t, a, again, edited, edited); !puts[0].Duplicate || !puts[1].Repaired || !puts[2].Duplicate {
		t.Errorf("%+v", puts)
	}
	if c, err := archivetest.View(t, a).Capture(ctx, 2); err != nil || c.RevisitOf != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	for _, n := range []uint64{1, 2, 3} {
		was, err := archivetest.View(t, whole).Body(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		if is, err := archivetest.View(t, a).Body(ctx, n); err != nil || !bytes.Equal(was, is) {
			t.Errorf("capture %d: %q, %v", n, is, err)
		}
	}
	if was, is := archivetest.Versions(t, archivetest.View(t, whole), "100"), archivetest.Versions(t, archivetest.View(t, a), "100"); !cmp.Equal(was, is) {
		t.Errorf("versions: %s", cmp.Diff(was, is))
	}
}

// TestRepairOfARevisitWhoseOriginalComesLater: a revisit points to lower numbers only.
// Where what it repeats comes back under a higher one it gets the article for its own.
func TestRepairOfARevisitWhoseOriginalComesLater(t *testing.T) {
	whole := archivetest.Fresh(t)
	first := archivetest.Page("100", "A\nx", 0)
	archivetest.Commit(t, whole, first, archivetest.NotModified("100", 1))
	a := archivetest.Fresh(t)
	again := archivetest.NotModified("100", 1)
	again.Digest = schema.DigestOf(first.Body)
	archivetest.Commit(t, a, again)
	if r := archivetest.MergeInto(t, a, whole); r.Added != 1 || r.Known+r.Repaired != 1 {
		t.Errorf("%+v", r)
	}
	if c, err := archivetest.View(t, a).Capture(ctx, 1); err != nil || c.RevisitOf != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if art, err := archivetest.View(t, a).Article(ctx, 1); err != nil || art.Title != "A" {
		t.Errorf("%+v, %v", art, err)
	}
	if was, is := archivetest.HistoryOf(t, whole), archivetest.HistoryOf(t, a); was != is {
		t.Errorf("merged: %s", cmp.Diff(was, is))
	}
	if r := archivetest.MergeInto(t, a, whole); r.Known != 2 {
		t.Errorf("once more: %+v", r)
	}
}

// TestBackupOfWhatWasRepaired: a backup that was made before captures were repaired
// has them repaired after the next one.
func TestBackupOfWhatWasRepaired(t *testing.T) {
	whole, hurt, rescued, backups := archivetest.Fresh(t), archivetest.Another(t), archivetest.Fresh(t), t.TempDir()
	everyKind(t, whole)
	b := losingBody(t, archivetest.ReadFile(t, whole), 1) // others are packed against it
	if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := rescue.Run(ctx, hurt, archivetest.Site, rescued.Dir(), rescue.Options{}); err != nil || r.Bodiless == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	archivetest.BackUp(t, rescued, backups)
	archivetest.MergeInto(t, rescued, whole)
	archivetest.Commit(t, rescued, archivetest.Page("20240301000000001", archivetest.NewsPage(1, 4), 400))
	if r := archivetest.BackUp(t, rescued, backups); !r.Renewed {
		t.Errorf("%+v", r)
	}
	to := archivetest.OpenAt(t, backups)
	if was, is := archivetest.HistoryOf(t, rescued), archivetest.HistoryOf(t, to); was != is {
		t.Errorf("backup: %s", cmp.Diff(was, is))
	}
	archivetest.Sound(t, to)
	if r := archivetest.BackUp(t, rescued, backups); r.Renewed || r.Captures > 0 {
		t.Errorf("once more: %+v", r)
	}
}

// everyKind fills a newspaper with pages that have its own ids: what a rescue cleans
// again whether or not the article's record is found.
func everyKind(t testing.TB, a *archive.Archive) {
	t.Helper()
	id := func(n int) string { return fmt.Sprintf("202403010000%05d", n) }
	for i := range 20 {
		var kept []capture.Kept
		for j := range 3 {
			kept = append(kept, archivetest.Page(id((i*3+j)%40), archivetest.NewsPage(uint64(i*3+j), 3), i*3+j))
		}
		b := capture.Batch{Kept: kept, Run: &capture.Run{Started: archivetest.At(i / 10)}}
		if i == 10 {
			b.Aliases = []capture.Alias{{Page: id(3), Of: id(4), Why: "canonical"}}
		}
		if _, err := a.Commit(ctx, archivetest.Site, b); err != nil {
			t.Fatal(err)
		}
	}
	repeating := func(text string, minute int) capture.Kept { // a revisit of another page's body
		k := archivetest.Page(id(minute), "", minute)
		k.Kind, k.Digest, k.Body, k.Article, k.Refused = capture.Revisit, schema.DigestOf([]byte(text)), nil, nil, ""
		return k
	}
	archivetest.Commit(t, a, archivetest.NotModified(id(5), 200), archivetest.Page(id(6), archivetest.NewsPage(46, 3), 201), archivetest.Status(id(7), capture.Gone, 404, 202),
		repeating(archivetest.NewsPage(3, 3), 300), repeating("what was never here", 301))
}

// losingBody loses a base body, both times that it is stored.
func losingBody(t testing.TB, b []byte, n uint64) []byte {
	t.Helper()
	return archivetest.Losing(t, archivetest.Losing(t, b, schema.BucketBodies, schema.NumberKey(n)), schema.BucketCopies, schema.NumberKey(n))
}

// damage does to a file what disks and people do.
func damage(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	somePage := func() []byte {
		at := (2 + r.IntN(len(b)/store.PageSize-2)) * store.PageSize
		return b[at : at+store.PageSize]
	}
	for range 4 + r.IntN(6) {
		switch p := somePage(); r.IntN(5) {
		case 0:
			clear(p)
		case 1:
			o := somePage()
			was := bytes.Clone(p)
			copy(p, o)
			copy(o, was)
		case 2:
			p[r.IntN(len(p))] ^= 1 << r.IntN(8)
		case 3:
			for i := range p {
				p[i] = byte(r.Uint32())
			}
		case 4:
			return b[:len(b)-r.IntN(len(b)/2)]
		}
	}
	return b
}

// TestRescueAndMergeGiveEverythingBack: whatever is damaged, a rescue and a merge with a
// backup come to what was there before, in whichever order; and a second merge
// changes nothing. BAOLUU_TEST_DAMAGE=500 tries that often.
func TestRescueAndMergeGiveEverythingBack(t *testing.T) {
	a := archivetest.Another(t)
	everyKind(t, a)
	want, whole := archivetest.HistoryOf(t, a), archivetest.ReadFile(t, a)
	rounds := 5
	if testing.Short() {
		rounds = 1 // in which something is lost for certain
	}
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_DAMAGE")); err == nil {
		rounds = n
	}
	r := rand.New(rand.NewPCG(11, 12))
	lost, mended := 0, 0
	for round := range rounds {
		hurt, rescued := archivetest.Another(t), archivetest.Another(t)
		b := damage(r, whole)
		if round == 0 { // a base body, and a capture that one repeats, for certain
			b = archivetest.Losing(t, losingBody(t, whole, 1), schema.BucketCaptures, schema.NumberKey(6))
		}
		if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := rescue.Run(ctx, hurt, archivetest.Site, rescued.Dir(), rescue.Options{})
		if errors.Is(err, archive.ErrCorrupt) {
			continue // nothing is left of it
		}
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		lost += report.Lost + report.Bodiless
		check := func(what string, a *archive.Archive) {
			if is := archivetest.HistoryOf(t, a); is != want {
				t.Fatalf("round %d: %s: %s", round, what, cmp.Diff(want, is))
			}
			archivetest.Sound(t, a)
		}
		anew, order := archivetest.Another(t), []*archive.Archive{a, rescued}
		if round%2 == 0 {
			order = []*archive.Archive{rescued, a}
		}
		for _, from := range order {
			archivetest.MergeInto(t, anew, from)
		}
		check(fmt.Sprintf("merged into a new archive (order %d)", round%2), anew)
		m := archivetest.MergeInto(t, rescued, a)
		mended += m.Repaired
		check("the backup merged into what was rescued", rescued)
		before := archivetest.ReadFile(t, rescued)
		if m := archivetest.MergeInto(t, rescued, a); m.Repaired+m.Added != 0 || !bytes.Equal(before, archivetest.ReadFile(t, rescued)) {
			t.Errorf("round %d: once more: %+v", round, m)
		}
	}
	t.Logf("%d rounds: %d captures or bodies lost, %d captures mended", rounds, lost, mended)
	if lost == 0 || mended == 0 {
		t.Error("nothing was ever lost")
	}
}
