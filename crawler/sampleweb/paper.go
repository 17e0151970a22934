package sampleweb

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// zone is the newspapers' time zone, the year round.
var zone = time.FixedZone("+07", 7*60*60)

// section is one section of an edition.
type section struct {
	Slug, Name string
	Number     int // where the newspaper's list or feed addresses carry one
}

// edition is one language of a newspaper.
type edition struct {
	lang     string
	host     string
	prefix   string // before every path: "/en"
	key      string // after an article's id where editions share numbers: ".en"
	sections []section
}

func (e *edition) section(slug string) (section, bool) {
	for _, s := range e.sections {
		if s.Slug == slug {
			return s, true
		}
	}
	return section{}, false
}

// paper is one newspaper: what is fixed about it.
type paper struct {
	name    string // as in package sites
	title   string
	scheme  string   // of its canonical addresses
	aliases []string // hosts that redirect to the main one
	// assetHosts serve its pictures, style sheets and fonts.
	assetHosts []string
	editions   []*edition

	// articleForm matches an article's path in every edition and era; its group
	// is the id as printed.
	articleForm *regexp.Regexp
	// address is an article's path in its edition.
	address func(a *article) string
	// list is the address (path and query) of page n, from 1, of a section's
	// list, after the edition's prefix; listForm reads it back, page from 1.
	list     func(s section, n int) string
	listForm *regexp.Regexp
	pageBase int // what the newspaper calls page 1: 0 or 1
	feed     func(s section) string
	// newsSitemap, where there is one, lists the newest articles.
	newsSitemap string
	sitemap     string // the sitemap index
	sitemapOf   func(year, month int) string
	sitemapForm *regexp.Regexp // groups: year, month
	// hidesMonth: the running month is missing from the sitemap index.
	hidesMonth bool
	disallow   []string // in robots.txt
	image      func(a *article, n int) string

	// What only the newspaper has that sites does not know; see stranger.go.
	stranger  bool
	junk      string                   // a query parameter that chooses no page
	feedIndex string                   // a page that names its feeds
	perPage   int                      // articles on a list, where it is not perList
	grown     int                      // generated articles that it has from the start
	back      time.Duration            // between generated articles before oldest, where it is not step
	look      func(t time.Time) string // layout of a generated article
	anew      string                   // layout of all articles after Redesign

	// Generated articles: number k >= 0 goes back in time from oldest, k < 0
	// forward from newest, step by step. Ids are made from the time or count on from
	// a base.
	oldest, newest time.Time
	step           time.Duration
	timed          bool
	oldID, newID   int
	printID        func(n int) string
}

func (p *paper) edition(lang string) *edition {
	for _, e := range p.editions {
		if e.lang == lang {
			return e
		}
	}
	return p.editions[0]
}

// origin is the address of an edition's host, without a path.
func (p *paper) origin(e *edition) string { return p.scheme + "://" + e.host }

// generatedTime is when generated article k was published.
func (p *paper) generatedTime(k int) time.Time {
	if k < 0 {
		return p.newest.Add(time.Duration(-k) * p.step)
	}
	return p.oldest.Add(-time.Duration(k) * cmp.Or(p.back, p.step))
}

// generatedID is the id of generated article k.
func (p *paper) generatedID(k int) string {
	if p.timed {
		// The last digits are the milliseconds at which it was created.
		return p.generatedTime(k).Format("20060102150405") + fmt.Sprintf("%03d", hash(p.name, strconv.Itoa(k))%1000)
	}
	if k < 0 {
		return p.printID(p.newID - k)
	}
	return p.printID(p.oldID - k)
}

// generatedNumber is k of a generated article's id.
func (p *paper) generatedNumber(id string) (int, bool) {
	var k int
	if p.timed {
		if len(id) != 17 {
			return 0, false
		}
		t, err := time.ParseInLocation("20060102150405", id[:14], zone)
		if err != nil {
			return 0, false
		}
		if k = int(p.oldest.Sub(t) / p.step); t.After(p.oldest) {
			k = -int(t.Sub(p.newest) / p.step)
		}
	} else {
		n, err := strconv.Atoi(strings.TrimPrefix(id, "post"))
		if err != nil {
			return 0, false
		}
		if k = p.oldID - n; n > p.oldID {
			k = p.newID - n
		}
	}
	return k, p.generatedID(k) == id
}

