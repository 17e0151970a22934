package learn

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"baoluu/sites"
)

// listFolders are the folders, as newspapers name them, in which tags, authors, events and searches are listed.
var listFolders = []string{
	"tag", "tags", "tu-khoa", "keyword", "topic", "topics", "chu-de", "event", "events", "su-kien", "dong-su-kien", "collection",
	"author", "authors", "tac-gia", "search", "tim-kiem", "label", "category", "page",
}

// utilityWords begin the last segments of pages that look like articles and are none.
var utilityWords = regexp.MustCompile(`^(?:gia-vang|ty-gia|lich-am|am-duong-lich|lich-van-nien|lich-phat-song|lich-thi-dau|ket-qua-xo-so|xo-so|xsmb|thoi-tiet|lien-he|quang-cao|gioi-thieu|toa-soan|dieu-khoan|chinh-sach-bao-mat|rss)(?:[-.]|$)`)

const (
	// mostSections bounds the section lists that are named as sources.
	mostSections = 30
	// mostPatterns bounds the patterns of one kind.
	mostPatterns = 12
	// inMenu is on which share of the pages a link is that stands in a menu.
	inMenu = 0.5
)

// learnLists finds the patterns of lists, sections and utility pages, and the sections that stand in menus.
func (n *newspaper) learnLists() {
	n.learnPaging()
	lists := n.folderLists()
	sections := n.sectionPlaces()
	byForm := votes{}
	for _, s := range sections {
		byForm[sectionKey(&s)]++
	}
	var patterns []string
	for _, key := range byForm.best(1) {
		end, numbered, _ := strings.Cut(key, " ")
		deepest := 0
		for _, s := range sections {
			if sectionKey(&s) == key {
				deepest = max(deepest, len(s.dirs))
			}
		}
		tail := regexp.QuoteMeta(end)
		if end == "" {
			tail = `/?`
		}
		folders := strings.ReplaceAll(fmt.Sprintf(`(?:[a-z0-9-]+/){0,%d}`, max(deepest, 1)), "{0,1}", "?")
		if numbered == "" {
			patterns = append(patterns, `/`+folders+`[a-z][a-z0-9-]*`+tail)
		} else if p := `/` + folders + `[^/]+-` + strings.ReplaceAll(numbered, "#", `\d+`) + tail; !n.hasArticles(p) {
			lists = append(lists, p)
		}
	}
	if p := n.pagedForm(); p != "" {
		lists = append(lists, p)
	}
	n.d.Lists = distinct(lists)
	n.d.Sections = distinct(patterns)
	n.utilities()
	n.addSections(sections)
}

// hasArticles reports whether a pattern matches an article's address of those that were seen.
func (n *newspaper) hasArticles(pattern string) bool {
	const most = 2000 // of one form
	re, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return true
	}
	for _, f := range n.forms {
		if slices.ContainsFunc(f.samples[:min(len(f.samples), most)], func(s sample) bool { return re.MatchString(s.path) }) {
			return true
		}
	}
	return false
}

