package rescue

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/merge"

	"github.com/google/go-cmp/cmp"
)

var ctx = context.Background()

func TestRescueOfAnIntactFile(t *testing.T) {
	a, to := archivetest.Fresh(t), archivetest.Fresh(t)
	bodies := archivetest.Varied(t, a)
	for i := range 2 { // a second copy that waits to be moved
		k := archivetest.Noise("5000", 9000)
		k.Body, k.Time = append([]byte("list\n"), append(k.Body, byte(i))...), archivetest.At(500+i)
		bodies[archivetest.Commit(t, a, k)[0].Number] = k.Body
	}
	before := archivetest.ReadFile(t, a)
	report, err := Run(ctx, a, archivetest.Site, to.Dir(), Options{Lost: func(l Lost) { t.Errorf("lost: %+v", l) }})
	if err != nil || report.Captures != len(bodies) || report.Of != len(bodies) || report.Doubts != "" {
		t.Fatalf("%+v, %v", report, err)
	}
	if !bytes.Equal(before, archivetest.ReadFile(t, a)) {
		t.Error("the file that was read has changed")
	}
	if was, is := archivetest.HistoryOf(t, a), archivetest.HistoryOf(t, to); was != is {
		t.Errorf("rescued: %s", cmp.Diff(was, is))
	}
	was, _, err := a.Entry(ctx, archivetest.Site, "1039")
	if err != nil {
		t.Fatal(err)
	}
	if is, ok, err := to.Entry(ctx, archivetest.Site, "1039"); err != nil || !ok || is.ETag != was.ETag {
		t.Errorf("entry %+v, was %+v, %v", is, was, err)
	}
	rescuedThen := archivetest.ReadFile(t, to)
	again, err := Run(ctx, a, archivetest.Site, to.Dir(), Options{})
	if !again.Already || err != nil || !bytes.Equal(rescuedThen, archivetest.ReadFile(t, to)) {
		t.Errorf("once more: %+v, %v", again, err)
	}
	if again.Already = false; again != report {
		t.Errorf("once more: %+v, before %+v", again, report)
	}
	archivetest.Commit(t, a, archivetest.Page("1", "A\nx", 900))
	if _, err := Run(ctx, a, archivetest.Site, to.Dir(), Options{}); !errors.Is(err, archive.ErrInvalid) {
		t.Errorf("another state, over what is there: %v", err)
	}
	if _, err := Run(ctx, a, "vov", to.Dir(), Options{}); !errors.Is(err, archive.ErrNoNewspaper) {
		t.Errorf("a newspaper that is not there: %v", err)
	}
	if _, err := Run(ctx, a, archivetest.Site, a.Dir(), Options{}); !errors.Is(err, archive.ErrInvalid) {
		t.Errorf("into itself: %v", err)
	}
}

// deadly ends its process as kill -9 would, the nth time that it is asked.
type deadly struct{ archivetest.Counted }

// Err ends the context when it was called Left times.
func (d *deadly) Err() error {
	if d.Counted.Err() != nil {
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Kill()
		}
		panic(fmt.Sprint("still alive: ", err))
	}
	return nil
}

