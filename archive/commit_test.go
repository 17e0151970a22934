package archive_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/sites"

	"github.com/google/go-cmp/cmp"
)

var ctx = context.Background()

func TestCommitGivesBackWhatItGot(t *testing.T) {
	a := archivetest.Fresh(t)
	k := archivetest.Page("100", "Tiêu đề\nĐoạn một.\n#quảng cáo\nĐoạn hai.", 0)
	k.Header = append(k.Header, capture.Field{Name: "X-Legacy", Value: "T\xeat \xff"}, capture.Field{Name: "X", Value: "a<b>&c"})
	k.Notes = []string{"content-encoding gzip undone"}
	puts := archivetest.Commit(t, a, k)
	if want := []capture.Put{{Number: 1, NewPage: true, Version: 1, NewVersion: true}}; !cmp.Equal(puts, want) {
		t.Errorf("puts: %s", cmp.Diff(want, puts))
	}
	v := archivetest.View(t, a)
	got, err := v.Exchange(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := k.Capture
	want.Number, want.Digest, want.Size = 1, schema.DigestOf(k.Body), int64(len(k.Body))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("capture: %s", diff)
	}
	body, err := v.Body(ctx, 1)
	if err != nil || !bytes.Equal(body, k.Body) {
		t.Errorf("body %q, %v", body, err)
	}
	art, err := v.Article(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*k.Article, art); diff != "" {
		t.Errorf("article: %s", diff)
	}
}

