package cleaner

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"
)

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

// maxNamed is how many addresses of a page's JSON-LD are looked at. Of 676 sound pages
// the worst has 33.
const maxNamed = 1000

// addresses are those that the page gives as its own.
func (d *Document) addresses() []string {
	var list []string
	linked := d.head.linked.Addresses
	for _, ref := range append([]string{d.head.canonical, d.head.first("og:url")}, linked[:min(len(linked), maxNamed)]...) {
		if u := d.absolute(ref); u != "" {
			list = append(list, u)
		}
	}
	return list
}

// pageNames is what a page calls itself: what tells its own article among the
// others that it describes.
type pageNames struct {
	addresses []*url.URL
	titles    []pageTitle
}

// pageTitle is a title of the page, squashed.
type pageTitle struct {
	text  string
	words []string
	cut   bool // ends with an ellipsis
}

// likeness is how much an article that the page describes is like the page's.
type likeness int

const (
	unlike likeness = iota // another one, by all that it says
	maybe                  // says neither
	likely                 // its address or its headline fits, the other does not
	alike                  // its address or its headline fits
	itself                 // both do
)

// pageNames gathers the page's addresses and titles.
func (d *Document) pageNames() pageNames {
	var p pageNames
	for _, ref := range []string{d.page.URL, d.head.canonical, d.head.first("og:url")} {
		if u, err := url.Parse(d.absolute(ref)); err == nil && u.Host != "" {
			p.addresses = append(p.addresses, u)
		}
	}
	site := prose.Squash(d.head.first("og:site_name"))
	named := d.head.all("og:title")
	titles := append(named[:min(len(named), mostTitles)], d.head.first("twitter:title"), dom.Plain(d.head.title))
	for _, n := range d.head.h1 {
		if d.head.first("og:title") == "" || len(p.titles) < mostTitles {
			titles = append(titles, dom.PrintedPlain(prose.Clean(dom.Text(n))))
		}
	}
	for _, t := range titles {
		if title := newPageTitle(t); title.text != "" && title.text != site {
			p.titles = append(p.titles, title)
		}
	}
	return p
}

func newPageTitle(t string) pageTitle {
	const longest = 400
	if len(t) > longest {
		t = strings.ToValidUTF8(t[:longest], "")
	}
	_, cut := cutEllipsis(t)
	return pageTitle{prose.Squash(t), strings.Fields(strings.ToLower(t)), cut}
}

// likens tells how an article that the page describes is like the page's.
func (p *pageNames) likens(a *linkedArticle) likeness {
	head, address := p.headline(a.headline), p.address(a.addresses)
	switch {
	case head > 0 && address > 0:
		return itself
	case head > 0 && address == 0, address > 0 && head == 0:
		return alike
	case head > 0, address > 0:
		return likely
	case head == 0 && address == 0 && !a.part:
		return maybe
	}
	return unlike
}

// calls tells a title of the page.
func (p *pageNames) calls(t string) bool { return p.headline(t) > 0 }

// headline compares a headline with the page's titles: 1 where it is one, -1
// where it is none of them, 0 where that cannot be told.
func (p *pageNames) headline(t string) int {
	const fewest = 4 // words of a title that can contradict
	h := newPageTitle(t)
	verdict := 0
	for i := range p.titles {
		switch title := &p.titles[i]; {
		case h.text == "":
			return 0
		case h.fits(title):
			return 1
		case len(title.words) >= fewest && verdict == 0:
			verdict = -1
		}
	}
	if verdict < 0 && slices.ContainsFunc(p.titles, func(t pageTitle) bool { return h.rewords(&t) }) {
		return 0
	}
	return verdict
}

// fits tells two titles of one article: they are the same, one goes on where
// the other was cut, or has the newspaper's name or a kicker besides.
func (t *pageTitle) fits(o *pageTitle) bool {
	const least = 20 // bytes that are no mere word
	if t.text == o.text {
		return true
	}
	if len(t.text) > len(o.text) {
		t, o = o, t
	}
	switch {
	case len(t.text) == 0:
		return false
	case t.cut && strings.HasPrefix(o.text, t.text):
		return true
	case len(t.text) < least && 2*len(t.text) < len(o.text):
		return strings.HasPrefix(o.text, t.text) && startsTitle(t.words, o.words)
	}
	return strings.Contains(o.text, t.text)
}

// startsTitle tells words behind which a title goes on with a mark: the
// newspaper's name stands there.
func startsTitle(short, long []string) bool {
	if len(short) >= len(long) || !slices.Equal(short, long[:len(short)]) {
		return false
	}
	return prose.Squash(long[len(short)]) == ""
}

// rewords tells two titles that have most of their words in common, numbers
// included.
func (t *pageTitle) rewords(o *pageTitle) bool {
	const fewest, most = 4, 60
	if len(t.words) > most || len(o.words) > most {
		return false
	}
	common := 0
	for _, w := range t.words {
		switch has := slices.Contains(o.words, w); {
		case has && prose.Squash(w) != "":
			common++
		case !has && strings.ContainsAny(w, "0123456789"):
			return false
		}
	}
	return common >= fewest && 5*common >= 3*max(len(t.words), len(o.words))
}

// address compares an object's addresses with the page's: 1 where one is the
// page's, -1 where all name other pages, 0 where they name none.
func (p *pageNames) address(list []string) int {
	if len(p.addresses) == 0 {
		return 0
	}
	verdict := 0
	for _, ref := range list {
		if len(ref) > maxReference || !strings.Contains(ref, "/") {
			continue // "WebPage", "#article"
		}
		u, err := url.Parse(strings.TrimSpace(dom.Unescape(ref)))
		if err != nil {
			continue
		}
		u = p.addresses[0].ResolveReference(u)
		switch {
		case slices.ContainsFunc(p.addresses, func(own *url.URL) bool { return samePage(own, u) }):
			return 1
		case strings.Trim(u.Path, "/") != "" || u.RawQuery != "":
			verdict = -1
		}
	}
	return verdict
}

// samePage tells two addresses of one page: of its mobile edition too, with
// another scheme or mark of where a reader came from.
func samePage(a, b *url.URL) bool {
	x, y := pathOf(a), pathOf(b)
	if x == "" || y == "" {
		return x == y && a.RawQuery != "" && a.RawQuery == b.RawQuery
	}
	if x != y {
		const digits = 6
		id := lastNumber(x)
		return len(id) >= digits && id == lastNumber(y) && siteHost(a) == siteHost(b)
	}
	return a.RawQuery == b.RawQuery || isTold(x) || a.RawQuery == "" && b.RawQuery == ""
}

// isTold tells a path that names one page, whatever is asked behind it.
func isTold(path string) bool { return strings.Count(path, "-") >= 2 || lastNumber(path) != "" }

func pathOf(u *url.URL) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.Trim(u.Path, "/"), "/amp"), ".amp")
}

// siteHost is an address's host without what tells its editions apart.
func siteHost(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, edition := range []string{"www.", "m.", "amp.", "mobile."} {
		host = strings.TrimPrefix(host, edition)
	}
	return host
}

// lastNumber is the last run of digits of a path.
func lastNumber(path string) string {
	end := strings.LastIndexAny(path, "0123456789") + 1
	from := end
	for from > 0 && path[from-1] >= '0' && path[from-1] <= '9' {
		from--
	}
	return path[from:end]
}
