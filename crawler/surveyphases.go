package crawler

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/challenge"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/turn"
	"baoluu/crawler/listing"
	"baoluu/crawler/politeness"
	"baoluu/sites"
)

// How much a survey asks for of each sort.
const (
	wantedFeeds, maxFeedRequests       = 4, 7
	wantedSitemaps, maxSitemapRequests = 6, 12
	wantedChildren                     = 5 // of an index
	wantedLists, maxListRequests       = 4, 6
	wantedSecondPages                  = 2
	// maxGuesses bounds the sources of one kind that are taken on trust.
	maxGuesses = 60
)

// pageLinks are what a page leads to, of the newspaper's own hosts; editions are links to hosts
// below its own that are named after a language.
type pageLinks struct{ pages, feeds, editions []string }

// links finds what a page leads to.
func (s *survey) links(k capture.Kept) (found pageLinks) {
	if !challenge.IsHTML(k.ContentType, k.Body) {
		return found
	}
	reads := &reading{run: s.fetching}
	defer reads.Leave()
	if reads.take(turn.Weight(k.Body)) != nil {
		return found
	}
	text, _, _ := charset.UTF8(k.Body, k.ContentType)
	markup, err := cleaner.Markup(text)
	base, addressErr := url.Parse(k.URL)
	if err != nil || addressErr != nil || listing.HasLongBase(text) {
		return found
	}
	root, err := html.Parse(markup)
	if err != nil {
		return found
	}
	doc := goquery.NewDocumentFromNode(root)
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, err := base.Parse(href); err == nil {
			base = u
		}
	}
	doc.Find(`link[rel~="alternate"][href]`).EachWithBreak(func(_ int, l *goquery.Selection) bool {
		if kind := strings.ToLower(l.AttrOr("type", "")); strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || kind == "application/feed+json" {
			found.feeds = append(found.feeds, listing.Resolve(base, l.AttrOr("href", "")))
		}
		return len(found.feeds) < maxGuesses
	})
	found.feeds = s.ours(found.feeds)
	all := linksOf(&colly.Request{URL: base}, root)
	found.pages = s.ours(all)
	for _, link := range all {
		if host := hostOf(link); !s.site.Owns(host) && s.below(host) && languageHost.MatchString(host) {
			found.editions = append(found.editions, link)
		}
	}
	return found
}

var languageHost = regexp.MustCompile(`^(e|en|eng|english|vietnamnews|fr|french|cn|zh|chinese|zhongwen|ru|russian|es|spanish|ja|jp|japanese|ko|kr|korean|lao|km|khmer)\.`)

// askEditions asks for the front pages of editions in other languages that have hosts of their
// own.
func (s *survey) askEditions() {
	for _, link := range s.front.editions {
		host := hostOf(link)
		if s.over() || s.site.Owns(host) || len(s.site.Hosts) >= maxSurveyHosts {
			continue
		}
		s.describe(&sites.Site{Home: s.site.Home, Hosts: append(slices.Clone(s.site.Hosts), host), Articles: s.site.Articles})
		k, why := s.ask(sites.List, link)
		if why != "" {
			s.note("the edition %s: %s", link, why)
			continue
		}
		s.sources.count(true, "", "")
		s.found.Sources = append(s.found.Sources, sites.Source{Kind: sites.SectionList, URL: k.URL})
		s.names(k.URL, sites.List, items(s.links(k).pages), time.Time{}, time.Time{})
	}
}

// maxSurveyHosts bounds the hosts that are asked: the main one with and without "www.", and two more.
const maxSurveyHosts = 4

var (
	// feedPath is how a feed's address looks, rssPage that of a page that names feeds.
	feedPath = regexp.MustCompile(`(?i)(\.rss|/(rss|feeds?|atom)/[^/]+|/(rss|feed|atom)\.xml|/feed/?)$`)
	rssPage  = regexp.MustCompile(`(?i)/(rss|rss-?(feeds?|main|index|list)|(kenh|danh-sach|trang)-rss|feeds)(/|\.(html?|aspx?|php|chn|tpo|vov|vnp|epi))?$`)
)

