package learn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// sampled is a page with what is true of it: as the newspaper's own layouts read it.
type sampled struct {
	name  string
	page  cleaner.Page
	truth cleaner.Article
	// either are captions of a photo story that may be its body, too.
	either []string
}

// tally counts readings that are exact, of pages that have the field.
type tally struct{ draft, generic, of, worse int }

// bareDescription is a newspaper as it is known before its layouts are.
func bareDescription(s *sites.Site) sites.Description {
	d := s.Describe()
	d.Layouts, d.Text = nil, sites.TextDescription{}
	return d
}

// exactFields are compared letter by letter, blanks aside.
var exactFields = []struct {
	name string
	of   func(a *cleaner.Article) string
}{
	{"title", func(a *cleaner.Article) string { return string(a.Title) }},
	{"kicker", func(a *cleaner.Article) string { return string(a.Kicker) }},
	{"lead", func(a *cleaner.Article) string { return string(a.Lead) }},
	{"dateline", func(a *cleaner.Article) string { return string(a.Dateline) }},
	{"byline", func(a *cleaner.Article) string { return string(a.Byline) }},
	{"source", func(a *cleaner.Article) string { return strings.TrimPrefix(string(a.Source), "Theo ") }},
	{"published", func(a *cleaner.Article) string {
		if a.Published.IsZero() {
			return ""
		}
		return a.Published.Format("2006-01-02T15:04")
	}},
	{"section", func(a *cleaner.Article) string { return strings.Join(a.Section, " › ") }},
	{"tags", func(a *cleaner.Article) string { return strings.Join(a.Tags, ", ") }},
	{"captions", func(a *cleaner.Article) string { return strings.Join(a.Captions, "\n") }},
	{"body", func(a *cleaner.Article) string {
		var b strings.Builder
		for _, block := range a.Body {
			b.WriteString(strings.TrimRight(block.Text, "./") + "\n") // but for the end mark
		}
		return b.String()
	}},
}

// near is how like two texts are, by words: for who is worse where neither is exact.
func near(got, want string) float64 {
	a, b := prose.Words(got), prose.Words(want)
	if len(a)+len(b) == 0 {
		return 1
	}
	count := map[string]int{}
	for _, w := range a {
		count[w]++
	}
	both := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}

// half learns from some pages and reads the others.
func half(t *testing.T, base sites.Description, learned, read []sampled, sum map[string]*tally) (drafted int) {
	t.Helper()
	var pages []*page
	for _, s := range learned {
		pages = append(pages, readPage(s.page))
	}
	list, comments := layouts(base, pages)
	if os.Getenv("SHOW") != "" {
		d := base
		d.Layouts = list
		y, err := d.YAML(comments)
		i := bytes.Index(y, []byte("layouts:"))
		t.Logf("%s %v", y[max(i, 0):], err)
	}
	var site *sites.Site
	if len(list) > 0 {
		d := base
		d.Layouts = list
		var err error
		if site, err = d.Site(); err != nil {
			t.Fatalf("the draft does not compile: %v", err)
		}
	}
	for _, s := range read {
		g, err := cleaner.Clean(s.page, nil)
		if err != nil {
			g = cleaner.Article{}
		}
		a := g
		if site != nil {
			if a, err = cleaner.Clean(s.page, site); err != nil {
				a = cleaner.Article{}
			}
		}
		truth := s.without(s.truth)
		a, g = s.without(a), s.without(g)
		for _, f := range exactFields {
			want := f.of(&truth)
			got, gen := f.of(&a), f.of(&g)
			c := sum[f.name]
			if c == nil {
				c = &tally{}
				sum[f.name] = c
			}
			if want != "" {
				c.of++
				if got == want {
					c.draft++
				}
				if gen == want {
					c.generic++
				}
			}
			if x, y := near(got, want), near(gen, want); got != want && (gen == want || x < y-1e-9) {
				c.worse++
				if os.Getenv("SHOW") != "" {
					t.Logf("WORSE %s %s (%s)\n   draft %s\n generic %s\n   truth %s", s.name, f.name, a.Layout, beyond(got, want), beyond(gen, want), beyond(want, got))
				}
			}
		}
	}
	return len(list)
}

// without leaves out what may be body or caption, where it is one of them.
func (s *sampled) without(a cleaner.Article) cleaner.Article {
	is := func(text string) bool { return slices.Contains(s.either, prose.Clean(text)) }
	a.Captions = slices.DeleteFunc(slices.Clone(a.Captions), is)
	a.Body = slices.DeleteFunc(slices.Clone(a.Body), func(b cleaner.Block) bool { return is(b.Text) })
	return a
}

func report(t *testing.T, what string, sum map[string]*tally) {
	line := what + ":"
	for _, f := range exactFields {
		if c := sum[f.name]; c != nil {
			line += fmt.Sprintf(" %s %d/%d/%d", f.name, c.draft, c.generic, c.of)
			if c.worse > 0 {
				line += fmt.Sprintf(" (WORSE %d)", c.worse)
			}
		}
	}
	t.Log(line)
}

