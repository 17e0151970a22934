package naming

import (
	"net/url"
	"slices"
	"strings"

	"baoluu/cleaner/internal/dom"
)

// Names is what a page calls itself: what tells its own article among the
// others that it describes.
type Names struct {
	Addresses []*url.URL
	Titles    []Title
}

// Likeness is how much an article that the page describes is like the page's.
type Likeness int

// The likenesses, the least first.
const (
	Unlike Likeness = iota // another one, by all that it says
	Maybe                  // says neither
	Likely                 // its address or its headline fits, the other does not
	Alike                  // its address or its headline fits
	Itself                 // both do
)

// Likens tells how an article that the page describes is like the page's, by its headline
// and its addresses; part: of a list or of another page.
func (p *Names) Likens(headline string, addresses []string, part bool) Likeness {
	head, address := p.headline(headline), p.address(addresses)
	switch {
	case head > 0 && address > 0:
		return Itself
	case head > 0 && address == 0, address > 0 && head == 0:
		return Alike
	case head > 0, address > 0:
		return Likely
	case head == 0 && address == 0 && !part:
		return Maybe
	}
	return Unlike
}

// Calls reports whether the page calls itself by a title.
func (p *Names) Calls(t string) bool { return p.headline(t) > 0 }

// headline compares a headline with the page's titles: 1 where it is one, -1
// where it is none of them, 0 where that is not known.
func (p *Names) headline(t string) int {
	const fewest = 4 // words of a title that can contradict
	h := NewTitle(t)
	verdict := 0
	for i := range p.Titles {
		switch title := &p.Titles[i]; {
		case h.Text == "":
			return 0
		case h.fits(title):
			return 1
		case len(title.words) >= fewest && verdict == 0:
			verdict = -1
		}
	}
	if verdict < 0 && slices.ContainsFunc(p.Titles, func(t Title) bool { return h.rewords(&t) }) {
		return 0
	}
	return verdict
}

// address compares an object's addresses with the page's: 1 where one is the
// page's, -1 where all name other pages, 0 where they name none.
func (p *Names) address(list []string) int {
	if len(p.Addresses) == 0 {
		return 0
	}
	verdict := 0
	for _, ref := range list {
		if len(ref) > dom.MaxReference || !strings.Contains(ref, "/") {
			continue // "WebPage", "#article"
		}
		u, err := url.Parse(strings.TrimSpace(dom.Unescape(ref)))
		if err != nil {
			continue
		}
		u = p.Addresses[0].ResolveReference(u)
		switch {
		case slices.ContainsFunc(p.Addresses, func(own *url.URL) bool { return samePage(own, u) }):
			return 1
		case strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
			verdict = -1
		}
	}
	return verdict
}