func TestVersions(t *testing.T) {
	refused := archivetest.Page("100", "list of links", 5)
	gone := func(minute int) capture.Kept { return archivetest.Status("100", capture.Gone, 404, minute) }
	elsewhere := func(k capture.Kept) capture.Kept {
		k.URL = "https://dantri.com.vn/the-gioi/ten-cu-100.htm"
		return k
	}
	tests := map[string]struct {
		kept []capture.Kept
		want []string // of each version: first-last, changed
	}{
		"one":                             {[]capture.Kept{archivetest.Page("100", "A\nx", 0)}, []string{"1-1 "}},
		"same bytes":                      {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\nx", 1)}, []string{"1-2 "}},
		"another ad":                      {[]capture.Kept{archivetest.Page("100", "A\nx\n#1", 0), archivetest.Page("100", "A\nx\n#2", 1)}, []string{"1-2 "}},
		"edited":                          {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\ny", 1)}, []string{"1-1 ", "2-2 body"}},
		"edited twice":                    {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "B\ny", 1), archivetest.Page("100", "B\ny\n#", 2)}, []string{"1-1 ", "2-3 title,body"}},
		"and back again":                  {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\ny", 1), archivetest.Page("100", "A\nx", 2)}, []string{"1-1 ", "2-2 body", "3-3 body"}},
		"an older one, the same":          {[]capture.Kept{archivetest.Page("100", "A\nx", 9), archivetest.Page("100", "A\nx\n#", 1)}, []string{"2-1 "}},
		"an older one, different":         {[]capture.Kept{archivetest.Page("100", "B\nx", 9), archivetest.Page("100", "A\nx", 1)}, []string{"2-2 ", "1-1 title"}},
		"one in between":                  {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\nx\n#", 9), archivetest.Page("100", "C\nx", 5)}, []string{"1-1 ", "3-3 title", "2-2 title"}},
		"gone":                            {[]capture.Kept{archivetest.Page("100", "A\nx", 0), gone(1), gone(2)}, []string{"1-1 ", "2-3 state"}},
		"gone in between":                 {[]capture.Kept{archivetest.Page("100", "A\nx", 0), gone(1), archivetest.Page("100", "A\nx", 2)}, []string{"1-1 ", "2-2 state", "3-3 state"}},
		"gone, and back edited":           {[]capture.Kept{archivetest.Page("100", "A\nx", 0), gone(1), archivetest.Page("100", "A\ny", 2)}, []string{"1-1 ", "2-2 state", "3-3 state,body"}},
		"gone, then not modified":         {[]capture.Kept{archivetest.Page("100", "A\nx", 0), gone(1), archivetest.NotModified("100", 2)}, []string{"1-1 ", "2-2 state", "3-3 state"}},
		"gone, then only a list":          {[]capture.Kept{archivetest.Page("100", "A\nx", 0), gone(1), refused}, []string{"1-1 ", "2-2 state"}},
		"gone before it was there":        {[]capture.Kept{gone(0), archivetest.Page("100", "A\nx", 1)}, []string{"2-2 "}},
		"never there":                     {[]capture.Kept{gone(0), gone(1)}, nil},
		"gone, told late":                 {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("100", "A\nx\n#", 9), gone(5)}, []string{"1-1 ", "3-3 state", "2-2 state"}},
		"trouble says nothing":            {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Status("100", capture.Broken, 503, 1), archivetest.Status("100", capture.Blocked, 403, 2), archivetest.Status("100", capture.Moved, 302, 3), archivetest.Page("100", "A\nx", 4)}, []string{"1-5 "}},
		"gone by way of an old address":   {[]capture.Kept{archivetest.Page("100", "A\nx", 0), elsewhere(gone(1)), archivetest.Page("100", "A\nx", 2)}, []string{"1-3 "}},
		"gone where it was given up":      {[]capture.Kept{elsewhere(archivetest.Status("100", capture.Moved, 301, 0)), archivetest.Page("100", "A\nx", 1), elsewhere(gone(2))}, []string{"2-2 "}},
		"gone at the way that led there":  {[]capture.Kept{elsewhere(archivetest.Status("100", capture.Moved, 302, 0)), archivetest.Page("100", "A\nx", 1), elsewhere(gone(2))}, []string{"2-2 ", "3-3 state"}},
		"gone at another way, read since": {[]capture.Kept{elsewhere(archivetest.Page("100", "A\nx", 0)), archivetest.Page("100", "A\nx\n#", 1), elsewhere(gone(2))}, []string{"1-2 "}},
		"a list in between":               {[]capture.Kept{archivetest.Page("100", "A\nx", 0), refused, archivetest.Page("100", "A\nx", 9)}, []string{"1-3 "}},
		"not modified":                    {[]capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.NotModified("100", 1)}, []string{"1-2 "}},
		"not modified, then the old":      {[]capture.Kept{archivetest.Page("100", "A\nx", 5), archivetest.NotModified("100", 6), archivetest.Page("100", "Z\nx", 1)}, []string{"3-3 ", "1-2 title"}},
		"never an article":                {[]capture.Kept{refused, archivetest.NotModified("100", 7)}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, one := range []bool{true, false} {
				a := archivetest.Fresh(t)
				if one {
					archivetest.Commit(t, a, tt.kept...)
				} else {
					for _, k := range tt.kept {
						archivetest.Commit(t, a, k)
					}
				}
				var got []string
				for _, v := range archivetest.Versions(t, archivetest.View(t, a), "100") {
					got = append(got, strings.Join([]string{num(v.First) + "-" + num(v.Last), strings.Join(v.Changed, ",")}, " "))
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("in one commit %t: got %q, want %q", one, got, tt.want)
				}
			}
		})
	}
}

func num(n uint64) string { return string('0' + byte(n)) }

func TestRevisits(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	put := archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 1))[0]
	if !put.Revisit || put.NewVersion || put.Version != 1 || put.NewPage {
		t.Errorf("same bytes: %+v", put)
	}
	nm := archivetest.NotModified("100", 2)
	nm.RevisitOf = 77 // is not there
	archivetest.Commit(t, a, nm)
	v := archivetest.View(t, a)
	for n, want := range map[uint64]string{2: capture.SamePayload, 3: capture.NotModified} {
		c, err := v.Capture(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		if c.Kind != capture.Revisit || c.RevisitOf != 1 || c.Profile != want || c.Digest != schema.DigestOf([]byte("A\nx")) || c.Size != 3 {
			t.Errorf("capture %d: %+v", n, c)
		}
		body, err := v.Body(ctx, n)
		if err != nil || string(body) != "A\nx" {
			t.Errorf("body %d: %q, %v", n, body, err)
		}
		if _, err := v.Article(ctx, n); err != nil {
			t.Errorf("article %d: %v", n, err)
		}
	}
	// A failure in between does not hide what is repeated.
	broken := archivetest.Status("100", capture.Broken, 503, 3)
	broken.Body = []byte("busy")
	archivetest.Commit(t, a, broken)
	if put := archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 4))[0]; !put.Revisit {
		t.Errorf("after a failure: %+v", put)
	}
	// A revisit of what never came is kept as it is said to be.
	dangling := archivetest.NotModified("200", 5)
	dangling.Profile, dangling.Digest = capture.SamePayload, schema.DigestOf([]byte("elsewhere"))
	archivetest.Commit(t, a, dangling)
	if body, err := archivetest.View(t, a).Body(ctx, 6); err != nil || body != nil {
		t.Errorf("dangling revisit: %q, %v", body, err)
	}
}

