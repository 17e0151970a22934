package listing

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"baoluu/cleaner/contentcoding"
	"baoluu/cleaner/hostile"
	"baoluu/sites"
)

func urls(ls []Item) []string {
	var us []string
	for _, l := range ls {
		us = append(us, l.URL)
	}
	return us
}

func when(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, sites.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func gzipped(t testing.TB, body []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
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
		{"gzip", string(gzipped(t, []byte(news+"</urlset>"))), []string{"https://dantri.com.vn/a-1.htm", "https://dantri.com.vn/b-2.htm"}, nil, false},
		{"index", `<sitemapindex><sitemap><loc>https://vov.vn/s/1.xml</loc></sitemap></sitemapindex>`, nil, []string{"https://vov.vn/s/1.xml"}, false},
		{"rss", `<?xml version="1.0"?><rss version="2.0"><channel><item><title>x</title><link>https://vov.vn/a-post1.vov</link></item>
			<item><guid>https://vov.vn/b-post2.vov</guid></item><item><guid>17</guid></item></channel></rss>`,
			[]string{"https://vov.vn/a-post1.vov", "https://vov.vn/b-post2.vov"}, nil, false},
		{"atom", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="https://vov.vn/a-post1.vov"/></entry></feed>`, []string{"https://vov.vn/a-post1.vov"}, nil, false},
		{"text", "https://vov.vn/a\r\n\r\nhttps://vov.vn/b", []string{"https://vov.vn/a", "https://vov.vn/b"}, nil, false},
		{"a page", "<!doctype html><html><body>Không tìm thấy</body></html>", nil, nil, true},
		{"words", "hello", nil, nil, true},
		{"nothing", "", nil, nil, true},
		{"crossed tags", "<urlset><url><loc>https://vov.vn/a</url></loc></urlset>", []string{"https://vov.vn/a"}, nil, false},
		{"too deep", "<urlset>" + strings.Repeat("<a>", 200), nil, nil, true},
		{"cut gzip", string(gzipped(t, []byte(news))[:60]), nil, nil, true},
	}
	for _, tt := range tests {
		l, err := Parse([]byte(tt.body), "", nil)
		if (err != nil) != tt.fails {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.name != "cut gzip" && (!slices.Equal(urls(l.Articles), tt.articles) || !slices.Equal(urls(l.Sitemaps), tt.sitemaps)) {
			t.Errorf("%s: %v %v", tt.name, l.Articles, l.Sitemaps)
		}
	}
	l, _ := Parse([]byte(news+"</urlset>"), "", nil)
	if want := when("2026-11-19 08:00"); !l.Articles[0].Time.Equal(want) {
		t.Errorf("published %v, want %v", l.Articles[0].Time, want)
	}
	if want := when("2026-11-18 00:00"); !l.Articles[1].Time.Equal(want) {
		t.Errorf("a day without a time is %v, want %v", l.Articles[1].Time, want)
	}
}

func TestParseListingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	var b strings.Builder
	b.WriteString("<urlset>")
	for i := range maxEntries + 10 {
		fmt.Fprintf(&b, "<url><loc>https://vov.vn/%d</loc></url>", i)
	}
	l, err := Parse([]byte(b.String()), "", nil)
	if err != nil || len(l.Articles) != maxEntries {
		t.Errorf("%d addresses, %v", len(l.Articles), err)
	}
	if _, err := Parse(gzipped(t, make([]byte, maxSitemapBytes+1)), "", nil); !errors.Is(err, contentcoding.ErrTooLarge) {
		t.Errorf("a bomb: %v", err)
	}
	long := "<urlset><url><loc>" + strings.Repeat("x", 1<<20) + "</loc></url></urlset>"
	l, err = Parse([]byte(long), "", nil)
	if err != nil || len(l.Articles) != 0 {
		t.Errorf("a long address: %d, %v", len(l.Articles), err)
	}
	twice := gzipped(t, gzipped(t, make([]byte, maxSitemapBytes+1)))
	if _, err := Parse(twice, "", nil); !errors.Is(err, contentcoding.ErrTooLarge) {
		t.Errorf("a bomb within: %v", err)
	}
}

// What a listing makes of itself in memory is a few times its size, whatever it holds, and
// there is an end to its entries and to their fields.
func TestListingsTakeLittleMemory(t *testing.T) {
	const size = 1 << 20
	fill := func(begin, unit, end string) string { return begin + strings.Repeat(unit, size/len(unit)) + end }
	tests := map[string]struct {
		body string
		want int // articles
	}{
		"JSON, an id of objects":      {fill(`{"items":[{"id":[`, "{},", `{}]},{"url":"/a"}]}`), 1},
		"JSON, an id that nests":      {`{"items":[{"id":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `},{"url":"/a"}]}`, 1},
		"JSON, another field":         {fill(`{"x":[`, "{},", `{}],"items":[{"url":"/a"}]}`), 1},
		"JSON, a long address":        {fill(`{"items":[{"url":"`, `\u1ebf`, `"},{"url":"/a"}]}`), 1},
		"JSON, empty items":           {fill(`{"items":[`, "{},", `{"url":"/a"}]}`), 0},
		"empty items":                 {fill("<rss>", "<item/>", "<item><link>/a</link></item>"), 0},
		"dates":                       {fill("<rss><item><link>/a</link>", "<pubDate>1/1/1", "</item>"), 1},
		"bases":                       {fill("<feed><entry>", `<a xml:base="aaaaaaaaaa/">`, `</entry><entry><link href="/a"/></entry>`), 1},
		"addresses that get too long": {"<rss>" + strings.Repeat("<item><link>/"+strings.Repeat("ế", 1000)+"</link></item>", 100) + "<item><link>/a</link></item>", 1},
		"windows-1258":                {fill("<?xml encoding='windows-1258'?><rss><item><title>", "\xe2\xec ", "</title><link>/a</link></item>"), 1},
		"no charset":                  {fill("<rss><item><title>", "\xff ", "</title><link>/a</link></item>"), 1},
	}
	address, err := url.Parse("https://vov.vn/rss/x.rss")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		var l Listing
		cost := hostile.Measure([]byte(tt.body), func(doc []byte) { l, _ = Parse(doc, "", address) })
		if cost.Allocated > 16*size {
			t.Errorf("%s: %d MiB allocated", name, cost.Allocated>>20)
		}
		if len(l.Articles) != tt.want {
			t.Errorf("%s: %d articles", name, len(l.Articles))
		}
	}
}

// An address in another charset is read by the one that the listing declares.
func TestListingCharsets(t *testing.T) {
	const item = "<rss><item><link>https://vov.vn/B\xe1o</link></item></rss>"
	for body, kind := range map[string]string{
		"<?xml version='1.0' encoding='windows-1252'?>" + item: "text/xml",
		item: "text/xml; charset=ISO-8859-1",
	} {
		if l, err := Parse([]byte(body), kind, nil); err != nil || !slices.Equal(urls(l.Articles), []string{"https://vov.vn/Báo"}) {
			t.Errorf("%q: %q, %v", body, urls(l.Articles), err)
		}
	}
}

// utf16Of writes a text in UTF-16.
func utf16Of(t *testing.T, order unicode.Endianness, mark unicode.BOMPolicy, text string) string {
	t.Helper()
	coded, err := unicode.UTF16(order, mark).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return coded
}

// What newspapers' servers make of a feed or sitemap: its addresses are found as long as
// they are there, against the address it came from.
func TestListingsAsTheyCome(t *testing.T) {
	item := func(inner string) string {
		return `<rss version="2.0"><channel><title>VOV</title><link>https://vov.vn/</link><item>` + inner + "</item></channel></rss>"
	}
	const (
		head   = `<?xml version="1.0" encoding="utf-8"?>`
		sound  = `<rss><channel><item><title>Bão số 9 ở Huế</title><link>https://vov.vn/a</link></item></channel></rss>`
		urlset = `<urlset><url><loc>https://vov.vn/a</loc></url><url><loc>/b</loc></url></urlset>`
	)
	a, ab := []string{"https://vov.vn/a"}, []string{"https://vov.vn/a", "https://vov.vn/b"}
	lines := "https://vov.vn/a\n\nkhông phải địa chỉ\n/b\n"
	tests := []struct {
		name, body string
		want       []string
		fails      bool
	}{
		// Addresses.
		{"a path", item("<link>/a</link>"), a, false},
		{"two slashes", item("<link>//vov.vn/a</link>"), a, false},
		{"the host's name", item("<link>vov.vn/a</link>"), a, false},
		{"FeedBurner's", `<rss><item><link>https://feedproxy.example/1</link><feedburner:origLink>/a</feedburner:origLink></item><item><feedburner:origLink>https://vov.vn/b</feedburner:origLink><link>https://feedproxy.example/2</link></item></rss>`, ab, false},
		{"beside the feed", item("<link>a</link>"), []string{"https://vov.vn/rss/a"}, false},
		{"a permanent guid that is a path", item(`<guid isPermaLink="true">/a</guid>`), a, false},
		{"a guid that is none", item("<guid>a</guid>"), nil, false},
		{"a link, whatever the guid", item("<guid>https://vov.vn/b</guid><link>/a</link>"), a, false},
		{"only the id", `<feed><entry><id>https://vov.vn/a</id></entry></feed>`, a, false},
		{"about", `<rdf:RDF><channel><items><rdf:Seq><rdf:li rdf:resource="https://vov.vn/x"/></rdf:Seq></items></channel><item rdf:about="/a"><title>x</title></item></rdf:RDF>`, a, false},
		{"RDF", `<rdf:RDF xmlns:rdf="x"><item rdf:about="urn:1"><link>/a</link><dc:date>2026-11-20</dc:date></item></rdf:RDF>`, a, false},
		{"base of the feed", `<feed xml:base="https://vov.vn/x/"><entry><link href="../a"/></entry></feed>`, a, false},
		{"bases within one another", `<feed xml:base="/x/"><entry xml:base="y/"><link href="a"/></entry><entry><link href="b"/></entry></feed>`, []string{"https://vov.vn/x/y/a", "https://vov.vn/x/b"}, false},
		{"base of the link", `<feed><entry><link xml:base="https://vov.vn/" href="a"/></entry></feed>`, a, false},
		{"base of a text", `<rss xml:base="https://vov.vn/z/"><item><link xml:base="/">a</link></item></rss>`, a, false},
		{"base of a sitemap", `<urlset xml:base="https://vov.vn/"><url><loc>a</loc></url></urlset>`, a, false},
		{"base that is none", `<feed xml:base="http://%zz/"><entry><link href="/a"/></entry></feed>`, a, false},
		{"other links of an entry", `<feed><link rel="self" href="/x"/><entry><link rel="enclosure" href="/x.mp3"/><link rel="alternate" type="application/json" href="/x.json"/><link rel="alternate" type="text/html" href="/a"/></entry></feed>`, a, false},
		{"where it was taken from", `<feed><entry><source><id>https://vov.vn/x</id><link href="/x"/></source><link href="/a"/></entry></feed>`, a, false},
		{"pictures and films", `<urlset><url><image:image><image:loc>/x.jpg</image:loc></image:image><video:video><video:loc>/x.mp4</video:loc></video:video><loc>/a</loc></url></urlset>`, a, false},
		{"blanks and marks in an address", "<urlset><url><loc>\n \ufeffhttps://vov.vn/\u200ba\x0b\n</loc></url></urlset>", a, false},
		// Charsets.
		{"UTF-16", utf16Of(t, unicode.LittleEndian, unicode.UseBOM, `<?xml version="1.0" encoding="utf-16"?>`+sound), a, false},
		{"UTF-16, the other way", utf16Of(t, unicode.BigEndian, unicode.UseBOM, head+sound), a, false},
		{"UTF-16, no mark", utf16Of(t, unicode.LittleEndian, unicode.IgnoreBOM, `<?xml version="1.0" encoding="utf-16"?>`+sound), a, false},
		{"UTF-16, no mark, the other way", utf16Of(t, unicode.BigEndian, unicode.IgnoreBOM, sound), a, false},
		{"UTF-16 of plain letters", utf16Of(t, unicode.LittleEndian, unicode.IgnoreBOM, urlset), ab, false},
		{"a wrong charset", `<?xml version="1.0" encoding="windows-1258"?>` + sound, a, false},
		{"one that nobody knows", `<?xml version="1.0" encoding="x-9"?>` + sound, a, false},
		{"XML 1.1", `<?xml version="1.1" encoding='utf-8'?>` + sound, a, false},
		{"broken characters", "<rss><item><title>\xff\xfe \x00\x08</title><link>/a</link></item></rss>", a, false},
		// What stands before and around.
		{"two marks", "\xef\xbb\xbf\xef\xbb\xbf" + head + sound, a, false},
		{"blank lines", "\n\r\n  " + head + sound, a, false},
		{"a notice", "<br />\n<b>Warning</b>: mysql_connect(): x > y in <b>/a.php</b> on line <b>3</b><br />\n" + head + sound, a, false},
		{"a notice without tags", "PHP Notice: Undefined index: x < y\n" + head + sound, a, false},
		{"two comments and a document type", "<!-- a > b -->" + head + "<!-- c --><!DOCTYPE rss [<!ENTITY x 'y'>]>" + sound, a, false},
		{"a style sheet", head + `<?xml-stylesheet type="text/xsl" href="/x.xsl"?>` + urlset, ab, false},
		{"within a page", "<!doctype html><html><head><title/><script>if(a<b){}</script></head><body><div>" + urlset + "</div></body></html>", ab, false},
		{"as a page shows it", "<html><body><table><tr><td><span>&lt;?xml version=\"1.0\"?&gt;</span></td></tr><tr><td>&lt;urlset&gt;<span>&lt;url&gt;</span>&lt;loc&gt;https://vov.vn/a&lt;/loc&gt;&lt;/url&gt;&lt;/urlset&gt;</td></tr></table></body></html>", a, false},
		{"two in one file", urlset + head + item("<link>/c</link>"), append(ab, "https://vov.vn/c"), false},
		{"something behind", urlset + "<!-- 0.3 s --><script>x</script>", ab, false},
		// Text.
		{"an ampersand", item("<title>A&B &eacute; &#11; &#x0;</title><link>https://vov.vn/a?x=1&section=2&amp;y=3</link>"), []string{"https://vov.vn/a?x=1&section=2&y=3"}, false},
		{"CDATA", item("<title><![CDATA[</link></item>]]></title><link>\n<![CDATA[ https://vov.vn/a ]]></link>"), a, false},
		{"CDATA in pieces", item("<link><![CDATA[https://vov]]><!-- x -->.vn/a</link>"), a, false},
		{"markup in a title", item("<title>giá < 5 <b>lớn <i>x</title><link>/a</link>"), a, false},
		{"a page as description", item(`<description><html><head><link rel="stylesheet" href="/x.css"><title>y</title></head><p>mưa <br> <img src=x alt='a>b'> lớn</description><link>/a</link>`), a, false},
		{"empty and full links", item("<link/>https://vov.vn/a"), a, false},
		{"in capitals", `<RSS><CHANNEL><ITEM><LINK>/a</LINK></ITEM></CHANNEL></RSS>`, a, false},
		{"tags that were never closed", "<rss><channel><item><title>x<link>/a</item><item><link>/b</channel></rss>", ab, false},
		{"items that were never closed", "<rss><channel><item><link>/a</link><item><link>/b</link></channel></rss>", ab, false},
		{"a tag that was never closed", "<rss><item><title>x</title<link>/a</link></item></rss>", a, false},
		{"no quotes", "<feed><entry><link rel=alternate href=/a></entry></feed>", a, false},
		// What breaks off.
		{"a cut link", "<rss><channel><item><link>/a</link></item><item><link>/b", a, true},
		{"a cut date", "<rss><channel><item><link>/a</link></item><item><link>/b</link><pubDate>Fri,", ab, true},
		{"a cut attribute", `<feed><entry><link href="/a"/></entry><entry><link href="/b`, a, true},
		{"a cut tag", `<feed><entry><link href="/a"/></entry><entry><link href=/b`, a, true},
		{"a cut comment", "<urlset><url><loc>/a</loc></url><!-- <url><loc>/b</loc></url>", a, true},
		{"cut CDATA", "<rss><item><link>/a</link></item><item><link><![CDATA[/b", a, true},
		{"a cut RDF", "<rdf:RDF><item><link>/a</link></item><item><link>/b</lin", a, true},
		{"a cut sitemap", "<urlset><url><loc>/a</loc></url><url><loc>/b</loc><lastmod>2026-1", ab, true},
		// JSON.
		{"JSON", `{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https://vov.vn/x","items":[{"id":1,"url":"/a"},{"id":"https://vov.vn/b"},{"id":"c"},"d"],"x":[{"url":"/e"}]}`, ab, false},
		{"cut JSON", `{"items":[{"url":"https://vov.vn/a"},{"url":"https://vov.vn/b"`, a, true},
		{"JSON that is no feed", `{"error":"https://vov.vn/a"}`, nil, true},
		{"JSON in UTF-16", utf16Of(t, unicode.LittleEndian, unicode.UseBOM, `{"items":[{"url":"https://vov.vn/a"}]}`), a, false},
		// Text.
		{"a bad line", lines, ab, false},
		{"a bad line, as Windows writes", "\xef\xbb\xbf" + strings.ReplaceAll(lines, "\n", "\r\n"), ab, false},
		{"a bad line, in UTF-16", utf16Of(t, unicode.LittleEndian, unicode.UseBOM, lines), ab, false},
		{"a comment", "# sitemap\nhttps://vov.vn/a\n", a, false},
		{"a notice before", "<b>Notice</b>: x\nHTTPS://vov.vn/a\n//vov.vn/b", ab, false},
		{"prose that names an address", "Xin lỗi,\ntrang này không còn.\nhttps://vov.vn/a\n", nil, true},
		{"prose that begins with one", "https://vov.vn/a là trang cũ", nil, true},
		{"a page that names addresses", "<html><body>\n<a href=x>\nhttps://vov.vn/a\n</a>\n</body></html>", nil, true},
		{"a page with a picture in XML", "<html><body><svg><image/></svg><a href='/a'>x</a></body></html>", nil, true},
		// Gzip.
		{"gzip in gzip", string(gzipped(t, gzipped(t, []byte(urlset)))), ab, false},
		{"gzip in gzip in gzip", string(gzipped(t, gzipped(t, gzipped(t, []byte(urlset))))), nil, true},
	}
	address, err := url.Parse("https://vov.vn/rss/the-gioi.rss")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		l, err := Parse([]byte(tt.body), "text/xml", address)
		if (err != nil) != tt.fails || !slices.Equal(urls(l.Articles), tt.want) {
			t.Errorf("%s: %q, %v", tt.name, urls(l.Articles), err)
		}
	}
}

func TestListingTimes(t *testing.T) {
	for name, body := range map[string]string{
		"RSS":         "<rss><item><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><link>/a</link></item></rss>",
		"RDF":         "<rdf:RDF><item><dc:date>2026-11-20T15:00+07:00</dc:date><link>/a</link></item></rdf:RDF>",
		"Atom":        "<feed><updated>2020-01-01T00:00:00Z</updated><entry><updated>2026-11-21T08:00:00Z</updated><published>2026-11-20T08:00:00Z</published><link href='/a'/></entry></feed>",
		"Atom, older": "<feed><entry><source><updated>2020-01-01T00:00:00Z</updated></source><updated>2026-11-20T08:00:00Z</updated><link href='/a'/></entry></feed>",
		"JSON":        `{"items":[{"url":"/a","date_published":"2026-11-20T15:00:00+07:00","date_modified":"2026-11-21T15:00:00+07:00"}]}`,
		"sitemap":     "<urlset><url><loc>/a</loc><lastmod>2026-11-20T15:00+07:00</lastmod></url></urlset>",
	} {
		l, err := Parse([]byte(body), "", nil)
		if err != nil || len(l.Articles) != 1 || !l.Articles[0].Time.Equal(when("2026-11-20 15:00")) || l.Articles[0].Modified != (name == "sitemap") {
			t.Errorf("%s: %+v, %v", name, l.Articles, err)
		}
	}
}

// Reading takes time that grows with a listing's length and no faster.
func TestListingsAreReadInLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	var attributes strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&attributes, " a%d", i)
	}
	for name, piece := range map[string]string{
		"charsets": `<?xml encoding="windows-1258"?>`, "open": "<item>", "nested": "<a>", "ends": "</a>", "bare": "< ", "ampersands": "&", "long ampersands": "&aaaaaaaaaaaaaaaaaa",
		"comments": "<!--", "CDATA": "<![CDATA[", "quotes": `<a b="`, "bases": `<a xml:base="a/">`, "links": "<link>", "fields": "<item><link>x",
		"attributes": "<a" + attributes.String() + ">", "escaped": "&lt;rss", "half escaped": "&lt;", "lines": "x\n", "marks": "\ufeff", "JSON": `{"items":[`,
	} {
		body := []byte("<rss><channel>" + strings.Repeat(piece, 4<<20/len(piece)))
		switch name {
		case "lines", "marks", "JSON":
			body = body[len("<rss><channel>"):]
		case "attributes":
			body = append(body, strings.Repeat("<b>", 1<<20)...)
		}
		begin := time.Now()
		l, _ := Parse(body, "", &url.URL{Scheme: "https", Host: "vov.vn", Path: "/"})
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: %d bytes took %v", name, len(body), took)
		}
		if n := len(l.Articles) + len(l.Sitemaps); n > maxEntries {
			t.Errorf("%s: %d addresses", name, n)
		}
	}
}

