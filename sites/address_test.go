package sites_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"baoluu/sites"

	"pgregory.net/rapid"
)

func site(t testing.TB, name string) *sites.Site {
	t.Helper()
	s, ok := sites.ByName(name)
	if !ok {
		t.Fatalf("no site %q", name)
	}
	return s
}

func TestAddressForms(t *testing.T) {
	for _, tt := range []struct {
		site, raw string
		kind      sites.Kind
		id, page  string // page "" is the id
	}{
		// Dân trí
		{"dantri", "https://dantri.com.vn/the-gioi/a-b-20221224083224103.htm", sites.Article, "20221224083224103", ""},
		{"dantri", "http://dantri.com.vn/kinh-doanh/techcombank-2016031215053552.htm", sites.Article, "2016031215053552", ""},
		{"dantri", "https://dantri.com.vn/dt360/a-b-20260720215519144.htm", sites.Article, "20260720215519144", ""},
		{"dantri", "https://dantri.com.vn/xa-hoi/chinh-tri/a-b-20260720215519144.htm", sites.Article, "20260720215519144", ""},
		{"dantri", "http://dantri.com.vn/xa-hoi/a-b-774320.htm", sites.Article, "774320", ""},
		{"dantri", "http://dantri.com.vn/xa-hoi/a-b-85537.htm", sites.Article, "85537", ""},
		{"dantri", "http://m.dantri.com.vn/news-20160314083511309.htm", sites.Article, "20160314083511309", ""},
		{"dantri", "https://amp.dantri.com.vn/the-gioi/a-b-20221224083224103.htm", sites.Article, "20221224083224103", ""},
		{"dantri", "http://dantri.com.vn/c36/s20-412345/tin-cu.htm", sites.Article, "412345", ""},
		{"dantri", "https://dantri.com.vn/the-gioi.htm", sites.List, "", "vn,com,dantri)/the-gioi.htm"},
		{"dantri", "https://dantri.com.vn/the-thao/aff-cup-2022.htm", sites.List, "", "vn,com,dantri)/the-thao/aff-cup-2022.htm"},
		{"dantri", "https://dantri.com.vn/xa-hoi/chinh-tri/trang-12.htm", sites.List, "", "vn,com,dantri)/xa-hoi/chinh-tri/trang-12.htm"},
		{"dantri", "https://dantri.com.vn/tac-gia/bach-an-3508.htm", sites.List, "", "vn,com,dantri)/tac-gia/bach-an-3508.htm"},
		{"dantri", "https://dantri.com.vn/collection/xung-dot-trung-dong-53125.htm", sites.List, "", "vn,com,dantri)/collection/xung-dot-trung-dong-53125.htm"},
		{"dantri", "http://dantri.com.vn/event/bao-so-8-2345.htm", sites.List, "", "vn,com,dantri)/event/bao-so-8-2345.htm"},
		{"dantri", "http://dantri.com.vn/c728/sukien.htm", sites.List, "", "vn,com,dantri)/c728/sukien.htm"},
		{"dantri", "https://dantri.com.vn/gia-vang.htm", sites.Utility, "", "vn,com,dantri)/gia-vang.htm"},
		{"dantri", "https://dantri.com.vn/", sites.List, "", "vn,com,dantri)/"},
		{"dantri", "https://dantri.com.vn/rss/home.rss", sites.FeedPage, "", "vn,com,dantri)/rss/home.rss"},
		{"dantri", "https://dantri.com.vn/sitemaps/articles.xml", sites.SitemapPage, "", "vn,com,dantri)/sitemaps/articles.xml"},
		{"dantri", "https://dantri.com.vn/robots.txt", sites.Robots, "", "vn,com,dantri)/robots.txt"},
		{"dantri", "https://notdantri.com.vn/a/b-20221224083224103.htm", sites.Foreign, "", "vn,com,notdantri)/a/b-20221224083224103.htm"},
		{"dantri", "https://dantri.com.vn.evil.example/a/b-20221224083224103.htm", sites.Foreign, "", "example,evil,vn,com,dantri)/a/b-20221224083224103.htm"},

		// VOV
		{"vov", "https://vov.vn/the-thao/a-b-post1315698.vov", sites.Article, "post1315698", ""},
		{"vov", "https://vov.vn/the-gioi/quan-sat/a-b-post1315698.vov", sites.Article, "post1315698", ""},
		{"vov", "https://english.vov.vn/en/politics/a-b-post1315700.vov", sites.Article, "post1315700", ""},
		{"vov", "https://english.vov.vn/society/pm-approves-319352.vov", sites.Article, "319352", ""},
		{"vov", "http://vov.vn/the-gioi/a-b-526083.vov", sites.Article, "526083", ""},
		{"vov", "https://vov.vn/the-gioi", sites.List, "", "vn,vov)/the-gioi"},
		{"vov", "https://vov.vn/the-gioi?page=3", sites.List, "", "vn,vov)/the-gioi?page=3"},
		{"vov", "https://vov.vn/author?keyword=PV/VOV.VN", sites.List, "", "vn,vov)/author?keyword=pv/vov.vn"},
		{"vov", "https://english.vov.vn/en/economy", sites.List, "", "vn,vov,english)/en/economy"},
		{"vov", "https://vov.vn/sitemaps/2026/7/article.xml", sites.SitemapPage, "", "vn,vov)/sitemaps/2026/7/article.xml"},
		{"vov", "https://vovworld.vn/a/b-1.vov", sites.Foreign, "", "vn,vovworld)/a/b-1.vov"},

		// Báo Tin tức
		{"baotintuc", "https://baotintuc.vn/the-gioi/ukraine-20260716171712046.htm", sites.Article, "20260716171712046", ""},
		{"baotintuc", "https://baotintuc.vn/ukraine-n20260716171712046.htm", sites.Article, "20260716171712046", ""},
		{"baotintuc", "https://baotintuc.vn/the-gioi-130ct0.htm", sites.List, "", "vn,baotintuc)/the-gioi-130ct0.htm"},
		{"baotintuc", "https://baotintuc.vn/the-gioi-130ct0/trang-7.htm", sites.List, "", "vn,baotintuc)/the-gioi-130ct0/trang-7.htm"},
		{"baotintuc", "https://baotintuc.vn/dong-su-kien/xung-dot-e123.htm", sites.List, "", "vn,baotintuc)/dong-su-kien/xung-dot-e123.htm"},
		{"baotintuc", "https://baotintuc.vn/tags/thủ+tướng+ukraine.htm", sites.List, "", "vn,baotintuc)/tags/th%e1%bb%a7+t%c6%b0%e1%bb%9bng+ukraine.htm"},
		{"baotintuc", "https://baotintuc.vn/infographics.htm", sites.List, "", "vn,baotintuc)/infographics.htm"},
		{"baotintuc", "https://baotintuc.vn/tin-moi-nhat.rss", sites.FeedPage, "", "vn,baotintuc)/tin-moi-nhat.rss"},
		{"baotintuc", "https://video.baotintuc.vn/a-20260716171712046.htm", sites.Foreign, "", "vn,baotintuc,video)/a-20260716171712046.htm"},

		// Báo Nghệ An
		{"baonghean", "https://baonghean.vn/a-b-10264872.html", sites.Article, "10264872", ""},
		{"baonghean", "https://baonghean.vn/en/hoi-dong-nga-nato-10098080.html", sites.Article, "10098080", "10098080.en"},
		{"baonghean", "https://baonghean.vn/fr/hoi-dong-nga-nato-10098080.html", sites.Article, "10098080", "10098080.fr"},
		{"baonghean", "https://baonghean.vn/hoi-dong-nga-nato-10098080.html", sites.Article, "10098080", ""},
		{"baonghean", "https://en.baonghean.vn/hoi-dong-nga-nato-10098080.html", sites.Article, "10098080", "10098080.en"},
		{"baonghean", "https://baonghean.vn/a-b-post258616.html", sites.Article, "post258616", ""},
		{"baonghean", "https://baonghean.vn/a-b-300867.html", sites.Article, "300867", ""},
		{"baonghean", "http://m.baonghean.vn/the-thao/201510/don-tam-ly-2633406/", sites.Article, "2633406", ""},
		{"baonghean", "http://baonghean.vn/thoi-su-chinh-tri/", sites.List, "", "vn,baonghean)/thoi-su-chinh-tri"},
		{"baonghean", "https://baonghean.vn/kinh-te/bat-dong-san", sites.List, "", "vn,baonghean)/kinh-te/bat-dong-san"},
		{"baonghean", "https://baonghean.vn/en/kinh-te", sites.List, "", "vn,baonghean)/en/kinh-te"},
		{"baonghean", "https://baonghean.vn/rss/kinh-te/bat-dong-san", sites.FeedPage, "", "vn,baonghean)/rss/kinh-te/bat-dong-san"},
		{"baonghean", "https://baonghean.vn/gia-vang-hom-nay", sites.Utility, "", "vn,baonghean)/gia-vang-hom-nay"},
		{"baonghean", "https://baonghean.vn/am-duong-lich-ngay-12-4-2024.html", sites.Utility, "", "vn,baonghean)/am-duong-lich-ngay-12-4-2024.html"},

		// Thanh Niên News
		{"thanhniennews", "http://www.thanhniennews.com/world/nato-to-hold-talks-61060.html", sites.Article, "61060", ""},
		{"thanhniennews", "http://www.thanhniennews.com/2010/Pages/20101219/Flood-relief.aspx", sites.Article, "20101219-Flood-relief", ""},
		{"thanhniennews", "http://www.thanhniennews.com/society/", sites.List, "", "com,thanhniennews)/society"},
		{"thanhniennews", "http://www.thanhniennews.com/rss/tech-15.rss", sites.FeedPage, "", "com,thanhniennews)/rss/tech-15.rss"},
	} {
		t.Run(tt.raw, func(t *testing.T) {
			a, err := site(t, tt.site).Address(tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			page := tt.page
			if page == "" {
				page = tt.id
			}
			if a.Kind != tt.kind || a.ID != tt.id || a.Page != page {
				t.Errorf("got %s id %q page %q, want %s id %q page %q", a.Kind, a.ID, a.Page, tt.kind, tt.id, page)
			}
		})
	}
}

func TestAddressSpelling(t *testing.T) {
	for _, tt := range []struct{ site, raw, want string }{
		{"dantri", " HTTPS://DanTri.com.vn:443/a/b-20221224083224103.htm?removecookie=true#comment\n", "https://dantri.com.vn/a/b-20221224083224103.htm"},
		{"dantri", "http://dantri.com.vn:80/the-gioi.htm?utm_source=x&fbclid=y", "http://dantri.com.vn/the-gioi.htm"},
		{"dantri", "http://m.dantri.com.vn./a/b-20221224083224103.htm#first", "http://m.dantri.com.vn/a/b-20221224083224103.htm"},
		{"dantri", "https://dantri.com.vn:8443/the-gioi.htm", "https://dantri.com.vn:8443/the-gioi.htm"},
		{"dantri", "https://dantri.com.vn", "https://dantri.com.vn/"},
		{"dantri", "https://dantri.com.vn/a/../the-gioi.htm", "https://dantri.com.vn/the-gioi.htm"},
		{"vov", "https://vov.vn/the-gioi?page=2&utm_medium=z", "https://vov.vn/the-gioi?page=2"},
		{"vov", "https://vov.vn/search?keyword=H%C3%A0%20N%E1%BB%99i", "https://vov.vn/search?keyword=H%C3%A0%20N%E1%BB%99i"},
		{"baotintuc", "https://baotintuc.vn/tags/hội+đồng.htm", "https://baotintuc.vn/tags/h%E1%BB%99i+%C4%91%E1%BB%93ng.htm"},
	} {
		a, err := site(t, tt.site).Address(tt.raw)
		if err != nil || a.URL != tt.want {
			t.Errorf("%q: got %q, %v, want %q", tt.raw, a.URL, err, tt.want)
		}
	}
}

func TestAddressRefuses(t *testing.T) {
	for _, raw := range []string{
		"", "the-gioi.htm", "/the-gioi.htm", "//dantri.com.vn/", "javascript:void(0)", "mailto:a@dantri.com.vn", "ftp://dantri.com.vn/", "file:///etc/passwd",
		"http://", "http:///a", "https://dantri.com.vn/a\x00b", "https://dantri.com.vn/a\nb", "https://dantri.com.vn/a%00b", "https://dantri.com.vn/%0d%0aX", "https://user:pw@dantri.com.vn/",
		"https://dantri.com.vn/%zz", "https://dantri.com.vn:99999999/\u0085", "https://dantri.com.vn/" + strings.Repeat("a", 2048),
	} {
		a, err := site(t, "dantri").Address(raw)
		if !errors.Is(err, sites.ErrAddress) {
			t.Errorf("%.60q: %+v, %v", raw, a, err)
		}
		if a != (sites.Address{}) {
			t.Errorf("%.60q: an error with %+v", raw, a)
		}
	}
}

func TestOwns(t *testing.T) {
	s := site(t, "dantri")
	for host, want := range map[string]bool{"dantri.com.vn": true, "DANTRI.com.vn": true, "m.dantri.com.vn": true, "dantri.com.vn.": true,
		"xdantri.com.vn": false, "dantri.com.vn.x": false, "tuyensinh.dantri.com.vn": false, "": false} {
		if s.Owns(host) != want {
			t.Errorf("%q: want %v", host, want)
		}
	}
}

func TestAssets(t *testing.T) {
	for _, s := range sites.All() {
		if len(s.AssetHosts) == 0 {
			t.Errorf("%s: no host serves its pictures", s.Name)
		}
		for _, host := range s.AssetHosts {
			if host != strings.ToLower(host) || s.Owns(host) || !s.ServesAssets(host) {
				t.Errorf("%s: %s is spelled otherwise than it is compared, or a host of its pages", s.Name, host)
			}
		}
	}
	dantri := site(t, "dantri")
	for host, want := range map[string]bool{
		"icdn.dantri.com.vn": true, "ICDN.dantri.com.vn.": true, "www.dantri.com.vn": true, "dantri3.vcmedia.vn": true,
		"vcmedia.vn": false, "tracking.dantri.com.vn": false, "icdn.dantri.com.vn.evil.example": false, "": false,
	} {
		if got := dantri.ServesAssets(host); got != want {
			t.Errorf("%q serves assets: %v", host, got)
		}
	}
}

func TestAssetPage(t *testing.T) {
	const article = "https://dantri.com.vn/the-gioi/mot-bai-20221224083224103.htm"
	page := sites.AssetPage(article)
	if want := "asset:vn,com,dantri)/the-gioi/mot-bai-20221224083224103.htm"; page != want || !sites.IsAsset(page) {
		t.Errorf("an article named as a picture has the key %s", page)
	}
	for _, s := range sites.All() {
		a, err := s.Address(article)
		if err != nil || sites.IsAsset(a.Page) {
			t.Errorf("%s: the key %s of an article is that of an asset: %v", s.Name, a.Page, err)
		}
	}
}

// The case of a path tells pictures apart; what a SURT else evens out does not.
func TestAssetPageCase(t *testing.T) {
	for address, want := range map[string]string{
		"https://icdn.dantri.com.vn/2026/IMG_1.JPG?w=800&S=aBc":      "asset:vn,com,dantri,icdn)/2026/IMG_1.JPG?S=aBc&w=800",
		"http://ICDN.Dantri.com.vn:80/2026/IMG_1.JPG?S=aBc&w=800#to": "asset:vn,com,dantri,icdn)/2026/IMG_1.JPG?S=aBc&w=800",
		"https://icdn.dantri.com.vn/2026/img_1.jpg?w=800&S=aBc":      "asset:vn,com,dantri,icdn)/2026/img_1.jpg?S=aBc&w=800",
		"https://icdn.dantri.com.vn/%e1%ba%a3nh.jpg":                 "asset:vn,com,dantri,icdn)/%E1%BA%A3nh.jpg",
		"https://icdn.dantri.com.vn/ảnh.jpg":                         "asset:vn,com,dantri,icdn)/%E1%BA%A3nh.jpg",
		"https://icdn.dantri.com.vn":                                 "asset:vn,com,dantri,icdn)/",
	} {
		if got := sites.AssetPage(address); got != want || !strings.EqualFold(got, sites.AssetPrefix+sites.SURT(address)) {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func TestListPages(t *testing.T) {
	for _, tt := range []struct {
		site, list string
		n          int
		want       string
	}{
		{"dantri", "https://dantri.com.vn/the-gioi.htm", 2, "https://dantri.com.vn/the-gioi/trang-2.htm"},
		{"dantri", "https://dantri.com.vn/", 2, ""},
		{"vov", "https://vov.vn/the-gioi", 2, "https://vov.vn/the-gioi?page=1"},
		{"vov", "https://english.vov.vn/en/politics", 3, "https://english.vov.vn/en/politics?page=2"},
		{"baotintuc", "https://baotintuc.vn/the-gioi-130ct0.htm", 3, "https://baotintuc.vn/the-gioi-130ct0/trang-3.htm"},
		{"baotintuc", "https://baotintuc.vn/the-gioi-130ct0.htm", 101, ""},
		{"baotintuc", "https://baotintuc.vn/infographics.htm", 2, ""},
	} {
		list, err := url.Parse(tt.list)
		if err != nil {
			t.Fatal(err)
		}
		if got := site(t, tt.site).ListPage(list, tt.n); got != tt.want {
			t.Errorf("%s %s %d: got %q, want %q", tt.site, tt.list, tt.n, got, tt.want)
		}
	}
}

func TestSourceOfTheRunningMonth(t *testing.T) {
	s := sites.Source{URL: "https://vov.vn/sitemaps/{yyyy}/{m}/article.xml?{mm}"}
	// The last evening of June in London is July in Vietnam.
	at := time.Date(2026, 6, 30, 20, 0, 0, 0, time.UTC)
	if got, want := s.At(at), "https://vov.vn/sitemaps/2026/7/article.xml?07"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// An article has one page key under all its hosts, schemes and junk, and an
// address that was understood once is understood the same again.
func TestAddressProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(sites.All()).Draw(t, "site")
		path := rapid.StringMatching(`(/[a-z0-9-]{1,12}){0,3}/[a-z-]{1,20}-(post)?[0-9]{4,17}\.(htm|html|vov)`).Draw(t, "path")
		query := rapid.SampledFrom([]string{"", "?utm_source=x", "?fbclid=abc", "#comment", "?b=2&a=1"}).Draw(t, "query")
		scheme := rapid.SampledFrom([]string{"http://", "https://", "HTTPS://"}).Draw(t, "scheme")
		a, err := s.Address(scheme + s.Hosts[0] + path + query)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Address(a.URL)
		if err != nil || again != a {
			t.Fatalf("%+v, again %+v, %v", a, again, err)
		}
		if a.Kind != sites.Article {
			return
		}
		other, err := s.Address("http://" + strings.ToUpper(s.Hosts[1]) + path + "?x=1#y")
		if err != nil || other.Page != a.Page || other.ID != a.ID {
			t.Fatalf("%+v, elsewhere %+v, %v", a, other, err)
		}
	})
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"https://dantri.com.vn/a/b-20221224083224103.htm?x=1#y", "http://[::1]:80/", "https://vov.vn/%E1%BA%A1", "//x", "https://baonghean.vn/en/../fr/a-10098080.html", "http://dantri.com.vn/a%2f..%2fb?%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, s := range sites.All() {
			a, err := s.Address(raw)
			if err != nil {
				if !errors.Is(err, sites.ErrAddress) || a != (sites.Address{}) {
					t.Fatalf("%+v, %v", a, err)
				}
				continue
			}
			u, err := url.Parse(a.URL)
			if err != nil || u.Fragment != "" || u.User != nil || u.Host != strings.ToLower(u.Host) {
				t.Fatalf("%q became %q, %v", raw, a.URL, err)
			}
			if a.Page == "" || strings.ContainsFunc(a.Page, unicode.IsControl) {
				t.Fatalf("page %q", a.Page)
			}
			again, err := s.Address(a.URL)
			if err != nil || again != a {
				t.Fatalf("%q: %+v, again %+v, %v", raw, a, again, err)
			}
		}
	})
}