func TestTwiceIsOnce(t *testing.T) {
	a := archivetest.Fresh(t)
	k := archivetest.Page("100", "A\nx", 0)
	first := archivetest.Commit(t, a, k, k)
	again := archivetest.Commit(t, a, k)[0]
	if first[0].Duplicate || !first[1].Duplicate || !again.Duplicate || again.Number != 1 || again.Version != 1 {
		t.Errorf("%+v, %+v", first, again)
	}
	// The same instant at another address, or with other bytes, is another capture.
	elsewhere, other := k, archivetest.Page("100", "A\ny", 0)
	elsewhere.URL += "?x=1"
	if puts := archivetest.Commit(t, a, elsewhere, other); puts[0].Duplicate || puts[1].Duplicate {
		t.Errorf("%+v", puts)
	}
	stats, err := archivetest.View(t, a).Stats(ctx)
	if err != nil || stats.Captures != 3 || stats.Pages != 1 || stats.RawBytes != 6 {
		t.Errorf("%+v, %v", stats, err)
	}
}

func TestOneBodyForTwoPages(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0), archivetest.Page("200", "A\nx", 1))
	v := archivetest.View(t, a)
	stats, err := v.Stats(ctx)
	if err != nil || stats.RawBytes != 3 {
		t.Errorf("%+v, %v", stats, err)
	}
	c, err := v.Capture(ctx, 2)
	if err != nil || c.Kind != capture.Response {
		t.Errorf("%+v, %v", c, err)
	}
	if body, err := v.Body(ctx, 2); err != nil || string(body) != "A\nx" {
		t.Errorf("%q, %v", body, err)
	}
	art, err := v.Article(ctx, 2)
	if err != nil || !strings.Contains(art.URL, "200") {
		t.Errorf("%q, %v", art.URL, err)
	}
}

func TestCommitRefuses(t *testing.T) {
	a := archivetest.Fresh(t)
	good := archivetest.Page("100", "A\nx", 0)
	tests := map[string]func(*capture.Batch){
		"zero byte":     func(b *capture.Batch) { b.Kept[1].Page = "1\x00" },
		"no page":       func(b *capture.Batch) { b.Kept[1].Page = "" },
		"long page":     func(b *capture.Batch) { b.Kept[1].Page = strings.Repeat("x", schema.MaxPage+1) },
		"page of bytes": func(b *capture.Batch) { b.Kept[1].Page = "\xff" },
		"no address":    func(b *capture.Batch) { b.Kept[1].URL = "" },
		"no time":       func(b *capture.Batch) { b.Kept[1].Time = time.Time{} },
		"before 1970":   func(b *capture.Batch) { b.Kept[1].Time = time.Unix(-5, 0) },
		"year 10000":    func(b *capture.Batch) { b.Kept[1].Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"bad digest": func(b *capture.Batch) {
			b.Kept[1].Kind, b.Kept[1].Body, b.Kept[1].Digest = capture.Revisit, nil, "sha1:x"
		},
		"entry": func(b *capture.Batch) { b.Entries = []capture.Entry{{Page: "x"}} },
		"alias": func(b *capture.Batch) { b.Aliases = []capture.Alias{{Page: "x"}} },
		"host":  func(b *capture.Batch) { b.Hosts = map[string][]byte{"": nil} },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			b := capture.Batch{Kept: []capture.Kept{good, archivetest.Page("200", "B\ny", 1)}}
			spoil(&b)
			if _, err := a.Commit(ctx, archivetest.Site, b); !errors.Is(err, archive.ErrInvalid) {
				t.Errorf("got %v", err)
			}
			if _, err := a.View(ctx, archivetest.Site); !errors.Is(err, archive.ErrNoNewspaper) {
				t.Errorf("something was stored: %v", err)
			}
		})
	}
	if _, err := a.Commit(ctx, "../evil", capture.Batch{}); !errors.Is(err, archive.ErrInvalid) {
		t.Errorf("site: %v", err)
	}
}

