package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive/search"
	"baoluu/sites"
)

const (
	hitsShown   = 20 // on one page
	maxHitPages = 50 // beyond them a reader says more
	maxFacets   = 12 // lines of one list
)

// The languages and states that one can ask for, and the orders of hits.
var (
	soughtLanguages = []string{"vi", "en", "fr"}
	soughtStates    = []string{"live", "gone", "blocked", "broken", "moved"}
	soughtSorts     = []string{"newest", "oldest"} // else the best first
)

func (s *Server) searchRoutes() { s.handle("GET /search", s.search) }

// sought is what a reader asks for. Its fields are those of the form, and of all links of the page.
type sought struct {
	Words, From, To, Site, Lang, State, Section, Sort string
	Ever                                              bool
	Page                                              int // from 1
}

// searchPage is what the page shows.
type searchPage struct {
	sought
	Asked            bool   // for anything
	Narrow           bool   // for anything but words
	Wrong            string // the word that says what cannot be read
	Newspapers       []Newspaper
	Languages        []string
	States           []string
	Sorts            []string
	Found            search.Result
	Hits             []searchHit
	First            int // number of the first hit shown, from 1
	Facets           []facet
	Help             []example
	None             bool // there is no index yet
	Building         Indexing
	Before, After    string // paths of the pages of hits beside this one; "" where there is none
	Again, Wider     string // paths: this page; its words alone
	SaysNow, EverToo string // paths of the same search, of what is said now, and of what ever was
}

// example is a form of a query, and the word that says what it finds.
type example struct{ Text, Word string }

var examples = []example{
	{"nghe an", "search.help.marks"}, {"Nghệ An", "search.help.exact"}, {`"cầu gỗ mới"`, "search.help.phrase"},
	{"title:cầu", "search.help.field"}, {"cầu -sắt", "search.help.not"}, {"46m", "search.help.number"},
}

// facet is a list of links that narrow a search, or widen it again.
type facet struct {
	Name  string // of the field
	Lines []facetLine
}

type facetLine struct {
	Value string
	Count int
	Path  string
	On    bool // it narrows the search already, and the link widens it
}

// searchHit is an article that was found: its title, marked where the words stand in it, and
// what else has them.
type searchHit struct {
	search.Hit
	Path    string
	Heading []search.Span
	Texts   []search.Snippet
}

func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	newspapers, err := s.Newspapers()
	if err != nil {
		return err
	}
	asked := readSought(r.URL.Query())
	page := searchPage{
		sought: asked, Newspapers: newspapers, Languages: soughtLanguages, States: soughtStates, Sorts: soughtSorts,
		Again: asked.path(), Wider: sought{Words: asked.Words}.path(), First: (asked.Page-1)*hitsShown + 1, Help: examples, Building: s.indexing.now(),
	}
	page.Narrow = asked.narrow()
	page.Asked = asked.Words != "" || page.Narrow
	page.SaysNow, page.EverToo = asked.with(func(a *sought) { a.Ever = false }), asked.with(func(a *sought) { a.Ever = true })
	query, wrong := asked.query()
	if page.Wrong = wrong; wrong == "" && page.Asked {
		page.Found, err = s.Search.Search(r.Context(), query)
		if err != nil && !errors.Is(err, search.ErrNone) { // the index is being made
			return err
		}
		page.None = err != nil
		page.show()
	}
	return s.render(w, r, "search", page)
}

// query is what the index is asked; wrong is the word that says what cannot be read.
func (a sought) query() (q search.Query, wrong string) {
	q = search.Query{Text: a.Words, Ever: a.Ever, Limit: hitsShown, Offset: (a.Page - 1) * hitsShown, Sort: search.Sort(a.Sort), Facets: true}
	for _, one := range []struct {
		value string
		list  *[]string
	}{{a.Site, &q.Sites}, {a.Lang, &q.Langs}, {a.State, &q.States}, {a.Section, &q.Sections}} {
		if one.value != "" {
			*one.list = []string{one.value}
		}
	}
	if len(a.Words) > search.MostText {
		return q, "search.wrong.long"
	}
	var fine, fineTo bool
	q.From, _, fine = soughtSpan(a.From)
	_, q.To, fineTo = soughtSpan(a.To)
	if !fine || !fineTo {
		return q, "search.wrong.day"
	}
	return q, ""
}

