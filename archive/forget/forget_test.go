package forget_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"

	"github.com/google/go-cmp/cmp"
)

var ctx = context.Background()

// bytesOf is what must not be in the file when a page is forgotten: its words and
// addresses, and its bodies and articles as they are stored.
func bytesOf(t testing.TB, a *archive.Archive, id string) [][]byte {
	t.Helper()
	list := [][]byte{[]byte("dấu" + id + "x"), []byte("slug" + id + "x")}
	v := archivetest.View(t, a)
	var numbers []uint64
	if err := v.Captures(ctx, id, func(c capture.Capture) error { numbers = append(numbers, c.Number); return nil }); err != nil {
		t.Fatal(err)
	}
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		for _, n := range numbers {
			for b, key := range map[schema.Bucket][]byte{schema.BucketBodies: schema.NumberKey(n), schema.BucketArticles: schema.BucketArticles.Key(schema.Key{Generation: archivetest.StateOf(t, a).Generation, Number: n})} {
				payload, err := schema.Raw(b).Payload(r, key)
				if err != nil {
					return err
				}
				if _, frame, ok := bytes.Cut(payload, []byte("\n")); ok && len(frame) > 16 {
					list = append(list, bytes.Clone(frame[8:]))
				}
				if b == schema.BucketBodies && payload != nil {
					c, err := schema.LoadCapture(r, n)
					if err != nil {
						return err
					}
					digest, err := schema.ParseDigest(c.Digest)
					if err != nil {
						return err
					}
					list = append(list, digest[:])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestForget(t *testing.T) {
	a := archivetest.Fresh(t)
	shared := archivetest.NewsPage(77, 4)
	archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("200", archivetest.NewsPage(2, 6), 1), archivetest.Marked("300", archivetest.NewsPage(3, 6), 2))
	archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(1, 7), 3), archivetest.Marked("200", archivetest.NewsPage(2, 7), 4), archivetest.Marked("200", archivetest.NewsPage(2, 8), 5))
	archivetest.Commit(t, a, archivetest.Page("100", shared, 6), archivetest.Page("200", shared, 7))
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "101", Of: "100"}},
		Kept: []capture.Kept{archivetest.Marked("101", archivetest.NewsPage(4, 5), 8)}, Entries: []capture.Entry{{Page: "100", URL: "https://dantri.com.vn/slug100x-100.htm", Due: archivetest.At(9)}, {Page: "200", URL: "https://dantri.com.vn/b-200.htm", Due: archivetest.At(9)}}}); err != nil {
		t.Fatal(err)
	}
	must := append(bytesOf(t, a, "100"), []byte("dấu101x"), []byte("slug101x"))
	for _, b := range must[1:] {
		if db := archivetest.ReadFile(t, a); !bytes.Contains(db, b) {
			t.Fatalf("%.40q is not in the file: the test looks for the wrong thing", b)
		}
	}
	before := archivetest.ReadAll(t, a, "100")

	dry, err := forget.Run(ctx, a, archivetest.Site, "101", forget.Options{Reason: "x"})
	if err != nil || dry.After != 0 {
		t.Fatalf("%+v, %v", dry, err)
	}
	if diff := archivetest.Different(before, archivetest.ReadAll(t, a, "100")); diff != "" {
		t.Fatalf("without Accept: %s", diff)
	}
	r := archivetest.ForgetPage(t, a, "https://dantri.com.vn/the-gioi/slug100x-100.htm")
	if r.Captures != 4 || r.Bodies != 3 || r.Shared != 1 || r.Repacked == 0 || len(r.Addresses) != 3 || !slices.Equal(r.Aliases, []string{"101"}) || r.After == 0 {
		t.Errorf("%+v", r)
	}
	dry.After = r.After
	if diff := cmp.Diff(dry, r); diff != "" {
		t.Errorf("what was announced is not what was done: %s", diff)
	}
	after := archivetest.ReadAll(t, a)
	if diff := archivetest.Different(before, after); diff != "" {
		t.Errorf("other pages: %s", diff)
	}
	// The shared body moved from capture 7 to capture 8.
	stays, err := schema.ParseDigest(schema.DigestOf([]byte(shared)))
	if err != nil {
		t.Fatal(err)
	}
	db := archivetest.ReadFile(t, a)
	for _, b := range must {
		if bytes.Contains(db, b) && !bytes.Equal(b, stays[:]) {
			t.Errorf("the file still holds %.40q (%.20x)", b, b)
		}
	}
	archivetest.Sound(t, a)

	v := archivetest.View(t, a)
	var gone *archive.ForgottenError
	for _, ref := range []string{"100", "101", "https://dantri.com.vn/the-gioi/slug100x-100.htm"} {
		if _, err := v.Page(ctx, ref); !errors.As(err, &gone) || gone.Reason != "Quyết định 12/QĐ" || gone.Page != "100" || !gone.At.Equal(archivetest.At(1000)) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	if _, err := v.Versions(ctx, "100"); !errors.Is(err, archive.ErrForgotten) {
		t.Error(err)
	}
	if _, err := forget.Run(ctx, a, archivetest.Site, "100", forget.Options{Reason: "x", Accept: true}); !errors.Is(err, archive.ErrForgotten) {
		t.Error(err)
	}
	list, err := v.Forgotten(ctx)
	if err != nil || len(list) != 1 || !slices.Equal(list[0].Captures, []uint64{1, 4, 7, 9}) || len(list[0].Bodies) != 3 {
		t.Errorf("%+v, %v", list, err)
	}
	stats, err := v.Stats(ctx)
	if err != nil || stats.Captures != len(after.Captures) || stats.Pages != 2 {
		t.Errorf("%+v, %v", stats, err)
	}
}

