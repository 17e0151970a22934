package jsonld

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/naming"

	"golang.org/x/net/html"
)

// Article is what the JSON-LD of a page says of its article.
type Article struct {
	Headline    string
	Published   string // as it is written
	Modified    string
	Authors     []string
	Persons     []string // those of the authors who are called persons
	Section     []string
	Keywords    []string
	Body        string
	Breadcrumbs []string // of the page, home left out
	Addresses   []string // of the article, as written: url, @id, mainEntityOfPage
	Publishers  []string // who publishes the page, by any name
	Broken      bool     // a script that could not be read, even repaired, or not all
	Others      bool     // there are articles, and none is the page's
}

// maxDepth bounds how deep JSON-LD is followed; real graphs nest three deep.
const maxDepth = 8

// maxValues bounds the values in all scripts of a page, for each takes some hundred bytes. Of 712
// pages the worst has 1,896.
const maxValues = 100_000

// valuesIn counts the values of a JSON text, and what looks like some in its strings.
func valuesIn(text string) (n int) {
	for _, mark := range []string{",", ":", "[", "{"} {
		n += strings.Count(text, mark)
	}
	return n
}

// Read reads the page's JSON-LD scripts: objects, arrays, @graph, arrays
// of one-element arrays; broken ones are repaired (repairjson.go). A page may
// describe other articles too: of all only the one is taken that is the page's
// by its address or its headline, and what it leaves out from others that are
// the same. One that is neither but does not contradict will do where there is
// none.
func Read(scripts []string, about naming.Names) Article {
	var g reader
	values := 0
	for _, script := range scripts {
		if values += valuesIn(script); values > maxValues {
			g.Broken = true
			break
		}
		list, ok := parseLinked(script)
		if !ok {
			g.Broken = true
		}
		for _, value := range list {
			g.gather(value, 0, false)
		}
	}
	g.choose(about)
	return g.Article
}

// parseLinked reads a script's values; some hold several objects, one after
// another.
func parseLinked(script string) ([]any, bool) {
	script = withoutWrapping(script)
	if strings.HasPrefix(script, "{&quot;") || strings.HasPrefix(script, "[{&quot;") {
		script = html.UnescapeString(script) // a template escaped it as if it were text
	}
	if list, ok := valuesOf(script); ok {
		return list, true
	}
	return valuesOf(repairJSON(script))
}

func valuesOf(text string) (list []any, ok bool) {
	var one any
	if json.Unmarshal([]byte(text), &one) == nil { // as nearly always
		return []any{one}, true
	}
	for dec := json.NewDecoder(strings.NewReader(text)); ; {
		var value any
		switch err := dec.Decode(&value); {
		case err == io.EOF: //nolint:errorlint // Decode returns it bare
			return list, len(list) > 0
		case err != nil:
			return list, false
		}
		list = append(list, value)
	}
}

// reader gathers what the scripts of a page hold.
type reader struct {
	Article
	articles []candidate
	trails   []map[string]any  // breadcrumb lists
	people   map[string]string // names by @id, for references
}

// candidate is an object that calls itself an article.
type candidate struct {
	object    map[string]any
	headline  string
	addresses []string
	part      bool // of a list or of another page: no object says that it is the page's
}

// maxArticles bounds the articles that are looked at. Of 712 pages the worst
// has 41.
const maxArticles = 500

