package learn

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"baoluu/cleaner/internal/dom"
	"baoluu/sites"

	"golang.org/x/net/html/atom"
)

// group is pages that wear one layout, and what is known of it.
type group struct {
	base   sites.Description
	site   *sites.Site // of base
	sheets []*sheet
	family string // "" for none

	body    []selector
	article []scoped
	draft   sites.LayoutDescription
	doubts  map[string][]string // by field
}

// scoped is a selector of the article's element. With has it is the first that holds the body.
type scoped struct {
	selector
	has *selector
}

func (a scoped) String() string {
	if a.has == nil {
		return a.selector.String()
	}
	return a.selector.String() + ":has(" + a.has.String() + ")"
}

// within is the article's element by the selectors of a layout; -1 is the page.
func (s *sheet) within(article []scoped) int32 {
	for _, a := range article {
		if i := s.scopeOf(a); i >= 0 {
			return i
		}
	}
	return -1
}

// scopeOf is the first element that a selector of the article finds, -1 for none.
func (s *sheet) scopeOf(a scoped) int32 {
	for n, i := range s.by[a.own.key()] {
		if n >= maxMatches {
			break
		}
		if s.is(i, a.selector) && (a.has == nil || len(s.matches(*a.has, i)) > 0) {
			return i
		}
	}
	return -1
}

const (
	// fewPages is up to how many pages a layout is unsure.
	fewPages = 2
	// mostPages is how many pages of one layout are learned from: more cost time and tell
	// nothing new.
	mostPages = 40
	// alike is which part of their marks two pages of one look share at least, of the one
	// that has fewer.
	alike = 0.35
)

// layouts drafts the layouts that the pages wear, newest first. base is the newspaper without
// layouts: addresses, suffixes, dateline are set. comments: by path in the description
// ("layouts[0].byline") what is in doubt.
func layouts(base sites.Description, pages []*page) (list []sites.LayoutDescription, comments sites.Comments) {
	base.Layouts = nil
	site, err := base.Site()
	if err != nil {
		return nil, nil
	}
	var sheets []*sheet
	var others []*page
	for _, p := range pages {
		if p.err != nil || p.doc == nil || p.doc.Tree() == nil {
			others = append(others, p)
			continue
		}
		s := newSheet(p)
		if s.find(); len(s.boxes) > 0 && s.art.Title != "" {
			sheets = append(sheets, s)
		}
	}
	families, left := ofFamilies(base, site, sheets)
	good := slices.DeleteFunc(families, func(g *group) bool { return !g.learnBesideFamily(others) })
	for _, sheets := range grouped(left) {
		g := &group{base: base, site: site, sheets: sheets, doubts: map[string][]string{}}
		if g.learn(others) {
			good = append(good, g)
		}
	}
	return inOrder(together(good, others))
}

// grouped parts the pages into those that wear one layout: the selector that finds the body
// on most of them is the first, and so on.
func grouped(sheets []*sheet) (groups [][]*sheet) {
	left := slices.Clone(sheets)
	slices.SortStableFunc(left, func(a, b *sheet) int { return b.day().Compare(a.day()) })
	vocabulary := map[*sheet]map[string]bool{}
	for _, s := range left {
		vocabulary[s] = s.vocabulary()
	}
	sels := bodySelectors(left)
	for len(left) >= 2 && len(groups) < 12 {
		var best []*sheet
		bestScore := 0.0
		for _, sel := range sels {
			members, score := membersOf(sel, left, vocabulary)
			if score = bodyScore(sel, score); len(members) >= 2 && score > bestScore {
				best, bestScore = members, score
			}
		}
		if best == nil {
			break
		}
		left = slices.DeleteFunc(left, func(s *sheet) bool { return slices.Contains(best, s) })
		groups = append(groups, best[:min(len(best), mostPages)])
	}
	return groups
}

// bodySelectors are those that name the body of a page.
func bodySelectors(sheets []*sheet) (list []selector) {
	count := map[selector]int{}
	for _, s := range sheets {
		seen := map[selector]bool{}
		for _, box := range s.boxes {
			for _, sel := range s.namings(box, -1) {
				if !seen[sel] {
					seen[sel] = true
					if count[sel]++; count[sel] == 1 {
						list = append(list, sel)
					}
				}
			}
		}
	}
	list = slices.DeleteFunc(list, func(sel selector) bool { return count[sel] < 2 })
	slices.SortStableFunc(list, func(a, b selector) int { return cmp.Or(count[b]-count[a], compareWorth(b, a)) })
	return list[:min(len(list), maxNamings)]
}