func TestAliases(t *testing.T) {
	a := archivetest.Fresh(t)
	due := archivetest.At(0)
	entry := func(page string) capture.Entry {
		return capture.Entry{Page: page, URL: "https://dantri.com.vn/x-" + page + ".htm", Kind: sites.Article, Class: capture.Fresh, Due: due}
	}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{
		Kept:    []capture.Kept{archivetest.Page("100", "A\nx", 0), archivetest.Page("200", "A\ny", 5), archivetest.Page("100", "A\nz", 9)},
		Entries: []capture.Entry{entry("100"), entry("200")},
	}); err != nil {
		t.Fatal(err)
	}
	moved := archivetest.Status("100", capture.Moved, 301, 10)
	puts, err := a.Commit(ctx, archivetest.Site, capture.Batch{
		Aliases: []capture.Alias{{Page: "100", Of: "200", Why: "moved permanently"}, {Page: "200", Of: "100"}, {Page: "200", Of: "200"}},
		Kept:    []capture.Kept{moved}, Entries: []capture.Entry{entry("100")},
	})
	if err != nil || puts[0].NewPage || puts[0].Version != 3 {
		t.Fatalf("%+v, %v", puts, err)
	}
	v := archivetest.View(t, a)
	for _, ref := range []string{"100", "200", "https://dantri.com.vn/the-gioi/bai-100.htm", "https://dantri.com.vn/the-gioi/bai-200.htm"} {
		p, err := v.Page(ctx, ref)
		if err != nil || p.Page != "200" || p.Captures != 4 || p.Versions != 3 || p.State != capture.Live {
			t.Errorf("%s: %+v, %v", ref, p, err)
		}
	}
	if vs := archivetest.Versions(t, v, "100"); len(vs) != 3 || vs[1].First != 2 {
		t.Errorf("%+v", vs)
	}
	es, err := a.Due(ctx, archivetest.Site, archivetest.At(60), capture.Fresh, 9)
	if err != nil || len(es) != 1 || es[0].Page != "200" {
		t.Errorf("due: %+v, %v", es, err)
	}
	if n, err := a.Discover(ctx, archivetest.Site, []capture.Entry{entry("100")}); err != nil || n != 0 {
		t.Errorf("an alias is known: %d, %v", n, err)
	}
	stats, err := v.Stats(ctx)
	if err != nil || stats.Pages != 1 || stats.Versions != 3 {
		t.Errorf("%+v, %v", stats, err)
	}
}

func TestAnotherCleanerIsNoEdit(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx\n#1", 0))
	// A later cleaner spells titles differently.
	second := func(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
		art, err := archivetest.PlainCleanAs("plain/2", p)
		art.Title += "!"
		return art, err
	}
	archivetest.CleanWith(a, "plain/2", second)
	with := func(text string, minute int) capture.Kept {
		k := archivetest.Page("100", text, minute)
		art, _ := second(cleaner.Page{Body: k.Body, URL: k.URL}, nil)
		k.Article = &art
		return k
	}
	if put := archivetest.Commit(t, a, with("A\nx\n#2", 1))[0]; put.NewVersion {
		t.Errorf("a cleaner's change became an edit: %+v", put)
	}
	if put := archivetest.Commit(t, a, with("A\ny\n#2", 2))[0]; !put.NewVersion || !slices.Equal(put.Changed, []string{"body"}) {
		t.Errorf("an edit: %+v", put)
	}
}

