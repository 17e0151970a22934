package sites

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Selector is a compiled CSS selector that remembers its text. It is a
// goquery.Matcher.
type Selector struct {
	cascadia.Selector
	Text string
	// Parts are what stands between the selector's commas, as what an element
	// and those around it must have to be matched: a page is searched once for
	// the candidates of many selectors.
	Parts []Part
}

// Part is the hooks of a selector without commas, in its order: the last is the
// element's own. A page that lacks one of them has no match.
type Part []Hook

// Hook is one thing that a selector asks of the element itself: ".sapo" a
// class, "#abody" an id, "[rel" an attribute, "h1" a name, "*" nothing.
type Hook string

// Selectors are tried in order; the first that finds something is used.
type Selectors []Selector

// What a selector says beside names, classes, ids and attributes: values of
// attributes, and functions with up to two more inside one another.
var (
	values    = regexp.MustCompile(`[~|^$*]?=[^\]]*`)
	functions = regexp.MustCompile(`:[a-z-]+(?:\((?:[^()]|\([^()]*\))*\))?`)
)

// hookForms are tried in order: the rarest things on a page come first.
var hookForms = []*regexp.Regexp{
	regexp.MustCompile(`#[\w-]+`),
	regexp.MustCompile(`\.[\w-]+`),
	regexp.MustCompile(`\[(?:data-|rel\b)[\w-]*`),
	regexp.MustCompile(`^\w+`),
	regexp.MustCompile(`\[[\w-]+`),
}

// parts finds a selector's hooks; false where an element of it needs nothing.
func parts(text string) ([]Part, bool) {
	var list []Part
	for text := range strings.SplitSeq(functions.ReplaceAllString(values.ReplaceAllString(text, ""), ""), ",") {
		var part Part
		for _, element := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" >+~", c) }) {
			i := slices.IndexFunc(hookForms, func(form *regexp.Regexp) bool { return form.MatchString(element) })
			if i < 0 {
				return nil, false
			}
			part = append(part, Hook(hookForms[i].FindString(element)))
		}
		if part == nil {
			return nil, false
		}
		list = append(list, part)
	}
	return list, true
}

// Match reports whether any of the selectors matches the node.
func (l Selectors) Match(n *html.Node) bool {
	for _, s := range l {
		if s.Selector.Match(n) {
			return true
		}
	}
	return false
}

// Layout is the selectors that fit one newspaper's pages from a given day on.
// It is whole: nothing is inherited from another. Selectors of fields that it
// leaves out find nothing; what metadata says (title, times, section, tags) is
// used for every layout.
type Layout struct {
	Name  string    // "singular-2021": in the article's "layout"
	Since time.Time // the first day, by capture; zero for the oldest

	// Article is the element that holds title, lead and body: that it is there
	// is what makes the layout fit. Title, Kicker, Lead, Dateline, Byline,
	// Source and Body are looked for inside it, the other fields on the whole
	// page.
	Article Selectors

	Title    Selectors
	Kicker   Selectors
	Lead     Selectors
	Dateline Selectors // an element inside the lead that is its dateline, where the text alone does not show it
	Byline   Selectors
	Source   Selectors // where the page marks it apart from the byline
	Time     Selectors // a datetime attribute is read before the text
	Section  Selectors // all matches, the widest first
	Tags     Selectors // all matches
	Related  Selectors // boxes of links to other articles: never part of the body

	// Body is the body's containers: all matches of the first selector that
	// finds any, joined in the page's order (a body may be split round an ad).
	Body Selectors
	// Drop is what inside Body is neither article nor related link.
	Drop Selectors
	// Captions are captions that are no figcaption, Quotes quotes that are no
	// blockquote.
	Captions, Quotes Selectors

	// Inserted are links that the newspaper's editor puts between paragraphs: a
	// paragraph of nothing else leads to another article.
	Inserted Selectors

	// PhotoStory matches the article element of photo stories, where the plain
	// paragraph after a picture is its caption and the story's only text: it
	// stays in the body and is given to the picture too.
	PhotoStory Selectors
	// Signed: the signature and the source are the last lines of the body.
	Signed bool

	// Live marks one entry of a live blog, LiveTime its time inside it.
	Live, LiveTime Selectors

	family string `clean:"-"` // whose selectors stand behind its own, "" for none
}

// LayoutField is one field of a layout with its selectors.
type LayoutField struct {
	Name      string // that of the article's field in JSON, where it has one
	Inside    bool   // it is looked for inside the article's element
	Selectors Selectors
}

// Fields are all fields of the layout, also those without selectors.
func (l *Layout) Fields() []LayoutField {
	return []LayoutField{
		{"article", false, l.Article},
		{"title", true, l.Title}, {"kicker", true, l.Kicker}, {"lead", true, l.Lead}, {"dateline", true, l.Dateline},
		{"byline", true, l.Byline}, {"source", true, l.Source},
		{"published", false, l.Time}, {"section", false, l.Section}, {"tags", false, l.Tags}, {"related", false, l.Related},
		{"body", true, l.Body}, {"drop", false, l.Drop}, {"captions", false, l.Captions}, {"quotes", false, l.Quotes},
		{"inserted", false, l.Inserted}, {"photo story", false, l.PhotoStory}, {"live", false, l.Live}, {"live time", false, l.LiveTime},
	}
}

// TextRules say how a page that exists only as a text dump is read. All
// patterns match whole lines, blanks collapsed.
type TextRules struct {
	// Furniture are lines that are never the article's: menus, share bars.
	Furniture []*regexp.Regexp
	// Alts are the texts that stand in place of pictures: no part of the
	// article, but their captions come next.
	Alts []*regexp.Regexp
	// Tag matches a line that begins with the newspaper's tag, its first group,
	// and nothing behind it: only markup set the tag apart.
	Tag *regexp.Regexp
	// End are lines behind which nothing is the article's: headings of related
	// boxes, footers. An agency line ends an article without being named here.
	End []*regexp.Regexp
}
