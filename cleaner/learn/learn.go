package learn

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"baoluu/cleaner"
	"baoluu/sites"
)

// Material is what a newspaper showed of itself.
type Material struct {
	Name   string         // of the newspaper; "" to make one of its host
	Home   string         // its front page; "" to find it by the pages
	Pages  []cleaner.Page // articles, lists, front pages, mixed: which is which is learnt
	Listed []string       // addresses that feeds, sitemaps and lists name
	// Sources are feeds and sitemaps that answered; those that were not tried are marked as a guess.
	Sources []sites.Source
}

// Drafted is a description that was learnt.
type Drafted struct {
	Description sites.Description
	Comments    sites.Comments // whatever is in doubt, above the value that it is of
	Fields      []Field        // how well each comes out on pages that it was not learnt from
	Articles    int            // pages that were read as articles
	Learnt      int            // of them those that the tested draft was learnt from
	HeldOut     int            // and those that it was tested on
	ByLayout    int            // of these, as many are read by a layout; the generic cleaner reads the others
	Unsure      []string       // why the description is to be doubted as a whole; nil where it is not
}

// ErrMaterial is returned by [Draft] for what nothing can be learnt from.
var ErrMaterial = errors.New("nothing to learn from")

const (
	// mostListed bounds the listed addresses that are looked at.
	mostListed = 100_000
	// mostLinked bounds the addresses that pages link to.
	mostLinked = 100_000
	// sureFrom is with how many articles a draft can be tested and trusted.
	sureFrom = 6
	// testFrom is with how many it can be tested at all.
	testFrom = 4
)

// Draft learns a newspaper's description from its material. Half of the articles are held out at first: a
// draft made of the others is tested on them. Then it learns from all. The same material gives the same
// description, in whatever order it comes.
func Draft(m Material) (Drafted, error) {
	n, err := read(m)
	if err != nil {
		return Drafted{}, err
	}
	out := Drafted{Articles: n.articles}
	if learning, held := n.split(); len(held) > 0 {
		part := n.of(learning)
		if err := part.learn(); err != nil {
			return Drafted{}, err
		}
		site, err := part.d.Site()
		if err != nil {
			return Drafted{}, fmt.Errorf("draft of half the pages: %w", err)
		}
		out.Learnt, out.HeldOut = part.articles, len(held)
		out.Fields, out.ByLayout = n.test(site, held)
	}
	if err := n.learn(); err != nil {
		return Drafted{}, err
	}
	if _, err := n.d.Site(); err != nil {
		return Drafted{}, fmt.Errorf("draft: %w", err)
	}
	n.doubtFields(out.Fields)
	out.Unsure = n.unsure(out)
	n.settleComments()
	for _, why := range out.Unsure {
		n.comments["name"] = append(n.comments["name"], "unsure: "+why)
	}
	out.Description, out.Comments = n.d, n.comments
	return out, nil
}

// newspaper is one that is being learnt.
type newspaper struct {
	m         Material
	views     []*view
	others    []sample // addresses that are named, whose pages nobody read
	domain    string   // "baomau.com.vn"
	main      string   // host
	articles  int      // of views
	forms     []form
	paged     *paging // how lists page, nil where they do not
	strangers []string
	d         sites.Description
	comments  sites.Comments
}

// read reads the material, and tells which pages are articles.
func read(m Material) (*newspaper, error) {
	if m.Name != "" && !sites.IsName(m.Name) {
		return nil, fmt.Errorf("%w: %q is no name: small letters, digits and hyphens, a letter first", ErrMaterial, m.Name)
	}
	n := &newspaper{m: m, views: views(m.Pages)}
	if len(n.views) == 0 {
		return nil, fmt.Errorf("%w: no page can be read, of %d", ErrMaterial, len(m.Pages))
	}
	if n.settle(m.Home); len(n.views) == 0 || n.domain == "" {
		return nil, fmt.Errorf("%w: no page says where it is", ErrMaterial)
	}
	n.listed()
	n.judge()
	if n.articles == 0 {
		return nil, fmt.Errorf("%w: no page reads like an article, of %d", ErrMaterial, len(n.views))
	}
	return n, nil
}