// TestForgottenStays: what was forgotten is not stored again, by whatever way it
// comes.
func TestForgottenStays(t *testing.T) {
	a := archivetest.Fresh(t)
	b, err := archive.Open(a.Dir()) // another process, which has read the references already
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Plain(b)
	archivetest.Commit(t, b, archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("200", archivetest.NewsPage(2, 6), 1))
	archivetest.ForgetPage(t, a, "100")
	for _, a := range []*archive.Archive{a, b} {
		puts, err := a.Commit(ctx, archivetest.Site, capture.Batch{
			Aliases: []capture.Alias{{Page: "110", Of: "100", Why: "canonical"}, {Page: "200", Of: "100"}},
			Kept: []capture.Kept{
				archivetest.Marked("100", archivetest.NewsPage(1, 6), 20), archivetest.Marked("110", archivetest.NewsPage(1, 7), 21), archivetest.Marked("200", archivetest.NewsPage(2, 7), 22), archivetest.Marked("300", archivetest.NewsPage(1, 8), 23),
			},
			Entries: []capture.Entry{{Page: "100", URL: "https://dantri.com.vn/x-100.htm", Due: archivetest.At(0)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []bool{true, true, false, false} {
			if (puts[i].Forgotten != "") != want {
				t.Errorf("capture %d: %+v", i, puts[i])
			}
		}
		added, err := a.Discover(ctx, archivetest.Site, []capture.Entry{{Page: "100", URL: "https://dantri.com.vn/x-100.htm", Due: archivetest.At(0)}, {Page: "110", URL: "https://dantri.com.vn/x-110.htm", Due: archivetest.At(0)}})
		if err != nil || added != 0 {
			t.Errorf("%d discovered, %v", added, err)
		}
		if es, err := a.Due(ctx, archivetest.Site, archivetest.At(99), capture.Seed, 9); err != nil || len(es) > 0 {
			t.Errorf("due: %v, %v", es, err)
		}
	}
	if _, err := archivetest.View(t, a).Page(ctx, "110"); !errors.Is(err, archive.ErrForgotten) {
		t.Error(err)
	}
}

// TestForgetWhatOthersRepeat: a revisit of another page's capture keeps the body,
// and gets an article of its own.
func TestForgetWhatOthersRepeat(t *testing.T) {
	a := archivetest.Fresh(t)
	text := archivetest.NewsPage(1, 6)
	archivetest.Commit(t, a, archivetest.Page("100", text, 0))
	k := archivetest.Page("200", "", 1)
	k.Kind, k.Digest, k.Body, k.Article, k.Refused = capture.Revisit, schema.DigestOf([]byte(text)), nil, nil, ""
	archivetest.Commit(t, a, k)
	if c, err := archivetest.View(t, a).Capture(ctx, 2); err != nil || c.RevisitOf != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	before := archivetest.ReadAll(t, a, "100")
	if r := archivetest.ForgetPage(t, a, "100"); r.Bodies != 0 || r.Shared != 1 {
		t.Errorf("%+v", r)
	}
	after := archivetest.ReadAll(t, a)
	c := after.Captures[2]
	if c.RevisitOf != 0 || after.Bodies[2] != text || len(after.Versions["200"]) != 1 {
		t.Errorf("%+v, %+v", c, after.Versions)
	}
	if diff := cmp.Diff(before.Bodies, after.Bodies); diff != "" {
		t.Error(diff)
	}
}

// TestForgetInterrupted: until the new file has the old one's name, the old state
// stands, whatever was left.
func TestForgetInterrupted(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("200", archivetest.NewsPage(2, 6), 1))
	before := archivetest.ReadAll(t, a)
	done := archivetest.Another(t)
	if err := os.WriteFile(done.Newspaper(archivetest.Site).File.Path("db"), archivetest.ReadFile(t, a), 0o666); err != nil {
		t.Fatal(err)
	}
	archivetest.ForgetPage(t, done, "100")
	if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("new"), archivetest.ReadFile(t, done), 0o666); err != nil {
		t.Fatal(err)
	}
	// Killed here, or anywhere before.
	if diff := archivetest.Different(before, archivetest.ReadAll(t, a)); diff != "" {
		t.Error(diff)
	}
	whole, err := os.ReadFile(a.Newspaper(archivetest.Site).File.Path("new"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 100, len(whole) / 2} {
		if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("new"), whole[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		if diff := archivetest.Different(before, archivetest.ReadAll(t, a)); diff != "" {
			t.Error(diff)
		}
		archivetest.Commit(t, a, archivetest.Marked("300", archivetest.NewsPage(3, n%7), n))
		before = archivetest.ReadAll(t, a)
	}
	archivetest.ForgetPage(t, a, "100")
	if _, err := os.Stat(a.Newspaper(archivetest.Site).File.Path("new")); !os.IsNotExist(err) {
		t.Error(err)
	}
}

// TestForgetBesideOthers: what is committed while a page is being forgotten is
// never lost, and a crawl or an accepted re-clean comes first.
func TestForgetBesideOthers(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("200", archivetest.NewsPage(2, 6), 1))
	release, err := a.Lock(archivetest.Site, "crawl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := forget.Run(ctx, a, archivetest.Site, "100", forget.Options{Reason: "x", Accept: true}); !errors.Is(err, archive.ErrInUse) {
		t.Errorf("beside a crawl: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	unlock, err := a.Newspaper(archivetest.Site).File.LockReclean()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := forget.Run(ctx, a, archivetest.Site, "100", forget.Options{Reason: "x", Accept: true}); !errors.Is(err, archive.ErrInUse) {
		t.Errorf("beside a re-clean: %v", err)
	}
	unlock()

	// What is committed at any moment of it stays.
	commits := 0
	for n := 1; n <= 40; n++ {
		c := &asked{Context: ctx, left: n, then: func() {
			archivetest.Commit(t, a, archivetest.Marked(fmt.Sprint(300+n), archivetest.NewsPage(uint64(n), 6), 2+n))
			commits++
		}}
		archivetest.Commit(t, a, archivetest.Marked(fmt.Sprint(600+n), archivetest.NewsPage(uint64(100+n), 6), 100+n))
		if _, err := forget.Run(c, a, archivetest.Site, fmt.Sprint(600+n), forget.Options{Reason: "x", Accept: true}); err != nil {
			t.Fatal(err)
		}
		if c.left <= 0 {
			if v := archivetest.View(t, a); len(archivetest.Versions(t, v, fmt.Sprint(300+n))) != 1 {
				t.Errorf("what came in between at %d is lost", n)
			}
		}
	}
	if commits < 5 {
		t.Errorf("only %d commits came in between", commits)
	}
	before := archivetest.ReadAll(t, a, "100")
	archivetest.ForgetPage(t, a, "100")
	if diff := archivetest.Different(before, archivetest.ReadAll(t, a)); diff != "" {
		t.Error(diff)
	}
}

// asked is a context in which something happens when it was asked so often whether it ended.
type asked struct {
	context.Context
	left int
	then func()
}

func (c *asked) Err() error {
	if c.left--; c.left == 0 {
		c.then()
	}
	return nil
}

// TestForgetKilled kills a process at any moment of a forget: the page is there as
// it was, or it is not.
func TestForgetKilled(t *testing.T) {
	if dir := os.Getenv("BAOLUU_TEST_FORGETTER"); dir != "" {
		a, err := archive.Open(dir)
		if err == nil {
			fmt.Println("begins")
			_, err = forget.Run(ctx, a, archivetest.Site, "100", forget.Options{Reason: "x", At: archivetest.At(0), Accept: true})
		}
		fmt.Println(err)
		return
	}
	rounds := 8
	if testing.Short() {
		rounds = 3
	}
	done := 0
	for i := range rounds {
		a := archivetest.Fresh(t)
		for j := range 4 {
			archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(uint64(j), 6), 2*j), archivetest.Marked(fmt.Sprint(200+j), archivetest.NewsPage(uint64(90+j), 6), 2*j+1))
		}
		before, others := archivetest.ReadAll(t, a), archivetest.ReadAll(t, a, "100")
		cmd := exec.Command(os.Args[0], "-test.run=^TestForgetKilled$")
		cmd.Env = append(os.Environ(), "BAOLUU_TEST_FORGETTER="+a.Dir())
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 64)); err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(time.Duration(i) * 200 * time.Millisecond / time.Duration(rounds)); time.Now().Before(until); {
			time.Sleep(100 * time.Microsecond)
		}
		_ = cmd.Process.Kill() // it may be done
		_ = cmd.Wait()
		after := archivetest.ReadAll(t, a)
		switch {
		case archivetest.Different(before, after) == "":
			archivetest.ForgetPage(t, a, "100")
		case archivetest.Different(others, after) == "":
			done++
		default:
			t.Errorf("neither as it was nor without the page: %s", archivetest.Different(others, after))
		}
	}
	t.Logf("%d of %d were done before they were killed", done, rounds)
}

