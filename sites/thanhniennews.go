package sites

import "regexp"

// Thanh Niên News, the English edition of Thanh Niên, closed in 2016. Whoever
// owns the domain now is not that newspaper: it comes in from web archives.
var thanhniennews = Site{
	Name:       "thanhniennews",
	Title:      "Thanh Nien News",
	Home:       "http://www.thanhniennews.com/",
	Hosts:      []string{"thanhniennews.com", "www.thanhniennews.com", "m.thanhniennews.com"},
	AssetHosts: []string{"static.thanhniennews.com"},
	Languages:  []string{"en"},
	Closed:     true,

	Sources: []Source{
		{Kind: FrontPage, URL: "http://www.thanhniennews.com/"},
		{Kind: FeedSource, URL: "http://www.thanhniennews.com/rss/tech-15.rss", Guess: true},
		{Kind: SectionList, URL: "http://www.thanhniennews.com/society/"},
		{Kind: SectionList, URL: "http://www.thanhniennews.com/tech/"},
		{Kind: SectionList, URL: "http://www.thanhniennews.com/world/", Guess: true},
		{Kind: SectionList, URL: "http://www.thanhniennews.com/politics/", Guess: true},
		{Kind: SectionList, URL: "http://www.thanhniennews.com/business/", Guess: true},
	},

	Articles: []AddressForm{
		{Path: form(`/(?:[^/]+/)+[^/]+-(?P<id>\d{2,8})\.html`), Since: "2013"},
		{Path: form(`(?i)/(?:[^/]+/)*pages/(?P<day>\d{8})/(?P<id>[^/]+)\.aspx`), Since: "2009"}, // SharePoint
	},
	IDTime: "20060102-", // of the SharePoint years
	Lists: forms(
		`/(?:tag|tags|author|search|topic|event)(?:/.*)?`,
		`(?i)/(?:[^/]+/)*pages/default\.aspx`,
	),
	Sections: forms(
		`/[a-z][a-z-]*(?:/[a-z][a-z-]*)?/?`,
	),
	Topics: SectionTopics{
		Opinion:   "commentaries, op-ed, columnists",
		Society:   "special report, youth science, overseas vietnamese",
		Lifestyle: "food and drink, eat and drink",
	},
	Suffixes: []string{" - Thanh Nien Daily", " | Thanh Nien Daily", " - Than Nien Daily", " | Than Nien Daily", " - Thanh Nien News", " | Thanh Nien News"},
	Dateline: regexp.MustCompile(`^(\(\s*(?:Thanh Nien News|Thanh Nien|TN News)\s*\)|Thanh Nien News\s*[-–—])\s*[-–—]*\s*`),
	Layouts: []Layout{
		{ // 2013 to 2016; seen only in a reconstruction
			Name: "story-2013", Since: day("2012-06-01"),
			Article:  sel(`.left-col:has(.story-body)`, `body:has(.story-body)`, `body:has(#content)`),
			Title:    sel(`h1.story-title`, `h1`),
			Lead:     sel(`.story-sapo`, `.story-lead`),
			Byline:   sel(`.story-author`, `.author`),
			Time:     sel(`.story-date`, `.date`),
			Section:  sel(`#menu a.active`),
			Tags:     sel(`.tags a`),
			Related:  sel(`.related`, `.story-related`),
			Body:     sel(`.story-photo, .story-body`, `#content`),
			Drop:     sel(`.story-tools`, `.fb-like`),
			Captions: sel(`.caption`, `.pCaption`),
			Signed:   true,
		},
		{ // SharePoint and table pages before; no saved page was to hand
			Name:     "pages-2006",
			Article:  sel(`body:has(.ms-rtestate-field)`, `body:has(.article-body)`, `body:has(td.content)`),
			Title:    sel(`h1`, `td.title b`, `.title`),
			Lead:     sel(`.sapo`, `td.lead`),
			Byline:   sel(`.author`),
			Time:     sel(`.date`, `td.date`),
			Related:  sel(`.related`),
			Body:     sel(`.ms-rtestate-field`, `.article-body`, `td.content`),
			Captions: sel(`.caption`),
			Signed:   true,
		},
	},
	Text: TextRules{
		Furniture: forms(`Email(?: \|)? Print`, `Email`, `Print`, `Share`, `RSS`),
		End:       forms(`More (?:\S+ ){1,3}News`, `Related (?:stories|news|articles)`, `RELATED (?:STORIES|NEWS)`, `Like us on Facebook.*`, `Tags?:.*`, `Comments?(?: \(\d+\))?`, `Most read`),
	},
}
