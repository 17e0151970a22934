package search

import (
	"testing"

	"baoluu/archive/internal/archivetest"
)

// BenchmarkMatch holds a page of some 400 words against queries.
func BenchmarkMatch(b *testing.B) {
	m := maker{words{}}
	var codes []byte
	n := m.add(&codes, []passage{{inBody, archivetest.NewsPage(1, 10)}}, false, terms{})
	page := append(make(forward, headSize), codes...)
	for _, query := range []string{"chinh", "chinh phu", `"chinh phu yeu cau"`} {
		b.Run(query, func(b *testing.B) {
			match := newMatcher(parse(query).clauses, false, false, func(word) float64 { return 1 })
			for b.Loop() {
				match.match(page)
			}
			b.ReportMetric(float64(n), "words")
		})
	}
}