// of is the same newspaper with some of its pages.
func (n *newspaper) of(pages []*view) *newspaper {
	part := &newspaper{m: n.m, views: pages, others: n.others, domain: n.domain, main: n.main}
	part.count()
	return part
}

func (n *newspaper) count() {
	n.articles = 0
	for _, l := range n.views {
		if l.isArticle {
			n.articles++
		}
	}
}

// doubt has a comment stand above a value.
func (n *newspaper) doubt(path, format string, args ...any) {
	n.comments[path] = append(n.comments[path], "in doubt: "+fmt.Sprintf(format, args...))
}

// learn fills the description.
func (n *newspaper) learn() error {
	if err := n.learnAddresses(); err != nil {
		return err
	}
	var samples []*page
	for _, l := range n.views {
		if l.isArticle {
			samples = append(samples, l.page)
		}
	}
	found, comments := layouts(n.d, samples)
	n.d.Layouts = found
	for _, path := range slices.Sorted(maps.Keys(comments)) {
		n.comments[path] = append(n.comments[path], comments[path]...)
	}
	return nil
}

// learnAddresses fills all but the layouts.
func (n *newspaper) learnAddresses() error {
	n.comments = sites.Comments{}
	n.d = sites.Description{Name: n.m.Name}
	if n.d.Name == "" {
		n.d.Name = nameOfDomain(n.domain)
	}
	n.learnHosts(n.m.Home)
	n.learnLanguages()
	n.learnForms()
	if len(n.forms) == 0 {
		return fmt.Errorf("%w: the articles' addresses have nothing in common", ErrMaterial)
	}
	n.learnTitle()
	n.learnAssetHosts()
	n.takeSources()
	n.learnLists()
	n.learnJunk()
	n.learnSuffixes()
	n.learnDateline()
	n.checkAddresses()
	n.d.Checked = n.checked()
	return nil
}

// listed gathers the addresses that are named and were not read, each once.
func (n *newspaper) listed() {
	seen := map[string]bool{}
	for _, l := range n.views {
		seen[l.place.key()] = true
	}
	take := func(p place) {
		s := p.number()
		key := s.key()
		if domainOf(p.host) != n.domain || seen[key] || len(p.dirs) > 0 && slices.Contains(listFolders, p.dirs[0]) {
			return
		}
		if seen[key] = true; s.looksNamed() {
			n.others = append(n.others, sample{numbered: s})
		}
	}
	addresses := slices.Clone(n.m.Listed)
	slices.Sort(addresses)
	addresses = slices.Compact(addresses)
	for i, address := range addresses {
		if len(addresses) > mostListed && i*mostListed/len(addresses) == (i+1)*mostListed/len(addresses) {
			continue // evenly from all
		}
		if p, ok := placeOf(address); ok {
			take(p)
		}
	}
	most := len(n.others) + mostLinked
	for _, l := range n.views {
		for i := range l.links {
			if len(n.others) < most {
				take(l.links[i].place)
			}
		}
	}
}

// judge tells which pages are articles: those that read like one, at addresses of forms that articles have.
func (n *newspaper) judge() {
	type count struct{ read, refused int }
	byShape := map[shape]*count{}
	for _, l := range n.views {
		c := byShape[l.place.shape]
		if c == nil {
			c = &count{}
			byShape[l.place.shape] = c
		}
		inList := len(l.place.dirs) > 0 && slices.Contains(listFolders, l.place.dirs[0]) && l.art.Published.IsZero()
		l.isArticle = l.readsAsArticle() && l.place.looksNamed() && !inList
		if l.isArticle {
			c.read++
		} else {
			c.refused++
		}
	}
	for _, l := range n.views {
		if c := byShape[l.place.shape]; c.refused > 2*c.read { // lists, of which the generic reader takes some for articles
			l.isArticle = false
		}
	}
	forms := articleForms(n.samples())
	for _, l := range n.views {
		if f, _ := fitting(forms, &l.place.place); f == nil {
			l.isArticle = false
		}
	}
	n.count()
}