// membersOf are the pages on which a selector finds the body, of those that look like the first
// of them, and how well.
func membersOf(sel selector, sheets []*sheet, vocabulary map[*sheet]map[string]bool) (members []*sheet, score float64) {
	const good = 0.3
	for _, s := range sheets {
		fit := s.bodyFit(sel)
		if fit < good || len(members) > 0 && !looksLike(vocabulary[s], vocabulary[members[0]]) {
			continue
		}
		members = append(members, s)
		score += fit
	}
	return members, score
}

// vocabulary are the marks of a page.
func (s *sheet) vocabulary() map[string]bool {
	v := map[string]bool{}
	for key := range s.by {
		if strings.ContainsAny(key[:1], ".#[") {
			v[key] = true
		}
	}
	return v
}

func looksLike(a, b map[string]bool) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	both := 0
	for mark := range a {
		if b[mark] {
			both++
		}
	}
	return float64(both) >= alike*float64(len(a))
}

// learn drafts the group's layout; false where even article, title and body are not sure.
func (g *group) learn(others []*page) bool {
	if !g.chooseBody() || !g.chooseArticle() {
		return false
	}
	d := &g.draft
	for _, a := range g.article {
		d.Article = append(d.Article, a.String())
	}
	d.Body = texts(g.body)
	for _, beside := range texts(g.picturesBeside()) {
		for i, body := range d.Body {
			d.Body[i] = beside + ", " + body
		}
	}
	d.Title = texts(g.title())
	if len(d.Title) == 0 || g.mayBeHeading() {
		if !slices.Contains(d.Title, "h1") {
			d.Title = append(d.Title, "h1")
		}
	}
	d.Lead = texts(g.lead())
	d.Kicker = texts(g.kicker())
	d.Byline = texts(g.byline())
	d.Source = texts(g.source())
	d.Time = texts(g.time())
	d.Section = texts(g.section())
	d.Tags = texts(g.tags())
	d.Captions = g.captions()
	d.Quotes = g.quotes()
	d.Drop, d.Related = g.drops()
	g.inserted()
	d.Name = draftName
	if !g.prove(others) {
		return false
	}
	g.guess()
	return true
}

func texts(list []selector) (out []string) {
	for _, s := range list {
		out = append(out, s.String())
	}
	return out
}

// inserted takes links that the newspaper's editor did not let people edit for what it put between
// paragraphs, where it marks anything so.
func (g *group) inserted() {
	for _, s := range g.sheets {
		g.eachInBody(s, func(_, i int32) {
			if dom.Attr(s.elements[i].node, "contenteditable") == "false" {
				g.draft.Inserted = []string{"a[contenteditable=false]"}
			}
		})
	}
}

// guess adds selectors of byline and source that no sample has, named as the other parts of the
// article are: article__content has an article__author beside it.
func (g *group) guess() {
	const many = 6 // pages that show what there is
	if behind := g.general().String() + " ~ .author"; len(g.sheets) < many && len(g.draft.Byline) > 0 && len(g.draft.Byline) < 3 {
		g.draft.Byline = append(g.draft.Byline, behind)
		g.doubt("byline", "the last one is a guess: no sample has one")
	}
	for _, f := range []struct {
		name, word string
		texts      *[]string
	}{{"byline", "author", &g.draft.Byline}, {"source", "source", &g.draft.Source}} {
		if len(*f.texts) > 0 {
			continue
		}
		for _, text := range slices.Concat(g.draft.Body, g.draft.Lead, g.draft.Title, g.draft.Article) {
			m := partOfName.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			if guess := m[1] + f.word; !slices.Contains(*f.texts, guess) && len(*f.texts) < 2 {
				*f.texts = append(*f.texts, guess)
			}
		}
		if plain := "." + f.word; !slices.ContainsFunc(g.sheets, func(s *sheet) bool { return len(s.by[plain]) > 0 }) {
			*f.texts = append(*f.texts, plain)
		}
		if len(*f.texts) > 0 {
			g.doubt(f.name, "a guess: no sample has one")
		}
	}
}

// partOfName is a class whose last word names a part of an article, and what stands before it.
var partOfName = regexp.MustCompile(`(\.[a-zA-Z][a-zA-Z]*(?:-[a-zA-Z]+)?(?:__|--?|_))(?:content|body|sapo|lead|title|summary|desc|description|container|text|main)$`)

// mayBeHeading reports whether a heading in the article is its title on all pages.
func (g *group) mayBeHeading() bool {
	heading := selector{own: part{name: "h1"}}
	for _, s := range g.sheets {
		if i := s.first(heading, s.within(g.article)); i >= 0 && s.compare(i, string(s.art.Title), 0) != agrees {
			return false
		}
	}
	return true
}

