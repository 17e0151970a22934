package main

import (
	"cmp"
	"context"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"baoluu/cleaner"
	"baoluu/cleaner/turn"
	"baoluu/sites"
)

// How a newspaper's layouts read pages, held against the generic reading.

// readFields are the fields that are compared, in the order in which they are shown.
var readFields = []struct {
	name string
	of   func(a *cleaner.Article) string
}{
	{"title", func(a *cleaner.Article) string { return string(a.Title) }},
	{"kicker", func(a *cleaner.Article) string { return string(a.Kicker) }},
	{"lead", func(a *cleaner.Article) string { return string(a.Lead) }},
	{"dateline", func(a *cleaner.Article) string { return string(a.Dateline) }},
	{"byline", func(a *cleaner.Article) string { return string(a.Byline) }},
	{"source", func(a *cleaner.Article) string { return strings.TrimPrefix(string(a.Source), "Theo ") }},
	{"published", func(a *cleaner.Article) string { return momentOf(a.Published.Time) }},
	{"section", func(a *cleaner.Article) string { return strings.Join(a.Section, " › ") }},
	{"tags", func(a *cleaner.Article) string { return strings.Join(a.Tags, ", ") }},
	{"body", func(a *cleaner.Article) string {
		var texts []string
		for _, b := range a.Body {
			texts = append(texts, b.Text)
		}
		return strings.Join(texts, "\n")
	}},
	{"captions", func(a *cleaner.Article) string { return strings.Join(a.Captions, "\n") }},
	{"related", func(a *cleaner.Article) string {
		var links []string
		for _, r := range a.Related {
			links = append(links, r.URL)
		}
		return strings.Join(links, "\n")
	}},
}

func momentOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(sites.Zone).Format(time.RFC3339)
}

// What became of a field, held against the generic reading.
const (
	fieldSame  = "same"
	fieldOther = "other" // both found something, and not the same
	fieldWon   = "won"   // the layout found something where the generic reading did not
	fieldLost  = "lost"  // the other way round
)

// fieldDifference is a field of a page that the generic cleaner reads otherwise.
type fieldDifference struct {
	Field   string `json:"field"`
	What    string `json:"what"` // other, won or lost
	Layout  string `json:"layout"`
	Generic string `json:"generic"`
}

// pageReading is what a newspaper makes of a sample.
type pageReading struct {
	name, url   string
	layout      string // that read it; "" where it is no article to the newspaper
	refused     string // then why
	lost        bool   // then: the generic cleaner reads it, and its address is an article's
	foreign     bool   // the address is of another newspaper: it was not read
	differences []fieldDifference
}

// fieldTally counts pages of one layout by what became of one field.
type fieldTally struct{ found, same, other, won, lost int }

// layoutTally is what came of the pages that a layout read.
type layoutTally struct {
	layout string
	pages  int
	fields []fieldTally // as readFields
}

// siteReading is what came of all samples.
type siteReading struct {
	layouts []layoutTally // as the newspaper has them, then what else read pages
	pages   []pageReading // those that differ, in the order of the samples
	articles, refused,
	lost, foreign int // pages
}

// maxDifferent bounds the pages that are kept to be shown.
const maxDifferent = 10_000

// readSamples reads samples by a newspaper, and by the generic cleaner, on all processors.
func readSamples(ctx context.Context, site *sites.Site, source *sampleSource) (*siteReading, error) {
	r := &siteReading{}
	for i := range site.Layouts {
		r.of(site.Layouts[i].Name)
	}
	var mu sync.Mutex
	places := map[*pageReading]int{}
	workers, ctx := errgroup.WithContext(ctx)
	workers.SetLimit(runtime.GOMAXPROCS(0))
	n := 0
	err := source.each(ctx, func(s sampled) error {
		n++
		place := n
		workers.Go(func() error {
			page, own, generic, err := readSample(ctx, site, s)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			r.add(page, own, generic)
			if !page.foreign && (page.layout == "" || len(page.differences) > 0) && len(places) < maxDifferent {
				places[page] = place
			}
			return nil
		})
		return ctx.Err()
	})
	if err := cmp.Or(workers.Wait(), err); err != nil { // a worker's error ends the samples, too
		return nil, err
	}
	ordered := make([]*pageReading, 0, len(places))
	for page := range places {
		ordered = append(ordered, page)
	}
	slices.SortFunc(ordered, func(a, b *pageReading) int { return places[a] - places[b] })
	for _, page := range ordered {
		r.pages = append(r.pages, *page)
	}
	return r, nil
}

// readSample reads one sample both ways; an article that is not one to a reader is nil.
func readSample(ctx context.Context, site *sites.Site, s sampled) (page *pageReading, own, generic *cleaner.Article, err error) {
	page = &pageReading{name: s.name, url: s.URL}
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || !site.Owns(u.Hostname())) {
		page.foreign = true
		return page, nil, nil, nil
	}
	var t turn.Turn
	if err := t.Take(ctx, turn.Weight(s.Body)); err != nil {
		return nil, nil, nil, err
	}
	defer t.Leave()
	doc, err := cleaner.Read(s.Page)
	if err != nil {
		page.refused = words(err)
		return page, nil, nil, nil
	}
	byNobody, genericErr := doc.Article(nil)
	if genericErr == nil {
		generic = &byNobody
	}
	article, err := doc.Article(site)
	if err != nil {
		page.refused = words(err)
		address, aerr := site.Address(s.URL)
		page.lost = genericErr == nil && aerr == nil && address.Kind == sites.Article
		return page, nil, generic, nil
	}
	page.layout = article.Layout
	page.differences = differencesOf(&article, generic)
	return page, &article, generic, nil
}

// differencesOf are the fields that the generic cleaner, nil where it reads no article, reads otherwise.
func differencesOf(own, generic *cleaner.Article) (list []fieldDifference) {
	if generic == nil {
		generic = &cleaner.Article{}
	}
	for _, f := range readFields {
		a, b := f.of(own), f.of(generic)
		if what := judgeField(a, b); what != "" && what != fieldSame {
			list = append(list, fieldDifference{f.name, what, a, b})
		}
	}
	return list
}

// judgeField says what became of a field; "" where nobody found anything.
func judgeField(own, generic string) string {
	switch {
	case own == "" && generic == "":
		return ""
	case own == generic:
		return fieldSame
	case generic == "":
		return fieldWon
	case own == "":
		return fieldLost
	}
	return fieldOther
}

// of is the tally of a layout.
func (r *siteReading) of(layout string) *layoutTally {
	i := slices.IndexFunc(r.layouts, func(t layoutTally) bool { return t.layout == layout })
	if i < 0 {
		i = len(r.layouts)
		r.layouts = append(r.layouts, layoutTally{layout, 0, make([]fieldTally, len(readFields))})
	}
	return &r.layouts[i]
}

func (r *siteReading) add(page *pageReading, own, generic *cleaner.Article) {
	switch {
	case page.foreign:
		r.foreign++
		return
	case own == nil:
		r.refused++
		if page.lost {
			r.lost++
		}
		return
	}
	if generic == nil {
		generic = &cleaner.Article{}
	}
	r.articles++
	t := r.of(own.Layout)
	t.pages++
	for i, f := range readFields {
		a := f.of(own)
		if a != "" {
			t.fields[i].found++
		}
		switch judgeField(a, f.of(generic)) {
		case fieldSame:
			t.fields[i].same++
		case fieldOther:
			t.fields[i].other++
		case fieldWon:
			t.fields[i].won++
		case fieldLost:
			t.fields[i].lost++
		}
	}
}
