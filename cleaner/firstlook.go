package cleaner

import (
	"baoluu/cleaner/barrier"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

// What a page tells by itself of whether it is the article that was asked for, also where
// nothing is known of that yet. What the page's history tells: standin.go.

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
	case m.saysDay() || m.d.head.first("og:type") == "article":
		return true
	}
	r.Page = m.d.Words()
	return r.names() == namesItself
}

// saysDay tells whether the page says when it was published, be it a day that is
// not to be believed.
func (m *maker) saysDay() bool { return !m.a.Published.IsZero() || m.ahead }

// isStranger tells whether what the generic reader found at an article's address cannot be
// the article, also where nothing is known of it yet: it has no date, and names another
// page of the newspaper, or none and says hardly anything.
func (m *maker) isStranger() bool {
	const hardly = 30 // words
	if m.site == nil || m.addr.Kind != sites.Article || m.saysDay() {
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

// isUnfilled tells whether all that was read is a template that nobody filled.
func (m *maker) isUnfilled() bool {
	texts := append([]string{string(m.a.Lead)}, m.a.Captions...)
	for _, b := range m.a.Body {
		texts = append(texts, prose.Sentences(b.Text)...)
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
