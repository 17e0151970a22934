package crawler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
)

// page is an article of Dân trí's with its canonical link.
func page(title, canonical string) sampleweb.Fault {
	return answer(200, "text/html; charset=utf-8", fmt.Sprintf(
		`<html><head><title>%[1]s</title><link rel="canonical" href="%[2]s"></head><body><article class="singular-container"><h1 class="title-page detail">%[1]s</h1>
		<time class="author-time" datetime="2026-11-20 08:15">x</time><h2 class="singular-sapo">Mở đầu của %[1]s, dài vừa đủ một câu.</h2>
		<div class="singular-content"><p>Đoạn thứ nhất của %[1]s kể chuyện một con đường làng.</p><p>Đoạn thứ hai của %[1]s kể chuyện cây cầu.</p></div></article></body></html>`, title, canonical))
}

func own(n int) string {
	return fmt.Sprintf("https://dantri.com.vn/xa-hoi/bai-202611200815%05d.htm", n)
}

// TestCanonicalLinksAreProven: a page is another one only where both read the
// same.
func TestCanonicalLinksAreProven(t *testing.T) {
	for name, tt := range map[string]struct {
		titles []string // of the pages that name own(0) as canonical
		joined []bool
	}{
		"a template at fault":     {[]string{"Con đường", "Cây cầu", "Bến thuyền", "Ngọn đèn"}, []bool{false, false, false, false}},
		"only one, and wrongly":   {[]string{"Con đường"}, []bool{false}},
		"a copy":                  {[]string{"Bài gốc"}, []bool{true}},
		"copies and what is none": {[]string{"Bài gốc", "Con đường", "Bài gốc"}, []bool{true, false, true}},
	} {
		for _, known := range []bool{false, true} { // whether the archive has the article already
			t.Run(fmt.Sprint(name, ", known ", known), func(t *testing.T) {
				inTime(t, func(t *testing.T) {
					web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
					web.Fault(pattern(own(0)), page("Bài gốc", own(0)))
					var seeds []string
					for i, title := range tt.titles {
						web.Fault(pattern(own(i+1)), page(title, own(0)))
						seeds = append(seeds, own(i+1))
					}
					o := crawler.Options{Transport: web.RoundTripper()}
					if known {
						o.Seeds = []string{own(0)}
						crawl(t, store, site, o)
						time.Sleep(time.Second)
					}
					o.Seeds = seeds
					crawl(t, store, site, o)
					if len(store.aliases) > 0 {
						t.Errorf("joined by the first look: %v", store.aliases)
					}
					time.Sleep(time.Hour)
					crawl(t, store, site, o)
					for i, want := range tt.joined {
						a, err := site.Address(own(i + 1))
						if err != nil {
							t.Fatal(err)
						}
						if _, got := store.aliases[a.Page]; got != want {
							t.Errorf("%q: joined %v", tt.titles[i], got)
						}
					}
					if n := len(store.of(own(0))); n > 2 {
						t.Errorf("the article was fetched %d times", n)
					}
				})
			})
		}
	}
}

// TestCacheMixesUp: another article's page, for once in an article's place when that is
// first seen, joins nothing: the next look brings the article.
func TestCacheMixesUp(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, a, site := sampleweb.New(), newArchive(t), siteOf(t, "dantri")
		all := web.Articles(site.Name)
		remove := web.Fault(pattern(all[1]), whole(sampleweb.Another(pathOf(all[2]))))
		store := queued{a, make(chan struct{}, 1)}
		o := crawler.Options{Transport: web.RoundTripper()}
		crawl(t, store, site, o)
		remove()
		for range 3 {
			time.Sleep(time.Hour)
			crawl(t, store, site, o)
		}
		for _, address := range all[1:3] {
			truth, _ := web.TruthAt(address)
			if list := versionsOf(t, a, site, address); titleOf(t, a, site, address) != truth.Title || len(list) != 1 {
				t.Errorf("%s: %q, %+v", address, titleOf(t, a, site, address), list)
			}
		}
	})
}

