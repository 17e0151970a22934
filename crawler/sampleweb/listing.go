package sampleweb

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// perList is how many articles a list, a front page or a feed shows.
const perList = 20

// listing finds what lists articles at an address of host: robots.txt, sitemaps,
// feeds, the front page, section lists.
func (w *Web) listing(s *state, host, p, query string) (resource, bool) {
	ok := func(contentType string, write func(io.Writer) error) (resource, bool) {
		return resource{
			status: http.StatusOK, contentType: contentType, modified: s.clock, write: write,
			etag: tag(s.name, host, p, query, strconv.Itoa(s.revision), strconv.Itoa(w.fill)),
		}, true
	}
	const xmlType = "text/xml; charset=utf-8"
	switch {
	case p == "/robots.txt":
		return ok("text/plain; charset=utf-8", text(s.robots(host)))
	case p == s.sitemap:
		return ok(xmlType, s.sitemapIndex(host))
	case p == s.newsSitemap && p != "":
		return ok(xmlType, s.newest(host))
	}
	if m := s.sitemapForm.FindStringSubmatch(p); m != nil {
		year, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		if month < 1 || month > 12 {
			return resource{}, false
		}
		return ok(xmlType, s.month(host, year, time.Month(month)))
	}
	e, rest := s.place(host, p)
	if rest == s.feedIndex && rest != "" {
		feeds := &listPage{page: w.page(s, e, "RSS", p)}
		return ok(htmlType, func(out io.Writer) error { return w.pages.render(out, s.paper, "feeds", feeds) })
	}
	if e == nil {
		if p == "/" {
			return resource{status: http.StatusFound, location: s.origin(s.onHost(host)[0]) + s.onHost(host)[0].prefix}, true
		}
		return resource{}, false
	}
	for _, sec := range append([]section{{}}, e.sections...) {
		if rest == s.feed(sec) {
			return ok("application/rss+xml; charset=utf-8", s.rss(e, sec))
		}
	}
	if rest == "/" || rest == "" {
		list := w.list(s, e, section{}, 1)
		list.Next = ""
		list.Title = s.title
		list.URL = s.origin(e) + cmpSlash(e.prefix)
		return ok(htmlType, func(out io.Writer) error { return w.pages.render(out, s.paper, "list", list) })
	}
	m := s.listForm.FindStringSubmatch(rest + question(query))
	if m == nil {
		return resource{}, false
	}
	sec, known := e.section(m[1])
	if !known {
		return resource{}, false
	}
	n := 1
	if m[2] != "" {
		n, _ = strconv.Atoi(m[2])
		n += 1 - s.pageBase
	}
	list := w.list(s, e, sec, n)
	if len(list.Articles) == 0 && n > 1 {
		return resource{}, false
	}
	return ok(htmlType, func(out io.Writer) error { return w.pages.render(out, s.paper, "list", list) })
}

// onHost is the editions that a host serves.
func (p *paper) onHost(host string) []*edition {
	var es []*edition
	for _, e := range p.editions {
		if e.host == host {
			es = append(es, e)
		}
	}
	return es
}

// list is page n of a section's list, or the front page where sec has no slug.
func (w *Web) list(s *state, e *edition, sec section, n int) *listPage {
	address := e.prefix + s.paper.list(sec, n)
	list := &listPage{page: w.page(s, e, sec.Name, address), Page: n}
	list.Section = sec
	i, most := 0, cmp.Or(s.perPage, perList)
	for r := range s.refs(e, sec.Slug) {
		if i++; i <= (n-1)*most {
			continue
		}
		if i > n*most {
			list.Next = e.prefix + s.paper.list(sec, n+1)
			break
		}
		if !s.gone(r) {
			list.Articles = append(list.Articles, newCard(s.at(r)))
		}
	}
	if n > 1 {
		list.Previous = e.prefix + s.paper.list(sec, n-1)
	}
	return list
}

func (s *state) robots(host string) string {
	text := "User-agent: *\n"
	for _, d := range s.disallow {
		text += "Disallow: " + d + "\n"
	}
	origin := s.scheme + "://" + host
	text += "\nSitemap: " + origin + s.sitemap + "\n"
	if s.newsSitemap != "" {
		text += "Sitemap: " + origin + s.newsSitemap + "\n"
	}
	return text
}

// entry is one article in a sitemap.
type entry struct {
	url, title string
	published  time.Time
	changed    time.Time
}