func TestFrontier(t *testing.T) {
	a := archivetest.Fresh(t)
	e := func(page string, class capture.Class, minute int) capture.Entry {
		return capture.Entry{Page: page, URL: "https://dantri.com.vn/" + page, Class: class, Due: archivetest.At(minute), Listed: archivetest.At(0), ListedBy: "first"}
	}
	n, err := a.Discover(ctx, archivetest.Site, []capture.Entry{e("b", capture.Fresh, 5), e("a", capture.Fresh, 5), e("c", capture.Fresh, 1), e("s", capture.Seed, 2), e("a", capture.Fresh, 0)})
	if n != 4 || err != nil {
		t.Fatal(n, err)
	}
	again := e("a", capture.Seed, 0)
	again.ListedBy = "second"
	if n, err := a.Discover(ctx, archivetest.Site, []capture.Entry{again}); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	pages := func(now time.Time, class capture.Class, limit int) string {
		es, err := a.Due(ctx, archivetest.Site, now, class, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range es {
			got = append(got, e.Page)
		}
		return strings.Join(got, " ")
	}
	for _, tt := range []struct{ got, want string }{
		{pages(archivetest.At(0), capture.Fresh, 9), ""}, {pages(archivetest.At(1), capture.Fresh, 9), "c"}, {pages(archivetest.At(5), capture.Fresh, 9), "c a b"},
		{pages(archivetest.At(5), capture.Fresh, 2), "c a"}, {pages(archivetest.At(5), capture.Seed, 9), "s"}, {pages(archivetest.At(5), capture.Again, 9), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("due %q, want %q", tt.got, tt.want)
		}
	}
	if next, err := a.NextDue(ctx, archivetest.Site); err != nil || !next.Equal(archivetest.At(1)) {
		t.Error(next, err)
	}
	// What was fetched is put off, and knows its capture.
	later := e("c", capture.Again, 100)
	never := e("s", capture.Seed, 0)
	never.Due = time.Time{}
	run := &capture.Run{Started: archivetest.At(0), Kept: 1, End: "done"}
	_, err = a.Commit(ctx, archivetest.Site, capture.Batch{
		Kept: []capture.Kept{archivetest.Page("c", "C\nx", 3)}, Entries: []capture.Entry{later, never},
		Hosts: map[string][]byte{"dantri.com.vn": []byte(`{"pace":1}`)}, Run: run,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := pages(archivetest.At(500), capture.Fresh, 9) + "|" + pages(archivetest.At(500), capture.Again, 9) + "|" + pages(archivetest.At(500), capture.Seed, 9); got != "a b|c|" {
		t.Error(got)
	}
	got, ok, err := a.Entry(ctx, archivetest.Site, "c")
	if err != nil || !ok || got.Capture != 1 || got.Class != capture.Again {
		t.Errorf("%+v %t %v", got, ok, err)
	}
	if _, ok, err := a.Entry(ctx, archivetest.Site, "zz"); ok || err != nil {
		t.Error(ok, err)
	}
	hosts, err := a.Hosts(ctx, archivetest.Site)
	if err != nil || string(hosts["dantri.com.vn"]) != `{"pace":1}` {
		t.Error(hosts, err)
	}
	run.Kept = 5
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Run: run}); err != nil {
		t.Fatal(err)
	}
	runs, err := archivetest.View(t, a).Runs(ctx)
	if err != nil || len(runs) != 1 || runs[0].Kept != 5 {
		t.Error(runs, err)
	}
}

func TestFrontierOfNothing(t *testing.T) {
	a := archivetest.Fresh(t)
	if _, ok, err := a.Entry(ctx, archivetest.Site, "1"); ok || err != nil {
		t.Error(ok, err)
	}
	if es, err := a.Due(ctx, archivetest.Site, archivetest.At(0), capture.Fresh, 5); len(es) > 0 || err != nil {
		t.Error(es, err)
	}
	if next, err := a.NextDue(ctx, archivetest.Site); !next.IsZero() || err != nil {
		t.Error(next, err)
	}
	if hosts, err := a.Hosts(ctx, archivetest.Site); len(hosts) > 0 || err != nil {
		t.Error(hosts, err)
	}
}

func TestViewStaysAsItWas(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 5), archivetest.Page("200", "B\nx", 5))
	v := archivetest.View(t, a)
	archivetest.Commit(t, a, archivetest.Page("100", "A\ny", 9), archivetest.Page("100", "0\nx", 1), archivetest.Page("300", "C\nx", 9), archivetest.Status("200", capture.Gone, 404, 9))
	var got []string
	err := v.Pages(ctx, func(p archive.PageInfo) error {
		got = append(got, p.Page+" "+p.Title+" "+string(p.State))
		if p.Versions != 1 || p.Captures != 1 || !p.Captured.Equal(archivetest.At(5)) || p.Published.Format(time.DateOnly) != "2024-02-29" {
			t.Errorf("%+v", p)
		}
		return nil
	})
	if want := []string{"100 A live", "200 B live"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if vs := archivetest.Versions(t, v, "100"); len(vs) != 1 || vs[0].First != 1 {
		t.Errorf("%+v", vs)
	}
	n := 0
	if err := v.All(ctx, func(capture.Capture) error { n++; return nil }); err != nil || n != 2 {
		t.Error(n, err)
	}
	for _, ref := range []string{"300", "https://dantri.com.vn/the-gioi/bai-300.htm", "", "nonsense", strings.Repeat("x", 40000)} {
		if _, err := v.Page(ctx, ref); !errors.Is(err, archive.ErrNoPage) {
			t.Errorf("%.20s: %v", ref, err)
		}
	}
	if _, err := v.Body(ctx, 3); !errors.Is(err, archive.ErrNoPage) {
		t.Error(err)
	}
	if vs := archivetest.Versions(t, archivetest.View(t, a), "100"); len(vs) != 3 {
		t.Errorf("%+v", vs)
	}
}

