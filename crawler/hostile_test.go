package crawler_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// hostileAnswer is an answer that attacks what reads it, and what the crawl says of it: "" where
// it is read.
type hostileAnswer struct {
	name   string
	head   string // beside Content-Type
	body   func(size int) string
	reason string
}

// filled repeats a unit. In it, %d is a number that counts up.
func filled(begin, unit, end string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteString(begin)
		for i := 0; b.Len() < size; i++ {
			b.WriteString(strings.ReplaceAll(unit, "%d", fmt.Sprint(i)))
		}
		b.WriteString(end)
		return b.String()
	}
}

// zipped packs a body, several times if need be.
func zipped(times int, body func(int) string) func(int) string {
	return func(size int) string {
		packed := body(size)
		for range times {
			packed = string(gzipped([]byte(packed)))
		}
		return packed
	}
}

func gzipped(b []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(b)
	z.Close()
	return packed.Bytes()
}

func sound(body string) func(int) string { return func(int) string { return body } }

const gzipHead = "Content-Encoding: gzip\r\n"

// hostileListings come as feeds and sitemaps.
var hostileListings = []hostileAnswer{
	{"nested elements of a namespace", gzipHead, zipped(1, filled(`<rss version="2.0" xmlns:a="urn:a"><channel><item><title>x</title>`, "<a:b>", "")), "unreadable"},
	{"text between elements", gzipHead, zipped(1, filled(`<rss xmlns:a="urn:a"><channel><item><title>x</title><a:c>`, "x<a:b/>", "</a:c></item></channel></rss>")), ""},
	{"bases within one another", "", filled(`<feed xmlns="http://www.w3.org/2005/Atom"><entry>`, `<a xml:base="aaaaaaaaaaaaaaaaaa/">`, ""), "unreadable"},
	{"empty items", "", filled("<rss><channel>", "<item/>", "</channel></rss>"), ""},
	{"encoding declarations", "", filled(`<?xml version="1.0" encoding="utf-7"?>`, `<?xml encoding="windows-1258"?>`, ""), "unreadable"},
	{"empty items of JSON", "", filled(`{"items":[`, "{},", "{}]}"), ""},
	{"a JSON id that nests", "", sound(`{"items":[{"id":` + strings.Repeat("[", 20_000)), "unreadable"},
	{"a JSON id of objects", "", filled(`{"items":[{"id":[`, "{},", "{}]}]}"), ""},
	{"gzip three times", gzipHead, zipped(4, filled("<rss>", "<item/>", "")), "unreadable"},
	{"a gzip of a gzip bomb", gzipHead, zipped(2, func(int) string { return strings.Repeat("<item/>", 8<<20) }), "unreadable"},
	{"a charset that grows", "", filled(`<?xml encoding="windows-1258"?><rss><item><title>`, "\xe2\xec ", ""), "unreadable"},
	{"times", "", filled("<rss><item>", "<pubDate>1/1/1/1/1", "</item></rss>"), ""},
	{"attributes", "", filled("<rss><item ", "a%d=b ", "></item></rss>"), ""},
	{"a listing shown as text", "", filled("&lt;rss&gt;", "&lt;item&gt;&amp;", "&lt;/rss&gt;"), ""},
	{"lines", "", filled("", "a\n", ""), "unreadable"},
}

