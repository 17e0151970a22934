package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
)

// Snippet is a passage of an article.
type Snippet struct {
	Field string // one of [Fields]
	Spans []Span
}

// Span is a run of text; Mark says that it is what was looked for.
type Span struct {
	Text string
	Mark bool
}

const (
	snippetBytes = 260 // of a passage, about
	mostSnippets = 3
)

// hits reads from the archive what is shown of pages. One that is not there any more is left out.
func (x *Index) hits(ctx context.Context, a *asked, list []candidate) ([]Hit, error) {
	hits := []Hit{}
	a.known = x.known.Get().(words)
	defer x.known.Put(a.known)
	views := map[string]*archive.View{}
	for _, c := range list {
		id, err := c.segment.key(c.page)
		if err != nil {
			return nil, err
		}
		site := c.snapshot.site
		if views[site] == nil {
			if views[site], err = x.archive.View(ctx, site); err != nil {
				return nil, err
			}
		}
		hit, err := a.hit(ctx, views[site], site, id)
		if errors.Is(err, archive.ErrNoPage) || errors.Is(err, archive.ErrForgotten) {
			continue
		} else if err != nil {
			return nil, err
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

func (a *asked) hit(ctx context.Context, v *archive.View, site, page string) (hit Hit, err error) {
	hit.Site = site
	h := history{}
	if h.page, err = v.Page(ctx, page); err != nil {
		return hit, err
	}
	if h.versions, err = v.Versions(ctx, h.page.Page); err != nil {
		return hit, err
	}
	hit.Info = h.page
	newest, ok := archive.NewestLive(h.versions)
	if !ok {
		return hit, archive.ErrNoPage
	}
	now, err := v.Article(ctx, newest.Capture)
	if err != nil {
		return hit, notThere(err)
	}
	hit.Section = now.Section
	list := passages(&now)
	hit.Snippets = a.snippets(list)
	if !a.Ever || len(a.clauses) == 0 || a.says(list) {
		return hit, nil
	}
	for _, version := range slices.Backward(h.versions[max(0, len(h.versions)-2*maxEarlier):]) {
		if version.State != capture.Live || version.Number == newest.Number {
			continue
		}
		was, err := v.Article(ctx, version.Capture)
		if err != nil {
			if err = notThere(err); errors.Is(err, archive.ErrNoPage) {
				continue
			}
			return hit, err
		}
		if list := passages(&was); a.says(list) || hit.Version == 0 && len(a.snippets(list)) > 0 {
			hit.Version, hit.Section, hit.Snippets = version.Number, was.Section, a.snippets(list)
			if a.says(list) {
				break
			}
		}
	}
	return hit, nil
}

// notThere makes of what a re-clean found to be no article a page that is not there.
func notThere(err error) error {
	if refused := (*cleaner.NotArticleError)(nil); errors.As(err, &refused) {
		return archive.ErrNoPage
	}
	return err
}

// says reports whether the passages of one version have all that is looked for.
func (a *asked) says(list []passage) bool {
	var codes []byte
	m := maker{a.known}
	m.add(&codes, list, false, terms{})
	match := newMatcher(a.clauses, a.exact, false, func(word) float64 { return 1 })
	match.excludes = true // no index says which words the version has
	return match.match(appendWords(make(forward, hintsAt), codes))
}

// mark is a place that is marked.
type mark struct{ start, end, word int }

// marks are the places of a passage that have words that are looked for; words of a phrase only where
// the phrase stands.
func (a *asked) marks(p passage) (list []mark, words int) {
	type place struct {
		start, end int
		word       word
	}
	var places []place
	eachWord(p.text, func(start, end int) {
		if len(places) < maxWords {
			places = append(places, place{start, end, a.known.of(p.text[start:end])})
		}
	})
	marked := make([]int, len(places)) // number of the word from 1
	n := 0
	for _, c := range a.clauses {
		if c.not || !c.in.has(p.zone) {
			n += len(c.words)
			continue
		}
		for i := 0; i+len(c.words) <= len(places); i++ {
			fits := true
			for j, w := range c.words {
				o := places[i+j].word
				fits = fits && w.fold == o.fold && (!a.exact || w.code == o.code)
			}
			for j := 0; fits && j < len(c.words); j++ {
				marked[i+j] = n + j + 1
			}
		}
		n += len(c.words)
	}
	met := map[int]bool{}
	for i, pl := range places {
		if w := marked[i]; w > 0 {
			list = append(list, mark{pl.start, pl.end, w})
			met[w] = true
		}
	}
	return list, len(met)
}

// snippets are the passages that show best what was looked for, the title first where that has it.
func (a *asked) snippets(list []passage) (out []Snippet) {
	type scored struct {
		snippet Snippet
		score   int
		place   int
	}
	var best []scored
	for i, p := range list {
		marks, met := a.marks(p)
		if met == 0 {
			continue
		}
		s := scored{place: i, score: met * 100}
		s.snippet, met = cutOut(p, marks)
		if s.score += met*10 + closeTogether(marks); p.zone == inTitle {
			s.score += 10_000
		}
		at := len(best)
		for at > 0 && best[at-1].score < s.score {
			at--
		}
		best = append(best[:at], append([]scored{s}, best[at:]...)...)
		best = best[:min(len(best), mostSnippets)]
	}
	for _, s := range best {
		out = append(out, s.snippet)
	}
	return out
}

// closeTogether counts the marks that follow one right behind another, up to 9.
func closeTogether(marks []mark) (n int) {
	for i := 1; i < len(marks); i++ {
		if marks[i].word == marks[i-1].word+1 && marks[i].start-marks[i-1].end <= 2 {
			n++
		}
	}
	return min(n, 9)
}

// cutOut cuts the part out of a passage that has the most of the words, and tells how many.
func cutOut(p passage, marks []mark) (s Snippet, words int) {
	from, to, words := window(marks)
	room := max(0, snippetBytes-(marks[to].end-marks[from].start))
	start, end := marks[from].start-room/3, 0
	start = blankBefore(p.text, start)
	end = blankAfter(p.text, max(start+snippetBytes, marks[to].end))
	s.Field = p.zone.String()
	at := start
	if start > 0 {
		s.Spans = append(s.Spans, Span{Text: "… "})
	}
	add := func(text string, mark bool) {
		if text == "" {
			return
		}
		if n := len(s.Spans); n > 0 && s.Spans[n-1].Mark == mark {
			s.Spans[n-1].Text += text
			return
		}
		s.Spans = append(s.Spans, Span{text, mark})
	}
	for _, m := range marks {
		if m.start < at || m.end > end {
			continue
		}
		between := p.text[at:m.start]
		// Words that stand together are marked together.
		add(between, strings.TrimSpace(between) == "" && at > start)
		add(p.text[m.start:m.end], true)
		at = m.end
	}
	add(p.text[at:end], false)
	if end < len(p.text) {
		add(" …", false)
	}
	return s, words
}

// window is the run of marks that fits into a snippet and has the most words, the first of several.
func window(marks []mark) (from, to, words int) {
	met := map[int]int{} // of the run that ends at the present mark: how often it has each word
	start := 0
	for i, m := range marks {
		met[m.word]++
		for start < i && m.end-marks[start].start > snippetBytes*2/3 {
			if met[marks[start].word]--; met[marks[start].word] == 0 {
				delete(met, marks[start].word)
			}
			start++
		}
		if len(met) > words {
			from, to, words = start, i, len(met)
		}
	}
	return from, to, words
}

// blankBefore is the begin of the word that i is in, or 0 where that is near.
func blankBefore(text string, i int) int {
	const near = 40
	if i <= near {
		return 0
	}
	if at := strings.LastIndexAny(text[:i], " \n\t"); at >= i-near {
		return at + 1
	}
	for n := 0; i > 0 && !boundary(text, i, n); n++ {
		i--
	}
	return i
}

// blankAfter is the end of the word that i is in, or the end of the text where that is near.
func blankAfter(text string, i int) int {
	const near = 40
	if i+near >= len(text) {
		return len(text)
	}
	if at := strings.IndexAny(text[i:], " \n\t"); at >= 0 && at <= near {
		return i + at
	}
	for n := 0; i < len(text) && !boundary(text, i, n); n++ {
		i++
	}
	return i
}

// boundary reports whether a text may be cut at i: not within a letter, nor before a mark of one, unless
// so many bytes were looked at that no letter has as many.
func boundary(text string, i, looked int) bool {
	if i <= 0 || i >= len(text) {
		return true
	}
	k, _ := kindAt(text, i)
	return utf8.RuneStart(text[i]) && (k != within || looked > maxWord)
}