// show makes of what the index says what the page shows.
func (p *searchPage) show() {
	for _, h := range p.Found.Hits {
		path := pagePath(h.Site, h.Info.Page)
		if h.Version > 0 {
			path = pagePath(h.Site, h.Info.Page, "v", strconv.Itoa(h.Version))
		}
		h = briefHit(h)
		hit := searchHit{Hit: h, Path: path}
		for _, snippet := range h.Snippets {
			if snippet.Field == "title" {
				hit.Heading = snippet.Spans
			} else {
				hit.Texts = append(hit.Texts, snippet)
			}
		}
		p.Hits = append(p.Hits, hit)
	}
	p.Facets = []facet{
		p.facet("site", func(a *sought) *string { return &a.Site }),
		p.facet("year", func(a *sought) *string { return &a.From }),
		p.facet("section", func(a *sought) *string { return &a.Section }),
	}
	p.Facets = slices.DeleteFunc(p.Facets, func(f facet) bool { return len(f.Lines) == 0 })
	if p.Page > 1 {
		p.Before = p.turned(p.Page - 1)
	}
	if p.Page < maxHitPages && p.Page*hitsShown < p.Found.Total {
		p.After = p.turned(p.Page + 1)
	}
}

// briefHit is a hit with texts as long as a list has them.
func briefHit(h search.Hit) search.Hit {
	h.Info.Title = brief(h.Info.Title, mostTitle)
	if len(h.Section) > 0 {
		h.Section = []string{brief(h.Section[0], mostTitle)}
	}
	h.Snippets = slices.Clone(h.Snippets)
	for i, snippet := range h.Snippets {
		h.Snippets[i].Spans = briefSpans(snippet.Spans)
	}
	return h
}

// briefSpans are the spans of a passage as far as they are brief together.
func briefSpans(spans []search.Span) []search.Span {
	left := mostTitle
	for i, s := range spans {
		if len(s.Text) > left {
			s.Text = brief(s.Text, max(left, len("…")))
			return append(slices.Clone(spans[:i]), s)
		}
		left -= len(s.Text)
	}
	return spans
}

// facet makes the links of one list. field is what a link sets.
func (p *searchPage) facet(name string, field func(*sought) *string) facet {
	f := facet{Name: name}
	for _, c := range p.Found.Facets[name] {
		if c.Value == "" || len(c.Value) > mostTitle {
			continue
		}
		if len(f.Lines) == maxFacets {
			break
		}
		on := *field(&p.sought) == c.Value
		value := c.Value
		if on {
			value = ""
		}
		f.Lines = append(f.Lines, facetLine{Value: c.Value, Count: c.Count, On: on, Path: p.with(func(a *sought) {
			*field(a) = value
			if name == "year" {
				a.To = value
			}
		})})
	}
	return f
}

// narrow reports whether more is asked for than words.
func (a sought) narrow() bool {
	a.Words, a.Page, a.Sort = "", 1, ""
	return a != sought{Page: 1}
}

// with is the address of the same search with something else, from its first hit.
func (a sought) with(change func(*sought)) string {
	a.Page = 1
	change(&a)
	return a.path()
}

// turned is the address of another page of the hits.
func (a sought) turned(page int) string {
	a.Page = page
	return a.path()
}

// spans are the forms in which a reader writes a day, a month or a year, as both languages do.
var spans = []struct {
	form                string
	years, months, days int
}{
	{time.DateOnly, 0, 0, 1}, {"2/1/2006", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"1/2006", 0, 1, 0}, {"2006", 1, 0, 0},
}

// soughtSpan reads a day, a month or a year: where it begins, and where the next one does. Both
// are zero of "".
func soughtSpan(text string) (begins, ends time.Time, ok bool) {
	if text == "" {
		return begins, ends, true
	}
	for _, span := range spans {
		at, err := time.ParseInLocation(span.form, text, sites.Zone)
		if err == nil && at.Year() >= 1900 && at.Year() <= 2999 {
			return at, at.AddDate(span.years, span.months, span.days), true
		}
	}
	return begins, ends, false
}

// readSought reads the form. What it cannot have sent is left out.
func readSought(q url.Values) sought {
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	among := func(name string, all []string) string {
		if v := get(name); slices.Contains(all, v) {
			return v
		}
		return ""
	}
	a := sought{
		Words: get("q"), From: get("from"), To: get("to"), Site: get("site"), Section: get("section"),
		Lang: among("lang", soughtLanguages), State: among("state", soughtStates), Sort: among("sort", soughtSorts),
		Ever: get("ever") != "", Page: 1,
	}
	if n, err := strconv.Atoi(get("page")); err == nil && n > 1 {
		a.Page = min(n, maxHitPages)
	}
	return a
}

// path is the address of a search: what is not asked for is not in it.
func (a sought) path() string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", a.Words)
	set("site", a.Site)
	set("from", a.From)
	set("to", a.To)
	set("lang", a.Lang)
	set("state", a.State)
	set("section", a.Section)
	set("sort", a.Sort)
	if a.Ever {
		set("ever", "1")
	}
	if a.Page > 1 {
		set("page", strconv.Itoa(a.Page))
	}
	if len(q) == 0 {
		return "/search"
	}
	return "/search?" + q.Encode()
}