func TestRecentChildren(t *testing.T) {
	now := when("2026-11-22 09:00")
	var children []Item
	for _, m := range []string{"2026-8", "2026-9", "2026-10", "2026-11", "2025-11"} {
		// Every child is stamped with the index's own time.
		children = append(children, Item{URL: "https://vov.vn/sitemaps/" + strings.Replace(m, "-", "/", 1) + "/article.xml", Time: now})
	}
	children = append(children,
		Item{URL: "https://vov.vn/sitemaps/section.xml"},
		Item{URL: "https://vov.vn/sitemaps/tags.xml", Time: when("2020-01-01 00:00")})
	want := []string{"https://vov.vn/sitemaps/2026/11/article.xml", "https://vov.vn/sitemaps/2026/10/article.xml", "https://vov.vn/sitemaps/2026/9/article.xml", "https://vov.vn/sitemaps/section.xml"}
	if got := urls(Recent(children, now)); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	closed := []Item{{URL: "http://x/sitemap-2014-01.xml"}, {URL: "http://x/sitemap-2016-05.xml"}, {URL: "http://x/sitemap-2016-06.xml"}}
	if got := urls(Recent(closed, now)); !slices.Equal(got, []string{"http://x/sitemap-2016-06.xml", "http://x/sitemap-2016-05.xml"}) {
		t.Errorf("a closed newspaper: %v", got)
	}
	many := make([]Item, 1000)
	if got := Recent(many, now); len(got) != maxSitemaps {
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
	f.Add(gzipped(f, []byte("<urlset></urlset>")))
	f.Add([]byte(`<?xml version="1.0" encoding="windows-1258"?><urlset><url><loc>` + "\xf0" + `</loc></url></urlset>`))
	f.Add([]byte("<b>x</b>: < &amp &#x; <?xml encoding='utf-16'?>\xff<rdf:RDF xml:base='/x'><item rdf:about=/a><link/>b<![CDATA[c]]><source></item>"))
	f.Add([]byte("&lt;rss&gt;&lt;item&gt;&lt;link&gt;/a&lt;/link&gt;"))
	f.Add([]byte(`{"items":[{"id":[{},{"a":[[]]}],"url":7},{"url":"a"},0]}`))
	f.Add([]byte("<rss>" + strings.Repeat("<item/>", 40) + strings.Repeat("<item><a xml:base='a/'><link>b<pubDate>x", 40)))
	f.Add([]byte("\xff\xfeh\x00t\x00t\x00p\x00:\x00/\x00/\x00a\x00\n\x00x\x00"))
	base, err := url.Parse("https://vov.vn/rss/x.rss")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := Parse(body, "", base)
		if err == nil {
			Recent(l.Sitemaps, time.Unix(1_800_000_000, 0))
		}
		for _, a := range slices.Concat(l.Articles, l.Sitemaps) {
			if a.URL == "" {
				t.Fatal("an empty address")
			}
		}
		if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) || bytes.HasPrefix(body, []byte("{")) {
			return
		}
		// What came before a break is what the whole says of it: no address of a part
		// is another than those of the whole, but for the last.
		text, from := PlainText(body), origin{base, charsetOf(body, "")}
		whole, found, _ := from.parseMarkup(text)
		part, _, _ := from.parseMarkup(text[:len(text)/2])
		if !found || len(part.Articles) < 2 {
			return
		}
		if n := len(part.Articles) - 1; n > len(whole.Articles) || !slices.Equal(part.Articles[:n], whole.Articles[:n]) {
			t.Fatalf("a part names %v, the whole %v", part.Articles, whole.Articles)
		}
	})
}

