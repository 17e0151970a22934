package cleaner_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
)

// TestGenericScore: the generic cleaner's F1 on each public set stays above
// what was asked of it (docs/cleaning.md).
func TestGenericScore(t *testing.T) {
	dir := cleanertest.Shared(t)
	for set, least := range map[string]float64{"generic": 0.970, "generic-news": 0.958, "generic-papers": 0.975} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			var pages map[string]struct{ ArticleBody, URL string }
			if err := json.Unmarshal(cleanertest.Read(t, dir, set, "ground-truth.json"), &pages); err != nil {
				t.Fatal(err)
			}
			var precision, recall mean
			for id, gold := range pages {
				body := gunzip(t, filepath.Join(dir, set, "html", id+".html.gz"))
				var text strings.Builder
				if a, err := cleaner.Clean(cleaner.Page{Body: body}, nil); err == nil {
					text.WriteString(string(a.Lead))
					for _, block := range a.Body {
						text.WriteString("\n" + block.Text)
					}
				}
				got, want := shingles(text.String()), shingles(gold.ArticleBody)
				both := 0
				for s, n := range want {
					both += min(n, got[s])
				}
				precision.add(both, got)
				recall.add(both, want)
			}
			p, r := precision.value(), recall.value()
			if f1 := 2 * p * r / (p + r); f1 < least {
				t.Errorf("F1 %.4f (precision %.4f, recall %.4f) on %d pages, want %.3f at least", f1, p, r, len(pages), least)
			} else {
				t.Logf("F1 %.4f (precision %.4f, recall %.4f) on %d pages", f1, p, r, len(pages))
			}
		})
	}
}

// shingles counts the runs of four words of a text, as the public benchmark
// of scrapinghub/article-extraction-benchmark does.
func shingles(text string) map[string]int {
	const n = 4
	words := strings.FieldsFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	counts := map[string]int{}
	for i := 0; len(words) > 0 && i < max(1, len(words)-n+1); i++ {
		counts[strings.Join(words[i:min(i+n, len(words))], " ")]++
	}
	return counts
}

// mean is a mean of shares; a page without shingles has none.
type mean struct{ sum, n float64 }

func (m *mean) add(both int, of map[string]int) {
	all := 0
	for _, n := range of {
		all += n
	}
	if all > 0 {
		m.sum += float64(both) / float64(all)
		m.n++
	}
}

func (m mean) value() float64 { return m.sum / max(1, m.n) }
