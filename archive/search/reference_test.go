package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/search"

	"pgregory.net/rapid"
)

// part is one part of a query, as the reference takes it.
type part struct {
	words []string
	field string // "": any
	not   bool
}

func (p part) String() string {
	s := `"` + strings.Join(p.words, " ") + `"`
	if p.field != "" {
		s = p.field + ":" + s
	}
	if p.not {
		s = "-" + s
	}
	return s
}

// stands reports whether the part's words stand one behind the other in a text of its field.
func (p part) stands(field, text string, exact bool) bool {
	list := strings.Fields(strings.ToLower(text))
	for i := 0; (p.field == "" || p.field == field) && i+len(p.words) <= len(list); i++ {
		if slices.EqualFunc(p.words, list[i:i+len(p.words)], func(w, o string) bool {
			return w == o || fold(w) == fold(o) && !exact && (!p.not || w == fold(w))
		}) {
			return true
		}
	}
	return false
}

// TestReference: whatever is asked of whatever archive, what is found is what going through all texts
// finds, each page once, and what is counted adds up.
func TestReference(t *testing.T) {
	few(t)
	word := rapid.SampledFrom(strings.Fields("nghe nghệ nghề an án đan dan lũ lu ca cá"))
	line := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 1, 5).Draw(t, "words"), " ") })
	parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) part {
		return part{rapid.SliceOfN(word, 1, 3).Draw(t, "phrase"), rapid.SampledFrom([]string{"", "", "title", "body"}).Draw(t, "field"), rapid.IntRange(0, 4).Draw(t, "not") == 0}
	}), 0, 3)
	rapid.Check(t, func(rt *rapid.T) {
		a := archivetest.Another(t)
		said := map[string][]string{} // by page: its versions
		var kept []capture.Kept
		for i := range rapid.IntRange(1, 30).Draw(rt, "captures") {
			page := fmt.Sprint(100 + rapid.IntRange(0, 9).Draw(rt, "page"))
			text := strings.Join(rapid.SliceOfN(line, 1, 4).Draw(rt, "lines"), "\n")
			said[page] = append(said[page], text)
			kept = append(kept, archivetest.Page(page, text, i))
		}
		archivetest.Commit(t, a, kept...)
		x := search.Open(a, "")
		defer x.Close()
		update(t, x)
		for range 20 {
			q, ever := parts.Draw(rt, "query"), rapid.Bool().Draw(rt, "ever")
			text := strings.Trim(fmt.Sprint(q), "[]")
			r := find(t, x, search.Query{Text: text, Ever: ever, Facets: true, Limit: 50})
			want, forgiving := expected(said, q, ever)
			if got := sorted(r); got != want || r.Forgiving != forgiving || len(r.Hits) != r.Total {
				rt.Fatalf("%v, ever %v: %q, %v, %d; want %q, %v, of %q", q, ever, got, r.Forgiving, r.Total, want, forgiving, said)
			}
			n := 0
			for _, c := range r.Facets["year"] {
				n += c.Count
			}
			if n != r.Total {
				rt.Fatalf("%d by year, of %d", n, r.Total)
			}
			paged := ""
			for i := range r.Total {
				paged += pages(find(t, x, search.Query{Text: text, Ever: ever, Limit: 1, Offset: i})) + " "
			}
			if strings.TrimSpace(paged) != pages(r) {
				rt.Fatalf("%v: one by one %s, together %s", q, paged, pages(r))
			}
		}
	})
}

// expected are the pages that fit, in the order of their keys.
func expected(said map[string][]string, query []part, ever bool) (list string, forgiving bool) {
	marked := slices.ContainsFunc(query, func(p part) bool { w := strings.Join(p.words, " "); return !p.not && w != fold(w) })
	with := func(exact bool) string {
		var found []string
		for page, versions := range said {
			if !ever {
				versions = versions[len(versions)-1:]
			}
			if !slices.ContainsFunc(query, func(p part) bool {
				has := slices.ContainsFunc(versions, func(text string) bool {
					lines := strings.Split(text, "\n")
					return p.stands("title", lines[0], exact) || slices.ContainsFunc(lines[1:], func(l string) bool { return p.stands("body", l, exact) })
				})
				return has == p.not
			}) {
				found = append(found, page)
			}
		}
		slices.Sort(found)
		return strings.Join(found, " ")
	}
	if list = with(marked); list == "" && marked {
		list = with(false)
		forgiving = list != ""
	}
	return list, forgiving
}
