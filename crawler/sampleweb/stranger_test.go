package sampleweb_test

import (
	"encoding/xml"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"

	"baoluu/cleaner"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// baobensong is the stranger as somebody would describe who knows its markup.
var baobensong = sites.Description{
	Name: "baobensong", Title: "Báo Bến Sông", Home: "https://baobensong.example/", Languages: []string{"vi"},
	Hosts: []string{"baobensong.example", "www.baobensong.example"}, AssetHosts: []string{"anh.baobensong.example"},
	Sources:     []sites.Source{{Kind: sites.FrontPage, URL: "https://baobensong.example/"}},
	Articles:    []sites.Form{{Path: `/[a-z-]+/(?P<id>\d{6})/[a-z0-9-]+\.html`}},
	Sections:    []string{`/muc/[a-z-]+(?:/trang/\d+)?`},
	JunkQueries: []string{"vitri"},
	Suffixes:    []string{" - Báo Bến Sông"},
	Dateline:    `^(\(Bến Sông\)) - `,
	Layouts: []sites.LayoutDescription{
		{
			Name: "song-moi", Since: "2026-11-25", Article: []string{"main.story"}, Title: []string{".story-headline"}, Kicker: []string{".story-eyebrow"},
			Lead: []string{".story-standfirst"}, Byline: []string{".story-author"}, Source: []string{".story-origin"}, Time: []string{".story-date"},
			Section: []string{".story-crumbs a:last-child"}, Tags: []string{".story-topics a"}, Related: []string{".story-more", ".story-link"},
			Body: []string{".story-text"}, Drop: []string{".ad-slot"}, Captions: []string{".story-photo-text"},
		},
		{
			Name: "song-2023", Since: "2023-06-01", Article: []string{"article.bai"}, Title: []string{".bai__tua"}, Kicker: []string{".bai__nhan"},
			Lead: []string{".bai__sapo"}, Byline: []string{".bai__ky"}, Source: []string{".bai__nguon"}, Time: []string{".bai__gio"},
			Section: []string{".loi-di li+li>a"}, Tags: []string{".bai__the a"}, Related: []string{".cung-muc", ".doc-them"},
			Body: []string{".bai__than"}, Drop: []string{".quang-cao"},
		},
		{
			Name: "song-2019", Article: []string{"#tin"}, Title: []string{"h1.tieude"}, Kicker: []string{".tieudephu"},
			Lead: []string{".tomtat"}, Byline: []string{".tacgia"}, Source: []string{".nguontin"}, Time: []string{".ngaydang"},
			Section: []string{".path a+a"}, Tags: []string{".tukhoa a"}, Related: []string{".tinlienquan", ".tinxen"},
			Body: []string{"#noidung"}, Drop: []string{".qc300"}, Captions: []string{".chuthich"}, Quotes: []string{".trichdan"},
		},
	},
}

// Rules find in each look exactly what was written into it: there is nothing that cannot
// be learnt.
func TestStrangerCanBeRead(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine, and long under the race detector")
	}
	site, err := baobensong.Site()
	if err != nil {
		t.Fatal(err)
	}
	w := sampleweb.New()
	if len(w.Strangers()) != 1 || w.Strangers()[0] != site.Name || slices.Contains(w.Sites(), site.Name) || w.Home(site.Name) != site.Home {
		t.Fatalf("strangers %q, home %s", w.Strangers(), w.Home(site.Name))
	}
	if _, known := sites.ByName(site.Name); known {
		t.Errorf("%s is no stranger to package sites", site.Name)
	}
	found := map[string]int{}
	for _, anew := range []bool{false, true} {
		if err := w.Redesign(site.Name, anew); err != nil {
			t.Fatal(err)
		}
		for _, address := range w.Articles(site.Name) {
			truth, _ := w.TruthAt(address)
			found[truth.Layout]++
			p := cleanerPage(t, w, address)
			p.Captured = p.Captured.AddDate(0, 0, 10) // the youngest article is younger than the others' are
			got, err := cleaner.Clean(p, site)
			if err != nil {
				t.Fatalf("%s, %s: %v", truth.Layout, address, err)
			}
			if diff := cmp.Diff(expected(truth, got), fields(got), cmpopts.EquateEmpty()); diff != "" || got.Layout != truth.Layout {
				t.Errorf("%s, read by %s, %s, notes %q, (-truth +found):\n%s", truth.Layout, got.Layout, address, got.Notes, diff)
			}
		}
	}
	if all := len(w.Articles(site.Name)); found["song-moi"] != all || found["song-2019"] < 10 || found["song-2023"] < 20 || all < 25 {
		t.Errorf("articles %v of %d", found, all)
	}
}

