package sites

import "time"

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
	Furniture []*Expression
	// Alts are the texts that stand in place of pictures: no part of the
	// article, but their captions come next.
	Alts []*Expression
	// Tag matches a line that begins with the newspaper's tag, its first group,
	// and nothing behind it: only markup set the tag apart.
	Tag *Expression
	// End are lines behind which nothing is the article's: headings of related
	// boxes, footers. An agency line ends an article without being named here.
	End []*Expression
}