// samples are the addresses that may be articles'.
func (n *newspaper) samples() []sample {
	var list []sample
	seen := map[string]bool{}
	take := func(p numbered, l *view) {
		if !seen[p.key()] {
			seen[p.key()] = true
			list = append(list, sample{p, true, l.year()})
		}
	}
	for _, l := range n.views {
		if !l.isArticle {
			continue
		}
		take(l.place, l)
		for _, own := range l.own {
			// Another spelling of the same: the mobile edition's, a new slug.
			if p := own.number(); domainOf(own.host) == n.domain && p.spot == l.place.spot && p.spot != nowhere && p.id == l.place.id {
				take(p, l)
			}
		}
	}
	return append(list, n.others...)
}

// learnForms finds the forms of an article's address.
func (n *newspaper) learnForms() {
	n.forms = articleForms(n.samples(), slices.Sorted(maps.Keys(n.d.Editions))...)
	timed := true
	for i := range n.forms {
		f := &n.forms[i]
		n.d.Articles = append(n.d.Articles, f.description(len(n.forms) > 1))
		path := fmt.Sprintf("articles[%d].path", i)
		switch {
		case f.read == 0:
			n.doubt(path, "%d addresses look so, no page of them was read, as %s", len(f.samples), f.samples[0].url)
		case f.read == 1 && n.articles > 1:
			n.doubt(path, "one page alone has this form: %s", f.samples[0].url)
		case f.spot == nowhere && f.folders == "":
			n.doubt(path, "no number names an article: whatever has so many words is taken for one")
		}
		if f.read > 1 {
			timed = timed && f.timed()
		}
	}
	if timed && n.forms != nil && n.forms[0].timed() && n.timesFit() {
		n.d.IDTime = "yyyyMMddHHmmss"
	}
}

// timesFit reports whether the times in numbers are those at which articles were written: no later than
// they were published, but for some, and seldom long before.
func (n *newspaper) timesFit() bool {
	const near = 30 * 24 * time.Hour
	fit, of := 0, 0
	for _, l := range n.views {
		if !l.isArticle || l.art.Published.IsZero() {
			continue
		}
		begun, ok := timeIn(runs.FindString(l.place.id))
		if !ok {
			continue
		}
		of++
		if begun.Sub(l.art.Published.Time).Abs() < near {
			fit++
		}
	}
	return of == 0 || 5*fit >= 4*of
}

// takeSources keeps the sources that are on the newspaper's hosts.
func (n *newspaper) takeSources() {
	seen := map[string]bool{}
	list := slices.Clone(n.m.Sources)
	slices.SortFunc(list, func(a, b sites.Source) int { return strings.Compare(a.URL, b.URL) })
	for _, s := range list {
		p, ok := placeOf(s.URL)
		if !ok || seen[s.URL] || !n.owns(p.host) || len(n.d.Sources) >= 2*mostSections || !slices.Contains(sourceOrder, s.Kind) {
			continue
		}
		seen[s.URL] = true
		n.d.Sources = append(n.d.Sources, s)
	}
}

