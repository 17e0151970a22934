package archive_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/rescue"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// asking is a capture with a request as a crawl sends it, conditional where it has tags.
func asking(id, text string, minute int, etag, modified string) capture.Kept {
	k := archivetest.Page(id, text, minute)
	k.Request = strings.Replace(k.Request, "\r\n\r\n", "\r\nIf-None-Match: "+etag+"\r\nIf-Modified-Since: "+modified+"\r\n\r\n", 1)
	k.Header = append(k.Header, capture.Field{Name: "etag", Value: `"2"`}, capture.Field{Name: "Last-Modified", Value: "Sun, 29 Nov 2026 01:00:00 GMT"})
	return k
}

// requestsOf is what was asked for each capture of an archive.
func requestsOf(t testing.TB, a *archive.Archive) map[uint64]string {
	t.Helper()
	all := map[uint64]string{}
	err := archivetest.View(t, a).Exchanges(ctx, func(c capture.Capture) error {
		all[c.Number] = c.Request
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func formsOf(t testing.TB, a *archive.Archive) []string {
	t.Helper()
	var list []string
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		return schema.Raw(schema.BucketRequests).Walk(r.Scan, func(key, _ []byte) error {
			list = append(list, hex.EncodeToString(key))
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestRequestsGoRound: whatever was asked, form and own text make it again, byte for byte.
func TestRequestsGoRound(t *testing.T) {
	line := rapid.OneOf(
		rapid.SampledFrom([]string{
			"GET /a?b=c HTTP/1.1", "GET https://dantri.com.vn/a?b=c HTTP/1.1", "GET  /a  HTTP/1.1", "GET", " ", "GET /a", ":authority: dantri.com.vn", "Host: dantri.com.vn",
			`If-None-Match: W/"1"`, `if-none-match:"2"`, "If-None-Match:", "If-None-Match", "If-Modified-Since: Sun, 29 Nov 2026 01:00:00 GMT", "Cookie: a=b; c=" + strings.Repeat("d", 900),
			"Referer:\thttps://dantri.com.vn/ ", "X: target", "\x00\x01", "Báo: Nghệ An", " folded", "",
		}),
		rapid.StringMatching(`[ -~]{0,12}`), rapid.String(),
	)
	rapid.Check(t, func(t *rapid.T) {
		c := capture.Capture{URL: rapid.SampledFrom([]string{"https://dantri.com.vn/a?b=c", "https://dantri.com.vn", "http://dantri.com.vn?x#y", "x", ""}).Draw(t, "url")}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"ETag", "last-modified"}), 0, 3).Draw(t, "fields") {
			c.Header = append(c.Header, capture.Field{Name: name, Value: rapid.SampledFrom([]string{"", `"2"`, `W/"1"`, "Sun, 29 Nov 2026 01:00:00 GMT"}).Draw(t, "value")})
		}
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			c.Request += line.Draw(t, "line") + rapid.SampledFrom([]string{"\r\n", "\n", "\r\n\r\n", "\r"}).Draw(t, "end")
		}
		parts, own := schema.SplitRequest(c)
		got, err := (&schema.Request{Own: own}).Text(schema.Form{Parts: parts}, c)
		if err != nil || got != c.Request {
			t.Fatalf("%q became %q, %v (%q, %q)", c.Request, got, err, parts, own)
		}
		if _, err := (&schema.Request{Own: append(own, "more")}).Text(schema.Form{Parts: parts}, c); err == nil {
			t.Fatal("fits with more of its own")
		}
	})
}

// TestRequestsShareTheirForm: what all requests of a crawl have alike is stored once.
func TestRequestsShareTheirForm(t *testing.T) {
	a := archivetest.Fresh(t)
	want := map[uint64]string{}
	for i := range 40 {
		k := archivetest.Page(fmt.Sprint(100+i%20), "A\nx", i)
		if i >= 20 {
			k = asking(fmt.Sprint(100+i%20), "A\nx", i, `"2"`, "Sun, 29 Nov 2026 01:00:00 GMT")
		}
		want[archivetest.Commit(t, a, k)[0].Number] = k.Request
	}
	if diff := cmp.Diff(want, requestsOf(t, a)); diff != "" {
		t.Error(diff)
	}
	if forms := formsOf(t, a); len(forms) != 2 {
		t.Errorf("%d forms", len(forms))
	}
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		for _, n := range []uint64{1, 40} {
			s, err := schema.LoadStored(r, n)
			if err != nil {
				return err
			}
			if b, err := schema.Encode(s.Request); err != nil || len(b) > 30 {
				t.Errorf("capture %d: %s, %v", n, b, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	odd := archivetest.Page("200", "B\nx", 50)
	odd.Request = "GET /\xff HTTP/1.1\r\n\r\n"
	n := archivetest.Commit(t, a, odd)[0].Number
	c, err := archivetest.View(t, a).Exchange(ctx, n)
	if err != nil || c.Request != odd.Request || len(formsOf(t, a)) != 2 {
		t.Errorf("%q, %v", c.Request, err)
	}
	odd.Request = strings.Repeat("x", schema.MaxRequest+1)
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{odd}}); err == nil {
		t.Error("a request of any size is taken")
	}
	archivetest.Sound(t, a)
}

// TestRequestComesLater: the same capture with a request and without one is one capture. The
// first request stays; one that lacks gets it.
func TestRequestComesLater(t *testing.T) {
	with := archivetest.Page("100", "A\nx", 0)
	without, other := with, with
	without.Request = ""
	other.Request = "GET /other HTTP/1.1\r\n\r\n"
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, without)
	if known, err := a.Known(ctx, archivetest.Site, []capture.Kept{{Capture: digested(without)}, {Capture: digested(with)}}); err != nil || known[0] != 1 || known[1] != 0 {
		t.Errorf("%v, %v", known, err)
	}
	for i, test := range []struct {
		k      capture.Kept
		mended bool
		want   string
	}{{without, false, ""}, {with, true, with.Request}, {other, false, with.Request}, {without, false, with.Request}} {
		put := archivetest.Commit(t, a, test.k)[0]
		if !put.Duplicate || put.Repaired != test.mended || put.Number != 1 {
			t.Errorf("%d: %+v", i, put)
		}
		if c, err := archivetest.View(t, a).Exchange(ctx, 1); err != nil || c.Request != test.want {
			t.Errorf("%d: %q, %v", i, c.Request, err)
		}
	}
	state, err := a.Newspaper(archivetest.Site).State(ctx)
	if err != nil || state.Repairs != 1 {
		t.Errorf("%+v, %v: a backup would not be told", state, err)
	}
	b := archivetest.Fresh(t)
	archivetest.Commit(t, b, without, archivetest.Page("101", "B\nx", 1))
	if r := archivetest.MergeInto(t, b, a); r.Repaired != 1 || r.Added != 0 {
		t.Errorf("%+v", r)
	}
	if got := requestsOf(t, b); got[1] != with.Request {
		t.Errorf("%v", got)
	}
	if r := archivetest.MergeInto(t, b, a); r.Repaired != 0 || r.Known != 1 {
		t.Errorf("merged again: %+v", r)
	}
	if err := b.AddRequest(ctx, archivetest.Site, 1, other.Request); err != nil || requestsOf(t, b)[1] != with.Request {
		t.Errorf("%v, %v", requestsOf(t, b), err)
	}
	archivetest.Sound(t, a)
	archivetest.Sound(t, b)
}

// digested is a capture with its digest, as an import looks it up.
func digested(k capture.Kept) capture.Capture {
	k.Digest = schema.DigestOf(k.Body)
	return k.Capture
}

// TestRequestsLiveOn: a backup, a merge, a rescue and an upgrade keep what was asked; forgetting a page
// takes its requests along, and what they alone had in them.
func TestRequestsLiveOn(t *testing.T) {
	a := archivetest.Fresh(t)
	secret := archivetest.Page("300", "S\nx", 3)
	secret.Request = "GET /the-gioi/bai-300.htm HTTP/1.1\r\nX-Name: secret-of-300\r\n\r\n"
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0), asking("100", "A\ny", 1, `"1"`, "x"), secret, archivetest.Page("200", "A\nz", 4), archivetest.NotModified("100", 5))
	want := requestsOf(t, a)
	if want[3] != secret.Request || want[5] == "" {
		t.Fatalf("%v", want)
	}
	dir := t.TempDir()
	archivetest.BackUp(t, a, dir)
	merged, rescued := archivetest.Another(t), archivetest.Another(t)
	archivetest.MergeInto(t, merged, a)
	if _, err := rescue.Run(ctx, a, archivetest.Site, rescued.Dir(), rescue.Options{Lost: func(l rescue.Lost) { t.Errorf("%+v", l) }}); err != nil {
		t.Fatal(err)
	}
	for what, to := range map[string]*archive.Archive{"backup": archivetest.OpenAt(t, dir), "merged": merged, "rescued": rescued} {
		if diff := cmp.Diff(want, requestsOf(t, to)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		archivetest.Sound(t, to)
	}
	forms := len(formsOf(t, a))
	archivetest.ForgetPage(t, a, "300")
	if got := requestsOf(t, a); len(got) != 4 || got[1] != want[1] || got[2] != want[2] || len(formsOf(t, a)) != forms-1 {
		t.Errorf("%v, %d forms of %d", got, len(formsOf(t, a)), forms)
	}
	archivetest.Sound(t, a)
	archivetest.BackUp(t, a, dir)
	if got := formsOf(t, archivetest.OpenAt(t, dir)); len(got) != forms-1 {
		t.Errorf("the backup has %d forms", len(got))
	}
}

// TestLostRequest: where a form is damaged, captures are read all the same; a rescue says what
// is lost, and a merge brings it back.
func TestLostRequest(t *testing.T) {
	whole := archivetest.Fresh(t)
	archivetest.Commit(t, whole, archivetest.Page("100", "A\nx", 0), archivetest.Page("101", "B\nx", 1))
	form, err := hex.DecodeString(formsOf(t, whole)[0])
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(whole.Newspaper(archivetest.Site).File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Plain(a)
	if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("db"), archivetest.Losing(t, b, schema.BucketRequests, form), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := archivetest.View(t, a).Capture(ctx, 1); err != nil || c.Number != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := archivetest.View(t, a).Exchange(ctx, 1); err == nil {
		t.Error("a request is read that cannot be")
	}
	told := 0
	if _, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { told++ }, nil); err != nil || told == 0 {
		t.Errorf("verify tells of %d, %v", told, err)
	}
	rescued := archivetest.Another(t)
	report, err := rescue.Run(ctx, a, archivetest.Site, rescued.Dir(), rescue.Options{})
	if err != nil || report.Captures != 2 {
		t.Fatalf("%+v, %v", report, err)
	}
	c, err := archivetest.View(t, rescued).Exchange(ctx, 1)
	if err != nil || c.Request != "" || !cmp.Equal(c.Notes, []string{schema.LostRequest}) {
		t.Errorf("%+v, %v", c, err)
	}
	if r := archivetest.MergeInto(t, rescued, whole); r.Repaired != 2 {
		t.Errorf("%+v", r)
	}
	c, err = archivetest.View(t, rescued).Exchange(ctx, 1)
	if err != nil || c.Request == "" || len(c.Notes) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
	archivetest.Sound(t, rescued)
}
