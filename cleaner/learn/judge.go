package learn

import (
	"fmt"
	"slices"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// prove reads the group's pages with its draft, as the cleaner will, and takes out of the
// draft what makes it read worse; false where title and body do not come out.
func (g *group) prove(others []*page) bool {
	best, ok := g.weigh(g.draft)
	if !ok {
		return false
	}
	signed := g.draft
	signed.Signed = true
	if w, ok := g.weigh(signed); ok && w >= best {
		g.draft, best = signed, w
	}
	// Once more where something went: it may have hidden what another does.
	for range 2 {
		changed := false
		for k := range fieldsOf(&g.draft) {
			changed = g.prune(k, &best) || changed
		}
		if !changed {
			break
		}
	}
	return g.isProved(others)
}

// prune takes out the selectors of one field without which the pages are read better.
func (g *group) prune(k int, best *float64) (changed bool) {
	switch fieldsOf(&g.draft)[k].name {
	case "article", "body":
		return false
	}
	for i := 0; ; i++ {
		trial := g.draft
		f := fieldsOf(&trial)[k]
		if i >= len(*f.texts) || f.name == "title" && len(*f.texts) == 1 {
			return changed
		}
		*f.texts = slices.Delete(slices.Clone(*f.texts), i, i+1)
		if w, ok := g.weigh(trial); ok && w > *best+1e-9 {
			g.draft, *best, changed = trial, w, true
			i--
		}
	}
}

// siteWith compiles the newspaper with one layout; nil where that is none.
func (g *group) siteWith(d sites.LayoutDescription) *sites.Site {
	base := g.base
	base.Layouts = []sites.LayoutDescription{d}
	site, err := base.Site()
	if err != nil {
		return nil
	}
	return site
}

// weigh is how well a draft reads the group's pages, by what the generic cleaner reads. What
// the draft has and the generic cleaner has not counts a little: its selectors say the same as
// that on other pages.
func (g *group) weigh(d sites.LayoutDescription) (sum float64, ok bool) {
	site := g.siteWith(d)
	if site == nil {
		return 0, false
	}
	for _, s := range g.sheets {
		art, err := s.doc.Article(site)
		if err != nil || art.Layout != d.Name {
			sum -= 20
			continue
		}
		for _, f := range readFields {
			sum += f.weight * f.compare(&art, &s.art)
		}
	}
	return sum, true
}

// readField compares one field of two readings.
type readField struct {
	name    string
	weight  float64
	compare func(draft, generic *cleaner.Article) float64 // 1 for the same, below 0 for worse
}

var readFields = []readField{
	{"title", 4, func(d, g *cleaner.Article) float64 { return sameText(string(d.Title), string(g.Title)) }},
	{"lead", 2, func(d, g *cleaner.Article) float64 { return sameText(string(d.Lead), string(g.Lead)) }},
	{"dateline", 1, func(d, g *cleaner.Article) float64 { return sameText(string(d.Dateline), string(g.Dateline)) }},
	{"byline", 2, func(d, g *cleaner.Article) float64 { return sameText(string(d.Byline), string(g.Byline)) }},
	{"source", 1, func(d, g *cleaner.Article) float64 { return sameSource(string(d.Source), string(g.Source)) }},
	{"time", 3, func(d, g *cleaner.Article) float64 {
		return sameText(d.Published.Format("200601021504"), g.Published.Format("200601021504"))
	}},
	{"section", 1, func(d, g *cleaner.Article) float64 { return sameList(d.Section, g.Section) }},
	{"tags", 1, func(d, g *cleaner.Article) float64 { return sameList(d.Tags, g.Tags) }},
	{"captions", 2, func(d, g *cleaner.Article) float64 { return sameList(d.Captions, g.Captions) }},
	{"body", 8, func(d, g *cleaner.Article) float64 { return sameBody(d, g) }},
}

// sameText compares a text: the same, another, or one where there was none.
func sameText(draft, generic string) float64 {
	switch {
	case prose.SameWords(draft, generic) || draft == generic:
		return 1
	case generic == "":
		return 1
	case draft == "":
		return -1
	}
	return -0.8
}

// sameSource is sameText, but that a layout gives the source as printed.
func sameSource(draft, generic string) float64 {
	if generic != "" && len(draft) <= len(generic)+8 && len(draft) > len(generic) && draft[len(draft)-len(generic):] == generic {
		return 1
	}
	return sameText(draft, generic)
}

func sameList(draft, generic []string) float64 {
	switch {
	case slices.Equal(draft, generic):
		return 1
	case len(generic) == 0:
		return 1.1
	case len(draft) == 0:
		return -1
	}
	return 2*shared(draft, generic) - 1
}

// sameBody compares the blocks of two bodies; a lead that one of them reads as its first counts.
func sameBody(draft, generic *cleaner.Article) float64 {
	v := sharedBody(draft, generic)
	if v > 1-1e-9 {
		return 1
	}
	return 2*v - 1.2
}

func blocks(a *cleaner.Article) (list []string) {
	for _, b := range a.Body {
		list = append(list, b.Text)
	}
	return list
}

// sharedBody is which part of two bodies is in both. Who said what a quote says is mostly left out by
// the generic cleaner, and costs nothing.
func sharedBody(draft, generic *cleaner.Article) float64 {
	const brief = 120
	theirs := blocks(generic)
	var ours []string
	if generic.Lead == "" { // then it may stand in the body
		ours = append(ours, string(draft.Kicker), string(draft.Lead))
	}
	for _, b := range draft.Body {
		if b.Kind != cleaner.Quote || len(b.Text) > brief || slices.Contains(theirs, b.Text) {
			ours = append(ours, b.Text)
		}
	}
	return shared(ours, theirs)
}

// shared is which part of two lists of texts is in both, by letters: 1 for all.
func shared(a, b []string) float64 {
	count := map[string]int{}
	all, both := 0, 0
	for _, text := range a {
		key := prose.Squash(text)
		count[key]++
		all += len(key)
	}
	for _, text := range b {
		key := prose.Squash(text)
		all += len(key)
		if count[key] > 0 {
			count[key]--
			both += 2 * len(key)
		}
	}
	if all == 0 {
		return 1
	}
	return float64(both) / float64(all)
}

const (
	// sureBody is which part of a body has to come out as the generic cleaner reads it for the
	// page to speak for the layout.
	sureBody = 0.985
	// sure is which part of the pages has to.
	sure = 0.7
)

// plainFields have to come out on both of two pages.
var plainFields = []string{"lead", "dateline", "byline", "time"}

// isProved reports whether the draft is to be kept: on most pages title and body come out as
// the generic cleaner reads them, and no page that is no article becomes one. It notes where
// the two differ.
func (g *group) isProved(others []*page) bool {
	site := g.siteWith(g.draft)
	if site == nil {
		return false
	}
	enough := sureBody
	if g.draft.Family != "" { // people wrote it, and it was held against pages
		enough = nearBody
	}
	same := 0
	differ := map[string][]string{}
	for _, s := range g.sheets {
		art, err := s.doc.Article(site)
		if err != nil || art.Layout != g.draft.Name {
			differ["article"] = append(differ["article"], s.URL)
			continue
		}
		body := sharedBody(&art, &s.art)
		ok := prose.SameWords(string(art.Title), string(s.art.Title)) && body >= enough
		for _, f := range readFields {
			if v := f.compare(&art, &s.art); v < 0.85 {
				differ[f.name] = append(differ[f.name], s.URL)
				ok = ok && (len(g.sheets) > fewPages || !slices.Contains(plainFields, f.name))
			}
		}
		if ok {
			same++
		}
	}
	need := int(sure*float64(len(g.sheets)) + 0.999)
	if len(g.sheets) <= fewPages+1 {
		need = len(g.sheets)
	}
	if same < need {
		return false
	}
	for _, p := range others {
		if p.doc == nil {
			continue
		}
		if art, err := p.doc.Article(site); err == nil && art.Layout == g.draft.Name {
			return false
		}
	}
	for _, f := range readFields {
		if urls := differ[f.name]; len(urls) > 0 {
			field := f.name
			if texts := fieldTexts(&g.draft, field); len(texts) == 0 {
				field = ""
			}
			g.doubt(field, fmt.Sprintf("%s: on %d of %d pages the generic reader reads otherwise, as on %s", f.name, len(urls), len(g.sheets), urls[0]))
		}
	}
	return true
}

func fieldTexts(d *sites.LayoutDescription, name string) []string {
	for _, f := range fieldsOf(d) {
		if f.name == name {
			return *f.texts
		}
	}
	return nil
}
