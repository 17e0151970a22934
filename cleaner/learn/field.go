package learn

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/phrases"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// verdict is what a selector's find on one page is, by what the generic cleaner says there.
type verdict int

const (
	nothing verdict = iota // no find
	agrees                 // what the generic cleaner has
	holds                  // that, and a word or two more
	unknown                // the generic cleaner has nothing
	differs
)

// field says how the selectors of one field are found.
type field struct {
	words  map[string]bool // that name it
	inside bool            // it stands in the article's element
	most   int             // selectors
	// candidates are the elements of a page that may be it.
	candidates func(*sheet) []int32
	// judge says what a find is: the elements of a page that a selector finds and that print
	// something, of which there is one at least.
	judge func(*sheet, []int32) verdict
	own   bool // what is found the same on several pages is a menu
}

// first judges by the first element: that is the one that a layout reads.
func first(judge func(*sheet, int32) verdict) func(*sheet, []int32) verdict {
	return func(s *sheet, found []int32) verdict { return judge(s, found[0]) }
}

// Words that pages everywhere name the fields with.
var (
	titleWords   = set("title headline heading header tieude")
	kickerWords  = set("kicker subtitle suptitle supertitle strap strapline overline eyebrow chapeau tieudephu")
	leadWords    = set("sapo lead desc description summary chapeau intro abstract excerpt standfirst teaser mota tomtat")
	bylineWords  = set("author authors byline tacgia writer name")
	sourceWords  = set("source nguon nguontin origin")
	timeWords    = set("time date datetime publish published publishdate pubdate ngay ngaydang")
	sectionWords = set("breadcrumb breadcrumbs crumb crumbs cate category categories section cat chuyenmuc")
	captionWords = set("photo picture image avatar thumb cover figure media anh hinh")
	tagWords     = set("tag tags keyword keywords keysword tukhoa topic topics chude")
)

// select finds the selectors of a field: first the one that says what the generic cleaner
// says on most pages, then those of the pages that it does not reach.
func (g *group) choose(f field) (list []selector) {
	finds := g.finds(f)
	left := map[*sheet]bool{}
	for _, s := range g.sheets {
		left[s] = true
	}
	for len(list) < f.most && len(left) > 0 {
		best, bestScore := -1, 0.0
		for i := range finds {
			if score := g.score(f, &finds[i], left); score > bestScore {
				best, bestScore = i, score
			}
		}
		if best < 0 {
			break
		}
		list = append(list, finds[best].sel)
		for s, v := range finds[best].on {
			if v != nothing {
				delete(left, s)
			}
		}
	}
	return list
}

// find is what one selector finds on the pages.
type find struct {
	sel selector
	on  map[*sheet]verdict
}

