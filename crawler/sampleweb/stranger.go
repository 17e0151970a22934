package sampleweb

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// strangers is the newspapers that package sites does not know; they are read-only.
var strangers = sync.OnceValue(func() []*paper { return []*paper{baobensong()} })

// baobensong is made by a system of nobody else's. It has worn two looks: pages from
// before June 2023 still have the old one, and [Web.Redesign] gives all of them a third. In
// between its classes are part semantic, part made by a build tool, which makes others each
// month; a page in five has no JSON-LD.
func baobensong() *paper {
	relaunch := at("2023-06-01 00:00")
	return &paper{
		name: "baobensong", title: "Báo Bến Sông", scheme: "https",
		aliases:    []string{"www.baobensong.example"},
		assetHosts: []string{"anh.baobensong.example"},
		editions: []*edition{{lang: "vi", host: "baobensong.example", sections: []section{
			{Slug: "thoi-su", Name: "Thời sự"}, {Slug: "doi-song", Name: "Đời sống"}, {Slug: "kinh-te", Name: "Kinh tế"},
			{Slug: "van-hoa", Name: "Văn hóa"}, {Slug: "giao-duc", Name: "Giáo dục"},
		}}},
		articleForm: regexp.MustCompile(`^/[a-z-]+/(\d{6})/[a-z0-9-]+\.html$`),
		address:     func(a *article) string { return "/" + a.section.Slug + "/" + a.ID + "/" + a.slug + ".html" },
		list: func(s section, n int) string {
			if n == 1 {
				return "/muc/" + s.Slug
			}
			return "/muc/" + s.Slug + "/trang/" + strconv.Itoa(n)
		},
		listForm: regexp.MustCompile(`^/muc/([a-z-]+)(?:/trang/(\d+))?$`), pageBase: 1,
		feed:        func(s section) string { return "/rss/" + cmp.Or(s.Slug, "trang-nhat") + ".xml" },
		sitemap:     "/ban-do/chi-muc.xml",
		sitemapOf:   func(y, m int) string { return fmt.Sprintf("/ban-do/bai-%d-%02d.xml", y, m) },
		sitemapForm: regexp.MustCompile(`^/ban-do/bai-(\d{4})-(\d{2})\.xml$`),
		disallow:    []string{"/tim", "/quan-tri/"},
		image: func(a *article, n int) string {
			return fmt.Sprintf("https://anh.baobensong.example/%s/%s-%s-%d.jpg", a.Published.Format("2006/01/02"), firstWords(a.slug, 4), a.ID, n)
		},
		stranger: true, junk: "vitri", feedIndex: "/rss", perPage: 6, anew: "song-moi",
		look: func(t time.Time) string {
			if t.Before(relaunch) {
				return "song-2019"
			}
			return "song-2023"
		},
		// Two months, more or less, so that these few go back to 2020.
		grown: 34, back: 1483*time.Hour + 17*time.Minute,
		step:   7 * time.Minute,
		oldest: at("2026-07-28 20:05"), newest: at("2026-11-24 09:00"),
		oldID: 648120, newID: 648400, printID: strconv.Itoa,
	}
}

// vary gives a generated article what only some have: a kicker, a list, a source, which may
// stand in the author's place.
func (a *article) vary(d *rand.Rand) {
	if d.IntN(3) == 0 {
		a.Kicker = pick(d, []string{"Chuyện làng", "Ghi chép", "Mùa nước nổi", "Người tốt quanh ta"})
	}
	if d.IntN(4) == 0 {
		a.Source = pick(d, []string{"Theo TTXVN", "Theo Đài Truyền thanh huyện"})
		if d.IntN(2) == 0 {
			a.Byline = ""
		}
	}
	if d.IntN(3) == 0 {
		s := stocks()[a.Language]
		var list []string
		for range 3 {
			list = append(list, s.fill(d, "{place}: {number} {people}"))
		}
		a.Items = slices.Insert(a.Items, len(a.Items)-1, item{List: list})
	}
}
