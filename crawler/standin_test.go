package crawler_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/compare"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// standIns are all that comes with a 200, or as one, in an article's place and is not the
// article. other is the path of another article of the newspaper, list that of a list.
func standIns(other, list string) map[string]sampleweb.Fault {
	return map[string]sampleweb.Fault{
		"maintenance":        sampleweb.Maintenance(),
		"database error":     sampleweb.DatabaseError(),
		"log-in wall":        sampleweb.LogIn(),
		"parked domain":      sampleweb.Parked(),
		"altered on the way": sampleweb.Altered(),
		"store's error":      sampleweb.StoreError(),
		"challenge":          sampleweb.Challenge(),
		"line in the frame":  sampleweb.Framed(),
		"empty template":     sampleweb.EmptyTemplate(),
		"front page":         sampleweb.FrontPage(),
		"list":               sampleweb.Another(list),
		"another article":    sampleweb.Another(other),
		"cut":                sampleweb.Cut(),
		"breaks off":         sampleweb.BreakOff(),
		"nothing":            answer(200, "text/html", ""),
		"words":              answer(200, "text/html", "<html><head><title>Xin chào</title></head><body><h1>Chào bạn ghé thăm</h1><p>Hôm nay trời đẹp, chúc mọi người một ngày vui bên gia đình mình.</p></body></html>"),
	}
}

// pathOf is the path of an address.
func pathOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	_, path, _ := strings.Cut(rest, "/")
	return "/" + path
}

// unless lets nothing through to the cache of the client: what stands in is whole.
func whole(f sampleweb.Fault) sampleweb.Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		r.Header.Del("If-None-Match")
		r.Header.Del("If-Modified-Since")
		f(rw, r, next)
	}
}

// listPath is the path of a section list that a sample newspaper has.
func listPath(web *sampleweb.Web, site *sites.Site) string {
	for _, s := range site.Sources {
		if s.Kind != sites.SectionList {
			continue
		}
		if r, err := http.NewRequest(http.MethodGet, s.URL, nil); err == nil {
			if res, err := web.RoundTripper().RoundTrip(r); err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK {
				return pathOf(s.URL)
			}
		}
	}
	return "/"
}

// TestStandIn: whatever stands in an article's place, at any newspaper, on a later look or
// on the first: it is kept, it is no edit and no version, the article is asked for again
// soon, and it is all there then.
func TestStandIn(t *testing.T) {
	for _, site := range sampled() {
		for _, name := range slices.Sorted(maps.Keys(standIns("", ""))) {
			if testing.Short() && site.Name != "vov" {
				continue // for the race detector, one newspaper will do
			}
			t.Run(site.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				inTime(t, func(t *testing.T) {
					web, a := sampleweb.New(), newArchive(t)
					all := web.Articles(site.Name)
					late, early, other := all[0], all[1], all[2]
					o := crawler.Options{Transport: web.RoundTripper(), Seeds: all}
					fault := whole(standIns(pathOf(other), listPath(web, site))[name])
					defer web.Fault(pattern(early), fault)()
					crawlAnyway(t, a, site, o)
					remove := web.Fault(pattern(late), fault)
					time.Sleep(time.Hour)
					o.Seeds = []string{late}
					if run := crawlAnyway(t, a, site, o); run.New+run.Changed+run.Unsure+run.Relaid > 0 || run.Failed == 0 {
						t.Errorf("%+v", run)
					}
					entry, _, err := a.Entry(t.Context(), site.Name, keyOf(t, site, late))
					// As after a failure: the plan of an article that is new would look at once, that
					// of an old one in days.
					wait := time.Until(entry.Due)
					if err != nil || wait < 10*time.Minute || wait > 20*time.Minute || entry.Gap == "" {
						t.Errorf("not asked for again soon: %+v, %v", entry, err)
					}
					remove()
					web.Reset()
					time.Sleep(30 * time.Hour)
					o.Seeds = []string{late, early}
					if run := crawl(t, a, site, o); run.Changed+run.Unsure > 0 || run.Failed > 0 {
						t.Errorf("back: %+v", run)
					}
					for _, address := range []string{late, early} {
						truth, _ := web.TruthAt(address)
						versions := versionsOf(t, a, site, address)
						if len(versions) != 1 || versions[0].Cause != "" {
							t.Errorf("%s: %+v", address, versions)
						}
						if title := titleOf(t, a, site, address); title != truth.Title {
							t.Errorf("%s: %q", address, title)
						}
					}
				})
			})
		}
	}
}

