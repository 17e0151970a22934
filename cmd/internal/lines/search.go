package lines

import (
	"baoluu/archive/search"
)

// Search is what a search found, before its hits.
type Search struct {
	Type      string             `json:"type"`
	Query     string             `json:"query"`
	Total     int                `json:"total"`
	Forgiving bool               `json:"forgiving"` // nothing has the words as they are typed: these have them with other marks
	Behind    int                `json:"behind"`    // captures that are not in the index yet
	Missing   []string           `json:"missing"`   // newspapers that have no index
	Facets    map[string][]Facet `json:"facets"`    // by site, year and section
}

// Facet is one value of a facet.
type Facet struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// NewSearch is the line of a result.
func NewSearch(query string, r search.Result) Search {
	line := Search{"search", query, r.Total, r.Forgiving, r.Behind, append([]string{}, r.Missing...), map[string][]Facet{}}
	for name, counts := range r.Facets {
		list := []Facet{}
		for _, c := range counts {
			list = append(list, Facet(c))
		}
		line.Facets[name] = list
	}
	return line
}

// Hit is one page that was found.
type Hit struct {
	Type      string    `json:"type"`
	Site      string    `json:"site"`
	Page      string    `json:"page"` // SITE/KEY, as the commands take it
	URL       string    `json:"url"`
	Title     *string   `json:"title"`
	Published *string   `json:"published"`
	State     string    `json:"state"`
	Language  *string   `json:"language"`
	Section   []string  `json:"section"`
	Version   *int      `json:"version"` // the one that says it; null: the present one
	Snippets  []Snippet `json:"snippets"`
}

// Snippet is a passage of an article.
type Snippet struct {
	Field string `json:"field"`
	Spans []Span `json:"spans"` // one behind the other
}

// Span is a part of a passage.
type Span struct {
	Text string `json:"text"`
	Mark bool   `json:"mark"` // it is what was looked for
}

// NewHit is the line of a hit.
func NewHit(h search.Hit) Hit {
	line := Hit{
		Type: "hit", Site: h.Site, Page: h.Site + "/" + h.Info.Page, URL: h.Info.URL, Title: Optional(h.Info.Title), Published: OptionalTime(h.Info.Published),
		State: string(h.Info.State), Language: Optional(h.Info.Language), Section: append([]string{}, h.Section...), Snippets: []Snippet{},
	}
	if h.Version > 0 {
		line.Version = &h.Version
	}
	for _, s := range h.Snippets {
		passage := Snippet{Field: s.Field}
		for _, span := range s.Spans {
			passage.Spans = append(passage.Spans, Span(span))
		}
		line.Snippets = append(line.Snippets, passage)
	}
	return line
}