// splits are halves of some pages.
func splits(list []sampled, n int) (halves [][2][]sampled) {
	if len(list) == 3 {
		for i := range list {
			rest := slices.Delete(slices.Clone(list), i, i+1)
			halves = append(halves, [2][]sampled{rest, list[i : i+1]})
		}
		return halves
	}
	r := rand.New(rand.NewPCG(7, 0))
	for range n {
		mixed := slices.Clone(list)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		k := (len(mixed) + 1) / 2
		halves = append(halves, [2][]sampled{mixed[:k], mixed[k:]})
	}
	return halves
}

func sharedPages(t *testing.T, site *sites.Site, pattern string) (list []sampled) {
	dir := cleanertest.Shared(t)
	files, err := filepath.Glob(filepath.Join(dir, "pages", pattern))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.Contains(file, "list") || strings.Contains(file, "category") {
			continue
		}
		p := cleaner.Page{Body: cleanertest.Read(t, file), ContentType: "text/html; charset=utf-8"}
		truth, err := cleaner.Clean(p, site)
		if err != nil {
			t.Fatal(file, err)
		}
		var gold struct {
			Either []string `json:"either"`
		}
		if text, err := os.ReadFile(strings.TrimSuffix(file, ".html") + ".gold.json"); err == nil {
			if err := json.Unmarshal(text, &gold); err != nil {
				t.Fatal(file, err)
			}
		}
		list = append(list, sampled{filepath.Base(file), p, truth, gold.Either})
	}
	return list
}

// exactly is on how many of a hundred pages a field has to come out.
var exactly = map[string]int{"title": 95, "published": 95, "body": 95, "byline": 90}

// check holds what came out against what has to: nowhere worse than the generic cleaner.
func check(t *testing.T, what string, sum map[string]*tally) {
	t.Helper()
	for _, f := range exactFields {
		c := sum[f.name]
		switch {
		case c == nil:
		case c.worse > 0:
			t.Errorf("%s: %s is read worse than by the generic cleaner %d times", what, f.name, c.worse)
		case c.draft*100 < exactly[f.name]*c.of:
			t.Errorf("%s: %s is exact %d times of %d", what, f.name, c.draft, c.of)
		}
	}
}

// A draft made of half of the pages of a look reads the other half.
func TestHalves(t *testing.T) {
	for _, set := range []struct{ site, pattern string }{{"dantri", "dantri/dantri-2022*.html"}, {"baonghean", "baonghean/*2018*.html"}} {
		site := cleanertest.Site(t, set.site)
		list := sharedPages(t, site, set.pattern)
		sum := map[string]*tally{}
		drafted := 0
		for _, h := range splits(list, 3) {
			drafted += half(t, bareDescription(site), h[0], h[1], sum)
			drafted += half(t, bareDescription(site), h[1], h[0], sum)
		}
		report(t, fmt.Sprintf("%s, %d pages, %d layouts", set.site, len(list), drafted), sum)
		check(t, set.site, sum)
	}
}

// Halves of our own fixtures: a few pages of each of many looks, most of them made for what is odd.
func TestFixtureHalves(t *testing.T) {
	by := map[*sites.Site][]sampled{}
	for _, f := range cleanertest.Fixtures(t) {
		if f.Layout == "text" {
			continue
		}
		truth, err := cleaner.Clean(f.Page, f.Site)
		if err != nil {
			t.Fatal(err)
		}
		by[f.Site] = append(by[f.Site], sampled{f.Path, f.Page, truth, nil})
	}
	of, draft, generic, worse := 0, 0, 0, 0
	for _, site := range slices.SortedFunc(maps.Keys(by), func(a, b *sites.Site) int { return strings.Compare(a.Name, b.Name) }) {
		sum, drafted := map[string]*tally{}, 0
		for _, h := range splits(by[site], 2) {
			drafted += half(t, bareDescription(site), h[0], h[1], sum)
			drafted += half(t, bareDescription(site), h[1], h[0], sum)
		}
		report(t, fmt.Sprintf("%s, %d pages, %d layouts", site.Name, len(by[site]), drafted), sum)
		for _, c := range sum {
			of, draft, generic, worse = of+c.of, draft+c.draft, generic+c.generic, worse+c.worse
		}
	}
	t.Logf("of %d fields the draft has %d exact, the generic cleaner %d; %d are worse", of, draft, generic, worse)
	if draft < generic || worse*100 > 3*of {
		t.Errorf("of %d fields the draft has %d exact, the generic cleaner %d; %d are worse", of, draft, generic, worse)
	}
}

// beyond are the lines of a text that another has not.
func beyond(text, other string) string {
	var list []string
	for line := range strings.Lines(text) {
		if !strings.Contains("\n"+other+"\n", "\n"+strings.TrimSpace(line)+"\n") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return fmt.Sprintf("%.300q", list)
}
