package crawler

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"baoluu/crawler/listing"
	"baoluu/sites"
)

// What a survey chooses by. Nothing here is left to chance: the same listings lead to the same
// pages.

// thinned is at most n of a list, spread evenly over it, the first among them.
func thinned[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	some := make([]T, n)
	for i := range some {
		some[i] = list[i*len(list)/n]
	}
	return some
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// sideSitemap is the name of a sitemap of other things than articles.
var sideSitemap = regexp.MustCompile(`(?i)(categor|chuyen-?muc|section|tags?\b|topic|author|tac-?gia|video|image|photo|static|pages?\b|event)`)

// someChildren are n children of an index: the newest, and others of years that lie as far
// apart as may be. Where they do not say of when they are, they are taken evenly.
func someChildren(children []listing.Item, n int) []listing.Item {
	main := slices.DeleteFunc(slices.Clone(children), func(c listing.Item) bool { return sideSitemap.MatchString(path.Base(pathOf(c.URL))) })
	if len(main) == 0 {
		main = children
	}
	var dated []listing.Item
	for _, c := range main {
		if from, _ := c.Months(); !from.IsZero() {
			dated = append(dated, c)
		}
	}
	if len(dated) == 0 {
		return ends(main, n)
	}
	begins := func(c listing.Item) time.Time { from, _ := c.Months(); return from }
	slices.SortStableFunc(dated, func(a, b listing.Item) int { return begins(b).Compare(begins(a)) })
	years := slices.CompactFunc(slices.Clone(dated[1:]), func(a, b listing.Item) bool { return begins(a).Year() == begins(b).Year() })
	if years = slices.DeleteFunc(years, func(c listing.Item) bool { return begins(c).Year() == begins(dated[0]).Year() }); len(years) == 0 {
		return append(dated[:1:1], ends(dated[1:], n-1)...)
	}
	return append(dated[:1:1], ends(years, n-1)...)
}

// ends is n of a list, evenly, both ends among them.
func ends[T any](list []T, n int) []T {
	if n < 2 || len(list) <= n {
		return list[:min(len(list), max(n, 0))]
	}
	some := make([]T, n)
	for i := range some {
		some[i] = list[i*(len(list)-1)/(n-1)]
	}
	return some
}

var (
	number  = regexp.MustCompile(`\d+`)
	hasWord = regexp.MustCompile(`\pL`)
)

// shapeOf is how an address looks: its ending, whether its last words are many, how long its
// longest number is. "" is no shape of an article's.
func shapeOf(address string) string {
	whole := pathOf(address)
	last := path.Base(whole)
	ending := path.Ext(last)
	if strings.HasSuffix(whole, "/") {
		ending += "/"
	}
	digits := 0
	for _, n := range number.FindAllString(whole, -1) {
		digits = max(digits, len(n))
	}
	words := 0
	for word := range strings.FieldsFuncSeq(strings.TrimSuffix(last, path.Ext(last)), func(r rune) bool { return r == '-' || r == '_' }) {
		if hasWord.MatchString(word) {
			words++
		}
	}
	if words < 4 && digits < 4 {
		return ""
	}
	return fmt.Sprintf("%s %t %d", ending, words >= 4, min(digits/4, 3))
}

// commonShapes are the shapes that one in ten of the addresses has, or more.
func commonShapes(addresses []string) map[string]bool {
	counts, all := make(map[string]int), 0
	for _, address := range addresses {
		if shape := shapeOf(address); shape != "" {
			counts[shape]++
			all++
		}
	}
	common := make(map[string]bool)
	for shape, n := range counts {
		common[shape] = 10*n >= all
	}
	return common
}

// sideStem is the name of a page that is no list of articles.
var sideStem = regexp.MustCompile(`(?i)^(index|home|trang-chu|rss|feeds?|lien-he.*|contact.*|gioi-thieu.*|about.*|toa-soan|quang-cao.*|adverti.*|bao-gia.*|tim-kiem|search|login|logout|dang-nhap|dang-ky|register|tai-khoan|account|privacy.*|terms.*|dieu-khoan.*|chinh-sach.*|quy-dinh.*|so-do.*|sitemap|tags?|authors?|tac-gia|apps?|app-.*|dat-bao.*|subscri.*|newsletter|e-?paper|e-?magazine|hoi-dap|lich-.*|tien-ich|user|member|admin|cdn-cgi)$`)

var listNumber = regexp.MustCompile(`[-_]?[a-z]{0,3}\d+([a-z]{1,3}\d*)?$`)

// stemOf is the name of a section in the address of its list or feed: "thoi-su" of
// "/thoi-su-472ct0.htm".
func stemOf(address string) string {
	base := path.Base(pathOf(address))
	base = strings.ToLower(strings.TrimSuffix(base, path.Ext(base)))
	return cmp.Or(listNumber.ReplaceAllString(base, ""), base)
}

// sectionsAmong are the links of a page that may be section lists: first those, named of them,
// whose name stands in addresses of articles or of feeds; the more it does the earlier.
func (s *survey) sectionsAmong(links []string) (sections []string, named int) {
	const maxWords = 5
	inAddresses := make(map[string]int)
	for _, n := range s.found.Named {
		if s.isArticle(n.URL) {
			first, _, more := strings.Cut(strings.TrimPrefix(pathOf(n.URL), "/"), "/")
			if more {
				inAddresses[strings.ToLower(first)]++
			}
		}
	}
	for _, feed := range s.feeds {
		inAddresses[stemOf(feed)]++
	}
	weight := make(map[string]int)
	for _, link := range links {
		u, err := url.Parse(link)
		if err != nil || u.RawQuery != "" || s.isArticle(link) {
			continue
		}
		at, stem := strings.Trim(u.Path, "/"), stemOf(link)
		a, err := s.site.Address(link)
		if err != nil || a.Kind != sites.Other && a.Kind != sites.List || at == "" || link == s.site.Home || strings.Count(at, "/") > 1 || strings.Count(stem, "-") >= maxWords || sideStem.MatchString(stem) || shapeOf(link) != "" && inAddresses[stem] == 0 {
			continue
		}
		sections = append(sections, link)
		if weight[link] = inAddresses[stem]; weight[link] > 0 {
			named++
		}
	}
	slices.SortStableFunc(sections, func(a, b string) int { return weight[b] - weight[a] })
	return sections, named
}

// candidate is an article that may be asked for.
type candidate struct {
	address string
	at      time.Time
	section string
}

// spread orders articles so that wherever one stops, those before are of several years and
// sections: every other one is of the newest year, and those of a year go round its sections.
// Those that do not say of when they are count as new.
func spread(all []candidate, wanted int) []candidate {
	newest := 0
	for _, c := range all {
		newest = max(newest, yearOf(c, 0))
	}
	years := make(map[int][]candidate)
	for _, c := range all {
		year := yearOf(c, newest)
		years[year] = append(years[year], c)
	}
	var older []int
	for year := range years {
		if year != newest {
			older = append(older, year)
		}
	}
	slices.Sort(older)
	slices.Reverse(older)
	queues := make([][]candidate, len(older))
	for i, year := range older {
		queues[i] = roundSections(years[year], wanted)
	}
	rest, now := alternate(queues), roundSections(years[newest], wanted)
	return alternate([][]candidate{now, rest})
}

func yearOf(c candidate, unknown int) int {
	if c.at.IsZero() {
		return unknown
	}
	return c.at.In(sites.Zone).Year()
}

// roundSections takes from each section in turn; of one, evenly from its newest to its oldest.
func roundSections(all []candidate, wanted int) []candidate {
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.section, b.section), b.at.Compare(a.at), cmp.Compare(a.address, b.address))
	})
	var queues [][]candidate
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(c candidate) bool { return c.section != all[0].section })
		if n < 0 {
			n = len(all)
		}
		queues = append(queues, thinned(all[:n], 2*wanted))
		all = all[n:]
	}
	return alternate(queues)
}

// alternate takes from each list in turn.
func alternate[T any](lists [][]T) []T {
	var all []T
	for i, more := 0, true; more; i++ {
		more = false
		for _, list := range lists {
			if i < len(list) {
				all = append(all, list[i])
				more = true
			}
		}
	}
	return all
}
