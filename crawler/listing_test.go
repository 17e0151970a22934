package crawler

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner/coding"
	"baoluu/sites"
)

func urls(ls []listed) []string {
	var us []string
	for _, l := range ls {
		us = append(us, l.url)
	}
	return us
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, sites.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestParseListing(t *testing.T) {
	const news = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://dantri.com.vn/a-1.htm </loc><lastmod>2026-11-20T09:30:00+07:00</lastmod>
<news:news><news:publication_date>2026-11-19T08:00+07:00</news:publication_date><news:title>Một &amp; hai</news:title></news:news>
<image:image><image:loc>https://cdn.example/x.jpg</image:loc></image:image></url>
<url><loc>https://dantri.com.vn/b-2.htm</loc><lastmod>2026-11-18</lastmod></url>
<url><loc></loc></url>`
	tests := []struct {
		name, body         string
		articles, sitemaps []string
		fails              bool
	}{
		{"news sitemap", news + "</urlset>", []string{"https://dantri.com.vn/a-1.htm", "https://dantri.com.vn/b-2.htm"}, nil, false},
		{"one that breaks off", news, []string{"https://dantri.com.vn/a-1.htm", "https://dantri.com.vn/b-2.htm"}, nil, true},
		{"gzip", string(encode(t, "gzip", []byte(news+"</urlset>"))), []string{"https://dantri.com.vn/a-1.htm", "https://dantri.com.vn/b-2.htm"}, nil, false},
		{"index", `<sitemapindex><sitemap><loc>https://vov.vn/s/1.xml</loc></sitemap></sitemapindex>`, nil, []string{"https://vov.vn/s/1.xml"}, false},
		{"rss", `<?xml version="1.0"?><rss version="2.0"><channel><item><title>x</title><link>https://vov.vn/a-post1.vov</link></item>
			<item><guid>https://vov.vn/b-post2.vov</guid></item><item><guid>17</guid></item></channel></rss>`,
			[]string{"https://vov.vn/a-post1.vov", "https://vov.vn/b-post2.vov"}, nil, false},
		{"atom", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="https://vov.vn/a-post1.vov"/></entry></feed>`, []string{"https://vov.vn/a-post1.vov"}, nil, false},
		{"text", "https://vov.vn/a\r\n\r\nhttps://vov.vn/b", []string{"https://vov.vn/a", "https://vov.vn/b"}, nil, false},
		{"a page", "<!doctype html><html><body>Không tìm thấy</body></html>", nil, nil, true},
		{"words", "hello", nil, nil, true},
		{"nothing", "", nil, nil, true},
		{"crossed tags", "<urlset><url><loc>https://vov.vn/a</url></loc></urlset>", nil, nil, true},
		{"too deep", "<urlset>" + strings.Repeat("<a>", 200), nil, nil, true},
		{"cut gzip", string(encode(t, "gzip", []byte(news))[:60]), nil, nil, true},
	}
	for _, tt := range tests {
		l, err := parseListing([]byte(tt.body))
		if (err != nil) != tt.fails {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.name != "cut gzip" && (!slices.Equal(urls(l.articles), tt.articles) || !slices.Equal(urls(l.sitemaps), tt.sitemaps)) {
			t.Errorf("%s: %v %v", tt.name, l.articles, l.sitemaps)
		}
	}
	l, _ := parseListing([]byte(news + "</urlset>"))
	if want := at("2026-11-19 08:00"); !l.articles[0].time.Equal(want) {
		t.Errorf("published %v, want %v", l.articles[0].time, want)
	}
	if want := at("2026-11-18 00:00"); !l.articles[1].time.Equal(want) {
		t.Errorf("a day without a time is %v, want %v", l.articles[1].time, want)
	}
}

func TestParseListingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	var b strings.Builder
	b.WriteString("<urlset>")
	for i := range maxSitemapURLs + 10 {
		fmt.Fprintf(&b, "<url><loc>https://vov.vn/%d</loc></url>", i)
	}
	l, err := parseListing([]byte(b.String()))
	if err != nil || len(l.articles) != maxSitemapURLs {
		t.Errorf("%d addresses, %v", len(l.articles), err)
	}
	if _, err := parseListing(encode(t, "gzip", make([]byte, maxSitemapBytes+1))); !errors.Is(err, coding.ErrTooLarge) {
		t.Errorf("a bomb: %v", err)
	}
	long := "<urlset><url><loc>" + strings.Repeat("x", 1<<20) + "</loc></url></urlset>"
	l, err = parseListing([]byte(long))
	if err != nil || len(l.articles) != 1 || len(l.articles[0].url) > 1<<20 {
		t.Errorf("a long address: %v", err)
	}
}

func TestRecentChildren(t *testing.T) {
	now := at("2026-11-22 09:00")
	var children []listed
	for _, m := range []string{"2026-8", "2026-9", "2026-10", "2026-11", "2025-11"} {
		// Every child is stamped with the index's own time.
		children = append(children, listed{url: "https://vov.vn/sitemaps/" + strings.Replace(m, "-", "/", 1) + "/article.xml", time: now})
	}
	children = append(children,
		listed{url: "https://vov.vn/sitemaps/section.xml"},
		listed{url: "https://vov.vn/sitemaps/tags.xml", time: at("2020-01-01 00:00")})
	want := []string{"https://vov.vn/sitemaps/2026/11/article.xml", "https://vov.vn/sitemaps/2026/10/article.xml", "https://vov.vn/sitemaps/2026/9/article.xml", "https://vov.vn/sitemaps/section.xml"}
	if got := urls(recentChildren(children, now)); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	closed := []listed{{url: "http://x/sitemap-2014-01.xml"}, {url: "http://x/sitemap-2016-05.xml"}, {url: "http://x/sitemap-2016-06.xml"}}
	if got := urls(recentChildren(closed, now)); !slices.Equal(got, []string{"http://x/sitemap-2016-06.xml", "http://x/sitemap-2016-05.xml"}) {
		t.Errorf("a closed newspaper: %v", got)
	}
	many := make([]listed, 1000)
	if got := recentChildren(many, now); len(got) != maxSitemaps {
		t.Errorf("%d of 1000", len(got))
	}
}

func FuzzListing(f *testing.F) {
	f.Add([]byte(`<urlset><url><loc>https://vov.vn/a</loc><lastmod>2026-01</lastmod></url></urlset>`))
	f.Add([]byte(`<sitemapindex><sitemap><loc>x</loc></sitemap>`))
	f.Add([]byte(`<rss version="2.0"><channel><item><link>https://vov.vn/a</link><pubDate>Fri, 20 Nov 2026 10:00:00 +0700</pubDate></item></channel></rss>`))
	f.Add([]byte(`<feed><entry><link href="a"/></entry></feed>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://vov.vn/a"}]}`))
	f.Add([]byte("https://vov.vn/a\nhttps://vov.vn/b"))
	f.Add(encode(f, "gzip", []byte("<urlset></urlset>")))
	f.Add([]byte(`<?xml version="1.0" encoding="windows-1258"?><urlset><url><loc>` + "\xf0" + `</loc></url></urlset>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := parseListing(body)
		if err == nil {
			recentChildren(l.sitemaps, time.Unix(1_800_000_000, 0))
		}
		for _, a := range slices.Concat(l.articles, l.sitemaps) {
			if a.url == "" {
				t.Fatal("an empty address")
			}
		}
	})
}

func TestParseW3CTime(t *testing.T) {
	for _, s := range []string{"2026-11-20T09:30:00+07:00", "2026-11-20T02:30:00Z", "2026-11-20T09:30+07:00", "2026-11-20T09:30:00", "2026-11-20 09:30:00", "2026-11-20T09:30:00.000+07:00", "2026-11-20T09:30:00+0700"} {
		if got := parseW3CTime(s); !got.Equal(at("2026-11-20 09:30")) {
			t.Errorf("%s: %v", s, got)
		}
	}
	for _, s := range []string{"", "yesterday", "20/11/2026", io.EOF.Error()} {
		if got := parseW3CTime(s); !got.IsZero() {
			t.Errorf("%s: %v", s, got)
		}
	}
}