// askFeeds asks for some of the feeds that pages name.
func (s *survey) askFeeds() {
	s.feeds = slices.Clone(s.front.feeds)
	var indexes []string
	for _, link := range s.front.pages {
		switch path := pathOf(link); {
		case rssPage.MatchString(path):
			indexes = append(indexes, link)
		case feedPath.MatchString(path) && len(s.feeds) < maxGuesses:
			s.feeds = append(s.feeds, link)
		}
	}
	s.someFeeds(thinned(indexes, 2), false)
	s.someFeeds(s.feeds, false)
	for _, feed := range s.ours(s.feeds) {
		s.trust(sites.FeedSource, feed)
	}
}

// someFeeds asks for some feeds, and for what pages among them name; of guesses, until one is
// right.
func (s *survey) someFeeds(queue []string, guess bool) {
	for ; len(queue) > 0 && s.feedsLeft > 0 && s.feedsCame < wantedFeeds && !s.over(); queue = queue[1:] {
		s.feedsLeft--
		read, more := s.askFeed(queue[0], guess)
		if read {
			s.feedsCame++
		}
		if read && guess {
			return
		}
		if len(more) > 0 {
			s.feeds = append(s.feeds, more...)
			queue = slices.Concat(queue[:1], thinned(more, wantedFeeds), queue[1:])
		}
	}
}

// guessFeeds tries where newspapers have their feeds, where no page names any: that of the
// front page, the page that names them, that of a section. Where one of a section is there, so
// may be those of the others.
func (s *survey) guessFeeds() {
	tried := func(paths ...string) {
		if s.feedsCame == 0 && len(s.feeds) == 0 {
			s.someFeeds(s.at(paths), true)
		}
	}
	tried("/rss", "/rss/home.rss")
	const edition = 2 // letters: "/en" is no section
	if first := slices.IndexFunc(s.lists, func(list string) bool { return len(stemOf(list)) > edition }); first >= 0 {
		for _, form := range []string{"/rss/%s.rss", "/%s.rss", "/rss/%s"} {
			before := s.feedsCame
			tried(fmt.Sprintf(form, stemOf(s.lists[first])))
			for _, list := range s.lists {
				if s.feedsCame > before {
					s.trust(sites.FeedSource, s.at([]string{fmt.Sprintf(form, stemOf(list))})[0])
				}
			}
		}
	}
	tried("/rss/tin-moi-nhat.rss", "/rss.htm", "/feed")
	if s.feedsCame == 0 {
		s.note("no feed could be read")
	}
}

// trust notes a source that something names and nobody asked for.
func (s *survey) trust(kind sites.SourceKind, address string) {
	known, guesses := false, 0
	for _, source := range s.found.Sources {
		known = known || source.URL == address
		if source.Kind == kind && source.Guess {
			guesses++
		}
	}
	if !known && !s.asked[address] && guesses < maxGuesses {
		s.found.Sources = append(s.found.Sources, sites.Source{Kind: kind, URL: address, Guess: true})
	}
}

// at are paths on the newspaper's main host.
func (s *survey) at(paths []string) []string {
	base, err := url.Parse(s.site.Home)
	if err != nil {
		return nil
	}
	var addresses []string
	for _, path := range paths {
		addresses = append(addresses, base.Scheme+"://"+base.Host+path)
	}
	return addresses
}

// askFeed asks for one feed; more are the feeds that it names instead of articles.
func (s *survey) askFeed(address string, guess bool) (read bool, more []string) {
	k, why := s.ask(sites.FeedPage, address)
	if why == "" {
		l, bad := listed(k)
		if bad == "" && len(l.Articles) > 0 && !isPage(k) {
			s.names(k.URL, sites.FeedPage, l.Articles, time.Time{}, time.Time{})
			s.sources.count(true, "", "")
			s.found.Sources = append(s.found.Sources, sites.Source{Kind: sites.FeedSource, URL: k.URL})
			return true, nil
		}
		named := s.links(k)
		more = named.feeds
		for _, link := range named.pages {
			if len(more) < maxGuesses && feedPath.MatchString(pathOf(link)) {
				more = append(more, link)
			}
		}
		if more = s.ours(more); len(more) > 0 {
			s.found.Fetched[len(s.found.Fetched)-1].Kind = sites.Other
			return false, more
		}
		why = bad
	}
	if !guess && why != askedBefore && why != notAsked {
		s.sources.count(false, why, "")
		s.note("the feed %s: %s", address, why)
	}
	return false, nil
}