// chooseBody chooses the selectors of the body: one that finds it on all pages, and before it those
// that find it better on some.
func (g *group) chooseBody() bool {
	sels := bodySelectors(g.sheets)
	fits := make([][]float64, len(sels))
	all, best := -1, 0.0
	for i, sel := range sels {
		score, pages := 0.0, 0
		for _, s := range g.sheets {
			fit := s.bodyFit(sel)
			fits[i] = append(fits[i], fit)
			score += fit
			if fit > 0 {
				pages++
			}
		}
		if score = bodyScore(sel, score); pages == len(g.sheets) && score > best {
			all, best = i, score
		}
	}
	if all < 0 {
		return false
	}
	g.body = []selector{sels[all]}
	better, most := -1, 0.1
	for i, sel := range sels {
		gain, pages := 0.0, 0
		for k, s := range g.sheets {
			if fits[i][k] == 0 {
				if len(s.bodies([]selector{sel}, s.scope())) > 0 {
					gain -= 10
				}
				continue
			}
			pages++
			gain += fits[i][k] - fits[all][k]
		}
		if pages >= 2 && gain > most {
			better, most = i, gain
		}
	}
	if better >= 0 {
		g.body = []selector{sels[better], sels[all]}
	}
	return true
}

// chooseArticle chooses the selectors of the element that holds title and body.
func (g *group) chooseArticle() bool {
	left := slices.Clone(g.sheets)
	const most = 3
	for len(left) > 0 && len(g.article) < most {
		best, bestScore := scoped{}, 0.0
		for _, a := range g.articles(left) {
			score := 0.02 * a.worth()
			if a.has != nil {
				score -= 0.05
			}
			for _, s := range g.sheets {
				v := s.holdsArticle(a, g.body)
				if v < 0 || slices.Contains(left, s) {
					score += v
				}
			}
			if score > bestScore {
				best, bestScore = a, score
			}
		}
		if bestScore <= 0.5 {
			break
		}
		g.article = append(g.article, best)
		left = slices.DeleteFunc(left, func(s *sheet) bool { return s.scopeOf(best) >= 0 })
	}
	if len(left) > 0 {
		g.article = append(g.article, scoped{selector{own: part{name: "body"}}, g.general()})
	}
	return true
}

// general is the selector that finds the body on all pages.
func (g *group) general() *selector { return &g.body[len(g.body)-1] }

// articles are selectors that may find the article's element.
func (g *group) articles(sheets []*sheet) (list []scoped) {
	seen := map[selector]bool{}
	for _, s := range sheets {
		steps := 0
		for i := s.scope(); i >= 0 && steps < 5; i = s.elements[i].parent {
			if n := s.elements[i].node; n.DataAtom == atom.Html || n.DataAtom == atom.Body {
				break
			}
			steps++
			for _, sel := range s.namings(i, -1) {
				if !seen[sel] && len(list) < 2*maxNamings {
					seen[sel] = true
					list = append(list, scoped{sel, nil}, scoped{sel, g.general()})
				}
			}
		}
	}
	return list
}

// holdsArticle is how well a selector finds the article of a page: below 0 where it finds
// another element.
func (s *sheet) holdsArticle(a scoped, body []selector) float64 {
	i := s.scopeOf(a)
	if i < 0 {
		return 0
	}
	found := s.bodies(body, i)
	if !s.isWithin(s.boxes[0], i) || s.head >= 0 && !s.isWithin(s.head, i) || len(found) == 0 || !slices.Contains(s.boxes, found[0]) {
		return -2
	}
	up := 0
	for at := s.scope(); at >= 0 && at != i; at = s.elements[at].parent {
		up++
	}
	return 1 - 0.03*float64(min(up, 10))
}

// together joins groups of one time into one layout: pages of several kinds that a newspaper
// makes at once. Where that reads worse, the layout of fewer pages is left out.
func together(groups []*group, others []*page) []*group {
	slices.SortStableFunc(groups, func(a, b *group) int { return len(b.sheets) - len(a.sheets) })
	var kept []*group
	for _, g := range groups {
		i := slices.IndexFunc(kept, g.overlaps)
		for ; i >= 0 && g != nil; i = slices.IndexFunc(kept, g.overlaps) {
			if joined := kept[i].join(g); (kept[i].family == "" || g.family == "") && joined.isProved(others) {
				g, kept = joined, slices.Delete(kept, i, i+1) // of more days, it may overlap others now
				continue
			}
			if len(kept[i].sheets) < len(g.sheets) {
				kept[i], g = g, kept[i]
			}
			kept[i].doubt("", fmt.Sprintf("left to the generic reader are pages that look otherwise, %d of them, as %s", len(g.sheets), g.sheets[0].URL))
			g = nil
			break
		}
		if g != nil {
			kept = append(kept, g)
		}
	}
	return kept
}

