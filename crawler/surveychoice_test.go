package crawler

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baoluu/crawler/listing"
)

func TestSomeChildren(t *testing.T) {
	months := func(form string, years ...int) (names []string) {
		for _, year := range years {
			for month := 12; month > 0; month-- {
				names = append(names, fmt.Sprintf(form, year, month))
			}
		}
		return names
	}
	numbered := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprintf("sitemap-%d.xml", i+1))
		}
		return names
	}
	for name, tt := range map[string]struct{ children, want []string }{
		"years":                  {months("news-%d-%d.xml", 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026), []string{"news-2026-12.xml", "news-2025-12.xml", "news-2023-12.xml", "news-2021-12.xml", "news-2019-12.xml"}},
		"one year":               {months("news-%d-%d.xml", 2026), []string{"news-2026-12.xml", "news-2026-11.xml", "news-2026-8.xml", "news-2026-5.xml", "news-2026-1.xml"}},
		"two years":              {months("news-%d-%d.xml", 2025, 2026), []string{"news-2026-12.xml", "news-2025-12.xml"}},
		"few":                    {[]string{"news-2026-2.xml"}, []string{"news-2026-2.xml"}},
		"none":                   {nil, nil},
		"numbered":               {numbered(201), []string{"sitemap-1.xml", "sitemap-51.xml", "sitemap-101.xml", "sitemap-151.xml", "sitemap-201.xml"}},
		"others beside":          {[]string{"sitemaps/categories.xml", "sitemaps/tags-2026-3.xml", "sitemaps/news-2026-3.xml", "sitemaps/videos.xml"}, []string{"sitemaps/news-2026-3.xml"}},
		"others alone":           {[]string{"sitemaps/categories.xml"}, []string{"sitemaps/categories.xml"}},
		"dated among undated":    {[]string{"latest.xml", "news-2020-1.xml"}, []string{"news-2020-1.xml"}},
		"years without a month":  {[]string{"2018.xml", "2019.xml", "2020.xml"}, []string{"2020.xml", "2019.xml", "2018.xml"}},
		"a month in the folders": {[]string{"2019/1/article.xml", "2018/12/article.xml", "2019/2/article.xml"}, []string{"2019/2/article.xml", "2018/12/article.xml"}},
	} {
		var children []listing.Item
		for _, c := range tt.children {
			children = append(children, listing.Item{URL: "https://baomoi24h.vn/" + c})
		}
		before := slices.Clone(children)
		var got []string
		for _, c := range someChildren(children, 5) {
			got = append(got, strings.TrimPrefix(c.URL, "https://baomoi24h.vn/"))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(before, children); diff != "" {
			t.Errorf("%s: the index itself is changed: %s", name, diff)
		}
	}
}

func TestShapes(t *testing.T) {
	articles := []string{ // of newspapers as they write them
		"https://a.vn/lang-chieu-coi-tim-duong-ban-hang-4856789.html", "https://a.vn/lang-chieu-coi-tim-duong-ban-hang-qua-mang-4856790.html",
		"https://a.vn/xa-hoi/lang-chieu-coi-tim-duong-20261115093018774.htm", "https://a.vn/lang-chieu-coi-post833021.html",
		"https://a.vn/kinh-te/202611/lang-chieu-coi-tim-duong-ban-hang-2846120/", "https://a.vn/lang-chieu-coi-188241115093018774.chn",
	}
	lists := []string{"https://a.vn/", "https://a.vn/xa-hoi", "https://a.vn/xa-hoi.htm", "https://a.vn/thoi-su-472ct0.htm", "https://a.vn/the-thao/bong-da/", "https://a.vn/rss.html", "https://a.vn/xa-hoi/trang-2.htm", "::"}
	common := commonShapes(slices.Concat(articles, lists))
	for _, address := range articles {
		if !common[shapeOf(address)] {
			t.Errorf("%s has shape %q", address, shapeOf(address))
		}
	}
	for _, address := range lists {
		if shapeOf(address) != "" || common[shapeOf(address)] {
			t.Errorf("%s has shape %q", address, shapeOf(address))
		}
	}
	if shapeOf(articles[0]) != shapeOf(articles[1]) {
		t.Errorf("%q, %q", shapeOf(articles[0]), shapeOf(articles[1]))
	}
	var many []string
	for i := range 19 {
		many = append(many, fmt.Sprintf("https://a.vn/lang-chieu-coi-tim-duong-%d.html", 4856789+i))
	}
	if common := commonShapes(append(many, "https://a.vn/tag-cua-bao-chieu-coi/")); len(common) != 2 || common[shapeOf("https://a.vn/tag-cua-bao-chieu-coi/")] {
		t.Errorf("one of twenty counts: %v", common)
	}
}

