package learn

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"sort"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// find looks for what the generic cleaner read: where the body stands, and the title.
func (s *sheet) find() {
	s.told = s.spans(s.bodyTexts())
	s.endAtHeading()
	s.findBoxes()
	s.findHead()
}

// endAtHeading leaves out what stands below the title of another article: some pages have the next
// one below the first.
func (s *sheet) endAtHeading() {
	title, class := prose.Squash(string(s.art.Title)), ""
	for _, i := range s.by["h1"] {
		at := s.elements[i].from
		if s.of(i) == title && class == "" {
			class = dom.Attr(s.elements[i].node, "class")
		}
		if class == "" || len(s.told) == 0 || at <= s.told[0].from || s.size(i) == 0 || s.of(i) == title || dom.Attr(s.elements[i].node, "class") != class {
			continue
		}
		n := sort.Search(len(s.told), func(k int) bool { return s.told[k].from >= at })
		if n == 0 || n == len(s.told) {
			continue
		}
		s.told = s.told[:n]
		k := 0
		s.art.Body = slices.DeleteFunc(slices.Clone(s.art.Body), func(b cleaner.Block) bool {
			if k < n && prose.Squash(b.Text) == s.text[s.told[k].from:s.told[k].to] {
				k++
				return false
			}
			return true
		})
		return
	}
}

// bodyTexts are the texts of the body; those of a gallery are its captions.
func (s *sheet) bodyTexts() (list []string) {
	for _, b := range s.art.Body {
		list = append(list, b.Text)
	}
	if len(list) == 0 {
		list = append(list, s.art.Captions...)
	}
	return list
}

// spans are where some texts stand, one behind the other; those that stand nowhere are left
// out.
func (s *sheet) spans(texts []string) (list []span) {
	const most, mostMissed = 2000, 30 // texts; of those that are not there, each costs a search of the page
	at, missed := 0, 0
	for _, text := range texts[:min(len(texts), most)] {
		key := prose.Squash(text)
		if key == "" {
			continue
		}
		i := strings.Index(s.text[at:], key)
		if i < 0 {
			if missed++; missed > mostMissed {
				break
			}
			continue
		}
		list = append(list, span{at + i, at + i + len(key)})
		at += i + len(key)
	}
	return list
}

const (
	// nearlyAll is which part of a body its element has to hold, most which part one inside it has
	// where the generic cleaner may have read the lead, or what stands below, as text.
	nearlyAll, mostOfIt = 0.95, 0.7
	// mostBeside is how much else an element round the body may hold, for what the body has.
	mostBeside = 0.6
)

// findBoxes finds the element of the body, from the page's own down.
func (s *sheet) findBoxes() {
	if len(s.elements) == 0 || len(s.told) == 0 {
		return
	}
	total := 0
	for _, t := range s.told {
		total += t.to - t.from
	}
	box, all := int32(-1), int32(-1)
	for i := int32(0); i < int32(len(s.elements)); {
		here := float64(s.covered(s.told, i))
		if here < mostOfIt*float64(total) {
			i = s.elements[i].end
			continue
		}
		if box = i; here >= nearlyAll*float64(total) {
			all = i
		}
		i++ // what is in it
	}
	for most := 6; box >= 0 && len(s.boxes) < most; box = s.elements[box].parent {
		if len(s.boxes) > s.inner && float64(s.size(box)) > (1+mostBeside)*float64(total)+400 {
			break
		}
		if n := s.elements[box].node; n.DataAtom == atom.Body || n.DataAtom == atom.Html {
			break
		}
		if box > all {
			s.inner++
			most++
		}
		s.boxes = append(s.boxes, box)
	}
}

// findHead finds the element that prints the title: the heading, else the one next to the
// body.
func (s *sheet) findHead() {
	title := prose.Squash(string(s.art.Title))
	if title == "" || len(s.boxes) == 0 {
		return
	}
	best := -1
	for i := range s.elements {
		if s.of(int32(i)) != title {
			continue
		}
		rank := 0
		switch s.elements[i].node.DataAtom {
		case atom.H1:
			rank = 4
		case atom.H2, atom.H3:
			rank = 2
		}
		if int32(i) < s.boxes[0] || s.isWithin(int32(i), s.boxes[0]) {
			rank++ // above the body or in it; below it stand links to the article itself
		}
		if rank >= best {
			if rank == best && s.isWithin(int32(i), s.head) {
				continue // the element itself says more than what is in it
			}
			best, s.head = rank, int32(i)
		}
	}
}