func (g *reader) gather(value any, depth int, part bool) {
	if depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			g.gather(item, depth+1, part)
		}
	case map[string]any:
		if name, id := firstText(v["name"]), firstText(v["@id"]); name != "" && id != "" {
			if g.people == nil {
				g.people = map[string]string{}
			}
			g.people[id] = name
		}
		switch {
		case hasType(v, isArticleType):
			if len(g.articles) < maxArticles {
				g.articles = append(g.articles, newCandidate(v, part))
			}
			g.publisher(v["publisher"])
		case hasType(v, func(t string) bool { return t == "BreadcrumbList" }):
			g.trails = append(g.trails, v)
		case !part && hasType(v, isPublisherType):
			g.publisher(v)
		}
		for _, key := range []string{"@graph", "mainEntity", "breadcrumb"} {
			if inner, ok := v[key]; ok {
				g.gather(inner, depth+1, part)
			}
		}
		if hasType(v, func(t string) bool { return t == "BreadcrumbList" }) {
			return
		}
		for _, key := range []string{"mainEntityOfPage", "hasPart", "itemListElement", "item"} {
			if inner, ok := v[key]; ok {
				g.gather(inner, depth+1, true)
			}
		}
	}
}

// mostTexts bounds the names, sections and keywords that are kept of each kind: other
// texts of the page are compared with each of them. Of 712 pages the worst has 40.
const mostTexts = 200

func few(list []string) []string { return list[:min(len(list), mostTexts)] }

// publisher keeps the names of who publishes the page. A person who publishes
// alone may also be the author.
func (g *reader) publisher(value any) {
	v, ok := value.(map[string]any)
	if ok && hasType(v, func(t string) bool { return t == "Person" }) {
		return
	}
	g.Publishers = append(g.Publishers, dom.PlainAll(few(texts(value, 0)))...)
	if ok {
		g.Publishers = append(g.Publishers, dom.PlainAll(few(texts(v["alternateName"], 0)))...)
	}
	g.Publishers = few(g.Publishers)
}

func isArticleType(t string) bool {
	return strings.HasSuffix(t, "Article") || strings.HasSuffix(t, "BlogPosting") || t == "Report"
}

func isPublisherType(t string) bool {
	return strings.HasSuffix(t, "Organization") || t == "WebSite" || t == "Newspaper"
}

func hasType(v map[string]any, is func(string) bool) bool {
	for _, t := range texts(v["@type"], 0) {
		if is(t) {
			return true
		}
	}
	return false
}

func newCandidate(v map[string]any, part bool) candidate {
	a := candidate{object: v, headline: dom.Plain(firstText(v["headline"])), addresses: addressesIn(v), part: part}
	if main, ok := v["mainEntityOfPage"].(map[string]any); ok {
		a.addresses = append(a.addresses, addressesIn(main)...)
	}
	if a.headline == "" {
		a.headline = dom.Plain(firstText(v["name"]))
	}
	return a
}

// choose takes over the object that is the page's article, and what it leaves
// out from others that are the same article.
func (g *reader) choose(about naming.Names) {
	best := naming.Unlike
	fits := make([]naming.Likeness, len(g.articles))
	for i := range g.articles {
		fits[i] = about.Likens(g.articles[i].headline, g.articles[i].addresses, g.articles[i].part)
		best = max(best, fits[i])
	}
	g.Others = best == naming.Unlike && len(g.articles) > 0
	for i := range g.articles { // the best come first, in the page's order
		if best > naming.Unlike && fits[i] == best {
			g.article(&g.articles[i])
			if best < naming.Alike {
				break // nothing says that the next one is the same: parts of a page have its address too
			}
		}
	}
	for i := range g.articles {
		if fits[i] >= naming.Alike && fits[i] < best {
			g.article(&g.articles[i])
		}
	}
	for _, trail := range g.trails {
		l := Article{}
		if l.breadcrumbs(trail["itemListElement"], 0); len(l.Breadcrumbs) == 0 {
			continue
		}
		if last := l.Breadcrumbs[len(l.Breadcrumbs)-1]; g.Breadcrumbs == nil || about.Calls(last) && !about.Calls(g.Breadcrumbs[len(g.Breadcrumbs)-1]) {
			g.Breadcrumbs = few(l.Breadcrumbs)
		}
	}
}

