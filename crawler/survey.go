package crawler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/crawler/listing"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

// The defaults of [SurveyOptions].
const (
	DefaultSurveyRequests = 50
	DefaultSurveyArticles = 20
)

// SurveyOptions of a [Survey]. Of Options counts what is said of the requests: what is to be
// fetched follows from the newspaper.
type SurveyOptions struct {
	Options
	// Requests is how many may be made. It is looked at before each address: tries and
	// redirects of the last one come on top. 0 is [DefaultSurveyRequests].
	Requests int
	Articles int // that are wanted; 0 is [DefaultSurveyArticles]
	// Forms tells the forms of articles' addresses from what feeds and sitemaps name, or,
	// where there are none of these, from the links of lists; none where it cannot. nil: an
	// address is taken for an article's where it is like most that are named.
	Forms func(listed []string) []sites.AddressForm
	// Known are captures of the newspaper: what came in the last day is not asked for again.
	Known []capture.Kept
}

// Findings are what a [Survey] brought.
type Findings struct {
	// Site is the newspaper as far as it is known: its name, home, hosts and forms of address.
	// The captures are kept under the pages that it says.
	Site    *sites.Site
	Fetched []Fetched // in the order in which they came; robots.txt, and what is no 200, are left out
	Named   []Named   // by feeds, sitemaps and lists, each address once: at most 2,000 of a source
	Sources []sites.Source
	Notes   []string // what failed, for people
	Run     capture.Run
}

// Fetched is one page that came, and what it was asked for as.
type Fetched struct {
	cleaner.Page
	Kind sites.Kind // List, FeedPage, SitemapPage or Article; Other is a page that names feeds
}

// Named is an address, of the newspaper or of a host below its own, that a source names.
type Named struct {
	URL  string
	Time time.Time // published, or last changed; zero where nobody says
	By   string    // the source's address
	Kind sites.Kind
}

// Survey fetches what is needed to describe a newspaper that nobody knows yet: its front
// page, feeds, sitemaps of several years, some lists, and articles of several sections and
// years. It asks as [Crawl] does, robots.txt first and at the same pace, and keeps all answers
// in the store; the frontier is left as it is, for no crawl can go on from it. What came before
// an error is in the findings. The errors are those of Crawl; [ErrMoved] is one more.
func Survey(ctx context.Context, store Store, name, home string, o SurveyOptions) (*Findings, error) {
	o.Requests, o.Articles = cmp.Or(o.Requests, DefaultSurveyRequests), cmp.Or(o.Articles, DefaultSurveyArticles)
	o.Assets, o.Seeds, o.Since, o.Until, o.Limit = NoAssets, nil, time.Time{}, time.Time{}, 0
	site, err := provisional(name, home)
	if err != nil {
		return nil, err
	}
	c, end, err := begin(ctx, store, site, "survey", o.Options)
	if err != nil {
		return nil, err
	}
	defer end()
	s := &survey{
		crawl: c, store: store, ctx: context.WithoutCancel(ctx), o: o,
		known: recent(o.Known, c.started), asked: make(map[string]bool), named: make(map[string]int), shapes: make(map[string]bool),
		feedsLeft: maxFeedRequests,
	}
	s.found.Run = capture.Run{Started: c.started, Gaps: make(map[string]int)}
	err = s.run()
	s.found.Site = s.site
	return &s.found, err
}

// Settle keeps what a survey brought under the pages that the newspaper's description says, which
// was made from it: an article that was kept by its address is found by its number from then
// on, and is one with what a crawl brings of it. site has the name that was surveyed.
func (f *Findings) Settle(ctx context.Context, store Store, site *sites.Site) error {
	var b capture.Batch
	for _, p := range f.Fetched {
		was, err := f.Site.Address(p.URL)
		if err != nil {
			continue
		}
		is, err := site.Address(p.URL)
		if err == nil && is.Kind != sites.Foreign && is.Page != was.Page {
			b.Aliases = append(b.Aliases, capture.Alias{Page: was.Page, Of: is.Page, Why: "described"})
		}
	}
	if len(b.Aliases) == 0 {
		return nil
	}
	release, err := store.Lock(site.Name, "survey")
	if err != nil {
		return err
	}
	defer func() { _ = release() }()
	if _, err := store.Commit(ctx, site.Name, b); err != nil {
		return fmt.Errorf("join pages of %s: %w", site.Name, err)
	}
	return nil
}