func at(day string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", day, zone)
	if err != nil {
		panic("sampleweb: " + err.Error())
	}
	return t
}

// everyPaper is the five and the stranger; they are read-only.
func everyPaper() []*paper { return append(slices.Clip(newspapers()), strangers()...) }

// newspapers is the five of them, by name; they are read-only.
var newspapers = sync.OnceValue(func() []*paper {
	papers := []*paper{baonghean(), baotintuc(), dantri(), thanhniennews(), vov()}
	for _, p := range papers {
		p.step = 7 * time.Minute
	}
	return papers
})

func dantri() *paper {
	return &paper{
		name: "dantri", title: "Báo Dân trí", scheme: "https",
		aliases:    []string{"www.dantri.com.vn", "m.dantri.com.vn"},
		assetHosts: []string{"cdnphoto.dantri.com.vn", "cdnweb.dantri.com.vn"},
		editions: []*edition{{lang: "vi", host: "dantri.com.vn", sections: []section{
			{Slug: "xa-hoi", Name: "Xã hội"}, {Slug: "kinh-doanh", Name: "Kinh doanh"}, {Slug: "giao-duc", Name: "Giáo dục"},
			{Slug: "du-lich", Name: "Du lịch"}, {Slug: "the-thao", Name: "Thể thao"}, {Slug: "khoa-hoc", Name: "Khoa học"},
		}}},
		articleForm: regexp.MustCompile(`^/(?:[a-z0-9-]+/)*[a-z0-9-]*-(\d{5,17})\.htm$`),
		address:     func(a *article) string { return "/" + a.section.Slug + "/" + a.slug + "-" + a.ID + ".htm" },
		list: func(s section, n int) string {
			if n == 1 {
				return "/" + s.Slug + ".htm"
			}
			return "/" + s.Slug + "/trang-" + strconv.Itoa(n) + ".htm"
		},
		listForm: regexp.MustCompile(`^/([a-z-]+)(?:/trang-(\d+))?\.htm$`), pageBase: 1,
		feed:        func(s section) string { return "/rss/" + cmp.Or(s.Slug, "home") + ".rss" },
		newsSitemap: "/google-news-sitemap.xml",
		sitemap:     "/sitemaps/articles.xml",
		sitemapOf:   func(y, m int) string { return fmt.Sprintf("/sitemaps/Article-%d-%02d.xml", y, m) },
		sitemapForm: regexp.MustCompile(`^/sitemaps/Article-(\d{4})-(\d{2})\.xml$`),
		disallow:    []string{"/tim-kiem/", "/thong-tin-ca-nhan.htm", "/*?removecookie="},
		image: func(a *article, n int) string {
			return fmt.Sprintf("%s/%s/%s-%s-%d.jpg", "https://cdnphoto.dantri.com.vn/"+digest(a.ID, n)+"=", a.Published.Format("2006/01/02"), firstWords(a.slug, 4), a.ID[8:14], n)
		},
		oldest: at("2026-10-31 21:00"), newest: at("2026-11-20 09:00"), timed: true,
	}
}

