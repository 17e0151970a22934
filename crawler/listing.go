package crawler

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/mmcdole/gofeed"

	"baoluu/cleaner"
	"baoluu/cleaner/coding"
	"baoluu/sites"
)

// The limits of one listing. Those of a sitemap are the protocol's own.
const (
	maxSitemapURLs  = 50_000
	maxSitemapBytes = 50 << 20
	maxXMLDepth     = 100
)

// listed is one address that a listing names, with the time it gives for it.
type listed struct {
	url  string
	time time.Time // published, or last changed; zero where it says nothing
	// modified: the time is when the page was last changed, as a sitemap's
	// lastmod says.
	modified bool
}

// listing is what one feed or sitemap says.
type listing struct {
	articles []listed // of a feed or an urlset
	sitemaps []listed // of a sitemap index
}

var errNoListing = errors.New("neither a feed nor a sitemap")

// parseListing reads a feed (RSS, Atom, JSON) or a sitemap (urlset, index, plain
// text, gzip or not), whatever its address promised. A listing that breaks off
// gives what came before the break, and the error.
func parseListing(body []byte) (listing, error) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return listing{}, fmt.Errorf("gzip: %w", err)
		}
		var buf bytes.Buffer
		_, err = buf.ReadFrom(&coding.Bounded{R: z, Left: maxSitemapBytes})
		if errors.Is(err, coding.ErrTooLarge) {
			return listing{}, err
		}
		l, perr := parsePlainListing(buf.Bytes())
		return l, errors.Join(err, perr)
	}
	return parsePlainListing(body)
}

func parsePlainListing(body []byte) (listing, error) {
	if len(body) > maxSitemapBytes {
		return listing{}, coding.ErrTooLarge
	}
	body = bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(body) == 0:
		return listing{}, errNoListing
	case body[0] == '{':
		return parseFeed(body)
	case body[0] != '<':
		return parseTextSitemap(body)
	}
	switch root, err := rootElement(body); root {
	case "urlset", "sitemapindex":
		return parseSitemap(body)
	case "rss", "feed", "RDF", "rdf":
		return parseFeed(body)
	default:
		if err != nil {
			return listing{}, err
		}
		return listing{}, errNoListing
	}
}

func newDecoder(body []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		raw, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		text, _, _ := cleaner.UTF8(raw, "text/xml; charset="+label)
		return bytes.NewReader(text), nil
	}
	return d
}

func rootElement(body []byte) (string, error) {
	d := newDecoder(body)
	for {
		t, err := d.RawToken()
		if err != nil {
			return "", fmt.Errorf("xml: %w", err)
		}
		if start, ok := t.(xml.StartElement); ok {
			return start.Name.Local, nil
		}
	}
}

// parseSitemap streams over an urlset or an index. Names are matched without
// their namespaces, for many newspapers get those wrong.
func parseSitemap(body []byte) (listing, error) {
	var l listing
	d := newDecoder(body)
	var path []string
	var entry listed
	var text strings.Builder
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(path) > 0 {
				return l, fmt.Errorf("sitemap: %w", io.ErrUnexpectedEOF)
			}
			return l, nil
		}
		if err != nil {
			return l, fmt.Errorf("sitemap: %w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > maxXMLDepth {
				return l, errors.New("sitemap: elements nested too deep")
			}
			if len(path) == 2 {
				entry = listed{}
			}
			text.Reset()
		case xml.CharData:
			if text.Len() < 8<<10 { // more is no address and no day
				text.Write(t)
			}
		case xml.EndElement:
			if len(path) == 0 || path[len(path)-1] != t.Name.Local {
				return l, fmt.Errorf("sitemap: unexpected </%s>", t.Name.Local)
			}
			value := strings.TrimSpace(text.String())
			text.Reset()
			switch {
			case len(path) == 3 && t.Name.Local == "loc":
				entry.url = value
			case len(path) == 3 && t.Name.Local == "lastmod" && entry.time.IsZero(),
				t.Name.Local == "publication_date": // a news sitemap's; the better one
				if at := parseW3CTime(value); !at.IsZero() {
					entry.time, entry.modified = at, t.Name.Local == "lastmod"
				}
			case len(path) == 2 && entry.url != "" && t.Name.Local == "sitemap":
				l.sitemaps = append(l.sitemaps, entry)
			case len(path) == 2 && entry.url != "" && t.Name.Local == "url":
				l.articles = append(l.articles, entry)
			}
			if len(l.sitemaps)+len(l.articles) >= maxSitemapURLs {
				return l, nil
			}
			path = path[:len(path)-1]
		}
	}
}

