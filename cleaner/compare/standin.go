package compare

import (
	"slices"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// An answer in an article's place need not be the article: the site is being maintained,
// a cache gives another article's page, a template came without its text, the front page
// stands there. Read as an article, it would be two edits, there and back. It is known by
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
	case nowNames == naming.ClaimsAnother && oldNames != naming.ClaimsAnother && !sameStory(old.Article, now.Article, was, is):
		return LaterStandsIn, false
	case oldNames == naming.ClaimsAnother && nowNames != naming.ClaimsAnother && !sameStory(old.Article, now.Article, was, is):
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
	if publishedTogether(old.Article, now.Article) || oldNames == naming.ClaimsItself && nowNames == naming.ClaimsItself && (layout || is.words >= manyWords) {
		return NoStandIn, !layout
	}
	switch {
	case before > after && (nowNames != naming.ClaimsItself || is.words < manyWords):
		return LaterStandsIn, false
	case before < after && (oldNames != naming.ClaimsItself || was.words < manyWords):
		return EarlierStandIn, false
	}
	return NoStandIn, true
}

// sameStory reports whether two articles are one that has another address now: a new number,
// say. Those of a series have many words in common, but not their day or their title.
func sameStory(old, now cleaner.Article, was, is content) bool {
	if !was.mostly(is) {
		return false
	}
	if old.Published.IsZero() || now.Published.IsZero() {
		return prose.ReadsSame(string(old.Title), string(now.Title))
	}
	return publishedTogether(old, now)
}

// marks counts what speaks for an article's being the page's own.
func (r Reading) marks(n naming.Claim) int {
	dated := !r.Article.Published.IsZero()
	switch {
	case n == naming.ClaimsItself && (dated || r.isLaidOut()):
		return 3
	case r.isLaidOut() && dated:
		return 2
	case r.isLaidOut() || n == naming.ClaimsItself:
		return 1
	}
	return 0
}

// isLaidOut reports whether a layout of the newspaper read the article.
func (r Reading) isLaidOut() bool {
	return r.Article.Layout != "" && r.Article.Layout != article.GenericLayout
}

func publishedTogether(a, b cleaner.Article) bool {
	const day = "2006-01-02"
	return !a.Published.IsZero() && !b.Published.IsZero() && a.Published.In(sites.Zone).Format(day) == b.Published.In(sites.Zone).Format(day)
}

// shows is the share of an article's text that a page shows, whatever was read of it.
func (r Reading) shows(a cleaner.Article) float64 { return r.share(textsIn(passages(a))) }

// share is the share of sentences that a page shows. Short ones do not count: they stand on
// many pages. Of very many, and on a very long page, some are looked for.
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
	left := maxSearched
	for i := 0; i < len(long) && left > 0; i += 1 + len(long)/enough {
		at := r.Page.find(long[i], 0)
		if all++; at >= 0 {
			shown++
		} else {
			at = len(r.Page.text)
		}
		left -= at
	}
	return shown / all
}

// names tells which page of the newspaper it says it is.
func (r Reading) names() naming.Claim {
	return naming.ClaimOf(r.Article.Site, r.Article.URL, r.Page.addresses, r.Page.number)
}
