package learn

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"baoluu/cleaner/assets"
	"baoluu/sites"

	"golang.org/x/net/publicsuffix"
)

// mostHosts bounds the hosts of a newspaper, and those that serve its assets.
const mostHosts = 20

// domainOf is the name that an owner registered: a host without what stands before it.
func domainOf(host string) string {
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// votes counts what is said, each time by another page.
type votes map[string]int

// best are those that were said at least so often, the most first.
func (v votes) best(least int) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if v[name] >= least {
			list = append(list, name)
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(v[b], v[a]) })
	return list
}

// first is what was said most, "" where nothing was.
func (v votes) first() string {
	if list := v.best(1); len(list) > 0 {
		return list[0]
	}
	return ""
}

// settle finds the newspaper's domain and main host, and gives each page its address there: a copy elsewhere
// names it. It leaves out the pages of others.
func (n *newspaper) settle(home string) {
	domains, hosts := votes{}, votes{}
	for _, l := range n.views {
		weight := 1
		if l.readsAsArticle() {
			weight = 2
		}
		if l.placed {
			domains[domainOf(l.place.host)] += weight
		}
		for _, own := range l.own {
			domains[domainOf(own.host)] += weight
		}
	}
	n.domain = domains.first()
	if p, ok := placeOf(home); ok {
		n.domain = domainOf(p.host)
	}
	n.views = slices.DeleteFunc(n.views, func(l *view) bool {
		if l.placed && domainOf(l.place.host) == n.domain {
			return false
		}
		i := slices.IndexFunc(l.own, func(p place) bool { return domainOf(p.host) == n.domain })
		if i >= 0 {
			l.place, l.placed = l.own[i].number(), true
		}
		return i < 0
	})
	for _, l := range n.views {
		host := l.place.host
		if i := slices.IndexFunc(l.own, func(p place) bool { return domainOf(p.host) == n.domain }); i >= 0 {
			host = l.own[i].host // the mobile edition names the main one
		}
		hosts[host]++
	}
	n.main = hosts.first()
	if p, ok := placeOf(home); ok {
		n.main = p.host
	}
}

