package cleaner

import (
	"strings"
	"unicode"

	"baoluu/cleaner/barrier"
	"baoluu/sites"
)

// An answer in an article's place need not be the article: the site is being maintained,
// a cache gives another article's page, a template came without its text, the front page
// stands there. Read as an article, it would be two edits, there and back. It is told by
// the page's history: of two articles of one page that have nothing in common, one stands
// in for the page's own unless it has the marks of it. The marks are the page's own
// address in canonical, og:url or JSON-LD, the newspaper's number on the article's
// element, the day on which the article was published, and that a layout of the newspaper
// reads it.
//
// So a rewritten article, also one without a word of the old one, is an edit: it has the
// marks. Where both have them alike, and speak of different days, nobody can tell:
// [Doubtful].

// StandIn says which of two articles is not the page's.
type StandIn string

// The answers.
const (
	NoStandIn      StandIn = ""
	LaterStandsIn  StandIn = "later"   // the newspaper's page was the earlier one
	EarlierStandIn StandIn = "earlier" // what was known so far was not the page
)

const (
	// manyWords is a text that no notice has.
	manyWords = 60
	// noticeWords is a text that a notice may have.
	noticeWords = 40
)

// standIn judges two articles of one page. doubt: they have nothing in common, and
// nothing tells whether one of them stands in.
func standIn(old, now Reading) (which StandIn, doubt bool) {
	was, is := textOf(old.Article), textOf(now.Article)
	title := alikeTitles(string(old.Article.Title), string(now.Article.Title))
	common := was.common(is)
	oldNames, nowNames := old.names(), now.names()
	before, after := old.marks(oldNames), now.marks(nowNames)
	const most, certain, none = 1. / 3, 2, 0
	switch {
	case title && len(now.Article.Body) == 0 && len(old.Article.Body) > 0 && was.words > noticeWords/2:
		return LaterStandsIn, false // the template, without the text
	case title && len(old.Article.Body) == 0 && len(now.Article.Body) > 0 && is.words > noticeWords/2:
		return NoStandIn, true // it was that template, or the first line of a story
	case nowNames == namesAnother && oldNames != namesAnother && !was.mostly(is):
		return LaterStandsIn, false
	case oldNames == namesAnother && nowNames == namesItself && !was.mostly(is):
		return EarlierStandIn, false
	// A list may show the beginning of the article.
	case before >= certain && after == none && now.shows(old.Article) < most:
		return LaterStandsIn, false
	case before == none && after >= certain && old.shows(now.Article) < most:
		return EarlierStandIn, false
	case title && saysOnly(old.Article, now.Article):
		// A notice in the text's place, or a word of the newsroom about it.
		if barrier.Notice(bodyOf(now.Article)) != "" {
			return LaterStandsIn, false
		}
		return NoStandIn, true
	case title || common || now.shows(old.Article) > 0:
		return NoStandIn, false
	}
	layout := now.isLaidOut()
	if publishedTogether(old.Article, now.Article) || oldNames == namesItself && nowNames == namesItself && (layout || is.words >= manyWords) {
		return NoStandIn, !layout
	}
	switch {
	case before > after && (nowNames != namesItself || is.words < manyWords):
		return LaterStandsIn, false
	case before < after && (oldNames != namesItself || was.words < manyWords):
		return EarlierStandIn, false
	}
	return NoStandIn, true
}

// saysOnly tells whether in place of a text only a few words stand that it did not have.
func saysOnly(old, now Article) bool {
	was, before := runsOf(bodyOf(old), 3)
	is, after := runsOf(bodyOf(now), 3)
	return after < noticeWords && before > 2*after && inBoth(was, is) == 0
}

// marks counts what speaks for an article's being the page's own.
func (r Reading) marks(n naming) int {
	dated := !r.Article.Published.IsZero()
	switch {
	case n == namesItself && (dated || r.isLaidOut()):
		return 3
	case r.isLaidOut() && dated:
		return 2
	case r.isLaidOut() || n == namesItself:
		return 1
	}
	return 0
}

// isLaidOut tells whether a layout of the newspaper read the article.
func (r Reading) isLaidOut() bool { return r.Article.Layout != "" && r.Article.Layout != genericLayout }

func publishedTogether(a, b Article) bool {
	const day = "2006-01-02"
	return !a.Published.IsZero() && !b.Published.IsZero() && a.Published.In(sites.Zone).Format(day) == b.Published.In(sites.Zone).Format(day)
}

