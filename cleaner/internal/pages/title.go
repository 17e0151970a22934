package pages

import (
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// Title is a title that the page gives itself in its head, and what says it.
type Title struct{ Rule, Text string }

// Called are the titles of the page's head, the most believable first. Those
// for social media are whole more often than those for search engines.
func (h *Head) Called() []Title {
	var list []Title
	for _, c := range []Title{
		{"meta og:title", h.First("og:title")},
		{"headline in the page's JSON-LD", h.Linked.Headline},
		{"meta title", h.First("title", "twitter:title")},
		{"title element", dom.Plain(h.title)},
	} {
		if c.Text != "" {
			list = append(list, c)
		}
	}
	return list
}

// HeadTitle is the title that the page's head gives: without the newspaper's
// name, which without cuts off, and whole where one source of several cut it.
func (d *Document) HeadTitle(without func(string) string) (title, rule string) {
	var list []Title
	for _, c := range d.Head.Called() {
		if c.Text = without(c.Text); c.Text != "" && !d.IsOwn(c.Text) && !naming.SaysPaper(c.Text) {
			list = append(list, c)
		}
	}
	for _, c := range list {
		switch {
		case title == "", naming.GoesOn(title, c.Text), naming.IsNamedBehind(title, c.Text):
			title, rule = c.Text, c.Rule
		}
	}
	return title, rule
}

// Completed is a printed title that was cut ("…"), as the page has it elsewhere
// in full. A short one ends so on purpose.
func (d *Document) Completed(title string) string {
	const shortest = 30 // characters that a title is cut at
	if utf8.RuneCountInString(title) < shortest {
		return title
	}
	for _, c := range d.Head.Called() {
		if !naming.GoesOn(title, c.Text) {
			continue
		}
		if whole := d.WithoutPaper(c.Text); naming.GoesOn(title, whole) {
			if _, cut := naming.CutEllipsis(whole); !cut {
				return whole
			}
		}
	}
	return title
}

// KickerOff parts a printed title from the kicker within it: what stands before
// the title that the head gives, in an element of its own.
func (d *Document) KickerOff(title string, n *html.Node) (kicker, rest string) {
	const least, longest = 20, 60 // bytes of a title, characters of a kicker
	for _, c := range d.Head.Called() {
		bare := d.WithoutPaper(c.Text)
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

// WithoutPaper cuts the newspaper's name off a title, and what the head puts
// between: its section.
func (d *Document) WithoutPaper(title string) string {
	const most = 3
	whole := title
	for range most {
		rest, name, ok := naming.CutLast(title)
		if !ok || rest == "" || !d.IsOwn(name) && !(len(title) < len(whole) && d.IsSection(name)) && !naming.SaysPaper(name) {
			break
		}
		title = rest
	}
	return title
}

// IsSection recognizes the name of the page's section.
func (d *Document) IsSection(name string) bool {
	l := &d.Head.Linked
	for _, list := range [][]string{l.Section, l.Breadcrumbs, d.Head.all("article:section")} {
		for _, s := range list {
			if prose.SameWords(s, name) {
				return true
			}
		}
	}
	return false
}