func vov() *paper {
	return &paper{
		name: "vov", title: "VOV.VN", scheme: "https",
		aliases:    []string{"www.vov.vn", "m.vov.vn"},
		assetHosts: []string{"media.vov.vn"},
		editions: []*edition{
			{lang: "vi", host: "vov.vn", sections: []section{
				{Slug: "xa-hoi", Name: "XÃ HỘI"}, {Slug: "kinh-te", Name: "KINH TẾ"}, {Slug: "van-hoa", Name: "VĂN HÓA"},
				{Slug: "the-thao", Name: "THỂ THAO"}, {Slug: "suc-khoe", Name: "SỨC KHỎE"},
			}},
			{lang: "en", host: "english.vov.vn", prefix: "/en", sections: []section{
				{Slug: "society", Name: "SOCIETY"}, {Slug: "culture", Name: "CULTURE"}, {Slug: "travel", Name: "TRAVEL"},
			}},
		},
		articleForm: regexp.MustCompile(`^/(?:[a-z0-9-]+/)+[a-z0-9-]*-(post\d+)\.vov$`),
		address:     func(a *article) string { return "/" + a.section.Slug + "/" + a.slug + "-" + a.ID + ".vov" },
		list: func(s section, n int) string {
			if n == 1 {
				return "/" + s.Slug
			}
			return "/" + s.Slug + "?page=" + strconv.Itoa(n-1)
		},
		listForm: regexp.MustCompile(`^/([a-z-]+)(?:\?page=(\d+))?$`), pageBase: 0,
		feed:        func(s section) string { return "/rss/" + cmp.Or(s.Slug, "tin-moi-nhat-24h") + ".rss" },
		sitemap:     "/sitemap.xml",
		sitemapOf:   func(y, m int) string { return fmt.Sprintf("/sitemaps/%d/%d/article.xml", y, m) },
		sitemapForm: regexp.MustCompile(`^/sitemaps/(\d{4})/([1-9]\d?)/article\.xml$`),
		hidesMonth:  true,
		disallow:    []string{"/search", "/author", "/user/", "/admin/"},
		image: func(a *article, n int) string {
			return fmt.Sprintf("https://media.vov.vn/sites/default/files/styles/large/public/%s/%s-%d.jpg", a.Published.Format("2006-01"), firstWords(a.slug, 5), n)
		},
		oldest: at("2026-10-31 21:00"), newest: at("2026-11-20 09:00"),
		oldID: 1338000, newID: 1345000, printID: func(n int) string { return "post" + strconv.Itoa(n) },
	}
}

func baotintuc() *paper {
	return &paper{
		name: "baotintuc", title: "baotintuc.vn", scheme: "https",
		aliases:    []string{"www.baotintuc.vn"},
		assetHosts: []string{"cdnmedia.baotintuc.vn", "cdnstatic.baotintuc.vn"},
		editions: []*edition{{lang: "vi", host: "baotintuc.vn", sections: []section{
			{Slug: "thoi-su", Name: "Thời sự", Number: 472}, {Slug: "kinh-te", Name: "Kinh tế", Number: 128}, {Slug: "xa-hoi", Name: "Xã hội", Number: 129},
			{Slug: "van-hoa", Name: "Văn hóa", Number: 158}, {Slug: "giao-duc", Name: "Giáo dục", Number: 135},
		}}},
		articleForm: regexp.MustCompile(`^/(?:[a-z0-9-]+/)?[a-z0-9-]*-n?(\d{17})\.htm$`),
		address:     func(a *article) string { return "/" + a.section.Slug + "/" + a.slug + "-" + a.ID + ".htm" },
		list: func(s section, n int) string {
			base := fmt.Sprintf("/%s-%dct0", s.Slug, s.Number)
			if n == 1 {
				return base + ".htm"
			}
			return fmt.Sprintf("%s/trang-%d.htm", base, n)
		},
		listForm: regexp.MustCompile(`^/([a-z-]+)-\d+ct0(?:/trang-(\d+))?\.htm$`), pageBase: 1,
		feed:        func(s section) string { return "/" + cmp.Or(s.Slug, "tin-moi-nhat") + ".rss" },
		sitemap:     "/sitemap.xml",
		sitemapOf:   func(y, m int) string { return fmt.Sprintf("/sitemap/news-%d-%d.xml", y, m) },
		sitemapForm: regexp.MustCompile(`^/sitemap/news-(\d{4})-([1-9]\d?)\.xml$`),
		disallow:    []string{"/Comment.aspx", "/tim-kiem.htm"},
		image: func(a *article, n int) string {
			return fmt.Sprintf("https://cdnmedia.baotintuc.vn/Upload/%s/files/%s/%s-%d.jpg", digest(a.ID[:8], 0)[:22], a.Published.Format("2006/01/02"), firstWords(a.slug, 4), n)
		},
		oldest: at("2026-10-31 21:00"), newest: at("2026-11-20 09:00"), timed: true,
	}
}