// days are the first and the last day of the group's pages, zero where none has one.
func (g *group) days() (first, last time.Time) {
	for _, s := range g.sheets {
		at := s.day()
		if at.IsZero() {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	return first, last
}

// overlaps reports whether two groups are of one time, or may be.
func (g *group) overlaps(other *group) bool {
	first, last := g.days()
	from, to := other.days()
	if first.IsZero() || from.IsZero() {
		return true
	}
	return !sinceOf(first).After(to) && !sinceOf(from).After(last)
}

// sinceOf is the beginning of a day of Vietnam.
func sinceOf(at time.Time) time.Time {
	y, m, d := at.In(sites.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, sites.Zone)
}

// join is a layout that reads the pages of both.
func (g *group) join(other *group) *group {
	if other.family != "" {
		g, other = other, g
	}
	j := &group{base: g.base, site: g.site, family: g.family, sheets: append(slices.Clone(g.sheets), other.sheets...), body: g.body, draft: g.draft, doubts: map[string][]string{}}
	for _, from := range []*group{g, other} {
		for field, lines := range from.doubts {
			j.doubts[field] = append(j.doubts[field], lines...)
		}
	}
	ours, theirs := fieldsOf(&j.draft), fieldsOf(&other.draft)
	for i := range ours {
		list := slices.Clone(*ours[i].texts)
		for _, text := range *theirs[i].texts {
			if !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
		*ours[i].texts = list
	}
	j.draft.Signed = g.draft.Signed || other.draft.Signed
	return j
}

// draftField is one field of a draft.
type draftField struct {
	name  string
	texts *[]string
}

// fieldsOf are the fields that are learned.
func fieldsOf(d *sites.LayoutDescription) []draftField {
	return []draftField{
		{"article", &d.Article}, {"title", &d.Title}, {"kicker", &d.Kicker}, {"lead", &d.Lead}, {"byline", &d.Byline}, {"source", &d.Source}, {"time", &d.Time},
		{"section", &d.Section}, {"tags", &d.Tags}, {"related", &d.Related}, {"body", &d.Body}, {"drop", &d.Drop}, {"captions", &d.Captions}, {"quotes", &d.Quotes}, {"inserted", &d.Inserted},
	}
}

// inOrder puts the layouts newest first, names them, and says from which day each is.
func inOrder(groups []*group) (list []sites.LayoutDescription, comments sites.Comments) {
	comments = sites.Comments{}
	slices.SortStableFunc(groups, func(a, b *group) int {
		_, at := a.days()
		_, bt := b.days()
		return bt.Compare(at)
	})
	for i, g := range groups {
		d := g.draft
		first, _ := g.days()
		if i+1 < len(groups) {
			_, before := groups[i+1].days()
			d.Since = sinceOf(first).Format(time.DateOnly)
			g.doubt("since", fmt.Sprintf("the first page of this look is of this day, the last of the one before of %s", before.In(sites.Zone).Format(time.DateOnly)))
		}
		d.Name = nameOf(g, first, list)
		path := fmt.Sprintf("layouts[%d]", i)
		if len(g.sheets) <= fewPages {
			g.doubt("", fmt.Sprintf("learnt from too few pages (%d): unsure", len(g.sheets)))
		}
		for field, lines := range g.doubts {
			if field != "" {
				field = "." + field
			}
			comments[path+field] = lines
		}
		list = append(list, d)
	}
	return list, comments
}

// doubt notes what is in doubt of a field, "" of the layout.
func (g *group) doubt(field, line string) {
	if !slices.Contains(g.doubts[field], line) {
		g.doubts[field] = append(g.doubts[field], line)
	}
}

// nameOf names a layout after the element of its article or body, and the year it was first seen.
func nameOf(g *group, first time.Time, taken []sites.LayoutDescription) string {
	name := cmp.Or(g.family, "layout")
	for _, text := range append(slices.Clone(g.draft.Body), g.draft.Article...) {
		if m := nameInSelector.FindStringSubmatch(text); g.family == "" && m != nil && len(m[1]) < 30 {
			name = strings.Trim(strings.ToLower(strings.ReplaceAll(m[1], "_", "-")), "-")
			break
		}
	}
	if !first.IsZero() {
		name += fmt.Sprintf("-%d", first.In(sites.Zone).Year())
	}
	for n, plain := 2, name; slices.ContainsFunc(taken, func(l sites.LayoutDescription) bool { return l.Name == name }); n++ {
		name = fmt.Sprintf("%s-%d", plain, n)
	}
	return name
}

var nameInSelector = regexp.MustCompile(`[.#]([a-zA-Z][a-zA-Z_-]*)`)