// isPage reports whether an answer is a page for readers.
func isPage(k capture.Kept) bool {
	return challenge.IsHTML(k.ContentType, k.Body) && strings.Contains(strings.ToLower(string(k.Body[:min(len(k.Body), 1024)])), "<html")
}

// usualSitemaps are where newspapers have their sitemaps.
var usualSitemaps = []string{"/sitemap.xml", "/sitemap_index.xml", "/sitemaps.xml", "/sitemap-news.xml", "/google-news-sitemap.xml"}

// askSitemaps asks for the sitemaps that robots.txt names, or for the usual ones, and for some
// of those that an index names: the newest, and some of earlier years.
func (s *survey) askSitemaps() {
	home, err := url.Parse(s.site.Home)
	if err != nil {
		return
	}
	h, err := s.host(s.home)
	if err != nil {
		return
	}
	var named []string
	for _, scheme := range politeness.Schemes {
		raw, from := h.NamedSitemaps(scheme)
		base, err := url.Parse(from)
		if err != nil {
			base = home
		}
		for _, address := range raw {
			named = append(named, listing.Resolve(base, address))
		}
	}
	named = s.ours(named)
	guess := len(named) == 0
	if guess {
		named = s.at(usualSitemaps)
	}
	left := maxSitemapRequests
	came := false
	for _, address := range named[:min(len(named), wantedSitemaps)] {
		if left <= 0 || s.over() || guess && came {
			break
		}
		came = s.askSitemap(listing.Item{URL: address}, 0, guess, &left) || came
	}
	if !came {
		s.note("no sitemap could be read")
	}
	for _, address := range named {
		if !guess {
			s.trust(sites.Sitemap, address)
		}
	}
}

// askSitemap asks for one sitemap, depth indexes down, and goes on to what it leads to.
func (s *survey) askSitemap(item listing.Item, depth int, guess bool, left *int) (came bool) {
	*left--
	k, why := s.ask(sites.SitemapPage, item.URL)
	var l listing.Listing
	if why == "" {
		l, why = listed(k)
	}
	if why != "" {
		if !guess && why != askedBefore && why != notAsked {
			s.sources.count(false, why, "")
			s.note("the sitemap %s: %s", item.URL, why)
		}
		return false
	}
	s.sources.count(true, "", "")
	if depth == 0 {
		kind := sites.Sitemap
		if isNews(k) {
			kind = sites.NewsSitemap
		}
		s.found.Sources = append(s.found.Sources, sites.Source{Kind: kind, URL: k.URL})
	}
	from, to := item.Months()
	s.names(k.URL, sites.SitemapPage, l.Articles, from, to)
	if depth >= 2 {
		return true
	}
	children := slices.DeleteFunc(l.Sitemaps, func(c listing.Item) bool { return len(s.ours([]string{c.URL})) == 0 })
	for _, child := range someChildren(children, wantedChildren-2*depth) {
		if *left <= 0 || s.over() {
			break
		}
		s.askSitemap(child, depth+1, false, left)
	}
	return true
}

