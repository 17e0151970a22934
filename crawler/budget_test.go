package crawler

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

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
			hostile.Check(t, g, func(doc []byte) { _, _ = parseListing(doc, "", base) })
		})
	}
}

// The same of an answer's head and of what tells where its body ends, in whatever pieces it
// comes. What net/http makes of it is measured, too.
func TestHeadsWithinBudget(t *testing.T) {
	tokens := []string{
		" x\r\n", "\tx\n", " \n", "A: b\r\n", "A%d: b\n", "a:\n", ":", "x", "\r", "\n", "\r\n", " ", "\x00", "ế",
		"Set-Cookie: a%d=b\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 1,1,\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 x\r\nLink: x\r\n\r\n",
	}
	for name, g := range map[string]hostile.Grammar{
		"fields": {Begin: "HTTP/1.1 200 OK\r\nA: b\r\n", End: "\r\n", Tokens: tokens},
		"hints":  {Begin: "HTTP/1.1 103 Early Hints\r\n", End: "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", Tokens: tokens},
		"chunks": {
			Begin: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", End: "0\r\n\r\n",
			Tokens: []string{"1\r\nx\r\n", "1\nx\n", "1;a=b\r\nx\r\n", "00001\r\nx\r\n", "5\r\n", " ", "0", "\r", "\n", ";", "x", "0\r\nX: y\r\n", "ff\r\n"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			hostile.Check(t, g, func(doc []byte) {
				_, _, _ = parseHead(doc)
				var f framing
				var mended []byte
				for piece := range bytes.SplitAfterSeq(doc, []byte("x")) { // of any length
					mended = f.mend(mended, piece)
				}
				mended = f.end(mended)
				res, err := http.ReadResponse(bufio.NewReader(iotest.HalfReader(bytes.NewReader(mended))), nil)
				if err != nil {
					return
				}
				_, _ = bounded(mappedHead(res))
				_, _ = io.Copy(io.Discard, res.Body)
			})
		})
	}
}

// A head costs what it has of bytes, and keeps no more fields than a server can mean.
func TestHeadsThatAreTooLarge(t *testing.T) {
	const begin = "HTTP/1.1 200 OK\r\nA: b\r\n"
	folded, _, ok := parseHead([]byte(begin + strings.Repeat(" x\r\n", 3) + " \r\n\r\n"))
	if !ok || len(folded.fields) != 1 || folded.fields[0].Value != "b x x x " {
		t.Errorf("folded: %+v", folded.fields)
	}
	for name, tt := range map[string]struct {
		fields string
		kept   int
	}{
		"many fields": {strings.Repeat("a:\n", maxHeadFields+5), maxHeadFields},
		"one folded":  {strings.Repeat(" x\n", maxHeader/2+5), 0},
	} {
		h, _, ok := parseHead([]byte(begin + tt.fields + "\n"))
		h, err := bounded(h)
		if !ok || gapOf(err) != "too large" || len(h.fields) != tt.kept {
			t.Errorf("%s: %d fields, %v", name, len(h.fields), err)
		}
	}
	res := &http.Response{Status: "200 OK", Proto: "HTTP/1.1", Header: http.Header{"A": strings.Split(strings.Repeat("x,", maxHeader), ",")}}
	if h, err := bounded(mappedHead(res)); gapOf(err) != "too large" || len(h.fields) != maxHeadFields {
		t.Errorf("of a map: %d fields, %v", len(h.fields), err)
	}
}

// The same of the rules of a robots.txt, and of asking them for a long address.
func TestRobotsWithinBudget(t *testing.T) {
	var asked []*url.URL
	for _, path := range []string{strings.Repeat("a", 2000), strings.Repeat("ab", 1000), strings.Repeat("aaaaaaaaab", 200), strings.Repeat("%C3", 660)} {
		asked = append(asked, &url.URL{Path: "/" + path, RawQuery: path})
	}
	hostile.Check(t, hostile.Grammar{
		Begin: "User-agent: *\nAllow: /", End: "\n",
		Tokens: []string{
			"*", "$", "a", "ab", "*a", "*" + strings.Repeat("a", 30) + "b", "*" + strings.Repeat("ab", 40) + "c", "%C3", "%", "\u0301", "ế", "\xff", "#", ":", "\n", "\r",
			"\nallow:*", "\ndisallow:/a%d*b", "\nuser-agent: *\n", "\nuser-agent: baoluu\n", "\nuser-agent: x%d\n", "\nsitemap: /%d\n", "\ncrawl-delay: 1\n",
		},
	}, func(doc []byte) {
		r := parseRobots(doc)
		for _, u := range asked {
			_ = r.allows(u)
		}
	})
}