// A canonical link to another newspaper, to a list or into the local network
// says nothing.
func TestCanonicalLinksOutside(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "dantri")
		var seeds []string
		for i, canonical := range []string{"https://vov.vn/xa-hoi/a-post1340966.vov", "http://127.0.0.1/xa-hoi/a-20261120081500000.htm", "https://dantri.com.vn/xa-hoi.htm", "javascript:1"} {
			web.Fault(pattern(own(i)), page("Con đường", canonical))
			seeds = append(seeds, own(i))
		}
		crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Seeds: seeds})
		if len(store.aliases) != 0 || len(web.Log()) != len(seeds)+1 {
			t.Errorf("%v, %v", store.aliases, paths(web.Log()))
		}
	})
}

// TestRedirectsToOneArticle: readers of many dead articles sent to one of them
// do not make all of these one page; an article that got a new number is.
func TestRedirectsToOneArticle(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, store, site := sampleweb.New(), newMemory(), siteOf(t, "baonghean")
		target := web.Articles("baonghean")[0]
		slug := target[strings.LastIndexByte(target, '/')+1 : strings.LastIndexByte(target, '-')]
		dead := []string{"https://baonghean.vn/tin-cu-mot-2633406.html", "https://baonghean.vn/tin-cu-hai-2633407.html", "https://baonghean.vn/tin-cu-ba-post258616.html"}
		eras := []string{
			"http://baonghean.vn/the-thao/201510/" + slug + "-2633408/", "https://baonghean.vn/" + slug + "-300867.html", "https://baonghean.vn/" + slug + "-post258617.html",
		}
		for _, address := range append(dead, eras...) {
			web.Fault(pattern(address), sampleweb.Redirect(301, target))
		}
		run := crawl(t, store, site, crawler.Options{Transport: web.RoundTripper(), Seeds: append(dead, eras...)})
		to, err := site.Address(target)
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range dead {
			if a, _ := site.Address(address); store.aliases[a.Page] != "" {
				t.Errorf("%s was joined", address)
			}
		}
		for _, address := range eras {
			if a, _ := site.Address(address); store.aliases[a.Page] != to.Page {
				t.Errorf("%s was not joined", address)
			}
		}
		if run.New != 1 {
			t.Errorf("%+v", run)
		}
	})
}

// TestManyAddresses: whatever its address, an article is one page in the
// archive, found by each of them.
func TestManyAddresses(t *testing.T) {
	for name, variants := range map[string]func(address string) []string{
		"dantri": func(address string) []string {
			id := strings.TrimSuffix(address[strings.LastIndexByte(address, '-')+1:], ".htm")
			return []string{
				strings.Replace(address, "https://", "http://", 1), strings.Replace(address, "//", "//www.", 1), strings.Replace(address, "//", "//m.", 1),
				strings.Replace(address, "//", "//amp.", 1), "https://dantri.com.vn/chuyen-muc-khac/ten-moi-" + id + ".htm", "http://m.dantri.com.vn/news-" + id + ".htm",
				address + "?utm_source=zalo&fbclid=1#comment",
			}
		},
		"baotintuc": func(address string) []string {
			id := strings.TrimSuffix(address[strings.LastIndexByte(address, '-')+1:], ".htm")
			return []string{"http://www.baotintuc.vn/ten-moi-n" + id + ".htm", "https://baotintuc.vn/muc-khac/ten-moi-" + id + ".htm"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			web, a, site := sampleweb.New(), newArchive(t), siteOf(t, name)
			address := web.Articles(name)[0]
			all := variants(address)
			run := crawl(t, a, site, crawler.Options{Transport: web.RoundTripper(), Seeds: all})
			if run.New != 1 {
				t.Errorf("%+v", run)
			}
			view, err := a.View(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			want, err := view.Page(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range all {
				if got, err := view.Page(t.Context(), v); err != nil || got.Page != want.Page {
					t.Errorf("%s: %+v, %v", v, got, err)
				}
			}
			verify(t, a, name)
		})
	}
}