func baonghean() *paper {
	return &paper{
		name: "baonghean", title: "Báo Nghệ An", scheme: "https",
		aliases:    []string{"www.baonghean.vn", "m.baonghean.vn", "en.baonghean.vn"},
		assetHosts: []string{"bna.1cdn.vn"},
		editions: []*edition{
			{lang: "vi", host: "baonghean.vn", sections: []section{
				{Slug: "thoi-su", Name: "Thời sự"}, {Slug: "kinh-te", Name: "Kinh tế"}, {Slug: "xa-hoi", Name: "Xã hội"},
				{Slug: "van-hoa", Name: "Văn hóa"}, {Slug: "the-thao", Name: "Thể thao"},
			}},
			{lang: "en", host: "baonghean.vn", prefix: "/en", key: ".en", sections: []section{
				{Slug: "kinh-te", Name: "Economy"}, {Slug: "van-hoa", Name: "Culture"},
			}},
		},
		articleForm: regexp.MustCompile(`^(?:/[a-z-]+/\d{6})?/[a-z0-9-]*-(\d{7,8})(?:\.html|/)$`),
		address: func(a *article) string {
			if a.Layout == "2018" || a.Layout == "2018-live" {
				return "/" + a.section.Slug + "/" + a.Published.Format("200601") + "/" + a.slug + "-" + a.ID + "/"
			}
			return "/" + a.slug + "-" + a.ID + ".html"
		},
		list: func(s section, n int) string {
			if n == 1 {
				return "/" + s.Slug
			}
			return "/" + s.Slug + "?page=" + strconv.Itoa(n)
		},
		listForm: regexp.MustCompile(`^/([a-z-]+)(?:\?page=(\d+))?$`), pageBase: 1,
		feed:        func(s section) string { return "/rss/" + cmp.Or(s.Slug, "home") },
		newsSitemap: "/sitemap-news.xml",
		sitemap:     "/sitemap.xml",
		sitemapOf:   func(y, m int) string { return fmt.Sprintf("/sitemaps/news-%d-%d.xml", y, m) },
		sitemapForm: regexp.MustCompile(`^/sitemaps/news-(\d{4})-([1-9]\d?)\.xml$`),
		disallow:    []string{"/search", "/api/"},
		image: func(a *article, n int) string {
			return fmt.Sprintf("https://bna.1cdn.vn/%s/uploaded-anhbna-%s-_bna_%s%d.jpg", a.Published.Format("2006/01/02"), a.Published.Format("2006_01_02"), firstWords(a.slug, 3), n)
		},
		oldest: at("2026-10-31 21:00"), newest: at("2026-11-20 09:00"),
		oldID: 10310000, newID: 10316000, printID: strconv.Itoa,
	}
}

func thanhniennews() *paper {
	return &paper{
		name: "thanhniennews", title: "Thanh Nien Daily", scheme: "http",
		aliases:    []string{"thanhniennews.com", "m.thanhniennews.com"},
		assetHosts: []string{"static.thanhniennews.com"},
		editions: []*edition{{lang: "en", host: "www.thanhniennews.com", sections: []section{
			{Slug: "society", Name: "Society", Number: 3}, {Slug: "business", Name: "Business", Number: 5}, {Slug: "travel", Name: "Travel", Number: 9},
			{Slug: "arts-culture", Name: "Arts & Culture", Number: 11}, {Slug: "tech", Name: "Tech", Number: 15},
		}}},
		articleForm: regexp.MustCompile(`^/[a-z-]+/[a-z0-9-]*-(\d{4,6})\.html$`),
		address:     func(a *article) string { return "/" + a.section.Slug + "/" + a.slug + "-" + a.ID + ".html" },
		list: func(s section, n int) string {
			if n == 1 {
				return "/" + s.Slug + "/"
			}
			return "/" + s.Slug + "/?page=" + strconv.Itoa(n)
		},
		listForm: regexp.MustCompile(`^/([a-z-]+)/(?:\?page=(\d+))?$`), pageBase: 1,
		feed: func(s section) string {
			if s.Slug == "" {
				return "/rss/home-1.rss"
			}
			return fmt.Sprintf("/rss/%s-%d.rss", s.Slug, s.Number)
		},
		sitemap:     "/sitemap.xml",
		sitemapOf:   func(y, m int) string { return fmt.Sprintf("/sitemap-%d-%02d.xml", y, m) },
		sitemapForm: regexp.MustCompile(`^/sitemap-(\d{4})-(\d{2})\.xml$`),
		disallow:    []string{"/search"},
		image: func(a *article, n int) string {
			return fmt.Sprintf("http://static.thanhniennews.com/Uploaded/editor/%s/%s-%d.jpg", a.Published.Format("2006_01_02"), firstWords(a.slug, 4), n)
		},
		oldest: at("2016-03-31 21:00"), newest: at("2016-05-02 09:00"),
		oldID: 899999, newID: 900000, printID: strconv.Itoa,
	}
}