// Its pages are whole in each of its looks; the new one is one that nobody has seen, and
// says nothing in metadata.
func TestStrangerHoldsItsTruth(t *testing.T) {
	w := sampleweb.New()
	name := w.Strangers()[0]
	class := regexp.MustCompile(`(?:class|id)="([^"]*)"`)
	before, years := map[string]bool{}, map[int]map[string]bool{}
	for _, anew := range []bool{false, true} {
		if err := w.Redesign(name, anew); err != nil {
			t.Fatal(err)
		}
		described := 0
		for _, address := range w.Articles(name) {
			truth, _ := w.TruthAt(address)
			body := page(t, w, address)
			visible := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(body, ""))), " ")
			texts := slices.Concat([]string{truth.Title, truth.Kicker, truth.Lead, truth.Dateline, truth.Byline, truth.Source}, truth.Section, truth.Tags, truth.Captions)
			for _, b := range truth.Body {
				texts = append(texts, strings.Split(b.Text, "\t")...)
			}
			for _, text := range texts {
				if !strings.Contains(visible, text) {
					t.Errorf("%s lacks %q", address, text)
				}
			}
			if !norm.NFC.IsNormalString(body) || strings.Contains(body, "<no value>") || !strings.Contains(body, `<link rel="canonical" href="`+address+`">`) {
				t.Errorf("%s: not a clean page", address)
			}
			if strings.Contains(body, "ld+json") {
				described++
			}
			for _, m := range class.FindAllStringSubmatch(body, -1) {
				for c := range strings.FieldsSeq(m[1]) {
					if anew && before[c] {
						t.Errorf("%s: %q was there before", address, c)
					}
					before[c] = before[c] || !anew
				}
			}
			if anew && (strings.Contains(body, "<meta property") || strings.Contains(body, "ld+json")) {
				t.Errorf("%s has metadata", address)
			}
			y := truth.Published.Year()
			if years[y] == nil {
				years[y] = map[string]bool{}
			}
			years[y][truth.Section[0]] = true
		}
		if all := len(w.Articles(name)); !anew && (described <= all/2 || described == all) {
			t.Errorf("%d of %d pages have JSON-LD", described, all)
		}
	}
	if len(years) < 6 || len(years[2022]) < 4 {
		t.Errorf("years and sections: %v", years)
	}
}

// Each way of discovery leads to every article: lists that page, from the front page on, and
// the sitemap that robots.txt names alone. Feeds are named by the front page, and by a page
// of their own.
func TestStrangerIsListed(t *testing.T) {
	w := sampleweb.New()
	name := w.Strangers()[0]
	home := w.Home(name)
	inside := func(s string) bool { return strings.HasPrefix(s, home+"muc/") }
	byList := map[string]bool{}
	for s := range reach(t, w, href, inside, home) {
		if article, query, junk := strings.Cut(s, "?"); junk {
			if !strings.HasPrefix(query, "vitri=") || !strings.Contains(page(t, w, s), `href="`+article+`"`) {
				t.Errorf("%s: not the page of %s", s, article)
			}
			s = article
		}
		byList[s] = true
	}
	_, sitemap, _ := strings.Cut(page(t, w, home+"robots.txt"), "Sitemap: ")
	byMap := reach(t, w, loc, func(s string) bool { return strings.HasSuffix(s, ".xml") }, strings.TrimSpace(sitemap))
	for _, a := range w.Articles(name) {
		if !byList[a] || !byMap[a] {
			t.Errorf("%s: by list %v, by sitemap %v", a, byList[a], byMap[a])
		}
	}
	if !byList[home+"muc/van-hoa/trang/2"] {
		t.Errorf("lists do not page: %q", slices.Sorted(maps.Keys(byList)))
	}
	if a := get(t, w, w.Articles(name)[0]+"?khac=1"); a.status != 301 {
		t.Errorf("another query: %d", a.status)
	}
	base, _ := url.Parse(home)
	for _, from := range []string{home, home + "rss"} {
		feeds := regexp.MustCompile(`href="(/rss/[a-z-]+\.xml)"`).FindAllStringSubmatch(page(t, w, from), -1)
		if want := map[string]int{home: 1, home + "rss": 7}[from]; len(feeds) != want { // the page's own, and six that it lists
			t.Errorf("%s names %d feeds, not %d", from, len(feeds), want)
		}
		for _, f := range feeds {
			var rss struct {
				Items []struct {
					Link string `xml:"link"`
				} `xml:"channel>item"`
			}
			if err := xml.Unmarshal([]byte(page(t, w, base.JoinPath(f[1]).String())), &rss); err != nil || len(rss.Items) < 8 {
				t.Fatalf("%s: %d items, %v", f[1], len(rss.Items), err)
			}
			for _, it := range rss.Items {
				if _, ok := w.TruthAt(it.Link); !ok {
					t.Errorf("%s: %s leads nowhere", f[1], it.Link)
				}
			}
		}
	}
}
