package crawler_test

import (
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

// BenchmarkCrawl fetches, keeps and cleans pages of real size without a pace,
// into an archive on disk. BAOLUU_BENCH_PAGES sets how many (default 300).
func BenchmarkCrawl(b *testing.B) {
	pages := 300
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_BENCH_PAGES")); err == nil {
		pages = n
	}
	web := sampleweb.New()
	web.Fill(127_000)
	if err := web.Grow("dantri", pages); err != nil {
		b.Fatal(err)
	}
	server, err := web.Listen()
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	b.ResetTimer()
	for b.Loop() {
		start := time.Now()
		run := crawl(b, newArchive(b), siteOf(b, "dantri"), crawler.Options{Dial: server.DialContext, RootCAs: server.CA()})
		if run.New < pages {
			b.Fatalf("%+v", run)
		}
		var mem runtime.MemStats
		runtime.ReadMemStats(&mem)
		b.ReportMetric(float64(run.Fetched)/time.Since(start).Seconds(), "pages/s")
		b.ReportMetric(float64(mem.Sys)/(1<<20), "MiB-sys")
	}
}
