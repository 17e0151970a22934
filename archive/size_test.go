package archive

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/capture"
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
	files, err := filepath.Glob(filepath.Join(needsShared(t), "dantri", "dantri-2022-*.html"))
	if err != nil {
		t.Fatal(err)
	}
	a := fresh(t)
	a.clean, a.cleanerName = cleaner.Clean, cleaner.Name
	zipped, articles := 0, 0
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
		c := capture.Capture{Page: name, URL: "https://dantri.com.vn/" + name + ".htm", Time: at(i), Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html"}
		k := capture.Kept{Capture: c, Body: body}
		if k.Article, k.Refused, err = a.cleanCapture(site, c, body); err != nil {
			t.Fatal(err)
		}
		if k.Article != nil {
			articles++
		}
		commit(t, a, k)
	}
	v := view(t, a)
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
	c.Time = at(1000)
	edited := bytes.Replace(last, []byte("</p>"), []byte(" Thông tin đang được cập nhật.</p>"), 1)
	commit(t, a, capture.Kept{Capture: c, Body: edited})
	if stats, err = view(t, a).Stats(ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("edited: %d bytes, %.4f of gzip -9", stats.StoredBytes-before, float64(stats.StoredBytes-before)/float64(gzipSize(t, edited)))
	if grown := stats.StoredBytes - before; float64(grown) > 0.01*float64(gzipSize(t, edited)) {
		t.Errorf("an edited page took %d bytes", grown)
	}
	parts := map[bucket]int{}
	err = a.readTree(ctx, site, func(tr *tree) error {
		for _, b := range buckets() {
			if err := tr.scan(b, nil, func(k, v []byte) error { parts[b] += len(k) + len(v); return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("bytes by bucket: %v", parts)
}
