package archive_test

import (
	"fmt"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
)

// BenchmarkCommit stores 64 new pages durably, articles included. The metric
// x-packing tells how many times as long as packing the same bodies it takes.
func BenchmarkCommit(b *testing.B) {
	a := archivetest.Fresh(b)
	var size int64
	number := 0
	for b.Loop() {
		b.StopTimer()
		var kept []capture.Kept
		size = 0
		for range 64 {
			number++
			kept = append(kept, archivetest.Page(fmt.Sprint(number), archivetest.NewsPage(uint64(number), 40), number))
			size += int64(len(kept[len(kept)-1].Body))
		}
		b.StartTimer()
		archivetest.Commit(b, a, kept...)
	}
	b.SetBytes(size)
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(number), "µs/capture")
}

// BenchmarkPack packs one such page against a reference: the least that storing it
// takes.
func BenchmarkPack(b *testing.B) {
	reference, page := []byte(archivetest.NewsPage(1, 40)), []byte(archivetest.NewsPage(2, 40))
	var p body.Pool
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := p.PackReference("1", reference, page); err != nil {
			b.Fatal(err)
		}
	}
}

func benchArchive(b *testing.B, captures int) (*archive.Archive, *archive.View) {
	a := archivetest.Fresh(b)
	for i := 0; i < captures; i += 50 {
		var kept []capture.Kept
		for j := i; j < i+50; j++ {
			kept = append(kept, archivetest.Page(fmt.Sprint(j), archivetest.NewsPage(uint64(j), 40), j))
		}
		archivetest.Commit(b, a, kept...)
	}
	return a, archivetest.View(b, a)
}

// BenchmarkBody reads bodies here and there.
func BenchmarkBody(b *testing.B) {
	_, v := benchArchive(b, 1000)
	n := uint64(0)
	for b.Loop() {
		n = (n+617)%1000 + 1
		if _, err := v.Body(ctx, n); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnpack unpacks one such body, its base at hand, and checks its digest:
// the least that reading it takes.
func BenchmarkUnpack(b *testing.B) {
	a, _ := benchArchive(b, 100)
	var c body.Chain
	if err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) (err error) {
		if _, err = a.Newspaper(archivetest.Site).Bodies.Get(r, 70); err == nil {
			c, err = a.Newspaper(archivetest.Site).Bodies.Chain(r, 70)
		}
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := a.Newspaper(archivetest.Site).Bodies.Unpack(c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVersions reads one page's log.
func BenchmarkVersions(b *testing.B) {
	_, v := benchArchive(b, 1000)
	for b.Loop() {
		if _, err := v.Versions(ctx, "500"); err != nil {
			b.Fatal(err)
		}
	}
}
