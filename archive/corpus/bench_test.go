package corpus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/export"
	"baoluu/archive/internal/archivetest"
)

// newsArchive is an archive of so many articles of 3 kB each, on pages of 127 kB.
func newsArchive(t testing.TB, articles int) *archive.Archive {
	t.Helper()
	a := archivetest.Fresh(t)
	furniture := strings.Repeat("#<script>window.lists.push({\"name\": \"tin mới\", \"count\": 12})</script>\n", 1700)
	for i := 0; i < articles; i += 50 {
		var kept []capture.Kept
		for j := i; j < min(i+50, articles); j++ {
			kept = append(kept, archivetest.Page(fmt.Sprint(j), archivetest.NewsPage(uint64(j), 12)+furniture, j))
		}
		archivetest.Commit(t, a, kept...)
	}
	return a
}

// exportTo exports a view as a command does.
func exportTo(dir string, view *archive.View, form corpus.Form) error {
	folder, err := export.Open(dir, export.Manifest{})
	if err != nil {
		return err
	}
	err = folder.Write(archivetest.Site, func(to export.Sink) (export.Tally, error) {
		w := form.Writer(archivetest.Site, to)
		counts, err := corpus.Choose(context.Background(), view, archivetest.Site, corpus.Selection{}, func(r corpus.Record) error {
			return errors.Join(w.Put(r), to.Article(r.Chosen))
		})
		return export.Tally(counts), errors.Join(err, w.Close())
	})
	if err == nil {
		_, err = folder.Commit()
	}
	return errors.Join(err, folder.Close())
}

// BenchmarkExport exports a thousand articles in each form. The metric jsonl/reading tells how
// many times as long as reading and decoding the same articles it takes to write them as
// JSON lines, parquet/jsonl how many times as long again as Parquet.
func BenchmarkExport(b *testing.B) {
	view := archivetest.View(b, newsArchive(b, 1000))
	took := map[string]time.Duration{}
	measured := func(name string, do func() error) {
		began := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		took[name] += time.Since(began)
	}
	for b.Loop() {
		measured("reading", func() error {
			return view.Histories(context.Background(), func(_ archive.PageInfo, versions []archive.Version) error {
				newest, _ := archive.NewestLive(versions)
				_, err := view.Article(context.Background(), newest.Capture)
				return err
			})
		})
		for _, form := range []corpus.Form{{Format: "jsonl"}, {Format: "jsonl", Compress: "gz"}, {Format: "jsonl", Compress: "zst"}, {Format: "parquet"}} {
			dir := b.TempDir()
			measured(form.Format+form.Compress, func() error { return exportTo(dir, view, form) })
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(took["reading"].Microseconds())/float64(b.N)/1000, "µs/article-read")
	for name, of := range map[string]string{"jsonl": "reading", "jsonlgz": "reading", "jsonlzst": "reading", "parquet": "jsonl"} {
		b.ReportMetric(float64(took[name])/float64(took[of]), name+"/"+of)
	}
}