// TestForgetWhileOthersRead: who reads, verifies or backs up while pages are being
// forgotten meets no damage.
func TestForgetWhileOthersRead(t *testing.T) {
	a := archivetest.Fresh(t)
	for i := range 8 {
		archivetest.Commit(t, a, archivetest.Marked(fmt.Sprint(100+i), archivetest.NewsPage(uint64(i), 6), i), archivetest.Marked(fmt.Sprint(100+i), archivetest.NewsPage(uint64(i), 7), 20+i))
	}
	out := t.TempDir()
	var others sync.WaitGroup
	var reads []func()
	again := func(name string, read func(a *archive.Archive) error) {
		reads = append(reads, func() {
			b, err := archive.Open(a.Dir())
			if err == nil {
				archivetest.Plain(b)
				err = read(b)
			}
			if err != nil && !errors.Is(err, archive.ErrInUse) { // that is to be kept apart
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	again("verify", func(b *archive.Archive) error {
		report, err := b.Verify(ctx, archivetest.Site, func(p archive.Problem) { t.Errorf("verify: %+v", p) }, nil)
		if err == nil && report.Problems > 0 {
			err = fmt.Errorf("%+v", report)
		}
		return err
	})
	again("backup", func(b *archive.Archive) error {
		_, err := backup.Run(ctx, b, archivetest.Site, out, func(backup.Report) {})
		return err
	})
	again("read", func(b *archive.Archive) error {
		v, err := b.View(ctx, archivetest.Site)
		if err != nil {
			return err
		}
		return v.All(ctx, func(c capture.Capture) error {
			body, err := v.Body(ctx, c.Number)
			if errors.Is(err, archive.ErrNoPage) {
				return nil // forgotten since
			}
			if err == nil && schema.DigestOf(body) != c.Digest {
				err = fmt.Errorf("capture %d: another body", c.Number)
			}
			return err
		})
	})
	for i := range 5 {
		for _, read := range reads {
			others.Go(read)
		}
		_, err := forget.Run(ctx, a, archivetest.Site, fmt.Sprint(100+i), forget.Options{Reason: "x", At: archivetest.At(0), Accept: true})
		others.Wait()
		if errors.Is(err, archive.ErrInUse) {
			archivetest.ForgetPage(t, a, fmt.Sprint(100+i))
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestNothingUnderAForgottenName: a page that is found to be a forgotten one leaves
// the frontier, and verify tells of what stands where nothing may.
func TestNothingUnderAForgottenName(t *testing.T) {
	a := archivetest.Another(t)
	archivetest.Commit(t, a, archivetest.Marked("100", archivetest.NewsPage(1, 6), 0), archivetest.Marked("200", archivetest.NewsPage(2, 6), 1))
	archivetest.ForgetPage(t, a, "100")
	entry := capture.Entry{Page: "300", URL: "https://dantri.com.vn/a-300.htm", Due: archivetest.At(5)}
	for _, b := range []capture.Batch{{Entries: []capture.Entry{entry}}, {Aliases: []capture.Alias{{Page: "300", Of: "100", Why: "redirect"}}}} {
		if _, err := a.Commit(ctx, archivetest.Site, b); err != nil {
			t.Fatal(err)
		}
	}
	if e, ok, err := a.Entry(ctx, archivetest.Site, "300"); err != nil || ok {
		t.Errorf("it is still to be fetched: %+v, %v", e, err)
	}
	archivetest.Sound(t, a)
	// One that was joined to a page that stays is none of the forgotten one.
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "250", Of: "200", Why: "redirect"}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Aliases: []capture.Alias{{Page: "250", Of: "100", Why: "redirect"}}}); err != nil {
		t.Fatal(err)
	}
	if puts := archivetest.Commit(t, a, archivetest.Marked("250", archivetest.NewsPage(3, 6), 2)); puts[0].Forgotten != "" {
		t.Errorf("refused: %+v", puts[0])
	}
	archivetest.Sound(t, a)
	err := a.Newspaper(archivetest.Site).Update(ctx, func(s schema.Writer) error {
		return schema.Tombstones.Save(s, schema.NameOf("200"), schema.Tombstone{Of: schema.NameOf("100").String()})
	})
	if err != nil {
		t.Fatal(err)
	}
	var told []archive.Problem
	if _, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { told = append(told, p) }, nil); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[0].Where != "pages 200" || told[1].Where != "aliases 250" || !strings.Contains(told[0].Means, "law") {
		t.Errorf("told: %+v", told)
	}
}
