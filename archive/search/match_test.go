package search

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"baoluu/archive/internal/archivetest"
)

// BenchmarkMatch holds a page of some 400 words against queries.
func BenchmarkMatch(b *testing.B) {
	m := maker{words{}}
	var codes []byte
	n := m.add(&codes, []passage{{inBody, archivetest.NewsPage(1, 10)}}, false, terms{})
	page := appendWords(make(forward, hintsAt), codes)
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

// TestBeginnings: of words that do not stand side by side, the beginning tells how well a page fits; of a
// version nobody has looked at, all of it tells whether it does.
func TestBeginnings(t *testing.T) {
	filler := strings.Repeat("vàng ", 3*beginning)
	for _, tt := range []struct {
		text, query string
		says        bool
	}{
		{"một " + filler + "hai", "mot hai", true},
		{"một " + filler, "mot hai", false},
		{"một " + filler + "hai", "một hai", true},
		{"một " + filler + "hải", "một hai", false},
		{filler + "một hai", `"mot hai"`, true},
		{filler + "một vàng hai", `"mot hai"`, false},
		{"một " + filler + "hai", "mot -hai", false},
		{"một " + filler + "hai", "một -hái", true},
		{"một " + filler + "hai", `mot -"vang hai"`, false},
	} {
		p := parse(tt.query)
		a := &asked{clauses: p.clauses, exact: p.marked, known: words{}}
		if got := a.says([]passage{{inBody, tt.text}}); got != tt.says {
			t.Errorf("%.20s… says %s: %v", tt.text, tt.query, got)
		}
	}
}

// TestHints: a page has its own hints, and seems to have few others.
func TestHints(t *testing.T) {
	m := maker{words{}}
	var codes, others []byte
	m.add(&codes, []passage{{inTitle, archivetest.NewsPage(1, 1)}, {inBody, archivetest.NewsPage(2, 1)}}, false, terms{})
	page := appendWords(make(forward, hintsAt), codes)
	if !page.sound() || !bytes.Equal(page.codes(), codes) {
		t.Fatal("it is not read as it was written")
	}
	own := map[uint32]bool{}
	eachHint(codes, func(p uint32) {
		if own[p] = true; !page.mayHave(p) {
			t.Fatal("a hint is missing")
		}
	})
	for i := range 10_000 {
		others = appendCode(others, codeOf(wordOf(strconv.Itoa(i))))
	}
	n, all := 0, 0
	eachHint(others, func(h uint32) {
		if !own[h] {
			all++
			if page.mayHave(h) {
				n++
			}
		}
	})
	if 4*n > all {
		t.Errorf("of %d other hints %d seem to be there", all, n)
	}
}