// learnHosts finds the hosts of the newspaper's pages, and its front page.
func (n *newspaper) learnHosts(home string) {
	found := votes{}
	for _, l := range n.views {
		said := map[string]bool{l.place.host: true}
		for _, p := range l.own {
			said[p.host] = true
		}
		for _, other := range l.editors {
			if l.isArticle { // a list names whatever there is
				said[other.host] = true
			}
		}
		for host := range said {
			if domainOf(host) == n.domain && host != n.main && sites.IsHost(host) {
				found[host]++
			}
		}
	}
	hosts := []string{n.main}
	bare := strings.TrimPrefix(n.main, "www.")
	if bare == n.domain { // the two names of one server
		for _, host := range []string{bare, "www." + bare} {
			if host != n.main {
				hosts = append(hosts, host)
			}
		}
	}
	for _, host := range found.best(1) {
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	n.d.Hosts = hosts[:min(len(hosts), mostHosts)]

	n.d.Home = home
	if home == "" {
		schemes := votes{}
		for _, l := range n.views {
			if l.place.host == n.main {
				scheme, _, _ := strings.Cut(l.place.url, ":")
				schemes[scheme]++
			}
		}
		n.d.Home = cmp.Or(schemes.first(), "https") + "://" + n.main + "/"
	}
}

// owns reports whether a host is the newspaper's.
func (n *newspaper) owns(host string) bool { return slices.Contains(n.d.Hosts, host) }

// services are domains that serve the pages of anybody: fonts, scripts, players, counters, advertisements.
var services = regexp.MustCompile(`(?:^|\.)(?:google[a-z-]*|gstatic|ggpht|ytimg|youtube|doubleclick|facebook|fbcdn|fbsbx|twitter|twimg|x|instagram|tiktok|zalo|zaloapp|zdn|zadn|` +
	`cloudflare|cdnjs|jsdelivr|unpkg|bootstrapcdn|jquery|fontawesome|typekit|gravatar|wp|w|amazon-adsystem|adtimaserver|admicro|eclick|criteo|taboola|outbrain|mgid|scorecardresearch|` +
	`histats|statcounter|hotjar|onesignal|disqus|addthis|sharethis|ampproject|akamaized|vimeocdn|dmcdn|dailymotion|archive)\.[a-z.]+$|` +
	`^(?:ads?|adv|track|tracking|analytics|counter|log|logs|pixel|stats?)\d*\.`)

// learnAssetHosts finds the hosts that serve the pictures of articles and the style sheets of pages: those of
// the newspaper's own domain, and others that have its articles' own pictures.
func (n *newspaper) learnAssetHosts() {
	needed, pictures := votes{}, votes{} // by host, by domain
	articles := 0
	for _, l := range n.views {
		hosts := map[string]bool{}
		for _, need := range assets.OfPage(l.Body, l.ContentType, l.place.url) {
			if u, err := url.Parse(need.URL); err == nil && validHost(u) {
				hosts[strings.ToLower(u.Hostname())] = true
			}
		}
		for host := range hosts {
			needed[host]++
		}
		if !l.isArticle {
			continue
		}
		articles++
		of := map[string]bool{}
		for _, img := range l.art.Images {
			if u, err := url.Parse(img.URL); err == nil && validHost(u) {
				of[domainOf(strings.ToLower(u.Hostname()))] = true
			}
		}
		for domain := range of {
			pictures[domain]++
		}
	}
	all := votes{}
	for _, host := range needed.best(1) {
		domain := domainOf(host)
		own := domain == n.domain || 2*pictures[domain] >= articles && (pictures[domain] >= 2 || articles == 1)
		if own && !n.owns(host) && !services.MatchString(host) {
			all[host] = needed[host]
		} else if !n.owns(host) && 2*needed[host] >= len(n.views) && len(n.views) >= 2 && !services.MatchString(host) {
			n.strangers = append(n.strangers, host)
		}
	}
	list := all.best(1)
	n.d.AssetHosts = list[:min(len(list), mostHosts)]
	if len(n.strangers) > 0 {
		n.doubt("asset_hosts", "most pages need these hosts, too, which may be of others: %s", strings.Join(n.strangers[:min(len(n.strangers), 5)], ", "))
	}
}

func validHost(u *url.URL) bool {
	return sites.IsHost(strings.ToLower(u.Hostname())) && u.Port() == "" && len(u.Hostname()) < 100
}

// learnLanguages finds the languages, and which hosts and first folders are another edition's.
func (n *newspaper) learnLanguages() {
	byHost, byFolder := map[string]votes{}, map[string]votes{}
	all := votes{}
	add := func(m map[string]votes, key, lang string) {
		if m[key] == nil {
			m[key] = votes{}
		}
		m[key][lang]++
	}
	for _, l := range n.views {
		lang := l.language()
		if lang == "" {
			continue
		}
		add(byHost, l.place.host, lang)
		if edition := l.place.edition(); edition != "" {
			add(byFolder, edition, lang)
		} else {
			all[lang]++
		}
	}
	main := byHost[n.main].first()
	if byFolder := all.first(); byFolder != "" {
		main = byFolder
	}
	main = cmp.Or(main, "vi")
	n.d.Languages = []string{main}
	also := func(lang string) {
		if !slices.Contains(n.d.Languages, lang) {
			n.d.Languages = append(n.d.Languages, lang)
		}
	}
	for _, host := range slices.Sorted(maps.Keys(byHost)) {
		if lang := byHost[host].first(); host != n.main && lang != main && lang != byHost[n.main].first() {
			setMap(&n.d.HostLanguages, host, lang)
			also(lang)
		}
	}
	for _, edition := range slices.Sorted(maps.Keys(byFolder)) {
		onMain := slices.ContainsFunc(n.views, func(l *view) bool {
			return l.place.edition() == edition && n.d.HostLanguages[l.place.host] == ""
		})
		if lang := byFolder[edition].first(); onMain && lang != main && lang == edition {
			setMap(&n.d.Editions, edition, lang)
			also(lang)
		}
	}
}

func setMap(m *map[string]string, key, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = value
}

// language is that of the page's text, else what it says.
func (l *view) language() string {
	if lang := string(l.art.Language); lang != "" {
		return lang
	}
	lang, _, _ := strings.Cut(strings.ToLower(l.told.Lang), "-")
	if isLanguage(lang) {
		return lang
	}
	return ""
}

// sourceOrder is that in which sources are asked.
var sourceOrder = []sites.SourceKind{sites.FrontPage, sites.NewsSitemap, sites.Sitemap, sites.FeedSource, sites.SectionList}