// scope is the innermost element that holds title and body; -1 is the page.
func (s *sheet) scope() int32 {
	if len(s.boxes) == 0 {
		return -1
	}
	box := s.boxes[min(s.inner, len(s.boxes)-1)]
	if s.head < 0 {
		return s.elements[box].parent
	}
	return s.around(s.head, box)
}

// bodies are what a body's selector finds, as a layout reads it: the element itself where it
// is the article, too.
func (s *sheet) bodies(list []selector, scope int32) []int32 {
	for _, sel := range list {
		if scope >= 0 && s.is(scope, sel) {
			return []int32{scope}
		}
		if found := s.matches(sel, scope); len(found) > 0 {
			return found
		}
	}
	return nil
}

// inBody are the body's elements by the group's selectors.
func (g *group) inBody(s *sheet) []int32 { return s.bodies(g.body, s.within(g.article)) }

// bodyFit is how well a selector finds the body of a page: 0 for not, 1 for the very element.
func (s *sheet) bodyFit(sel selector) float64 {
	found := s.bodies([]selector{sel}, s.scope())
	if len(found) == 0 {
		return 0
	}
	step := slices.Index(s.boxes, found[0])
	if step < 0 {
		return 0
	}
	for _, other := range found[1:] {
		if s.size(other) > 0 {
			return 0
		}
	}
	total := 0
	for _, t := range s.told {
		total += t.to - t.from
	}
	here := float64(s.covered(s.told, found[0]))
	fit := here / float64(max(s.size(found[0]), 1)) * here / float64(total) * (1 - 0.01*float64(max(step-s.inner, 0)))
	if i := s.first(selector{own: part{name: "h1"}}, found[0]); i >= 0 {
		fit *= 0.9 // a title stands above its text
	}
	return fit * fit * fit // what holds more than the body counts little on however many pages
}

// bodyWords are those by which pages everywhere name a body.
var bodyWords = set("content contents body detail text entry fulltext maincontent noidung")

// bodyScore is what a selector is worth as the body's on some pages where it fits so well in all.
func bodyScore(sel selector, fits float64) float64 {
	if sel.named(bodyWords) {
		fits += 0.3
	}
	return fits + 0.05*sel.worth()
}

// Words by which pages everywhere name what is in a body and not of it.
var (
	relatedWords = set("related relate relation relates lienquan lien quan concern readmore recommend recommended suggest tinlienquan xemthem morelink")
	junkWords    = set("ad ads adv advert advertisement advertising banner quangcao qc sponsor promo promotion share sharing social socials like likeshare follow comment comments binhluan " +
		"tag tags keyword keywords author authors byline quangcao chiase poll vote player widget subscribe newsletter signup rating audio tts toc survey donate popup unit google facebook zalo")
	quoteWords = set("quote quotes pullquote blockquote")
)

// foreign are the outermost elements in a body that hold nothing of what the generic cleaner
// read, or what stands the same on other pages.
func (s *sheet) foreign(body int32, own []span, everywhere map[string]bool) (list []int32) {
	e := s.elements[body]
	for i := body + 1; i < e.end && len(list) < maxMatches; {
		switch size := s.size(i); {
		case size == 0:
			if len(s.elements[i].marks) == 0 || dom.IsInline(s.elements[i].node) {
				i++
				continue
			}
			i = s.elements[i].end
		case s.isQuote(i): // who said it belongs to it
			i = s.elements[i].end
		case s.covered(own, i)*20 <= size || everywhere[s.of(i)]:
			list = append(list, i)
			i = s.elements[i].end
		default:
			i++
		}
	}
	return list
}

// isQuote tells an element that calls itself a quote.
func (s *sheet) isQuote(i int32) bool {
	return s.elements[i].node.DataAtom == atom.Blockquote || slices.ContainsFunc(s.elements[i].marks, func(mark string) bool { return selector{own: part{mark: mark}}.named(quoteWords) })
}

// inQuote reports whether an element stands in a quote.
func (s *sheet) inQuote(i, outermost int32) bool {
	for ; i >= 0 && i != outermost; i = s.elements[i].parent {
		if s.isQuote(i) {
			return true
		}
	}
	return false
}

