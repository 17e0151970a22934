package sites

import (
	"fmt"
	"regexp"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Selector is a compiled CSS selector that remembers its text. It is a
// goquery.Matcher.
type Selector struct {
	cascadia.Selector
	Text string
}

// Selectors are tried in order; the first that finds something is used.
type Selectors []Selector

// sel compiles selectors; a typo panics at package start and so fails every
// test at once.
func sel(texts ...string) Selectors {
	list := make(Selectors, len(texts))
	for i, text := range texts {
		compiled, err := cascadia.Compile(text)
		if err != nil {
			panic(fmt.Sprintf("sites: selector %q: %v", text, err))
		}
		list[i] = Selector{compiled, text}
	}
	return list
}

// Match tells whether any of the selectors matches the node.
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

	// PhotoStory matches the article element of photo stories, where the plain
	// paragraph after a picture is its caption and the story's only text: it
	// stays in the body and is given to the picture too.
	PhotoStory Selectors
	// Signed: the signature and the source are the last lines of the body.
	Signed bool

	// Live marks one entry of a live blog, LiveTime its time inside it.
	Live, LiveTime Selectors
}

// TextRules say how a page that exists only as a text dump is read. All
// patterns match whole lines, blanks collapsed.
type TextRules struct {
	// Furniture are lines that are never the article's: menus, share bars,
	// alternative texts of pictures.
	Furniture []*regexp.Regexp
	// End are lines behind which nothing is the article's: headings of related
	// boxes, footers. An agency line ends an article without being named here.
	End []*regexp.Regexp
}