func TestStemOf(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.vn/thoi-su":             "thoi-su",
		"https://a.vn/thoi-su/":            "thoi-su",
		"https://a.vn/Thoi-Su.htm":         "thoi-su",
		"https://a.vn/thoi-su-472ct0.htm":  "thoi-su",
		"https://a.vn/rss/thoi-su.rss":     "thoi-su",
		"https://a.vn/rss/thoi-su-3.rss":   "thoi-su",
		"https://a.vn/xa-hoi/giao-thong":   "giao-thong",
		"https://a.vn/24h":                 "24h",
		"https://a.vn/tin-tuc-d1/":         "tin-tuc",
		"https://a.vn/":                    "/",
		"https://a.vn/timelinelist/12.htm": "12",
	} {
		if got := stemOf(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestFeedAddresses(t *testing.T) {
	for path, want := range map[string]string{
		"/rss": "page", "/rss/": "page", "/rss.htm": "page", "/rss.html": "page", "/rssMain.html": "page", "/rss-feed": "page", "/kenh-rss": "page", "/vi/rss.chn": "page",
		"/rss/home.rss": "feed", "/home.rss": "feed", "/rss/home": "feed", "/feed": "feed", "/feed/": "feed", "/rss.xml": "feed", "/thoi-su/chinh-tri.rss": "feed", "/rss/thoi-su-1.rss": "feed",
		"/": "", "/thoi-su": "", "/rss-la-gi-va-dung-the-nao-1234567.html": "", "/press": "", "/sitemap.xml": "", "/feedback": "",
	} {
		got := ""
		switch {
		case rssPage.MatchString(path):
			got = "page"
		case feedPath.MatchString(path):
			got = "feed"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestSecondPage(t *testing.T) {
	for list, links := range map[string][]string{
		"/thoi-su":          {"/thoi-su?page=3", "/thoi-su?page=2"},
		"/xa-hoi":           {"/kinh-te?page=2", "/xa-hoi?page=1"},
		"/kinh-te.html":     {"/kinh-te/trang-3.html", "/kinh-te/trang-2.html"},
		"/the-thao.chn":     {"/the-thao-quoc-te.chn", "/the-thao/trang-2.chn"},
		"/van-hoa":          {"/van-hoa-p3", "/van-hoa-p2"},
		"/giao-duc":         {"/giao-duc-page0", "/giao-duc-page1"},
		"/tin-tuc-d1/":      {"/tin-tuc-d1/p2"},
		"/the-gioi-472.htm": {"/the-gioi-472/trang-2.htm"},
		"/phap-luat":        {"/phap-luat/vu-an-2024.html", "/phap-luat/trang-4", ""},
	} {
		var pages []string
		for _, link := range links {
			pages = append(pages, "https://a.vn"+link)
		}
		want := pages[len(pages)-1]
		if links[len(links)-1] == "" {
			want = ""
		}
		if got := secondPage("https://a.vn"+list, pages); got != want {
			t.Errorf("%s: %q, want %q", list, got, want)
		}
	}
}

// TestSpread: wherever it stops, half is of the newest year, and the rest goes round the others.
func TestSpread(t *testing.T) {
	var all []candidate
	for year := 2010; year <= 2026; year++ {
		for i := range 40 {
			at, _ := listing.Item{URL: fmt.Sprintf("https://a.vn/%d-%02d", year, i%12+1)}.Months()
			all = append(all, candidate{fmt.Sprintf("%d-%d", year, i), at, fmt.Sprint("section ", i%4)})
		}
	}
	all = append(all, candidate{address: "undated", section: "section 9"})
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	got := spread(all, 20)
	if diff := cmp.Diff(got, spread(reversed, 20), cmp.AllowUnexported(candidate{})); diff != "" {
		t.Errorf("the order of what is named counts: %s", diff)
	}
	years, sections := map[int]int{}, map[string]bool{}
	for _, c := range got[:20] {
		years[yearOf(c, 2026)]++
		sections[c.section] = true
	}
	if years[2026] != 10 || len(years) != 11 || len(sections) != 5 {
		t.Errorf("%v, %v", years, sections)
	}
	seen := map[string]bool{}
	for _, c := range got {
		if seen[c.address] {
			t.Errorf("%s twice", c.address)
		}
		seen[c.address] = true
	}
	if len(spread(nil, 20)) != 0 {
		t.Error("nothing named, something chosen")
	}
}