// drops finds the selectors of what in the body is not of it, and which of them are boxes of
// links.
func (g *group) drops() (drop, related []string) {
	everywhere := g.everywhere()
	type found struct {
		sel           selector
		pages, links  int
		articles      int  // links to other articles
		pictures      bool // which may be the article's own
		elements      int
		pure, letters int
	}
	count := map[selector]*found{}
	var order []selector
	own := map[*sheet][]span{}
	for _, s := range g.sheets {
		own[s] = s.ownSpans()
		for _, b := range g.inBody(s) {
			for _, i := range s.foreign(b, own[s], everywhere) {
				for _, sel := range s.namings(i, b) {
					if sel.own.mark != "" && count[sel] == nil && len(order) < maxNamings {
						count[sel] = &found{sel: sel}
						order = append(order, sel)
					}
				}
			}
		}
	}
	var good []*found
	for _, sel := range order {
		f := count[sel]
		for _, s := range g.sheets {
			here := 0
			for _, b := range g.inBody(s) {
				for _, i := range s.matches(sel, b) {
					f.elements++
					if (s.covered(own[s], i)*20 <= s.size(i) || everywhere[s.of(i)]) && !s.inQuote(i, b) {
						f.pure++
						here += s.size(i)
						f.letters += s.size(i)
						f.links += s.linked(i)
						f.articles += g.articleLinks(s, i)
						f.pictures = f.pictures || dom.Find(s.elements[i].node, isPicture) != nil
					} else {
						f.pure -= 1000
					}
				}
			}
			if here > 0 {
				f.pages++
			}
		}
		says := f.articles > 0 || sel.named(relatedWords) || sel.named(junkWords)
		if f.pure == f.elements && f.pages > 0 && (says || f.pages >= 2 && !f.pictures) {
			good = append(good, f)
		}
	}
	slices.SortStableFunc(good, func(a, b *found) int {
		if a.letters != b.letters {
			return b.letters - a.letters
		}
		return compareWorth(b.sel, a.sel)
	})
	defer func() { drop, related = g.besideBody(drop, related) }()
	taken := map[*sheet]map[int32]bool{}
	for _, f := range good {
		if len(drop)+len(related) >= maxDrops || !g.takes(taken, f.sel) {
			continue
		}
		if f.sel.named(relatedWords) || f.articles > 0 && f.links*3 >= f.letters || f.links*10 >= f.letters*8 && !f.sel.named(junkWords) {
			related = append(related, f.sel.String())
		} else {
			drop = append(drop, f.sel.String())
		}
	}
	return drop, related
}

// besideBody adds boxes of the article that stand outside the body on these pages and say by their
// names that they are not of it: on others they may stand in it.
func (g *group) besideBody(drop, related []string) ([]string, []string) {
	const most = 6
	pages := map[string]int{}
	for _, s := range g.sheets {
		here := map[string]bool{}
		scope, bodies, own := s.within(g.article), g.inBody(s), s.ownSpans()
		if scope < 0 || len(bodies) == 0 {
			continue
		}
		for i := scope + 1; i < s.elements[scope].end; i++ {
			if s.isWithin(bodies[0], i) { // round the body
				continue
			}
			if mark := s.besideMark(i); mark != "" && !g.isInBody(s, i) && s.covered(own, i) == 0 {
				here[mark] = true
			}
			i = s.elements[i].end - 1
		}
		for mark := range here {
			pages[mark]++
		}
	}
	for _, mark := range slices.Sorted(maps.Keys(pages)) {
		switch isRelated := (selector{own: part{mark: mark}}).named(relatedWords); {
		case pages[mark] < 2 || slices.Contains(drop, mark) || slices.Contains(related, mark):
		case isRelated && len(related) < most:
			related = append(related, mark)
		case !isRelated && len(drop) < most:
			drop = append(drop, mark)
		}
	}
	return drop, related
}

// besideMark is the mark of an element that says that it is none of the article's text; "" for none.
func (s *sheet) besideMark(i int32) string {
	for _, mark := range s.elements[i].marks {
		sel := selector{own: part{mark: mark}}
		if sel.named(relatedWords) || sel.named(junkWords) && !sel.named(bylineWords) {
			return mark
		}
	}
	return ""
}