// article takes over what an earlier object of the article has not said.
func (g *reader) article(a *candidate) {
	v := a.object
	set := func(field *string, key string) {
		if *field == "" {
			*field = firstText(v[key])
		}
	}
	setTime := func(field *string, key string) {
		if *field == "" {
			*field = timeIn(v[key], 0)
		}
	}
	setTime(&g.Published, "datePublished")
	setTime(&g.Modified, "dateModified")
	set(&g.Body, "articleBody")
	if g.Headline == "" {
		g.Headline = a.headline
	}
	g.Addresses = append(g.Addresses, a.addresses...)
	for _, key := range []string{"author", "creator"} {
		if g.Authors == nil {
			g.Authors = dom.PlainAll(few(g.named(v[key], 0)))
		}
	}
	if g.Section == nil {
		g.Section = dom.PlainAll(few(texts(v["articleSection"], 0)))
	}
	if g.Keywords == nil {
		for _, k := range texts(v["keywords"], 0) {
			g.Keywords = append(g.Keywords, dom.PlainAll(strings.Split(dom.Unescape(k), ","))...)
		}
	}
}

// named is texts for people: an object without a name may refer to one that
// has one elsewhere on the page.
func (g *reader) named(value any, depth int) []string {
	if depth > maxDepth {
		return nil
	}
	switch v := value.(type) {
	case []any:
		var list []string
		for _, item := range v {
			list = append(list, g.named(item, depth+1)...)
		}
		return list
	case map[string]any:
		if list := texts(v["name"], depth+1); len(list) > 0 {
			if hasType(v, func(t string) bool { return t == "Person" }) {
				g.Persons = few(append(g.Persons, dom.PlainAll(few(list))...))
			}
			return list
		}
		if name := g.people[firstText(v["@id"])]; name != "" {
			return []string{name}
		}
		return nil
	case string: // JSON within JSON
		var inner any
		if text := dom.Unescape(v); strings.HasPrefix(text, "[{") || strings.HasPrefix(text, "{\"") || strings.HasPrefix(text, "[\"") {
			if json.Unmarshal([]byte(text), &inner) == nil {
				return g.named(inner, depth+1)
			}
		}
	}
	return texts(value, depth)
}

// addressesIn are the strings by which an object says where it is.
func addressesIn(v map[string]any) (list []string) {
	for _, key := range []string{"url", "@id", "mainEntityOfPage"} {
		if s, ok := v[key].(string); ok {
			list = append(list, s)
		}
	}
	return list
}

func (l *Article) breadcrumbs(value any, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			l.breadcrumbs(item, depth+1)
		}
	case map[string]any:
		name := texts(v["name"], 0)
		if item, ok := v["item"].(map[string]any); ok && len(name) == 0 {
			name = texts(item["name"], 0)
		}
		if len(name) == 0 {
			return
		}
		if name := dom.Plain(name[0]); !naming.IsHome(name) {
			l.Breadcrumbs = append(l.Breadcrumbs, name)
		}
	}
}

// timeIn is the first time that a value says: a string, the seconds or
// milliseconds since 1970 as a number, "@value" of an object.
func timeIn(value any, depth int) string {
	if depth > maxDepth {
		return ""
	}
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		for _, item := range v {
			if s := timeIn(item, depth+1); s != "" {
				return s
			}
		}
	case map[string]any:
		return timeIn(v["@value"], depth+1)
	}
	return ""
}

// texts are the strings of a value: itself, those of a list, the names of
// objects.
func texts(value any, depth int) []string {
	if depth > maxDepth {
		return nil
	}
	switch v := value.(type) {
	case string:
		if strings.TrimSpace(v) != "" {
			return []string{v}
		}
	case []any:
		var list []string
		for _, item := range v {
			list = append(list, texts(item, depth+1)...)
		}
		return list
	case map[string]any:
		if literal, ok := v["@value"]; ok {
			return texts(literal, depth+1)
		}
		return texts(v["name"], depth+1)
	}
	return nil
}

// firstText is the first of a value's strings, "" where it has none.
func firstText(value any) string {
	if list := texts(value, 0); len(list) > 0 {
		return list[0]
	}
	return ""
}
