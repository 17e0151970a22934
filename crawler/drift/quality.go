package drift

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// maxSamples bounds the pages of a run that are remembered as examples.
const maxSamples = 500

// maxSections bounds the sections that a run counts apart.
const maxSections = 60

// Quality sums up how a run's pages come out.
type Quality struct {
	site    *sites.Site
	sums    capture.Quality
	samples []sample
}

// sample is one page of the run.
type sample struct {
	url     string
	hits    map[string]bool
	lengths map[string]float64
	source  bool
}

// New counts for one run over a newspaper.
func New(site *sites.Site) *Quality {
	return &Quality{site: site, sums: capture.Quality{Cleaner: cleaner.Name(site)}}
}

// Sums are the counts until now, to be stored while the run goes on; nil where
// nothing was counted.
func (q *Quality) Sums() *capture.Quality {
	if len(q.sums.Sections) == 0 && q.sums.Sources.Pages == 0 {
		return nil
	}
	s := q.sums
	s.Sections = make(map[string]capture.Tally, len(q.sums.Sections))
	for name, t := range q.sums.Sections {
		s.Sections[name] = cloneTally(t)
	}
	s.Sources = cloneTally(q.sums.Sources)
	return &s
}

func cloneTally(t capture.Tally) capture.Tally {
	t.Hits, t.Lengths = maps.Clone(t.Hits), maps.Clone(t.Lengths)
	return t
}

// Page counts a page that was asked for as an article; published is what is known
// of its day where the article does not say. counted is false for what says nothing of how the
// newspaper looks now.
func (q *Quality) Page(k capture.Kept, published time.Time) (counted bool) {
	a, err := q.site.Address(k.URL)
	if err != nil || a.Kind != sites.Article || k.State != capture.Live || k.Kind != capture.Response || k.Article == nil && k.Refused == "" {
		return false
	}
	if k.Article != nil && !k.Article.Published.IsZero() {
		published = k.Article.Published.Time
	}
	if !published.IsZero() && k.Time.Sub(published) > recentArticle {
		return false
	}
	s := sample{url: k.URL, hits: map[string]bool{}, lengths: map[string]float64{}}
	if k.Article != nil {
		q.measure(k.Article, &s)
	}
	section := q.site.Section(k.URL)
	if q.sums.Sections == nil {
		q.sums.Sections = map[string]capture.Tally{}
	}
	if _, ok := q.sums.Sections[section]; !ok && len(q.sums.Sections) >= maxSections {
		section = ""
	}
	t := q.sums.Sections[section]
	count(&t, s)
	q.sums.Sections[section] = t
	q.remember(s)
	return true
}

// Source counts a list, feed or sitemap that was read to its end.
func (q *Quality) Source(url string, lists bool) {
	s := sample{url: url, hits: map[string]bool{"articles": lists}, source: true}
	count(&q.sums.Sources, s)
	q.remember(s)
}

func (q *Quality) remember(s sample) {
	if len(q.samples) < maxSamples {
		q.samples = append(q.samples, s)
	}
}

func count(t *capture.Tally, s sample) {
	t.Pages++
	for what, hit := range s.hits {
		if hit {
			if t.Hits == nil {
				t.Hits = map[string]int{}
			}
			t.Hits[what]++
		}
	}
	for what, length := range s.lengths {
		if t.Lengths == nil {
			t.Lengths = map[string]capture.Length{}
		}
		l := t.Lengths[what]
		l.Sum += length
		l.Squares += length * length
		t.Lengths[what] = l
	}
}

// measure says which fields an article has, which rules found them, and how long
// they are.
func (q *Quality) measure(a *cleaner.Article, s *sample) {
	s.hits["article"] = true
	for field, text := range map[string]string{
		"title": string(a.Title), "lead": string(a.Lead), "byline": string(a.Byline), "source": string(a.Source), "dateline": string(a.Dateline),
	} {
		s.hits[field] = text != ""
	}
	s.hits["published"] = !a.Published.IsZero()
	s.hits["section"] = len(a.Section) > 0
	s.hits["tags"] = len(a.Tags) > 0
	s.hits["images"] = len(a.Images) > 0
	s.hits["captions"] = len(a.Captions) > 0
	s.hits["body"] = len(a.Body) > 0
	body := 0
	for _, b := range a.Body {
		body += utf8.RuneCountInString(b.Text)
	}
	for field, letters := range map[string]int{
		"title": utf8.RuneCountInString(string(a.Title)), "lead": utf8.RuneCountInString(string(a.Lead)), "body": body,
	} {
		if letters > 0 {
			s.lengths[field] = math.Log2(float64(letters))
		}
	}
	if a.PublishedFrom != "" {
		s.hits["published by "+string(a.PublishedFrom)] = true
	}
	// That a newer layout fits is no loss to an older one.
	found := false
	for _, l := range q.site.Layouts {
		found = found || l.Name == a.Layout
		s.hits["layout "+l.Name] = found
	}
}

// maxExamples is how many addresses stand for one finding.
const maxExamples = 3

// examples are the pages of this run that show a finding best.
func (q *Quality) examples(d capture.Drift) []string {
	var fit []sample
	for _, s := range q.samples {
		length, measured := s.lengths[d.Field]
		switch {
		case s.source != (d.Field == "articles on lists"):
		case s.source && !s.hits["articles"], !s.source && !d.Length && !s.hits[d.Field],
			d.Length && measured && math.Abs(length-math.Log2(d.Is)) < math.Abs(length-math.Log2(d.Was)):
			fit = append(fit, s)
		}
	}
	if d.Length {
		slices.SortStableFunc(fit, func(a, b sample) int {
			by := cmp.Compare(a.lengths[d.Field], b.lengths[d.Field])
			if d.Is > d.Was {
				return -by
			}
			return by
		})
	}
	var urls []string
	for _, s := range fit[:min(len(fit), maxExamples)] {
		urls = append(urls, s.url)
	}
	return urls
}