// hostileHeads have a sound page behind them, or what breaks it.
var hostileHeads = []hostileAnswer{
	{"folded lines", "X-Folded: a\r\n" + strings.Repeat(" x\r\n", 50_000), sound("<html><head></head></html>"), "not an article"},
	{"folded empty lines", "X-Folded: a\n" + strings.Repeat(" \n", 100_000), sound("<html><head></head></html>"), "not an article"},
	{"many fields", strings.Repeat("a:\n", 60_000), sound("<html><head></head></html>"), "too large"},
	{"an endless head", strings.Repeat("X: y\r\n", 100_000), sound(""), "too large"},
	{"tiny chunks", "Transfer-Encoding: chunked\r\n", filled("", "1\r\na\r\n", "0\r\n\r\n"), "not an article"},
	{"an endless extension", "Transfer-Encoding: chunked\r\n", filled("1;", "x", ""), "reset"},
	{"an endless trailer", "Transfer-Encoding: chunked\r\n", filled("0\r\n", "X: y\r\n", "\r\n"), "reset"},
	{"empty gzip members", gzipHead, filled("", string(gzipped(nil)), ""), "not an article"},
	{"a gzip bomb", gzipHead, func(int) string { return string(gzipped(make([]byte, 32<<20))) }, "too large"},
	{"codings over one another", "Content-Encoding: gzip, gzip, gzip, gzip, gzip\r\n", zipped(5, filled("", "x", "")), "bad coding"},
	{"codings that are not there", "Content-Encoding: " + strings.Repeat("br, deflate, ", 7) + "br\r\n", filled("\x0b", "\x8f\x02\x13\xe1", ""), "bad coding"},
	{"empty frames of zstd", "Content-Encoding: zstd\r\n", filled("", "\x28\xb5\x2f\xfd\x00\x68\x01\x00\x00", ""), "not an article"},
	{"skipped frames of zstd", "Content-Encoding: zstd\r\n", filled("", "\x50\x2a\x4d\x18\x00\x00\x00\x00", ""), "not an article"},
	{"a zstd bomb", "Content-Encoding: zstd\r\n", filled("\x28\xb5\x2f\xfd\x00\x68", "\x02\x00\x10x", "\x01\x00\x00"), "too large"},
	{"a validator that fills the frontier", "ETag: \"" + strings.Repeat("x", 200_000) + "\"\r\n", sound("<html><head></head></html>"), "not an article"},
}

// hostilePages are HTML, in an article's place.
var hostilePages = []hostileAnswer{
	{"attributes of body", "", filled("<html><head><title>x</title></head>", "<body a%d=b>", "<p>x</p>"), "hostile markup"},
	{"attributes of html", "", filled("<head><title>x</title></head>", "<html a%d=b>", "<p>x</p>"), "hostile markup"},
	{"breaks", "", filled("<html><head><title>B</title></head><body><article>", "x<br>", "</article>"), ""},
	{"tables", "", filled("<html><head></head><body>", "<table>x", ""), ""},
	{"headlines", "", filled("<html><head></head><body>", "<h2>x</h2>", ""), ""},
	{"formatting", "", filled("<html><head></head><body>", "<b><i><p>", ""), "hostile markup"},
	{"divisions", "", filled("<html><head></head><body>", "<div>", ""), ""},
	{"JSON-LD that nests", "", filled(`<html><head><script type="application/ld+json">{"a":`, "[", "</script></head>"), ""},
	{"comments", "", filled("<html><head></head>", "<!--x--><!-->", ""), ""},
	{"references", "", filled("<html><head></head><p>", "&#x1f600;&notit;&", ""), ""},
	{"a meta refresh", "", filled(`<html><head><meta http-equiv=refresh content="0;url=`, "a/../", `"></head>`), ""},
}

// links come on a list.
var hostileLists = []hostileAnswer{
	{"one link of megabytes", "", filled("<html><head></head><a href='/", "a/../", "'>x</a>"), "names no article"},
	{"a base of megabytes", "", func(size int) string {
		return filled("<html><head><base href='https://dantri.com.vn/", "a/b/", "'></head>")(size/2) + filled("", "<a href=x%d>", "")(size/2)
	}, "unreadable"},
	{"links of other kinds", "", filled("<html><head></head>", "<a href=mailto:%d>", ""), "names no article"},
	{"links to nowhere", "", filled("<html><head></head>", "<a href=http://[%d>", ""), "names no article"},
}

