package verify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/internal/verify"
	"baoluu/cleaner"
	"baoluu/sites"
)

const site = "dantri"

var ctx = context.Background()

func at(minute int) time.Time {
	return time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

// page is a capture of an article of some kilobytes, most of which all pages share.
func page(id string, seed uint64, minute int) capture.Kept {
	text := func(r *rand.Rand, words int) string {
		var b strings.Builder
		for range words {
			fmt.Fprintf(&b, "%x ", r.Uint32N(1<<16))
		}
		return b.String()
	}
	title, story := fmt.Sprint("Bài ", seed), text(rand.New(rand.NewPCG(seed, 7)), 120)
	return capture.Kept{
		Capture: capture.Capture{
			Page: id, URL: "https://dantri.com.vn/the-gioi/bai-" + id + ".htm", Time: at(minute),
			Kind: capture.Response, State: capture.Live, Status: 200,
			Header: []capture.Field{{Name: "Content-Type", Value: "text/html"}}, ContentType: "text/html",
			Request: "GET /the-gioi/bai-" + id + ".htm HTTP/1.1\r\nHost: dantri.com.vn\r\nUser-Agent: baoluu/test\r\n\r\n",
		},
		Body: []byte(title + "\n" + text(rand.New(rand.NewPCG(1, 1)), 1200) + "\n" + story),
		Article: &cleaner.Article{
			Site: site, URL: "https://dantri.com.vn/the-gioi/bai-" + id + ".htm", Language: "vi", Title: cleaner.Text(title), Text: title + "\n\n" + story,
			Layout: "plain", Cleaner: "dantri/1",
			Published: cleaner.Time{Time: time.Date(2024, 2, 29, 23, 30, 0, 0, sites.Zone)}, PublishedFrom: "text",
			Section: []string{}, Tags: []string{}, Captions: []string{}, Images: []cleaner.Image{}, Related: []cleaner.Related{}, Notes: []string{},
			Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: story}},
		},
	}
}

func commit(t *testing.T, a *archive.Archive, b capture.Batch) {
	t.Helper()
	if _, err := a.Commit(ctx, site, b); err != nil {
		t.Fatal(err)
	}
}

// varied makes a newspaper with all kinds of records, of 63 captures.
func varied(t *testing.T) (*archive.Archive, verify.Newspaper) {
	t.Helper()
	dir := t.TempDir()
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		k := page(fmt.Sprint(1000+i%40), uint64(i), i)
		e := capture.Entry{Page: k.Page, URL: k.URL, Class: capture.Again, Due: at(i + 100), Fetched: at(i), ETag: fmt.Sprint(i)}
		b := capture.Batch{Kept: []capture.Kept{k}, Entries: []capture.Entry{e}, Run: &capture.Run{Started: at(i / 10), Kept: i}}
		if i == 30 {
			b.Aliases = []capture.Alias{{Page: "1003", Of: "1004", Why: "canonical"}}
		}
		commit(t, a, b)
	}
	same, same304, gone := page("1006", 46, 201), page("1005", 0, 200), page("1007", 0, 202)
	same304.Body, same304.Article, same304.Kind, same304.Status = nil, nil, capture.Revisit, 304
	gone.Body, gone.Article, gone.State, gone.Status = nil, nil, capture.Gone, 404
	for _, k := range []capture.Kept{same304, same, gone} {
		commit(t, a, capture.Batch{Kept: []capture.Kept{k}})
	}
	return a, verify.Newspaper{
		File:   &store.File{Folder: &store.Folder{Dir: dir, Patience: 20 * time.Second}, Site: site},
		Bodies: body.Store{Pool: new(body.Pool), Site: site},
	}
}

func readFile(t *testing.T, of verify.Newspaper) []byte {
	t.Helper()
	b, err := os.ReadFile(of.File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPhasesDiffer: a run that was stopped goes on with the phase of the name that it
// kept. Two of one name once had the records before them counted twice.
func TestPhasesDiffer(t *testing.T) {
	names := map[string]bool{}
	for _, name := range verify.Phases() {
		if names[name] {
			t.Errorf("two phases are called %s", name)
		}
		names[name] = true
	}
}

// TestVerifyWhileCommitsCome: the walk over the pages begins again with each commit
// and then is given up; nothing sound is called damaged.
func TestVerifyWhileCommitsCome(t *testing.T) {
	a, of := varied(t)
	n := 0
	report, err := verify.RunWithoutWalk(ctx, of, func(p verify.Problem) { t.Errorf("%+v", p) }, func() {
		for range 3 {
			n++
			commit(t, a, capture.Batch{Kept: []capture.Kept{page(fmt.Sprint(2000+n), uint64(n), n)}})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Captures < 63 {
		t.Errorf("%+v", report)
	}
	if report, err := verify.Run(ctx, of, func(p verify.Problem) { t.Errorf("%+v", p) }, nil); err != nil || report.Captures != 63+n {
		t.Errorf("afterwards: %+v, %v", report, err)
	}
}

// TestDecayBetweenPages: a page that is in use and listed as free, or that holds
// other keys than those that lead to it, is found without a walk over all pages.
func TestDecayBetweenPages(t *testing.T) {
	_, of := varied(t)
	whole := readFile(t, of)
	var children []int64 // where branches say which page is next
	err := of.File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		p, err := tr.Root(string(schema.BucketBodies))
		for i := range p.Count {
			children = append(children, int64(p.ID)*store.PageSize+boltfile.PageHead+int64(i)*boltfile.ElemSize+8)
		}
		return err
	})
	if err != nil || len(children) < 2 {
		t.Fatalf("%d children, %v", len(children), err)
	}
	b := []byte(string(whole))
	copy(b[children[0]:children[0]+8], whole[children[1]:children[1]+8])
	if err := os.WriteFile(of.File.Path("db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	found := 0
	if _, err := verify.RunWithoutWalk(ctx, of, func(verify.Problem) { found++ }, func() {}); err != nil || found == 0 {
		t.Errorf("%d problems, %v", found, err)
	}
}