// TestBegun: an id says when its article was begun, where the newspaper makes ids so; a
// serial number does not, however long.
func TestBegun(t *testing.T) {
	for _, tt := range []struct{ site, url, want string }{
		{"dantri", "https://dantri.com.vn/the-gioi/a-b-20221224083224103.htm", "2022-12-24T08:32:00+07:00"},
		{"dantri", "http://dantri.com.vn/kinh-doanh/a-2016031215053552.htm", "2016-03-12T15:05:00+07:00"}, // 16 digits
		{"dantri", "http://m.dantri.com.vn/news-20160314083511309.htm", "2016-03-14T08:35:00+07:00"},
		{"dantri", "http://dantri.com.vn/xa-hoi/a-b-774320.htm", ""},
		{"dantri", "http://dantri.com.vn/xa-hoi/a-b-2016031215053.htm", ""},        // 13 digits
		{"dantri", "https://dantri.com.vn/the-gioi/a-b-20221324083224103.htm", ""}, // a 13th month
		{"dantri", "https://dantri.com.vn/the-gioi/a-b-20220230083224103.htm", ""},
		{"dantri", "https://dantri.com.vn/the-gioi/a-b-20221224253224103.htm", ""},
		{"dantri", "https://dantri.com.vn/the-gioi/a-b-00011224083224103.htm", ""},
		{"dantri", "https://dantri.com.vn/the-gioi.htm", ""},
		{"baotintuc", "https://baotintuc.vn/the-gioi/ukraine-co-thu-tuong-moi-20260716171712046.htm", "2026-07-16T17:17:00+07:00"},
		{"baotintuc", "https://baotintuc.vn/ukraine-co-thu-tuong-moi-n20260716171712046.htm", "2026-07-16T17:17:00+07:00"},
		{"thanhniennews", "http://www.thanhniennews.com/2009/pages/20090403/a-title.aspx", "2009-04-03T00:00:00+07:00"},
		{"thanhniennews", "http://www.thanhniennews.com/world/nato-to-hold-20160409.html", ""},
		{"vov", "https://vov.vn/the-thao/a-b-post1315698.vov", ""},
		{"baonghean", "https://baonghean.vn/a-20160409.html", ""},
	} {
		s := site(t, tt.site)
		a, err := s.Address(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if at, ok := s.Begun(a.ID); ok {
			got = at.Format(time.RFC3339)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.url, got, tt.want)
		}
	}
}

func TestSection(t *testing.T) {
	vov, _ := sites.ByName("vov")
	for address, want := range map[string]string{
		"https://vov.vn/the-thao/bong-da-post1.vov":       "/the-thao",
		"https://www.vov.vn/the-thao/bong-da-post1.vov":   "/the-thao",
		"https://vov.vn/bong-da-post1.vov":                "/",
		"https://english.vov.vn/en/sports/ball-post1.vov": "english.vov.vn/en",
		"https://vov.vn/":    "/",
		"https://vov.vn/%zz": "",
	} {
		if got := vov.Section(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