// distinct are the first patterns, each once.
func distinct(list []string) []string {
	var once []string
	for _, s := range list {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once[:min(len(once), mostPatterns)]
}

// sectionKey is what section addresses of one form have in common: their ending, and the pattern of a number at
// the end where they have one ("-130ct0.htm").
func sectionKey(p *place) string {
	if m := behind.FindStringSubmatch(p.last); m != nil {
		return p.end + " " + runs.ReplaceAllString(m[1], "#")
	}
	return p.end + " "
}

// folderLists are the folders of lists that are linked to, but those in which articles were read.
func (n *newspaper) folderLists() []string {
	seen := map[string]bool{}
	note := func(p *place) {
		dirs := p.dirs
		if len(dirs) > 0 && isLanguage(dirs[0]) {
			dirs = dirs[1:]
		}
		if len(dirs) > 0 && slices.Contains(listFolders, dirs[0]) {
			seen[dirs[0]] = true
		} else if len(dirs) == 0 && p.end == "" && slices.Contains(listFolders, p.last) {
			seen[p.last] = true
		}
	}
	for _, l := range n.views {
		note(&l.place.place)
		for i := range l.links {
			if n.owns(l.links[i].host) {
				note(&l.links[i].place)
			}
		}
	}
	for _, l := range n.views {
		if l.isArticle && len(l.place.dirs) > 0 {
			delete(seen, l.place.dirs[0])
		}
	}
	if len(seen) == 0 {
		return nil
	}
	edition := ""
	if len(n.d.Editions) > 0 {
		edition = `(?:` + either(slices.Sorted(maps.Keys(n.d.Editions))) + `/)?`
	}
	return []string{`/` + edition + either(slices.Sorted(maps.Keys(seen))) + `(?:/.*)?`}
}

// sectionPlaces are the addresses of section lists: pages that were read as lists, and what menus link to.
func (n *newspaper) sectionPlaces() []place {
	onPages := map[string]int{}
	known := map[string]place{}
	var order []string // as the first page that has it does
	take := func(p *place) bool {
		return n.owns(p.host) && p.query == "" && !p.isFront() && n.isListLike(p) && !utilityWords.MatchString(p.last) && !n.isPaged(p)
	}
	for _, l := range n.views {
		of := map[string]bool{}
		for i := range l.links {
			if to := &l.links[i].place; !of[to.url] && l.links[i].text != "" && take(to) {
				of[to.url] = true
				if onPages[to.url]++; onPages[to.url] == 1 {
					known[to.url] = *to
					order = append(order, to.url)
				}
			}
		}
	}
	var list []place
	for _, address := range order {
		if len(n.views) >= 2 && float64(onPages[address]) >= inMenu*float64(len(n.views)) {
			list = append(list, known[address])
		}
	}
	for _, l := range n.views {
		p := l.place.place
		if !l.isArticle && p.query == "" && take(&p) && !slices.ContainsFunc(list, func(o place) bool { return o.url == p.url }) {
			list = append(list, p)
		}
	}
	// A form that few have is of tags and events that happen to be linked everywhere.
	byForm := votes{}
	for _, p := range list {
		byForm[sectionKey(&p)]++
	}
	list = slices.DeleteFunc(list, func(p place) bool { return 10*byForm[sectionKey(&p)] < len(list) && !n.isRead(p.url) })
	slices.SortStableFunc(list, func(a, b place) int { return cmp.Compare(len(a.dirs), len(b.dirs)) })
	return list
}

// isRead reports whether a page of the material is at an address.
func (n *newspaper) isRead(address string) bool {
	return slices.ContainsFunc(n.views, func(l *view) bool { return l.place.url == address })
}

// isListLike reports whether an address may be a section's: of words, few, and of no form of an article.
func (n *newspaper) isListLike(p *place) bool {
	const mostWords, longest = 6, 60
	if f, _ := fitting(n.forms, p); f != nil || len(p.dirs) > 2 || p.last == "" || len(p.last) > longest || words(p.last) > mostWords {
		return false
	}
	if len(p.dirs) > 0 && slices.Contains(listFolders, p.dirs[0]) || slices.Contains(listFolders, p.last) {
		return false
	}
	for _, d := range append(p.dirs[:len(p.dirs):len(p.dirs)], p.last) {
		if !plainSlug.MatchString(d) {
			return false
		}
	}
	return p.end == "" || p.end == n.ending() || n.ending() == "" && p.end != ".rss" && p.end != ".xml"
}

// ending is that of most articles.
func (n *newspaper) ending() string {
	if len(n.forms) == 0 {
		return ""
	}
	return n.forms[0].ending
}

// addSections adds the front page and the section lists to the sources.
func (n *newspaper) addSections(sections []place) {
	have := map[string]bool{}
	for _, s := range n.d.Sources {
		have[s.URL] = true
	}
	add := func(s sites.Source) {
		if !have[s.URL] {
			have[s.URL] = true
			n.d.Sources = append(n.d.Sources, s)
		}
	}
	add(sites.Source{Kind: sites.FrontPage, URL: n.d.Home})
	for _, l := range n.views {
		for _, feed := range l.feeds {
			if p, ok := placeOf(feed); ok && n.owns(p.host) && len(n.d.Sources) < 2*mostSections {
				add(sites.Source{Kind: sites.FeedSource, URL: feed, Guess: true})
			}
		}
	}
	for _, s := range sections[:min(len(sections), mostSections)] {
		add(sites.Source{Kind: sites.SectionList, URL: s.url, Guess: !n.isRead(s.url)})
	}
	slices.SortStableFunc(n.d.Sources, func(a, b sites.Source) int {
		return cmp.Compare(slices.Index(sourceOrder, a.Kind), slices.Index(sourceOrder, b.Kind))
	})
}

// utilities finds pages that have an article's address and are none, of kinds that are known.
func (n *newspaper) utilities() {
	found := map[string]bool{}
	for _, l := range n.views {
		if l.isArticle {
			continue
		}
		if m := utilityWords.FindString(l.place.last + "-"); m != "" {
			if f, _ := fitting(n.forms, &l.place.place); f != nil {
				found[strings.TrimRight(m, "-.")] = true
			}
		}
	}
	for _, l := range n.views { // an article about the price of gold is one
		if l.isArticle {
			delete(found, strings.TrimRight(utilityWords.FindString(l.place.last+"-"), "-."))
		}
	}
	for _, word := range slices.Sorted(maps.Keys(found)) {
		n.d.Utilities = append(n.d.Utilities, `/(?:[^/]+/)*`+regexp.QuoteMeta(word)+`(?:[-./].*)?`)
	}
}

// A paging is how a list's further pages are addressed: what stands behind the list's path, and before
// and behind the number.
type paging struct {
	before, after string
}

// numberBehind finds the number of a page in what stands behind the path of a list.
var numberBehind = regexp.MustCompile(`^((?:\.[a-z]{2,5})?/?[?&/._-]?(?:[a-z_]{1,20}[=/._-]?)?)(\d{1,4})((?:\.[a-z]{2,5}|/)?)$`)

// learnPaging finds how lists page: by what their pages link to, and under which number.
func (n *newspaper) learnPaging() {
	said := map[paging]map[string]bool{} // by lists
	offsets := map[paging]votes{}
	for _, l := range n.views {
		if l.isArticle || l.place.isFront() {
			continue
		}
		base := strings.TrimSuffix(strings.TrimSuffix(l.place.path, "/"), l.place.end)
		base, _ = cutPage(base)
		for _, to := range l.links {
			whole := to.path
			if to.query != "" {
				whole += "?" + to.query
			}
			rest, ok := strings.CutPrefix(whole, base)
			if !ok || !n.owns(to.host) || base == "" {
				continue
			}
			m := numberBehind.FindStringSubmatch(rest)
			if m == nil || m[1] == "" {
				continue
			}
			if f, _ := fitting(n.forms, &to.place); f != nil {
				continue
			}
			p := paging{m[1], m[3]}
			if said[p] == nil {
				said[p], offsets[p] = map[string]bool{}, votes{}
			}
			said[p][base] = true
			number, _ := strconv.Atoi(m[2])
			if printed, err := strconv.Atoi(to.text); err == nil {
				offsets[p][strconv.Itoa(printed-number)] += 2
			} else if l.place.query == "" && number <= 2 {
				offsets[p][strconv.Itoa(2-number)]++ // "next": of the first page
			}
		}
	}
	var best paging
	most := 0
	for _, p := range slices.SortedFunc(maps.Keys(said), func(a, b paging) int {
		return cmp.Or(cmp.Compare(a.before, b.before), cmp.Compare(a.after, b.after))
	}) {
		offset := offsets[p].first()
		if count := 2 * len(said[p]); (offset == "0" || offset == "1") && (count > most) {
			best, most = p, count
		}
	}
	if most == 0 {
		return
	}
	number := "{n}"
	if offsets[best].first() == "1" {
		number = "{n-1}"
	}
	n.paged = &best
	n.d.ListPages.Address = "{path}" + best.before + number + best.after
	if len(said[best]) == 1 {
		n.doubt("list_pages", "seen on one list alone")
	}
}

// cutPage cuts the number of a further page off a list's path: "/x/trang-2" is of "/x".
func cutPage(path string) (string, bool) {
	m := pageBehind.FindStringIndex(path)
	if m == nil {
		return path, false
	}
	return path[:m[0]], true
}

var pageBehind = regexp.MustCompile(`[/-](?:trang|page|p)[-/]?\d{1,4}$`)

// pagedForm is the pattern of further pages, where the path says which; "" where the query does.
func (n *newspaper) pagedForm() string {
	if n.paged == nil || strings.Contains(n.paged.before, "?") {
		return ""
	}
	return `/(?:[^/]+/)*[^/]+` + regexp.QuoteMeta(n.paged.before) + `\d{1,4}` + regexp.QuoteMeta(n.paged.after)
}

// isPaged reports whether an address is a list's further page.
func (n *newspaper) isPaged(p *place) bool {
	form := n.pagedForm()
	if form == "" {
		return false
	}
	ok, err := regexp.MatchString(`^(?:`+form+`)$`, p.path)
	return err == nil && ok
}

// junkNames are parameters that choose no page, wherever they are seen.
var junkNames = []string{"ref", "gclid", "_gl", "zarsrc", "mobile", "removecookie", "zalo", "gidzl", "fb_comment_id", "src", "source", "from", "vn_source", "vn_campaign", "vn_medium", "itm_source", "itm_medium", "share"}

// learnJunk finds the parameters that choose no page: of addresses whose pages name themselves without,
// and those that are known for it.
func (n *newspaper) learnJunk() {
	junk, kept := map[string]bool{}, map[string]bool{"page": true, "p": true, "trang": true, "id": true}
	for _, f := range n.forms {
		kept[f.param] = true
	}
	if n.paged != nil {
		if _, name, ok := strings.Cut(strings.TrimRight(n.paged.before, "="), "?"); ok {
			kept[name] = true
		}
	}
	for _, l := range n.views {
		for name := range parameters(l.place.query) {
			for _, own := range l.own {
				if own.path != l.place.path || own.host != l.place.host {
					continue
				}
				if parameters(own.query)[name] {
					kept[name] = true
				} else {
					junk[name] = true
				}
			}
		}
		for _, to := range l.links {
			for name := range parameters(to.query) {
				if n.owns(to.host) && slices.Contains(junkNames, name) {
					junk[name] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(junk)) {
		if !kept[name] && len(n.d.JunkQueries) < mostPatterns {
			n.d.JunkQueries = append(n.d.JunkQueries, name)
		}
	}
}

// parameters are the names in a query that a file may hold.
func parameters(query string) map[string]bool {
	names := map[string]bool{}
	if query == "" {
		return names
	}
	for arg := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(strings.ToLower(arg), "=")
		if name != "" && utf8.RuneCountInString(name) <= 40 && paramName.MatchString(name) {
			names[name] = true
		}
	}
	return names
}

var paramName = regexp.MustCompile(`^[a-z0-9_.-]+$`)