// checkAddresses holds the patterns against the pages that they were learnt from: each article's address has to
// be one, and no list's. What does not fit is said by itself.
func (n *newspaper) checkAddresses() {
	site, err := n.d.Site()
	if err != nil {
		return // the caller says so
	}
	for _, l := range n.views {
		a, err := site.Address(l.place.url)
		if err != nil {
			continue
		}
		switch {
		case l.isArticle && a.Kind != sites.Article:
			n.withoutLists(l.place.path)
		case !l.isArticle && a.Kind == sites.Article && l.isList() && !n.hasArticle(a.ID) && l.place.spot != inQuery && len(n.d.Lists) < 2*mostPatterns:
			if pattern := regexp.QuoteMeta(l.place.path); !slices.Contains(n.d.Lists, pattern) {
				n.doubt(fmt.Sprintf("lists[%d]", len(n.d.Lists)), "it has an article's address, and reads like a list")
				n.d.Lists = append(n.d.Lists, pattern)
			}
		}
	}
}

// isList reports whether the generic reader found that the page is a list: whatever else it refuses may be an
// article of videos or pictures.
func (l *view) isList() bool {
	var not *cleaner.NotArticleError
	return errors.As(l.err, &not) && not.Reason == "a list"
}

// hasArticle reports whether a page of the article with an id was read.
func (n *newspaper) hasArticle(id string) bool {
	return slices.ContainsFunc(n.views, func(l *view) bool {
		_, own := fitting(n.forms, &l.place.place)
		return l.isArticle && own == id
	})
}

// withoutLists leaves out the patterns of lists that match an article's path.
func (n *newspaper) withoutLists(path string) {
	match := func(pattern string) bool {
		ok, err := regexp.MatchString(`^(?:`+pattern+`)$`, path)
		return err == nil && ok
	}
	n.d.Lists = slices.DeleteFunc(n.d.Lists, match)
	n.d.Utilities = slices.DeleteFunc(n.d.Utilities, match)
}

// checked is the day of the newest capture and the pages that were learnt from.
func (n *newspaper) checked() (c sites.Checked) {
	const most = 20
	var newest time.Time
	for _, l := range n.views {
		if l.Captured.After(newest) {
			newest = l.Captured
		}
		if l.isArticle && len(c.Pages) < most && !slices.Contains(c.Pages, l.place.url) {
			c.Pages = append(c.Pages, l.place.url)
		}
	}
	if !newest.IsZero() {
		c.Day = newest.In(sites.Zone).Format(time.DateOnly)
	}
	return c
}

// settleComments has comments on values that the description lacks stand where it can be seen that they are missing.
func (n *newspaper) settleComments() {
	if lines := n.comments["asset_hosts"]; len(n.d.AssetHosts) == 0 && len(lines) > 0 {
		n.comments["hosts"] = append(n.comments["hosts"], lines...)
		delete(n.comments, "asset_hosts")
	}
	unknown := votes{}
	for _, l := range n.views {
		if l.isArticle && len(l.art.Section) > 0 && sites.TopicOf(n.d.Name, l.art.Section, l.place.url) == "" {
			unknown[l.art.Section[len(l.art.Section)-1]]++
		}
	}
	const most = 20
	if list := unknown.best(2); len(list) > 0 && len(n.d.Sections) > 0 {
		n.doubt("sections", "of these no topic is known, they may go under topics: %s", strings.Join(list[:min(len(list), most)], ", "))
	}
}

// unsure says why the draft as a whole is to be doubted.
func (n *newspaper) unsure(out Drafted) (why []string) {
	switch {
	case n.articles < testFrom:
		why = append(why, fmt.Sprintf("articles read: %d, too few to test it", n.articles))
	case n.articles < sureFrom:
		why = append(why, fmt.Sprintf("articles read: %d, the least to trust it by is %d", n.articles, sureFrom))
	}
	if len(n.d.Layouts) == 0 {
		why = append(why, "no layout was found: the generic cleaner reads its pages")
	}
	for _, f := range out.Fields {
		if (f.Name == "title" || f.Name == "body" || f.Name == "published" || f.Name == "address") && 10*f.Against > f.Generic {
			why = append(why, fmt.Sprintf("%s is as expected on %d of %d held-out pages", f.Name, f.Same, f.Of))
		}
	}
	return why
}