func TestParseW3CTime(t *testing.T) {
	for _, s := range []string{"2026-11-20T09:30:00+07:00", "2026-11-20T02:30:00Z", "2026-11-20T09:30+07:00", "2026-11-20T09:30:00", "2026-11-20 09:30:00", "2026-11-20T09:30:00.000+07:00", "2026-11-20T09:30:00+0700"} {
		if got := parseW3CTime(s); !got.Equal(when("2026-11-20 09:30")) {
			t.Errorf("%s: %v", s, got)
		}
	}
	for _, s := range []string{"", "yesterday", "20/11/2026", io.EOF.Error()} {
		if got := parseW3CTime(s); !got.IsZero() {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestParseFeedTime(t *testing.T) {
	for _, s := range []string{
		"Fri, 20 Nov 2026 09:30:00 +0700", "Fri, 20 Nov 2026 02:30:00 GMT", "Fri, 20 Nov 2026 02:30:00 Z", "20 Nov 26 02:30 UT", "Fri, 20 Nov 2026 9:30:00 +07:00",
		"Fri, 20 Nov 2026 09:30:00 GMT+7", "Fri, 20 Nov 2026 09:30:00 GMT +07:00", "Fri, 20 Nov 2026 09:30:00 (ICT)", "Fri, 20 Nov 2026 09:30:00 +0700 (ICT)",
		"Fri, 20 Nov 2026 09:30:00", "Thu, 19 Nov 2026 21:30:00 EST", "Friday, November 20, 2026 9:30 AM", "Fri,20 November 2026, 09:30:00+0700", "Friday, 20-Nov-26 02:30:00 UTC",
		"Fri Nov 20 09:30:00 2026", "Fri Nov 20 09:30:00 +0700 2026", "Nov 20, 2026 9:30 a.m.", "  Fri,  20\n Nov 2026 09:30:00.000  +0700 ",
		"20/11/2026 09:30", "Thứ sáu, 20/11/2026 - 09:30 (GMT+7)", "09:30 20/11/2026", "09:30 Chủ nhật, 20-11-2026", "20.11.2026 09:30:00", "11/20/2026 9:30:00 AM", "11/20/2026 09:30",
		"2026-11-20T09:30:00+07:00", "2026-11-20T09:30:00 +0700", "2026-11-20 09:30:00 +0700", "2026/11/20 9:30", "2026-11-20T02:30:00.123Z",
	} {
		if got := parseFeedTime(s); !got.Truncate(time.Second).Equal(when("2026-11-20 09:30")) {
			t.Errorf("%s: %v", s, got)
		}
	}
	for s, want := range map[string]string{"5/4/2026": "2026-04-05 00:00", "05/04/2026 3:04 PM": "2026-05-04 15:04", "20 Nov 2026": "2026-11-20 00:00", "20/11/2026 12:30 SA": "2026-11-20 00:30"} {
		if got := parseFeedTime(s); !got.Equal(when(want)) {
			t.Errorf("%s: %v", s, got)
		}
	}
	for _, s := range []string{"", "hôm qua", "31/04/2026", "20 Xyz 2026", "99:99", "0001-01-01T00:00:00", "2026-13-40", strings.Repeat("1 Nov 2026 ", 100)} {
		if got := parseFeedTime(s); !got.IsZero() {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func FuzzFeedTime(f *testing.F) {
	f.Add("Fri, 20 Nov 2026 09:30:00 +0700")
	f.Add("20/11/2026 - 9:30 CH (GMT+7)")
	f.Add("Fri Nov 20 09:30:00 ICT 2026")
	f.Fuzz(func(t *testing.T, s string) {
		at := parseFeedTime(s)
		if again := parseFeedTime(at.Format(time.RFC1123Z)); !at.IsZero() && at.Year() >= 1990 && at.Year() <= 2100 && !again.Equal(at.Truncate(time.Second)) {
			t.Errorf("%q is %v, and that is %v", s, at, again)
		}
	})
}