func TestAddresses(t *testing.T) {
	a := archivetest.Fresh(t)
	old := archivetest.Page("100", "A\nx", 0)
	old.URL = "https://dantri.com.vn/ten-cu-100.htm"
	archivetest.Commit(t, a, old, archivetest.Page("100", "A\nx", 1), archivetest.Status("100", capture.Gone, 404, 3))
	v := archivetest.View(t, a)
	for _, tt := range []struct {
		view *archive.View
		want []archive.AddressSeen
	}{
		{v, []archive.AddressSeen{{old.URL, archivetest.At(0), archivetest.At(0), 1}, {archivetest.Page("100", "", 0).URL, archivetest.At(1), archivetest.At(3), 2}}},
		{v.At(archivetest.At(2)), []archive.AddressSeen{{old.URL, archivetest.At(0), archivetest.At(0), 1}, {archivetest.Page("100", "", 0).URL, archivetest.At(1), archivetest.At(1), 1}}},
	} {
		got, err := tt.view.Addresses(ctx, "100")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// TestAsItStood: a View of a moment knows nothing of what came later, however late
// what came before is stored.
func TestAsItStood(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "B\nx", 5), archivetest.Status("100", capture.Gone, 404, 7), archivetest.Page("200", "Z\nx", 9), archivetest.Page("100", "A\nx", 2))
	v := archivetest.View(t, a)
	for minute, want := range map[int]string{1: "", 2: "A 1 live", 4: "A 1 live", 5: "B 2 live", 8: "B 3 gone", 99: "B 3 gone"} {
		got := ""
		p, err := v.At(archivetest.At(minute)).Page(ctx, "100")
		if err == nil {
			got = strings.Join([]string{p.Title, num(uint64(p.Versions)), string(p.State)}, " ")
		} else if !errors.Is(err, archive.ErrNoPage) || !strings.Contains(err.Error(), "first captured 2024-03-01T07:02:00+07:00") {
			t.Errorf("minute %d: %v", minute, err)
		}
		if got != want {
			t.Errorf("minute %d: %q, want %q", minute, got, want)
		}
	}
	captures := 0
	if err := v.At(archivetest.At(6)).All(ctx, func(capture.Capture) error { captures++; return nil }); err != nil || captures != 2 {
		t.Errorf("%d captures, %v", captures, err)
	}
}