// Bounds of what is looked at, and of what a layout says, for one field.
const (
	maxNamings = 400
	maxDrops   = 16
)

// isTaken reports whether an element, or one around it up to an outermost one, is in a set.
func (s *sheet) isTaken(taken map[int32]bool, i, outermost int32) bool {
	for ; i >= 0 && i != outermost; i = s.elements[i].parent {
		if taken[i] {
			return true
		}
	}
	return false
}

// linked is how many letters of an element are in links.
func (s *sheet) linked(i int32) (n int) {
	end := s.elements[i].end
	for k := i; k < end; k++ {
		if s.elements[k].node.DataAtom == atom.A {
			n += s.size(k)
			k = s.elements[k].end - 1
		}
	}
	return n
}

// articleLinks is how many links in an element lead to other articles of the newspaper.
func (g *group) articleLinks(s *sheet, i int32) (n int) {
	const most = 20
	links := s.by["a"]
	at, _ := slices.BinarySearch(links, i)
	for _, k := range links[at:] {
		if k >= s.elements[i].end || n >= most {
			break
		}
		if addr, err := g.site.Address(s.absolute(dom.Attr(s.elements[k].node, "href"))); err == nil && addr.Kind == sites.Article {
			n++
		}
	}
	return n
}

// absolute is an address as a link of the page has it, made absolute.
func (s *sheet) absolute(ref string) string {
	base, err := url.Parse(cmp.Or(s.URL, s.doc.Canonical()))
	if err != nil || len(ref) > 2000 {
		return ""
	}
	u, err := base.Parse(strings.TrimSpace(ref))
	if err != nil {
		return ""
	}
	return u.String()
}

// ownSpans are all that the generic cleaner read of the article, in the page's order.
func (s *sheet) ownSpans() []span {
	list := slices.Clone(s.told)
	texts := append([]string{string(s.art.Title), string(s.art.Lead)}, s.art.Captions...)
	for _, text := range texts {
		list = append(list, s.spans([]string{text})...)
	}
	slices.SortFunc(list, func(a, b span) int { return a.from - b.from })
	kept := list[:0]
	end := 0
	for _, sp := range list {
		if sp.from = max(sp.from, end); sp.from < sp.to {
			kept = append(kept, sp)
			end = sp.to
		}
	}
	return kept
}

// everywhere are the texts of elements in the body that stand the same on many pages: no
// story's own.
func (g *group) everywhere() map[string]bool {
	const longest, shortest = 2000, 8
	pages := map[string]int{}
	for _, s := range g.sheets {
		here := map[string]bool{}
		for _, b := range g.inBody(s) {
			for i := b + 1; i < s.elements[b].end; i++ {
				if n := s.size(i); n >= shortest && n <= longest && len(here) < maxNamings*4 {
					here[s.of(i)] = true
				}
			}
		}
		for text := range here {
			pages[text]++
		}
	}
	many := max(3, (len(g.sheets)+1)/2)
	for text, n := range pages {
		if n < many {
			delete(pages, text)
		}
	}
	all := map[string]bool{}
	for text := range pages {
		all[text] = true
	}
	return all
}

// picturesBeside finds pictures with captions that stand outside the body, as over it.
func (g *group) picturesBeside() []selector {
	return g.choose(field{captionWords, true, 1,
		func(s *sheet) (list []int32) {
			for _, i := range s.exactly(s.art.Captions...) {
				if g.isInBody(s, i) {
					continue
				}
				at := i
				for p := s.elements[i].parent; p >= 0 && s.size(p) == s.size(i); p = s.elements[p].parent {
					if at = p; dom.Find(s.elements[at].node, isPicture) != nil {
						break
					}
				}
				if dom.Find(s.elements[at].node, isPicture) != nil {
					list = append(list, at)
				}
			}
			return list
		},
		func(s *sheet, found []int32) verdict {
			for _, i := range found {
				switch {
				case g.isInBody(s, i):
					return differs
				case slices.Contains(squashed(s.art.Captions), s.of(i)) && dom.Find(s.elements[i].node, isPicture) != nil:
				default:
					return differs
				}
			}
			return agrees
		}, false})
}

func isPicture(n *html.Node) bool { return n.DataAtom == atom.Img }