// provisional is a newspaper of which nothing is known but where it is: the host, and the one
// with or without "www." before it.
func provisional(name, home string) (*sites.Site, error) {
	a, err := new(sites.Site).Address(home)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(a.URL)
	if err != nil || u.Port() != "" {
		return nil, fmt.Errorf("%w: %q", sites.ErrAddress, home)
	}
	if err := transport.GuardURL(u); err != nil {
		return nil, err
	}
	host := u.Hostname()
	other, ok := strings.CutPrefix(host, "www.")
	if !ok {
		other = "www." + host
	}
	return &sites.Site{Name: name, Title: name, Home: u.Scheme + "://" + host + u.EscapedPath(), Hosts: []string{host, other}}, nil
}

// recent are the captures of the last day by their addresses, of one the last that has a body
// or needs none.
func recent(known []capture.Kept, now time.Time) map[string]capture.Kept {
	const fresh = 24 * time.Hour
	by := make(map[string]capture.Kept)
	for _, k := range known {
		whole := k.State == capture.Live && k.Status == 200 && k.Body != nil || k.State == capture.Moved || k.State == capture.Gone
		if whole && now.Sub(k.Time) < fresh && !k.Time.After(now) && !k.Time.Before(by[k.URL].Time) {
			by[k.URL] = k
		}
	}
	return by
}

// survey is one survey. It asks one address after the other.
type survey struct {
	*crawl
	store Store
	ctx   context.Context // for the store
	o     SurveyOptions
	known map[string]capture.Kept
	found Findings
	err   error // of the store

	asked     map[string]bool // addresses
	named     map[string]int  // where addresses are in found.Named
	shapes    map[string]bool // of articles' addresses, where their forms are not known
	front     pageLinks
	frontCame bool
	lists     []string // the section lists that came
	feeds     []string // that are named
	feedsLeft int      // that may be asked for
	feedsCame int

	sources, articles harvest
	limit             bool // more was wanted than may be asked for
}

func (s *survey) run() error {
	resting, err := s.restsAtHome()
	if err == nil && !resting {
		s.askFront()
		s.askFeeds()
		s.askSitemaps()
		s.learnForms()
		s.askEditions()
		s.askLists()
		s.guessFeeds()
		if len(s.site.Articles) == 0 {
			s.learnForms()
		}
		s.askArticles()
	}
	err = cmp.Or(err, s.err)
	end := s.end(err)
	s.found.Run.Ended, s.found.Run.End = time.Now(), end.name
	s.found.Run.Sources, s.found.Run.Read, s.found.Run.Came = s.sources.asked, s.sources.came, s.articles.came
	if err == nil {
		s.commit(nil)
		err = s.err
	}
	return cmp.Or(err, end.err)
}

// end says how the survey ended, as [run.end] does.
func (s *survey) end(failure error) ending {
	cause := context.Cause(s.stop)
	of := func(name string, err error) ending { return ending{name, fmt.Errorf("%s: %w", s.site.Name, err)} }
	switch {
	case failure != nil:
		return ending{"failed", failure}
	case errors.Is(cause, ErrBlocked):
		return of("blocked", cause)
	case errors.Is(cause, ErrUnreachable):
		return of("unreachable", cause)
	case errors.Is(cause, ErrMoved):
		return of("no source", cause)
	case cause != nil && !errors.Is(cause, errTime):
		return ending{"interrupted", cause}
	case s.articles.came == 0 && (s.sources.shut() || s.articles.shut()):
		if h, err := s.host(s.home); err == nil {
			h.Withdraw(time.Now())
		}
		return of("blocked", ErrBlocked)
	case s.articles.came == 0 && s.sources.came == 0:
		return of("no source", fmt.Errorf("%w (%d)", ErrNoSource, s.sources.asked))
	case s.articles.came == 0 && (s.articles.asked > 0 || cause == nil && !s.limit):
		return of("no article", fmt.Errorf("%w (%d)", ErrNoArticle, s.articles.asked))
	case cause != nil:
		return ending{"time", nil}
	case s.limit:
		return ending{"limit", nil}
	}
	return ending{"done", nil}
}

func (s *survey) note(format string, args ...any) {
	if note := fmt.Sprintf(format, args...); !slices.Contains(s.found.Notes, note) {
		s.found.Notes = append(s.found.Notes, note)
	}
}

