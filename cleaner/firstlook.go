package cleaner

import (
	"strings"

	"baoluu/cleaner/challenge"
	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// What a page tells by itself of whether it is the article that was asked for, also where
// nothing is known of that yet. What the page's history tells: package compare.

// Challenge says which kind of challenge or notice an answer is, as [challenge.Of] does, ""
// where it is none. A short article may speak of all that those speak of: what stands in the newspaper's
// own markup, and has its marks, is an article. Only what an answer's header says counts
// before that.
func Challenge(header func(name string) string, p Page, site *sites.Site) challenge.Kind {
	kind := challenge.Of(header, p.Body)
	if kind == "" || site == nil || challenge.Of(header, nil) != "" {
		return kind
	}
	if a, err := site.Address(p.URL); err != nil || a.Kind != sites.Article {
		return kind
	}
	d, err := Read(p)
	if err != nil {
		return kind
	}
	c := newCleaning(d.doc, site, false)
	if c.run() == nil && c.isOwn() {
		return ""
	}
	return kind
}

// isOwn reports whether what was read has marks of an article of the newspaper: a layout of
// it, and a day, the page's own address, or that the page says that it is an article.
func (c *cleaning) isOwn() bool {
	switch {
	case c.Layout == "" || c.Layout == article.GenericLayout:
		return false
	case c.SaysDay() || c.Doc.Head.First("og:type") == "article":
		return true
	}
	return c.claim() == naming.ClaimsItself
}

// claim is which page of the newspaper the page says it is.
func (c *cleaning) claim() naming.Claim {
	number := ""
	if c.Doc.Root != nil {
		number = dom.ArticleNumber(c.Doc.Root)
	}
	return naming.ClaimOf(c.Site, c.URL, c.Doc.Addresses(), number)
}

// isStranger reports whether what the generic reader found at an article's address cannot be
// the article, also where nothing is known of it yet: it has no date, and names another
// page of the newspaper, or none and says hardly anything.
func (c *cleaning) isStranger() bool {
	const hardly = 30 // words
	if c.Paper == nil || c.Addr.Kind != sites.Article || c.SaysDay() {
		return false
	}
	switch naming.ClaimBy(c.Paper, c.Addr, c.Doc.Addresses()) {
	case naming.ClaimsItself:
		return false
	case naming.ClaimsAnother:
		return true
	}
	texts := append([]string{string(c.Lead)}, c.Captions...)
	for _, b := range c.Body {
		texts = append(texts, b.Time, b.Speaker, b.Text)
	}
	return len(prose.Words(strings.Join(texts, "\n"))) < hardly
}

// isUnfilled reports whether all that was read is a template that nobody filled.
func (c *cleaning) isUnfilled() bool {
	texts := append([]string{string(c.Lead)}, c.Captions...)
	for _, b := range c.Body {
		texts = append(texts, prose.Sentences(b.Text)...)
	}
	said := false
	for _, text := range texts {
		if text != "" && !prose.IsPlaceholder(text) {
			return false
		}
		said = said || text != ""
	}
	return said || prose.IsPlaceholder(string(c.Title))
}