func parseTextSitemap(body []byte) (listing, error) {
	var l listing
	for line := range bytes.Lines(body) {
		line := string(bytes.TrimSpace(line))
		if line == "" {
			continue
		}
		if !strings.HasPrefix(line, "http://") && !strings.HasPrefix(line, "https://") {
			return l, errNoListing
		}
		if l.articles = append(l.articles, listed{url: line}); len(l.articles) >= maxSitemapURLs {
			break
		}
	}
	return l, nil
}

func parseFeed(body []byte) (listing, error) {
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return listing{}, fmt.Errorf("feed: %w", err)
	}
	var l listing
	for _, item := range f.Items {
		link := strings.TrimSpace(item.Link)
		if link == "" && (strings.HasPrefix(item.GUID, "http://") || strings.HasPrefix(item.GUID, "https://")) {
			link = item.GUID
		}
		if link == "" {
			continue
		}
		var at time.Time
		if item.PublishedParsed != nil {
			at = *item.PublishedParsed
		} else if item.UpdatedParsed != nil {
			at = *item.UpdatedParsed
		}
		if l.articles = append(l.articles, listed{url: link, time: at}); len(l.articles) >= maxSitemapURLs {
			break
		}
	}
	return l, nil
}

// parseW3CTime reads the forms of a sitemap's times. One without a zone is the
// newspaper's own.
func parseW3CTime(s string) time.Time {
	for _, form := range []string{
		time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-0700",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly, "2006-01", "2006",
	} {
		if t, err := time.ParseInLocation(form, s, sites.Zone); err == nil {
			return t
		}
	}
	return time.Time{}
}

const (
	// recentSitemaps is how far back a run follows the children of an index:
	// what is older, earlier runs have read or a backfill will.
	recentSitemaps = 62 * 24 * time.Hour
	// maxSitemaps bounds the children that one index may lead to in one run.
	maxSitemaps = 16
)

var monthInURL = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)(?:[-_/]?(0?[1-9]|1[0-2]))?(?:\D|$)`)

// monthsOf is the time that a child of an index is about, from its first day to its
// last; what is not known is zero. Its lastmod bounds the end alone. The month in the name is believed before lastmod: many sites stamp every child
// with the time at which the index was made.
func monthsOf(c listed) (from, to time.Time) {
	path := c.url
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, path, _ = strings.Cut(rest, "/")
	}
	m := monthInURL.FindStringSubmatch(path)
	if m == nil {
		return time.Time{}, c.time
	}
	form, text := "2006", m[1]
	if m[2] != "" {
		form, text = "2006-1", m[1]+"-"+strings.TrimPrefix(m[2], "0")
	}
	begin, err := time.ParseInLocation(form, text, sites.Zone)
	if err != nil {
		return time.Time{}, c.time
	}
	if m[2] == "" {
		return begin, begin.AddDate(1, 0, -1)
	}
	return begin, begin.AddDate(0, 1, -1)
}

// recentChildren are the children of an index worth reading, newest first:
// those of the last two months, and those that do not say of when they are.
// Where all are older, as on a newspaper that has closed, the two newest.
func recentChildren(children []listed, now time.Time) []listed {
	var recent, older []listed
	for _, c := range children {
		_, c.time = monthsOf(c)
		if c.time.IsZero() || c.time.After(now.Add(-recentSitemaps)) {
			recent = append(recent, c)
		} else {
			older = append(older, c)
		}
	}
	newestFirst := func(a, b listed) int {
		if a.time.IsZero() != b.time.IsZero() {
			return cmp.Compare(btoi(a.time.IsZero()), btoi(b.time.IsZero()))
		}
		return b.time.Compare(a.time)
	}
	slices.SortStableFunc(recent, newestFirst)
	if len(recent) == 0 {
		slices.SortStableFunc(older, newestFirst)
		recent = older[:min(len(older), 2)]
	}
	return recent[:min(len(recent), maxSitemaps)]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
