package listing

import (
	"net/url"
	"strings"
	"testing"

	"baoluu/cleaner/hostile"
)

// Whatever a listing is made of, reading it costs what its size allows.
func TestListingsWithinBudget(t *testing.T) {
	base, err := url.Parse("https://vov.vn/rss/x.rss")
	if err != nil {
		t.Fatal(err)
	}
	markup := []string{
		"x", " ", "&", "&amp;", "&#x;", "<", ">", "/>", "'", `"`, "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x", "<?xml encoding='windows-1258'?>",
		"<item/>", "<a:b xmlns:a%d='x'/>", "<a:b ", "a%d=b ", "\x00", "\xff", "ế", "\u200b", "a/../", "%C3",
		"<link>a%d", "<link href='/a%d'/>", "<guid isPermaLink='true'>/a", "<a xml:base='a/'/>", "<a xml:base='/" + strings.Repeat("a/../", 100) + "'/>",
		"<pubDate>Fri, 20 Nov 2026 09:30:00", "<dc:date>1/1/1/1/1", "<updated>1 jan 1:1", "<lastmod>2026-1", "&lt;rss&gt;", "&lt;item&gt;",
	}
	elements := [][2]string{
		{"<item>", "</item>"}, {"<link>", "</link>"}, {"<a xml:base='aaaaaaaa/'>", "</a>"}, {"<source>", "</source>"}, {"<x%d>", "</x>"},
		{"<url>", "</url>"}, {"<loc>/", "</loc>"}, {"<sitemap><loc>/%d", "</loc></sitemap>"}, {"<pubDate>", "</pubDate>"}, {"<![CDATA[", "]]>"},
	}
	for name, g := range map[string]hostile.Grammar{
		"feed":    {Begin: "<rss><channel>", End: "</channel></rss>", Tokens: markup, Pairs: elements},
		"Atom":    {Begin: `<feed xml:base="http://a/` + strings.Repeat("a/b/", 100) + `"><entry>`, End: "</entry></feed>", Tokens: markup, Pairs: elements},
		"sitemap": {Begin: "<urlset>", End: "</urlset>", Tokens: markup, Pairs: elements},
		"page":    {Begin: "&lt;urlset&gt;", Tokens: markup, Pairs: elements},
		"text":    {Begin: "https://vov.vn/a\n", Tokens: append(markup, "\n", "/a%d\n", "#")},
		"JSON": {
			Begin: `{"items":[`, End: "]}",
			Tokens: []string{
				"{},", "0,", `"x",`, "null,", " ", `"url":"/a%d",`, `"id":[{},`, `"id":"/a",`, `\u1234`, `"x":`, "[],", "1", `\`, `"`, `"items":[],`,
				`{"url":"/a%d","id":[[]],"date_published":"x"},`, `"date_published":"20/11/2026 09:30",`,
			},
			Pairs: [][2]string{{"[", "]"}, {"{", "}"}, {`{"id":[`, "]}"}, {`{"url":"`, `"},`}, {`"a%d":{`, "}"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			hostile.Check(t, g, func(doc []byte) { _, _ = Parse(doc, "", base) })
		})
	}
}

// Whatever a parser may take for a base of links counts, in quotes and comments too.
func TestLongBase(t *testing.T) {
	long := strings.Repeat("a/", MaxAddress)
	for page, want := range map[string]bool{
		"<base href='/'>": false,
		"<BASE target=_blank href=\"https://vov.vn/the-gioi/\" />x": false,
		"<base>" + long:                        false,
		"<basefont x='" + long + "'>":          false,
		"<a href='" + long + "'>":              false,
		"<base href='" + long + "'>":           true,
		"<html><Base\nhref=" + long + ">":      true,
		"<base x='>' href='" + long + "'>":     true,
		"<base/href=" + long + ">":             true,
		"<!--><base href='" + long + "'>-->":   true,
		"<a x=\"<base href='" + long + "'>\">": true,
		"<base href='" + long:                  true,
		"<base ":                               true, // a page that ends in it is no sound one
	} {
		if HasLongBase([]byte(page)) != want {
			t.Errorf("%.60q: %v", page, !want)
		}
	}
	hostile.Check(t, hostile.Grammar{
		Tokens: []string{"<base ", "<base a='", `<base a="`, "'", `"`, ">", "<", "/", "a=", "b%d", "<base>", "<bas"},
	}, func(doc []byte) { _ = HasLongBase(doc) })
}
