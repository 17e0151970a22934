package sites

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Zone is the time zone of every newspaper here: +07:00 the year round, no
// daylight saving since 1975. It needs no time zone database.
var Zone = time.FixedZone("+07", 7*60*60)

// Site is what is known of one newspaper. What it says never changes after package
// start; it is safe for use by many goroutines. What has no part in cleaning a page is marked
// `clean:"-"`: see [Site.Rules].
type Site struct {
	Name  string   // "dantri": in keys, file names, flags and JSON
	Title string   // the newspaper's own name, "Dân trí"
	Home  string   // its front page, "https://dantri.com.vn/"
	Hosts []string // lower case, compared whole, never by substring; the main one first
	// AssetHosts are the hosts that serve its pictures, style sheets and fonts and are none of
	// Hosts, compared as those, newest first. Hosts of advertisers, counters and widgets are none.
	AssetHosts []string `clean:"-"`
	Languages  []string // ISO 639-1, the main one first
	Closed     bool     `clean:"-"` // no longer published: crawled only when the configuration says so
	Off        bool     `clean:"-"` // likewise, until its owner turns it on
	Checked    Checked  `clean:"-"` // what the description was held against

	Sources []Source `clean:"-"` // where it lists its articles, the best first

	// An address is told apart in this order: Utilities, Lists, Articles,
	// Sections.

	// Articles are the forms of an article's address, newest first.
	Articles []AddressForm
	// IDTime is the layout of the time that an article's id begins with, where the
	// newspaper's system makes ids so; "" where they are serial numbers. See [Site.Begun].
	IDTime string
	// Lists match the paths of tag, author and event lists and of lists' further
	// pages: those that may look like articles.
	Lists []*Expression
	// Sections match the paths of section lists, of which little can be said but
	// that they are no article's.
	Sections []*Expression
	// Utilities match paths that look like an article's but are none: gold
	// prices, lunar calendars, polls. They are kept, never cleaned.
	Utilities []*Expression
	// JunkQuery names query parameters that do not choose a page; "*" is all of
	// them. utm_* and fbclid are always dropped.
	JunkQuery []string
	// Editions maps the first path segment of a translated edition to its
	// language ("en": "en"). The same number in two editions is two pages.
	Editions map[string]string
	// HostLanguages are the hosts that carry another language than the main one.
	HostLanguages map[string]string
	// ListPages says how lists page; nil where they do not. See [Site.ListPage].
	ListPages *Paging `clean:"-"`

	// Topics are, by topic, sections that mean something else here than elsewhere, or that no other
	// newspaper has: see [TopicOf].
	Topics map[string][]string `clean:"-"`
	topics map[string]Topic    `clean:"-"` // by the words of a section

	// Suffixes are what the newspaper adds to a title, separator included
	// (" | Báo Dân trí"), compared without regard to case.
	Suffixes []string
	// Dateline matches the newspaper's own tag before a lead, at its very
	// beginning; the first group is the dateline itself.
	Dateline *Expression
	Layouts  []Layout // newest first; the last has no Since
	Text     TextRules

	Source []byte `clean:"-"` // the file that it was read from, nil where there was none

	known [256]atomic.Pointer[understood] `clean:"-"` // for [Site.Address]
}

// SourceKind says how a source lists articles.
type SourceKind string

// The kinds of source.
const (
	NewsSitemap SourceKind = "news-sitemap"
	Sitemap     SourceKind = "sitemap" // an index or a urlset, told apart by its root element
	FeedSource  SourceKind = "feed"
	SectionList SourceKind = "section"
	FrontPage   SourceKind = "front"
)

// Source is one place where a newspaper lists its articles.
type Source struct {
	Kind SourceKind `yaml:"kind"`
	// URL may hold {yyyy}, {mm} and {m}: the year, the month with and without a
	// leading zero, of the running month. See [Source.At].
	URL string `yaml:"url"`
	// Guess marks an address inferred, not seen: its absence is a note in the
	// run's report, not a failure.
	Guess bool `yaml:"guess,omitempty"`
}

// At is the source's address in the month of t, read in [Zone].
func (s Source) At(t time.Time) string {
	t = t.In(Zone)
	return strings.NewReplacer("{yyyy}", t.Format("2006"), "{mm}", t.Format("01"), "{m}", t.Format("1")).Replace(s.URL)
}

// Paging is how a newspaper's lists page.
type Paging struct {
	// Address is that of page n on the list's host: {path} is the list's path without a slash or ".htm",
	// ".html", ".chn" or the like at its end, {n} the page from 2, {n-1} the page counted from 0.
	Address string
	Only    *Expression // the paths of lists that page; nil is all
	Last    int         // the highest page that there is; 0 is not known
}

// listEnding is what {path} leaves out.
var listEnding = regexp.MustCompile(`(?:/|\.[a-z]{2,5})$`)

// ListPage is the address of page n (from 2) of the list at an address, "" where the list does
// not page.
func (s *Site) ListPage(list *url.URL, n int) string {
	if s.ListPages == nil {
		return ""
	}
	return s.ListPages.page(list, n)
}

func (p *Paging) page(list *url.URL, n int) string {
	if p.Last > 0 && n > p.Last || p.Only != nil && !p.Only.MatchString(list.Path) {
		return ""
	}
	path := strings.NewReplacer("{path}", listEnding.ReplaceAllString(list.Path, ""), "{n}", strconv.Itoa(n), "{n-1}", strconv.Itoa(n-1)).Replace(p.Address)
	switch {
	case strings.HasPrefix(path, "?"):
		path = "/" + path
	case !strings.HasPrefix(path, "/"):
		return "" // the front page, of which "-p2" would be another host
	}
	return list.Scheme + "://" + list.Host + path
}
