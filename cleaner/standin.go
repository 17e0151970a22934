package cleaner

import (
	"regexp"
	"slices"
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
// Under a title that is alike, the text tells: where next to nothing is left of it, and what
// came is a wall's or a server's notice, or a template's placeholders, the article is kept
// from us, and was not edited.
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

// standIn judges two articles of one page. doubt: they have nothing in common, or hardly
// anything, and nothing tells whether one of them stands in.
func standIn(old, now Reading) (which StandIn, doubt bool) {
	was, is := textOf(old.Article), textOf(now.Article)
	title := alikeTitles(string(old.Article.Title), string(now.Article.Title))
	common := was.common(is)
	oldNames, nowNames := old.names(), now.names()
	before, after := old.marks(oldNames), now.marks(nowNames)
	const most, certain, none = 1. / 3, 2, 0
	switch {
	case nowNames == namesAnother && oldNames != namesAnother && !sameStory(old.Article, now.Article, was, is):
		return LaterStandsIn, false
	case oldNames == namesAnother && nowNames != namesAnother && !sameStory(old.Article, now.Article, was, is):
		return EarlierStandIn, false
	// A list may show the beginning of the article; of a sentence or two it would be all.
	case before >= certain && after == none && now.shows(old.Article) < most && !(title && common && was.words < noticeWords):
		return LaterStandsIn, false
	case before == none && after >= certain && old.shows(now.Article) < most && !(title && common && is.words < noticeWords):
		return EarlierStandIn, false
	case unfilled(string(now.Article.Title)) && !unfilled(string(old.Article.Title)):
		return LaterStandsIn, false
	case unfilled(string(old.Article.Title)) && !unfilled(string(now.Article.Title)):
		return EarlierStandIn, false
	}
	if title {
		switch without(old, now) {
		case holdsBack, saysNothing:
			return LaterStandsIn, false
		case saysOther:
			return NoStandIn, true
		}
		switch without(now, old) {
		case holdsBack:
			return EarlierStandIn, false
		case saysNothing, saysOther:
			return NoStandIn, true // or the first line of a story
		}
	}
	if title || common || now.shows(old.Article) > 0 {
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

// sameStory tells whether two articles are one that has another address now: a new number,
// say. Those of a series have many words in common, but not their day or their title.
func sameStory(old, now Article, was, is content) bool {
	if !was.mostly(is) {
		return false
	}
	if old.Published.IsZero() || now.Published.IsZero() {
		return readsSame(string(old.Title), string(now.Title))
	}
	return publishedTogether(old, now)
}

// loss is what became of an article's text under a title that is alike.
type loss int

const (
	keepsText   loss = iota // enough of it is there, or as many other words
	saysNothing             // no text is there: the template, or a notice of the server's
	saysOther               // a few other words: of the newsroom, or of nobody knows whom
	holdsBack               // a few words that say that the text is kept from us
)

// without tells what of a whole article's text is missing in a rest of it. What the page
// shows is not missing, also where it was not read as the article's.
func without(whole, rest Reading) loss {
	const half = .5
	var had, kept, lost, came int // words
	lead := len(whole.Article.Body)+len(whole.Article.Captions) == 0
	was, is := storyOf(whole.Article, lead), storyOf(rest.Article, true)
	if !lead {
		// Of a page with one line that line is read as the lead: it counts, unless it was.
		for _, p := range passages(Article{Lead: whole.Article.Lead}) {
			delete(is, p.text)
		}
	}
	for text := range was {
		n := strings.Count(text, " ") + 1
		if had += n; is[text] {
			kept += n
		} else {
			lost += n
		}
	}
	var news []string
	for text := range is {
		if !was[text] && !unfilled(text) {
			news = append(news, text)
			came += strings.Count(text, " ") + 1
		}
	}
	filled := func(texts map[string]bool) bool {
		for text := range texts {
			if !unfilled(text) {
				return true
			}
		}
		return false
	}
	switch {
	case !filled(was) || kept > lost || came >= noticeWords || rest.share(was) > half:
		return keepsText
	case !filled(is) && (len(is) > 0 || had > noticeWords/2):
		return saysNothing
	case came == 0:
		return keepsText // shortened
	}
	why := barrier.Notice(strings.Join(news, "\n"))
	switch much := lost > 2*came; {
	case why != "" && len(rest.Article.Body) > 0 && rest.Article.Lead != "" && !readsSame(string(rest.Article.Lead), string(whole.Article.Lead)):
		return saysOther // no wall and no server writes another lead
	case why != "" && barrier.Notice(string(whole.Article.Title)+"\n"+string(whole.Article.Lead)+"\n"+bodyOf(whole.Article)) != "":
		return saysOther // the article is about such things
	case why.Refuses() && much:
		return holdsBack
	case why != "" && much:
		return saysNothing
	case why != "" && kept == 0, kept == 0 && much && inCommon(whole.Article, rest.Article) == 0:
		return saysOther
	}
	return keepsText
}

// storyOf are the sentences of an article's body, and its captions; of its lead, too, where
// that is all the text.
func storyOf(a Article, lead bool) map[string]bool {
	set := map[string]bool{}
	for _, p := range passages(a) {
		if lead || p.field != "lead" {
			set[p.text] = true
		}
	}
	for _, text := range a.Captions {
		for _, s := range sentences(text) {
			set[plainly(s)] = true
		}
	}
	return set
}

// inCommon counts the runs of three words that stand in both bodies.
func inCommon(a, b Article) int {
	x, _ := runsOf(bodyOf(a), 3)
	y, _ := runsOf(bodyOf(b), 3)
	return inBoth(x, y)
}

// unfilled tells whether a text is what stands in a template before an article is put in.
func unfilled(text string) bool { return placeholder.MatchString(text) || updating.MatchString(text) }

var (
	// placeholder is what programs write for what they do not have.
	placeholder = regexp.MustCompile(`(?i)^[\s\pP]*(undefined|null|none|nil|n/a|untitled( document)?|object object|(lorem ipsum|duis aute irure|ut enim ad minim|excepteur sint)\b.*)[\s\pP]*$` +
		`|^\s*(\{\{.*\}\}|\{%.*%\}|<%.*%>|\$\{.*\}|\[\[.*\]\])\s*$`)
	// updating is what newsrooms say, too, of a story that has just begun.
	updating = regexp.MustCompile(`(?i)^[\s\pP]*((nội dung|bài viết|thông tin|tin|nội dung bài viết) )?(đang|tiếp tục|sẽ) (được )?cập nhật( sau)?[\s\pP]*$|^[\s\pP]*(updating|to be updated|loading|đang tải)[\s\pP]*$`)
)

// isUnfilled tells whether all that was read is a template that nobody filled.
func (m *maker) isUnfilled() bool {
	texts := append([]string{string(m.a.Lead)}, m.a.Captions...)
	for _, b := range m.a.Body {
		texts = append(texts, sentences(b.Text)...)
	}
	said := false
	for _, text := range texts {
		if text != "" && !placeholder.MatchString(text) {
			return false
		}
		said = said || text != ""
	}
	return said || placeholder.MatchString(string(m.a.Title))
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
func (r Reading) shows(a Article) float64 { return r.share(textsIn(passages(a))) }

// share is the share of sentences that a page shows. Short ones do not count: they stand on
// many pages. Of very many, some are looked for.
func (r Reading) share(texts map[string]bool) float64 {
	const enough = 300
	var long []string
	for text := range texts {
		if strings.Count(text, " ")+1 >= fewWordsAlike {
			long = append(long, text)
		}
	}
	if len(long) == 0 {
		return 0
	}
	slices.Sort(long)
	shown, all := 0., 0.
	for i := 0; i < len(long); i += 1 + len(long)/enough {
		if all++; r.Page.find(long[i], 0) >= 0 {
			shown++
		}
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

// Barrier says what kind of barrier an answer is, as [barrier.Of] does, "" where it is none.
// A short article may speak of all that barriers speak of: what stands in the newspaper's
// own markup, and has its marks, is an article. Only what an answer's header says counts
// before that.
func Barrier(header func(name string) string, p Page, site *sites.Site) barrier.Kind {
	kind := barrier.Of(header, p.Body)
	if kind == "" || site == nil || barrier.Of(header, nil) != "" {
		return kind
	}
	if a, err := site.Address(p.URL); err != nil || a.Kind != sites.Article {
		return kind
	}
	d, err := Read(p)
	if err != nil {
		return kind
	}
	m := &maker{d: d, site: site}
	if m.make() == nil && m.isOwn() {
		return ""
	}
	return kind
}

// isOwn tells whether what was read has marks of an article of the newspaper: a layout of
// it, and a day, the page's own address, or that the page says that it is an article.
func (m *maker) isOwn() bool {
	r := Reading{Article: m.a}
	switch {
	case !r.isLaidOut():
		return false
	case !m.a.Published.IsZero() || m.d.head.first("og:type") == "article":
		return true
	}
	r.Page = m.d.Words()
	return r.names() == namesItself
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

// common tells whether two texts have something in common: a twentieth of the shorter one's
// runs of three words. A rewritten text keeps names and figures. Of 149,878 pairs of 548
// saved articles of all kinds half share one run in a thousand at most, 999 in a thousand
// no more than 33; only 41 share a twentieth, nearly all of them one story told twice. A
// sentence alone tells nothing: 2,800 of the pairs share one, what a template says.
func (c content) common(o content) bool {
	const least, share = 3, 20
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