// over reports whether nothing more is to be asked for.
func (s *survey) over() bool {
	if s.found.Run.Requests >= s.o.Requests && !s.limit {
		s.limit = true
		s.note("stopped after %d requests", s.found.Run.Requests)
	}
	return s.limit || s.err != nil || s.stop.Err() != nil
}

// ask brings in one address: from what is known, or from the network. Where no whole page
// came, why says so.
func (s *survey) ask(kind sites.Kind, address string) (k capture.Kept, why string) {
	for range maxHops {
		a, err := s.site.Address(address)
		switch {
		case err != nil || a.Kind == sites.Foreign:
			return k, notOursGap
		case s.asked[a.URL]:
			return k, askedBefore
		}
		s.asked[a.URL] = true
		k = s.known[a.URL]
		if k.URL == "" {
			if s.over() {
				return k, notAsked
			}
			if k, why = s.fetched(kind, a); why != "" {
				return k, why
			}
		}
		switch k.State {
		case capture.Live:
			s.found.Fetched = append(s.found.Fetched, Fetched{cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: k.URL, Captured: k.Time, Answer: true}, kind})
			return k, ""
		case capture.Gone:
			return k, "gone"
		}
		address = k.Location
	}
	return k, "too many redirects"
}

// Why nothing came of an address that nobody asked for.
const (
	askedBefore = "asked for before"
	notAsked    = "not asked for"
)

// fetched brings in one address from the network, and stores what came.
func (s *survey) fetched(kind sites.Kind, a sites.Address) (last capture.Kept, why string) {
	e := capture.Entry{Page: a.Page, URL: a.URL, Kind: kind, Class: capture.Seed, Due: s.started, Listed: time.Now()}
	r := s.fetch(e)
	run := &s.found.Run
	run.Seeds++
	run.Requests += r.requests
	run.Bytes += r.bytes
	for _, k := range r.kept {
		if k.Page == a.Page {
			last = k
		}
	}
	why = r.gap
	switch {
	case r.aborted:
		why = notAsked
	case last.State == capture.Live && last.Body != nil:
		why = "" // what the cleaner says of a page that nobody knows is no fault
	}
	switch {
	case r.shut != "":
		run.Gaps["robots.txt "+r.shut]++
	case why != "" && kind == sites.Article:
		run.Gaps[why]++
	case why != "" && why != "gone" && why != notAsked: // an address that was tried on trust
		run.Gaps["source "+why]++
	}
	if kind == sites.Article && r.asked {
		run.Fetched++
	}
	s.commit(r.kept)
	if s.o.Progress != nil {
		for _, ev := range r.events {
			ev.Run = *run
			ev.Run.Gaps = nil
			s.o.Progress(ev)
		}
	}
	return last, why
}

// commit stores captures, and the report as it stands.
func (s *survey) commit(kept []capture.Kept) {
	hosts, err := s.saveHosts()
	if err != nil {
		s.err = err
		return
	}
	report := s.found.Run
	puts, err := s.store.Commit(s.ctx, s.site.Name, capture.Batch{Kept: kept, Hosts: hosts, Run: &report})
	if err != nil {
		s.err = fmt.Errorf("store captures of %s: %w", s.site.Name, err)
		return
	}
	for i, put := range puts {
		if put.Duplicate || put.Forgotten != "" {
			continue
		}
		s.found.Run.Kept++
		if put.Revisit {
			s.found.Run.Revisits++
		}
		if kept[i].Article != nil {
			s.found.Run.Cleaned++
		}
		if put.NewVersion && put.Version == 1 {
			s.found.Run.New++
		}
	}
}

// askFront asks for the front page, and takes over where it redirects.
func (s *survey) askFront() {
	k, why := s.ask(sites.List, s.site.Home)
	if why == notAsked {
		return
	}
	s.sources.count(why == "", why, "")
	if why != "" {
		s.note("the front page did not come: %s", why)
		if to, err := s.site.Address(k.Location); err == nil && k.State == capture.Moved && to.Kind == sites.Foreign && why != "local address" {
			s.halt(fmt.Errorf("%w: %s", ErrMoved, to.URL))
		}
		s.found.Sources = append(s.found.Sources, sites.Source{Kind: sites.FrontPage, URL: s.site.Home, Guess: true})
		return
	}
	if host := hostOf(k.URL); k.URL != s.site.Home && s.site.Owns(host) {
		hosts := append([]string{host}, slices.DeleteFunc(slices.Clone(s.site.Hosts), func(h string) bool { return h == host })...)
		s.describe(&sites.Site{Home: k.URL, Hosts: hosts})
		s.home = host
	}
	s.frontCame = true
	s.found.Sources = append(s.found.Sources, sites.Source{Kind: sites.FrontPage, URL: s.site.Home})
	s.front = s.links(k)
	if len(s.front.pages) == 0 {
		s.note("the front page names no page")
	}
}

