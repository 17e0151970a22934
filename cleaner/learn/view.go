package learn

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	// mostRead bounds the pages that are read, all of which are in memory at once. A layout shows itself
	// on twenty.
	mostRead = 150
	// mostLinks bounds the links of a page that are looked at; a newspaper's front page has some 800.
	mostLinks = 3000
)

// view is what one page shows.
type view struct {
	*page
	told      pages.Head
	names     []string // what the page calls its newspaper
	title     string   // the title element
	place     numbered // where it is
	placed    bool     // whether it says where
	isArticle bool     // see [newspaper.judge]
	own       []place  // the addresses that it gives as its own
	editors   []link   // other forms of it that its head names: mobile, AMP, other languages
	feeds     []string
	links     []link
}

// link is a reference of a page.
type link struct {
	place
	raw  string // as it stands, made absolute
	text string
	lang string // hreflang of one in the head
}

// views reads pages, in an order that does not depend on theirs; one twice is one. What is no page at all
// is left out.
func views(list []cleaner.Page) []*view {
	var all []summed
	for _, p := range list {
		all = append(all, summed{p, sha256.Sum256(p.Body)})
	}
	slices.SortFunc(all, func(a, b summed) int {
		return cmp.Or(cmp.Compare(a.page.URL, b.page.URL), a.page.Captured.Compare(b.page.Captured), slices.Compare(a.sum[:], b.sum[:]), cmp.Compare(a.page.ContentType, b.page.ContentType))
	})
	all = slices.CompactFunc(all, func(a, b summed) bool { return a.page.URL == b.page.URL && a.sum == b.sum })
	var read []*view
	for _, one := range spread(all) {
		if l := viewOf(one.page); l != nil {
			read = append(read, l)
		}
	}
	return read
}

// summed is a page with the sum of its bytes.
type summed struct {
	page cleaner.Page
	sum  [sha256.Size]byte
}

// spread chooses the pages that are read where there are too many: as many of each form of address and year
// of capture as there are, evenly from each.
func spread(all []summed) []summed {
	if len(all) <= mostRead {
		return all
	}
	type stratum struct {
		shape
		size, year int
	}
	byStratum := map[stratum][]int{}
	var order []stratum // as the pages are ordered
	for i, one := range all {
		var s stratum
		if p, ok := placeOf(one.page.URL); ok {
			n := p.number()
			s.shape, s.size = n.shape, n.size
		}
		if !one.page.Captured.IsZero() {
			s.year = one.page.Captured.Year()
		}
		if byStratum[s] == nil {
			order = append(order, s)
		}
		byStratum[s] = append(byStratum[s], i)
	}
	taken := map[stratum]int{}
	for left := mostRead; left > 0; {
		for _, s := range order {
			if left > 0 && taken[s] < len(byStratum[s]) {
				taken[s]++
				left--
			}
		}
	}
	var chosen []int
	for _, s := range order {
		for i := range taken[s] {
			chosen = append(chosen, byStratum[s][i*len(byStratum[s])/taken[s]])
		}
	}
	slices.Sort(chosen)
	var some []summed
	for _, i := range chosen {
		some = append(some, all[i])
	}
	return some
}

// viewOf reads one page; nil for what is none.
func viewOf(p cleaner.Page) *view {
	l := &view{page: readPage(p)}
	if l.doc == nil || l.doc.Tree() == nil {
		return nil
	}
	whole := pages.FromTree(l.doc.Tree(), p)
	l.told, l.names = whole.Head, whole.PaperNames()
	for _, address := range l.doc.Addresses() {
		if own, ok := placeOf(address); ok && len(l.own) < 10 {
			l.own = append(l.own, own)
		}
	}
	at, ok := placeOf(p.URL)
	if !ok && len(l.own) > 0 {
		at, ok = l.own[0], true
	}
	l.place, l.placed = at.number(), ok
	l.walk(whole)
	return l
}

// walk gathers title and links.
func (l *view) walk(whole *pages.Document) {
	for n := range l.doc.Tree().Descendants() {
		switch n.DataAtom {
		case atom.Title:
			if l.title == "" && n.FirstChild != nil && n.Namespace == "" {
				l.title = prose.Clean(n.FirstChild.Data)
			}
		case atom.Link:
			l.headLink(n, whole)
		case atom.A:
			if len(l.links) >= mostLinks {
				continue
			}
			if to, ok := l.linkTo(n, whole); ok {
				l.links = append(l.links, to)
			}
		}
	}
}

func (l *view) linkTo(n *html.Node, whole *pages.Document) (link, bool) {
	raw := whole.Absolute(attr(n, "href"))
	to, ok := placeOf(raw)
	return link{place: to, raw: raw, text: shortText(n), lang: attr(n, "hreflang")}, ok
}

// headLink takes a link element that names a feed or another form of the page.
func (l *view) headLink(n *html.Node, whole *pages.Document) {
	const most = 50
	rel, kind := strings.ToLower(attr(n, "rel")), strings.ToLower(attr(n, "type"))
	switch {
	case rel != "alternate" && rel != "amphtml":
	case strings.Contains(kind, "rss") || strings.Contains(kind, "atom"):
		if to, ok := placeOf(whole.Absolute(attr(n, "href"))); ok && len(l.feeds) < most {
			l.feeds = append(l.feeds, to.url)
		}
	default:
		if to, ok := l.linkTo(n, whole); ok && len(l.editors) < most {
			l.editors = append(l.editors, to)
		}
	}
}

// shortText is what a link says, "" where that is long.
func shortText(n *html.Node) string {
	const longest = 40
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type != html.TextNode {
			continue
		}
		if b.WriteString(c.Data); b.Len() > 4*longest {
			return ""
		}
	}
	text := prose.Clean(b.String())
	if utf8.RuneCountInString(text) > longest {
		return ""
	}
	return text
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// fewest is how many characters of text make an article of a page that does not say that it is one.
const fewest = 600

// readsAsArticle reports whether the page reads like an article, whatever its address.
func (l *view) readsAsArticle() bool {
	if l.err != nil || l.place.isFront() {
		return false
	}
	said := l.told.Linked.Headline != "" || l.told.First("og:type") == "article" || !l.art.Published.IsZero()
	return l.art.Title != "" && (said || utf8.RuneCountInString(l.art.Text) >= fewest)
}

// year is when it was published, else captured; 0 where neither is known.
func (l *view) year() int {
	switch {
	case !l.art.Published.IsZero():
		return l.art.Published.Year()
	case !l.Captured.IsZero():
		return l.Captured.Year()
	}
	return 0
}