// TestRescueKilled: a rescue that is killed leaves nothing that looks like a
// newspaper, and the next one goes on, as often as it takes; what is lost is reported
// each time.
func TestRescueKilled(t *testing.T) {
	if dir := os.Getenv("BAOLUU_TEST_RESCUER"); dir != "" {
		stop, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_STOP"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Run(&deadly{archivetest.Counted{Context: ctx, Left: stop}}, archivetest.OpenAt(t, dir), archivetest.Site, os.Getenv("BAOLUU_TEST_OUT"), Options{})
		t.Fatal("it was not killed", err)
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	hurt, want, to := archivetest.Another(t), archivetest.Another(t), archivetest.Another(t)
	archivetest.Varied(t, hurt)
	var more []capture.Kept
	for i := range 3 * 64 {
		more = append(more, archivetest.Page(fmt.Sprint(3000+i), archivetest.NewsPage(uint64(i), 1), 300+i))
	}
	archivetest.Commit(t, hurt, more...)
	b := archivetest.Losing(t, archivetest.Losing(t, archivetest.ReadFile(t, hurt), schema.BucketBodies, schema.NumberKey(20)), schema.BucketBodies, schema.NumberKey(50))
	if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	var lost, lostThen []Lost
	undisturbed, err := Run(ctx, hurt, archivetest.Site, want.Dir(), Options{Lost: func(l Lost) { lost = append(lost, l) }})
	if err != nil || undisturbed.Bodiless == 0 {
		t.Fatalf("%+v, %v", undisturbed, err)
	}
	for range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestRescueKilled$")
		cmd.Env = append(os.Environ(), "BAOLUU_TEST_RESCUER="+hurt.Dir(), "BAOLUU_TEST_OUT="+to.Dir(), "BAOLUU_TEST_STOP=450")
		if out, err := cmd.CombinedOutput(); len(out) > 0 {
			t.Fatalf("%s, %v", out, err)
		}
		if names, err := to.Newspapers(); err != nil || len(names) > 0 {
			t.Fatalf("half a newspaper: %v, %v", names, err)
		}
	}
	report, err := Run(ctx, hurt, archivetest.Site, to.Dir(), Options{Lost: func(l Lost) { lostThen = append(lostThen, l) }})
	t.Logf("%d captures were there", report.Resumed)
	if report.Resumed == 0 {
		t.Error("it did not go on")
	}
	report.Resumed = 0
	if err != nil || report != undisturbed || !cmp.Equal(lost, lostThen) {
		t.Errorf("%+v and %v, undisturbed %+v and %v", report, lostThen, undisturbed, lost)
	}
	if was, is := archivetest.HistoryOf(t, want), archivetest.HistoryOf(t, to); was != is {
		t.Errorf("rescued: %s", cmp.Diff(was, is))
	}
	archivetest.Sound(t, to)
	if left, err := filepath.Glob(filepath.Join(to.Dir(), "*.rescue")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestRescueOfAnotherState: what was rescued of a file that has changed since is not
// mixed up with what it is now.
func TestRescueOfAnotherState(t *testing.T) {
	a, to := archivetest.Fresh(t), archivetest.Another(t)
	archivetest.Varied(t, a)
	archivetest.Commit(t, a, archivetest.Page("4000", archivetest.NewsPage(4000, 1), 400), archivetest.Page("4001", archivetest.NewsPage(4001, 1), 401))
	if _, err := Run(&archivetest.Counted{Context: ctx, Left: 150}, a, archivetest.Site, to.Dir(), Options{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if state, err := archivetest.OpenAt(t, to.Newspaper(archivetest.Site).File.Path("rescue")).Newspaper(archivetest.Site).State(ctx); err != nil || state.Last == 0 {
		t.Fatalf("nothing was rescued before: %+v, %v", state, err)
	}
	archivetest.ForgetPage(t, a, "1000")
	report, err := Run(ctx, a, archivetest.Site, to.Dir(), Options{Lost: func(l Lost) { t.Errorf("lost: %+v", l) }})
	if err != nil || report.Resumed != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if was, is := archivetest.HistoryOf(t, a), archivetest.HistoryOf(t, to); was != is {
		t.Errorf("rescued: %s", cmp.Diff(was, is))
	}
}

// TestRescueOfWhatRepeatsALostCapture: a revisit keeps the body where the record of
// the capture is damaged that had brought it.
func TestRescueOfWhatRepeatsALostCapture(t *testing.T) {
	a, to := archivetest.Another(t), archivetest.Fresh(t)
	text := archivetest.NewsPage(1, 3)
	archivetest.Commit(t, a, archivetest.Page("20240301000000001", text, 0), archivetest.NotModified("20240301000000001", 1), archivetest.NotModified("20240301000000001", 2))
	hurt := bytes.ReplaceAll(archivetest.ReadFile(t, a), []byte(`{"number":1,`), []byte(`{"number":9,`)) // old copies, too
	if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("db"), hurt, 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := Run(ctx, a, archivetest.Site, to.Dir(), Options{})
	if err != nil || report.Captures != 2 || report.Lost != 1 || report.Bodiless != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	v := archivetest.View(t, to)
	for n := uint64(1); n <= 2; n++ {
		body, err := v.Body(ctx, n)
		if err != nil || string(body) != text {
			t.Errorf("body %d: %d bytes, %v", n, len(body), err)
		}
		if c, err := v.Capture(ctx, n); err != nil || c.Kind != capture.Revisit || c.Profile != capture.NotModified {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if list := archivetest.Versions(t, v, "20240301000000001"); len(list) != 1 {
		t.Errorf("%+v", list)
	}
}

// TestForgottenStaysForgotten: a page that was taken out by law comes back neither
// by a rescue, though old copies of it lie in the file, nor by a merge.
func TestForgottenStaysForgotten(t *testing.T) {
	a := archivetest.Fresh(t)
	bodies := archivetest.Varied(t, a)
	before := archivetest.ReadFile(t, a)
	forgotten, err := forget.Run(ctx, a, archivetest.Site, "1007", forget.Options{Reason: "a court said so", At: archivetest.At(500), Accept: true})
	if err != nil {
		t.Fatal(err)
	}
	// As if free pages still held what was there.
	whole := archivetest.ReadFile(t, a)
	if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("db"), append(bytes.Clone(whole), before...), 0o600); err != nil {
		t.Fatal(err)
	}
	to := archivetest.Fresh(t)
	r, err := Run(ctx, a, archivetest.Site, to.Dir(), Options{Lost: func(l Lost) { t.Errorf("lost: %+v", l) }})
	if err != nil || r.Captures != len(bodies)-forgotten.Captures || r.Of != r.Captures {
		t.Errorf("%+v, %v", r, err)
	}
	old := archivetest.Another(t)
	if err := os.WriteFile(old.Newspaper(archivetest.Site).File.Path("db"), before, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, into := range []*archive.Archive{a, to} {
		if r, err := merge.Run(ctx, into, archivetest.Site, old, merge.Options{}); err != nil || r.Forgotten != forgotten.Captures || r.Added+r.Unreadable != 0 {
			t.Errorf("merged: %+v, %v", r, err)
		}
		if _, err := archivetest.View(t, into).Page(ctx, "1007"); !errors.Is(err, archive.ErrForgotten) {
			t.Errorf("page 1007: %v", err)
		}
	}
}

// TestRescueBringsBackWhatIsUnhurt: whichever bit is flipped, half of them in
// page heads, each capture whose own record and body are unhurt is found, bit for
// bit. Some rounds go all the way to a new archive; BAOLUU_TEST_FLIPS=1000 has that
// many, all of them so.
func TestRescueBringsBackWhatIsUnhurt(t *testing.T) {
	a := archivetest.Another(t)
	bodies := archivetest.Varied(t, a)
	whole := archivetest.ReadFile(t, a)
	inUse := archivetest.UsedPages(t, whole)
	rounds, every := 200, 20
	if testing.Short() {
		rounds = 40
	}
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_FLIPS")); err == nil {
		rounds, every = n, 1
	}
	r := rand.New(rand.NewPCG(5, 6))
	lost := 0
	for round := range rounds {
		b := bytes.Clone(whole)
		at := r.IntN(len(b))
		for round%4 != 0 && !inUse[at] {
			at = r.IntN(len(b))
		}
		if round%2 == 0 { // in a page's head
			at = at/store.PageSize*store.PageSize + r.IntN(boltfile.PageHead)
		}
		b[at] ^= 1 << r.IntN(8)
		hurt := archivetest.Another(t)
		if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		var gone map[uint64]bool
		if round%every == 0 {
			gone = rescued(t, hurt, bodies)
		} else {
			gone = salvaged(t, hurt, bodies)
		}
		lost += len(gone)
		hit := touched(t, whole, int64(at))
		for n := range gone {
			if !hit[n] {
				t.Errorf("byte %d (page %d + %d): capture %d is not hurt, and lost", at, at/store.PageSize, at%store.PageSize, n)
			}
		}
	}
	t.Logf("%d flips, %d captures lost", rounds, lost)
}

// TestRescuePassesOverNothing: an element that a flipped bit leads to an old copy of
// its record, far behind, takes away nothing that lies in between.
func TestRescuePassesOverNothing(t *testing.T) {
	a := archivetest.Another(t)
	bodies := archivetest.Varied(t, a)
	whole := archivetest.ReadFile(t, a)
	tr, err := store.OpenTree(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	leaf, _, _, err := tr.Find(schema.BucketCaptures, schema.NumberKey(1))
	if err != nil {
		t.Fatal(err)
	}
	at := int(leaf.ID) * store.PageSize
	further := bytes.Clone(whole)
	further = append(further, whole[at:at+store.PageSize]...) // the old copy
	position := further[at+boltfile.PageHead+4:]
	binary.LittleEndian.PutUint32(position, binary.LittleEndian.Uint32(position)+uint32(len(whole)-at))
	hurt := archivetest.Another(t)
	if err := os.WriteFile(hurt.Newspaper(archivetest.Site).File.Path("db"), further, 0o600); err != nil {
		t.Fatal(err)
	}
	if gone := salvaged(t, hurt, bodies); len(gone) > 0 {
		t.Errorf("%d captures of %d are lost", len(gone), len(bodies))
	}
}

// salvaged gives the captures that are not found, or not with their body.
func salvaged(t *testing.T, hurt *archive.Archive, bodies map[uint64][]byte) map[uint64]bool {
	t.Helper()
	f, err := os.Open(hurt.Newspaper(archivetest.Site).File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := openSalvage(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	gone := map[uint64]bool{}
	for n, want := range bodies {
		c, err := schema.LoadCapture(s, n)
		if err != nil {
			gone[n] = true
			continue
		}
		if len(want) == 0 || c.Kind == capture.Revisit {
			continue
		}
		got, err := s.body(hurt.Newspaper(archivetest.Site), c.Digest)
		if gone[n] = err != nil; err == nil && !bytes.Equal(got, want) {
			t.Errorf("capture %d has another body", n)
		}
	}
	maps.DeleteFunc(gone, func(_ uint64, is bool) bool { return !is })
	return gone
}

// rescued gives the captures that do not come back, or not with their body, and
// looks whether what does is sound.
func rescued(t *testing.T, hurt *archive.Archive, bodies map[uint64][]byte) map[uint64]bool {
	t.Helper()
	to := archivetest.Another(t)
	gone, got := map[uint64]bool{}, map[string]bool{}
	report, err := Run(ctx, hurt, archivetest.Site, to.Dir(), Options{Lost: func(l Lost) {
		gone[l.Capture] = true
		if l.Body {
			got[schema.DigestOf(bodies[l.Capture])] = true // a revisit of it has lost its body, too
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Sound(t, to)
	if report.Captures+report.Lost != len(bodies) {
		t.Errorf("%+v of %d", report, len(bodies))
	}
	v := archivetest.View(t, to)
	if err := v.All(ctx, func(c capture.Capture) error {
		body, err := v.Body(ctx, c.Number)
		got[schema.DigestOf(body)] = true
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for n, body := range bodies {
		if !gone[n] && !got[schema.DigestOf(body)] {
			t.Errorf("the body of capture %d did not come back", n)
		}
	}
	return gone
}

// touched gives the captures that the byte at hurts: whose own record it lies in, or
// that of a body that theirs takes to unpack.
func touched(t testing.TB, whole []byte, at int64) map[uint64]bool {
	t.Helper()
	tr, err := store.OpenTree(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var hurtBodies, hurtCaptures []uint64
	var walk func(p boltfile.Page)
	element := func(p boltfile.Page, base int64, b schema.Bucket, i int) {
		from, to := p.Span(i)
		if at >= base+int64(from) && at < base+int64(to) {
			n, err := schema.ParseNumberKey(p.Key(i))
			switch {
			case err != nil:
			case b == schema.BucketBodies:
				hurtBodies = append(hurtBodies, n)
			default:
				hurtCaptures = append(hurtCaptures, n)
			}
		}
	}
	for _, b := range []schema.Bucket{schema.BucketCaptures, schema.BucketBodies} {
		walk = func(p boltfile.Page) {
			for i := range p.Count {
				if p.IsBranch() {
					walk(childOf(t, tr, p, i))
				} else {
					element(p, int64(p.ID)*store.PageSize, b, i)
				}
			}
		}
		root, err := tr.Root(string(b))
		if err != nil || root.Inline {
			t.Fatal("the bucket is too small for this test", err)
		}
		walk(root)
	}
	hit := map[uint64]bool{}
	for _, n := range hurtCaptures {
		hit[n] = true
	}
	err = tr.Scan(schema.BucketBodies, nil, func(key, _ []byte) error {
		n, _ := schema.ParseNumberKey(key)
		for m := n; m != 0; {
			for _, h := range hurtBodies {
				if m == h {
					hit[n] = true
				}
			}
			body, err := schema.LoadBody(tr, m)
			if err != nil {
				return err
			}
			m = body.Base
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hit
}

// TestRescueSaysTheSame: what a rescue says of a damaged record follows from what is damaged, and not from
// where bbolt happened to write the pages, which differs from run to run; of a second copy it says nothing.
// BAOLUU_TEST_ROUNDS=12 has that many of each.
func TestRescueSaysTheSame(t *testing.T) {
	rounds := 2
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_ROUNDS")); err == nil {
		rounds = n
	}
	say := func(b schema.Bucket) string {
		a := archivetest.Another(t)
		for i := range 2 {
			archivetest.Commit(t, a, archivetest.Needing(archivetest.Page("100", archivetest.NewsPage(1, 3+i), i), "a.png"), archivetest.Asset("a.png", archivetest.Picture(t, uint64(i)), i))
		}
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{
			Kept:    []capture.Kept{archivetest.Page("list", archivetest.NewsPage(1, 3), 3), archivetest.Page("200", archivetest.NewsPage(2, 3), 3)},
			Entries: []capture.Entry{{Page: "100", URL: "https://dantri.com.vn/x-100.htm", Due: archivetest.At(9)}}, Run: &capture.Run{Started: archivetest.At(0)},
			Aliases: []capture.Alias{{Page: "200", Of: "300", Why: "canonical"}}, Hosts: map[string][]byte{"dantri.com.vn": []byte(`{"robots":""}`)},
		}); err != nil {
			t.Fatal(err)
		}
		var key []byte
		err := a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
			return tr.Scan(b, nil, func(k, _ []byte) error {
				key = bytes.Clone(k)
				return schema.ErrStop
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if key == nil {
			return ""
		}
		archivetest.Spoil(t, a, b, key)
		var w strings.Builder
		r, err := Run(ctx, a, archivetest.Site, t.TempDir(), Options{Lost: func(l Lost) { fmt.Fprintf(&w, "%+v\n", l) }})
		fmt.Fprintf(&w, "%+v %v", r, err)
		return w.String()
	}
	for _, b := range schema.Buckets() {
		first := say(b)
		if b == schema.BucketCopies && !strings.Contains(first, "Lost:0 Bodiless:0 Already:false Doubts:}") {
			t.Errorf("of a second copy: %s", first)
		}
		for range rounds - 1 {
			if again := say(b); again != first {
				t.Errorf("%s: %s", b, cmp.Diff(first, again))
			}
		}
	}
}