// TestHostileNewspaper: a newspaper that serves all of it costs the four beside it nothing; each
// of its documents is named with its reason, and its own run comes to its end.
func TestHostileNewspaper(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector; each parser has a test of its own")
	}
	const size, full = 1 << 20, 9_900_000
	web := sampleweb.New()
	serve := func(address, kind string, a hostileAnswer) {
		body := a.body(size)
		if a.name == hostileListings[0].name || a.name == hostilePages[0].name {
			body = a.body(full)
		}
		answer := "HTTP/1.1 200 OK\r\nContent-Type: " + kind + "\r\n" + a.head + "\r\n" + body
		web.Fault(strings.TrimPrefix(address, "https://"), sampleweb.Raw(answer))
	}
	want := map[string]hostileAnswer{} // by address
	var front strings.Builder
	fmt.Fprint(&front, "<html><head></head><body>")
	index := "<sitemapindex>"
	name := func(i int) string { return fmt.Sprintf("https://dantri.com.vn/sitemaps/%d.xml", i) }
	// Each listing as a sitemap, of an index that names itself and one that names it in turn.
	for i, a := range hostileListings {
		serve(name(i), "text/xml", a)
		want[name(i)] = a
		index += "<sitemap><loc>" + name(i) + "</loc></sitemap>"
	}
	self := "https://dantri.com.vn/sitemap.xml"
	index += "<sitemap><loc>" + self + "</loc></sitemap></sitemapindex>"
	serve(self, "text/xml", hostileAnswer{body: sound(index)})
	// Pages and heads as articles, that the front page lists.
	n := 0
	for _, a := range append(append([]hostileAnswer{}, hostileHeads...), hostilePages...) {
		address := fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-202611200900%05d.htm", n)
		n++
		fmt.Fprintf(&front, "<a href=%q>x</a>", address)
		serve(address, "text/html", a)
		want[address] = a
	}
	serve("https://dantri.com.vn/", "text/html", hostileAnswer{body: sound(front.String())})
	for i, a := range hostileLists {
		address := []string{"https://dantri.com.vn/the-gioi.htm", "https://dantri.com.vn/kinh-doanh.htm", "https://dantri.com.vn/the-thao.htm", "https://dantri.com.vn/giao-duc.htm"}[i]
		serve(address, "text/html", a)
		want[address] = a
	}

	hostile := newMemory()
	var hostileRun capture.Run
	soundRuns := map[string]*capture.Run{"vov": {}, "baotintuc": {}, "baonghean": {}, "thanhniennews": {}}
	inTime(t, func(t *testing.T) {
		var all sync.WaitGroup
		run := func(store crawler.Store, site *sites.Site, into *capture.Run) {
			all.Go(func() {
				var err error
				o := crawler.Options{Transport: web.RoundTripper(), Pace: time.Second}
				if *into, err = crawler.Crawl(context.Background(), store, site, o); err != nil && !errors.Is(err, crawler.ErrDrift) {
					t.Error(err)
				}
			})
		}
		run(hostile, siteOf(t, "dantri"), &hostileRun)
		for name, into := range soundRuns {
			run(newMemory(), siteOf(t, name), into)
		}
		all.Wait()
	})
	for name, run := range soundRuns {
		if run.New != len(web.Articles(name)) || run.Failed != 0 {
			t.Errorf("%s, which is sound: %+v", name, *run)
		}
	}
	gaps := map[string]string{}
	for _, e := range hostile.entries {
		gaps[e.URL] = e.Gap
		if len(e.ETag) > 1<<10 {
			t.Errorf("%s: an ETag of %d bytes in the frontier", e.URL, len(e.ETag))
		}
	}
	for address, a := range want {
		gap, ok := gaps[address]
		if !ok || !strings.HasPrefix(gap, a.reason) {
			t.Errorf("%s: %q, %v, want %q (%s)", a.name, gap, ok, a.reason, address)
		}
	}
	if hostileRun.End != "done" {
		t.Errorf("the hostile one: %+v", hostileRun)
	}
	t.Logf("gaps %v", hostileRun.Gaps)
}

// Indexes that name themselves, each other, and ever new ones: a run comes to its end, and says
// that it left some out.
func TestIndexesWithoutEnd(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store := sampleweb.New(), newMemory()
		n := 0
		web.FaultFunc(func(r *http.Request) sampleweb.Fault {
			if !strings.HasPrefix(r.URL.Path, "/sitemap") || r.URL.Path == "/sitemaps/articles.xml" {
				return nil
			}
			index := "<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>" + r.URL.Path + "</loc></sitemap>"
			for range 16 {
				n++
				index += fmt.Sprintf("<sitemap><loc>/sitemap-%d.xml</loc></sitemap>", n)
			}
			return sampleweb.Raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + index + "</sitemapindex>")
		})
		run := crawl(t, store, siteOf(t, "dantri"), crawler.Options{Transport: web.RoundTripper(), Pace: time.Second})
		if run.New != len(web.Articles("dantri")) || run.Requests > 700 || run.Gaps["source too many sitemaps"] == 0 {
			t.Errorf("%+v", run)
		}
	})
}
