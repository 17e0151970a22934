package cleaner_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// BenchmarkClean reads the reference pages of the five newspapers, bytes to
// article, and reports how many times html.Parse of the same pages that takes
// ("x-parse").
func BenchmarkClean(b *testing.B) {
	dir := cleanertest.Shared(b)
	type page struct {
		page cleaner.Page
		site *sites.Site
	}
	var pages []page
	size := 0
	for _, row := range readIndex(b, dir, "pages", "INDEX.tsv") {
		if row.kind != "article" {
			continue
		}
		for _, s := range sites.All() {
			if s.Owns(row.site) {
				body := cleanertest.Read(b, filepath.Join(dir, "pages"), row.file)
				size += len(body)
				captured := time.Date(2026, 8, 1, 0, 0, 0, 0, sites.Zone)
				if strings.Contains(row.file, "2022") {
					captured = time.Date(2022, 12, 25, 0, 0, 0, 0, sites.Zone)
				}
				pages = append(pages, page{cleaner.Page{Body: body, ContentType: row.contentType, URL: row.url, Captured: captured}, s})
			}
		}
	}
	parse := func() {
		for _, p := range pages {
			if _, err := html.Parse(bytes.NewReader(p.page.Body)); err != nil {
				b.Fatal(err)
			}
		}
	}
	clean := func() {
		for _, p := range pages {
			if _, err := cleaner.Clean(p.page, p.site); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	parsing, cleaning := time.Hour, time.Hour // of the fastest rounds: other programs only ever slow one down
	for b.Loop() {
		at := time.Now()
		parse()
		parsing = min(parsing, time.Since(at))
		at = time.Now()
		clean()
		cleaning = min(cleaning, time.Since(at))
	}
	b.ReportMetric(float64(cleaning)/float64(parsing), "x-parse")
}

// BenchmarkCleanByFile reads the fixtures by newspapers that were read from files, and reports
// how many times those built in that takes ("x-built-in").
func BenchmarkCleanByFile(b *testing.B) {
	fixtures := cleanertest.Fixtures(b)
	read := map[string]*sites.Site{}
	for _, s := range sites.BuiltIn() {
		file, err := s.Describe().YAML(nil)
		if err == nil {
			read[s.Name], err = sites.Read(s.Name+".yaml", file)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	clean := func(of func(*sites.Site) *sites.Site) time.Duration {
		at := time.Now()
		for i := range fixtures {
			if _, err := cleaner.Clean(fixtures[i].Page, of(fixtures[i].Site)); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(at)
	}
	builtIn := func(s *sites.Site) *sites.Site { return s }
	fromFile := func(s *sites.Site) *sites.Site { return read[s.Name] }
	first, second := clean(builtIn), clean(fromFile) // of the fastest rounds; in these, expressions are compiled
	for b.Loop() {
		first, second = min(first, clean(builtIn)), min(second, clean(fromFile))
	}
	b.ReportMetric(float64(second)/float64(first), "x-built-in")
}