// describe takes over what is known of the newspaper now.
func (s *survey) describe(site *sites.Site) {
	site.Name, site.Title = s.site.Name, s.site.Title
	s.site, s.collector.colly.AllowedDomains = site, site.Hosts
}

// names notes what a source names; from and to bound the time where the source is about one.
func (s *survey) names(by string, kind sites.Kind, items []listing.Item, from, to time.Time) {
	var fresh []Named
	seen, others := make(map[string]bool), 0
	for _, item := range items {
		a, err := s.site.Address(item.URL)
		if err != nil || a.Kind == sites.Foreign && !s.below(hostOf(a.URL)) {
			others++
			continue
		}
		at := item.Time
		if !from.IsZero() && (at.Before(from) || at.After(to.AddDate(0, 0, 1))) {
			at = from
		}
		switch i, known := s.named[a.URL]; {
		case known && s.found.Named[i].Time.IsZero():
			s.found.Named[i].Time = at
		case !known && !seen[a.URL]:
			seen[a.URL] = true
			fresh = append(fresh, Named{a.URL, at, by, kind})
		}
	}
	if others > 0 && kind != sites.List {
		s.note("%s names %d addresses of other hosts: left out", by, others)
	}
	for _, n := range thinned(fresh, maxNamed) {
		s.named[n.URL] = len(s.found.Named)
		s.found.Named = append(s.found.Named, n)
	}
}

// maxNamed bounds what is taken of one source: a sitemap may name fifty thousand addresses.
const maxNamed = 2000

// below reports whether a host is one of the newspaper's, or stands below it.
func (s *survey) below(host string) bool {
	return s.site.Owns(host) || strings.HasSuffix(host, "."+strings.TrimPrefix(s.home, "www."))
}

// ours are the addresses of the newspaper's own hosts, each once and as it is asked for.
func (s *survey) ours(addresses []string) []string {
	var own []string
	seen := make(map[string]bool)
	for _, address := range addresses {
		if a, err := s.site.Address(address); err == nil && a.Kind != sites.Foreign && !seen[a.URL] {
			seen[a.URL] = true
			own = append(own, a.URL)
		}
	}
	return own
}

// learnForms has the forms of articles' addresses found in what is named until now.
func (s *survey) learnForms() {
	var firm, all []string
	for _, n := range s.found.Named {
		if a, err := s.site.Address(n.URL); err == nil && a.Kind != sites.Foreign {
			all = append(all, n.URL)
			if n.Kind != sites.List {
				firm = append(firm, n.URL)
			}
		}
	}
	if len(firm) < enoughNamed {
		firm = append(all, s.front.pages...)
	}
	if s.o.Forms != nil {
		if forms := s.o.Forms(firm); len(forms) > 0 {
			s.describe(&sites.Site{Home: s.site.Home, Hosts: s.site.Hosts, Articles: forms})
			return
		}
	}
	s.shapes = commonShapes(firm)
}

// enoughNamed addresses of feeds and sitemaps tell how an article's looks.
const enoughNamed = 10

// isArticle reports whether an address looks like an article's, as far as is known.
func (s *survey) isArticle(address string) bool {
	a, err := s.site.Address(address)
	if err != nil || a.Kind == sites.Foreign {
		return false
	}
	if len(s.site.Articles) > 0 {
		return a.Kind == sites.Article
	}
	return a.Kind == sites.Other && s.shapes[shapeOf(address)]
}

// listed reads a feed or sitemap.
func listed(k capture.Kept) (listing.Listing, string) {
	base, _ := url.Parse(k.URL)
	l, err := listing.Parse(k.Body, k.ContentType, base)
	switch {
	case len(l.Articles)+len(l.Sitemaps) > 0:
		return l, ""
	case err != nil:
		return l, "unreadable"
	}
	return l, namesNothing
}

// isNews tells a news sitemap from one of all articles.
func isNews(k capture.Kept) bool {
	return bytes.Contains(k.Body, []byte("schemas/sitemap-news")) || strings.Contains(strings.ToLower(k.URL), "news-sitemap") || strings.Contains(strings.ToLower(k.URL), "sitemap-news")
}