// askLists asks for some section lists that the front page names, and for the second page of
// some of them.
func (s *survey) askLists() {
	front := s.front.pages
	s.names(s.site.Home, sites.List, items(front), time.Time{}, time.Time{})
	sections, named := s.sectionsAmong(front)
	seconds := 0
	for i, address := range sections {
		if i >= maxListRequests || len(s.lists) >= wantedLists || s.over() {
			break
		}
		k, why := s.ask(sites.List, address)
		if why != "" {
			if why != askedBefore && why != notAsked {
				s.note("the list %s: %s", address, why)
			}
			continue
		}
		pages := s.links(k).pages
		s.names(k.URL, sites.List, items(pages), time.Time{}, time.Time{})
		if s.articlesAmong(pages) < enough && i >= named {
			continue
		}
		s.lists = append(s.lists, k.URL)
		s.sources.count(true, "", "")
		s.found.Sources = append(s.found.Sources, sites.Source{Kind: sites.SectionList, URL: k.URL})
		if next := secondPage(k.URL, pages); next != "" && seconds < wantedSecondPages && !s.over() {
			if k, why := s.ask(sites.List, next); why == "" {
				seconds++
				s.names(k.URL, sites.List, items(s.links(k).pages), time.Time{}, time.Time{})
			}
		}
	}
	if len(s.lists) == 0 && s.frontCame {
		s.note("no section list could be told from the other pages")
	}
	if len(s.lists) > 0 && seconds == 0 {
		s.note("no list names a second page")
	}
	for _, address := range sections[:named] {
		s.trust(sites.SectionList, address)
	}
}

func (s *survey) articlesAmong(pages []string) (n int) {
	for _, page := range pages {
		if s.isArticle(page) {
			n++
		}
	}
	return n
}

// secondPage is the address of a list's second page among its links, "" where there is none.
// Some newspapers count from 0.
func secondPage(list string, pages []string) string {
	u, err := url.Parse(list)
	if err != nil {
		return ""
	}
	if next := pagerLink(u, pages, 2); next != "" {
		return next
	}
	return pagerLink(u, pages, 1)
}

// askArticles asks for articles of several sections and years.
func (s *survey) askArticles() {
	var some []candidate
	known := make(map[string]bool)
	for _, n := range s.found.Named {
		if !s.isArticle(n.URL) {
			continue
		}
		address := n.URL
		if len(s.site.Articles) == 0 {
			// What has a slug or a number in its path says in its query where it was clicked on.
			address, _, _ = strings.Cut(address, "?")
		}
		a, err := s.site.Address(address)
		if err != nil || known[a.Page] {
			continue
		}
		known[a.Page] = true
		section := s.site.Section(a.URL)
		if section == "/" {
			section = n.By
		}
		some = append(some, candidate{a.URL, s.published(n, a), section})
	}
	if len(some) == 0 {
		s.note("no address looks like an article's")
	}
	failed := make(map[string]int)
	for _, c := range spread(some, s.o.Articles) {
		if s.articles.came >= s.o.Articles || s.over() {
			break
		}
		k, why := s.ask(sites.Article, c.address)
		if why == askedBefore || why == notAsked {
			continue
		}
		s.articles.count(why == "" && k.Refused == "", why, "")
		if why != "" {
			failed[why]++
		}
	}
	for _, why := range slices.Sorted(maps.Keys(failed)) {
		s.note("%d articles did not come: %s", failed[why], why)
	}
	if years := s.yearsOf(some); s.articles.came > 0 && len(years) == 1 {
		s.note("all articles that are named are of one year, or nobody says of when they are")
	}
}

// published is when an article came out, zero where nothing tells: as its source says, or its
// number, or its address.
func (s *survey) published(n Named, a sites.Address) time.Time {
	if !n.Time.IsZero() && !n.Time.After(s.started.Add(maxClockSkew)) {
		return n.Time
	}
	if day, ok := dayOfID(a.ID); ok {
		return day
	}
	from, _ := listing.Item{URL: a.URL}.Months()
	if from.After(s.started) {
		return time.Time{}
	}
	return from
}

func (s *survey) yearsOf(some []candidate) map[int]bool {
	years := make(map[int]bool)
	for _, c := range some {
		years[c.at.In(sites.Zone).Year()] = true
	}
	return years
}

func items(addresses []string) []listing.Item {
	list := make([]listing.Item, len(addresses))
	for i, address := range addresses {
		list[i] = listing.Item{URL: address}
	}
	return list
}
