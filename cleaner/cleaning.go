package cleaner

import (
	"unicode/utf8"

	"baoluu/cleaner/challenge"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/dump"
	"baoluu/cleaner/internal/generic"
	"baoluu/cleaner/internal/layout"
	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/pages"
	"baoluu/sites"

	"golang.org/x/net/html"
)

// cleaning makes one article from one document: it chooses who reads the page, and
// refuses what is no article.
type cleaning struct {
	*draft.Draft
}

func newCleaning(doc *pages.Document, site *sites.Site, explain bool) *cleaning {
	return &cleaning{draft.New(doc, site, explain)}
}

// Article makes the page's article. With a site, its layouts are tried: the
// one of the capture day first, then its neighbours; where none fits, or what
// it finds is thin, the generic extractor reads the page and a note says so. A
// nil site is the generic extractor alone. What is not one article (a list, a
// utility page) is a [*NotArticleError].
func (d *Document) Article(site *sites.Site) (Article, error) {
	c := newCleaning(d.doc, site, false)
	if err := c.run(); err != nil {
		return Article{}, err
	}
	a := c.Draft.Article
	a.Cleaner = Name(site)
	return a, nil
}

// Explain tells where each field of [Document.Article] came from, in the order
// of the article's fields; for a page that is refused, why.
func (d *Document) Explain(site *sites.Site) []Reason {
	c := newCleaning(d.doc, site, true)
	if err := c.run(); err != nil {
		return []Reason{{Rule: err.Error()}}
	}
	return c.Reasons()
}

// Tried tells which selectors of a layout find anything on the page, whatever reads it: in
// the order of the layout's fields. A text dump has no elements, and none is found.
func (d *Document) Tried(l *sites.Layout) ([]Tried, error) {
	root := d.doc.Root
	if root == nil {
		root = &html.Node{Type: html.DocumentNode}
	}
	return layout.Tried(root, l)
}

// notArticles are the kinds of address at which no article stands, whatever the page.
var notArticles = map[sites.Kind]string{
	sites.Utility:     "a utility page",
	sites.FeedPage:    "a feed",
	sites.SitemapPage: "a sitemap",
	sites.Robots:      "robots.txt",
}

func (c *cleaning) run() error {
	if c.Paper != nil {
		c.locate()
		if reason := notArticles[c.Addr.Kind]; reason != "" {
			return &NotArticleError{Reason: reason}
		}
	}
	if c.Doc.Root == nil {
		return dump.Read(c.Draft)
	}
	if c.Doc.Page.Answer && markup.BreaksOff(c.Doc.Page.Body) {
		return &NotArticleError{Reason: "cut off", Fault: Broken}
	}
	if c.Paper != nil {
		layout, err := layout.Read(c.Draft)
		switch {
		case err != nil:
			return err
		case layout != nil:
			c.fallBackIfThin(layout)
			return c.judgeOwn()
		case c.Addr.Kind == sites.List:
			return &NotArticleError{Reason: "a list"}
		}
	}
	if err := c.refuseChallenge(); err != nil {
		return err
	}
	if err := c.generic(); err != nil {
		return err
	}
	if c.Doc.Page.Answer && (c.isStranger() || c.isUnfilled()) {
		return &NotArticleError{Reason: "something else in its place", Fault: Broken}
	}
	return nil
}

// judgeOwn refuses an answer that a layout read and that is not the newspaper's article.
func (c *cleaning) judgeOwn() error {
	switch {
	case !c.Doc.Page.Answer:
		return nil
	case c.isUnfilled():
		return &NotArticleError{Reason: "an empty template", Fault: Broken}
	case !c.isOwn():
		return c.refuseChallenge() // layouts of old are read by no more than a class or two
	}
	return nil
}

// refuseChallenge refuses a page that is one.
func (c *cleaning) refuseChallenge() error {
	kind := challenge.Of(c.Doc.Header, c.Doc.Page.Body)
	switch {
	case kind == "":
		return nil
	case kind.Refuses():
		return &NotArticleError{Reason: kind.String(), Fault: Blocked}
	}
	return &NotArticleError{Reason: kind.String(), Fault: Broken}
}

// locate understands where the page is; a page that does not say has no id.
func (c *cleaning) locate() {
	raw := c.Doc.Address()
	if raw == "" {
		return
	}
	addr, err := c.Paper.Address(raw)
	if err != nil || addr.Kind == sites.Foreign {
		// A copy elsewhere names the newspaper's own address as canonical.
		if own, ownErr := c.Paper.Address(c.Doc.Canonical()); ownErr == nil && own.Kind == sites.Article {
			addr, err = own, nil
		}
	}
	if err == nil {
		c.Addr = addr
	}
}

// thin is below how many characters an article is suspect: the shortest real
// ones, flashes of a sentence or two, have more.
const thin = 160

// fallBackIfThin asks the generic extractor where a layout found next to
// nothing, and believes it if it finds much more.
func (c *cleaning) fallBackIfThin(l *sites.Layout) {
	if len(c.Text) >= utf8.UTFMax*thin || utf8.RuneCountInString(c.Text) >= thin || len(c.Images) > 0 || len(c.Captions) > 0 {
		return
	}
	other, err := generic.Read(c.Doc, false, c.Explains())
	if err != nil {
		return
	}
	if other.Finish(); utf8.RuneCountInString(other.Text) < 3*thin {
		return
	}
	c.Adopt(other)
	c.Note("layout " + l.Name + " found little, read by the generic extractor")
}

func (c *cleaning) generic() error {
	other, err := generic.Read(c.Doc, c.Paper == nil, c.Explains())
	if err != nil {
		return err
	}
	c.Adopt(other)
	if c.Paper != nil {
		c.Note("no layout of " + c.Paper.Name + " fits, read by the generic extractor")
	}
	return nil
}