// TestShortArticleAboutNotices: what an article says may be what a notice says, and it may
// be as short and have as few links: the newspaper's own markup tells that it is one.
func TestShortArticleAboutNotices(t *testing.T) {
	for title, text := range map[string]string{
		"Hệ thống đang bảo trì":          "Cổng nộp thuế báo bảo trì từ sáng nay, mời quay lại sau ít phút.",
		"Tên miền này đang được rao bán": "Tên miền đã hết hạn năm ngoái, giá lên tới một triệu đô.",
		"Đăng nhập":                      "Vui lòng đăng nhập để đọc: ngày càng nhiều báo bắt độc giả trả tiền.",
		"Bạn có phải là robot":           "Phép thử không phải là robot đã bị máy vượt qua.",
	} {
		inTime(t, func(t *testing.T) {
			web, a, site := sampleweb.New(), newArchive(t), siteOf(t, "dantri")
			address := web.Articles(site.Name)[0]
			page := `<html><head><title>` + title + ` | Báo Dân trí</title></head><body><main><section><time datetime="2026-11-27 10:15">27/11/2026</time></section><article data-slot="container"><h1 data-slot="title">` +
				title + `</h1><h2 data-slot="sapo">(Dân trí) - ` + text + `</h2><div data-slot="content"><p>` + text + `</p></div></article></main></body></html>`
			defer web.Fault(pattern(address), answer(http.StatusOK, "text/html; charset=utf-8", page))()
			if run := crawlAnyway(t, a, site, crawler.Options{Transport: web.RoundTripper(), Seeds: []string{address}}); run.New != 1 || run.Failed > 0 {
				t.Errorf("%s: %+v", title, run)
			}
			if got := titleOf(t, a, site, address); got != title {
				t.Errorf("%q, not %q", got, title)
			}
		})
	}
}

// TestRewritten: an article of which no word is left is an edit, for it has its marks. The
// newspaper says so, or nobody knows: it is never lost.
func TestRewritten(t *testing.T) {
	for _, site := range sampled() {
		t.Run(site.Name, func(t *testing.T) {
			inTime(t, func(t *testing.T) {
				web, a := sampleweb.New(), newArchive(t)
				address := web.Articles(site.Name)[0]
				o := crawler.Options{Transport: web.RoundTripper(), Seeds: []string{address}}
				crawl(t, a, site, o)
				rewrite(t, web, site, address)
				time.Sleep(time.Hour)
				if run := crawl(t, a, site, o); run.Changed != 1 || run.Failed > 0 {
					t.Errorf("%+v", run)
				}
				if versions := versionsOf(t, a, site, address); len(versions) != 2 || versions[1].Cause != compare.Edited {
					t.Errorf("%+v", versions)
				}
			})
		})
	}
}

// rewrite puts other words in place of all that an article says.
func rewrite(t testing.TB, web *sampleweb.Web, site *sites.Site, address string) {
	t.Helper()
	truth, _ := web.TruthAt(address)
	texts := []string{truth.Title, truth.Lead}
	for _, b := range truth.Body {
		texts = append(texts, b.Text)
	}
	for i, text := range texts {
		words := fmt.Sprintf("Bản thứ hai kể khác hẳn ở đoạn %d: mưa tạnh, hàng quán mở cửa và khách kéo về đông hơn hẳn phiên trước.", i)
		if err := web.Edit(site.Name, truth.Key, text, words); err != nil {
			t.Logf("%s: %v", text, err)
		}
	}
}

// TestFrontPageStays: the front page in an article's place is trouble at first, and says
// that the article is gone once it stands there for long.
func TestFrontPageStays(t *testing.T) {
	inTime(t, func(t *testing.T) {
		web, a, site := sampleweb.New(), newArchive(t), siteOf(t, "dantri")
		address := web.Articles(site.Name)[0]
		o := crawler.Options{Transport: web.RoundTripper(), Seeds: []string{address}}
		crawl(t, a, site, o)
		web.Fault(pattern(address), whole(sampleweb.FrontPage()))
		for look := 1; ; look++ {
			time.Sleep(2 * time.Hour)
			run, err := crawler.Crawl(t.Context(), a, site, o)
			versions := versionsOf(t, a, site, address)
			if look < 5 && len(versions) != 1 {
				t.Fatalf("look %d: %+v", look, versions)
			}
			isGone := len(versions) == 2 && versions[1].State == capture.Gone
			if isGone != (err == nil) || !isGone && (!errors.Is(err, crawler.ErrNoArticle) || run.End != "no article") {
				t.Errorf("look %d: %v, %s", look, err, run.End)
			}
			if isGone {
				break
			}
			if look == 6 {
				t.Fatalf("not gone: %+v", versions)
			}
		}
		web.Reset()
	})
}

// crawlAnyway crawls where the newspaper may block us or be out of reach.
func crawlAnyway(t testing.TB, store crawler.Store, site *sites.Site, o crawler.Options) capture.Run {
	t.Helper()
	run, _ := crawler.Crawl(t.Context(), store, site, o)
	return run
}

func keyOf(t testing.TB, site *sites.Site, address string) string {
	t.Helper()
	a, err := site.Address(address)
	if err != nil {
		t.Fatal(err)
	}
	return a.Page
}

func versionsOf(t testing.TB, a *archive.Archive, site *sites.Site, address string) []archive.Version {
	t.Helper()
	view, err := a.View(t.Context(), site.Name)
	if err != nil {
		t.Fatal(err)
	}
	versions, err := view.Versions(t.Context(), keyOf(t, site, address))
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

func titleOf(t testing.TB, a *archive.Archive, site *sites.Site, address string) string {
	t.Helper()
	view, err := a.View(t.Context(), site.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := view.Page(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return info.Title
}