// entries is what keep keeps of the articles of a host, newest first in each
// edition. keep sees the time before the article is made; false ends that
// edition.
func (s *state) entries(host string, keep func(time.Time) (take, more bool)) []entry {
	var list []entry
	for _, e := range s.onHost(host) {
		for r := range s.refs(e, "") {
			published := s.generatedTime(r.k)
			if r.a != nil {
				published = r.a.Published
			}
			take, more := keep(published)
			if !more {
				break
			}
			if take && !s.gone(r) {
				a := s.at(r)
				list = append(list, entry{a.url(), a.Title, a.Published, a.lastChange()})
			}
		}
	}
	return list
}

const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	stamp        = "2006-01-02T15:04:05-07:00"
)

// sitemapIndex names the sitemap of each month that has articles.
func (s *state) sitemapIndex(host string) func(io.Writer) error {
	var months []string
	running := s.clock.Format("2006-01")
	s.entries(host, func(t time.Time) (bool, bool) {
		if m := t.Format("2006-01"); !(s.hidesMonth && m == running) && !slices.Contains(months, m) {
			months = append(months, m)
		}
		return false, true
	})
	return func(w io.Writer) error {
		fmt.Fprintf(w, "%s<sitemapindex xmlns=%q>\n", xml.Header, sitemapSpace)
		for _, m := range months {
			t := at(m + "-01 00:00")
			fmt.Fprintf(w, "<sitemap><loc>%s://%s%s</loc><lastmod>%s</lastmod></sitemap>\n", s.scheme, host, s.sitemapOf(t.Year(), int(t.Month())), s.clock.Format(stamp))
		}
		_, err := io.WriteString(w, "</sitemapindex>\n")
		return err
	}
}

// month is the sitemap of one month.
func (s *state) month(host string, year int, month time.Month) func(io.Writer) error {
	list := s.entries(host, func(t time.Time) (bool, bool) { return t.Year() == year && t.Month() == month, true })
	return func(w io.Writer) error {
		fmt.Fprintf(w, "%s<urlset xmlns=%q>\n", xml.Header, sitemapSpace)
		for _, e := range list {
			fmt.Fprintf(w, "<url><loc>%s</loc><lastmod>%s</lastmod></url>\n", e.url, e.changed.Format(stamp))
		}
		_, err := io.WriteString(w, "</urlset>\n")
		return err
	}
}

// newest is the news sitemap: what was published in the last ten days. Theirs
// hold two, but a sample newspaper publishes little.
func (s *state) newest(host string) func(io.Writer) error {
	since := s.clock.AddDate(0, 0, -10)
	list := s.entries(host, func(t time.Time) (bool, bool) { return t.After(since), t.After(since) })
	return func(w io.Writer) error {
		fmt.Fprintf(w, "%s<urlset xmlns=%q xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n", xml.Header, sitemapSpace)
		for _, e := range list {
			fmt.Fprintf(w, "<url><loc>%s</loc><news:news><news:publication><news:name>%s</news:name><news:language>%s</news:language></news:publication><news:publication_date>%s</news:publication_date><news:title>",
				e.url, s.title, s.editions[0].lang, e.published.Format(stamp))
			if err := xml.EscapeText(w, []byte(e.title)); err != nil {
				return err
			}
			io.WriteString(w, "</news:title></news:news></url>\n")
		}
		_, err := io.WriteString(w, "</urlset>\n")
		return err
	}
}

// rss is a section's feed, or that of the whole edition.
func (s *state) rss(e *edition, sec section) func(io.Writer) error {
	type rssItem struct {
		Title       string `xml:"title"`
		Description string `xml:"description"`
		Link        string `xml:"link"`
		GUID        string `xml:"guid"`
		PubDate     string `xml:"pubDate"`
	}
	type channel struct {
		Title string    `xml:"title"`
		Link  string    `xml:"link"`
		Built string    `xml:"lastBuildDate"`
		Items []rssItem `xml:"item"`
	}
	feed := struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Channel channel  `xml:"channel"`
	}{Version: "2.0", Channel: channel{Title: s.title, Link: s.origin(e) + cmpSlash(e.prefix), Built: s.clock.Format(time.RFC1123Z)}}
	for a := range s.articles(e, sec.Slug) {
		if len(feed.Channel.Items) == perList {
			break
		}
		link := fmt.Sprintf("<a href=\"%s\"><img src=\"%s\"></a></br>%s", a.url(), s.image(a, 1), plain(a.Lead))
		feed.Channel.Items = append(feed.Channel.Items, rssItem{a.Title, link, a.url(), a.url(), a.Published.Format(time.RFC1123Z)})
	}
	return func(w io.Writer) error {
		io.WriteString(w, xml.Header)
		return xml.NewEncoder(w).Encode(feed)
	}
}
