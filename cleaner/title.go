package cleaner

import (
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// called is a title that the page gives itself in its head.
type called struct{ rule, text string }

// called are the titles of the page's head, the most believable first. Those
// for social media are whole more often than those for search engines.
func (h *head) called() []called {
	var list []called
	for _, c := range []called{
		{"meta og:title", h.first("og:title")},
		{"headline in the page's JSON-LD", h.linked.Headline},
		{"meta title", h.first("title", "twitter:title")},
		{"title element", dom.Plain(h.title)},
	} {
		if c.text != "" {
			list = append(list, c)
		}
	}
	return list
}

// headTitle is the title that the page's head gives: without the newspaper's
// name, which without cuts off, and whole where one source of several cut it.
func (d *Document) headTitle(without func(string) string) (title, rule string) {
	var list []called
	for _, c := range d.head.called() {
		if c.text = without(c.text); c.text != "" && !d.isOwn(c.text) && !naming.SaysPaper(c.text) {
			list = append(list, c)
		}
	}
	for _, c := range list {
		switch {
		case title == "", naming.GoesOn(title, c.text), naming.IsNamedBehind(title, c.text):
			title, rule = c.text, c.rule
		}
	}
	return title, rule
}

// completed is a printed title that was cut ("…"), as the page has it elsewhere
// in full. A short one ends so on purpose.
func (d *Document) completed(title string) string {
	const shortest = 30 // characters that a title is cut at
	if utf8.RuneCountInString(title) < shortest {
		return title
	}
	for _, c := range d.head.called() {
		if !naming.GoesOn(title, c.text) {
			continue
		}
		if whole := d.withoutPaper(c.text); naming.GoesOn(title, whole) {
			if _, cut := naming.CutEllipsis(whole); !cut {
				return whole
			}
		}
	}
	return title
}

// kickerOff parts a printed title from the kicker within it: what stands before
// the title that the head gives, in an element of its own.
func (d *Document) kickerOff(title string, n *html.Node) (kicker, rest string) {
	const least, longest = 20, 60 // bytes of a title, characters of a kicker
	for _, c := range d.head.called() {
		bare := d.withoutPaper(c.text)
		before, ok := strings.CutSuffix(title, bare)
		if before = strings.TrimSpace(before); !ok || before == "" || len(bare) < least || utf8.RuneCountInString(before) > longest {
			continue
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			if child.Type == html.ElementNode && prose.Clean(dom.Text(child)) == before {
				return strings.Trim(before, " :|-–—/"), bare
			}
		}
	}
	return "", title
}

// withoutPaper cuts the newspaper's name off a title, and what the head puts
// between: its section.
func (d *Document) withoutPaper(title string) string {
	const most = 3
	whole := title
	for range most {
		rest, name, ok := naming.CutLast(title)
		if !ok || rest == "" || !d.isOwn(name) && !(len(title) < len(whole) && d.isSection(name)) && !naming.SaysPaper(name) {
			break
		}
		title = rest
	}
	return title
}

// isSection tells the name of the page's section.
func (d *Document) isSection(name string) bool {
	l := &d.head.linked
	for _, list := range [][]string{l.Section, l.Breadcrumbs, d.head.all("article:section")} {
		for _, s := range list {
			if prose.SameWords(s, name) {
				return true
			}
		}
	}
	return false
}