// shows is the share of an article's text that a page shows, whatever was read of it.
// Short sentences do not count: they stand on many pages.
func (r Reading) shows(a Article) float64 {
	shown, all := 0., 0.
	for _, p := range passages(a) {
		if strings.Count(p.text, " ")+1 < fewWordsAlike {
			continue
		}
		if all++; r.Page.find(p.text, 0) >= 0 {
			shown++
		}
	}
	if all == 0 {
		return 0
	}
	return shown / all
}

// naming is what a page says that it is.
type naming int

const (
	namesNothing naming = iota
	namesItself
	namesAnother // page of the newspaper
)

// names tells which page of the newspaper it says it is.
func (r Reading) names() naming {
	site, ok := sites.ByName(r.Article.Site)
	if !ok {
		return namesNothing
	}
	own, err := site.Address(r.Article.URL)
	if err != nil || own.Kind != sites.Article {
		return namesNothing
	}
	said := namedBy(site, own, r.Page.addresses)
	switch {
	case r.Page.number == "" || said == namesItself:
		return said
	case strings.TrimLeftFunc(own.ID, unicode.IsLetter) == r.Page.number:
		return namesItself
	}
	return namesAnother
}

// namedBy tells what a page says by the addresses that it gives as its own. One that names
// itself and others names itself.
func namedBy(site *sites.Site, own sites.Address, addresses []string) naming {
	said := namesNothing
	for _, address := range addresses {
		a, err := site.Address(address)
		switch {
		case err != nil || a.Kind == sites.Foreign:
		case a.Page == own.Page:
			return namesItself
		default:
			said = namesAnother
		}
	}
	return said
}

// isStranger tells whether what the generic reader found at an article's address cannot be
// the article, also where nothing is known of it yet: it has no date, and names another
// page of the newspaper, or none and says hardly anything.
func (m *maker) isStranger() bool {
	const hardly = 30 // words
	if m.site == nil || m.addr.Kind != sites.Article || !m.a.Published.IsZero() {
		return false
	}
	switch namedBy(m.site, m.addr, m.d.addresses()) {
	case namesItself:
		return false
	case namesAnother:
		return true
	}
	return textOf(m.a).words < hardly
}

// addresses are those that the page gives as its own.
func (d *Document) addresses() []string {
	var list []string
	for _, ref := range append([]string{d.head.canonical, d.head.first("og:url")}, d.head.linked.Addresses...) {
		if u := d.absolute(ref); u != "" {
			list = append(list, u)
		}
	}
	return list
}

// content is the text of an article as what it can have in common with another one.
type content struct {
	words    int
	runs     map[string]bool // of three words each
	passages map[string]bool
}

func textOf(a Article) content {
	c := content{passages: textsIn(passages(a))}
	c.runs, c.words = runsOf(strings.Join(append([]string{string(a.Lead), bodyOf(a)}, a.Captions...), "\n"), 3)
	return c
}

func bodyOf(a Article) string { return strings.Join(bodyTexts(a), "\n") }

// runsOf gives all runs of n words of a text, and how many words it has.
func runsOf(text string, n int) (map[string]bool, int) {
	words := strings.FieldsFunc(strings.ToLower(plainly(text)), func(r rune) bool { return !isWord(r) && !unicode.IsMark(r) })
	runs := map[string]bool{}
	for i := 0; i+n <= len(words); i++ {
		runs[strings.Join(words[i:i+n], " ")] = true
	}
	return runs, len(words)
}

// inBoth counts what two sets have in common.
func inBoth(a, b map[string]bool) (n int) {
	for s := range a {
		if b[s] {
			n++
		}
	}
	return n
}

// common tells whether two texts have something in common. Texts about different things
// share less than one run of three words in fifty; a rewritten one keeps names and figures.
func (c content) common(o content) bool {
	const least, share = 3, 20
	if n := inBoth(c.passages, o.passages); n > 0 {
		return true
	}
	n := inBoth(c.runs, o.runs)
	return n >= least && n*share >= min(len(c.runs), len(o.runs))
}

// mostly tells whether half of the passages of the shorter text are in the other one.
func (c content) mostly(o content) bool {
	least := min(len(c.passages), len(o.passages))
	return least > 0 && inBoth(c.passages, o.passages)*2 >= least
}

// alikeTitles tells whether two titles have half of the shorter one in common.
func alikeTitles(a, b string) bool {
	if readsSame(a, b) {
		return a != ""
	}
	x, _ := runsOf(a, 2)
	y, _ := runsOf(b, 2)
	n := inBoth(x, y)
	return n > 0 && n*2 >= min(len(x), len(y))
}
