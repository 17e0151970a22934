package learn

import (
	"slices"
	"strings"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html/atom"
)

// find looks for what the generic cleaner read: where the body stands, and the title.
func (s *sheet) find() {
	s.told = s.spans(s.bodyTexts())
	s.findBoxes()
	s.findHead()
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
		switch n := s.elements[i].node; {
		case n.DataAtom == atom.H1:
			rank = 4
		case n.DataAtom == atom.H2 || n.DataAtom == atom.H3:
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
		"tag tags keyword keywords author authors byline poll vote player widget subscribe newsletter signup rating audio tts toc survey donate popup unit google facebook zalo")
	quoteWords = set("quote quotes pullquote blockquote")
)

// foreign are the outermost elements in a body that hold nothing of what the generic cleaner
// read, or what stands the same on other pages.
func (s *sheet) foreign(body int32, own []span, everywhere map[string]bool) (list []int32) {
	e := s.elements[body]
	for i := body + 1; i < e.end && len(list) < maxMatches; {
		switch size := s.size(i); {
		case size == 0:
			if len(marksOf(s.elements[i].node)) == 0 || dom.IsInline(s.elements[i].node) {
				i++
				continue
			}
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

// drops finds the selectors of what in the body is not of it, and which of them are boxes of
// links.
func (g *group) drops() (drop, related []string) {
	everywhere := g.everywhere()
	type found struct {
		sel           selector
		pages, links  int
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
					if s.covered(own[s], i)*20 <= s.size(i) || everywhere[s.of(i)] {
						f.pure++
						here += s.size(i)
						f.letters += s.size(i)
						f.links += s.linked(i)
					} else {
						f.pure -= 1000
					}
				}
			}
			if here > 0 {
				f.pages++
			}
		}
		if f.pure == f.elements && f.pages > 0 && (f.pages >= 2 || sel.named(relatedWords) || sel.named(junkWords)) {
			good = append(good, f)
		}
	}
	slices.SortStableFunc(good, func(a, b *found) int {
		if a.letters != b.letters {
			return b.letters - a.letters
		}
		return compareWorth(b.sel, a.sel)
	})
	taken := map[*sheet]map[int32]bool{}
	for _, f := range good {
		if len(drop)+len(related) >= maxDrops || !g.takes(taken, f.sel) {
			continue
		}
		if f.sel.named(relatedWords) || f.links*10 >= f.letters*8 && !f.sel.named(junkWords) {
			related = append(related, f.sel.String())
		} else {
			drop = append(drop, f.sel.String())
		}
	}
	return drop, related
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
