package sites

import (
	"regexp"
	"strconv"
	"strings"
)

// Báo Tin tức, of the news agency TTXVN. Ids are creation times of 16 or 17
// digits; lists carry "ct" numbers instead.
var baotintuc = Site{
	Name:       "baotintuc",
	Title:      "Báo Tin tức",
	Home:       "https://baotintuc.vn/",
	Hosts:      []string{"baotintuc.vn", "www.baotintuc.vn"},
	AssetHosts: []string{"cdnmedia.baotintuc.vn", "cdnthumb.baotintuc.vn", "cdnstatic.baotintuc.vn", "media.baotintuc.vn"},
	Languages:  []string{"vi"},

	Sources: []Source{
		{Kind: FrontPage, URL: "https://baotintuc.vn/"},
		{Kind: NewsSitemap, URL: "https://baotintuc.vn/google-news-sitemap.xml", Guess: true},
		{Kind: Sitemap, URL: "https://baotintuc.vn/sitemap.xml"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/tin-moi-nhat.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/thoi-su.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/the-gioi.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/kinh-te.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/xa-hoi.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/phap-luat.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/giao-duc.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/van-hoa.rss"},
		{Kind: FeedSource, URL: "https://baotintuc.vn/the-thao.rss"},
		{Kind: SectionList, URL: "https://baotintuc.vn/the-gioi-130ct0.htm"},
	},

	Articles: []AddressForm{
		{Path: form(`/(?:[^/]+/)*[^/]+-n(?P<id>\d{14,17})\.htm`), Since: "2012"}, // the print view
		{Path: form(`/(?:[^/]+/)*[^/]+-(?P<id>\d{14,17})\.htm`), Since: "2012"},
	},
	IDTime: "20060102150405",
	Lists: forms(
		`/[^/]+-\d+ct\d+(?:/trang-\d+)?\.htm`,
		`/(?:tags|tag|dong-su-kien|su-kien|tac-gia|tim-kiem)/.*`,
	),
	Sections: forms(
		`/(?:[a-z0-9-]+/)?[a-z][a-z0-9-]*(?:/trang-\d+)?\.htm`,
	),
	Utilities: forms(`/(?:rss|lien-he|quang-cao|toa-soan|lich-van-nien|gia-vang|ty-gia|xo-so)\.htm`),
	ListPage: func(path string, n int) string {
		base, ok := strings.CutSuffix(path, ".htm")
		if !ok || n > 100 || !baotintucSection.MatchString(path) { // page 101 is page 100 again
			return ""
		}
		return "https://baotintuc.vn" + base + "/trang-" + strconv.Itoa(n) + ".htm"
	},
	Topics: SectionTopics{
		World:   "phân tích nhận định, vấn đề quốc tế, giải mã muôn mặt, chuyện bốn phương, người Việt năm châu, người Việt 5 châu",
		Society: "ảnh trong nước, thời sự xã hội, bảo hiểm xã hội, người tốt việc tốt",
		Culture: "ngôi sao văn hóa, góc nhìn văn hóa",
	},
	Suffixes: []string{" | baotintuc.vn", " - baotintuc.vn", " | Báo Tin tức", " - Báo Tin tức", " | Tin tức mới nhất 24h"},
	Dateline: regexp.MustCompile(`^(\(\s*(?:TTXVN|Tin [Tt]ức|Báo Tin [Tt]ức|baotintuc\.vn)\s*\))\s*[-–—]*\s*`),
	Layouts: []Layout{
		{ // the whole page is one form
			Name: "detail-2018", Since: day("2018-01-01"),
			Article: sel(`#form1:has(.boxdetail)`, `body:has(.boxdetail)`),
			Title:   sel(`h1.detail-title`, `h1`),
			Lead:    sel(`h2.sapo`, `.sapo`),
			Byline:  sel(`.boxdetail .author`, `.author`),
			Time:    sel(`.date .txt`, `.date`),
			Section: sel(`h4.cate a`, `.cate a`),
			Tags:    sel(`.keysword li a`, `.keysword a`),
			Related: sel(`ul.list-concern`, `.boxdetail .widget`, `.contents .widget`),
			Body:    sel(`.boxdetail .contents`, `.boxdetail`),
			Drop:    sel(`.gliaplayer-container`, `.author`, `.share`, `.likeshare`, `.keysword`),
			Signed:  true,
		},
		{ // e-magazine and the years before 2018; no saved page was to hand
			Name:    "post-content",
			Article: sel(`article:has(.post-content)`, `body:has(.post-content)`, `body:has(.longform-content)`, `body:has(.detail-content)`),
			Title:   sel(`h1.title`, `h1`),
			Lead:    sel(`.sapo`, `h2.summary`),
			Byline:  sel(`.author`),
			Time:    sel(`.date .txt`, `.date`, `.time`),
			Section: sel(`h4.cate a`, `.breadcrumb a`),
			Tags:    sel(`.keysword a`, `.tags a`),
			Related: sel(`ul.list-concern`, `.widget`),
			Body:    sel(`.post-content`, `.longform-content`, `.detail-content`),
			Drop:    sel(`.gliaplayer-container`, `.author`, `.share`, `.keysword`),
			Signed:  true,
		},
	},
	Text: TextRules{
		Alts:      forms(`Chú thích ảnh`),
		Furniture: forms(`Đường dây nóng:.*`, `Tìm kiếm`),
		End:       forms(`Chia sẻ:?`, `Từ khóa:?.*`, `doanh nghiệp - Sản phẩm - Dịch vụ.*`, `Các đơn vị thông tin của TTXVN`, `Tin liên quan:?`, `Tin cùng chuyên mục`, `Đọc nhiều`, `Tin mới nhất`),
	},
}

var baotintucSection = regexp.MustCompile(`^/[^/]+-\d+ct\d+\.htm$`)
