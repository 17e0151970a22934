package archive_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

func gzipSize(t testing.TB, b []byte) int {
	t.Helper()
	var w bytes.Buffer
	g, err := gzip.NewWriterLevel(&w, 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Len()
}

// TestSizeOfRealPages holds what bodies take against what a WARC file would:
// gzip -9 of each.
func TestSizeOfRealPages(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(archivetest.NeedsShared(t), "dantri", "dantri-2022-*.html"))
	if err != nil {
		t.Fatal(err)
	}
	a := archivetest.Fresh(t)
	archivetest.Real(a)
	zipped, articles := 0, 0
	var leaning []float64 // of gzip -9, for what is no reference
	for i, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".html")
		if strings.Contains(name, "-list-") || strings.Contains(name, "home") {
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		zipped += gzipSize(t, body)
		c := capture.Capture{Page: name, URL: "https://dantri.com.vn/" + name + ".htm", Time: archivetest.At(i), Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html"}
		k := capture.Kept{Capture: c, Body: body}
		k.Article, k.Refused = a.Newspaper(archivetest.Site).Cleaner.Read(archivetest.Site, c, body)
		if k.Article != nil {
			articles++
		}
		if sizes, alone := storedAs(t, a, archivetest.Commit(t, a, k)); !alone[0] {
			leaning = append(leaning, float64(sizes[0])/float64(gzipSize(t, body)))
		}
	}
	mean := 0.0
	for _, share := range leaning {
		mean += share / float64(len(leaning))
	}
	t.Logf("mean of the %d that are no references: %.3f of gzip -9: %.3f", len(leaning), mean, leaning)
	if mean > 0.30 {
		t.Errorf("first captures that are no references take %.3f of gzip -9, want at most 0.30", mean)
	}
	v := archivetest.View(t, a)
	stats, err := v.Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ratio := float64(stats.StoredBytes) / float64(zipped)
	t.Logf("%d pages, %d articles: %d bytes, gzip -9 %d, stored %d: %.3f", stats.Pages, articles, stats.RawBytes, zipped, stats.StoredBytes, ratio)
	if stats.Pages < 5 || ratio > 0.38 {
		t.Errorf("stored / gzip -9 is %.3f, want at most 0.38", ratio)
	}
	// A sentence edited costs next to nothing.
	before := stats.StoredBytes
	last, err := v.Body(ctx, uint64(stats.Captures))
	if err != nil {
		t.Fatal(err)
	}
	c, err := v.Capture(ctx, uint64(stats.Captures))
	if err != nil {
		t.Fatal(err)
	}
	c.Time = archivetest.At(1000)
	edited := bytes.Replace(last, []byte("</p>"), []byte(" Thông tin đang được cập nhật.</p>"), 1)
	archivetest.Commit(t, a, capture.Kept{Capture: c, Body: edited})
	if stats, err = archivetest.View(t, a).Stats(ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("edited: %d bytes, %.4f of gzip -9", stats.StoredBytes-before, float64(stats.StoredBytes-before)/float64(gzipSize(t, edited)))
	if grown := stats.StoredBytes - before; float64(grown) > 0.01*float64(gzipSize(t, edited)) {
		t.Errorf("an edited page took %d bytes", grown)
	}
	parts := map[schema.Bucket]int{}
	err = a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(tr *store.Tree) error {
		for _, b := range schema.Buckets() {
			if err := tr.Scan(b, nil, func(k, v []byte) error { parts[b] += len(k) + len(v); return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("bytes by bucket: %v", parts)
	// All of an article's text stands in its page, which it is packed against.
	if f := float64(parts[schema.BucketArticles]) / float64(zipped); f > 0.08 {
		t.Errorf("the articles take %.3f of what gzip -9 makes of their pages", f)
	}
}

// storedAs gives the bytes that each capture's body takes, and whether it stands
// alone.
func storedAs(t testing.TB, a *archive.Archive, puts []capture.Put) (sizes []int, alone []bool) {
	t.Helper()
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		for _, p := range puts {
			body, err := schema.LoadBody(r, p.Number)
			if err != nil {
				return err
			}
			sizes, alone = append(sizes, len(body.Frame)), append(alone, body.Base == 0)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sizes, alone
}

// look is a page in one of a newspaper's looks: its furniture is that of the look
// but for some lines.
func look(look, id uint64, changed int) string {
	r := rand.New(rand.NewPCG(look, 99))
	var b strings.Builder
	fmt.Fprintf(&b, "Bài %d\n", id)
	own := rand.New(rand.NewPCG(id, 5))
	for i := range 300 {
		n := r.Uint64()
		if i < changed {
			n ^= 0x5555
		}
		fmt.Fprintf(&b, "#<li class=\"m%d\"><a href=\"/muc-%x\">Mục %x</a></li>\n", i, n, n>>7)
	}
	for range 12 {
		fmt.Fprintf(&b, "Số %x và %x.\n", own.Uint64(), own.Uint64())
	}
	return b.String()
}

// TestRedesign: when a newspaper changes its template, the first pages in the new
// one become references and those after them are small again, new pages and old
// ones alike.
func TestRedesign(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	a := archivetest.Fresh(t)
	put := func(l uint64, from, n, minute int) ([]int, []bool) {
		var puts []capture.Put
		for i := range n {
			puts = append(puts, archivetest.Commit(t, a, archivetest.Page(fmt.Sprint(from+i), look(l, uint64(1000*minute+from+i), 0), minute+i))...)
		}
		return storedAs(t, a, puts)
	}
	before, _ := put(1, 100, 30, 0)
	after, alone := put(2, 200, 30, 100)
	again, _ := put(2, 100, 30, 200) // the old pages, captured again in the new look
	usual := before[29]
	stand := 0
	for i := range alone {
		if alone[i] {
			stand++
		}
	}
	if stand == 0 || stand > 3 {
		t.Errorf("%d references after the redesign: %v", stand, after)
	}
	for i, size := range slices.Concat(after[3:], again) {
		if size > usual*5/4 {
			t.Errorf("body %d after the redesign takes %d bytes, one before it took %d", i, size, usual)
		}
	}
}

// TestDrift: a template that changes little by little, so that no page is unlike
// enough to stand alone, does not leave bodies fat either.
func TestDrift(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	a := archivetest.Fresh(t)
	var puts []capture.Put
	for batch := range 24 {
		var kept []capture.Kept
		for i := range 32 {
			n := batch*32 + i
			kept = append(kept, archivetest.Page(fmt.Sprint(n), look(1, uint64(n), batch*5), n))
		}
		puts = append(puts, archivetest.Commit(t, a, kept...)...)
	}
	sizes, alone := storedAs(t, a, puts)
	new, old, references := 0, 0, 0
	for i := range sizes {
		switch {
		case alone[i]:
			references++
		case i < 64:
			new += sizes[i]
		case i >= len(sizes)-300:
			old += sizes[i]
		}
	}
	t.Logf("%d references; a body takes %d bytes at first, %d at the end", references, new/63, old/300)
	if references < 2 || references > 24 || old/300 > 2*new/63 {
		t.Errorf("%d references, a body takes %d bytes at first, %d at the end", references, new/63, old/300)
	}
}