// finds asks all selectors that name a candidate, on all pages.
func (g *group) finds(f field) (list []find) {
	count := map[selector]int{}
	var order []selector
	for _, s := range g.sheets {
		seen := map[selector]bool{}
		for _, i := range f.candidates(s) {
			outermost := int32(-1)
			if f.inside { // what is round the body, too, says nothing but of which kind the page is
				outermost = s.around(i, s.boxes[0])
			}
			for _, sel := range s.namings(i, outermost) {
				if seen[sel] {
					continue
				}
				if seen[sel] = true; count[sel] == 0 {
					order = append(order, sel)
				}
				count[sel]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b selector) int {
		return cmp.Or(count[b]-count[a], compareWorth(b, a))
	})
	for _, sel := range order[:min(len(order), maxNamings)] {
		fd, same := find{sel, map[*sheet]verdict{}}, map[string]int{}
		for _, s := range g.sheets {
			scope := int32(-1)
			if f.inside {
				scope = s.within(g.article)
			}
			found := slices.DeleteFunc(s.matches(sel, scope), func(i int32) bool { return s.size(i) == 0 })
			if len(found) == 0 {
				continue
			}
			if fd.on[s] = f.judge(s, found); f.own && fd.on[s] != agrees {
				key := strings.Join(s.names(found), " ")
				if same[key]++; same[key] > 1 {
					fd.on[s] = differs
				}
			}
		}
		list = append(list, fd)
	}
	return list
}

func compareWorth(a, b selector) int {
	return cmp.Or(cmp.Compare(a.worth(), b.worth()), cmp.Compare(len(b.String()), len(a.String())), cmp.Compare(b.String(), a.String()))
}

// score weighs a selector on the pages that are left; 0 or less is none. One that stands on
// one page alone counts where its own name says what it is, and no page speaks against it.
func (g *group) score(f field, fd *find, left map[*sheet]bool) float64 {
	agreed, against, score := 0, 0, 0.0
	named, penalty := fd.sel.named(f.words), 2.0
	if named {
		penalty = 0.9 // the generic cleaner may be wrong
	}
	for _, s := range g.sheets {
		if !left[s] {
			continue
		}
		switch fd.on[s] {
		case agrees:
			agreed++
			score++
		case holds:
			agreed++
			score += 0.8
		case unknown:
			if !named {
				score -= 0.15
			}
		case differs:
			against++
			score -= penalty
		}
	}
	switch {
	case agreed == 0, float64(against)*penalty*2 > float64(agreed):
		return 0
	case agreed < 2 && (!named || against > 0):
		return 0
	}
	if named {
		score += 0.3
	}
	return score + 0.04*fd.sel.worth()
}

// exactly are the elements of a page whose whole text is one of some, the outermost of
// those inside one another first.
func (s *sheet) exactly(texts ...string) (list []int32) {
	for _, text := range texts {
		key := prose.Squash(text)
		if key == "" {
			continue
		}
		for i := range s.elements {
			if s.size(int32(i)) == len(key) && s.of(int32(i)) == key && len(list) < 60 {
				list = append(list, int32(i))
			}
		}
	}
	return list
}

// holding are the elements whose text holds one, and no more than some letters besides.
func (s *sheet) holding(text string, more int) (list []int32) {
	key := prose.Squash(text)
	if len(key) < 2 {
		return nil
	}
	for i := range s.elements {
		if n := s.size(int32(i)); n >= len(key) && n <= len(key)+more && strings.Contains(s.of(int32(i)), key) && len(list) < 60 {
			list = append(list, int32(i))
		}
	}
	return list
}

// says judges a find by the text that the field has.
func (s *sheet) compare(i int32, text string, more int) verdict {
	key, found := prose.Squash(text), s.of(i)
	switch {
	case key == "":
		return unknown
	case key == found:
		return agrees
	case len(found) <= len(key)+more && strings.Contains(found, key):
		return holds
	}
	return differs
}

const (
	// besideName is how many letters may stand beside a name: a label, a time, a paper.
	besideName = 36
	// besideLead is how long a dateline is.
	besideLead = 40
)

// title finds where the title is printed.
func (g *group) title() []selector {
	return g.choose(field{titleWords, true, 3,
		func(s *sheet) []int32 { return s.exactly(string(s.art.Title)) },
		first(func(s *sheet, i int32) verdict { return s.compare(i, string(s.art.Title), 0) }), false})
}

// lead finds the lead, where it has an element of its own.
func (g *group) lead() []selector {
	return g.choose(field{leadWords, true, 3,
		func(s *sheet) []int32 {
			return slices.DeleteFunc(s.holding(string(s.art.Lead), besideLead), func(i int32) bool {
				// A paragraph like those below it.
				return len(s.elements[i].marks) == 0 && s.elements[i].node.DataAtom == atom.P && g.isInBody(s, i)
			})
		},
		first(func(s *sheet, i int32) verdict {
			v := s.compare(i, string(s.art.Lead), besideLead)
			if v == holds && strings.HasSuffix(s.of(i), prose.Squash(string(s.art.Lead))) && s.art.Dateline != "" {
				return agrees
			}
			return v
		}), false})
}

// inBody reports whether an element stands in the body.
func (g *group) isInBody(s *sheet, i int32) bool {
	return slices.ContainsFunc(g.inBody(s), func(b int32) bool { return s.isWithin(i, b) })
}

func (g *group) byline() []selector {
	return g.choose(field{bylineWords, true, 3,
		func(s *sheet) []int32 {
			list := s.holding(string(s.art.Byline), besideName)
			for _, i := range s.holding(string(s.art.Source), besideName) {
				if s.signs(i) {
					list = append(list, i)
				}
			}
			return list
		},
		first(func(s *sheet, i int32) verdict {
			switch v := s.compare(i, string(s.art.Byline), besideName); {
			case v == unknown && s.art.Source != "" && s.signs(i) && strings.Contains(s.of(i), prose.Squash(string(s.art.Source))):
				return holds // nobody signed there but the paper
			case v == holds && strings.ContainsAny(s.of(i), "0123456789"):
				return differs // a time, too
			case (v == holds || v == agrees) && s.art.Source != "":
				return s.withSource(i, v)
			case v == unknown && s.size(i) > 2*besideName:
				return differs
			case v == differs && s.size(i) > 3 && strings.Contains(prose.Squash(string(s.art.Byline)), s.of(i)):
				return holds // one of several names, which stand beside one another
			default:
				return v
			}
		}), false})
}

// signs reports whether an element calls itself an author's.
func (s *sheet) signs(i int32) bool {
	return slices.ContainsFunc(s.elements[i].marks, func(mark string) bool { return selector{own: part{mark: mark}}.named(bylineWords) })
}

// withSource prefers the line that names the author and the paper to the part of it that names the
// author alone.
func (s *sheet) withSource(i int32, v verdict) verdict {
	source := prose.Squash(string(s.art.Source))
	switch parent := s.elements[i].parent; {
	case strings.Contains(s.of(i), source):
		return agrees
	case parent >= 0 && s.size(parent) <= s.size(i)+besideName && strings.Contains(s.of(parent), source):
		return holds
	}
	return v
}

func (g *group) source() []selector {
	return g.choose(field{sourceWords, true, 2,
		func(s *sheet) []int32 { return s.holding(string(s.art.Source), besideName) },
		first(func(s *sheet, i int32) verdict {
			text, source := s.plain(i), string(s.art.Source)
			switch {
			case strings.HasPrefix(text, "("), source == "" && s.size(i) > besideName:
				return differs // brackets behind a name: the byline's selectors part the two
			case source == "":
				return unknown
			case prose.SameWords(text, source), prose.SameWords(phrases.WithoutTheo(text), source):
				return agrees
			}
			return differs
		}), false})
}

// kicker finds the line right above the title or below it that is neither lead nor who, when and
// where; the generic cleaner reads none.
func (g *group) kicker() []selector {
	return g.choose(field{kickerWords, true, 1,
		func(s *sheet) (list []int32) {
			for _, i := range s.besideTitle() {
				if s.isKicker(i) {
					list = append(list, i)
				}
			}
			return list
		},
		first(func(s *sheet, i int32) verdict {
			if s.isKicker(i) && slices.Contains(s.besideTitle(), i) {
				return agrees
			}
			return differs
		}), true})
}

// besideTitle are the elements next to the title's, and to those around it that print nothing else.
func (s *sheet) besideTitle() (list []int32) {
	at := s.head
	for at >= 0 && s.elements[at].parent >= 0 && s.size(s.elements[at].parent) == s.size(at) {
		at = s.elements[at].parent
	}
	if at < 0 {
		return nil
	}
	for _, next := range []func(*html.Node) *html.Node{func(n *html.Node) *html.Node { return n.PrevSibling }, func(n *html.Node) *html.Node { return n.NextSibling }} {
		n := next(s.elements[at].node)
		for n != nil && n.Type != html.ElementNode {
			n = next(n)
		}
		if i, ok := s.number[n]; ok {
			list = append(list, i)
		}
	}
	return list
}

// isKicker tells a short line that says nothing that another field has, and that stands on no menu.
func (s *sheet) isKicker(i int32) bool {
	const longest = 90 // bytes of letters
	n := s.size(i)
	if n < 3 || n > longest || s.holdsLinks(i) || strings.ContainsAny(s.of(i), "0123456789") || dom.Find(s.elements[i].node, isMedia) != nil {
		return false
	}
	if s.elements[i].node.DataAtom == atom.A || dom.Find(s.elements[i].node, func(c *html.Node) bool { return c.DataAtom == atom.A || c.DataAtom == atom.Button }) != nil {
		return false // a section, a share bar
	}
	for _, text := range slices.Concat([]string{string(s.art.Title), string(s.art.Lead), string(s.art.Byline), string(s.art.Source)}, s.art.Section, s.art.Tags) {
		if key := prose.Squash(text); key != "" && (strings.Contains(s.of(i), key) || strings.Contains(key, s.of(i))) {
			return false
		}
	}
	return s.covered(s.told, i) == 0 || slices.ContainsFunc(s.elements[i].marks, func(mark string) bool {
		return selector{own: part{mark: mark}}.named(kickerWords) || strings.Contains(mark, "sub-title")
	})
}

// time finds what shows when the article was published.
func (g *group) time() []selector {
	const longest = 160
	shown := func(s *sheet, i int32) (all int, same bool) {
		at := s.art.Published
		for _, said := range draft.ShownIn(s.elements[i].node) {
			all++
			if said.At.Clock {
				same = same || said.At.Sub(at.Time).Abs() < 2*time.Minute
			} else {
				y, m, d := said.At.Date()
				ay, am, ad := at.Date()
				same = same || y == ay && m == am && d == ad
			}
		}
		return all, same
	}
	return g.choose(field{timeWords, false, 2,
		func(s *sheet) (list []int32) {
			if s.art.Published.IsZero() {
				return nil
			}
			for i := range s.elements {
				n := s.size(int32(i))
				if n > longest || len(list) >= 40 || n == 0 && !dom.HasAttr(s.elements[i].node, "datetime") || !strings.ContainsAny(s.of(int32(i)), "0123456789") && !dom.HasAttr(s.elements[i].node, "datetime") {
					continue
				}
				if _, same := shown(s, int32(i)); same {
					list = append(list, int32(i))
				}
			}
			return list
		},
		first(func(s *sheet, i int32) verdict {
			switch all, same := shown(s, i); {
			case same && !s.isWithin(i, s.scope()):
				return holds // a page may show its own day, too
			case same:
				return agrees
			case all == 0, s.art.Published.IsZero():
				return unknown
			}
			return differs
		}), false})
}

// names are what some elements say, each as a reader sees it, in letters alone.
func (s *sheet) names(found []int32) (list []string) {
	for _, i := range found[:min(len(found), 40)] {
		list = append(list, s.of(i))
	}
	return list
}

// squashed are some names in letters alone.
func squashed(names []string) (list []string) {
	for _, name := range names {
		if name = prose.Squash(name); name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// section finds the breadcrumbs.
func (g *group) section() []selector {
	const longest = 60
	return g.choose(field{sectionWords, false, 2,
		func(s *sheet) []int32 { return s.innermost(s.exactly(s.art.Section...)) },
		func(s *sheet, found []int32) verdict {
			var names []string
			for _, i := range found[:min(len(found), 40)] {
				if s.holdsLinks(i) {
					return differs // names that nothing parts
				}
				if name := naming.SectionName(s.plain(i)); !naming.IsHome(name) && len(name) <= 2*longest {
					names = append(names, name)
				}
			}
			return compareNames(squashed(names), squashed(s.art.Section))
		}, false})
}

// innermost leaves out elements that hold another of the list.
func (s *sheet) innermost(list []int32) []int32 {
	return slices.DeleteFunc(slices.Clone(list), func(i int32) bool {
		return slices.ContainsFunc(list, func(in int32) bool { return in != i && s.isWithin(in, i) })
	})
}

// holdsLinks reports whether an element holds several links.
func (s *sheet) holdsLinks(i int32) bool {
	links := s.by["a"]
	at, _ := slices.BinarySearch(links, i+1)
	return at+1 < len(links) && links[at+1] < s.elements[i].end
}

// compareNames judges names that were found by those that the field has.
func compareNames(found, want []string) verdict {
	switch {
	case len(found) == 0:
		return nothing
	case len(want) == 0:
		return unknown
	case slices.Equal(found, want):
		return agrees
	case len(found) > len(want) && slices.Equal(found[:len(want)], want):
		return holds // and a narrower one
	}
	return differs
}

// tags finds the tags that a page shows. Those that stand the same on several pages are a menu.
func (g *group) tags() []selector {
	const most, longest = 30, 80
	return g.choose(field{tagWords, false, 2,
		func(s *sheet) (list []int32) {
			for _, i := range s.by["a"] {
				if i > s.head && s.size(i) > 0 && s.size(i) < longest && len(list) < 3*most && s.isTag(i) {
					list = append(list, i)
				}
			}
			return append(list, s.innermost(s.exactly(s.art.Tags...))...)
		},
		func(s *sheet, found []int32) verdict {
			links := slices.ContainsFunc(found, func(i int32) bool { return s.elements[i].node.DataAtom == atom.A })
			switch v := compareNames(squashed(s.names(found)), squashed(s.art.Tags)); {
			case len(found) > most || s.holdsLinks(found[0]):
				return differs
			case v == unknown && links && s.isTag(found[0]):
				return holds
			default:
				return v
			}
		}, true})
}

// tagAddress matches where tags lead.
var tagAddress = regexp.MustCompile(`/(?:tags?|the|tu-khoa|chu-de|topics?|keywords?)[/-]`)

// isTag reports whether a link leads to a tag, or stands in what calls itself tags.
func (s *sheet) isTag(i int32) bool {
	const near = 3
	if tagAddress.MatchString(dom.Attr(s.elements[i].node, "href")) {
		return true
	}
	for range near {
		if i < 0 {
			break
		}
		for _, mark := range s.elements[i].marks {
			if (selector{own: part{mark: mark}}).named(tagWords) {
				return true
			}
		}
		i = s.elements[i].parent
	}
	return false
}

// captions finds what in the body is a caption and is not called so in a way that all pages
// have.
func (g *group) captions() (list []string) {
	return g.marked(func(s *sheet, i int32, captions map[string]bool) (is, may bool) {
		n := s.elements[i].node
		may = !s.inFigcaption(i) && n.DataAtom != atom.Figure && dom.Find(n, isMedia) == nil
		return captions[s.of(i)], may
	})
}

func isMedia(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Img, atom.Video, atom.Iframe, atom.Picture, atom.Object, atom.Audio, atom.Figure, atom.Figcaption:
		return true
	}
	return false
}

func (s *sheet) inFigcaption(i int32) bool {
	for ; i >= 0; i = s.elements[i].parent {
		if n := s.elements[i].node; n.DataAtom == atom.Figcaption || dom.PictureBoxOf(n) == dom.CaptionBox {
			return true
		}
	}
	return false
}

// marked finds selectors of elements in the body all of which are of a kind, on two pages at
// least. May says that one has to be named for it.
func (g *group) marked(kind func(s *sheet, i int32, captions map[string]bool) (is, may bool)) (list []string) {
	const most = 4
	pages, against := map[selector]int{}, map[selector]bool{}
	var order []selector
	all := map[*sheet]map[string]bool{}
	for _, s := range g.sheets {
		all[s] = map[string]bool{}
		for _, text := range squashed(s.art.Captions) {
			all[s][text] = true
		}
		seen := map[selector]bool{}
		g.eachInBody(s, func(b, i int32) {
			is, may := kind(s, i, all[s])
			if !is || !may {
				return
			}
			for _, sel := range s.namings(i, b) {
				if sel.own.mark != "" && !seen[sel] && len(order) < maxNamings {
					if seen[sel] = true; pages[sel] == 0 {
						order = append(order, sel)
					}
					pages[sel]++
				}
			}
		})
	}
	for _, s := range g.sheets {
		for _, b := range g.inBody(s) {
			for _, sel := range order {
				for _, i := range s.matches(sel, b) {
					if is, _ := kind(s, i, all[s]); !is && s.size(i) > 0 {
						against[sel] = true
					}
				}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b selector) int { return cmp.Or(pages[b]-pages[a], compareWorth(b, a)) })
	taken := map[*sheet]map[int32]bool{}
	for _, sel := range order {
		if against[sel] || pages[sel] < 2 || len(list) >= most {
			continue
		}
		if g.takes(taken, sel) {
			list = append(list, sel.String())
		}
	}
	return list
}

// takes marks what a selector finds in the body, and tells whether any of it is new.
func (g *group) takes(taken map[*sheet]map[int32]bool, sel selector) (fresh bool) {
	for _, s := range g.sheets {
		if taken[s] == nil {
			taken[s] = map[int32]bool{}
		}
		for _, b := range g.inBody(s) {
			for _, i := range s.matches(sel, b) {
				if s.size(i) > 0 && !s.isTaken(taken[s], i, b) {
					fresh, taken[s][i] = true, true
				}
			}
		}
	}
	return fresh
}

// eachInBody has fn look at each element of a page's body that prints something.
func (g *group) eachInBody(s *sheet, fn func(body, i int32)) {
	for _, b := range g.inBody(s) {
		for i := b + 1; i < s.elements[b].end; i++ {
			if s.size(i) > 0 {
				fn(b, i)
			}
		}
	}
}

// quotes finds what in the body calls itself a quote and is no blockquote.
func (g *group) quotes() (list []string) {
	var sels []selector
	for _, s := range g.sheets {
		g.eachInBody(s, func(_, i int32) {
			if dom.IsInline(s.elements[i].node) || s.elements[i].node.DataAtom == atom.Blockquote {
				return
			}
			for _, mark := range s.elements[i].marks {
				sel := selector{own: part{mark: mark}}
				if sel.named(quoteWords) && len(sels) < maxDrops && !slices.Contains(sels, sel) {
					sels = append(sels, sel)
				}
			}
		})
	}
	taken := map[*sheet]map[int32]bool{}
	for _, sel := range sels {
		if g.takes(taken, sel) {
			list = append(list, sel.String())
		}
	}
	return list
}
